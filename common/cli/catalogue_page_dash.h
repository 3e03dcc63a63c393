// What the dashboard and the review desk say. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_PAGE_DASH_H
#define TRIBUTARY_CLI_CATALOGUE_PAGE_DASH_H

#define CATALOGUE_PAGE_DASH(X) \
	CATALOGUE_PAGE_DASH_FRAME(X) CATALOGUE_PAGE_DASH_FIGURES(X) CATALOGUE_PAGE_DASH_WATCH(X) CATALOGUE_PAGE_DASH_REVIEW(X)

// ---- What stands around: signing in, places, periods ----

#define CATALOGUE_PAGE_DASH_FRAME(X) \
	X(PAGE_BOARD_TITLE, "台账看板", "Dashboard") \
	X(PAGE_BOARD_ACCOUNT, "账号", "Account") \
	X(PAGE_BOARD_PASSWORD, "口令", "Password") \
	X(PAGE_BOARD_SIGN_IN, "登录", "Sign in") \
	X(PAGE_BOARD_SIGN_OUT, "退出", "Sign out") \
	X(PAGE_BOARD_SKIP, "跳到正文", "Skip to the content") \
	X(PAGE_BOARD_WAY, "所在位置", "Where you are") \
	X(PAGE_BOARD_GO_DOWN, "进入下级……", "Go to a unit below …") \
	X(PAGE_BOARD_VIEW, "栏目", "Views") \
	X(PAGE_BOARD_LIVE, "实时", "Live") \
	X(PAGE_BOARD_NOT_LIVE, "连接中断，正在重连", "Connection lost, trying again") \
	X(PAGE_BOARD_OVERVIEW, "概览", "Overview") \
	X(PAGE_BOARD_FIGURES, "指标", "Figures") \
	X(PAGE_BOARD_REPORTS, "报表", "Reports") \
	X(PAGE_BOARD_FRESHNESS, "报送情况", "Freshness") \
	X(PAGE_BOARD_DUTIES, "制度落实", "Duties") \
	X(PAGE_BOARD_RANKING, "排名", "Ranking") \
	X(PAGE_BOARD_REVIEW, "月审", "Review desk") \
	X(PAGE_BOARD_TRANSFERS, "组织关系转接", "Transfers") \
	X(PAGE_BOARD_QUALITY, "数据质量", "Data quality") \
	X(PAGE_BOARD_HISTORY, "组织沿革", "History of the unit") \
	X(PAGE_BOARD_LENGTH, "期间长度", "Length of the period") \
	X(PAGE_BOARD_MONTH, "月", "Month") \
	X(PAGE_BOARD_QUARTER, "季度", "Quarter") \
	X(PAGE_BOARD_HALF, "半年", "Half-year") \
	X(PAGE_BOARD_YEAR, "年", "Year") \
	X(PAGE_BOARD_FIRST_HALF, "%1年上半年", "First half of %1") \
	X(PAGE_BOARD_SECOND_HALF, "%1年下半年", "Second half of %1") \
	X(PAGE_BOARD_PERIOD_BEFORE, "前一期", "Period before") \
	X(PAGE_BOARD_PERIOD_AFTER, "后一期", "Period after") \
	X(PAGE_BOARD_TREE, "组织隶属", "Boundaries") \
	X(PAGE_BOARD_TREE_THEN, "按当时的隶属", "As it was then") \
	X(PAGE_BOARD_TREE_TODAY, "按现在的隶属", "In today's boundaries") \
	X(PAGE_BOARD_TREE_DAY, "按某日的隶属", "As of a day") \
	X(PAGE_BOARD_VIEWS, "收藏的视图", "Saved views") \
	X(PAGE_BOARD_SAVE_VIEW, "收藏", "Save") \
	X(PAGE_BOARD_COPY_LINK, "复制链接", "Copy the link") \
	X(PAGE_BOARD_COPIED, "链接已复制", "The link is copied") \
	X(PAGE_BOARD_VIEW_SAVED, "已收藏", "Saved") \
	X(PAGE_BOARD_DROP_VIEW, "删除收藏：%1", "Delete the view %1") \
	X(PAGE_BOARD_PRINT, "打印", "Print") \
	X(PAGE_BOARD_CSV_OF, "导出 CSV：%1", "Export as CSV: %1") \
	X(PAGE_BOARD_XLSX_OF, "导出 Excel：%1", "Export to Excel: %1") \
	X(PAGE_BOARD_PNG_OF, "导出 PNG 图片：%1", "Export as PNG: %1") \
	X(PAGE_BOARD_AS_TABLE, "表格", "As a table") \
	X(PAGE_BOARD_NO_CHART, "图表无法显示，请看下面的表格", "The chart cannot be drawn; see the table below") \
	X(PAGE_BOARD_YES, "是", "yes") \
	X(PAGE_BOARD_NO, "否", "no") \
	X(PAGE_BOARD_LIST_COMMA, "、", ", ")

