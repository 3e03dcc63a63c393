# The link test bed. A test begins with:
#	. "${0%/*}/bed.sh"
# and gets all that tests/e2e/lib.sh gives, in a network namespace of its own (near), with a second one (far) behind a bad
# link (relay.c). No rights are needed beyond making namespaces; where the machine does not allow that it says so: exit 77.
near=10.77.0.1 far=10.77.0.2

if [ -z "${LINKS_INSIDE-}" ]; then
	for with in 'unshare -n' 'unshare -rn'; do
		$with sh -c 'ip tuntap add dev try0 mode tun && ip link del try0' 2>/dev/null || continue
		LINKS_INSIDE=1
		export LINKS_INSIDE
		exec $with "$0" "$@"
	done
	echo 'skipped: this machine allows no network namespaces, or no TUN interfaces (needs unshare, ip, /dev/net/tun)'
	exit 77
fi

. "$(dirname "$0")/../e2e/lib.sh"
links=$build/tests/links

behind() { nsenter -t "$far_pid" -n "$@"; }

# The two sides; what is there whatever the link between them.
lay() {
	unshare -n sleep 100000 &
	far_pid=$!
	echo "$far_pid" >"$work/.e2e/far.pid"
	until [ "$(readlink "/proc/$far_pid/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
	ip link set lo up
	ip addr add "$near/32" dev lo
	behind ip link set lo up
	behind ip addr add "$far/32" dev lo
}

words_of() {
	grep "^$1 " "$here/profiles" >"$work/.e2e/profile" || fail "no profile $1"
	cut -d' ' -f2- "$work/.e2e/profile"
}

# link PROFILE [WORD…]: the link between them from now on.
link() {
	cut_off
	linked=$1
	words=$(words_of "$linked")
	shift
	mkfifo "$work/.e2e/words"
	"$links/relay" near0 far0 "seed=${SEED-1}" $words "$@" <"$work/.e2e/words" >"$work/.e2e/relay.out" 2>"$work/.e2e/relay.log" &
	echo $! >"$work/.e2e/relay.pid"
	exec 8>"$work/.e2e/words"
	rm "$work/.e2e/words"
	soon 5 grep -q ready "$work/.e2e/relay.out"
	ip link set far0 netns "$far_pid"
	ip link set near0 up mtu 1400 txqueuelen 1000
	behind ip link set far0 up mtu 1400 txqueuelen 1000
	ip route replace "$far" dev near0 src "$near"
	behind ip route replace "$near" dev far0 src "$far"
}

cut_off() {
	[ -e "$work/.e2e/relay.pid" ] || return 0
	exec 8>&-
	kill "$(pid_of relay)"
	wait "$(pid_of relay)" 2>/dev/null || :
	rm "$work/.e2e/relay.pid"
}

word() { echo "$1" >&8; }

# What the relay has counted since `begin`, in $work/.e2e/counts.
count() {
	lines=$(wc -l <"$work/.e2e/relay.out")
	word count
	until [ "$(wc -l <"$work/.e2e/relay.out")" -gt "$lines" ]; do sleep 0.01; done
	tail -n 1 "$work/.e2e/relay.out" >"$work/.e2e/counts"
}
counted() { jsoncheck "$1" <"$work/.e2e/counts"; }

# A kernel's own bottleneck, to compare with: `wire RATE`, without delay, between w0 and w1.
wire() {
	ip link add w0 type veth peer name w1
	ip link set w1 netns "$far_pid"
	ip link set w0 up
	ip addr add 10.78.0.1/30 dev w0
	behind ip link set w1 up
	behind ip addr add 10.78.0.2/30 dev w1
	tc qdisc add dev w0 root tbf rate "$1" burst 3000 latency 500ms
}

# What goes to the background is no function, or the shell around it would be what is ended.
# far_serve NAME PORT: a server on the far side, reached at ports PORT and PORT + 1.
far_serve() {
	: >"$work/.e2e/$1.ready"
	nsenter -t "$far_pid" -n "$build/server/tributaryd" -C "$1" --json run --sync "tcp://$far:$2" --porch "tcp://$far:$(($2 + 1))" \
		>"$work/.e2e/$1.ready" 2>>"$work/.e2e/$1.log" </dev/null &
	echo $! >"$work/.e2e/$1.pid"
	soon 10 ready "$1"
}

now_ms() { date +%s%3N; }
