#!/bin/sh
# What a county's and a township's dashboard is made of, asked for by verbs: trends, who did what is asked, how
# far a month is, who was heard when, and the way down to signed entries.
. "${0%/*}/lib.sh"

step 'a county, a township, two branches; one has reported two months, the other never'
small_tree
ok tributaryd -C township unit add --kind branch --code B2 --name 柳沟二支部
device township branch B1 电脑
member branch 巴特尔
member branch 王秀兰
ok tributary -C branch put meeting date=2026-01-12 type=支委会 topic=一月工作 should_attend=3
ok tributary -C branch put meeting date=2026-02-20 type=members_meeting topic=二月工作 should_attend=3
for month in 2026-01 2026-02; do
	ok tributary -C branch close $month
	ok tributary -C branch submit $month
done
ok tributary -C branch sync

step 'the tree around a unit: the way up and what is below'
ok tributaryd -C township --json unit show 柳沟村党支部
same 'the way' "$(field trail[0].name)/$(field trail[1].name)/$(field trail[2].name)" '伊金霍洛旗委/阿勒腾席热镇/柳沟村党支部'
ok tributaryd -C township --json unit show .
same 'the first below' "$(field below[0].code)" B1
branch_id=$(field below[0].unit)

step 'figures name their unit by its id as well'
ok tributaryd -C township --json figures --metric members --by unit --period 2026-02
same 'members of the branch' "$(field "figures[unit_id=$branch_id].value")" 2

step 'a trend: month by month, then by quarters'
ok tributaryd -C township --json trend meetings_held --through 2026-03 --periods 3
same 'the months' "$(field points[0].period) $(field points[1].value) $(field points[2].value)" '2026-01 1 0'
ok tributaryd -C township --json trend meetings_held --through 2026-02 --periods 1 --every quarter
same 'the quarter' "$(field points[0].period) $(field points[0].value)" '2026Q1 2'
ok tributaryd -C township --json trend meetings_held --by type --through 2026-01 --periods 1
same 'a part' "$(field points[0].bucket)" committee
exits 2 tributaryd -C township trend nonsense
exits 2 tributaryd -C township trend meetings_held --every week

step 'how far a month is: one of two, and it was late'
ok tributaryd -C township --json submissions 2026-02
same 'of the branch' "$(field "submissions[unit=$branch_id].submitted") $(field "submissions[unit=$branch_id].late")" '1 1'
same 'of the other' "$(field submissions[1].submitted) $(field submissions[1].late)" '0 1'
soon 10 sh -c "'$build/server/tributaryd' -C county --json submissions 2026-02 | grep -q '\"submitted\":1'"
exits 2 tributaryd -C township submissions 2026Q1

step 'who was heard'
ok tributaryd -C township --json freshness --period 2026-02
same 'the branch' "$(field "freshness[unit=$branch_id].days") $(field "freshness[unit=$branch_id].silent") $(field "freshness[unit=$branch_id].reporting")" '0 0 1'
same 'the other' "$(field freshness[1].last_heard) $(field freshness[1].silent)" 'null 1'

step 'what was asked of whom, month by month'
ok tributaryd -C township --json compliance members_meeting_quarterly --period 2026Q1
same 'the branch in the first quarter' "$(field "cells[unit=$branch_id].period") $(field "cells[unit=$branch_id].met")" '2026Q1 1'

step 'the way down from a figure to a signed entry'
ok tributaryd -C township --json chain members --period 2026-02
same 'the branch gave' "$(field "chain[unit=$branch_id].value") $(field "chain[unit=$branch_id].signed") $(field "chain[unit=$branch_id].included")" '2 true true'
ok tributaryd -C township --json chain members --period 2026-02 --unit 柳沟村党支部
same 'what it stands on is held and holds' "$(field frontier[0].held) $(field frontier[0].holds)" 'true true'
soon 10 sh -c "'$build/server/tributaryd' -C county --json chain members --period 2026-02 | grep -q '\"value\":2'"
ok tributaryd -C county --json chain members --period 2026-02
same 'the township said it itself' "$(field chain[0].signed) $(field chain[0].included)" 'true true'

step 'a report as a workbook, in the layout of the pack'
ok tributaryd -C township report monthly_wide --period 2026-02 --by-child --out month.xlsx
[ "$(head -c 2 month.xlsx)" = PK ] || fail 'this is no workbook'
ok tributary -C branch report monthly --period 2026-02 --out own.xlsx
ok tributaryd -C township --json report monthly --period 2026-02 --out again.xlsx
same 'the file' "$(field file)" again.xlsx
