// k of n for cadences.
#include "cli/compliance.h"

#include "io/machine.h"
#include "ledger/tally.h"

int32_t compliance_day(int32_t last)
{
	int32_t end = date_month_end(last), today = machine_today();
	return end > today ? end : today;
}

// Units of which the cadence is asked, on a day.
struct asked {
	const struct pack *pack;
	const struct pack_cadence *cadence;
	int32_t day;
	int64_t count;
};

static bool is_asked(const struct asked *asked, const char *kind)
{
	return pack_duty_at_least(asked->cadence, pack_unit_kind_by_name(asked->pack, kind)) > 0;
}

static enum err add_asked(void *context, const char *kind, int32_t day, int64_t delta)
{
	struct asked *asked = context;
	if (day <= asked->day && is_asked(asked, kind))
		asked->count += delta;
	return ERR_OK;
}

static enum err count_asked(struct command *command, const struct id *unit, struct asked *asked)
{
	struct charter_unit row;
	enum err err = charter_unit_get(&command->txn, unit, &row);
	if (err)
		return err;
	asked->count = row.since <= asked->day && asked->day < row.closed && is_asked(asked, row.kind);
	return command->home.self.server ? charter_counts(&command->txn, unit, add_asked, asked) : ERR_OK;
}

enum err compliance_of(struct command *command, const struct id *unit, const struct pack_cadence *cadence,
                       struct period asked_for, struct compliance *compliance)
{
	struct cell_owner owner = cell_owner_own(unit);
	int32_t first, last, month = date_month(machine_today());
	*compliance = (struct compliance){ .met = 0 };
	enum err err = command->home.self.server ? tally_sum_owner(&command->txn, unit, &owner) : ERR_OK;
	cadence_within(cadence, asked_for, &first, &last);
	for (; !err && first <= last && cadence_period(cadence, first).first <= month; first += cadence->every) {
		struct asked asked = { .pack = command->pack, .cadence = cadence, .day = compliance_day(first) };
		int64_t met = 0, exempt = 0;
		err = cadence_met(&command->txn, &owner, cadence, first, &met);
		if (!err)
			err = cadence_exempt(&command->txn, &owner, cadence, first, &exempt);
		if (!err)
			err = count_asked(command, unit, &asked);
		compliance->met += met;
		compliance->expected += asked.count - exempt;
	}
	return err;
}
