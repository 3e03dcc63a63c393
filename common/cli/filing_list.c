// file list, link, sweep and quota: what is attached, what of it is where, and how much room and road it may take.
#include <stdlib.h>

#include "base/bytes.h"
#include "cli/filing.h"
#include "io/machine.h"
#include "sync/file_budget.h"
#include "sync/file_want.h"
#include "sync/picture.h"
#include "sync/piece.h"

bool filing_size(const char *text, uint64_t *bytes)
{
	static const char letters[] = "KMG";
	char *end;
	unsigned long long number = strtoull(text, &end, 10);
	if (end == text || text[0] == '-' || number == 0 || number > UINT64_MAX >> 30 || (end[0] && end[1]))
		return false;
	const char *letter = end[0] ? strchr(letters, end[0]) : NULL;
	if (end[0] && !letter)
		return false;
	*bytes = letter ? (uint64_t)number << 10 * (letter - letters + 1) : number;
	return true;
}

// ---- What records name ----

enum filing_state { FILING_WHOLE, FILING_PART, FILING_AWAY, FILING_NONE };

static const struct {
	const char *name;
	enum phrase phrase;
} states[] = {
	[FILING_WHOLE] = { "whole", PHRASE_FILE_WHOLE }, [FILING_PART] = { "part", PHRASE_FILE_PART },
	[FILING_AWAY] = { "away", PHRASE_FILE_AWAY },    [FILING_NONE] = { "none", PHRASE_FILE_NONE },
};

static const struct output_column columns[] = {
	{ .key = "kind", .heading = PHRASE_HEAD_KIND },
	{ .key = "record", .heading = PHRASE_HEAD_RECORD_LABEL },
	{ .key = "record_id", .machine = true },
	{ .key = "field", .heading = PHRASE_HEAD_FIELD },
	{ .key = "name", .heading = PHRASE_HEAD_FILE_NAME },
	{ .key = "state", .heading = PHRASE_HEAD_STATE },
	{ .key = "bytes", .heading = PHRASE_HEAD_BYTES, .number = true },
	{ .key = "here", .heading = PHRASE_HEAD_PIECES_HERE, .number = true },
	{ .key = "pieces", .heading = PHRASE_HEAD_PIECES_ALL, .number = true },
	{ .key = "received", .heading = PHRASE_HEAD_PIECES_RECEIVED, .number = true },
	{ .key = "picture", .heading = PHRASE_HEAD_FILE_PICTURE },
	{ .key = "wanted", .heading = PHRASE_HEAD_FILE_WANTED },
	{ .key = "file", .heading = PHRASE_HEAD_FILE_HASH },
};

struct listing {
	struct command *command;
	struct output_table *table;
	const struct pack_kind *kind;
	const struct record *record;
	uint64_t unsent;
};

static void print_row(struct listing *listing, const struct pack_field *field, const struct record_write *write)
{
	struct command *command = listing->command;
	struct piece_file file = { .count = 0 };
	struct hash hash;
	char hex[HASH_TEXT_BYTES] = "", name[LIMIT_ELEMENT_BYTES + 1] = "", record[ID_TEXT_BYTES];
	enum filing_state state = FILING_NONE;
	bool wanted = false, picture = false;
	if (write && hash_read(write->value.bytes, &hash) == ERR_OK) {
		bool any = piece_look(&command->txn, &listing->record->key.unit, &hash, &file) == ERR_OK;
		state = !any ? FILING_AWAY : file.whole ? FILING_WHOLE : FILING_PART;
		struct file_want want;
		wanted = file_want_get(&command->txn, &listing->record->key.unit, &hash, &want) && !want.done && !file.whole;
		struct journal_log log;
		uint64_t seq;
		picture = picture_find(&command->txn, &listing->record->key.unit, &hash, &log, &seq) == ERR_OK;
		hash_format(&hash, hex);
		snprintf(name, sizeof name, "%.*s", (int)write->element.size, write->element.data ? (const char *)write->element.data : "");
	}
	listing->unsent += file.received < file.here;
	output_value(listing->table, lookup_title(&listing->kind->title, listing->kind->name), json_string(listing->kind->name));
	output_text(listing->table, lookup_record_label(&command->look, listing->kind, listing->record));
	id_format(&listing->record->key.record, record);
	output_text(listing->table, record);
	output_value(listing->table, lookup_title(&field->title, field->name), json_string(field->name));
	output_text(listing->table, *name ? name : NULL);
	output_value(listing->table, phrase_text(states[state].phrase), json_string(states[state].name));
	output_number(listing->table, (int64_t)file.size);
	output_number(listing->table, file.here);
	output_number(listing->table, file.count);
	output_number(listing->table, file.received);
	output_value(listing->table, picture ? phrase_text(PHRASE_YES) : NULL, json_boolean(picture));
	output_value(listing->table, wanted ? phrase_text(PHRASE_YES) : NULL, json_boolean(wanted));
	output_text(listing->table, *hex ? hex : NULL);
}

