// Scorecards from a hostile publisher: numbers that no YAML makes. Each is refused with a sentence, or is
// one that the engine can calculate with, whatever the figures are.
#include "support/support.h"

#include "base/pb.h"
#include "io/pack_yaml.h"
#include "ledger/pack_check.h"
#include "ledger/score_rank.h"

static struct buf good;

static int compile_pack(void **state)
{
	(void)state;
	struct arena arena;
	const char *why;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_yaml_compile("../data/score.yaml", &good, &arena, &why);
	arena_free(&arena);
	return err != ERR_OK;
}

static int release_pack(void **state)
{
	(void)state;
	buf_free(&good);
	return 0;
}

#define CARD(pack)    ((pack)->scorecards[0])
#define MEMBERS(pack) ((pack)->scorecards[2])

static void spoil_number(Tributary__Pack *pack) { CARD(pack)->number = 256; }
static void spoil_order(Tributary__Pack *pack) { pack->scorecards[1]->number = 1; }
static void spoil_months(Tributary__Pack *pack) { CARD(pack)->months = 0; }
static void spoil_months_five(Tributary__Pack *pack) { CARD(pack)->months = 5; CARD(pack)->n_weights = 0; }
static void spoil_base(Tributary__Pack *pack) { CARD(pack)->base_points = INT64_MAX; }
static void spoil_base_below(Tributary__Pack *pack) { CARD(pack)->base_points = -1; }
static void spoil_reward(Tributary__Pack *pack) { CARD(pack)->reward = INT64_MIN; }
static void spoil_points(Tributary__Pack *pack) { CARD(pack)->items[0]->points = INT64_MAX; }
static void spoil_rule(Tributary__Pack *pack) { CARD(pack)->items[0]->rule = 77; }
static void spoil_rule_records(Tributary__Pack *pack) { CARD(pack)->items[0]->rule = SCORE_RECORDS; }
static void spoil_rule_figures(Tributary__Pack *pack) { MEMBERS(pack)->items[0]->rule = SCORE_TARGET; }
static void spoil_metric(Tributary__Pack *pack) { CARD(pack)->items[0]->metric = 99; }
static void spoil_dimension(Tributary__Pack *pack) { CARD(pack)->items[0]->dimension = 9; }
static void spoil_bucket(Tributary__Pack *pack) { CARD(pack)->items[0]->bucket = 65538; }
static void spoil_target(Tributary__Pack *pack) { CARD(pack)->items[0]->target = 0; }
static void spoil_target_far(Tributary__Pack *pack) { CARD(pack)->items[1]->target = INT64_MAX; }
static void spoil_target_of(Tributary__Pack *pack) { CARD(pack)->items[3]->target_of = 0; }
static void spoil_target_of_far(Tributary__Pack *pack) { CARD(pack)->items[3]->target_of = INT64_MAX; }
static void spoil_each(Tributary__Pack *pack) { CARD(pack)->items[2]->each = INT64_MAX; }
static void spoil_each_below(Tributary__Pack *pack) { CARD(pack)->items[2]->each = -1; }
static void spoil_each_alone(Tributary__Pack *pack) { CARD(pack)->items[0]->each = 5; }
static void spoil_level(Tributary__Pack *pack) { CARD(pack)->items[4]->level = AUTHORITY_BOTH; }
static void spoil_level_none(Tributary__Pack *pack) { CARD(pack)->items[4]->level = 0; }
static void spoil_kind(Tributary__Pack *pack) { CARD(pack)->items[4]->kind = 65539; }
static void spoil_field(Tributary__Pack *pack) { CARD(pack)->items[4]->field = 258; }
static void spoil_no_items(Tributary__Pack *pack) { CARD(pack)->n_items = 0; }
static void spoil_item_number(Tributary__Pack *pack) { CARD(pack)->items[0]->number = 0; }
static void spoil_band_code(Tributary__Pack *pack) { CARD(pack)->bands[0]->code = 65536; }
static void spoil_band_from(Tributary__Pack *pack) { CARD(pack)->bands[0]->from = INT64_MIN; }
static void spoil_award(Tributary__Pack *pack) { CARD(pack)->bands[0]->awards[0] = INT64_MAX; }
static void spoil_weight(Tributary__Pack *pack) { CARD(pack)->weights[0] = UINT32_MAX; }
static void spoil_subject(Tributary__Pack *pack) { MEMBERS(pack)->points->subject = MEMBERS(pack)->points->kind; }
static void spoil_subject_none(Tributary__Pack *pack) { MEMBERS(pack)->points->subject = 0; }
static void spoil_member(Tributary__Pack *pack) { MEMBERS(pack)->points->member = 255; }
static void spoil_member_far(Tributary__Pack *pack) { MEMBERS(pack)->points->member = 257; }
static void spoil_exempt(Tributary__Pack *pack) { MEMBERS(pack)->points->exempt[0] = 65540; }
static void spoil_option(Tributary__Pack *pack) { MEMBERS(pack)->items[0]->options[0] = 65537; }
static void spoil_sort(Tributary__Pack *pack) { MEMBERS(pack)->points->sort = 0; }
static void spoil_private(Tributary__Pack *pack) { pack->kinds[4]->fields[2]->lane = LANE_UP; }

