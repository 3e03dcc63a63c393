// Layouts of workbooks: which table gets which, what stands in a line, and what a pack may not say.
#include "support/pack_shelf.h"
#include "support/support.h"

#include "ledger/pack_layout.h"

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

static const char head[] =
	"name: small\nversion: 1\ntitle: {zh: 小}\nsince: 2026-01\n"
	"unit_kinds:\n  - {name: branch, title: {zh: 党支部}, ledger: true}\n"
	"kinds:\n"
	"  - name: visit\n    number: 2\n    title: {zh: 走访}\n    lane: detail\n    label: place\n"
	"    fields:\n"
	"      - {number: 1, name: place, title: {zh: 地点}, type: text, required: true}\n"
	"      - {number: 2, name: day, title: {zh: 日期}, type: date}\n"
	"metrics:\n  - {number: 1, name: visits, title: {zh: 次数}, kind: visit, aggregate: count, form: flow, from: day}\n"
	"reports:\n"
	"  - name: visits\n    title: {zh: 走访}\n    period: month\n    rows: [{name: all, title: {zh: 合计}, metric: visits}]\n"
	"    columns: [{name: now, title: {zh: 本月}}, {name: year, title: {zh: 本年}, span: year}, {name: last, title: {zh: 上年}, span: last_year}]\n"
	"layouts:\n";

static enum err compile_with(const char *layouts)
{
	struct buf yaml = BUF_EMPTY;
	buf_string(&yaml, head);
	buf_string(&yaml, layouts);
	buf_u8(&yaml, 0);
	enum err err = pack_shelf_compile(&shelf, (const char *)yaml.data);
	buf_free(&yaml);
	return err;
}

static void refused(const char *layouts, const char *sentence)
{
	enum err err = compile_with(layouts);
	assert_true(err != ERR_OK);
	if (!strstr(shelf.why, sentence))
		fail_msg("told \"%s\", not \"%s\"", shelf.why, sentence);
}

static void a_report_gets_its_own_layout_and_other_tables_the_first_that_names_none(void **state)
{
	(void)state;
	const struct pack *pack;
	assert_ok(compile_with("  - {name: own, title: {zh: 专用}, paper: a3, landscape: true, font: 仿宋, reports: [visits], groups: [{title: {zh: 累计}, from: year, to: last}]}\n"
	                       "  - {name: other, title: {zh: 通用}, size: 10, head: [{text: {zh: '{title}'}, bold: true, align: center, size: 16}], foot: [{text: {zh: '{date}'}}]}\n"
	                       "  - {name: never, title: {zh: 备用}}\n"));
	pack = pack_shelf_decode(&shelf);
	const struct pack_layout *own = pack_layout_for(pack, &pack->reports[0]), *other = pack_layout_for(pack, NULL);
	assert_string_equal(own->name, "own");
	assert_int_equal(own->paper, 3);
	assert_true(own->landscape);
	assert_string_equal(own->font, "仿宋");
	assert_int_equal(own->size, PACK_LAYOUT_SIZE);
	assert_string_equal(own->groups[0].to, "last");
	assert_string_equal(other->name, "other");
	assert_int_equal(other->paper, 4);
	assert_int_equal(other->head[0].size, 16);
	assert_int_equal(other->head[0].align, PACK_ALIGN_CENTER);
	assert_int_equal(other->foot[0].size, 10);
	assert_int_equal(other->foot[0].align, PACK_ALIGN_LEFT);
}

static void a_pack_without_layouts_has_none(void **state)
{
	(void)state;
	const struct pack *pack;
	assert_ok(compile_with("  []\n"));
	pack = pack_shelf_decode(&shelf);
	assert_null(pack_layout_for(pack, NULL));
	assert_null(pack_layout_for(pack, &pack->reports[0]));
}

static void places_are_found_where_a_text_begins_with_them(void **state)
{
	(void)state;
	size_t size = 0;
	assert_int_equal(pack_layout_place("{unit}的报表", &size), PACK_LAYOUT_UNIT);
	assert_int_equal(size, strlen("{unit}"));
	assert_int_equal(pack_layout_place("{units}", &size), PACK_LAYOUT_PLACE_COUNT);
	assert_int_equal(pack_layout_place("unit}", &size), PACK_LAYOUT_PLACE_COUNT);
	assert_int_equal(pack_layout_place("{", &size), PACK_LAYOUT_PLACE_COUNT);
}

static void what_is_not_there_is_named(void **state)
{
	(void)state;
	refused("  - {name: a, title: {zh: 甲}, head: [{text: {zh: '{nonsense}'}}]}\n", "names nothing that can be put there");
	refused("  - {name: a, title: {zh: 甲}, reports: [other]}\n", "the pack has no report \"other\"");
	refused("  - {name: a, title: {zh: 甲}, reports: [visits], groups: [{title: {zh: 组}, from: now, to: nowhere}]}\n", "has no columns from");
	refused("  - {name: a, title: {zh: 甲}, reports: [visits], groups: [{title: {zh: 组}, from: last, to: now}]}\n", "has no columns from");
	refused("  - {name: a, title: {zh: 甲}, reports: [visits], groups: [{title: {zh: 一}, from: now, to: year}, {title: {zh: 二}, from: year, to: last}]}\n",
	        "the group before it has");
	refused("  - {name: a, title: {zh: 甲}, groups: [{title: {zh: 组}, from: now, to: year}]}\n", "only a layout that names its reports");
	refused("  - {name: a, title: {zh: 甲}, size: 99}\n", "size");
	refused("  - {name: a, title: {zh: 甲}, paper: a5}\n", "paper");
	refused("  - {name: a, title: {zh: 甲}, head: [{text: {zh: 字}, align: up}]}\n", "align");
	refused("  - {name: a, title: {zh: 甲}}\n  - {name: a, title: {zh: 乙}}\n", "names two things");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_report_gets_its_own_layout_and_other_tables_the_first_that_names_none, open_all, close_all),
		cmocka_unit_test_setup_teardown(a_pack_without_layouts_has_none, open_all, close_all),
		cmocka_unit_test(places_are_found_where_a_text_begins_with_them),
		cmocka_unit_test_setup_teardown(what_is_not_there_is_named, open_all, close_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
