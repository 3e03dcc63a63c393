#!/bin/sh
# The practices S1 to S26 (docs/practices.md) in the party branch ledger, each by the command that shows it working.
. "${0%/*}/lib.sh"
each_step=conserved

# fig METRIC: of the branch in March. figure_up METRIC: as the township sums it.
fig() { figure tributary laptop 2026-03 "$1"; }
put() { ok tributary -C laptop put "$@"; }

small_tree
device township laptop B1 电脑
ok tributary -C laptop sync
member laptop 其木格 post=书记 phone=13900000001
member laptop 乌云 post=支部委员 group=group_1
member laptop 巴特尔

step 'S1 a branch below three full members, or without the committee it should have, is warned of'
ok tributary -C laptop --json warnings
says 'no_committee'
ok tributaryd -C township unit list

step 'S2 three meetings and one lecture: minutes, attendance, what is due'
put meeting type=lecture topic=党课 date=2026-03-05 should_attend=3 attended+=其木格 attended+=乌云 minutes=学习内容
same 'attendance' "$(fig attendance)/$(fig should_attend)" 2/3
ok tributary -C laptop due

step 'S3 the theme comes down, the branch picks its day and adds its own'
ok tributaryd -C county put theme title=植绿护绿 begins=2026-03-05 ends=2026-03-19
soon 10 sh -c "'$build/client/tributary' -C laptop sync >/dev/null && '$build/client/tributary' -C laptop list theme | grep -q 植绿护绿"
put activity_day date=2026-03-12 theme=植绿护绿 own_content=清扫村道 should_attend=3
same 'activity days' "$(fig activity_days)" 1

step 'S4 points are scored in the branch; above it only the number in each band'
put points member=其木格 date=2026-03-10 sort=study points=20 what=学习 state=declared
ok tributary -C laptop move points 学习 assess
ok tributary -C laptop move points 学习 confirm
exits 3 tributary -C laptop move points 学习 file
ok tributary -C laptop score member_points --period 2026
says_not 'canary'

step 'S5 the red flag is scored from figures and by the township'
ok tributary -C laptop score red_flag --period 2026Q1

step 'S6 a month is closed, submitted and reviewed'
ok tributary -C laptop close 2026-02
ok tributary -C laptop submit 2026-02
ok tributary -C laptop sync
soon 10 sh -c "'$build/server/tributaryd' -C township --json review list 2026-02 | grep -q submitted"

step 'S7 one book: every form has its hints, the assessment its thirteen indicators'
ok tributary -C laptop --json form book_assessment
says 'The 13 indicators'
ok tributary -C laptop score one_book --period 2026Q1

step 'S8 composition at every level, without names'
ok tributary -C laptop --json report composition --period 2026-03
same 'women of all' "$(field 'rows[row=women].month')/$(field 'rows[row=total].month')" 3/3

