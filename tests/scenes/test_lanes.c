// Who may read what: five lanes through a county, two townships and their branches, with words that
// are searched for in every store; receipts of both tiers; who may write what.
#include "support/stages.h"
#include "support/support.h"
#include "sync/arrival.h"

static void every_lane_is_read_by_those_it_is_for(void **state)
{
	(void)state;
	struct stages_county stage = stages_county();
	cluster_put(stage.one, "meeting", NULL, "date=2026-03-05", "type=group", "topic=DETAILCANARY", "minutes=PRIVATECANARY", NULL);
	cluster_put(stage.one, "activity_day", NULL, "date=2026-03-06", "theme=UPCANARY", NULL);
	cluster_everybody_syncs(stage.play, 3);
	struct { struct actor *who; bool up, detail, private; } sight[] = {
		{ stage.one, true, true, true },       { stage.north, true, true, false },
		{ stage.county, true, false, false },  { stage.two, false, false, false },
		{ stage.south, false, false, false },  { stage.three, false, false, false },
	};
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(cluster_store_contains(sight[i].who, "UPCANARY"), sight[i].up);
		assert_int_equal(cluster_store_contains(sight[i].who, "DETAILCANARY"), sight[i].detail);
		assert_int_equal(cluster_store_contains(sight[i].who, "PRIVATECANARY"), sight[i].private);
	}
	cluster_free(stage.play);
}

// The payload of the only letter filed for its unit, in the store of `actor`; false: none or withheld.
static bool letter(struct actor *actor, const struct id *to, struct arena *arena, struct span *payload)
{
	struct txn txn;
	bool found = false;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct scan scan = scan_begin(&txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct journal_log log;
		struct entry entry;
		uint32_t number = (uint32_t)scan.key.data[0] << 24 | (uint32_t)scan.key.data[1] << 16 |
		                  (uint32_t)scan.key.data[2] << 8 | scan.key.data[3];
		assert_ok(journal_find_number(&txn, number, &log));
		if (log.name.lane != LANE_MAIL)
			continue;
		struct journal_reader reader = journal_reader_begin(&txn, &log, 0, log.peaks.size);
		while (journal_reader_next(&reader, &entry))
			if (entry.kind == ENTRY_MAIL && !entry.erased) {
				found = true;
				assert_ok(arena_copy(arena, entry.payload, payload));
			}
		assert_ok(journal_reader_end(&reader));
	}
	scan_end(&scan);
	(void)to;
	txn_abort(&txn);
	return found;
}

static void a_letter_crosses_two_townships_and_only_its_reader_opens_it(void **state)
{
	(void)state;
	struct stages_county stage = stages_county();
	struct cluster_pen writing;
	struct arena arena;
	struct span payload, words;
	struct id to;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	// The sender learns of the receiver's devices through the charter that comes down.
	cluster_write(stage.one, &writing);
	assert_ok(pen_mail(&writing.pen, &stage.three->self.unit, span_string("MAILCANARY: the dossier")));
	cluster_written(&writing);
	cluster_everybody_syncs(stage.play, 3);

	struct actor *relays[] = { stage.one, stage.north, stage.county, stage.south, stage.two };
	for (size_t i = 0; i < 5; i++)
		assert_false(cluster_store_contains(relays[i], "MAILCANARY"));
	assert_true(letter(stage.three, &stage.three->self.unit, &arena, &payload));
	assert_int_equal(cluster_count(stage.three, STORE_MAIL), 1);
	assert_ok(epoch_mail_open(payload, &stage.three->self.identity, &arena, &to, &words));
	assert_true(span_equal(words, span_string("MAILCANARY: the dossier")));
	assert_err(NO_KEY, epoch_mail_open(payload, &stage.county->self.identity, &arena, &to, &words));
	assert_err(NO_KEY, epoch_mail_open(payload, &stage.north->self.identity, &arena, &to, &words));
	assert_false(letter(stage.two, &stage.three->self.unit, &arena, &payload));

	// And back, to a neighbour in one township, past whom it does not go.
	cluster_write(stage.two, &writing);
	assert_ok(pen_mail(&writing.pen, &stage.one->self.unit, span_string("NEIGHBOURCANARY")));
	cluster_written(&writing);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(cluster_count(stage.one, STORE_MAIL), 2); // its own that went out, and this one
	assert_int_equal(cluster_count(stage.three, STORE_MAIL), 1);
	arena_free(&arena);
	cluster_free(stage.play);
}

static void receipts_of_both_tiers_reach_the_branch(void **state)
{
	(void)state;
	struct stages_county stage = stages_county();
	struct journal_log log;
	cluster_put(stage.one, "meeting", NULL, "date=2026-03-05", "type=group", "topic=一", "minutes=二", NULL);
	cluster_everybody_syncs(stage.play, 3);
	for (unsigned lane = LANE_FIRST; lane < LANE_DOWN; lane++) {
		cluster_log(stage.one, stage.one, (enum lane)lane, &log);
		assert_true(log.peaks.size > 0);
		assert_int_equal(log.receipt[0].size, log.peaks.size);
		assert_int_equal(log.receipt[0].tier, RECEIPT_RECEIVED);
		assert_true(hash_equal(&log.receipt[0].server, &stage.north->self.identity.sign_public));
		assert_ok(receipt_verify(&log.receipt[0], &log.id)); // by anybody who knows the server's key
		assert_int_equal(log.receipt[1].size, lane == LANE_UP ? log.peaks.size : 0);
	}
	cluster_log(stage.one, stage.one, LANE_UP, &log);
	assert_true(hash_equal(&log.receipt[1].server, &stage.county->self.identity.sign_public));
	assert_int_equal(log.receipt[1].tier, RECEIPT_KEPT_TWICE);
	assert_ok(receipt_verify(&log.receipt[1], &log.id));
	log.receipt[1].size--;
	assert_err(SIGNATURE, receipt_verify(&log.receipt[1], &log.id));
	cluster_free(stage.play);
}

