// The table of derivations, and how their cells come to be what they say.
#include "ledger/derive.h"

#include "ledger/cadence.h"
#include "ledger/period.h"
#include "ledger/rule.h"

static const struct derivation table[] = {
	{ .name = "exemptions", .metric = CELL_METRIC_CADENCE, .owns = cadence_owns_exempt, .run = cadence_derive_exempt },
	{ .name = "cadences", .metric = CELL_METRIC_CADENCE, .owns = cadence_owns, .run = cadence_derive },
	{ .name = "checks", .metric = CELL_METRIC_CHECK, .run = rule_derive },
	{ .name = "restatements", .owns = period_restate_owns, .run = period_restate },
	{ .run = NULL },
};

enum err derive_put(struct derive *derive, const struct cell_key *key, int64_t value)
{
	return cell_month_valid(key->month) ? cell_batch_add(derive->cells, key, value) : ERR_OK;
}

// What stands goes out; what was said has gone in: the batch then holds the difference.
static enum err take_out(struct derive *derive, const struct derivation *row)
{
	struct cell cell;
	enum err err = ERR_OK;
	struct cell_scan scan = cell_scan_begin(derive->txn, &derive->owner, row->metric);
	while (!err && cell_scan_next(&scan, &cell))
		if (!row->owns || row->owns(&cell.key))
			err = cell_batch_add(derive->cells, &cell.key, -cell.value);
	cell_scan_end(&scan);
	return err ? err : derive->txn->err;
}

enum err derive_rows(struct derive *derive, const struct derivation *rows)
{
	enum err err = ERR_OK;
	derive->cells = cell_batch_new();
	if (!derive->cells)
		return ERR_NOMEM;
	for (; rows->run && !err; rows++) {
		arena_reset(derive->arena);
		err = rows->run(derive);
		if (!err)
			err = take_out(derive, rows);
		if (!err)
			err = cell_batch_flush(derive->cells, derive->txn, &derive->owner, true);
	}
	cell_batch_free(derive->cells);
	derive->cells = NULL;
	return err;
}

enum err derive_run(struct derive *derive)
{
	return derive_rows(derive, table);
}
