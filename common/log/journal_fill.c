// Payloads that come later. A store that was not to see what an entry says holds its hash alone; when it may,
// the entry is sent again, whole. What is offered counts only where it is what the leaf stands for, so nothing
// has to be verified but the payload's hash. What this store has erased itself stays erased.
#include "base/bytes.h"
#include "log/journal_row.h"

enum { ERASED_PREFIX_BYTES = 7, ERASED_KEY_BYTES = ERASED_PREFIX_BYTES + 4 + 8 };

static struct span erased_key(uint32_t number, uint64_t seq, uint8_t key[static ERASED_KEY_BYTES])
{
	memcpy(key, "erased/", ERASED_PREFIX_BYTES);
	bytes_put_u32(key + ERASED_PREFIX_BYTES, number);
	bytes_put_u64(key + ERASED_PREFIX_BYTES + 4, seq);
	return span_of(key, ERASED_KEY_BYTES);
}

enum err journal_fill_never(struct txn *txn, uint32_t number, uint64_t seq)
{
	uint8_t key[ERASED_KEY_BYTES];
	return txn_put(txn, STORE_META, erased_key(number, seq, key), span_of(NULL, 0));
}

// What a range offers, read on from entry to entry.
struct offer {
	struct reader run;
	uint64_t next, end, before;
};

// The entry `seq` of the offer, which lies at or behind the last one asked for.
static enum err offer_entry(struct offer *offer, uint64_t seq, struct entry *entry)
{
	enum err err = ERR_OK;
	while (!err && offer->next < seq)
		err = entry_step(&offer->run, offer->next++, &offer->before, entry);
	if (!err)
		err = entry_unpack(&offer->run, offer->next++, &offer->before, entry);
	return err;
}

static bool same_leaf(const struct entry *a, const struct entry *b)
{
	return a->time == b->time && a->kind == b->kind && a->size == b->size && hash_equal(&a->payload_hash, &b->payload_hash);
}

static bool lacks(const struct journal_stored *stored, const struct offer *offer)
{
	struct reader run = reader_of(stored->run);
	struct entry entry;
	uint64_t before = 0;
	bool any = false;
	for (uint64_t seq = stored->first; seq < stored->end && seq < offer->end && !any; seq++) {
		if (entry_step(&run, seq, &before, &entry))
			return false; // damaged: left to be healed
		any = entry.erased && entry.size > 0 && seq >= offer->next;
	}
	return any;
}

struct filling {
	struct txn *txn;
	const struct journal_log *log;
	void (*filled)(void *context, uint64_t seq);
	void *context;
};

// One block, put down again with what it lacked; it may become several.
static enum err fill_block(const struct filling *filling, const struct journal_stored *stored, struct offer *offer)
{
	uint8_t key[ERASED_KEY_BYTES];
	uint32_t number = filling->log->number;
	struct buf held = BUF_EMPTY;
	struct journal_block block;
	struct reader run;
	uint64_t before = 0;
	enum err err = ERR_OK;
	buf_bytes(&held, stored->run.data, stored->run.size); // what is written may move what is borrowed
	run = reader_of(buf_span(&held));
	journal_block_anew(&block, stored->first);
	for (uint64_t seq = stored->first; seq < stored->end && !err && !held.err; seq++) {
		struct entry entry, offered;
		err = entry_step(&run, seq, &before, &entry);
		if (!err && entry.erased && seq >= offer->next && seq < offer->end &&
		    !txn_has(filling->txn, STORE_META, erased_key(number, seq, key))) {
			bool good = offer_entry(offer, seq, &offered) == ERR_OK;
			if (!good)
				offer->end = seq; // not well formed from here on: a covered range is not read before
			if (good && !offered.erased && same_leaf(&offered, &entry)) {
				entry = offered;
				filling->filled(filling->context, seq);
			}
		}
		if (!err)
			journal_block_add(filling->txn, number, &block, &entry, span_of(NULL, 0));
	}
	if (!err && !held.err)
		journal_block_end(filling->txn, number, &block);
	journal_block_free(&block);
	err = err ? ERR_CORRUPT : held.err;
	buf_free(&held);
	return err ? txn_fail(filling->txn, err) : filling->txn->err;
}

enum err journal_fill(struct txn *txn, const struct journal_log *log, const struct journal_range *range, uint64_t held,
                      void (*filled)(void *context, uint64_t seq), void *context)
{
	const struct filling filling = { .txn = txn, .log = log, .filled = filled, .context = context };
	uint64_t end = range->from + range->count;
	struct offer offer = { .run = reader_of(range->entries), .next = range->from, .end = end < held ? end : held };
	for (uint64_t seq = range->from; seq < offer.end && !txn->err;) {
		struct journal_stored stored;
		enum err err = journal_stored_find(txn, log->number, seq, &stored);
		if (err)
			return err == ERR_CORRUPT || err == ERR_NOT_FOUND ? ERR_OK : err; // damaged: left to be healed
		seq = stored.end;
		if (lacks(&stored, &offer))
			fill_block(&filling, &stored, &offer);
	}
	return txn->err;
}
