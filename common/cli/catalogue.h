// Everything that the programs say, in Chinese and in English. %1 to %4 are put in place by cli/phrase.
// A row is used by its name, PHRASE_ and what stands here; tests/unit/test_catalogue.c holds the two
// languages to the same places.
#ifndef TRIBUTARY_CLI_CATALOGUE_H
#define TRIBUTARY_CLI_CATALOGUE_H

#include "cli/catalogue_bundle.h"
#include "cli/catalogue_custody.h"
#include "cli/catalogue_duty.h"
#include "cli/catalogue_page.h"
#include "cli/catalogue_page_clerk.h"
#include "cli/catalogue_page_dash.h"
#include "cli/catalogue_period.h"
#include "cli/catalogue_presence.h"
#include "cli/catalogue_score.h"
#include "cli/catalogue_file.h"
#include "cli/catalogue_flow.h"
#include "cli/catalogue_road.h"
#include "cli/catalogue_tree.h"
#include "cli/catalogue_board.h"

#define CATALOGUE(X) \
	CATALOGUE_ERRORS(X) CATALOGUE_REMEDIES(X) CATALOGUE_VALUES(X) CATALOGUE_COMMAND_LINE(X) CATALOGUE_VERBS(X) \
	CATALOGUE_OPTIONS(X) CATALOGUE_HEADINGS(X) CATALOGUE_REFUSALS(X) CATALOGUE_NOTICES(X) CATALOGUE_NEWS(X) \
	CATALOGUE_PERIODS(X) CATALOGUE_SCORES(X) CATALOGUE_FLOWS(X) CATALOGUE_DUTY(X) CATALOGUE_TREE(X) CATALOGUE_CUSTODY(X) \
	CATALOGUE_PRESENCE(X) CATALOGUE_BOARD(X) CATALOGUE_PAGE(X) CATALOGUE_PAGE_CLERK(X) CATALOGUE_PAGE_DASH(X) CATALOGUE_BUNDLE(X) CATALOGUE_FILE(X) CATALOGUE_ROAD(X)

// What is the matter, by the names of base/err.h.
#define CATALOGUE_ERRORS(X) \
	X(ERR_OK, "完成", "done") \
	X(ERR_NOMEM, "内存不足", "out of memory") \
	X(ERR_BUDGET, "超出允许使用的内存", "more memory than it may use") \
	X(ERR_IO, "磁盘或网络出错", "the disk or the network failed") \
	X(ERR_FULL, "磁盘已满", "the disk is full") \
	X(ERR_NOT_FOUND, "没有找到", "not found") \
	X(ERR_EXISTS, "已经存在", "exists already") \
	X(ERR_CORRUPT, "存储的数据已损坏", "stored data is damaged") \
	X(ERR_MALFORMED, "格式不对", "not well formed") \
	X(ERR_TOO_LARGE, "超过允许的大小", "larger than allowed") \
	X(ERR_SIGNATURE, "签名不符", "the signature does not match") \
	X(ERR_UNAUTHORISED, "没有这个权限", "not allowed") \
	X(ERR_GAP, "缺少前面的条目", "earlier entries are missing") \
	X(ERR_FORK, "同一名下有两份历史", "two histories under one name") \
	X(ERR_FROZEN, "这份日志已封存", "this log is closed") \
	X(ERR_NO_KEY, "内容已加密，这里没有密钥", "sealed, and the key is not here") \
	X(ERR_AGAIN, "现在还不行", "not possible just now") \
	X(ERR_UNREACHABLE, "没有应答", "no answer") \
	X(ERR_VERSION, "由这里不认识的版本生成", "made by a version not known here") \
	X(ERR_EXPIRED, "已过期", "no longer valid") \
	X(ERR_LOCKED, "正被另一个程序使用", "in use by another program") \
	X(ERR_RANGE, "超出范围", "out of range") \
	X(ERR_CONFLICT, "数值有冲突", "conflicting values") \
	X(ERR_USAGE, "用法不对", "wrong usage") \
	X(ERR_MOVED, "该组织已归另一台服务器管理", "another server looks after this unit now")

