#!/bin/sh
# The clerk's page over loopback: who gets in, what is answered, what is refused, and that nothing happens then.
. "${0%/*}/lib.sh"
. "$here/http.sh"

step 'a branch has a ledger, and its page is served'
found county
ok tributaryd -C county unit add --kind branch --code B1 --name 柳沟村党支部
device county branch B1 电脑
member branch 张三
ui branch

step 'nobody gets in without the secret of the address, which works once'
asks 401 none branch GET /api/v1/status
says 'sign in first'
writes 401 none branch POST /api/v1/session '{"token":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}'
writes 401 none branch POST /api/v1/session '{"token":12}'
writes 401 none branch POST /api/v1/session '{}'
writes 200 clerk branch POST /api/v1/session "{\"token\":\"$token\"}"
heads 'HttpOnly'
heads 'SameSite=Strict'
writes 401 none branch POST /api/v1/session "{\"token\":\"$token\"}"
asks 401 none branch GET /api/v1/status -b "tributary-1=$token"
asks 200 clerk branch GET /api/v1/session
fits clerk GET /api/v1/session
same local "$(field local)" true

step 'every answer forbids what a page has no need of'
asks 200 clerk branch GET /api/v1/status
for line in "Content-Security-Policy: default-src 'none'; script-src 'self'" 'X-Content-Type-Options: nosniff' 'X-Frame-Options: DENY' \
	'Referrer-Policy: no-referrer' 'Cache-Control: no-store'; do
	heads "$line"
done
heads_not 'unsafe-'
asks 200 clerk branch GET / --compressed
heads "Content-Security-Policy: default-src 'none'"
asks 404 clerk branch GET /../../etc/passwd --path-as-is
asks 404 clerk branch GET /%2e%2e/%2e%2e/etc/passwd
asks 404 clerk branch GET /index.html/

