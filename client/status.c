// status: what is here, how far each record has got, and what waits for a decision.
#include <stdlib.h>

#include "base/date.h"
#include "client/commands.h"
#include "client/owed.h"
#include "client/roads.h"
#include "cli/aside.h"
#include "cli/inquiries.h"
#include "cli/meeting.h"
#include "cli/months.h"
#include "cli/notices.h"
#include "cli/origin.h"
#include "cli/room.h"
#include "cli/syncing.h"
#include "io/machine.h"
#include "sync/bundle_row.h"

struct status {
	struct command *command;
	struct journal_log *logs;       // by number - 1; owned
	size_t log_count;
	uint64_t records[ORIGIN_STATES];
	uint64_t waiting;               // own entries without a receipt
	uint64_t last_receipt;          // ms, the server's clock
	uint64_t not_accepted, conflicts, letters, returned, asked;
	json_t *owed;                   // what is still to be done now, or was to be done this month; owned
};

static enum err read_logs(struct status *status)
{
	const struct self *self = &status->command->home.self;
	for (uint32_t number = 1;; number++) {
		struct journal_log log;
		enum err err = journal_find_number(&status->command->txn, number, &log);
		if (err)
			return err == ERR_NOT_FOUND ? ERR_OK : err;
		struct journal_log *logs = realloc(status->logs, number * sizeof *logs);
		if (!logs)
			return ERR_NOMEM;
		status->logs = logs;
		status->logs[number - 1] = log;
		status->log_count = number;
		if (!hash_equal(&log.name.device, &self->identity.sign_public))
			continue;
		const struct receipt *receipt = &log.receipt[RECEIPT_RECEIVED - 1];
		status->waiting += log.peaks.size - receipt->size;
		status->last_receipt = receipt->time > status->last_receipt ? receipt->time : status->last_receipt;
	}
}

// A record has got as far as the least safe of the writes that are live in it.
static enum origin_state record_state(const struct status *status, const struct record *record)
{
	enum origin_state least = ORIGIN_KEPT_TWICE;
	for (size_t i = 0; i < record->write_count; i++) {
		struct dot dot = record->writes[i].dot;
		if (dot.log == 0 || dot.log > status->log_count)
			continue;
		enum origin_state state = origin_state(&status->command->home.self, &status->logs[dot.log - 1], dot.seq);
		least = state < least ? state : least;
	}
	return least;
}

static enum err count_records(struct status *status)
{
	struct lookup_walk walk = lookup_walk_begin(&status->command->look, 0, true);
	while (lookup_walk_next(&walk))
		status->records[record_state(status, &walk.record)]++;
	return lookup_walk_end(&walk);
}

static uint64_t count_rows(struct txn *txn, enum store_table table, struct span prefix)
{
	uint64_t count = 0;
	struct scan scan = scan_begin(txn, table, prefix);
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	return count;
}

// Who else writes and reads as this unit: its registrar admits devices, and the unit should see whom.
static json_t *unit_devices(const struct status *status)
{
	struct txn *txn = &status->command->txn;
	json_t *all = json_array();
	struct hash key;
	struct charter_walk walk = charter_devices(txn, &status->command->home.self.unit);
	while (charter_device_next(&walk, &key)) {
		struct charter_device device;
		char id[HASH_TEXT_BYTES], since[DATE_TEXT_BYTES];
		if (charter_device_get(txn, &key, &device))
			continue;
		hash_format(&key, id);
		date_format(device.since, since);
		json_array_append_new(all, json_pack("{s:s,s:s,s:s,s:b}", "device", id, "name", device.label, "since", since, "revoked", device.revoked));
	}
	charter_walk_end(&walk);
	return all;
}

static void tell_devices(const struct status *status)
{
	struct buf names = BUF_EMPTY;
	json_t *all = unit_devices(status), *device;
	char number[24];
	size_t i, count = 0;
	json_array_foreach(all, i, device) {
		if (json_is_true(json_object_get(device, "revoked")))
			continue;
		if (count++)
			buf_bytes(&names, ", ", 2);
		buf_bytes(&names, json_string_value(json_object_get(device, "name")), json_string_length(json_object_get(device, "name")));
	}
	buf_u8(&names, 0);
	snprintf(number, sizeof number, "%zu", count);
	if (!names.err)
		phrase_line(stdout, PHRASE_STATUS_DEVICES, PHRASE_WITH(number, (const char *)names.data));
	buf_free(&names);
	json_decref(all);
}

