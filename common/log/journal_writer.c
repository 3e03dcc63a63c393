// Appending to one's own log. Subtrees are stored as they become complete, blocks as they fill;
// the row with its signed head comes last.
#include <assert.h>

#include "log/journal_row.h"

enum err journal_writer_begin(struct journal_writer *writer, struct txn *txn, const struct logname *name)
{
	*writer = (struct journal_writer){ .txn = txn };
	enum err err = journal_open(txn, name, &writer->log); // its number is taken now: several may be open at once
	if (!err && writer->log.state == JOURNAL_FROZEN)
		err = ERR_FROZEN;
	if (!err && writer->log.ahead.size)
		err = ERR_GAP;
	if (err)
		return err;
	writer->had = writer->log.peaks.size;
	journal_block_begin(txn, &writer->log, &writer->block);
	return ERR_OK;
}

static void keep_subtree(void *context, unsigned level, uint64_t index, const struct hash *root)
{
	struct journal_writer *writer = context;
	if (level >= journal_level(&writer->log.name))
		journal_tree_put(writer->txn, writer->log.number, level, index, root);
}

enum err journal_writer_append(struct journal_writer *writer, uint32_t kind, uint64_t time, struct span payload,
                               uint64_t *seq)
{
	struct txn *txn = writer->txn;
	struct journal_log *log = &writer->log;
	if (payload.size > LIMIT_PAYLOAD_BYTES)
		txn_fail(txn, ERR_TOO_LARGE);
	if (txn->err)
		return txn->err;
	struct entry entry = {
		.seq = log->peaks.size,
		.time = time > log->last_time ? time : log->last_time,
		.kind = kind,
		.size = (uint32_t)payload.size,
		.payload_hash = hash_bytes(HASH_BLAKE2B_256, payload),
		.payload = payload,
	};
	struct hash leaf = entry_leaf(&entry);
	struct merkle_observer observer = { .complete = keep_subtree, .context = writer };
	merkle_append(HASH_BLAKE2B_256, &log->peaks, &leaf, &observer);
	journal_block_add(txn, log->number, &writer->block, &entry, span_of(NULL, 0));
	log->last_time = entry.time;
	*seq = entry.seq;
	return txn->err;
}

// What journal_save() wrote since the writer began is newer than the writer's copy.
static void take_saved(struct txn *txn, struct journal_log *log)
{
	struct journal_log saved;
	enum err err = journal_find(txn, &log->id, &saved);
	if (err) {
		txn_fail(txn, err);
		return;
	}
	log->applied = saved.applied;
	log->shown = saved.shown;
	memcpy(log->receipt, saved.receipt, sizeof log->receipt);
	if (saved.state == JOURNAL_FROZEN)
		txn_fail(txn, ERR_FROZEN);
}

enum err journal_writer_finish(struct journal_writer *writer, const struct identity *self, uint64_t time)
{
	struct journal_log *log = &writer->log;
	struct txn *txn = writer->txn;
	if (!txn->err && log->peaks.size > writer->had) {
		assert(hash_equal(&self->sign_public, &log->name.device));
		take_saved(txn, log);
		journal_block_end(txn, log->number, &writer->block);
		struct hash root = merkle_root(HASH_BLAKE2B_256, &log->peaks);
		log->head = head_sign(self, &log->id, log->peaks.size, &root, time);
		journal_row_put(txn, log);
	}
	journal_block_free(&writer->block);
	return txn->err;
}
