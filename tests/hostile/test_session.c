// Sessions with those who mean harm, on either side: nothing asserts, nothing grows, counters count, and
// the honest go on beside them.
#include <malloc.h>
#include <stdlib.h>

#include "base/pb.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/arrival.h"
#include "sync/frame.h"
#include "sync/message.h"

struct stage {
	struct cluster *play;
	struct actor *township, *one, *two;
};

static struct stage two_branches(void)
{
	struct stage stage = { .play = cluster_new() };
	stage.township = cluster_found(stage.play, "township");
	stage.one = cluster_branch(stage.township, "one");
	stage.two = cluster_branch(stage.township, "two");
	struct actor *both[] = { stage.one, stage.two };
	for (size_t i = 0; i < 2; i++) {
		assert_ok(cluster_sync(both[i]));
		cluster_put(both[i], "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=秘密", NULL);
		assert_ok(cluster_sync(both[i]));
	}
	return stage;
}

// The honest branch is served as before.
static void life_goes_on(struct stage *stage)
{
	assert_ok(cluster_sync(stage->two));
	assert_int_equal(stage->two->round_trips, 1);
	assert_int_equal(cluster_figure(stage->township, stage->township, "meetings_held", "2026-03"), 2);
	cluster_free(stage->play);
}

static uint64_t counted(struct actor *actor, enum count which)
{
	return node_counters(actor->node)->value[which];
}

static void say(struct stage *stage, uint64_t link, enum message_kind kind, const ProtobufCMessage *message)
{
	struct buf bytes = BUF_EMPTY;
	message_write(kind, message, &bytes);
	assert_ok(bytes.err);
	assert_ok(cluster_inject(stage->township, stage->one, NODE_DOOR_SYNC, link, buf_span(&bytes)));
	buf_free(&bytes);
}

static void nobody_hears(struct stage *stage)
{
	while (stage->play->head < stage->play->tail)
		buf_free(&stage->play->queue[stage->play->head++ % CLUSTER_QUEUE].bytes);
}

static Tributary__Hello a_hello(struct stage *stage)
{
	Tributary__Hello hello = TRIBUTARY__HELLO__INIT;
	hello.version = MESSAGE_VERSION;
	hello.incarnation = pb_bytes(id_span(&stage->one->self.incarnation));
	return hello;
}

static void greet(struct stage *stage, uint64_t link)
{
	Tributary__Hello hello = a_hello(stage);
	say(stage, link, MESSAGE_HELLO, &hello.base);
	assert_int_equal(node_sessions(stage->township->node), 1);
}

static void words_out_of_turn_are_refused(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	Tributary__Push push = TRIBUTARY__PUSH__INIT;
	Tributary__Next next = TRIBUTARY__NEXT__INIT;
	Tributary__Catalog catalog = TRIBUTARY__CATALOG__INIT;
	Tributary__Answer answer = TRIBUTARY__ANSWER__INIT;
	say(&stage, 900, MESSAGE_PUSH, &push.base);
	say(&stage, 900, MESSAGE_NEXT, &next.base);
	say(&stage, 900, MESSAGE_CATALOG, &catalog.base);
	assert_int_equal(counted(stage.township, COUNT_MESSAGES_STRANGE), 3);
	assert_int_equal(counted(stage.township, COUNT_SESSIONS_REFUSED), 3);
	say(&stage, 900, MESSAGE_ANSWER, &answer.base); // goes the other way
	assert_int_equal(counted(stage.township, COUNT_MESSAGES_MALFORMED), 1);
	assert_int_equal(node_sessions(stage.township->node), 0);
	life_goes_on(&stage);
}

static void another_version_and_strangers_get_a_reason(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	Tributary__Hello hello = a_hello(&stage);
	hello.version = 77;
	say(&stage, 900, MESSAGE_HELLO, &hello.base);
	assert_err(VERSION, stage.township->sent_bye);
	hello = a_hello(&stage);
	hello.incarnation = pb_bytes(span_of("short", 5));
	say(&stage, 901, MESSAGE_HELLO, &hello.base);
	assert_err(MALFORMED, stage.township->sent_bye);

	struct actor stranger = *stage.one; // the same words over another connection's key
	stranger.self.identity.curve_public.bytes[0] ^= 1;
	struct buf bytes = BUF_EMPTY;
	hello = a_hello(&stage);
	message_write(MESSAGE_HELLO, &hello.base, &bytes);
	assert_ok(cluster_inject(stage.township, &stranger, NODE_DOOR_SYNC, 902, buf_span(&bytes)));
	buf_free(&bytes);
	assert_err(UNAUTHORISED, stage.township->sent_bye);
	assert_int_equal(node_sessions(stage.township->node), 0);
	assert_int_equal(counted(stage.township, COUNT_SESSIONS_REFUSED), 3);
	life_goes_on(&stage);
}

