#!/bin/sh
# The server cannot be reached, goes away in the middle, and comes back: work goes on, nothing is lost.
. "${0%/*}/lib.sh"

small_tree
device township laptop B1 电脑

step 'no server: the sync says so in one sentence and gives 4; writing, reading and figures go on'
stop township
stop county
for n in 1 2 3; do
	member laptop "党员$n"
done
exits 4 tributary -C laptop sync
one_line
says 'everything is safe here'
exits 4 tributary -C laptop --json sync
jsoncheck error.name error.remedy <"$err" >"$out" || fail 'the failure is not JSON'
says UNREACHABLE
ok tributary -C laptop --json status
same 'records here alone' "$(field local)" 3
same 'members' "$(figure tributary laptop 2026-03 members)" 3
exits 4 tributary -C laptop --json doctor
same 'server in reach' "$(field 'checks[check=server].good')" false
same 'store good' "$(field 'checks[check=store].good')" true
serve county

step 'an invitation that cannot be used now can be used later'
serve township
code=$(invited township B1)
stop township
exits 4 tributary -C tablet join "$code" --label 平板
one_line
serve township
ok tributary -C tablet join "$code" --label 平板

step 'the server is back: one sync, and all is received'
ok tributary -C laptop sync
ok tributary -C laptop --json status
same 'records received' "$(field received)" 3
same 'waiting' "$(field waiting)" 0
ok tributary -C laptop doctor

step 'the server is killed while a long sync runs, and comes back: the sync ends well by itself'
{
	echo 姓名,性别,民族,出生日期,入党日期,党员类别,职业
	seq 6000 | awk '{ printf "成员%d,男,汉族,1980-01-01,2008-07-01,正式党员,农牧民\n", $1 }'
} >many.csv
ok tributary -C laptop import member many.csv
# A device that is turned away keeps calling for 3 s: a township that is back only after that was not meant, and is killed anew.
ended=4
for turn in 1 2 3 4 5 6 7 8; do
	tributary -C laptop --json sync >sync.out 2>sync.err &
	syncing=$!
	sleep 0.15
	kill_hard township
	away=$(date +%s%3N)
	sleep 0.3
	serve township
	away=$(($(date +%s%3N) - away))
	ended=0
	wait "$syncing" || ended=$?
	[ "$ended" -ne 0 ] && [ "$away" -gt 2000 ] || break
done
[ "$ended" -eq 0 ] || fail "the sync gave up: $(cat sync.err)"
jsoncheck <sync.out
ok tributary -C laptop sync
ok tributary -C laptop --json status
same 'records received' "$(field received)" 6003
same 'waiting' "$(field waiting)" 0
same 'members at the township' "$(figure tributaryd township 2026-03 members)" 6003

step 'the device is killed while it syncs: what it had written is all there, and goes with the next sync'
sed 's/成员/来者/' many.csv >more.csv
ok tributary -C laptop import member more.csv
for delay in 0.01 0.05 0.1; do
	"$build/client/tributary" -C laptop sync >sync.out 2>&1 </dev/null &
	syncing=$!
	sleep $delay
	kill -KILL "$syncing" 2>/dev/null || :
	wait "$syncing" 2>/dev/null || :
	same 'members on the device' "$(figure tributary laptop 2026-03 members)" 12003
done
ok tributary -C laptop sync
same 'members at the township' "$(figure tributaryd township 2026-03 members)" 12003
ok tributary -C tablet sync
same 'members on the tablet' "$(figure tributary tablet 2026-03 members)" 12003

step 'a township without its county goes on, and catches up by itself'
stop county
member laptop 后来者
ok tributary -C laptop sync
same 'members at the township' "$(figure tributaryd township 2026-03 members)" 12004
serve county
county_has() { [ "$(figure tributaryd county 2026-03 members)" = "$1" ]; }
soon 60 county_has 12004

step 'every store is whole'
for dir in county township; do
	ok tributaryd -C $dir check
done
