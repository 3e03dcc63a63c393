#!/bin/sh
# The party branch's scorecards: members' points from declaration to filing, the red flag, one book.
. "${0%/*}/lib.sh"

small_tree
device township laptop B1 电脑
year=$(date +%Y) month=$(date +%Y-%m) today=$(date +%Y-%m-%d)
quarter=${year}Q$((($(date +%-m) + 2) / 3))

earns() {
	ok tributary -C laptop put points member="$1" date="$today" sort="$2" points="$3" what="$4"
}

step 'members declare what they did; nothing counts before the meeting has confirmed it'
member laptop 其木格
member laptop 巴图
ok tributary -C laptop put member occupation=离退休 --record 巴图
earns 其木格 学习 20 学习笔记
earns 其木格 履职 20 设岗定责
earns 其木格 服务 20 走访十户
earns 其木格 守纪 10 全年无违纪
earns 其木格 奖励 4.5 县级表彰
earns 巴图 学习 35 读书
ok tributary -C laptop --json score member_points --period "$year"
same 'before' "$(field 'members[label=其木格].note')" no_records
exits 3 tributary -C laptop move points 学习笔记 confirm
for what in 学习笔记 设岗定责 走访十户 全年无违纪 县级表彰 读书; do
	ok tributary -C laptop move points $what assess
	ok tributary -C laptop move points $what confirm
done
ok tributary -C laptop move points 学习笔记 post
ok tributary -C laptop move points 学习笔记 file
ok tributary -C laptop --json score member_points --period "$year"
same 'with all that she did' "$(field 'members[label=其木格].points')" 9450
same 'her band' "$(field 'members[label=其木格].band')" excellent
same 'his study, by the standard of the retired' "$(field 'members[label=巴图].points')" 5000
same 'his band' "$(field 'members[label=巴图].band')" unqualified

step 'he is exempted, once the meeting has approved it'
ok tributary -C laptop put points member=巴图 date="$today" sort=免评 what=年老体弱
ok tributary -C laptop --json score member_points --period "$year"
same 'not yet' "$(field 'members[label=巴图].band')" unqualified
ok tributary -C laptop move points 年老体弱 assess
ok tributary -C laptop move points 年老体弱 confirm
ok tributary -C laptop --json score member_points --period "$year"
same 'exempt' "$(field 'members[label=巴图].band')" exempt

step 'the township sees how many, and nobody'
ok tributary -C laptop sync
ok tributaryd -C township --json figures --period "$year" --metric member_points
same 'excellent' "$(field 'figures[bucket=excellent].value')" 1
same 'exempt' "$(field 'figures[bucket=exempt].value')" 1
! grep -rqa 其木格 township county || fail 'a name stands above the branch'

first=$(($(date +%-m) - ($(date +%-m) - 1) % 3))
months_so_far() { # of the quarter
	for m in $(seq "$first" "$(date +%-m)"); do
		printf '%s-%02d\n' "$year" "$m"
	done
}
submitted() { tributaryd -C township --json review show "$1" --unit B1 >"$out" && [ "$(field state)" = submitted ]; }

step 'the red flag: meetings count by themselves, the township gives the rest'
for type in 支部党员大会 支委会 支委会 支委会 党小组会 党小组会 党小组会 党课; do
	ok tributary -C laptop put meeting date="$today" type=$type topic=会 should_attend=2 'attended[其木格]=yes' 'attended[巴图]=yes'
done
for n in 1 2 3; do
	ok tributary -C laptop put activity_day date="$today" theme=主题$n
done
ok tributary -C laptop sync
ok tributaryd -C township assess 流动红旗 台账规范=9.5 阵地管理=10 群众满意=8 --unit B1 --period "$quarter"
ok tributaryd -C township --json rank red_flag --period "$quarter"
same 'nothing is ranked, or pays, that nobody has approved' "$(field 'ranks[0].note') $(field 'ranks[0].rank') $(field 'ranks[0].award')" 'unreviewed null 0'
same 'provisional' "$(field 'ranks[0].points') $(field 'ranks[0].approved')" "9750 0/$(months_so_far | wc -l)"
ok tributaryd -C township --json figures --period "$quarter" --metric red_flag
same 'nor counted in a band' "$(field 'figures[#]')" 0
for m in $(months_so_far); do
	ok tributary -C laptop submit "$m"
done
ok tributary -C laptop sync
for m in $(months_so_far); do
	soon 20 submitted "$m"
	ok tributaryd -C township review approve "$m" --unit B1
done
ok tributaryd -C township --json rank red_flag --period "$quarter"
same 'units' "$(field 'ranks[#]')" 1
same 'approved' "$(field 'ranks[0].approved')" "$(months_so_far | wc -l)/$(months_so_far | wc -l)"
same 'rank' "$(field 'ranks[name=柳沟村党支部].rank')" 1
same 'points' "$(field 'ranks[name=柳沟村党支部].points')" 9750
same 'award' "$(field 'ranks[name=柳沟村党支部].award')" 60000
ok tributaryd -C township --json report compliance --period "$quarter" --by-child
same 'points in a report, and the units of a band' "$(field 'rows[row=flag_points][0].quarter') $(field 'rows[row=flag_red][1].quarter')" '9750 1'
same 'a township has no points of its own' "$(field 'rows[row=flag_points][1].quarter')" null
ok tributaryd -C township --json figures --period "$quarter" --metric red_flag
same 'branches in the first band' "$(field 'figures[bucket=red].value')" 1
exits 2 tributary -C laptop figures --period "$quarter" --metric red_flag
ok tributary -C laptop sync
ok tributary -C laptop --json score red_flag
same 'as the branch sees it' "$(field total)" 9750
same 'all of it confirmed' "$(field confirmed)" 9750

step 'one book: thirteen indicators, and a year that is the mean of its quarters'
ok tributaryd -C township assess one_book organisation=8 meetings=9 activity_day=8 organisational_life=7.5 admission=8 \
	roster=8 dues=6 points=8 decisions=7 services=8 site=5 learning=8 book=6 --unit B1 --period "$quarter"
ok tributary -C laptop sync
ok tributary -C laptop --json score one_book
same 'this quarter' "$(field total)" 9650
same 'rated' "$(field band)" a
ok tributary -C laptop --json score one_book --period "$year"
same 'of four' "$(field denominator)" 4
same 'the sum of the quarters' "$(field numerator)" 9650
same 'the mean, rounded half up' "$(field total)" 2413
ok tributary -C laptop score one_book --period "$year"
says '96.5 / 4'

step 'a group has its ten points in the branch'
ok tributary -C laptop put party_group name=第一小组
for points in 1:1.5 2:1.5 3:1 4:2.5 5:1.5 6:1.5; do
	ok tributary -C laptop put group_points group=第一小组 month="$month" indicator="${points%:*}" points="${points#*:}" --reason 补登
done
ok tributary -C laptop --json score group_score --period "$month"
same 'of ten' "$(field 'members[label=第一小组].points')" 950
same 'its band' "$(field 'members[label=第一小组].band')" good
