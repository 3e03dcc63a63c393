// What both pages say, and what is said of them on the command line. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_PAGE_H
#define TRIBUTARY_CLI_CATALOGUE_PAGE_H

#define CATALOGUE_PAGE(X) \
	X(VERB_UI, "在浏览器里打开台账；只供本机，关掉命令就关", "open the ledger in a browser, on this machine alone, until it is stopped") \
	X(OPTION_UI_PORT, "用哪个端口；默认任一空闲的", "which port; default: a free one") \
	X(OPTION_UI_NO_OPEN, "不打开浏览器，只打印地址", "do not open a browser; just print the address") \
	X(UI_READY, "请在浏览器打开（十分钟内，只能用一次）：%1", "open in a browser, within ten minutes and once: %1") \
	X(OPTION_PAGE, "在哪里供浏览器查看，如 127.0.0.1:7480", "where browsers are answered, like 127.0.0.1:7480") \
	X(OPTION_PUBLIC_PAGE, "别人用的网址，如 https://board.example.cn", "the same as people reach it, like https://board.example.cn") \
	X(READY_PAGE, "网页：http://%1/", "page: http://%1/") \
	X(VERB_ACCOUNT_ADD, "新建一个看网页的账号", "a new account for the page") \
	X(VERB_ACCOUNT_LIST, "网页的账号", "the accounts of the page") \
	X(VERB_ACCOUNT_REMOVE, "删除账号，立即退出登录", "remove an account; whoever is signed in with it is signed out") \
	X(VERB_ACCOUNT_PASSWORD, "换口令，立即退出登录", "another password; whoever is signed in is signed out") \
	X(VERB_ACCOUNT_ROLE, "换角色或组织", "another role or unit for an account") \
	X(OPTION_ACCOUNT_ROLE, "viewer（看）、reviewer（审核）或 administrator（管理）", "viewer, reviewer or administrator") \
	X(OPTION_ACCOUNT_UNIT, "看得到哪个组织及其下级；默认本服务器的", "sees this unit and what is below it; default: the server's own") \
	X(OPTION_ACCOUNT_PASSWORD, "口令在这个文件的第一行；默认从标准输入读", "the first line of this file is the password; default: standard input") \
	X(ACCOUNT_ADDED, "已新建账号 %1（%2，%3）", "account %1 added (%2, %3)") \
	X(VERB_ACCOUNT_VIEWS, "某账号保存的视图", "the views that an account keeps") \
	X(OPTION_VIEW_KEEP, "以此名称保存一个视图", "keep a view by this name") \
	X(OPTION_VIEW_AT, "其在网页内的地址，如 #/u/./overview", "where it is on the page, such as #/u/./overview") \
	X(OPTION_VIEW_DROP, "删去此名称的视图", "forget the view of this name") \
	X(BAD_VIEW, "视图要有一行名称和网页内的地址", "a view has a name of one line and an address of the page") \
	X(TOO_MANY_VIEWS, "保存的视图已满 50 个，请先删去一些", "50 views are kept already; drop some first") \
	X(NO_VIEW, "没有此名称的视图", "no view of this name") \
	X(VIEW_KEEP_AT, "--keep 与 --at 一起使用，不与 --drop 同用", "--keep goes with --at, and not with --drop") \
	X(ACCOUNT_REMOVED, "已删除账号 %1", "account %1 removed") \
	X(ACCOUNT_CHANGED, "账号 %1 已改（%2，%3）", "account %1 changed (%2, %3)") \
	X(NO_ACCOUNT, "没有这个账号", "there is no such account") \
	X(ACCOUNT_THERE, "已有这个账号", "there is such an account already") \
	X(BAD_ACCOUNT_NAME, "账号名要 1 至 63 个字节，不含空白", "the name of an account has 1 to 63 bytes and no blanks") \
	X(BAD_PASSWORD, "口令要 10 至 256 个字节", "a password has 10 to 256 bytes") \
	X(BAD_ROLE, "没有这个角色", "there is no such role") \
	X(HEAD_ACCOUNT, "账号", "Account") \
	X(HEAD_ACCOUNT_ROLE, "角色", "Role") \
	X(CHAPTER_PAGE, "网页", "The page") \
	X(PAGE_BAD_MEMBER, "这一项不对", "this member is not right") \
	X(PAGE_BAD_BODY, "正文不是所要的 JSON 对象", "the body is not the JSON object that is asked for") \
	X(PAGE_BAD_QUERY, "这个参数不对", "this parameter is not right") \
	X(PAGE_NO_ROUTE, "没有这个地址", "there is no such address") \
	X(PAGE_NO_METHOD, "这个地址不能这样用", "this address is not used in this way") \
	X(PAGE_NOT_HERE, "本服务不在这个主机名下", "this is not the host that was asked") \
	X(PAGE_FOREIGN, "请求来自别的网页", "the request comes from a foreign page") \
	X(PAGE_SIGN_IN, "请先登录", "sign in first") \
	X(PAGE_WRONG_PASSWORD, "用户名或口令不对", "name or password is not right") \
	X(PAGE_WRONG_TOKEN, "这个地址已用过或已过期；请重新运行 tributary ui", "this address was used or is too old; run tributary ui again") \
	X(PAGE_TOO_OFTEN, "尝试太多，请稍后再试", "too many attempts; wait a while") \
	X(PAGE_NOT_YOURS, "你的账号不能这样做", "your account may not do this") \
	X(PAGE_NOT_YOUR_UNIT, "不在你的账号所属的组织之内", "not at or below the unit of your account") \
	X(PAGE_TOO_LARGE, "内容太大", "this is too large") \
	X(PAGE_WRONG_TYPE, "正文的类型不对", "the body is of a type that is not taken here") \
	X(PAGE_KEY_USED, "这个 Idempotency-Key 已用于别的请求", "this Idempotency-Key was used for another request") \
	X(PAGE_PROGRAM, "支部台账", "Tributary") \
	X(PAGE_COLON, "：", ": ") \
	X(PAGE_COMMA, "、", ", ") \
	X(PAGE_SEMICOLON, "；", "; ") \
	X(PAGE_YES, "是", "Yes") \
	X(PAGE_NO, "否", "No") \
	X(PAGE_CLOSE, "关闭", "Close") \
	X(PAGE_CANCEL, "取消", "Cancel") \
	X(PAGE_RETRY, "重试", "Try again") \
	X(PAGE_READING, "正在读取", "Reading") \
	X(PAGE_NONE, "没有记录", "Nothing here") \
	X(PAGE_LANGUAGE, "语言", "Language") \
	X(PAGE_THEME, "明暗", "Appearance") \
	X(PAGE_THEME_SYSTEM, "随系统", "As the system") \
	X(PAGE_THEME_LIGHT, "浅色", "Light") \
	X(PAGE_THEME_DARK, "深色", "Dark") \
	X(PAGE_SKIP, "跳到正文", "Skip to the content") \
	X(PAGE_PLACES, "主要页面", "Main pages") \
	X(PAGE_PROGRAM_AWAY, "本机程序没有应答：页面内容可能不是最新的，请确认程序仍在运行", "The program does not answer: what is shown may be old. See that it still runs") \
	X(PAGE_UNKNOWN_FAILURE, "出错了：%1", "Something went wrong: %1")

#endif