// The logs of this device, and what the server said of them: to be compared with `tributaryd check`.
static json_t *own_logs(const struct status *status)
{
	json_t *all = json_array();
	for (size_t i = 0; i < status->log_count; i++) {
		const struct journal_log *log = &status->logs[i];
		const struct receipt *received = &log->receipt[RECEIPT_RECEIVED - 1];
		char id[HASH_TEXT_BYTES], root[HASH_TEXT_BYTES];
		if (!hash_equal(&log->name.device, &status->command->home.self.identity.sign_public))
			continue;
		hash_format(&log->id, id);
		hash_format(&received->root, root);
		json_array_append_new(all, json_pack("{s:s,s:s,s:I,s:I,s:s,s:I}", "log", id, "lane", lane_name(log->name.lane), "entries",
		                                     (json_int_t)log->peaks.size, "received", (json_int_t)received->size,
		                                     "received_root", root, "kept_twice",
		                                     (json_int_t)log->receipt[RECEIPT_KEPT_TWICE - 1].size));
	}
	return all;
}

// What the pack asks of the unit and is not done. On the first screen stands what is asked for each of several persons, for that
// is missed by nobody but them, and what is too late; `due` has all.
static enum err gather_owed(void *context, const struct owed *owed)
{
	struct status *status = context;
	char period[PERIOD_TEXT_BYTES], day[DATE_TEXT_BYTES];
	if (owed->state == OWED_MET)
		return ERR_OK;
	period_format(owed->period, period);
	date_format(owed->until, day);
	json_array_append_new(status->owed, json_pack("{s:s,s:s,s:s,s:I,s:s,s:s,s:b}", "cadence", owed->cadence->name, "title",
	                                              lookup_title(&owed->cadence->title, owed->cadence->name), "period", period, "left",
	                                              (json_int_t)owed->left, "until", day, "state", owed_state_name(owed->state),
	                                              "for_each", owed->cadence->each != NULL));
	return ERR_OK;
}

static enum err read_owed(struct status *status)
{
	int32_t today = machine_today(), month = date_month(today);
	status->owed = json_array();
	if (!status->command->pack)
		return ERR_OK;
	return owed_each(status->command, (struct period){ .first = month, .last = month }, today, gather_owed, status);
}

static const char *text_at(json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static void tell_owed(const struct status *status)
{
	size_t i;
	json_t *row;
	json_array_foreach(status->owed, i, row) {
		char left[24];
		bool late = strcmp(text_at(row, "state"), "over") == 0;
		snprintf(left, sizeof left, "%lld", (long long)json_integer_value(json_object_get(row, "left")));
		if (late || json_is_true(json_object_get(row, "for_each")))
			phrase_line(stdout, late ? PHRASE_STATUS_LATE : PHRASE_STATUS_OWED,
			            PHRASE_WITH(text_at(row, "title"), text_at(row, "period"), left, text_at(row, "until")));
	}
}

// What went out by stick and has no receipt, and what came by stick and waits for what comes before it.
static json_t *by_stick(struct status *status, bool print)
{
	struct command *command = status->command;
	struct bundle_unacknowledged sum;
	char entries[24], pieces[24], time[OUTPUT_TIME_BYTES];
	bundle_unacknowledged(&command->txn, &command->home.self.parent_key, &sum);
	uint64_t waiting = bundle_waiting(&command->txn, NULL);
	snprintf(entries, sizeof entries, "%llu", (unsigned long long)sum.entries);
	snprintf(pieces, sizeof pieces, "%llu", (unsigned long long)waiting);
	output_format_time(sum.time, time);
	if (print && sum.entries > 0)
		phrase_line(stdout, PHRASE_BUNDLE_STICK_STATUS, PHRASE_WITH(entries, time));
	if (print && waiting > 0)
		phrase_line(stdout, PHRASE_BUNDLE_WAITING_STATUS, PHRASE_WITH(pieces));
	return json_pack("{s:I,s:I,s:I}", "entries", (json_int_t)sum.entries, "time", (json_int_t)sum.time, "waiting",
	                 (json_int_t)waiting);
}

static const struct output_column columns[] = {
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "unit_name", .heading = PHRASE_HEAD_NAME },
	{ .key = "device", .heading = PHRASE_HEAD_DEVICE },
	{ .key = "label", .heading = PHRASE_HEAD_DEVICE_NAME },
	{ .key = "server", .heading = PHRASE_HEAD_SERVER },
	{ .key = "pack", .heading = PHRASE_HEAD_PACK },
	{ .key = "local", .heading = PHRASE_STATE_LOCAL },
	{ .key = "sent", .heading = PHRASE_STATE_SENT },
	{ .key = "received", .heading = PHRASE_STATE_RECEIVED },
	{ .key = "kept_twice", .heading = PHRASE_STATE_KEPT_TWICE },
	{ .key = "not_accepted", .heading = PHRASE_STATE_NOT_ACCEPTED },
	{ .key = "conflicts", .heading = PHRASE_HEAD_CONFLICTS },
	{ .key = "letters", .heading = PHRASE_HEAD_LETTERS },
	{ .key = "returned", .heading = PHRASE_HEAD_RETURNED },
	{ .key = "asked", .heading = PHRASE_HEAD_ASKED },
	{ .key = "due", .heading = PHRASE_HEAD_OWED },
	{ .key = "waiting", .heading = PHRASE_HEAD_WAITING },
	{ .key = "last_receipt", .heading = PHRASE_HEAD_LAST_RECEIPT },
};

