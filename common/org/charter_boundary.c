// Corrections for units that moved: for each of their chains, what it adds to a unit's sum in the wanted
// tree less what it added in the trees of its months.
#include "org/charter_boundary.h"

#include "base/date.h"
#include "ledger/tally.h"
#include "ledger/tally_places.h"

struct drawing {
	struct txn *txn;
	const struct pack *pack;
	const struct id *unit;
	struct arena *arena;
	struct charter_boundary *boundary;
	bool held;   // a chain of the branch of the tree at hand is
};

static bool part_of(const struct charter_span *span, const struct id *unit)
{
	for (size_t i = span->merged ? 1 : 0; i < span->count; i++)
		if (id_equal(&span->path[i], unit))
			return true;
	return false;
}

// The span of a day; months belong to that of their last day.
static size_t span_on(const struct charter_lineage *lineage, int32_t day)
{
	size_t at = lineage->count - 1;
	while (at > 0 && lineage->spans[at].from > day)
		at--;
	return at;
}

static enum err add(struct drawing *drawing, const struct cell_key *key, int64_t value)
{
	return value ? cell_list_add(&drawing->boundary->cells, key, value) : ERR_OK;
}

static enum err correct_cell(struct drawing *drawing, const struct charter_lineage *lineage, bool wanted, const struct cell *cell)
{
	if (cell_rule(&cell->key) != CELL_ADDS_UP)
		return ERR_OK;
	size_t at = span_on(lineage, date_month_end(cell->key.month));
	int now = part_of(&lineage->spans[at], drawing->unit);
	enum err err = add(drawing, &cell->key, (wanted - now) * cell->value);
	bool stock = tally_places_stock(drawing->pack, &cell->key);
	for (size_t i = at + 1; stock && i < lineage->count && !err; i++) {
		int next = part_of(&lineage->spans[i], drawing->unit);
		struct cell_key then = cell->key;
		then.month = date_month(lineage->spans[i].from);
		err = add(drawing, &then, (now - next) * cell->value); // what went with it then
		now = next;
	}
	return err;
}

static enum err correct_chain(struct drawing *drawing, const struct charter_lineage *lineage, bool wanted,
                              const struct id *unit, bool rollup)
{
	struct tally_chain chain;
	struct cell cell;
	bool provisional;
	enum err err = tally_in_force(drawing->txn, unit, rollup, &chain, &provisional);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	drawing->held = true;
	const struct cell_owner owner = cell_owner_log(chain.log);
	struct cell_scan scan = cell_scan_begin(drawing->txn, &owner, 0);
	while (!err && cell_scan_next(&scan, &cell))
		err = correct_cell(drawing, lineage, wanted, &cell);
	cell_scan_end(&scan);
	return err ? err : drawing->txn->err;
}

// In the wanted tree, and in those of its months.
static enum err place(struct drawing *drawing, const struct id *unit, struct charter_lineage *lineage, bool *wanted)
{
	enum err err = charter_lineage(drawing->txn, unit, drawing->arena, lineage);
	if (!err)
		*wanted = part_of(&lineage->spans[span_on(lineage, drawing->boundary->tree)], drawing->unit);
	return err;
}

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
	struct charter_boundary_unit unit = { .row = *row };
	enum err err = place(drawing, &row->unit, &unit.lineage, &unit.wanted);
	if (!err)
		err = remember(drawing->boundary, drawing->arena, &unit);
	return err ? err : correct_chain(drawing, &unit.lineage, unit.wanted, &row->unit, false);
}

