#!/bin/sh
# Members at a second unit: attached, accepted, active there, ended; a temporary branch that borrows its members.
. "${0%/*}/lib.sh"
each_step=conserved
pack=$source/tests/data/presence.yaml

found county
township county east T1 东镇
township county west T2 西镇
ok tributaryd -C east unit add --kind branch --code B1 --name 一支部
ok tributaryd -C west unit add --kind branch --code B2 --name 社区支部
ok tributaryd -C west unit add --kind temporary_branch --code J1 --name 工地临时支部 --since 2026-02-01 --until "$(date -d yesterday +%F)"
device east home B1 电脑一
device west second B2 电脑二
device west crew J1 平板
month=$(date +%Y-%m)

# Everybody's session; what the servers make of it takes its own time, and is waited for.
around() {
	for branch in home second crew; do
		ok tributary -C $branch sync
	done
}

guest_here() { # DEVICE NAME STATE
	tributary -C home sync >"$out" 2>"$err" || return 1
	tributary -C "$1" sync >"$out" 2>"$err" || return 1
	tributary -C "$1" --json guest list >"$out" 2>"$err" || return 1
	[ "$(jsoncheck "guests[name=$2].state" <"$out")" = "$3" ]
}

state_at_home() { # ROW STATE
	tributary -C second sync >"$out" 2>"$err" || return 1
	tributary -C home sync >"$out" 2>"$err" || return 1
	tributary -C home --json attachments >"$out" 2>"$err" || return 1
	[ "$(jsoncheck "attachments[$1].state" <"$out")" = "$2" ]
}

took_part() { # TIMES
	tributary -C second sync >"$out" 2>"$err" && tributary -C home sync >"$out" 2>"$err" || return 1
	[ "$(figure tributary home "$month" elsewhere)" = "$1" ]
}

step 'the home branch attaches a member to the community'
for name in 甲 乙 丙; do
	ok tributary -C home put member "name=$name" phone=111 arrived=2026-01-05 note=不外传
done
around
for name in 甲 乙 丙; do soon 20 synced home tells 'homes[epoch=1].final' true tributary -C home --json transfer show $name; done
exits 3 tributary -C home --json attach 甲 --to B1 --from 2026-02-01
same 'to its own unit' "$(field 'members[0].why')" OWN_UNIT
exits 3 tributary -C home --json attach 甲 --to B2 --from 2026-02-01 --until 2026-01-01
same 'backwards' "$(field 'members[0].why')" DAYS
soon 20 synced home tributary -C home attach 甲 --to B2 --from 2026-02-01
soon 20 guest_here second 甲 waiting
exits 3 tributary -C second --json guest accept 无此人
same 'nobody of that name' "$(field 'guests[0].why')" NO_GUEST

step 'the community takes the guest in; both ends are asked for a yearly notice'
ok tributary -C second guest accept 甲
soon 20 state_at_home 0 accepted
ok tributary -C home --json due --period 2026
same 'asked of the home branch' "$(field 'due[cadence=notice_of_attached].at_least')" 1
ok tributary -C second --json due --period 2026
same 'and of the community' "$(field 'due[cadence=notice_of_guests].left')" 1
ok tributary -C second --json status
same 'on its first screen' "$(field 'owed[cadence=notice_of_guests].left') $(field due)" '1 1'
ok tributary -C second status
says "to do: Yearly notice: guests ($(date +%Y)), 1 left, until $(date +%Y)-12-31"
ok tributary -C second put guest --record 甲 notice=2026-12-01
ok tributary -C second --json due --period 2026
same 'given there' "$(field 'due[cadence=notice_of_guests].left')" 0
ok tributary -C second --json due --period 2027
same 'and asked again in the next year' "$(field 'due[cadence=notice_of_guests].left')" 1

step 'what the guest takes part in comes home, once'
ok tributary -C second put meeting "date=$month-01" topic=清扫 guests+=甲
soon 20 took_part 1
around
same 'told once' "$(figure tributary home "$month" elsewhere)" 1
ok tributary -C home --json attachments
same 'shown with the attachment' "$(field 'attachments[0].activities')" 1

