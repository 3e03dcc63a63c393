// What is said about workflows, votes and series.
#ifndef TRIBUTARY_CLI_CATALOGUE_FLOW_H
#define TRIBUTARY_CLI_CATALOGUE_FLOW_H

#define CATALOGUE_FLOWS(X) \
	X(REASON_STEP, "流程缺少一步，或走得太早", "a step of its workflow is missing or came too early") \
	X(REASON_SERIES, "不是该系列的下一个编号", "not the next number of its series") \
	X(VERB_MOVE, "推进流程：记录走到下一步", "move a record on in its workflow") \
	X(VERB_MOVES, "记录的流程：现状、走过的步骤、下一步各需要什么", "a record's workflow: where it stands, its moves, what the next ones need") \
	X(VERB_SERIES, "编号系列及其连续性", "series of numbers, and that they have no gaps") \
	X(OPTION_OVERDUE, "只列超过期限的", "those only that have stayed longer than they may") \
	X(OPTION_ON, "以哪一天为准", "as of which day") \
	X(ON_ALONE, "--on 与 --overdue 一起用", "--on goes with --overdue") \
	X(NO_WORKFLOW, "这种记录没有流程", "this kind of record has no workflow") \
	X(NO_MOVE, "没有这一步", "no such move") \
	X(NO_SERIES, "没有编号系列", "there are no series") \
	X(REFUSED, "不符合台账定义的规则", "against a rule of the pack") \
	X(REMEDY_MOVES, "用 moves 查看下一步和各步所需", "see with moves which step comes next and what it needs") \
	X(REMEDY_NUMBER_AGAIN, "再登记一次，编号留空，由本机续编", "enter it once more without the number; the device goes on with the next one") \
	X(REMEDY_ASIDE, "核对后再登记一次；原来那条留在日志里，不计入", "look at it and enter it once more; what was written stays in the log and does not count") \
	X(ASIDE_NUMBER, "“%1”的编号 %2 没有接上前一个", "%1: the number %2 does not follow the one before it") \
	X(STATUS_ASIDE, "未被接受：%1，%2“%3”：%4", "not accepted: %1: %2 \"%3\": %4") \
	X(STATUS_TODO, "　怎么办：%1", "  what to do: %1") \
	X(REMEDY_NUMBER, "留空，由本机编号", "leave it empty; the device numbers it") \
	X(REMEDY_RESULT, "核对到会和表决的记录；结果由软件计算", "check attendance and votes; the result is computed") \
	X(STEP_NO_STATE, "“%1”不能清空", "%1 cannot be taken away") \
	X(STEP_DAY_ALONE, "“%1”只能和它那一步一起填写", "%1 is written with its move alone") \
	X(STEP_NOT_FIRST, "要从“%1”开始，不能直接是“%2”", "it begins as %1, not as %2") \
	X(STEP_NO_MOVE, "从“%1”不能直接到“%2”", "no move leads from %1 to %2") \
	X(STEP_MISSING, "从“%1”不能直接到“%2”，缺少的一步是“%3”", "no move leads from %1 to %2; the missing step is %3") \
	X(STEP_WHO, "“%1”由%2来做", "%1 is made by %2") \
	X(STEP_ROLE, "“%1”只能在担任“%2”的设备上做", "%1 is made on a device that holds the role %2") \
	X(STEP_NEEDS, "“%1”要先填写“%2”", "%1 needs %2 to be filled in") \
	X(STEP_APPROVALS, "“%1”需要在“%4”中有 %2 个同意，现有 %3 个", "%1 needs %2 approvals in %4, there are %3") \
	X(STEP_DAY_MISSING, "“%1”要填写“%2”", "%1 needs its day: %2") \
	X(STEP_FIRST_DAY, "开始时要填写“%1”", "the beginning needs its day: %1") \
	X(STEP_TOO_EARLY, "“%1”最早在 %2", "%1 may be made on %2 at the earliest") \
	X(NUMBER_TYPED, "编号由本机连续给出", "numbers are issued by the device") \
	X(NUMBER_ISSUED, "“%1”的编号由本机连续给出，不能填写或更改", "numbers of %1 are issued by the device, and are not typed in or changed") \
	X(RESULT_DIFFERS, "表决结果应为“%1”：%2", "by the votes the result is %1: %2") \
	X(VOTE_FIGURES, "应到 %1，实到 %2，%3", "%1 should attend, %2 attended, %3") \
	X(VOTE_VOTES, "赞成 %1，反对 %2，弃权 %3，回避 %4", "%1 for, %2 against, %3 abstained, %4 recused") \
	X(VOTE_PASSED, "通过", "passed") \
	X(VOTE_FAILED, "未通过", "not passed") \
	X(VOTE_NO_QUORUM, "未达法定人数", "no quorum") \
	X(VOTE_NONE, "尚未表决", "not voted on yet") \
	X(VOTE_RESULT, "表决结果", "Vote") \
	X(VOTE_CONTRADICTS, "与“%1”栏不一致", "not what %1 says") \
	X(WHO_OWN, "本组织", "the unit itself") \
	X(WHO_PARENT, "上级组织", "the unit above") \
	X(WHO_ANCESTOR, "任一上级组织", "any unit above") \
	X(WHO_BOTH, "本组织或上级组织", "the unit or the one above it") \
	X(WHO_HOLDS, "%1（%2）", "%1 (%2)") \
	X(WHO_ANYBODY, "%1（尚未授予，本组织任一设备）", "%1 (not granted yet: any device)") \
	X(VERB_ROLE_GRANT, "把一种角色授予一台设备", "grant a role to a device") \
	X(VERB_ROLE_WITHDRAW, "收回设备的角色", "withdraw a role from a device") \
	X(VERB_ROLE_LIST, "哪些设备担任哪些角色", "which devices hold which roles") \
	X(OPTION_ROLE_UNIT, "设备所属的组织", "the unit of the device") \
	X(NO_SUCH_ROLE, "台账定义里没有这种角色", "the pack has no such role") \
	X(REMEDY_ROLE, "角色写在台账定义的 roles 中", "roles stand in the pack, under roles") \
	X(CANNOT_STATE_ROLE, "不能授予或收回角色", "the role could not be granted or withdrawn") \
	X(ROLE_NOT_HELD, "该设备没有担任这种角色", "the device does not hold that role") \
	X(ROLE_BEYOND, "由登记该设备的服务器来做", "it is for the server that enrolled the device") \
	X(ROLE_GRANTED, "%1：担任%2", "%1 holds the role %2") \
	X(ROLE_WITHDRAWN, "%1：不再担任%2", "%1 holds the role %2 no more") \
	X(HEAD_ROLE, "角色", "Role") \
	X(MOVE_DONE, "%1：%2", "%1: %2") \
	X(MOVES_STANDS, "%1 %2：%3", "%1 %2: %3") \
	X(MOVES_SINCE, "自 %1", "since %1") \
	X(MOVES_UNTIL, "应于 %1 前办结", "due by %1") \
	X(HEAD_MOVE, "步骤", "Move") \
	X(HEAD_TO, "到", "To") \
	X(HEAD_WHO, "由谁", "By") \
	X(HEAD_POSSIBLE, "现在可以", "Possible") \
	X(HEAD_MISSING, "还需要", "Needs") \
	X(HEAD_DAY, "日期", "Day") \
	X(HEAD_SERIES, "系列", "Series") \
	X(HEAD_FIRST, "首号", "First") \
	X(HEAD_LAST, "末号", "Last") \
	X(HEAD_COUNT, "张数", "Count") \
	X(HEAD_VOID, "作废", "Void") \
	X(HEAD_HOLES, "缺号", "Holes") \
	X(HEAD_DUE_BY, "期限", "Due by") \
	X(HEAD_DAYS_OVER, "超期天数", "Days over") \
	X(SERIES_WHOLE, "编号连续，没有缺号", "the numbers are whole; none is missing") \
	X(SERIES_HOLES, "缺 %1 个编号", "%1 numbers are missing")

#endif
