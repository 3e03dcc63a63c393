// Reading: a walk over entries, one entry, and packed runs to send. Each block is checked against
// its digest first; only then are its entries believed.
#include "log/journal_row.h"

static struct scan scan_blocks(struct txn *txn, uint32_t number, uint64_t from)
{
	struct journal_key prefix = journal_key_number(number), key = journal_key_block(number, from + 1);
	return scan_begin_from(txn, STORE_BLOCK, journal_key_span(&prefix), journal_key_span(&key));
}

struct journal_reader journal_reader_begin(struct txn *txn, const struct journal_log *log, uint64_t from, uint64_t to)
{
	uint64_t held = log->peaks.size;
	return (struct journal_reader){
		.txn = txn,
		.number = log->number,
		.next = from,
		.to = to < held ? to : held,
		.scan = scan_blocks(txn, log->number, from),
		.block = BUF_EMPTY,
		.run_end = from,
		.beyond = to > held,
	};
}

struct journal_reader journal_reader_begin_unhashed(struct txn *txn, const struct journal_log *log, uint64_t from, uint64_t to)
{
	struct journal_reader reader = journal_reader_begin(txn, log, from, to);
	reader.unhashed = true;
	return reader;
}

// The next block, stepped to where the walk stands. Blocks follow each other without a gap.
static enum err next_block(struct journal_reader *reader)
{
	struct journal_stored stored;
	if (!scan_next(&reader->scan))
		return reader->txn->err ? reader->txn->err : ERR_CORRUPT;
	enum err err = journal_stored_read(reader->scan.key, reader->scan.value, &stored);
	if (err)
		return err;
	if (stored.first > reader->next || stored.end <= reader->next)
		return ERR_CORRUPT;
	buf_clear(&reader->block);
	buf_bytes(&reader->block, stored.run.data, stored.run.size);
	if (reader->block.err)
		return reader->block.err;
	reader->run = reader_of(buf_span(&reader->block));
	reader->run_before = 0;
	reader->run_end = stored.end;
	struct entry skipped;
	for (uint64_t seq = stored.first; seq < reader->next; seq++)
		if (entry_step(&reader->run, seq, &reader->run_before, &skipped))
			return ERR_CORRUPT;
	return ERR_OK;
}

bool journal_reader_next(struct journal_reader *reader, struct entry *entry)
{
	if (reader->err || reader->next >= reader->to)
		return false;
	if (reader->next == reader->run_end)
		reader->err = next_block(reader);
	if (!reader->err) {
		enum err (*read)(struct reader *, uint64_t, uint64_t *, struct entry *) = reader->unhashed ? entry_step : entry_unpack;
		reader->err = read(&reader->run, reader->next, &reader->run_before, entry) ? ERR_CORRUPT : ERR_OK;
	}
	if (reader->err)
		return false;
	reader->next++;
	return true;
}

enum err journal_reader_end(struct journal_reader *reader)
{
	scan_end(&reader->scan);
	buf_free(&reader->block);
	if (reader->err)
		return reader->err;
	return reader->beyond && reader->next >= reader->to ? ERR_GAP : ERR_OK;
}

enum err journal_entry(struct txn *txn, const struct journal_log *log, uint64_t seq, struct entry *entry)
{
	if (seq >= log->peaks.size)
		return ERR_NOT_FOUND;
	struct journal_stored stored;
	enum err err = journal_stored_find(txn, log->number, seq, &stored);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err; // below the size, so it was there
	struct reader run = reader_of(stored.run);
	uint64_t before = 0;
	for (uint64_t at = stored.first; at < seq; at++)
		if (entry_step(&run, at, &before, entry))
			return ERR_CORRUPT;
	return entry_unpack(&run, seq, &before, entry) ? ERR_CORRUPT : ERR_OK;
}

// A run being packed for sending.
struct packing {
	struct buf *run;
	size_t start;         // run->size before
	uint64_t from, next, to;
	size_t max_bytes;
	uint64_t before;
};

static bool packing_fits(const struct packing *packing, size_t size)
{
	return packing->next == packing->from || packing->run->size - packing->start + size <= packing->max_bytes;
}

// Moves entries of one block over. Only the first of a run or a block is packed anew, since its time
// stands on another one before; the rest are bytes. Sets packing->to where the budget ends.
static enum err pack_block(struct packing *packing, const struct journal_stored *stored)
{
	struct reader run = reader_of(stored->run);
	uint64_t before = 0;
	bool fresh = true;
	for (uint64_t seq = stored->first; seq < stored->end && packing->next < packing->to; seq++) {
		const uint8_t *start = run.at;
		struct entry entry;
		if (entry_step(&run, seq, &before, &entry))
			return ERR_CORRUPT;
		if (seq < packing->next)
			continue;
		size_t size = (size_t)(run.at - start);
		if (!packing_fits(packing, size)) {
			packing->to = packing->next;
			break;
		}
		if (fresh)
			entry_pack(packing->run, &entry, packing->before);
		else
			buf_bytes(packing->run, start, size);
		fresh = false;
		packing->before = entry.time;
		packing->next++;
	}
	return packing->run->err;
}

enum err journal_pack(struct txn *txn, const struct journal_log *log, uint64_t from, uint32_t max_count,
                      size_t max_bytes, struct buf *run, uint32_t *count)
{
	*count = 0;
	if (from >= log->head.size || max_count == 0)
		return run->err;
	uint64_t left = log->head.size - from;
	struct packing packing = {
		.run = run,
		.start = run->size,
		.from = from,
		.next = from,
		.to = from + (left < max_count ? left : max_count),
		.max_bytes = max_bytes,
	};
	enum err err = run->err;
	struct scan scan = scan_blocks(txn, log->number, from);
	while (!err && packing.next < packing.to) {
		struct journal_stored stored;
		if (!scan_next(&scan))
			err = txn->err ? txn->err : ERR_CORRUPT;
		else
			err = journal_stored_read(scan.key, scan.value, &stored);
		if (!err && (stored.first > packing.next || stored.end <= packing.next))
			err = ERR_CORRUPT;
		if (!err)
			err = pack_block(&packing, &stored);
	}
	scan_end(&scan);
	*count = (uint32_t)(packing.next - from);
	return err;
}
