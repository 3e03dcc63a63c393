// A store whose file is not what was written. Every reading tells what was there, or that the store is damaged; none
// leaves a row out or shows another one. A child reads, for LMDB may end the process that meets such pages.
#include "support/support.h"

#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "io/store_lmdb.h"
#include "io/store_row.h"
#include "support/scratch.h"

enum { PAGE = 4096, ROWS = 900, LARGE_EVERY = 100, CASES = 400 };

// ---- The stage ----

struct stage {
	struct scratch scratch;
	char path[300];
	uint8_t *image; // of the file
	size_t size;
	uint64_t chance;
};

static uint64_t draw(struct stage *stage, uint64_t below)
{
	uint64_t x = stage->chance += 0x9e3779b97f4a7c15; // splitmix64
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return (x ^ x >> 31) % below;
}

// What stands at a row follows from its number.
static struct span value_of(unsigned row, uint8_t bytes[static 3 * PAGE])
{
	size_t size = row % LARGE_EVERY == 0 ? 2 * PAGE + row : row % 90;
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(row * 31 + i);
	return span_of(bytes, size);
}

static struct span key_of(unsigned row, uint8_t bytes[static 8])
{
	bytes_put_u64(bytes, (uint64_t)row * 2);
	return span_of(bytes, 8);
}

static enum store_table table_of(unsigned row)
{
	return row % 3 ? STORE_RECORD : STORE_CELL;
}

static void fill(struct store *store)
{
	uint8_t key[8], value[3 * PAGE];
	for (unsigned part = 0; part < 3; part++) {
		struct txn txn;
		assert_ok(txn_begin(store, STORE_WRITE, &txn));
		for (unsigned row = part; row < ROWS; row += 3) {
			if (part == 2) // what is free is part of the file as well
				txn_delete(&txn, table_of(row - 1), key_of(row - 1, key));
			txn_put(&txn, table_of(row), key_of(row, key), value_of(row, value));
		}
		assert_ok(txn_commit(&txn));
	}
}

static bool was_deleted(unsigned row)
{
	return row % 3 == 1;
}

static int open_stage(void **state)
{
	static struct stage stage;
	struct store *store;
	struct stat status;
	scratch_make(&stage.scratch);
	assert_ok(store_lmdb_open(stage.scratch.path, NULL, &store));
	fill(store);
	store_lmdb_close(store);
	snprintf(stage.path, sizeof stage.path, "%s/data.mdb", stage.scratch.path);
	int fd = open(stage.path, O_RDONLY);
	assert_int_equal(fstat(fd, &status), 0);
	stage.size = (size_t)status.st_size;
	stage.image = malloc(stage.size);
	assert_non_null(stage.image);
	assert_int_equal(read(fd, stage.image, stage.size), stage.size);
	close(fd);
	stage.chance = 1;
	*state = &stage;
	return 0;
}

static int close_stage(void **state)
{
	struct stage *stage = *state;
	free(stage->image);
	scratch_remove(&stage->scratch);
	return 0;
}

static void lay_down(const struct stage *stage, const uint8_t *bytes)
{
	int fd = open(stage->path, O_WRONLY | O_TRUNC);
	assert_int_equal(write(fd, bytes, stage->size), stage->size);
	close(fd);
}

// ---- What a reader finds ----

enum found { FOUND_RIGHT, FOUND_DAMAGE, FOUND_OTHERWISE };

static enum found judge(enum err err, bool right)
{
	return err && err != ERR_NOT_FOUND ? FOUND_DAMAGE : right ? FOUND_RIGHT : FOUND_OTHERWISE;
}

// Every row, and between each two one that never was.
static enum found look_up_all(struct store *store)
{
	uint8_t key[8], value[3 * PAGE];
	struct txn txn;
	enum err err = txn_begin(store, STORE_READ, &txn);
	enum found worst = err ? FOUND_DAMAGE : FOUND_RIGHT;
	for (unsigned row = 0; row < ROWS && !err && worst == FOUND_RIGHT; row++) {
		struct span got;
		err = txn_get(&txn, table_of(row), key_of(row, key), &got);
		bool there = err == ERR_OK && span_equal(got, value_of(row, value));
		worst = judge(err, was_deleted(row) ? err == ERR_NOT_FOUND : there);
		key[7]++;
		err = worst ? err : txn_get(&txn, table_of(row), span_of(key, 8), &got);
		if (!worst)
			worst = judge(err, err == ERR_NOT_FOUND);
		err = txn.err;
	}
	txn_abort(&txn);
	return worst;
}

