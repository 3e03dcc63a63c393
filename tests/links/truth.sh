#!/bin/sh
# Is the bed's link what it is said to be? Plain UDP and TCP through the relay, within bounds; and the same bottleneck by the
# kernel's own means (tc tbf).
. "${0%/*}/bed.sh"
lay

within() { # WHAT VALUE LEAST MOST
	awk -v v="$2" -v a="$3" -v b="$4" 'BEGIN { exit !(v >= a && v <= b) }' || fail "$1: $2, expected $3 to $4"
	echo "  $1: $2 ($3 to $4)"
}
probed() { # what `probe delay` said, column by column
	sent=$1 back=$2 median=$3 least=$4 most=$5 overtaken=$6
}
nsenter -t "$far_pid" -n "$links/probe" far 0.0.0.0 7000 >"$work/.e2e/probe.out" &
echo $! >"$work/.e2e/probe.pid"
soon 5 grep -q ready "$work/.e2e/probe.out"

step 'delay: there and back, and no more than its jitter'
link lan delay=100 jitter=20
probed $("$links/probe" delay $far 7000 100 10 100)
within 'came back of 100' "$back" 100 100
within 'median ms' "$median" 200 245
within 'least ms' "$least" 200 230

step 'loss: one in ten each way'
link lan delay=1 loss=1000
probed $("$links/probe" delay $far 7000 800 2 100)
within 'came back of 800' "$back" 590 705

step 'the same seed loses the same packets'
before=$back
link lan delay=1 loss=1000
probed $("$links/probe" delay $far 7000 800 2 100)
same 'came back' "$back" "$before"

step 'disorder: some are overtaken, none is lost'
link lan delay=40 disorder=1000
probed $("$links/probe" delay $far 7000 300 2 100)
within 'came back of 300' "$back" 300 300
within 'overtaken' "$overtaken" 20 120

step 'rate: TCP gets what is there, less its headers'
link dsl
rate=$("$links/probe" rate $far 7000 6)
within 'bytes a second of 64,000' "$rate" 56000 62500
wire 512kbit
kernel=$("$links/probe" rate 10.78.0.2 7000 4)
within 'the same through tc tbf' "$kernel" 54000 64000

step 'queue: it is bounded, and what is too much is dropped'
link dsl queue=4000
"$links/probe" delay $far 7000 200 1 1000 >"$out" || :
count
within 'dropped' "$(counted up.overflow)" 100 200
within 'longest wait, ms' "$(counted up.waited_ms)" 40 85

step 'a stall: nothing gets through, then everything'
link lan delay=5 stall=100000/1500
probed $("$links/probe" delay $far 7000 20 10 100)
within 'came back of 20' "$back" 20 20
within 'longest, ms' "$most" 900 1600

step 'a cut: what is sent meanwhile is gone; one way only, if so said'
link lan up.cut=1000/500 down.cut=0
probed $("$links/probe" delay $far 7000 200 10 100)
within 'came back of 200' "$back" 85 115
count
within 'cut on the way up' "$(counted up.cut)" 85 115
same 'cut on the way down' "$(counted down.cut)" 0

step 'what is sent again is told from what is new'
link dsl loss=300
"$links/probe" rate $far 7000 3 >"$out"
count
[ "$(counted up.again)" -gt 1000 ] || fail "sent again: $(counted up.again)"
same 'connections' "$(counted connections)" 1
cut_off
