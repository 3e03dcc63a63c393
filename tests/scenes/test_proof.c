// One figure is followed down to its signed entries, from a file, by somebody who holds nothing else.
#include <stdio.h>

#include "base/pb.h"
#include "io/store_memory.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/proof.h"
#include "wire.pb-c.h"

struct findings {
	char text[4096];
	size_t size;
};

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

static void on_line(void *context, const struct proof_line *line)
{
	static const char *const words[] = { "figure", "sum", "tally", "entries", "sealed" };
	struct findings *findings = context;
	findings->size += (size_t)snprintf(findings->text + findings->size, sizeof findings->text - findings->size,
	                                   "%u %s %s %d%s\n", line->depth, words[line->finding], line->name, (int)line->value,
	                                   line->holds ? "" : " FALSE");
}

static enum err make_proof(struct actor *server, struct actor *unit, const char *metric, const char *period, struct buf *file)
{
	struct txn txn;
	struct proof_claim claim = { .unit = unit->self.unit, .metric = pack_metric_by_name(cluster_pack(server), metric)->number };
	assert_ok(period_parse(period, &claim.period));
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	enum err err = proof_make(&txn, &server->self, &server->pack, &claim, server->cluster->now_ms, file);
	txn_abort(&txn);
	return err;
}

static enum err verify(struct span file, struct findings *findings, struct proof_claim *claim)
{
	struct arena arena;
	struct view_pack pack;
	const char *name;
	struct proof_reader reader = { .fresh = fresh, .drop = drop, .line = on_line, .context = findings };
	*findings = (struct findings){ .size = 0 };
	arena_init(&arena, 64 * LIMIT_DECODE_BYTES);
	view_pack_init(&pack);
	enum err err = rehearsal_saw(proof_verify(file, &reader, &arena, claim, &pack, &name));
	view_pack_free(&pack);
	arena_free(&arena);
	return err;
}

struct stage {
	struct cluster *play;
	struct actor *county, *east, *west, *branch[4];
};

static int set_the_stage(void **state)
{
	static struct stage stage;
	static const char *const names[] = { "一支部", "二支部", "三支部", "四支部" };
	stage.play = cluster_new();
	stage.county = cluster_found(stage.play, "县");
	stage.east = cluster_server(stage.county, "东镇");
	stage.west = cluster_server(stage.county, "西镇");
	assert_ok(cluster_sync(stage.east));
	assert_ok(cluster_sync(stage.west));
	for (int i = 0; i < 4; i++) {
		stage.branch[i] = cluster_branch(i < 2 ? stage.east : stage.west, names[i]);
		assert_ok(cluster_sync(stage.branch[i]));
		for (int k = 0; k <= i; k++)
			cluster_put(stage.branch[i], "meeting", NULL, "date=2026-03-05", "type=group", "topic=t", "should_attend=10",
			            "attended[aaaaaaaaaaaaaaaa]=yes", NULL);
		cluster_put(stage.branch[i], "member", NULL, "name=某人", "sex=female", "birth=1970-01-01", NULL);
		assert_ok(cluster_sync(stage.branch[i]));
	}
	assert_ok(cluster_sync(stage.east));
	assert_ok(cluster_sync(stage.west));
	*state = &stage;
	return 0;
}

static int clear_the_stage(void **state)
{
	struct stage *stage = *state;
	cluster_free(stage->play);
	return 0;
}

