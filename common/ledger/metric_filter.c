// Which records a metric counts, and at the end of which months.
#include "ledger/metric_inside.h"

#include "ledger/age.h"

bool metric_number(const struct record *record, uint8_t field, int64_t *number)
{
	const struct record_write *shown = record_value(record, field, span_of(NULL, 0));
	if (!shown || shown->value.form != VALUE_IS_NUMBER)
		return false;
	*number = shown->value.number;
	return true;
}

// The day that a date field holds, if it is one that a calendar has.
bool metric_day(const struct record *record, uint8_t field, int32_t *day)
{
	int64_t number;
	if (!metric_number(record, field, &number))
		return false;
	if (number < CELL_DAY_MIN || number > CELL_DAY_MAX)
		return false;
	*day = (int32_t)number;
	return true;
}

bool metric_month(const struct pack_kind *kind, const struct record *record, uint8_t number, int32_t *month)
{
	const struct pack_field *field = kind->by_number[number];
	int64_t held;
	int32_t day;
	if (field && field->type == VALUE_MONTH) {
		if (!metric_number(record, number, &held) || held < CELL_MONTH_MIN || held >= CELL_MONTH_MAX)
			return false;
		*month = (int32_t)held;
		return true;
	}
	if (!metric_day(record, number, &day))
		return false;
	*month = date_month(day);
	return true;
}

// ---- Values ----

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
	return metric_number(record, filter->field, &number) && compares(filter, number);
}

// ---- Time that has passed ----

// The first month at whose end so much has passed.
static int32_t month_after(const struct pack_filter *filter, struct age_birth since, int64_t much)
{
	bool years = filter->by == FILTER_BY_AGE;
	int64_t most = years ? PACK_AGE_MAX + 1 : PACK_MONTHS_MAX + 1; // the decoder's bounds, and one more
	int32_t count = (int32_t)(much < 0 ? 0 : much > most ? most : much);
	return years ? age_month(since, count) : since.month + count;
}

// The months at whose ends the test holds. Nothing has passed before the day itself.
static void narrow(const struct pack_filter *filter, struct age_birth since, struct metric_window *window)
{
	int64_t with = filter->number_count ? filter->numbers[0] : 0;
	bool least = filter->test == FILTER_AT_LEAST || filter->test == FILTER_GREATER || filter->test == FILTER_EQUAL;
	bool most = filter->test == FILTER_AT_MOST || filter->test == FILTER_LESS || filter->test == FILTER_EQUAL;
	int64_t first = least ? with + (filter->test == FILTER_GREATER) : 0;
	int64_t behind = with + (filter->test != FILTER_LESS);
	int32_t from = month_after(filter, since, first), until = most ? month_after(filter, since, behind) : window->until;
	window->from = from > window->from ? from : window->from;
	window->until = until < window->until ? until : window->until;
}

static bool passes_in_time(const struct pack_kind *kind, const struct pack_filter *filter,
                           const struct record *record, struct metric_window *window)
{
	struct age_birth since = { .leap = false };
	int32_t day;
	if (filter->by == FILTER_BY_MONTHS) {
		if (!metric_month(kind, record, filter->field, &since.month))
			return false;
	} else if (metric_day(record, filter->field, &day)) {
		since = age_birth_of(day);
	} else {
		return false;
	}
	narrow(filter, since, window);
	return window->from < window->until;
}

bool metric_passes(const struct pack_kind *kind, const struct pack_filter *filters, size_t count,
                   const struct record *record, struct metric_window *window)
{
	*window = (struct metric_window){ .from = CELL_MONTH_MIN, .until = CELL_MONTH_MAX + 1 };
	for (size_t i = 0; i < count; i++) {
		const struct pack_filter *filter = &filters[i];
		if (filter->by == FILTER_BY_VALUE ? !passes(filter, record) : !passes_in_time(kind, filter, record, window))
			return false;
	}
	return true;
}
