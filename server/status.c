// status: the store opens, the server runs or not, who is silent, what was set aside. Exit 0 is health.
#include "cli/aside.h"
#include "cli/figures_standing.h"
#include "cli/meeting.h"
#include "cli/notices.h"
#include "cli/room.h"
#include "io/machine.h"
#include "org/transfer_state.h"
#include "server/commands.h"
#include "server/running.h"

struct status {
	struct command *command;
	int64_t units, expected, silent, devices, logs, entries, quarantined, conflicts, waiting;
	uint64_t last_tally;
	struct transfer_terms members;
};

// Who is silent: those of which `figures` says that they were expected for the last full month and do not report.
static enum err look_at_units(struct status *status)
{
	struct command *command = status->command;
	const struct id *unit = &command->home.self.unit;
	int32_t month = date_month(machine_today()) - 1;
	struct boundary then = { .command = command };
	struct boundary_sight sight;
	struct figures_standing standing;
	enum err err = charter_expected(&command->txn, NULL, unit, machine_today(), &status->units);
	if (err || !command->pack)
		return err;
	err = boundary_of(&then, unit, &sight);
	if (!err)
		err = figures_standing_of(&then, &sight, (struct period){ .first = month, .last = month }, &standing);
	if (err)
		return err;
	status->expected = standing.expected;
	status->silent = standing.expected > standing.reporting ? standing.expected - standing.reporting : 0;
	status->last_tally = standing.as_of;
	return err;
}

// DESIGN 9: counted, plus who came by the records and not yet by the tallies, less who left by the records and
// not yet by the tallies, are all who are known.
static enum err look_at_members(struct status *status)
{
	struct command *command = status->command;
	return command->pack ? transfer_state_terms(&command->txn, &command->home.self.unit, &status->members) : ERR_OK;
}

static int64_t count_rows(struct txn *txn, enum store_table table)
{
	int64_t count = 0;
	struct scan scan = scan_begin(txn, table, span_of(NULL, 0));
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	return count;
}

static enum err gather(struct status *status)
{
	struct command *command = status->command;
	enum err err = look_at_units(status);
	if (err && err != ERR_NOT_FOUND) // before the first session a joined server has no tree yet
		return err;
	err = look_at_members(status);
	if (err)
		return err;
	for (uint32_t number = 1;; number++) {
		struct journal_log log;
		err = journal_find_number(&command->txn, number, &log);
		if (err)
			break;
		status->logs++;
		status->entries += (int64_t)log.peaks.size;
	}
	status->devices = count_rows(&command->txn, STORE_DEVICE);
	status->quarantined = count_rows(&command->txn, STORE_QUARANTINE);
	status->conflicts = count_rows(&command->txn, STORE_CONFLICT);
	status->waiting = hash_is_zero(&command->home.self.parent_key) ? 0 : count_rows(&command->txn, STORE_PENDING);
	return err == ERR_NOT_FOUND ? command->txn.err : err;
}

