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

static bool keeps_ledger(const struct drawing *drawing, const struct charter_unit *row)
{
	const struct pack_unit_kind *kind = drawing->pack ? pack_unit_kind_by_name(drawing->pack, row->kind) : NULL;
	return !drawing->pack || (kind && kind->ledger);
}

static enum err correct_unit(void *context, const struct charter_unit *row)
{
	struct drawing *drawing = context;
	struct charter_boundary *boundary = drawing->boundary;
	struct charter_lineage lineage;
	bool wanted;
	enum err err = place(drawing, &row->unit, &lineage, &wanted);
	if (err)
		return err;
	if (keeps_ledger(drawing, row) && row->since <= boundary->known && boundary->on < row->closed)
		boundary->expected += wanted - part_of(&lineage.spans[span_on(&lineage, boundary->on)], drawing->unit);
	return correct_chain(drawing, &lineage, wanted, &row->unit, false);
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

enum err charter_boundary(struct txn *txn, const struct pack *pack, const struct id *unit, struct arena *arena,
                          struct charter_boundary *boundary)
{
	struct drawing drawing = { .txn = txn, .pack = pack, .unit = unit, .arena = arena, .boundary = boundary };
	struct id last = { { 0 } };
	enum err err = ERR_OK;
	boundary->cells = (struct cell_list){ .arena = arena };
	boundary->expected = 0;
	boundary->missing = 0;
	struct charter_walk walk = charter_past_all(txn);
	struct charter_change change;
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
				err = correct_branch(&drawing, &row.unit);
		}
	}
	charter_walk_end(&walk);
	return err ? err : txn->err;
}
