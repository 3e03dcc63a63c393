// Scorecards in a county: branches report, the township assesses and ranks, the county sees the same; and
// what members have earned stays in their branch, of which only how many stand in each band is seen above.
#include "support/cluster.h"
#include "support/support.h"

#include <stdio.h>

#include "io/file.h"
#include "io/pack_yaml.h"
#include "ledger/score_points.h"
#include "ledger/score_reader.h"
#include "org/ranking_kept.h"
#include "support/scratch.h"
#include "sync/join.h"

static const struct period quarter = { .first = 2026 * 12, .last = 2026 * 12 + 2 };
static const struct period year = { .first = 2026 * 12, .last = 2026 * 12 + 11 };

enum { STUDY = 1, WORK = 2, EXEMPT = 4 }; // sorts of points
enum { DAY_MS = 24 * 60 * 60 * 1000 };

struct stage {
	struct cluster *play;
	struct actor *county, *north, *one, *two, *three, *four;
	struct arena arena;
};

static void everybody_syncs(struct stage *stage)
{
	struct actor *all[] = { stage->one, stage->two, stage->three, stage->north };
	for (unsigned i = 0; i < 3; i++)
		for (size_t k = 0; k < sizeof all / sizeof *all; k++)
			assert_ok(cluster_sync(all[k]));
}

static void open_stage(struct stage *stage)
{
	const char *why = "";
	*stage = (struct stage){ .play = cluster_new() };
	arena_init(&stage->arena, LIMIT_DECODE_BYTES);
	buf_clear(&stage->play->pack);
	assert_ok(pack_yaml_compile("../data/score.yaml", &stage->play->pack, &stage->arena, &why));
	stage->county = cluster_found(stage->play, "county");
	stage->north = cluster_server(stage->county, "north");
	assert_ok(cluster_sync(stage->north));
	stage->one = cluster_branch(stage->north, "one");
	stage->two = cluster_branch(stage->north, "two");
	stage->three = cluster_branch(stage->north, "three");
	stage->four = cluster_branch(stage->north, "four"); // has joined, and is not heard of again
	everybody_syncs(stage);
}

static void close_stage(struct stage *stage)
{
	arena_free(&stage->arena);
	cluster_free(stage->play);
}

// ---- What they do ----

static void meets(struct actor *branch, const char *date, const char *type, const char *due, const char *came)
{
	char on[24], is[24], should[24], did[24];
	snprintf(on, sizeof on, "date=%s", date);
	snprintf(is, sizeof is, "type=%s", type);
	snprintf(should, sizeof should, "due=%s", due);
	snprintf(did, sizeof did, "came=%s", came);
	cluster_put(branch, "meeting", NULL, on, is, "topic=会", should, did, NULL);
}

// Three group meetings and a lecture, all but one there: 60 of 60 points.
static void works_well(struct actor *branch)
{
	meets(branch, "2026-01-05", "group", "10", "10");
	meets(branch, "2026-02-05", "group", "10", "9");
	meets(branch, "2026-03-05", "group", "10", "10");
	meets(branch, "2026-03-06", "lecture", "10", "10");
}

static void assesses_for(struct actor *server, struct actor *branch, struct period period, const char *order)
{
	char given[24], month[PERIOD_TEXT_BYTES], last[32];
	struct id record = score_reader_record(3, period);
	date_format_month(period.last, month);
	snprintf(last, sizeof last, "month=%s", month);
	snprintf(given, sizeof given, "order=%s", order);
	cluster_put_for(server, branch, "assessment", &record, last, given, "extra=0", NULL);
}

static void assesses(struct actor *server, struct actor *branch, const char *order)
{
	assesses_for(server, branch, quarter, order);
}

static void assesses_itself_for(struct actor *branch, struct period period, const char *site)
{
	char given[24], month[PERIOD_TEXT_BYTES], last[32];
	struct id record = score_reader_record(4, period);
	date_format_month(period.last, month);
	snprintf(last, sizeof last, "month=%s", month);
	snprintf(given, sizeof given, "site=%s", site);
	cluster_put(branch, "self_assessment", &record, last, given, NULL);
}

