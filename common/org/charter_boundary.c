// Corrections to what is summed here: for each chain of tallies concerned, its cells times a weight for each of the
// places that its unit ever had: what it is to give there less what it gives.
#include "org/charter_boundary.h"

#include "base/date.h"
#include "ledger/tally.h"
#include "ledger/tally_places.h"
#include "org/charter_extremes.h"

struct drawing {
	struct txn *txn;
	const struct pack *pack;
	const struct charter_boundary_request *request;
	struct arena *arena;
	struct charter_boundary *boundary;
	// `then`: where it stood; `wanted`: where it is to stand, the same where nothing is redrawn.
	int (*weight)(const struct drawing *drawing, const struct charter_span *then, const struct charter_span *wanted);
	bool evidence; // nothing of the unit is summed here in some of its months, and no server's sum tells of it
	bool held;     // a chain of the branch of the tree at hand is
};

// Do our sums hold the unit asked for, in a place with it on its way up? They do if we stand at or above it, and no other
// server between (sync/view_place).
static bool summed_here(const struct drawing *drawing, const struct charter_span *span)
{
	const struct charter_boundary_request *request = drawing->request;
	struct charter_unit row;
	size_t at = 0;
	while (at < span->count && !id_equal(&span->path[at], &request->unit))
		at++;
	for (size_t i = at; i < span->count; i++) {
		if (id_equal(&span->path[i], &request->server))
			return true;
		if (i > at && (charter_unit_get(drawing->txn, &span->path[i], &row) || !hash_is_zero(&row.server)))
			return false;
	}
	return false;
}

// ---- Weights ----

// Of a part of the sum.
static int weight_in_sum(const struct drawing *drawing, const struct charter_span *then, const struct charter_span *wanted)
{
	const struct id *unit = &drawing->request->unit;
	bool given = charter_span_below(then, unit) && (!drawing->evidence || summed_here(drawing, then));
	return charter_span_below(wanted, unit) - given;
}

// Of the sum of the unit's own server, which tells of all its months.
static int weight_of_sum(const struct drawing *drawing, const struct charter_span *then, const struct charter_span *wanted)
{
	(void)wanted;
	return !summed_here(drawing, then);
}

// Beside its own tally: of that nothing, unless it is a part of another; then all of it goes. Of what was merged into it,
// all comes.
static int weight_beside(const struct drawing *drawing, const struct charter_span *then, const struct charter_span *wanted)
{
	const struct id *unit = &drawing->request->unit;
	(void)then;
	if (id_equal(&wanted->path[0], unit))
		return wanted->merged ? -1 : 0;
	return wanted->merged && wanted->count > 1 && id_equal(&wanted->path[1], unit);
}

// The unit's places, and the weight of each.
struct weighed {
	struct charter_lineage lineage;
	int *weights;
	bool concerned; // any of them is not 0
};

static enum err weigh(const struct drawing *drawing, const struct id *unit, struct weighed *weighed)
{
	const struct charter_boundary_request *request = drawing->request;
	const struct charter_lineage *lineage = &weighed->lineage;
	enum err err = charter_lineage(drawing->txn, unit, drawing->arena, &weighed->lineage);
	if (err)
		return err;
	weighed->concerned = false;
	weighed->weights = arena_array(drawing->arena, lineage->count, sizeof *weighed->weights);
	if (!weighed->weights)
		return ERR_BUDGET;
	const struct charter_span *tree = request->redrawn ? &lineage->spans[charter_lineage_on(lineage, request->tree)] : NULL;
	for (size_t i = 0; i < lineage->count; i++) {
		weighed->weights[i] = drawing->weight(drawing, &lineage->spans[i], tree ? tree : &lineage->spans[i]);
		weighed->concerned |= weighed->weights[i] != 0;
	}
	return ERR_OK;
}

// ---- Chains ----

static enum err add(struct drawing *drawing, const struct cell_key *key, int64_t value)
{
	return value ? cell_list_add(&drawing->boundary->cells, key, value) : ERR_OK;
}

static enum err correct_cell(struct drawing *drawing, const struct weighed *weighed, const struct cell *cell)
{
	const struct charter_lineage *lineage = &weighed->lineage;
	size_t at = charter_lineage_on(lineage, date_month_end(cell->key.month));
	if (cell_rule(&cell->key) != CELL_ADDS_UP) {
		drawing->boundary->cells.extremes |= weighed->weights[at] != 0;
		return ERR_OK;
	}
	enum err err = add(drawing, &cell->key, weighed->weights[at] * cell->value);
	bool stock = tally_places_stock(drawing->pack, &cell->key);
	for (size_t i = at + 1; stock && i < lineage->count && !err; i++) { // what went with it then
		struct cell_key then = cell->key;
		then.month = date_month(lineage->spans[i].from);
		err = add(drawing, &then, (weighed->weights[i] - weighed->weights[i - 1]) * cell->value);
	}
	return err;
}

