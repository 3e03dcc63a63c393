// What the programs say of what units owe: cadences, checks, silence. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_DUTY_H
#define TRIBUTARY_CLI_CATALOGUE_DUTY_H

#define CATALOGUE_DUTY(X) \
	X(VERB_DUE, "还要做什么：本月、本季、本半年、本年", "what is still to be done this month, quarter, half-year and year") \
	X(VERB_WARNINGS, "组织设置上要注意的地方；只提醒，不阻拦", "where a unit is not as it should be; warns and never blocks") \
	X(VERB_MISSED, "哪些组织没有按期完成，连续几次", "which units missed what is asked of them, and how often in a row") \
	X(VERB_SILENT, "哪些组织多久没有消息", "units of which nothing was heard, and since when") \
	X(OPTION_DUE_PERIOD, "2026-03、2026Q1、2026H1 或 2026；默认今天所在的", "2026-03, 2026Q1, 2026H1 or 2026; default: those of today") \
	X(OPTION_TODAY, "当作今天的日期", "a day to be taken for today") \
	X(OPTION_MISSED_PERIOD, "2026-03、2026Q1、2026H1 或 2026；默认各项最近一期", "2026-03, 2026Q1, 2026H1 or 2026; default: the last period of each") \
	X(OPTION_IN_A_ROW, "至少连续几次；默认 1", "at least so many in a row; default: 1") \
	X(OPTION_CADENCE, "只看这一项", "this one only") \
	X(OPTION_WARNED_ON, "看哪一天；默认今天", "as of which day; default: today") \
	X(OPTION_SILENT_DAYS, "至少多少天没有消息；默认 30", "for at least so many days; default: 30") \
	X(HEAD_CADENCE, "事项", "What") \
	X(HEAD_DUE_PERIOD, "期间", "Period") \
	X(HEAD_DONE, "已做", "Done") \
	X(HEAD_AT_LEAST, "至少", "At least") \
	X(HEAD_AT_MOST, "至多", "At most") \
	X(HEAD_LEFT, "还差", "To do") \
	X(HEAD_DUE_UNTIL, "截止", "Until") \
	X(HEAD_MISSED, "此前缺", "Missed before") \
	X(HEAD_IN_A_ROW, "连续缺", "In a row") \
	X(HEAD_REPORTED, "已报", "Reported") \
	X(HEAD_WARNING, "提醒", "Warning") \
	X(HEAD_HINT, "建议", "Hint") \
	X(HEAD_LAST_HEARD, "最近消息", "Last heard") \
	X(HEAD_DAYS, "天数", "Days") \
	X(HEAD_THROUGH, "已报到", "Reported through") \
	X(DUE_MET, "已完成", "done") \
	X(DUE_OPEN, "待完成", "to do") \
	X(DUE_OVER, "已过期", "too late") \
	X(NO_CADENCE, "没有这一项", "no such cadence") \
	X(HEAD_OWED, "待办事项", "still to be done (tributary due)") \
	X(STATUS_OWED, "待办：%1（%2）还差 %3，截止 %4", "to do: %1 (%2), %3 left, until %4") \
	X(STATUS_LATE, "过期未办：%1（%2）差 %3，已于 %4 截止", "too late: %1 (%2), %3 not done by %4") \
	X(DUE_NOTHING, "没有要求本组织定期做的事", "nothing is asked of this unit at fixed times") \
	X(WARNING_SAYS, "%1：%2 %3，应为 %4", "%1: %2 %3, expected %4") \
	X(WARNING_PART, "%1（%2）", "%1 (%2)") \
	X(WARNING_AGE, "成立天数", "days since it began") \
	X(WARNING_BETWEEN, "%1 至 %2", "%1 to %2") \
	X(WARNING_AT_LEAST, "至少 %1", "at least %1") \
	X(WARNING_AT_MOST, "至多 %1", "at most %1") \
	X(WARNINGS_COUNT, "%1：%2 个组织", "%1: %2 units") \
	X(WARNINGS_NONE, "没有要提醒的", "nothing to warn of") \
	X(MISSED_NONE, "都按期完成了", "nobody missed anything") \
	X(SILENT_NONE, "没有组织失联", "nobody is silent") \
	X(UNITS_UNSEEN, "另有 %1 个组织由下级服务器掌握，这里只有合计", "%1 more units are known to servers below; here are only their sums") \
	X(BAD_COUNT, "不是个数", "not a number that fits here") \
	X(BAD_DAY, "不是日期", "not a day")

#endif
