// A data directory through what befalls it: made, opened, copied, restored, damaged.
#include "support/support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "io/home.h"
#include "io/store_lmdb.h"
#include "support/scratch.h"

struct play {
	struct scratch scratch;
	char dir[FILE_PATH_BYTES];
	struct home home;
};

static int enter(void **state)
{
	struct play *play = calloc(1, sizeof *play);
	assert_non_null(play);
	scratch_make(&play->scratch);
	assert_ok(file_join(play->dir, sizeof play->dir, play->scratch.path, "home"));
	*state = play;
	return 0;
}

static int leave(void **state)
{
	struct play *play = *state;
	home_close(&play->home);
	scratch_remove(&play->scratch);
	free(play);
	return 0;
}

static const char *in(const char *dir, const char *name)
{
	static char path[FILE_PATH_BYTES];
	assert_ok(file_join(path, sizeof path, dir, name));
	return path;
}

// ---- What happens to directories ----

static void copy_file(const char *from, const char *to)
{
	struct buf content = BUF_EMPTY;
	assert_ok(file_read(from, 64 * 1024 * 1024, &content));
	assert_ok(file_write(to, 0600, buf_span(&content)));
	buf_free(&content);
}

static void copy_home(struct play *play, const char *name, char *copy)
{
	static const char *const files[] = { "identity", "guard", "store/data.mdb" };
	assert_ok(file_join(copy, FILE_PATH_BYTES, play->scratch.path, name));
	char from[FILE_PATH_BYTES];
	mkdir(copy, 0700);
	mkdir(in(copy, "store"), 0700);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		assert_ok(file_join(from, sizeof from, play->dir, files[i]));
		copy_file(from, in(copy, files[i]));
	}
}

// Puts the saved content back into the very file that it was.
static void put_back(const char *path, const struct buf *content)
{
	int fd = open(path, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content->data, content->size), content->size);
	close(fd);
}

static void flip(const char *path, off_t at)
{
	uint8_t byte;
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

// ---- What the owner does ----

static void make(struct play *play)
{
	assert_ok(home_create(play->dir, &play->home));
}

static void reopen(struct play *play)
{
	home_close(&play->home);
	assert_ok(home_open(play->dir, HOME_WRITE, &play->home));
}

// An entry of our own, as a pen would write it; what it says does not matter here.
static void write_some(struct play *play)
{
	struct txn txn;
	struct journal_writer writer;
	struct logname name = { .device = play->home.self.identity.sign_public, .incarnation = play->home.self.incarnation,
	                        .lane = LANE_DETAIL };
	uint64_t seq;
	assert_ok(txn_begin(play->home.store, STORE_WRITE, &txn));
	assert_ok(journal_writer_begin(&writer, &txn, &name));
	assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, 1, span_string("words"), &seq));
	assert_ok(journal_writer_finish(&writer, &play->home.self.identity, 1));
	assert_ok(txn_commit(&txn));
}

static void show(struct play *play, uint64_t size)
{
	uint64_t shown[LANE_END] = { [LANE_DETAIL] = size };
	assert_ok(home_guard(&play->home, &play->home.self, shown));
}

static void is_mode(const char *path, mode_t mode)
{
	struct stat status;
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, mode);
}

// ---- Scenes ----

static void a_home_is_made_once_and_opens_as_the_same_device(void **state)
{
	struct play *play = *state;
	struct home second;
	assert_err(NOT_FOUND, home_open(play->dir, HOME_WRITE, &second));
	make(play);
	is_mode(play->dir, 0700);
	is_mode(in(play->dir, "identity"), 0600);
	is_mode(in(play->dir, "guard"), 0600);
	struct hash key = play->home.self.identity.sign_public;
	struct id life = play->home.self.incarnation;
	home_close(&play->home);
	assert_err(EXISTS, home_create(play->dir, &second));
	assert_ok(home_open(play->dir, HOME_WRITE, &play->home));
	assert_true(hash_equal(&key, &play->home.self.identity.sign_public));
	assert_true(id_equal(&life, &play->home.self.incarnation));
	assert_int_equal(play->home.event, HOME_SAME);
}

static void what_was_written_and_never_shown_is_no_reason_for_a_new_life(void **state)
{
	struct play *play = *state;
	make(play);
	struct id life = play->home.self.incarnation;
	write_some(play);
	reopen(play);
	assert_int_equal(play->home.event, HOME_SAME);
	show(play, 1);
	write_some(play);
	reopen(play);
	assert_int_equal(play->home.event, HOME_SAME);
	assert_true(id_equal(&life, &play->home.self.incarnation));
}

static void an_interrupted_making_is_finished_with_the_identity_it_had(void **state)
{
	struct play *play = *state;
	make(play);
	struct hash key = play->home.self.identity.sign_public;
	home_close(&play->home);
	assert_int_equal(unlink(in(play->dir, "store/data.mdb")), 0);
	assert_int_equal(unlink(in(play->dir, "store/lock.mdb")), 0);
	assert_int_equal(unlink(in(play->dir, "guard")), 0);
	assert_err(NOT_FOUND, home_open(play->dir, HOME_READ, &play->home));
	assert_err(NOT_FOUND, home_open(play->dir, HOME_WRITE, &play->home));
	assert_ok(home_create(play->dir, &play->home));
	assert_true(hash_equal(&key, &play->home.self.identity.sign_public));
	assert_int_equal(play->home.event, HOME_SAME);
}

