// The loop over real sockets and real stores: a server in a process of its own, a branch here.
#include "support/support.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pb.h"
#include "io/file.h"
#include "io/loop.h"
#include "io/machine.h"
#include "io/pack_yaml.h"
#include "org/enrol.h"
#include "support/scratch.h"
#include "sync/join.h"

#define PATIENCE_MS 120000 // ends what hangs; no machine is so slow

struct addresses {
	char sync[CONFIG_ADDRESS_BYTES], porch[CONFIG_ADDRESS_BYTES];
};

struct play {
	struct scratch scratch;
	char county[FILE_PATH_BYTES], branch[FILE_PATH_BYTES];
	struct enrol_invitation invitation;
	struct addresses at;
	pid_t server;
};

// ---- The county ----

static void published_pack(struct buf *pack)
{
	struct arena arena;
	const char *why = "";
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_yaml_compile("../../packs/party-branch.yaml", pack, &arena, &why);
	if (err)
		print_error("%s\n", why);
	assert_ok(err);
	arena_free(&arena);
}

static enum err add_branch(struct home *home, const char *name, struct id *unit)
{
	struct txn txn;
	struct pen pen;
	Tributary__UnitCreated created = TRIBUTARY__UNIT_CREATED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	Tributary__Statement *list[] = { &statement };
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	enum err err = home_pen_begin(home, &txn, &pen);
	if (err)
		return err;
	*unit = pen_new_id(&pen);
	created.unit = pb_bytes(id_span(unit));
	created.parent = pb_bytes(id_span(&home->self.unit));
	created.kind = (char *)(uintptr_t)"branch";
	created.name = (char *)(uintptr_t)name;
	statement.effective = date_of_ms(machine_now_ms(), 0);
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED;
	statement.unit_created = &created;
	statements.n_statements = 1;
	statements.statements = list;
	err = pen_statements(&pen, &statements);
	enum err end = home_pen_commit(&txn, &pen);
	return err ? err : end;
}

static void found_county(struct play *play)
{
	struct home home;
	struct identity root;
	struct buf pack = BUF_EMPTY;
	struct txn txn;
	struct id unit;
	uint8_t seed[DRBG_SEED_BYTES];
	published_pack(&pack);
	assert_ok(home_create(play->county, &home));
	assert_ok(home_root_create(play->county, NULL, &root));
	machine_random(seed, sizeof seed);
	assert_ok(txn_begin(home.store, STORE_WRITE, &txn));
	assert_ok(join_found(&txn, &home.self, &root, "county", "county", buf_span(&pack), machine_now_ms(), seed));
	assert_ok(txn_commit(&txn));
	assert_ok(add_branch(&home, "east branch", &unit));
	play->invitation = (struct enrol_invitation){ .server_curve = home.self.identity.curve_public,
	                                              .server_key = home.self.identity.sign_public,
	                                              .expiry = machine_today() + 7 };
	machine_random(play->invitation.secret, sizeof play->invitation.secret);
	assert_ok(txn_begin(home.store, STORE_WRITE, &txn));
	assert_ok(enrol_invite(&txn, &play->invitation, &unit, ""));
	assert_ok(txn_commit(&txn));
	home_close(&home);
	buf_free(&pack);
}

static volatile sig_atomic_t told_to_stop;

static void on_stop(int number)
{
	(void)number;
	told_to_stop = 1;
}

// The server's process. Its loop looks 5 times a second at what else there is, so it ends soon.
static int serve(const char *dir, int answer)
{
	struct home home;
	struct loop loop;
	struct addresses at;
	struct sigaction action = { .sa_handler = on_stop };
	sigaction(SIGTERM, &action, NULL);
	if (home_open(dir, HOME_WRITE, &home))
		return 1;
	struct link_options options = { .identity = &home.self.identity, .sync = "tcp://127.0.0.1:*", .porch = "tcp://127.0.0.1:*" };
	if (loop_open(&loop, &home, &options, NULL))
		return 2;
	if (link_endpoint(loop.link, NODE_DOOR_SYNC, at.sync, sizeof at.sync) ||
	    link_endpoint(loop.link, NODE_DOOR_PORCH, at.porch, sizeof at.porch))
		return 3;
	node_announce(loop.node, at.sync);
	if (write(answer, &at, sizeof at) != (ssize_t)sizeof at)
		return 4;
	alarm(2 * PATIENCE_MS / 1000); // never longer than the test
	enum err err = loop_run(&loop, &told_to_stop);
	loop_close(&loop);
	home_close(&home);
	return err ? 5 : 0;
}

static void open_county(struct play *play)
{
	int answer[2];
	assert_int_equal(pipe(answer), 0);
	play->server = fork();
	if (play->server == 0) {
		close(answer[0]);
		_exit(serve(play->county, answer[1]));
	}
	assert_true(play->server > 0);
	close(answer[1]);
	assert_int_equal(read(answer[0], &play->at, sizeof play->at), sizeof play->at);
	close(answer[0]);
}

