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
	X(PAGE_KEY_USED, "这个 Idempotency-Key 已用于别的请求", "this Idempotency-Key was used for another request")

#endif