static void an_identity_that_is_gone_or_damaged_is_told_and_not_replaced(void **state)
{
	struct play *play = *state;
	make(play);
	home_close(&play->home);
	flip(in(play->dir, "identity"), 20);
	assert_err(CORRUPT, home_open(play->dir, HOME_WRITE, &play->home));
	flip(in(play->dir, "identity"), 20);
	assert_ok(home_open(play->dir, HOME_WRITE, &play->home));
	home_close(&play->home);
	assert_int_equal(unlink(in(play->dir, "identity")), 0);
	assert_err(CORRUPT, home_open(play->dir, HOME_WRITE, &play->home));
	assert_err(CORRUPT, home_create(play->dir, &play->home));
	assert_false(file_exists(in(play->dir, "identity")));
}

static void a_store_put_back_to_before_what_was_shown_begins_a_new_life(void **state)
{
	struct play *play = *state;
	struct buf earlier = BUF_EMPTY;
	make(play);
	write_some(play);
	struct id life = play->home.self.incarnation;
	home_close(&play->home);
	assert_ok(file_read(in(play->dir, "store/data.mdb"), 64 * 1024 * 1024, &earlier));
	assert_ok(home_open(play->dir, HOME_WRITE, &play->home));
	write_some(play);
	show(play, 2);
	home_close(&play->home);
	put_back(in(play->dir, "store/data.mdb"), &earlier);

	// Looking judges nothing and changes nothing.
	assert_ok(home_open(play->dir, HOME_READ, &play->home));
	assert_int_equal(play->home.event, HOME_SAME);
	assert_true(id_equal(&life, &play->home.self.incarnation));
	home_close(&play->home);

	assert_ok(home_open(play->dir, HOME_WRITE, &play->home));
	assert_int_equal(play->home.event, HOME_RESTORED);
	assert_false(id_equal(&life, &play->home.self.incarnation));
	struct id next = play->home.self.incarnation;
	reopen(play);
	assert_int_equal(play->home.event, HOME_SAME);
	assert_true(id_equal(&next, &play->home.self.incarnation));
	buf_free(&earlier);
}

static void a_guard_that_is_gone_or_damaged_begins_a_new_life_where_anything_was_written(void **state)
{
	struct play *play = *state;
	make(play);
	assert_int_equal(unlink(in(play->dir, "guard")), 0);
	reopen(play);
	assert_int_equal(play->home.event, HOME_SAME);
	assert_true(file_exists(in(play->dir, "guard")));
	write_some(play);
	home_close(&play->home);
	flip(in(play->dir, "guard"), 60);
	assert_ok(home_open(play->dir, HOME_WRITE, &play->home));
	assert_int_equal(play->home.event, HOME_RESTORED);
	assert_int_equal(unlink(in(play->dir, "guard")), 0);
	reopen(play);
	assert_int_equal(play->home.event, HOME_RESTORED);
}

static void a_copy_on_the_same_machine_lives_a_life_of_its_own(void **state)
{
	struct play *play = *state;
	char copy[FILE_PATH_BYTES];
	make(play);
	write_some(play);
	show(play, 1);
	struct id life = play->home.self.incarnation;
	home_close(&play->home);
	copy_home(play, "copy", copy);

	assert_ok(home_open(play->dir, HOME_WRITE, &play->home));
	assert_int_equal(play->home.event, HOME_SAME);
	assert_true(id_equal(&life, &play->home.self.incarnation));
	home_close(&play->home);
	assert_ok(home_open(copy, HOME_WRITE, &play->home));
	assert_int_equal(play->home.event, HOME_RESTORED);
	assert_false(id_equal(&life, &play->home.self.incarnation));
}

static void the_guard_of_another_machine_means_a_copy(void **state)
{
	struct play *play = *state;
	struct buf bytes = BUF_EMPTY;
	struct guard guard;
	make(play);
	write_some(play);
	home_close(&play->home);
	assert_ok(file_read(in(play->dir, "guard"), GUARD_BYTES, &bytes));
	assert_ok(guard_decode(buf_span(&bytes), &guard));
	guard.machine.bytes[0] ^= 1;
	guard_encode(&guard, bytes.data);
	assert_ok(file_write(in(play->dir, "guard"), 0600, buf_span(&bytes)));
	buf_free(&bytes);
	assert_ok(home_open(play->dir, HOME_WRITE, &play->home));
	assert_int_equal(play->home.event, HOME_COPIED);
}

