// Tallies: their payloads, taking them into chains and sums, and making one's own.
#include "ledger/tally.h"

#include <assert.h>
#include <stdlib.h>

#include "base/pb.h"
#include "ledger/cell_list.h"
#include "ledger/multiset.h"
#include "ledger/tally_chain.h"
#include "ledger/tally_places.h"
#include "store.pb-c.h"

// ---- Payloads ----

int tally_frontier_compare(const void *left, const void *right)
{
	const struct tally_frontier *a = left, *b = right;
	return memcmp(a->log.bytes, b->log.bytes, sizeof a->log.bytes);
}

// A set: sorted, and no log twice.
static enum err decode_frontier(const Tributary__Tally *message, struct arena *arena, struct tally *tally)
{
	struct tally_frontier *frontier = arena_array(arena, message->n_frontier, sizeof *frontier);
	if (!frontier)
		return ERR_BUDGET;
	for (size_t i = 0; i < message->n_frontier; i++) {
		const Tributary__Frontier *item = message->frontier[i];
		frontier[i].size = item->size;
		if (hash_read(pb_span(item->log), &frontier[i].log) || hash_read(pb_span(item->root), &frontier[i].root))
			return ERR_MALFORMED;
	}
	if (message->n_frontier > 1)
		qsort(frontier, message->n_frontier, sizeof *frontier, tally_frontier_compare);
	for (size_t i = 1; i < message->n_frontier; i++)
		if (tally_frontier_compare(&frontier[i - 1], &frontier[i]) == 0)
			return ERR_MALFORMED;
	tally->frontier = frontier;
	tally->frontier_count = message->n_frontier;
	return ERR_OK;
}

enum err tally_decode(struct span payload, struct arena *arena, struct tally *tally)
{
	*tally = (struct tally){ .revision = 0 };
	ProtobufCMessage *generic;
	enum err err = pb_unpack(&tributary__tally__descriptor, payload, arena, &generic);
	if (err)
		return err == ERR_TOO_LARGE ? ERR_MALFORMED : err;
	const Tributary__Tally *message = (const Tributary__Tally *)generic;
	if (message->unit.len && id_read(pb_span(message->unit), &tally->unit))
		return ERR_MALFORMED;
	if (message->revision == 0 || !cell_month_valid(message->through))
		return ERR_MALFORMED;
	tally->revision = message->revision;
	tally->previous = message->previous;
	tally->rollup = message->rollup;
	tally->through = message->through;
	tally->pack_version = message->pack_version;
	err = decode_frontier(message, arena, tally);
	if (err)
		return err;
	struct cell *cells = NULL;
	err = cell_unpack(pb_span(message->cells), arena, &cells, &tally->cell_count);
	tally->cells = cells;
	return err;
}

static void pack_message(const struct tally *tally, struct buf *cells, Tributary__Frontier *items,
                         Tributary__Frontier **list, struct buf *payload)
{
	for (size_t i = 0; i < tally->frontier_count; i++) {
		list[i] = &items[i];
		tributary__frontier__init(&items[i]);
		items[i].log = pb_bytes(hash_span(&tally->frontier[i].log));
		items[i].size = tally->frontier[i].size;
		items[i].root = pb_bytes(hash_span(&tally->frontier[i].root));
	}
	Tributary__Tally message = TRIBUTARY__TALLY__INIT;
	if (!id_is_zero(&tally->unit))
		message.unit = pb_bytes(id_span(&tally->unit));
	message.revision = tally->revision;
	message.previous = tally->previous;
	message.rollup = tally->rollup;
	message.through = tally->through;
	message.pack_version = tally->pack_version;
	message.n_frontier = tally->frontier_count;
	message.frontier = list;
	message.cells = pb_bytes(buf_span(cells));
	pb_pack(&message.base, payload);
}

void tally_encode(const struct tally *tally, struct buf *payload)
{
	struct buf cells = BUF_EMPTY;
	cell_pack(tally->cells, tally->cell_count, &cells);
	Tributary__Frontier *items = calloc(tally->frontier_count + 1, sizeof *items);
	Tributary__Frontier **list = calloc(tally->frontier_count + 1, sizeof *list);
	if (items && list && !cells.err)
		pack_message(tally, &cells, items, list, payload);
	else if (!payload->err)
		payload->err = ERR_NOMEM;
	free(list);
	free(items);
	buf_free(&cells);
}