static int print(struct status *status)
{
	struct command *command = status->command;
	struct lookup *look = &command->look;
	const struct self *self = &command->home.self;
	char device[HASH_TEXT_BYTES], pack[LIMIT_NAME_BYTES + 24] = "";
	struct output_table *table = command_sheet(command, columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	json_t *refused = aside_own(command, NULL);
	status->not_accepted = json_array_size(refused);
	hash_format(&self->identity.sign_public, device);
	if (command->pack)
		snprintf(pack, sizeof pack, "%s %u", command->pack->name, (unsigned)command->pack->version);
	output_fact(table, "refused", refused);
	output_fact(table, "owed", json_incref(status->owed));
	if (command->call->json)
		output_fact(table, "logs", own_logs(status));
	output_fact(table, "devices", unit_devices(status));
	output_fact(table, "notices", notices_tell(command, 0, NULL));
	output_fact(table, "stick", by_stick(status, false));
	output_fact(table, "files", room_files(command, &self->unit, false));
	output_fact(table, "disk", room_disk(command, false));
	output_fact(table, "handed", meeting_handed(command, false));
	output_fact(table, "cargo", meeting_cargo(command, false));
	output_fact(table, "alone", json_integer((json_int_t)meeting_standing(&command->txn, self).alone));
	output_fact(table, "sealed", json_integer((json_int_t)syncing_sealed(&command->txn)));
	output_fact(table, "revoked", json_boolean(syncing_revoked(&command->txn, self)));
	output_text(table, lookup_short(look, &self->unit));
	output_text(table, lookup_unit_path(look, &self->unit));
	output_text(table, device);
	output_text(table, lookup_device_name(look, &self->identity.sign_public));
	output_text(table, self->parent_address);
	output_text(table, *pack ? pack : NULL);
	for (size_t state = 0; state < ORIGIN_STATES; state++)
		output_number(table, (int64_t)status->records[state]);
	output_number(table, (int64_t)status->not_accepted);
	output_number(table, (int64_t)status->conflicts);
	output_number(table, (int64_t)status->letters);
	output_number(table, (int64_t)status->returned);
	output_number(table, (int64_t)status->asked);
	output_number(table, (int64_t)json_array_size(status->owed));
	output_number(table, (int64_t)status->waiting);
	output_time(table, status->last_receipt);
	return command_table_end(command, table);
}

static int status_show(struct command *command)
{
	struct status status = { .command = command };
	enum err err = read_logs(&status);
	if (!err)
		err = count_records(&status);
	if (!err) {
		status.conflicts = count_rows(&command->txn, STORE_CONFLICT, id_span(&command->look.unit));
		status.letters = count_rows(&command->txn, STORE_MAIL, id_span(&command->look.unit));
		err = months_returned(command, &status.returned);
	}
	if (!err)
		err = inquiries_open(command, &status.asked);
	if (!err)
		err = read_owed(&status);
	int code = err ? command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir) : print(&status);
	if (!code && !command->call->json) {
		if (syncing_revoked(&command->txn, &command->home.self))
			phrase_line(stdout, PHRASE_STATUS_REVOKED, PHRASE_WITH(phrase_text(PHRASE_REMEDY_REVOKED)));
		tell_devices(&status);
		syncing_tell_sealed(&command->txn);
		json_decref(by_stick(&status, true));
		json_decref(room_files(command, &command->home.self.unit, true));
		json_decref(room_disk(command, true));
		json_decref(meeting_handed(command, true));
		json_decref(meeting_cargo(command, true));
		roads_tell_standing(command);
		json_decref(aside_own(command, stdout));
		tell_owed(&status);
		json_decref(notices_tell(command, 0, stdout));
	}
	json_decref(status.owed);
	free(status.logs);
	return code;
}

int status_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, status_show);
}
