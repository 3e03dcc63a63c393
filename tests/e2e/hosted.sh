#!/bin/sh
# A site with too few members for a branch of its own, and no computer: its host keeps its ledger, in a directory of
# its own on the host's computer. The site reports through its host and is still seen apart.
. "${0%/*}/lib.sh"

small_tree
ok tributaryd -C township unit add --kind branch --code B2 --name 羊绒厂党支部 --since 2026-01-01
ok tributaryd -C township unit add --kind hosted_site --code S1 --name 变电站代管点 --since 2026-01-01
ok tributaryd -C township unit move S1 B1 --from 2026-01-01
device township host B1 '柳沟村电脑'
device township host-site S1 '柳沟村电脑'
device township other B2 电脑

step 'the host enters what is its own, and what is of the site'
for n in 1 2 3; do member host "党员$n" arrived=2026-01-05; done
for n in 1 2; do member host-site "驻站$n" arrived=2026-01-05; done
for n in 1 2 3 4; do member other "职工$n" arrived=2026-01-05; done
ok tributary -C host put meeting date=2026-01-08 type=lecture topic=党课
ok tributary -C host put activity_day date=2026-01-09 theme=学习
ok tributary -C host-site put meeting date=2026-01-08 type=group topic=小组会
for dir in host host-site other; do ok tributary -C $dir sync; done

of() { figure tributaryd "$1" 2026-01 "$3" "${4-value}" --unit "$2"; }
all_told() { [ "$(of county 伊金霍洛旗委 members)" = 9 ]; }
soon 20 all_told

step 'in the figures it is a part of its host, and is seen apart'
same 'the host with its site' "$(of township B1 members) $(of township B1 meetings_held)" '5 2'
same 'the site' "$(of township S1 members) $(of township S1 meetings_held)" '2 1'
same 'the township, nobody twice' "$(of township T1 members)" 9
same 'k of n' "$(of township B1 members reporting)/$(of township B1 members expected) $(of township T1 members reporting)/$(of township T1 members expected)" '2/2 3/3'
ok tributaryd -C township --json figures --unit B1 --by unit --period 2026-01 --metric members
same 'below its host' "$(field 'figures[#]') $(field 'figures[0].unit') $(field 'figures[0].value')" '1 变电站代管点 2'
same 'on the devices' "$(figure tributary host 2026-01 members) $(figure tributary host-site 2026-01 members)" '3 2'

step 'in rankings each stands for itself'
ok tributaryd -C township --json rank red_flag --period 2026Q1
same 'ranked' "$(field 'ranks[#]')" 3
same 'the host by its own' "$(field 'ranks[name=柳沟村党支部].points')" "$(tributary -C host --json score red_flag --period 2026Q1 | jsoncheck total)"
same 'the site by its own' "$(field 'ranks[name=变电站代管点].points')" "$(tributary -C host-site --json score red_flag --period 2026Q1 | jsoncheck total)"

step 'what is asked of a site is asked of it by itself'
ok tributaryd -C township --json missed --period 2026-01 --cadence activity_day_monthly
same 'the host has held it' "$(field 'missed[unit_name=柳沟村党支部][#]')" 0
same 'the site has not, and has reported' "$(field 'missed[unit_name=变电站代管点].in_a_row') $(field 'missed[unit_name=变电站代管点].reported')" '1 true'
same 'no lecture is asked of a site' "$(tributaryd -C township --json missed --period 2026Q1 --cadence lecture_quarterly | jsoncheck 'missed[unit_name=变电站代管点][#]')" 0

step 'and it is not silent, nor is its host for it'
ok tributaryd -C township --json silent
same 'nobody is' "$(field 'silent[#]')" 0
ok tributaryd -C township --json freshness --period 2026-01
same 'the host has its site with it' "$(field 'freshness[unit_name=柳沟村党支部].reporting')/$(field 'freshness[unit_name=柳沟村党支部].expected') $(field 'freshness[unit_name=柳沟村党支部].silent')" '2/2 0'
ok tributaryd -C township --json freshness --unit B1 --period 2026-01
same 'the site by itself' "$(field 'freshness[unit_name=变电站代管点].reporting') $(field 'freshness[unit_name=变电站代管点].through')" "1 $(date +%Y-%m)"

step 'grown, it is a branch of its own from a day on; what it did before was below its host'
ok tributaryd -C township unit move S1 T1 --from 2026-02-01
same 'the host before' "$(of township B1 members)" 5
same 'in today s boundaries' "$(figure tributaryd township 2026-01 members value --unit B1 --tree today)" 3
same 'the township all the same' "$(figure tributaryd township 2026-01 members value --unit T1 --tree today) $(figure tributaryd township 2026-02 members value --unit T1)" '9 9'
stop township
ok tributaryd -C township check --rebuild
same 'built anew' "$(of township B1 members) $(of township S1 members) $(of township T1 members)" '5 2 9'
