// Power is cut at any moment: crash [--states N] [--commits N] [--seed N] [--no-barriers]
//
// A store of logs and records is written, commit by commit, while disk.c notes every write to its file and
// every barrier. Then the file is made as a disk may hold it when power goes: everything up to a
// barrier, and of what was written after it any prefix, any subset, and the last sectors torn. Each such
// file is opened: it must be, as a whole, what one of the commits left, and none before the last that the
// program had been told of.
//
// With --no-barriers the barriers are forgotten, as by a disk that lies; then losses must be found (the exit code is
// 0 if some are), or this test would prove nothing.
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "disk.h"
#include "io/store_lmdb.h"
#include "log/journal.h"

enum { SECTOR = 512, PENDING_MOST = 4096, COMMITS_MOST = 400, BATCH = 250, LOGS = 3, RECORDS = 60, IMAGE_MOST = 64 << 20 };

struct options {
	unsigned states, commits;
	uint64_t seed;
	bool no_barriers;
};

// What a worker has found, seen by the one who started it also after its end.
struct findings {
	unsigned checked, lost, damaged, failed;
	unsigned at; // the state at hand
};

struct crash {
	struct options options;
	uint64_t chance;
	char dir[64];
	struct hash digest[COMMITS_MOST + 1]; // of the whole content, after each commit; [0]: of nothing
	uint8_t *image;                       // what is durable for certain
	size_t image_size;
	const struct disk_event *pending[PENDING_MOST]; // written since
	size_t pending_count;
	unsigned acknowledged;
	struct findings *found;
	unsigned made;
};

