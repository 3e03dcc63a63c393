// A pack's forms and reports: the order of fields, the cells of a table, and what each slip is told.
#include "ledger/report.h"

#include "base/limits.h"
#include "io/store_memory.h"
#include "support/pack_shelf.h"
#include "support/support.h"

static struct pack_shelf shelf;

static int open_all(void **state)
{
	(void)state;
	return pack_shelf_open(&shelf);
}

static int close_all(void **state)
{
	(void)state;
	return pack_shelf_close(&shelf);
}

static const char body[] =
	"name: small\n"
	"version: 1\n"
	"title: {en: Small}\n"
	"since: 2026-01\n"
	"kinds:\n"
	"  - name: visit\n"
	"    number: 1\n"
	"    title: {en: Visit}\n"
	"    lane: detail\n"
	"    label: place\n"
	"    fields:\n"
	"      - {number: 1, name: fax, title: {en: Fax}, type: text, retired: true}\n"
	"      - {number: 2, name: place, title: {en: Place}, type: text}\n"
	"      - {number: 3, name: day, title: {en: Day}, type: date}\n"
	"      - {number: 4, name: cost, title: {en: Cost}, type: money}\n"
	"      - {number: 5, name: sort, title: {en: Sort}, type: option, options: [{code: 7, name: home, title: {en: At home}}, {code: 8, name: phone, title: {en: By phone}}]}\n"
	"metrics:\n"
	"  - {number: 1, name: visits, title: {en: Visits}, kind: visit, aggregate: count, form: flow, from: day, dimensions: [{number: 1, name: sort, title: {en: By sort}, field: sort}]}\n"
	"  - {number: 2, name: cost, title: {en: Cost}, kind: visit, aggregate: sum, field: cost, form: flow, from: day}\n"
	"  - {number: 3, name: each, title: {en: Each}, aggregate: ratio, numerator: cost, denominator: visits}\n";

static const char forms[] =
	"forms:\n"
	"  - {kind: visit, groups: [{title: {en: When}, fields: [day, sort]}, {title: {en: Money}, fields: [cost]}]}\n";

static const char reports[] =
	"reports:\n"
	"  - name: monthly\n"
	"    title: {en: Monthly}\n"
	"    period: month\n"
	"    rows:\n"
	"      - {name: all, title: {en: All}, metric: visits}\n"
	"      - {name: home, title: {en: At home}, metric: visits, dimension: sort, bucket: home}\n"
	"      - {name: each, title: {en: Each}, metric: each}\n"
	"    columns:\n"
	"      - {name: now, title: {en: Now}}\n"
	"      - {name: year, title: {en: Year}, span: year}\n"
	"      - {name: before, title: {en: Before}, span: before}\n"
	"      - {name: last, title: {en: Last year}, span: last_year}\n";

static enum err compile(const char *more)
{
	struct buf yaml = BUF_EMPTY;
	buf_string(&yaml, body);
	buf_string(&yaml, more);
	buf_u8(&yaml, 0);
	enum err err = pack_shelf_compile(&shelf, (const char *)yaml.data);
	buf_free(&yaml);
	return err;
}

static const struct pack *decoded(const char *more)
{
	if (compile(more))
		fail_msg("%s", shelf.why);
	return pack_shelf_decode(&shelf);
}

static void refused(const char *more, const char *sentence)
{
	assert_int_not_equal(compile(more), ERR_OK);
	if (!strstr(shelf.why, sentence))
		fail_msg("told: %s", shelf.why);
}

static void a_form_puts_its_fields_first_and_what_is_retired_last(void **state)
{
	(void)state;
	static const char *const order[] = { "day", "sort", "cost", "place", "fax" };
	const struct pack *pack = decoded(forms);
	const struct pack_kind *kind = &pack->kinds[0];
	for (size_t i = 0; i < kind->field_count; i++)
		assert_string_equal(kind->order[i]->name, order[i]);
	assert_int_equal(kind->offered, 4);
	assert_true(kind->order[4]->retired);
	assert_string_equal(pack_form_title(pack, kind, kind->order[2])->en, "Money");
	assert_null(pack_form_title(pack, kind, kind->order[3]));
}

static void without_a_form_the_file_gives_the_order(void **state)
{
	(void)state;
	const struct pack *pack = decoded("");
	assert_string_equal(pack->kinds[0].order[0]->name, "place");
	assert_string_equal(pack->kinds[0].order[4]->name, "fax");
	assert_null(pack_form_of(pack, &pack->kinds[0]));
}

static void put(struct txn *txn, const struct cell_owner *owner, uint16_t metric, uint16_t bucket, int32_t month, int64_t value)
{
	struct cell_key key = { .metric = metric, .dimension = bucket != 0, .bucket = bucket, .month = month };
	assert_ok(cell_set(txn, owner, &key, value));
}

static void is_cell(const struct report *report, size_t row, size_t column, int64_t value, int64_t denominator)
{
	const struct report_cell *cell = &report->cells[row * report->pack->column_count + column];
	assert_int_equal(cell->figure.value, value);
	assert_int_equal(cell->figure.denominator, denominator);
}