static void close_county(struct play *play)
{
	int status;
	if (play->server <= 0)
		return;
	kill(play->server, SIGTERM);
	assert_int_equal(waitpid(play->server, &status, 0), play->server);
	play->server = 0;
	assert_int_equal(status, 0);
}

// ---- The branch ----

static const struct event *wait_for(struct link *link, enum event_kind kind, struct event *event)
{
	for (int i = 0; i < PATIENCE_MS / 100; i++) {
		size_t count;
		assert_ok(link_poll(link, 100, event, 1, &count));
		if (count && event->kind == kind)
			return event;
	}
	fail_msg("nothing came");
	return NULL;
}

static void save_self(struct home *home)
{
	struct txn txn;
	assert_ok(txn_begin(home->store, STORE_WRITE, &txn));
	assert_ok(self_save(&txn, &home->self));
	assert_ok(txn_commit(&txn));
}

static void join(struct play *play, struct home *home)
{
	struct link *link;
	struct event event;
	struct arena arena;
	struct buf request = BUF_EMPTY;
	const char *why = "";
	assert_ok(home_create(play->branch, home));
	struct link_options options = { .identity = &home->self.identity };
	assert_ok(link_open(&options, &link));
	assert_ok(link_connect(link, play->at.porch, &play->invitation.server_curve));
	wait_for(link, EVENT_CONNECT, &event);
	join_request(&play->invitation, &home->self.identity, "desk", &request);
	link_effect(link, &(struct effect){ .kind = EFFECT_SEND, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT,
	                                    .bytes = buf_span(&request) });
	wait_for(link, EVENT_MESSAGE, &event);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = join_accept(&play->invitation, event.bytes, &home->self, &arena, &why);
	if (err)
		print_error("%s\n", why);
	assert_ok(err);
	save_self(home);
	arena_free(&arena);
	buf_free(&request);
	link_close(link);
}

static size_t units_known(struct home *home)
{
	size_t count = 0;
	struct txn txn;
	assert_ok(txn_begin(home->store, STORE_READ, &txn));
	struct scan scan = scan_begin(&txn, STORE_UNIT, span_of(NULL, 0));
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	txn_abort(&txn);
	return count;
}

struct watch {
	struct home *home;
	size_t units;      // stop when so many are known
	int tell;          // write here once caught up; -1: told
	uint64_t until_ns;
	volatile sig_atomic_t stop;
};

static void watch_progress(void *context, const struct node_progress *progress)
{
	struct watch *watch = context;
	if (progress->caught_up && watch->tell >= 0) {
		assert_int_equal(write(watch->tell, "", 1), 1);
		watch->tell = -1;
	}
	if (units_known(watch->home) >= watch->units || machine_monotonic_ns() > watch->until_ns)
		watch->stop = 1;
}

static enum err sync_once(struct home *home, uint64_t give_up_ms)
{
	struct loop loop;
	volatile sig_atomic_t stop = 0;
	struct link_options options = { .identity = &home->self.identity };
	assert_ok(loop_open(&loop, home, &options, NULL));
	loop.want_parent = true;
	loop.give_up_ms = give_up_ms;
	assert_ok(loop_run(&loop, &stop));
	enum err err = loop.result;
	loop_close(&loop);
	return err;
}

// ---- Stage ----

static int enter(void **state)
{
	struct play *play = calloc(1, sizeof *play);
	assert_non_null(play);
	assert_true(sodium_init() >= 0);
	scratch_make(&play->scratch);
	assert_ok(file_join(play->county, sizeof play->county, play->scratch.path, "county"));
	assert_ok(file_join(play->branch, sizeof play->branch, play->scratch.path, "branch"));
	found_county(play);
	open_county(play);
	*state = play;
	return 0;
}

static int leave(void **state)
{
	struct play *play = *state;
	close_county(play);
	scratch_remove(&play->scratch);
	free(play);
	return 0;
}

// ---- Scenes ----

static void a_branch_joins_and_one_session_catches_up(void **state)
{
	struct play *play = *state;
	struct home home;
	join(play, &home);
	assert_int_equal(units_known(&home), 0);
	assert_ok(sync_once(&home, PATIENCE_MS));
	assert_int_equal(units_known(&home), 2);
	uint64_t start = machine_monotonic_ns();
	assert_ok(sync_once(&home, PATIENCE_MS));
	print_message("idle session: %.1f ms\n", (double)(machine_monotonic_ns() - start) / 1e6);
	home_close(&home);
}

static void a_server_that_is_away_is_given_up_in_time_and_found_again(void **state)
{
	struct play *play = *state;
	struct home home;
	join(play, &home);
	close_county(play);
	uint64_t start = machine_monotonic_ns();
	assert_err(UNREACHABLE, sync_once(&home, 700));
	assert_in_range((machine_monotonic_ns() - start) / 1000000, 700 / 3 - 1, PATIENCE_MS); // turned away at once: a third; the loop's clock has whole milliseconds

	open_county(play);
	memcpy(home.self.parent_address, play->at.sync, sizeof home.self.parent_address); // another port now
	save_self(&home);
	assert_ok(sync_once(&home, PATIENCE_MS));
	assert_int_equal(units_known(&home), 2);
	home_close(&home);
}

