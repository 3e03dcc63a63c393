// transfer list, transfer show.
#include "cli/transfers.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/hlc.h"
#include "base/pb.h"
#include "io/machine.h"
#include "org/custody_chain.h"

enum { OVERDUE_DAYS = 30 };

enum phrase transfers_refusal(enum custody_refusal refusal)
{
	static const enum phrase phrases[] = {
		[CUSTODY_DONE] = PHRASE_CUSTODY_DONE,
#define REFUSAL_PHRASE(name, text) [CUSTODY_##name] = PHRASE_CUSTODY_##name,
		CUSTODY_REFUSALS(REFUSAL_PHRASE)
#undef REFUSAL_PHRASE
	};
	return phrases[refusal];
}

// ---- Who is meant ----

static const char *name_here(struct command *command, const struct id *member)
{
	for (size_t i = 0; command->pack && i < command->pack->kind_count; i++) {
		const struct pack_kind *kind = &command->pack->kinds[i];
		struct record_key key = { .unit = command->home.self.unit, .kind = kind->number, .record = *member };
		struct record record;
		if (kind->custody && record_load(&command->txn, &key, &command->arena, &record) == ERR_OK && record.write_count)
			return lookup_record_label(&command->look, kind, &record);
	}
	return NULL;
}

// The label that the member's own record has in what came with an offer.
static const char *name_in(struct command *command, const Tributary__Dossier *dossier)
{
	struct changes changes;
	if (!dossier->n_changes || change_decode(pb_span(dossier->changes[0]), &command->arena, &changes) || !changes.count)
		return NULL;
	const struct change *change = &changes.changes[0];
	const struct pack_kind *kind = command->pack ? pack_kind_by_number(command->pack, change->kind) : NULL;
	for (size_t i = 0; kind && i < change->write_count; i++)
		if (change->writes[i].field == kind->label && change->writes[i].value.form == VALUE_IS_TEXT)
			return arena_string(&command->arena, change->writes[i].value.bytes);
	return NULL;
}

static const char *name_offered(struct command *command, const struct id *member)
{
	const char *name = NULL;
	struct scan scan = transfer_claims(&command->txn, member, UINT64_MAX);
	while (!name && scan_next(&scan)) {
		struct transfer_claim claim;
		struct span bytes;
		ProtobufCMessage *message;
		if (transfer_claim_at(&scan, &claim) || claim.what != TRANSFER_OFFER ||
		    transfer_dossier(&command->txn, member, claim.epoch, &claim.unit, &bytes) ||
		    pb_unpack(&tributary__dossier__descriptor, bytes, &command->arena, &message))
			continue;
		name = name_in(command, (const Tributary__Dossier *)message);
	}
	scan_end(&scan);
	return name;
}

const char *transfers_name(struct command *command, const struct id *member)
{
	const char *name = name_here(command, member);
	return name ? name : name_offered(command, member);
}

struct search {
	struct command *command;
	const char *text;
	struct id found;
	size_t count;
};

static bool begins(const struct id *member, const char *text)
{
	char hex[ID_TEXT_BYTES];
	id_format(member, hex);
	return strlen(text) >= LOOKUP_PREFIX_MIN && strncmp(hex, text, strlen(text)) == 0;
}

static enum err look_at_offer(void *context, const struct transfer_state *state)
{
	struct search *search = context;
	const struct id *member = &state->offer.member;
	const char *name = begins(member, search->text) ? search->text : transfers_name(search->command, member);
	if (!name || strcmp(name, search->text) != 0 || (search->count && id_equal(&search->found, member)))
		return ERR_OK;
	search->found = *member;
	search->count++;
	return ERR_OK;
}