static void fine(bool yes, const char *what)
{
	if (yes)
		return;
	fprintf(stderr, "crash: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t next(struct crash *crash)
{
	crash->chance += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t z = (crash->chance ^ crash->chance >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned below(struct crash *crash, unsigned end)
{
	return (unsigned)(next(crash) % end);
}

// ---- The work ----

static void append(struct crash *crash, struct txn *txn, const struct identity *author)
{
	static const enum lane lanes[LOGS] = { LANE_PRIVATE, LANE_DETAIL, LANE_UP };
	const struct logname name = { .device = author->sign_public, .incarnation = { .bytes = { 1 } }, .lane = lanes[below(crash, LOGS)] };
	struct journal_writer writer;
	uint8_t payload[3000];
	uint64_t seq;
	fine(journal_writer_begin(&writer, txn, &name) == ERR_OK, "a log");
	for (unsigned i = 1 + below(crash, 12); i > 0; i--) {
		size_t size = below(crash, below(crash, 8) ? 300 : sizeof payload);
		memset(payload, (int)below(crash, 256), size);
		journal_writer_append(&writer, ENTRY_CHANGES, 1000 + i, span_of(payload, size), &seq);
	}
	fine(journal_writer_finish(&writer, author, 5000) == ERR_OK, "a log");
}

// Records of all sizes, also those that take pages of their own, changed and deleted.
static void change(struct crash *crash, struct txn *txn)
{
	uint8_t key[34] = { 0 }, value[9000];
	key[20] = (uint8_t)below(crash, RECORDS);
	size_t size = below(crash, below(crash, 10) ? 400 : sizeof value);
	memset(value, (int)below(crash, 256), size);
	if (below(crash, 5))
		fine(txn_put(txn, STORE_RECORD, span_of(key, sizeof key), span_of(value, size)) == ERR_OK, "a record");
	else
		fine(txn_delete(txn, STORE_RECORD, span_of(key, sizeof key)) == ERR_OK, "a record");
}

static enum err digest_of(struct store *store, struct hash *digest)
{
	struct txn txn;
	crypto_generichash_state state;
	enum err err = txn_begin(store, STORE_READ, &txn);
	if (err)
		return err;
	crypto_generichash_init(&state, NULL, 0, sizeof digest->bytes);
	for (unsigned table = 0; table < STORE_TABLE_COUNT && !txn.err; table++) {
		struct scan scan = scan_begin(&txn, (enum store_table)table, span_of(NULL, 0));
		while (scan_next(&scan)) {
			uint64_t sizes[] = { table, scan.key.size, scan.value.size };
			crypto_generichash_update(&state, (const uint8_t *)sizes, sizeof sizes);
			crypto_generichash_update(&state, scan.key.data, scan.key.size);
			crypto_generichash_update(&state, scan.value.data, scan.value.size);
		}
		scan_end(&scan);
	}
	err = txn.err;
	txn_abort(&txn);
	crypto_generichash_final(&state, digest->bytes, sizeof digest->bytes);
	return err;
}

static void work(struct crash *crash)
{
	const struct store_lmdb_options options = { .map_size = IMAGE_MOST };
	const uint8_t seed[IDENTITY_SEED_BYTES] = { 7 };
	struct identity author;
	struct store *store;
	struct txn txn;
	identity_derive(seed, &author);
	disk_watch("/data.mdb");
	fine(store_lmdb_open(crash->dir, &options, &store) == ERR_OK, crash->dir);
	fine(digest_of(store, &crash->digest[0]) == ERR_OK, "the empty store");
	disk_mark(0);
	for (unsigned commit = 1; commit <= crash->options.commits; commit++) {
		fine(txn_begin(store, STORE_WRITE, &txn) == ERR_OK, "a transaction");
		append(crash, &txn, &author);
		for (unsigned i = below(crash, 6); i > 0; i--)
			change(crash, &txn);
		fine(txn_commit(&txn) == ERR_OK, "a commit");
		fine(digest_of(store, &crash->digest[commit]) == ERR_OK, "what was committed");
		disk_mark(commit);
	}
	store_lmdb_close(store);
	disk_watch(NULL);
}

// ---- What a disk may hold ----

static void apply(uint8_t *image, size_t *size, const struct disk_event *write, size_t first, size_t last)
{
	size_t end = write->offset + last;
	fine(end <= IMAGE_MOST, "the file is too large for this test");
	if (end > *size) {
		memset(image + *size, 0, end - *size);
		*size = end;
	}
	memcpy(image + write->offset + first, write->bytes + first, last - first);
}

// Whole, or only some of its sectors.
static void apply_torn(struct crash *crash, uint8_t *image, size_t *size, const struct disk_event *write)
{
	for (size_t at = 0, end; at < write->size; at = end) {
		end = at + SECTOR - (write->offset + at) % SECTOR;
		if (end > write->size)
			end = write->size;
		if (below(crash, 2))
			apply(image, size, write, at, end);
	}
}

// A prefix (the last of it perhaps torn) or a subset (some of it perhaps torn) of what is pending.
static void imagine(struct crash *crash, uint8_t *image, size_t *size)
{
	const bool prefix = below(crash, 3) == 0, torn = below(crash, 2);
	const size_t upto = below(crash, (unsigned)crash->pending_count + 1);
	memcpy(image, crash->image, crash->image_size);
	*size = crash->image_size;
	for (size_t i = 0; i < crash->pending_count; i++) {
		const struct disk_event *write = crash->pending[i];
		if (prefix ? i < upto : below(crash, 2))
			apply(image, size, write, 0, write->size);
		else if (torn && (prefix ? i == upto : below(crash, 4) == 0))
			apply_torn(crash, image, size, write);
	}
}

static void put_file(struct crash *crash, const uint8_t *image, size_t size)
{
	char path[96];
	snprintf(path, sizeof path, "%s/state/data.mdb", crash->dir);
	FILE *file = fopen(path, "wb");
	fine(file && fwrite(image, 1, size, file) == size && fclose(file) == 0, path);
}

static void look(struct crash *crash)
{
	const struct store_lmdb_options options = { .map_size = IMAGE_MOST };
	char dir[80];
	struct store *store;
	struct hash digest;
	bool good = false;
	snprintf(dir, sizeof dir, "%s/state", crash->dir);
	crash->found->checked++;
	if (store_lmdb_open(dir, &options, &store) != ERR_OK) {
		crash->found->damaged++;
		return;
	}
	enum err err = digest_of(store, &digest);
	for (unsigned commit = 0; commit <= crash->options.commits && !err; commit++) {
		bool same = hash_equal(&digest, &crash->digest[commit]);
		good |= same && commit >= crash->acknowledged;
		if (same && commit < crash->acknowledged)
			crash->found->lost++;
		if (same)
			break;
	}
	if (err)
		crash->found->damaged++;
	crash->found->failed += !good;
	store_lmdb_close(store);
}

// In a child: what is no store any more may take its reader with it, and that is a finding as well.
static void batch(struct crash *crash, unsigned count)
{
	fflush(NULL);
	pid_t child = fork();
	fine(child >= 0, "fork");
	if (child == 0) {
		uint8_t *image = malloc(IMAGE_MOST);
		size_t size;
		fine(image != NULL, "memory");
		for (unsigned i = 0; i < count; i++) {
			crash->found->at = crash->made + i;
			imagine(crash, image, &size);
			put_file(crash, image, size);
			look(crash);
		}
		_exit(0);
	}
	int status;
	fine(waitpid(child, &status, 0) == child, "waitpid");
	if (status != 0) {
		crash->found->damaged++;
		crash->found->failed++;
	}
	crash->made += count;
	next(crash); // the child drew from a copy
}

static void settle(struct crash *crash)
{
	for (size_t i = 0; i < crash->pending_count; i++)
		apply(crash->image, &crash->image_size, crash->pending[i], 0, crash->pending[i]->size);
	crash->pending_count = 0;
}

static size_t barriers(const struct disk_event *events, size_t count)
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++)
		found += events[i].kind == DISK_BARRIER;
	return found;
}

// Walks over what was noted; before each barrier and each acknowledgement power may have gone.
static void enumerate(struct crash *crash)
{
	size_t count, waits = 0;
	const struct disk_event *events = disk_events(&count);
	const size_t stops = barriers(events, count) + crash->options.commits + 1;
	bool founded = false; // before the first acknowledgement there is no promise
	for (size_t i = 0; i < count; i++) {
		if (events[i].kind == DISK_WRITE) {
			fine(crash->pending_count < PENDING_MOST, "too many writes without a barrier");
			crash->pending[crash->pending_count++] = &events[i];
			continue;
		}
		waits++;
		unsigned due = (unsigned)((uint64_t)crash->options.states * waits / stops);
		while (founded && crash->made < due)
			batch(crash, due - crash->made < BATCH ? due - crash->made : BATCH);
		if (events[i].kind == DISK_MARK) {
			crash->acknowledged = events[i].mark;
			founded = true;
			if (crash->pending_count > PENDING_MOST / 2)
				settle(crash); // without barriers; even such a disk writes some day
		} else if (!crash->options.no_barriers || !founded) {
			settle(crash);
		}
	}
}

// ---- The command line ----

static bool number(const char *text, unsigned most, unsigned *value)
{
	char *end;
	unsigned long read = text ? strtoul(text, &end, 10) : 0;
	*value = (unsigned)read;
	return text && *text && !*end && read > 0 && read <= most;
}

static bool parse(int argc, char **argv, struct options *options)
{
	unsigned seed = 1;
	bool good = true;
	*options = (struct options){ .states = 20000, .commits = 60, .seed = 1 };
	for (int i = 1; i < argc && good; i++) {
		if (strcmp(argv[i], "--no-barriers") == 0)
			options->no_barriers = true;
		else if (strcmp(argv[i], "--states") == 0)
			good = number(argv[++i], 100000000, &options->states);
		else if (strcmp(argv[i], "--commits") == 0)
			good = number(argv[++i], COMMITS_MOST, &options->commits);
		else if (strcmp(argv[i], "--seed") == 0)
			good = number(argv[++i], UINT32_MAX, &seed);
		else
			good = false;
	}
	options->seed = seed;
	return good;
}

static void make_room(struct crash *crash)
{
	char path[96];
	struct stat there;
	snprintf(crash->dir, sizeof crash->dir, "%s/tributary-crash-XXXXXX", stat("/dev/shm", &there) == 0 ? "/dev/shm" : "/tmp");
	fine(mkdtemp(crash->dir) != NULL, crash->dir);
	snprintf(path, sizeof path, "%s/state", crash->dir);
	fine(mkdir(path, 0700) == 0, path);
	crash->image = malloc(IMAGE_MOST);
	crash->found = mmap(NULL, sizeof *crash->found, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fine(crash->image && crash->found != MAP_FAILED, "memory");
}

static void clear_room(const struct crash *crash)
{
	static const char *const files[] = { "state/data.mdb", "state/lock.mdb", "state", "data.mdb", "lock.mdb", "" };
	char path[128];
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		snprintf(path, sizeof path, "%s/%s", crash->dir, files[i]);
		remove(path);
	}
}

int main(int argc, char **argv)
{
	static struct crash crash;
	struct timespec begun, ended;
	size_t events;
	if (!parse(argc, argv, &crash.options) || sodium_init() < 0) {
		fprintf(stderr, "usage: crash [--states N] [--commits N] [--seed N] [--no-barriers]\n");
		return 2;
	}
	crash.chance = crash.options.seed;
	clock_gettime(CLOCK_MONOTONIC, &begun);
	make_room(&crash);
	work(&crash);
	enumerate(&crash);
	clear_room(&crash);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	const struct disk_event *list = disk_events(&events);
	printf("seed %llu, %u commits, %zu writes and barriers (%zu barriers): %u states, %u lost, %u damaged, %u failed, %.1f s\n",
	       (unsigned long long)crash.options.seed, crash.options.commits, events, barriers(list, events), crash.found->checked,
	       crash.found->lost, crash.found->damaged, crash.found->failed,
	       (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9);
	bool whole = crash.found->failed == 0 && crash.found->checked > 0;
	return whole == crash.options.no_barriers ? 1 : 0;
}
