// What every store does, whatever it is made of: each scene is played on each implementation.
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/store.h"
#include "io/store_lmdb.h"
#include "io/store_memory.h"
#include "support/scratch.h"

// ---- The stage ----

struct troupe {
	const char *name;
	struct store *(*open)(const char *dir);
	void (*close)(struct store *store);
};

static struct store *open_lmdb(const char *dir)
{
	struct store *store;
	assert_ok(store_lmdb_open(dir, NULL, &store));
	return store;
}

static struct store *open_memory(const char *dir)
{
	(void)dir;
	return store_memory_new();
}

static const struct troupe troupes[] = {
	{ .name = "memory", .open = open_memory, .close = store_memory_free },
	{ .name = "lmdb", .open = open_lmdb, .close = store_lmdb_close },
};

// ---- What the actors say ----

static struct txn begin(struct store *store, enum store_mode mode)
{
	struct txn txn;
	assert_ok(txn_begin(store, mode, &txn));
	return txn;
}

static enum err put(struct txn *txn, const char *key, const char *value)
{
	return txn_put(txn, STORE_RECORD, span_string(key), span_string(value));
}

static enum err drop(struct txn *txn, const char *key)
{
	return txn_delete(txn, STORE_RECORD, span_string(key));
}

static void expect(struct txn *txn, const char *key, const char *value)
{
	struct span found;
	assert_ok(txn_get(txn, STORE_RECORD, span_string(key), &found));
	assert_int_equal(found.size, strlen(value));
	assert_memory_equal(found.data, value, found.size);
}

static void expect_none(struct txn *txn, const char *key)
{
	struct span found;
	assert_err(NOT_FOUND, txn_get(txn, STORE_RECORD, span_string(key), &found));
	assert_false(txn_has(txn, STORE_RECORD, span_string(key)));
}

// The keys of a walk in one line, "a b c".
static const char *walk(struct scan scan)
{
	static char line[4096];
	size_t size = 0;
	while (scan_next(&scan)) {
		assert_true(size + scan.key.size + 1 < sizeof line);
		if (size)
			line[size++] = ' ';
		memcpy(line + size, scan.key.data, scan.key.size);
		size += scan.key.size;
	}
	scan_end(&scan);
	line[size] = '\0';
	return line;
}

static const char *walk_up(struct txn *txn, const char *prefix)
{
	return walk(scan_begin(txn, STORE_RECORD, span_string(prefix)));
}

static const char *walk_down(struct txn *txn, const char *prefix)
{
	return walk(scan_begin_last(txn, STORE_RECORD, span_string(prefix)));
}

static const char *walk_from(struct txn *txn, const char *prefix, const char *from)
{
	return walk(scan_begin_from(txn, STORE_RECORD, span_string(prefix), span_string(from)));
}

static void given(struct store *store, const char *keys)
{
	struct txn txn = begin(store, STORE_WRITE);
	char copy[256], *rest = NULL;
	snprintf(copy, sizeof copy, "%s", keys);
	for (char *key = strtok_r(copy, " ", &rest); key; key = strtok_r(NULL, " ", &rest))
		put(&txn, key, key);
	assert_ok(txn_commit(&txn));
}

// ---- The scenes ----

static void what_is_put_is_got_replaced_and_deleted(struct store *store)
{
	struct txn txn = begin(store, STORE_WRITE);
	expect_none(&txn, "unit");
	assert_ok(put(&txn, "unit", "Chengguan"));
	expect(&txn, "unit", "Chengguan");
	assert_ok(put(&txn, "unit", "Chengguan Town"));
	expect(&txn, "unit", "Chengguan Town");
	assert_ok(put(&txn, "unit", "Town"));
	expect(&txn, "unit", "Town");
	assert_ok(txn_commit(&txn));

	txn = begin(store, STORE_WRITE);
	expect(&txn, "unit", "Town");
	assert_ok(drop(&txn, "unit"));
	expect_none(&txn, "unit");
	assert_ok(drop(&txn, "unit")); // absent is no error
	assert_ok(txn_commit(&txn));

	txn = begin(store, STORE_READ);
	expect_none(&txn, "unit");
	assert_ok(txn_commit(&txn));
}