int transfers_member(struct command *command, const char *text, struct id *member)
{
	struct search search = { .command = command, .text = text };
	if (id_parse(text, member) == ERR_OK)
		return VERB_OK;
	for (size_t i = 0; command->pack && i < command->pack->kind_count; i++)
		if (command->pack->kinds[i].custody && lookup_record(&command->look, &command->pack->kinds[i], text, member) == ERR_OK)
			return VERB_OK;
	enum err err = transfer_state_each(&command->txn, look_at_offer, &search);
	if (!err && search.count != 1)
		err = search.count ? ERR_CONFLICT : ERR_NOT_FOUND;
	*member = search.found;
	return command_done(command, err, PHRASE_CANNOT_TRANSFER, text);
}

// ---- list ----

static const struct output_column list_columns[] = {
	{ .key = "member", .heading = PHRASE_HEAD_MEMBER }, { .key = "name", .heading = PHRASE_HEAD_PERSON },
	{ .key = "from", .heading = PHRASE_HEAD_FROM_UNIT }, { .key = "to", .heading = PHRASE_HEAD_TO_UNIT },
	{ .key = "epoch", .heading = PHRASE_HEAD_EPOCH, .number = true }, { .key = "state", .heading = PHRASE_HEAD_RESULT },
	{ .key = "offered", .heading = PHRASE_HEAD_TIME }, { .key = "day", .heading = PHRASE_HEAD_SINCE },
	{ .key = "days", .heading = PHRASE_HEAD_DAYS, .number = true }, { .key = "overdue", .heading = PHRASE_HEAD_OVERDUE },
	{ .key = "todo", .heading = PHRASE_HEAD_TODO }, { .key = "why", .heading = PHRASE_HEAD_REASON },
};

struct listing {
	struct command *command;
	struct output_table *table;
	int64_t overdue_days;
	bool open_only;
};

static const enum phrase progress_phrases[] = {
#define STATE_PHRASE(name, text) [TRANSFER_IS_##name] = PHRASE_TRANSFER_STATE_##name,
	TRANSFER_STATES(STATE_PHRASE)
#undef STATE_PHRASE
};

static enum phrase todo(const struct transfer_state *state)
{
	if (state->progress == TRANSFER_IS_LETTER)
		return PHRASE_TODO_SLIP;
	if (state->progress == TRANSFER_IS_OPEN && transfer_goes_out(&state->offer))
		return state->refusal == CUSTODY_APPROVAL ? PHRASE_TODO_APPROVE : PHRASE_TODO_REGISTRAR;
	if (state->progress == TRANSFER_IS_OPEN)
		return PHRASE_TODO_ACCEPT;
	if (state->progress == TRANSFER_IS_ACCEPTED && state->refusal == CUSTODY_APPROVAL)
		return PHRASE_TODO_APPROVE;
	return transfer_state_is_open(state->progress) ? PHRASE_TODO_REGISTRAR : PHRASE_NONE;
}

static void unit_cell(struct command *command, struct output_table *table, const struct id *unit)
{
	char hex[ID_TEXT_BYTES];
	if (id_is_zero(unit)) {
		output_value(table, phrase_text(PHRASE_OUTSIDE), json_null());
		return;
	}
	id_format(unit, hex);
	output_value(table, lookup_unit_path(&command->look, unit), json_string(hex));
}

static void member_cells(struct command *command, struct output_table *table, const struct id *member)
{
	char hex[ID_TEXT_BYTES];
	id_format(member, hex);
	output_value(table, lookup_short(&command->look, member), json_string(hex));
	output_text(table, transfers_name(command, member));
}

static void day_cell(struct output_table *table, int32_t day)
{
	char text[DATE_TEXT_BYTES];
	date_format(day, text);
	output_text(table, day ? text : NULL);
}

