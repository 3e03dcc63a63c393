// What takes away: the payload of one entry, the end of one's own forked log, the damaged end of any.
#include <assert.h>

#include "base/bytes.h"
#include "log/journal_row.h"

// The run with entry `seq` packed as erased; everything around it stays byte for byte.
static enum err erase_in_run(const struct journal_stored *stored, uint64_t seq, struct buf *run)
{
	struct reader reader = reader_of(stored->run);
	uint64_t before = 0;
	struct entry entry;
	for (uint64_t at = stored->first; at < seq; at++)
		if (entry_step(&reader, at, &before, &entry))
			return ERR_CORRUPT;
	uint64_t time_before = before;
	buf_bytes(run, stored->run.data, (size_t)(reader.at - stored->run.data));
	if (entry_unpack(&reader, seq, &before, &entry))
		return ERR_CORRUPT;
	entry.erased = true;
	entry_pack(run, &entry, time_before);
	buf_bytes(run, reader.at, reader_left(&reader));
	return run->err;
}

enum err journal_erase(struct txn *txn, const struct journal_log *log, uint64_t seq)
{
	if (seq >= log->peaks.size)
		return ERR_NOT_FOUND;
	struct journal_stored stored;
	enum err err = journal_stored_find(txn, log->number, seq, &stored);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	struct buf run = BUF_EMPTY;
	err = erase_in_run(&stored, seq, &run);
	if (!err) {
		journal_stored_put(txn, log->number, stored.end, (uint32_t)(stored.end - stored.first), buf_span(&run));
		err = journal_fill_never(txn, log->number, seq);
	}
	buf_free(&run);
	return err;
}

// The part of the block at `size` that stays, and the time of its last entry.
static enum err keep_front(const struct journal_stored *stored, uint64_t size, struct buf *run, uint64_t *last_time)
{
	struct reader reader = reader_of(stored->run);
	struct entry entry;
	*last_time = 0;
	for (uint64_t at = stored->first; at < size; at++)
		if (entry_step(&reader, at, last_time, &entry))
			return ERR_CORRUPT;
	buf_bytes(run, stored->run.data, (size_t)(reader.at - stored->run.data));
	return run->err;
}

static void delete_blocks(struct txn *txn, uint32_t number, uint64_t size)
{
	struct journal_key prefix = journal_key_number(number), from = journal_key_block(number, size + 1);
	struct scan scan = scan_begin_from(txn, STORE_BLOCK, journal_key_span(&prefix), journal_key_span(&from));
	while (scan_next(&scan)) {
		struct journal_key key = { .size = 12 };
		if (scan.key.size != key.size)
			break;
		memcpy(key.bytes, scan.key.data, key.size);
		txn_delete(txn, STORE_BLOCK, journal_key_span(&key));
	}
	scan_end(&scan);
}

static void delete_subtrees(struct txn *txn, const struct journal_log *log, uint64_t size)
{
	for (unsigned level = journal_level(&log->name); level < LIMIT_TREE_DEPTH; level++) {
		for (uint64_t index = size >> level; index < log->peaks.size >> level; index++) {
			struct journal_key key = journal_key_tree(log->number, level, index);
			txn_delete(txn, STORE_TREE, journal_key_span(&key));
		}
	}
}

// The entry that becomes the last one, with the rest of its block cut off in a copy.
static enum err cut(struct txn *txn, const struct journal_log *log, uint64_t size, struct buf *run, uint32_t *count,
                    uint64_t *last_time)
{
	*count = 0;
	*last_time = 0;
	if (size == 0)
		return ERR_OK;
	struct journal_stored stored;
	enum err err = journal_stored_find(txn, log->number, size - 1, &stored);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	*count = (uint32_t)(size - stored.first);
	return keep_front(&stored, size, run, last_time);
}