// With another device's incarnation, or any: only short names change their meaning, for its own device.
static void a_borrowed_incarnation_gives_nothing(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	Tributary__Hello hello = a_hello(&stage);
	hello.incarnation = pb_bytes(id_span(&stage.two->self.incarnation));
	cluster_put(stage.two, "meeting", NULL, "date=2026-04-06", "type=group", "topic=TWOALONE", NULL);
	assert_ok(cluster_sync(stage.two));
	cluster_connect(stage.one, false);
	nobody_hears(&stage);
	say(&stage, stage.one->link, MESSAGE_HELLO, &hello.base);
	cluster_run(stage.play);
	cluster_disconnect(stage.one);
	assert_true(stage.one->bytes_down > 100);
	assert_false(cluster_store_contains(stage.one, "TWOALONE"));
	assert_ok(cluster_sync(stage.one));
	life_goes_on(&stage);
}

static void garbage_of_every_kind_is_counted(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	uint8_t bytes[512];
	uint32_t dice = 12345;
	uint64_t before = counted(stage.township, COUNT_MESSAGES_MALFORMED);
	for (unsigned i = 0; i < 4000; i++) {
		size_t size = i % sizeof bytes;
		for (size_t k = 0; k < size; k++) {
			dice = dice * 1664525u + 1013904223u;
			bytes[k] = (uint8_t)(dice >> 24);
		}
		if (size > 0 && i % 2)
			bytes[0] = (uint8_t)(1 + i % 7);
		assert_ok(cluster_inject(stage.township, stage.one, NODE_DOOR_SYNC, 900, span_of(bytes, size)));
		assert_ok(cluster_inject(stage.township, stage.one, NODE_DOOR_PORCH, 901, span_of(bytes, size)));
	}
	assert_true(counted(stage.township, COUNT_MESSAGES_MALFORMED) > before + 7000);
	life_goes_on(&stage);
}

// What the client really says, with each byte changed in turn.
static void an_honest_message_with_one_byte_changed_does_no_harm(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	cluster_put(stage.one, "meeting", NULL, "date=2026-03-06", "type=group", "topic=改", NULL);
	cluster_connect(stage.one, false);
	struct cluster_message *message = &stage.play->queue[stage.play->head % CLUSTER_QUEUE];
	uint8_t copy[4096];
	size_t size = message->bytes.size;
	assert_true(size < sizeof copy);
	for (size_t i = 0; i < size; i++) {
		memcpy(copy, message->bytes.data, size);
		copy[i] ^= (uint8_t)(1u << i % 8);
		assert_ok(cluster_inject(stage.township, stage.one, NODE_DOOR_SYNC, 1000 + i, span_of(copy, size)));
	}
	assert_int_equal(cluster_count(stage.township, STORE_FORK), 0);
	cluster_disconnect(stage.one);
	nobody_hears(&stage);
	assert_ok(cluster_sync(stage.one));
	assert_int_equal(cluster_figure(stage.township, stage.township, "meetings_held", "2026-03"), 3);
	assert_int_equal(cluster_count(stage.one, STORE_PENDING), 0);
	cluster_free(stage.play);
}

