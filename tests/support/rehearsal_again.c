// At the end of a scene: what its stores can be asked, and everything computed anew from its logs, so that whatever fails
// below comes by. Whoever asked is told; nothing is shown that was computed from half of what is there.
#include "support/cluster.h"

#include "ledger/cadence.h"
#include "ledger/figure.h"
#include "ledger/inquiry.h"
#include "ledger/period.h"
#include "ledger/report.h"
#include "org/charter_boundary.h"
#include "org/custody_chain.h"
#include "org/epoch.h"
#include "org/ranking.h"
#include "support/support.h"
#include "sync/proof.h"

enum { ARENA_BYTES = 64 * 1024 * 1024, UNITS_MOST = 3 };

struct asking {
	struct actor *actor;
	struct txn txn;
	struct arena arena;
	const struct pack *pack;
	struct id unit;         // one that the store knows
	struct period month;
	int32_t today;
};

static struct cell_owner owner_of(struct asking *asking)
{
	struct cell_owner owner = cell_owner_own(&asking->unit);
	if (asking->actor->self.server)
		tally_sum_owner(&asking->txn, &asking->unit, &owner);
	return owner;
}

// ---- What is asked ----

static enum err figures(struct asking *asking)
{
	struct cell_owner owner = cell_owner_own(&asking->unit);
	struct figure *list, restated;
	size_t count;
	int64_t units;
	enum err err = asking->actor->self.server ? tally_sum_owner(&asking->txn, &asking->unit, &owner) : ERR_OK;
	for (size_t i = 0; i < asking->pack->metric_count && !err; i++) {
		const struct pack_metric *metric = &asking->pack->metrics[i];
		err = figure_query(&asking->txn, asking->pack, &owner, metric, NULL, asking->month, &asking->arena, &list, &count);
		for (size_t k = 0; k < metric->dimension_count && !err; k++)
			err = figure_query(&asking->txn, asking->pack, &owner, metric, &metric->dimensions[k], asking->month, &asking->arena, &list, &count);
		if (!err)
			err = figure_restated(&asking->txn, asking->pack, &owner, metric, asking->month, &asking->arena, &restated);
	}
	return err ? err : figure_reporting(&asking->txn, &owner, asking->month, &units);
}

static enum err reports(struct asking *asking)
{
	const struct cell_owner owner = owner_of(asking);
	struct report report;
	enum err err = asking->txn.err;
	for (size_t i = 0; i < asking->pack->report_count && !err; i++)
		err = report_fill(&asking->txn, asking->pack, &asking->pack->reports[i], &owner, NULL, asking->month, &asking->arena, &report);
	return err;
}

static enum err scores(struct asking *asking)
{
	struct score_rank *ranks;
	size_t count;
	enum err err = ERR_OK;
	for (size_t i = 0; i < asking->pack->scorecard_count && !err && asking->actor->self.server; i++) {
		const struct pack_scorecard *card = &asking->pack->scorecards[i];
		const struct ranking_request request = {
			.txn = &asking->txn, .pack = asking->pack, .card = card, .unit = asking->unit,
			.period = score_period(card, asking->month.first), .month = asking->month.first + 1, .anew = true,
		};
		if (!card->points)
			err = ranking_compute(&request, &asking->arena, &ranks, &count);
	}
	return err;
}

static enum err each_row(void *context, const struct charter_unit *row)
{
	(void)row;
	++*(size_t *)context;
	return ERR_OK;
}

static enum err each_count(void *context, const char *kind, int32_t day, int64_t delta)
{
	(void)kind;
	(void)day;
	*(int64_t *)context += delta;
	return ERR_OK;
}

static enum err tree(struct asking *asking)
{
	struct charter_unit row;
	struct charter_lineage lineage;
	struct id path[LIMIT_TREE_LEVELS];
	size_t rows = 0, levels;
	int64_t expected, counted = 0;
	enum err err = charter_subtree(&asking->txn, &asking->unit, each_row, &rows);
	if (!err)
		err = charter_path(&asking->txn, &asking->unit, path, &levels);
	if (!err)
		err = charter_expected_then(&asking->txn, asking->pack, &asking->unit, asking->today, asking->today, &expected);
	if (!err)
		err = charter_counts(&asking->txn, &asking->unit, each_count, &counted);
	if (!err)
		err = charter_lineage(&asking->txn, &asking->unit, &asking->arena, &lineage);
	if (!err)
		err = charter_unit_on(&asking->txn, &asking->unit, asking->today, &row);
	if (!err)
		err = charter_path_on(&asking->txn, &asking->unit, asking->today, path, &levels);
	return err;
}

