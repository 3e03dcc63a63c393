// Random histories in which everything happens to the same records and months: two devices that write apart, edits,
// deletions, conflicts and their decisions, months that are closed, submitted, approved, returned, taken up again and restated,
// and two new versions of the pack that change what is counted while the branch is away. However the figures grew, they are
// those that are computed from the same entries from nothing: on both devices, at the township, and at the county.
#include <stdio.h>

#include "io/file.h"
#include "io/pack_yaml.h"
#include "ledger/period.h"
#include "log/hash.h"
#include "support/cluster.h"
#include "support/ledger_fixture.h"
#include "support/scratch.h"
#include "support/support.h"
#include "sync/join.h"

enum { JANUARY = 2026 * 12, NOW = JANUARY + 2, RECORDS = 24, STEPS = 90, HISTORIES = 6, OF_MEETINGS = 2, OF_MEMBERS = 1 };

struct stage {
	struct cluster *play;
	struct actor *county, *township, *desk, *tablet;
	struct chance chance;
	struct { struct id id; uint16_t kind; } records[RECORDS];
	size_t record_count;
};

// What the histories have met, all together: a mix that misses something proves nothing of it.
static struct met {
	size_t edits, deletions, conflicts, restated, approved, versions;
} met;

static uint64_t below(struct stage *stage, uint64_t end) { return chance_below(&stage->chance, end); }
static struct actor *either(struct stage *stage) { return below(stage, 2) ? stage->desk : stage->tablet; }

static struct stage begin(uint64_t seed)
{
	struct stage stage = { .play = cluster_new(), .chance = { .state = seed } };
	stage.county = cluster_found(stage.play, "county");
	stage.township = cluster_server(stage.county, "township");
	assert_ok(cluster_sync(stage.township));
	stage.desk = cluster_branch(stage.township, "desk");
	assert_ok(cluster_sync(stage.desk));
	stage.tablet = cluster_device(stage.desk, "tablet");
	assert_ok(cluster_sync(stage.tablet));
	return stage;
}

static void everybody_syncs(struct stage *stage)
{
	struct actor *all[] = { stage->desk, stage->tablet, stage->township };
	for (unsigned round = 0; round < 5; round++)
		for (size_t i = 0; i < 3; i++)
			assert_ok(cluster_sync(all[i]));
}

// ---- Packs ----

// The pack that ships, with one metric more that counts meetings of another sort in each version.
static void publish(struct stage *stage, uint32_t version, const char *counted)
{
	struct scratch scratch;
	struct buf text = BUF_EMPTY, changed = BUF_EMPTY, pack = BUF_EMPTY;
	struct arena arena;
	struct cluster_pen writing;
	char path[512], metric[400];
	const char *why = "";
	scratch_make(&scratch);
	snprintf(path, sizeof path, "%s/pack.yaml", scratch.path);
	snprintf(metric, sizeof metric, "\n  - number: 900\n    name: changing\n    title: {zh: 变, en: Changing}\n    kind: meeting\n"
	         "    aggregate: sum\n    field: should_attend\n    form: flow\n    from: date\n    filters:\n      - {field: type, equal: %s}\n", counted);
	assert_ok(file_read("../../packs/party-branch.yaml", 1 << 20, &text));
	buf_u8(&text, 0);
	char *number = strstr((char *)text.data, "version: 1"), *metrics = strstr((char *)text.data, "\nmetrics:\n");
	assert_true(number && metrics);
	number[9] = (char)('0' + version);
	metrics += sizeof "\nmetrics:" - 1;
	buf_bytes(&changed, text.data, (size_t)((uint8_t *)metrics - text.data));
	buf_string(&changed, metric);
	buf_string(&changed, metrics);
	assert_ok(file_write(path, 0600, buf_span(&changed)));
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(pack_yaml_compile(path, &pack, &arena, &why));
	cluster_write(stage->county, &writing);
	assert_ok(join_publish_pack(&writing.pen, buf_span(&pack), "party-branch", version));
	cluster_written(&writing);
	arena_free(&arena);
	buf_free(&text);
	buf_free(&changed);
	buf_free(&pack);
	scratch_remove(&scratch);
	met.versions++;
}

