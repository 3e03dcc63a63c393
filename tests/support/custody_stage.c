#include "support/custody_stage.h"

#include <stdio.h>

#include "org/custody_chain.h"
#include "org/transfer_state.h"
#include "support/conserved.h"
#include "support/support.h"

static struct custody_stage raise_tree(const char *pack, uint8_t root)
{
	struct custody_stage stage = { .play = cluster_new_with(pack) };
	stage.play->root = root;
	stage.play->each_session = conserved_everywhere;
	stage.county = cluster_found(stage.play, "county");
	stage.east = cluster_server_kind(stage.county, "township", "east");
	stage.west = cluster_server_kind(stage.county, "township", "west");
	assert_ok(cluster_sync(stage.east));
	assert_ok(cluster_sync(stage.west));
	stage.one = cluster_branch(stage.east, "one");
	stage.two = cluster_branch(stage.east, "two");
	stage.three = cluster_branch(stage.west, "three");
	custody_stage_sync(&stage);
	return stage;
}

struct custody_stage custody_stage(void)
{
	return raise_tree("../data/custody.yaml", 0);
}

struct custody_stage custody_stage_abroad(void)
{
	return raise_tree("../data/custody.yaml", 1);
}

struct custody_stage custody_stage_with(const char *pack)
{
	return raise_tree(pack, 0);
}

void custody_stage_free(struct custody_stage *stage)
{
	cluster_free(stage->play);
}

void custody_stage_sync(struct custody_stage *stage)
{
	struct actor *order[] = { stage->one, stage->two, stage->three, stage->east, stage->west };
	for (unsigned round = 0; round < 5; round++)
		for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
			assert_ok(cluster_sync(order[i]));
}

struct id custody_stage_member(struct actor *home, const char *name)
{
	char text[80];
	snprintf(text, sizeof text, "name=%s", name);
	home->cluster->now_ms += 60 * 1000;
	return cluster_put(home, "member", NULL, text, "phone=13800000000", "stage=activist", "points=42", "note=本支部备注", NULL);
}

struct id custody_stage_dues(struct actor *home, const struct id *member, int64_t due)
{
	struct cluster_pen writing;
	bool changed;
	const struct pen_write writes[] = {
		{ .field = 1, .value = { .form = VALUE_IS_NUMBER, .number = 2026 * 12 + 3 } },
		{ .field = 2, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(member) } },
		{ .field = 3, .value = { .form = VALUE_IS_NUMBER, .number = due } },
	};
	cluster_write(home, &writing);
	struct id dues = pen_new_id(&writing.pen);
	assert_ok(pen_set(&writing.pen, NULL, 2, &dues, writes, sizeof writes / sizeof writes[0], &changed));
	cluster_written(&writing);
	return dues;
}

enum custody_refusal custody_stage_offer(struct actor *home, const struct id *member, struct actor *to)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	home->cluster->now_ms += 60 * 1000;
	cluster_write(home, &writing);
	assert_ok(pen_custody_offer(&writing.pen, member, &to->self.unit, "工作调动", &refusal));
	cluster_written(&writing);
	return refusal;
}

enum custody_refusal custody_stage_withdraw(struct actor *home, const struct id *member)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	cluster_write(home, &writing);
	assert_ok(pen_custody_withdraw(&writing.pen, member, &refusal));
	cluster_written(&writing);
	return refusal;
}

enum custody_refusal custody_stage_answer(struct actor *to, const struct id *member, bool accept)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	cluster_write(to, &writing);
	assert_ok(pen_custody_answer(&writing.pen, member, accept, "", &refusal));
	cluster_written(&writing);
	return refusal;
}

enum custody_refusal custody_stage_judge(struct actor *server, const struct id *member, bool approve)
{
	struct cluster_pen writing;
	enum custody_refusal refusal;
	cluster_write(server, &writing);
	assert_ok(pen_custody_judge(&writing.pen, member, approve, "", &refusal));
	cluster_written(&writing);
	return refusal;
}

struct custody_unit custody_stage_view(struct actor *unit, const struct id *member)
{
	struct custody_unit view;
	struct txn txn;
	assert_ok(txn_begin(unit->store, STORE_READ, &txn));
	assert_ok(transfer_unit_view(&txn, &unit->self.unit, &unit->self.incarnation, member, &view));
	txn_abort(&txn);
	return view;
}

uint64_t custody_stage_epoch(struct actor *actor, const struct id *member)
{
	struct custody_entry last = { .record.epoch = 0 };
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	enum err err = custody_chain_last(&txn, member, &last);
	txn_abort(&txn);
	return err ? 0 : last.record.epoch;
}

size_t custody_stage_homes(struct custody_stage *stage, const struct id *member)
{
	struct actor *branches[] = { stage->one, stage->two, stage->three };
	size_t homes = 0;
	for (size_t i = 0; i < sizeof branches / sizeof branches[0]; i++)
		homes += custody_stage_view(branches[i], member).hold == CUSTODY_HELD;
	return homes;
}

size_t custody_stage_late(struct actor *unit, const struct id *member)
{
	struct txn txn;
	size_t count = 0;
	assert_ok(txn_begin(unit->store, STORE_READ, &txn));
	struct scan scan = transfer_late(&txn, member);
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	txn_abort(&txn);
	return count;
}

struct transfer_terms custody_stage_terms(struct actor *server)
{
	struct txn txn;
	struct transfer_terms terms;
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	assert_ok(transfer_state_terms(&txn, &server->self.unit, &terms));
	txn_abort(&txn);
	return terms;
}

bool custody_stage_conserved(struct actor *server)
{
	struct transfer_terms terms = custody_stage_terms(server);
	return terms.conserved && terms.counted >= 0 && terms.not_taken_up >= 0 && terms.not_let_go >= 0 && terms.known >= 0 &&
	       terms.counted + terms.not_taken_up - terms.not_let_go == terms.known;
}
