// A record's share in the figures. One walk per metric: does the record count, how much, from
// which month until which; then once for the total and once for each dimension.
#include "ledger/metric.h"

#include "ledger/cadence.h"

// The months in which a record counts: a flow's one, or a stock's [from, until).
struct stay {
	int32_t from, until;
	bool ends; // else there is no `until`
};

// A contribution under way.
struct share {
	const struct pack *pack;
	const struct pack_metric *metric;
	const struct record *record;
	struct cell_batch *batch;
	int64_t amount; // signed
	struct stay stay;
};

static bool number_of(const struct record *record, uint8_t field, int64_t *number)
{
	const struct record_write *shown = record_value(record, field, span_of(NULL, 0));
	if (!shown || shown->value.form != VALUE_IS_NUMBER)
		return false;
	*number = shown->value.number;
	return true;
}

// The day that a date field holds, if it is one that a calendar has.
static bool day_of(const struct record *record, uint8_t field, int32_t *day)
{
	int64_t number;
	if (!number_of(record, field, &number))
		return false;
	if (number < CELL_DAY_MIN || number > CELL_DAY_MAX)
		return false;
	*day = (int32_t)number;
	return true;
}

static bool month_of(const struct share *share, uint8_t number, int32_t *month)
{
	const struct pack_field *field = share->metric->kind->by_number[number];
	int64_t held;
	int32_t day;
	if (field && field->type == VALUE_MONTH) {
		if (!number_of(share->record, number, &held) || held < CELL_MONTH_MIN || held >= CELL_MONTH_MAX)
			return false;
		*month = (int32_t)held;
		return true;
	}
	if (!day_of(share->record, number, &day))
		return false;
	*month = date_month(day);
	return true;
}

// Filters.

static bool is_among(const struct pack_filter *filter, int64_t number)
{
	for (size_t i = 0; i < filter->number_count; i++)
		if (filter->numbers[i] == number)
			return true;
	return false;
}

static bool compares(const struct pack_filter *filter, int64_t number)
{
	if (filter->test == FILTER_IN)
		return is_among(filter, number);
	if (filter->number_count != 1)
		return false;
	int64_t with = filter->numbers[0];
	const bool holds[FILTER_END] = {
		[FILTER_EQUAL] = number == with,
		[FILTER_UNEQUAL] = number != with,
		[FILTER_LESS] = number < with,
		[FILTER_AT_MOST] = number <= with,
		[FILTER_GREATER] = number > with,
		[FILTER_AT_LEAST] = number >= with,
	};
	return (unsigned)filter->test < FILTER_END && holds[filter->test];
}

static bool passes(const struct pack_filter *filter, const struct record *record)
{
	int64_t number;
	if (filter->test == FILTER_EXISTS)
		return record_value(record, filter->field, span_of(NULL, 0)) != NULL;
	return number_of(record, filter->field, &number) && compares(filter, number);
}

static bool passes_all(const struct pack_metric *metric, const struct record *record)
{
	for (size_t i = 0; i < metric->filter_count; i++)
		if (!passes(&metric->filters[i], record))
			return false;
	return true;
}

// How much.

// The shown writes of a keyed field stand first of their places.
static int64_t elements_of(const struct pack_metric *metric, const struct record *record)
{
	const struct pack_field *field = metric->kind->by_number[metric->field];
	bool set = field && field->type == VALUE_BOOL; // an element of a set is in or out
	int64_t count = 0;
	for (size_t i = 0; i < record->write_count; i++) {
		const struct record_write *write = &record->writes[i], *before = i ? write - 1 : NULL;
		if (write->field != metric->field || write->element.size == 0 || write->value.form == VALUE_IS_NONE)
			continue;
		bool shown = !before || before->field != write->field || !span_equal(before->element, write->element);
		count += shown && (!set || write->value.number != 0);
	}
	return count;
}

static int64_t amount_of(const struct pack_metric *metric, const struct record *record)
{
	int64_t number;
	switch (metric->aggregate) {
	case METRIC_COUNT:
		return 1;
	case METRIC_ELEMENTS:
		return elements_of(metric, record);
	case METRIC_SUM:
		if (!number_of(record, metric->field, &number))
			return 0;
		return number >= -CELL_VALUE_MAX && number <= CELL_VALUE_MAX ? number : 0;
	case METRIC_RATIO: // reads figures, not records
		break;
	}
	return 0;
}

// When.

static bool flow_stay(struct share *share)
{
	struct stay *stay = &share->stay;
	return month_of(share, share->metric->from, &stay->from) && stay->from >= share->pack->since;
}