// What to do about it, by the same names, and in cases of their own.
#define CATALOGUE_REMEDIES(X) \
	X(REMEDY_OK, "无需处理", "nothing to do") \
	X(REMEDY_NOMEM, "关闭其他程序后再试", "close other programs and try again") \
	X(REMEDY_BUDGET, "请把内容分成几部分", "split it into several parts") \
	X(REMEDY_IO, "检查磁盘和权限后再试", "check the disk and its permissions, then try again") \
	X(REMEDY_FULL, "腾出磁盘空间；已写入的内容都还在", "make room on the disk; what was written before is safe") \
	X(REMEDY_NOT_FOUND, "请核对名称", "check the name") \
	X(REMEDY_EXISTS, "换一个名称或目录", "choose another name or directory") \
	X(REMEDY_CORRUPT, "运行 check --rebuild；若说日志受损，再运行 check --heal", "run check --rebuild, and where it says that logs are damaged, check --heal") \
	X(REMEDY_HEAL, "运行 check --heal", "run check --heal") \
	X(REMEDY_BACKUP, "恢复备份，或用 identity 重新加入", "put a backup back, or join again with the identity") \
	X(REMEDY_MALFORMED, "改正后再试", "mend it and try again") \
	X(REMEDY_TOO_LARGE, "请分成较小的部分", "split it into smaller parts") \
	X(REMEDY_SIGNATURE, "不要使用它，请从来源重新获取", "do not use it; get it again from where it came") \
	X(REMEDY_UNAUTHORISED, "请有权限的组织来做", "ask the unit whose right it is") \
	X(REMEDY_GAP, "同步后再试", "sync and try again") \
	X(REMEDY_FORK, "请通知上级管理员", "tell the administrator above you") \
	X(REMEDY_FROZEN, "请通知上级管理员", "tell the administrator above you") \
	X(REMEDY_NO_KEY, "等本组织的另一台设备同步后再同步一次", "sync again after another device of the unit has synced") \
	X(REMEDY_AGAIN, "稍后再试", "try again in a moment") \
	X(REMEDY_UNREACHABLE, "检查网络；内容都在本机，稍后再试", "check the network; everything is safe here, try again later") \
	X(REMEDY_VERSION, "请升级本软件", "upgrade this software") \
	X(REMEDY_EXPIRED, "请重新申请一份", "ask for a new one") \
	X(REMEDY_LOCKED, "等那个程序结束后再试", "wait for that program to end, then try again") \
	X(REMEDY_RANGE, "换一个范围内的值", "choose a value within the range") \
	X(REMEDY_TAKEN, "改那条记录用 put --record，或更正这个值", "change that record with put --record, or correct the value") \
	X(REMEDY_CONFLICT, "运行 conflicts 查看，再用 resolve 决定", "see them with conflicts and decide with resolve") \
	X(REMEDY_MOVED, "再次运行 sync", "run sync once more") \
	X(REMEDY_USAGE, "查看 --help", "see --help") \
	X(REMEDY_NO_STORE, "用 -C 指明目录，或先加入：tributary join 邀请码，tributaryd init", \
	  "name the directory with -C, or join first: tributary join CODE, tributaryd init") \
	X(REMEDY_NO_PACK, "先同步一次：台账定义随第一次同步到达", "sync once: the ledger's definition comes with the first session") \
	X(REMEDY_NO_KIND, "用 form 查看有哪些", "see the kinds with form") \
	X(REMEDY_NO_FIELD, "用 form 种类 查看有哪些字段", "see the fields with form KIND") \
	X(REMEDY_SEVERAL, "请用编号（至少前 8 位）指明是哪一条", "say which by its id, at least its first 8 digits") \
	X(REMEDY_NO_RECORD, "用 list 查看已有的记录", "see what is there with list") \
	X(REMEDY_NO_UNIT, "用代码、全路径（县/乡镇/支部）或编号指明", "use its code, its path (county/township/branch) or its id") \
	X(REMEDY_VALUE, "改正后再试，原有内容未动", "mend it and try again; nothing was changed") \
	X(REMEDY_REQUIRED, "补上这个字段", "give that field too") \
	X(REMEDY_AUTHORITY, "台账定义规定哪些字段由上级填写；其他字段请该组织自己改", \
	  "the pack says which fields are for the unit above; ask the unit itself to change the others") \
	X(REMEDY_RESOLVE, "用 conflicts 查看，或直接写出要保留的值", "see conflicts, or type the value to keep") \
	X(REMEDY_JOINED_ALREADY, "一个目录只属于一个组织；换一个目录（-C）", "one directory belongs to one unit; choose another with -C") \
	X(REMEDY_BAD_CODE, "从上级重新复制整行邀请码", "copy the whole line of the invitation again") \
	X(REMEDY_SYNC_LATER, "内容都在本机；网络恢复后运行 sync", "everything is safe here; run sync when the network is back") \
	X(REMEDY_SYNC_FIRST, "先同步一次", "sync once") \
	X(REMEDY_REVOKED, "请上级重新发放邀请码，用另一个目录（-C）加入", \
	  "ask the server above for a new invitation and join with another directory (-C)") \
	X(REMEDY_CLOCK, "请校准本机时间", "set this machine's clock") \
	X(REMEDY_COLUMNS, "第一行应是字段的标题", "the first line should hold the titles of fields") \
	X(REMEDY_UNIT_COLUMNS, "第一行应有 name（名称），并可有 code、kind、parent", \
	  "the first line should hold name, and may hold code, kind and parent") \
	X(REMEDY_UNITS_STOPPED, "再运行一次同样的命令；已写入的（按代码）会略过", \
	  "run the same command again: those that are there, by their codes, are passed over") \
	X(REMEDY_DEVICE, "用 device list 查看设备", "see the devices with device list") \
	X(REMEDY_PORCH, "用 run --porch 地址 --public-porch 地址 启动一次", "start once with run --porch ADDRESS --public-porch ADDRESS")

// Values, their types, and how far they have got.
#define CATALOGUE_VALUES(X) \
	X(YES, "是", "yes") \
	X(NO, "否", "no") \
	X(EXPECTED_TEXT, "一行文字", "one line of text") \
	X(EXPECTED_LONG_TEXT, "文字", "text") \
	X(EXPECTED_INTEGER, "整数", "a whole number") \
	X(EXPECTED_MONEY, "以元为单位的金额，最多两位小数", "an amount in yuan, at most two decimals") \
	X(EXPECTED_DATE, "日期，如 2026-03-05", "a date, such as 2026-03-05") \
	X(EXPECTED_MONTH, "月份，如 2026-03", "a month, such as 2026-03") \
	X(EXPECTED_OPTION, "以下之一", "one of") \
	X(EXPECTED_BOOL, "是或否", "yes or no") \
	X(EXPECTED_RECORD, "一条记录的名称或编号", "a record, by label or id") \
	X(EXPECTED_UNIT, "一个组织的名称、代码或编号", "a unit, by name, code or id") \
	X(EXPECTED_ATTACHMENT, "文件的摘要，64 位十六进制数字", "the hash of a file, 64 hexadecimal digits") \
	X(EXPECTED_MEMBER, "一名成员的名称或编号", "a member, by label or id") \
	X(EXPECTED, "应为：%1", "expected %1") \
	X(EXPECTED_RANGE, "超出范围；应为：%1", "out of range; expected %1") \
	X(REQUIRED, "必填", "required") \
	X(SEVERAL, "有几条都符合", "several answer to it") \
	X(CHANGE_ADDED, "新增", "added") \
	X(CHANGE_REMOVED, "删去", "removed") \
	X(CHANGE_RENAMED, "改名", "renamed") \
	X(CHANGE_RETIRED, "停用", "retired") \
	X(CHANGE_REVIVED, "恢复使用", "in use again") \
	X(CHANGE_CHANGED, "改动", "changed") \
	X(CHANGE_SIGHT, "可见范围", "sight") \
	X(CHANGE_REUSED, "编号另作他用", "number given away") \
	X(READERS_PRIVATE, "本组织的设备", "the unit's own devices") \
	X(READERS_DETAIL, "本组织和直接上级", "the unit and the one above it") \
	X(READERS_UP, "本组织和两级上级", "the unit and two levels above it") \
	X(READERS_DOWN, "所有上级和下级", "all above and below") \
	X(RETIRED, "已停用", "retired") \
	X(DELETED, "已删除", "deleted") \
	X(IN_CONFLICT, "有冲突", "in conflict") \
	X(BUCKET_NONE, "未填", "not stated") \
	X(STATE_LOCAL, "仅在本机", "local") \
	X(STATE_SENT, "已发出", "sent") \
	X(STATE_RECEIVED, "上级已收", "received") \
	X(STATE_KEPT_TWICE, "两级已存", "kept twice") \
	X(STATE_NOT_ACCEPTED, "未被接受", "not accepted") \
	X(STANDING_NOW, "现值", "now") \
	X(STANDING_REPLACED, "已被替换", "replaced") \
	X(REASON_MALFORMED, "条目格式不对", "the entry is not well formed") \
	X(REASON_UNKNOWN_KIND, "这里的台账定义没有这种记录", "the pack here has no such record kind") \
	X(REASON_AUTHORITY, "本组织无权写这个字段", "this unit may not write that field") \
	X(REASON_LANE, "这个字段不属于这个范围", "that field does not belong into this lane") \
	X(REASON_VALUE, "值不符合字段的要求", "the value does not fit the field") \
	X(REASON_REVOKED, "写于设备被停用之后", "written after the device was revoked") \
	X(REASON_NOT_ENROLLED, "设备未登记", "the device is not enrolled") \
	X(REASON_PRESENCE, "信件所写的寄出或收件组织不符", "a letter that names another author or another addressee") \
	X(REASON_CUSTODY, "组织关系记录的签名或签发者不成立", "a record of homes whose signatures or whose author do not hold") \
	X(REASON_STATEMENT, "超出作者的权限", "the statement is beyond the authority of its author") \
	X(REASON_TOO_MANY, "超过一条记录可有的值", "more values than a record may hold") \
	X(REASON_CLOSED, "该组织已撤销，或将隶属于自身", "the unit is closed, or would stand below itself")