enum err tally_each(struct txn *txn, enum err (*visit)(void *context, const struct tally_chain *chain, bool provisional),
                    void *context)
{
	enum err err = ERR_OK;
	struct scan scan = scan_begin(txn, STORE_TALLY, span_of("w", 1));
	while (!err && scan_next(&scan)) {
		struct id unit;
		struct tally_chain chain;
		bool provisional;
		bool sound = scan.key.size == 1 + LIMIT_ID_BYTES + 1;
		err = sound ? id_read(span_of(scan.key.data + 1, LIMIT_ID_BYTES), &unit) : ERR_CORRUPT;
		if (!err)
			err = tally_in_force(txn, &unit, scan.key.data[1 + LIMIT_ID_BYTES] != 0, &chain, &provisional);
		if (!err)
			err = visit(context, &chain, provisional);
		else if (err == ERR_NOT_FOUND)
			err = ERR_OK; // nobody is
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

// ---- Taking in ----

enum err tally_in_force(struct txn *txn, const struct id *unit, bool rollup, struct tally_chain *chain, bool *provisional)
{
	struct tally_force force;
	enum err err = tally_chain_force_get(txn, unit, rollup, &force);
	if (err)
		return err;
	if (force.log == 0)
		return ERR_NOT_FOUND;
	*provisional = force.provisional;
	err = tally_chain_get(txn, force.log, chain);
	return err == ERR_NOT_FOUND ? txn_fail(txn, ERR_CORRUPT) : err;
}

// Does the tally continue what is held of its log? A complete one starts the chain anew.
static enum err check_follows(struct txn *txn, uint32_t log, uint64_t seq, const struct tally *tally)
{
	struct tally_chain chain;
	enum err err = tally_chain_get(txn, log, &chain);
	if (err)
		return err == ERR_NOT_FOUND && tally->previous ? ERR_GAP : err == ERR_NOT_FOUND ? ERR_OK : err;
	if (!id_equal(&chain.unit, &tally->unit) || chain.rollup != tally->rollup)
		return ERR_MALFORMED; // a log speaks for one unit, in one voice
	if (seq <= chain.seq || (tally->previous && tally->previous != chain.seq + 1))
		return ERR_GAP;
	return ERR_OK;
}

// By how much the chain's cells change. What a complete tally does not mention becomes 0.
static enum err list_changes(struct txn *txn, const struct cell_owner *owner, const struct tally *tally,
                             struct cell_list *changes)
{
	if (tally->previous == 0)
		return cell_list_difference_given(txn, tally->cells, tally->cell_count, owner, changes);
	enum err err = ERR_OK;
	for (size_t i = 0; i < tally->cell_count && !err; i++) {
		int64_t held;
		err = cell_get(txn, owner, &tally->cells[i].key, &held);
		if (!err && held != tally->cells[i].value)
			err = cell_list_add(changes, &tally->cells[i].key, tally->cells[i].value - held);
	}
	return err;
}

// A tally that continues its chain says what its cells are now; of a complete one only the differences
// are at hand.
static enum err set_cells(struct txn *txn, const struct cell_owner *owner, const struct tally *tally,
                          const struct cell_list *changes)
{
	enum err err = ERR_OK;
	for (size_t i = 0, next = 0; next < changes->count && !err; i++)
		if (cell_key_compare(&tally->cells[i].key, &changes->cells[next].key) == 0) {
			err = cell_set(txn, owner, &tally->cells[i].key, tally->cells[i].value);
			next++;
		}
	return err;
}

static enum err add_all(struct txn *txn, const struct cell_owner *owner, const struct cell_list *changes, bool dirty)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < changes->count && !err; i++)
		err = cell_add(txn, owner, &changes->cells[i].key, changes->cells[i].value, dirty);
	return err;
}

// Into a sum, what changed in the cells of one of its parts, which are as they are now: of what is added up,
// by how much; of extremes, what the part says instead of what it said before.
static enum err sum_in(struct txn *txn, const struct cell_owner *sum, const struct cell_owner *part,
                       const struct cell_list *changes, bool dirty)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < changes->count && !err; i++) {
		const struct cell *change = &changes->cells[i];
		int64_t now;
		if (cell_rule(&change->key) == CELL_ADDS_UP) {
			err = cell_add(txn, sum, &change->key, change->value, dirty);
			continue;
		}
		err = cell_get(txn, part, &change->key, &now);
		if (!err)
			err = multiset_replace(txn, sum, &change->key, now - change->value, now, dirty);
	}
	return err;
}

static enum err take_into_chain(struct txn *txn, const struct tally_chain *chain, const struct tally *tally,
                                const struct cell_list *changes)
{
	const struct cell_owner owner = cell_owner_log(chain->log);
	if (tally->previous == 0)
		tally_chain_frontier_clear(txn, chain->log);
	for (size_t i = 0; i < tally->frontier_count; i++)
		tally_chain_frontier_put(txn, chain->log, &tally->frontier[i]);
	if (tally->previous == 0)
		tally_chain_index(txn, chain);
	tally_chain_put(txn, chain);
	return tally->previous ? set_cells(txn, &owner, tally, changes) : add_all(txn, &owner, changes, false);
}

