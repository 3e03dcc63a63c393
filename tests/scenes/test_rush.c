// The end of a month: 2,000 branches come to one server within a minute, and each has work for it. Time is virtual, the server's
// core is the real one. Told when to come back, each asks twice, hardly one three times, and nobody waits in vain; left to themselves, as
// clients that try again until they are answered, they keep the server busy with what nobody waits for any more.
#include <stdio.h>
#include <stdlib.h>

#include "support/cluster.h"
#include "support/crowd.h"
#include "support/support.h"
#include "sync/arrival.h"
#include "sync/message.h"

enum {
	BRANCHES = 2000,
	ARRIVE_MS = 60000,   // all of them within so long
	WORK_MS = 120,       // of the server for one branch: its month, validated, merged and stored
	WORD_MS = 1,         // to say no
	PATIENCE_MS = 60000, // of a client for an answer
	RETRY_MAX_MS = 60000,
	HOUR_MS = 3600000,
};

struct guest {
	struct hash curve;
	struct id incarnation;
	uint64_t first_ms, comes_ms;  // for the first time; next. UINT64_MAX: it is served
	uint64_t said_ms;             // waits for an answer since; 0: does not
	uint64_t link;
	uint64_t retry_ms;
	unsigned asked;
};

struct rush {
	struct cluster *play;
	struct actor *county;
	struct guest guest[BRANCHES];
	struct arrival_cursor cursor;
	uint64_t now_ms, next_link, batch_ms, wasted;
	uint32_t dice;
	size_t served;
	uint64_t worst_ms;
};

static uint32_t draw(struct rush *rush, uint32_t below)
{
	rush->dice = rush->dice * 1664525u + 1013904223u;
	return (rush->dice >> 8) % below;
}

static struct guest *by_link(struct rush *rush, uint64_t link)
{
	for (size_t i = 0; i < BRANCHES; i++)
		if (rush->guest[i].link == link && rush->guest[i].said_ms)
			return &rush->guest[i];
	return NULL;
}

// ---- What the server says ----

static void answered(struct rush *rush, struct guest *guest)
{
	uint64_t waited = rush->now_ms - guest->first_ms;
	guest->comes_ms = UINT64_MAX;
	guest->said_ms = 0;
	rush->served++;
	rush->worst_ms = waited > rush->worst_ms ? waited : rush->worst_ms;
}

static void on_effect(void *context, const struct effect *effect)
{
	struct rush *rush = context;
	struct arena arena;
	enum message_kind kind;
	ProtobufCMessage *message;
	if (effect->kind != EFFECT_SEND)
		return;
	struct guest *guest = by_link(rush, effect->link);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(message_read(effect->bytes, MESSAGE_DOWN, &arena, &kind, &message));
	rush->batch_ms += kind == MESSAGE_ANSWER ? WORK_MS : WORD_MS;
	if (!guest) {
		rush->wasted += kind == MESSAGE_ANSWER;
	} else if (kind == MESSAGE_ANSWER) {
		answered(rush, guest);
	} else {
		const Tributary__Bye *bye = (const Tributary__Bye *)message;
		assert_int_equal(bye->reason, ERR_AGAIN);
		assert_true(bye->come_back_ms > 0);
		guest->comes_ms = rush->now_ms + bye->come_back_ms;
		guest->said_ms = 0;
	}
	arena_free(&arena);
}

static enum err on_guard(void *context, const struct self *self, const uint64_t shown[LANE_END])
{
	(void)context;
	(void)self;
	(void)shown;
	return ERR_OK;
}

// ---- Stage ----

// They hold already what the county has said.
static void read_cursor(struct rush *rush)
{
	struct txn txn;
	struct charter_device device;
	struct arrival item;
	assert_ok(txn_begin(rush->county->store, STORE_READ, &txn));
	assert_ok(charter_device_by_curve(&txn, &rush->guest[0].curve, &device));
	struct arrival_walk walk = arrival_walk_begin(&txn, &device.unit, 0);
	while (arrival_walk_next(&walk, &item))
		rush->cursor = (struct arrival_cursor){ .number = item.number, .mark = item.mark };
	arrival_walk_end(&walk);
	txn_abort(&txn);
	assert_true(rush->cursor.number > 0);
}

static void begin(struct rush *rush)
{
	*rush = (struct rush){ .play = cluster_new(), .dice = 7 };
	rush->county = cluster_found(rush->play, "county");
	rush->now_ms = rush->play->now_ms;
	rush->next_link = 1000000;
	for (uint32_t from = 0; from < BRANCHES; from += CROWD_AT_ONCE) {
		struct cluster_pen writing;
		cluster_write(rush->county, &writing);
		assert_ok(crowd_enrol(&writing.pen, &rush->county->self, from, CROWD_AT_ONCE));
		cluster_written(&writing);
	}
	for (uint32_t i = 0; i < BRANCHES; i++) {
		struct identity identity;
		crowd_identity(i, &identity);
		rush->guest[i] = (struct guest){ .curve = identity.curve_public, .incarnation = { { 1 } } };
	}
	read_cursor(rush);
	rush->county->driver.port = (struct driver_port){ .context = rush, .guard = on_guard, .effect = on_effect };
}

static void gather(struct rush *rush)
{
	rush->served = 0;
	rush->worst_ms = rush->wasted = 0;
	for (size_t i = 0; i < BRANCHES; i++) {
		struct guest *guest = &rush->guest[i];
		guest->first_ms = guest->comes_ms = rush->now_ms + draw(rush, ARRIVE_MS);
		guest->retry_ms = 1000;
		guest->said_ms = 0;
		guest->asked = 0;
	}
}

