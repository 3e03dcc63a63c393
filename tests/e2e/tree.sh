#!/bin/sh
# The tree in time: two counties under a top. A branch goes to another township, two become one, a township
# goes to another county. Devices and servers find their new server by themselves, and each figure stands in
# the tree of its month, or in today's boundaries when asked.
. "${0%/*}/lib.sh"
each_step=conserved

# What a command says, field by field: members as DIR sees them of UNIT at the end of MONTH [in another tree].
members() {
	tributaryd -C "$1" --json figures --period "$3" --metric members --unit "$2" --tree "${4-then}" 2>>"$err" |
		jsoncheck "figures[metric=members].value" 2>>"$err" || echo nothing
}
of_n() {
	tributaryd -C "$1" --json figures --period "$3" --metric members --unit "$2" --tree "${4-then}" 2>>"$err" |
		jsoncheck "figures[metric=members].expected" 2>>"$err" || echo nothing
}
counts() { [ "$(members "$1" "$2" "$3" "${5-then}")" = "$4" ]; }
follows() { tributary -C "$1" sync >/dev/null 2>&1 && tributary -C "$1" --json status 2>/dev/null | grep -q "$2"; }
enter() {
	for n in $(seq "$2"); do member "$1" "某人$n" arrived=2026-01-05; done
}