// What lies before `since` counts as of then.
static bool stock_stay(struct share *share)
{
	const struct pack_metric *metric = share->metric;
	struct stay *stay = &share->stay;
	int32_t since = share->pack->since;
	if (!metric->from || !month_of(share, metric->from, &stay->from) || stay->from < since)
		stay->from = since;
	stay->ends = metric->until && month_of(share, metric->until, &stay->until);
	return !stay->ends || stay->until > stay->from;
}

// Into which bucket.

enum { BUCKET_NONE = 0 };

static bool is_rest(const struct pack_band *band)
{
	return band->option_count == 0 && band->from == 0 && band->to == 0;
}

static bool band_holds(const struct pack_band *band, int64_t number)
{
	if (is_rest(band))
		return false;
	if (band->option_count == 0)
		return number >= band->from && number <= band->to;
	for (size_t i = 0; i < band->option_count; i++)
		if (band->options[i] == number)
			return true;
	return false;
}

static uint16_t bucket_of(const struct pack_dimension *dimension, int64_t number)
{
	uint16_t rest = BUCKET_NONE;
	if (dimension->band_count == 0)
		return number > 0 && number <= UINT16_MAX ? (uint16_t)number : BUCKET_NONE;
	for (size_t i = 0; i < dimension->band_count; i++) {
		if (band_holds(&dimension->bands[i], number))
			return dimension->bands[i].code;
		if (is_rest(&dimension->bands[i]))
			rest = dimension->bands[i].code;
	}
	return rest;
}

// Out into cells.

static enum err put(const struct share *share, uint8_t dimension, uint16_t bucket, int32_t month, int64_t amount)
{
	const struct cell_key key = {
		.metric = share->metric->number, .dimension = dimension, .bucket = bucket, .month = month,
	};
	// No bucket of a dimension: in the total alone. Behind the last month nobody looks.
	if ((dimension && bucket == BUCKET_NONE) || !cell_month_valid(month))
		return ERR_OK;
	return cell_batch_add(share->batch, &key, amount);
}

static enum err put_stay(const struct share *share, uint8_t dimension, uint16_t bucket)
{
	enum err err = put(share, dimension, bucket, share->stay.from, share->amount);
	if (!err && share->stay.ends)
		err = put(share, dimension, bucket, share->stay.until, -share->amount);
	return err;
}

// Ages move on. The calendar is asked once a birth; from then on months are counted.
struct birth {
	int32_t month; // index
	bool leap;     // on 29 February, which common years lack: the year is full in March
};

static struct birth birth_of(int32_t born)
{
	int32_t year, month, day;
	date_to_civil(born, &year, &month, &day);
	return (struct birth){ .month = year * 12 + month - 1, .leap = month == 2 && day == 29 };
}

