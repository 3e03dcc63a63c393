// The data set "banner": one county with 7 townships, 389 branches and 8,128 members whose totals
// are those of a real one, and a first quarter of 2026 of meetings, activity days and dues. All of
// it is made up from counters alone: the same files every time, everywhere.
//
//	banner --out DIR [--townships N] [--branches N]
//
// DIR/units.csv                      code, name, kind, parent's code, sort of branch
// DIR/branches/CODE/members.csv      and meetings.csv, activity_days.csv, dues.csv, as
//                                    packs/party-branch.yaml heads them
// With --townships and --branches it is the same data set, and only its first townships and that many
// branches, dealt evenly over them, are written.
//
// Exact for the whole: 4,847 herders and farmers, 301 residents, 1,564 officials, 558 of enterprises,
// 858 retired; 1,824 women; 863 of minorities; 175 joined before 1966; 2,100 aged 35 or less at the
// end of each month of 2026 (nobody is born in 1990, so that nobody turns 36 in that year).
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/date.h"

enum {
	TOWNSHIPS = 7, BRANCHES = 389, MEMBERS = 8128, WOMEN = 1824, MINORITY = 863, YOUNG = 2100, VETERANS = 175,
	NAME_BYTES = 32, BRANCH_MEMBERS_MAX = 128, MONTHS = 3, YEAR = 2026,
};

enum sort { RURAL, COMMUNITY, ENTERPRISE, OFFICE, SORTS };
enum occupation { HERDER, RESIDENT, OFFICIAL, EMPLOYEE, RETIRED, OCCUPATIONS };

static const struct {
	unsigned branches;
	enum occupation occupation;
	unsigned members, retired; // retired members beside the others
	const char *title, *suffix;
} sorts[SORTS] = {
	[RURAL] = { 120, HERDER, 4847, 0, "农村牧区", "村党支部" },
	[COMMUNITY] = { 8, RESIDENT, 301, 258, "社区", "社区党支部" },
	[ENTERPRISE] = { 55, EMPLOYEE, 558, 0, "非公企业", "公司党支部" },
	[OFFICE] = { 206, OFFICIAL, 1564, 600, "机关事业", "党支部" },
};

static const char *const occupations[OCCUPATIONS] = {
	[HERDER] = "农牧民", [RESIDENT] = "居民", [OFFICIAL] = "机关事业", [EMPLOYEE] = "企业", [RETIRED] = "离退休",
};

static const char *const townships[TOWNSHIPS] = {
	"阿勒腾席热镇", "乌兰木伦镇", "伊金霍洛镇", "札萨克镇", "纳林陶亥镇", "红庆河镇", "苏布尔嘎镇",
};

static const char *const places[] = {
	"柳沟", "石圪台", "布拉格", "查干", "乌兰", "昌汉", "桃林", "红海子", "哈沙图", "台格", "巴音", "淖尔", "石灰庙", "车家渠",
	"门克庆", "图克", "掌岗图", "新庙", "补连", "上湾", "马家塔", "转龙湾", "活鸡兔", "纳林", "毛乌聂盖", "甘珠尔", "札萨克",
	"新街", "龙活音", "台吉召", "道劳", "黄陶勒盖", "哈达图", "布连", "敏盖", "光明", "红庆河", "哈日", "巴彦柴达木", "宝林",
};

static const char *const offices[] = {
	"教育局", "卫生健康委", "财政局", "农牧局", "林业和草原局", "水利局", "人民医院", "第一中学", "蒙古族小学", "市场监管局",
	"自然资源局", "交通运输局", "文化和旅游局", "税务局", "公安局", "司法局", "民政局", "档案馆", "图书馆", "气象局",
};

static const char *const surnames[] = {
	"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "郑",
	"白", "贺", "边", "奇", "乔", "折", "苗", "贾", "訾", "郝", "温", "武", "樊", "任", "康", "薛", "闫", "韩", "苏", "魏",
};