static void assesses_itself(struct actor *branch, const char *site)
{
	assesses_itself_for(branch, quarter, site);
}

// ---- What they see ----

static unsigned kept_seen; // scores that were kept, of all that were looked at

// What is kept of scores is what they come to when everything is read.
static void kept_is_true(struct stage *stage, struct ranking_request *request, const struct score_rank *ranks, size_t count)
{
	struct score_rank *anew;
	size_t again;
	request->anew = true;
	assert_ok(ranking_compute(request, &stage->arena, &anew, &again));
	assert_int_equal(again, count);
	for (size_t i = 0; i < count; i++) {
		struct score_rank kept;
		assert_memory_equal(anew[i].unit.bytes, ranks[i].unit.bytes, LIMIT_ID_BYTES);
		assert_int_equal(anew[i].rank, ranks[i].rank);
		assert_int_equal(anew[i].apart, ranks[i].apart);
		assert_int_equal(anew[i].total, ranks[i].total);
		assert_int_equal(anew[i].award, ranks[i].award);
		assert_ptr_equal(anew[i].band, ranks[i].band);
		assert_int_equal(anew[i].approved, ranks[i].approved);
		assert_int_equal(anew[i].months, ranks[i].months);
		int32_t through = request->period.last < request->month ? request->period.last : request->month;
		if (!ranking_kept_get(request->txn, &anew[i].unit, request->card, request->period, through, &kept))
			kept_seen++;
	}
}

static struct score_rank *ranked_by(struct stage *stage, struct actor *server, struct period period, size_t *count)
{
	int32_t month = date_month(date_of_ms(stage->play->now_ms, 0));
	struct txn txn;
	struct score_rank *ranks;
	const struct pack *pack = cluster_pack(server);
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	struct ranking_request request = {
		.txn = &txn, .pack = pack, .card = pack_score_by_name(pack, "flag"), .unit = stage->north->self.unit,
		.period = period, .month = month,
	};
	assert_ok(ranking_compute(&request, &stage->arena, &ranks, count));
	kept_is_true(stage, &request, ranks, *count);
	txn_abort(&txn);
	return ranks;
}

static void expect_rank(const struct score_rank *rank, struct actor *branch, uint32_t place, bool tied, int64_t total,
                        const char *apart)
{
	assert_memory_equal(rank->unit.bytes, branch->self.unit.bytes, LIMIT_ID_BYTES);
	assert_int_equal(rank->rank, place);
	assert_int_equal(rank->tied, tied);
	assert_int_equal(rank->total, total);
	assert_string_equal(score_rank_apart_name(rank->apart), apart);
}

static int64_t own_total(struct stage *stage, struct actor *branch)
{
	struct txn txn;
	struct score score;
	const struct pack *pack = cluster_pack(branch);
	assert_ok(txn_begin(branch->store, STORE_READ, &txn));
	struct score_store store = { .txn = &txn, .pack = pack, .owner = cell_owner_own(&branch->self.unit),
	                             .unit = branch->self.unit, .arena = &stage->arena };
	struct score_reader reader = score_reader_of(&store);
	assert_ok(score_compute(pack_score_by_name(pack, "flag"), quarter, &reader, &stage->arena, &score));
	txn_abort(&txn);
	return score.total;
}