static enum err boundaries(struct asking *asking)
{
	const struct charter_boundary_request requests[] = {
		{ .unit = asking->unit, .server = asking->actor->self.unit },
		{ .unit = asking->unit, .server = asking->actor->self.unit, .redrawn = true, .tree = asking->today },
		{ .unit = asking->unit, .redrawn = true, .tree = asking->today - 60 },
	};
	struct charter_boundary boundary;
	enum err err = ERR_OK;
	for (size_t i = 0; i < sizeof requests / sizeof requests[0] && !err && asking->actor->self.server; i++) {
		err = charter_boundary(&asking->txn, asking->pack, &requests[i], &asking->arena, &boundary);
		if (!err)
			err = charter_boundary_parts(&asking->txn, asking->pack, &requests[i], &asking->arena, &boundary);
	}
	return err;
}

static enum err months(struct asking *asking)
{
	struct period_standing standing;
	struct period_summary summary;
	const int32_t month = asking->month.first;
	enum err err = period_state_load(&asking->txn, &asking->unit, month, &asking->arena, &standing);
	if (err && err != ERR_NOT_FOUND)
		return err;
	err = period_summary_get(&asking->txn, &asking->unit, month, &summary);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err cadences(struct asking *asking)
{
	const struct cell_owner owner = owner_of(asking);
	int64_t asked, done;
	enum err err = asking->txn.err;
	for (size_t i = 0; i < asking->pack->cadence_count && !err; i++) {
		const struct pack_cadence *cadence = &asking->pack->cadences[i];
		err = cadence_done(&asking->txn, &owner, cadence, asking->month, &done);
		for (size_t k = 0; k < asking->pack->unit_kind_count && !err; k++)
			err = cadence_asked(&asking->txn, &owner, cadence, &asking->pack->unit_kinds[k], asking->month, &asked);
	}
	return err;
}

static enum err proof(struct asking *asking)
{
	struct proof_claim claim = { .unit = asking->unit, .period = asking->month };
	struct buf file = BUF_EMPTY;
	const struct pack_metric *metric = pack_metric_by_name(asking->pack, "meetings_held");
	if (!metric || !asking->actor->self.server)
		return ERR_OK;
	claim.metric = metric->number;
	enum err err = proof_make(&asking->txn, &asking->actor->self, &asking->actor->pack, &claim, asking->actor->cluster->now_ms, &file);
	buf_free(&file);
	return err;
}

static enum err anew(struct asking *asking)
{
	static const struct id everything;
	struct view view;
	enum err err = view_begin(&view, &asking->txn, &asking->actor->self, &asking->actor->pack);
	if (err)
		return err;
	err = view_rebuild(&view, &everything);
	const enum err ended = view_end(&view);
	return err ? err : ended;
}

static const struct {
	const char *name;
	enum store_mode mode;
	enum err (*ask)(struct asking *asking);
} table[] = {
	{ "figures", STORE_READ, figures },     { "reports", STORE_READ, reports },       { "scores", STORE_READ, scores },
	{ "the tree", STORE_READ, tree },       { "boundaries", STORE_READ, boundaries }, { "months", STORE_READ, months },
	{ "cadences", STORE_READ, cadences },   { "a proof", STORE_READ, proof },         { "everything anew", STORE_WRITE, anew },
};

// ---- Asking ----

static void ask(struct asking *asking, size_t what)
{
	assert_ok(txn_begin(asking->actor->store, table[what].mode, &asking->txn));
	arena_init(&asking->arena, ARENA_BYTES);
	rehearsal_saw(table[what].ask(asking)); // whatever it gives: not every scene has every answer
	arena_free(&asking->arena);
	txn_abort(&asking->txn);
}

static size_t some_units(struct actor *actor, struct id unit[static UNITS_MOST])
{
	struct txn txn;
	size_t count = 0;
	unit[count++] = actor->self.unit;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	struct charter_walk walk = charter_children(&txn, &actor->self.unit);
	while (count < UNITS_MOST && charter_child_next(&walk, &unit[count]))
		count++;
	charter_walk_end(&walk);
	txn_abort(&txn);
	return count;
}

void rehearsal_of_asking(struct actor *actor)
{
	struct asking asking = { .actor = actor, .today = date_of_ms(actor->cluster->now_ms, 0) };
	struct id unit[UNITS_MOST];
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	assert_ok(view_pack_refresh(&actor->pack, &txn));
	txn_abort(&txn);
	asking.pack = actor->pack.pack;
	assert_ok(period_parse("2026-03", &asking.month));
	for (size_t i = 0, count = asking.pack ? some_units(actor, unit) : 0; i < count; i++)
		for (size_t what = 0; what < sizeof table / sizeof table[0]; what++) {
			asking.unit = unit[i];
			if (i == 0 || table[what].mode == STORE_READ)
				ask(&asking, what);
		}
}