// Forgets entries from `size` on, row excepted. Nothing is written unless what stays is readable.
static enum err shorten(struct txn *txn, struct journal_log *log, uint64_t size)
{
	struct merkle_peaks peaks;
	struct buf run = BUF_EMPTY;
	uint32_t count;
	uint64_t last_time;
	enum err err = journal_peaks_at(txn, log, size, &peaks);
	if (!err)
		err = cut(txn, log, size, &run, &count, &last_time);
	if (!err) {
		delete_blocks(txn, log->number, size);
		if (count > 0)
			journal_stored_put(txn, log->number, size, count, buf_span(&run));
		delete_subtrees(txn, log, size);
		log->peaks = peaks;
		log->last_time = last_time;
		log->applied = log->applied < size ? log->applied : size;
		err = txn->err;
	}
	buf_free(&run);
	return err;
}

// A receipt beyond is for the branch that is pulled now; it comes again with it.
static void drop_receipts_beyond(struct journal_log *log)
{
	for (unsigned tier = 0; tier < RECEIPT_TIERS; tier++)
		if (log->receipt[tier].size > log->peaks.size)
			log->receipt[tier] = (struct receipt){ .size = 0 };
}

enum err journal_truncate(struct txn *txn, struct journal_log *log, uint64_t size, const struct identity *self,
                          uint64_t time)
{
	assert(hash_equal(&self->sign_public, &log->name.device));
	enum err err = shorten(txn, log, size);
	if (err)
		return err;
	log->state = JOURNAL_OPEN;
	log->ahead = (struct head){ .size = 0 };
	log->head = (struct head){ .size = 0 };
	log->shown = log->shown < size ? log->shown : size;
	drop_receipts_beyond(log);
	if (size > 0) {
		struct hash root = merkle_root(HASH_BLAKE2B_256, &log->peaks);
		log->head = head_sign(self, &log->id, size, &root, time);
	}
	return journal_row_put(txn, log);
}

// Ours from `common` on, as it was signed.
static enum err keep_ours(struct txn *txn, const struct journal_log *log, uint64_t common, const struct head *theirs)
{
	struct journal_fork fork = { .held = *theirs, .offered = log->head, .from = common, .count = (uint32_t)(log->peaks.size - common) };
	struct buf entries = BUF_EMPTY;
	struct entry entry;
	uint64_t before = 0;
	struct journal_reader reader = journal_reader_begin(txn, log, common, log->peaks.size);
	while (journal_reader_next(&reader, &entry)) {
		entry_pack(&entries, &entry, before);
		before = entry.time;
	}
	enum err err = journal_reader_end(&reader);
	fork.entries = buf_span(&entries);
	if (!err)
		err = entries.err;
	if (!err)
		err = journal_fork_keep_ours(txn, &log->id, &fork);
	buf_free(&entries);
	return err;
}

enum err journal_yield(struct txn *txn, struct journal_log *log, uint64_t common, const struct head *theirs)
{
	enum err err = common < log->peaks.size ? keep_ours(txn, log, common, theirs) : ERR_OK;
	if (!err)
		err = shorten(txn, log, common);
	if (err)
		return err;
	log->state = JOURNAL_FROZEN;
	log->ahead = (struct head){ .size = 0 };
	if (log->head.size > common) // what is left has a head of its device again when theirs has come
		log->head = (struct head){ .size = 0 };
	drop_receipts_beyond(log);
	return journal_row_put(txn, log);
}

enum err journal_retreat(struct txn *txn, struct journal_log *log, uint64_t seq)
{
	if (seq > log->peaks.size)
		return ERR_RANGE;
	// At a window's edge the tree is known without a look at the damaged leaves.
	enum err err = shorten(txn, log, seq >> JOURNAL_LEVEL << JOURNAL_LEVEL);
	if (err)
		return err;
	if (log->head.size > log->peaks.size) {
		if (log->ahead.size == 0)
			log->ahead = log->head;
		log->head = (struct head){ .size = 0 };
	}
	return journal_row_put(txn, log);
}