static enum err list_one(void *context, const struct transfer_state *state)
{
	struct listing *listing = context;
	struct command *command = listing->command;
	struct output_table *table = listing->table;
	bool open = transfer_state_is_open(state->progress);
	int64_t days = machine_today() - date_of_ms(hlc_ms(state->offer.time), 0);
	if (listing->open_only && !open)
		return ERR_OK;
	member_cells(command, table, &state->offer.member);
	unit_cell(command, table, &state->offer.unit);
	unit_cell(command, table, &state->offer.to);
	output_number(table, (int64_t)state->offer.epoch);
	output_value(table, phrase_text(progress_phrases[state->progress]), json_string(transfer_state_name(state->progress)));
	output_time(table, hlc_ms(state->offer.time));
	day_cell(table, state->day);
	output_number(table, open ? days : 0);
	output_bool(table, open && days > listing->overdue_days);
	output_text(table, todo(state) ? phrase_text(todo(state)) : NULL);
	if (state->refusal)
		output_value(table, phrase_text(transfers_refusal(state->refusal)), json_string(custody_refusal_name(state->refusal)));
	else
		output_text(table, NULL);
	return ERR_OK;
}

static int list(struct command *command)
{
	const char *days = verb_value(command->call, "days");
	struct listing listing = {
		.command = command,
		.overdue_days = days ? strtol(days, NULL, 10) : OVERDUE_DAYS,
		.open_only = verb_given(command->call, "open"),
		.table = command_table(command, "transfers", list_columns, sizeof list_columns / sizeof list_columns[0]),
	};
	if (!listing.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	enum err err = transfer_state_each(&command->txn, list_one, &listing);
	int code = command_table_end(command, listing.table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int transfers_list_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list);
}

// ---- show ----

static const struct output_column show_columns[] = {
	{ .key = "epoch", .heading = PHRASE_HEAD_EPOCH, .number = true }, { .key = "day", .heading = PHRASE_HEAD_SINCE },
	{ .key = "cause", .heading = PHRASE_HEAD_CAUSE }, { .key = "home", .heading = PHRASE_HEAD_HOME },
	{ .key = "registrar", .heading = PHRASE_HEAD_REGISTRAR }, { .key = "final", .heading = PHRASE_HEAD_CONFIRMED },
};

static const struct {
	const char *name;
	enum phrase phrase;
} causes[CUSTODY_CAUSE_END] = {
#define CAUSE_ROW(symbol, number, text) [number] = { .name = #symbol, .phrase = PHRASE_CAUSE_##symbol },
	CUSTODY_CAUSES(CAUSE_ROW)
#undef CAUSE_ROW
};

static void show_record(struct command *command, struct output_table *table, const struct custody_entry *entry)
{
	output_number(table, (int64_t)entry->record.epoch);
	day_cell(table, entry->record.day);
	output_value(table, phrase_text(causes[entry->record.cause].phrase), json_string(causes[entry->record.cause].name));
	unit_cell(command, table, &entry->record.home);
	unit_cell(command, table, &entry->record.registrar);
	output_bool(table, entry->state == CUSTODY_FINAL);
}

static size_t count_late(struct command *command, const struct id *member)
{
	size_t count = 0;
	struct scan scan = transfer_late(&command->txn, member);
	while (scan_next(&scan)) // that nobody has looked at yet
		count += !transfer_is_settled(&command->txn, &command->home.self.unit, member, scan.value);
	scan_end(&scan);
	return count;
}

static int show(struct command *command)
{
	struct id member;
	char hex[ID_TEXT_BYTES];
	int code = transfers_member(command, command->call->arguments[0], &member);
	if (code)
		return code;
	struct output_table *table = command_table(command, "homes", show_columns, sizeof show_columns / sizeof show_columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	id_format(&member, hex);
	output_fact(table, "member", json_string(hex));
	output_fact(table, "late_writes", json_integer((json_int_t)count_late(command, &member)));
	enum err err = ERR_OK;
	struct scan scan = custody_chain_scan(&command->txn, &member);
	while (!err && scan_next(&scan)) {
		struct custody_entry entry;
		err = custody_chain_read(&scan, &entry);
		if (!err)
			show_record(command, table, &entry);
	}
	scan_end(&scan);
	code = command_table_end(command, table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int transfers_show_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