static enum found walk_all(struct store *store, enum store_table table, bool back)
{
	uint8_t key[8], value[3 * PAGE];
	struct txn txn;
	bool right = true;
	if (txn_begin(store, STORE_READ, &txn))
		return FOUND_DAMAGE;
	unsigned row = back ? ROWS : 0, step = 0;
	struct scan scan = back ? scan_begin_last(&txn, table, span_of(NULL, 0)) : scan_begin(&txn, table, span_of(NULL, 0));
	while (right && scan_next(&scan)) {
		do
			row = back ? row - 1 : step++ ? row + 1 : 0;
		while (row < ROWS && (was_deleted(row) || table_of(row) != table));
		right = row < ROWS && span_equal(scan.key, key_of(row, key)) && span_equal(scan.value, value_of(row, value));
	}
	scan_end(&scan);
	for (row = back ? row - 1 : row + 1; right && row < ROWS; row = back ? row - 1 : row + 1)
		right = was_deleted(row) || table_of(row) != table;
	enum err err = txn.err;
	txn_abort(&txn);
	return judge(err, right);
}

// By lot, for a page is looked at when it is first read.
static enum found read_store(struct stage *stage)
{
	const struct store_lmdb_options read_only = { .read_only = true };
	struct store *store;
	if (store_lmdb_open(stage->scratch.path, &read_only, &store))
		return FOUND_DAMAGE;
	uint64_t lot = draw(stage, 4);
	enum found found = lot == 0 ? look_up_all(store) : walk_all(store, lot % 2 ? STORE_RECORD : STORE_CELL, lot == 3);
	store_lmdb_close(store);
	return found;
}

static enum found meet(struct stage *stage, const uint8_t *bytes)
{
	int status;
	lay_down(stage, bytes);
	pid_t child = fork();
	if (child == 0) {
		static const int fatal[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE };
		for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
			signal(fatal[i], SIG_DFL); // the test program would go on
		int nowhere = open("/dev/null", O_WRONLY);
		dup2(nowhere, STDERR_FILENO);
		_exit((int)read_store(stage));
	}
	draw(stage, 4);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) && WEXITSTATUS(status) != FOUND_OTHERWISE ? (enum found)WEXITSTATUS(status) : WIFEXITED(status) ? FOUND_OTHERWISE : FOUND_DAMAGE;
}

static void play(void **state, void (*spoil)(struct stage *stage, uint8_t *bytes), unsigned least_found)
{
	struct stage *stage = *state;
	uint8_t *bytes = malloc(stage->size);
	unsigned seen[3] = { 0 };
	assert_non_null(bytes);
	for (unsigned i = 0; i < CASES; i++) {
		memcpy(bytes, stage->image, stage->size);
		spoil(stage, bytes);
		seen[meet(stage, bytes)]++;
	}
	free(bytes);
	assert_int_equal(seen[FOUND_OTHERWISE], 0);
	assert_in_range(seen[FOUND_DAMAGE], least_found, CASES - 1);
}

// ---- The scenes ----

static void what_is_whole_is_read_as_it_was_written(void **state)
{
	struct stage *stage = *state;
	for (unsigned i = 0; i < 16; i++)
		assert_int_equal(meet(stage, stage->image), FOUND_RIGHT);
}

static void turn_bits(struct stage *stage, uint8_t *bytes)
{
	size_t page = draw(stage, stage->size / PAGE);
	for (uint64_t i = draw(stage, 2) ? 8 : 1; i > 0; i--) {
		size_t at = page * PAGE + draw(stage, draw(stage, 2) ? 64 : PAGE); // the page's own beginning as often as all the rest
		bytes[at] = (uint8_t)(bytes[at] ^ 1u << draw(stage, 8));
	}
}

static void a_turned_bit_shows_no_other_row_and_hides_none(void **state)
{
	play(state, turn_bits, CASES / 8);
}

static void swap_pages(struct stage *stage, uint8_t *bytes)
{
	uint8_t page[PAGE];
	uint8_t *a = bytes + draw(stage, stage->size / PAGE) * PAGE, *b = bytes + draw(stage, stage->size / PAGE) * PAGE;
	memcpy(page, a, PAGE);
	memmove(a, b, PAGE);
	memcpy(b, page, PAGE);
}

