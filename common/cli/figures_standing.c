// k of n from cells and the tree; the rest from the tallies that went in.
#include "cli/figures_standing.h"

#include "base/hlc.h"
#include "io/machine.h"
#include "ledger/tally.h"

struct gathering {
	struct txn *txn;
	struct figures_standing *standing;
	uint32_t revisions[2]; // added up: of units' own tallies, of their servers' roll-ups
	uint32_t least[2], most[2]; // versions of the pack, alike
};

static enum err gather_chain(void *context, const struct tally_chain *chain, bool provisional)
{
	struct gathering *gathering = context;
	struct figures_standing *standing = gathering->standing;
	uint64_t time = hlc_ms(chain->time);
	standing->as_of = time > standing->as_of ? time : standing->as_of;
	gathering->revisions[chain->rollup] += chain->revision;
	uint32_t *least = &gathering->least[chain->rollup], *most = &gathering->most[chain->rollup];
	*least = *least == 0 || chain->pack_version < *least ? chain->pack_version : *least;
	*most = chain->pack_version > *most ? chain->pack_version : *most;
	standing->provisional = standing->provisional || provisional;
	return ERR_OK;
}

static enum err gather(void *context, const struct charter_unit *row)
{
	struct gathering *gathering = context;
	enum err err = ERR_OK;
	for (unsigned rollup = 0; rollup < 2 && !err; rollup++) {
		struct tally_chain chain;
		bool provisional = false;
		err = tally_in_force(gathering->txn, &row->unit, rollup != 0, &chain, &provisional);
		if (!err)
			err = gather_chain(gathering, &chain, provisional);
		else if (err == ERR_NOT_FOUND)
			err = ERR_OK;
	}
	return err;
}

// Of everything that a server sums, the tallies that it holds; of a part, those of the units in it.
static enum err gather_all(struct gathering *gathering, const struct boundary *boundary, const struct id *unit, int32_t month)
{
	if (id_equal(unit, &boundary->command->home.self.unit))
		return tally_each(gathering->txn, gather_chain, gathering);
	return charter_parts_on(gathering->txn, unit, boundary_day(boundary, month), gather, gathering);
}

enum err figures_standing_count(const struct boundary *boundary, const struct boundary_sight *sight, struct period period,
                                struct figures_standing *standing)
{
	const struct charter_kinds ledgers = { charter_keeps_ledger, boundary->command->pack };
	*standing = (struct figures_standing){ .reporting = 0 };
	// Nobody vouches for a month that has not begun: of a period under way the present one counts.
	int32_t month = date_month(machine_today());
	struct period begun = { .first = period.first, .last = period.first <= month && month < period.last ? month : period.last };
	enum err err = boundary_reporting(boundary, sight, begun, &standing->reporting);
	return err ? err : boundary_expected(boundary, sight, &ledgers, begun.last, &standing->expected);
}

enum err figures_standing_of(const struct boundary *boundary, const struct boundary_sight *sight, struct period period,
                             struct figures_standing *standing)
{
	struct command *command = boundary->command;
	struct gathering gathering = { .txn = &command->txn, .standing = standing };
	*standing = (struct figures_standing){ .reporting = 1, .expected = 1 };
	if (!command->home.self.server) { // one's own, as they are now
		standing->as_of = machine_now_ms();
		enum err failed = gather(&gathering, &(struct charter_unit){ .unit = sight->unit });
		standing->revision = gathering.revisions[0];
		standing->pack_least = standing->pack_most = command->pack ? command->pack->version : 0;
		return failed;
	}
	enum err err = figures_standing_count(boundary, sight, period, standing);
	if (!err)
		err = gather_all(&gathering, boundary, &sight->unit, period.last);
	// Further up only roll-ups are held; where the units' own tallies are here, those tell more.
	bool above = gathering.revisions[0] == 0;
	standing->revision = gathering.revisions[above];
	standing->pack_least = gathering.least[above];
	standing->pack_most = gathering.most[above];
	return err;
}
