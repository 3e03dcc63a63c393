#!/bin/sh
# What units owe, as clerks and reviewers meet it: due, missed, warnings, silent, and k of n at every level.
. "${0%/*}/lib.sh"
pack=$source/tests/data/duties.yaml

small_tree
ok tributaryd -C township unit add --kind enterprise_branch --code B2 --name 羊绒厂党支部
ok tributaryd -C township unit add --kind branch --code B3 --name 红海子村党支部
device township laptop B1 电脑
device township tablet B2 平板

step 'the clerk sees what is to be done, until when, and what was missed'
ok tributary -C laptop --json due --today 2026-03-10
same 'as of' "$(field today)" 2026-03-10
same 'the quarter' "$(field 'due[cadence=members_meeting].period')" 2026Q1
same 'until its end' "$(field 'due[cadence=members_meeting].until')" 2026-03-31
same 'to do' "$(field 'due[cadence=members_meeting].left')" 1
same 'can still be done' "$(field 'due[cadence=members_meeting].state')" open
same 'the activity day' "$(field 'due[cadence=activity_day].until')" 2026-03-15
same 'missed before' "$(field 'due[cadence=committee_meeting].missed[1]')" 2026-02
same 'two in a row' "$(field 'due[cadence=committee_meeting].in_a_row')" 2
same 'no group meeting is asked of a small branch' "$(field 'due[cadence=group_meeting][#]')" 0
same 'no lecture is asked for yet' "$(field 'due[cadence=lecture][#]')" 0
ok tributary -C laptop due --today 2026-03-16
says 'too late'
ok env TRIBUTARY_LANG=zh "$build/client/tributary" -C laptop due --today 2026-03-16
says '主题党日开展'
says '已过期'

step 'what is done counts by its own date, and within its window'
ok tributary -C laptop put meeting date=2026-02-03 type=党员大会
ok tributary -C laptop put meeting date=2026-03-16 type=主题党日
ok tributary -C laptop put meeting date=2026-03-02 type=支委会
ok tributary -C laptop --json due --today 2026-03-20
same 'the meeting' "$(field 'due[cadence=members_meeting].state')" met
same 'the 16th is too late' "$(field 'due[cadence=activity_day].done')" 0
same 'and so it is missed' "$(field 'due[cadence=activity_day].state')" over
ok tributary -C laptop put meeting date=2026-03-15 type=主题党日
ok tributary -C laptop --json due --period 2026Q1
same 'the 15th is not' "$(field 'due[period=2026-03][0].cadence')" committee_meeting
ok tributary -C laptop --json due --today 2026-03-20
same 'the 15th is in time' "$(field 'due[cadence=activity_day].state')" met
same 'k of n on the device' "$(figure tributary laptop 2026Q1 activity_day)/$(figure tributary laptop 2026Q1 activity_day denominator)" 1/3
exits 2 tributary -C laptop due --today gestern
one_line
exits 2 tributary -C laptop due --period 2026H3
one_line
ok tributary -C laptop --json due --period 2026H1
same 'of two quarters' "$(field 'due[cadence=members_meeting][#]')" 2

step 'an enterprise owes two meetings a quarter'
ok tributary -C tablet put meeting date=2026-02-10 type=党员大会
ok tributary -C tablet --json due --today 2026-03-20
same 'done' "$(field 'due[cadence=members_meeting].done')" 1
same 'of' "$(field 'due[cadence=members_meeting].at_least')" 2
same 'no committee is asked of it' "$(field 'due[cadence=committee_meeting][#]')" 0
ok tributary -C laptop sync
ok tributary -C tablet sync

step 'the township and the county see k of n'
counted() { [ "$(figure tributaryd "$1" 2026Q1 members_meeting)" = 1 ]; }
soon 20 counted township
soon 20 counted county
same 'n' "$(figure tributaryd township 2026Q1 members_meeting denominator)" 3
soon 20 figured 3 tributaryd county 2026Q1 members_meeting denominator
soon 20 figured 1 tributaryd county 2026Q1 activity_day
soon 20 figured 9 tributaryd county 2026Q1 activity_day denominator # three months of three units
soon 20 figured 3 tributaryd county 2026Q1 group_meeting denominator # only the silent one is asked, as far as is known
ok tributaryd -C county figures --period 2026Q1 --metric 党员大会开展
says "Members' meetings on time"
exits 2 tributaryd -C county figures --metric nothing_such