step 'S9 a membership moves: released, received, permitted; one home at every moment, and no name above it'
today=$(date +%Y-%m-%d)
home_is() { # DEVICE MEMBER EPOCH: its record is confirmed there
	tributary -C "$1" sync >"$out" 2>"$err" || return 1
	tributary -C "$1" --json transfer show "$2" >"$out" 2>"$err" || return 1
	[ "$(field "homes[epoch=$3].final")" = true ]
}
ok tributaryd -C township unit add --kind branch --code B2 --name 石圪台村党支部
device township other B2 电脑二
member laptop 苏和 arrived="$today" post=支部委员 group=group_2 phone=13900000009 note=只供本支部
put away_report member=苏和 quarter=2026-06 received=2026-06-20 text=第二季度汇报
put points member=苏和 date=2026-06-20 sort=service points=5 what=义务巡逻
ok tributary -C laptop move points 义务巡逻 assess
ok tributary -C laptop move points 义务巡逻 confirm
put dues member=苏和 month=2026-06 due=10 amount=10 paid=2026-06-06
soon 20 home_is laptop 苏和 1
ok tributary -C laptop --json get member 苏和
moving=$(field record)
ok tributary -C laptop transfer offer 苏和 --to B2 --reason 迁居
accepted() { tributary -C laptop sync && tributary -C other sync && tributary -C other transfer accept 苏和; }
soon 20 accepted
ok tributary -C other sync
soon 20 tells 'transfers[0].state' accepted tributaryd -C township --json transfer list # and no more before the township permits it
ok tributaryd -C township transfer approve "$moving"
soon 20 home_is other 苏和 2
ok tributary -C other --json get member 苏和
same 'what goes along' "$(field fields.phone) $(field fields.arrived)" "13900000009 $today"
says_not 只供本支部
says_not group_2
ok tributary -C other --json list away_report
says 2026-06
ok tributary -C other --json get points 义务巡逻
same 'points are confirmed again' "$(field fields.points)/$(field fields.state)" 500/declared
ok tributary -C other --json list dues
says_not 2026-06
soon 20 synced laptop tells fields.left "$today" tributary -C laptop --json get member 苏和
same 'the stub' "$(field fields.left) $(field fields.note)" "$today 只供本支部"
exits 3 tributary -C laptop --json transfer offer 苏和 --to B2
same 'who has left' "$(field 'transfers[0].why')" NOT_HERE
same 'dues stay where they were paid' "$(figure tributary laptop 2026-06 dues_paid)" 1000
same 'members' "$(figure tributary laptop "${today%-*}" members) $(figure tributary other "${today%-*}" members)" '3 1'
for server in township county; do
	soon 20 tells 'transfers[state=committed][#]' 1 tributaryd -C $server --json transfer list # in its register
	says_not 苏和
	soon 20 tells members_conserved true tributaryd -C $server --json status
done

member laptop 阿木尔 arrived="$today" left="$today" left_reason=died
soon 20 home_is laptop 阿木尔 1
for server in township county; do
	soon 20 tells members_conserved true tributaryd -C $server --json status # one who died is not lost
done

step 'S10 second registrations are counted apart from members'
put second_registration name=王工 registered=2026-03-01 skill=law
put second_activity date=2026-03-08 topic=法律咨询 hours=3
same 'second, members' "$(fig second_registrations) $(fig members)" '1 3'
put registered_elsewhere member=乌云 unit=B2 since=2026-03-02
owed() { # CADENCE PERIOD: left, of
	ok tributary -C laptop --json due --period "$2"
	echo "$(field "due[cadence=$1].left")/$(field "due[cadence=$1].at_least")"
}
same 'a notice is asked of the community' "$(owed second_notice_yearly 2026)" 1/1
same 'and of the home branch' "$(owed elsewhere_notice_yearly 2026)" 1/1
ok tributary -C laptop --json status
same 'both on the first screen' "$(field 'owed[cadence=second_notice_yearly].left') $(field 'owed[cadence=elsewhere_notice_yearly].left')" '1 1'
put second_registration --record 王工 notice=2026-11-01
ok tributary -C laptop --json list registered_elsewhere
put registered_elsewhere --record "$(field 'records[0].record')" notice=2026-11-02
same 'given' "$(owed second_notice_yearly 2026) $(owed elsewhere_notice_yearly 2026)" '0/1 0/1'
same 'and asked again' "$(owed second_notice_yearly 2027)" 1/1

