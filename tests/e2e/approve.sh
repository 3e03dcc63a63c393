#!/bin/sh
# Further approvals: the pack asks for the receiving township's word and the county's. Given, denied, early, withdrawn;
# what is overdue is listed with what to do; a whole team moves at once.
. "${0%/*}/lib.sh"
each_step=conserved
sed 's/^    custody: true/    custody: true\n    approvals: [registrar, witness]/' "$source/tests/data/custody.yaml" >approved.yaml
pack=$work/approved.yaml

found county
township county east T1 东镇
township county west T2 西镇
ok tributaryd -C east unit add --kind branch --code B1 --name 一支部
ok tributaryd -C west unit add --kind branch --code B3 --name 三支部
device east one B1 电脑一
device west three B3 电脑三
for name in 甲 乙 丙 丁 戊; do ok tributary -C one put member "name=$name" points=7; done
home_is() { # DEVICE MEMBER EPOCH
	tributary -C "$1" sync >"$out" 2>"$err" || return 1
	tributary -C "$1" --json transfer show "$2" >"$out" 2>"$err" || return 1
	[ "$(jsoncheck "homes[epoch=$3].final" <"$out")" = true ]
}
for name in 甲 乙 丙 丁 戊; do soon 20 home_is one $name 1; done
id_of() { tributary -C one --json transfer show "$1" | jsoncheck member; }
state() { # PROGRAM DIR MEMBER STATE [WHY]
	"$1" -C "$2" --json transfer list >"$out" 2>"$err" || return 1
	[ "$(jsoncheck "transfers[member=$3].state" <"$out" 2>/dev/null)" = "$4" ] &&
		{ [ -z "${5-}" ] || [ "$(jsoncheck "transfers[member=$3].why" <"$out" 2>/dev/null)" = "$5" ]; }
}
takes() { tributary -C three sync >"$out" 2>"$err" && tributary -C three transfer accept "$1" >"$out" 2>"$err"; }

step 'accepted, and not decided: both approvals are missing, and the list says what to do'
ok tributary -C one transfer offer 甲 --to B3
ok tributary -C one sync
soon 20 takes 甲
ok tributary -C three sync
a=$(id_of 甲)
soon 20 state tributaryd east "$a" accepted APPROVAL
ok tributaryd -C east --json transfer list --open --days -1
same 'overdue' "$(field "transfers[member=$a].overdue")" true
says 'tributaryd transfer approve'
step 'one of the two is not enough'
soon 20 tributaryd -C west transfer approve "$a"
sleep 1
ok tributary -C one sync
state tributaryd east "$a" accepted APPROVAL || fail 'it was decided on one approval'
step 'with both it is decided'
soon 20 tributaryd -C county transfer approve "$a" --reason 同意
soon 30 home_is three 甲 2
soon 30 state tributaryd east "$a" committed
exits 3 tributaryd -C county transfer approve "$a"
says 'no longer open'

step 'denied by one: the member stays'
ok tributary -C one transfer offer 乙 --to B3
ok tributary -C one sync
soon 20 takes 乙
ok tributary -C three sync
b=$(id_of 乙)
soon 20 tributaryd -C west transfer approve "$b"
soon 20 tributaryd -C county transfer deny "$b" --reason 材料不全
soon 30 state tributaryd east "$b" aborted
soon 30 home_is one 乙 2

step 'approved before it is accepted: the order does not matter'
ok tributary -C one transfer offer 丙 --to B3
ok tributary -C one sync
c=$(id_of 丙)
soon 20 tributaryd -C county transfer approve "$c"
soon 20 takes 丙
ok tributary -C three sync
soon 20 tributaryd -C west transfer approve "$c"
soon 30 home_is three 丙 2

step 'withdrawn before the decision: an approval that comes late changes nothing'
ok tributary -C one transfer offer 丁 --to B3
ok tributary -C one sync
soon 20 takes 丁
ok tributary -C three sync
d=$(id_of 丁)
soon 20 tributaryd -C west transfer approve "$d"
ok tributary -C one transfer withdraw 丁
ok tributary -C one sync
soon 30 state tributaryd east "$d" aborted
soon 30 home_is one 丁 2

step 'a whole team: everybody who is left, in one go'
ok tributary -C one transfer offer --all --to B3
ok tributary -C one sync
all_come() { tributary -C three sync >"$out" 2>"$err" && tributary -C three --json transfer list --open >"$out" 2>"$err" &&
	[ "$(jsoncheck 'transfers[#]' <"$out")" = 3 ]; }
soon 20 all_come
ok tributary -C three transfer accept --all
ok tributary -C three sync
for name in 乙 丁 戊; do
	id=$(id_of $name)
	soon 20 tributaryd -C west transfer approve "$id"
	soon 20 tributaryd -C county transfer approve "$id"
done
soon 30 home_is three 乙 3
soon 30 home_is three 丁 3
soon 30 home_is three 戊 2
month=$(date +%Y-%m)
same 'members there' "$(figure tributary three "$month" members)" 5
here_none() { tributary -C one sync >"$out" 2>"$err" && [ "$(figure tributary one "$month" members)" = 0 ]; }
soon 20 here_none
soon 20 tells members_known 5 tributaryd -C county --json status
