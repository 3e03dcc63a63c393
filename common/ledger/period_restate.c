// Restatements: what has changed in a frozen month since it was approved, as cells like any other, so
// that every level shows the difference beside the figure.
#include <stdlib.h>

#include "ledger/derive.h"
#include "ledger/period.h"

bool period_restate_owns(const struct cell_key *key)
{
	return key->dimension == 0 && key->bucket == CELL_BUCKET_RESTATED;
}

static int compare_cells(const void *left, const void *right)
{
	const struct cell *a = left, *b = right;
	return cell_key_compare(&a->key, &b->key);
}

static int64_t base_value(const struct period_step *base, const struct cell_key *key)
{
	const struct cell wanted = { .key = *key };
	const struct cell *found = base->cell_count
	                               ? bsearch(&wanted, base->cells, base->cell_count, sizeof wanted, compare_cells) : NULL;
	return found ? found->value : 0;
}

static enum err restate_month(struct derive *derive, const struct period_standing *standing)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < derive->pack->metric_count && !err; i++) {
		struct cell_key key = { .metric = derive->pack->metrics[i].number, .month = standing->month };
		int64_t now;
		err = cell_get(derive->txn, &derive->owner, &key, &now);
		int64_t difference = now - base_value(&standing->base->step, &key); // both stay far from int64's end
		key.bucket = CELL_BUCKET_RESTATED;
		if (!err && difference)
			err = derive_put(derive, &key, difference);
	}
	return err;
}

enum err period_restate(struct derive *derive)
{
	enum err err = ERR_OK;
	const struct id *unit = &derive->unit->id;
	for (int32_t month = 0; !err; month++) {
		struct period_standing standing;
		if (period_state_next(derive->txn, unit, month, &month))
			break;
		arena_reset(derive->arena);
		err = period_state_load(derive->txn, unit, month, derive->arena, &standing);
		if (!err && standing.base)
			err = restate_month(derive, &standing);
	}
	return err ? err : derive->txn->err;
}

enum err period_restate_any(struct txn *txn, const struct pack *pack, const struct cell_owner *owner, int32_t month,
                            bool *any)
{
	enum err err = ERR_OK;
	*any = false;
	for (size_t i = 0; i < pack->metric_count && !err && !*any; i++) {
		const struct cell_key key = { .metric = pack->metrics[i].number, .bucket = CELL_BUCKET_RESTATED, .month = month };
		int64_t value;
		err = cell_get(txn, owner, &key, &value);
		*any = !err && value != 0;
	}
	return err;
}