step 'S11 a member away: contacts, the quarterly report'
put absence member=巴特尔 place=榆林市 since=2026-01-10 purpose=work
put contact_log member=巴特尔 date=2026-03-09 way=phone note=在工地
put away_report member=巴特尔 quarter=2026-03 received=2026-03-20 text=汇报
same 'away, contacts, reports' "$(fig members_away) $(fig away_contacts) $(fig away_reports)" '1 1 1'
ok tributary -C laptop --json due --period 2026Q1
same 'no report is asked for within three months' "$(field 'due[cadence=away_report_quarterly][#]')" 0
same 'and then one each quarter' "$(owed away_report_quarterly 2026Q2)" 1/1
ok tributary -C laptop status
says 'to do: Quarterly report of everyone away'
late_report() { tributaryd -C "$1" --json missed --period 2026Q2 --cadence away_report_quarterly | jsoncheck 'missed[0].at_least' 2>/dev/null | grep -qx 1; }
ok tributary -C laptop sync
soon 20 late_report township
ok tributaryd -C township --json missed --period 2026Q2 --cadence away_report_quarterly
same 'one of one' "$(field 'missed[#]') $(field 'missed[0].done')" '1 0'
put away_report member=巴特尔 quarter=2026-06 received=2026-06-28 text=汇报
same 'reported' "$(owed away_report_quarterly 2026Q2)" 0/1
ok tributary -C laptop --json report quarterly --period 2026Q2
same 'k of n in the quarterly report' "$(field 'rows[row=away_on_time].quarter.value')/$(field 'rows[row=away_on_time].quarter.denominator')" 1/1

step 'S12 dues: integers in fen, a serial number without gaps'
put dues member=其木格 month=2026-03 base=4000 due=20 amount=20 paid=2026-03-06
put dues member=乌云 month=2026-03 due=10.50 amount=10.50 paid=2026-03-06
same 'dues in fen' "$(fig dues_paid)" 3050
ok tributary -C laptop series

step 'S13 a motion is decided by its votes; a result that contradicts them is refused'
put meeting type=committee topic=研究项目 date=2026-03-07 expected+=其木格 expected+=乌云 expected+=巴特尔 attended+=其木格 attended+=乌云
put motion text=修路 meeting=研究项目 body=committee date=2026-03-07 'votes[其木格]=赞成' 'votes[乌云]=赞成'
exits 3 tributary -C laptop put motion --record 修路 result=failed
put motion --record 修路 result=passed
same 'passed' "$(fig motions_passed)" 1
put decision topic=修路 begun=2026-03-07 step=proposed day=2026-03-07 proposal=修村道
exits 3 tributary -C laptop put decision --record 修路 step=resolved day=2026-03-08

step 'S14 an affair is complete with before, during and after'
put affair topic=修路 sort=project date=2026-03-08 before=提议 before_papers=a.jpg during=会议 during_papers=b.jpg
same 'not complete yet' "$(fig affairs_complete)/$(fig affairs)" 0/1
put affair --record 修路 after=完工 after_papers=c.jpg
same 'complete' "$(fig affairs_complete)/$(fig affairs)" 1/1

step 'S15 audits by class, planned and done'
put audit subject=柳沟村主任 class=a planned=2026-03 done=2026-03-15 findings=2 amount=1200
put audit subject=柳沟村书记 class=b planned=2026-03
same 'coverage' "$(figure tributary laptop 2026-03 audit_coverage)/$(figure tributary laptop 2026-03 audit_coverage denominator)" 1/2

step 'S16 issues are passed up, handed back, closed'
put issue what=路灯不亮 collected=2026-03-02 level=village visit=12 state=open day=2026-03-02
put issue --record 路灯不亮 state=passed_up day=2026-03-04
exits 3 tributary -C laptop put issue --record 路灯不亮 state=returned day=2026-03-05
put issue --record 路灯不亮 state=closed day=2026-03-06 outcome=已修好
same 'closed' "$(fig issues_closed)/$(fig issues)" 1/1

step 'S17 a lecture from the menu is ordered'
ok tributaryd -C county put menu title=乡村振兴 lecturer=李老师
put lecture_order lecture=乡村振兴 ordered=2026-03-03 state=ordered day=2026-03-03
exits 3 tributary -C laptop put lecture_order --record 乡村振兴 state=accepted day=2026-03-04
same 'ordered' "$(fig lectures_ordered)" 1

step 'S18 a project is proposed; only the township reviews it'
put project name=红色物业 proposed=2026-03-01 state=proposed day=2026-03-01 goal=服务居民
exits 3 tributary -C laptop put project --record 红色物业 state=filed day=2026-03-02

