// Frames that stand on a history: read where it is held, refused where it is not, and never believed.
#include "sync/frame.h"

#include "io/store_memory.h"
#include "support/support.h"

enum { HELD = 40, FRESH = 5, MANY = 8000 };

struct scene {
	struct store *store;
	struct txn txn;
	struct identity identity;
	struct logname home, detail;
	struct journal_log log;
	struct frame_codec *codec;
	struct arena arena;
	struct buf frame;
};

static void write_entries(struct scene *scene, unsigned count)
{
	struct journal_writer writer;
	uint64_t seq;
	assert_ok(journal_writer_begin(&writer, &scene->txn, &scene->detail));
	struct hash id = writer.log.id;
	for (unsigned i = 0; i < count; i++)
		assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, 1000 + i, span_string("名称与地点总是一再出现"), &seq));
	assert_ok(journal_writer_finish(&writer, &scene->identity, 2000));
	assert_ok(journal_find(&scene->txn, &id, &scene->log));
}

// A frame of what came after HELD, behind the history of what came before. Gives how many entries.
static uint32_t pack_after(struct scene *scene)
{
	struct frame_writer writer;
	struct frame_history history = { .count = 0 };
	uint32_t count;
	frame_writer_init(&writer);
	buf_clear(&scene->frame);
	frame_history_add(&history, LANE_DETAIL, HELD);
	assert_ok(frame_add(&writer, &scene->txn, &scene->log, HELD, UINT64_MAX, &scene->home, NULL, NULL, &count));
	assert_ok(frame_finish_after(&writer, scene->codec, &scene->txn, &scene->home, &history, &scene->frame));
	frame_writer_free(&writer);
	return count;
}

static void scene_begin(struct scene *scene)
{
	uint8_t seed[IDENTITY_SEED_BYTES] = { 7 };
	*scene = (struct scene){ .store = store_memory_new(), .codec = frame_codec_new(), .frame = BUF_EMPTY };
	identity_derive(seed, &scene->identity);
	scene->home = (struct logname){ .device = scene->identity.sign_public, .incarnation = { .bytes = { 1 } } };
	scene->detail = scene->home;
	scene->detail.lane = LANE_DETAIL;
	arena_init(&scene->arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(scene->store, STORE_WRITE, &scene->txn));
	write_entries(scene, HELD);
	write_entries(scene, FRESH);
	assert_int_equal(pack_after(scene), FRESH);
}

static void scene_end(struct scene *scene)
{
	txn_abort(&scene->txn);
	buf_free(&scene->frame);
	arena_free(&scene->arena);
	frame_codec_free(scene->codec);
	store_memory_free(scene->store);
}

static enum err read_back(struct scene *scene, struct span frame, const struct logname *home, struct frame_history *history,
                          size_t *count)
{
	struct journal_range *ranges;
	arena_reset(&scene->arena);
	return frame_read_after(frame, scene->codec, &scene->txn, home, &scene->arena, history, &ranges, count);
}

static void who_holds_the_history_reads_the_frame(void **state)
{
	(void)state;
	struct scene scene;
	struct frame_history history;
	size_t count;
	scene_begin(&scene);
	assert_int_equal(scene.frame.data[0], 2);
	assert_ok(read_back(&scene, buf_span(&scene.frame), &scene.home, &history, &count));
	assert_int_equal(count, 1);
	assert_int_equal(history.log[0].end, HELD);
	scene_end(&scene);
}

static void who_holds_another_history_says_which(void **state)
{
	(void)state;
	struct scene scene;
	struct frame_history history;
	size_t count;
	scene_begin(&scene);
	struct logname stranger = scene.home;
	stranger.incarnation.bytes[0] = 9;
	assert_err(GAP, read_back(&scene, buf_span(&scene.frame), &stranger, &history, &count));
	assert_int_equal(history.count, 1);
	assert_int_equal(history.log[0].lane, LANE_DETAIL);
	assert_ok(journal_erase(&scene.txn, &scene.log, HELD - 1));
	assert_err(GAP, read_back(&scene, buf_span(&scene.frame), &scene.home, &history, &count));
	scene_end(&scene);
}

static void a_reader_without_a_session_takes_no_history(void **state)
{
	(void)state;
	struct scene scene;
	struct journal_range *ranges;
	size_t count;
	scene_begin(&scene);
	assert_err(VERSION, frame_read(buf_span(&scene.frame), scene.codec, &scene.home, &scene.arena, &ranges, &count));
	scene_end(&scene);
}

// The first ten bytes name the history: version, size, logs, lane, end, digest.
static void every_cut_and_every_other_name_of_the_history_is_refused(void **state)
{
	(void)state;
	struct scene scene;
	struct frame_history history;
	size_t count;
	scene_begin(&scene);
	for (size_t cut = 0; cut < scene.frame.size; cut++)
		assert_int_not_equal(read_back(&scene, span_of(scene.frame.data, cut), &scene.home, &history, &count), ERR_OK);
	for (size_t at = 0; at < 10; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			scene.frame.data[at] ^= (uint8_t)(1u << bit);
			assert_int_not_equal(read_back(&scene, buf_span(&scene.frame), &scene.home, &history, &count), ERR_OK);
			assert_true(history.count <= FRAME_HISTORY_LOGS);
			assert_ok(scene.txn.err);
			scene.frame.data[at] ^= (uint8_t)(1u << bit);
		}
	}
	scene_end(&scene);
}

static void a_large_frame_is_its_own_history(void **state)
{
	(void)state;
	struct scene scene;
	scene_begin(&scene);
	write_entries(&scene, MANY);
	assert_true(pack_after(&scene) > FRESH);
	assert_int_equal(scene.frame.data[0], 1);
	scene_end(&scene);
}

static void what_is_sealed_or_new_has_no_history(void **state)
{
	(void)state;
	struct frame_history history = { .count = 0 };
	frame_history_add(&history, LANE_PRIVATE, 10);
	frame_history_add(&history, LANE_DOWN, 10);
	frame_history_add(&history, LANE_DETAIL, 0);
	assert_int_equal(history.count, 0);
	for (unsigned i = 0; i < 4; i++)
		frame_history_add(&history, LANE_UP, 10 + i);
	assert_int_equal(history.count, FRAME_HISTORY_LOGS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_holds_the_history_reads_the_frame),
		cmocka_unit_test(who_holds_another_history_says_which),
		cmocka_unit_test(a_reader_without_a_session_takes_no_history),
		cmocka_unit_test(every_cut_and_every_other_name_of_the_history_is_refused),
		cmocka_unit_test(a_large_frame_is_its_own_history),
		cmocka_unit_test(what_is_sealed_or_new_has_no_history),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