#define CATALOGUE_COMMAND_LINE(X) \
	X(SEMICOLON, "；", "; ") \
	X(COLON, "：", ": ") \
	X(COMMA, "、", ", ") \
	X(PROGRAM_DEVICE, "一个组织的台账：离线填写，签名存储，联网同步", "one unit's ledger: filled in offline, signed, synced when there is a network") \
	X(PROGRAM_SERVER, "一级组织的服务器：各级同一个程序", "one unit's server, the same program at every level") \
	X(HELP_USAGE, "用法：", "usage:") \
	X(HELP_VERB, "命令 …", "VERB …") \
	X(HELP_DIRECTORY, "数据目录（否则取 TRIBUTARY_DIR）", "the data directory (else TRIBUTARY_DIR)") \
	X(HELP_JSON, "输出 JSON（格式见 docs/json.md）", "print JSON (shapes in docs/json.md)") \
	X(HELP_HELP, "显示帮助", "show help") \
	X(HELP_MORE, "某个命令的帮助：%1 help 命令", "help on one verb: %1 help VERB") \
	X(HELP_EXITS, "退出码：0 成功，1 失败，2 用法不对，3 冲突或未被接受，4 连不上，75 稍后再试", \
	  "exit codes: 0 ok, 1 failed, 2 usage, 3 conflict or not accepted, 4 unreachable, 75 try again") \
	X(SEE_HELP, "见 %1 help%3%2", "see %1 help%3%2") \
	X(OPTION_UNKNOWN, "没有这个选项", "unknown option") \
	X(OPTION_VALUE, "选项缺少值", "this option needs a value") \
	X(OPTION_MISSING, "缺少选项 --", "missing option --") \
	X(ARGUMENT_MISSING, "缺少参数", "missing arguments") \
	X(ARGUMENT_EXTRA, "多余的参数", "one argument too many") \
	X(VERB_UNKNOWN, "没有这个命令", "unknown verb") \
	X(SHELL_UNKNOWN, "只支持 bash", "only bash is supported")

#define CATALOGUE_VERBS(X) \
	X(VERB_JOIN, "用邀请码加入组织", "join a unit with an invitation") \
	X(VERB_FORM, "可以填写什么：记录种类及其字段", "what can be recorded: kinds, or the fields of one") \
	X(VERB_PUT, "新建记录，或修改字段", "make a record, or set its fields") \
	X(VERB_GET, "查看一条记录", "show one record") \
	X(VERB_LIST, "列出记录", "list records") \
	X(VERB_HISTORY, "一条记录的全部改动", "every value that a record ever had") \
	X(VERB_DELETE, "删除一条记录", "delete a record") \
	X(VERB_IMPORT, "从表格导入", "import a spreadsheet") \
	X(VERB_EXPORT, "导出为表格", "export as a spreadsheet") \
	X(VERB_SYNC, "与上级同步", "sync with the server above") \
	X(VERB_STATUS_DEVICE, "本机状况：每条记录到了哪一步", "how far each record has got, and what waits") \
	X(VERB_STATUS_SERVER, "服务器状况；退出码 0 为正常", "health; exit code 0 is healthy") \
	X(VERB_FIGURES, "某一时期的数字", "the figures of a period") \
	X(VERB_REPORT, "打印报表；不带名称时列出报表", "print a report; without a name: which there are") \
	X(VERB_CONFLICTS, "列出待决定的冲突", "list conflicts that wait for a decision") \
	X(VERB_RESOLVE, "决定一个冲突", "decide a conflict") \
	X(VERB_MAIL_SEND, "给另一个组织写信", "write to another unit") \
	X(VERB_MAIL_LIST, "列出来信", "list letters") \
	X(VERB_DOCTOR, "检查时间、磁盘、密钥、网络和存储", "check clock, disk, keys, reachability and store") \
	X(VERB_COMPLETION, "输出命令补全脚本", "print a completion script") \
	X(VERB_INIT, "建立顶层组织，或加入上级", "found a tree, or join the server above") \
	X(VERB_RUN, "运行服务器", "run the server") \
	X(VERB_UNIT_ADD, "新建下级组织", "add a unit") \
	X(VERB_UNIT_IMPORT, "从表格导入组织", "import units from spreadsheets") \
	X(VERB_UNIT_LIST, "列出组织", "list units") \
	X(VERB_UNIT_SHOW, "查看一个组织", "show one unit") \
	X(VERB_INVITE, "生成邀请码", "make an invitation") \
	X(VERB_DEVICE_LIST, "列出设备", "list devices") \
	X(VERB_DEVICE_REVOKE, "停用设备", "revoke a device") \
	X(VERB_PACK_CHECK, "检查台账定义，不发布", "check a ledger's definition; nothing is published") \
	X(VERB_PACK_DIFF, "与已发布的（或另一份）定义比较", "what it changes of the one published, or of another") \
	X(VERB_PACK_TRY, "按这份定义试算本机已有记录，不写入", "its figures over the records here; nothing is written") \
	X(VERB_PACK_PUBLISH, "发布台账定义", "publish a ledger's definition") \
	X(VERB_PROOF, "导出一个数字的证明", "export the proof of one figure") \
	X(VERB_VERIFY, "核对一份证明，可离线", "check a proof, offline") \
	X(VERB_CHECK, "核对全部日志", "verify all logs")

