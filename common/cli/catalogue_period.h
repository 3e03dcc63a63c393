// What is said about months, what came down from above, and what was asked (cli/catalogue.h).
#ifndef TRIBUTARY_CLI_CATALOGUE_PERIOD_H
#define TRIBUTARY_CLI_CATALOGUE_PERIOD_H

// Months: closed, submitted, reviewed; what came down; what was asked.
#define CATALOGUE_PERIODS(X) \
	X(VERB_CLOSE, "月末结账：此后改动要说明原因", "close a month: from then on its figures change with a reason only") \
	X(VERB_SUBMIT, "上报一个月的台账", "submit a month for review") \
	X(VERB_REOPEN, "重新打开一个月（被退回时，或批准前说明原因）", "take up a month again: when returned, or with a reason before approval") \
	X(VERB_PERIOD, "各月的状态与批注", "how months stand, with the remarks on them") \
	X(VERB_REVIEW_LIST, "各组织的上报情况，含未上报的", "who has submitted, and who has not") \
	X(VERB_REVIEW_SHOW, "上报的数字与上月对照", "the figures submitted, beside those of the month before") \
	X(VERB_REVIEW_APPROVE, "批准一次上报", "approve what was submitted") \
	X(VERB_REVIEW_RETURN, "退回一次上报并逐项批注", "return what was submitted, with remarks by field") \
	X(VERB_THEME, "发布主题；不带赋值时列出", "publish a theme for all below; without assignments, list them") \
	X(VERB_CIRCULAR, "发布通报；不带赋值时列出", "publish a circular for all below; without assignments, list them") \
	X(VERB_THEMES, "列出上级发布的主题", "list the themes that came down") \
	X(VERB_CIRCULARS, "列出上级发布的通报", "list the circulars that came down") \
	X(HEAD_OWNER, "发布者", "Owner") \
	X(NO_THEME, "台账定义里没有主题", "the pack has no kind with the role of a theme") \
	X(NO_CIRCULAR, "台账定义里没有通报", "the pack has no kind with the role of a circular") \
	X(REMEDY_NO_ROLE, "可用 list 查看其他类别", "other kinds are listed with list KIND") \
	X(REMEDY_FROM_ABOVE, "上级发布的内容不能改；请在自己的记录里另写", "what came from above stays as it is; adapt it in a record of your own") \
	X(VERB_ASK, "向下级要一条没有共享的记录，说明理由", "ask a unit for one record that it has not shared") \
	X(VERB_ASKED, "上级要过哪些记录，怎样答复的", "what superiors asked for, and what was answered") \
	X(VERB_ANSWER, "答复上级：同意（共享字段）或不同意", "answer a request: grant it by sharing fields, or refuse it") \
	X(OPTION_ASK_UNIT, "问哪个组织", "whom to ask, or whose requests to list") \
	X(OPTION_ASK_WHY, "为什么要", "why it is asked for") \
	X(OPTION_ASK_LIST, "列出问过的和答复", "list what was asked and answered") \
	X(OPTION_ANSWER_TEXT, "附言", "what is said with it") \
	X(OPTION_ANSWER_RECORD, "给哪条记录", "which record is meant, where it was only described") \
	X(HEAD_REQUEST, "请求编号", "Request") \
	X(HEAD_ASKED_BY, "谁要", "Asked by") \
	X(HEAD_ASKED_FOR, "要什么", "Asked for") \
	X(HEAD_ANSWER, "答复", "Answer") \
	X(HEAD_ANSWERED, "答复时间", "Answered") \
	X(HEAD_SHARED, "共享的记录", "Shared") \
	X(ANSWER_OPEN, "未答复", "open") \
	X(ANSWER_GRANTED, "同意", "granted") \
	X(ANSWER_REFUSED, "不同意", "refused") \
	X(ANSWER_WHICH, "请用 --record 指明是哪条记录", "say which record is meant with --record") \
	X(BAD_ANSWER, "请写 grant（同意）或 refuse（不同意）", "say grant or refuse") \
	X(NO_REQUEST, "没有这个请求", "no such request") \
	X(REMEDY_NO_REQUEST, "用 asked 查看，编号至少写前 8 位", "see them with asked; give at least 8 digits") \
	X(CANNOT_ASK, "不能向它要", "cannot ask") \
	X(ASKED, "已向 %1 要一条%2，请求 %3", "asked %1 for a record of %2, request %3") \
	X(ANSWERED_YES, "已同意，共享 %1 项，下次同步时送出", "granted: %1 values are shared with the next sync") \
	X(ANSWERED_NO, "已答复不同意", "refused") \
	X(OPTION_REASON_CHANGE, "改动已结账月份的原因", "why months that are not open are changed") \
	X(OPTION_REASON_SUBMIT, "第二次起，为什么重新上报", "why it is submitted again") \
	X(OPTION_REASON_REOPEN, "为什么重新打开", "why it is taken up again") \
	X(OPTION_REVIEW_UNIT, "被审核的组织", "whose month") \
	X(OPTION_REMARK, "对指标或字段的批注，可多次给出：会议.议题=缺签到", "a remark on a metric or a field, as often as needed: meeting.topic=TEXT") \
	X(OPTION_REVIEW_TEXT, "总的意见", "what is said of the whole") \
	X(HEAD_RETURNED, "被退回的月份", "Months returned") \
	X(HEAD_ASKED, "待答复的请求", "Requests to answer") \
	X(HEAD_MONTH, "月份", "Month") \
	X(HEAD_SUBMITTED, "上报时间", "Submitted") \
	X(HEAD_REASON, "原因", "Reason") \
	X(HEAD_VERDICT, "审核", "Verdict") \
	X(HEAD_BY, "审核人", "By") \
	X(HEAD_REMARKS, "批注", "Remarks") \
	X(HEAD_RESTATED, "有更正", "Restated") \
	X(HEAD_RESTATED_BY, "更正", "Restated by") \
	X(HEAD_UNCONFIRMED, "未确认", "Unconfirmed") \
	X(FIGURES_RESTATED, "%1，%2，第 %4 版：%3", "%1, %2, revision %4: %3") \
	X(FIGURES_EXPLAINED, "%1，%2，批准后改动：%3", "%1, %2, changed since it was approved: %3") \
	X(HEAD_BEFORE, "上月", "Month before") \
	X(HEAD_SUBMITTED_VALUE, "上报数", "Submitted") \
	X(HEAD_CHANGE, "增减", "Change") \
	X(HEAD_NOW, "现在", "Now") \
	X(STATE_OPEN, "未结账", "open") \
	X(STATE_CLOSED, "已结账", "closed") \
	X(STATE_SUBMITTED, "已上报", "submitted") \
	X(STATE_RETURNED, "被退回", "returned") \
	X(STATE_APPROVED, "已批准", "approved") \
	X(STATE_RESTATED, "已更正", "restated") \
	X(VERDICT_DISPUTED, "审核意见不一", "the reviewers differ") \
	X(CANNOT_CLOSE, "不能结账", "cannot close the month") \
	X(CANNOT_SUBMIT, "不能上报", "cannot submit the month") \
	X(CANNOT_REOPEN, "不能重新打开", "cannot take up the month again") \
	X(MONTH_HELD, "该月已结账，改动要说明原因", "the month is not open, and a change of its figures needs a reason") \
	X(NOT_SUBMITTED, "该月还没有上报", "the month was not submitted") \
	X(SAID_ALREADY, "这次上报已有同样的意见", "the verdict on this revision is that already") \
	X(NO_REMARK_PLACE, "没有这个指标或字段", "no such metric or field") \
	X(ONE_MONTH, "请给一个月份", "one month at a time") \
	X(REMEDY_REASON, "请加 --reason 说明原因", "say why with --reason TEXT") \
	X(REMEDY_PERIOD, "用 period 查看各月的状态", "see how it stands with period") \
	X(REMEDY_RESUBMIT, "已上报的要重新上报，请加 --reason", "to submit it once more, say why with --reason TEXT") \
	X(REMEDY_REOPEN, "批准前可加 --reason 重新打开；批准后直接更正并说明原因", "before approval with --reason TEXT; after it, change what is wrong and say why") \
	X(REMEDY_REVIEW, "用 review list 查看上报情况", "see who has submitted with review list") \
	X(PERIOD_CLOSED, "%1 已结账", "%1 is closed") \
	X(PERIOD_SUBMITTED, "%1 第 %2 版已写好，下次同步时上报", "%1, revision %2, goes up with the next sync") \
	X(PERIOD_REOPENED, "%1 已重新打开", "%1 is open again") \
	X(REVIEW_COUNTS, "已上报 %1/%2，已批准 %3", "submitted %1 of %2, approved %3") \
	X(REVIEW_OF, "%1，%2，%3，第 %4 版", "%1, %2, %3, revision %4") \
	X(REVIEW_APPROVED, "已批准 %1 %2 第 %3 版", "approved: %1, %2, revision %3") \
	X(REVIEW_RETURNED, "已退回 %1 %2 第 %3 版", "returned: %1, %2, revision %3")

#endif
