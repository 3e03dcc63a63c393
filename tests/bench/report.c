// Medians, ratios, the table and the JSON.
#include "report.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *key, *unit, *what;
} limits[] = {
#define LIMIT_ROW(symbol, u, text) [REPORT_##symbol] = { .key = #symbol, .unit = u, .what = text },
	REPORT_LIMITS(LIMIT_ROW)
#undef LIMIT_ROW
};

static const struct {
	const char *key, *unit, *what;
	enum report_limit limit;
} figures[] = {
#define FIGURE_ROW(symbol, u, l, text) \
	[REPORT_FIGURE_##symbol] = { .key = #symbol, .unit = u, .what = text, .limit = REPORT_##l },
	REPORT_FIGURES(FIGURE_ROW)
#undef FIGURE_ROW
};

enum bound { AT_MOST, AT_LEAST, RATIO_AT_LEAST };

// What ought to be reached.
static const struct {
	enum report_figure figure;
	enum bound bound;
	double value;
} targets[] = {
	{ REPORT_FIGURE_SYNC_RATE, RATIO_AT_LEAST, 0.2 },   { REPORT_FIGURE_SYNC_WIRE, AT_MOST, 60 },
	{ REPORT_FIGURE_TEN_NEW_WIRE, AT_MOST, 1000 },      { REPORT_FIGURE_TEN_NEW_TRIPS, AT_MOST, 1 },
	{ REPORT_FIGURE_TEN_EDITS_WIRE, AT_MOST, 1000 },    { REPORT_FIGURE_TEN_EDITS_TRIPS, AT_MOST, 1 },
	{ REPORT_FIGURE_IDLE_WIRE, AT_MOST, 200 },          { REPORT_FIGURE_IDLE_TRIPS, AT_MOST, 1 },
	{ REPORT_FIGURE_OPEN_TIME, AT_MOST, 50 },           { REPORT_FIGURE_OPEN_RSS, AT_MOST, 32 },
};

static void add(double *samples, size_t *count, double value)
{
	if (*count < REPORT_SAMPLES)
		samples[(*count)++] = value;
}

void report_limit(struct report *report, enum report_limit key, double value)
{
	add(report->limit[key], &report->limit_count[key], value);
}

void report_figure(struct report *report, enum report_figure key, double value)
{
	add(report->figure[key], &report->figure_count[key], value);
}

static int ascending(const void *left, const void *right)
{
	const double *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

double report_median(const double *samples, size_t count)
{
	double sorted[REPORT_SAMPLES];
	if (count == 0)
		return 0;
	memcpy(sorted, samples, count * sizeof *samples);
	qsort(sorted, count, sizeof *sorted, ascending);
	return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static double limit_value(const struct report *report, enum report_limit key)
{
	return key == REPORT_NONE ? 0 : report_median(report->limit[key], report->limit_count[key]);
}

static double figure_value(const struct report *report, enum report_figure key)
{
	return report_median(report->figure[key], report->figure_count[key]);
}

// Of the limit. Where both were measured in each round, the rounds are divided one by one: what else the
// machine does comes and goes.
static double ratio(const struct report *report, enum report_figure key)
{
	enum report_limit limit = figures[key].limit;
	double quotients[REPORT_SAMPLES];
	size_t count = report->figure_count[key];
	if (limit_value(report, limit) <= 0)
		return 0;
	if (count != report->limit_count[limit])
		return figure_value(report, key) / limit_value(report, limit);
	for (size_t i = 0; i < count; i++)
		quotients[i] = report->figure[key][i] / report->limit[limit][i];
	return report_median(quotients, count);
}

// Thousands apart; small numbers with a fraction.
static const char *number(double value, char text[static 32])
{
	char digits[32];
	if (value < 100 && value != (double)(long)value) {
		snprintf(text, 32, value < 10 ? "%.2f" : "%.1f", value);
		return text;
	}
	snprintf(digits, sizeof digits, "%.0f", value);
	size_t length = strlen(digits), at = 0;
	for (size_t i = 0; i < length && at + 2 < 32; i++) {
		if (i && (length - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	return text;
}

// "≥ 0.2 of the limit: reached". Empty where nothing is asked.
static void verdict(const struct report *report, enum report_figure key, char text[static 64])
{
	static const char *const signs[] = { [AT_MOST] = "≤ ", [AT_LEAST] = "≥ ", [RATIO_AT_LEAST] = "≥ " };
	char bound[32];
	text[0] = '\0';
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		if (targets[i].figure != key)
			continue;
		bool of_limit = targets[i].bound == RATIO_AT_LEAST;
		double value = of_limit ? ratio(report, key) : figure_value(report, key);
		bool reached = targets[i].bound == AT_MOST ? value <= targets[i].value : value >= targets[i].value;
		snprintf(text, 64, "%s%s%s: %s", signs[targets[i].bound], number(targets[i].value, bound), of_limit ? " of it" : "",
		         reached ? "reached" : "**missed**");
	}
}

void report_table(const struct report *report, FILE *out)
{
	char value[32], limit[32], target[64];
	fprintf(out, "| figure | value | limit of the same run | ratio | target |\n|---|---:|---|---:|---|\n");
	for (int i = 0; i < REPORT_FIGURE_COUNT; i++) {
		enum report_figure key = (enum report_figure)i;
		if (report->figure_count[i] == 0)
			continue;
		verdict(report, key, target);
		fprintf(out, "| %s | %s%s%s |", figures[i].what, number(figure_value(report, key), value), *figures[i].unit ? " " : "",
		        figures[i].unit);
		if (figures[i].limit == REPORT_NONE)
			fprintf(out, " | | %s |\n", target);
		else
			fprintf(out, " %s: %s %s | %.2f | %s |\n", limits[figures[i].limit].what,
			        number(limit_value(report, figures[i].limit), limit), limits[figures[i].limit].unit, ratio(report, key), target);
	}
	fprintf(out, "\n| limit of this machine | value |\n|---|---:|\n");
	for (int i = 0; i < REPORT_NONE; i++)
		if (report->limit_count[i])
			fprintf(out, "| %s | %s %s |\n", limits[i].what, number(limit_value(report, (enum report_limit)i), value),
			        limits[i].unit);
}

static json_t *one_json(const char *what, const char *unit, const double *samples, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_real(samples[i]));
	return json_pack("{s:s,s:s,s:f,s:o}", "what", what, "unit", unit, "median", report_median(samples, count), "samples", list);
}

int report_json(const struct report *report, const char *path)
{
	json_t *limit_list = json_object(), *figure_list = json_object();
	for (int i = 0; i < REPORT_NONE; i++)
		json_object_set_new(limit_list, limits[i].key, one_json(limits[i].what, limits[i].unit, report->limit[i], report->limit_count[i]));
	for (int i = 0; i < REPORT_FIGURE_COUNT; i++) {
		json_t *item = one_json(figures[i].what, figures[i].unit, report->figure[i], report->figure_count[i]);
		if (figures[i].limit != REPORT_NONE) {
			json_object_set_new(item, "limit", json_string(limits[figures[i].limit].key));
			json_object_set_new(item, "ratio", json_real(ratio(report, (enum report_figure)i)));
		}
		json_object_set_new(figure_list, figures[i].key, item);
	}
	json_t *all = json_pack("{s:o,s:o}", "limits", limit_list, "figures", figure_list);
	int code = json_dump_file(all, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	json_decref(all);
	return code;
}