step 'who missed what, and how often in a row'
for server in township county; do
	ok tributaryd -C "$server" --json missed --period 2026-03
	same "$server: missed the committee" "$(field 'missed[cadence=committee_meeting][#]')" 1
	same "$server: never reported" "$(field 'missed[cadence=committee_meeting].reported')" false
	same "$server: three in a row" "$(field 'missed[cadence=committee_meeting].in_a_row')" 3
	ok tributaryd -C "$server" --json missed --period 2026Q1 --cadence members_meeting
	same "$server: the enterprise and the silent one" "$(field 'missed[#]')" 2
	same "$server: one of two" "$(field 'missed[reported=true].done')" 1
	ok tributaryd -C "$server" --json missed --period 2026-02 --in-a-row 2
	same "$server: two in a row" "$(field 'missed[cadence=activity_day][#]')" 3
	ok tributaryd -C "$server" --json missed --period 2026-02
	same "$server: no quarter ends in February" "$(field 'missed[cadence=members_meeting][#]')" 0
	ok tributaryd -C "$server" --json missed --cadence activity_day
	same "$server: everybody in the last month" "$(field 'missed[#]')" 3
	same "$server: nobody beyond" "$(field unseen)" 0
done
exits 2 tributaryd -C county missed --in-a-row 0
one_line
exits 2 tributaryd -C county missed --cadence nothing_such
one_line

step 'a branch that is not as it should be is warned, and the county counts it'
for name in 甲 乙; do
	ok tributary -C laptop put member name=$name standing=正式党员 group=第一党小组 arrived=2026-01-05
done
ok tributary -C laptop warnings
says 'own_branch'
ok env TRIBUTARY_LANG=zh "$build/client/tributary" -C laptop warnings
says '单独建支部：在册人数（正式党员） 2，应为 至少 3'
says '不足三名正式党员的，由邻近支部代管'
says '党小组规模：党员数（第一党小组） 2，应为 3 至 5'
ok env TRIBUTARY_LANG=en "$build/client/tributary" -C laptop warnings
says 'Size of groups: Members (First group) 2, expected 3 to 5'
ok tributary -C laptop --json warnings --day 2025-12-31
same 'before the unit was there' "$(field 'warnings[#]')" 0
ok tributary -C laptop sync
warned() { tributaryd -C "$1" --json warnings | jsoncheck 'counts[check=own_branch].units' 2>/dev/null | grep -qx "$2"; }
soon 20 warned township 2
soon 20 warned county 2
grouped() { tributaryd -C county --json warnings | jsoncheck 'counts[check=group_size].units' 2>/dev/null | grep -qx 1; }
soon 20 grouped # both branches were warned of before the tally came that tells of the group
ok tributaryd -C county --json warnings
same 'the group' "$(field 'counts[check=group_size].units')" 1
same 'what it has' "$(field 'warnings[check=group_size].value')" 2
same 'what it should have' "$(field 'warnings[check=group_size].at_least')-$(field 'warnings[check=group_size].at_most')" 3-5
ok tributary -C laptop put member name=丙 standing=正式党员 group=第一党小组 arrived=2026-01-05
ok tributary -C laptop warnings
says 'othing to warn of'
ok tributary -C laptop sync
soon 20 warned county 1

step 'who was not heard of, by the clock of the server'
ok tributaryd -C township --json silent --days 0
same 'all three' "$(field 'silent[#]')" 3
same 'the longest first' "$(field 'silent[0].last_heard')" null
same 'the others today' "$(field 'silent[2].days')" 0
ok tributaryd -C township --json silent
same 'only one for a month' "$(field 'silent[#]')" 1
soon 20 tells 'silent[#]' 1 tributaryd -C county --json silent --days 1 # it hears of branches by way of the township
exits 2 tributaryd -C county silent --days few
one_line
