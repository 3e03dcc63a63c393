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
	got=$(curl -s --max-time 120 --expect100-timeout 100 -o "$out" -D "$work/.e2e/head" -w '%{http_code}' -b "$work/.e2e/$jar.jar" -c "$work/.e2e/$jar.jar" \
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
	curl -s -N --max-time 900 -b "$work/.e2e/$1.jar" "$(page_of "$2")/api/v1/events" >"$3" 2>/dev/null &
	echo $! >"$work/.e2e/events-$1.pid"
	soon 5 grep -q '^event: hello' "$3"
}

# every_route JAR NAME: whatever a stranger may send to any address is refused, class by class, before it can do anything:
# nobody signed in, a page of others, a name that no row knows, a wrong type of each member, a body of the wrong kind or size.
every_route() {
	everybody=$1 served=$2
	asks 200 "$everybody" "$served" GET /api/v1/routes
	cp "$out" "$work/.e2e/every"
	head -c 1500000 /dev/zero | tr '\0' ' ' >"$work/.e2e/huge"
	rows=$(jsoncheck 'routes[#]' <"$work/.e2e/every") row=0
	while [ "$row" -lt "$rows" ]; do
		jsoncheck "routes[$row].method" "routes[$row].path" "routes[$row].role" "routes[$row].file" "routes[$row].words[#]" <"$work/.e2e/every" >"$work/.e2e/row"
		{ read -r its_method; read -r its_path; read -r its_role; read -r its_file; read -r its_words; } <"$work/.e2e/row"
		its_path=$(echo "$its_path" | sed 's/{unit}/B1/; s/{[a-z]*}/x/g')
		[ "$its_role" = anybody ] || asks 401 nobody "$served" "$its_method" "$its_path" -H 'Tributary-Page: 1'
		asks 403 "$everybody" "$served" "$its_method" "$its_path" -H 'Tributary-Page: 1' -H 'Sec-Fetch-Site: cross-site'
		case $its_method in
			GET) asks 400 "$everybody" "$served" GET "$its_path?nobody-knows=1" ;;
			*) every_body ;;
		esac
		row=$((row + 1))
	done
	[ "$row" -gt 20 ] || fail 'there are few routes'
}

every_body() {
	asks 403 "$everybody" "$served" "$its_method" "$its_path" -H 'Content-Type: application/json' --data-binary '{}'
	writes 403 "$everybody" "$served" "$its_method" "$its_path" '{}' -H 'Origin: http://evil.example'
	writes 413 "$everybody" "$served" "$its_method" "$its_path" "@$work/.e2e/huge"
	[ "$its_file" = false ] || { asks 400 "$everybody" "$served" "$its_method" "$its_path?nobody-knows=1" -H 'Tributary-Page: 1'; return; }
	asks 415 "$everybody" "$served" "$its_method" "$its_path" -H 'Tributary-Page: 1' -H 'Content-Type: text/plain' --data-binary x
	for its_body in '[]' '"x"' '{' '{"nobody knows":1}'; do
		writes 400 "$everybody" "$served" "$its_method" "$its_path" "$its_body"
	done
	word=0
	while [ "$word" -lt "$its_words" ]; do
		jsoncheck "routes[$row].words[$word].name" "routes[$row].words[$word].in" <"$work/.e2e/every" >"$work/.e2e/word"
		{ read -r its_name; read -r its_in; } <"$work/.e2e/word"
		case $its_in in
			body) writes 400 "$everybody" "$served" "$its_method" "$its_path" "{\"$its_name\":{\"a\":[1]}}" ;;
			fields) writes 400 "$everybody" "$served" "$its_method" "$its_path" "{\"$its_name\":7}" ;;
		esac
		word=$((word + 1))
	done
}
