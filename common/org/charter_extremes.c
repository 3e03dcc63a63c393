// Twice the same part does no harm: the least of a number and itself is that number.
#include "org/charter_extremes.h"

#include "base/date.h"
#include "ledger/tally.h"

struct gathering {
	struct txn *txn;
	struct charter_boundary *boundary;
	bool beside;
};

// Is anything more in detail held than the sum of a unit's server?
struct detail {
	struct txn *txn;
	struct id of;
	bool held;
};

static bool counts(const struct gathering *gathering, const struct charter_span *wanted)
{
	const struct id *unit = &gathering->boundary->request.unit;
	if (!gathering->beside)
		return charter_span_below(wanted, unit);
	if (id_equal(&wanted->path[0], unit))
		return !wanted->merged;
	return wanted->merged && wanted->count > 1 && id_equal(&wanted->path[1], unit);
}

static enum err gather_chain(struct gathering *gathering, const struct id *unit, bool rollup)
{
	const struct charter_boundary_request *request = &gathering->boundary->request;
	struct cell_list *cells = &gathering->boundary->cells;
	struct charter_lineage lineage;
	struct tally_chain chain;
	struct cell cell;
	bool provisional;
	enum err err = tally_in_force(gathering->txn, unit, rollup, &chain, &provisional);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	err = charter_lineage(gathering->txn, unit, cells->arena, &lineage);
	if (err)
		return err;
	const struct cell_owner owner = cell_owner_log(chain.log);
	struct cell_scan scan = cell_scan_begin(gathering->txn, &owner, 0);
	while (!err && cell_scan_next(&scan, &cell)) {
		if (cell_rule(&cell.key) == CELL_ADDS_UP)
			continue;
		int32_t day = request->redrawn ? request->tree : date_month_end(cell.key.month);
		if (counts(gathering, &lineage.spans[charter_lineage_on(&lineage, day)]))
			err = cell_list_add(cells, &cell.key, cell.value);
	}
	cell_scan_end(&scan);
	return err ? err : gathering->txn->err;
}

static enum err is_held(void *context, const struct charter_unit *row)
{
	struct detail *detail = context;
	struct tally_chain chain;
	bool provisional;
	enum err err = tally_in_force(detail->txn, &row->unit, false, &chain, &provisional);
	if (err == ERR_NOT_FOUND && !id_equal(&row->unit, &detail->of))
		err = tally_in_force(detail->txn, &row->unit, true, &chain, &provisional);
	detail->held |= err == ERR_OK;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err gather_unit(void *context, const struct charter_unit *row)
{
	struct gathering *gathering = context;
	struct detail detail = { .txn = gathering->txn, .of = row->unit };
	enum err err = gather_chain(gathering, &row->unit, false);
	if (err || hash_is_zero(&row->server))
		return err;
	err = charter_subtree(gathering->txn, &row->unit, is_held, &detail);
	return err || detail.held ? err : gather_chain(gathering, &row->unit, true);
}

enum err charter_extremes(struct txn *txn, struct charter_boundary *boundary, bool beside)
{
	struct gathering gathering = { .txn = txn, .boundary = boundary, .beside = beside };
	const struct id *unit = &boundary->request.unit;
	enum err err = beside ? gather_chain(&gathering, unit, false) : charter_subtree(txn, unit, gather_unit, &gathering);
	for (size_t i = 0; i < boundary->count && !err; i++)
		err = gather_unit(&gathering, &boundary->units[i].row);
	return err;
}