static enum err correct_chain(struct drawing *drawing, const struct weighed *weighed, const struct id *unit, bool rollup)
{
	struct tally_chain chain;
	struct cell cell;
	bool provisional;
	enum err err = tally_in_force(drawing->txn, unit, rollup, &chain, &provisional);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	drawing->held = true;
	if (!weighed->concerned)
		return ERR_OK;
	const struct cell_owner owner = cell_owner_log(chain.log);
	struct cell_scan scan = cell_scan_begin(drawing->txn, &owner, 0);
	while (!err && cell_scan_next(&scan, &cell))
		err = correct_cell(drawing, weighed, &cell);
	cell_scan_end(&scan);
	return err ? err : drawing->txn->err;
}

// ---- Units that moved ----

static enum err remember(struct charter_boundary *boundary, struct arena *arena, const struct charter_boundary_unit *unit)
{
	if (boundary->count == boundary->capacity) {
		size_t capacity = boundary->capacity ? 2 * boundary->capacity : 16;
		struct charter_boundary_unit *units = arena_array(arena, capacity, sizeof *units);
		if (!units)
			return ERR_BUDGET;
		if (boundary->count)
			memcpy(units, boundary->units, boundary->count * sizeof *units);
		boundary->units = units;
		boundary->capacity = capacity;
	}
	boundary->units[boundary->count++] = *unit;
	return ERR_OK;
}

static enum err correct_unit(void *context, const struct charter_unit *row)
{
	struct drawing *drawing = context;
	struct weighed weighed;
	enum err err = weigh(drawing, &row->unit, &weighed);
	if (!err)
		err = remember(drawing->boundary, drawing->arena, &(struct charter_boundary_unit){ .row = *row, .lineage = weighed.lineage });
	return err ? err : correct_chain(drawing, &weighed, &row->unit, false);
}

// A unit that moved, and all below it: by their own figures, or, where those are not here, by its server's sum.
static enum err correct_branch(struct drawing *drawing, const struct id *unit)
{
	struct weighed weighed;
	drawing->held = false;
	enum err err = charter_subtree(drawing->txn, unit, correct_unit, drawing);
	if (err || drawing->held)
		return err;
	err = weigh(drawing, unit, &weighed);
	if (!err)
		err = correct_chain(drawing, &weighed, unit, true);
	drawing->boundary->missing += !err && !drawing->held && weighed.concerned;
	return err;
}

static bool moved(struct txn *txn, const struct charter_unit *row)
{
	struct charter_change change;
	bool found = false;
	struct charter_walk walk = charter_past(txn, &row->unit);
	while (row->past && !found && charter_past_next(&walk, &change))
		found = !change.announced && (change.what == CHARTER_MOVED || change.what == CHARTER_MERGED);
	charter_walk_end(&walk);
	return found;
}

// The topmost of those that moved stand for those below them.
static enum err moved_above(struct txn *txn, const struct charter_unit *row, bool *found)
{
	struct charter_unit above = *row;
	*found = false;
	while (!*found && !id_is_zero(&above.parent)) {
		enum err err = charter_unit_get(txn, &above.parent, &above);
		if (err)
			return err;
		*found = moved(txn, &above);
	}
	return ERR_OK;
}

// Of all that ever changed its place, once each.
static enum err correct_all(struct drawing *drawing)
{
	struct txn *txn = drawing->txn;
	struct id last = { { 0 } };
	struct charter_change change;
	enum err err = ERR_OK;
	struct charter_walk walk = charter_past_all(txn);
	while (!err && charter_past_next(&walk, &change)) {
		struct charter_unit row;
		bool above;
		if (id_equal(&change.unit, &last))
			continue;
		last = change.unit;
		err = charter_unit_get(txn, &change.unit, &row);
		if (err == ERR_NOT_FOUND) { // from afar
			err = ERR_OK;
			continue;
		}
		if (!err && moved(txn, &row)) {
			err = moved_above(txn, &row, &above);
			if (!err && !above)
				err = correct_branch(drawing, &row.unit);
		}
	}
	charter_walk_end(&walk);
	return err ? err : txn->err;
}

// ---- A unit that is not summed here ----

// It never moved, and neither did what is above it: else it is looked at with those that did.
static enum err correct_evidence(void *context, const struct charter_unit *row)
{
	struct drawing *drawing = context;
	struct weighed weighed;
	bool above = false;
	if (moved(drawing->txn, row))
		return ERR_OK;
	enum err err = moved_above(drawing->txn, row, &above);
	if (err || above)
		return err;
	err = weigh(drawing, &row->unit, &weighed);
	return err ? err : correct_chain(drawing, &weighed, &row->unit, false);
}