step 'nobody is counted twice'
same 'members at home' "$(figure tributary home "$month" members)" 3
same 'members of the community' "$(figure tributary second "$month" members)" 0
same 'its guests' "$(figure tributary second "$month" guests)" 1
counted() { [ "$(figure tributaryd county "$month" members)" = 3 ] && [ "$(figure tributaryd west "$month" guests)" = 1 ]; }
soon 20 counted

step 'a temporary branch borrows its members from a list, and refuses one'
printf '乙\n丙\n' >team
soon 20 synced home tributary -C home attach --to J1 --from 2026-02-01 --until "$(($(date +%Y) + 1))-12-31" --file team
soon 20 guest_here crew 乙 waiting
ok tributary -C crew guest refuse 丙
ok tributary -C crew guest accept --all
soon 20 guest_here crew 乙 accepted
soon 20 guest_here crew 丙 refused
ok tributary -C crew put meeting "date=$month-01" topic=班前会 guests+=乙
told_at_home() { tributary -C crew sync >"$out" 2>"$err" && tributary -C home sync >"$out" 2>"$err" && [ "$(figure tributary home "$month" elsewhere)" = 2 ]; }
soon 20 told_at_home

step 'a unit in which somebody is left is not closed'
exits 3 tributaryd -C west unit close J1
says '1 guests'
exits 3 tributaryd -C west unit close B2
exits 2 tributaryd -C west unit add --kind temporary_branch --name 短 --until 2020-01-01
exits 2 tributaryd -C west unit add --kind temporary_branch --name 短 --for many
ok tributaryd -C west unit add --kind temporary_branch --code J2 --name 抗旱临时支部 --since "$(date -d -9days +%F)" --for 5
stop west # a server looks at what was announced when it starts, and at midnight
serve west
closed_by_itself() { [ "$(tributaryd -C west --json unit show J2 | jsoncheck closed)" != null ]; }
soon 20 closed_by_itself
ok tributaryd -C west --json unit show J1
same 'not over the heads of guests' "$(field closed)" null
ok tributaryd -C west --json warnings
same 'overdue' "$(field 'overdue[#]')" 1
same 'and why' "$(field 'overdue[0].guests')" 1
ok tributaryd -C west warnings
says 工地临时支部

step 'the job is over: time ends, the unit is closed, and home shows it'
ok tributary -C home detach 乙 丙 --to J1
none_left() { tributary -C home sync >"$out" 2>"$err" && tributary -C crew sync >"$out" 2>"$err" && [ "$(figure tributary crew "$month" guests)" = 0 ]; }
soon 20 none_left
ok tributary -C crew sync
soon 20 tributaryd -C west unit close J1
closed_at_home() {
	tributary -C home sync >"$out" 2>"$err" || return 1
	tributary -C home --json attachments >"$out" 2>"$err" || return 1
	[ "$(jsoncheck 'attachments[state=closed][#]' <"$out")" = 2 ]
}
soon 20 closed_at_home
exits 3 tributary -C home --json attach 甲 --to J1 --from "$(date +%F)"
same 'nobody goes to a closed unit' "$(field 'members[0].why')" CLOSED
same 'what was done there stays' "$(figure tributary home "$month" elsewhere)" 2

step 'computed anew, everything stands'
ok tributary -C home check --rebuild
ok tributary -C second check --rebuild
around
same 'activities' "$(figure tributary home "$month" elsewhere)" 2
same 'guests' "$(figure tributary second "$month" guests)" 1

step 'what reaches back into a month that is handed in is told once it is written, and not before'
ok tributary -C home close 2026-02
ok tributary -C home submit 2026-02
exits 3 tributary -C home --json attach 丙 --to B2 --from 2026-02-01
[ ! -s "$out" ] || fail 'it is told as done'
ok tributary -C home --json attach 丙 --to B2 --from 2026-02-01 --reason 补报
same 'with a reason' "$(field 'members[0].done')" true
