# What the end-to-end tests share. A test begins with:
#	. "${0%/*}/lib.sh"
# and is called with the build directory as its first argument. It gets a directory of its own ($PWD),
# the programs as commands, words to expect things with, and leaves no process behind however it ends.
# TRIBUTARY_KEEP=1 keeps the directory.
set -eu

# What is this month at the beginning of a test is so at its end: one that would see midnight begins behind it. Then the whole test
# under one hard limit: what is left when it strikes is ended by the trap below.
if [ -z "${E2E_LIMITED-}" ]; then
	until_midnight=$((86400 - $(date +%s) % 86400))
	[ "$until_midnight" -gt "${E2E_USUAL-180}" ] || sleep "$((until_midnight + 1))"
	E2E_LIMITED=1
	export E2E_LIMITED
	exec timeout --kill-after=40 "${E2E_LIMIT-600}" "$0" "$@"
fi

here=$(cd "${0%/*}" && pwd)
build=$(cd "$1" && pwd)
source=$(cd "$here/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/tributary-e2e.XXXXXX")
mkdir "$work/.e2e"
out=$work/.e2e/out err=$work/.e2e/err
: >"$out" >"$err"
now='the beginning'
last='nothing'
export LC_ALL=C.UTF-8 TZ=UTC
patience=8
unset TRIBUTARY_DIR TRIBUTARY_LANG
cd "$work"

# Nothing below is decided by how fast the machine is: a limit of time only ends what would hang. One command may take this long; nothing
# here takes a hundredth of it on a quiet machine.
tributary() { timeout --kill-after=2 "${COMMAND_LIMIT-120}" "$build/client/tributary" "$@"; }
tributaryd() { timeout --kill-after=2 "${COMMAND_LIMIT-120}" "$build/server/tributaryd" "$@"; }
banner() { "$build/tests/data/banner" "$@"; }
jsoncheck() { "$build/tests/e2e/jsoncheck" "$@"; }

# ---- The transcript ----

# Tests in which members have homes say each_step=conserved: it is asserted before each further step, and at the end.
step() {
	[ -z "${each_step-}" ] || "$each_step"
	now=$*
	echo "- $now"
}

fail() {
	trap - EXIT HUP INT TERM
	{
		echo "FAILED at: $now"
		echo "  $*"
		echo "  last command: $last"
		sed 's/^/  out: /' "$out" | head -n 40
		sed 's/^/  err: /' "$err" | head -n 40
		for log in "$work"/.e2e/*.log; do
			[ -s "$log" ] && echo "  ${log##*/}:" && tail -n 10 "$log" | sed 's/^/    /'
		done
	} >&2
	clean
	exit 1
}

# exits CODE COMMAND…: runs it; what it says is kept for says, field and the like.
exits() {
	wanted=$1
	shift
	last=$*
	got=0
	"$@" >"$out" 2>"$err" </dev/null || got=$?
	[ "$got" -eq "$wanted" ] || fail "exit code $got, expected $wanted"
}

ok() { exits 0 "$@"; }

says() {
	cat "$out" "$err" | grep -qF -- "$1" || fail "does not say: $1"
}

says_not() {
	! cat "$out" "$err" | grep -qF -- "$1" || fail "says: $1"
}

# A failure is one line of plain words: no abort, no stack, no more than it takes.
one_line() {
	[ "$(wc -l <"$err")" -eq 1 ] || fail "says more, or less, than one line"
}

same() {
	[ "$2" = "$3" ] || fail "$1: $2, expected $3"
}

# field PATH: of what the last command printed with --json.
field() {
	jsoncheck "$1" <"$out" 2>>"$err" || echo "nothing at $1"
}

