// What comes down: read by all below, adapted in records of their own, and never edited by anybody but
// the unit that made it; who tries is found out by everyone, also by those whom it reaches over others.
#include "cli/lookup.h"
#include "support/stages.h"
#include "support/support.h"
#include "sync/arrival.h"

#define THEME 50

static struct stages_county a_county_with_a_theme(struct id *theme)
{
	struct stages_county stage = stages_county();
	*theme = cluster_put(stage.county, "theme", NULL, "title=学党史", "begins=2026-03-01", "ends=2026-03-31", NULL);
	cluster_everybody_syncs(stage.play, 3);
	return stage;
}

static void all_below_read_it_and_a_branch_adapts_it_in_a_record_of_its_own(void **state)
{
	(void)state;
	struct id theme;
	struct stages_county stage = a_county_with_a_theme(&theme);
	struct actor *all[] = { stage.one, stage.two, stage.three, stage.north, stage.south };
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(cluster_get(all[i], stage.county, "theme", &theme, "title"), "学党史");
	cluster_put(stage.north, "theme", NULL, "title=植树", "begins=2026-03-10", "ends=2026-03-12", NULL);
	cluster_everybody_syncs(stage.play, 3);

	struct txn txn;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	const struct pack *pack = cluster_pack(stage.one);
	struct { struct actor *who; size_t themes; } sight[] = { { stage.one, 2 }, { stage.three, 1 }, { stage.north, 2 }, { stage.county, 1 } };
	for (size_t i = 0; i < 4; i++) {
		size_t count = 0;
		assert_ok(txn_begin(sight[i].who->store, STORE_READ, &txn));
		struct lookup look = { .txn = &txn, .pack = cluster_pack(sight[i].who), .unit = sight[i].who->self.unit, .arena = &arena };
		struct lookup_walk walk = lookup_walk_begin(&look, THEME, false);
		while (lookup_walk_next(&walk))
			count++;
		assert_ok(lookup_walk_end(&walk));
		assert_int_equal(count, sight[i].themes);
		txn_abort(&txn);
	}

	// By its label, over the units between; and it is shown by it.
	const struct pack_field *field = pack_field_by_name(pack_kind_by_name(pack, "activity_day"), "campaign");
	struct value value;
	struct id owner;
	assert_ok(txn_begin(stage.one->store, STORE_READ, &txn));
	struct lookup look = { .txn = &txn, .pack = pack, .unit = stage.one->self.unit, .arena = &arena };
	assert_ok(lookup_value(&look, field, span_string("学党史"), &value));
	assert_true(span_equal(value.bytes, id_span(&theme)));
	assert_string_equal(lookup_text(&look, field, &value), "学党史");
	lookup_owner(&look, pack_kind_by_number(pack, THEME), &theme, &owner);
	assert_true(id_equal(&owner, &stage.county->self.unit));
	txn_abort(&txn);
	arena_free(&arena);
	cluster_free(stage.play);
}

static enum err writes(struct actor *actor, const struct id *unit, const struct id *record)
{
	struct cluster_pen writing;
	bool changed;
	struct pen_write title = { .field = 1, .value = { .form = VALUE_IS_TEXT, .bytes = span_string("改动") } };
	cluster_write(actor, &writing);
	enum err err = pen_set(&writing.pen, unit, THEME, record, &title, 1, &changed);
	cluster_written(&writing);
	return err;
}

static void nobody_s_pen_but_its_owner_s_writes_it(void **state)
{
	(void)state;
	struct id theme;
	struct stages_county stage = a_county_with_a_theme(&theme);
	struct id fresh = theme;
	fresh.bytes[15] ^= 1;
	assert_err(UNAUTHORISED, writes(stage.one, &stage.county->self.unit, &theme));
	assert_err(UNAUTHORISED, writes(stage.one, NULL, &fresh)); // a branch has none to send down
	assert_err(UNAUTHORISED, writes(stage.north, &stage.county->self.unit, &theme)); // the township neither
	struct id own = cluster_put(stage.north, "theme", NULL, "title=植树", "begins=2026-03-10", "ends=2026-03-12", NULL);
	cluster_everybody_syncs(stage.play, 3);
	assert_err(UNAUTHORISED, writes(stage.county, &stage.north->self.unit, &own)); // nor the county the township's
	assert_ok(writes(stage.north, NULL, &own));
	cluster_free(stage.play);
}

