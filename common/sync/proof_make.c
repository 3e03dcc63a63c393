// Gathering a proof: which ranges of which logs lead to a figure.
#include <stdlib.h>

#include "base/bytes.h"
#include "org/charter_past.h"
#include "sync/frame.h"
#include "sync/proof_inside.h"

enum { GATHER_FRAMES = 4096 };

struct gathering {
	struct txn *txn;
	const struct self *self;
	const struct pack *pack;
	const struct proof_claim *claim;
	struct arena arena;
	struct frame_codec *codec;
	struct frame_writer writer;
	struct buf *frames;
	size_t count;
	struct id registrar;   // of the claim's unit: where its figures are summed
	enum err err;
};

static void flush(struct gathering *gathering)
{
	if (gathering->err || frame_empty(&gathering->writer))
		return;
	if (gathering->count == GATHER_FRAMES) {
		gathering->err = ERR_TOO_LARGE;
		return;
	}
	struct buf *frame = &gathering->frames[gathering->count++];
	*frame = BUF_EMPTY;
	gathering->err = frame_finish(&gathering->writer, gathering->codec, frame);
}

// Only tallies, and changes to records of the kinds that the figure is computed from, are shown; of the
// rest the hashes are enough.
static bool beside_the_point(void *context, const struct entry *entry)
{
	struct gathering *gathering = context;
	struct arena arena;
	struct changes changes;
	if (entry->kind != ENTRY_CHANGES)
		return entry->kind != ENTRY_TALLY;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	bool needed = false;
	if (change_decode(entry->payload, &arena, &changes) == ERR_OK)
		for (size_t i = 0; i < changes.count && !needed; i++)
			needed = proof_needs_kind(gathering->pack, gathering->claim, changes.changes[i].kind);
	arena_free(&arena);
	return !needed;
}

// Entries [0, to) of a log.
static void gather_log(struct gathering *gathering, const struct journal_log *log, uint64_t to)
{
	bool charter = log->name.lane == LANE_DOWN;
	uint64_t end = to < log->head.size ? to : log->head.size;
	for (uint64_t at = 0; at < end && !gathering->err;) {
		uint32_t count;
		gathering->err = frame_add(&gathering->writer, gathering->txn, log, at, end, NULL,
		                           charter ? NULL : beside_the_point, gathering, &count);
		if (!gathering->err && count == 0 && frame_empty(&gathering->writer))
			gathering->err = ERR_CORRUPT;
		if (count == 0)
			flush(gathering);
		at += count;
	}
}

static void gather_frontier(struct gathering *gathering, const struct tally_frontier *frontier, size_t count, enum lane lane)
{
	for (size_t i = 0; i < count && !gathering->err; i++) {
		struct journal_log log;
		enum err err = journal_find(gathering->txn, &frontier[i].log, &log);
		if (err == ERR_NOT_FOUND)
			continue; // stays below; its size and root stand in the tally
		gathering->err = err;
		if (!err && log.name.lane == lane)
			gather_log(gathering, &log, frontier[i].size);
	}
}

// ---- The charter: of everybody between the top and the registrar, of those below it, and of whoever stood above the unit ----

static bool on_the_way(struct gathering *gathering, const struct id *unit)
{
	const struct id *registrar = &gathering->registrar;
	return id_equal(unit, registrar) || charter_is_ancestor(gathering->txn, unit, registrar) ||
	       charter_is_ancestor(gathering->txn, registrar, unit) || charter_was_below(gathering->txn, unit, &gathering->claim->unit);
}