// ---- Figures ----

#define CATALOGUE_PAGE_DASH_FIGURES(X) \
	X(PAGE_BOARD_K_OF_N, "%1/%2", "%1 of %2") \
	X(PAGE_BOARD_UNITS_OF, "已报 %1/%2", "%1 of %2 report") \
	X(PAGE_BOARD_AS_OF, "截至 %1", "as of %1") \
	X(PAGE_BOARD_NOTHING_YET, "尚无上报", "nothing reported yet") \
	X(PAGE_BOARD_REVISION, "第 %1 版", "revision %1") \
	X(PAGE_BOARD_RESTATED_BY, "更正 %1", "restated by %1") \
	X(PAGE_BOARD_PACKS, "台账定义第 %1 至 %2 版", "by versions %1 to %2 of the pack") \
	X(PAGE_BOARD_AGAINST_LAST, "较上期", "against the period before") \
	X(PAGE_BOARD_AGAINST_YEAR, "较去年同期", "against a year ago") \
	X(PAGE_BOARD_LAST, "上期", "Period before") \
	X(PAGE_BOARD_YEAR_AGO, "去年同期", "A year ago") \
	X(PAGE_BOARD_POINTS, "%1 个百分点", "%1 points") \
	X(PAGE_BOARD_PARTS, "构成", "Parts") \
	X(PAGE_BOARD_SHARE, "占比", "Share") \
	X(PAGE_BOARD_CUT, "分类方式", "Cut by") \
	X(PAGE_BOARD_BY, "%1，按%2", "%1 by %2") \
	X(PAGE_BOARD_TREND_OF, "%1走势", "%1 over time") \
	X(PAGE_BOARD_TREND_SUMMARY, "%1从 %2 到 %3", "%1 from %2 to %3") \
	X(PAGE_BOARD_SEARCH, "查找指标", "Find a figure") \
	X(PAGE_BOARD_NO_FIGURES, "这一期还没有数字", "There are no figures for this period") \
	X(PAGE_BOARD_BELOW, "下级组织", "Units below") \
	X(PAGE_BOARD_CHAIN, "数字的来路", "Where the figure comes from") \
	X(PAGE_BOARD_CHAIN_HINT, "每一级都有签名条目可查。下载证明后，任何人都能离线核对：", "Each level stands on signed entries. Anybody can check the proof offline:") \
	X(PAGE_BOARD_TAKE_PROOF, "下载证明", "Download the proof") \
	X(PAGE_BOARD_GIVEN_BY, "由下级上报的签名条目构成", "The signed entries of the units below") \
	X(PAGE_BOARD_STANDS_ON, "本组织的数字依据的日志", "The logs that the unit's own figure stands on") \
	X(PAGE_BOARD_HOLDS, "成立", "holds") \
	X(PAGE_BOARD_BROKEN, "不成立", "does not hold") \
	X(PAGE_BOARD_SUM_HERE, "本级汇总", "summed here") \
	X(PAGE_BOARD_STAYS_BELOW, "只在下级", "stays below") \
	X(PAGE_BOARD_LANE_PRIVATE, "本支部（加密）", "private (sealed)") \
	X(PAGE_BOARD_LANE_DETAIL, "明细", "detail") \
	X(PAGE_BOARD_LANE_UP, "上报", "up") \
	X(PAGE_BOARD_LANE_DOWN, "下发", "down") \
	X(PAGE_BOARD_FILES, "照片和材料（%1）", "Photos and papers (%1)") \
	X(PAGE_BOARD_FILE_HERE, "原件在这里", "Here") \
	X(PAGE_BOARD_FILE_AWAY, "已登记，原件不在这里", "Named, not here") \
	X(PAGE_BOARD_LANE_MAIL, "信件", "mail") \
	X(PAGE_BOARD_EACH_BELOW, "逐个下级列出", "Each unit below") \
	X(PAGE_BOARD_NO_REPORTS, "台账定义里没有报表", "The pack has no reports") \
	X(PAGE_BOARD_SIGNS, "负责人：________　　填表人：________　　（盖章）", "Head: ________    Drawn up by: ________    (stamp)")

