# What the tests of the pages share; after lib.sh:
#	. "$here/http.sh"
# A page has a name, an address ($work/.e2e/NAME.page) and a jar of cookies for each who is signed in.

openapi() { "$build/tests/e2e/openapi" "$source/docs/openapi.yaml" "$@"; }
page_of() { cat "$work/.e2e/$1.page"; }

# asks STATUS JAR NAME METHOD PATH [more of curl…]: the answer is kept for says, field and the like, its head for heads.
asks() {
	wanted=$1 jar=$2 name=$3 method=$4 target=$5
	shift 5
	last="$method $target $*"
	[ "$method" != HEAD ] || set -- -I "$@"
	: >"$out"
	got=$(curl -s --max-time 20 -o "$out" -D "$work/.e2e/head" -w '%{http_code}' -b "$work/.e2e/$jar.jar" -c "$work/.e2e/$jar.jar" \
		-X "$method" "$@" "$(page_of "$name")$target" 2>"$err") || fail "no answer to $method $target"
	[ "$got" = "$wanted" ] || fail "$method $target: status $got, expected $wanted"
	case $wanted in
		4?? | 5??) problem ;;
	esac
}

# A refusal is a problem body, and says its own status.
problem() {
	heads 'Content-Type: application/problem+json'
	openapi answer clerk GET /api/v1/session 400 <"$out" >>"$err" || fail 'this is no problem body'
	[ "$(jsoncheck status <"$out")" = "$got" ] || fail 'the problem tells of another status'
}

heads() { grep -qiF -- "$1" "$work/.e2e/head" || fail "the head does not say: $1"; }
heads_not() { ! grep -qiF -- "$1" "$work/.e2e/head" || fail "the head says: $1"; }
head_of() { sed -n "s/^$1: \(.*\)\r$/\1/Ip" "$work/.e2e/head"; }

# writes STATUS JAR NAME METHOD PATH BODY [more…]: as a page of our own does.
writes() {
	wanted=$1 jar=$2 name=$3 method=$4 target=$5 content=$6
	shift 6
	asks "$wanted" "$jar" "$name" "$method" "$target" -H 'Tributary-Page: 1' -H 'Content-Type: application/json' --data-binary "$content" "$@"
}

# fits PROGRAM METHOD PATH: what was answered last has the shape that the file says.
fits() {
	openapi answer "$1" "$2" "$3" "$got" <"$out" >"$work/.e2e/fits" || fail "$(head -n 5 "$work/.e2e/fits")"
}

# ui DIR: the clerk's page of that directory, served, and its secret in $token.
ui() {
	"$build/client/tributary" -C "$1" --json ui --no-open >"$work/.e2e/$1.ui" 2>>"$work/.e2e/$1.log" </dev/null &
	echo $! >"$work/.e2e/$1-ui.pid"
	soon 10 test -s "$work/.e2e/$1.ui"
	address=$(jsoncheck address <"$work/.e2e/$1.ui")
	echo "${address%%/#*}" >"$work/.e2e/$1.page"
	token=${address#*token=}
}

# events JAR NAME FILE: listens, until the test is over.
events() {
	curl -s -N --max-time 100 -b "$work/.e2e/$1.jar" "$(page_of "$2")/api/v1/events" >"$3" 2>/dev/null &
	echo $! >"$work/.e2e/events-$1.pid"
	soon 5 grep -q '^event: hello' "$3"
}