static void the_county_follows_its_figure_to_the_branches(void **state)
{
	struct stage *stage = *state;
	struct findings findings;
	struct proof_claim claim;
	struct buf file = BUF_EMPTY;
	assert_ok(make_proof(stage->county, stage->county, "meetings_held", "2026-03", &file));
	enum err err = verify(buf_span(&file), &findings, &claim);
	assert_string_equal(findings.text,
	                    "0 figure 县 10\n"
	                    "1 sum 东镇 3\n"
	                    "2 tally 一支部 1\n"
	                    "3 sealed 一支部 1\n"
	                    "2 tally 二支部 2\n"
	                    "3 sealed 二支部 2\n"
	                    "1 sum 西镇 7\n"
	                    "2 tally 三支部 3\n"
	                    "3 sealed 三支部 3\n"
	                    "2 tally 四支部 4\n"
	                    "3 sealed 四支部 4\n");
	assert_ok(err);
	assert_int_equal(claim.value, 10);
	assert_memory_equal(claim.root_key.bytes, stage->county->self.root_key.bytes, 32);
	buf_free(&file);
}

static void the_township_reads_the_entries_themselves(void **state)
{
	struct stage *stage = *state;
	struct findings findings;
	struct proof_claim claim;
	struct buf file = BUF_EMPTY;
	assert_ok(make_proof(stage->east, stage->east, "attendance", "2026-03", &file));
	enum err err = verify(buf_span(&file), &findings, &claim);
	assert_string_equal(findings.text,
	                    "0 figure 东镇 3\n"
	                    "1 tally 一支部 1\n"
	                    "2 entries 一支部 1\n"
	                    "1 tally 二支部 2\n"
	                    "2 entries 二支部 2\n");
	assert_ok(err);
	buf_free(&file);
}

static void what_is_sealed_stays_sealed_and_its_figure_is_proven_all_the_same(void **state)
{
	struct stage *stage = *state;
	struct findings findings;
	struct proof_claim claim;
	struct buf file = BUF_EMPTY;
	assert_ok(make_proof(stage->east, stage->branch[1], "members", "2026-03", &file));
	enum err err = verify(buf_span(&file), &findings, &claim);
	assert_string_equal(findings.text,
	                    "0 figure 二支部 1\n"
	                    "1 tally 二支部 1\n"
	                    "2 sealed 二支部 1\n");
	assert_ok(err);
	buf_free(&file);
}

static void no_byte_of_a_proof_can_be_changed(void **state)
{
	struct stage *stage = *state;
	struct findings findings;
	struct proof_claim claim;
	struct buf file = BUF_EMPTY;
	assert_ok(make_proof(stage->east, stage->branch[0], "attendance", "2026-03", &file));
	for (size_t i = 0; i < file.size; i += 37) {
		file.data[i] ^= 0x10;
		assert_int_not_equal(verify(buf_span(&file), &findings, &claim), ERR_OK);
		file.data[i] ^= 0x10;
	}
	assert_ok(verify(buf_span(&file), &findings, &claim));
	buf_free(&file);
}

// The digest at the end is not a secret: what holds is the signatures behind it.
static void a_claim_that_was_raised_does_not_add_up(void **state)
{
	struct stage *stage = *state;
	struct findings findings;
	struct proof_claim claim;
	struct arena arena;
	struct buf file = BUF_EMPTY, forged = BUF_EMPTY;
	ProtobufCMessage *message;
	assert_ok(make_proof(stage->county, stage->county, "meetings_held", "2026-03", &file));
	arena_init(&arena, 64 * LIMIT_DECODE_BYTES);
	assert_ok(pb_unpack(&tributary__proof__descriptor, span_of(file.data + 5, file.size - 5 - 32), &arena, &message));
	((Tributary__Proof *)message)->value = 11;
	buf_bytes(&forged, file.data, 5);
	pb_pack(message, &forged);
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(&forged));
	buf_bytes(&forged, digest.bytes, sizeof digest.bytes);
	assert_err(SIGNATURE, verify(buf_span(&forged), &findings, &claim));
	assert_non_null(strstr(findings.text, "0 figure 县 10 FALSE"));
	arena_free(&arena);
	buf_free(&file);
	buf_free(&forged);
}