// ---- Watching over units ----

#define CATALOGUE_PAGE_DASH_WATCH(X) \
	X(PAGE_BOARD_TODAY, "今天有消息", "heard today") \
	X(PAGE_BOARD_DAYS_AGO, "%1 天前", "%1 days ago") \
	X(PAGE_BOARD_NEVER_HEARD, "从未有消息", "never heard") \
	X(PAGE_BOARD_HEARD_BELOW, "由下级服务器联系", "heard by its own server") \
	X(PAGE_BOARD_CLOCK, "时钟", "Clock") \
	X(PAGE_BOARD_MINUTES_BEHIND, "慢 %1 分钟", "%1 minutes behind") \
	X(PAGE_BOARD_MINUTES_AHEAD, "快 %1 分钟", "%1 minutes ahead") \
	X(PAGE_BOARD_SILENT_UNITS, "%1 个组织 30 天无消息", "%1 units silent for 30 days") \
	X(PAGE_BOARD_SILENT, "30 天以上没有消息的组织", "Units silent for 30 days or more") \
	X(PAGE_BOARD_NONE_SILENT, "没有", "There are none") \
	X(PAGE_BOARD_UNSEEN, "另有 %1 个组织由下级服务器联系", "%1 more units are heard by servers below") \
	X(PAGE_BOARD_SUBMISSIONS, "%1上报进度", "Submissions for %1") \
	X(PAGE_BOARD_COMPLETE, "完成率", "Complete") \
	X(PAGE_BOARD_DUE_DAY, "%1前上报算按时", "In time until %1") \
	X(PAGE_BOARD_REMIND, "催报", "Remind") \
	X(PAGE_BOARD_REMIND_WHOM, "催报：%1", "Remind %1") \
	X(PAGE_BOARD_REMIND_ALL, "催报未报完的 %1 个", "Remind all %1 that are behind") \
	X(PAGE_BOARD_REMIND_HINT, "给 %1 去信，催报 %2", "A letter to %1 about %2") \
	X(PAGE_BOARD_REMINDED, "已发出 %1 封", "%1 letters were written") \
	X(PAGE_BOARD_SEND, "发出", "Send") \
	X(PAGE_BOARD_NO_CADENCES, "台账定义里没有定期事项", "The pack asks for nothing regularly") \
	X(PAGE_BOARD_NOT_ASKED, "这里不要求此事项", "This is not asked of anybody here") \
	X(PAGE_BOARD_MISSED, "没有做到的组织", "Units that missed it") \
	X(PAGE_BOARD_NONE_MISSED, "都做到了", "Nobody missed it") \
	X(PAGE_BOARD_RANK_BY, "排名依据", "Ranked by") \
	X(PAGE_BOARD_SCORECARDS, "评分表", "Scorecards") \
	X(PAGE_BOARD_NO_RANKS, "不显示名次", "Show no ranks") \
	X(PAGE_BOARD_APART, "不排名", "apart") \
	X(PAGE_BOARD_TIED, "并列", "tied") \
	X(PAGE_BOARD_SMALL, "基数太小", "of very few") \
	X(PAGE_BOARD_PARTLY, "只报了 %1/%2", "%1 of %2 report") \
	X(PAGE_BOARD_OFFERED, "提出时间", "Offered") \
	X(PAGE_BOARD_ALSO_DONE, "也显示已办结的", "Also those that are done") \
	X(PAGE_BOARD_NO_TRANSFERS, "没有在途的转接", "Nobody is on the way") \
	X(PAGE_BOARD_CONSERVATION, "人数守恒", "No member is lost") \
	X(PAGE_BOARD_CONSERVED, "守恒", "conserved") \
	X(PAGE_BOARD_NOT_CONSERVED, "不守恒", "not conserved") \
	X(PAGE_BOARD_SILENT_MONTH, "上月未报的组织", "Units without last month") \
	X(PAGE_BOARD_TO_LOOK_AT, "需要处理", "to be looked at") \
	X(PAGE_BOARD_NOTHING, "没有", "none") \
	X(PAGE_BOARD_RESTATED_FIGURES, "%1通过后又更正的数字", "Figures of %1 restated after approval") \
	X(PAGE_BOARD_NONE_RESTATED, "没有更正", "None was restated") \
	X(PAGE_BOARD_REASONS, "更正的原因", "Why they were restated") \
	X(PAGE_BOARD_NOT_SUBMITTED_YET, "未上报", "not submitted yet") \
	X(PAGE_BOARD_WARNINGS, "提醒", "Warnings") \
	X(PAGE_BOARD_WARNED_UNITS, "各项检查提醒的组织数", "Units that each check warns of") \
	X(PAGE_BOARD_CHANGE_CREATED, "建立", "created") \
	X(PAGE_BOARD_CHANGE_MOVED, "划转", "moved") \
	X(PAGE_BOARD_CHANGE_MERGED, "合并", "merged") \
	X(PAGE_BOARD_CHANGE_SPLIT, "拆分", "split") \
	X(PAGE_BOARD_CHANGE_RENAMED, "改名", "renamed") \
	X(PAGE_BOARD_CHANGE_CLOSED, "撤销", "closed")