static void tables_do_not_mix(struct store *store)
{
	struct txn txn = begin(store, STORE_WRITE);
	for (int table = 0; table < STORE_TABLE_COUNT; table++)
		assert_ok(txn_put(&txn, (enum store_table)table, span_string("k"), span_of(&table, sizeof table)));
	assert_ok(txn_commit(&txn));
	txn = begin(store, STORE_READ);
	for (int table = 0; table < STORE_TABLE_COUNT; table++) {
		struct span value;
		assert_ok(txn_get(&txn, (enum store_table)table, span_string("k"), &value));
		assert_memory_equal(value.data, &table, sizeof table);
	}
	txn_abort(&txn);
}

static void keys_sort_by_bytes_and_the_shorter_goes_first(struct store *store)
{
	given(store, "b a ab B \xe5\x8e\xbf ~ aa");
	struct txn txn = begin(store, STORE_READ);
	assert_string_equal(walk_up(&txn, ""), "B a aa ab b ~ \xe5\x8e\xbf");
	assert_string_equal(walk_down(&txn, ""), "\xe5\x8e\xbf ~ b ab aa a B");
	txn_abort(&txn);
}

static void a_walk_keeps_to_its_prefix_in_both_directions(struct store *store)
{
	given(store, "a a1 a2 a3 ab b \xff \xff\xff");
	struct txn txn = begin(store, STORE_READ);
	assert_string_equal(walk_up(&txn, "a"), "a a1 a2 a3 ab");
	assert_string_equal(walk_down(&txn, "a"), "ab a3 a2 a1 a");
	assert_string_equal(walk_up(&txn, "a2"), "a2");
	assert_string_equal(walk_down(&txn, "a2"), "a2");
	assert_string_equal(walk_up(&txn, "c"), "");
	assert_string_equal(walk_down(&txn, "c"), "");
	assert_string_equal(walk_up(&txn, "\xff"), "\xff \xff\xff");
	assert_string_equal(walk_down(&txn, "\xff"), "\xff\xff \xff");
	txn_abort(&txn);
}

static void a_walk_may_begin_in_the_middle(struct store *store)
{
	given(store, "a a1 a3 a5 b");
	struct txn txn = begin(store, STORE_READ);
	assert_string_equal(walk_from(&txn, "a", "a3"), "a3 a5");
	assert_string_equal(walk_from(&txn, "a", "a2"), "a3 a5");
	assert_string_equal(walk_from(&txn, "a", ""), "a a1 a3 a5");
	assert_string_equal(walk_from(&txn, "a", "b"), "");
	assert_string_equal(walk_from(&txn, "", "a4"), "a5 b");
	txn_abort(&txn);
}

static void an_empty_table_has_nothing_to_walk(struct store *store)
{
	struct txn txn = begin(store, STORE_READ);
	assert_string_equal(walk_up(&txn, ""), "");
	assert_string_equal(walk_down(&txn, ""), "");
	assert_string_equal(walk_from(&txn, "", "a"), "");
	txn_abort(&txn);
}

static void a_walk_survives_the_deletion_of_what_it_stands_on(struct store *store)
{
	given(store, "a b c d e");
	struct txn txn = begin(store, STORE_WRITE);
	struct scan scan = scan_begin(&txn, STORE_RECORD, span_string(""));
	int met = 0;
	for (; scan_next(&scan); met++)
		assert_ok(txn_delete(&txn, STORE_RECORD, scan.key));
	scan_end(&scan);
	assert_int_equal(met, 5);
	assert_string_equal(walk_up(&txn, ""), "");
	txn_abort(&txn);
	txn = begin(store, STORE_WRITE);
	met = 0;
	for (scan = scan_begin_last(&txn, STORE_RECORD, span_string("")); scan_next(&scan); met++)
		assert_ok(txn_delete(&txn, STORE_RECORD, scan.key));
	scan_end(&scan);
	assert_int_equal(met, 5);
	assert_ok(txn_commit(&txn));
}

