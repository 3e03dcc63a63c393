#!/bin/sh
# The main job on the data set banner: a county, two townships, six branches. Filled in while no network
# is used, synced, summed up, proven; and what is a branch's own is not to be found anywhere above it.
. "${0%/*}/lib.sh"

banner --out data --townships 2 --branches 6

# What the roster and the ledgers say, counted without the programs.
rosters() { cat data/branches/*/"$1".csv | grep -v "^\(姓名\|日期\|收据号\)"; }
counted() { rosters members | awk -F, "$1 { n++ } END { print n + 0 }"; }
of() { awk -F, -v parent="$1" '$4 == parent { print $1 }' data/units.csv; }

step 'the county founds the tree and takes in the list of its units'
ok tributaryd -C county init --top --name 伊金霍洛旗委 --kind county --pack "$pack"
says founded
ok tributaryd -C county --json unit import data/units.csv
same 'units written' "$(field units)" 8
ok tributaryd -C county --json unit list
same 'units listed' "$(field 'units[#]')" 9
serve county

step 'two townships join it with one line of text each'
for t in T1 T2; do
	ok tributaryd -C $t init --join "$(invited county $t --server)" --label 服务器
	says 'has joined'
	serve $t
done

step 'six branches join their townships'
for t in T1 T2; do
	for b in $(of $t); do
		device $t "$b" "$b" 电脑
	done
done

step 'the servers are switched off; the branches fill in their ledgers'
stop county
stop T1
stop T2
for b in $(of T1) $(of T2); do
	for ledger in member:members meeting:meetings activity_day:activity_days dues:dues; do
		ok tributary -C "$b" --json import "${ledger%%:*}" "data/branches/$b/${ledger##*:}.csv"
		same "bad rows of $b" "$(field bad)" 0
	done
	ok tributary -C "$b" put meeting date=2026-03-20 type=党课 topic=标识主题丁 should_attend=1 \
		minutes='CANARY-minutes-seven 会议记录暗号甲乙丙'
	ok tributary -C "$b" --json status
	same "records that are here alone in $b" "$(field local)" \
		"$(($(cat data/branches/"$b"/*.csv | wc -l) - 4 + 1))"
done

step 'no network: one plain sentence, and the work goes on'
exits 4 tributary -C B001 sync
one_line
says 'no answer'
ok tributary -C B001 figures --period 2026-03 --metric members

step 'the servers come back; three branches sync, three are still silent'
serve county
serve T1
serve T2
for b in $(of T1); do
	ok tributary -C "$b" sync
done
has_reported() { [ "$(figure tributaryd county 2026-03 members reporting)" = "$1" ]; }
soon 20 has_reported 3
same 'units expected at the county' "$(figure tributaryd county 2026-03 members expected)" 6
same 'reporting at T1' "$(figure tributaryd T1 2026-03 members reporting)" 3
same 'expected at T1' "$(figure tributaryd T1 2026-03 members expected)" 3
same 'members at T1' "$(figure tributaryd T1 2026-03 members)" \
	"$(for b in $(of T1); do tail -n +2 "data/branches/$b/members.csv"; done | wc -l)"
same 'members at T2, which has heard nothing' "$(figure tributaryd T2 2026-03 members)" 0

step 'the others sync too: six of six, and every figure is what the ledgers say'
for b in $(of T2); do
	ok tributary -C "$b" sync
done
soon 20 has_reported 6
# 1 姓名 2 身份证后四位 3 性别 4 民族 5 出生日期 6 入党日期 7 转正日期 8 党员类别 9 学历 10 职业
# Each comes with what the townships tell; not all of it need come at once.
soon 20 figured "$(rosters members | wc -l)" tributaryd county 2026-03 members
members_by() { tells "figures[bucket=$2].value" "$3" tributaryd -C county --json figures --period 2026-03 --metric members --by "$1"; }
soon 20 members_by sex female "$(counted '$3 == "女"')"
soon 20 members_by ethnic minority "$(counted '$4 != "汉族"')"
soon 20 members_by occupation herder_farmer "$(counted '$10 == "农牧民"')"
soon 20 figured "$(($(rosters meetings | grep -c '^2026-03') + 6))" tributaryd county 2026-03 meetings_held
soon 20 figured "$(($(rosters meetings | wc -l) + 6))" tributaryd county 2026Q1 meetings_held
soon 20 figured "$(($(rosters meetings | wc -l) + 6))" tributaryd county 2026 meetings_held
soon 20 figured "$(rosters meetings | awk -F'"' '{ n += split($2, names, "、") } END { print n }')" tributaryd county 2026Q1 attendance
soon 20 figured "$(rosters activity_days | grep -c '^2026-03')" tributaryd county 2026-03 activity_days
fen() { rosters dues | awk -F, -v month="$1" -v field="$2" 'index($field, month) == 1 { n += $6 * 100 } END { printf "%.0f\n", n }'; }
soon 20 figured "$(fen 2026 7)" tributaryd county 2026Q1 dues_paid # in fen

step 'the sum of the townships is the county, the sum of the branches is the township'
for dir in county T1 T2; do
	ok tributaryd -C $dir --json figures --period 2026-03 --metric members --by unit
	same "parts of $dir" "$(tr ',' '\n' <"$out" | sed -n 's/.*"value":\([0-9]*\).*/\1/p' | awk '{ n += $1 } END { print n }')" \
		"$(figure tributaryd $dir 2026-03 members)"
done

step 'a branch knows its own figures, and how far its entries have got'
same 'members of B001' "$(figure tributary B001 2026-03 members)" "$(($(wc -l <data/branches/B001/members.csv) - 1))"
ok tributary -C B001 --json status
same 'waiting' "$(field waiting)" 0
same 'not accepted' "$(field not_accepted)" 0

step 'one figure is proven; the proof holds anywhere, offline, and for this figure alone'
ok tributaryd -C county proof --metric members --period 2026-03 --by sex --bucket female --out women.proof
stop county
ok tributary -C nowhere verify women.proof
says 'the proof holds'
ok tributary -C nowhere --json verify women.proof
same 'value proven' "$(field value)" "$(counted '$3 == "女"')"
same 'tallies in it' "$(field 'findings[finding=tally][#]')" 6
same 'what does not hold' "$(field 'findings[holds=false][#]')" 0
root=$(field root_key)
ok tributary -C nowhere verify women.proof --root "$root"
ok tributary -C B001 verify women.proof
exits 1 tributary -C nowhere verify women.proof --root "$(echo "$root" | tr '0-9a-f' '1-9a-f0')"
size=$(wc -c <women.proof)
for at in 40 $((size / 3)) $((size / 2)) $((size - 40)); do
	{ head -c "$at" women.proof; printf 'x'; tail -c +$((at + 2)) women.proof; } >bent.proof
	cmp -s women.proof bent.proof || exits 1 tributary -C nowhere verify bent.proof
	head -c "$at" women.proof >short.proof
	exits 1 tributary -C nowhere verify short.proof
done
serve county

step 'at the township a figure is followed down to what made it'
ok tributaryd -C T1 proof --metric meetings_held --period 2026-03 --out meetings.proof
ok tributary -C nowhere --json verify meetings.proof
same 'meetings proven' "$(field value)" "$(figure tributaryd T1 2026-03 meetings_held)"
same 'branches in it' "$(field 'findings[finding=tally][#]')" 3

# Whatever a branch keeps to itself is searched for in every byte that the servers keep. What may be
# seen there is searched for in the same way: the search itself works.
found_in() { grep -aFrlq -- "$2" "$1"; }
step "minutes and names are nowhere on the servers; what was shared is"
for b in $(of T1); do
	ok tributary -C "$b" sync
done
for dir in T1 T2 county; do
	! found_in $dir CANARY-minutes-seven || fail "$dir holds the minutes"
	! found_in $dir 会议记录暗号甲乙丙 || fail "$dir holds the minutes"
done
found_in T1 标识主题丁 || fail 'T1 lacks the topic that it may read'
! found_in county 标识主题丁 || fail 'the county holds a topic, which is the township'"'"'s'
found_in county "$(tail -n 1 data/branches/B001/activity_days.csv | cut -d, -f2)" || fail 'the county lacks the theme, which goes up'
rosters members | cut -d, -f1 | awk 'length($0) >= 3' >names # two characters may be part of a place
[ "$(wc -l <names)" -gt 100 ] || fail 'too few names to search for'
for dir in T1 T2 county; do
	! grep -aFrq -f names $dir || fail "$dir holds names: $(grep -aFroh -f names $dir | sort -u | paste -s -d ' ')"
done

step 'a second device of a branch reads the minutes'
device T1 B001-tablet B001 平板
ok tributary -C B001 sync
ok tributary -C B001-tablet sync
ok tributary -C B001-tablet get meeting 标识主题丁
says CANARY-minutes-seven
same 'members on the second device' "$(figure tributary B001-tablet 2026-03 members)" \
	"$(figure tributary B001 2026-03 members)"

step 'everything verifies, and computed anew it is the same'
before=$(figure tributaryd county 2026Q1 dues_paid)
stop T1
stop T2
stop county
for dir in T1 T2 county; do
	ok tributaryd -C $dir check
	ok tributaryd -C $dir check --rebuild
done
same 'dues paid, computed anew' "$(figure tributaryd county 2026Q1 dues_paid)" "$before"
