// What the county's and township's dashboard and its verbs say. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_BOARD_H
#define TRIBUTARY_CLI_CATALOGUE_BOARD_H

#define CATALOGUE_BOARD(X) \
	X(VERB_TREND, "一个指标或事项的逐期走势", "a metric or cadence over one period after another") \
	X(VERB_COMPLIANCE, "一项制度在各下级各期的落实情况", "how units below met a cadence, period by period") \
	X(VERB_SUBMISSIONS, "各下级一个月的上报进度：应报、已报、按时、通过、退回", "how far the units below are with a month: due, submitted, in time, approved, returned") \
	X(VERB_FRESHNESS, "各下级多久没有消息，时钟是否准确", "how long ago units below were heard, and whose clock is wrong") \
	X(VERB_CHAIN, "一个数字由下级哪些签名条目构成，逐条核对", "which signed entries below make a figure, each one checked") \
	X(OPTION_TREND_THROUGH, "最后一期所在月份；默认本月", "the month that the last period holds; default: the present one") \
	X(OPTION_TREND_COUNT, "多少期；默认 24", "how many periods; default: 24") \
	X(OPTION_TREND_EVERY, "每期长度：month、quarter、year；默认 month", "how long each is: month, quarter, year; default: month") \
	X(OPTION_COMPLIANCE_PERIOD, "哪些月份；默认今年", "of which months; default: this year") \
	X(OPTION_SUBMIT_BY, "次月几日前算按时；默认 5", "the day of the next month up to which it is in time; default: 5") \
	X(BAD_EVERY, "不是 month、quarter 或 year", "not month, quarter or year") \
	X(HEAD_ON_TIME, "按时", "In time") \
	X(HEAD_LATE, "逾期", "Late") \
	X(HEAD_APPROVED, "已通过", "Approved") \
	X(HEAD_SENT_BACK, "已退回", "Returned") \
	X(HEAD_UNHEARD, "无消息", "Not heard") \
	X(HEAD_SEEN, "本级可见", "Heard here") \
	X(HEAD_MET, "达到", "Met") \
	X(HEAD_CLOCK_BEHIND, "时钟慢（分钟）", "Clock behind (minutes)") \
	X(HEAD_CLOCK_AHEAD, "时钟快（分钟）", "Clock ahead (minutes)") \
	X(HEAD_LEAF, "叶哈希", "Leaf hash") \
	X(HEAD_SIGNED, "签名", "Signature") \
	X(HEAD_INCLUDED, "在树中", "In the tree") \
	X(HEAD_SUBTREE, "下辖组织", "Units there")

#endif