// Past the pen, as an altered program would.
static void forges(struct actor *actor, enum lane lane, const struct id *unit, const struct id *record)
{
	struct change_write write = { .field = 1, .chain = 1, .value = { .form = VALUE_IS_TEXT, .bytes = span_string("改动") } };
	struct change change = { .record = *record, .kind = THEME, .write_count = 1, .writes = &write };
	struct changes changes = { .unit = *unit, .pack_version = 1, .count = 1, .changes = &change };
	struct buf payload = BUF_EMPTY;
	struct journal_writer writer;
	struct txn txn;
	uint64_t seq, time = (actor->cluster->now_ms + 1000) << 16;
	struct logname name = { .device = actor->self.identity.sign_public, .incarnation = actor->self.incarnation, .lane = lane };
	change_encode(&changes, &payload);
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(journal_writer_begin(&writer, &txn, &name));
	uint64_t had = writer.log.peaks.size;
	assert_ok(journal_writer_append(&writer, ENTRY_CHANGES, time, buf_span(&payload), &seq));
	assert_ok(journal_writer_finish(&writer, &actor->self.identity, time));
	struct journal_log log = writer.log;
	assert_ok(arrival_entries(&txn, &actor->self, &log, had, log.head.size));
	assert_ok(txn_commit(&txn));
	buf_free(&payload);
}

static void a_forged_write_is_set_aside_everywhere_and_its_author_is_told(void **state)
{
	(void)state;
	struct id theme;
	struct stages_county stage = a_county_with_a_theme(&theme);
	forges(stage.one, LANE_UP, &stage.county->self.unit, &theme); // reaches the county by way of the township
	cluster_everybody_syncs(stage.play, 3);
	struct actor *all[] = { stage.one, stage.two, stage.three, stage.north, stage.south, stage.county };
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(cluster_get(all[i], stage.county, "theme", &theme, "title"), "学党史");
	assert_int_equal(cluster_count(stage.north, STORE_QUARANTINE), 1);
	assert_int_equal(cluster_count(stage.county, STORE_QUARANTINE), 1);
	assert_true(cluster_count(stage.one, STORE_NOTICE) > 0);
	cluster_free(stage.play);
}

// A device of the author's unit is lost, and the unit's records are computed again without it: the others' are not, and what was set
// aside of them stays so.
static void what_is_set_aside_stays_so_when_its_authors_records_are_computed_again(void **state)
{
	(void)state;
	struct id theme;
	struct stages_county stage = a_county_with_a_theme(&theme);
	struct actor *tablet = cluster_device(stage.one, "tablet");
	assert_ok(cluster_sync(tablet));
	forges(stage.one, LANE_UP, &stage.county->self.unit, &theme);
	cluster_everybody_syncs(stage.play, 3);
	assert_int_equal(cluster_count(stage.north, STORE_QUARANTINE), 1);
	cluster_revoke(stage.north, tablet);
	for (unsigned i = 0; i < 3; i++) {
		assert_ok(cluster_sync(stage.one));
		assert_ok(cluster_sync(stage.north));
	}
	assert_int_equal(cluster_count(stage.north, STORE_QUARANTINE), 1);
	assert_int_equal(cluster_count(stage.county, STORE_QUARANTINE), 1);
	cluster_free(stage.play);
}

// In the one lane that everybody below the author reads, the township's word on the county's theme.
static void a_township_s_word_on_the_county_s_theme_is_set_aside_by_its_branches_too(void **state)
{
	(void)state;
	struct id theme;
	struct stages_county stage = a_county_with_a_theme(&theme);
	forges(stage.north, LANE_DOWN, &stage.county->self.unit, &theme);
	cluster_everybody_syncs(stage.play, 3);
	struct actor *all[] = { stage.one, stage.two, stage.county };
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(cluster_get(all[i], stage.county, "theme", &theme, "title"), "学党史");
		assert_int_equal(cluster_count(all[i], STORE_QUARANTINE), 1);
	}
	assert_int_equal(cluster_count(stage.three, STORE_QUARANTINE), 0); // it never came there
	assert_true(cluster_count(stage.north, STORE_NOTICE) > 0);
	cluster_free(stage.play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_below_read_it_and_a_branch_adapts_it_in_a_record_of_its_own),
		cmocka_unit_test(nobody_s_pen_but_its_owner_s_writes_it),
		cmocka_unit_test(a_forged_write_is_set_aside_everywhere_and_its_author_is_told),
		cmocka_unit_test(what_is_set_aside_stays_so_when_its_authors_records_are_computed_again),
		cmocka_unit_test(a_township_s_word_on_the_county_s_theme_is_set_aside_by_its_branches_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