static void a_township_and_its_county_rank_alike_and_a_branch_sees_its_own_points(void **state)
{
	(void)state;
	struct stage stage;
	size_t count;
	open_stage(&stage);
	struct actor *branches[] = { stage.one, stage.two, stage.three };
	for (size_t i = 0; i < 3; i++) {
		works_well(branches[i]);
		assesses_itself(branches[i], "10");
	}
	everybody_syncs(&stage);
	assesses(stage.north, stage.one, "27.5");
	assesses(stage.north, stage.two, "30");
	assesses(stage.north, stage.three, "27.5");
	everybody_syncs(&stage);

	struct actor *servers[] = { stage.north, stage.county };
	for (size_t i = 0; i < 2; i++) {
		struct score_rank *ranks = ranked_by(&stage, servers[i], quarter, &count);
		assert_int_equal(count, 4);
		bool swapped = memcmp(stage.one->self.unit.bytes, stage.three->self.unit.bytes, LIMIT_ID_BYTES) > 0;
		expect_rank(&ranks[0], stage.two, 1, false, 10000, "");
		expect_rank(&ranks[1], swapped ? stage.three : stage.one, 2, true, 9750, "");
		expect_rank(&ranks[2], swapped ? stage.one : stage.three, 2, true, 9750, "");
		expect_rank(&ranks[3], stage.four, 0, false, 0, "silent");
		assert_int_equal(ranks[0].award, 60000);
		assert_int_equal(ranks[1].award, 50000);
		assert_int_equal(ranks[2].award, 50000);
	}
	assert_int_equal(own_total(&stage, stage.one), 9750);
	assert_int_equal(own_total(&stage, stage.two), 10000);

	// The township thinks again; what a branch deletes of it stays.
	struct id record = score_reader_record(3, quarter);
	assesses(stage.north, stage.one, "20");
	everybody_syncs(&stage);
	cluster_put(stage.one, "meeting", NULL, "date=2026-03-09", "type=group", "topic=未报", NULL); // not reported yet
	assert_string_equal(cluster_get(stage.one, stage.one, "assessment", &record, "order"), "20.00");
	struct score_rank *ranks = ranked_by(&stage, stage.north, quarter, &count);
	expect_rank(&ranks[2], stage.one, 3, false, 9000, "");
	close_stage(&stage);
}

