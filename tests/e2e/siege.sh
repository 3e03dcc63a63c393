#!/bin/sh
# A server under attack by strangers, one kind after the other. During each an honest device syncs, and the
# three processes of the server together stay below 256 MiB; after each the same core process serves on,
# nobody had to start anything again, and the store is what it was.
#
#	siege.sh BUILD_DIR             small, as in ./check
#	E2E_LIMIT=900 siege.sh BUILD_DIR figures     20,000 connections, and a table on stdout
E2E_LIMIT=${E2E_LIMIT-280}
. "${0%/*}/lib.sh"
size=${2-small}
# Where it is measured they stand back: on a real network they have processors of their own.
stranger() { nice -n "${back-0}" "$build/tests/e2e/stranger" "$@"; }

found county
ok tributaryd -C county unit add --kind branch --code B1 --name 柳沟村党支部
device county tablet B1 平板
member tablet 张三
ok tributary -C tablet sync
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

# Median of so many syncs with one new record each, in milliseconds: the device's own time, its start included.
median_of() {
	times=
	for n in $(seq "$1"); do
		member tablet "王$n"
		begun=$(milliseconds)
		ok tributary -C tablet sync
		times="$times $(($(milliseconds) - begun))"
		look
	done
	echo "$times" | tr ' ' '\n' | sed '/^$/d' | sort -n | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }' >"$work/.e2e/median"
}
median() { cat "$work/.e2e/median"; }

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
	echo "  | $now | $(total opened) | $(total open_at_once) | $(total cut) | $(total sent) | $(median) ms | $quiet ms | $((most / 1024)) MiB | $(field link_restarts), $(field porch_restarts) |"
}

step 'in quiet: an honest sync, and what the server takes'
median_of "${syncs-3}"
quiet=$(median)
echo "  median of an honest sync: $quiet ms; resident: $((most / 1024)) MiB"

crowd=4000
[ "$size" = small ] || crowd=10000
[ "$size" = small ] || settle=3 syncs=9 seconds=12 back=19
seconds=${seconds-5}

attack 'thousands of connections from many addresses, silent' "$sync" hold "$seconds" "$crowd" "$sync" hold "$seconds" "$crowd"
attack 'the same, each with a greeting' "$sync" greet "$seconds" "$crowd" "$sync" greet "$seconds" "$crowd"
attack 'the same at the porch' "$porch" greet "$seconds" "$crowd" "$porch" hold "$seconds" "$crowd"
attack 'thousands of connections from the address of the device itself' "$sync" hold "$seconds" "$crowd" "$sync" crowd "$seconds" 500
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