static void a_replayed_session_changes_nothing(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	cluster_put(stage.one, "meeting", NULL, "date=2026-03-06", "type=group", "topic=重放", NULL);
	cluster_connect(stage.one, false);
	struct buf old = BUF_EMPTY;
	struct cluster_message *message = &stage.play->queue[stage.play->head % CLUSTER_QUEUE];
	buf_bytes(&old, message->bytes.data, message->bytes.size);
	cluster_run(stage.play);
	cluster_disconnect(stage.one);
	size_t arrivals = cluster_count(stage.township, STORE_ARRIVAL);
	for (uint64_t i = 0; i < 200; i++)
		assert_ok(cluster_inject(stage.township, stage.one, NODE_DOOR_SYNC, 900 + i % 3, buf_span(&old)));
	assert_int_equal(cluster_count(stage.township, STORE_ARRIVAL), arrivals);
	assert_true(node_sessions(stage.township->node) <= 3);
	// By somebody else: what it holds is the other's, and is refused or known.
	assert_ok(cluster_inject(stage.township, stage.two, NODE_DOOR_SYNC, 950, buf_span(&old)));
	assert_int_equal(cluster_count(stage.township, STORE_ARRIVAL), arrivals);
	assert_int_equal(cluster_figure(stage.township, stage.township, "meetings_held", "2026-03"), 3);
	buf_free(&old);
	cluster_free(stage.play);
}

// ---- Frames ----

static void push_frame(struct stage *stage, uint64_t link, const void *bytes, size_t size, size_t times)
{
	ProtobufCBinaryData *frames = calloc(times, sizeof *frames);
	assert_non_null(frames);
	for (size_t i = 0; i < times; i++)
		frames[i] = pb_bytes(span_of(bytes, size));
	Tributary__Push push = TRIBUTARY__PUSH__INIT;
	push.n_frames = times;
	push.frames = frames;
	say(stage, link, MESSAGE_PUSH, &push.base);
	free(frames);
}

static void frames_that_lie_about_their_size_are_refused(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	const uint8_t bombs[][8] = {
		{ 1, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x28, 0xb5 }, // terabytes
		{ 1, 0x80, 0x80, 0x40, 0x00, 0x00, 0x00, 0x00 }, // 1 MiB of nothing
		{ 1, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 },
		{ 9, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00 }, // another version
		{ 1, 0x81, 0x80, 0x40, 0x00, 0x00, 0x00, 0x00 }, // one byte too many
	};
	for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
		greet(&stage, 900);
		push_frame(&stage, 900, bombs[i], sizeof bombs[i], 1);
		assert_int_equal(node_sessions(stage.township->node), 0); // cut off
		greet(&stage, 900);
		push_frame(&stage, 900, bombs[i], sizeof bombs[i], 1000);
		assert_int_equal(node_sessions(stage.township->node), 0);
	}
	assert_true(counted(stage.township, COUNT_MESSAGES_MALFORMED) >= 10);
	life_goes_on(&stage);
}

// A log of another unit, whole and truly signed, brought by one who has no business with it.
static void ranges_of_another_unit_are_refused(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	cluster_put(stage.two, "meeting", NULL, "date=2026-03-06", "type=group", "topic=别人的", NULL);
	struct frame_codec *codec = frame_codec_new();
	struct frame_writer writer;
	struct buf frame = BUF_EMPTY;
	struct journal_log log;
	struct txn txn;
	uint32_t count;
	cluster_log(stage.two, stage.two, LANE_DETAIL, &log);
	frame_writer_init(&writer);
	assert_ok(txn_begin(stage.two->store, STORE_READ, &txn));
	assert_ok(frame_add(&writer, &txn, &log, 0, UINT64_MAX, NULL, NULL, NULL, &count));
	txn_abort(&txn);
	assert_ok(frame_finish(&writer, codec, &frame));
	struct journal_log before, after;
	cluster_log(stage.township, stage.two, LANE_DETAIL, &before);
	greet(&stage, 900);
	push_frame(&stage, 900, frame.data, frame.size, 1);
	cluster_log(stage.township, stage.two, LANE_DETAIL, &after);
	assert_int_equal(before.peaks.size, after.peaks.size);
	assert_true(counted(stage.township, COUNT_RANGES_REFUSED) >= 1);
	assert_int_equal(node_sessions(stage.township->node), 1); // and is told so, no more
	buf_free(&frame);
	frame_writer_free(&writer);
	frame_codec_free(codec);
	assert_ok(cluster_sync(stage.two));
	assert_int_equal(cluster_figure(stage.township, stage.township, "meetings_held", "2026-03"), 3);
	cluster_free(stage.play);
}

