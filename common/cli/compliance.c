// k of n for cadences.
#include "cli/compliance.h"

#include "io/machine.h"

int32_t compliance_day(int32_t last)
{
	int32_t end = date_month_end(last), today = machine_today();
	return end > today ? end : today;
}

// Of which units the cadence is asked.
struct asked {
	const struct pack *pack;
	const struct pack_cadence *cadence;
};

static bool is_asked(const void *context, const char *kind)
{
	const struct asked *asked = context;
	return pack_duty_at_least(asked->cadence, pack_unit_kind_by_name(asked->pack, kind)) > 0;
}

// What one period gives: as it was then, and what the boundaries add.
static enum err add_period(const struct boundary *boundary, const struct boundary_sight *sight, const struct pack_cadence *cadence,
                           int32_t last, struct compliance *compliance)
{
	struct command *command = boundary->command;
	const struct asked asked = { command->pack, cadence };
	struct cell_key key = { .metric = CELL_METRIC_CADENCE, .dimension = cadence->number, .bucket = CADENCE_MET };
	int64_t met = 0, exempt = 0, expected = 0;
	enum err err = cadence_met(&command->txn, &sight->owner, cadence, last, &met);
	if (!err)
		err = cadence_exempt(&command->txn, &sight->owner, cadence, last, &exempt);
	if (!err)
		err = boundary_expected(boundary, sight, &(struct charter_kinds){ is_asked, &asked }, last, &expected);
	met += cell_list_sum(sight->extra, key, last, last);
	key.bucket = CADENCE_EXEMPT;
	exempt += cell_list_sum(sight->extra, key, INT32_MIN, last);
	compliance->met += met;
	compliance->expected += expected - exempt;
	return err;
}

enum err compliance_of(const struct boundary *boundary, const struct boundary_sight *sight, const struct pack_cadence *cadence,
                       struct period asked_for, struct compliance *compliance)
{
	int32_t first, last, month = date_month(machine_today());
	enum err err = ERR_OK;
	*compliance = (struct compliance){ .met = 0 };
	cadence_within(cadence, asked_for, &first, &last);
	for (; !err && first <= last && cadence_period(cadence, first).first <= month; first += cadence->every)
		err = add_period(boundary, sight, cadence, first, compliance);
	return err;
}
