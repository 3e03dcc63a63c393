#!/bin/sh
# A server under attack by strangers, one kind after the other. During each an honest device syncs, and the
# three processes of the server together stay below 256 MiB; after each the same core process serves on,
# nobody had to start anything again, and the store is what it was.
#
#	siege.sh BUILD_DIR             small, as in ./check
#	E2E_LIMIT=900 siege.sh BUILD_DIR figures     20,000 connections, and a table on stdout
#
# Figures are told as pairs: after each sync with the server under attack the same is done with another server on the same
# machine that nobody attacks. What the machine does besides, and the processors that the attackers take, weigh on both alike; the
# median of the pairs' ratios is what the attack does to the server itself. The attackers run only when a processor has nothing else
# to do (SCHED_IDLE), for on a real network they have their own.
E2E_LIMIT=${E2E_LIMIT-800}
. "${0%/*}/lib.sh"
size=${2-small}
stranger() { ${back-} "$build/tests/e2e/stranger" "$@"; }

found county
ok tributaryd -C county unit add --kind branch --code B1 --name 柳沟村党支部
device county tablet B1 平板
member tablet 张三
ok tributary -C tablet sync
if [ "$size" != small ]; then
	found calm
	ok tributaryd -C calm unit add --kind branch --code B1 --name 柳沟村党支部
	device calm slate B1 平板
	member slate 张三
	ok tributary -C slate sync
fi
code=$(invited county B1)
core=$(pid_of county)
read -r sync porch <"$work/.e2e/county.doors"

children() { cat /proc/"$core"/task/"$core"/children; }

# Of all three processes, in KiB: kept as the highest seen.
most=0
look() {
	sum=0
	for process in $core $(children); do
		kib=$(awk '/^VmRSS:/ { print $2 }' "/proc/$process/status" 2>/dev/null) || :
		sum=$((sum + ${kib:-0})) # of one that ends just now there is none
	done
	[ "$sum" -le "$most" ] || most=$sum
}
milliseconds() { date +%s%3N; }

