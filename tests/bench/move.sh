#!/bin/sh
# What the move of a township to another county costs, by how much there is in it: entries appended, bytes written and
# time of the act itself. Real programs, LMDB on disk. Each record is one entry for its township and one for all above.
#	move.sh BUILD [BRANCHES RECORDS]…   (4 50  4 500  16 500)
# A million entries take minutes to be made: COMMAND_LIMIT=300 E2E_LIMIT=3000 move.sh BUILD 10 500 50 1000 100 5000
. "${0%/*}/../e2e/lib.sh"
shift
[ $# -gt 0 ] || set -- 4 50 4 500 16 500
pack=$source/tests/data/presence.yaml

entries() { tributaryd -C "$1" --json status 2>>"$err" | jsoncheck entries; }
# Seconds and blocks written of one command.
measured() { /usr/bin/time -o .e2e/cost -f '%e %O' "$@" >"$out" 2>"$err" || fail 'did not work'; }

round=0
echo 'branches records entries appended KiB seconds prepared'
while [ $# -ge 2 ]; do
	branches=$1 records=$2 round=$((round + 1)) begun=$(date +%s)
	shift 2
	top=top$round east=east$round west=west$round town=town$round
	ok tributaryd -C $top init --top --name 市 --kind county --pack "$pack"
	serve $top
	township $top $east E 东
	township $top $west W 西
	township $east $town T 镇
	awk -v n="$records" 'BEGIN { print "日期,主题"; for (i = 1; i <= n; i++) printf "2026-%02d-%02d,学习%d\n", i % 10 + 1, i % 28 + 1, i }' >.e2e/rows.csv
	for b in $(seq "$branches"); do
		ok tributaryd -C $town unit add --kind branch --code "B$b" --name "B$b"
		device $town $round.$b "B$b" laptop
		ok tributary -C $round.$b import meeting .e2e/rows.csv
		ok tributary -C $round.$b sync
		rm -r $round.$b # what matters here lies with the township
	done
	held=$(entries $town)
	for s in $town $east $west; do stop $s; done
	sleep 1
	stop $top
	before=$(entries $top)
	measured "$build/server/tributaryd" -C $top unit move T W
	read -r seconds blocks <.e2e/cost
	echo "$branches $records $held $(($(entries $top) - before)) $((blocks / 2)) $seconds $(($(date +%s) - begun))"
done
