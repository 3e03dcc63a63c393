// A full year of a county's ledgers, made from counters alone: the same files every time, everywhere.
//
//	year --set banner|liling --out DIR [--one-in N]
//
// DIR/units.csv                    code, name, kind, parent's code
// DIR/branches/CODE/members.csv    and meetings.csv, activity_days.csv, dues.csv of all months of 2026, headed
//                                  as packs/party-branch.yaml has them in English
//
// Townships, branches and members are as many as in real life; with --one-in N every N-th branch is written. What
// they do is uneven on purpose: months left out, people who come and go, amounts that are not paid.
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { YEAR = 2026, MONTHS = 12, PATH_BYTES = 512, LARGE = 100, SHOWN_MOST = 12 };

static const struct set {
	const char *name;
	unsigned townships, branches, members;
	unsigned large; // branches of more than 100 members
} sets[] = {
	{ "banner", 7, 389, 8128, 0 },
	{ "liling", 24, 1067, 46509, 141 },
};

struct branch {
	unsigned index, members;
	char code[16], directory[PATH_BYTES];
};

// ---- Chance without chance ----

static uint32_t mixed(uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t x = a * 2654435761u ^ b * 2246822519u ^ c * 3266489917u;
	x ^= x >> 15;
	x *= 2246822519u;
	return x ^ x >> 13;
}

static bool once_in(unsigned n, uint32_t a, uint32_t b, uint32_t c)
{
	return mixed(a, b, c) % n == 0;
}

// The sum over all branches is the set's, exactly: large ones take 101 to 140, the rest share what is left evenly.
static unsigned members_of(const struct set *set, unsigned index)
{
	unsigned large = 0, small = set->branches - set->large, rest = index;
	for (unsigned i = 0; i < set->large; i++)
		large += LARGE + 1 + i * 7 % 40;
	if (index < set->large)
		return LARGE + 1 + index * 7 % 40;
	rest -= set->large;
	unsigned left = set->members - large;
	return left / small + (rest < left % small);
}

// ---- Files ----

static void fail(const char *path)
{
	perror(path);
	exit(1);
}

static void make_directory(const char *path)
{
	if (mkdir(path, 0700) && errno != EEXIST)
		fail(path);
}

static FILE *create(const char *directory, const char *name)
{
	char path[PATH_BYTES + 32];
	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *file = fopen(path, "w");
	if (!file)
		fail(path);
	return file;
}

static void finish(FILE *file)
{
	if (fclose(file))
		fail("a file of the year");
}

// ---- One branch ----

static void write_members(const struct branch *branch)
{
	static const char *const groups[] = { "han", "mongol", "hui", "manchu" };
	static const char *const schools[] = { "university", "college", "high_school", "middle_school" };
	static const char *const jobs[] = { "herder_farmer", "herder_farmer", "resident", "official", "enterprise", "retired" };
	FILE *file = create(branch->directory, "members.csv");
	fprintf(file, "name,sex,ethnic_group,birth,joined,category,schooling,occupation,arrived,left\n");
	for (unsigned m = 0; m < branch->members; m++) {
		uint32_t chance = mixed(branch->index, m, 1);
		unsigned born = 1940 + chance % 62, joined = born + 20 + chance / 64 % (2025 - born - 20 > 4 ? 4 : 1);
		fprintf(file, "m%03u,%s,%s,%u-%02u-%02u,%u-07-01,%s,%s,%s,", m, chance % 5 ? "male" : "female", groups[chance / 8 % 9 ? 0 : 1 + chance % 3],
		        born, 1 + chance / 16 % 12, 1 + chance / 128 % 28, joined, chance % 23 ? "full" : "probationary",
		        schools[chance / 32 % 4], jobs[chance / 256 % 6]);
		bool arrives = once_in(40, branch->index, m, 2);
		if (arrives)
			fprintf(file, "%u-%02u-%02u", YEAR, 1 + chance % 12, 1 + chance / 3 % 28);
		fprintf(file, ",");
		if (!arrives && once_in(50, branch->index, m, 3))
			fprintf(file, "%u-%02u-%02u", YEAR, 7 + chance % 6, 1 + chance / 5 % 28);
		fprintf(file, "\n");
	}
	finish(file);
}

// "m001、m004…": of the first `of` those who came.
static void put_present(FILE *file, const struct branch *branch, unsigned of, uint32_t occasion)
{
	unsigned came = 0;
	fputc('"', file);
	for (unsigned m = 0; m < of; m++) {
		if (once_in(6, branch->index, m, occasion))
			continue;
		fprintf(file, "%sm%03u", came++ ? "、" : "", m);
	}
	fputs("\"\n", file);
}