static void what_is_not_assessed_or_belongs_to_others_does_not_rank(void **state)
{
	(void)state;
	struct stage stage;
	size_t count;
	open_stage(&stage);
	works_well(stage.one);
	works_well(stage.two);
	assesses_itself(stage.one, "10");
	everybody_syncs(&stage);
	assesses(stage.north, stage.one, "30");
	assesses(stage.north, stage.two, "30");
	everybody_syncs(&stage);
	struct score_rank *ranks = ranked_by(&stage, stage.north, quarter, &count);
	assert_int_equal(count, 4);
	expect_rank(&ranks[0], stage.one, 1, false, 10000, "");
	for (size_t i = 1; i < 3; i++)
		assert_string_equal(score_rank_apart_name(ranks[i].apart), "silent");
	expect_rank(&ranks[3], stage.two, 0, false, 9000, "waiting");
	assert_int_equal(ranks[0].award, 60000);

	// A branch cannot give itself what is the township's to give.
	struct cluster_pen writing;
	bool changed;
	struct id record = score_reader_record(3, quarter);
	struct pen_write order = { .field = 2, .value = { .form = VALUE_IS_NUMBER, .number = 2900 } };
	cluster_write(stage.two, &writing);
	assert_err(UNAUTHORISED, pen_set(&writing.pen, NULL, 3, &record, &order, 1, &changed));
	cluster_written(&writing);

	// The year is under way: its first quarter counts in a year, and nobody is ranked on an unfinished one.
	ranks = ranked_by(&stage, stage.north, year, &count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(ranks[i].rank, 0);
	close_stage(&stage);
}

static void who_was_entered_later_owes_the_periods_before_too(void **state)
{
	(void)state;
	struct stage stage;
	size_t count;
	open_stage(&stage);
	stage.play->now_ms += 200 * (uint64_t)DAY_MS;
	struct actor *five = cluster_branch(stage.north, "five");
	assert_ok(cluster_sync(five));
	works_well(five); // out of the paper book
	assesses_itself(five, "10");
	assert_ok(cluster_sync(five));
	everybody_syncs(&stage);
	assesses(stage.north, five, "30");
	struct score_rank *ranks = ranked_by(&stage, stage.north, quarter, &count);
	assert_int_equal(count, 5);
	expect_rank(&ranks[0], five, 1, false, 10000, "");
	close_stage(&stage);
}

// One is always the better and two is last below 85: quarter after quarter it gets worse, until the next year.
static void repetition_has_its_consequences_and_a_new_year_forgets_them(void **state)
{
	(void)state;
	static const char *const consequences[] = { "statement", "no_award", "referral", "referral", "statement" };
	struct stage stage;
	size_t count;
	open_stage(&stage);
	for (int32_t n = 0; n < 5; n++) {
		struct period now = { .first = quarter.first + 3 * n, .last = quarter.last + 3 * n };
		if (n)
			stage.play->now_ms += UINT64_C(91) * 24 * 3600 * 1000;
		cluster_put(stage.one, "meeting", NULL, "date=2026-01-05", "type=group", "topic=会", NULL); // vouches for the months
		cluster_put(stage.two, "meeting", NULL, "date=2026-01-05", "type=group", "topic=会", NULL);
		assesses_itself_for(stage.one, now, "10");
		assesses_itself_for(stage.two, now, "9");
		everybody_syncs(&stage);
		assesses_for(stage.north, stage.one, now, "30");
		assesses_for(stage.north, stage.two, now, "30");
		everybody_syncs(&stage);
		struct score_rank *ranks = ranked_by(&stage, stage.north, now, &count);
		assert_int_equal(count, 4);
		assert_memory_equal(ranks[1].unit.bytes, stage.two->self.unit.bytes, LIMIT_ID_BYTES);
		assert_true(ranks[1].last);
		assert_int_equal(ranks[1].hits, n == 4 ? 1 : n + 1);
		assert_string_equal(ranks[1].consequence->name, consequences[n]);
		assert_int_equal(ranks[1].award_lost, n >= 1 && n < 4);
		assert_int_equal(ranks[0].hits, 0);
	}
	// The year as a whole: by the weighted means, and telling whose award is lost.
	struct score_rank *ranks = ranked_by(&stage, stage.north, year, &count);
	assert_memory_equal(ranks[0].unit.bytes, stage.one->self.unit.bytes, LIMIT_ID_BYTES);
	assert_int_equal(ranks[0].denominator, 5);
	assert_int_equal(ranks[0].rank, 1);
	assert_false(ranks[0].award_lost);
	assert_int_equal(ranks[1].rank, 2);
	assert_true(ranks[1].award_lost);
	assert_null(ranks[1].consequence);
	assert_int_equal(ranks[1].award, 0);
	close_stage(&stage);
}

static int64_t sampled(struct stage *stage, struct actor *actor)
{
	struct txn txn;
	struct score score;
	const struct pack *pack = cluster_pack(actor);
	const struct pack_scorecard *card = pack_score_by_name(pack, "sample");
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct score_store store = { .txn = &txn, .pack = pack, .owner = cell_owner_own(&stage->one->self.unit),
	                             .unit = stage->one->self.unit, .arena = &stage->arena };
	struct score_reader reader = score_reader_of(&store);
	assert_ok(score_compute(card, score_period(card, quarter.last), &reader, &stage->arena, &score));
	txn_abort(&txn);
	return score.waiting ? -1 : score.total;
}

// The county, past the township; the township, too, is above the branch.
static void any_superior_gives_what_is_for_any_superior_to_give(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage);
	struct id record = score_reader_record(6, (struct period){ .first = quarter.first, .last = quarter.first + 5 });
	assert_int_equal(sampled(&stage, stage.one), -1);
	cluster_put_for(stage.county, stage.one, "county_assessment", &record, "month=2026-06", "sample=4", NULL);
	everybody_syncs(&stage);
	assert_int_equal(sampled(&stage, stage.one), 400);
	assert_int_equal(sampled(&stage, stage.north), 400);
	assert_int_equal(sampled(&stage, stage.county), 400);
	cluster_put_for(stage.north, stage.one, "county_assessment", &record, "sample=3", NULL);
	everybody_syncs(&stage);
	assert_int_equal(sampled(&stage, stage.one), 300); // it knew of the county's, and replaces it
	assert_int_equal(sampled(&stage, stage.county), 300);
	assert_int_equal(cluster_count(stage.one, STORE_CONFLICT), 0);
	close_stage(&stage);
}

