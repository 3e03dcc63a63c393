// Encoded packs from a server that lies: cut short, with bits flipped, or larger than they say.
// Each is decoded or refused with a sentence, within the arena.
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/pb.h"
#include "io/machine.h"
#include "io/pack_yaml.h"
#include "ledger/cell.h"
#include "ledger/pack.h"
#include "ledger/pattern.h"
#include "store.pb-c.h"

#define PARTY_BRANCH "../../packs/party-branch.yaml"
#define FIELDS       "../data/fields.yaml"

static const char *const packs[] = { PARTY_BRANCH, FIELDS };
static struct buf good;
static uint8_t *damaged; // a copy of `good`, to be spoilt

static int compile_pack(void **state)
{
	const char *const *path = *state;
	struct arena arena;
	const char *why;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	good = BUF_EMPTY;
	enum err err = pack_yaml_compile(*path, &good, &arena, &why);
	arena_free(&arena);
	damaged = err ? NULL : test_malloc(good.size);
	return err != ERR_OK;
}

static int release_pack(void **state)
{
	(void)state;
	test_free(damaged);
	damaged = NULL;
	buf_free(&good);
	return 0;
}

// Every number that the engine will follow leads somewhere.
static void is_sound(const struct pack *pack)
{
	for (size_t i = 0; i < pack->kind_count; i++) {
		const struct pack_kind *kind = &pack->kinds[i];
		assert_non_null(kind->by_number[kind->label]);
		assert_true(!kind->follows || kind->by_number[kind->follows]);
		assert_true(!kind->carry_same || kind->by_number[kind->carry_same]);
		assert_true(!kind->carry_newest || kind->by_number[kind->carry_newest]);
		for (size_t j = 0; j < kind->field_count; j++)
			assert_true(!kind->fields[j].pattern || !pattern_check(kind->fields[j].pattern));
	}
	for (size_t i = 0; i < pack->metric_count; i++) {
		const struct pack_metric *metric = &pack->metrics[i];
		if (metric->aggregate == METRIC_RATIO)
			assert_true(pack_metric_by_number(pack, metric->numerator)
			            && pack_metric_by_number(pack, metric->denominator));
		else
			assert_non_null(metric->kind);
		for (size_t j = 0; metric->kind && j < metric->dimension_count; j++)
			assert_non_null(metric->kind->by_number[metric->dimensions[j].field]);
	}
}

static enum err answers(struct arena *arena, struct span bytes)
{
	const struct pack *pack;
	const char *why;
	enum err err = pack_decode(bytes, arena, &pack, &why);
	if (err) {
		assert_null(pack);
		assert_non_null(why);
	} else {
		assert_null(why);
		is_sound(pack);
	}
	arena_reset(arena);
	return err;
}

static void a_pack_cut_short_anywhere_is_answered(void **state)
{
	(void)state;
	struct arena arena;
	size_t refused = 0;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (size_t size = 0; size < good.size; size += size < 512 ? 1 : good.size / 800 | 1)
		refused += answers(&arena, span_of(good.data, size)) != ERR_OK;
	assert_ok(answers(&arena, buf_span(&good)));
	assert_true(refused > 500);
	arena_free(&arena);
}

static void a_flipped_bit_anywhere_is_answered(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	memcpy(damaged, good.data, good.size);
	for (size_t i = 0; i < good.size; i += good.size / 3000 | 1) { // an odd step: every bit of a byte in turn
		damaged[i] ^= (uint8_t)(1u << i % 8);
		answers(&arena, span_of(damaged, good.size));
		damaged[i] = good.data[i];
	}
	arena_free(&arena);
}

static void an_arena_too_small_is_told_and_never_overrun(void **state)
{
	(void)state;
	for (size_t limit = 0; limit < 256 * 1024; limit += 2 * 1021) {
		struct arena arena;
		arena_init(&arena, limit);
		enum err err = answers(&arena, buf_span(&good));
		assert_true(err == ERR_OK || err == ERR_BUDGET);
		arena_free(&arena);
	}
}