static void list_record(struct listing *listing)
{
	for (size_t f = 0; f < listing->kind->field_count; f++) {
		const struct pack_field *field = &listing->kind->fields[f];
		bool any = false;
		if (field->type != VALUE_ATTACHMENT || field->retired)
			continue;
		for (size_t i = 0; i < listing->record->write_count; i++) {
			const struct record_write *write = &listing->record->writes[i];
			bool first = i == 0 || write[-1].field != write->field || !span_equal(write[-1].element, write->element);
			if (write->field != field->number || write->value.form != VALUE_IS_REFERENCE || !first)
				continue;
			print_row(listing, field, write);
			any = true;
		}
		if (!any)
			print_row(listing, field, NULL);
	}
}

static bool has_files(const struct pack_kind *kind)
{
	for (size_t f = 0; f < kind->field_count; f++)
		if (kind->fields[f].type == VALUE_ATTACHMENT && !kind->fields[f].retired)
			return true;
	return false;
}

static enum err list_kind(struct listing *listing, const struct pack_kind *kind)
{
	struct lookup_walk walk = lookup_walk_begin(&listing->command->look, kind->number, false);
	listing->kind = kind;
	while (lookup_walk_next(&walk)) {
		listing->record = &walk.record;
		list_record(listing);
	}
	return lookup_walk_end(&walk);
}

static void tell_waiting(struct command *command)
{
	struct file_budget budget;
	if (file_budget_get(&command->txn, machine_now_ms(), &budget) == ERR_OK && (budget.paused || budget.link != FILE_BUDGET_ANY))
		filing_link_tell(&budget);
}

static int list(struct command *command)
{
	const struct pack_kind *only = NULL;
	struct listing listing = { .command = command };
	int code = command_owner(command);
	if (!code && command->call->argument_count > 0)
		only = command_kind(command, command->call->arguments[0], &code);
	if (code)
		return code;
	listing.table = command_table(command, "files", columns, sizeof columns / sizeof columns[0]);
	if (!listing.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	enum err err = ERR_OK;
	for (size_t k = 0; command->pack && k < command->pack->kind_count && !err; k++)
		if ((!only || only == &command->pack->kinds[k]) && has_files(&command->pack->kinds[k]))
			err = list_kind(&listing, &command->pack->kinds[k]);
	code = command_table_end(command, listing.table);
	if (!code)
		code = command_done(command, err, PHRASE_CANNOT_READ, command->home.dir);
	if (!code && !command->call->json && listing.unsent > 0)
		tell_waiting(command);
	return code;
}

int filing_list_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list);
}

// ---- How much of the road ----

static const char *const links[] = { [FILE_BUDGET_ANY] = "any", [FILE_BUDGET_UNKNOWN] = "unknown", [FILE_BUDGET_BAD] = "bad",
                                     [FILE_BUDGET_IS_GOOD] = "good" };

json_t *filing_link_json(const struct file_budget *budget)
{
	return json_pack("{s:b,s:I,s:I,s:I,s:I,s:s}", "paused", (int)budget->paused, "a_day", (json_int_t)budget->a_day, "today",
	                 (json_int_t)budget->today, "good", (json_int_t)budget->good, "rate", (json_int_t)budget->rate, "link",
	                 links[budget->link]);
}

void filing_link_tell(const struct file_budget *budget)
{
	char day[24], today[24], good[24], rate[24];
	snprintf(day, sizeof day, "%llu", (unsigned long long)budget->a_day);
	snprintf(today, sizeof today, "%llu", (unsigned long long)budget->today);
	snprintf(good, sizeof good, "%llu", (unsigned long long)budget->good);
	snprintf(rate, sizeof rate, "%llu", (unsigned long long)budget->rate);
	if (budget->paused || budget->link == FILE_BUDGET_ANY)
		phrase_line(stdout, budget->paused ? PHRASE_FILE_LINK_NONE : budget->a_day ? PHRASE_FILE_LINK_DAY : PHRASE_FILE_LINK_ALL,
		            PHRASE_WITH(day, today));
	else
		phrase_line(stdout, budget->link == FILE_BUDGET_BAD ? PHRASE_FILE_LINK_BAD : budget->link == FILE_BUDGET_IS_GOOD
		                                                                        ? PHRASE_FILE_LINK_GOOD : PHRASE_FILE_LINK_UNKNOWN,
		            PHRASE_WITH(good, rate));
}