#define CATALOGUE_OPTIONS(X) \
	X(OPTION_LABEL, "给人看的名称", "a name for people") \
	X(OPTION_RECORD, "要修改的记录", "the record to change") \
	X(OPTION_OWNER, "哪个组织的记录；默认本组织", "whose records; default: this unit's") \
	X(OPTION_SHARE, "放宽到 detail 或 up", "share more widely: detail or up") \
	X(OPTION_WHERE, "只列出符合的", "only those that match") \
	X(OPTION_DRY_RUN, "只检查，不写入", "check only, write nothing") \
	X(OPTION_KEY, "此字段相同的记录改为更新", "update records that have the same value here") \
	X(OPTION_FAILED, "有错的行另存到此文件", "write the rows that failed to this file") \
	X(OPTION_SKIP_BAD, "跳过有错的行，导入其余", "leave bad rows out and import the rest") \
	X(OPTION_OUT, "写到文件", "write to a file") \
	X(OPTION_LIVE, "保持连接", "stay connected") \
	X(OPTION_PERIOD, "2026-03、2026Q1 或 2026；默认本月", "2026-03, 2026Q1 or 2026; default: this month") \
	X(OPTION_REPORT_PERIOD, "2026-03、2026Q1 或 2026；默认本期", "2026-03, 2026Q1 or 2026; default: the present one") \
	X(OPTION_BY_CHILD, "每个直接下级分列，最后合计", "a part for each unit directly below, then the sum") \
	X(OPTION_CSV, "按表格文件（CSV）输出", "print as a spreadsheet (CSV)") \
	X(OPTION_REPORT_OUT, "表格文件写到这里", "write the spreadsheet to this file") \
	X(OPTION_METRIC, "只看这个指标", "this metric only") \
	X(OPTION_UNIT, "哪个组织；默认本组织", "which unit; default: this one") \
	X(OPTION_BY, "按维度或按下级（unit）分列", "cut by a dimension, or by unit below") \
	X(OPTION_CUT, "分列的维度", "the dimension it is cut by") \
	X(OPTION_BUCKET, "其中哪一项", "which part of it") \
	X(OPTION_PROOF_OUT, "证明写到此文件", "where to write the proof") \
	X(OPTION_PROOF_METRIC, "哪个指标", "which metric") \
	X(OPTION_PROOF_PERIOD, "2026-03、2026Q1 或 2026", "2026-03, 2026Q1 or 2026") \
	X(OPTION_ROOT, "所信任的根公钥；默认取数据目录的", "the root key to trust; default: the data directory's") \
	X(OPTION_TOP, "建立顶层组织", "found a tree") \
	X(OPTION_NAME, "名称", "its name") \
	X(OPTION_KIND, "组织类别", "its kind") \
	X(OPTION_PACK, "台账定义", "the ledger's definition") \
	X(OPTION_PASSPHRASE, "根密钥口令所在的文件", "file with a passphrase for the root key") \
	X(OPTION_JOIN, "用上级的邀请码加入", "join with an invitation from above") \
	X(OPTION_SYNC, "同步地址，如 tcp://*:7420", "where to listen for syncing, such as tcp://*:7420") \
	X(OPTION_PORCH, "加入地址，如 tcp://*:7421", "where to listen for joining, such as tcp://*:7421") \
	X(OPTION_PUBLIC_SYNC, "别人所用的同步地址", "the sync address as others reach it") \
	X(OPTION_PUBLIC_PORCH, "别人所用的加入地址", "the porch address as others reach it") \
	X(OPTION_VERBOSE, "逐条说明在做什么", "say what is being done") \
	X(OPTION_PARENT, "上级组织；默认本组织", "the unit above it; default: this one") \
	X(OPTION_CODE, "统一代码", "an official code") \
	X(OPTION_IMPORT_PARENT, "未写明上级的行归于此", "the unit above rows that name none") \
	X(OPTION_IMPORT_KIND, "未写明类别的行的类别", "the kind of rows that name none") \
	X(OPTION_BELOW, "只列此组织及其下级", "this unit and those below it only") \
	X(OPTION_INVITE_UNIT, "邀请加入哪个组织", "the unit to join") \
	X(OPTION_SERVER, "邀请的是下级服务器", "for the server of that unit") \
	X(OPTION_DAYS, "有效天数；默认 7", "days it is good for; default 7") \
	X(OPTION_CUTOFF, "now：此前收到的仍有效；none：全部隔离", "now: what is here stays valid; none: nothing does") \
	X(OPTION_REASON, "原因", "why") \
	X(OPTION_SINCE, "自何日起；默认今天", "from which day on; default: today") \
	X(OPTION_REBUILD, "从日志重新计算一切", "compute everything anew from the logs")

