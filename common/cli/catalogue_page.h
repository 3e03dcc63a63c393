// What both pages say, and what is said of them on the command line. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_PAGE_H
#define TRIBUTARY_CLI_CATALOGUE_PAGE_H

#define CATALOGUE_PAGE(X) \
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