// Small outside and immense inside: it is set aside, and holds up nobody.
static void an_entry_that_cannot_be_unfolded_is_set_aside(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	struct buf payload = BUF_EMPTY;
	struct txn txn;
	uint64_t seq;
	enum { WRITES = 60000 };
	// Changes { changes: [ Change { record, kind, writes: [ { field 3 }, … ] } ] }
	buf_u8(&payload, 0x22);
	buf_varint(&payload, 18 + 2 + 4 * WRITES);
	buf_bytes(&payload, "\x0a\x10" "0123456789abcdef" "\x10\x02", 20);
	for (unsigned i = 0; i < WRITES; i++)
		buf_bytes(&payload, "\x1a\x02\x08\x03", 4);
	struct journal_writer writer;
	struct logname name = { .device = stage.one->self.identity.sign_public, .incarnation = stage.one->self.incarnation, .lane = LANE_DETAIL };
	assert_ok(txn_begin(stage.one->store, STORE_WRITE, &txn));
	assert_ok(journal_writer_begin(&writer, &txn, &name));
	uint64_t time = (stage.play->now_ms + 1000) << 16;
	assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, time, buf_span(&payload), &seq));
	assert_ok(journal_writer_finish(&writer, &stage.one->self.identity, time));
	assert_ok(arrival_pending_set(&txn, writer.log.number, true));
	assert_ok(txn_commit(&txn));
	buf_free(&payload);
	assert_ok(cluster_sync(stage.one));
	assert_int_equal(cluster_count(stage.township, STORE_QUARANTINE), 1);
	assert_int_equal(counted(stage.township, COUNT_ENTRIES_QUARANTINED), 1);
	assert_true(cluster_count(stage.one, STORE_NOTICE) > 0); // and its author is told
	life_goes_on(&stage);
}

// ---- Storms ----

static void storms_of_small_words_leave_no_trace(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	Tributary__Next next = TRIBUTARY__NEXT__INIT;
	greet(&stage, 900);
	say(&stage, 900, MESSAGE_NEXT, &next.base);
	size_t bytes = store_memory_bytes(stage.township->store);
	struct mallinfo2 before = mallinfo2();
	for (unsigned i = 0; i < 20000; i++)
		say(&stage, 900, MESSAGE_NEXT, &next.base);
	for (unsigned i = 0; i < 2000; i++)
		greet(&stage, 900);
	assert_int_equal(store_memory_bytes(stage.township->store), bytes);
	assert_true(mallinfo2().uordblks <= before.uordblks + 1024 * 1024);
	life_goes_on(&stage);
}

static void links_without_end_are_refused_at_the_limit(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	Tributary__Hello hello = a_hello(&stage);
	for (uint64_t i = 0; i < LIMIT_SESSIONS + 10; i++)
		say(&stage, 10000 + i, MESSAGE_HELLO, &hello.base);
	assert_int_equal(node_sessions(stage.township->node), LIMIT_SESSIONS);
	assert_err(AGAIN, stage.township->sent_bye);
	stage.play->now_ms += 121000; // who says nothing makes room
	assert_ok(cluster_tick(stage.township, 0));
	assert_int_equal(node_sessions(stage.township->node), 0);
	life_goes_on(&stage);
}

static void a_catalog_of_a_hundred_thousand_logs_is_not_answered_in_kind(void **state)
{
	(void)state;
	enum { MANY = 40000 };
	struct stage stage = two_branches();
	Tributary__Standing *items = calloc(MANY, sizeof *items);
	Tributary__Standing **list = calloc(MANY, sizeof *list);
	uint8_t *names = calloc(MANY, 32);
	assert_true(items && list && names);
	for (uint32_t i = 0; i < MANY; i++) {
		tributary__standing__init(&items[i]);
		memcpy(names + 32 * i, &i, sizeof i);
		items[i].log = pb_bytes(span_of(names + 32 * i, 32));
		items[i].size = UINT64_MAX;
		list[i] = &items[i];
	}
	Tributary__Catalog catalog = TRIBUTARY__CATALOG__INIT;
	catalog.logs = list;
	catalog.n_logs = MANY;
	greet(&stage, 900);
	uint64_t out = counted(stage.township, COUNT_BYTES_OUT);
	say(&stage, 900, MESSAGE_CATALOG, &catalog.base);
	assert_true(counted(stage.township, COUNT_BYTES_OUT) - out < 1000);
	assert_true(counted(stage.township, COUNT_MESSAGES_MALFORMED) > 0);
	catalog.n_logs = 1000;
	say(&stage, 900, MESSAGE_CATALOG, &catalog.base);
	assert_true(counted(stage.township, COUNT_BYTES_OUT) - out < 64 * 1024);
	free(items);
	free(list);
	free(names);
	life_goes_on(&stage);
}