step 'what the page is told is what the command prints'
for pair in 'due due' 'warnings warnings' 'form form' 'form/member form member' 'records/member list member' 'conflicts conflicts' \
	'periods period' 'figures?period=2026-03 figures --period 2026-03' 'transfers transfer list' 'letters mail list'; do
	path=${pair%% *} verb=${pair#* }
	asks 200 clerk branch GET "/api/v1/$path"
	sed 's/"as_of":[0-9]*//' "$out" >answer # of what is here: now
	ok tributary -C branch --json $verb
	sed 's/"as_of":[0-9]*//' "$out" | cmp -s - answer || fail "/api/v1/$path is not what --json $verb prints"
done

step 'an answer that has not changed is not sent again'
asks 200 clerk branch GET /api/v1/records/member
tag=$(head_of ETag)
asks 304 clerk branch GET /api/v1/records/member -H "If-None-Match: $tag"
[ ! -s "$out" ] || fail 'a 304 has a body'
asks 200 clerk branch GET /api/v1/records/member -H "If-None-Match: $tag" -H 'Accept-Language: zh-CN'
asks 200 clerk branch GET /api/v1/records/member -H 'If-None-Match: "0123456789abcdef0123456789abcdef"'

step 'a record is written once, however often the answer is lost'
new='{"fields":{"name":"李四","sex":"男","ethnic_group":"汉族","birth":"1980-01-01","joined":"2010-07-01","category":"正式党员","occupation":"农牧民"}}'
writes 200 clerk branch POST /api/v1/records/member "$new" -H 'Idempotency-Key: once-and-only-once'
record=$(field record)
writes 200 clerk branch POST /api/v1/records/member "$new" -H 'Idempotency-Key: once-and-only-once'
same 'the record' "$(field record)" "$record"
asks 200 clerk branch GET /api/v1/records/member -H "If-None-Match: $tag"
same 'members' "$(field 'records[#]')" 2
writes 422 clerk branch POST /api/v1/records/member '{"fields":{"name":"王五"}}' -H 'Idempotency-Key: once-and-only-once'
writes 400 clerk branch POST /api/v1/records/member "$new" -H 'Idempotency-Key: a b'
writes 200 clerk branch PUT "/api/v1/records/member/$record" '{"fields":{"phone":"13800000001"}}'
same 'changed' "$(field changed)" true
writes 200 clerk branch PUT "/api/v1/records/member/$record" '{"fields":{"phone":null}}'
asks 200 clerk branch GET "/api/v1/records/member/$record"
fits clerk GET '/api/v1/records/{kind}/{record}'
says_not 13800000001
asks 200 clerk branch GET "/api/v1/records/member/$record/history"
fits clerk GET '/api/v1/records/{kind}/{record}/history'
same 'writes of the number' "$(field 'history[field=phone][#]')" 2

step 'a long list comes in parts, each of which leads to the next'
asks 200 clerk branch GET '/api/v1/records/member?limit=1'
same 'rows' "$(field 'records[#]')" 1
first=$(field 'records[0].record')
next=$(head_of Link | sed 's/^<\(.*\)>; rel="next"$/\1/')
asks 200 clerk branch GET "$next"
same 'rows' "$(field 'records[#]')" 1
[ "$(field 'records[0].record')" != "$first" ] || fail 'the second part is the first'
heads_not 'Link:'
for bad in 'limit=0' 'limit=1001' 'limit=x' 'limit=-1' 'cursor=1' 'limit=1&cursor=%00'; do
	asks 400 clerk branch GET "/api/v1/records/member?$bad"
done

step 'a large file goes in as it comes, and out again'
sends() { # STATUS PATH FILE
	asks "$1" clerk branch POST "$2" -H 'Tributary-Page: 1' -H 'Content-Type: application/octet-stream' --data-binary "@$3"
}
ok tributary -C branch --json put affair date=2026-03-09 sort=project topic=录像
affair=$(field record)
head -c 40000000 /dev/urandom >film
sends 200 "/api/v1/records/affair/$affair/files/files?key=film" film
asks 200 clerk branch GET "/api/v1/records/affair/$affair/files/files?key=film"
cmp -s "$out" film || fail 'a large file came back as another'
rm film

step 'other pages and other names of this machine are turned away'
asks 421 clerk branch GET /api/v1/status -H 'Host: evil.example'
asks 421 clerk branch GET / -H 'Host: evil.example'
asks 200 clerk branch GET /api/v1/text -H "Host: localhost:$(page_of branch | sed 's/.*://')"
count=$(tributary -C branch --json list member | jsoncheck 'records[#]')
for foreign in 'Origin: http://evil.example' 'Origin: null' 'Origin: https://127.0.0.1' 'Sec-Fetch-Site: cross-site' 'Sec-Fetch-Site: same-site'; do
	writes 403 clerk branch POST /api/v1/records/member "$new" -H "$foreign"
done
asks 403 clerk branch GET /api/v1/records/member -H 'Sec-Fetch-Site: cross-site'
asks 403 clerk branch POST /api/v1/records/member -H 'Content-Type: application/json' --data-binary "$new"
asks 403 clerk branch POST /api/v1/records/member -H 'Content-Type: application/x-www-form-urlencoded' --data-binary 'name=x'
same 'members' "$(tributary -C branch --json list member | jsoncheck 'records[#]')" "$count"

# ---- Bad input ----

entries() { tributary -C branch --json status | jsoncheck 'logs[0].entries' 'logs[1].entries' | tr '\n' ' '; }
before=$(entries)

step 'wrong types and what no row names are refused'
while read -r method path body; do
	writes 400 clerk branch "$method" "$path" "$body"
done <<-'END'
	POST /api/v1/records/member {"fields":[]}
	POST /api/v1/records/member {"fields":"name=x"}
	POST /api/v1/records/member {"fields":{"name":{"a":1}}}
	POST /api/v1/records/member {"fields":{"name":1.5}}
	POST /api/v1/records/member {"fields":{"name":"x\u0000y"}}
	POST /api/v1/records/member {"fields":{"a=b":"x"}}
	POST /api/v1/records/member {"fields":{"":"x"}}
	POST /api/v1/records/member {"fields":{"birth":"tomorrow","name":"x"}}
	POST /api/v1/records/member {"fields":{"name":"x"},"out":"/tmp/x"}
	POST /api/v1/records/member {"fields":{"name":"x"},"reason":["a",{"b":1}]}
	POST /api/v1/records/member {}
	POST /api/v1/records/member []
	POST /api/v1/records/member "text"
	POST /api/v1/records/member {"fields":{"name":"x"}
	POST /api/v1/records/member {"fields":{"name":"x"},"fields":{"name":"y"}}
	POST /api/v1/records/member nothing
	PUT /api/v1/records/member/00000000000000000000000000000000 {"fields":7}
	POST /api/v1/conflicts {"kind":"member","record":"x","field":"name"}
	POST /api/v1/letters {"to":["."],"text":{}}
	POST /api/v1/periods/2026-13/close {}
	POST /api/v1/periods/yesterday/submit {}
END
for path in 'due?period=x' 'due?today=2026-02-30' 'figures?period=2026-99' 'figures?metric=%00' 'figures?metric=%ff' 'figures?metric=%zz' \
	'figures?out=/tmp/x' 'records/member?where=name' 'records/member?unit=x' 'warnings?day=1' "figures?metric=$(printf '%02000d' 0)"; do
	asks 400 clerk branch GET "/api/v1/$path"
done

step 'every address refuses what it does not know, class by class'
every_route clerk branch

step 'files that are none, and files of nobody'
echo 'no bundle, no letter' >junk
head -c 17000000 /dev/zero >large
for path in transfers/verify transfers/admit transfers/returned; do
	sends 413 "/api/v1/$path" large
done
truncate -s 300000000 larger
for path in bundle/in records/affair/x/files/files; do
	sends 413 "/api/v1/$path" larger
done
sends 400 /api/v1/bundle/in large
sends 404 /api/v1/records/affair/x/files/files large
asks 401 nobody branch POST /api/v1/bundle/in -H 'Tributary-Page: 1' -H 'Content-Type: application/octet-stream' --data-binary @junk
rm larger
[ -z "$(find branch -name 'page-*')" ] || fail 'what was sent lies there still'
sends 400 /api/v1/bundle/in junk
sends 400 /api/v1/transfers/admit junk
sends 400 '/api/v1/transfers/returned?root=x' junk
sends 400 /api/v1/transfers/verify junk
sends 404 /api/v1/records/affair/nobody/files/files junk
sends 404 /api/v1/records/nothing/x/files/files junk
asks 404 clerk branch GET /api/v1/records/affair/nobody/files/files
asks 404 clerk branch GET /api/v1/transfers/nobody/letter
same 'files left behind' "$(find branch -name 'page-*' | wc -l)" 0

step 'what is not there is not there'
for path in nothing records/nothing records/member/nothing 'records/member/x/y/z' periods/2026-03/x 'form/%2e%2e' transfers/nobody; do
	asks 404 clerk branch GET "/api/v1/$path"
done
writes 404 clerk branch PUT /api/v1/records/member/00000000000000000000000000000000 '{"fields":{"phone":"1"}}'
writes 404 clerk branch POST /api/v1/letters '{"to":"00000000000000000000000000000000","text":"x"}'
asks 405 clerk branch POST /api/v1/due -H 'Tributary-Page: 1'
asks 405 clerk branch DELETE /api/v1/status -H 'Tributary-Page: 1'
asks 404 clerk branch PATCH /api/v1/none -H 'Tributary-Page: 1'

step 'words are never taken for options'
writes 404 clerk branch POST /api/v1/asked/--help '{"answer":"grant"}'
writes 404 clerk branch POST /api/v1/letters '{"to":"--json","text":"x"}'
asks 404 clerk branch GET /api/v1/form/--help
asks 404 clerk branch GET /api/v1/records/--help

step 'huge bodies and heads are refused'
head -c 2000000 /dev/zero | tr '\0' ' ' >huge
writes 413 clerk branch POST /api/v1/records/member @huge
writes 413 clerk branch POST /api/v1/records/member @huge -H 'Transfer-Encoding: chunked'
asks 413 clerk branch GET /api/v1/status -H 'Content-Type: application/json' --data-binary x
printf '{"fields":{"name":"%070000d"}}' 0 >long
writes 400 clerk branch POST /api/v1/records/member @long
printf '%s' "$(awk 'BEGIN { for (i = 0; i < 3000; i++) printf "["; for (i = 0; i < 3000; i++) printf "]" }')" >deep
writes 400 clerk branch POST /api/v1/records/member @deep
awk 'BEGIN { printf "{\"fields\":{"; for (i = 0; i < 2000; i++) printf "%s\"f%d\":1", i ? "," : "", i; print "}}" }' >many
writes 413 clerk branch POST /api/v1/records/member @many
asks 415 clerk branch POST /api/v1/records/member -H 'Tributary-Page: 1' -H 'Content-Type: text/plain' --data-binary 'fields=1'
for bytes in 40000 200000; do
	same "a head of $bytes bytes" "$(curl -s -o /dev/null -w '%{http_code} %{content_type}' -H @- "$(page_of branch)/api/v1/status" <<-END
		X: $(printf "%0${bytes}d" 0)
	END
	)" '431 application/problem+json'
done
same 'a body in an unknown coding' "$(curl -s -o /dev/null -w '%{http_code} %{content_type}' -H 'Tributary-Page: 1' -H 'Transfer-Encoding: gzip' \
	--data-binary x "$(page_of branch)/api/v1/sync")" '501 application/problem+json'
# Beyond that libmicrohttpd answers for itself, in HTML, and closes.
same 'a head of 300 KB' "$(curl -s -o /dev/null -w '%{http_code}' -H @- "$(page_of branch)/api/v1/status" <<-END
	X: $(printf '%0300000d' 0)
END
)" 431

