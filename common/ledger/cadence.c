// Which periods a cadence has, what was done in them, and who met it.
#include "ledger/cadence.h"

#include "ledger/rule.h"

struct period cadence_period(const struct pack_cadence *cadence, int32_t month)
{
	int32_t first = month - month % cadence->every;
	return (struct period){ .first = first, .last = first + cadence->every - 1 };
}

struct period cadence_first(const struct pack_cadence *cadence)
{
	struct period period = cadence_period(cadence, cadence->since);
	return period.first == cadence->since ? period : cadence_period(cadence, period.last + 1);
}

int32_t cadence_last_day(const struct pack_cadence *cadence, struct period period)
{
	int32_t end = date_month_end(period.last), begin = date_month_end(period.last - 1) + 1;
	return cadence->by_day && begin + cadence->by_day - 1 < end ? begin + cadence->by_day - 1 : end;
}

void cadence_within(const struct pack_cadence *cadence, struct period asked, int32_t *first, int32_t *last)
{
	struct period begin = cadence_period(cadence, asked.first), end = cadence_period(cadence, asked.last);
	*last = end.last > asked.last && end.last - cadence->every >= asked.first ? end.last - cadence->every : end.last;
	*first = begin.last < *last ? begin.last : *last;
	if (*first < cadence_first(cadence).last)
		*first = cadence_first(cadence).last;
}

bool cadence_takes(const struct pack_cadence *cadence, int32_t day)
{
	int32_t year, month, of_month;
	date_to_civil(day, &year, &month, &of_month);
	return of_month >= cadence->from_day && of_month <= cadence->by_day;
}

// ---- What was done ----

// The cells that count towards it.
static struct cell_scan scan_counted(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                                     uint16_t *bucket)
{
	const struct pack_measure *of = &cadence->of;
	*bucket = cadence->by_day ? CADENCE_WINDOW : of->bucket;
	if (cadence->by_day)
		return cell_scan_begin_dimension(txn, owner, CELL_METRIC_CADENCE, cadence->number);
	return cell_scan_begin_dimension(txn, owner, of->metric->number, of->dimension ? of->dimension->number : 0);
}

// Amounts may be anything that a device wrote; too much is enough.
static int64_t add_capped(int64_t a, int64_t b)
{
	if (b >= 0)
		return a <= INT64_MAX - b ? a + b : INT64_MAX;
	return a >= INT64_MIN - b ? a + b : INT64_MIN;
}

enum err cadence_done(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                      struct period period, int64_t *done)
{
	struct cell cell;
	uint16_t bucket;
	*done = 0;
	struct cell_scan scan = scan_counted(txn, owner, cadence, &bucket);
	while (cell_scan_next(&scan, &cell))
		if (cell.key.bucket == bucket && cell.key.month >= period.first && cell.key.month <= period.last)
			*done = add_capped(*done, cell.value);
	cell_scan_end(&scan);
	return txn->err;
}

enum err cadence_met(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence, int32_t last,
                     int64_t *units)
{
	const struct cell_key key = {
		.metric = CELL_METRIC_CADENCE, .dimension = cadence->number, .bucket = CADENCE_MET, .month = last,
	};
	return cell_get(txn, owner, &key, units);
}

enum err cadence_exempt(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                        int32_t month, int64_t *units)
{
	struct cell cell;
	*units = 0;
	if (cadence->when_count == 0)
		return ERR_OK;
	struct cell_scan scan = cell_scan_begin_dimension(txn, owner, CELL_METRIC_CADENCE, cadence->number);
	while (cell_scan_next(&scan, &cell))
		if (cell.key.bucket == CADENCE_EXEMPT && cell.key.month <= month)
			*units = add_capped(*units, cell.value);
	cell_scan_end(&scan);
	return txn->err;
}

enum err cadence_missed_in_a_row(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                                 int32_t last, int32_t *row)
{
	int32_t first = cadence_first(cadence).last;
	int64_t met = 0, exempt = 0;
	enum err err = ERR_OK;
	*row = 0;
	for (; last >= first && *row < CADENCE_ROW_MAX; last -= cadence->every) {
		err = cadence_met(txn, owner, cadence, last, &met);
		if (!err)
			err = cadence_exempt(txn, owner, cadence, last, &exempt);
		if (err || met > 0 || exempt > 0)
			break;
		++*row;
	}
	return err;
}

// ---- Derived cells ----

bool cadence_owns_exempt(const struct cell_key *key)
{
	return key->bucket == CADENCE_EXEMPT;
}

enum err cadence_derive_exempt(struct derive *derive)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < derive->pack->cadence_count && !err; i++) {
		const struct pack_cadence *cadence = &derive->pack->cadences[i];
		const struct cell_key key = { .metric = CELL_METRIC_CADENCE, .dimension = cadence->number, .bucket = CADENCE_EXEMPT };
		arena_reset(derive->arena);
		if (cadence->when_count && pack_duty_at_least(cadence, derive->unit->kind))
			err = rule_put_turns(derive, cadence->when, cadence->when_count, key, derive->pack->since);
	}
	return err;
}

bool cadence_owns(const struct cell_key *key)
{
	return key->bucket == CADENCE_MET;
}

// A period is met or not; one that was not over when the unit closed, or is not asked for, is nobody's.
static enum err put_period(struct derive *derive, const struct pack_cadence *cadence, int32_t last, int64_t done)
{
	const struct cell_key key = {
		.metric = CELL_METRIC_CADENCE, .dimension = cadence->number, .bucket = CADENCE_MET, .month = last,
	};
	int64_t exempt;
	bool there = last >= cadence_first(cadence).last && date_month_end(last) < derive->unit->closed;
	if (!there || done < pack_duty_at_least(cadence, derive->unit->kind))
		return ERR_OK;
	enum err err = cadence_exempt(derive->txn, &derive->owner, cadence, last, &exempt);
	return err || exempt > 0 ? err : derive_put(derive, &key, 1);
}

// Cells of a bucket come by month, so a period is complete when the next one begins.
static enum err derive_one(struct derive *derive, const struct pack_cadence *cadence)
{
	struct cell cell;
	uint16_t bucket;
	int64_t done = 0;
	int32_t last = 0;
	enum err err = ERR_OK;
	struct cell_scan scan = scan_counted(derive->txn, &derive->owner, cadence, &bucket);
	while (!err && cell_scan_next(&scan, &cell)) {
		if (cell.key.bucket != bucket)
			continue;
		if (cell.key.month > last) {
			err = put_period(derive, cadence, last, done);
			last = cadence_period(cadence, cell.key.month).last;
			done = 0;
		}
		done = add_capped(done, cell.value);
	}
	cell_scan_end(&scan);
	return err ? err : put_period(derive, cadence, last, done);
}

enum err cadence_derive(struct derive *derive)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < derive->pack->cadence_count && !err; i++)
		if (pack_duty_at_least(&derive->pack->cadences[i], derive->unit->kind))
			err = derive_one(derive, &derive->pack->cadences[i]);
	return err;
}
