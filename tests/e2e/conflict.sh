#!/bin/sh
# Two devices of one branch edit the same field apart, and meet again.
. "${0%/*}/lib.sh"

small_tree
device township laptop B1 电脑
member laptop 其木格 phone=111
member laptop 巴图
ok tributary -C laptop sync
step 'a second device joins; as soon as the first has handed it the key of the unit, it reads everything'
device township tablet B1 平板
exits 1 tributary -C tablet get member 其木格
ok tributary -C laptop sync
ok tributary -C tablet sync
ok tributary -C tablet get member 其木格
says 111

step 'apart from each other both change her phone, and each something else'
ok tributary -C laptop put member phone=222 schooling=大学专科 --record 其木格
ok tributary -C tablet put member phone=333 occupation=居民 --record 其木格
ok tributary -C laptop conflicts
says 'no conflicts'

step 'they meet: what does not touch merges, the phone is in conflict on both'
ok tributary -C laptop sync
ok tributary -C tablet sync
ok tributary -C laptop sync
for device in laptop tablet; do
	ok tributary -C $device --json conflicts
	same "values in conflict on $device" "$(field 'conflicts[field=phone][#]')" 2
	same "values shown on $device" "$(field 'conflicts[shown=true][#]')" 1
	field 'conflicts[shown=true].value' >"shown.$device"
	ok tributary -C $device --json get member 其木格
	same "schooling on $device" "$(field fields.schooling)" college
	same "occupation on $device" "$(field fields.occupation)" resident
	ok tributary -C $device --json status
	same "conflicts in the status of $device" "$(field conflicts)" 1
done
same 'both show the same value' "$(cat shown.laptop)" "$(cat shown.tablet)"

step 'the clerk decides on the laptop; the tablet follows'
ok tributary -C laptop resolve member 其木格 phone theirs
says 333
ok tributary -C laptop conflicts
says 'no conflicts'
ok tributary -C laptop sync
ok tributary -C tablet sync
ok tributary -C tablet conflicts
says 'no conflicts'
for device in laptop tablet; do
	ok tributary -C $device --json get member 其木格
	same "phone on $device" "$(field fields.phone)" 333
done

step 'the history tells it all: who wrote what, and what stands'
ok tributary -C tablet --json history member 其木格 phone
same 'values ever' "$(field 'history[#]')" 4
same 'values in force' "$(field 'history[standing=now][#]')" 1
same 'written on the tablet' "$(field 'history[device=平板][#]')" 1
same 'written on the laptop' "$(field 'history[device=电脑][#]')" 3

step 'a decision can be a value of its own, and two equal values are no conflict'
ok tributary -C laptop put member phone=444 --record 其木格
ok tributary -C tablet put member phone=444 --record 其木格
ok tributary -C laptop put member note=甲 --record 巴图
ok tributary -C tablet put member note=乙 --record 巴图
ok tributary -C tablet sync
ok tributary -C laptop sync
ok tributary -C laptop --json conflicts
same 'conflicts about the phone' "$(field 'conflicts[field=phone][#]')" 0
same 'conflicts about the note' "$(field 'conflicts[field=note][#]')" 2
ok tributary -C laptop resolve member 巴图 note 丙
ok tributary -C laptop --json get member 巴图
same 'the note' "$(field fields.note)" 丙
exits 1 tributary -C laptop resolve member 巴图 note theirs
one_line

step 'deleted on one, changed on the other: it is told, not lost'
ok tributary -C laptop sync
ok tributary -C tablet sync
ok tributary -C tablet --json get member 巴图
record=$(field record)
ok tributary -C tablet delete member 巴图
ok tributary -C laptop put member note=丁 --record 巴图
ok tributary -C tablet sync
ok tributary -C laptop sync
ok tributary -C tablet sync
for device in laptop tablet; do
	ok tributary -C $device --json list member
	same "members on $device" "$(field 'records[#]')" 1
	ok tributary -C $device history member "$record" note
	says 丁
done
