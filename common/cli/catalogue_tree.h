// What the programs say of the tree in time. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_TREE_H
#define TRIBUTARY_CLI_CATALOGUE_TREE_H

#define CATALOGUE_TREE(X) \
	X(VERB_UNIT_RENAME, "给组织改名", "give a unit another name") \
	X(VERB_UNIT_MOVE, "把组织划归另一个上级", "put a unit below another one") \
	X(VERB_UNIT_MERGE, "把一个组织并入另一个", "merge a unit into another one") \
	X(VERB_UNIT_SPLIT, "把组织分成几个（先用 unit add 建好）", "split a unit into others (made with unit add before)") \
	X(VERB_UNIT_CLOSE, "撤销组织", "close a unit") \
	X(VERB_UNIT_HISTORY, "组织的沿革：建立、改名、划转、合并、拆分、撤销", "what a unit was, since when, and by whose word") \
	X(OPTION_CHANGE_FROM, "自何日起；默认今天；可以是将来", "from which day on; default: today; it may be to come") \
	X(OPTION_CHANGE_DRY, "只看会有什么变化，不写入", "only show what would change, write nothing") \
	X(OPTION_LIST_ON, "当日的组织树；默认现在", "the tree of that day; default: as it is now") \
	X(OPTION_STATE, "只列处于这一状态的月份（可重复）", "only months in this state (may be repeated)") \
	X(OPTION_TREE, "then：按当时的隶属（默认）；today：按现在的；或某日", "then: as it was then (default); today: in today's boundaries; or those of a day") \
	X(HEAD_REDRAWN, "换算", "Redrawn") \
	X(PROOF_REDRAWN, "按另一日的隶属换算的数字，由各组织的签名条目相加得出，没有哪个条目说过它；用 chain --tree 逐级查看，或证明按当时隶属的数字", "a figure in other boundaries is made here from what the units said, and no signed entry says it; look at its parts with chain --tree, or prove the figure as it was then") \
	X(HEAD_TREE_CHANGE, "变动", "Change") \
	X(HEAD_TREE_TO, "去向", "To") \
	X(HEAD_TREE_EFFECTIVE, "生效日", "From") \
	X(HEAD_TREE_ANNOUNCED, "预告", "Announced") \
	X(HEAD_TREE_STATED_BY, "决定者", "By") \
	X(HEAD_TREE_ENTRY, "条目", "Entry") \
	X(HEAD_TREE_UNITS, "组织数", "Units") \
	X(HEAD_TREE_RECORDS, "记录数", "Records") \
	X(HEAD_TREE_ENTRIES, "日志条数", "Entries") \
	X(HEAD_TREE_BYTES, "字节数", "Bytes") \
	X(HEAD_TREE_MEMBERS_COUNT, "成员数", "Members") \
	X(HEAD_TREE_LOSES, "不再管理", "Looks after it no more") \
	X(HEAD_TREE_GAINS, "接手管理", "Takes it over") \
	X(HEAD_TREE_WRITTEN, "已写入", "Written") \
	X(TREE_CREATED, "建立", "created") \
	X(TREE_MOVED, "划转", "moved") \
	X(TREE_MERGED, "并入", "merged") \
	X(TREE_SPLIT, "拆分", "split") \
	X(TREE_RENAMED, "改名", "renamed") \
	X(TREE_CLOSED, "撤销", "closed") \
	X(REMEDY_TREE, "用 unit list 和 unit show 查看组织", "see the tree with unit list and unit show") \
	X(TREE_REFUSED, "组织没有变动", "the tree was not changed") \
	X(FAULT_TOP, "它在最上面，没有上级", "it is the top and stands below nothing") \
	X(FAULT_SAME, "它已经在那里", "it is there already") \
	X(FAULT_CYCLE, "它会成为自己的上级", "it would stand below itself") \
	X(FAULT_CLOSED_UNIT, "它已撤销", "it is closed") \
	X(FAULT_CLOSED_TO, "要去的组织已撤销", "what it would go to is closed") \
	X(FAULT_TOO_DEEP, "层级太多", "there would be more levels than a tree may have") \
	X(CLOSING_GUESTS, "还有 %1 名列席党员（%2）未结束", "%1 guests (of %2) are there still") \
	X(CLOSING_MEMBERS, "还有 %1 名党员的组织关系在这里", "%1 members have their home there") \
	X(CLOSING_REMEDY, "先结束列席、转走党员，或合并到另一组织（unit merge）；确要撤销用 --unsettled", "end the guests' time and transfer the members, or merge the unit into another (unit merge); --unsettled closes it even so") \
	X(CLOSING_OVERDUE, "%1 应于 %2 撤销：还有 %3 名列席党员，%4 名党员的组织关系在这里", "%1 was to close on %2: %3 guests are there still, and %4 members have their home there") \
	X(OPTION_UNSETTLED, "还有未了事项也撤销", "close it even with something unsettled") \
	X(OPTION_UNTIL, "临时组织：到这一天撤销", "of a temporary unit: to be closed on that day") \
	X(OPTION_FOR_DAYS, "临时组织：多少天后撤销", "of a temporary unit: to be closed after so many days") \
	X(FAULT_BEYOND, "应由 %1 的服务器来做", "the server of %1 has to do this") \
	X(UNIT_STRANGE_KIND, "%1（%2）：台账定义没有组织类别 %3", "%1 (%2): the pack has no kind of unit %3") \
	X(BAD_STATE, "不是月份的状态", "not a state of a month") \
	X(BAD_TREE, "不是 then、today 或日期", "not then, today or a date") \
	X(TREE_MISSING, "有 %1 次变动的明细不在这里，数字没有按它们换算", "of %1 changes the detail is not here: the figures do not follow them") \
	X(PROOF_MOVED, "所属组织有过变动，跨变动的数字不能整体证明；请分别证明各组织的数字", \
	  "units below were moved or merged; such a sum cannot be proven as a whole: prove the units' own figures") \

#endif
