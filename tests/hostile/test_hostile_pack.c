// Encoded packs from a server that lies: cut short, with bits flipped, or larger than they say.
// Each is decoded or refused with a sentence, within the arena.
#include "support/support.h"

#include "io/pack_yaml.h"
#include "ledger/pack.h"

#define PARTY_BRANCH "../../packs/party-branch.yaml"

static struct buf good;
static uint8_t *damaged; // a copy of `good`, to be spoilt

static int compile_pack(void **state)
{
	(void)state;
	struct arena arena;
	const char *why;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_yaml_compile(PARTY_BRANCH, &good, &arena, &why);
	arena_free(&arena);
	damaged = err ? NULL : test_malloc(good.size);
	return err != ERR_OK;
}

static int release_pack(void **state)
{
	(void)state;
	test_free(damaged);
	buf_free(&good);
	return 0;
}

// Every number that the engine will follow leads somewhere.
static void is_sound(const struct pack *pack)
{
	for (size_t i = 0; i < pack->kind_count; i++)
		assert_non_null(pack->kinds[i].by_number[pack->kinds[i].label]);
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
	for (size_t size = 0; size < good.size; size += size < 512 ? 1 : 13)
		refused += answers(&arena, span_of(good.data, size)) != ERR_OK;
	assert_ok(answers(&arena, buf_span(&good)));
	assert_true(refused > 512);
	arena_free(&arena);
}

static void a_flipped_bit_anywhere_is_answered(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	memcpy(damaged, good.data, good.size);
	for (size_t i = 0; i < good.size; i += 3) {
		damaged[i] ^= (uint8_t)(1u << i % 8);
		answers(&arena, span_of(damaged, good.size));
		damaged[i] = good.data[i];
	}
	arena_free(&arena);
}

static void an_arena_too_small_is_told_and_never_overrun(void **state)
{
	(void)state;
	for (size_t limit = 0; limit < 256 * 1024; limit += 1021) {
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pack_cut_short_anywhere_is_answered),
		cmocka_unit_test(a_flipped_bit_anywhere_is_answered),
		cmocka_unit_test(an_arena_too_small_is_told_and_never_overrun),
		cmocka_unit_test(a_pack_beyond_its_limit_is_not_looked_at),
	};
	return cmocka_run_group_tests(tests, compile_pack, release_pack);
}