static void put_meeting(FILE *file, const struct branch *branch, unsigned month, const char *type, unsigned of)
{
	uint32_t occasion = month * 31 + (uint32_t)type[0] * 7 + (uint32_t)type[1];
	if (once_in(11, branch->index, occasion, 4))
		return; // a miss
	unsigned most = of < branch->members ? of : branch->members;
	fprintf(file, "%u-%02u-%02u,%s,topic %u of %s,%u,", YEAR, month, 1 + mixed(branch->index, occasion, 5) % 28, type, month, type, most);
	put_present(file, branch, most, occasion);
}

static void write_meetings(const struct branch *branch)
{
	FILE *file = create(branch->directory, "meetings.csv");
	fprintf(file, "date,type,topic,should_attend,attended\n");
	for (unsigned month = 1; month <= MONTHS; month++) {
		if (branch->members >= 7)
			put_meeting(file, branch, month, "committee", 5);
		put_meeting(file, branch, month, "group", SHOWN_MOST);
		if (month % 3 == 2) {
			put_meeting(file, branch, month, "members_meeting", branch->members);
			put_meeting(file, branch, month, "lecture", branch->members);
		}
	}
	finish(file);
}

static void write_activity_days(const struct branch *branch)
{
	FILE *file = create(branch->directory, "activity_days.csv");
	unsigned most = branch->members < SHOWN_MOST ? branch->members : SHOWN_MOST;
	fprintf(file, "date,theme,should_attend,attended\n");
	for (unsigned month = 1; month <= MONTHS; month++) {
		if (once_in(13, branch->index, month, 6))
			continue;
		fprintf(file, "%u-%02u-%02u,theme of month %u,%u,", YEAR, month, 5 + mixed(branch->index, month, 7) % 11, month, most);
		put_present(file, branch, most, 500 + month);
	}
	finish(file);
}

// One in nine is paid a month late, one in thirty not at all.
static void write_dues(const struct branch *branch)
{
	FILE *file = create(branch->directory, "dues.csv");
	unsigned receipt = 0;
	fprintf(file, "receipt,member,month,due,amount,paid\n");
	for (unsigned month = 1; month <= MONTHS; month++)
		for (unsigned m = 0; m < branch->members; m++) {
			uint32_t chance = mixed(branch->index, m, 8);
			unsigned fen = 20 + chance % 4980, late = once_in(9, branch->index, m * 16 + month, 9);
			if (once_in(30, branch->index, m * 16 + month, 10)) {
				fprintf(file, ",m%03u,%u-%02u,%u.%02u,,\n", m, YEAR, month, fen / 100, fen % 100);
				continue;
			}
			unsigned paid = month + late;
			fprintf(file, "%s-%05u,m%03u,%u-%02u,%u.%02u,%u.%02u,%u-%02u-%02u\n", branch->code, ++receipt, m, YEAR, month, fen / 100,
			        fen % 100, fen / 100, fen % 100, paid > MONTHS ? YEAR + 1 : YEAR, (paid - 1) % MONTHS + 1, 1 + chance / 7 % 28);
		}
	finish(file);
}

static void write_branch(const struct set *set, const char *out, unsigned index, FILE *units)
{
	struct branch branch = { .index = index, .members = members_of(set, index) };
	snprintf(branch.code, sizeof branch.code, "B%04u", index + 1);
	snprintf(branch.directory, sizeof branch.directory, "%s/branches/%s", out, branch.code);
	fprintf(units, "%s,branch %u,branch,T%02u\n", branch.code, index + 1, index % set->townships + 1);
	make_directory(branch.directory);
	write_members(&branch);
	write_meetings(&branch);
	write_activity_days(&branch);
	write_dues(&branch);
}

static void write_all(const struct set *set, const char *out, unsigned one_in)
{
	char branches[PATH_BYTES];
	make_directory(out);
	snprintf(branches, sizeof branches, "%s/branches", out);
	make_directory(branches);
	FILE *units = create(out, "units.csv");
	fprintf(units, "code,name,kind,parent\nC1,%s,county,\n", set->name);
	for (unsigned t = 0; t < set->townships; t++)
		fprintf(units, "T%02u,township %u,township,C1\n", t + 1, t + 1);
	for (unsigned b = 0; b < set->branches; b += one_in)
		write_branch(set, out, b, units);
	finish(units);
}

int main(int count, char **words)
{
	const struct set *set = NULL;
	const char *out = NULL;
	unsigned one_in = 1;
	for (int i = 1; i + 1 < count; i += 2) {
		for (size_t s = 0; strcmp(words[i], "--set") == 0 && s < sizeof sets / sizeof sets[0]; s++)
			if (strcmp(sets[s].name, words[i + 1]) == 0)
				set = &sets[s];
		if (strcmp(words[i], "--out") == 0)
			out = words[i + 1];
		if (strcmp(words[i], "--one-in") == 0)
			one_in = (unsigned)strtoul(words[i + 1], NULL, 10);
	}
	if (!set || !out || one_in == 0) {
		fprintf(stderr, "usage: year --set banner|liling --out DIR [--one-in N]\n");
		return 2;
	}
	write_all(set, out, one_in);
	return 0;
}
