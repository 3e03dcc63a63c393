#!/bin/sh
# A server's page: accounts, what each may see and do, sessions that end, guesses that are counted, a proxy before it, and
# a figure that changes on an open page.
. "${0%/*}/lib.sh"
. "$here/http.sh"

password='correct horse battery'
account() { name=$1; shift; echo "$password" | tributaryd -C county account add "$name" "$@" >"$out" 2>"$err" || fail "account add $name"; }
signs_in() { writes "$1" "$2" county POST /api/v1/session "{\"name\":\"$2\",\"password\":\"$3\"}"; }

step 'a county serves its page; each has an account'
ok tributaryd -C county init --top --name 伊金霍洛旗委 --kind county --pack "$pack"
launch county --sync 'tcp://127.0.0.1:*' --porch 'tcp://127.0.0.1:*' --page 127.0.0.1:0
jsoncheck sync porch <"$work/.e2e/county.ready" | paste -s -d ' ' >"$work/.e2e/county.doors"
echo "http://$(jsoncheck page <"$work/.e2e/county.ready")" >"$work/.e2e/county.page"
ok tributaryd -C county unit add --kind township --code T1 --name 阿勒腾席热镇
ok tributaryd -C county unit add --kind branch --code B1 --parent T1 --name 柳沟村党支部
ok tributaryd -C county unit add --kind branch --code B2 --name 直属党支部
account admin --role administrator
account desk --role reviewer
account town --role reviewer --unit T1
account guest --role viewer --unit T1
exits 1 sh -c "echo '$password' | '$build/server/tributaryd' -C county account add admin --role viewer"
exits 2 sh -c "echo short | '$build/server/tributaryd' -C county account add other --role viewer"
exits 2 sh -c "echo '$password' | '$build/server/tributaryd' -C county account add other --role king"
exits 2 sh -c "echo '$password' | '$build/server/tributaryd' -C county account add 'a b' --role viewer"
ok tributaryd -C county --json account list
same 'accounts' "$(field 'accounts[#]')" 4
! grep -aq "$password" county/store/data.mdb || fail 'a password is kept as it is'
grep -aq 'argon2id' county/store/data.mdb || fail 'there is no Argon2id hash'

step 'nobody comes in without a password, and a wrong name is told like a wrong password'
asks 401 none county GET /api/v1/status
asks 401 none county GET /api/v1/events
signs_in 401 admin "${password}x"
cp "$out" wrong
signs_in 401 nobody "$password"
cmp -s "$out" wrong || fail 'a name that does not exist is told apart'
for bad in '{"name":"admin"}' '{"name":["admin"],"password":"x"}' '{"name":"admin","password":{"$ne":""}}' '{"name":"admin","password":"x","role":"administrator"}' '{"token":"x"}'; do
	writes 400 none county POST /api/v1/session "$bad"
done
for name in admin desk town guest; do
	signs_in 200 "$name" "$password"
	fits board POST /api/v1/session
done
asks 200 town county GET /api/v1/session
same 'role' "$(field role)" reviewer
same 'unit' "$(field unit_name)" 阿勒腾席热镇

step 'each sees what is at and below the own unit, and does what the role may'
root=$(tributaryd -C county --json unit list | jsoncheck 'units[0].unit')
direct=$(tributaryd -C county --json unit list | jsoncheck 'units[code=B2].unit')
while read -r status who path; do
	asks "$status" "$who" county GET "/api/v1/$path"
done <<-END
	200 admin status
	200 admin devices
	200 admin figures?unit=B2
	200 desk figures?unit=B2
	403 desk devices
	403 desk roles
	200 town figures
	200 town figures?unit=B1
	403 town figures?unit=B2
	403 town figures?unit=$direct
	403 town figures?unit=$root
	404 town figures?unit=00000000000000000000000000000000
	403 town units/B2
	403 town units/$root/history
	200 town units/B1
	200 town units
	403 town units?parent=$root
	403 town status
	403 town silent?unit=$direct
	200 town silent
	403 town records/member?unit=$direct
	403 town reviews/$direct/2026-03
	403 town transfers
	403 guest records/member
	403 guest reviews/B1/2026-03
	200 guest figures
	403 guest devices
