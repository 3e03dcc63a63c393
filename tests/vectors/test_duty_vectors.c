// Cadences and checks as they are encoded in a pack, and the cells that follow from them in a tally: byte for byte.
#include "support/support.h"

#include <stdio.h>

#include "base/pb.h"
#include "ledger/cadence.h"
#include "ledger/rule.h"
#include "store.pb-c.h"

static void assert_hex(struct span bytes, const char *hex)
{
	char text[1024];
	assert_true(2 * bytes.size < sizeof text);
	for (size_t i = 0; i < bytes.size; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes.data[i]);
	text[2 * bytes.size] = '\0';
	assert_string_equal(text, hex);
}

static void a_cadence(void **state)
{
	(void)state;
	struct buf bytes = BUF_EMPTY;
	char kind[] = "branch", name[] = "day", zh[] = "日", en[] = "Day";
	char *kinds[] = { kind };
	Tributary__PackCadenceTarget target = TRIBUTARY__PACK_CADENCE_TARGET__INIT, *targets[] = { &target };
	Tributary__PackTerm term = TRIBUTARY__PACK_TERM__INIT, *terms[] = { &term };
	Tributary__PackCadence cadence = TRIBUTARY__PACK_CADENCE__INIT;
	target.n_kinds = 1;
	target.kinds = kinds;
	target.at_least = 2;
	term.of = PACK_TERM_AGE;
	term.at_least = 16;
	term.open = true;
	cadence.number = 3;
	cadence.name = name;
	cadence.title_zh = zh;
	cadence.title_en = en;
	cadence.metric = 4;
	cadence.dimension = 1;
	cadence.bucket = 7;
	cadence.every = 1;
	cadence.from_day = 5;
	cadence.by_day = 15;
	cadence.since = 2026 * 12;
	cadence.n_targets = 1;
	cadence.targets = targets;
	cadence.n_when = 1;
	cadence.when = terms;
	cadence.for_each = 9;
	pb_pack(&cadence.base, &bytes);
	assert_ok(bytes.err);
	assert_hex(buf_span(&bytes), "0803" "1203646179" "1a03e697a5" "2203446179" "2804" "3001" "3807" "4001" "4805" "500f"
	                             "58f0fb02" "620a0a066272616e63681002" "6a06080338204801" "7009");
	buf_free(&bytes);
}

static void a_check(void **state)
{
	(void)state;
	struct buf bytes = BUF_EMPTY;
	char kind[] = "branch", group[] = "group", name[] = "few", en[] = "Few", hint[] = "More";
	char *kinds[] = { kind }, *groups[] = { group };
	Tributary__PackTerm term = TRIBUTARY__PACK_TERM__INIT, *terms[] = { &term };
	Tributary__PackCheck check = TRIBUTARY__PACK_CHECK__INIT;
	term.of = PACK_TERM_UNITS;
	term.n_kinds = 1;
	term.kinds = groups;
	term.at_least = 3;
	term.at_most = 6;
	check.number = 2;
	check.name = name;
	check.title_en = en;
	check.hint_en = hint;
	check.n_kinds = 1;
	check.kinds = kinds;
	check.n_expect = 1;
	check.expect = terms;
	pb_pack(&check.base, &bytes);
	assert_ok(bytes.err);
	assert_hex(buf_span(&bytes), "0802" "1203666577" "2203466577" "32044d6f7265" "3a066272616e6368"
	                             "520d0802320567726f75703806400c");
	buf_free(&bytes);
}

// One month's activity day met with two in its window; exempt from a group meeting since February; a check
// that warns in March and ceases in May.
static void derived_cells_in_a_tally(void **state)
{
	(void)state;
	struct buf bytes = BUF_EMPTY;
	const struct cell cells[] = {
		{ .key = { .metric = CELL_METRIC_CADENCE, .dimension = 3, .bucket = CADENCE_MET, .month = 24312 }, .value = 1 },
		{ .key = { .metric = CELL_METRIC_CADENCE, .dimension = 3, .bucket = CADENCE_WINDOW, .month = 24312 }, .value = 2 },
		{ .key = { .metric = CELL_METRIC_CADENCE, .dimension = 6, .bucket = CADENCE_EXEMPT, .month = 24313 }, .value = 1 },
		{ .key = { .metric = CELL_METRIC_CHECK, .dimension = 1, .bucket = RULE_WARNS, .month = 24314 }, .value = 1 },
		{ .key = { .metric = CELL_METRIC_CHECK, .dimension = 1, .bucket = RULE_WARNS, .month = 24316 }, .value = -1 },
	};
	cell_pack(cells, sizeof cells / sizeof cells[0], &bytes);
	assert_ok(bytes.err);
	assert_hex(buf_span(&bytes), "05" "82fe030301f0fb0202" "0000010004" "0003030202" "0101010202" "0000000401");
	buf_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cadence),
		cmocka_unit_test(a_check),
		cmocka_unit_test(derived_cells_in_a_tally),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