step 'S19 coverage of enterprises'
put enterprise name=甲公司 sort=private_enterprise organisation=joint listed=2026-01-01 pass_grid=2026-03-02
put enterprise name=乙公司 sort=private_enterprise organisation=none listed=2026-01-01
put enterprise name=丙公司 sort=private_enterprise organisation=none listed=2026-01-01 struck_off=2026-03-03 struck_off_reason=shell
same 'coverage' "$(fig coverage_rate)/$(figure tributary laptop 2026-03 coverage_rate denominator)" 1/2

step 'S20 nobody skips a step of admission'
put admission name=那仁 applied=2026-01-05 stage=applicant day=2026-01-05
exits 3 tributary -C laptop put admission --record 那仁 stage=candidate day=2026-03-05
put admission --record 那仁 stage=activist day=2026-03-05 application=申请书 talk=已谈话 recommended=推荐
exits 3 tributary -C laptop put admission --record 那仁 stage=candidate day=2026-06-05 reports=汇报

step 'S21 posts and promises'
put post_duty member=乌云 post=sanitation since=2026-03-01
put promise member=乌云 text=帮扶两户 made=2026-03-01 state=made day=2026-03-01
same 'posts, promises' "$(fig posts_taken) $(fig promises)" '1 1'
ok tributary -C laptop --json list post_duty
post=$(field 'records[0].record')
exits 3 tributary -C laptop move post_duty "$post" review day=2026-06-30 mid_year=好
says 'the missing step is Carry out'
ok tributary -C laptop move post_duty "$post" carry_out day=2026-03-10 done=清扫三次
ok tributary -C laptop move post_duty "$post" review day=2026-06-30 mid_year=好
ok tributary -C laptop move post_duty "$post" fulfil day=2026-12-20 year_end=称职
exits 3 tributary -C laptop move promise 帮扶两户 keep day=2026-12-20 year_end=已兑现
ok tributary -C laptop move promise 帮扶两户 carry_out day=2026-03-20 done=已帮扶
ok tributary -C laptop move promise 帮扶两户 review day=2026-06-30 mid_year=已落实
ok tributary -C laptop move promise 帮扶两户 keep day=2026-12-20 year_end=已兑现
same 'kept' "$(fig promises_kept_rate)/$(figure tributary laptop 2026-03 promises_kept_rate denominator)" 1/1

step 'S22 sites against the checklists; money per member'
put site name=党群服务中心 opened=2026-01-01 has_room=是 has_equipment=是 has_sign=是 has_flag=是 has_books=是 has_rules=是
same 'six haves, all' "$(fig sites_six) $(fig sites_standard)" '1 0'
put fund_grant date=2026-03-01 source=活动经费 amount=900 purpose=年度经费
same 'fund' "$(fig activity_fund)" 90000

step 'S23 yearly appraisal and the report of the secretary'
put appraisal member=其木格 month=2026-03 by=self points=9
put secretary_report date=2026-03-09 topic=述职 voters=10 satisfied=9
same 'satisfaction' "$(fig report_satisfaction)/$(figure tributary laptop 2026-03 report_satisfaction denominator)" 9/10

step 'S24 contact points'
put contact_visit leader=张县长 level=county date=2026-03-04 matters=3 settled=2
same 'visits' "$(fig contact_visits)" 1

step 'S25 yearly figures with their source'
put village_income village=柳沟村 year=2026-12 amount=120000 source=财务报表
same 'above 100,000' "$(figure tributary laptop 2026 villages_above_100000)" 1
exits 2 tributary -C laptop put village_income village=石圪台村 year=2026-12 amount=1

step 'S26 a crew in the field'
put field_job name=长江口测量 begins=2026-03-01 people=25 crew+=巴特尔
same 'people in the field' "$(fig field_people)" 25

step 'all of it goes up; the township sees figures, and none of the names'
ok tributary -C laptop sync
soon 10 sh -c "'$build/server/tributaryd' -C county --json report monthly --period 2026-03 | grep -q '\"row\":\"affairs\",\"month\":1'"
! grep -rqa '王工\|苏和' county/ township/ 2>/dev/null || fail 'a name of the private lane stands in a store above'
