#!/bin/sh
# Out of one tree and into another: a letter, checked without any data directory, its return slip, and what is refused.
. "${0%/*}/lib.sh"
each_step=conserved
pack=$source/tests/data/custody.yaml
month=$(date +%Y-%m)

step 'two trees: a county and a branch here; a company, its county and its branch there'
found here
ok tributaryd -C here unit add --kind branch --code B1 --name 柳沟村党支部
device here one B1 电脑
ok tributaryd -C there init --top --name 南方某公司党委 --kind county --pack "$pack"
serve there
ok tributaryd -C there unit add --kind township --code T1 --name 二分公司党总支
ok tributaryd -C t1 init --join "$(invited there T1 --server)" --label 服务器
serve t1
for b in C1 C2; do
	soon 20 tributaryd -C t1 unit add --kind branch --code $b --name 第${b#C}支部
	device t1 $b $b 电脑
done
ok tributary -C one put member name=李四 phone=111 stage=activist points=7 note=只供本支部
recorded() { tributary -C "$1" sync >"$out" 2>"$err" && tributary -C "$1" --json transfer show "$2" >"$out" 2>"$err" &&
	[ "$(jsoncheck "homes[epoch=$3].final" <"$out")" = true ]; }
soon 20 recorded one 李四 1
ok tributary -C one put dues month=2026-03 "member=李四" due=5.00

step 'offered out: the registrar records it, the member stays and counts; then the letter is written'
exits 2 tributary -C one transfer offer 李四
exits 3 tributary -C one transfer letter 李四 letter
says 'no letter stands open'
ok tributary -C one transfer offer 李四 --out 南方某公司党委
soon 20 recorded one 李四 2
ok tributary -C one --json transfer list
same 'in the register' "$(field 'transfers[0].state')" letter
ok tributary -C one --json transfer letter 李四 letter
root=$(field root_key)
ok tributary -C one transfer letter 李四 letter.txt --text
grep -q 'Letter of transfer' letter.txt || fail 'the text begins with what it is'
grep -q 'name: 李四' letter.txt || fail 'the text names the person'
same 'members here' "$(figure tributary one "$month" members)" 1
exits 3 tributary -C one --json transfer withdraw 李四
same 'a letter that is out' "$(field 'transfers[0].why')" LETTER_OUT

step 'anybody checks it, anywhere'
mkdir nowhere
ok tributary -C nowhere --json verify letter
same 'holds' "$(field holds)" true
same 'who' "$(field name)" 李四
same 'from' "$(field from)" 伊金霍洛旗委/柳沟村党支部
same 'trusted' "$(field trusted)" false
ok tributary -C nowhere --json verify letter.txt --root "$root"
same 'the text is the same' "$(field trusted)" true

step 'what is not right is refused, each with its own sentence, and changes nothing'
{ head -c 2000 letter; printf altered; tail -c +2008 letter; } >altered
exits 1 tributary -C nowhere verify altered
says 'the letter is not genuine'
exits 3 tributary -C C1 transfer admit altered --root "$root"
says 'a signature of the chain does not match'
exits 3 tributary -C C1 transfer admit letter
says 'signed below a root key that is not trusted here'
exits 3 tributary -C one transfer admit letter
says 'written in this very tree'
echo nothing >empty
exits 1 tributary -C C1 transfer admit empty --root "$root"
says 'it is no letter'
ok tributary -C C1 --json list member
same 'records there' "$(field 'records[#]')" 0

step 'taken in there; once'
ok tributary -C C1 transfer admit letter.txt --root "$root"
exits 3 tributary -C C1 transfer admit letter --root "$root"
says 'has been taken in already'
ok tributary -C C2 transfer admit letter --root "$root" # has not heard of it
there() { tributary -C C1 sync >"$out" 2>"$err" && tributary -C C1 --json get member 李四 >"$out" 2>"$err"; }
soon 30 there
same 'points' "$(field fields.points)" 7
same 'the note stayed' "$(field fields.note)" 'nothing at fields.note'
ok tributary -C C1 --json list dues
same 'the dues came along' "$(field 'records[0].fields.due')" 500
refused() { tributary -C C2 sync >"$out" 2>"$err" && tributary -C C2 --json transfer list >"$out" 2>"$err" &&
	[ "$(jsoncheck 'transfers[0].state' <"$out")" = void ]; }
soon 30 refused
same 'why' "$(field 'transfers[0].why')" REPLAYED
is_at() { [ "$(figure tributaryd "$1" "$month" members)" = "$2" ]; }
soon 30 is_at there 1

step 'the slip goes back; until it is entered the member counts here'
ok tributary -C C1 --json transfer slip 李四 slip
other=$(field root_key)
same 'members here' "$(figure tributary one "$month" members)" 1
exits 3 tributary -C one transfer returned slip
says 'not trusted here'
ok tributary -C one transfer returned slip --root "$other"
soon 20 recorded one 李四 3
exits 3 tributary -C one transfer returned slip --root "$other"
soon 20 is_at here 0
same 'members of the branch' "$(figure tributary one "$month" members)" 0
rests() { tributaryd -C "$1" --json status >"$out" 2>"$err" && [ "$(jsoncheck members_conserved <"$out")" = true ]; }
for server in here there t1; do soon 20 rests $server; done
ok tributary -C one --json transfer list
same 'in the register' "$(field 'transfers[0].state')" committed
