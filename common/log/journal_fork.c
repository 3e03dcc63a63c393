// Evidence of forks. What a device signed twice over is kept with the range it came with, so that
// the other branch's data is not lost; the number of ranges is bounded, since a device that forks
// by ill will could go on for ever.
#include "base/bytes.h"
#include "log/journal_row.h"

// By size, place and root: ranges of one branch and heads of one size stand beside each other.
static struct journal_key fork_key(const struct hash *log, const struct head *offered, uint64_t from)
{
	struct journal_key key = { .size = LIMIT_HASH_BYTES + 24 };
	memcpy(key.bytes, log->bytes, LIMIT_HASH_BYTES);
	bytes_put_u64(key.bytes + LIMIT_HASH_BYTES, offered->size);
	bytes_put_u64(key.bytes + LIMIT_HASH_BYTES + 8, from);
	memcpy(key.bytes + LIMIT_HASH_BYTES + 16, offered->root.bytes, 8);
	return key;
}

static void put_head(struct buf *value, const struct head *head)
{
	uint8_t bytes[HEAD_BYTES];
	head_encode(head, bytes);
	buf_bytes(value, bytes, sizeof bytes);
}

// Of our two signed heads the one that covers the offered size, as far as there is one.
static const struct head *held_against(const struct journal_log *log, const struct head *offered)
{
	bool covered = log->ahead.size == 0 || offered->size <= log->head.size;
	return covered ? &log->head : &log->ahead;
}

static bool room_for_more(struct txn *txn, const struct hash *log)
{
	unsigned kept = 0;
	struct scan scan = scan_begin(txn, STORE_FORK, hash_span(log));
	while (kept < JOURNAL_FORKS_KEPT && scan_next(&scan))
		kept++;
	scan_end(&scan);
	return kept < JOURNAL_FORKS_KEPT;
}

enum err journal_fork_write(struct txn *txn, const struct hash *log, const struct journal_fork *fork)
{
	struct journal_key key = fork_key(log, &fork->offered, fork->from);
	if (txn_has(txn, STORE_FORK, journal_key_span(&key)))
		return txn->err;
	struct buf value = BUF_EMPTY;
	put_head(&value, &fork->held);
	put_head(&value, &fork->offered);
	buf_u64(&value, fork->from);
	buf_u32(&value, fork->count);
	buf_u8(&value, (uint8_t)fork->proof.count);
	for (size_t i = 0; i < fork->proof.count; i++)
		buf_bytes(&value, fork->proof.hash[i].bytes, LIMIT_HASH_BYTES);
	buf_bytes(&value, fork->entries.data, fork->entries.size);
	if (value.err)
		txn_fail(txn, value.err);
	txn_put(txn, STORE_FORK, journal_key_span(&key), buf_span(&value));
	buf_free(&value);
	return txn->err;
}

enum err journal_fork_keep_ours(struct txn *txn, const struct hash *log, const struct journal_fork *fork)
{
	return room_for_more(txn, log) ? journal_fork_write(txn, log, fork) : txn->err;
}

enum err journal_fork_keep(struct txn *txn, struct journal_log *log, const struct journal_range *range)
{
	struct journal_fork fork = {
		.held = *held_against(log, &range->head),
		.offered = range->head,
		.from = range->from,
		.count = range->count,
		.proof = range->proof,
		.entries = range->entries,
	};
	if (room_for_more(txn, &log->id))
		journal_fork_write(txn, &log->id, &fork);
	if (log->state == JOURNAL_FROZEN)
		return txn->err;
	log->state = JOURNAL_FROZEN;
	return journal_row_put(txn, log);
}

enum err journal_close(struct txn *txn, struct journal_log *log, const struct head *elsewhere)
{
	const struct journal_range nothing = { .name = log->name, .from = elsewhere->size, .head = *elsewhere };
	return journal_fork_keep(txn, log, &nothing);
}

enum err journal_fork_read(struct span value, struct journal_fork *fork)
{
	*fork = (struct journal_fork){ .from = 0 };
	struct reader reader = reader_of(value);
	struct span held = reader_bytes(&reader, HEAD_BYTES), offered = reader_bytes(&reader, HEAD_BYTES);
	fork->from = reader_u64(&reader);
	fork->count = reader_u32(&reader);
	fork->proof.count = reader_u8(&reader);
	if (reader.err || fork->proof.count > LIMIT_PROOF_HASHES)
		return ERR_CORRUPT;
	for (size_t i = 0; i < fork->proof.count; i++)
		reader_copy(&reader, fork->proof.hash[i].bytes, LIMIT_HASH_BYTES);
	fork->entries = reader_bytes(&reader, reader_left(&reader));
	if (reader.err || head_decode(held, &fork->held) || head_decode(offered, &fork->offered))
		return ERR_CORRUPT;
	return ERR_OK;
}

enum err journal_compare(struct txn *txn, const struct journal_log *log, const struct head *head)
{
	if (head_verify(head, &log->id, &log->name.device))
		return ERR_SIGNATURE;
	if (head->size > log->peaks.size)
		return ERR_OK;
	struct hash root;
	enum err err = journal_root_at(txn, log, head->size, &root);
	if (err)
		return err;
	return hash_equal(&root, &head->root) ? ERR_OK : ERR_FORK;
}
