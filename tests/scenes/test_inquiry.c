// A superior asks for a record, a branch answers: who may ask, who reads the answer, and what stays of it.
#include "support/cluster.h"
#include "support/support.h"

struct stage {
	struct cluster *play;
	struct actor *county, *township, *one, *two;
	struct id meeting;
};

static struct stage a_township(void)
{
	struct stage stage = { .play = cluster_new() };
	stage.county = cluster_found(stage.play, "county");
	stage.township = cluster_server(stage.county, "township");
	assert_ok(cluster_sync(stage.township));
	stage.one = cluster_branch(stage.township, "one");
	stage.two = cluster_branch(stage.township, "two");
	cluster_everybody_syncs(stage.play, 3);
	stage.meeting = cluster_put(stage.one, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", "minutes=MINUTESCANARY", NULL);
	cluster_everybody_syncs(stage.play, 3);
	return stage;
}

static enum err asks(struct actor *actor, struct stage *stage, struct id *request)
{
	struct cluster_pen writing;
	struct inquiry_request asked = { .unit = stage->one->self.unit, .kind = 2, .record = stage->meeting, .why = span_string("核对") };
	cluster_write(actor, &writing);
	enum err err = pen_inquiry_ask(&writing.pen, &asked);
	cluster_written(&writing);
	*request = asked.id;
	return err;
}

static enum err keep(void *context, const struct inquiry *inquiry)
{
	*(struct inquiry *)context = *inquiry;
	return ERR_OK;
}

// The branch's only request, as `actor` holds it.
static enum inquiry_answer answer_at(struct actor *actor, struct stage *stage)
{
	struct inquiry inquiry = { .reply = { .answer = INQUIRY_OPEN } };
	struct arena arena;
	struct txn txn;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	assert_ok(inquiry_each(&txn, &stage->one->self.unit, &arena, keep, &inquiry));
	enum inquiry_answer answer = inquiry.reply.answer;
	arena_free(&arena);
	txn_abort(&txn);
	return answer;
}

static void answers(struct stage *stage, const struct id *request, enum inquiry_answer answer, enum lane expected)
{
	struct cluster_pen writing;
	struct arena arena;
	struct inquiry inquiry;
	enum lane lane;
	const struct inquiry_reply reply = { .request = *request, .answer = answer };
	arena_init(&arena, LIMIT_DECODE_BYTES);
	cluster_write(stage->one, &writing);
	assert_ok(inquiry_each(&writing.txn, &stage->one->self.unit, &arena, keep, &inquiry));
	assert_ok(pen_inquiry_lane(&writing.pen, &inquiry, &lane));
	assert_int_equal(lane, expected);
	assert_ok(pen_inquiry_answer(&writing.pen, &reply, lane));
	cluster_written(&writing);
	arena_free(&arena);
}

static void the_registrar_asks_and_reads_the_answer_and_what_was_shared(void **state)
{
	(void)state;
	struct stage stage = a_township();
	struct id request;
	assert_ok(asks(stage.township, &stage, &request));
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(cluster_count(stage.one, STORE_INQUIRY), 1);
	assert_int_equal(cluster_count(stage.two, STORE_INQUIRY), 0); // it came by, and is no concern of theirs
	assert_false(cluster_store_contains(stage.township, "MINUTESCANARY"));
	cluster_put(stage.one, "meeting", &stage.meeting, "minutes:detail=MINUTESCANARY", NULL);
	answers(&stage, &request, INQUIRY_GRANT, LANE_DETAIL);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(answer_at(stage.one, &stage), INQUIRY_GRANT);
	assert_int_equal(answer_at(stage.township, &stage), INQUIRY_GRANT);
	assert_string_equal(cluster_get(stage.township, stage.one, "meeting", &stage.meeting, "minutes"), "MINUTESCANARY");
	assert_false(cluster_store_contains(stage.county, "MINUTESCANARY"));
	cluster_free(stage.play);
}

static void the_county_asks_and_is_refused_and_a_rebuild_keeps_the_trace(void **state)
{
	(void)state;
	struct stage stage = a_township();
	struct id request;
	assert_ok(asks(stage.county, &stage, &request));
	cluster_everybody_syncs(stage.play, 3);
	answers(&stage, &request, INQUIRY_REFUSE, LANE_UP);
	cluster_everybody_syncs(stage.play, 3);
	struct actor *all[] = { stage.one, stage.county };
	static const struct id everything;
	for (size_t i = 0; i < 2; i++) {
		struct view view;
		struct txn txn;
		assert_int_equal(answer_at(all[i], &stage), INQUIRY_REFUSE);
		assert_ok(txn_begin(all[i]->store, STORE_WRITE, &txn));
		assert_ok(view_begin(&view, &txn, &all[i]->self, &all[i]->pack));
		assert_ok(view_rebuild(&view, &everything));
		assert_ok(view_end(&view));
		assert_ok(txn_commit(&txn));
		assert_int_equal(answer_at(all[i], &stage), INQUIRY_REFUSE);
	}
	cluster_free(stage.play);
}

static void nobody_but_a_superior_asks(void **state)
{
	(void)state;
	struct stage stage = a_township();
	struct id request;
	assert_err(UNAUTHORISED, asks(stage.one, &stage, &request)); // itself
	assert_ok(asks(stage.two, &stage, &request)); // a neighbour: its own store has no view of it
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(cluster_count(stage.one, STORE_INQUIRY), 0);
	assert_int_equal(cluster_count(stage.township, STORE_INQUIRY), 0);
	assert_int_equal(cluster_count(stage.township, STORE_QUARANTINE), 1);
	assert_true(cluster_count(stage.two, STORE_NOTICE) > 0);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_registrar_asks_and_reads_the_answer_and_what_was_shared),
		cmocka_unit_test(the_county_asks_and_is_refused_and_a_rebuild_keeps_the_trace),
		cmocka_unit_test(nobody_but_a_superior_asks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