// ---- What people do ----

// With a reason at hand wherever a month that is held asks for one.
static void write_fields(struct actor *actor, uint16_t kind, const struct id *record, const struct pen_write *writes, size_t count)
{
	struct cluster_pen writing;
	bool changed;
	int32_t month;
	actor->cluster->now_ms += 60 * 1000;
	cluster_write(actor, &writing);
	assert_ok(pen_set(&writing.pen, NULL, kind, record, writes, count, &changed));
	assert_ok(pen_period_guard(&writing.pen, span_string("补录"), &month));
	cluster_written(&writing);
}

static struct pen_write number(uint8_t field, int64_t value)
{
	return (struct pen_write){ .field = field, .value = number_value(value) };
}

static int64_t some_day(struct stage *stage)
{
	return date_from_civil(2026, 1 + (int32_t)below(stage, 3), 1 + (int32_t)below(stage, 28));
}

static void writes_about(struct stage *stage, struct actor *actor, size_t which)
{
	bool meeting = stage->records[which].kind == OF_MEETINGS;
	struct pen_write writes[3] = { number(meeting ? 1 : 13, some_day(stage)) }; // date, or arrived
	size_t count = 1;
	if (below(stage, 2))
		writes[count++] = number(meeting ? 2 : 3, 1 + (int64_t)below(stage, meeting ? 4 : 2)); // type, or sex
	if (meeting && below(stage, 2))
		writes[count++] = number(6, (int64_t)below(stage, 30)); // should attend
	write_fields(actor, stage->records[which].kind, &stage->records[which].id, writes, count);
}

static void a_new_record(struct stage *stage)
{
	struct actor *actor = either(stage);
	if (stage->record_count == RECORDS)
		return;
	size_t which = stage->record_count++;
	for (size_t i = 0; i < sizeof stage->records[which].id.bytes; i++)
		stage->records[which].id.bytes[i] = (uint8_t)chance_below(&stage->chance, 256);
	stage->records[which].kind = below(stage, 3) ? OF_MEETINGS : OF_MEMBERS;
	writes_about(stage, actor, which);
}

static void an_edit(struct stage *stage)
{
	if (stage->record_count)
		writes_about(stage, either(stage), below(stage, stage->record_count));
	met.edits++;
}

// Or the deletion is taken back.
static void a_deletion(struct stage *stage)
{
	if (!stage->record_count)
		return;
	size_t which = below(stage, stage->record_count);
	struct pen_write deleted = number(0, (int64_t)below(stage, 4) > 0);
	write_fields(either(stage), stage->records[which].kind, &stage->records[which].id, &deleted, 1);
	met.deletions++;
}

static void a_sync(struct stage *stage)
{
	struct actor *all[] = { stage->desk, stage->tablet, stage->township };
	assert_ok(cluster_sync(all[below(stage, 3)]));
}

// What the month's state does not allow is not done.
static void a_step_with_a_month(struct stage *stage)
{
	struct cluster_pen writing;
	uint32_t revision;
	int32_t month = JANUARY + (int32_t)below(stage, 3);
	uint64_t act = below(stage, 5);
	cluster_write(either(stage), &writing);
	if (act == 0)
		pen_period_close(&writing.pen, month);
	else if (act == 1)
		pen_period_reopen(&writing.pen, month, span_string("补录"));
	else
		pen_period_submit(&writing.pen, month, span_string("补录"), &revision);
	cluster_written(&writing);
}