// A unit that moved, and all below it: by their own figures, or, where those are not here, by its server's sum.
static enum err correct_branch(struct drawing *drawing, const struct id *unit)
{
	struct charter_lineage lineage;
	bool wanted;
	drawing->held = false;
	enum err err = charter_subtree(drawing->txn, unit, correct_unit, drawing);
	if (err || drawing->held)
		return err;
	err = place(drawing, unit, &lineage, &wanted);
	if (!err)
		err = correct_chain(drawing, &lineage, wanted, unit, true);
	bool concerned = false; // somewhere it is a part of the sum, and elsewhere it is not
	for (size_t i = 0; i < lineage.count && !err; i++)
		concerned |= part_of(&lineage.spans[i], drawing->unit) != wanted;
	drawing->boundary->missing += !err && !drawing->held && concerned;
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

enum err charter_boundary(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t tree, struct arena *arena,
                          struct charter_boundary *boundary)
{
	struct drawing drawing = { .txn = txn, .pack = pack, .unit = unit, .arena = arena, .boundary = boundary };
	*boundary = (struct charter_boundary){ .tree = tree, .unit = *unit, .cells = { .arena = arena } };
	enum err err = correct_all(&drawing);
	cell_list_fold(&boundary->cells);
	return err;
}

int64_t charter_boundary_expected(const struct charter_boundary *boundary, const struct charter_kinds *kinds, int32_t day,
                                  int32_t known)
{
	int64_t count = 0;
	for (size_t i = 0; i < boundary->count; i++) {
		const struct charter_boundary_unit *unit = &boundary->units[i];
		bool there = unit->row.since <= known && day < unit->row.closed && kinds->counted(kinds->context, unit->row.kind);
		if (there)
			count += unit->wanted - part_of(&unit->lineage.spans[span_on(&unit->lineage, day)], &boundary->unit);
	}
	return count;
}

// ---- Parts of one unit ----

struct parts {
	struct drawing drawing;     // its boundary holds the cells
	const int32_t *tree;
};

// Of its own tally nothing is to be added, unless it is a part of another: then all of it goes. Of what was merged into
// it, all comes.
static int weight_of(const struct charter_span *span, const struct id *unit)
{
	if (id_equal(&span->path[0], unit))
		return span->merged ? -1 : 0;
	return span->merged && span->count > 1 && id_equal(&span->path[1], unit);
}

static enum err add_cell(struct parts *parts, const struct charter_lineage *lineage, const struct cell *cell)
{
	struct drawing *drawing = &parts->drawing;
	if (cell_rule(&cell->key) != CELL_ADDS_UP)
		return ERR_OK;
	if (parts->tree)
		return add(drawing, &cell->key, weight_of(&lineage->spans[span_on(lineage, *parts->tree)], drawing->unit) * cell->value);
	size_t at = span_on(lineage, date_month_end(cell->key.month));
	int now = weight_of(&lineage->spans[at], drawing->unit);
	enum err err = add(drawing, &cell->key, now * cell->value);
	bool stock = tally_places_stock(drawing->pack, &cell->key);
	for (size_t i = at + 1; stock && i < lineage->count && !err; i++) {
		int next = weight_of(&lineage->spans[i], drawing->unit);
		struct cell_key then = cell->key;
		then.month = date_month(lineage->spans[i].from);
		err = add(drawing, &then, (next - now) * cell->value);
		now = next;
	}
	return err;
}

static enum err add_part(struct parts *parts, const struct id *unit)
{
	struct drawing *drawing = &parts->drawing;
	struct charter_lineage lineage;
	struct tally_chain chain;
	struct cell cell;
	bool provisional, concerned = false;
	enum err err = charter_lineage(drawing->txn, unit, drawing->arena, &lineage);
	for (size_t i = 0; !err && i < lineage.count; i++)
		concerned |= weight_of(&lineage.spans[i], drawing->unit) != 0;
	if (err || !concerned)
		return err;
	err = tally_in_force(drawing->txn, unit, false, &chain, &provisional);
	drawing->boundary->missing += err == ERR_NOT_FOUND;
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	const struct cell_owner owner = cell_owner_log(chain.log);
	struct cell_scan scan = cell_scan_begin(drawing->txn, &owner, 0);
	while (!err && cell_scan_next(&scan, &cell))
		err = add_cell(parts, &lineage, &cell);
	cell_scan_end(&scan);
	return err ? err : drawing->txn->err;
}

// Those merged into it, and those merged into them before.
static enum err add_parts(struct parts *parts, const struct id *unit, unsigned level)
{
	struct charter_walk walk = charter_children(parts->drawing.txn, unit);
	struct charter_unit row;
	struct id child;
	enum err err = ERR_OK;
	while (!err && level < LIMIT_TREE_LEVELS && charter_child_next(&walk, &child)) {
		err = charter_unit_get(parts->drawing.txn, &child, &row);
		if (err || !row.merged)
			continue;
		err = add_part(parts, &child);
		if (!err)
			err = add_parts(parts, &child, level + 1);
	}
	charter_walk_end(&walk);
	return err ? err : parts->drawing.txn->err;
}

enum err charter_boundary_parts(struct txn *txn, const struct pack *pack, const struct id *unit, const int32_t *tree,
                                struct arena *arena, struct cell_list *cells, size_t *missing)
{
	struct charter_boundary boundary = { .cells = { .arena = arena } };
	struct parts parts = { { .txn = txn, .pack = pack, .unit = unit, .arena = arena, .boundary = &boundary }, tree };
	struct charter_unit own;
	enum err err = charter_unit_get(txn, unit, &own);
	if (!err && own.merged)
		err = add_part(&parts, unit);
	if (!err)
		err = add_parts(&parts, unit, 0);
	cell_list_fold(&boundary.cells);
	*cells = boundary.cells;
	*missing = boundary.missing;
	return err;
}
