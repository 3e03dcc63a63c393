#include "client/owed.h"

#include "base/date.h"

struct owing {
	struct command *command;
	struct cell_owner owner;
	const struct pack_unit_kind *kind;
	int32_t today;
	enum err (*visit)(void *context, const struct owed *owed);
	void *context;
};

const char *owed_state_name(enum owed_state state)
{
	static const char *const names[OWED_STATES] = { [OWED_MET] = "met", [OWED_OPEN] = "open", [OWED_OVER] = "over" };
	return names[state];
}

static enum err owed_period(struct owing *owing, const struct pack_cadence *cadence, int32_t last)
{
	struct txn *txn = &owing->command->txn;
	struct owed owed = { .cadence = cadence, .period = cadence_period(cadence, last) };
	enum err err = cadence_done(txn, &owing->owner, cadence, owed.period, &owed.done);
	if (!err)
		err = cadence_asked(txn, &owing->owner, cadence, owing->kind, owed.period, &owed.least);
	if (!err)
		err = cadence_missed_in_a_row(txn, &owing->owner, cadence, last - cadence->every, &owed.missed_in_a_row);
	if (err)
		return err;
	owed.left = owed.done < owed.least ? owed.least - owed.done : 0;
	owed.until = cadence_last_day(cadence, owed.period);
	owed.state = owed.left == 0 ? OWED_MET : owing->today <= owed.until ? OWED_OPEN : OWED_OVER;
	return owing->visit(owing->context, &owed);
}

static enum err owed_cadence(struct owing *owing, const struct pack_cadence *cadence, struct period asked)
{
	int32_t first, last;
	enum err err = ERR_OK;
	if (!pack_duty_at_least(cadence, owing->kind))
		return ERR_OK;
	cadence_within(cadence, asked, &first, &last);
	for (; first <= last && !err; first += cadence->every) {
		int64_t exempt;
		err = cadence_exempt(&owing->command->txn, &owing->owner, cadence, first, &exempt);
		if (!err && exempt == 0)
			err = owed_period(owing, cadence, first);
	}
	return err;
}

enum err owed_each(struct command *command, struct period asked, int32_t today,
                   enum err (*visit)(void *context, const struct owed *owed), void *context)
{
	const struct id *unit = &command->home.self.unit;
	struct owing owing = { .command = command, .owner = cell_owner_own(unit), .today = today, .visit = visit, .context = context };
	struct charter_unit row;
	enum err err = charter_unit_get(&command->txn, unit, &row);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err; // before the first session
	owing.kind = pack_unit_kind_by_name(command->pack, row.kind);
	for (size_t i = 0; i < command->pack->cadence_count && !err; i++)
		err = owed_cadence(&owing, &command->pack->cadences[i], asked);
	return err;
}