#define CATALOGUE_HEADINGS(X) \
	X(HEAD_RECORD, "记录编号", "Record id") \
	X(HEAD_FAULT, "错误说明", "Fault") \
	X(HEAD_FIELD, "字段", "Field") \
	X(HEAD_ROW, "项目", "row") \
	X(HEAD_REPORT, "报表", "report") \
	X(HEAD_PERIOD, "时期", "period") \
	X(HEAD_COLUMNS, "列数", "columns") \
	X(HEAD_ROWS, "行数", "rows") \
	X(HEAD_GROUP, "分组", "group") \
	X(HEAD_PACK_CHANGE, "变化", "change") \
	X(HEAD_PLACE, "位置", "place") \
	X(HEAD_ASPECT, "项", "what") \
	X(HEAD_PACK_BEFORE, "原来", "before") \
	X(HEAD_PACK_AFTER, "现在", "after") \
	X(HEAD_READERS, "今后谁能看到", "who reads it from now on") \
	X(HEAD_FORBIDDEN, "不允许", "forbidden") \
	X(HEAD_TRIED, "按新定义", "by the file") \
	X(HEAD_PUBLISHED, "按现行定义", "as published") \
	X(HEAD_DIFFERENCE, "相差", "difference") \
	X(HEAD_VALUE, "值", "Value") \
	X(HEAD_FIELDS, "字段数", "Fields") \
	X(HEAD_TYPE, "类型", "Type") \
	X(HEAD_REQUIRED, "必填", "Required") \
	X(HEAD_WANTED, "应填", "Expected") \
	X(HEAD_NOTE, "备注", "Note") \
	X(HEAD_TIME, "时间", "Time") \
	X(HEAD_ELEMENT, "项", "Element") \
	X(HEAD_DEVICE, "设备", "Device") \
	X(HEAD_DEVICES, "设备数", "Devices") \
	X(HEAD_STATE, "状态", "State") \
	X(HEAD_STANDING, "现况", "Standing") \
	X(HEAD_KIND, "类别", "Kind") \
	X(HEAD_LABEL, "名称", "Label") \
	X(HEAD_DEVICE_NAME, "设备名称", "Device name") \
	X(HEAD_SHOWN, "显示中", "Shown") \
	X(HEAD_FROM, "来自", "From") \
	X(HEAD_TEXT, "内容", "Text") \
	X(HEAD_UNIT, "组织", "Unit") \
	X(HEAD_UNITS, "组织数", "Units") \
	X(HEAD_NAME, "名称", "Name") \
	X(HEAD_PATH, "路径", "Path") \
	X(HEAD_CODE, "代码", "Code") \
	X(HEAD_PARENT, "上级", "Above") \
	X(HEAD_SERVER, "上级服务器", "Server") \
	X(HEAD_HAS_SERVER, "有服务器", "Server") \
	X(HEAD_IS_SERVER, "是服务器", "Server") \
	X(HEAD_PACK, "台账定义", "Pack") \
	X(HEAD_CONFLICTS, "冲突", "Conflicts") \
	X(HEAD_LETTERS, "来信", "Letters") \
	X(HEAD_WAITING, "待上级确认的条目", "Entries without receipt") \
	X(HEAD_WAITING_LOGS, "待上报的日志", "Logs waiting") \
	X(HEAD_LAST_RECEIPT, "最近回执", "Last receipt") \
	X(HEAD_SINCE, "始于", "Since") \
	X(HEAD_CLOSED, "撤销于", "Closed") \
	X(HEAD_CHILDREN, "下级数", "Units below") \
	X(HEAD_REVOKED, "已停用", "Revoked") \
	X(HEAD_METRIC, "指标", "Metric") \
	X(HEAD_BUCKET, "分项", "Part") \
	X(HEAD_OF, "总数", "Of") \
	X(HEAD_REPORTING, "已报", "Reporting") \
	X(HEAD_EXPECTED, "应报", "Expected") \
	X(HEAD_AS_OF, "截至", "As of") \
	X(HEAD_REVISION, "版次", "Revision") \
	X(HEAD_BY_PACK, "台账版本", "by pack") \
	X(HEAD_PROVISIONAL, "暂定", "Provisional") \
	X(HEAD_CHECK, "检查", "Check") \
	X(HEAD_GOOD, "正常", "Good") \
	X(HEAD_FOUND, "结果", "Found") \
	X(HEAD_REMEDY, "怎么办", "What to do") \
	X(HEAD_LOG, "日志", "Log") \
	X(HEAD_LOGS, "日志数", "Logs") \
	X(HEAD_LANE, "范围", "Lane") \
	X(HEAD_ROOT, "树根", "Root") \
	X(HEAD_ENTRIES, "条目数", "Entries") \
	X(HEAD_RUNNING, "运行中", "Running") \
	X(HEAD_PID, "进程号", "Process") \
	X(HEAD_SESSIONS, "在线", "Sessions") \
	X(HEAD_LINK_PID, "同步口进程", "Sync door process") \
	X(HEAD_LINK_RESTARTS, "同步口重启次数", "Sync door restarts") \
	X(HEAD_LINK_REFUSED, "同步口拒绝的连接", "Turned away at the sync door") \
	X(HEAD_PORCH_PID, "加入口进程", "Porch process") \
	X(HEAD_PORCH_RESTARTS, "加入口重启次数", "Porch restarts") \
	X(HEAD_PORCH_REFUSED, "加入口拒绝的连接", "Turned away at the porch") \
	X(HEAD_CAUGHT_UP, "已与上级一致", "Caught up above") \
	X(HEAD_SILENT, "未报", "Silent") \
	X(HEAD_DEPTH, "层", "Depth") \
	X(HEAD_HOLDS, "成立", "Holds") \
	X(PROOF_FIGURE, "数字", "figure") \
	X(PROOF_ROLLUP, "汇总", "roll-up") \
	X(PROOF_TALLY, "上报", "tally") \
	X(PROOF_ENTRIES, "由条目重算", "from entries") \
	X(PROOF_SEALED, "条目不在此处", "entries stay below") \
	X(CHECK_STORE, "存储（日志/条目）", "store (logs / entries)") \
	X(CHECK_KEYS, "密钥", "keys") \
	X(CHECK_PACK, "台账定义", "pack") \
	X(CHECK_CLOCK, "时间", "clock") \
	X(CHECK_DISK, "磁盘空余", "free disk") \
	X(CHECK_SERVER, "上级服务器", "server above") \
	X(CHECK_NOTICES, "提示", "notices") \
	X(CHECK_NO_NOTICES, "没有", "none") \
	X(CHECK_NOT_ENROLLED, "本机尚未登记", "this device is not enrolled here yet") \
	X(CHECK_REVOKED, "本机已被停用", "this device was revoked")