static void a_page_in_the_place_of_another_is_not_read(void **state)
{
	play(state, swap_pages, CASES / 8);
}

static void empty_page(struct stage *stage, uint8_t *bytes)
{
	memset(bytes + draw(stage, stage->size / PAGE) * PAGE, draw(stage, 2) ? 0 : 0xff, PAGE);
}

static void an_empty_page_is_not_taken_for_no_rows(void **state)
{
	play(state, empty_page, CASES / 8);
}

static void a_row_has_a_check_sum_over_its_table_key_and_value(void **state)
{
	(void)state;
	static const uint8_t golden[] = { 'o', 'n', 'e', 0x83, 0x28, 0xc0, 0xa6 };
	struct buf row = BUF_EMPTY;
	struct span value;
	store_row_close(&row, STORE_RECORD, span_string("key"), span_string("one"));
	assert_int_equal(row.size, sizeof golden);
	assert_memory_equal(row.data, golden, sizeof golden);
	assert_ok(store_row_open(STORE_RECORD, span_string("key"), buf_span(&row), &value));
	assert_true(span_equal(value, span_string("one")));
	assert_err(CORRUPT, store_row_open(STORE_CELL, span_string("key"), buf_span(&row), &value));
	assert_err(CORRUPT, store_row_open(STORE_RECORD, span_string("kez"), buf_span(&row), &value));
	for (size_t bit = 0; bit < 8 * sizeof golden; bit++) {
		row.data[bit / 8] = (uint8_t)(row.data[bit / 8] ^ 1u << bit % 8);
		assert_err(CORRUPT, store_row_open(STORE_RECORD, span_string("key"), buf_span(&row), &value));
		row.data[bit / 8] = (uint8_t)(row.data[bit / 8] ^ 1u << bit % 8);
	}
	assert_err(CORRUPT, store_row_open(STORE_RECORD, span_string("key"), span_of("abc", 3), &value));
	buf_free(&row);
}

// As the first format was: the tables alone.
static void a_store_of_the_format_without_check_sums_is_refused_by_name(void **state)
{
	const struct stage *stage = *state;
	char dir[300];
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	struct store *store;
	snprintf(dir, sizeof dir, "%s/former", stage->scratch.path);
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, STORE_TABLE_COUNT), 0);
	assert_int_equal(mdb_env_open(env, dir, 0, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
	for (int i = 0; i < STORE_TABLE_COUNT; i++)
		assert_int_equal(mdb_dbi_open(txn, store_table_name((enum store_table)i), MDB_CREATE, &dbi), 0);
	assert_int_equal(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
	assert_err(VERSION, store_lmdb_open(dir, NULL, &store));
	assert_err(VERSION, store_lmdb_open(dir, &(struct store_lmdb_options){ .read_only = true }, &store));
}

// Or it would be made anew, empty.
static void a_table_whose_name_is_damaged_is_not_missing(void **state)
{
	const struct stage *stage = *state;
	struct store *store;
	unsigned spoilt = 0;
	uint8_t *bytes = malloc(stage->size);
	assert_non_null(bytes);
	memcpy(bytes, stage->image, stage->size);
	for (size_t i = 0; i + 6 < stage->size; i++)
		if (memcmp(bytes + i, "RECORD", 6) == 0 && ++spoilt)
			bytes[i + 5] = 'E';
	lay_down(stage, bytes);
	free(bytes);
	assert_in_range(spoilt, 1, 16);
	assert_err(CORRUPT, store_lmdb_open(stage->scratch.path, NULL, &store));
	assert_err(CORRUPT, store_lmdb_open(stage->scratch.path, &(struct store_lmdb_options){ .read_only = true }, &store));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_whole_is_read_as_it_was_written, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(a_turned_bit_shows_no_other_row_and_hides_none, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(a_page_in_the_place_of_another_is_not_read, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(an_empty_page_is_not_taken_for_no_rows, open_stage, close_stage),
		cmocka_unit_test(a_row_has_a_check_sum_over_its_table_key_and_value),
		cmocka_unit_test_setup_teardown(a_store_of_the_format_without_check_sums_is_refused_by_name, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(a_table_whose_name_is_damaged_is_not_missing, open_stage, close_stage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