static void a_pack_beyond_its_limit_is_not_looked_at(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 4096);
	static const uint8_t byte = 0;
	assert_err(TOO_LARGE, answers(&arena, span_of(&byte, LIMIT_PACK_BYTES + 1)));
	arena_free(&arena);
}

// What no YAML makes but a hostile publisher may: each spoils one thing of a good pack.

static char no_such[] = "no_such";
static uint32_t same_twice[2] = { 1, 1 };

static void spoil_form_kind(Tributary__Pack *pack) { pack->forms[0]->kind = UINT32_MAX; }
static void spoil_form_twice(Tributary__Pack *pack) { pack->forms[1]->kind = pack->forms[0]->kind; }
static void spoil_form_field(Tributary__Pack *pack) { pack->forms[0]->groups[0]->fields[0] = 1u << 31; }
static void spoil_form_fields(Tributary__Pack *pack)
{
	pack->forms[0]->groups[0]->fields = same_twice;
	pack->forms[0]->groups[0]->n_fields = 2;
}
static void spoil_report_period(Tributary__Pack *pack) { pack->reports[0]->period = 7; }
static void spoil_report_metric(Tributary__Pack *pack) { pack->reports[0]->rows[0]->metric = UINT32_MAX; }
static void spoil_report_span(Tributary__Pack *pack) { pack->reports[0]->columns[0]->span = 99; }
static void spoil_report_bucket(Tributary__Pack *pack) { pack->reports[0]->rows[1]->bucket = no_such; }
static void spoil_report_dimension(Tributary__Pack *pack) { pack->reports[0]->rows[1]->dimension = no_such; }
static void spoil_report_rows(Tributary__Pack *pack) { pack->reports[0]->n_rows = 0; }
static void spoil_retired(Tributary__Pack *pack) { pack->kinds[0]->fields[0]->retired = true; } // and required

static char open_set[] = "[", too_long[] = "d{200}d{200}";

static void spoil_pattern(Tributary__Pack *pack) { pack->kinds[0]->fields[0]->pattern = open_set; }
static void spoil_long_pattern(Tributary__Pack *pack) { pack->kinds[0]->fields[0]->pattern = too_long; }
static void spoil_default_form(Tributary__Pack *pack) { pack->kinds[0]->fields[0]->default_form = 77; }
static void spoil_default_number(Tributary__Pack *pack) { pack->kinds[0]->fields[0]->default_number = 5; }
static void spoil_evidence(Tributary__Pack *pack) { pack->kinds[0]->fields[0]->evidence = true; } // of what is no file
static void spoil_follows(Tributary__Pack *pack) { pack->kinds[0]->follows = 254; }
static void spoil_follows_far(Tributary__Pack *pack) { pack->kinds[0]->follows = 1u << 31; }
static void spoil_carry_same(Tributary__Pack *pack) { pack->kinds[0]->carry_same = 1; }
static void spoil_carry_newest(Tributary__Pack *pack) { pack->kinds[0]->carry_newest = 70000; }

static Tributary__PackMetric *metric_of(Tributary__Pack *pack, uint32_t aggregate)
{
	for (size_t i = 0; i < pack->n_metrics; i++)
		if (pack->metrics[i]->aggregate == aggregate)
			return pack->metrics[i];
	return pack->metrics[0];
}

// Of a flow, which both packs have.
static Tributary__PackMetric *flow_of(Tributary__Pack *pack)
{
	for (size_t i = 0; i < pack->n_metrics; i++)
		if (pack->metrics[i]->form == METRIC_FLOW && !pack->metrics[i]->field)
			return pack->metrics[i];
	return metric_of(pack, METRIC_DISTINCT);
}

