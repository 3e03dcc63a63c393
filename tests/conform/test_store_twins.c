// Two stores hear the same random words, and must give the same answers: the store in memory, on
// which the simulator trusts, stands in for the one on the disk.
#include "support/support.h"

#include <stdio.h>
#include <string.h>

#include "base/drbg.h"
#include "base/store.h"
#include "io/store_lmdb.h"
#include "io/store_memory.h"
#include "support/scratch.h"

enum { TWINS = 2, TRANSACTIONS = 400, WORDS = 60, KEYS = 400, VALUE_MAX = 600 };

struct twins {
	struct store *store[TWINS];
	struct txn txn[TWINS];
	struct drbg drbg;
};

static uint32_t draw(struct twins *twins, uint32_t below)
{
	uint32_t number;
	drbg_draw(&twins->drbg, &number, sizeof number);
	return number % below;
}

// Keys of uneven length with many common beginnings.
static struct span draw_key(struct twins *twins, char key[static 32])
{
	uint32_t number = draw(twins, KEYS);
	snprintf(key, 32, "%.*s%u", (int)(number % 7), "aaaaaaa", number);
	return span_string(key);
}

static void same_answer(struct span a, struct span b)
{
	assert_int_equal(a.size, b.size);
	if (a.size)
		assert_memory_equal(a.data, b.data, a.size);
}

static void say_put(struct twins *twins)
{
	char key[32];
	uint8_t value[VALUE_MAX];
	struct span name = draw_key(twins, key);
	size_t size = draw(twins, sizeof value);
	drbg_draw(&twins->drbg, value, size);
	for (int i = 0; i < TWINS; i++)
		assert_ok(txn_put(&twins->txn[i], STORE_RECORD, name, span_of(value, size)));
}

static void say_delete(struct twins *twins)
{
	char key[32];
	struct span name = draw_key(twins, key);
	for (int i = 0; i < TWINS; i++)
		assert_ok(txn_delete(&twins->txn[i], STORE_RECORD, name));
}

static void say_get(struct twins *twins)
{
	char key[32];
	struct span name = draw_key(twins, key), value[TWINS];
	enum err first = txn_get(&twins->txn[0], STORE_RECORD, name, &value[0]);
	enum err second = txn_get(&twins->txn[1], STORE_RECORD, name, &value[1]);
	assert_string_equal(err_name(first), err_name(second));
	same_answer(value[0], value[1]);
}

// A walk from anywhere, either way, with words in between.
static void say_walk(struct twins *twins)
{
	char key[32];
	struct span name = draw_key(twins, key), prefix = span_of(name.data, draw(twins, 3));
	uint32_t way = draw(twins, 3);
	struct scan scan[TWINS];
	for (int i = 0; i < TWINS; i++) {
		struct txn *txn = &twins->txn[i];
		scan[i] = way == 0 ? scan_begin(txn, STORE_RECORD, prefix)
		        : way == 1 ? scan_begin_last(txn, STORE_RECORD, prefix)
		                   : scan_begin_from(txn, STORE_RECORD, prefix, name);
	}
	for (;;) {
		bool more = scan_next(&scan[0]);
		assert_int_equal(more, scan_next(&scan[1]));
		if (!more)
			break;
		same_answer(scan[0].key, scan[1].key);
		same_answer(scan[0].value, scan[1].value);
		uint32_t word = draw(twins, 8);
		if (word == 0)
			say_put(twins);
		else if (word == 1)
			say_delete(twins);
		else if (word == 2)
			for (int i = 0; i < TWINS; i++)
				assert_ok(txn_delete(&twins->txn[i], STORE_RECORD, scan[i].key));
	}
	for (int i = 0; i < TWINS; i++)
		scan_end(&scan[i]);
}

static void one_transaction(struct twins *twins)
{
	for (int i = 0; i < TWINS; i++)
		assert_ok(txn_begin(twins->store[i], STORE_WRITE, &twins->txn[i]));
	for (uint32_t words = draw(twins, WORDS); words > 0; words--) {
		uint32_t word = draw(twins, 20);
		if (word < 10)
			say_put(twins);
		else if (word < 14)
			say_delete(twins);
		else if (word < 19)
			say_get(twins);
		else
			say_walk(twins);
	}
	bool kept = draw(twins, 4) != 0;
	for (int i = 0; i < TWINS; i++) {
		if (kept)
			assert_ok(txn_commit(&twins->txn[i]));
		else
			txn_abort(&twins->txn[i]);
	}
}

static void both_stores_answer_alike(void **state)
{
	(void)state;
	for (uint8_t seed = 1; seed <= 3; seed++) {
		uint8_t seeds[DRBG_SEED_BYTES] = { seed };
		struct scratch scratch;
		struct twins twins;
		scratch_make(&scratch);
		drbg_seed(&twins.drbg, seeds);
		assert_ok(store_lmdb_open(scratch.path, NULL, &twins.store[0]));
		twins.store[1] = store_memory_new();
		for (int i = 0; i < TRANSACTIONS; i++)
			one_transaction(&twins);
		store_lmdb_close(twins.store[0]);
		store_memory_free(twins.store[1]);
		scratch_remove(&scratch);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_stores_answer_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