// ---- The review desk ----

#define CATALOGUE_PAGE_DASH_REVIEW(X) \
	X(PAGE_BOARD_QUEUE, "%1月审", "Review of %1") \
	X(PAGE_BOARD_QUEUE_COUNTS, "已上报 %1，应报 %2，已通过 %3", "%1 of %2 submitted, %3 approved") \
	X(PAGE_BOARD_QUEUE_EMPTY, "没有待处理的", "Nothing waits here") \
	X(PAGE_BOARD_ALL, "全部", "all") \
	X(PAGE_BOARD_BACK_TO_QUEUE, "返回列表", "Back to the list") \
	X(PAGE_BOARD_DIFFERENCES, "%1上报数与上月比较", "What was submitted for %1, beside the month before") \
	X(PAGE_BOARD_ALL_FIGURES, "也显示全是 0 的指标", "Also figures that are all 0") \
	X(PAGE_BOARD_REMARK_ON, "批注对象", "Remark on") \
	X(PAGE_BOARD_REMARK_ABOUT, "批注：%1", "Remark on %1") \
	X(PAGE_BOARD_ADD_REMARK, "添加批注", "Add a remark") \
	X(PAGE_BOARD_DROP_REMARK, "删除第 %1 条批注", "Delete remark %1") \
	X(PAGE_BOARD_CHOOSE, "请选择", "Choose") \
	X(PAGE_BOARD_VERDICT_TEXT, "审核意见", "What is said to the unit") \
	X(PAGE_BOARD_APPROVE, "通过", "Approve") \
	X(PAGE_BOARD_RETURN, "退回", "Return") \
	X(PAGE_BOARD_APPROVED, "已通过", "Approved") \
	X(PAGE_BOARD_RETURNED, "已退回", "Returned") \
	X(PAGE_BOARD_CIRCULARS, "通报", "Circulars") \
	X(PAGE_BOARD_WRITE_CIRCULAR, "发通报", "Write a circular") \
	X(PAGE_BOARD_CIRCULAR_SENT, "通报已发出", "The circular is on its way")

#endif
