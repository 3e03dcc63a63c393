// Tallies: their payloads, taking them into chains and sums, and making one's own.
#include "ledger/tally.h"

#include <stdlib.h>

#include "base/pb.h"
#include "ledger/cell_list.h"
#include "ledger/multiset.h"
#include "ledger/tally_chain.h"
#include "store.pb-c.h"

// ---- Payloads ----

static int compare_frontier(const void *left, const void *right)
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
		qsort(frontier, message->n_frontier, sizeof *frontier, compare_frontier);
	for (size_t i = 1; i < message->n_frontier; i++)
		if (compare_frontier(&frontier[i - 1], &frontier[i]) == 0)
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
                       struct tally_force now, const struct cell_list *changes, const struct id *into,
                       size_t into_count, struct arena *arena)
{
	struct cell_list moved = { .arena = arena };
	// Nobody in force is log 0, which has no cells; the changes are then part of what is there now.
	const struct cell_owner speaker = cell_owner_log(chain->log);
	const struct cell_owner to = cell_owner_log(now.log), from = cell_owner_log(before.log);
	enum err err = now.log != before.log ? cell_list_difference(txn, &to, &from, &moved) : ERR_OK;
	for (size_t i = 0; i < into_count && !err; i++) {
		const struct cell_owner owner = cell_owner_sum(&into[i]);
		bool published = i + 1 == into_count; // nobody would ever take the mark away from the others
		if (i == 0 && !tally_chain_has_sum(txn, &into[i]))
			continue; // its chain is its sum
		if (before.log == chain->log)
			err = sum_in(txn, &owner, &speaker, changes, published);
		if (!err)
			err = sum_in(txn, &owner, &to, &moved, published);
	}
	return err;
}

enum err tally_apply(struct txn *txn, uint32_t log, uint64_t seq, uint64_t time, const struct tally *tally,
                     const struct id *into, size_t into_count, struct arena *arena)
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
		.log = log, .unit = tally->unit, .rollup = tally->rollup, .summed = into_count > 0, .revision = tally->revision, .seq = seq,
		.through = tally->through, .time = time,
	};
	// Our own unit's sum is what we publish; units above the one that speaks have several to sum.
	for (size_t i = into_count > 1 ? 1 : 0; i < into_count && !err; i++)
		err = keep_sum(txn, &into[i], arena);
	if (!err)
		err = take_into_chain(txn, &chain, tally, &changes);
	if (!err)
		err = tally_chain_decide(txn, &chain, arena, &now);
	if (!err)
		err = tally_chain_force_put(txn, &chain, before, now);
	if (!err)
		err = sum_up(txn, &chain, before, now, &changes, into, into_count, arena);
	return err ? txn_fail(txn, err) : ERR_OK; // half a tally must not be committed
}

enum err tally_forget(struct txn *txn, uint32_t log, const struct id *into, size_t into_count, struct arena *arena)
{
	struct tally_chain chain;
	enum err err = tally_chain_get(txn, log, &chain);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	// A complete tally that says nothing takes every cell back, from the sums as well.
	const struct tally nothing = { .unit = chain.unit, .rollup = chain.rollup, .through = INT32_MIN };
	err = tally_apply(txn, log, chain.seq + 1, chain.time, &nothing, into, into_count, arena);
	return err ? err : tally_chain_delete(txn, &chain);
}

// ---- Making ----

static bool is_due(const struct tally_request *request, const struct cell_key *key)
{
	return key->month <= request->through || key->metric >= CELL_ENGINE_METRICS;
}

static enum err list_due(const struct tally_request *request, struct txn *txn, struct cell_list *due)
{
	struct cell cell;
	enum err err = ERR_OK;
	struct cell_scan scan = cell_scan_begin(txn, &request->owner, 0);
	while (!err && cell_scan_next(&scan, &cell))
		if (is_due(request, &cell.key))
			err = cell_list_add(due, &cell.key, cell.value);
	cell_scan_end(&scan);
	return err ? err : txn->err;
}

// Marked cells: those due that the chain does not have like this, and those that may lose their mark.
static enum err list_dirty(const struct tally_request *request, struct txn *txn, struct cell_list *due,
                           struct cell_list *clean)
{
	const struct cell_owner published = cell_owner_log(request->log);
	struct cell cell;
	enum err err = ERR_OK;
	struct cell_scan scan = cell_scan_begin_dirty(txn, &request->owner);
	while (!err && cell_scan_next(&scan, &cell)) {
		int64_t held = 0;
		if (!is_due(request, &cell.key))
			continue;
		err = cell_get(txn, &request->owner, &cell.key, &cell.value);
		if (!err)
			err = cell_get(txn, &published, &cell.key, &held);
		if (!err)
			err = cell_list_add(held == cell.value ? clean : due, &cell.key, cell.value);
	}
	cell_scan_end(&scan);
	cell_list_sort(due); // marks stand by month
	return err ? err : txn->err;
}