static Tributary__PackDimension *cut_of(Tributary__Pack *pack)
{
	size_t at = 0;
	while (pack->metrics[at]->n_dimensions == 0)
		at++;
	return pack->metrics[at]->dimensions[0];
}

static Tributary__PackFilter *filter_of(Tributary__Pack *pack)
{
	size_t at = 0;
	while (pack->metrics[at]->n_filters == 0)
		at++;
	return pack->metrics[at]->filters[0];
}

static void spoil_aggregate(Tributary__Pack *pack) { flow_of(pack)->aggregate = METRIC_END; }
static void spoil_distinct(Tributary__Pack *pack) { flow_of(pack)->aggregate = METRIC_DISTINCT, flow_of(pack)->field = 255; }
static void spoil_extreme(Tributary__Pack *pack) { flow_of(pack)->aggregate = METRIC_MINIMUM, flow_of(pack)->field = 0; }
static void spoil_extreme_form(Tributary__Pack *pack) { flow_of(pack)->aggregate = METRIC_MAXIMUM, flow_of(pack)->form = METRIC_STOCK; }
static void spoil_mark(Tributary__Pack *pack) { cut_of(pack)->number = CELL_MARK_MINIMUM; }
static void spoil_measure(Tributary__Pack *pack) { filter_of(pack)->by = 3; }
static void spoil_elapsed(Tributary__Pack *pack) { filter_of(pack)->by = FILTER_BY_AGE, filter_of(pack)->test = FILTER_EXISTS; }

static void spoil_late(Tributary__Pack *pack) { flow_of(pack)->late_after = 255; }
static void spoil_late_days(Tributary__Pack *pack) { flow_of(pack)->late_after = 0, flow_of(pack)->late_days = 3; }
static void spoil_late_long(Tributary__Pack *pack) { flow_of(pack)->late_after = flow_of(pack)->from, flow_of(pack)->late_days = 1u << 31; }

static void all_are_refused(void (*const *spoilers)(Tributary__Pack *pack), size_t count)
{
	struct arena arena, scratch;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	arena_init(&scratch, LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < count; i++) {
		ProtobufCMessage *message;
		struct buf spoilt = BUF_EMPTY;
		arena_reset(&scratch);
		assert_ok(pb_unpack(&tributary__pack__descriptor, buf_span(&good), &scratch, &message));
		spoilers[i]((Tributary__Pack *)message);
		pb_pack(message, &spoilt);
		assert_int_not_equal(answers(&arena, buf_span(&spoilt)), ERR_OK);
		buf_free(&spoilt);
	}
	arena_free(&scratch);
	arena_free(&arena);
}

static void a_rule_out_of_place_is_refused(void **state)
{
	(void)state;
	static void (*const spoilers[])(Tributary__Pack *pack) = {
		spoil_pattern, spoil_long_pattern, spoil_default_form, spoil_default_number, spoil_follows, spoil_follows_far,
		spoil_carry_same, spoil_carry_newest, spoil_aggregate, spoil_distinct, spoil_extreme, spoil_extreme_form,
		spoil_mark, spoil_measure, spoil_elapsed, spoil_late, spoil_late_days, spoil_late_long,
		spoil_evidence,
	};
	all_are_refused(spoilers, sizeof spoilers / sizeof *spoilers);
}

static void a_form_or_report_out_of_place_is_refused(void **state)
{
	(void)state;
	static void (*const spoilers[])(Tributary__Pack *pack) = {
		spoil_form_kind, spoil_form_twice, spoil_form_field, spoil_form_fields, spoil_report_period,
		spoil_report_metric, spoil_report_span, spoil_report_bucket, spoil_report_dimension, spoil_report_rows,
		spoil_retired,
	};
	all_are_refused(spoilers, sizeof spoilers / sizeof *spoilers);
}