same 'what was written meanwhile' "$(entries)" "$before"

step 'a script in a name is a name'
script='<script>alert(1)</script><img src=x onerror=alert(2)>'
writes 200 clerk branch PUT "/api/v1/records/member/$record" "{\"fields\":{\"name\":\"$script\"}}"
asks 200 clerk branch GET "/api/v1/records/member/$record"
heads 'Content-Type: application/json'
heads 'X-Content-Type-Options: nosniff'
same 'the name' "$(field fields.name)" "$script"
asks 404 clerk branch GET '/api/v1/<script>alert(1)</script>'
heads 'Content-Type: application/problem+json'

# ---- Live ----

step 'an open page is told of what other commands write, and of a sync that it began'
events clerk branch told
member branch 赵六
soon 2 grep -q '^event: changed' told
writes 202 clerk branch POST /api/v1/sync ''
fits clerk POST /api/v1/sync
soon 20 grep -q '"exit":0' told
asks 200 clerk branch GET /api/v1/sync
same 'how it ended' "$(field exit)" 0
fits clerk GET /api/v1/sync
stop county
writes 202 clerk branch POST /api/v1/sync ''
soon 20 grep -q '"exit":4' told

step 'every row is in docs/openapi.yaml as it is, and every path there in a table'
asks 200 clerk branch GET /api/v1/routes
fits clerk GET /api/v1/routes
cp "$out" clerk.routes
for path in due warnings doctor form form/member records/member series figures reports periods conflicts themes circulars asked \
	letters transfers attachments guests sync text session status; do
	asks 200 clerk branch GET "/api/v1/$path"
	fits clerk GET "$(echo "/api/v1/$path" | sed 's,/form/.*,/form/{kind},; s,/records/.*,/records/{kind},')"
done
ok tributaryd -C desk init --top --name 镇 --kind county --pack "$pack"
launch desk --sync 'tcp://127.0.0.1:*' --porch 'tcp://127.0.0.1:*' --page 127.0.0.1:0
echo "http://$(jsoncheck page <"$work/.e2e/desk.ready")" >"$work/.e2e/desk.page"
asks 200 none desk GET /api/v1/routes
cp "$out" board.routes
ok openapi routes clerk=clerk.routes board=board.routes

step 'who signs out is out, and the page ends in order'
asks 204 clerk branch DELETE /api/v1/session -H 'Tributary-Page: 1'
soon 5 grep -q '^event: bye' told
asks 401 clerk branch GET /api/v1/status
stop branch-ui
stop desk
ok tributary -C branch check