static void a_verdict(struct stage *stage)
{
	struct cluster_pen writing;
	uint32_t revision;
	struct period_review review = {
		.unit = stage->desk->self.unit, .month = JANUARY + (int32_t)below(stage, 3),
		.verdict = below(stage, 4) ? PERIOD_APPROVE : PERIOD_RETURN, .text = span_string("阅"),
	};
	cluster_write(stage->township, &writing);
	bool approved = pen_period_review(&writing.pen, &review, &revision) == ERR_OK && review.verdict == PERIOD_APPROVE;
	cluster_written(&writing);
	met.approved += approved;
}

static void (*const acts[])(struct stage *stage) = {
	a_new_record, a_new_record, an_edit, an_edit, an_edit, a_deletion, a_sync, a_sync, a_step_with_a_month, a_step_with_a_month, a_verdict,
};

// ---- What is compared ----

static struct hash digest_of(struct actor *actor, const struct cell_owner *owner, int32_t last)
{
	struct buf list = BUF_EMPTY;
	struct cell cell;
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct cell_scan scan = cell_scan_begin(&txn, owner, 0);
	while (cell_scan_next(&scan, &cell)) {
		if (cell.key.metric == CELL_METRIC_REPORTING || cell.key.month > last) // who vouches is told when it is told
			continue;
		buf_varint(&list, cell.key.metric);
		buf_varint(&list, cell.key.dimension);
		buf_varint(&list, cell.key.bucket);
		buf_zigzag(&list, cell.key.month);
		buf_zigzag(&list, cell.value);
		met.restated += cell.key.bucket == CELL_BUCKET_RESTATED && cell.value;
	}
	cell_scan_end(&scan);
	txn_abort(&txn);
	assert_ok(list.err);
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(&list));
	buf_free(&list);
	return digest;
}

static struct cell_owner sum_of(struct actor *server, const struct id *unit)
{
	struct cell_owner owner;
	struct txn txn;
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	assert_ok(tally_sum_owner(&txn, unit, &owner));
	txn_abort(&txn);
	return owner;
}

static void assert_same(struct hash a, struct hash b)
{
	assert_memory_equal(a.bytes, b.bytes, sizeof a.bytes);
}

static void all_figures_are_those_computed_from_nothing(struct stage *stage)
{
	struct actor *devices[] = { stage->desk, stage->tablet }, *servers[] = { stage->township, stage->county };
	const struct cell_owner own = cell_owner_own(&stage->desk->self.unit);
	struct hash grown = digest_of(stage->desk, &own, INT32_MAX), published = digest_of(stage->desk, &own, NOW);
	met.conflicts += cluster_count(stage->desk, STORE_CONFLICT);
	for (size_t i = 0; i < 2; i++) {
		assert_same(digest_of(devices[i], &own, INT32_MAX), grown);
		cluster_rebuild(devices[i]);
		assert_same(digest_of(devices[i], &own, INT32_MAX), grown);
	}
	for (size_t i = 0; i < 2; i++) {
		const struct id *unit = i ? &stage->township->self.unit : &stage->desk->self.unit;
		struct cell_owner sum = sum_of(servers[i], unit);
		assert_same(digest_of(servers[i], &sum, NOW), published);
		cluster_rebuild(servers[i]);
		sum = sum_of(servers[i], unit);
		assert_same(digest_of(servers[i], &sum, NOW), published);
	}
}

static void however_figures_grew_they_are_those_computed_from_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
		struct stage stage = begin(seed);
		for (unsigned step = 0; step < STEPS; step++) {
			if (step == STEPS / 3)
				publish(&stage, 2, "group");
			if (step == 2 * STEPS / 3)
				publish(&stage, 3, "lecture");
			acts[below(&stage, sizeof acts / sizeof *acts)](&stage);
		}
		everybody_syncs(&stage);
		all_figures_are_those_computed_from_nothing(&stage);
		cluster_free(stage.play);
	}
	assert_true(met.edits > 100 && met.deletions > 20 && met.conflicts > 10);
	assert_true(met.approved > 10 && met.restated > 10 && met.versions == 2 * HISTORIES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(however_figures_grew_they_are_those_computed_from_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