static void a_remark_comes_down_and_its_answer_goes_up(void **state)
{
	(void)state;
	struct stages_county stage = stages_county();
	struct id meeting = cluster_put(stage.one, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	cluster_everybody_syncs(stage.play, 3);
	cluster_put_for(stage.north, stage.one, "meeting", &meeting, "remark=缺少签到", NULL);
	cluster_put_for(stage.north, stage.one, "meeting", &meeting, "follow_up=请补", NULL);
	cluster_everybody_syncs(stage.play, 3);
	assert_string_equal(cluster_get(stage.one, stage.one, "meeting", &meeting, "remark"), "缺少签到");
	assert_string_equal(cluster_get(stage.one, stage.one, "meeting", &meeting, "follow_up"), "请补");
	cluster_put(stage.one, "meeting", &meeting, "follow_up=已补", NULL);
	cluster_everybody_syncs(stage.play, 3);
	assert_string_equal(cluster_get(stage.north, stage.one, "meeting", &meeting, "follow_up"), "已补");
	assert_int_equal(cluster_values(stage.one, "meeting", &meeting, "follow_up"), 1);
	assert_string_equal(cluster_get(stage.two, stage.one, "meeting", &meeting, "remark"), ""); // no view of it
	assert_false(cluster_store_contains(stage.three, "缺少签到"));
	cluster_free(stage.play);
}

// A superior's own pen refuses; one that was altered is found out by everybody who reads.
static void a_superior_does_not_write_a_branch_s_own_field(void **state)
{
	(void)state;
	struct stages_county stage = stages_county();
	struct cluster_pen writing;
	bool changed;
	struct id meeting = cluster_put(stage.one, "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
	cluster_everybody_syncs(stage.play, 3);
	struct pen_write topic = { .field = 3, .value = { .form = VALUE_IS_TEXT, .bytes = span_string("改动") } };
	cluster_write(stage.north, &writing);
	assert_err(UNAUTHORISED, pen_set(&writing.pen, &stage.one->self.unit, 2, &meeting, &topic, 1, &changed));
	cluster_written(&writing);

	// By hand, past the pen.
	struct change_write write = { .field = 3, .chain = 9, .value = topic.value };
	struct change change = { .record = meeting, .kind = 2, .write_count = 1, .writes = &write };
	struct changes changes = { .unit = stage.one->self.unit, .pack_version = 1, .count = 1, .changes = &change };
	struct buf payload = BUF_EMPTY;
	struct journal_writer writer;
	struct txn txn;
	uint64_t seq;
	struct logname name = { .device = stage.north->self.identity.sign_public, .incarnation = stage.north->self.incarnation, .lane = LANE_DOWN };
	change_encode(&changes, &payload);
	assert_ok(txn_begin(stage.north->store, STORE_WRITE, &txn));
	assert_ok(journal_writer_begin(&writer, &txn, &name));
	uint64_t had = writer.log.peaks.size;
	assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, (stage.play->now_ms + 1000) << 16, buf_span(&payload), &seq));
	assert_ok(journal_writer_finish(&writer, &stage.north->self.identity, (stage.play->now_ms + 1000) << 16));
	struct journal_log log = writer.log;
	struct view view;
	assert_ok(view_begin(&view, &txn, &stage.north->self, &stage.north->pack));
	assert_ok(view_catch_up(&view, &log));
	assert_ok(view_end(&view));
	assert_ok(arrival_entries(&txn, &stage.north->self, &log, had, log.head.size));
	assert_ok(txn_commit(&txn));
	buf_free(&payload);
	cluster_everybody_syncs(stage.play, 3);

	assert_string_equal(cluster_get(stage.one, stage.one, "meeting", &meeting, "topic"), "春耕");
	assert_string_equal(cluster_get(stage.north, stage.one, "meeting", &meeting, "topic"), "春耕");
	assert_int_equal(cluster_count(stage.one, STORE_QUARANTINE), 1);
	assert_int_equal(cluster_count(stage.north, STORE_QUARANTINE), 1);
	assert_int_equal(cluster_count(stage.county, STORE_QUARANTINE), 1);
	assert_true(cluster_count(stage.north, STORE_NOTICE) > 0); // the server above told its author
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_lane_is_read_by_those_it_is_for),
		cmocka_unit_test(a_letter_crosses_two_townships_and_only_its_reader_opens_it),
		cmocka_unit_test(receipts_of_both_tiers_reach_the_branch),
		cmocka_unit_test(a_remark_comes_down_and_its_answer_goes_up),
		cmocka_unit_test(a_superior_does_not_write_a_branch_s_own_field),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