// The dearest things that fit into a pack, as many of them as fit: options by the thousand in fields by the hundred,
// each looked up by every cell of every report. It is answered while somebody waits.
static void the_dearest_pack_is_answered_soon(void **state)
{
	(void)state;
	struct buf yaml = BUF_EMPTY, encoded = BUF_EMPTY;
	struct arena arena;
	char line[160], path[] = "/tmp/tributary-dear-XXXXXX";
	const char *why = "";
	buf_string(&yaml, "name: dear\nversion: 1\ntitle: {en: Dear}\nsince: 2026-01\nkinds:\n  - name: k\n    number: 1\n"
	                  "    title: {en: K}\n    lane: detail\n    label: a\n    fields:\n"
	                  "      - {number: 1, name: a, title: {en: A}, type: date}\n");
	for (unsigned f = 2; f < 12; f++) {
		snprintf(line, sizeof line, "      - {number: %u, name: f%u, title: {en: F%u}, type: option, options: [", f, f, f);
		buf_string(&yaml, line);
		for (unsigned o = 1; o <= PACK_OPTIONS_MAX; o++) {
			snprintf(line, sizeof line, "%s{code: %u, name: o%u, title: {en: O%u}}", o > 1 ? ", " : "", o, o, o);
			buf_string(&yaml, line);
		}
		buf_string(&yaml, "]}\n");
	}
	buf_string(&yaml, "metrics:\n  - {number: 1, name: m, title: {en: M}, kind: k, aggregate: count, form: flow, from: a, "
	                  "dimensions: [{number: 1, name: d, title: {en: D}, field: f2}]}\nreports:\n");
	for (unsigned r = 0; r < 4; r++) {
		snprintf(line, sizeof line, "  - name: r%u\n    title: {en: R%u}\n    period: month\n    rows:\n", r, r);
		buf_string(&yaml, line);
		for (unsigned i = 0; i < 64; i++) {
			snprintf(line, sizeof line, "      - {name: x%u, title: {en: X}, dimension: d, bucket: o1024}\n", i);
			buf_string(&yaml, line);
		}
		buf_string(&yaml, "    columns:\n");
		for (unsigned i = 0; i < 64; i++) {
			snprintf(line, sizeof line, "      - {name: y%u, title: {en: Y}, metric: m}\n", i);
			buf_string(&yaml, line);
		}
	}
	int file = mkstemp(path);
	assert_true(file >= 0 && write(file, yaml.data, yaml.size) == (ssize_t)yaml.size && close(file) == 0);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (pack_yaml_compile(path, &encoded, &arena, &why))
		fail_msg("%s", why);
	unlink(path);
	uint64_t start = machine_processor_ns(); // what else the machine does is not meant
	assert_ok(answers(&arena, buf_span(&encoded)));
	uint64_t ms = (machine_processor_ns() - start) / 1000000;
	print_message("%zu KiB decoded in %u ms\n", encoded.size / 1024, (unsigned)ms);
	assert_true(ms < 20000); // a second where nothing else runs and no sanitizer looks on
	arena_free(&arena);
	buf_free(&yaml);
	buf_free(&encoded);
}

int main(void)
{
#define EACH_PACK(name)                                                                          \
	cmocka_unit_test_prestate_setup_teardown(name, compile_pack, release_pack, (void *)&packs[0]), \
	cmocka_unit_test_prestate_setup_teardown(name, compile_pack, release_pack, (void *)&packs[1])
	const struct CMUnitTest tests[] = {
		EACH_PACK(a_pack_cut_short_anywhere_is_answered),
		EACH_PACK(a_flipped_bit_anywhere_is_answered),
		EACH_PACK(an_arena_too_small_is_told_and_never_overrun),
		EACH_PACK(a_pack_beyond_its_limit_is_not_looked_at),
		EACH_PACK(a_rule_out_of_place_is_refused),
		cmocka_unit_test_prestate_setup_teardown(a_form_or_report_out_of_place_is_refused, compile_pack, release_pack, (void *)&packs[0]),
		cmocka_unit_test(the_dearest_pack_is_answered_soon),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