// What went wrong: the first part of a line that goes on with where, why and what to do.
#define CATALOGUE_REFUSALS(X) \
	X(CANNOT_OPEN, "打不开数据目录", "cannot open the data directory") \
	X(NOT_A_DIRECTORY, "这是文件，不是数据目录", "this is a file, not a data directory") \
	X(CANNOT_READ, "读不出来", "cannot read") \
	X(CANNOT_WRITE, "没有写入", "nothing was written") \
	X(CANNOT_COMMIT, "没有保存", "nothing was saved") \
	X(CANNOT_PRINT, "无法输出", "cannot print") \
	X(CANNOT_READ_FILE, "读不了文件", "cannot read the file") \
	X(CANNOT_WRITE_FILE, "写不了文件", "cannot write the file") \
	X(CANNOT_JOIN, "没有加入", "not joined") \
	X(CANNOT_SYNC, "没有同步", "not synced") \
	X(CANNOT_SEND, "信没有写成", "the letter was not written") \
	X(CANNOT_FOUND, "没有建成", "not founded") \
	X(CANNOT_SERVE, "服务器停止", "the server stopped") \
	X(CANNOT_LISTEN, "不能在此地址监听", "cannot listen") \
	X(CANNOT_ADD_UNIT, "组织没有建成", "the unit was not added") \
	X(CANNOT_INVITE, "没有生成邀请码", "no invitation was made") \
	X(CANNOT_REVOKE, "设备没有停用", "the device was not revoked") \
	X(CANNOT_PUBLISH, "台账定义没有发布", "the pack was not published") \
	X(NOT_JOINED, "这里尚未加入任何组织", "this directory has not joined a unit") \
	X(NOT_ADMITTED, "上级没有接受", "the server above refused") \
	X(JOINED_ALREADY, "这里已经加入", "this directory has joined already") \
	X(JOINED_ELSEWHERE, "这里已加入的是另一个组织", "this directory belongs to another unit") \
	X(JOINED_ELSEWHERE_WHY, "邀请码属于另一个组织或另一棵组织树，或本机在那里已被停用", \
	  "the invitation is for another unit or another tree, or this device was revoked there") \
	X(JOINED_NOT_SYNCED, "已加入，但还没有同步", "joined, but not synced yet") \
	X(BAD_CODE, "邀请码无效", "this is no valid invitation") \
	X(CODE_FOR_DEVICE, "这是给设备的邀请码，请用 tributary join", "this invitation is for a device: use tributary join") \
	X(CODE_FOR_SERVER, "这是给服务器的邀请码，请用 tributaryd init --join", "this invitation is for a server: use tributaryd init --join") \
	X(NO_PACK, "还没有台账定义", "there is no pack here yet") \
	X(NO_KIND, "没有这种记录", "no such kind of record") \
	X(NO_FIELD, "没有这个字段", "no such field") \
	X(UNCLEAR, "不清楚指的是哪一个", "not clear which is meant") \
	X(NO_RECORD, "找不到这条记录", "no such record") \
	X(NO_REFERENCE, "所指的记录找不到", "what it refers to cannot be found") \
	X(NO_UNIT, "找不到这个组织", "no such unit") \
	X(NO_UNIT_KIND, "台账定义没有这个组织类别", "the pack has no such kind of unit") \
	X(NO_METRIC, "没有这个指标", "no such metric") \
	X(IS_RETIRED, "已停用，不再填写", "retired; nothing new is entered here") \
	X(PACK_UNREADABLE, "已有的记录会读不出来，或者不再归原来的人看", "records that are there could not be read any more, or be taken back from those who read them") \
	X(NO_REPORT, "没有这个报表", "no such report") \
	X(REPORT_PERIOD_LENGTH, "时期的长短与报表不符", "the report is for another length of period") \
	X(NO_DIMENSION, "没有这个维度", "no such dimension") \
	X(NO_BUCKET, "没有这个分项", "no such part") \
	X(CANNOT_PROVE, "无法证明", "cannot be proven") \
	X(NOT_PROVEN, "证明不成立", "the proof does not hold") \
	X(OTHER_ROOT, "出自另一棵组织树", "it is of another tree") \
	X(BAD_ROOT, "不是根公钥", "not a root key") \
	X(NO_DEVICE, "找不到这台设备", "no such device") \
	X(PUT_OTHERS, "只能在已有的记录上填写，用 --record 指明；新建由该组织自己来做", \
	  "name the record with --record; only its own unit makes new ones") \
	X(TAKEN_BY, "本支部的记录 %1 已用了这个值", "the record %1 has this value already") \
	X(TWICE, "提示：同一个值出现两次：%1 %2：%3", "notice: the same value twice: %1 %2: %3") \
	X(RECORD_NAMED, "%1（%2）", "%1 (%2)") \
	X(NO_ASSIGNMENT, "应写成 字段=值", "not an assignment FIELD=VALUE") \
	X(NO_MINE, "没有本机写的值", "none of the values is this device's") \
	X(NO_THEIRS, "没有别的设备写的值", "none of the values is another device's") \
	X(NO_PORCH, "没有加入地址", "there is no porch") \
	X(NO_PORCH_WHY, "别人不知道从哪里加入", "nobody could tell where to join") \
	X(BAD_VALUE, "值不对", "wrong value") \
	X(BAD_ELEMENT, "不能这样写这个字段的项", "not an element of this field") \
	X(FORM_PLAIN, "应写成 %1=值", "write %1=VALUE") \
	X(FORM_SET, "应写成 %1+=项 或 %1-=项", "write %1+=KEY or %1-=KEY") \
	X(FORM_MAP, "应写成 %1[项]=值", "write %1[KEY]=VALUE") \
	X(BAD_LANE, "只能放宽到 detail 或 up", "share with detail or up") \
	X(BAD_PERIOD, "时期应如 2026-03、2026Q1、2026", "not a period such as 2026-03, 2026Q1 or 2026") \
	X(BAD_PACK, "台账定义有错", "the pack is wrong") \
	X(BAD_ADDRESS, "地址太长", "the address is too long") \
	X(BAD_DAYS, "天数应为 1 到 366", "days are 1 to 366") \
	X(BAD_DATE, "不是日期，如 2026-03-05", "not a date, such as 2026-03-05") \
	X(REVOKED_HERE, "本机已被停用", "this device was revoked") \
	X(REVOKED_HERE_WHY, "停用之后在本机写的内容隔离在上级服务器", "what it wrote after its cut-off is set aside at the server") \
	X(BAD_CUTOFF, "--cutoff 应为 now 或 none", "--cutoff is now or none") \
	X(EMPTY_PASSPHRASE, "口令文件是空的", "the passphrase file is empty") \
	X(TOP_OR_JOIN, "请用 --top 或 --join，二者取一", "use either --top or --join") \
	X(MISSING_FIELD, "缺少字段", "missing field") \
	X(FIGURES_OWN_ONLY, "设备上只有本组织的数字", "a device has its own unit's figures only") \
	X(REMEDY_PACK_UNREADABLE, "请按上面所列改回去：停用（retired: true）而不要删除，类型和编号不变，范围只放宽不收窄", \
	  "mend what is listed: retire (retired: true) instead of taking out, keep types and numbers, widen lanes and never narrow them") \
	X(REMEDY_PACK_NOT_NEWER, "请把文件里的 version 改为更大的数", "raise the file's version") \
	X(PACK_NOT_NEWER, "版本号不高于现有的", "its version is not higher than the one in force") \
	X(IMPORT_NO_COLUMNS, "表头没有认得的列", "no column is known") \
	X(IMPORT_KEY, "--key 的字段不在表头里", "the field of --key has no column") \
	X(IMPORT_UNKNOWN_COLUMN, "不认识的列，略过：%1", "column not known, left out: %1") \
	X(IMPORT_FAULT, "%1：“%2”：%3", "%1: \"%2\": %3") \
	X(IMPORT_MORE_FAULTS, "还有 %1 处错误", "and %1 more") \
	X(IMPORT_NO_REFERENCE, "找不到这条记录", "no such record") \
	X(IMPORT_TWICE, "与第 %1 行重复", "the same as in line %1") \
	X(UNIT_NO_NAME, "缺少名称", "no name") \
	X(UNIT_NO_KIND, "%1 没有类别；用 --kind 指明", "%1 has no kind; give one with --kind") \
	X(UNIT_TOO_LONG, "%1 的名称或代码太长", "the name or code of %1 is too long") \
	X(UNITS_STOPPED, "导入已停止；已写入的组织数/总数", "the import was stopped; units written, of all") \
	X(UNIT_DUPLICATE, "代码重复：%1 %2", "duplicate code: %1 %2") \
	X(UNIT_ORPHAN, "上级不存在：%1 %2，上级 %3", "nothing above it: %1 %2, above it %3") \
	X(DAMAGED, "有日志已损坏", "logs are damaged") \
	X(BEYOND_RESCUE, "这个文件已无法修复", "this file cannot be mended") \
	X(OWN_STATEMENTS_GONE, "本级自己的声明有一部分被截去，尚未取回", "part of this server's own statements was cut back and has not come again") \
	X(REMEDY_OWN_STATEMENTS, "等下级同步把它们带回；没有人有时，恢复备份", "let those below sync and bring it; where nobody has it, put a backup back") \
	X(RESCUED, "存储文件受损，已用完好的内容重建：截去 %1 份日志的 %2 条，下次同步自动取回；其中 %3 条尚未上传，只有备份里有", "the store's file was damaged and was made anew of what is whole: %2 entries of %1 logs were cut back, and the next sync brings them; but %3 of them no server has confirmed, and only a backup has those")

