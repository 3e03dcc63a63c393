// What the programs say about members at a second unit.
#ifndef TRIBUTARY_CLI_CATALOGUE_PRESENCE_H
#define TRIBUTARY_CLI_CATALOGUE_PRESENCE_H

#define CATALOGUE_PRESENCE(X) \
	X(VERB_ATTACH, "让党员到第二个组织报到一段时间", "attach members to a second unit for a time") \
	X(VERB_DETACH, "结束在第二个组织的报到", "end a member's time at a second unit") \
	X(VERB_ATTACHMENTS, "列出到别处报到的党员和对方的答复", "list members attached elsewhere, and what was answered") \
	X(VERB_GUEST_LIST, "列出到本组织报到的党员", "list guests whom other branches have attached to this unit") \
	X(VERB_GUEST_ACCEPT, "接纳来报到的党员", "take a guest in") \
	X(VERB_GUEST_REFUSE, "不接纳来报到的党员", "refuse a guest") \
	X(OPTION_ATTACH_TO, "第二个组织", "the second unit") \
	X(OPTION_ATTACH_FROM, "报到日期", "the first day") \
	X(OPTION_ATTACH_UNTIL, "最后一天（默认不限）", "the last day (default: open)") \
	X(OPTION_DETACH_UNTIL, "最后一天（默认今天）", "the last day (default: today)") \
	X(OPTION_GUEST_ALL, "全部待答复的", "all that wait for an answer") \
	X(HEAD_ATTACHMENT, "报到编号", "attachment") \
	X(HEAD_SECOND_UNIT, "第二组织", "second unit") \
	X(HEAD_LAST_DAY, "至", "until") \
	X(HEAD_ELSEWHERE, "参加活动次数", "took part") \
	X(HEAD_NOT_COUNTED, "不计", "does not count") \
	X(ATTACH_WAITING, "待答复", "no answer yet") \
	X(ATTACH_ACCEPTED, "已接纳", "accepted") \
	X(ATTACH_REFUSED, "未接纳", "refused") \
	X(ATTACH_ENDED, "已撤回", "taken back") \
	X(ATTACH_CLOSED, "对方组织已撤销", "that unit is closed") \
	X(ATTACH_OVER, "已到期", "over") \
	X(CANNOT_ATTACH, "报到未办", "it was not done") \
	X(ATTACH_NOBODY, "没有指明党员", "no member is named") \
	X(ATTACH_NOT_COUNTED, "%1 寄来的活动不计：%2", "what %1 told of an activity does not count: %2") \
	X(PRESENCE_DONE, "已写入，同步后送达", "written; it is delivered with a sync") \
	X(PRESENCE_NO_KINDS, "台账定义没有双报到", "the pack has no attachments, or no guests") \
	X(PRESENCE_NOT_HERE, "本组织没有这名党员", "no such member is at home here") \
	X(PRESENCE_OWN_UNIT, "这是党员自己的组织", "that is the member's own unit") \
	X(PRESENCE_CLOSED, "该组织已撤销", "the unit is closed") \
	X(PRESENCE_DAYS, "结束日期早于开始日期", "the last day lies before the first") \
	X(PRESENCE_NOT_THERE, "该党员没有到那个组织报到", "the member is not attached to that unit") \
	X(PRESENCE_NO_GUEST, "没有支部让这样的党员到本组织报到", "no branch has attached such a member to this unit") \
	X(PRESENCE_TAKEN_BACK, "原支部已撤回", "the home branch has taken it back") \
	X(PRESENCE_WHY_UNKNOWN, "本支部没有这个报到编号", "no member of this unit is attached by that id") \
	X(PRESENCE_WHY_UNIT, "党员报到的是另一个组织", "the member is attached to another unit than the one that wrote") \
	X(PRESENCE_WHY_DAY, "日期不在报到期间", "the day lies outside the time of the attachment") \
	X(PRESENCE_WHY_VALUE, "文字或日期台账不接受", "a text or a day that the ledger does not take")

#endif
