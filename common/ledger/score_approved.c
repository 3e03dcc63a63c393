#include "ledger/score_approved.h"

#include "ledger/period.h"

struct gathering {
	struct txn *txn;
	int32_t from;
	struct period period;
	struct arena *arena;
	struct score_approved *approved;
	bool *months; // that are approved, from `from` on
};

static enum err add_month(void *context, const struct period_summary *summary)
{
	struct gathering *gathering = context;
	struct score_approved *approved = gathering->approved;
	struct period_taken taken;
	if (!summary->approved_place.log)
		return ERR_OK;
	enum err err = period_state_step(gathering->txn, summary->approved_place, gathering->arena, &taken);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	gathering->months[summary->month - gathering->from] = true;
	approved->approved += summary->month >= gathering->period.first;
	for (size_t i = 0; i < taken.step.cell_count && !err; i++)
		if (taken.step.cells[i].key.metric < CELL_ENGINE_METRICS)
			err = cell_list_add(&approved->extra, &taken.step.cells[i].key, taken.step.cells[i].value);
	return err;
}

static enum err take_present(struct txn *txn, const struct cell_owner *owner, int32_t from, int32_t last, const bool *months,
                             struct cell_list *extra)
{
	struct cell cell;
	enum err err = ERR_OK;
	struct cell_scan scan = cell_scan_begin(txn, owner, 0);
	while (!err && cell_scan_next(&scan, &cell)) {
		bool there = cell.key.month >= from && cell.key.month <= last && months[cell.key.month - from];
		if (there && cell.key.metric < CELL_ENGINE_METRICS && cell_rule(&cell.key) == CELL_ADDS_UP)
			err = cell_list_add(extra, &cell.key, -cell.value);
	}
	cell_scan_end(&scan);
	return err ? err : txn->err;
}

enum err score_approved_load(struct txn *txn, const struct pack *pack, const struct id *unit, const struct cell_owner *owner,
                             struct period period, struct arena *arena, struct score_approved *approved)
{
	int32_t from = pack->since;
	*approved = (struct score_approved){ .extra = { .arena = arena }, .months = period.last - period.first + 1 };
	if (period.last < from)
		return ERR_OK;
	bool *months = arena_array(arena, (size_t)(period.last - from) + 1, sizeof *months);
	if (!months)
		return ERR_BUDGET;
	memset(months, 0, ((size_t)(period.last - from) + 1) * sizeof *months);
	struct gathering gathering = { .txn = txn, .from = from, .period = period, .arena = arena, .approved = approved, .months = months };
	enum err err = period_summary_each(txn, unit, (struct period){ .first = from, .last = period.last }, add_month, &gathering);
	if (!err && approved->extra.count + (size_t)approved->approved)
		err = take_present(txn, owner, from, period.last, months, &approved->extra);
	return err;
}
