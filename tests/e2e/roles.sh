#!/bin/sh
# The township says who is secretary: what the desk may do, and the group leader's tablet may not.
. "${0%/*}/lib.sh"
pack=$source/tests/data/roles.yaml

step 'a branch with two devices and nobody named'
small_tree
device township desk B1 台式机
device township tablet B1 平板
ok tributary -C desk sync
ok tributary -C tablet sync
ok tributary -C desk put letter subject=通知
ok tributary -C desk put letter subject=来信
ok tributary -C desk sync
ok tributary -C tablet sync
ok tributary -C tablet moves letter 通知
says 'Secretary (not granted yet: any device)'
exits 3 tributary -C tablet move letter 通知 send

step 'the desk is made secretary'
exits 2 tributaryd -C township role grant 台式机 主席
says 'no such role'
ok tributaryd -C township role grant 台式机 书记 --unit B1
says 'holds the role Secretary'
ok tributaryd -C township --json role list
same role "$(field "roles[0].role")" secretary
ok tributary -C desk sync
ok tributary -C tablet sync

step 'the tablet may not sign, and is told why; the desk may'
exits 3 tributary -C tablet move letter 通知 sign
says 'on a device that holds the role Secretary'
one_line
ok tributary -C tablet moves letter 通知
says 'Secretary (台式机)'
ok tributary -C desk --json moves letter 通知
same role "$(field "moves[0].role")" secretary
same holder "$(field "moves[0].holders[0]")" 台式机
ok tributary -C desk move letter 通知 sign
ok tributary -C desk sync

step 'the role goes to the tablet; what was signed stays signed'
ok tributaryd -C township role withdraw 台式机 secretary
exits 1 tributaryd -C township role withdraw 台式机 secretary
ok tributaryd -C township role grant 平板 secretary
ok tributary -C desk sync
ok tributary -C tablet sync
ok tributary -C tablet --json moves letter 通知
same state "$(field state)" signed
exits 3 tributary -C desk move letter 来信 sign
ok tributary -C tablet move letter 来信 sign
ok tributaryd -C township role list --unit B1
says 平板
says_not 台式机

step 'a move made without knowing is set aside, and its author is told which, why, and what to do'
ok tributary -C tablet put letter subject=公函
ok tributary -C tablet sync
ok tributaryd -C township role withdraw 平板 secretary
ok tributary -C tablet move letter 公函 sign
exits 3 tributary -C tablet sync
says 'Letter "公函": Sign is made on a device that holds the role Secretary'
says 'what to do: see with moves which step comes next'
ok tributary -C tablet --json status
same 'which' "$(field 'refused[0].kind') $(field 'refused[0].label') $(field 'refused[0].reason')" 'letter 公函 STEP'
same 'why' "$(field 'refused[0].why')" 'Sign is made on a device that holds the role Secretary'
same 'what to do' "$(field 'refused[0].todo')" 'see with moves which step comes next and what it needs'
ok tributary -C tablet status
says 'Letter "公函": Sign is made on a device that holds the role Secretary'
ok env TRIBUTARY_LANG=zh "$build/client/tributary" -C tablet status
says '只能在担任'