END
asks 200 town county GET /api/v1/units
says_not 直属党支部
asks 200 town county GET /api/v1/silent
says_not 直属党支部
entries() { tributaryd -C county --json status | jsoncheck entries; }
before=$(entries)
writes 403 guest county POST /api/v1/units/B1/invitations '{}'
writes 403 town county POST /api/v1/units/B1/invitations '{}'
writes 403 town county POST /api/v1/reviews/B2/2026-03/approve '{}'
writes 403 guest county POST /api/v1/reviews/B1/2026-03/approve '{}'
writes 403 town county POST /api/v1/circulars '{"fields":{"title":"x"}}'
writes 401 none county POST /api/v1/circulars '{"fields":{"title":"x"}}'
writes 400 admin county POST /api/v1/units/B1/invitations '{"server":"maybe","days":{}}'
same 'entries' "$(entries)" "$before"
writes 200 admin county POST /api/v1/units/B1/invitations '{"label":"电脑"}'
code=$(field code)

step 'views are kept with the account, and nobody sees those of another'
writes 200 guest county POST /api/v1/views '{"name":"三月 <script>","at":"#/u/./overview?period=2026-03"}'
fits board POST /api/v1/views
writes 200 guest county POST /api/v1/views '{"name":"排名","at":"#/u/./ranking"}'
writes 200 guest county POST /api/v1/views '{"name":"排名","at":"#/u/./ranking?period=2026-02"}'
same 'one of a name' "$(field 'views[#]') $(field 'views[0].at')" '2 #/u/./ranking?period=2026-02'
asks 200 guest county GET /api/v1/views
fits board GET /api/v1/views
asks 200 town county GET /api/v1/views
same 'of the other' "$(field 'views[#]')" 0
for bad in '{"name":"x","at":"http://evil.example"}' '{"name":"x","at":"javascript:alert(1)"}' '{"name":"","at":"#/"}' '{"name":"a\nb","at":"#/"}' '{"name":"x"}'; do
	writes 400 guest county POST /api/v1/views "$bad"
done
writes 404 town county POST /api/v1/views/drop '{"name":"排名"}'
writes 200 guest county POST /api/v1/views/drop '{"name":"排名"}'
ok tributaryd -C county --json account views guest
same 'as the verb has it' "$(field 'views[#]') $(field 'views[0].name')" '1 三月 <script>'
exits 1 tributaryd -C county account views nobody
exits 2 tributaryd -C county account views guest --keep x
exits 2 tributaryd -C county account views guest --keep x --at /etc

step 'every address refuses what it does not know, class by class'
every_route admin county
same 'entries' "$(entries)" "$before"

step 'a figure changes on an open page within two seconds of its arrival'
ok tributary -C branch join "$code"
member branch 张三
events desk county told
asks 200 desk county GET '/api/v1/figures?unit=B1&metric=members'
tag=$(head_of ETag)
same 'members' "$(field 'figures[0].value')" 0
# What else a machine does only makes it take longer: the shortest of several is held to the bound.
more() { [ "$(grep -c '^event: changed' told)" -gt "$told" ]; }
shows() { asks 200 desk county GET '/api/v1/figures?unit=B1&metric=members' -H "If-None-Match: $tag" && [ "$(field 'figures[0].value')" = "$1" ]; }
shortest=999999 members=0
while [ "$shortest" -gt 2000 ] && [ "$members" -lt 10 ]; do
	[ "$members" -eq 0 ] || member branch "张三$members"
	members=$((members + 1))
	told=$(grep -c '^event: changed' told || :)
	ok tributary -C branch sync
	arrived=$(date +%s%3N)
	soon 20 more
	took=$(($(date +%s%3N) - arrived))
	[ "$took" -ge "$shortest" ] || shortest=$took
	soon 20 shows "$members"
	tag=$(head_of ETag)
done
[ "$shortest" -le 2000 ] || fail "it took $shortest ms"

step 'an account that is changed or removed has no session any more'
ok tributaryd -C county account role guest --role reviewer
asks 401 guest county GET /api/v1/figures
ok tributaryd -C county account remove town
asks 401 town county GET /api/v1/figures
exits 1 tributaryd -C county account remove town
new='another horse battery'
echo "$new" | tributaryd -C county account password desk >"$out" 2>"$err" || fail 'account password'
asks 401 desk county GET /api/v1/figures
signs_in 401 desk "$password"
signs_in 200 desk "$new"
asks 204 desk county DELETE /api/v1/session -H 'Tributary-Page: 1'
asks 401 desk county GET /api/v1/figures

