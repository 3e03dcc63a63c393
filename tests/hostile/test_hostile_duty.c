// Cadences and checks from a server that lies: each encoded pack is decoded or refused with a sentence,
// and what is accepted leads nowhere that is not there.
#include "support/support.h"

#include "base/pb.h"
#include "io/pack_yaml.h"
#include "ledger/pack_duty.h"
#include "store.pb-c.h"

#define DUTIES "../data/duties.yaml"

static struct buf good;

static int compile_pack(void **state)
{
	(void)state;
	struct arena arena;
	const char *why;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_yaml_compile(DUTIES, &good, &arena, &why);
	arena_free(&arena);
	return err != ERR_OK;
}

static int release_pack(void **state)
{
	(void)state;
	buf_free(&good);
	return 0;
}

static void is_sound_measure(const struct pack_measure *measure, enum metric_form form)
{
	assert_non_null(measure->metric);
	assert_int_equal(measure->metric->form, form);
	if (measure->dimension)
		assert_ptr_equal(pack_dimension_by_name(measure->metric, measure->dimension->name), measure->dimension);
}

static void is_sound(const struct pack *pack)
{
	for (size_t i = 0; i < pack->cadence_count; i++) {
		const struct pack_cadence *cadence = &pack->cadences[i];
		is_sound_measure(&cadence->of, cadence->each ? cadence->of.metric->form : METRIC_FLOW);
		assert_true(!cadence->each || cadence->each->form == METRIC_STOCK);
		assert_true(cadence->every > 0 && cadence->target_count > 0 && cadence->by_day <= 31);
		for (size_t k = 0; k < cadence->target_count; k++)
			assert_true(cadence->targets[k].kind->ledger && cadence->targets[k].at_least > 0);
	}
	for (size_t i = 0; i < pack->rule_count; i++) {
		const struct pack_rule *rule = &pack->rules[i];
		assert_true(rule->kind_count > 0 && rule->expect_count > 0);
		for (size_t k = 0; k < rule->expect_count; k++)
			if (rule->expect[k].of == PACK_TERM_METRIC)
				is_sound_measure(&rule->expect[k].measure, METRIC_STOCK);
	}
}

static enum err answers(struct arena *arena, struct span bytes)
{
	const struct pack *pack;
	const char *why;
	enum err err = pack_decode(bytes, arena, &pack, &why);
	if (err)
		assert_non_null(why);
	else
		is_sound(pack);
	arena_reset(arena);
	return err;
}

static void a_flipped_bit_anywhere_is_answered(void **state)
{
	(void)state;
	struct arena arena;
	uint8_t *damaged = test_malloc(good.size);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(answers(&arena, buf_span(&good)));
	memcpy(damaged, good.data, good.size);
	for (size_t bit = 0; bit < 8 * good.size; bit++) {
		damaged[bit / 8] ^= (uint8_t)(1u << bit % 8);
		answers(&arena, span_of(damaged, good.size));
		damaged[bit / 8] = good.data[bit / 8];
	}
	for (size_t size = 0; size < good.size; size++)
		answers(&arena, span_of(good.data, size));
	arena_free(&arena);
	test_free(damaged);
}

// ---- The good pack with one thing altered ----

struct altered {
	struct arena arena;
	Tributary__Pack *pack;
};

static void alter(struct altered *altered)
{
	ProtobufCMessage *message;
	arena_init(&altered->arena, LIMIT_DECODE_BYTES);
	assert_ok(pb_unpack(&tributary__pack__descriptor, buf_span(&good), &altered->arena, &message));
	altered->pack = (Tributary__Pack *)message;
}

static void is_refused(struct altered *altered, const char *said)
{
	struct buf bytes = BUF_EMPTY;
	struct arena arena;
	const struct pack *pack;
	const char *why;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	pb_pack(&altered->pack->base, &bytes);
	assert_ok(bytes.err);
	enum err err = pack_decode(buf_span(&bytes), &arena, &pack, &why);
	if (!err || !strstr(why, said))
		fail_msg("%s: %s\nexpected: %s", err_name(err), why ? why : "accepted", said);
	buf_free(&bytes);
	arena_free(&arena);
	arena_free(&altered->arena);
}

