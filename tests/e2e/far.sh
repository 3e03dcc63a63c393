#!/bin/sh
# From one county to another, with real processes: a prefecture, two counties, a township and a branch in each.
# The branch that is to take the member in is not known to the one that offers: it asks, and both are shown to each other.
. "${0%/*}/lib.sh"
each_step=conserved
pack=$source/tests/data/custody.yaml

step 'three tiers of servers: a prefecture, two counties, two townships'
found top
for c in C1:北县 C2:南县; do
	code=${c%:*}
	ok tributaryd -C top unit add --kind county --code "$code" --name "${c#*:}"
	ok tributaryd -C "$code" init --join "$(invited top "$code" --server)" --label 服务器
	serve "$code"
done
add_township() { soon 20 tributaryd -C "$1" unit add --kind township --code "$2" --name "$3"; }
add_township C1 T1 一镇
add_township C2 T3 三镇
for pair in C1:T1 C2:T3; do
	ok tributaryd -C "${pair#*:}" init --join "$(invited "${pair%:*}" "${pair#*:}" --server)" --label 服务器
	serve "${pair#*:}"
done
soon 20 tributaryd -C T1 unit add --kind branch --code A --name 甲支部
soon 20 tributaryd -C T3 unit add --kind branch --code C --name 丙支部
device T1 a A 电脑
device T3 c C 电脑

home_is() { # DEVICE MEMBER EPOCH
	tributary -C "$1" sync >"$out" 2>"$err" || return 1
	tributary -C "$1" --json transfer show "$2" >"$out" 2>"$err" || return 1
	[ "$(jsoncheck "homes[epoch=$3].final" <"$out")" = true ]
}

step 'a member of the northern branch; nobody there knows the southern one'
ok tributary -C a put member name=李四 phone=111 stage=activist points=7
soon 30 home_is a 李四 1
exits 3 tributary -C a --json transfer offer 李四 --to 南县/三镇/丙支部
same 'not known yet' "$(field 'transfers[0].why')" SOUGHT
offered() {
	tributary -C a sync >"$out" 2>"$err" && tributary -C a transfer offer 李四 --to 南县/三镇/丙支部 >"$out" 2>"$err"
}
soon 30 offered
exits 3 tributary -C a --json transfer offer 李四 --to 南县/三镇/没有的支部
comes() { tributary -C c sync >"$out" 2>"$err" && tributary -C c transfer accept 李四 >"$out" 2>"$err"; }
ok tributary -C a sync
soon 30 comes

step 'the accept crosses the tree; the decision is the registrar of the north, confirmed by its county'
soon 40 home_is c 李四 2
ok tributary -C c --json get member 李四
same 'points' "$(field fields.points)" 7
soon 30 home_is a 李四 2
exits 3 tributary -C a --json transfer offer 李四 --to C
same 'the former home' "$(field 'transfers[0].why')" NOT_HERE
ok tributary -C c --json transfer show 李四
same 'the member and its homes' "$(field 'homes[#]')" 2
member=$(field member)

step 'the whole history stands at both counties and at the top, and is verified there'
stands() {
	tributaryd -C "$1" --json transfer show "$member" >"$out" 2>"$err" || return 1
	[ "$(jsoncheck 'homes[#]' <"$out")" = 2 ] && [ "$(jsoncheck 'homes[epoch=2].final' <"$out")" = true ]
}
for server in C1 C2 top; do
	soon 30 stands $server
	ok tributaryd -C $server check
done
month=$(date +%Y-%m)
is_at() { [ "$(figure tributaryd "$1" "$month" members)" = "$2" ]; }
soon 30 is_at C2 1
soon 30 is_at C1 0
soon 30 is_at top 1
rests() {
	tributaryd -C "$1" --json status >"$out" 2>"$err" && [ "$(jsoncheck members_conserved <"$out")" = true ]
}
for server in C1 C2 T1 T3 top; do soon 20 rests $server; done

step 'who is nowhere is not found, and that is said'
told() {
	tributary -C c sync >"$out" 2>"$err"
	tributary -C c --json transfer offer 李四 --to 没有的支部 >"$out" 2>"$err" || :
	[ "$(jsoncheck 'transfers[0].why' <"$out")" = UNKNOWN_UNIT ]
}
soon 30 told