static void numbers_out_of_place_are_refused(void **state)
{
	(void)state;
	static void (*const spoilers[])(Tributary__Pack *pack) = {
		spoil_number, spoil_order, spoil_months, spoil_months_five, spoil_base, spoil_base_below, spoil_reward, spoil_points,
		spoil_rule, spoil_rule_records, spoil_rule_figures, spoil_metric, spoil_dimension, spoil_bucket, spoil_target,
		spoil_target_far, spoil_target_of, spoil_target_of_far, spoil_each, spoil_each_below, spoil_each_alone, spoil_level,
		spoil_level_none, spoil_kind, spoil_field, spoil_no_items, spoil_item_number, spoil_band_code, spoil_band_from,
		spoil_award, spoil_weight, spoil_subject, spoil_subject_none, spoil_member, spoil_member_far, spoil_exempt,
		spoil_option, spoil_sort, spoil_private,
	};
	struct arena arena, scratch;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	arena_init(&scratch, LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < sizeof spoilers / sizeof *spoilers; i++) {
		ProtobufCMessage *message;
		const struct pack *pack;
		const char *why;
		struct buf spoilt = BUF_EMPTY;
		arena_reset(&scratch);
		assert_ok(pb_unpack(&tributary__pack__descriptor, buf_span(&good), &scratch, &message));
		spoilers[i]((Tributary__Pack *)message);
		pb_pack(message, &spoilt);
		if (pack_decode(buf_span(&spoilt), &arena, &pack, &why) == ERR_OK)
			fail_msg("spoiler %zu is taken", i);
		assert_non_null(why);
		assert_non_null(strstr(why, "scorecards"));
		buf_free(&spoilt);
		arena_reset(&arena);
	}
	arena_free(&scratch);
	arena_free(&arena);
}

// Figures as a hostile branch may publish them.
static const int64_t figures[] = { INT64_MIN, -1, 0, 1, 2, 90, 10000, INT64_C(1000000000000000), INT64_MAX - 1, INT64_MAX };
enum { FIGURES = sizeof figures / sizeof *figures };

struct turn {
	int64_t value, of;
};

static enum err figure(void *context, const struct pack_score_item *item, struct period period, int64_t *value, int64_t *of)
{
	const struct turn *turn = context;
	(void)period;
	*value = turn->value;
	*of = item->metric->aggregate == METRIC_RATIO ? turn->of : 1;
	return ERR_OK;
}

static enum err assessed(void *context, const struct pack_score_item *item, struct period period, bool *found, int64_t *points)
{
	const struct turn *turn = context;
	(void)item;
	(void)period;
	*found = true;
	*points = turn->value;
	return ERR_OK;
}

static void no_figure_takes_points_out_of_their_range(void **state)
{
	(void)state;
	struct arena arena;
	const struct pack *pack;
	const char *why;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(pack_decode(buf_span(&good), &arena, &pack, &why));
	const struct pack_scorecard *card = pack_score_by_name(pack, "flag");
	for (size_t i = 0; i < FIGURES * FIGURES; i++) {
		struct turn turn = { .value = figures[i / FIGURES], .of = figures[i % FIGURES] };
		const struct score_reader reader = { .context = &turn, .figure = figure, .assessed = assessed };
		struct score_year year;
		assert_ok(score_compute_year(card, 2026 * 12, &reader, &arena, &year));
		for (size_t part = 0; part < year.part_count; part++) {
			assert_in_range(year.parts[part].total, 0, score_maximum(card));
			assert_non_null(year.parts[part].band);
		}
		assert_in_range(year.total, 0, score_maximum(card));
	}
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(numbers_out_of_place_are_refused, compile_pack, release_pack),
		cmocka_unit_test_setup_teardown(no_figure_takes_points_out_of_their_range, compile_pack, release_pack),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