static void every_cell_says_what_its_row_and_column_ask(void **state)
{
	(void)state;
	const struct pack *pack = decoded(reports);
	struct cell_owner owner = cell_owner_own(&(struct id){ .bytes = { 1 } });
	struct report report;
	struct period march = { .first = 2026 * 12 + 2, .last = 2026 * 12 + 2 };
	struct store *store = store_memory_new();
	struct txn txn;
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	put(&txn, &owner, 1, 0, march.first, 5);
	put(&txn, &owner, 1, 7, march.first, 2);
	put(&txn, &owner, 1, 0, march.first - 1, 3);
	put(&txn, &owner, 1, 7, march.first - 1, 3);
	put(&txn, &owner, 1, 0, march.first - 12, 1);
	put(&txn, &owner, 2, 0, march.first, 1250);
	assert_ok(report_fill(&txn, pack, pack_report_by_name(pack, "monthly"), &owner, NULL, march, &shelf.arena, &report));
	is_cell(&report, 0, 0, 5, 1);
	is_cell(&report, 0, 1, 8, 1);
	is_cell(&report, 0, 2, 3, 1);
	is_cell(&report, 0, 3, 1, 1);
	is_cell(&report, 1, 0, 2, 1);
	is_cell(&report, 1, 1, 5, 1);
	is_cell(&report, 1, 3, 0, 1);
	is_cell(&report, 2, 0, 1250, 5);
	is_cell(&report, 2, 1, 1250, 8);
	is_cell(&report, 2, 3, 0, 1);
	txn_abort(&txn);
	store_memory_free(store);
}

static void a_report_is_for_periods_of_its_length(void **state)
{
	(void)state;
	struct pack_report quarter = { .period = REPORT_QUARTER };
	assert_true(report_period_fits(&quarter, (struct period){ .first = 2026 * 12 + 3, .last = 2026 * 12 + 5 }));
	assert_false(report_period_fits(&quarter, (struct period){ .first = 2026 * 12 + 2, .last = 2026 * 12 + 4 }));
	assert_false(report_period_fits(&quarter, (struct period){ .first = 2026 * 12, .last = 2026 * 12 + 11 }));
	assert_int_equal(report_period_of(&quarter, 2026 * 12 + 5).first, 2026 * 12 + 3);
	assert_int_equal(report_period_of(&quarter, 2026 * 12 + 5).last, 2026 * 12 + 5);
}

#define REPORT_OF(rows, columns) "reports: [{name: r, title: {en: R}, period: month, rows: [" rows "], columns: [" columns "]}]\n"

static void each_slip_in_a_form_or_report_is_told(void **state)
{
	(void)state;
	refused("forms: [{kind: visit, groups: [{title: {en: A}, fields: [day, day]}]}]\n", "field \"day\" stands in the form twice");
	refused("forms: [{kind: visit, groups: [{title: {en: A}, fields: [fax]}]}]\n", "field \"fax\" is retired");
	refused("forms: [{kind: visit, groups: [{title: {en: A}, fields: [dai]}]}]\n", "kind \"visit\" has no field \"dai\"");
	refused("forms: [{kind: visits, groups: []}]\n", "no kind is called \"visits\"");
	refused("forms: [{kind: visit, groups: []}, {kind: visit, groups: []}]\n", "the kind has a form already");
	refused("reports: [{name: r, title: {en: R}, period: week}]\n", "expected one of month, quarter, half_year, year");
	refused(REPORT_OF("{name: a, title: {en: A}, metric: visits}", ""), "a report has rows and columns");
	refused(REPORT_OF("{name: a, title: {en: A}}", "{name: b, title: {en: B}}"),
	        "reports[r]: row \"a\", column \"b\": neither names a metric");
	refused(REPORT_OF("{name: a, title: {en: A}, metric: visits}", "{name: b, title: {en: B}, metric: cost}"), "both name a metric");
	refused(REPORT_OF("{name: a, title: {en: A}, metric: cost, dimension: sort, bucket: home}", "{name: b, title: {en: B}}"),
	        "the metric has no such dimension");
	refused(REPORT_OF("{name: a, title: {en: A}, metric: visits, dimension: sort, bucket: fax}", "{name: b, title: {en: B}}"),
	        "the dimension has no such bucket");
	refused(REPORT_OF("{name: a, title: {en: A}, metric: visits, dimension: sort}", "{name: b, title: {en: B}}"),
	        "dimension and bucket stand together");
	refused(REPORT_OF("{name: a, title: {en: A}, metric: visits, span: year}", "{name: b, title: {en: B}, span: before}"),
	        "both name a span");
	refused(REPORT_OF("{name: a, title: {en: A}, scorecard: flag}", "{name: b, title: {en: B}}"), "scorecard: no scorecard is called \"flag\"");
	refused(REPORT_OF("{name: a, title: {en: A}, metric: visits}", "{name: unit, title: {en: B}}"), "no column is called unit or row");
	refused(REPORT_OF("{name: a, title: {en: A}, metric: visits}", "{name: b, title: {en: B}}, {name: b, title: {en: B}}"),
	        "\"b\" names two things");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_form_puts_its_fields_first_and_what_is_retired_last, open_all, close_all),
		cmocka_unit_test_setup_teardown(without_a_form_the_file_gives_the_order, open_all, close_all),
		cmocka_unit_test_setup_teardown(every_cell_says_what_its_row_and_column_ask, open_all, close_all),
		cmocka_unit_test_setup_teardown(a_report_is_for_periods_of_its_length, open_all, close_all),
		cmocka_unit_test_setup_teardown(each_slip_in_a_form_or_report_is_told, open_all, close_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
