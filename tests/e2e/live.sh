#!/bin/sh
# Sessions that stay open: what is written on one device is soon on the other, and in the county's figures.
. "${0%/*}/lib.sh"

small_tree
device township laptop B1 电脑
device township tablet B1 平板
member laptop 甲
ok tributary -C laptop sync
ok tributary -C tablet sync

live() {
	"$build/client/tributary" -C "$1" sync --live >"$work/.e2e/$1.log" 2>&1 </dev/null &
	echo $! >"$work/.e2e/$1.pid"
}
here_it_is() { tributary -C "$1" get member "$2"; }
county_has() { [ "$(figure tributaryd county 2026-03 members)" = "$1" ]; }
gone_quietly() {
	kill "$(pid_of "$1")"
	soon 5 gone "$(pid_of "$1")"
	wait "$(pid_of "$1")" || fail "sync --live of $1 ended with $?"
	rm "$work/.e2e/$1.pid"
}

step 'two devices stay connected; what another command writes on one arrives on the other by itself'
live laptop
live tablet
sessions() {
	tributaryd -C township --json status >live.status
	[ "$(jsoncheck sessions <live.status)" -ge 2 ]
}
soon 10 sessions
# What else a machine does only makes it take longer: the shortest of several is held to the bound. The county's session with the
# township is live, too.
shortest=999 turn=0
while [ "$shortest" -gt 15 ] && [ "$turn" -lt 5 ]; do
	turn=$((turn + 1))
	began=$(date +%s)
	member laptop "乙$turn"
	soon 10 here_it_is tablet "乙$turn"
	member tablet "丙$turn" phone=7
	soon 10 here_it_is laptop "丙$turn"
	soon 10 county_has $((1 + 2 * turn))
	took=$(($(date +%s) - began))
	[ "$took" -ge "$shortest" ] || shortest=$took
done
[ "$shortest" -le 15 ] || fail "took $shortest s"

step 'fifty changes in a row, all of them there'
n=0
while [ "$n" -lt 50 ]; do
	n=$((n + 1))
	member laptop "众$n"
done
soon 20 here_it_is tablet 众50
soon 20 county_has $((51 + 2 * turn))
ok tributary -C tablet --json list member
same 'members on the tablet' "$(field 'records[#]')" $((51 + 2 * turn))

step 'the township goes away and comes back: the sessions are taken up again by themselves'
kill_hard township
member laptop 丁
serve township
soon 60 here_it_is tablet 丁
soon 60 county_has $((52 + 2 * turn))

step 'a conflict made while connected shows on both'
# apart NAME MEMBER: its session is stopped, and not in the midst of a write, for which all others would wait.
apart() {
	for try in $(seq 40); do
		kill -STOP "$(pid_of "$1")"
		! timeout 10 "$build/client/tributary" -C "$1" put member "note=$try" --record "$2" >"$out" 2>"$err" </dev/null || return 0
		kill -CONT "$(pid_of "$1")"
	done
	fail "$1 is never stopped between two writes"
}
apart laptop 乙1
apart tablet 丙1
ok tributary -C laptop put member phone=1 --record 甲
ok tributary -C tablet put member phone=2 --record 甲
kill -CONT "$(pid_of tablet)" "$(pid_of laptop)"
in_conflict() { tributary -C "$1" conflicts | grep -q 甲; }
soon 10 in_conflict laptop
soon 10 in_conflict tablet

step 'a session ends when it is told to, and leaves nothing behind'
# Figures follow what came in with a pause between them, so it is quiet when nothing waits, and still not behind that pause.
nothing_waits() { [ "$(tributary -C "$1" --json status | jsoncheck waiting)" = 0 ]; }
is_quiet() { nothing_waits "$1" && sleep 1 && nothing_waits "$1"; }
for turn in 1 2 3 4 5; do
	soon 10 is_quiet laptop
	gone_quietly laptop
	! nothing_waits laptop || break
	live laptop # it was told in the midst of that pause, on a machine with much else to do
done
gone_quietly tablet
ok tributary -C laptop --json status
same 'waiting' "$(field waiting)" 0
for dir in county township; do
	ok tributaryd -C $dir check
done