// ---- A server that means harm ----

static void the_server_says(struct stage *stage, enum message_kind kind, const ProtobufCMessage *message)
{
	struct buf bytes = BUF_EMPTY;
	message_write(kind, message, &bytes);
	assert_ok(cluster_inject(stage->one, stage->township, NODE_DOOR_PARENT, NODE_LINK_PARENT, buf_span(&bytes)));
	buf_free(&bytes);
}

static void a_storm_of_answers_makes_a_client_do_nothing(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	Tributary__Answer answer = TRIBUTARY__ANSWER__INIT;
	Tributary__Want want = TRIBUTARY__WANT__INIT;
	answer.unasked = true;
	cluster_connect(stage.one, true);
	cluster_run(stage.play);
	uint64_t out = counted(stage.one, COUNT_BYTES_OUT);
	size_t bytes = store_memory_bytes(stage.one->store);
	for (unsigned i = 0; i < 5000; i++) {
		the_server_says(&stage, MESSAGE_ANSWER, &answer.base);
		the_server_says(&stage, MESSAGE_WANT, &want.base);
	}
	assert_int_equal(counted(stage.one, COUNT_BYTES_OUT), out);
	assert_int_equal(store_memory_bytes(stage.one->store), bytes);
	cluster_disconnect(stage.one);
	life_goes_on(&stage);
}

static void a_server_that_refuses_everything_is_left(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	cluster_put(stage.one, "meeting", NULL, "date=2026-03-06", "type=group", "topic=拒", NULL);
	cluster_connect(stage.one, false);
	nobody_hears(&stage);
	uint8_t lane = LANE_DETAIL;
	Tributary__Refusal refusal = TRIBUTARY__REFUSAL__INIT, *list[] = { &refusal };
	refusal.log = pb_bytes(span_of(&lane, 1));
	refusal.reason = ERR_GAP;
	Tributary__Answer answer = TRIBUTARY__ANSWER__INIT;
	answer.refusals = list;
	answer.n_refusals = 1;
	unsigned times = 0;
	for (; times < 1000 && !stage.one->done; times++) {
		the_server_says(&stage, MESSAGE_ANSWER, &answer.base);
		nobody_hears(&stage);
	}
	assert_true(times < 100);
	assert_err(UNAUTHORISED, stage.one->result);
	cluster_disconnect(stage.one);
	assert_ok(cluster_sync(stage.one)); // nothing was lost by it
	assert_int_equal(cluster_figure(stage.township, stage.township, "meetings_held", "2026-03"), 3);
	cluster_free(stage.play);
}

static void false_receipts_are_not_believed(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	cluster_put(stage.one, "meeting", NULL, "date=2026-03-06", "type=group", "topic=收", NULL);
	cluster_connect(stage.one, false);
	nobody_hears(&stage);
	struct journal_log before, after;
	uint8_t lane = LANE_DETAIL, signature[64] = { 1 };
	cluster_log(stage.one, stage.one, LANE_DETAIL, &before);
	Tributary__Receipt receipt = TRIBUTARY__RECEIPT__INIT, *list[] = { &receipt };
	receipt.log = pb_bytes(span_of(&lane, 1));
	receipt.size = before.peaks.size;
	receipt.tier = 1;
	receipt.signature = pb_bytes(span_of(signature, sizeof signature));
	Tributary__Answer answer = TRIBUTARY__ANSWER__INIT;
	answer.receipts = list;
	answer.n_receipts = 1;
	the_server_says(&stage, MESSAGE_ANSWER, &answer.base);
	receipt.tier = 7;
	the_server_says(&stage, MESSAGE_ANSWER, &answer.base);
	receipt.server = pb_bytes(hash_span(&stage.two->self.identity.sign_public)); // no server at all
	the_server_says(&stage, MESSAGE_ANSWER, &answer.base);
	cluster_log(stage.one, stage.one, LANE_DETAIL, &after);
	assert_int_equal(after.receipt[0].size, before.receipt[0].size);
	assert_true(cluster_count(stage.one, STORE_PENDING) > 0);
	cluster_disconnect(stage.one);
	assert_ok(cluster_sync(stage.one));
	cluster_free(stage.play);
}