static void a_walk_meets_what_is_put_before_it_and_not_what_is_put_behind(struct store *store)
{
	given(store, "a c e");
	struct txn txn = begin(store, STORE_WRITE);
	struct scan scan = scan_begin(&txn, STORE_RECORD, span_string(""));
	assert_true(scan_next(&scan));
	assert_true(scan_next(&scan)); // on c
	put(&txn, "b", "behind");
	put(&txn, "d", "before");
	put(&txn, "c", "changed under its feet");
	drop(&txn, "e");
	assert_true(scan_next(&scan));
	assert_true(span_equal(scan.key, span_string("d")));
	assert_true(span_equal(scan.value, span_string("before")));
	assert_false(scan_next(&scan));
	assert_false(scan_next(&scan)); // and stays at its end
	scan_end(&scan);
	assert_ok(txn_commit(&txn));
}

// Enough writes to split and merge pages many times under the walk.
static void a_walk_stays_in_step_while_its_table_is_rewritten(struct store *store)
{
	enum { MANY = 2000 };
	char key[32], value[200];
	memset(value, 'v', sizeof value);
	struct txn txn = begin(store, STORE_WRITE);
	for (int i = 0; i < MANY; i++) {
		snprintf(key, sizeof key, "old%05d", i);
		assert_ok(txn_put(&txn, STORE_RECORD, span_string(key), span_of(value, sizeof value)));
	}
	int met = 0;
	struct scan scan = scan_begin(&txn, STORE_RECORD, span_string("old"));
	for (; scan_next(&scan); met++) {
		snprintf(key, sizeof key, "old%05d", met);
		assert_true(span_equal(scan.key, span_string(key)));
		assert_ok(txn_delete(&txn, STORE_RECORD, scan.key));
		snprintf(key, sizeof key, "new%05d", (met * 7919) % MANY);
		assert_ok(txn_put(&txn, STORE_RECORD, span_string(key), span_of(value, (size_t)met % sizeof value)));
	}
	scan_end(&scan);
	assert_int_equal(met, MANY);
	int left = 0;
	for (scan = scan_begin(&txn, STORE_RECORD, span_string("")); scan_next(&scan); left++)
		assert_true(span_starts(scan.key, span_string("new")));
	scan_end(&scan);
	assert_int_equal(left, MANY);
	assert_ok(txn_commit(&txn));
}

static void two_walks_and_another_table_do_not_disturb_each_other(struct store *store)
{
	given(store, "a b c");
	struct txn txn = begin(store, STORE_WRITE);
	struct scan up = scan_begin(&txn, STORE_RECORD, span_string(""));
	struct scan down = scan_begin_last(&txn, STORE_RECORD, span_string(""));
	const char *expected[] = { "ac", "bb", "ca" };
	for (int i = 0; i < 3; i++) {
		assert_true(scan_next(&up) && scan_next(&down));
		assert_ok(txn_put(&txn, STORE_CELL, up.key, down.key));
		assert_int_equal(up.key.data[0], expected[i][0]);
		assert_int_equal(down.key.data[0], expected[i][1]);
	}
	assert_false(scan_next(&up) || scan_next(&down));
	scan_end(&up);
	scan_end(&down);
	assert_ok(txn_commit(&txn));
}

static void an_abort_leaves_no_trace(struct store *store)
{
	given(store, "a b");
	struct txn txn = begin(store, STORE_WRITE);
	put(&txn, "a", "changed");
	put(&txn, "c", "new");
	drop(&txn, "b");
	txn_abort(&txn);
	txn_abort(&txn); // harmless
	txn = begin(store, STORE_READ);
	assert_string_equal(walk_up(&txn, ""), "a b");
	expect(&txn, "a", "a");
	txn_abort(&txn);
}

