#include "ledger/score_approved.h"

#include "ledger/period.h"

// The newest submission that stands approved; NULL: none.
static const struct period_step *approved_of(const struct period_standing *standing)
{
	const struct period_step *newest = NULL;
	for (size_t i = 0; i < standing->step_count; i++) {
		const struct period_taken *taken = &standing->steps[i];
		if (taken->step.act == PERIOD_SUBMIT && taken->verdict == PERIOD_APPROVE)
			newest = &taken->step;
	}
	return newest;
}

static enum err add_months(struct txn *txn, const struct id *unit, int32_t from, struct period period, struct arena *arena,
                           struct score_approved *approved, bool *months)
{
	int32_t month;
	enum err err = ERR_OK;
	for (int32_t next = from; !err && (err = period_state_next(txn, unit, next, &month)) == ERR_OK && month <= period.last; next = month + 1) {
		struct period_standing standing;
		err = period_state_load(txn, unit, month, arena, &standing);
		const struct period_step *step = err ? NULL : approved_of(&standing);
		if (!step)
			continue;
		months[month - from] = true;
		approved->approved += month >= period.first;
		for (size_t i = 0; i < step->cell_count && !err; i++)
			if (step->cells[i].key.month == month && step->cells[i].key.metric < CELL_ENGINE_METRICS)
				err = cell_list_add(&approved->extra, &step->cells[i].key, step->cells[i].value);
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
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
	enum err err = add_months(txn, unit, from, period, arena, approved, months);
	if (!err && approved->extra.count + (size_t)approved->approved)
		err = take_present(txn, owner, from, period.last, months, &approved->extra);
	return err;
}
