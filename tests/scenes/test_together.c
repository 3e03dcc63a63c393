// Figures of the records of a month together (distinct, least, greatest), from two branches up to the county.
#include <stdio.h>

#include "base/pb.h"
#include "store.pb-c.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/proof.h"

struct stage {
	struct cluster *play;
	struct actor *county, *township, *first, *tablet, *second;
};

static struct stage two_branches(void)
{
	struct stage stage = { .play = cluster_new_with("../data/fields.yaml") };
	stage.county = cluster_found(stage.play, "县");
	stage.township = cluster_server(stage.county, "镇");
	assert_ok(cluster_sync(stage.township));
	stage.first = cluster_branch(stage.township, "一支部");
	stage.second = cluster_branch(stage.township, "二支部");
	assert_ok(cluster_sync(stage.first));
	assert_ok(cluster_sync(stage.second));
	stage.tablet = cluster_device(stage.first, "平板");
	for (unsigned i = 0; i < 2; i++) {
		assert_ok(cluster_sync(stage.tablet));
		assert_ok(cluster_sync(stage.first));
	}
	return stage;
}

static struct id visit(struct actor *actor, const char *day, const char *home, const char *minutes)
{
	char day_text[64] = "day=", home_text[64] = "home=", minutes_text[64] = "minutes=";
	actor->cluster->now_ms += 60 * 1000;
	return cluster_put(actor, "visit", NULL, strcat(day_text, day), strcat(home_text, home), strcat(minutes_text, minutes), NULL);
}

static void everybody_syncs(struct stage *stage)
{
	for (unsigned i = 0; i < 3; i++) {
		assert_ok(cluster_sync(stage->first));
		assert_ok(cluster_sync(stage->second));
		assert_ok(cluster_sync(stage->township));
	}
}

static void are(struct actor *actor, struct actor *unit, const char *period, int64_t homes, int64_t shortest)
{
	assert_int_equal(cluster_figure(actor, unit, "homes", period), homes);
	assert_int_equal(cluster_figure(actor, unit, "shortest", period), shortest);
}

static void what_is_seen_together_adds_up_and_the_least_is_the_least_of_all(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	visit(stage.first, "2026-03-05", "甲户", "40");
	visit(stage.first, "2026-03-06", "甲户", "25");
	struct id short_one = visit(stage.first, "2026-03-07", "乙户", "0");
	visit(stage.second, "2026-03-07", "甲户", "30");
	visit(stage.second, "2026-02-07", "甲户", "-5");
	everybody_syncs(&stage);
	are(stage.first, stage.first, "2026-03", 2, 0);
	are(stage.township, stage.first, "2026-03", 2, 0);
	are(stage.township, stage.township, "2026-03", 3, 0);
	are(stage.county, stage.county, "2026-03", 3, 0);
	are(stage.county, stage.county, "2026Q1", 4, -5);

	cluster_put(stage.first, "visit", &short_one, "minutes=90", "home=甲户", NULL); // the least goes, and a home with it
	everybody_syncs(&stage);
	are(stage.first, stage.first, "2026-03", 1, 25);
	are(stage.township, stage.township, "2026-03", 2, 25);
	are(stage.county, stage.county, "2026-03", 2, 25);
	cluster_free(stage.play);
}

// Two devices of a branch that have not heard of each other; then one is revoked and what it alone knew goes.
static void what_a_revoked_device_wrote_is_taken_out_of_the_figures(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	visit(stage.first, "2026-03-05", "甲户", "40");
	everybody_syncs(&stage);
	assert_ok(cluster_sync(stage.tablet));
	struct journal_log cut[LANE_END];
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		cluster_log(stage.township, stage.tablet, (enum lane)lane, &cut[lane]);
	visit(stage.tablet, "2026-03-06", "乙户", "3");
	visit(stage.first, "2026-03-06", "丙户", "50");
	assert_ok(cluster_sync(stage.tablet));
	everybody_syncs(&stage);
	are(stage.first, stage.first, "2026-03", 3, 3);
	are(stage.county, stage.county, "2026-03", 3, 3);

	cluster_revoke_at(stage.township, stage.tablet, cut);
	everybody_syncs(&stage);
	are(stage.first, stage.first, "2026-03", 2, 40);
	are(stage.township, stage.township, "2026-03", 2, 40);
	are(stage.county, stage.county, "2026-03", 2, 40);
	cluster_free(stage.play);
}