static bool is_leap_year(int32_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

// The month at whose end `years` are reached: as date_years_between(born, date_month_end(month)).
static int32_t month_of_age(struct birth birth, int32_t years)
{
	int32_t month = birth.month + 12 * years;
	return month + (birth.leap && !is_leap_year(month / 12));
}

static int32_t age_at_end(struct birth birth, int32_t month)
{
	int32_t months = month - birth.month;
	int32_t years = months >= 0 ? months / 12 : -((11 - months) / 12);
	return years - (month_of_age(birth, years) > month);
}

static uint16_t age_bucket(const struct pack_dimension *dimension, struct birth birth, int32_t month)
{
	return bucket_of(dimension, age_at_end(birth, month));
}

// The first month behind `after` at which some band begins or ends for one born then.
static bool next_turn(const struct pack_dimension *dimension, struct birth birth, int32_t after, int32_t *turn)
{
	bool found = false;
	for (size_t i = 0; i < 2 * dimension->band_count; i++) {
		const struct pack_band *band = &dimension->bands[i / 2];
		int64_t years = i % 2 ? band->to + 1 : band->from;
		if (years < 0 || years > PACK_AGE_MAX || is_rest(band))
			continue;
		int32_t month = month_of_age(birth, (int32_t)years);
		if (month <= after || (found && month >= *turn))
			continue;
		*turn = month;
		found = true;
	}
	return found;
}

static enum err put_ages(const struct share *share, const struct pack_dimension *dimension, struct birth birth)
{
	const struct stay *stay = &share->stay;
	int32_t month = stay->from;
	uint16_t bucket = age_bucket(dimension, birth, month);
	enum err err = put(share, dimension->number, bucket, month, share->amount);
	while (!err && next_turn(dimension, birth, month, &month) && month < CELL_MONTH_MAX) {
		if (stay->ends && month >= stay->until)
			break;
		uint16_t next = age_bucket(dimension, birth, month);
		if (next == bucket)
			continue;
		err = put(share, dimension->number, bucket, month, -share->amount);
		if (!err)
			err = put(share, dimension->number, next, month, share->amount);
		bucket = next;
	}
	if (!err && stay->ends)
		err = put(share, dimension->number, bucket, stay->until, -share->amount);
	return err;
}

static enum err put_dimension(const struct share *share, const struct pack_dimension *dimension)
{
	int64_t number;
	int32_t born;
	bool flow = share->metric->form == METRIC_FLOW;
	if (dimension->by != DIMENSION_AGE) {
		if (!number_of(share->record, dimension->field, &number))
			return ERR_OK;
		return put_stay(share, dimension->number, bucket_of(dimension, number));
	}
	if (!day_of(share->record, dimension->field, &born))
		return ERR_OK;
	if (flow)
		return put_stay(share, dimension->number, age_bucket(dimension, birth_of(born), share->stay.from));
	return put_ages(share, dimension, birth_of(born));
}

// Into the windows of cadences that count this metric (ledger/cadence): there, the day tells.

static bool measured(const struct share *share, const struct pack_measure *of)
{
	int64_t number;
	int32_t born;
	if (!of->dimension)
		return true;
	if (of->dimension->by != DIMENSION_AGE)
		return number_of(share->record, of->dimension->field, &number) && bucket_of(of->dimension, number) == of->bucket;
	return day_of(share->record, of->dimension->field, &born)
	       && age_bucket(of->dimension, birth_of(born), share->stay.from) == of->bucket;
}

static enum err put_windows(const struct share *share)
{
	enum err err = ERR_OK;
	int32_t day;
	if (share->metric->form != METRIC_FLOW || !day_of(share->record, share->metric->from, &day))
		return ERR_OK;
	for (size_t i = 0; i < share->pack->cadence_count && !err; i++) {
		const struct pack_cadence *cadence = &share->pack->cadences[i];
		const struct cell_key key = {
			.metric = CELL_METRIC_CADENCE, .dimension = cadence->number, .bucket = CADENCE_WINDOW, .month = date_month(day),
		};
		if (cadence->by_day && cadence->of.metric == share->metric && cadence_takes(cadence, day)
		    && measured(share, &cadence->of))
			err = cell_batch_add(share->batch, &key, share->amount);
	}
	return err;
}

// Contributing.

static bool counts(const struct record *record)
{
	return record->write_count > 0 && !record_deleted(record);
}

static enum err contribute(const struct pack *pack, const struct pack_metric *metric, const struct record *record,
                           int sign, struct cell_batch *batch)
{
	struct share share = { .pack = pack, .metric = metric, .record = record, .batch = batch };
	if (!passes_all(metric, record))
		return ERR_OK;
	share.amount = sign * amount_of(metric, record);
	if (share.amount == 0 || !(metric->form == METRIC_FLOW ? flow_stay(&share) : stock_stay(&share)))
		return ERR_OK;
	enum err err = put_stay(&share, 0, 0);
	for (size_t i = 0; i < metric->dimension_count && !err; i++)
		err = put_dimension(&share, &metric->dimensions[i]);
	return err ? err : put_windows(&share);
}

enum err metric_contribute_one(const struct pack *pack, const struct pack_metric *metric, const struct record *record,
                               int sign, struct cell_batch *batch)
{
	if (!metric->kind || metric->kind->number != record->key.kind || !counts(record))
		return ERR_OK;
	return contribute(pack, metric, record, sign, batch);
}

enum err metric_contribute(const struct pack *pack, const struct record *record, int sign, struct cell_batch *batch)
{
	if (!counts(record))
		return ERR_OK;
	enum err err = ERR_OK;
	for (size_t i = 0; i < pack->metric_count && !err; i++) {
		const struct pack_metric *metric = &pack->metrics[i];
		if (metric->kind && metric->kind->number == record->key.kind)
			err = contribute(pack, metric, record, sign, batch);
	}
	return err;
}

bool metric_reads(const struct pack_metric *metric, uint8_t field)
{
	if (field == 0) // deleted or not matters to all
		return metric->kind != NULL;
	bool reads = field == metric->field || field == metric->from || field == metric->until;
	for (size_t i = 0; i < metric->filter_count && !reads; i++)
		reads = metric->filters[i].field == field;
	for (size_t i = 0; i < metric->dimension_count && !reads; i++)
		reads = metric->dimensions[i].field == field;
	return reads;
}

bool metric_passes(const struct pack_filter *filters, size_t count, const struct record *record)
{
	for (size_t i = 0; i < count; i++)
		if (!passes(&filters[i], record))
			return false;
	return true;
}
