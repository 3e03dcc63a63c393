// What the programs say of bundles: what goes and comes by stick. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_BUNDLE_H
#define TRIBUTARY_CLI_CATALOGUE_BUNDLE_H

#define CATALOGUE_BUNDLE(X) \
	X(CHAPTER_STICK, "没有网络时：U 盘", "Without a network: by stick") \
	X(VERB_BUNDLE_OUT, "没有网络：把上级还没有的内容写到 U 盘", "without a network: writes what the server above lacks, for a stick") \
	X(VERB_BUNDLE_OUT_SERVER, "没有网络：写给上级的包，或用 --for 写给下级的回程包", "without a network: writes what the server above lacks, or with --for what a unit or device is to be told") \
	X(VERB_BUNDLE_IN, "读入 U 盘上的包；顺序和次数都不限", "takes in what came by stick, in any order and any number of times") \
	X(VERB_BUNDLE_SHOW, "看一看包：谁写的、给谁、多久了、是否完整", "what a bundle is: whose, for whom, how old, and whether it is whole") \
	X(OPTION_MAX_SIZE, "每个文件最大多少，如 700M、2G；至少 4M", "largest file, as 700M or 2G; at least 4M") \
	X(OPTION_BUNDLE_FOR, "写给哪个组织或哪台设备", "for this unit, or this device") \
	X(OPTION_JOIN_BUNDLE, "没有网络：把加入申请写进这个文件", "without a network: writes the request into this file") \
	X(OPTION_STICK, "给用 U 盘加入的，不需要加入地址", "for joining by stick: no porch is needed") \
	X(HEAD_FILE, "文件", "File") \
	X(HEAD_PART, "第几部分", "Part") \
	X(HEAD_MADE_BY, "写的人", "Made by") \
	X(HEAD_MADE_FOR, "写给", "Made for") \
	X(HEAD_MADE, "写于", "Made") \
	X(HEAD_AGE, "多久了", "Age") \
	X(HEAD_WHOLE_PIECES, "完好的块", "Whole pieces") \
	X(HEAD_DAMAGED_PIECES, "损坏的块", "Damaged") \
	X(HEAD_BYTES, "字节", "Bytes") \
	X(HEAD_WAY, "方向", "Way") \
	X(BUNDLE_WAY_UP, "上行", "up") \
	X(BUNDLE_WAY_DOWN, "下行", "down") \
	X(BUNDLE_TAKEN, "已读入", "taken in") \
	X(BUNDLE_WHOLE, "完整", "whole") \
	X(BUNDLE_MORE_PARTS, "完整，后面还有", "whole; another follows") \
	X(BUNDLE_CUT, "不完整，尾部缺失", "cut short") \
	X(BUNDLE_DAMAGED, "有损坏", "damaged") \
	X(BUNDLE_FOLLOWED, "末尾多出内容", "something follows its end") \
	X(BUNDLE_FOREIGN, "写给别人的", "for another") \
	X(BUNDLE_REFUSED, "不接受", "not accepted") \
	X(BUNDLE_UNREADABLE, "读不了", "cannot be read") \
	X(AGE_DAYS, "%1 天前", "%1 days ago") \
	X(AGE_HOURS, "%1 小时前", "%1 hours ago") \
	X(AGE_MINUTES, "%1 分钟前", "%1 minutes ago") \
	X(AGE_AHEAD, "时间在将来：对方的时钟不准", "in the future: its maker's clock is wrong") \
	X(BUNDLE_WRITTEN, "已写好 %1（%2 字节）", "written: %1 (%2 bytes)") \
	X(BUNDLE_UP_DONE, "共 %1 条，写给“%2”。把 U 盘带过去运行 tributaryd bundle in；读入对方的回程包之前，这些内容只算在本机和 U 盘上。", "%1 entries for %2. There: tributaryd bundle in. Until its return bundle is taken in here, they are on this machine and on the stick alone.") \
	X(BUNDLE_DOWN_DONE, "回程包写给“%1”的 %2。在那边运行 bundle in 读入。", "the return bundle is for %2 of %1. There: bundle in.") \
	X(BUNDLE_JOIN_DONE, "加入申请已写好：%1。带到上级运行 tributaryd bundle in，再把回程包带回来运行 bundle in。", "the request is written: %1. Take it to the server above (tributaryd bundle in), bring its return bundle back, and run bundle in.") \
	X(BUNDLE_IN_DONE, "新读入 %1 条，收到回执 %2 份，等待前面部分的 %3 块。", "%1 new entries, %2 receipts; %3 pieces wait for what comes before them.") \
	X(BUNDLE_IN_JOINED, "要求加入并已登记的设备：%1 台；回程包带去答复。", "devices that asked to join and are enrolled: %1; the return bundle tells them.") \
	X(BUNDLE_IN_NOTHING_TAKEN, "没有读入新的内容。", "nothing new was taken in.") \
	X(BUNDLE_IN_NOTHING, "没有新的内容：这些包以前都读过。", "nothing new: all of it was here already.") \
	X(BUNDLE_IN_BACK, "回程：tributaryd bundle out --for “%1” 文件夹", "the way back: tributaryd bundle out --for \"%1\" DIR") \
	X(BUNDLE_IN_WAITS, "还缺前面的部分；读入它们以后，等着的会自己补上。", "earlier parts are missing; once they are taken in, what waits follows by itself.") \
	X(BUNDLE_IN_NO_ROOM, "有 %1 块放不下：请先读入前面的部分，再读一次。", "%1 pieces had no room to wait: take in the earlier parts, then these again.") \
	X(BUNDLE_IN_STALE, "这个包是旧的：其中的内容已读入，其中的回执不再有效。", "this bundle is old: its entries were taken in, its receipts count no more.") \
	X(BUNDLE_FOREIGN_COUNT, "另有 %1 个文件是写给别人的，没有动。", "%1 files are for others and were left alone.") \
	X(BUNDLE_STICK_STATUS, "有 %1 条已由 U 盘带出（最近一次 %2），还没有收到回执。", "%1 entries went out by stick (last %2) and are not acknowledged yet.") \
	X(BUNDLE_WAITING_STATUS, "U 盘带来的 %1 块在等前面的部分。", "%1 pieces that came by stick wait for what comes before them.") \
	X(CANNOT_BUNDLE_OUT, "写不了包", "cannot write the bundle") \
	X(CANNOT_BUNDLE_IN, "包没有全部读入，完好的都读入了", "not all of the bundle was taken in, only what is whole") \
	X(CANNOT_BUNDLE_TAKE, "包没有读入", "nothing of the bundle was taken in") \
	X(CANNOT_BUNDLE_SHOW, "包不是完整的", "the bundle is not whole") \
	X(BAD_MAX_SIZE, "大小要写成 700M 或 2G，至少 4M", "a size is written as 700M or 2G, and is at least 4M") \
	X(BUNDLE_STICK_FULL, "放不下：还剩 %1 字节，写好的部分有 %2 个", "it is full: %1 bytes are free; %2 parts are there") \
	X(BUNDLE_NO_SERVER_ABOVE, "上面没有服务器", "there is no server above") \
	X(BUNDLE_ONE_FILE, "这个组织有几台设备：请给一个文件夹，或用 --for 指定一台", "several devices: name a directory, or one of them with --for") \
	X(BUNDLE_NO_DEVICES, "这个组织没有设备", "this unit has no device") \
	X(BUNDLE_WHY_CUT, "文件尾部缺失；前面的部分里 %1 块完好", "its end is missing; pieces before it that are whole: %1") \
	X(BUNDLE_WHY_DAMAGED, "%1 块损坏，不能用；其余 %2 块完好", "damaged pieces, of no use: %1; whole ones: %2") \
	X(BUNDLE_WHY_FOLLOWED, "末尾之后还有内容，不能用；其余 %1 块完好", "something follows its end, of no use; whole pieces: %1") \
	X(BUNDLE_WHY_FOREIGN, "是写给“%1”的，这里打不开", "it is for %1 and cannot be opened here") \
	X(BUNDLE_WHY_UNKNOWN, "写它的“%1”不在这里登记", "who made it (%1) is not known here") \
	X(BUNDLE_WHY_REFUSED, "上级不接受：%1", "it was refused: %1") \
	X(BUNDLE_WHY_HEAD, "不是包，或者开头已损坏", "no bundle, or its beginning is damaged") \
	X(BUNDLE_AT, "%1 第 %2 部分，偏移 %3", "%1, part %2, offset %3") \
	X(REMEDY_BUNDLE_COPY, "从原处重新复制这个文件再读一次；已读入的不会重复", "copy the file again from where it came and take it in again; nothing counts twice") \
	X(REMEDY_BUNDLE_FOREIGN, "带到它要去的那台机器", "take it to the machine that it is for") \
	X(REMEDY_BUNDLE_MAKER, "请对方核对：它是否加入了这棵树、是否用了对的上级", "ask its maker: did it join this tree, and is this the server above it?") \
	X(REMEDY_BUNDLE_FULL, "腾出空间或换一只 U 盘，再写一次", "make room or take another stick, and write it again") \
	X(CODE_FOR_STICK, "这个加入码没有地址：请用 --bundle 文件，走 U 盘", "this code has no address: use --bundle FILE and a stick") \
	X(JOIN_NOT_ANSWERED, "包里没有对加入申请的答复", "the bundle does not answer the request to join")

#endif