static void hello(const struct rush *rush, const struct guest *guest, struct buf *bytes)
{
	Tributary__Hello hello = TRIBUTARY__HELLO__INIT;
	hello.version = MESSAGE_VERSION;
	hello.server = pb_bytes(id_span(&rush->county->self.incarnation));
	hello.cursor = rush->cursor.number;
	hello.mark = rush->cursor.mark;
	hello.incarnation = pb_bytes(id_span(&guest->incarnation));
	message_write(MESSAGE_HELLO, &hello.base, bytes);
}

// Who waited too long calls again, later each time; what it said still stands in the server's queue.
static void lose_patience(struct rush *rush, struct guest *guest)
{
	if (!guest->said_ms || rush->now_ms - guest->said_ms < PATIENCE_MS)
		return;
	guest->said_ms = 0;
	guest->comes_ms = rush->now_ms + guest->retry_ms / 2 + draw(rush, (uint32_t)guest->retry_ms / 2);
	guest->retry_ms = 2 * guest->retry_ms < RETRY_MAX_MS ? 2 * guest->retry_ms : RETRY_MAX_MS;
}

struct waiting {
	struct event event;
	struct buf bytes;
};

// ---- The rush ----

static size_t arrive(struct rush *rush, struct waiting *queue, size_t count, size_t most)
{
	for (size_t i = 0; i < BRANCHES; i++) {
		struct guest *guest = &rush->guest[i];
		lose_patience(rush, guest);
		if (guest->said_ms || guest->comes_ms > rush->now_ms)
			continue;
		assert_true(count < most);
		guest->asked++;
		guest->said_ms = guest->comes_ms > guest->first_ms ? rush->now_ms : guest->first_ms;
		guest->link = rush->next_link++;
		queue[count] = (struct waiting){ .bytes = BUF_EMPTY };
		hello(rush, guest, &queue[count].bytes);
		queue[count].event = (struct event){ .kind = EVENT_MESSAGE, .link = guest->link, .door = NODE_DOOR_SYNC, .curve = guest->curve };
		count++;
	}
	return count;
}

static void serve(struct rush *rush, struct waiting *queue, size_t count, bool told)
{
	struct event events[LIMIT_EVENTS_PER_COMMIT];
	uint8_t seed[DRBG_SEED_BYTES] = { 3 };
	for (size_t i = 0; i < count; i++) {
		events[i] = queue[i].event;
		events[i].now_ms = rush->now_ms;
		events[i].bytes = buf_span(&queue[i].bytes);
		events[i].seed[0] = (uint8_t)i;
	}
	rush->batch_ms = 0;
	assert_ok(driver_run(&rush->county->driver, events, count, rush->now_ms, seed));
	rush->now_ms += rush->batch_ms;
	if (told)
		node_took(rush->county->node, rush->batch_ms, rush->now_ms);
	for (size_t i = 0; i < count; i++) {
		events[i] = (struct event){ .kind = EVENT_LINK_DOWN, .link = queue[i].event.link, .door = NODE_DOOR_SYNC, .now_ms = rush->now_ms };
		buf_free(&queue[i].bytes);
	}
	assert_ok(driver_run(&rush->county->driver, events, count, rush->now_ms, seed));
}

// Gives the time until all were served, at most an hour.
static uint64_t play(struct rush *rush, bool told)
{
	enum { MOST = 64 * BRANCHES };
	struct waiting *queue = calloc(MOST, sizeof *queue);
	size_t from = 0, to = 0;
	uint64_t start = rush->now_ms;
	assert_non_null(queue);
	while (rush->served < BRANCHES && rush->now_ms - start < HOUR_MS) {
		to = arrive(rush, queue, to, MOST);
		size_t most = node_batch(rush->county->node), count = to - from < most ? to - from : most;
		if (count)
			serve(rush, queue + from, count, told);
		else
			rush->now_ms += 10;
		from += count;
	}
	for (; from < to; from++)
		buf_free(&queue[from].bytes);
	free(queue);
	return rush->now_ms - start;
}

static unsigned most_asked(const struct rush *rush, unsigned *all)
{
	unsigned most = 0;
	*all = 0;
	for (size_t i = 0; i < BRANCHES; i++) {
		*all += rush->guest[i].asked;
		most = rush->guest[i].asked > most ? rush->guest[i].asked : most;
	}
	return most;
}

static uint64_t run(bool told, struct rush *rush, unsigned *most)
{
	unsigned all;
	gather(rush);
	uint64_t took = play(rush, told);
	*most = most_asked(rush, &all);
	print_message("%s: %zu served after %.0f s, the last waited %.0f s, asked %.2f times each, %u at most; %llu answers in vain\n",
	              told ? "told when to come" : "on their own", rush->served, (double)took / 1000, (double)rush->worst_ms / 1000,
	              (double)all / BRANCHES, *most, (unsigned long long)rush->wasted);
	return took;
}

static void told_when_to_come_nobody_waits_in_vain(void **state)
{
	(void)state;
	struct rush *rush = calloc(1, sizeof *rush);
	const uint64_t work = (uint64_t)BRANCHES * WORK_MS;
	unsigned most;
	assert_non_null(rush);
	begin(rush);
	uint64_t alone = run(false, rush, &most);
	assert_true(rush->wasted > BRANCHES); // the server works, and for nobody
	assert_true(most > 2);

	uint64_t took = run(true, rush, &most);
	assert_int_equal(rush->served, BRANCHES);
	assert_in_range(most, 1, 3);
	assert_int_equal(rush->wasted, 0);
	assert_true(took <= work + work / 2);
	assert_true(took < alone);
	cluster_free(rush->play);
	free(rush);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_when_to_come_nobody_waits_in_vain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
