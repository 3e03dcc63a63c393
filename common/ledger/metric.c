// A record's share in the figures. One walk per metric: does the record count, how much, from
// which month until which; then once for the total and once for each dimension.
#include "ledger/metric.h"

#include "ledger/age.h"
#include "ledger/cadence.h"
#include "ledger/metric_inside.h"
#include "log/hash.h"

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

// How much.

// The next element that is in, of a keyed field; the shown writes stand first of their places.
static const struct record_write *next_element(const struct pack_metric *metric, const struct record *record, size_t *at)
{
	const struct pack_field *field = metric->kind->by_number[metric->field];
	bool set = field && field->type == VALUE_BOOL; // an element of a set is in or out
	while (*at < record->write_count) {
		const struct record_write *write = &record->writes[*at], *before = *at ? write - 1 : NULL;
		++*at;
		if (write->field != metric->field || write->element.size == 0 || write->value.form == VALUE_IS_NONE)
			continue;
		bool shown = !before || before->field != write->field || !span_equal(before->element, write->element);
		if (shown && (!set || write->value.number != 0))
			return write;
	}
	return NULL;
}

static int64_t elements_of(const struct pack_metric *metric, const struct record *record)
{
	int64_t count = 0;
	size_t at = 0;
	while (next_element(metric, record, &at))
		count++;
	return count;
}

// A number that cells can hold; of an extreme, also moved up by one.
static bool amount_fits(int64_t number)
{
	return number >= -CELL_VALUE_MAX && number < CELL_VALUE_MAX;
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
		if (!metric_number(record, metric->field, &number))
			return 0;
		return number >= -CELL_VALUE_MAX && number <= CELL_VALUE_MAX ? number : 0;
	case METRIC_DISTINCT:
		return metric->kind->by_number[metric->field]->keyed
		           ? elements_of(metric, record) : record_value(record, metric->field, span_of(NULL, 0)) != NULL;
	case METRIC_MINIMUM:
	case METRIC_MAXIMUM:
		return metric_number(record, metric->field, &number) && amount_fits(number);
	case METRIC_RATIO: // reads figures, not records
	case METRIC_END:
		break;
	}
	return 0;
}

// When.

static bool flow_stay(struct share *share, const struct metric_window *window)
{
	struct stay *stay = &share->stay;
	if (!metric_month(share->metric->kind, share->record, share->metric->from, &stay->from))
		return false;
	return stay->from >= share->pack->since && stay->from >= window->from && stay->from < window->until;
}