static const char *const men[] = {
	"建国", "志强", "永胜", "海军", "文斌", "占雄", "二平", "瑞", "俊义", "世荣", "鹏飞", "振华", "玉林", "子轩", "浩", "建军",
	"满良", "宝山", "云飞", "晓东", "明亮", "根栓", "生荣", "凯", "治国", "利军", "培林", "荣", "伟", "乐",
};

static const char *const women[] = {
	"秀英", "桂兰", "丽娟", "晓燕", "雪梅", "娜", "美玲", "海霞", "芳", "婷", "巧云", "改莲", "玉珍", "慧", "静", "春花", "敏",
	"凤仙", "佳怡", "文静", "月娥", "爱萍", "婧", "艳", "素清", "银花", "莉", "琴", "志英", "欣",
};

static const char *const mongol_men[] = {
	"巴图", "苏和", "那木拉", "宝音", "额尔德尼", "朝鲁", "阿拉腾", "布和", "呼和", "斯琴毕力格", "孟克", "哈斯", "特木尔",
	"巴雅尔", "敖特根", "查干夫", "达楞太", "吉仁太", "满都拉", "那顺",
};

static const char *const mongol_women[] = {
	"其木格", "萨仁", "乌云", "娜仁花", "斯琴", "高娃", "格日勒", "塔娜", "托娅", "图雅", "阿拉坦花", "乌日娜", "苏布德",
	"琪琪格", "哈斯其其格", "其其格", "敖登", "萨如拉", "乌兰花", "金花",
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

struct member {
	unsigned branch;
	enum occupation occupation;
	bool woman, minority;
	const char *ethnic;
	char name[NAME_BYTES];
	int32_t birth, joined;
};

struct branch {
	enum sort sort;
	unsigned number;           // among those of its sort
	unsigned township;
	unsigned size;
	struct member *members[BRANCH_MEMBERS_MAX];
};

struct banner {
	struct branch branches[BRANCHES];
	struct member members[MEMBERS];
};

// A permutation of 0..n-1: `step` shares no factor with n. The first k of it are any k, spread out.
static unsigned spread(unsigned index, unsigned step, unsigned n)
{
	return (unsigned)((uint64_t)index * step % n);
}

// A number that looks like chance and is none.
static uint32_t mixed(uint32_t a, uint32_t b)
{
	uint32_t x = a * 2654435761u ^ (b + 0x9e3779b9u) * 2246822519u;
	x = (x ^ x >> 15) * 3266489917u;
	return x ^ x >> 16;
}

static int32_t between(int32_t from, int32_t to, uint32_t chance)
{
	return to <= from ? from : from + (int32_t)(chance % (uint32_t)(to - from + 1));
}

// ---- Who there is ----

// Sorts are dealt out evenly, so that each township has its share of each.
static void make_branches(struct banner *banner)
{
	unsigned made[SORTS] = { 0 };
	for (unsigned i = 0; i < BRANCHES; i++) {
		enum sort behind = RURAL;
		for (enum sort sort = RURAL; sort < SORTS; sort++) {
			int64_t due = (int64_t)(i + 1) * sorts[sort].branches - (int64_t)made[sort] * BRANCHES;
			int64_t most = (int64_t)(i + 1) * sorts[behind].branches - (int64_t)made[behind] * BRANCHES;
			if (due > most)
				behind = sort;
		}
		banner->branches[i] = (struct branch){ .sort = behind, .number = made[behind]++, .township = i % TOWNSHIPS };
	}
}

static struct branch *branch_of(struct banner *banner, enum sort sort, unsigned number)
{
	for (unsigned i = 0; i < BRANCHES; i++)
		if (banner->branches[i].sort == sort && banner->branches[i].number == number)
			return &banner->branches[i];
	abort();
}

static unsigned place_members(struct banner *banner, enum sort sort, enum occupation occupation, unsigned count,
                              unsigned from)
{
	for (unsigned i = 0; i < count; i++) {
		struct branch *branch = branch_of(banner, sort, i % sorts[sort].branches);
		struct member *member = &banner->members[from + i];
		if (branch->size == BRANCH_MEMBERS_MAX)
			abort();
		*member = (struct member){ .branch = (unsigned)(branch - banner->branches), .occupation = occupation };
		branch->members[branch->size++] = member;
	}
	return from + count;
}

static void make_members(struct banner *banner)
{
	unsigned made = 0;
	for (enum sort sort = RURAL; sort < SORTS; sort++) {
		made = place_members(banner, sort, sorts[sort].occupation, sorts[sort].members, made);
		made = place_members(banner, sort, RETIRED, sorts[sort].retired, made);
	}
	if (made != MEMBERS)
		abort();
}

// ---- What they are. 8,128 = 2^6 * 127, and 7,270 (all but the retired) = 2 * 5 * 727. ----

static void set_origin(struct member *member, unsigned index)
{
	static const char *const others[] = { "回族", "满族", "蒙古族", "达斡尔族", "藏族", "鄂温克族", "朝鲜族", "土家族" };
	unsigned rank = spread(index, 5051, MEMBERS);
	member->woman = spread(index, 2503, MEMBERS) < WOMEN;
	member->minority = rank < MINORITY;
	member->ethnic = !member->minority ? "汉族" : rank % 10 ? "蒙古族" : others[rank / 10 % COUNT(others)];
}

static void set_young(struct member *member, uint32_t chance)
{
	member->birth = between(date_from_civil(1991, 1, 1), date_from_civil(2005, 12, 31), chance);
	member->joined = between(member->birth + 18 * 366, date_from_civil(2025, 12, 20), mixed(chance, 1));
}

static void set_veteran(struct member *member, uint32_t chance)
{
	member->birth = between(date_from_civil(1930, 1, 1), date_from_civil(1946, 6, 30), chance);
	member->joined = between(member->birth + 18 * 366, date_from_civil(1965, 12, 31), mixed(chance, 1));
}

static void set_middle(struct member *member, uint32_t chance)
{
	bool retired = member->occupation == RETIRED;
	bool working = member->occupation == OFFICIAL || member->occupation == EMPLOYEE;
	int32_t first = date_from_civil(retired ? 1942 : working ? 1966 : 1948, 1, 1);
	int32_t last = date_from_civil(retired ? 1965 : 1989, 12, 31);
	member->birth = between(first, last, chance);
	int32_t from = member->birth + 18 * 366, to = member->birth + 45 * 365;
	int32_t begin = date_from_civil(1966, 1, 1), end = date_from_civil(2025, 6, 30);
	member->joined = between(from < begin ? begin : from, to > end ? end : to, mixed(chance, 1));
}

static void set_lives(struct banner *banner)
{
	unsigned workers = 0, elders = 0;
	bool young[MEMBERS];
	for (unsigned i = 0; i < MEMBERS; i++) {
		struct member *member = &banner->members[i];
		young[i] = member->occupation != RETIRED && spread(workers++, 2999, MEMBERS - 858) < YOUNG;
		elders += !young[i] && (member->occupation == RETIRED || member->occupation == HERDER);
	}
	unsigned elder = 0;
	for (unsigned i = 0; i < MEMBERS; i++) {
		struct member *member = &banner->members[i];
		uint32_t chance = mixed(i, 77);
		bool may = !young[i] && (member->occupation == RETIRED || member->occupation == HERDER);
		bool veteran = may && (elder + 1) * VETERANS / elders > elder * VETERANS / elders;
		elder += may;
		if (young[i])
			set_young(member, chance);
		else if (veteran)
			set_veteran(member, chance);
		else
			set_middle(member, chance);
	}
}

static void put_name(struct member *member, uint32_t chance)
{
	bool mongol = strcmp(member->ethnic, "蒙古族") == 0 && chance % 4;
	const char *surname = mongol ? "" : surnames[chance / 7 % COUNT(surnames)];
	const char *given = mongol ? (member->woman ? mongol_women[chance / 300 % COUNT(mongol_women)]
	                                            : mongol_men[chance / 300 % COUNT(mongol_men)])
	                           : (member->woman ? women[chance / 300 % COUNT(women)] : men[chance / 300 % COUNT(men)]);
	snprintf(member->name, sizeof member->name, "%s%s", surname, given);
}

// In one branch everyone has a name of their own: rosters are matched by it.
static void name_members(const struct branch *branch)
{
	for (unsigned i = 0; i < branch->size; i++) {
		struct member *member = branch->members[i];
		bool taken = true;
		for (uint32_t attempt = 0; taken; attempt++) {
			put_name(member, mixed(member->branch * 1000 + i, attempt));
			taken = false;
			for (unsigned j = 0; j < i && !taken; j++)
				taken = strcmp(branch->members[j]->name, member->name) == 0;
		}
	}
}

static void make(struct banner *banner)
{
	make_branches(banner);
	make_members(banner);
	for (unsigned i = 0; i < MEMBERS; i++)
		set_origin(&banner->members[i], i);
	set_lives(banner);
	for (unsigned i = 0; i < BRANCHES; i++)
		name_members(&banner->branches[i]);
}

// ---- Writing ----

static void fail(const char *path)
{
	fprintf(stderr, "banner: %s: %s\n", path, strerror(errno));
	exit(1);
}

static void make_directory(const char *path)
{
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		fail(path);
}

static FILE *create(const char *directory, const char *name)
{
	char path[1200];
	make_directory(directory);
	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *file = fopen(path, "w");
	if (!file)
		fail(path);
	return file;
}

static void finish(FILE *file, const char *name)
{
	if (fclose(file) != 0)
		fail(name);
}

static const char *day(int32_t days, char text[static DATE_TEXT_BYTES])
{
	date_format(days, text);
	return text;
}

static const char *schooling(const struct member *member, uint32_t chance)
{
	static const char *const high[] = { "研究生", "大学本科", "大学本科", "大学本科", "大学专科", "大学专科" };
	static const char *const middle[] = { "大学专科", "中专", "高中", "高中", "初中" };
	static const char *const low[] = { "高中", "初中", "初中", "小学及以下" };
	bool office = member->occupation == OFFICIAL || member->occupation == EMPLOYEE;
	if (member->birth >= date_from_civil(1991, 1, 1))
		return office ? high[chance % COUNT(high)] : middle[chance % COUNT(middle)];
	if (office)
		return high[1 + chance % (COUNT(high) - 1)];
	return member->occupation == HERDER ? low[chance % COUNT(low)] : middle[chance % COUNT(middle)];
}

static void write_members(const char *directory, const struct branch *branch)
{
	static const char *const posts[] = { "书记", "支部委员", "支部委员" };
	FILE *file = create(directory, "members.csv");
	fputs("姓名,身份证后四位,性别,民族,出生日期,入党日期,转正日期,党员类别,学历,职业,党内职务,联系电话\n", file);
	for (unsigned i = 0; i < branch->size; i++) {
		const struct member *member = branch->members[i];
		char birth[DATE_TEXT_BYTES], joined[DATE_TEXT_BYTES], full[DATE_TEXT_BYTES] = "";
		uint32_t chance = mixed(member->branch * 1000 + i, 5);
		bool probationary = member->joined + 365 > date_from_civil(YEAR, 3, 31);
		if (!probationary)
			day(member->joined + 365, full);
		fprintf(file, "%s,%03u%c,%s,%s,%s,%s,%s,%s,%s,%s,%s,139%08u\n", member->name, chance % 1000,
		        "0123456789X"[chance / 1000 % 11], member->woman ? "女" : "男", member->ethnic, day(member->birth, birth),
		        day(member->joined, joined), full, probationary ? "预备党员" : "正式党员", schooling(member, chance / 16),
		        occupations[member->occupation], i < COUNT(posts) ? posts[i] : "", member->branch * 200 + i);
	}
	finish(file, "members.csv");
}

// Nine of ten come; the list is as a clerk writes it.
static void put_attended(FILE *file, const struct branch *branch, unsigned first, unsigned last, uint32_t occasion)
{
	const char *between_names = "";
	fputc('"', file);
	for (unsigned i = first; i < last; i++) {
		if (mixed(occasion, branch->members[i]->branch * 1000 + i) % 10 == 0)
			continue;
		fprintf(file, "%s%s", between_names, branch->members[i]->name);
		between_names = "、";
	}
	fputs("\"\n", file);
}

static void put_meeting(FILE *file, const struct branch *branch, unsigned month, unsigned date, const char *type,
                        const char *topic, unsigned size)
{
	fprintf(file, "%d-%02u-%02u,%s,%s,党员活动室,%s,%u,", YEAR, month, date, type, topic, branch->members[0]->name, size);
	put_attended(file, branch, 0, size, month * 64 + date);
}

static void write_meetings(const char *directory, const struct branch *branch)
{
	static const char *const topics[] = { "传达学习上级文件精神", "研究一季度重点工作", "讨论发展党员事项" };
	FILE *file = create(directory, "meetings.csv");
	unsigned shift = branch->number % 5;
	fputs("日期,会议类型,主题,地点,主持人,应到人数,参会党员\n", file);
	for (unsigned month = 1; month <= MONTHS; month++) {
		if (branch->size >= 7)
			put_meeting(file, branch, month, 4 + shift, "支委会", topics[month - 1], 3);
		if (branch->size >= 20)
			put_meeting(file, branch, month, 10 + shift, "党小组会", "党小组学习讨论", branch->size / 3);
	}
	put_meeting(file, branch, 3, 16 + shift, "支部党员大会", "一季度党员大会", branch->size);
	if (branch->number % 9) // a few have not had theirs
		put_meeting(file, branch, 2, 22 + shift, "党课", "书记讲党课", branch->size);
	finish(file, "meetings.csv");
}

static void write_activity_days(const char *directory, const struct branch *branch)
{
	static const char *const themes[MONTHS] = { "走访慰问困难党员", "学习贯彻中央一号文件", "植树护绿志愿服务" };
	FILE *file = create(directory, "activity_days.csv");
	fputs("日期,主题,自选内容,地点,应到人数,参加党员\n", file);
	for (unsigned month = 1; month <= MONTHS; month++) {
		unsigned date = 5 + branch->number % 11;
		if (mixed(branch->number, month) % 25 == 0)
			continue;
		fprintf(file, "%d-%02u-%02u,%s,重温入党誓词,党员活动室,%u,", YEAR, month, date, themes[month - 1], branch->size);
		put_attended(file, branch, 0, branch->size, month * 64 + date + 32);
	}
	finish(file, "activity_days.csv");
}

// Fen a month: a fixed small sum, or a share of what the member earns (1 in 200).
static unsigned dues_base(const struct member *member, uint32_t chance)
{
	return member->occupation == HERDER || member->occupation == RESIDENT ? 0 : 300000 + chance % 40 * 10000;
}

static void write_dues(const char *directory, const char *code, const struct branch *branch)
{
	FILE *file = create(directory, "dues.csv");
	unsigned receipt = 0;
	fputs("收据号,党员,应交月份,交纳基数,应交金额,实交金额,交纳日期\n", file);
	for (unsigned month = 1; month <= MONTHS; month++)
		for (unsigned i = 0; i < branch->size; i++) {
			const struct member *member = branch->members[i];
			unsigned base = dues_base(member, mixed(member->branch * 1000 + i, 9)), due = base ? base / 200 : 20;
			bool paid = mixed(month, member->branch * 1000 + i) % 50 != 0;
			char number[32] = "", amount[32] = "", date[32] = "", base_text[32] = "";
			if (base)
				snprintf(base_text, sizeof base_text, "%u.%02u", base / 100, base % 100);
			if (paid) {
				snprintf(number, sizeof number, "%s-%04u", code, ++receipt);
				snprintf(amount, sizeof amount, "%u.%02u", due / 100, due % 100);
				snprintf(date, sizeof date, "%d-%02u-%02u", YEAR, month, 8 + i % 15);
			}
			fprintf(file, "%s,%s,%d-%02u,%s,%u.%02u,%s,%s\n", number, member->name, YEAR, month, base_text, due / 100,
			        due % 100, amount, date);
		}
	finish(file, "dues.csv");
}

static void branch_name(const struct branch *branch, char *name, size_t size)
{
	unsigned n = branch->number;
	const char *place = branch->sort == OFFICE ? offices[n % COUNT(offices)] : places[n % COUNT(places)];
	unsigned turn = n / (unsigned)(branch->sort == OFFICE ? COUNT(offices) : COUNT(places));
	static const char *const turns[] = { "", "第二", "第三", "第四", "第五", "第六", "第七", "第八", "第九", "第十", "第十一" };
	snprintf(name, size, "%s%s%s%s", townships[branch->township], place, turns[turn], sorts[branch->sort].suffix);
}

struct options {
	const char *out;
	unsigned townships, branches;
};

static void write_all(const struct banner *banner, const struct options *options)
{
	char path[1024];
	unsigned written = 0;
	make_directory(options->out);
	snprintf(path, sizeof path, "%s/branches", options->out);
	make_directory(path);
	FILE *units = create(options->out, "units.csv");
	fputs("代码,名称,类型,上级代码,类别\nC0,伊金霍洛旗委,county,,\n", units);
	for (unsigned i = 0; i < options->townships; i++)
		fprintf(units, "T%u,%s,township,C0,\n", i + 1, townships[i]);
	for (unsigned i = 0; i < BRANCHES && written < options->branches; i++) {
		const struct branch *branch = &banner->branches[i];
		char code[16], name[128];
		if (branch->township >= options->townships)
			continue;
		snprintf(code, sizeof code, "B%03u", i + 1);
		branch_name(branch, name, sizeof name);
		fprintf(units, "%s,%s,branch,T%u,%s\n", code, name, branch->township + 1, sorts[branch->sort].title);
		snprintf(path, sizeof path, "%s/branches/%s", options->out, code);
		write_members(path, branch);
		write_meetings(path, branch);
		write_activity_days(path, branch);
		write_dues(path, code, branch);
		written++;
	}
	finish(units, "units.csv");
}

static bool parse_number(const char *text, unsigned most, unsigned *number)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);
	*number = (unsigned)value;
	return *text && !*end && value >= 1 && value <= most;
}

static bool parse(int count, char **words, struct options *options)
{
	for (int i = 1; i + 1 < count; i += 2) {
		bool known = true;
		if (strcmp(words[i], "--out") == 0)
			options->out = words[i + 1];
		else if (strcmp(words[i], "--townships") == 0)
			known = parse_number(words[i + 1], TOWNSHIPS, &options->townships);
		else if (strcmp(words[i], "--branches") == 0)
			known = parse_number(words[i + 1], BRANCHES, &options->branches);
		else
			known = false;
		if (!known)
			return false;
	}
	return options->out && count % 2 == 1;
}

int main(int count, char **words)
{
	static struct banner banner;
	struct options options = { .out = NULL, .townships = TOWNSHIPS, .branches = BRANCHES };
	if (!parse(count, words, &options)) {
		fprintf(stderr, "usage: banner --out DIR [--townships 1-%d] [--branches 1-%d]\n", TOWNSHIPS, BRANCHES);
		return 2;
	}
	make(&banner);
	write_all(&banner, &options);
	return 0;
}