# at DIR WORDS… PATH…: what a server says, at these paths of its --json. Paths hold a bracket, or are one word in lower case at the end.
at() {
	dir=$1 words='' paths=''
	shift
	for word; do
		case $word in *\[* | expected) paths="$paths $word" ;; *) words="$words $word" ;; esac
	done
	tributaryd -C "$dir" --json $words 2>>"$err" | jsoncheck $paths 2>>"$err" || echo nothing
}
# agree PERIOD UNIT TREE NUMBER …: members, by each verb that tells figures; the parts of the way down add up.
agree() {
	period=$1
	shift
	while [ $# -gt 0 ]; do
		what="of $1 in $period, $2"
		same "figures $what" "$(members C1 "$1" "$period" "$2")" "$3"
		same "trend $what" "$(at C1 trend members --unit "$1" --through "$period" --periods 1 --tree "$2" 'points[0].value')" "$3"
		same "report $what" "$(at C1 report composition --unit "$1" --period "$period" --tree "$2" 'rows[row=total].month')" "$3"
		ok tributaryd -C C1 --json chain members --unit "$1" --period "$period" --tree "$2"
		parts=0 i=0
		while [ "$i" -lt "$(field 'chain[#]')" ]; do
			parts=$((parts + $(field "chain[$i].value"))) i=$((i + 1))
		done
		same "chain $what" "$(field value) $parts" "$3 $3"
		shift 3
	done
}

step 'a top founds the tree: two counties, three townships, four branches'
ok tributaryd -C top init --top --name 市委 --kind county --pack "$pack"
for c in C1 C2; do ok tributaryd -C top unit add --kind committee --name $c --code $c --since 2026-01-01; done
serve top
for c in C1 C2; do
	ok tributaryd -C $c init --join "$(invited top $c --server)" --label server
	serve $c
done
soon 10 tributaryd -C C1 unit show C1
for t in T1 T2; do soon 10 tributaryd -C C1 unit add --kind township --name $t --code $t --since 2026-01-01; done
soon 10 tributaryd -C C2 unit add --kind township --name T3 --code T3 --since 2026-01-01
for t in T1 T2 T3; do
	county=C1
	[ $t = T3 ] && county=C2
	ok tributaryd -C $t init --join "$(invited $county $t --server)" --label server
	serve $t
done
for pair in T1:A T1:B T2:X T3:Y; do
	soon 10 tributaryd -C "${pair%:*}" unit add --kind branch --name "${pair#*:}" --code "${pair#*:}" --since 2026-01-01
	device "${pair%:*}" "${pair#*:}" "${pair#*:}" tablet
done
enter A 5
enter B 7
enter X 3
enter Y 2
for b in A B X Y; do ok tributary -C $b sync; done
soon 20 counts top 市委 2026-06 17
soon 20 counts C1 T1 2026-06 12

step 'a move is tried dry: nothing is written'
ok tributaryd -C C1 --json unit move A T2 --from 2026-07-01 --dry-run
same 'units touched' "$(field units)" 1
same 'devices touched' "$(field devices)" 1
same 'written' "$(field written)" false
ok tributaryd -C C1 --json unit history A
same 'changes so far' "$(field 'history[#]')" 1

step 'what cannot be is refused, each with its own sentence'
exits 3 tributaryd -C C1 unit move T1 A
says 'below itself'
exits 3 tributaryd -C C1 unit move A B
says 'T1'
exits 3 tributaryd -C T1 unit move A T2
says 'C1'
exits 2 tributaryd -C T1 unit add --kind nonsense --name N
says 'nonsense'
exits 3 tributaryd -C C1 unit move A T1
says 'already'

step 'the branch moves to the next township from July on; its tablet has something to send'
ok tributary -C A put meeting date=2026-01-05 type=members_meeting topic=迁移
ok tributaryd -C C1 --json unit move A T2 --from 2026-07-01
same 'written' "$(field written)" true
soon 20 follows A "$(cut -d' ' -f1 "$work/.e2e/T2.doors")"
soon 20 counts T2 T2 2026-07 8
soon 20 counts C1 T1 2026-07 7
same 'before the move' "$(members C1 T1 2026-06)" 12
same 'the next township before the move' "$(members C1 T2 2026-06)" 3
same 'after it' "$(members C1 T2 2026-07)" 8
same 'in today s boundaries' "$(members C1 T2 2026-06 today) $(members C1 T1 2026-06 today)" '8 7'
same 'on a day before' "$(members C1 T2 2026-07 2026-06-30)" 3
same 'the county all the same' "$(members C1 C1 2026-06) $(members C1 C1 2026-07)" '15 15'
same 'k of n' "$(of_n C1 T1 2026-06) $(of_n C1 T1 2026-07) $(of_n C1 T2 2026-06 today)" '2 1 2'

step 'figures, trend, report and the way down say the same in each tree, and the parts add up'
agree 2026-06 T1 then 12 T1 today 7 T1 2026-06-30 12 T2 then 3 T2 today 8 T2 2026-06-30 3
agree 2026-07 T1 then 7 T1 today 7 T1 2026-06-30 12 T2 then 8 T2 today 8 T2 2026-06-30 3

step 'so do those who did what is asked of them, and the lists of units'
met() { # UNIT TREE: k/n of the first quarter
	at C1 compliance members_meeting_quarterly --unit C1 --period 2026Q1 --tree "$2" "cells[unit_name=$1].met" "cells[unit_name=$1].expected" | paste -sd/
}
same 'met then' "$(met T1 then) $(met T2 then)" '1/2 0/1'
same 'met in today s boundaries' "$(met T1 today) $(met T2 today)" '0/1 1/2'
same 'met on a day before' "$(met T1 2026-06-30) $(met T2 2026-06-30)" '1/2 0/1'
lists() { # WORDS WANTED-THEN WANTED-TODAY PATH…: what T1 has in either tree, and on the day before the move
	words=$1 before=$2 after=$3
	shift 3
	same "$words then" "$(at C1 $words --unit T1 --tree then "$@" | sort | paste -sd' ')" "$before"
	same "$words today" "$(at C1 $words --unit T1 --tree today "$@" | sort | paste -sd' ')" "$after"
	same "$words on a day before" "$(at C1 $words --unit T1 --tree 2026-06-30 "$@" | sort | paste -sd' ')" "$before"
}
lists 'rank red_flag --period 2026Q1' '2 A' '1 B' 'ranks[#]' 'ranks[0].name'
lists 'missed --period 2026Q1 --cadence lecture_quarterly' '2' '1' 'missed[#]'
lists 'review list 2026-03' '2 2' '1 1' expected 'periods[#]'
lists 'freshness --period 2026-06' '1 1 2' '1 1 1' 'freshness[0].expected' 'freshness[0].reporting' 'freshness[#]'
lists 'submissions 2026-03' '1 1 2' '1 1 1' 'submissions[0].expected' 'submissions[0].late' 'submissions[#]'
same 'heard of' "$(at C1 silent --days 0 --unit T1 --tree 2026-06-30 'silent[#]') $(at C1 silent --days 0 --unit T1 'silent[#]')" '3 2'
ok tributaryd -C C1 --json warnings --unit T1 --tree today
same 'whose warnings' "$(field tree)" today
exits 2 tributaryd -C C1 trend members --tree yesterday
says 'yesterday'

step 'what no signed entry says is not proven; its parts are looked at'
exits 3 tributaryd -C C1 proof --metric members --period 2026-06 --unit T2 --tree today --out "$work/figure.proof"
says 'chain --tree'
ok tributaryd -C C1 proof --metric members --period 2026-06 --unit B --tree today --out "$work/figure.proof"
ok tributary -C A verify "$work/figure.proof"
for server in C1 T2; do
	for month in 2026-06 2026-07; do
		soon 20 tributaryd -C $server proof --metric members --period $month --unit A --out "$work/figure.proof"
		ok tributary -C A --json verify "$work/figure.proof"
		same "what the branch said, wherever it stood: $server $month" "$(field value) $(field holds)" '5 true'
	done
done
same 'as the branch has it itself' "$(tributary -C A --json figures --period 2026-06 --metric members --tree today | jsoncheck 'figures[0].value')" 5

step 'two branches with 5 and 3 become one with 8'
ok tributaryd -C T2 unit merge A X --from 2026-09-01
same 'before' "$(members T2 A 2026-08) $(members T2 X 2026-08)" '5 3'
same 'after' "$(members T2 A 2026-09) $(members T2 X 2026-09)" '0 8'
same 'today s' "$(members T2 X 2026-08 today)" 8
same 'of one that is no more' "$(members T2 A 2026-08 today) $(members T2 A 2026-08 2026-08-31)" '0 5'
same 'what it did, too' "$(at T2 trend meetings_held --unit X --through 2026-01 --periods 1 --tree today 'points[0].value')" 1
same 'who is ranked' "$(at T2 rank red_flag --period 2026Q2 --tree today 'ranks[#]') $(at T2 rank red_flag --period 2026Q2 'ranks[#]')" '1 1'
same 'the way down' "$(at T2 chain members --period 2026-08 --tree today 'chain[#]' 'chain[0].value' 'chain[0].redrawn' | paste -sd' ')" '1 8 true'
same 'as it was then' "$(at T2 chain members --period 2026-08 'chain[#]' 'chain[0].value' 'chain[0].redrawn' | paste -sd' ')" '2 5 false'
ok tributaryd -C T2 proof --metric members --period 2026-08 --unit A --out "$work/figure.proof"
ok tributary -C B --json verify "$work/figure.proof"
same 'verifiable under its own name' "$(field value)" 5
exits 3 tributaryd -C T2 proof --metric members --period 2026-09 --unit A --out "$work/figure.proof"
same 'no month of hers is lost' "$(at T2 review list 2026-08 --tree today expected)" 2
tributary -C X sync >/dev/null 2>&1 || fail 'the successor does not sync'
ok tributary -C X figures --period 2026-08 --metric members --tree today
says 'is not here'
ok tributary -C X --json figures --period 2026-08 --metric members --tree today
same 'of how many changes' "$(field tree_missing)" 1
ok tributaryd -C T2 --json figures --period 2026-08 --metric members --tree today
same 'where all is here' "$(field tree_missing)" 0
exits 3 tributaryd -C T2 unit merge X A
says 'closed'

step 'a township goes to another county with all that is in it'
ok tributaryd -C top unit move T2 C2 --from 2026-10-01
soon 30 counts C2 C2 2026-10 10
same 'the county before' "$(members C2 C2 2026-09)" 2
soon 30 counts C1 C1 2026-10 7
same 'the other before' "$(members C1 C1 2026-09)" 15
soon 30 counts top C2 2026-10 10
soon 30 counts top 市委 2026-10 17 # both counties have said it
same 'the top' "$(members top 市委 2026-09) $(members top 市委 2026-10)" '17 17'
same 'today s boundaries, by the sums that are held here' "$(members top C2 2026-09 today) $(members top C1 2026-09 today)" '10 7'
member X 新来 arrived=2026-11-02
ok tributary -C X sync
soon 30 counts top C2 2026-11 11

step 'names and ends have their days, and the tree of a day can be listed'
ok tributaryd -C T1 unit rename B 第二支部 --from 2026-11-01
ok tributaryd -C T1 --json unit history B
same 'its history' "$(field 'history[#]')" 2
ok tributaryd -C C1 --json unit list --on 2026-06-30
says '"A"'
ok tributaryd -C T1 unit close 第二支部 --from 2099-01-01
ok tributaryd -C T1 --json unit show B
same 'only announced' "$(field closed)" null

step 'a store built anew from its logs says the same'
stop C1
ok tributaryd -C C1 check --rebuild
same 'after the rebuild' "$(members C1 T1 2026-06) $(members C1 T1 2026-07) $(members C1 C1 2026-10)" '12 7 7'