static void a_device_that_has_not_joined_does_not_know_whom_to_call(void **state)
{
	struct play *play = *state;
	struct home home;
	assert_ok(home_create(play->branch, &home));
	assert_err(NOT_FOUND, sync_once(&home, PATIENCE_MS));
	home_close(&home);
}

static void what_another_process_writes_reaches_a_live_session(void **state)
{
	struct play *play = *state;
	struct home home;
	struct loop loop;
	int tell[2], status;
	char byte;
	assert_int_equal(pipe(tell), 0);
	pid_t clerk = fork(); // at the county, beside the running server
	if (clerk == 0) {
		struct home county;
		struct id unit;
		alarm(PATIENCE_MS / 1000);
		close(tell[1]);
		_exit(read(tell[0], &byte, 1) != 1 || home_open(play->county, HOME_WRITE, &county) ||
		      add_branch(&county, "west branch", &unit));
	}
	assert_true(clerk > 0);
	close(tell[0]);
	join(play, &home);
	struct watch watch = { .home = &home, .units = 3, .tell = tell[1],
	                       .until_ns = machine_monotonic_ns() + (uint64_t)PATIENCE_MS * 1000000 };
	struct link_options options = { .identity = &home.self.identity };
	assert_ok(loop_open(&loop, &home, &options, NULL));
	loop.want_parent = loop.live = true;
	loop.progress = watch_progress;
	loop.progress_context = &watch;
	alarm(2 * PATIENCE_MS / 1000);
	assert_ok(loop_run(&loop, &watch.stop));
	alarm(0);
	loop_close(&loop);
	assert_int_equal(units_known(&home), 3);
	home_close(&home);
	close(tell[1]);
	assert_int_equal(waitpid(clerk, &status, 0), clerk);
	assert_int_equal(status, 0);
}

// ---- A disk that is full for a while ----

static struct disk {
	struct store_ops ops;
	const struct store_ops *real;
	unsigned fails; // so many further commits
} disk;

static enum err commit_or_fail(void *self, void *impl)
{
	if (disk.fails == 0)
		return disk.real->commit(self, impl);
	disk.fails--;
	disk.real->abort(self, impl);
	return ERR_FULL;
}

static struct store filling_up(const struct store *store, unsigned fails)
{
	disk = (struct disk){ .ops = *store->ops, .real = store->ops, .fails = fails };
	disk.ops.commit = commit_or_fail;
	return (struct store){ .ops = &disk.ops, .self = store->self };
}

static void write_down(void *context, const char *line)
{
	struct buf *said = context;
	buf_string(said, line);
	buf_string(said, "\n");
}

static void a_full_disk_is_told_once_and_service_resumes_when_there_is_room(void **state)
{
	struct play *play = *state;
	struct home home;
	struct loop loop;
	struct buf said = BUF_EMPTY;
	join(play, &home);
	struct store *whole = home.store, full = filling_up(whole, 2);
	struct watch watch = { .home = &home, .units = 2, .tell = -1,
	                       .until_ns = machine_monotonic_ns() + (uint64_t)PATIENCE_MS * 1000000 };
	struct link_options options = { .identity = &home.self.identity };
	home.store = &full;
	assert_ok(loop_open(&loop, &home, &options, &(struct trace){ .line = write_down, .context = &said }));
	loop.want_parent = loop.live = true;
	loop.progress = watch_progress;
	loop.progress_context = &watch;
	alarm(2 * PATIENCE_MS / 1000);
	assert_ok(loop_run(&loop, &watch.stop));
	alarm(0);
	loop_close(&loop);
	home.store = whole;
	assert_int_equal(disk.fails, 0);
	assert_int_equal(units_known(&home), 2);
	buf_u8(&said, 0);
	const char *lines = (const char *)said.data;
	const char *told = strstr(lines, "nothing can be stored: the disk is full\n");
	assert_non_null(told);
	assert_null(strstr(told + 1, "nothing can be stored"));
	assert_non_null(strstr(told, "storing works again\n"));
	buf_free(&said);
	home_close(&home);
}

static void a_single_session_ends_at_once_when_the_disk_is_full(void **state)
{
	struct play *play = *state;
	struct home home;
	join(play, &home);
	struct store *whole = home.store, full = filling_up(whole, 1000);
	home.store = &full;
	enum err err = sync_once(&home, PATIENCE_MS);
	home.store = whole;
	assert_err(FULL, err);
	assert_int_equal(disk.fails, 999);
	assert_ok(sync_once(&home, PATIENCE_MS));
	home_close(&home);
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, enter, leave)
	const struct CMUnitTest tests[] = {
		SCENE(a_branch_joins_and_one_session_catches_up),
		SCENE(a_server_that_is_away_is_given_up_in_time_and_found_again),
		SCENE(a_device_that_has_not_joined_does_not_know_whom_to_call),
		SCENE(what_another_process_writes_reaches_a_live_session),
		SCENE(a_full_disk_is_told_once_and_service_resumes_when_there_is_room),
		SCENE(a_single_session_ends_at_once_when_the_disk_is_full),
	};
	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
