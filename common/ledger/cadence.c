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

static bool is_stock(const struct pack_cadence *cadence)
{
	return cadence->of.metric->form == METRIC_STOCK;
}

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

enum err cadence_done(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                      struct period period, int64_t *done)
{
	struct cell cell;
	uint16_t bucket;
	int32_t first = is_stock(cadence) ? CELL_MONTH_MIN : period.first;
	*done = 0;
	struct cell_scan scan = scan_counted(txn, owner, cadence, &bucket);
	while (cell_scan_next(&scan, &cell))
		if (cell.key.bucket == bucket && cell.key.month >= first && cell.key.month <= period.last)
			*done = cell_sum(*done, cell.value);
	cell_scan_end(&scan);
	return txn->err;
}

static int64_t for_so_many(int64_t least, int64_t many)
{
	if (many <= 0)
		return 0;
	return many <= INT64_MAX / least ? many * least : INT64_MAX;
}

enum err cadence_asked(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                       const struct pack_unit_kind *kind, struct period period, int64_t *least)
{
	struct cell cell;
	int64_t many = 0;
	*least = pack_duty_at_least(cadence, kind);
	if (!cadence->each || !*least)
		return ERR_OK;
	struct cell_scan scan = cell_scan_begin_dimension(txn, owner, cadence->each->number, 0);
	while (cell_scan_next(&scan, &cell))
		if (cell.key.month <= period.last)
			many = cell_sum(many, cell.value);
	cell_scan_end(&scan);
	*least = for_so_many(*least, many);
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

static bool is_conditional(const struct pack_cadence *cadence)
{
	return cadence->when_count || cadence->each;
}

enum err cadence_exempt(struct txn *txn, const struct cell_owner *owner, const struct pack_cadence *cadence,
                        int32_t month, int64_t *units)
{
	struct cell cell;
	*units = 0;
	if (!is_conditional(cadence))
		return ERR_OK;
	struct cell_scan scan = cell_scan_begin_dimension(txn, owner, CELL_METRIC_CADENCE, cadence->number);
	while (cell_scan_next(&scan, &cell))
		if (cell.key.bucket == CADENCE_EXEMPT && cell.key.month <= month)
			*units = cell_sum(*units, cell.value);
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

static enum err derive_exempt(struct derive *derive, const struct pack_cadence *cadence)
{
	const struct cell_key key = { .metric = CELL_METRIC_CADENCE, .dimension = cadence->number, .bucket = CADENCE_EXEMPT };
	struct pack_term terms[PACK_TERMS_MAX + 1];
	size_t count = cadence->when_count;
	if (count)
		memcpy(terms, cadence->when, count * sizeof terms[0]);
	if (cadence->each) // some of what it is asked for each of
		terms[count++] = (struct pack_term){
			.of = PACK_TERM_METRIC, .measure = { .metric = cadence->each }, .at_least = 1, .at_most = INT64_MAX };
	return rule_put_turns(derive, terms, count, key, derive->pack->since);
}

enum err cadence_derive_exempt(struct derive *derive)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < derive->pack->cadence_count && !err; i++) {
		const struct pack_cadence *cadence = &derive->pack->cadences[i];
		arena_reset(derive->arena);
		if (is_conditional(cadence) && pack_duty_at_least(cadence, derive->unit->kind))
			err = derive_exempt(derive, cadence);
	}
	return err;
}

bool cadence_owns(const struct cell_key *key)
{
	return key->bucket == CADENCE_MET;
}

// A period is met or not; one that was not over when the unit closed, or is not asked for, is nobody's.
static enum err put_period(struct derive *derive, const struct pack_cadence *cadence, int32_t last, int64_t done,
                           int64_t least)
{
	const struct cell_key key = {
		.metric = CELL_METRIC_CADENCE, .dimension = cadence->number, .bucket = CADENCE_MET, .month = last,
	};
	int64_t exempt;
	bool there = last >= cadence_first(cadence).last && date_month_end(last) < derive->unit->closed;
	if (!there || done < least)
		return ERR_OK;
	enum err err = cadence_exempt(derive->txn, &derive->owner, cadence, last, &exempt);
	return err || exempt > 0 ? err : derive_put(derive, &key, 1);
}

// The cells of one bucket, which come by month, added up as far as one has gone.
struct course {
	struct cell_scan scan;
	uint16_t bucket;
	struct cell next;
	bool more;
	int64_t sum;
};

static void step_on(struct course *course)
{
	do
		course->more = cell_scan_next(&course->scan, &course->next);
	while (course->more && course->next.key.bucket != course->bucket);
}

static void go_to(struct course *course, int32_t month)
{
	for (; course->more && course->next.key.month <= month; step_on(course))
		course->sum = cell_sum(course->sum, course->next.value);
}

// From one period in which something was done to the next; of a stock, also to those between where something is there.
static enum err derive_one(struct derive *derive, const struct pack_cadence *cadence)
{
	struct course done = { .more = false }, each = { .more = false };
	int64_t least = pack_duty_at_least(cadence, derive->unit->kind);
	enum err err = ERR_OK;
	done.scan = scan_counted(derive->txn, &derive->owner, cadence, &done.bucket);
	step_on(&done);
	if (cadence->each) {
		each.scan = cell_scan_begin_dimension(derive->txn, &derive->owner, cadence->each->number, 0);
		step_on(&each);
	}
	for (int32_t month = 0; done.more && !err;) {
		bool goes_on = is_stock(cadence) && done.sum > 0;
		month = cadence_period(cadence, goes_on ? month + 1 : done.next.key.month).last;
		if (!is_stock(cadence))
			done.sum = 0;
		go_to(&done, month);
		go_to(&each, month);
		int64_t asked = cadence->each ? for_so_many(least, each.sum) : least;
		if (!cadence->each || asked > 0)
			err = put_period(derive, cadence, month, done.sum, asked);
	}
	cell_scan_end(&done.scan);
	if (cadence->each)
		cell_scan_end(&each.scan);
	return err ? err : derive->txn->err;
}

enum err cadence_derive(struct derive *derive)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < derive->pack->cadence_count && !err; i++)
		if (pack_duty_at_least(&derive->pack->cadences[i], derive->unit->kind))
			err = derive_one(derive, &derive->pack->cadences[i]);
	return err;
}
