#!/bin/sh
# A month's life with the real programs: closed, submitted, returned with remarks, mended, approved, and
# changed afterwards; what every level shows of it.
. "${0%/*}/lib.sh"

meeting() {
	dir=$1 day=$2
	shift 2
	tributary -C "$dir" put meeting "date=$day" type=党小组会 topic=春耕 "$@"
}

small_tree
ok tributaryd -C township unit add --kind branch --code B2 --name 布连村党支部
device township laptop B1 电脑
ok meeting laptop 2026-03-05
ok tributary -C laptop sync
month=2026-03

step 'a month is closed: a change of its figures needs a reason, one of another month does not'
ok tributary -C laptop close $month
exits 3 tributary -C laptop close $month
one_line
exits 3 meeting laptop 2026-03-09
one_line
says '2026-03'
says '--reason'
same 'nothing was written' "$(figure tributary laptop $month meetings_held)" 1
ok meeting laptop 2026-04-02
ok tributary -C laptop --json period $month
same 'state' "$(field 'periods[month=2026-03].state')" closed

step 'it is submitted, and the township sees who has not'
ok tributary -C laptop submit $month
ok tributary -C laptop sync
ok tributaryd -C township --json review list $month
same 'submitted' "$(field submitted)" 1
same 'of' "$(field expected)" 2
same 'state' "$(field 'periods[0].state')" submitted
same 'state' "$(field 'periods[1].state')" open
ok tributaryd -C township review list $month
says '1 of 2'
ok tributaryd -C township --json review show $month --unit B1
same 'held' "$(field 'figures[metric=meetings_held].submitted')" 1
same 'the month before' "$(field 'figures[metric=meetings_held].before')" 0
exits 1 tributaryd -C township review approve $month --unit B2
one_line

step 'it is returned with remarks by field, and mended'
exits 2 tributaryd -C township review return $month --unit B1 --remark 天气=晴
ok tributaryd -C township review return $month --unit B1 --remark meeting.topic=缺签到 --remark meetings_held=少一次 --text 请补
ok tributary -C laptop sync
ok tributary -C laptop --json period $month
same 'state' "$(field 'periods[0].state')" returned
same 'told on the first screen' "$(tributary -C laptop --json status | jsoncheck returned)" 1
ok tributary -C laptop --json period $month
same 'remark' "$(field 'periods[0].remarks[on=meeting.topic].text')" 缺签到
same 'remark' "$(field 'periods[0].remarks[on=meetings_held].text')" 少一次
ok tributary -C laptop reopen $month
ok meeting laptop 2026-03-09
exits 3 tributary -C laptop submit $month
says '--reason'
ok tributary -C laptop submit $month --reason 补一次会议
ok tributary -C laptop sync
ok tributaryd -C township review approve $month --unit B1
ok tributary -C laptop sync
ok tributary -C laptop --json period $month
same 'state' "$(field 'periods[0].state')" approved
same 'revision' "$(field 'periods[0].revision')" 2

step 'late truth is a restatement, with its difference at every level and its reason where it may be read'
exits 3 tributary -C laptop reopen $month --reason 再改
exits 3 meeting laptop 2026-03-11
ok meeting laptop 2026-03-11 --reason 漏登一次
same 'not confirmed yet' "$(figure tributary laptop $month meetings_held waiting)" 1
same 'restated' "$(figure tributary laptop $month meetings_held restated)" 1
ok tributary -C laptop sync
same 'confirmed' "$(figure tributary laptop $month meetings_held waiting)" 0
ok tributary -C laptop submit $month
ok tributary -C laptop sync
has_come() { [ "$(figure tributaryd $1 $month meetings_held)" = 3 ]; }
why_has_come() {
	[ "$(tributaryd -C $1 --json figures --period $month | jsoncheck 'reasons[revision=3].reason')" = 漏登一次 ]
}
for level in township county; do
	soon 10 has_come $level
	same "restated at the $level" "$(figure tributaryd $level $month meetings_held restated)" 1
	soon 10 why_has_come $level
done
ok tributaryd -C county figures --period $month --metric meetings_held
says 漏登一次
ok tributaryd -C township --json review list $month
same 'state' "$(field 'periods[0].state')" restated
same 'approved' "$(field approved)" 1

step 'a quarter is its months'
ok tributary -C laptop --json period 2026Q1
same 'january' "$(field 'periods[month=2026-01].state')" open
same 'march' "$(field 'periods[month=2026-03].state')" restated
exits 3 tributary -C laptop close 2026Q1
same 'all or nothing' "$(tributary -C laptop --json period 2026-01 | jsoncheck 'periods[0].state')" open