static const struct output_column columns[] = {
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "path", .heading = PHRASE_HEAD_PATH },
	{ .key = "running", .heading = PHRASE_HEAD_RUNNING },
	{ .key = "pid", .heading = PHRASE_HEAD_PID },
	{ .key = "sessions", .heading = PHRASE_HEAD_SESSIONS },
	{ .key = "link_pid", .heading = PHRASE_HEAD_LINK_PID },
	{ .key = "link_restarts", .heading = PHRASE_HEAD_LINK_RESTARTS },
	{ .key = "link_refused", .heading = PHRASE_HEAD_LINK_REFUSED },
	{ .key = "porch_pid", .heading = PHRASE_HEAD_PORCH_PID },
	{ .key = "porch_restarts", .heading = PHRASE_HEAD_PORCH_RESTARTS },
	{ .key = "porch_refused", .heading = PHRASE_HEAD_PORCH_REFUSED },
	{ .key = "parent", .heading = PHRASE_HEAD_SERVER },
	{ .key = "parent_caught_up", .heading = PHRASE_HEAD_CAUGHT_UP },
	{ .key = "pack", .heading = PHRASE_HEAD_PACK },
	{ .key = "units", .heading = PHRASE_HEAD_UNITS },
	{ .key = "expected", .heading = PHRASE_HEAD_EXPECTED },
	{ .key = "silent", .heading = PHRASE_HEAD_SILENT },
	{ .key = "last_tally", .heading = PHRASE_HEAD_AS_OF },
	{ .key = "devices", .heading = PHRASE_HEAD_DEVICES },
	{ .key = "logs", .heading = PHRASE_HEAD_LOGS },
	{ .key = "entries", .heading = PHRASE_HEAD_ENTRIES },
	{ .key = "quarantined", .heading = PHRASE_STATE_NOT_ACCEPTED },
	{ .key = "conflicts", .heading = PHRASE_HEAD_CONFLICTS },
	{ .key = "logs_waiting", .heading = PHRASE_HEAD_WAITING_LOGS },
	{ .key = "members_counted", .heading = PHRASE_HEAD_COUNTED },
	{ .key = "members_not_yet_taken_up", .heading = PHRASE_HEAD_ON_WAY_OUT },
	{ .key = "members_not_yet_let_go", .heading = PHRASE_HEAD_ON_WAY_IN },
	{ .key = "members_known", .heading = PHRASE_HEAD_KNOWN },
	{ .key = "members_conserved", .heading = PHRASE_HEAD_CONSERVED },
};

// null where it does not run.
static void child_cells(struct output_table *table, bool runs, const struct running_child *child)
{
	if (runs && child->pid)
		output_number(table, child->pid);
	else
		output_text(table, NULL);
	const uint64_t counts[] = { child->restarts, child->refused };
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		if (runs)
			output_number(table, (int64_t)counts[i]);
		else
			output_text(table, NULL);
}

static int print(const struct status *status)
{
	struct command *command = status->command;
	const struct self *self = &command->home.self;
	char pack[LIMIT_NAME_BYTES + 24] = "";
	struct running_seen seen = running_look(command->home.dir);
	struct output_table *table = command_sheet(command, columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	if (command->pack)
		snprintf(pack, sizeof pack, "%s %u", command->pack->name, (unsigned)command->pack->version);
	output_fact(table, "notices", notices_tell(command, 0, NULL));
	output_fact(table, "refused", aside_own(command, NULL));
	output_fact(table, "disk", room_disk(command, false));
	output_fact(table, "cargo", meeting_cargo(command, false));
	output_text(table, lookup_short(&command->look, &self->unit));
	output_text(table, lookup_unit_path(&command->look, &self->unit));
	output_bool(table, seen.runs);
	if (seen.runs) {
		output_number(table, seen.pid);
		output_number(table, (int64_t)seen.note.sessions);
	} else {
		output_text(table, NULL);
		output_text(table, NULL);
	}
	child_cells(table, seen.runs, &seen.note.link);
	child_cells(table, seen.runs, &seen.note.porch);
	output_text(table, self->parent_address[0] ? self->parent_address : NULL);
	if (seen.runs && self->parent_address[0])
		output_bool(table, seen.note.caught_up);
	else
		output_text(table, NULL);
	output_text(table, *pack ? pack : NULL);
	const int64_t numbers[] = { status->units, status->expected, status->silent };
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		output_number(table, numbers[i]);
	output_time(table, status->last_tally);
	const int64_t more[] = { status->devices, status->logs, status->entries, status->quarantined, status->conflicts, status->waiting };
	for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
		output_number(table, more[i]);
	const struct transfer_terms *terms = &status->members;
	const int64_t members[] = { terms->counted, terms->not_taken_up, terms->not_let_go, terms->known };
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		output_number(table, members[i]);
	output_bool(table, terms->conserved);
	return command_table_end(command, table);
}

static int status_show(struct command *command)
{
	struct status status = { .command = command };
	enum err err = gather(&status);
	int code = err ? command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir) : print(&status);
	if (!code && !command->call->json) {
		json_decref(aside_own(command, stdout));
		json_decref(room_disk(command, true));
		json_decref(meeting_cargo(command, true));
		json_decref(notices_tell(command, 0, stdout));
	}
	return code;
}

int status_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, status_show);
}