static enum err list_cells(const struct tally_request *request, struct txn *txn, bool complete, struct cell_list *due)
{
	struct cell_list clean = { .arena = due->arena };
	if (complete)
		return list_due(request, txn, due);
	enum err err = list_dirty(request, txn, due, &clean);
	for (size_t i = 0; i < clean.count && !err; i++)
		err = cell_clean(txn, &request->owner, &clean.cells[i].key);
	return err;
}

static enum err list_frontier(const struct tally_request *request, struct txn *txn, bool complete,
                              struct arena *arena, struct tally *tally)
{
	struct tally_frontier *frontier = arena_array(arena, request->frontier_count, sizeof *frontier);
	if (!frontier)
		return ERR_BUDGET;
	size_t count = 0;
	for (size_t i = 0; i < request->frontier_count; i++) {
		const struct tally_frontier *item = &request->frontier[i];
		struct tally_frontier held = { .size = 0 };
		enum err err = complete ? ERR_OK : tally_chain_frontier_get(txn, request->log, &item->log, &held);
		if (err)
			return err;
		if (complete || held.size != item->size || !hash_equal(&held.root, &item->root))
			frontier[count++] = *item;
	}
	if (count > 1)
		qsort(frontier, count, sizeof *frontier, compare_frontier);
	tally->frontier = frontier;
	tally->frontier_count = count;
	return ERR_OK;
}

static enum err covers_request(struct txn *txn, uint32_t log, const struct tally_request *request, bool *covers)
{
	*covers = true;
	for (size_t i = 0; i < request->frontier_count && *covers; i++) {
		struct tally_frontier held;
		enum err err = tally_chain_frontier_get(txn, log, &request->frontier[i].log, &held);
		if (err)
			return err;
		*covers = held.size >= request->frontier[i].size;
	}
	return ERR_OK;
}

// Has another device of the unit already said just this?
static enum err is_said(const struct tally_request *request, struct txn *txn, struct arena *arena, bool *said)
{
	struct tally_chain chain;
	bool provisional;
	*said = false;
	enum err err = tally_in_force(txn, &request->unit, request->rollup, &chain, &provisional);
	if (err || chain.log == request->log || chain.through != request->through || provisional)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	err = covers_request(txn, chain.log, request, said);
	if (err || !*said)
		return err;
	const struct cell_owner theirs = cell_owner_log(chain.log);
	struct cell_list differing = { .arena = arena };
	err = cell_list_difference(txn, &request->owner, &theirs, &differing);
	for (size_t i = 0; i < differing.count && !err; i++)
		*said = *said && !is_due(request, &differing.cells[i].key);
	return err;
}

static bool values_fit(const struct cell_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->cells[i].value > CELL_VALUE_MAX || list->cells[i].value < -CELL_VALUE_MAX)
			return false;
	return true;
}

// Nothing new against the log's own last tally, or against what another device has said.
static enum err check_new(const struct tally_request *request, struct txn *txn, const struct tally_chain *chain,
                          const struct tally *tally, struct arena *arena)
{
	if (request->rebase)
		return ERR_OK;
	bool same = tally->previous && chain->through == request->through;
	if (same && tally->cell_count == 0 && tally->frontier_count == 0)
		return ERR_NOT_FOUND;
	bool said;
	enum err err = is_said(request, txn, arena, &said);
	return err ? err : said ? ERR_NOT_FOUND : ERR_OK;
}

enum err tally_prepare(struct txn *txn, const struct tally_request *request, struct arena *arena, struct tally *tally)
{
	struct tally_chain chain = { .revision = 0 };
	enum err err = tally_chain_get(txn, request->log, &chain);
	bool complete = request->rebase || err == ERR_NOT_FOUND;
	struct cell_list due = { .arena = arena };
	*tally = (struct tally){
		.unit = request->unit, .revision = chain.revision + 1, .previous = complete ? 0 : chain.seq + 1,
		.rollup = request->rollup, .through = request->through, .pack_version = request->pack_version,
	};
	if (!err || err == ERR_NOT_FOUND)
		err = list_cells(request, txn, complete, &due);
	if (!err && !values_fit(&due))
		err = ERR_RANGE;
	if (!err)
		err = list_frontier(request, txn, complete, arena, tally);
	tally->cells = due.cells;
	tally->cell_count = due.count;
	return err ? err : check_new(request, txn, &chain, tally, arena);
}

// ---- Vouching: +1 from `since` on, -1 behind the last month vouched for ----

static enum err vouch(struct txn *txn, const struct cell_owner *owner, int32_t since, int32_t through, int64_t sign)
{
	const struct cell_key first = { .metric = CELL_METRIC_REPORTING, .month = since };
	const struct cell_key behind = { .metric = CELL_METRIC_REPORTING, .month = through + 1 };
	if (through < since)
		return ERR_OK; // nothing vouched for
	enum err err = cell_add(txn, owner, &first, sign, true);
	return err ? err : cell_add(txn, owner, &behind, -sign, true);
}

enum err tally_vouch(struct txn *txn, const struct cell_owner *owner, int32_t since, int32_t before, int32_t through)
{
	if (before == through)
		return ERR_OK;
	enum err err = vouch(txn, owner, since, before, -1);
	return err ? err : vouch(txn, owner, since, through, 1);
}
