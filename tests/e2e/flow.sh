#!/bin/sh
# A clerk, a second device and the township: steps of a workflow, votes, receipts.
. "${0%/*}/lib.sh"
pack=$source/tests/data/flow.yaml

step 'a county, a township and a branch with two devices'
small_tree
device township desk B1 台式机
device township tablet B1 平板
ok tributary -C desk sync
ok tributary -C tablet sync

step 'an applicant: what comes next, and what it needs'
ok tributary -C desk put admission name=张三 day=2024-01-10
ok tributary -C desk moves admission 张三
says Choose
says 'needs Application'
exits 3 tributary -C desk put admission --record 张三 stage=发展对象 day=2025-06-01
says 'the missing step is Choose'
one_line
exits 3 tributary -C desk move admission 张三 choose day=2024-06-01
says Application
ok tributary -C desk move admission 张三 choose day=2024-06-01 application=有
exits 3 tributary -C desk move admission 张三 nominate day=2025-05-31 examined=合格
says 2025-06-01
ok tributary -C desk move admission 张三 nominate day=2025-06-01 examined=合格
ok tributary -C desk sync
ok tributary -C tablet sync

step 'two approvals from above, then the last step on the other device'
exits 3 tributary -C tablet move admission 张三 admit day=2025-07-01
says '2 approvals'
ok tributaryd -C township put admission --unit B1 --record 张三 'approvals[组织委员]=是'
ok tributaryd -C township put admission --unit B1 --record 张三 'approvals[书记]=是'
ok tributary -C tablet sync
ok tributary -C tablet move admission 张三 admit day=2025-07-01
ok tributary -C tablet --json moves admission 张三
same state "$(field state)" member
same since "$(field since)" 2025-07-01

step 'an issue is passed up, returned by the township, and overdue'
ok tributary -C desk put issue what=路灯 day=2026-03-01
ok tributary -C desk list issue --overdue --on 2026-03-16
says_not 路灯
ok tributary -C desk list issue --overdue --on 2026-03-17
says 路灯
ok tributary -C desk move issue 路灯 'Pass up' day=2026-03-20
ok tributary -C desk sync
exits 3 tributary -C desk move issue 路灯 return day=2026-03-21
ok tributaryd -C township move issue 路灯 return day=2026-03-21 --unit B1
ok tributaryd -C township moves issue 路灯 --unit B1
says Returned
ok tributary -C desk sync
ok tributary -C desk --json moves issue 路灯
same state "$(field state)" returned

step 'a motion: the result is computed, and one that contradicts the votes is refused'
ok tributary -C desk put meeting topic=支委会 expected+=甲 expected+=乙 expected+=丙 expected+=丁 expected+=戊 \
	present+=甲 present+=乙 present+=丙 present+=丁
ok tributary -C desk put motion text=修路 meeting=支委会 body=committee 'votes[甲]=in_favour' 'votes[乙]=赞成' 'votes[丙]=反对'
ok tributary -C desk --json get motion 修路
same result "$(field fields.result)" failed
exits 3 tributary -C desk put motion --record 修路 result=passed
says '2 for, 1 against'
one_line
ok tributary -C desk put motion --record 修路 'votes[丁]=赞成'
ok tributary -C desk --json get motion 修路
same result "$(field fields.result)" passed
same yes "$(field vote.yes)" 3
same passed "$(figure tributary desk 2026-03 passed)" 1
ok tributary -C desk put meeting --record 支委会 present-=甲
ok tributary -C desk --json get motion 修路
same 'as it follows from the votes' "$(field fields.result) $(field vote.contradicted)" 'failed true'
ok tributary -C desk --json list motion result=failed
same 'in the list as well' "$(field 'records[0].fields.result')" failed
ok tributary -C desk --json list motion result=passed
same 'and found by it' "$(field 'records[#]')" 0
ok tributary -C desk export motion
says 'Not passed'
ok tributary -C desk put meeting --record 支委会 present+=甲

step 'receipts: issued by each device, and none is missing'
printf '金额,交纳日期,旧收据号\n12.00,2026-03-05,A-17\n8.50,2026-03-06,A-18\n' >dues.csv
ok tributary -C desk import dues dues.csv
ok tributary -C tablet put dues amount=3 paid=2026-03-07
exits 2 tributary -C desk put dues amount=3 receipt=A-19
printf '收据号,金额\nA-20,5\n' >typed.csv
exits 1 tributary -C desk import dues typed.csv
says Receipt
ok tributary -C desk sync
ok tributary -C tablet sync
ok tributary -C desk sync
ok tributary -C desk --json series dues
same last "$(field 'series[0].last')" 2
same holes "$(field 'series[0].holes')" 0
ok tributaryd -C township --json series --unit B1
same holes "$(field 'series[1].holes')" 0
receipt=$(tributary -C tablet --json list dues amount=3 | jsoncheck 'records[0].fields.receipt')
ok tributary -C tablet delete dues "$receipt"
ok tributary -C tablet --json series dues
same void "$(jsoncheck 'series[last=1].void' <"$out")" 1

step 'an import is judged row by row'
printf '姓名,阶段,阶段日期,申请书\n李四,申请人,2024-01-10,有\n王五,党员,2024-01-10,有\n' >admission.csv
exits 1 tributary -C desk import admission admission.csv
says 'admission.csv:3'
says 'it begins as Applicant, not as Member'
ok tributary -C desk import admission admission.csv --skip-bad
ok tributary -C desk --json moves admission 李四
same state "$(field state)" applicant

step 'a rebuild comes to the same'
stop township
ok tributaryd -C township check --rebuild
ok tributaryd -C township --json moves admission 张三 --unit B1
same state "$(field state)" member
