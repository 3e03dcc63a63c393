// What the programs say of scores and rankings: a part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_SCORE_H
#define TRIBUTARY_CLI_CATALOGUE_SCORE_H

#define CATALOGUE_SCORES(X) \
	X(VERB_SCORE, "评分：各项得分及依据", "scores: the points of each item and what they are computed from") \
	X(VERB_ASSESS, "为评分表的项目打分", "give points by hand to items of a scorecard") \
	X(VERB_RANK, "按评分表排名", "rank the units below by a scorecard") \
	X(OPTION_SCORE_PERIOD, "评分的时期，如 2026-03、2026Q1、2026（默认本期）", "the period scored, such as 2026-03, 2026Q1 or 2026 (default: the present one)") \
	X(OPTION_ASSESS_UNIT, "为哪个组织打分", "the unit that is assessed") \
	X(OPTION_RANK_UNIT, "在哪个组织之下排名（默认本组织）", "rank the units below this one (default: one's own)") \
	X(HEAD_SCORECARD, "评分表", "scorecard") \
	X(HEAD_SCORE_ITEM, "项目", "item") \
	X(HEAD_SCORE_POINTS, "得分", "points") \
	X(HEAD_SCORE_MOST, "满分", "most") \
	X(HEAD_SCORE_TARGET, "目标", "target") \
	X(HEAD_SCORE_SOURCE, "依据", "from") \
	X(HEAD_SCORE_PERIOD, "时期", "period") \
	X(HEAD_SCORE_WEIGHT, "权重", "weight") \
	X(HEAD_SCORE_WAITING, "待评", "to assess") \
	X(HEAD_SCORE_BAND, "等次", "band") \
	X(HEAD_SCORE_TASKS, "积分", "tasks") \
	X(HEAD_SCORE_REWARD, "奖励", "reward") \
	X(HEAD_RANK, "名次", "rank") \
	X(HEAD_RANK_TIED, "并列", "tied") \
	X(HEAD_RANK_AWARD, "奖励金额", "award") \
	X(HEAD_RANK_CONSEQUENCE, "后果", "consequence") \
	X(NO_SCORECARD, "台账定义里没有这个评分表", "the pack has no such scorecard") \
	X(NO_SCORE_ITEM, "评分表里没有这个项目，或它不由人打分", "the scorecard has no such item, or none that is assessed by hand") \
	X(SCORE_OTHER_PERIOD, "这个评分表没有这样的时期", "the scorecard has no such period") \
	X(SCORE_INDIVIDUAL, "个人评分不出本组织", "scores of individuals stay in their unit") \
	X(SCORE_NOT_ASSESSOR, "这个项目不由本组织为它打分", "that item is not for this unit to assess there") \
	X(SCORE_NOT_FOR_UNIT, "这个评分表不用于这类组织", "the scorecard is not for such units") \
	X(SCORE_BAD_POINTS, "应为：项目=分数，如 order=9.5", "expected ITEM=POINTS, such as order=9.5") \
	X(SCORE_BY_OWN, "本组织评定", "assessed by the unit itself") \
	X(SCORE_BY_PARENT, "上级评定", "assessed by the unit above") \
	X(SCORE_BY_ANCESTOR, "上级或更高级评定", "assessed by any unit above") \
	X(SCORE_WAITING, "尚未评定", "not assessed yet") \
	X(SCORE_TOTAL, "总分 %1（满分 %2）%3", "total %1 of at most %2  %3") \
	X(SCORE_MEAN, "加权平均：%1 / %2，四舍五入", "weighted mean: %1 / %2, rounded half up") \
	X(SCORE_INCOMPLETE, "还有项目尚未评定，按 0 分计", "items are not assessed yet; they count as 0") \
	X(SCORE_UNCONFIRMED, "以上为本机现值，上级尚未收到", "as this device has it now; the server has not confirmed it yet") \
	X(SCORE_CONFIRMED, "上级已收到的为 %1 分", "confirmed by the server: %1") \
	X(SCORE_NOT_REPORTED, "该组织本期尚未上报", "the unit has not reported for this period") \
	X(SCORE_ASSESSED, "已打分：%1，%2", "assessed: %1, %2") \
	X(SCORE_EXEMPT, "免评", "exempt") \
	X(SCORE_NO_RECORDS, "本期无积分记录", "no points recorded in this period") \
	X(RANK_SILENT, "未排名：尚未上报", "not ranked: has not reported") \
	X(RANK_PROVISIONAL, "未排名：两台设备各报各的", "not ranked: two devices have reported apart") \
	X(RANK_UNREVIEWED, "未排名：各月尚未全部批准，分数为暂计", "not ranked: not all of its months are approved; the points are provisional") \
	X(HEAD_RANK_APPROVED, "已批准月数", "months approved") \
	X(SCORE_APPROVED, "按已批准的各月为 %1 分（%2 个月已批准）", "by the months approved: %1 (%2 of them)") \
	X(RANK_WAITING, "未排名：尚未评定完", "not ranked: not assessed yet") \
	X(RANK_TIED, "并列", "tied") \
	X(RANK_AWARD_LOST, "取消全年评奖", "the year's award is lost") \
	X(RANK_UNRANKED, "这个评分表不排名", "this scorecard does not rank")

#endif