// ---- Individuals ----

static int64_t in_band(struct actor *actor, struct actor *unit, uint16_t band)
{
	struct txn txn;
	struct cell_owner owner = cell_owner_own(&unit->self.unit);
	int64_t count;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	if (actor->self.server)
		assert_ok(tally_sum_owner(&txn, &unit->self.unit, &owner));
	assert_ok(score_points_count(&txn, &owner, pack_score_by_name(cluster_pack(actor), "members"), band, year, &count));
	txn_abort(&txn);
	return count;
}

static void earns(struct actor *branch, struct id member, int64_t sort, int64_t hundredths)
{
	struct cluster_pen writing;
	bool changed;
	const struct pen_write writes[] = {
		{ .field = 1, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(&member) } },
		{ .field = 2, .value = { .form = VALUE_IS_NUMBER, .number = date_from_civil(2026, 2, 1) } },
		{ .field = 3, .value = { .form = VALUE_IS_NUMBER, .number = hundredths } },
		{ .field = 4, .value = { .form = VALUE_IS_NUMBER, .number = sort } },
		{ .field = 5, .value = { .form = VALUE_IS_TEXT, .bytes = span_string("POINTSCANARY") } },
		{ .field = 6, .value = { .form = VALUE_IS_NUMBER, .number = 2 } },
	};
	cluster_write(branch, &writing);
	struct id record = pen_new_id(&writing.pen);
	assert_ok(pen_set(&writing.pen, NULL, 5, &record, writes, sizeof writes / sizeof *writes, &changed));
	cluster_written(&writing);
}

static void only_the_count_of_each_band_goes_up(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage);
	struct id zhao = cluster_put(stage.one, "member", NULL, "name=NAMECANARY", "standard=working", NULL);
	struct id qian = cluster_put(stage.one, "member", NULL, "name=钱", "standard=working", NULL);
	struct id sun = cluster_put(stage.one, "member", NULL, "name=孙", "standard=retired", NULL);
	earns(stage.one, zhao, STUDY, 3000);
	earns(stage.one, zhao, WORK, 4000);
	earns(stage.one, qian, WORK, 3377); // 53.77
	earns(stage.one, sun, EXEMPT, 0);
	struct id li = cluster_put(stage.two, "member", NULL, "name=李", "standard=retired", NULL);
	earns(stage.two, li, WORK, 1200); // 32
	everybody_syncs(&stage);
	assert_int_equal(in_band(stage.one, stage.one, 1), 1);
	assert_int_equal(in_band(stage.north, stage.one, 1), 1);
	assert_int_equal(in_band(stage.north, stage.one, 4), 1);
	assert_int_equal(in_band(stage.north, stage.one, 5), 1);
	assert_int_equal(in_band(stage.north, stage.north, 4), 2);
	assert_int_equal(in_band(stage.county, stage.north, 4), 2);
	assert_int_equal(in_band(stage.county, stage.county, 1), 1);

	// Nothing else: neither names nor points nor the table of scores.
	struct actor *servers[] = { stage.north, stage.county };
	static const char *const canaries[] = { "NAMECANARY", "POINTSCANARY" };
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(cluster_count(servers[i], STORE_SCORE), 0);
		for (size_t k = 0; k < 2; k++)
			assert_false(cluster_store_contains(servers[i], canaries[k]));
	}
	assert_true(cluster_store_contains(stage.one, "POINTSCANARY"));
	assert_int_equal(cluster_count(stage.one, STORE_SCORE), 3);
	assert_int_equal(cluster_count(stage.two, STORE_SCORE), 1);

	// Somebody improves, somebody leaves.
	earns(stage.one, qian, STUDY, 2000);
	cluster_put(stage.one, "member", &zhao, "left=2026-03-01", NULL);
	everybody_syncs(&stage);
	assert_int_equal(in_band(stage.county, stage.north, 1), 0);
	assert_int_equal(in_band(stage.county, stage.north, 3), 1);
	assert_int_equal(in_band(stage.county, stage.north, 4), 1);

	// A second device of the branch comes to the same, and so does a view computed from nothing.
	struct actor *tablet = cluster_device(stage.one, "tablet");
	assert_ok(cluster_sync(stage.one));
	assert_ok(cluster_sync(tablet));
	assert_int_equal(cluster_count(tablet, STORE_SCORE), 3);
	assert_int_equal(in_band(tablet, tablet, 3), 1);
	static const struct id everything;
	struct txn txn;
	struct view view;
	assert_ok(txn_begin(stage.one->store, STORE_WRITE, &txn));
	assert_ok(view_begin(&view, &txn, &stage.one->self, &stage.one->pack));
	assert_ok(view_rebuild(&view, &everything));
	assert_ok(view_end(&view));
	assert_ok(txn_commit(&txn));
	assert_int_equal(cluster_count(stage.one, STORE_SCORE), 3);
	assert_int_equal(in_band(stage.one, stage.one, 3), 1);
	assert_int_equal(in_band(stage.one, stage.one, 5), 1);
	close_stage(&stage);
}

