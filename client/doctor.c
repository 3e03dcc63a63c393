// doctor: is this machine fit for the ledger? Each check says what it found and, where that is bad, what to do.
#include <sys/statvfs.h>

#include "cli/notices.h"
#include "cli/syncing.h"
#include "client/commands.h"
#include "io/link.h"
#include "io/machine.h"

enum { REACH_MS = 5000, SPACE_LOW_MIB = 200, CLOCK_SLACK_MS = 10 * 60 * 1000 };

struct doctor {
	struct command *command;
	struct output_table *table;
	int worst; // exit code
};

static const struct output_column columns[] = {
	{ .key = "check", .heading = PHRASE_HEAD_CHECK },
	{ .key = "good", .heading = PHRASE_HEAD_GOOD },
	{ .key = "found", .heading = PHRASE_HEAD_FOUND },
	{ .key = "remedy", .heading = PHRASE_HEAD_REMEDY },
};

static void report(struct doctor *doctor, const char *check, enum phrase title, bool good, const char *found, enum phrase remedy, int code)
{
	output_value(doctor->table, phrase_text(title), json_string(check));
	output_bool(doctor->table, good);
	output_text(doctor->table, found);
	output_text(doctor->table, good ? NULL : phrase_text(remedy));
	if (!good && doctor->worst == VERB_OK)
		doctor->worst = code;
}

static void check_store(struct doctor *doctor)
{
	struct command *command = doctor->command;
	char found[64];
	unsigned logs = 0;
	uint64_t entries = 0;
	struct journal_log log;
	while (journal_find_number(&command->txn, logs + 1, &log) == ERR_OK) {
		logs++;
		entries += log.peaks.size;
	}
	snprintf(found, sizeof found, "%u / %llu", logs, (unsigned long long)entries);
	report(doctor, "store", PHRASE_CHECK_STORE, command->txn.err == ERR_OK, found, PHRASE_REMEDY_CORRUPT, VERB_FAILED);
}

static void check_keys(struct doctor *doctor)
{
	struct command *command = doctor->command;
	struct charter_device row;
	enum err err = charter_device_get(&command->txn, &command->home.self.identity.sign_public, &row);
	bool revoked = syncing_revoked(&command->txn, &command->home.self);
	report(doctor, "keys", PHRASE_CHECK_KEYS, !err && !revoked,
	       revoked ? phrase_text(PHRASE_CHECK_REVOKED) : err ? phrase_text(PHRASE_CHECK_NOT_ENROLLED) : row.label,
	       revoked ? PHRASE_REMEDY_REVOKED : PHRASE_REMEDY_SYNC_FIRST, VERB_FAILED);
	report(doctor, "pack", PHRASE_CHECK_PACK, command->pack != NULL, command->pack ? command->pack->name : NULL,
	       PHRASE_REMEDY_NO_PACK, VERB_FAILED);
}

// Receipts bear the server's time: a clock behind the newest of them is wrong, and so is one before this was written.
static void check_clock(struct doctor *doctor)
{
	struct command *command = doctor->command;
	uint64_t now = machine_now_ms(), newest = (uint64_t)date_from_civil(2024, 1, 1) * 86400000;
	struct journal_log log;
	char text[OUTPUT_TIME_BYTES];
	for (uint32_t number = 1; journal_find_number(&command->txn, number, &log) == ERR_OK; number++) {
		uint64_t time = log.receipt[RECEIPT_RECEIVED - 1].time;
		newest = time > newest ? time : newest;
	}
	output_format_time(now, text);
	report(doctor, "clock", PHRASE_CHECK_CLOCK, now + CLOCK_SLACK_MS > newest, text, PHRASE_REMEDY_CLOCK, VERB_FAILED);
}

static void check_disk(struct doctor *doctor)
{
	struct statvfs disk;
	char found[64] = "";
	unsigned long long mib = 0;
	bool known = statvfs(doctor->command->home.dir, &disk) == 0;
	if (known) {
		mib = (unsigned long long)disk.f_bavail * disk.f_frsize / (1024 * 1024);
		snprintf(found, sizeof found, "%llu MiB", mib);
	}
	report(doctor, "disk", PHRASE_CHECK_DISK, known && mib >= SPACE_LOW_MIB, found, PHRASE_REMEDY_FULL, VERB_AGAIN);
}

// Does the server take this device's connection? Nothing is said beyond the handshake.
static enum err reach(const struct self *self)
{
	struct link *link;
	struct link_options options = { .identity = &self->identity };
	enum err err = link_open(&options, &link);
	if (err)
		return err;
	err = link_connect(link, self->parent_address, &self->parent_curve);
	uint64_t start = machine_monotonic_ns();
	bool met = false;
	while (!err && !met) {
		struct event events[4];
		size_t count = 0;
		int64_t left = REACH_MS - (int64_t)((machine_monotonic_ns() - start) / 1000000);
		err = left > 0 ? link_poll(link, (int)left, events, 4, &count) : ERR_UNREACHABLE;
		for (size_t i = 0; i < count; i++)
			met = met || events[i].kind == EVENT_CONNECT;
	}
	link_close(link);
	return err;
}

static void check_server(struct doctor *doctor)
{
	const struct self *self = &doctor->command->home.self;
	if (!self->parent_address[0])
		return;
	enum err err = reach(self);
	report(doctor, "server", PHRASE_CHECK_SERVER, err == ERR_OK, self->parent_address, PHRASE_REMEDY_UNREACHABLE, VERB_UNREACHABLE);
}

// What happened to the store is told, and is no fault of this machine.
static void look_at_notices(struct doctor *doctor)
{
	const char *brief = notices_brief(doctor->command);
	report(doctor, "notices", PHRASE_CHECK_NOTICES, true, brief ? brief : phrase_text(PHRASE_CHECK_NO_NOTICES), PHRASE_NONE, VERB_OK);
}

static int examine(struct command *command)
{
	struct doctor doctor = { .command = command };
	doctor.table = command_table(command, "checks", columns, sizeof columns / sizeof columns[0]);
	if (!doctor.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	check_store(&doctor);
	check_keys(&doctor);
	check_clock(&doctor);
	check_disk(&doctor);
	check_server(&doctor);
	look_at_notices(&doctor);
	int code = command_table_end(command, doctor.table);
	return code ? code : doctor.worst;
}

int doctor_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, examine);
}