# One sync with one new record, in milliseconds: the device's own time, its start included.
sync_once() {
	member "$1" "王$2"
	begun=$(milliseconds)
	${insists-ok} tributary -C "$1" sync
	took=$(($(milliseconds) - begun))
}
# Of all three processes of the server, so far, in milliseconds of processors.
worked() {
	for process in $core $(children); do cat "/proc/$process/stat" 2>/dev/null || :; done |
		sed 's/^.*) //' | awk -v hz="$(getconf CLK_TCK)" '{ n += $12 + $13 } END { printf "%d", n * 1000 / hz }'
}
# So many syncs with the server, each followed by one with the calm server where there is one.
median_of() {
	: >"$work/.e2e/pairs"
	work_before=$(worked)
	since=$(milliseconds)
	for n in $(seq "$1"); do
		sync_once tablet "$n"
		attacked=$took
		look
		[ ! -d calm ] || sync_once slate "$n"
		echo "$attacked $took" >>"$work/.e2e/pairs"
	done
	share=$((($(worked) - work_before) * 100 / ($(milliseconds) - since + 1)))
}
middle() { sort -n | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'; }
median() { cut -d ' ' -f 1 "$work/.e2e/pairs" | middle; }
median_calm() { cut -d ' ' -f 2 "$work/.e2e/pairs" | middle; }
ratio() { awk '{ printf "%.2f\n", $1 / $2 }' "$work/.e2e/pairs" | middle; }

# attack NAME DOOR MODE SECONDS [COUNT]…: all of them at once.
attack() {
	now=$1
	echo "- $now"
	shift
	attackers=
	most=0
	rm -f "$work"/.e2e/stranger.*
	while [ $# -gt 0 ]; do
		stranger "$2" "$1" "$code" "$3" "$4" >"$work/.e2e/stranger.$#" 2>>"$err" &
		attackers="$attackers $!"
		shift 4
	done
	sleep "${settle-1}"
	look
	median_of "${syncs-3}"
	for pid in $attackers; do
		while alive "$pid"; do
			look
			sleep 0.1
		done
		wait "$pid" || fail "an attacker ended with $?"
	done
	[ "$most" -le $((256 * 1024)) ] || fail "the server took $most KiB"
	alive "$core" || fail 'the core process has ended'
	ok tributaryd -C county --json status
	same 'the core process' "$(field pid)" "$core"
	[ "$size" = small ] || report
}
total() { cat "$work"/.e2e/stranger.* | sed 's/.*"'"$1"'": \([0-9]*\).*/\1/' | awk '{ n += $1 } END { print n }'; }
report() {
	echo "  | $now | $(total opened) | $(total open_at_once) | $(total cut) | $(total sent) | $(median) ms | $(median_calm) ms | $(ratio) | $quiet ms | $share % | $((most / 1024)) MiB | $(field link_restarts), $(field porch_restarts) |"
}

step 'in quiet: an honest sync, and what the server takes'
look
[ "$size" = small ] || syncs=11
median_of "${syncs-3}"
quiet=$(median)
echo "  median of an honest sync: $quiet ms; resident: $((most / 1024)) MiB"

crowd=4000
[ "$size" = small ] || crowd=10000
if [ "$size" != small ]; then
	settle=3 seconds=14 back='chrt --idle 0'
	echo '  | attack | opened | at once | cut | sent | sync, attacked | sync, calm server beside it | median of ratios | quiet | processor of the server | resident | restarts |'
fi
seconds=${seconds-5}

attack 'thousands of connections from many addresses, silent' "$sync" hold "$seconds" "$crowd" "$sync" hold "$seconds" "$crowd"
attack 'the same, each with a greeting' "$sync" greet "$seconds" "$crowd" "$sync" greet "$seconds" "$crowd"
attack 'the same at the porch' "$porch" greet "$seconds" "$crowd" "$porch" hold "$seconds" "$crowd"
# They share the rate of its address: it may be turned away more than once, tries again, and the time of all tries counts.
insists='soon 60'
attack 'thousands of connections from the address of the device itself' "$sync" hold "$seconds" "$crowd" "$sync" crowd "$seconds" 500
insists=ok
attack 'handshakes with keys that nobody knows' "$sync" shake "$seconds" 1
attack 'messages without end at the porch' "$porch" endless "$seconds" 16
attack 'messages without end at the sync door, where strangers have no say' "$sync" endless "$seconds" 16
attack 'messages of a byte, as many as can be' "$porch" tiny "$seconds" 32
attack 'those who ask and never read' "$porch" deaf "$seconds" 32
attack 'routing ids of libzmq, and one desk for all' "$porch" squat "$seconds" 1

step 'an outsider who was invited comes in through the porch after all that'
soon 30 tributary -C guest join "$(invited county B1)" --label 手机
step 'a child process that is killed is started again, and the device finds it'
before=$(children)
for pid in $before; do kill -KILL "$pid"; done
member tablet 李四
soon 10 tributary -C tablet sync
[ "$(children)" != "$before" ] || fail 'the same children'
grep -q 'it starts again in' "$work/.e2e/county.log" || fail 'nothing was said'
ok tributaryd -C county --json status
same 'the core process' "$(field pid)" "$core"
[ "$(field link_restarts)" -ge 1 ] || fail 'status does not tell'

step 'a server of few descriptors, and more strangers than it has'
stop county
ulimit -S -n 256
ulimit -H -n 256
serve county
core=$(pid_of county)
attack 'twice as many strangers as descriptors' "$sync" hold 3 200 "$sync" hold 3 200 "$sync" hold 3 200

step 'the store is whole'
ok tributaryd -C county check
ok tributary -C tablet --json status
same 'waiting' "$(field waiting)" 0
same 'not accepted' "$(field not_accepted)" 0
stop county
