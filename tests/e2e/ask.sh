#!/bin/sh
# What comes down and what is asked: a theme that a branch adapts in a record of its own, and a record that
# the township asks for, granted by one branch and refused by another.
. "${0%/*}/lib.sh"

small_tree
ok tributaryd -C township unit add --kind branch --code B2 --name 布连村党支部
device township laptop B1 电脑
device township other B2 电脑

step 'a theme comes down from the county, and the township adds one'
ok tributaryd -C county theme title=学党史 begins=2026-03-01 ends=2026-03-31
ok tributaryd -C township theme title=植树 begins=2026-03-10 ends=2026-03-12
ok tributaryd -C county circular title=三月通报 date=2026-04-02 month=2026-03 "ranking=$(tributaryd -C county figures --period 2026-03)"
soon 10 tributaryd -C township get circular 三月通报
ok tributary -C laptop sync
ok tributary -C laptop --json list theme
same 'themes' "$(field 'records[#]')" 2
ok tributary -C laptop theme
says 学党史
says 伊金霍洛旗委
says 阿勒腾席热镇
ok tributary -C laptop theme title=植树
says_not 学党史
ok tributary -C laptop get circular 三月通报
ok tributaryd -C township theme
says 学党史

step 'a branch adapts it in a record of its own, never the original'
ok tributary -C laptop put activity_day date=2026-03-20 theme=参观旧址 campaign=学党史
ok tributary -C laptop --json list activity_day
record=$(field 'records[0].record')
ok tributary -C laptop get activity_day "$record"
says 学党史
exits 3 tributary -C laptop put theme --record 学党史 title=改动
one_line
exits 3 tributary -C laptop delete theme 学党史
one_line
exits 3 tributary -C laptop put theme title=自定 begins=2026-03-01 ends=2026-03-31
one_line
exits 3 tributaryd -C township put theme --record 学党史 title=改动
one_line
same 'as it was' "$(tributary -C laptop --json get theme 学党史 | jsoncheck fields.title)" 学党史

step 'the township asks for a record that it cannot read, with the reason'
ok member laptop 娜仁花
ok tributary -C laptop put meeting date=2026-03-05 type=党小组会 topic=春耕 minutes=记了三页
ok tributary -C laptop sync
ok tributaryd -C township --json get meeting 春耕 --unit B1
same 'sealed' "$(field fields.minutes)" 'nothing at fields.minutes'
exits 2 tributaryd -C township ask --unit B1 meeting 春耕
ok tributaryd -C township --json ask --unit B1 meeting 春耕 --why 核对会议记录
request=$(field request)
exits 3 tributaryd -C township ask --unit . meeting 春耕 --why 自问
ok tributary -C laptop sync
same 'told on the first screen' "$(tributary -C laptop --json status | jsoncheck asked)" 1
ok tributary -C laptop asked
says 核对会议记录
says 阿勒腾席热镇

step 'the branch grants it, field by field, and the township reads it'
exits 2 tributary -C laptop answer "$request" perhaps
exits 1 tributary -C laptop answer 00000000 refuse
ok tributary -C laptop --json answer "$request" grant minutes --text 仅供核对
same 'shared' "$(field shared)" 1
ok tributary -C laptop sync
minutes_are_there() {
	[ "$(tributaryd -C township --json get meeting 春耕 --unit B1 | jsoncheck fields.minutes)" = 记了三页 ]
}
soon 10 minutes_are_there
ok tributaryd -C township --json ask --list
same 'answer' "$(field 'requests[0].answer')" granted
same 'text' "$(field 'requests[0].text')" 仅供核对
ok tributary -C laptop --json asked
same 'answer' "$(field 'requests[0].answer')" granted

step 'the county asks for what it can only describe; the branch refuses, and the trace stays on both sides'
ok tributaryd -C county --json ask --unit B2 member 去年调入的党员 --why 核实
request=$(field request)
soon 10 sh -c "'$build/client/tributary' -C other sync && '$build/client/tributary' -C other asked | grep -q 核实"
ok tributary -C other --json asked
same 'described' "$(field 'requests[0].record')" 去年调入的党员
exits 2 tributary -C other answer "$request" grant
says '--record'
ok tributary -C other answer "$request" refuse --text 涉及个人
ok tributary -C other sync
soon 10 sh -c "'$build/server/tributaryd' -C county --json ask --list | grep -q refused"
ok tributaryd -C county --json ask --list
same 'answer' "$(field 'requests[0].answer')" refused
same 'text' "$(field 'requests[0].text')" 涉及个人