// What the core notes for people (node_notice), in its words; tests/unit/test_notices.c holds the two together.
#define CATALOGUE_NOTICES(X) \
	X(NOTICE_SET_ASIDE, "本机写的内容被上级服务器隔离", "the server set aside what was written here") \
	X(NOTICE_OWN_REFUSED, "本机自动写入的内容被自身的规则拒绝", "what this store writes by itself was refused by its own judgement") \
	X(NOTICE_MOVED, "本组织已调整隶属，今后与新的上级服务器联系", "this unit has moved; its new server is called from now on") \
	X(NOTICE_MOVED_WHERE, "本组织已归另一台服务器管理，但不知道它的地址", \
	  "another server looks after this unit now, and where it is reached is not known here") \
	X(NOTICE_NO_ROOM_ABOVE, "上级服务器没有地方再放本组织的附件：先留在这里，条目照常发送", "the server has no room for more files of this unit: they wait here, and entries go on") \
	X(NOTICE_TWO_HISTORIES, "一台设备有两份历史：以服务器上的那份为准，另一份留作证据", "a device has two histories; the one that the server has stands, the other is kept as evidence") \
	X(NOTICE_NOT_TAKEN, "上级服务器没有收下本机的一份日志", "the server did not take in a log of ours") \
	X(NOTICE_CLOSED, "本存储的一份日志已封存，因为它另有一份历史；已在新的存续期继续", "a log of this store was closed, for there is another history of it; it goes on in a new life") \
	X(NOTICE_LOST_BRANCH, "丢失的分支上有内容不能重写，已留作证据", \
	  "something written on the lost branch could not be written again; it is kept as evidence") \
	X(NOTICE_FORK_UNSHOWN, "上级服务器称本机的一份日志有分叉，但拿不出来", "the server calls a log of ours forked and cannot show it") \
	X(NOTICE_PUT_BACK, "本存储曾恢复到较早的状态后又写入；两份历史都已保留", \
	  "this store was put back to an earlier state and written to; both histories are kept") \
	X(NOTICE_TAKEN_BACK, "本存储曾恢复到较早的状态；已开始新的存续期，已发出的内容正在取回", \
	  "this store was put back to an earlier state; it goes on in a new life and takes back what it had sent") \
	X(NOTICE_SERVER_PUT_BACK, "本服务器曾恢复到较早的状态；已开始新的存续期，缺少的内容正在取回", \
	  "this server was put back to an earlier state; it goes on in a new life and is given back what it lacks") \
	X(NOTICE_FORK_SHARED, "下级的一台设备有两份历史，一份在本级，一份在上级；两份都保留，该设备已开始新的存续期", \
	  "a device below has two histories, one of them known here and one above; both are kept, and it goes on in a new life") \
	X(NOTICE_SERVER_REPLACED, "上级服务器曾恢复或更换；缺少的内容正在补给它", \
	  "the server was restored or replaced; it is given back what it lacks") \
	X(NOTICE_DISK_LOW, "磁盘快满了：附件不再收，条目照常收", "the disk is nearly full: files of records are refused, and entries go on") \
	X(NOTICE_NO_ROOM_TO_CARRY, "没有地方再放请别人捎带的内容", "there is no room for more that others are to carry")