static void a_failed_transaction_stays_failed(struct store *store)
{
	struct txn txn = begin(store, STORE_WRITE);
	struct span value;
	assert_ok(put(&txn, "before", "1"));
	assert_err(CONFLICT, txn_fail(&txn, ERR_CONFLICT));
	assert_err(CONFLICT, txn_fail(&txn, ERR_GAP)); // the first one stays
	assert_err(CONFLICT, put(&txn, "after", "2"));
	assert_err(CONFLICT, drop(&txn, "before"));
	assert_err(CONFLICT, txn_get(&txn, STORE_RECORD, span_string("before"), &value));
	assert_false(txn_has(&txn, STORE_RECORD, span_string("before")));
	assert_string_equal(walk_up(&txn, ""), "");
	assert_err(CONFLICT, txn_commit(&txn));
	txn = begin(store, STORE_READ);
	assert_string_equal(walk_up(&txn, ""), "");
	txn_abort(&txn);
}

static void not_found_never_sticks(struct store *store)
{
	struct txn txn = begin(store, STORE_WRITE);
	expect_none(&txn, "nobody");
	assert_string_equal(walk_up(&txn, "nobody"), "");
	assert_ok(put(&txn, "somebody", "here"));
	assert_ok(txn_commit(&txn));
}

static void a_walk_ends_when_its_transaction_fails(struct store *store)
{
	given(store, "a b");
	struct txn txn = begin(store, STORE_WRITE);
	struct scan scan = scan_begin(&txn, STORE_RECORD, span_string(""));
	assert_true(scan_next(&scan));
	txn_fail(&txn, ERR_MALFORMED);
	assert_false(scan_next(&scan));
	scan_end(&scan);
	assert_err(MALFORMED, txn_commit(&txn));
}

static void keys_are_1_to_128_bytes(struct store *store)
{
	uint8_t key[STORE_KEY_MAX + 1];
	struct span value;
	memset(key, 0xff, sizeof key);
	struct txn txn = begin(store, STORE_WRITE);
	assert_ok(txn_put(&txn, STORE_META, span_of(key, 1), span_string("short")));
	assert_ok(txn_put(&txn, STORE_META, span_of(key, STORE_KEY_MAX), span_string("long")));
	assert_ok(txn_get(&txn, STORE_META, span_of(key, STORE_KEY_MAX), &value));
	assert_true(span_equal(value, span_string("long")));
	assert_err(NOT_FOUND, txn_get(&txn, STORE_META, span_of(key, sizeof key), &value));
	assert_err(NOT_FOUND, txn_get(&txn, STORE_META, span_of(key, 0), &value));
	assert_ok(txn_delete(&txn, STORE_META, span_of(key, sizeof key)));
	struct scan scan = scan_begin_last(&txn, STORE_META, span_of(key, STORE_KEY_MAX));
	assert_true(scan_next(&scan));
	assert_int_equal(scan.key.size, STORE_KEY_MAX);
	assert_false(scan_next(&scan));
	scan_end(&scan);
	assert_ok(txn_commit(&txn));

	txn = begin(store, STORE_WRITE);
	assert_err(RANGE, txn_put(&txn, STORE_META, span_of(key, 0), span_string("none")));
	assert_err(RANGE, txn_commit(&txn));
	txn = begin(store, STORE_WRITE);
	assert_err(RANGE, txn_put(&txn, STORE_META, span_of(key, sizeof key), span_string("longer")));
	assert_err(RANGE, txn_commit(&txn));
	txn = begin(store, STORE_READ);
	scan = scan_begin(&txn, STORE_META, span_of(key, sizeof key));
	assert_false(scan_next(&scan));
	scan_end(&scan);
	assert_err(RANGE, txn_commit(&txn));
}

