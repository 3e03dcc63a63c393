// Making one's own tally: which cells are due, what it says of its frontier, and whether it says anything new.
#include <stdlib.h>

#include "ledger/cell_list.h"
#include "ledger/tally.h"
#include "ledger/tally_chain.h"

static bool is_due(const struct tally_request *request, const struct cell_key *key)
{
	return key->month <= request->through || key->metric >= CELL_ENGINE_METRICS;
}

// All that is due. What is not yet keeps a mark, or gets one: a former chain may have published it, under a
// clock that was ahead, and a complete tally takes that back.
static enum err list_due(const struct tally_request *request, struct txn *txn, struct cell_list *due)
{
	struct cell cell;
	struct cell_list later = { .arena = due->arena };
	enum err err = ERR_OK;
	struct cell_scan scan = cell_scan_begin(txn, &request->owner, 0);
	while (!err && cell_scan_next(&scan, &cell))
		err = cell_list_add(is_due(request, &cell.key) ? due : &later, &cell.key, cell.value);
	cell_scan_end(&scan);
	for (size_t i = 0; i < later.count && !err; i++)
		err = cell_mark(txn, &request->owner, &later.cells[i].key);
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
		qsort(frontier, count, sizeof *frontier, tally_frontier_compare);
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
