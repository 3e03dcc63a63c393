// What the programs say of files that records name: photos, scans, papers. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_FILE_H
#define TRIBUTARY_CLI_CATALOGUE_FILE_H

#define CATALOGUE_FILE(X) \
	X(VERB_FILE_ADD, "给记录附上照片、扫描件或文件", "attaches a photo, a scan or any file to a record") \
	X(VERB_FILE_LIST, "记录的附件：哪些齐全，哪些还缺，上级收到多少", "the files of records: which are whole, which are missing, what the server has") \
	X(VERB_FILE_GET, "取出一个附件", "takes a file out") \
	X(VERB_FILE_PICTURE, "取出一个附件的小图", "takes out the small picture of a file") \
	X(HEAD_FILE_PICTURE, "小图", "Picture") \
	X(CANNOT_GET_PICTURE, "取不出小图", "the small picture cannot be taken out") \
	X(NO_PICTURE_WHY, "这里没有小图：不是照片，或者还没有到", "there is none here: it is no photo, or it has not come yet") \
	X(VERB_FILE_LINK, "附件走网络的规矩：all、none、good（网络好时）或每天多少，如 20M", "how much of files goes over the link: all, none, while it is good, or so much a day, as 20M") \
	X(VERB_FILE_SWEEP, "清掉没有记录再提到、上级也已收到的附件", "takes away files that no record names any more and the server has receipted") \
	X(VERB_FILE_QUOTA, "每个组织的附件最多占多少，如 2G", "how much room each unit's files may take here, as 2G; none: no bound") \
	X(VERB_FILE_WANT, "索要附件的原件：一条记录、一类或全部；--withdraw 取消", "asks for the originals of files: a record's, a kind's, all; --withdraw takes that back") \
	X(OPTION_FILE_WITHDRAW, "不再要了", "they are not wanted any more") \
	X(FILE_WANTED, "已索要 %1 个原件；%2 个本来就在这里", "%1 originals are asked for; %2 were here already") \
	X(FILE_WANT_BACK, "已取消索要", "they are not asked for any more") \
	X(HEAD_FILE_WANTED, "已索要", "Wanted") \
	X(HEAD_EVIDENCE, "材料", "Evidence") \
	X(EVIDENCE_MISSING, "缺", "missing") \
	X(EVIDENCE_AWAY, "已登记，原件不在这里", "named, not here") \
	X(EVIDENCE_HERE, "在这里，上级还没收齐", "here, not at the archive yet") \
	X(EVIDENCE_ARCHIVE, "已存档", "at the archive") \
	X(EVIDENCE_AND, "、", ", ") \
	X(EVIDENCE_LACKS, "缺：%1", "missing: %1") \
	X(EVIDENCE_ALL, "齐全，已存档 %1/%2", "all there, %1 of %2 at the archive") \
	X(HEAD_RECORD_LABEL, "记录", "Record") \
	X(HEAD_FILE_NAME, "名称", "Name") \
	X(HEAD_FILE_HASH, "文件", "File") \
	X(HEAD_PIECES_HERE, "这里有", "Here") \
	X(HEAD_PIECES_ALL, "共", "Of") \
	X(HEAD_PIECES_RECEIVED, "上级已收", "Received") \
	X(FILE_WHOLE, "齐全", "whole") \
	X(FILE_PART, "只到了一部分", "partly here") \
	X(FILE_AWAY, "不在这里", "not here") \
	X(FILE_NONE, "还没有附件", "nothing attached") \
	X(FILE_SEALED, "已加密", "sealed") \
	X(FILE_ADDED, "已附上 %1：%2 字节，%3 块", "attached %1: %2 bytes in %3 pieces") \
	X(FILE_TAKEN, "已取出到 %1（%2 字节）", "taken out to %1 (%2 bytes)") \
	X(FILE_LINK_ALL, "附件随网络发送，不限量", "files go over the link, without a bound") \
	X(FILE_LINK_NONE, "附件暂不走网络；U 盘照带", "files do not go over the link for now; a stick takes them all the same") \
	X(FILE_LINK_DAY, "附件每天最多发送 %1 字节，今天已发 %2", "at most %1 bytes of files a day go over the link; %2 today") \
	X(FILE_LINK_GOOD, "只在网络好时发送附件（每秒至少 %1 字节）；最近测得每秒 %2 字节，可以发送", "files go while the link is good (%1 bytes a second or more); it was measured at %2, so they go") \
	X(FILE_LINK_BAD, "附件在等好网络：每秒至少 %1 字节，最近测得每秒 %2 字节；一小时后再试一块。不等就用 file link all", "files wait for a good link: %1 bytes a second or more, and %2 were measured; after an hour one piece tries again. Not to wait: file link all") \
	X(FILE_LINK_UNKNOWN, "只在网络好时发送附件（每秒至少 %1 字节）；还没有测过，下次先发一块", "files go while the link is good (%1 bytes a second or more); nothing was measured yet: next time one piece goes first") \
	X(FILE_SWEPT, "已清掉 %1 个附件；%2 个还等回执", "%1 files were taken away; %2 wait for a receipt") \
	X(FILE_QUOTA_IS, "每个组织的附件最多 %1 字节", "the files of each unit may take %1 bytes here") \
	X(FILE_QUOTA_NONE, "附件不限量", "files may take what room there is") \
	X(FILES_RECEIVED, "附件：上级已收齐 %1/%2 个（%3/%4 MiB）", "files: %1 of %2 are at the server (%3 of %4 MiB)") \
	X(FILES_HERE, "附件：这里齐全 %1/%2 个（%3/%4 MiB）", "files: %1 of %2 are whole here (%3 of %4 MiB)") \
	X(DISK_LOW, "磁盘快满了：还剩 %1 MiB；请清理，否则不久就收不下附件", "the disk is nearly full: %1 MiB are free; make room, or files will soon find none") \
	X(DISK_NO_FILES, "磁盘快满了：还剩 %1 MiB；不再收附件，条目照常同步", "the disk is nearly full: %1 MiB are free; files are not taken any more, entries are") \
	X(FILE_NO_ROOM_WHY, "磁盘快满了，剩下的留给条目", "the disk is nearly full, and what is left is kept for entries") \
	X(CANNOT_ADD_FILE, "没有附上", "the file was not attached") \
	X(CANNOT_GET_FILE, "取不出附件", "the file cannot be taken out") \
	X(NO_FILE_FIELD, "这个字段不是附件", "this field holds no file") \
	X(FILE_NOT_WHOLE, "这里只有 %1/%2 块", "%1 of %2 pieces are here") \
	X(FILE_TOO_LARGE_WHY, "附件最大 256 MiB", "a file may have 256 MiB") \
	X(BAD_FILE_LINK, "写 all、none、good（可加每秒多少，如 good 64K），或每天多少，如 20M", "all, none, good (and how much a second, as good 64K), or so much a day, as 20M") \
	X(BAD_FILE_QUOTA, "写 none 或多少，如 2G", "none, or a size, as 2G")

#endif