// What was done.
#define CATALOGUE_NEWS(X) \
	X(HOME_RESTORED, "%1：存储是从备份恢复的，已开始新的存续期，自己的条目将从上级取回", \
	  "%1: this store was restored; a new life began, and its own entries will be fetched from the server above") \
	X(HOME_COPIED, "%1：存储是从别的机器复制来的，已开始新的存续期", "%1: this store was copied from another machine; a new life began") \
	X(JOINED, "%1 已加入 %2", "%1 has joined %2") \
	X(JOINED_AGAIN, "%1 仍属 %2，此后与这台服务器同步", "%1 stays with %2 and syncs with this server from now on") \
	X(PUT_CREATED, "已新建%1 %2", "new: %1 %2") \
	X(PUT_CHANGED, "已修改%1 %2", "changed: %1 %2") \
	X(PUT_SAME, "%1 %2 无变化", "unchanged: %1 %2") \
	X(PUT_CARRIED, "　%1：%2（沿用 %3）", "  %1: %2 (as in %3)") \
	X(PUT_DEFAULT, "　%1：%2（默认）", "  %1: %2 (default)") \
	X(DELETE_DONE, "已删除%1 %2", "deleted: %1 %2") \
	X(RESOLVE_DONE, "%1 定为：%2", "%1 is now: %2") \
	X(NO_CONFLICTS, "没有冲突", "no conflicts") \
	X(MAIL_WRITTEN, "给%1的信已写好，下次同步时发出", "the letter to %1 is written and goes with the next sync") \
	X(SYNC_COME_BACK, "上级服务器正忙，请本机 %1 秒后再来；到时自动再试", "the server above is busy and has time for this device in %1 s; it is called again then") \
	X(SYNC_BUSY, "上级服务器正忙，约 %1 分钟后才有空", "the server above is busy and has time for this device in %1 minutes") \
	X(REMEDY_SYNC_BUSY, "什么都没有丢；请届时再同步", "nothing was lost; sync again then") \
	X(SYNC_DONE, "同步完成：收到 %1 条，往来 %2 字节，%3 个来回", "synced: %1 entries received, %2 bytes both ways, %3 round trips") \
	X(STATUS_NOTICE, "提示：%1：%2", "notice: %1: %2") \
	X(STATUS_MORE_NOTICES, "还有 %1 条提示；用 --json 查看", "and %1 more notices; see them with --json") \
	X(NOTICES_BRIEF, "%1 条，最近一条 %2：%3", "%1, the last %2: %3") \
	X(STATUS_DEVICES, "以本组织名义书写的设备：%1（%2）", "devices that write as this unit: %1 (%2)") \
	X(STATUS_REVOKED, "本机已被停用：停用之后写的内容隔离在上级服务器；%1", \
	  "this device was revoked: what it wrote after its cut-off is set aside at the server; %1") \
	X(SEALED_WAITING, "%1 条密文等本支部另一台设备给密钥：请那台设备先同步，本机再同步", \
	  "%1 sealed entries wait for the unit's key: sync another device of this unit, then this one again") \
	X(STATUS_REFUSED, "未被接受：%1：%2", "not accepted: %1: %2") \
	X(IMPORT_DONE, "已导入：新建 %1，更新 %2，相同 %3，有错 %4", "imported: %1 new, %2 updated, %3 the same, %4 bad") \
	X(IMPORT_NOTHING, "没有写入：可新建 %1，更新 %2，相同 %3，有错 %4", "nothing was written: %1 would be new, %2 updated, %3 the same, %4 bad") \
	X(EXPORT_DONE, "已导出 %1 条到 %2", "%1 records exported to %2") \
	X(PERIOD_FUTURE, "%1 还没有开始，没有组织报数", "%1 has not begun; nobody reports for it yet") \
	X(FIGURES_OF, "%1，%2", "%1, %2") \
	X(REPORT_OF, "%1：%2，%3", "%1: %2, %3") \
	X(REPORTING_OF, "%1/%2 个组织已报", "%1 of %2 units reporting") \
	X(REPORT_WRITTEN, "报表已写到 %1", "the report was written to %1") \
	X(FOUNDED, "已建立 %1（%2）；请把 %3/root.key 移到离线介质保存", "founded %1 (%2); move %3/root.key to an offline medium") \
	X(READY, "就绪：同步 %1，加入 %2", "ready: sync %1, porch %2") \
	X(LINK_ENDED, "同步口进程结束了（%1）；%2 秒后自动重启，已存的数据不受影响，设备会自己重新连接；如果一再出现，看 status 和网络上的来访者", "the sync door's process ended (%1); it starts again in %2 s, nothing stored is touched, and devices connect anew by themselves; if it keeps happening, look at status and at who calls from the network") \
	X(PORCH_ENDED, "加入口进程结束了（%1）；%2 秒后自动重启，同步不受影响；如果一再出现，看 status 和网络上的来访者", "the porch's process ended (%1); it starts again in %2 s, and sync is not touched; if it keeps happening, look at status and at who calls from the network") \
	X(READY_NO_PORCH, "就绪：同步 %1", "ready: sync %1") \
	X(UNIT_ADDED, "已新建%1 %2（%3）", "added: %1 %2 (%3)") \
	X(UNITS_IMPORTED, "已导入 %1 个组织，有错 %2，用时 %3 秒，内存峰值 %4 MiB", "%1 units imported, %2 bad, %3 s, peak memory %4 MiB") \
	X(UNITS_NOT_IMPORTED, "没有写入：可导入 %1 个组织，有错 %2，用时 %3 秒，内存峰值 %4 MiB", \
	  "nothing was written: %1 units could be imported, %2 bad, %3 s, peak memory %4 MiB") \
	X(INVITED, "邀请一台设备加入 %1，有效至 %2", "for one device of %1, good until %2") \
	X(INVITED_SERVER, "邀请 %1 的服务器，有效至 %2", "for the server of %1, good until %2") \
	X(INVITED_SECOND, "该组织已有服务器；换新服务器之前，请先用 device revoke 停用旧的", \
	  "that unit has a server; before a new one takes its place, revoke the old one with device revoke") \
	X(REVOKED_NOW, "已停用 %1；此前收到的内容仍有效", "%1 is revoked; what it had sent before stays valid") \
	X(REVOKED_NONE, "已停用 %1；它写的一切都已隔离", "%1 is revoked; all that it wrote is set aside") \
	X(PACK_GOOD, "%1 没有问题：%2 种记录，%3 个指标", "%1 is good: %2 kinds of record, %3 metrics") \
	X(TRIED, "%1：按 %2 试算 %3 条记录，没有写入", "%1: %3 records by %2; nothing was written") \
	X(PUBLISHED, "已发布 %1 第 %2 版", "published %1, version %2") \
	X(PROVEN, "证明已写到 %1：数字 %2，%3 字节", "proof written to %1: figure %2, %3 bytes") \
	X(PROOF_CLAIM, "%1，%2，%3：%4", "%1, %2, %3: %4") \
	X(PROOF_ROOT, "根公钥 %1，出具于 %2", "root key %1, made at %2") \
	X(PROOF_HOLDS, "证明成立", "the proof holds") \
	X(PROOF_HOLDS_COMPARE, "证明成立；请核对上面的根公钥", "the proof holds; compare the root key above with the one you trust") \
	X(CHECKED, "%1 份日志全部完好", "%1 logs are whole") \
	X(CHAPTER_BEGIN, "开始", "To begin") \
	X(CHAPTER_LEDGER, "台账", "The ledger") \
	X(CHAPTER_EXCHANGE, "同步与状态", "Exchange and state") \
	X(CHAPTER_FIGURES, "数字与报表", "Figures and reports") \
	X(CHAPTER_MONTHS, "月结与评分", "Months and scores") \
	X(CHAPTER_DUTIES, "应做事项", "What is to be done") \
	X(CHAPTER_ABOVE, "上级来件", "From above") \
	X(CHAPTER_DECIDE, "冲突与信件", "Conflicts and letters") \
	X(CHAPTER_PRESENCE, "双报到", "Members at a second unit") \
	X(CHAPTER_TRANSFERS, "组织关系转接", "Transfers of members") \
	X(CHAPTER_HEALTH, "检查", "Checks") \
	X(CHAPTER_TREE, "组织树", "The tree") \
	X(CHAPTER_DEVICES, "设备", "Devices") \
	X(CHAPTER_PACKS, "台账定义", "Packs") \
	X(CHAPTER_DOWN, "下发与审核", "Downwards and reviews") \
	X(CHAPTER_WATCH, "督促", "Watching over units") \
	X(HEALED_NOTHING, "日志全部完好，无需修复", "all logs are whole: there is nothing to heal") \
	X(HEALED, "%1 份日志截去受损处，共 %2 条；下次同步自动取回", "%1 logs were cut back by %2 entries in all; the next sync brings them back") \
	X(HEALED_SOME_LOST, "%1 份日志截去受损处，共 %2 条；下次同步自动取回，但其中 %3 条尚未上传，只有备份里有", "%1 logs were cut back by %2 entries in all; the next sync brings them back, but for %3 that no server has confirmed: only a backup has those") \
	X(OPTION_HEAL, "截去受损日志的受损处，由下次同步补齐", "cut damaged logs back, to be made whole by the next sync") \
	X(CHECKED_REBUILT, "%1 份日志全部完好，已重新计算", "%1 logs are whole, and everything was computed anew") \
	X(PROGRESS_SYNC, "正在同步", "syncing") \
	X(PROGRESS_IMPORT, "正在导入", "importing") \
	X(PROGRESS_UNITS, "正在导入组织", "importing units") \
	X(PROGRESS_CHECK, "正在核对日志", "checking logs")

#endif