// "I hold more of your log than you do", again and again: at most one new life a connection.
static void a_server_cannot_make_a_device_begin_life_after_life(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	struct id lives[2] = { stage.one->self.incarnation };
	cluster_connect(stage.one, false);
	nobody_hears(&stage);
	uint8_t lane = LANE_DETAIL, signature[64] = { 1 };
	Tributary__Receipt receipt = TRIBUTARY__RECEIPT__INIT, *list[] = { &receipt };
	receipt.log = pb_bytes(span_of(&lane, 1));
	receipt.size = 1000000;
	receipt.tier = 1;
	receipt.signature = pb_bytes(span_of(signature, sizeof signature));
	Tributary__Answer answer = TRIBUTARY__ANSWER__INIT;
	answer.receipts = list;
	answer.n_receipts = 1;
	unsigned changes = 0, times = 0;
	for (; times < 100 && !stage.one->done; times++) {
		the_server_says(&stage, MESSAGE_ANSWER, &answer.base);
		nobody_hears(&stage);
		changes += !id_equal(&stage.one->self.incarnation, &lives[0]);
		lives[0] = stage.one->self.incarnation;
	}
	assert_int_equal(changes, 1);
	assert_true(times < 20);
	cluster_disconnect(stage.one);
	assert_ok(cluster_sync(stage.one));
	life_goes_on(&stage);
}

static void what_a_server_says_with_one_byte_changed_does_no_harm(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	struct actor *late = cluster_device(stage.one, "late");
	cluster_connect(late, false);
	struct cluster_message hello = stage.play->queue[stage.play->head++ % CLUSTER_QUEUE];
	assert_ok(cluster_inject(stage.township, late, NODE_DOOR_SYNC, hello.link, buf_span(&hello.bytes)));
	buf_free(&hello.bytes);
	struct cluster_message answer = stage.play->queue[stage.play->head++ % CLUSTER_QUEUE];
	size_t size = answer.bytes.size, step = size / 2000 + 1;
	uint8_t *copy = malloc(size);
	assert_non_null(copy);
	for (size_t i = 0; i < size; i += step) {
		memcpy(copy, answer.bytes.data, size);
		copy[i] ^= (uint8_t)(1u << i % 8);
		assert_ok(cluster_inject(late, stage.township, NODE_DOOR_PARENT, NODE_LINK_PARENT, span_of(copy, size)));
		nobody_hears(&stage);
		cluster_disconnect(late);
		cluster_connect(late, false);
		nobody_hears(&stage);
	}
	free(copy);
	buf_free(&answer.bytes);
	cluster_disconnect(late);
	assert_ok(cluster_sync(late));
	assert_int_equal(cluster_figure(late, stage.one, "meetings_held", "2026-03"), 1);
	life_goes_on(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_out_of_turn_are_refused),
		cmocka_unit_test(another_version_and_strangers_get_a_reason),
		cmocka_unit_test(a_borrowed_incarnation_gives_nothing),
		cmocka_unit_test(garbage_of_every_kind_is_counted),
		cmocka_unit_test(an_honest_message_with_one_byte_changed_does_no_harm),
		cmocka_unit_test(a_replayed_session_changes_nothing),
		cmocka_unit_test(frames_that_lie_about_their_size_are_refused),
		cmocka_unit_test(ranges_of_another_unit_are_refused),
		cmocka_unit_test(an_entry_that_cannot_be_unfolded_is_set_aside),
		cmocka_unit_test(storms_of_small_words_leave_no_trace),
		cmocka_unit_test(links_without_end_are_refused_at_the_limit),
		cmocka_unit_test(a_catalog_of_a_hundred_thousand_logs_is_not_answered_in_kind),
		cmocka_unit_test(a_storm_of_answers_makes_a_client_do_nothing),
		cmocka_unit_test(a_server_that_refuses_everything_is_left),
		cmocka_unit_test(false_receipts_are_not_believed),
		cmocka_unit_test(a_server_cannot_make_a_device_begin_life_after_life),
		cmocka_unit_test(what_a_server_says_with_one_byte_changed_does_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