static void more_cadences_than_a_device_will_compute_are_refused(void **state)
{
	(void)state;
	struct altered altered;
	alter(&altered);
	Tributary__PackCadence *many[PACK_CADENCES_MAX + 1];
	for (size_t i = 0; i <= PACK_CADENCES_MAX; i++)
		many[i] = altered.pack->cadences[0];
	altered.pack->n_cadences = PACK_CADENCES_MAX + 1;
	altered.pack->cadences = many;
	is_refused(&altered, "65 cadences, at most 64 are allowed");
}

static void a_cadence_asked_of_a_thousand_kinds_is_refused(void **state)
{
	(void)state;
	struct altered altered;
	char *names[1000];
	alter(&altered);
	for (size_t i = 0; i < 1000; i++)
		names[i] = altered.pack->unit_kinds[2]->name;
	altered.pack->cadences[0]->targets[0]->n_kinds = 1000;
	altered.pack->cadences[0]->targets[0]->kinds = names;
	is_refused(&altered, "at most 64 are allowed");
}

static void numbers_that_lead_nowhere_are_refused(void **state)
{
	(void)state;
	struct altered altered;
	alter(&altered);
	altered.pack->cadences[0]->metric = 999;
	is_refused(&altered, "cadences[members_meeting]: metric: the pack has no metric 999");
	alter(&altered);
	altered.pack->cadences[0]->dimension = 9;
	is_refused(&altered, "has no dimension 9");
	alter(&altered);
	altered.pack->cadences[0]->bucket = 77;
	is_refused(&altered, "dimension \"type\" has no bucket 77");
	alter(&altered);
	altered.pack->cadences[0]->every = 0;
	is_refused(&altered, "every: 0 months, expected 1, 3, 6 or 12");
	alter(&altered);
	altered.pack->cadences[0]->every = UINT32_MAX;
	is_refused(&altered, "expected 1, 3, 6 or 12");
	alter(&altered);
	altered.pack->cadences[3]->since = INT32_MAX;
	is_refused(&altered, "since: not a month of this ledger");
}

static void terms_that_say_two_things_or_nothing_are_refused(void **state)
{
	(void)state;
	struct altered altered;
	alter(&altered);
	altered.pack->checks[0]->expect[0]->of = 9;
	is_refused(&altered, "checks[group_size].expect[#1]: of 9 is not between 1 and 3");
	alter(&altered);
	altered.pack->checks[4]->when[0]->metric = 1;
	is_refused(&altered, "not of two");
	alter(&altered);
	altered.pack->checks[5]->expect[0]->n_kinds = 0;
	is_refused(&altered, "unit kinds belong to a term that counts units");
	alter(&altered);
	altered.pack->checks[1]->expect[0]->at_least = INT64_MAX;
	is_refused(&altered, "at_least and at_most");
	alter(&altered);
	altered.pack->checks[1]->expect[0]->open = false;
	altered.pack->checks[1]->expect[0]->at_most = -5;
	is_refused(&altered, "at_least and at_most");
	alter(&altered);
	altered.pack->checks[0]->n_expect = 0;
	is_refused(&altered, "checks[group_size]: a check names the kinds of units it looks at, and what it expects");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flipped_bit_anywhere_is_answered),
		cmocka_unit_test(more_cadences_than_a_device_will_compute_are_refused),
		cmocka_unit_test(a_cadence_asked_of_a_thousand_kinds_is_refused),
		cmocka_unit_test(numbers_that_lead_nowhere_are_refused),
		cmocka_unit_test(terms_that_say_two_things_or_nothing_are_refused),
	};
	return cmocka_run_group_tests(tests, compile_pack, release_pack);
}