// What its own server says of its months here and elsewhere; where it has none, what is held of it and those below it.
static enum err correct_unseen(struct drawing *drawing)
{
	const struct id *unit = &drawing->request->unit;
	struct charter_unit row;
	struct weighed weighed;
	drawing->weight = weight_of_sum;
	enum err err = charter_unit_get(drawing->txn, unit, &row);
	if (!err)
		err = weigh(drawing, unit, &weighed);
	drawing->weight = weight_in_sum;
	if (err || !weighed.concerned)
		return err;
	if (!hash_is_zero(&row.server))
		return correct_chain(drawing, &weighed, unit, true);
	drawing->evidence = true;
	return charter_subtree(drawing->txn, unit, correct_evidence, drawing);
}

enum err charter_boundary(struct txn *txn, const struct pack *pack, const struct charter_boundary_request *request,
                          struct arena *arena, struct charter_boundary *boundary)
{
	struct drawing drawing = {
		.txn = txn, .pack = pack, .request = request, .arena = arena, .boundary = boundary, .weight = weight_in_sum,
	};
	*boundary = (struct charter_boundary){ .request = *request, .cells = { .arena = arena } };
	enum err err = id_is_zero(&request->server) ? ERR_OK : correct_unseen(&drawing);
	if (!err && (request->redrawn || drawing.evidence))
		err = correct_all(&drawing);
	if (!err && boundary->cells.extremes)
		err = charter_extremes(txn, boundary, false);
	cell_list_fold(&boundary->cells);
	return err;
}

int64_t charter_boundary_expected(const struct charter_boundary *boundary, const struct charter_kinds *kinds, int32_t day,
                                  int32_t known)
{
	int64_t count = 0;
	for (size_t i = 0; i < boundary->count && boundary->request.redrawn; i++) {
		const struct charter_boundary_unit *unit = &boundary->units[i];
		const struct charter_lineage *lineage = &unit->lineage;
		bool there = unit->row.since <= known && day < unit->row.closed && kinds->counted(kinds->context, unit->row.kind);
		if (there)
			count += charter_span_below(&lineage->spans[charter_lineage_on(lineage, boundary->request.tree)], &boundary->request.unit) -
			         charter_span_below(&lineage->spans[charter_lineage_on(lineage, day)], &boundary->request.unit);
	}
	return count;
}

// ---- Beside a unit's own tally ----

static enum err add_part(struct drawing *drawing, const struct charter_unit *row)
{
	struct weighed weighed;
	drawing->held = false;
	enum err err = weigh(drawing, &row->unit, &weighed);
	if (!err)
		err = remember(drawing->boundary, drawing->arena, &(struct charter_boundary_unit){ .row = *row, .lineage = weighed.lineage });
	if (!err && weighed.concerned)
		err = correct_chain(drawing, &weighed, &row->unit, false);
	drawing->boundary->missing += !err && weighed.concerned && !drawing->held;
	return err;
}

// Those merged into it, and those merged into them before.
static enum err add_parts(struct drawing *drawing, const struct id *unit, unsigned level)
{
	struct charter_walk walk = charter_children(drawing->txn, unit);
	struct charter_unit row;
	struct id child;
	enum err err = ERR_OK;
	while (!err && level < LIMIT_TREE_LEVELS && charter_child_next(&walk, &child)) {
		err = charter_unit_get(drawing->txn, &child, &row);
		if (err || !row.merged)
			continue;
		err = add_part(drawing, &row);
		if (!err)
			err = add_parts(drawing, &child, level + 1);
	}
	charter_walk_end(&walk);
	return err ? err : drawing->txn->err;
}

enum err charter_boundary_parts(struct txn *txn, const struct pack *pack, const struct charter_boundary_request *request,
                                struct arena *arena, struct charter_boundary *boundary)
{
	struct drawing drawing = {
		.txn = txn, .pack = pack, .request = request, .arena = arena, .boundary = boundary, .weight = weight_beside,
	};
	struct charter_unit own;
	*boundary = (struct charter_boundary){ .request = *request, .cells = { .arena = arena } };
	enum err err = charter_unit_get(txn, &request->unit, &own);
	if (!err && own.merged)
		err = add_part(&drawing, &own);
	if (!err)
		err = add_parts(&drawing, &request->unit, 0);
	if (!err && boundary->cells.extremes)
		err = charter_extremes(txn, boundary, true);
	cell_list_fold(&boundary->cells);
	return err;
}
