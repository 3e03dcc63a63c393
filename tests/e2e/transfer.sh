#!/bin/sh
# Members change their home: within a township, from one township to another, refused, withdrawn, by batch.
. "${0%/*}/lib.sh"
each_step=conserved
pack=$source/tests/data/custody.yaml

found county
township county east T1 东镇
township county west T2 西镇
ok tributaryd -C east unit add --kind branch --code B1 --name 一支部
ok tributaryd -C east unit add --kind branch --code B2 --name 二支部
ok tributaryd -C west unit add --kind branch --code B3 --name 三支部
device east one B1 电脑一
device east two B2 电脑二
device west three B3 电脑三

# What a branch writes reaches its township, the county and back in their own time: it is waited for, whatever it is.
around() {
	for branch in one two three; do
		ok tributary -C $branch sync
	done
}
accepts() { synced "$1" tributary -C "$1" transfer accept "$2"; }
refuses() { synced "$1" tributary -C "$1" transfer refuse "$2" --reason "$3"; }

home_is() { # DEVICE MEMBER EPOCH: its record is confirmed there
	tributary -C "$1" sync >"$out" 2>"$err" || return 1
	tributary -C "$1" --json transfer show "$2" >"$out" 2>"$err" || return 1
	[ "$(jsoncheck "homes[epoch=$3].final" <"$out")" = true ]
}

step 'six members of the first branch; each is recorded by the township and confirmed by the county'
for name in 甲 乙 丙 丁 戊 己; do
	ok tributary -C one put member "name=$name" phone=111 stage=activist points=7
done
exits 3 tributary -C one --json transfer offer 甲 --to B2
same 'before it is recorded' "$(field 'transfers[0].why')" UNRECORDED
soon 20 home_is one 甲 1
around
same 'members here' "$(figure tributary one "$(date +%Y-%m)" members)" 6

step 'within the township: offered, accepted, and the record follows'
ok tributary -C one transfer offer 甲 --to B2 --reason 工作调动
exits 3 tributary -C one --json transfer offer 甲 --to B3
same 'a second offer' "$(field 'transfers[0].why')" OFFERED
around
soon 20 synced two tells 'transfers[0].name' 甲 tributary -C two --json transfer list --open
ok tributary -C two transfer accept 甲
soon 20 home_is two 甲 2
ok tributary -C two --json get member 甲
same 'points' "$(field fields.points)" 7
soon 20 synced one tells 'transfers[0].state' committed tributary -C one --json transfer list # in the register of the former home
exits 3 tributary -C one --json transfer offer 甲 --to B3
same 'an offer for one who left' "$(field 'transfers[0].why')" NOT_HERE

step 'to the other township: two by a list, one of them is refused, one more is withdrawn'
printf '乙\n丙\n丁\n' >team
ok tributary -C one transfer offer --to B3 --file team
around
soon 20 accepts three 乙
soon 20 refuses three 丙 不符合条件
ok tributary -C one transfer withdraw 丁
soon 20 home_is three 乙 2
soon 20 home_is one 丙 2
soon 20 home_is one 丁 2
soon 20 synced three tells 'transfers[0].why' VOID tributary -C three --json transfer accept 丁 # after an abort
exits 3 tributary -C three --json transfer accept 丁

step 'every level has its register, ids only; nobody is counted twice'
around
for server in county east; do
	soon 20 tells 'transfers[state=committed][#]' 2 tributaryd -C $server --json transfer list
	soon 20 tells 'transfers[#]' 4 tributaryd -C $server --json transfer list
	same "committed at $server" "$(field 'transfers[state=committed][#]')" 2
	says_not 甲
done
month=$(date +%Y-%m)
same 'members of the first' "$(figure tributary one "$month" members)" 4
same 'of the second' "$(figure tributary two "$month" members)" 1
same 'of the third' "$(figure tributary three "$month" members)" 1
counted() { [ "$(figure tributaryd county "$month" members)" = 6 ]; }
soon 20 counted
conserved
soon 20 tells members_counted 6 tributaryd -C county --json status
same 'members known' "$(field members_known)" 6
step 'what the former home wrote late is looked at in the new one, and taken over or left'
ok tributary -C one transfer offer 戊 --to B2
ok tributary -C one transfer offer 己 --to B2
ok tributary -C one sync
sleep 0.1
for name in 戊 己; do
	ok tributary -C one put member phone=999 --record $name
done
comes() { tributary -C two sync >"$out" 2>"$err" && tributary -C two transfer accept 戊 己 >"$out" 2>"$err"; }
soon 20 comes
late() {
	around
	tributary -C two --json transfer late >"$out" 2>"$err" && [ "$(jsoncheck 'late[#]' <"$out")" = 2 ]
}
soon 20 late
same 'here' "$(field 'late[0].here')" 111
same 'written late' "$(field 'late[0].late')" 999
exits 2 tributary -C two transfer late 戊 --adopt --discard
ok tributary -C two --json transfer late 戊 --adopt
same 'letters' "$(field letters)" 1
ok tributary -C two transfer late 己 --discard
ok tributary -C two --json get member 戊
same 'taken over' "$(field fields.phone)" 999
ok tributary -C two --json get member 己
same 'left' "$(field fields.phone)" 111
ok tributary -C two --json transfer late
same 'nothing more' "$(field 'late[#]')" 0
step 'what happened stands after everything is computed anew'
stop east
ok tributaryd -C east check --rebuild
serve east
ok tributaryd -C east --json transfer list
same 'committed there' "$(field 'transfers[state=committed][#]')" 4