static void the_guard_only_rises_and_knows_a_former_life(void **state)
{
	struct play *play = *state;
	struct buf bytes = BUF_EMPTY;
	struct guard guard;
	make(play);
	write_some(play);
	write_some(play);
	show(play, 2);
	show(play, 1);
	assert_ok(file_read(in(play->dir, "guard"), GUARD_BYTES, &bytes));
	assert_ok(guard_decode(buf_span(&bytes), &guard));
	assert_int_equal(guard.shown[LANE_DETAIL], 2);
	assert_int_equal(guard.shown[LANE_UP], 0);
	buf_free(&bytes);

	struct self former = play->home.self;
	former.incarnation.bytes[0] ^= 1;
	uint64_t shown[LANE_END] = { [LANE_DETAIL] = 9 };
	assert_err(FROZEN, home_guard(&play->home, &former, shown));
}

static void a_configuration_that_is_wrong_keeps_the_home_closed(void **state)
{
	struct play *play = *state;
	make(play);
	home_close(&play->home);
	assert_ok(file_write(in(play->dir, "tributary.ini"), 0644, span_string("[server]\nsnyc = x\n")));
	assert_err(MALFORMED, home_open(play->dir, HOME_WRITE, &play->home));
	assert_ok(file_write(in(play->dir, "tributary.ini"), 0644, span_string("[server]\nsync = tcp://*:9000\n")));
	assert_ok(home_open(play->dir, HOME_WRITE, &play->home));
	assert_string_equal(play->home.config.sync, "tcp://*:9000");
}

// ---- The root key ----

static void a_root_key_is_kept_plain_or_under_a_passphrase(void **state)
{
	struct play *play = *state;
	struct identity root, again;
	assert_int_equal(mkdir(play->dir, 0700), 0);
	assert_err(NOT_FOUND, home_root_load(play->dir, NULL, &again));
	assert_ok(home_root_create(play->dir, NULL, &root));
	is_mode(in(play->dir, "root.key"), 0600);
	assert_err(EXISTS, home_root_create(play->dir, NULL, &again));
	assert_ok(home_root_load(play->dir, NULL, &again));
	assert_true(hash_equal(&root.sign_public, &again.sign_public));
	assert_ok(home_root_load(play->dir, "not needed", &again));

	assert_int_equal(unlink(in(play->dir, "root.key")), 0);
	assert_ok(home_root_create(play->dir, "correct horse", &root));
	assert_err(NO_KEY, home_root_load(play->dir, NULL, &again));
	assert_err(SIGNATURE, home_root_load(play->dir, "wrong horse", &again));
	assert_ok(home_root_load(play->dir, "correct horse", &again));
	assert_true(hash_equal(&root.sign_public, &again.sign_public));
}

static void a_root_key_file_that_is_damaged_or_greedy_is_refused(void **state)
{
	struct play *play = *state;
	struct identity root;
	assert_int_equal(mkdir(play->dir, 0700), 0);
	assert_ok(home_root_create(play->dir, NULL, &root));
	flip(in(play->dir, "root.key"), 10);
	assert_err(CORRUPT, home_root_load(play->dir, NULL, &root));
	flip(in(play->dir, "root.key"), 0);
	assert_err(MALFORMED, home_root_load(play->dir, NULL, &root));

	// How 1 with limits that would take all memory, and a digest that fits.
	uint8_t greedy[6 + 8 + 8 + 16 + 24 + 48 + 32] = { 'T', 'R', 'R', 'K', 1, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff };
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, span_of(greedy, sizeof greedy - 32));
	memcpy(greedy + sizeof greedy - 32, digest.bytes, 32);
	assert_ok(file_write(in(play->dir, "root.key"), 0600, span_of(greedy, sizeof greedy)));
	assert_err(MALFORMED, home_root_load(play->dir, "any", &root));
	static const uint8_t large[4096];
	assert_ok(file_write(in(play->dir, "root.key"), 0600, span_of(large, sizeof large)));
	assert_err(MALFORMED, home_root_load(play->dir, "any", &root));
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, enter, leave)
	const struct CMUnitTest tests[] = {
		SCENE(a_home_is_made_once_and_opens_as_the_same_device),
		SCENE(what_was_written_and_never_shown_is_no_reason_for_a_new_life),
		SCENE(an_interrupted_making_is_finished_with_the_identity_it_had),
		SCENE(an_identity_that_is_gone_or_damaged_is_told_and_not_replaced),
		SCENE(a_store_put_back_to_before_what_was_shown_begins_a_new_life),
		SCENE(a_guard_that_is_gone_or_damaged_begins_a_new_life_where_anything_was_written),
		SCENE(a_copy_on_the_same_machine_lives_a_life_of_its_own),
		SCENE(the_guard_of_another_machine_means_a_copy),
		SCENE(the_guard_only_rises_and_knows_a_former_life),
		SCENE(a_configuration_that_is_wrong_keeps_the_home_closed),
		SCENE(a_root_key_is_kept_plain_or_under_a_passphrase),
		SCENE(a_root_key_file_that_is_damaged_or_greedy_is_refused),
	};
	return cmocka_run_group_tests_name("home", tests, NULL, NULL);
}