static bool set_link_to(struct command *command, const char *text, const char *rate)
{
	uint64_t a_day = 0, good = 0;
	bool none = strcmp(text, "none") == 0, all = strcmp(text, "all") == 0, if_good = strcmp(text, "good") == 0;
	if (if_good && !rate)
		good = FILE_BUDGET_GOOD;
	else if (if_good ? !filing_size(rate, &good) : rate || (!none && !all && !filing_size(text, &a_day)))
		return false;
	file_budget_pause(&command->txn, none);
	if (!none)
		file_budget_good(&command->txn, good);
	if (!none && !if_good)
		file_budget_set(&command->txn, a_day);
	return true;
}

static int set_link(struct command *command)
{
	const struct verb_call *call = command->call;
	struct file_budget budget;
	if (call->argument_count && !set_link_to(command, call->arguments[0], call->argument_count > 1 ? call->arguments[1] : NULL))
		return verb_usage(call, PHRASE_BAD_FILE_LINK, call->arguments[call->argument_count - 1]);
	enum err err = file_budget_get(&command->txn, machine_now_ms(), &budget);
	int code = err ? command_fail(command, err, PHRASE_CANNOT_WRITE, NULL) : command_commit(command);
	if (code)
		return code;
	if (call->json)
		output_document(call->out, filing_link_json(&budget));
	else
		filing_link_tell(&budget);
	return VERB_OK;
}

int filing_link_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, set_link);
}

// ---- What no record names any more ----

static bool named(struct command *command, const struct id *unit, const struct hash *file)
{
	struct lookup_walk walk = lookup_walk_begin(&command->look, 0, false);
	bool found = false;
	(void)unit;
	while (!found && lookup_walk_next(&walk))
		for (size_t i = 0; i < walk.record.write_count && !found; i++)
			found = span_equal(walk.record.writes[i].value.bytes, hash_span(file)) &&
			        walk.record.writes[i].value.form == VALUE_IS_REFERENCE;
	lookup_walk_end(&walk);
	return found;
}

// Small pictures of such files, whether the files themselves are here or not.
static enum err sweep_pictures(struct command *command, const struct id *unit)
{
	struct hash file = { { 0 } };
	enum err err = ERR_OK;
	while (!err && picture_next(&command->txn, unit, &file) == ERR_OK) {
		if (named(command, unit, &file))
			continue;
		err = picture_sweep(&command->txn, unit, &file);
		err = err == ERR_AGAIN ? ERR_OK : err; // another time
	}
	return err;
}

static int sweep(struct command *command)
{
	struct hash file = { { 0 } };
	const struct id unit = command->look.unit;
	uint64_t swept = 0, waiting = 0;
	char done[24], left[24];
	enum err err = sweep_pictures(command, &unit);
	while (!err && piece_next(&command->txn, &unit, &file) == ERR_OK) {
		uint32_t pieces;
		if (named(command, &unit, &file))
			continue;
		err = piece_sweep(&command->txn, &unit, &file, &pieces);
		swept += err == ERR_OK;
		waiting += err == ERR_AGAIN;
		err = err == ERR_AGAIN ? ERR_OK : err;
	}
	int code = err ? command_fail(command, err, PHRASE_CANNOT_WRITE, NULL) : command_commit(command);
	if (code)
		return code;
	snprintf(done, sizeof done, "%llu", (unsigned long long)swept);
	snprintf(left, sizeof left, "%llu", (unsigned long long)waiting);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:I,s:I}", "swept", (json_int_t)swept, "waiting", (json_int_t)waiting));
	else
		phrase_line(stdout, PHRASE_FILE_SWEPT, PHRASE_WITH(done, left));
	return VERB_OK;
}

int filing_sweep_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, sweep);
}

// ---- How much room ----

static int quota(struct command *command)
{
	const char *text = command->call->argument_count ? command->call->arguments[0] : NULL;
	uint64_t bytes = 0;
	char number[24];
	bool none = text && strcmp(text, "none") == 0;
	if (text && !none && !filing_size(text, &bytes))
		return verb_usage(command->call, PHRASE_BAD_FILE_QUOTA, text);
	if (text)
		file_budget_quota_set(&command->txn, bytes);
	bytes = file_budget_quota(&command->txn);
	int code = command_commit(command);
	if (code)
		return code;
	snprintf(number, sizeof number, "%llu", (unsigned long long)bytes);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:I}", "quota", (json_int_t)bytes));
	else
		phrase_line(stdout, bytes ? PHRASE_FILE_QUOTA_IS : PHRASE_FILE_QUOTA_NONE, PHRASE_WITH(number));
	return VERB_OK;
}

int filing_quota_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, quota);
}