// What lies before `since` counts as of then.
static bool stock_stay(struct share *share, const struct metric_window *window)
{
	const struct pack_metric *metric = share->metric;
	struct stay *stay = &share->stay;
	int32_t since = share->pack->since;
	if (!metric->from || !metric_month(share->metric->kind, share->record, metric->from, &stay->from) || stay->from < since)
		stay->from = since;
	stay->ends = metric->until && metric_month(share->metric->kind, share->record, metric->until, &stay->until);
	if (stay->from < window->from)
		stay->from = window->from;
	if (window->until <= CELL_MONTH_MAX && (!stay->ends || window->until < stay->until)) {
		stay->ends = true;
		stay->until = window->until;
	}
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

static struct cell_element element_of(struct span bytes)
{
	struct cell_element element;
	struct hash hash = hash_bytes(HASH_BLAKE2B_256, bytes);
	memcpy(element.bytes, hash.bytes, sizeof element.bytes);
	return element;
}

static enum err put_distinct(const struct share *share, const struct cell_key *key, int sign)
{
	const struct record *record = share->record;
	const struct record_write *write = record_value(record, share->metric->field, span_of(NULL, 0));
	size_t at = 0;
	enum err err = ERR_OK;
	if (!share->metric->kind->by_number[share->metric->field]->keyed) {
		struct cell_element element = write->value.form == VALUE_IS_NUMBER ? cell_element_of_value(write->value.number)
		                                                                   : element_of(write->value.bytes);
		return cell_batch_add_element(share->batch, key, &element, sign);
	}
	while (!err && (write = next_element(share->metric, record, &at))) {
		struct cell_element element = element_of(write->element);
		err = cell_batch_add_element(share->batch, key, &element, sign);
	}
	return err;
}

static enum err put_extreme(const struct share *share, const struct cell_key *key, int sign)
{
	int64_t number = 0;
	struct cell_key marked = *key;
	marked.dimension |= share->metric->aggregate == METRIC_MINIMUM ? CELL_MARK_MINIMUM : CELL_MARK_MAXIMUM;
	metric_number(share->record, share->metric->field, &number);
	struct cell_element element = cell_element_of_value(cell_extreme_of(number));
	return cell_batch_add_element(share->batch, &marked, &element, sign);
}

static enum err put(const struct share *share, uint8_t dimension, uint16_t bucket, int32_t month, int64_t amount)
{
	const struct cell_key key = {
		.metric = share->metric->number, .dimension = dimension, .bucket = bucket, .month = month,
	};
	// No bucket of a dimension: in the total alone. Behind the last month nobody looks.
	if ((dimension && bucket == BUCKET_NONE) || !cell_month_valid(month))
		return ERR_OK;
	int sign = amount < 0 ? -1 : 1; // of what is not added up, an amount says no more
	if (share->metric->aggregate == METRIC_DISTINCT)
		return put_distinct(share, &key, sign);
	if (pack_metric_of_month(share->metric))
		return put_extreme(share, &key, sign);
	return cell_batch_add(share->batch, &key, amount);
}

static enum err put_stay(const struct share *share, uint8_t dimension, uint16_t bucket)
{
	enum err err = put(share, dimension, bucket, share->stay.from, share->amount);
	if (!err && share->stay.ends)
		err = put(share, dimension, bucket, share->stay.until, -share->amount);
	return err;
}

static uint16_t age_bucket(const struct pack_dimension *dimension, struct age_birth birth, int32_t month)
{
	return bucket_of(dimension, age_at_end(birth, month));
}

// The first month behind `after` at which some band begins or ends for one born then.
static bool next_turn(const struct pack_dimension *dimension, struct age_birth birth, int32_t after, int32_t *turn)
{
	bool found = false;
	for (size_t i = 0; i < 2 * dimension->band_count; i++) {
		const struct pack_band *band = &dimension->bands[i / 2];
		int64_t years = i % 2 ? band->to + 1 : band->from;
		if (years < 0 || years > PACK_AGE_MAX || is_rest(band))
			continue;
		int32_t month = age_month(birth, (int32_t)years);
		if (month <= after || (found && month >= *turn))
			continue;
		*turn = month;
		found = true;
	}
	return found;
}

static enum err put_ages(const struct share *share, const struct pack_dimension *dimension, struct age_birth birth)
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
		if (!metric_number(share->record, dimension->field, &number))
			return ERR_OK;
		return put_stay(share, dimension->number, bucket_of(dimension, number));
	}
	if (!metric_day(share->record, dimension->field, &born))
		return ERR_OK;
	if (flow)
		return put_stay(share, dimension->number, age_bucket(dimension, age_birth_of(born), share->stay.from));
	return put_ages(share, dimension, age_birth_of(born));
}

// Into the windows of cadences that count this metric (ledger/cadence): there, the day tells.

static bool measured(const struct share *share, const struct pack_measure *of)
{
	int64_t number;
	int32_t born;
	if (!of->dimension)
		return true;
	if (of->dimension->by != DIMENSION_AGE)
		return metric_number(share->record, of->dimension->field, &number) && bucket_of(of->dimension, number) == of->bucket;
	return metric_day(share->record, of->dimension->field, &born)
	       && age_bucket(of->dimension, age_birth_of(born), share->stay.from) == of->bucket;
}

static enum err put_windows(const struct share *share)
{
	enum err err = ERR_OK;
	int32_t day;
	if (share->metric->form != METRIC_FLOW || !metric_day(share->record, share->metric->from, &day))
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

// Days are those of the receipt's clock, which is the server's (UTC).
static bool is_late(const struct pack_metric *metric, const struct record *record)
{
	int32_t day;
	return record->received && metric_day(record, metric->late_after, &day)
	       && date_of_ms(record->received, 0) > day + metric->late_days;
}

static enum err contribute(const struct pack *pack, const struct pack_metric *metric, const struct record *record,
                           int sign, struct cell_batch *batch)
{
	struct share share = { .pack = pack, .metric = metric, .record = record, .batch = batch };
	struct metric_window window;
	if (metric->late_after && !is_late(metric, record))
		return ERR_OK;
	if (!metric_passes(metric->kind, metric->filters, metric->filter_count, record, &window))
		return ERR_OK;
	share.amount = sign * amount_of(metric, record);
	if (share.amount == 0 || !(metric->form == METRIC_FLOW ? flow_stay(&share, &window) : stock_stay(&share, &window)))
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
	bool reads = field == metric->field || field == metric->from || field == metric->until || field == metric->late_after;
	for (size_t i = 0; i < metric->filter_count && !reads; i++)
		reads = metric->filters[i].field == field;
	for (size_t i = 0; i < metric->dimension_count && !reads; i++)
		reads = metric->dimensions[i].field == field;
	return reads;
}