static void gather_charter(struct gathering *gathering)
{
	struct scan scan = scan_begin(gathering->txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (!gathering->err && scan_next(&scan)) {
		struct journal_log log;
		struct charter_device author;
		if (journal_find_number(gathering->txn, bytes_get_u32(scan.key.data), &log) || log.name.lane != LANE_DOWN ||
		    charter_device_get(gathering->txn, &log.name.device, &author) || !author.server)
			continue;
		if (on_the_way(gathering, &author.unit))
			gather_log(gathering, &log, UINT64_MAX);
	}
	scan_end(&scan);
}

// ---- Tallies and entries ----

// What a unit's own figures were computed from, where this server may read it.
static void gather_entries(struct gathering *gathering, const struct id *unit)
{
	struct tally_chain chain;
	struct tally_frontier *frontier;
	struct id registrar;
	bool provisional;
	size_t count;
	if (charter_registrar(gathering->txn, unit, &registrar) || !id_equal(&registrar, &gathering->self->unit) ||
	    proof_reads_sealed(gathering->pack, gathering->claim) ||
	    tally_in_force(gathering->txn, unit, false, &chain, &provisional))
		return;
	gathering->err = tally_frontier_of(gathering->txn, chain.log, &gathering->arena, &frontier, &count);
	if (!gathering->err)
		gather_frontier(gathering, frontier, count, LANE_DETAIL);
}

// The tallies of one unit's devices: its own figures, all of them that are here.
static void gather_unit(struct gathering *gathering, const struct id *unit)
{
	struct scan scan = scan_begin(gathering->txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (!gathering->err && scan_next(&scan)) {
		struct journal_log log;
		struct charter_device author;
		struct tally_chain chain;
		if (journal_find_number(gathering->txn, bytes_get_u32(scan.key.data), &log) || log.name.lane != LANE_UP ||
		    charter_device_get(gathering->txn, &log.name.device, &author) ||
		    tally_chain_get(gathering->txn, log.number, &chain) || chain.rollup)
			continue;
		bool within = id_equal(&author.unit, unit) || charter_is_ancestor(gathering->txn, unit, &author.unit);
		if (!within)
			continue;
		gather_log(gathering, &log, chain.seq + 1);
		gather_entries(gathering, &author.unit);
	}
	scan_end(&scan);
}

static void gather_sum(struct gathering *gathering, const struct tally_frontier *frontier, size_t count, unsigned depth);

// A log that feeds a sum: its tallies, and what they in turn were computed from.
static void gather_feeding(struct gathering *gathering, const struct tally_frontier *item, unsigned depth)
{
	struct journal_log log;
	struct tally_chain chain;
	struct tally_frontier *below;
	size_t count;
	enum err err = journal_find(gathering->txn, &item->log, &log);
	if (!err)
		err = tally_chain_get(gathering->txn, log.number, &chain);
	if (err) {
		gathering->err = err == ERR_NOT_FOUND ? ERR_OK : err;
		return;
	}
	gather_log(gathering, &log, item->size);
	if (!chain.rollup) {
		gather_entries(gathering, &chain.unit);
		return;
	}
	gathering->err = tally_frontier_of(gathering->txn, log.number, &gathering->arena, &below, &count);
	if (!gathering->err)
		gather_sum(gathering, below, count, depth + 1);
}

static void gather_sum(struct gathering *gathering, const struct tally_frontier *frontier, size_t count, unsigned depth)
{
	for (size_t i = 0; i < count && !gathering->err && depth < LIMIT_TREE_LEVELS; i++)
		gather_feeding(gathering, &frontier[i], depth);
}

// What our own sums stand on.
static void gather_own_sum(struct gathering *gathering, struct view_pack *pack)
{
	struct view view;
	struct tally_frontier *frontier;
	size_t count;
	gathering->err = view_begin(&view, gathering->txn, gathering->self, pack);
	if (!gathering->err)
		gathering->err = view_frontier(&view, false, &gathering->arena, &frontier, &count);
	if (!gathering->err)
		gather_sum(gathering, frontier, count, 0);
	arena_free(&view.arena); // nothing was applied: there is nothing to end
}

// ---- The claim ----

static enum err claim_owner(struct gathering *gathering, struct cell_owner *owner)
{
	const struct id *unit = &gathering->claim->unit;
	struct tally_chain chain;
	bool provisional;
	if (id_equal(&gathering->registrar, &gathering->self->unit))
		return proof_owner(gathering->txn, unit, owner);
	bool sums = id_equal(&gathering->registrar, unit);
	enum err err = tally_in_force(gathering->txn, unit, sums, &chain, &provisional);
	if (!err)
		*owner = cell_owner_log(chain.log);
	return err;
}

static void gather(struct gathering *gathering, struct view_pack *pack)
{
	const struct id *unit = &gathering->claim->unit;
	bool ours = id_equal(&gathering->registrar, &gathering->self->unit);
	gather_charter(gathering);
	if (gathering->err)
		return;
	if (ours && id_equal(unit, &gathering->self->unit)) {
		gather_own_sum(gathering, pack);
	} else if (!ours && id_equal(unit, &gathering->registrar)) {
		struct tally_chain chain;
		bool provisional;
		struct journal_log log;
		gathering->err = tally_in_force(gathering->txn, unit, true, &chain, &provisional);
		if (!gathering->err)
			gathering->err = journal_find_number(gathering->txn, chain.log, &log);
		if (gathering->err)
			return;
		struct tally_frontier item = { .log = log.id, .size = chain.seq + 1 };
		gather_feeding(gathering, &item, 0);
	} else {
		gather_unit(gathering, unit);
	}
	flush(gathering);
}

enum err proof_make(struct txn *txn, const struct self *self, struct view_pack *pack, struct proof_claim *claim,
                    uint64_t now_ms, struct buf *file)
{
	struct gathering gathering = { .txn = txn, .self = self, .claim = claim };
	struct cell_owner owner;
	if (!self->server)
		return ERR_UNAUTHORISED;
	enum err err = view_pack_refresh(pack, txn);
	if (!err && !pack->pack)
		err = ERR_AGAIN;
	if (!err)
		err = charter_registrar(txn, &claim->unit, &gathering.registrar);
	if (err)
		return err;
	gathering.pack = pack->pack;
	arena_init(&gathering.arena, 4 * LIMIT_DECODE_BYTES);
	frame_writer_init(&gathering.writer);
	gathering.codec = frame_codec_new();
	gathering.frames = calloc(GATHER_FRAMES, sizeof *gathering.frames);
	claim->root_key = self->root_key;
	claim->time = now_ms;
	if (!gathering.codec || !gathering.frames)
		gathering.err = ERR_NOMEM;
	if (!gathering.err)
		gathering.err = claim_owner(&gathering, &owner);
	if (!gathering.err)
		gathering.err = proof_read_figure(txn, pack->pack, &owner, claim, &gathering.arena, &claim->value, &claim->denominator);
	if (!gathering.err && claim->value == PROOF_NO_VALUE)
		gathering.err = ERR_NOT_FOUND;
	if (!gathering.err)
		gather(&gathering, pack);
	if (!gathering.err)
		gathering.err = proof_encode(claim, gathering.frames, gathering.count, file);
	for (size_t i = 0; i < gathering.count; i++)
		buf_free(&gathering.frames[i]);
	free(gathering.frames);
	frame_writer_free(&gathering.writer);
	frame_codec_free(gathering.codec);
	arena_free(&gathering.arena);
	return gathering.err;
}
