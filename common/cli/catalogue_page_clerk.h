// What the clerk's page says. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_PAGE_CLERK_H
#define TRIBUTARY_CLI_CATALOGUE_PAGE_CLERK_H

#define CATALOGUE_PAGE_CLERK(X) \
	X(PAGE_CLERK_TITLE, "台账", "Ledger") \
	X(PAGE_NO_SESSION, "此页面需从本机打开：请运行 tributary ui", "This page is opened from this machine: run tributary ui") \
	X(PAGE_HOME, "首页", "Start") \
	X(PAGE_LEDGER, "台账", "Ledger") \
	X(PAGE_MONTHS, "月报", "Months") \
	X(PAGE_CONFLICTS, "冲突", "Conflicts") \
	X(PAGE_TRANSFERS, "组织关系转接", "Transfers") \
	X(PAGE_SYNC, "同步", "Synchronisation") \
	X(PAGE_SYNC_DONE, "已同步", "Synchronised") \
	X(PAGE_SYNC_WAITING, "待上传 %1 条", "Waiting to be sent: %1") \
	X(PAGE_SYNC_OFFLINE, "离线", "Offline") \
	X(PAGE_SYNC_REFUSED, "未被接受 %1 条", "Not accepted: %1") \
	X(PAGE_SYNC_RUNNING, "正在同步", "Synchronising") \
	X(PAGE_SYNC_ROAD, "服务器连不上，已交给“%1”", "The server cannot be reached; handed to %1") \
	X(PAGE_SYNC_ALONE, "只在本机 %1 条", "On this machine alone: %1") \
	X(PAGE_SYNC_READY, "待同步", "Not synchronised yet") \
	X(PAGE_SYNC_LAST, "上次成功：%1", "Last success: %1") \
	X(PAGE_SYNC_NEVER, "还没有同步过", "Never synchronised yet") \
	X(PAGE_SYNC_NOW, "立即同步", "Synchronise now") \
	X(PAGE_SYNC_ASKED, "已开始同步", "Synchronisation has begun") \
	X(PAGE_SYNC_FAILED, "连不上服务器；内容都已存在本机，以后会自动上传", "The server cannot be reached. Everything is kept here and will be sent later") \
	X(PAGE_SYNC_AWAY, "本机程序未运行", "The program is not running") \
	X(PAGE_SYNC_REVOKED, "本设备已被停用", "This device was revoked") \
	X(PAGE_DUE, "该做的事", "What is due") \
	X(PAGE_DUE_NOTHING, "目前没有要做的", "Nothing is due") \
	X(PAGE_DUE_DONE, "已做 %1，应做 %2", "%1 of %2 done") \
	X(PAGE_DUE_UNTIL, "截止 %1", "until %1") \
	X(PAGE_DUE_MET, "已完成", "Done") \
	X(PAGE_DUE_OPEN, "待完成", "To do") \
	X(PAGE_DUE_OVER, "已过期", "Overdue") \
	X(PAGE_DUE_ADD, "登记：%1", "Record: %1") \
	X(PAGE_MISSED_IN_A_ROW, "此前连续 %1 期未完成", "missed %1 times in a row before") \
	X(PAGE_NOTICE_ATTACHMENTS, "双报到年度情况告知", "Yearly notice of second registrations") \
	X(PAGE_NOTICE_GUESTS, "报到党员年度情况告知", "Yearly notice of guests") \
	X(PAGE_WAITING, "等待处理", "Waiting for you") \
	X(PAGE_NOTHING_WAITING, "没有待处理的事项", "Nothing is waiting") \
	X(PAGE_TONE_BAD, "须处理", "Act") \
	X(PAGE_TONE_WARN, "注意", "Note") \
	X(PAGE_TONE_NOTE, "事项", "Item") \
	X(PAGE_TONE_GOOD, "正常", "Fine") \
	X(PAGE_RETURNED_WAITING, "%1 月报被退回，批注 %2 条", "%1: the report was returned; remarks: %2") \
	X(PAGE_CONFLICTS_WAITING, "有 %1 条记录数值冲突", "Records with conflicting values: %1") \
	X(PAGE_MONTH_NOT_SUBMITTED, "%1 月报尚未上报", "The report of %1 is not submitted") \
	X(PAGE_TRANSFERS_OPEN, "进行中的转接 %1 件", "Transfers under way: %1") \
	X(PAGE_ASKED_WAITING, "上级查询待答复 %1 件", "Requests from above, not answered: %1") \
	X(PAGE_WARNINGS_COUNT, "提醒 %1 条", "Warnings: %1") \
	X(PAGE_NEWS, "上级来文", "From above") \
	X(PAGE_THEME_OF_MONTH, "活动主题", "Theme") \
	X(PAGE_CIRCULAR, "通报", "Circular") \
	X(PAGE_ALL_KINDS, "全部 %1 类", "All %1 kinds") \
	X(PAGE_CLOSE_MONTH, "本月月报", "This month's report") \
	X(PAGE_SEARCH, "查找", "Search") \
	X(PAGE_SEARCH_HINT, "姓名、拼音首字母、号码末四位", "Name, pinyin initials, last four digits") \
	X(PAGE_SEARCH_KIND, "查找台账", "Find a ledger") \
	X(PAGE_PERIOD, "时间", "Period") \
	X(PAGE_ALL_TIME, "全部", "All") \
	X(PAGE_THIS_MONTH, "本月", "This month") \
	X(PAGE_LAST_MONTH, "上月", "Last month") \
	X(PAGE_THIS_QUARTER, "本季度", "This quarter") \
	X(PAGE_THIS_YEAR, "本年", "This year") \
	X(PAGE_VIEW, "显示方式", "View") \
	X(PAGE_VIEW_LIST, "列表", "List") \
	X(PAGE_VIEW_GRID, "表格录入", "Grid") \
	X(PAGE_NEW, "新增", "New") \
	X(PAGE_IMPORT, "导入", "Import") \
	X(PAGE_REMARKS_HERE, "上级批注", "Remarks from above") \
	X(PAGE_EXPORT, "导出", "Export") \
	X(PAGE_PRINT_ROSTER, "打印花名册", "Print the roster") \
	X(PAGE_PRINT_RECEIPTS, "打印党费收据", "Print receipts of dues") \
	X(PAGE_ROWS, "共 %1 条", "Records: %1") \
	X(PAGE_NOT_FOUND, "没有符合的记录", "Nothing matches") \
	X(PAGE_MORE, "再显示（还有 %1 条）", "Show more (left: %1)") \
	X(PAGE_OTHER_KINDS, "其他台账", "Other ledgers") \
	X(PAGE_BACK_TO_LIST, "返回列表", "Back to the list") \
	X(PAGE_UNNAMED, "（未命名）", "(unnamed)") \
	X(PAGE_TWICE, "%1“%2”在几条记录中重复：", "%1 \"%2\" stands in several records:") \
	X(PAGE_REQUIRED, "必填", "required") \
	X(PAGE_NOT_STATED, "未填", "not stated") \
	X(PAGE_EMPTY, "（空）", "(empty)") \
	X(PAGE_SAVED, "已存", "saved") \
	X(PAGE_SAVING, "正在保存", "saving") \
	X(PAGE_HISTORY, "历史", "History") \
	X(PAGE_HISTORY_OF, "%1的历史", "History of %1") \
	X(PAGE_HISTORY_ALL, "全部历史", "Whole history") \
	X(PAGE_HISTORY_NOW, "现值", "now") \
	X(PAGE_HISTORY_REPLACED, "已被替换", "replaced") \
	X(PAGE_WHEN, "时间", "When") \
	X(PAGE_FIELD, "项目", "Field") \
	X(PAGE_VALUE, "内容", "Value") \
	X(PAGE_WHO, "录入设备", "Written by") \
	X(PAGE_STATE, "状态", "State") \
	X(PAGE_WHY, "原因", "Why") \
	X(PAGE_KEY, "名称", "Name") \
	X(PAGE_ADD, "登记", "Record") \
	X(PAGE_REMOVE, "移除", "Remove") \
	X(PAGE_REMOVE_OF, "移除 %1", "Remove %1") \
	X(PAGE_CREATE, "建立记录", "Create the record") \
	X(PAGE_CREATED, "已建立", "Created") \
	X(PAGE_DISCARD, "放弃", "Discard") \
	X(PAGE_STILL_MISSING, "还缺：%1", "Still missing: %1") \
	X(PAGE_READY, "可以建立", "Ready") \
	X(PAGE_DELETE, "删除", "Delete") \
	X(PAGE_DELETED, "已删除；历史仍保留", "Deleted; its history is kept") \
	X(PAGE_DELETE_TITLE, "删除 %1", "Delete %1") \
	X(PAGE_DELETE_HINT, "记录不再显示和统计，历史仍保留。", "The record is no longer shown or counted; its history is kept.") \
	X(PAGE_NUMBERED, "由本机自动连续编号", "Numbered by this device, without gaps") \
	X(PAGE_BY_MOVE, "由下面的步骤改变", "Changed by the steps") \
	X(PAGE_FROM_ABOVE, "由上级填写", "Written by the unit above") \
	X(PAGE_REMARK_FROM, "%1 批注：", "%1 remarks:") \
	X(PAGE_IN_CONFLICT, "有 %1 项数值冲突，请处理", "Fields with conflicting values: %1") \
	X(PAGE_VOTE, "赞成 %1，反对 %2，弃权 %3，应到 %4", "For %1, against %2, abstained %3, expected %4") \
	X(PAGE_TICKED, "已勾选 %1 / %2", "%1 of %2 ticked") \
	X(PAGE_TICK_ALL, "全选", "Tick all") \
	X(PAGE_TICK_NONE, "全不选", "Tick none") \
	X(PAGE_STEPS, "步骤", "Steps") \
	X(PAGE_MOVED, "已办理", "Done") \
	X(PAGE_UNTIL, "截止 %1", "Until %1") \
	X(PAGE_REASON_TITLE, "说明原因", "State a reason") \
	X(PAGE_REASON_HINT, "%1 已结账，改动要说明原因；上级会看到原因。", "%1 is closed: a change needs a reason, which the units above will see.") \
	X(PAGE_REASON, "原因", "Reason") \
	X(PAGE_REASON_CONFIRM, "保存改动", "Save the change") \
	X(PAGE_HINT_REQUIRED, "此项必填", "This is required") \
	X(PAGE_HINT_LEAST, "小于允许的 %1", "Less than %1") \
	X(PAGE_HINT_MOST, "大于允许的 %1", "More than %1") \
	X(PAGE_HINT_NUMBER, "应为数字", "Should be a number") \
	X(PAGE_HINT_DATE, "日期如 2026-03-05", "A date such as 2026-03-05") \
	X(PAGE_HINT_FUTURE, "日期在今天之后", "The date lies ahead") \
	X(PAGE_HINT_MONTH, "月份如 2026-03", "A month such as 2026-03") \
	X(PAGE_HINT_LONG_AGO, "年份较早，请核对", "Long ago; check the year") \
	X(PAGE_HINT_OPTION, "应为：%1", "One of: %1") \
	X(PAGE_HINT_CHARACTERS, "%1 个字", "%1 (characters)") \
	X(PAGE_HINT_RECORD, "没有找到这条记录", "No such record") \
	X(PAGE_HINT_TWICE, "别的记录已有相同内容", "Another record has the same") \
	X(PAGE_ROW, "第 %1 行", "row %1") \
	X(PAGE_OPEN, "打开", "Open") \
	X(PAGE_PERSONS, "%1 人", "Persons: %1") \
	X(PAGE_FILL_DOWN, "向下填充", "Fill down") \
	X(PAGE_UNDO_ROW, "撤销此行", "Undo this row") \
	X(PAGE_KEYS, "键盘操作", "Keys") \
	X(PAGE_KEYS_HINT, "方向键、Enter、Tab 移动；Ctrl+D 复制上一行；Ctrl+Shift+D 向下填充；Ctrl+Z 撤销此行上次保存；Esc 恢复原值；可从 WPS 或 Excel 粘贴一片区域。", "Arrows, Enter and Tab move; Ctrl+D copies from above; Ctrl+Shift+D fills down; Ctrl+Z takes the row's last saving back; Esc restores; a range can be pasted from WPS or Excel.") \
	X(PAGE_DRAFTS, "有尚未填全的行，填全必填项后自动保存", "Some rows are incomplete; they are saved once everything required is there") \
	X(PAGE_CARRY, "带入上期（%1 条）", "Carry over (%1)") \
	X(PAGE_CARRY_TITLE, "带入到 %1", "Carry over into %1") \
	X(PAGE_CARRY_HINT, "从 %1 带入：%2。核对后再补其余内容。", "From %1: %2. Check them, then fill in the rest.") \
	X(PAGE_CARRY_DO, "带入", "Carry over") \
	X(PAGE_CARRIED, "已带入 %1 条", "Carried over: %1") \
	X(PAGE_TABLE, "所传的表", "the table that was sent") \
	X(PAGE_IMPORT_FILE, "选择文件", "Choose a file") \
	X(PAGE_IMPORT_FILE_HINT, "CSV（UTF-8 或 GB18030）或 XLSX，WPS、Excel 均可导出", "CSV (UTF-8 or GB18030) or XLSX, as WPS and Excel save them") \
	X(PAGE_IMPORT_MAP, "对应各列", "Map the columns") \
	X(PAGE_IMPORT_MAP_HINT, "已按表头自动对应，请核对；不需要的列可不导入。", "Mapped by their headings; check them, and leave out what is not needed.") \
	X(PAGE_IMPORT_SKIP, "（不导入）", "(leave out)") \
	X(PAGE_IMPORT_PREVIEW, "显示前 %1 行，共 %2 行", "The first %1 of %2 rows") \
	X(PAGE_IMPORT_KEY, "按此列更新已有记录", "Update existing records by") \
	X(PAGE_IMPORT_KEY_NONE, "（都作为新记录）", "(all are new records)") \
	X(PAGE_IMPORT_TRY, "检查（不写入）", "Check without writing") \
	X(PAGE_IMPORT_ALL, "导入 %1 行", "Import the rows: %1") \
	X(PAGE_IMPORT_GOOD_ONES, "只导入正确的 %1 行", "Import the good rows only: %1") \
	X(PAGE_IMPORT_TRIED, "检查结果：可新增 %1，可更新 %2，相同 %3，有错 %4；尚未写入", "Checked: %1 new, %2 to update, %3 the same, %4 bad; nothing was written") \
	X(PAGE_IMPORT_DONE, "已写入：新增 %1，更新 %2，相同 %3；有错未导入 %4", "Written: %1 new, %2 updated, %3 the same; %4 bad rows left out") \
	X(PAGE_IMPORT_FAULTS, "出错的行", "Faults") \
	X(PAGE_IMPORT_FAULT, "错误", "Fault") \
	X(PAGE_IMPORT_FAILED, "出错的行", "failed-rows") \
	X(PAGE_IMPORT_ROW, "行", "Row") \
	X(PAGE_IMPORT_COLUMN, "列", "Column") \
	X(PAGE_IMPORT_EXPECTED, "应为", "Expected") \
	X(PAGE_IMPORT_TAKE_FAILED, "下载出错的 %1 行", "Download the failed rows: %1") \
	X(PAGE_FILE_TOO_LARGE, "文件太大，请分成几个", "The file is too large; split it") \
	X(PAGE_FILE_OLD_EXCEL, "请另存为 xlsx 或 csv", "Save it as xlsx or csv") \
	X(PAGE_FILE_UNREADABLE, "文件读不了", "The file cannot be read") \
	X(PAGE_MONTH, "月报", "Month") \
	X(PAGE_MONTH_BEFORE, "上一月", "Month before") \
	X(PAGE_MONTH_AFTER, "下一月", "Month after") \
	X(PAGE_MONTH_OPEN, "未结账", "Open") \
	X(PAGE_MONTH_CLOSED, "已结账", "Closed") \
	X(PAGE_MONTH_SUBMITTED, "已上报", "Submitted") \
	X(PAGE_MONTH_RETURNED, "被退回", "Returned") \
	X(PAGE_MONTH_APPROVED, "已通过", "Approved") \
	X(PAGE_MONTH_RESTATED, "有更正", "Restated") \
	X(PAGE_DO_CLOSE, "结账", "Close the month") \
	X(PAGE_DO_SUBMIT, "上报", "Submit") \
	X(PAGE_DO_REOPEN, "重新打开", "Reopen") \
	X(PAGE_DID_CLOSE, "%1 已结账", "%1 is closed") \
	X(PAGE_DID_SUBMIT, "%1 已上报，同步后送达", "%1 is submitted and goes up with the next synchronisation") \
	X(PAGE_DID_REOPEN, "%1 已重新打开", "%1 is open again") \
	X(PAGE_REVISION, "第 %1 版", "Revision %1") \
	X(PAGE_SUBMITTED_AT, "上报于 %1", "Submitted %1") \
	X(PAGE_VERDICT_APPROVED, "%1 已通过", "Approved by %1") \
	X(PAGE_VERDICT_RETURNED, "%1 退回", "Returned by %1") \
	X(PAGE_MISSING, "还缺什么", "What is missing") \
	X(PAGE_NOTHING_MISSING, "不缺", "Nothing is missing") \
	X(PAGE_REPORT, "报表", "Report") \
	X(PAGE_ITEM, "项目", "Item") \
	X(PAGE_PRINT_REPORT, "打印月报", "Print the report") \
	X(PAGE_CONFLICTS_HINT, "同一内容在两处分别改过，两个值都保留着，请选定一个。", "The same thing was changed in two places. Both values are kept until you choose.") \
	X(PAGE_NO_CONFLICTS, "没有冲突", "No conflicts") \
	X(PAGE_MINE, "本机", "This device") \
	X(PAGE_THEIRS, "其他设备", "Another device") \
	X(PAGE_SHOWN_NOW, "目前显示", "shown now") \
	X(PAGE_TAKE_MINE, "用本机的", "Take mine") \
	X(PAGE_TAKE_THEIRS, "用对方的", "Take theirs") \
	X(PAGE_ANOTHER, "另填一个值", "Another value") \
	X(PAGE_TAKE_ANOTHER, "用这个值", "Take this value") \
	X(PAGE_RESOLVED, "已处理", "Decided") \
	X(PAGE_TRANSFER_OFFER, "转出党员", "Offer a member") \
	X(PAGE_TRANSFERS_LIST, "办理情况", "Where they stand") \
	X(PAGE_MEMBER, "党员", "Member") \
	X(PAGE_TRANSFER_TO, "转往组织", "To which unit") \
	X(PAGE_TRANSFER_FROM, "转出组织", "From which unit") \
	X(PAGE_TRANSFER_REASON, "事由", "Reason") \
	X(PAGE_TO, "到", "to") \
	X(PAGE_TRANSFER_OPEN, "等待接收", "Waits to be accepted") \
	X(PAGE_TRANSFER_ACCEPTED, "对方已接收，待登记", "Accepted, to be recorded") \
	X(PAGE_TRANSFER_REFUSED, "被退回", "Refused") \
	X(PAGE_TRANSFER_WITHDRAWN, "已撤回", "Withdrawn") \
	X(PAGE_TRANSFER_COMMITTED, "已转接", "Done") \
	X(PAGE_TRANSFER_ABORTED, "未办成", "Not done") \
	X(PAGE_TRANSFER_VOID, "已失效", "Void") \
	X(PAGE_TRANSFER_DO_ACCEPT, "接收", "Accept") \
	X(PAGE_TRANSFER_DO_REFUSE, "退回", "Refuse") \
	X(PAGE_TRANSFER_DO_WITHDRAW, "撤回", "Withdraw") \
	X(PAGE_TRANSFER_OVERDUE, "超期", "Overdue") \
	X(PAGE_TRANSFER_OFFERED, "发起于 %1", "Offered %1") \
	X(PAGE_TRANSFER_DECIDED, "办结 %1", "Decided %1") \
	X(PAGE_TRANSFER_DAYS, "已 %1 天", "open for %1 days") \
	X(PAGE_TRANSFER_NOT_DONE, "没有办成", "It was not done") \
	X(PAGE_TRANSFER_DONE, "已办理，同步后送达", "Done; it goes out with the next synchronisation") \
	X(PAGE_OUTSIDE, "系统外", "outside this system") \
	X(PAGE_TRANSFER_LETTER, "介绍信已开出，待回执", "By letter: waits for its return slip") \
	X(PAGE_TRANSFER_LEAVING, "转往系统外，待登记", "Goes out by letter: to be recorded") \
	X(PAGE_LETTERS, "介绍信（系统外）", "Letters (outside this system)") \
	X(PAGE_LETTERS_HINT, "转往或来自不用本系统的组织，凭电子介绍信办理：开信、对方接收、寄回回执、录入回执。", "To and from organisations outside this system by a signed letter: it is written, taken in there, and its return slip is entered here.") \
	X(PAGE_LETTERS_OUT, "转往系统外", "A member goes out") \
	X(PAGE_LETTERS_IN, "收到介绍信或回执", "A letter or a slip has come") \
	X(PAGE_LETTERS_SLIP, "为凭信转入的党员开回执", "The return slip for a member taken in by letter") \
	X(PAGE_LETTER_TO_WHOM, "接收组织名称", "To which organisation") \
	X(PAGE_LETTER_DAYS, "有效天数", "Good for (days)") \
	X(PAGE_LETTER_OFFER, "登记转出", "Record the leaving") \
	X(PAGE_LETTER_TAKE, "保存介绍信", "Save the letter") \
	X(PAGE_SLIP_TAKE, "保存回执", "Save the slip") \
	X(PAGE_LETTER_AS_TEXT, "保存为文本", "Save as text") \
	X(PAGE_LETTER_CHOOSE, "选择介绍信或回执文件", "Choose the letter or slip") \
	X(PAGE_LETTER_NONE, "这不是介绍信，也不是回执", "This is neither a letter nor a slip") \
	X(PAGE_LETTER_GENUINE, "真实", "Genuine") \
	X(PAGE_LETTER_EXPIRED, "已过期", "Expired") \
	X(PAGE_LETTER_DAY, "开具日期", "Written") \
	X(PAGE_LETTER_UNTIL, "有效期至", "Good until") \
	X(PAGE_LETTER_COMPARE, "开具方不属于本系统。请通过电话等途径与对方核对下面的根公钥，一致方可办理。", "Whoever wrote it is not of this system. Compare the root key below with them by telephone or otherwise before going on.") \
	X(PAGE_LETTER_COMPARED, "已与对方核对一致", "Compared: it is the same") \
	X(PAGE_LETTER_ADMIT, "接收这名党员", "Take this member in") \
	X(PAGE_SLIP_ENTER, "录入回执", "Enter the slip") \
	X(PAGE_SLIP_FOR, "凭信转入的党员", "Member taken in") \
	X(PAGE_SECOND, "双报到", "Second registrations") \
	X(PAGE_SECOND_HINT, "党员在社区等第二个组织报到：组织关系不变，统计不重复。", "Members who are also registered at a second unit. Their home stays, and nobody is counted twice.") \
	X(PAGE_ATTACH, "报到登记", "Register at a second unit") \
	X(PAGE_ATTACH_TO, "报到组织", "Second unit") \
	X(PAGE_ATTACHED, "本支部党员在外报到", "Ours, registered elsewhere") \
	X(PAGE_ATTACH_END, "结束", "End") \
	X(PAGE_ATTACH_END_OF, "结束 %1 的报到", "End the registration of %1") \
	X(PAGE_ACTIVITIES_THERE, "参加活动", "Activities there") \
	X(PAGE_NOT_COUNTED, "有 %1 次活动未计入", "Activities that do not count: %1") \
	X(PAGE_GUESTS, "到本组织报到的党员", "Guests here") \
	X(PAGE_GUEST_HOME, "组织关系所在支部", "Home branch") \
	X(PAGE_GUEST_ANSWER, "答复", "Answer") \
	X(PAGE_GUEST_ACCEPT, "接纳", "Accept") \
	X(PAGE_GUEST_REFUSE, "不接纳", "Refuse") \
	X(PAGE_FROM_DAY, "起始日期", "First day") \
	X(PAGE_LAST_DAY, "截止日期", "Last day") \
	X(PAGE_STICK, "用 U 盘同步", "By USB stick") \
	X(PAGE_STICK_HINT, "没有网络时，把数据包存到 U 盘带给上级；上级给的数据包也从这里读入。", "Without a network, save a bundle on a stick and carry it to the unit above; the bundle that comes back is taken in here.") \
	X(PAGE_STICK_MAKE, "生成数据包", "Make a bundle") \
	X(PAGE_STICK_TAKE, "读入数据包", "Take in a bundle") \
	X(PAGE_STICK_GIVEN, "数据包已生成，请存到 U 盘", "The bundle is made; keep it on the stick") \
	X(PAGE_STICK_OUT, "已用 U 盘带出 %1 条，尚未收到回执（%2）", "Carried out by stick, not yet acknowledged: %1 (%2)") \
	X(PAGE_STICK_TAKEN, "已读入", "Taken in") \
	X(PAGE_STICK_ENTRIES, "新内容", "New entries") \
	X(PAGE_STICK_RECEIPTS, "新回执", "New receipts") \
	X(PAGE_STICK_PIECES_WAIT, "待前面的数据包", "Waiting for earlier bundles") \
	X(PAGE_STICK_FOREIGN, "给别的设备的", "For other devices") \
	X(PAGE_STICK_STALE, "这个数据包较旧，内容已经有了", "This bundle is an old one: what it holds is here already") \
	X(PAGE_FILE_ADD, "添加文件", "Add a file") \
	X(PAGE_FILE_ADDED, "已添加，稍后上传", "Added; it is sent behind everything else") \
	X(PAGE_FILE_PICTURE_OF, "%1 的小图", "Small picture of %1") \
	X(PAGE_EVIDENCE_COUNT, "共 %1 份，这里 %2 份，已存档 %3 份", "%1 in all, %2 here, %3 at the archive") \
	X(PAGE_FILE_WANT, "索要原件", "Ask for it") \
	X(PAGE_FILE_WANT_OF, "索要 %1 的原件", "Ask for %1") \
	X(PAGE_FILE_WANT_BACK, "不再索要", "Ask no more") \
	X(PAGE_FILE_WANT_BACK_OF, "不再索要 %1", "Ask for %1 no more") \
	X(PAGE_FILE_WANTED, "已索要原件", "Asked for") \
	X(PAGE_FILE_OPEN, "打开", "Open") \
	X(PAGE_FILE_OPEN_OF, "打开 %1", "Open %1") \
	X(PAGE_FILE_SENDING, "正在保存文件", "Saving the file") \
	X(PAGE_FILE_OVER, "%1 超过 256 MB", "%1 is larger than 256 MB") \
	X(PAGE_FILE_AWAY, "文件不在本机", "Not on this machine") \
	X(PAGE_FILE_PART, "本机有 %1 / %2 块", "%1 of %2 pieces here") \
	X(PAGE_FILE_TO_SEND, "待上传 %1 / %2 块", "To be sent: %1 of %2 pieces") \
	X(PAGE_FILE_SENT, "已上传", "Sent") \
	X(PAGE_PRINT_LETTER, "打印介绍信", "Print the letter") \
	X(PAGE_NOT_ACCEPTED, "未被接受", "Not accepted") \
	X(PAGE_NOT_ACCEPTED_HINT, "这些内容已记在本机，但没有计入；请按原因改正后重新录入。", "These are kept here but do not count. Mend what the reason says and enter them again.") \
	X(PAGE_NOTICES, "通知", "Notices") \
	X(PAGE_WARNINGS, "提醒", "Warnings") \
	X(PAGE_WARNINGS_HINT, "提醒不妨碍办事，只是请您核对。", "Warnings never stand in the way; they ask you to check.") \
	X(PAGE_NO_WARNINGS, "没有提醒", "No warnings") \
	X(PAGE_ASKED, "上级查询", "Requests from above") \
	X(PAGE_ASKED_HINT, "上级想看某条记录；是否提供由支部决定。", "A superior wants to see a record. Whether it is shared is the branch's decision.") \
	X(PAGE_ASKED_OPEN, "待答复", "Open") \
	X(PAGE_ASKED_GRANTED, "已提供", "Shared") \
	X(PAGE_ASKED_REFUSED, "未提供", "Refused") \
	X(PAGE_GRANT, "提供", "Share") \
	X(PAGE_REFUSE, "不提供", "Refuse") \
	X(PAGE_ANSWERED, "已答复", "Answered") \
	X(PAGE_PRINT, "打印", "Print") \
	X(PAGE_BACK, "返回", "Back") \
	X(PAGE_UNIT, "单位", "Unit") \
	X(PAGE_PRINTED, "打印日期", "Printed") \
	X(PAGE_STAMP, "（盖章）", "(stamp)") \
	X(PAGE_PRINT_DATE, "　　　　年　　月　　日", "Date:") \
	X(PAGE_SIGN_SECRETARY, "书记签字", "Secretary") \
	X(PAGE_SIGN_FILLED, "填表人签字", "Filled in by") \
	X(PAGE_SIGN_REVIEWED, "审核人签字", "Reviewed by") \
	X(PAGE_SIGN_PAYER, "交款人签字", "Payer") \
	X(PAGE_SIGN_COLLECTOR, "收款人签字", "Collector") \
	X(PAGE_SIGN_RECEIVED, "接收人签字", "Received by") \
	X(PAGE_ROSTER, "党员花名册", "Roster") \
	X(PAGE_NUMBER, "序号", "No.") \
	X(PAGE_IN_ALL, "合计 %1 人", "In all: %1") \
	X(PAGE_RECEIPT, "党费收据", "Receipt of dues") \
	X(PAGE_RECEIPT_TEXT, "今收到 %1 同志 %2 党费，人民币 %3 元。", "Received from %1 the dues of %2: %3 yuan.") \
	X(PAGE_RECEIPT_NUMBER, "编号", "No.") \
	X(PAGE_RECEIPT_PAID, "交纳日期", "Paid on") \
	X(PAGE_LETTER, "党员组织关系介绍信", "Letter of transfer") \
	X(PAGE_LETTER_TEXT, "%1 同志的组织关系由我支部转往 %2，请予接收。", "The membership of %1 goes from our branch to %2. Please take it up.") \
	X(PAGE_LETTER_TO_BLANK, "________________", "________________") \
	X(PAGE_LETTER_DUES, "党费交至", "Dues paid up to") \
	X(PAGE_LETTER_STATE, "办理情况", "State") \
	X(PAGE_LETTER_SLIP, "回执", "Return slip") \
	X(PAGE_LETTER_SLIP_TEXT, "%1 同志的组织关系已收到。", "The membership of %1 has been received.")

#endif