// The chain in force that sums have taken in; log 0: none.
static enum err find_summed(struct txn *txn, const struct id *unit, struct tally_chain *chain)
{
	bool provisional;
	*chain = (struct tally_chain){ .log = 0 };
	for (int rollup = 1; rollup >= 0 && !chain->summed; rollup--) {
		enum err err = tally_in_force(txn, unit, rollup, chain, &provisional);
		if (err == ERR_NOT_FOUND || (!err && !chain->summed))
			*chain = (struct tally_chain){ .log = 0 };
		else if (err)
			return err;
	}
	return ERR_OK;
}

enum err tally_sum_owner(struct txn *txn, const struct id *unit, struct cell_owner *owner)
{
	struct tally_chain chain;
	*owner = cell_owner_sum(unit);
	if (tally_chain_has_sum(txn, unit))
		return txn->err;
	enum err err = find_summed(txn, unit, &chain);
	if (!err && chain.log)
		*owner = cell_owner_log(chain.log);
	return err;
}

// From now on the unit has a sum of its own, which begins with what its own chain says.
static enum err keep_sum(struct txn *txn, const struct id *unit, struct arena *arena)
{
	struct tally_chain chain;
	struct cell_list held = { .arena = arena };
	if (tally_chain_has_sum(txn, unit))
		return txn->err;
	enum err err = find_summed(txn, unit, &chain);
	if (err)
		return err;
	const struct cell_owner own = cell_owner_log(chain.log), sum = cell_owner_sum(unit);
	if (chain.log)
		err = cell_list_difference(txn, &own, &sum, &held);
	if (!err)
		err = sum_in(txn, &sum, &own, &held, false);
	return err ? err : tally_chain_sum_put(txn, unit);
}

// What the sums see: the cells of the chain now in force, less those of the one that was before.
// `changes` were taken into `chain` in between, so they count where that was in force before.
static enum err sum_up(struct txn *txn, const struct tally_chain *chain, struct tally_force before,
                       struct tally_force now, const struct cell_list *changes, const struct tally_places *places,
                       struct arena *arena)
{
	struct cell_list moved = { .arena = arena };
	// Nobody in force is log 0, which has no cells; the changes are then part of what is there now.
	const struct cell_owner speaker = cell_owner_log(chain->log);
	const struct cell_owner to = cell_owner_log(now.log), from = cell_owner_log(before.log);
	enum err err = now.log != before.log ? cell_list_difference(txn, &to, &from, &moved) : ERR_OK;
	bool both = before.log == chain->log;
	if (places->count > 1) {
		struct tally_spread spread = { .txn = txn, .places = places };
		if (!err && both)
			err = tally_spread_list(&spread, &speaker, changes);
		if (!err)
			err = tally_spread_list(&spread, &to, &moved);
		enum err flushed = tally_spread_flush(&spread);
		return err ? err : flushed;
	}
	for (size_t i = 0; places->count && i < places->spans[0].count && !err; i++) {
		const struct id *unit = &places->spans[0].into[i];
		const struct cell_owner owner = cell_owner_sum(unit);
		bool published = id_equal(unit, &places->publisher); // nobody would ever take the mark away from the others
		if (i == 0 && !tally_chain_has_sum(txn, unit))
			continue; // its chain is its sum
		if (both)
			err = sum_in(txn, &owner, &speaker, changes, published);
		if (!err)
			err = sum_in(txn, &owner, &to, &moved, published);
	}
	return err;
}

// Our own unit's sum is what we publish; units above the one that speaks have several to sum. One that
// was elsewhere has its months divided, and then none of its sums is its chain.
static enum err keep_sums(struct txn *txn, const struct tally_places *places, struct arena *arena)
{
	enum err err = ERR_OK;
	for (size_t at = 0; at < places->count; at++) {
		const struct tally_span *span = &places->spans[at];
		for (size_t i = places->count == 1 && span->count > 1 ? 1 : 0; i < span->count && !err; i++)
			err = keep_sum(txn, &span->into[i], arena);
	}
	return err;
}