// The pack as version 2, in which excellent begins at 85 points.
static void publish_kinder_bands(struct stage *stage)
{
	struct buf text = BUF_EMPTY, pack = BUF_EMPTY;
	struct cluster_pen writing;
	const char *why = "";
	struct scratch scratch;
	char path[512];
	assert_ok(file_read("../data/score.yaml", 1 << 20, &text));
	buf_u8(&text, 0);
	char *version = strstr((char *)text.data, "version: 1"), *from = strstr((char *)text.data, "en: Excellent}, from: 90");
	assert_true(version && from);
	version[9] = '2';
	memcpy(from, "en: Excellent}, from: 85", 24);
	scratch_make(&scratch);
	snprintf(path, sizeof path, "%s/pack.yaml", scratch.path);
	assert_ok(file_write(path, 0600, span_of(text.data, text.size - 1)));
	assert_ok(pack_yaml_compile(path, &pack, &stage->arena, &why));
	cluster_write(stage->county, &writing);
	assert_ok(join_publish_pack(&writing.pen, buf_span(&pack), "score-test", 2));
	cluster_written(&writing);
	scratch_remove(&scratch);
	buf_free(&text);
	buf_free(&pack);
}

static void a_new_version_of_the_pack_sorts_everybody_anew(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage);
	struct id zhao = cluster_put(stage.one, "member", NULL, "name=赵", "standard=working", NULL);
	earns(stage.one, zhao, STUDY, 3000);
	earns(stage.one, zhao, WORK, 3600); // 86
	everybody_syncs(&stage);
	assert_int_equal(in_band(stage.county, stage.north, 2), 1);
	publish_kinder_bands(&stage);
	assert_ok(cluster_sync(stage.north));
	everybody_syncs(&stage);
	assert_int_equal(in_band(stage.one, stage.one, 1), 1);
	assert_int_equal(in_band(stage.one, stage.one, 2), 0);
	assert_int_equal(in_band(stage.county, stage.north, 1), 1);
	assert_int_equal(in_band(stage.county, stage.north, 2), 0);
	assert_int_equal(cluster_count(stage.one, STORE_SCORE), 1);
	close_stage(&stage);
}

// Of all that was looked at above: had nothing been kept, nothing would have been compared.
static void scores_of_what_was_vouched_for_are_kept(void **state)
{
	(void)state;
	assert_true(kept_seen > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_township_and_its_county_rank_alike_and_a_branch_sees_its_own_points),
		cmocka_unit_test(what_is_not_assessed_or_belongs_to_others_does_not_rank),
		cmocka_unit_test(who_was_entered_later_owes_the_periods_before_too),
		cmocka_unit_test(repetition_has_its_consequences_and_a_new_year_forgets_them),
		cmocka_unit_test(any_superior_gives_what_is_for_any_superior_to_give),
		cmocka_unit_test(only_the_count_of_each_band_goes_up),
		cmocka_unit_test(a_new_version_of_the_pack_sorts_everybody_anew),
		cmocka_unit_test(scores_of_what_was_vouched_for_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
