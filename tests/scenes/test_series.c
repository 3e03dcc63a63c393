// Receipts without gaps: two devices, a restored store, erased and deleted ones, one that is skipped.
#include "support/stages.h"
#include "support/support.h"

#include "ledger/series.h"

static struct id pays(struct actor *actor)
{
	return cluster_put(actor, "dues", NULL, "amount=12.00", "paid=2026-03-05", NULL);
}

static void has_number(struct actor *actor, struct actor *author, const struct id *record, uint64_t number)
{
	char text[SERIES_TEXT_BYTES];
	series_format(&author->self.identity.sign_public, &author->self.incarnation, number, text);
	assert_string_equal(cluster_get(actor, author, "dues", record, "receipt"), text);
}

static void each_device_counts_for_itself(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	for (uint64_t i = 1; i <= 3; i++) {
		struct id one = pays(stage.desk), two = pays(stage.tablet);
		has_number(stage.desk, stage.desk, &one, i);
		has_number(stage.tablet, stage.tablet, &two, i);
	}
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(cluster_count(stage.north, STORE_QUARANTINE), 0);
	assert_int_equal(cluster_count(stage.north, STORE_SERIES), 2);
	assert_int_equal(cluster_count(stage.desk, STORE_SERIES), 2);
	cluster_free(stage.play);
}

static void a_number_comes_with_the_payment_and_stays(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	struct id due = cluster_put(stage.desk, "dues", NULL, "amount=12.00", NULL);
	assert_string_equal(cluster_get(stage.desk, stage.desk, "dues", &due, "receipt"), "");
	cluster_put(stage.desk, "dues", &due, "paid=2026-03-05", NULL);
	has_number(stage.desk, stage.desk, &due, 1);
	cluster_put(stage.desk, "dues", &due, "paid=2026-03-06", NULL);
	has_number(stage.desk, stage.desk, &due, 1);
	cluster_free(stage.play);
}

static void a_restored_store_begins_a_new_series(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	pays(stage.desk);
	cluster_everybody_syncs(stage.play, 3);
	struct store *backup = cluster_backup(stage.desk);
	pays(stage.desk);
	cluster_everybody_syncs(stage.play, 3);
	cluster_restore(stage.desk, backup);
	cluster_new_life(stage.desk);
	struct id after = pays(stage.desk);
	has_number(stage.desk, stage.desk, &after, 1); // of its new life
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(cluster_count(stage.north, STORE_QUARANTINE), 0);
	assert_int_equal(cluster_count(stage.north, STORE_SERIES), 2);
	cluster_free(stage.play);
}

static void write_number(struct actor *actor, uint64_t number, enum lane lane)
{
	struct cluster_pen writing;
	char text[SERIES_TEXT_BYTES];
	series_format(&actor->self.identity.sign_public, &actor->self.incarnation, number, text);
	struct change_write write = { .field = 1, .chain = 1, .value = { .form = VALUE_IS_TEXT, .bytes = span_string(text) } };
	struct change change = { .kind = 6, .write_count = 1, .writes = &write };
	struct changes changes = { .pack_version = 1, .count = 1, .changes = &change };
	struct buf payload = BUF_EMPTY;
	uint64_t at;
	cluster_write(actor, &writing);
	change.record = pen_new_id(&writing.pen);
	change_encode(&changes, &payload);
	struct journal_writer *writer = &writing.pen.writer[lane];
	struct logname name = { .device = actor->self.identity.sign_public, .incarnation = actor->self.incarnation, .lane = lane };
	assert_ok(journal_writer_begin(writer, &writing.txn, &name));
	writing.pen.open[lane] = true;
	writing.pen.first[lane] = writer->log.peaks.size;
	assert_ok(journal_writer_append(writer, ENTRY_CHANGES, 1, buf_span(&payload), &at));
	cluster_written(&writing);
	buf_free(&payload);
}

static void a_number_that_is_not_the_next_is_set_aside_everywhere(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	pays(stage.tablet);
	write_number(stage.tablet, 3, LANE_DETAIL); // skips one
	write_number(stage.tablet, 1, LANE_DETAIL); // the first again
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(cluster_count(stage.north, STORE_QUARANTINE), 2);
	assert_int_equal(cluster_count(stage.desk, STORE_QUARANTINE), 2);
	cluster_free(stage.play);
}

static void what_was_erased_leaves_room_for_its_number(void **state)
{
	(void)state;
	struct stages_branch stage = stages_branch("../data/flow.yaml");
	struct journal_log log;
	struct txn txn;
	struct view view;
	pays(stage.desk);
	pays(stage.desk);
	cluster_log(stage.desk, stage.desk, LANE_DETAIL, &log);
	pays(stage.desk);
	cluster_everybody_syncs(stage.play, 3);
	assert_ok(txn_begin(stage.north->store, STORE_WRITE, &txn));
	assert_ok(journal_erase(&txn, &log, log.peaks.size - 1)); // of the second
	assert_ok(view_begin(&view, &txn, &stage.north->self, &stage.north->pack));
	assert_ok(view_rebuild(&view, &stage.desk->self.unit));
	assert_ok(view_end(&view));
	assert_ok(txn_commit(&txn));
	assert_int_equal(cluster_count(stage.north, STORE_QUARANTINE), 0);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_device_counts_for_itself),
		cmocka_unit_test(a_number_comes_with_the_payment_and_stays),
		cmocka_unit_test(a_restored_store_begins_a_new_series),
		cmocka_unit_test(a_number_that_is_not_the_next_is_set_aside_everywhere),
		cmocka_unit_test(what_was_erased_leaves_room_for_its_number),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
