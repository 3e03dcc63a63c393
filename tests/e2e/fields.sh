#!/bin/sh
# Rules of fields as a clerk meets them: a pattern, a value that must be unique, a default, what is carried over.
. "${0%/*}/lib.sh"
pack=$source/tests/data/fields.yaml

small_tree
device township laptop B1 电脑
device township tablet B1 平板
ok tributary -C laptop sync

step 'a value must look as the pack says'
exits 2 tributary -C laptop put person name=其木格 identity=1234
one_line
says 'd{17}[dX]'
ok tributary -C laptop put person name=其木格 identity=15272219900501002X
says '(default)'

step 'a second record with the same value is refused, and the first is named'
exits 1 tributary -C laptop put person name=乌云 identity=15272219900501002X
one_line
says 'the record 其木格'
ok tributary -C laptop put person name=乌云 identity=152722199005010038
printf '姓名,证件号,状态\n巴特尔,152722198001010011,\n那仁,15272219900501002X,外出\n' >people.csv
exits 1 tributary -C laptop import person people.csv
says '其木格'
printf '姓名,证件号,状态\n巴特尔,152722198001010011,\n那仁,152722198001010022,外出\n' >people.csv
ok tributary -C laptop import person people.csv
ok tributary -C laptop --json list person name=巴特尔
same 'the default of an empty cell' "$(field 'records[0].fields.status')" here

step 'what was entered once is taken over by the next record of the same person'
ok tributary -C laptop put due person=其木格 month=2026-01 base=5000
says 'Way: 现金 (default)'
ok tributary -C laptop put due person=其木格 month=2026-02 base=6000 way=微信
ok tributary -C laptop --json put due person=其木格 month=2026-03
same 'base carried from the newest month' "$(field carried.base)" 600000
same 'way carried' "$(field carried.way)" 微信
exits 2 tributary -C laptop put due person=乌云 month=2026-03
says 'Base'
ok tributary -C laptop put due person=其木格 month=2026-01 way=
says 'Base: 5000.00 (as in 2026-01)'

step 'an attachment is named by its hash'
hash=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
ok tributary -C laptop put person name=照片 picture=$hash
ok tributary -C laptop --json list person name=照片
same 'the hash' "$(field 'records[0].fields.picture')" $hash
exits 2 tributary -C laptop put person name=照片 picture=abc

step 'two devices that have not heard of each other enter the same person: both are kept, and told'
ok tributary -C tablet sync
ok tributary -C laptop put person name=苏和 identity=152722199105050055
ok tributary -C tablet put person name=苏和乙 identity=152722199105050055
both() {
	tributary -C laptop sync && tributary -C tablet sync && tributary -C laptop list person | grep -q 'the same value twice'
}
soon 20 both
ok tributary -C laptop list person
says '152722199105050055: '
says '苏和乙 ('
ok tributary -C laptop warnings
says '苏和乙 ('
ok tributary -C laptop --json warnings
same 'values' "$(field 'twice[#]')" 1
ok tributary -C laptop --json list person
same 'records with it' "$(field 'twice[0].records[1].label' | cut -c 1-6)" 苏和
ok tributary -C laptop delete person 苏和乙
ok tributary -C laptop list person
says_not 'twice'
ok tributary -C laptop warnings
says_not 'twice'
