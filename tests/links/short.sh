#!/bin/sh
# A village's DSL with the real programs: a session with nothing to say, ten changes, a photo over a link that is cut on the way
# and then by a program that is ended. What is on the wire is what the relay counts. The whole is `ninja links`.
. "${0%/*}/bed.sh"
month=$(date +%Y-%m)
piece=65536
at_most() { [ "$2" -le "$3" ] || fail "$1: $2, at most $3"; }
received() { tributary -C laptop --json file list affair | jsoncheck "files[name=$1].received"; }
some_received() { [ "$(received "$1")" -ge "$2" ]; }
sent() { count; counted up.payload; }
background_sync() {
	"$build/client/tributary" -C laptop sync >"$work/.e2e/sync.out" 2>&1 8>&- &
	echo $! >"$work/.e2e/sync.pid"
}

step 'a branch, over a good link'
lay
link lan
ok tributaryd -C county init --top --name 旗委 --kind county --pack "$pack"
far_serve county 7700
ok tributaryd -C county unit add --kind branch --code B1 --name 柳沟村党支部
device county laptop B1 电脑
ok tributary -C laptop put affair "date=$month-01" sort=project topic=春耕
ok tributary -C laptop sync
ok tributary -C laptop sync

step 'nothing to say: the handshake, and one small message each way'
link dsl
ok tributary -C laptop sync
count
at_most 'up' "$(counted up.payload)" 800
at_most 'down' "$(counted down.payload)" 450

step 'ten changes: still one round trip'
for i in 0 1 2 3 4 5 6 7 8 9; do echo "事项$i,$month-0$((i % 9 + 1)),project"; done | sed '1i topic,date,sort' >ten.csv
ok tributary -C laptop import affair ten.csv
word begin
ok tributary -C laptop --json sync
same 'round trips' "$(field round_trips)" 1
count
at_most 'up' "$(counted up.payload)" 1600
at_most 'down' "$(counted down.payload)" 600

step 'the link is cut for two seconds while a photo is on its way: the session goes on'
head -c 200000 /dev/urandom >photo.jpg
ok tributary -C laptop file add affair 春耕 'files[cut.jpg]' photo.jpg
word begin
background_sync
soon 10 some_received cut.jpg 1
word cut=1/1
sleep 2
word cut=0
wait "$(pid_of sync)" || fail 'the session did not end well'
rm "$work/.e2e/sync.pid"
same 'all four pieces' "$(received cut.jpg)" 4
at_most 'sent for 200,000 bytes' "$(sent)" $((200000 + 10000 + 4000))
same 'connections' "$(counted connections)" 1

step 'the link is cut, and forgets the connection: another is made as soon as it is there again'
head -c 200000 /dev/urandom >photo.jpg
ok tributary -C laptop file add affair 春耕 'files[forgotten.jpg]' photo.jpg
word forget=1
word begin
background_sync
soon 10 some_received forgotten.jpg 1
word cut=1/1
sleep 2
word cut=0
begun=$(now_ms)
wait "$(pid_of sync)" || fail 'the session did not end well'
rm "$work/.e2e/sync.pid"
at_most 'ms until it is there' "$(($(now_ms) - begun))" 20000 # 40 s before the dead one is missed by TCP alone
same 'all four pieces' "$(received forgotten.jpg)" 4
at_most 'sent for 200,000 bytes' "$(sent)" $((200000 + 10000 + 2 * piece + 4000))
same 'connections' "$(counted connections)" 2
word forget=0

step 'the program is ended on the way: another goes on where it stopped, and no more than what was under way goes again'
head -c 200000 /dev/urandom >photo.jpg
ok tributary -C laptop file add affair 春耕 'files[ended.jpg]' photo.jpg
word begin
background_sync
soon 10 some_received ended.jpg 1
kill -KILL "$(pid_of sync)"
wait "$(pid_of sync)" 2>/dev/null || :
rm "$work/.e2e/sync.pid"
ok tributary -C laptop sync
same 'all four pieces' "$(received ended.jpg)" 4
at_most 'sent for 200,000 bytes' "$(sent)" $((200000 + 10000 + 2 * piece + 4000))
cut_off