# One number of `figures`: figure tributaryd|tributary DIR PERIOD METRIC [COLUMN [more options…]]
figure() {
	program=$1 dir=$2 period=$3 metric=$4 column=${5-value}
	shift 4
	[ $# -eq 0 ] || shift
	"$program" -C "$dir" --json figures --period "$period" --metric "$metric" "$@" 2>>"$err" |
		jsoncheck "figures[metric=$metric].$column" 2>>"$err" || echo nothing
}

# Waits until a command succeeds: soon SECONDS COMMAND…; so many seconds are plenty on a quiet machine, and a busy one gets more.
soon() {
	tries=$(($1 * 20 * patience))
	shift
	last=$*
	while ! "$@" >"$out" 2>"$err" </dev/null; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || fail 'not within the time that it may take'
		sleep 0.05
	done
}

# For `soon`. tells PATH VALUE COMMAND…: what the command prints with --json has that there, whatever its exit code.
tells() {
	told_at=$1 told_value=$2
	shift 2
	"$@" >"$out" 2>"$err" </dev/null || :
	[ "$(jsoncheck "$told_at" <"$out" 2>>"$err" || :)" = "$told_value" ]
}

# For `soon`. figured VALUE, and what `figure` takes: the figure is that.
figured() {
	figured_value=$1
	shift
	[ "$(figure "$@")" = "$figured_value" ]
}

# For `soon`. synced DEVICE COMMAND…: the device syncs before it is asked.
synced() {
	tributary -C "$1" sync >"$out" 2>"$err" </dev/null || return 1
	shift
	"$@"
}

# ---- Servers ----

pid_of() { cat "$work/.e2e/$1.pid"; }
alive() { kill -0 "$1" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }
gone() { ! alive "$1"; }
ready() { grep -q '^{"sync"' "$work/.e2e/$1.ready"; }

launch() {
	name=$1
	shift
	: >"$work/.e2e/$name.ready"
	"$build/server/tributaryd" -C "$name" --json run "$@" >"$work/.e2e/$name.ready" 2>>"$work/.e2e/$name.log" </dev/null &
	echo $! >"$work/.e2e/$name.pid"
	tries=$((200 * patience))
	until ready "$name"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || fail "the server $name is not ready"
		alive "$(pid_of "$name")" || return 1
		sleep 0.05
	done
}

# serve NAME: on free ports the first time; later on those that others know it by.
serve() {
	if [ -s "$work/.e2e/$1.doors" ]; then
		read -r sync porch <"$work/.e2e/$1.doors"
	else
		sync='tcp://127.0.0.1:*' porch='tcp://127.0.0.1:*'
	fi
	for attempt in 1 2 3 4 5; do
		if launch "$1" --sync "$sync" --porch "$porch"; then
			jsoncheck sync porch <"$work/.e2e/$1.ready" | paste -s -d ' ' >"$work/.e2e/$1.doors"
			return
		fi
		sleep 0.2 # a port may be lent to somebody for a moment
	done
	fail "the server $1 does not come up"
}

stop() {
	pid=$(pid_of "$1")
	kill "$pid"
	got=0
	wait "$pid" || got=$?
	rm "$work/.e2e/$1.pid"
	[ "$got" -eq 0 ] || fail "the server $1 ended with $got"
}

kill_hard() {
	pid=$(pid_of "$1")
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || :
	rm "$work/.e2e/$1.pid"
}

# Conservation (DESIGN 9) at every server that runs: counted + not taken up − not let go = known, none below 0, and the
# ledgers hold whom the records give them.
conserved() {
	for running in "$work"/.e2e/*.pid; do
		[ -e "$running" ] || continue
		running=${running##*/} running=${running%.pid}
		tributaryd -C "$work/$running" --json status >"$work/.e2e/terms" 2>"$work/.e2e/terms.log" || fail "$running does not say its members"
		set -- $(jsoncheck members_counted members_not_yet_taken_up members_not_yet_let_go members_known members_conserved <"$work/.e2e/terms")
		[ "$5" = true ] && [ "$1" -ge 0 ] && [ "$2" -ge 0 ] && [ "$3" -ge 0 ] && [ $(($1 + $2 - $3)) -eq "$4" ] ||
			fail "members at $running: $1 counted, $2 not taken up, $3 not let go, $4 known, conserved: $5"
	done
}

# ---- The end ----

clean() {
	for file in "$work"/.e2e/*.pid; do
		[ -e "$file" ] || continue
		kill -KILL "$(cat "$file")" 2>/dev/null || :
		wait "$(cat "$file")" 2>/dev/null || :
	done
	cd /
	[ ! -d "$work/small" ] || umount "$work/small" 2>/dev/null || :
	if [ -n "${TRIBUTARY_KEEP-}" ]; then
		echo "kept: $work" >&2
	else
		rm -rf "$work"
	fi
}

over() {
	got=$?
	[ "$got" -ne 0 ] || [ -z "${each_step-}" ] || "$each_step"
	trap - EXIT
	trap '' HUP INT TERM # a second signal must not stop the tidying up
	[ "$got" -eq 0 ] || {
		echo "FAILED at: $now" >&2
		echo "  the script ended with $got; last command: $last" >&2
		sed 's/^/  err: /' "$err" >&2
	}
	clean
	exit "$got"
}
trap over EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- Trees that several tests begin with ----

pack=$source/packs/party-branch.yaml

# found NAME: a county that runs, alone.
found() {
	ok tributaryd -C "$1" init --top --name 伊金霍洛旗委 --kind county --pack "$pack"
	serve "$1"
}

# invited SERVER UNIT [more…]: prints the line.
invited() {
	server=$1 unit=$2
	shift 2
	tributaryd -C "$server" invite --unit "$unit" "$@" 2>>"$err"
}

# township PARENT DIR CODE NAME: a unit with a server of its own that runs.
township() {
	ok tributaryd -C "$1" unit add --kind township --code "$3" --name "$4"
	ok tributaryd -C "$2" init --join "$(invited "$1" "$3" --server)" --label 服务器
	serve "$2"
}

# device SERVER DIR UNIT LABEL: a device of that unit.
device() {
	ok tributary -C "$2" join "$(invited "$1" "$3")" --label "$4"
}

# A county, a township T1 and one branch B1 in it, the servers running.
small_tree() {
	found county
	township county township T1 阿勒腾席热镇
	ok tributaryd -C township unit add --kind branch --code B1 --name 柳沟村党支部
}

# A member with everything that is required: member DIR NAME [FIELD=VALUE…]
member() {
	dir=$1 name=$2
	shift 2
	ok tributary -C "$dir" put member "name=$name" sex=女 ethnic_group=汉族 birth=1990-05-01 joined=2015-07-01 \
		category=正式党员 occupation=农牧民 "$@"
}

# side_by_side: a small tree with a second branch, and three devices that have synced: laptop and tablet of the one, passer of the other.
side_by_side() {
	small_tree
	ok tributaryd -C township unit add --kind branch --name 西村支部 --code B2
	device township laptop B1 电脑
	device township tablet B1 平板
	device township passer B2 路过
	month=$(date +%Y-%m)
	for dir in laptop tablet passer laptop tablet; do ok tributary -C "$dir" sync; done
}

# stay NAME [WORD [ENDPOINT]]: a device lets others call it, until `stop NAME`; what it said first, and WORD, is in its .ready.
stay() {
	: >"$work/.e2e/$1.ready"
	"$build/client/tributary" -C "$1" --json serve --listen "${3-tcp://127.0.0.1:*}" >"$work/.e2e/$1.ready" 2>>"$work/.e2e/$1.log" </dev/null &
	echo $! >"$work/.e2e/$1.pid"
	soon 10 grep -q "${2-\"address\"}" "$work/.e2e/$1.ready"
}
