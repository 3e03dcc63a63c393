#!/bin/sh
# A ledger's definition over its life: checked, tried, compared, published; a branch that is away; reports of it.
. "${0%/*}/lib.sh"
pack=$source/tests/data/version1.yaml
next=$source/tests/data/version2.yaml

step 'every pack that ships is good, and a slip is told with its place'
for file in "$source"/packs/*.yaml; do
	ok tributaryd pack check "$file"
done
ok tributaryd --json pack check "$pack"
same 'what it is' "$(field pack) $(field kinds) $(field metrics)" 'small 1 2'
sed 's/type: money/type: mony/' "$pack" >bad.yaml
exits 1 tributaryd pack check bad.yaml
one_line
says 'bad.yaml: kinds[visit].fields[cost]: type: "mony", expected one of text'
sed 's/number: 3/number: drei/' "$pack" >bad.yaml
exits 1 tributaryd pack check bad.yaml
says 'bad.yaml:19: '

step 'a branch works by the first version'
small_tree
device township laptop B1 电脑
ok tributary -C laptop sync
ok tributary -C laptop put visit place=柳沟村 day=2026-03-05 cost=300 fax=4711 sort=home note=门口有狗
ok tributary -C laptop put visit place=红海子 day=2026-03-09 sort=电话
ok tributary -C laptop sync

step 'the next version is compared and tried before it is published'
ok tributaryd -C county --json pack diff "$next"
same 'whether it may be published' "$(field allowed)" true
ok tributaryd pack check "$next"
ok tributaryd -C county pack diff "$next"
says 'kinds[visit].fields[cost]'
says 'the unit and two levels above it'
ok tributaryd -C county pack diff "$pack" "$next"
ok tributary -C laptop --json pack try "$next" --period 2026-03
same 'visits by both' "$(field 'figures[metric=visits].value') $(field 'figures[metric=visits].published')" '2 2'
same 'records looked at' "$(field records)" 2
same 'version' "$(tributaryd -C county --json status | jsoncheck pack)" 'small 1'

step 'what would make records unreadable is refused whole, with the list'
exits 3 tributaryd -C county pack publish "$source/tests/data/forbidden.yaml"
says 'kinds[visit].fields[fax]'
says 'removed'
says 'number given away'
exits 3 tributaryd -C county pack diff "$source/tests/data/forbidden.yaml"
same 'version' "$(tributaryd -C county --json status | jsoncheck pack)" 'small 1'

step 'it is published while the branch is away; the branch goes on by the old one'
ok tributaryd -C county pack publish "$next"
ok tributary -C laptop put visit place=王府 day=2026-03-11 cost=400 fax=4712
soon 10 sh -c "'$build/server/tributaryd' -C township --json status | grep -q 'small 2'"
same 'by which version the sum was computed' "$(tributaryd -C township --json figures --period 2026-03 --metric visits | jsoncheck 'figures[0].pack[1]')" 1
ok tributary -C laptop sync
ok tributary -C laptop sync
same 'all three count' "$(figure tributary laptop 2026-03 visits)" 3
same 'what the new bound would refuse stays' "$(figure tributary laptop 2026-03 cost)" 70000
ok tributary -C laptop --json status
same 'nothing is refused' "$(field not_accepted)" 0
ok tributaryd -C township --json status
same 'nor is anything at the township' "$(field quarantined)" 0

step 'what is retired is kept and shown, not offered'
ok tributary -C laptop --json form visit
says_not '"fax"'
ok tributary -C laptop get visit 柳沟村
says 4711
says 'retired'
exits 2 tributary -C laptop put visit place=新街 day=2026-03-12 fax=1
says 'retired'
exits 2 tributary -C laptop put visit place=新街 day=2026-03-12 cost=400
ok tributary -C laptop put visit place=新街 day=2026-03-12 cost=90 people=3 sort=letter
ok tributary -C laptop sync
soon 10 sh -c "'$build/server/tributaryd' -C county --json figures --period 2026-03 --metric people | grep -q '\"value\":3'"

step 'the monthly report of the party branch ledger'
pack=$source/packs/party-branch.yaml
ok tributaryd -C top init --top --name 旗委 --kind county --pack "$pack"
serve top
township top town T2 新街镇
ok tributaryd -C town unit add --kind branch --code B2 --name 一支部
ok tributaryd -C town unit add --kind branch --code B3 --name 二支部
device town one B2 电脑
device town two B3 电脑
ok tributary -C one sync
ok tributary -C two sync
ok tributary -C one put meeting type=group topic=学习 date=2026-03-02 should_attend=2
ok tributary -C one put meeting type=lecture topic=党课 date=2026-02-02 should_attend=4
ok tributary -C two put meeting type=group topic=学习 date=2026-03-03 should_attend=1
member one 其木格
ok tributary -C one put dues member=其木格 month=2026-03 due=10 amount=10 paid=2026-03-02 receipt=1
ok tributary -C one sync
ok tributary -C two sync
ok tributary -C one report
says 'monthly'
ok tributary -C one --json report monthly --period 2026-03
same 'own' "$(field 'rows[row=group].month') $(field 'rows[row=lecture].month') $(field 'rows[row=lecture].year')" '1 0 1'
soon 10 sh -c "'$build/server/tributaryd' -C top --json report monthly --period 2026-03 | grep -q '\"row\":\"group\",\"month\":2'"
ok tributaryd -C town --json report monthly_wide --period 2026-03 --by-child
same 'each child, then the sum' "$(field 'rows[0].unit') $(field 'rows[0].meetings') $(field 'rows[1].meetings') $(field 'rows[2].unit') $(field 'rows[2].meetings') $(field 'rows[2].dues')" \
	'一支部 1 1 新街镇 2 1000'
ok tributaryd -C town --json report monthly --period 2026-03
same 'a ratio' "$(field 'rows[row=dues_rate].month.value') of $(field 'rows[row=dues_rate].month.denominator')" '1000 of 1000'
ok tributaryd -C town report monthly --period 2026-03
says '100.0% 1000/1000'
ok tributaryd -C town report monthly --period 2026-03 --csv
[ "$(head -c 3 "$out" | od -An -tx1 | tr -d ' ')" = efbbbf ] || fail 'no byte order mark'
ok tributaryd -C town report monthly --period 2026-03 --by-child --out 月报.csv
grep -q '一支部' 月报.csv || fail 'the spreadsheet has no row for the branch'
exits 2 tributaryd -C town report monthly --period 2026Q1
says 'month'
exits 2 tributaryd -C town report nothing
ok tributaryd -C town report quarterly --period 2026Q1

step 'who met what is asked of every branch'
ok tributaryd -C town --json report compliance --period 2026Q1
same 'activity days, of two branches in three months' "$(field 'rows[row=activity_day_monthly].quarter.value')/$(field 'rows[row=activity_day_monthly].quarter.denominator')" 0/6
same 'lectures' "$(field 'rows[row=lecture_quarterly].quarter.value')/$(field 'rows[row=lecture_quarterly].quarter.denominator')" 1/2