// A server makes it in turns and answers others in between; what comes meanwhile is not in it.
static void made_in_turns_it_is_what_one_turn_would_have_made(void **state)
{
	struct stage *stage = *state;
	struct actor *county = stage->county;
	struct findings findings;
	struct proof_claim claim = { .unit = county->self.unit, .metric = pack_metric_by_name(cluster_pack(county), "meetings_held")->number };
	struct proof_make *make;
	struct txn txn;
	struct buf at_once = BUF_EMPTY, part = BUF_EMPTY, file = BUF_EMPTY;
	unsigned turns = 0;
	bool done = false;
	assert_ok(make_proof(county, county, "meetings_held", "2026-03", &at_once));
	assert_ok(period_parse("2026-03", &claim.period));
	assert_ok(txn_begin(county->store, STORE_READ, &txn));
	assert_ok(proof_make_begin(&txn, &county->self, &county->pack, &claim, county->cluster->now_ms, &make));
	while (!done) {
		assert_ok(proof_make_turn(make, &part, &done));
		buf_bytes(&file, part.data, part.size);
		buf_clear(&part);
		if (turns++ > 0)
			continue;
		cluster_put(stage->branch[3], "meeting", NULL, "date=2026-03-29", "type=group", "topic=t", "should_attend=10", NULL);
		assert_ok(cluster_sync(stage->branch[3]));
		assert_ok(cluster_sync(stage->west));
	}
	proof_make_end(make);
	txn_abort(&txn);
	assert_true(turns > 1);
	assert_int_equal(file.size, at_once.size);
	assert_memory_equal(file.data, at_once.data, file.size);
	assert_ok(verify(buf_span(&file), &findings, &claim));
	assert_non_null(strstr(findings.text, "0 figure 县 10\n"));

	buf_clear(&file);
	assert_ok(make_proof(county, county, "meetings_held", "2026-03", &file));
	assert_ok(verify(buf_span(&file), &findings, &claim));
	assert_non_null(strstr(findings.text, "0 figure 县 11\n"));
	buf_free(&file);
	buf_free(&part);
	buf_free(&at_once);
}

// Each read in turn: who makes a proof is told. What was written by then has no end, and nobody takes it for one.
static void a_proof_is_made_of_all_that_is_there_or_not_at_all(void **state)
{
	struct stage *stage = *state;
	struct actor *const servers[] = { stage->county, stage->east };
	for (size_t i = 0; i < 2; i++) {
		struct buf whole = BUF_EMPTY;
		uint64_t before = store_memory_operations(servers[i]->store);
		cluster_pack(servers[i]); // what make_proof() reads first
		const uint64_t first = store_memory_operations(servers[i]->store) - before;
		before += first;
		assert_ok(make_proof(servers[i], servers[i], "attendance", "2026-03", &whole));
		const uint64_t reads = store_memory_operations(servers[i]->store) - before;
		assert_true(reads > 50 && whole.size > 1000);
		for (uint64_t n = first + 1; n <= reads; n++) {
			struct buf file = BUF_EMPTY;
			store_memory_fail_operation(servers[i]->store, n, ERR_IO);
			assert_err(IO, make_proof(servers[i], servers[i], "attendance", "2026-03", &file));
			store_memory_fail_operation(servers[i]->store, 0, ERR_OK);
			buf_free(&file);
		}
		buf_free(&whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_county_follows_its_figure_to_the_branches),
		cmocka_unit_test(the_township_reads_the_entries_themselves),
		cmocka_unit_test(what_is_sealed_stays_sealed_and_its_figure_is_proven_all_the_same),
		cmocka_unit_test(no_byte_of_a_proof_can_be_changed),
		cmocka_unit_test(a_claim_that_was_raised_does_not_add_up),
		cmocka_unit_test(made_in_turns_it_is_what_one_turn_would_have_made),
		cmocka_unit_test(a_proof_is_made_of_all_that_is_there_or_not_at_all),
	};
	return cmocka_run_group_tests(tests, set_the_stage, clear_the_stage);
}