static void computed_again_from_the_logs_the_figures_are_the_same(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	visit(stage.first, "2026-03-05", "甲户", "40");
	visit(stage.first, "2026-03-05", "乙户", "7");
	visit(stage.second, "2026-03-05", "乙户", "9");
	everybody_syncs(&stage);
	struct actor *all[] = { stage.first, stage.second, stage.township, stage.county };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		cluster_rebuild(all[i]);
	are(stage.first, stage.first, "2026-03", 2, 7);
	are(stage.township, stage.township, "2026-03", 3, 7);
	are(stage.county, stage.county, "2026-03", 3, 7);
	visit(stage.second, "2026-03-08", "丁户", "1"); // and go on from there
	everybody_syncs(&stage);
	are(stage.county, stage.county, "2026-03", 4, 1);
	cluster_free(stage.play);
}

// The devices' clocks say nothing: what the township receipted when is what counts, for every device alike.
static void what_was_received_late_is_counted_by_receipts(void **state)
{
	(void)state;
	struct stage stage = two_branches(); // on 20 March
	visit(stage.first, "2026-03-09", "甲户", "1"); // eleven days
	struct id in_time = visit(stage.first, "2026-03-10", "甲户", "1");
	visit(stage.tablet, "2026-02-01", "甲户", "1");
	assert_ok(cluster_sync(stage.tablet));
	everybody_syncs(&stage);
	assert_ok(cluster_sync(stage.tablet));
	everybody_syncs(&stage);
	assert_ok(cluster_sync(stage.tablet));
	struct actor *all[] = { stage.first, stage.tablet, stage.township, stage.county };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct actor *unit = all[i]->self.server ? all[i] : stage.first;
		assert_int_equal(cluster_figure(all[i], unit, "visits_late", "2026-03"), 1);
		assert_int_equal(cluster_figure(all[i], unit, "visits_late", "2026-02"), 1);
	}
	// Corrected weeks later, what was in time stays so: the first receipt tells. Moved back, it was late.
	stage.play->now_ms += UINT64_C(40) * 24 * 3600 * 1000;
	cluster_put(stage.first, "visit", &in_time, "minutes=2", NULL);
	everybody_syncs(&stage);
	assert_int_equal(cluster_figure(stage.county, stage.county, "visits_late", "2026-03"), 1);
	cluster_put(stage.first, "visit", &in_time, "day=2026-03-01", NULL);
	everybody_syncs(&stage);
	assert_int_equal(cluster_figure(stage.county, stage.county, "visits_late", "2026-03"), 2);
	cluster_rebuild(stage.first);
	cluster_rebuild(stage.tablet);
	assert_ok(cluster_sync(stage.tablet));
	assert_int_equal(cluster_figure(stage.first, stage.first, "visits_late", "2026-03"), 2);
	assert_int_equal(cluster_figure(stage.tablet, stage.first, "visits_late", "2026-03"), 2);
	cluster_free(stage.play);
}

static enum err write_receipt(struct actor *actor, const struct receipt *receipt, size_t cut)
{
	struct cluster_pen writing;
	struct journal_log log;
	struct buf payload = BUF_EMPTY;
	uint8_t bytes[RECEIPT_BYTES];
	Tributary__LogReceipt item = TRIBUTARY__LOG_RECEIPT__INIT, *list[] = { &item };
	Tributary__Receipts message = TRIBUTARY__RECEIPTS__INIT;
	cluster_log(actor, actor, LANE_DETAIL, &log);
	receipt_encode(receipt, bytes);
	item.log = pb_bytes(hash_span(&log.id));
	item.receipt = pb_bytes(span_of(bytes, sizeof bytes - cut));
	message.receipts = list;
	message.n_receipts = 1;
	pb_pack(&message.base, &payload);
	cluster_write(actor, &writing);
	enum err err = pen_entry(&writing.pen, LANE_UP, ENTRY_RECEIPTS, buf_span(&payload), NULL);
	cluster_written(&writing);
	buf_free(&payload);
	return err;
}

