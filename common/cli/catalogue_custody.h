// What the programs say about homes of members and their transfers.
#ifndef TRIBUTARY_CLI_CATALOGUE_CUSTODY_H
#define TRIBUTARY_CLI_CATALOGUE_CUSTODY_H

#define CATALOGUE_CUSTODY(X) \
	X(VERB_TRANSFER_OFFER, "把党员的组织关系转给另一个组织", "offer a member to another unit") \
	X(VERB_TRANSFER_ACCEPT, "接收转来的党员", "take a member in who was offered to this unit") \
	X(VERB_TRANSFER_REFUSE, "不接收转来的党员", "refuse a member who was offered to this unit") \
	X(VERB_TRANSFER_WITHDRAW, "撤回转出", "take an offer back before it is decided") \
	X(VERB_TRANSFER_LIST, "列出转接：未办结的、已办结的、逾期的", "list transfers: open, decided, overdue") \
	X(VERB_TRANSFER_SHOW, "显示一名党员的组织关系经历", "show one member's history of homes") \
	X(VERB_TRANSFER_APPROVE, "批准转接", "approve a transfer that waits for this server") \
	X(VERB_TRANSFER_DENY, "不批准转接", "deny a transfer") \
	X(VERB_WITNESS, "显示并见证下级的组织关系记录", "show and cosign the records of homes that wait for this server") \
	X(VERB_TRANSFER_LATE, "列出原支部在转出后补写的内容，采纳或不采纳", "list what a former home wrote after a member had gone; take it over, or leave it") \
	X(OPTION_LATE_ADOPT, "采纳", "take it over") \
	X(OPTION_LATE_DISCARD, "不采纳", "leave it") \
	X(HEAD_HERE, "现值", "here") \
	X(HEAD_WRITTEN_LATE, "补写", "written late") \
	X(LATE_ONE_OF, "请给出党员，并在 --adopt 与 --discard 中取一", "name the member, and one of --adopt and --discard") \
	X(LATE_ADOPTED, "%1：已采纳 %2 份补写", "%1: %2 letters with late writes taken over") \
	X(LATE_DISCARDED, "%1：%2 份补写不采纳", "%1: %2 letters with late writes left") \
	X(VERB_TRANSFER_LETTER, "为转往系统外的党员开介绍信", "write the letter for a member who goes out of the tree") \
	X(VERB_TRANSFER_ADMIT, "凭介绍信接收系统外转来的党员", "take a member in by a letter from another tree") \
	X(VERB_TRANSFER_SLIP, "为凭介绍信转入的党员开回执", "write the return slip for a member who came in by letter") \
	X(VERB_TRANSFER_RETURNED, "录入介绍信回执，办结转出", "enter the return slip of a letter: the member has left") \
	X(OPTION_TRANSFER_OUT, "系统外的接收组织名称", "an organisation outside this tree, by letter") \
	X(OPTION_LETTER_DAYS, "介绍信有效天数（默认 90）", "days for which the letter is good (90)") \
	X(OPTION_LETTER_TEXT, "写成可打印的文本", "as text that can be printed") \
	X(OPTION_LETTER_ROOT, "对方组织树的根公钥，须另行核对", "the root key of the other tree, compared with it by other means") \
	X(HEAD_WRITTEN, "开具日期", "written") \
	X(HEAD_GOOD_UNTIL, "有效期至", "good until") \
	X(HEAD_EXPIRED, "已过期", "expired") \
	X(HEAD_LETTER, "介绍信编号", "letter") \
	X(HEAD_ROOT_KEY, "根公钥", "root key") \
	X(HEAD_TRUSTED, "根公钥可信", "trusted") \
	X(LETTER_TITLE, "组织关系介绍信", "Letter of transfer") \
	X(SLIP_TITLE, "组织关系介绍信回执", "Return slip of a letter of transfer") \
	X(LETTER_WRITTEN, "介绍信已写到 %1，致 %2，有效期至 %3；根公钥 %4，请另行告知对方核对", "the letter is in %1, to %2, good until %3; tell them the root key by other means: %4") \
	X(SLIP_WRITTEN, "回执已写到 %1；根公钥 %2，请另行告知对方核对", "the return slip is in %1; tell them the root key by other means: %2") \
	X(LETTER_ADMITTED, "已凭 %2 的介绍信接收 %1，同步后生效；之后请用 transfer slip 开回执", "%1 is taken in by a letter of %2; it takes effect after a sync; then write the return slip with transfer slip") \
	X(SLIP_ENTERED, "%2 的回执已录入（%1），同步后不再计入本支部", "the return slip of %2 is entered (%1); after a sync the member counts here no more") \
	X(LETTER_HOLDS, "介绍信真实", "the letter is genuine") \
	X(LETTER_HOLDS_COMPARE, "介绍信真实；请核对上面的根公钥", "the letter is genuine; compare the root key above with the organisation's") \
	X(LETTER_FORGED, "介绍信不真实", "the letter is not genuine") \
	X(NO_LETTER_FILE, "不是介绍信", "it is no letter") \
	X(OFFER_TO_OR_OUT, "请给出 --to 组织，或 --out 系统外组织名称，二者取一", "say --to UNIT, or --out NAME for an organisation outside this tree; one of the two") \
	X(LETTER_BAD_DAYS, "天数应为 1 到 3650 的整数", "days are a whole number from 1 to 3650") \
	X(OPTION_TO, "接收的组织", "the unit that is to take them in") \
	X(OPTION_TRANSFER_REASON, "原因", "why") \
	X(OPTION_TRANSFER_ALL, "全部党员", "every member it can be done for") \
	X(OPTION_TRANSFER_FILE, "每行一名党员的文件", "a file with one member on each line") \
	X(OPTION_TRANSFER_DAYS, "超过几天算逾期（默认 30）", "days after which an open one is overdue (30)") \
	X(OPTION_TRANSFER_OPEN, "只列未办结的", "only those that are open") \
	X(HEAD_MEMBER, "党员", "member") \
	X(HEAD_PERSON, "姓名", "name") \
	X(HEAD_FROM_UNIT, "转出", "from") \
	X(HEAD_TO_UNIT, "接收", "to") \
	X(HEAD_EPOCH, "序次", "epoch") \
	X(HEAD_OVERDUE, "逾期", "overdue") \
	X(HEAD_TODO, "待办", "what to do") \
	X(HEAD_HOME, "所在组织", "home") \
	X(HEAD_REGISTRAR, "登记", "registrar") \
	X(HEAD_CAUSE, "事由", "cause") \
	X(HEAD_RESULT, "结果", "result") \
	X(HEAD_BATCH, "批次", "batch") \
	X(HEAD_RECORDS, "记录数", "records") \
	X(HEAD_CONFIRMED, "已见证", "confirmed") \
	X(HEAD_COUNTED, "各支部在册党员", "members counted by the units") \
	X(HEAD_ON_WAY_OUT, "已接纳，所在组织尚未计入", "theirs, not yet counted by their unit") \
	X(HEAD_ON_WAY_IN, "已转出，原组织仍计入", "no longer theirs, still counted") \
	X(HEAD_KNOWN, "登记的党员", "distinct members known") \
	X(HEAD_CONSERVED, "人数守恒", "conserved") \
	X(TRANSFER_DONE_LINE, "%1：%2", "%1: %2") \
	X(CANNOT_TRANSFER, "转接未办", "the transfer was not made") \
	X(TRANSFER_UNCHANGED, "没有写入任何内容", "nothing was written") \
	X(TRANSFER_NOBODY, "没有符合的党员", "no member to do it for") \
	X(TRANSFER_STATE_OPEN, "待接收", "waits for the new home") \
	X(TRANSFER_STATE_ACCEPTED, "已接收，待登记", "accepted, waits for the registrar") \
	X(TRANSFER_STATE_REFUSED, "未被接收", "refused, waits for the registrar") \
	X(TRANSFER_STATE_WITHDRAWN, "已撤回，待登记", "withdrawn, waits for the registrar") \
	X(TRANSFER_STATE_LETTER, "介绍信已开出，待回执", "by letter, waits for its return slip") \
	X(TRANSFER_STATE_COMMITTED, "已转接", "transferred") \
	X(TRANSFER_STATE_ABORTED, "未转接", "not transferred") \
	X(TRANSFER_STATE_VOID, "已失效", "void") \
	X(TODO_ACCEPT, "请接收组织办理：tributary transfer accept 或 refuse", "the new home decides: tributary transfer accept, or refuse") \
	X(OUTSIDE, "系统外", "outside the tree") \
	X(TODO_SLIP, "开介绍信（tributary transfer letter）；收到回执后录入（tributary transfer returned）", "write the letter: tributary transfer letter; when its slip comes: tributary transfer returned") \
	X(TODO_APPROVE, "请批准：tributaryd transfer approve 或 deny", "approve it: tributaryd transfer approve, or deny") \
	X(TODO_REGISTRAR, "请让转出组织的登记服务器与上级同步", "let the registrar of the former home sync with the server above it") \
	X(CUSTODY_DONE, "已写入，同步后生效", "written; it takes effect after a sync") \
	X(CUSTODY_NOT_HERE, "该党员的组织关系不在本组织", "the member's home is not this unit") \
	X(CUSTODY_HAS_HOME, "该党员已有所在组织", "the member has a home already") \
	X(CUSTODY_UNCONFIRMED, "本机数据曾被恢复或更换，登记服务器尚未确认", "this store was put back or replaced, and the registrar has not confirmed it yet") \
	X(CUSTODY_UNRECORDED, "登记服务器尚未登记该党员，请先同步", "the registrar has not recorded the member yet: sync first") \
	X(CUSTODY_OTHER_DEVICE, "该党员由本支部另一台设备管理，本机已申请；请同步后再转", "another device of this unit keeps the member; this one has asked for it: sync, and offer again") \
	X(CUSTODY_OFFERED, "该党员已在转接中，请先撤回", "the member has been offered already: withdraw that first") \
	X(CUSTODY_NOT_OFFERED, "该党员没有在转接", "the member has not been offered") \
	X(CUSTODY_TO_ITSELF, "不能转给原组织", "a member is not transferred to its own home") \
	X(CUSTODY_NOT_ADDRESSED, "这次转接不是给本组织的", "the offer is for another unit") \
	X(CUSTODY_VOID, "这次转接已办结、撤回或失效", "that offer is no longer open: it was decided, withdrawn or overtaken") \
	X(CUSTODY_FORMER_LIFE, "来自数据恢复之前", "said by a former life of a store") \
	X(CUSTODY_CLOSED, "该组织已撤销或合并，须由承接组织接收", "that unit has been closed or merged: its successor must accept") \
	X(CUSTODY_APPROVAL, "还缺台账定义要求的批准", "an approval that the pack asks for is missing") \
	X(CUSTODY_NOT_REGISTRAR, "该党员由另一登记服务器登记", "another registrar writes this member's records") \
	X(CUSTODY_RESTORING, "本服务器曾被恢复，尚未取回见证记录", "this server was put back and has not heard its witness yet") \
	X(CUSTODY_WAITING, "上一条记录尚未见证", "the witness has not confirmed the record before yet") \
	X(CUSTODY_BROKEN, "记录不衔接", "the record does not follow the one before") \
	X(CUSTODY_CONTRADICTED, "此处已见证了另一条记录", "the witness has confirmed another record in this place") \
	X(CUSTODY_FORGED, "签名不符", "a signature of the chain does not match") \
	X(CUSTODY_REPLAYED, "这份介绍信已经用过", "this letter has been taken in already") \
	X(CUSTODY_LETTER_OUT, "介绍信已开出：请录入回执，或等介绍信过期", "a letter is out for the member: enter its return slip, or wait until the letter has expired") \
	X(CUSTODY_EXPIRED, "介绍信已过期，请重新开具", "the letter has expired: ask for a new one") \
	X(CUSTODY_FOREIGN_ROOT, "介绍信所属的根公钥本机并不信任：请与开具组织核对指纹后用 --root 写出", "the letter is signed below a root key that is not trusted here: compare its fingerprint with the organisation that wrote it, and name it with --root") \
	X(CUSTODY_SAME_TREE, "介绍信出自本系统之内，请直接转接", "the letter was written in this very tree: offer the member instead") \
	X(CUSTODY_NO_LETTER, "该党员没有介绍信在办", "no letter stands open for this member") \
	X(CUSTODY_WRONG_SLIP, "回执与本支部开出的介绍信不符", "the return slip does not answer a letter of this unit") \
	X(CUSTODY_SOUGHT, "本机还不知道该组织，已请上级服务器查找；请同步后再转", "that unit is not known here yet; the servers above have been asked: sync, and offer again") \
	X(CUSTODY_UNKNOWN_UNIT, "没有这个组织，或者重名；请写出它的上级路径或编号", "no unit, or more than one, answers to that name: give its path or its id") \
	X(CAUSE_ENTERED, "登记", "entered") \
	X(CAUSE_COMMITTED, "转入", "transferred") \
	X(CAUSE_ABORTED, "未转", "not transferred") \
	X(CAUSE_REAFFIRMED, "数据恢复后确认", "confirmed to a restored store") \
	X(CAUSE_MOVED, "支部转隶", "the home came under another registrar") \
	X(CAUSE_LETTER, "开出介绍信，待回执", "out of the tree by letter, waits for its return slip")

#endif