step 'guesses are counted'
guesses=0
until [ "$(curl -s -o "$out" -D "$work/.e2e/head" -w '%{http_code}' -H 'Tributary-Page: 1' -H 'Content-Type: application/json' \
	--data-binary '{"name":"admin","password":"guess"}' "$(page_of county)/api/v1/session")" = 429 ]; do
	guesses=$((guesses + 1))
	[ "$guesses" -le 6 ] || fail 'one may guess for ever'
done
heads 'Retry-After: '
asks 200 admin county GET /api/v1/status

step 'every shape is as the file says'
for path in routes session text status units figures reports silent missed warnings transfers themes circulars devices roles; do
	asks 200 admin county GET "/api/v1/$path"
	fits board GET "/api/v1/$path"
done

step 'who comes through a proxy with TLS gets a cookie for TLS alone'
stop county
read -r sync porch <"$work/.e2e/county.doors"
launch county --sync "$sync" --porch "$porch" --page "$(page_of county | sed 's,http://,,')" --public-page https://board.example.cn
writes 200 admin county POST /api/v1/session "{\"name\":\"admin\",\"password\":\"$password\"}" -H 'Host: board.example.cn' \
	-H 'Origin: https://board.example.cn'
heads 'Set-Cookie: __Host-tributary-'
heads '; Secure'
heads 'Strict-Transport-Security'
writes 403 admin county POST /api/v1/session "{\"name\":\"admin\",\"password\":\"$password\"}" -H 'Host: board.example.cn' \
	-H 'Origin: http://board.example.cn'
asks 421 none county GET /api/v1/text -H 'Host: board.example.org'
if command -v nginx >/dev/null && command -v openssl >/dev/null; then
	mkdir nginx
	openssl req -x509 -newkey rsa:2048 -nodes -keyout nginx/key.pem -out nginx/cert.pem -days 1 -subj /CN=board.example.cn >"$out" 2>&1 ||
		fail 'no certificate'
	sed "s,/etc/ssl/board.example.cn.pem,$PWD/nginx/cert.pem,; s,/etc/ssl/private/board.example.cn.key,$PWD/nginx/key.pem,
		s,listen 443 ssl,listen unix:$PWD/nginx/sock ssl,; s,listen 80,listen unix:$PWD/nginx/plain,
		s,127.0.0.1:7480,$(page_of county | sed 's,http://,,')," "$source/docs/nginx.conf" >nginx/site.conf
	{
		echo "daemon off; master_process off; pid $PWD/nginx/pid; error_log $PWD/nginx/log; events {} http { access_log off; include $PWD/nginx/site.conf;"
		for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $PWD/nginx/$kind;"; done
		echo '}'
	} >nginx/nginx.conf
	nginx -t -c "$PWD/nginx/nginx.conf" -e "$PWD/nginx/log" >"$out" 2>&1 || fail "nginx -t: $(cat "$out")"
	nginx -c "$PWD/nginx/nginx.conf" -e "$PWD/nginx/log" >>"$work/.e2e/nginx.log" 2>&1 </dev/null &
	echo $! >"$work/.e2e/nginx.pid"
	through() { curl -sk --max-time 20 --unix-socket nginx/sock -b nginx/jar -c nginx/jar "$@"; }
	soon 5 through https://board.example.cn/api/v1/text
	through -H 'Tributary-Page: 1' -H 'Content-Type: application/json' -H 'Origin: https://board.example.cn' \
		--data-binary "{\"name\":\"admin\",\"password\":\"$password\"}" https://board.example.cn/api/v1/session >"$out"
	same 'role, through the proxy' "$(field role)" administrator
	through https://board.example.cn/api/v1/status >"$out"
	same 'a figure, through the proxy' "$(field units)" 4
	through -N https://board.example.cn/api/v1/events >nginx/told &
	echo $! >"$work/.e2e/nginx-events.pid"
	soon 5 grep -q '^event: hello' nginx/told
	ok tributaryd -C county unit add --kind branch --code B9 --name 新支部
	soon 2 grep -q '^event: changed' nginx/told
fi

stop county
ok tributaryd -C county check