static void values_are_empty_or_a_megabyte(struct store *store)
{
	enum { MEGABYTE = 1024 * 1024 };
	uint8_t *large = malloc(MEGABYTE);
	struct span value;
	assert_non_null(large);
	for (size_t i = 0; i < MEGABYTE; i++)
		large[i] = (uint8_t)(i * 31 >> 3);
	struct txn txn = begin(store, STORE_WRITE);
	assert_ok(txn_put(&txn, STORE_BLOCK, span_string("empty"), span_of(NULL, 0)));
	assert_ok(txn_put(&txn, STORE_BLOCK, span_string("large"), span_of(large, MEGABYTE)));
	assert_ok(txn_commit(&txn));
	txn = begin(store, STORE_READ);
	assert_ok(txn_get(&txn, STORE_BLOCK, span_string("empty"), &value));
	assert_int_equal(value.size, 0);
	assert_ok(txn_get(&txn, STORE_BLOCK, span_string("large"), &value));
	assert_int_equal(value.size, MEGABYTE);
	assert_memory_equal(value.data, large, MEGABYTE);
	txn_abort(&txn);
	free(large);
}

static void a_value_read_may_be_put_elsewhere(struct store *store)
{
	char key[32];
	given(store, "seed");
	struct txn txn = begin(store, STORE_WRITE);
	put(&txn, "seed", "what was said once is said a thousand times, and always the same");
	for (int i = 0; i < 1000; i++) {
		struct span value;
		assert_ok(txn_get(&txn, STORE_RECORD, span_string("seed"), &value));
		snprintf(key, sizeof key, "r%d", (i * 617) % 1000);
		assert_ok(txn_put(&txn, STORE_RECORD, span_string(key), value));
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof key, "r%d", i);
		expect(&txn, key, "what was said once is said a thousand times, and always the same");
	}
	assert_ok(txn_commit(&txn));
}

static void a_value_read_may_be_put_back_shortened(struct store *store)
{
	char key[32], value[32];
	struct txn txn = begin(store, STORE_WRITE);
	for (int i = 0; i < 50; i++) {
		snprintf(key, sizeof key, "r%d", i);
		snprintf(value, sizeof value, "old; the newer value of %d", i);
		put(&txn, key, value);
	}
	for (int i = 0; i < 50; i++) {
		struct span found;
		snprintf(key, sizeof key, "r%d", i);
		assert_ok(txn_get(&txn, STORE_RECORD, span_string(key), &found));
		assert_ok(txn_put(&txn, STORE_RECORD, span_string(key), span_of(found.data + 5, found.size - 5)));
	}
	for (int i = 0; i < 50; i++) {
		snprintf(key, sizeof key, "r%d", i);
		snprintf(value, sizeof value, "the newer value of %d", i);
		expect(&txn, key, value);
	}
	assert_ok(txn_commit(&txn));
}

static void a_reader_sees_the_commit_it_began_with(struct store *store)
{
	given(store, "a b");
	struct txn before = begin(store, STORE_READ);
	struct scan scan = scan_begin(&before, STORE_RECORD, span_string(""));
	assert_true(scan_next(&scan));
	struct txn writer = begin(store, STORE_WRITE);
	put(&writer, "a", "changed");
	put(&writer, "c", "new");
	drop(&writer, "b");
	struct txn during = begin(store, STORE_READ);
	assert_string_equal(walk_up(&during, ""), "a b");
	assert_ok(txn_commit(&writer));
	struct txn after = begin(store, STORE_READ);
	assert_string_equal(walk_up(&after, ""), "a c");
	expect(&after, "a", "changed");
	expect(&before, "a", "a");
	assert_true(scan_next(&scan));
	assert_true(span_equal(scan.key, span_string("b")));
	scan_end(&scan);
	assert_string_equal(walk_up(&during, ""), "a b");
	txn_abort(&before);
	txn_abort(&during);
	txn_abort(&after);
}

