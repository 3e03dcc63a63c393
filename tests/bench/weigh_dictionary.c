// What a dictionary earns on ledgers that are there: weigh_dictionary ENTRIES DICTIONARY… -- STORE…
//
// From each store (a directory of this system, read only) the newest ENTRIES entries of what a branch shows those above it are cut into one
// frame, as a session would carry them, and packed as sync/frame does: without a dictionary, and with each that is named. Printed are
// the sums over the stores: entries, bytes as they are, packed without, packed with the first, with the second and so on.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "io/store_lmdb.h"
#include "sync/frame.h"

enum { LEVEL = 12, MOST = 8 }; // level: as sync/frame packs what is small, and all on a thin road

struct dictionary {
	ZSTD_CDict *packing; // NULL: none
	size_t packed;
};

struct scale {
	ZSTD_CCtx *pack;
	struct dictionary dictionaries[MOST + 1];
	size_t count;
	size_t raw;
	uint64_t entries;
};

static void must(enum err err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "weigh_dictionary: %s: %s\n", what, err_text(err));
	exit(1);
}

static void read_dictionary(struct scale *scale, const char *path)
{
	static uint8_t bytes[1024 * 1024];
	FILE *file = fopen(path, "rb");
	size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
	must(size > 0 && scale->count <= MOST ? ERR_OK : ERR_NOT_FOUND, path);
	fclose(file);
	scale->dictionaries[scale->count++].packing = ZSTD_createCDict(bytes, size, LEVEL);
}

static void weigh(struct scale *scale, struct span raw)
{
	size_t room = ZSTD_compressBound(raw.size);
	void *to = malloc(room);
	must(to ? ERR_OK : ERR_NOMEM, "a frame");
	for (size_t i = 0; i < scale->count; i++) {
		ZSTD_CCtx_refCDict(scale->pack, scale->dictionaries[i].packing);
		size_t packed = ZSTD_compress2(scale->pack, to, room, raw.data, raw.size);
		must(ZSTD_isError(packed) ? ERR_IO : ERR_OK, "packing");
		scale->dictionaries[i].packed += packed;
	}
	scale->raw += raw.size;
	free(to);
}

static void add_log(struct scale *scale, struct frame_writer *writer, struct txn *txn, const struct journal_log *log, uint64_t entries)
{
	uint32_t count;
	uint64_t from = log->head.size > entries ? log->head.size - entries : 0;
	if ((log->name.lane != LANE_DETAIL && log->name.lane != LANE_UP) || log->head.size == 0)
		return;
	must(frame_add(writer, txn, log, from, UINT64_MAX, &log->name, NULL, NULL, &count), "a frame");
	scale->entries += count;
}

static void weigh_store(struct scale *scale, const char *dir, uint64_t entries)
{
	struct store_lmdb_options options = { .read_only = true };
	struct frame_writer writer;
	struct store *store;
	struct txn txn;
	must(store_lmdb_open(dir, &options, &store), dir);
	must(txn_begin(store, STORE_READ, &txn), dir);
	frame_writer_init(&writer);
	struct scan scan = scan_begin(&txn, STORE_LOG, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct journal_log log;
		struct hash id;
		if (hash_read(scan.key, &id) == ERR_OK && journal_find(&txn, &id, &log) == ERR_OK)
			add_log(scale, &writer, &txn, &log, entries);
	}
	scan_end(&scan);
	if (!frame_empty(&writer))
		weigh(scale, buf_span(&writer.raw));
	frame_writer_free(&writer);
	txn_abort(&txn);
	store_lmdb_close(store);
}

int main(int count, char **words)
{
	struct scale scale = { .pack = ZSTD_createCCtx(), .count = 1 };
	int i = 2;
	must(count > 3 && scale.pack ? ERR_OK : ERR_USAGE, "weigh_dictionary ENTRIES DICTIONARY... -- STORE...");
	ZSTD_CCtx_setParameter(scale.pack, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(scale.pack, ZSTD_c_contentSizeFlag, 0);
	ZSTD_CCtx_setParameter(scale.pack, ZSTD_c_dictIDFlag, 0);
	for (; i < count && strcmp(words[i], "--") != 0; i++)
		read_dictionary(&scale, words[i]);
	for (i++; i < count; i++)
		weigh_store(&scale, words[i], strtoull(words[1], NULL, 10));
	printf("%llu %zu", (unsigned long long)scale.entries, scale.raw);
	for (size_t k = 0; k < scale.count; k++) {
		printf(" %zu", scale.dictionaries[k].packed);
		ZSTD_freeCDict(scale.dictionaries[k].packing);
	}
	printf("\n");
	ZSTD_freeCCtx(scale.pack);
	return 0;
}