// A branch that would rather have been in time.
static void a_receipt_that_no_server_above_gave_counts_for_nothing(void **state)
{
	(void)state;
	struct stage stage = two_branches();
	struct journal_log log;
	visit(stage.first, "2026-03-05", "甲户", "40");
	cluster_log(stage.first, stage.first, LANE_DETAIL, &log);
	struct receipt receipt = { .size = log.head.size, .root = log.head.root, .tier = RECEIPT_RECEIVED, .time = 1 };
	receipt_sign(&receipt, &stage.first->self.identity, &log.id);
	assert_err(UNAUTHORISED, write_receipt(stage.first, &receipt, 0)); // its own word
	assert_err(MALFORMED, write_receipt(stage.first, &receipt, 1));
	receipt_sign(&receipt, &stage.township->self.identity, &log.id);
	receipt.time = 2; // signed with another
	assert_err(MALFORMED, write_receipt(stage.first, &receipt, 0));
	assert_int_equal(cluster_count(stage.first, STORE_QUARANTINE), 0);
	everybody_syncs(&stage);
	assert_int_equal(cluster_figure(stage.county, stage.county, "visits_late", "2026-03"), 1);
	cluster_free(stage.play);
}

// ---- Proofs ----

static struct store *fresh(void *context)
{
	(void)context;
	return store_memory_new();
}

static void drop(void *context, struct store *store)
{
	(void)context;
	store_memory_free(store);
}

static void count_entries(void *context, const struct proof_line *line)
{
	*(unsigned *)context += line->finding == PROOF_ENTRIES && line->holds;
}

static enum err prove(struct actor *server, const char *metric, const char *period, struct buf *file)
{
	struct txn txn;
	struct proof_claim claim = { .unit = server->self.unit, .metric = pack_metric_by_name(cluster_pack(server), metric)->number };
	assert_ok(period_parse(period, &claim.period));
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	enum err err = proof_make(&txn, &server->self, &server->pack, &claim, server->cluster->now_ms, file);
	txn_abort(&txn);
	return err;
}

static enum err verify(struct span file, unsigned *entries, int64_t *value)
{
	struct arena arena;
	struct view_pack pack;
	const char *name;
	struct proof_claim claim;
	struct proof_reader reader = { .fresh = fresh, .drop = drop, .line = count_entries, .context = entries };
	*entries = 0;
	arena_init(&arena, 64 * LIMIT_DECODE_BYTES);
	view_pack_init(&pack);
	enum err err = proof_verify(file, &reader, &arena, &claim, &pack, &name);
	*value = claim.value;
	view_pack_free(&pack);
	arena_free(&arena);
	return err;
}

static void each_is_followed_down_to_the_entries(void **state)
{
	(void)state;
	static const struct { const char *metric; int64_t value; } claims[] = { { "homes", 3 }, { "shortest", 0 }, { "dearest", 9000 } };
	struct stage stage = two_branches();
	cluster_put(stage.first, "due", NULL, "month=2026-03", "base=90", NULL);
	visit(stage.first, "2026-03-05", "甲户", "0");
	visit(stage.first, "2026-03-05", "乙户", "7");
	visit(stage.second, "2026-03-05", "乙户", "9");
	everybody_syncs(&stage);
	for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
		struct buf file = BUF_EMPTY;
		unsigned entries;
		int64_t value;
		assert_ok(prove(stage.township, claims[i].metric, "2026-03", &file));
		assert_ok(verify(buf_span(&file), &entries, &value));
		assert_int_equal(value, claims[i].value);
		assert_true(entries >= 1);
		file.data[file.size / 2] ^= 1;
		assert_int_not_equal(verify(buf_span(&file), &entries, &value), ERR_OK);
		buf_free(&file);
	}
	struct buf none = BUF_EMPTY;
	assert_err(NOT_FOUND, prove(stage.township, "shortest", "2026-01", &none)); // nobody has a number there
	assert_ok(prove(stage.township, "homes", "2026-01", &none));
	buf_free(&none);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_seen_together_adds_up_and_the_least_is_the_least_of_all),
		cmocka_unit_test(what_a_revoked_device_wrote_is_taken_out_of_the_figures),
		cmocka_unit_test(computed_again_from_the_logs_the_figures_are_the_same),
		cmocka_unit_test(what_was_received_late_is_counted_by_receipts),
		cmocka_unit_test(a_receipt_that_no_server_above_gave_counts_for_nothing),
		cmocka_unit_test(each_is_followed_down_to_the_entries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