static void a_hundred_thousand_keys_stay_in_order(struct store *store)
{
	enum { MANY = 100000 };
	struct txn txn = begin(store, STORE_WRITE);
	for (uint32_t i = 0; i < MANY; i++) {
		uint32_t scattered = (uint32_t)(i * UINT64_C(2654435761));
		uint8_t key[4] = { (uint8_t)(scattered >> 24), (uint8_t)(scattered >> 16), (uint8_t)(scattered >> 8), (uint8_t)scattered };
		txn_put(&txn, STORE_TREE, span_of(key, sizeof key), span_of(&i, sizeof i));
	}
	assert_ok(txn_commit(&txn));
	txn = begin(store, STORE_READ);
	uint8_t last[4] = { 0 };
	int met = 0;
	struct scan scan = scan_begin(&txn, STORE_TREE, span_of(NULL, 0));
	for (; scan_next(&scan); met++) {
		assert_true(met == 0 || memcmp(last, scan.key.data, 4) < 0);
		memcpy(last, scan.key.data, 4);
	}
	scan_end(&scan);
	assert_int_equal(met, MANY);
	txn_abort(&txn);
}

// ---- The programme ----

struct scene {
	const char *name;
	void (*play)(struct store *store);
};

#define SCENE(scene) { .name = #scene, .play = scene }

static const struct scene scenes[] = {
	SCENE(what_is_put_is_got_replaced_and_deleted),
	SCENE(tables_do_not_mix),
	SCENE(keys_sort_by_bytes_and_the_shorter_goes_first),
	SCENE(a_walk_keeps_to_its_prefix_in_both_directions),
	SCENE(a_walk_may_begin_in_the_middle),
	SCENE(an_empty_table_has_nothing_to_walk),
	SCENE(a_walk_survives_the_deletion_of_what_it_stands_on),
	SCENE(a_walk_meets_what_is_put_before_it_and_not_what_is_put_behind),
	SCENE(a_walk_stays_in_step_while_its_table_is_rewritten),
	SCENE(two_walks_and_another_table_do_not_disturb_each_other),
	SCENE(an_abort_leaves_no_trace),
	SCENE(a_failed_transaction_stays_failed),
	SCENE(not_found_never_sticks),
	SCENE(a_walk_ends_when_its_transaction_fails),
	SCENE(keys_are_1_to_128_bytes),
	SCENE(values_are_empty_or_a_megabyte),
	SCENE(a_value_read_may_be_put_elsewhere),
	SCENE(a_value_read_may_be_put_back_shortened),
	SCENE(a_reader_sees_the_commit_it_began_with),
	SCENE(a_hundred_thousand_keys_stay_in_order),
};

enum { SCENES = sizeof scenes / sizeof scenes[0], TROUPES = sizeof troupes / sizeof troupes[0] };

struct show {
	const struct troupe *troupe;
	const struct scene *scene;
	char name[160];
};

static void play(void **state)
{
	const struct show *show = *state;
	struct scratch scratch;
	scratch_make(&scratch);
	struct store *store = show->troupe->open(scratch.path);
	assert_non_null(store);
	show->scene->play(store);
	show->troupe->close(store);
	scratch_remove(&scratch);
}

int main(void)
{
	static struct show shows[SCENES * TROUPES];
	static struct CMUnitTest tests[SCENES * TROUPES];
	for (size_t i = 0; i < SCENES * TROUPES; i++) {
		struct show *show = &shows[i];
		show->troupe = &troupes[i / SCENES];
		show->scene = &scenes[i % SCENES];
		snprintf(show->name, sizeof show->name, "%s: %s", show->troupe->name, show->scene->name);
		tests[i] = (struct CMUnitTest){ .name = show->name, .test_func = play, .initial_state = show };
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