enum err tally_move(struct txn *txn, const struct id *unit, bool rollup, const struct tally_places *places, struct arena *arena)
{
	struct tally_places before;
	struct tally_force force;
	struct tally_chain chain;
	enum err err = tally_places_get(txn, unit, rollup, arena, &before);
	if (err == ERR_NOT_FOUND)
		err = ERR_OK;
	if (err || tally_places_equal(&before, places))
		return err;
	before.pack = places->pack;
	before.publisher = places->publisher;
	err = tally_chain_force_get(txn, unit, rollup, &force);
	if (!err && force.log)
		err = tally_chain_get(txn, force.log, &chain);
	if (!err && (before.count > 1 || places->count > 1)) {
		err = keep_sum(txn, unit, arena);
		if (!err)
			err = keep_sums(txn, &before, arena);
	}
	if (!err)
		err = keep_sums(txn, places, arena);
	struct tally_spread spread = { .txn = txn, .places = &before };
	const struct cell_owner owner = cell_owner_log(force.log);
	if (!err && force.log)
		err = tally_spread_owner(&spread, &owner, -1);
	spread.places = places;
	if (!err && force.log)
		err = tally_spread_owner(&spread, &owner, 1);
	enum err flushed = tally_spread_flush(&spread);
	if (!err && !flushed && force.log) {
		chain.summed = tally_places_any(places);
		err = tally_chain_put(txn, &chain);
	}
	if (!err && !flushed)
		err = tally_places_put(txn, unit, rollup, places);
	return err ? txn_fail(txn, err) : flushed ? txn_fail(txn, flushed) : ERR_OK;
}

// A chain's first tally, and one of a unit that was elsewhere, look where its cells went before.
static enum err ready_sums(struct txn *txn, const struct tally *tally, const struct tally_places *places, struct arena *arena)
{
	enum err err = ERR_OK;
	if (tally->previous == 0 || places->count > 1)
		err = tally_move(txn, &tally->unit, tally->rollup, places, arena);
	return err ? err : keep_sums(txn, places, arena);
}

enum err tally_apply_in(struct txn *txn, uint32_t log, uint64_t seq, uint64_t time, const struct tally *tally,
                        const struct tally_places *places, struct arena *arena)
{
	if (id_is_zero(&tally->unit))
		return ERR_MALFORMED;
	struct tally_force before, now;
	enum err err = check_follows(txn, log, seq, tally);
	if (!err)
		err = tally_chain_force_get(txn, &tally->unit, tally->rollup, &before);
	struct cell_list changes = { .arena = arena };
	const struct cell_owner owner = cell_owner_log(log);
	if (!err)
		err = list_changes(txn, &owner, tally, &changes);
	if (err)
		return err; // nothing was written yet
	const struct tally_chain chain = {
		.log = log, .unit = tally->unit, .rollup = tally->rollup, .summed = tally_places_any(places),
		.revision = tally->revision, .seq = seq, .through = tally->through, .time = time,
		.pack_version = tally->pack_version,
	};
	err = ready_sums(txn, tally, places, arena);
	if (!err)
		err = take_into_chain(txn, &chain, tally, &changes);
	if (!err)
		err = tally_chain_decide(txn, &chain, arena, &now);
	if (!err)
		err = tally_chain_force_put(txn, &chain, before, now);
	if (!err)
		err = sum_up(txn, &chain, before, now, &changes, places, arena);
	return err ? txn_fail(txn, err) : ERR_OK; // half a tally must not be committed
}

static struct tally_places one_place(struct tally_span *span, const struct id *into, size_t count)
{
	assert(count <= LIMIT_TREE_LEVELS);
	*span = (struct tally_span){ .from = INT32_MIN, .count = count };
	for (size_t i = 0; i < count; i++)
		span->into[i] = into[i];
	struct tally_places places = { .count = 1, .spans = span };
	if (count)
		places.publisher = into[count - 1];
	return places;
}

enum err tally_apply(struct txn *txn, uint32_t log, uint64_t seq, uint64_t time, const struct tally *tally,
                     const struct id *into, size_t into_count, struct arena *arena)
{
	struct tally_span span;
	struct tally_places places = one_place(&span, into, into_count);
	return tally_apply_in(txn, log, seq, time, tally, &places, arena);
}

enum err tally_forget_in(struct txn *txn, uint32_t log, const struct tally_places *places, struct arena *arena)
{
	struct tally_chain chain;
	enum err err = tally_chain_get(txn, log, &chain);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	// A complete tally that says nothing takes every cell back, from the sums as well.
	const struct tally nothing = { .unit = chain.unit, .rollup = chain.rollup, .through = INT32_MIN };
	err = tally_apply_in(txn, log, chain.seq + 1, chain.time, &nothing, places, arena);
	return err ? err : tally_chain_delete(txn, &chain);
}

enum err tally_forget(struct txn *txn, uint32_t log, const struct id *into, size_t into_count, struct arena *arena)
{
	struct tally_span span;
	struct tally_places places = one_place(&span, into, into_count);
	return tally_forget_in(txn, log, &places, arena);
}
