// One row a request: who asked whom for what and why; what was answered.
#include "cli/inquiries.h"

#include "base/hlc.h"

static const struct output_column columns[] = {
	{ .key = "request", .heading = PHRASE_HEAD_REQUEST }, { .key = "time", .heading = PHRASE_HEAD_TIME },
	{ .key = "by", .heading = PHRASE_HEAD_ASKED_BY },     { .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "kind", .heading = PHRASE_HEAD_KIND },       { .key = "record", .heading = PHRASE_HEAD_ASKED_FOR },
	{ .key = "why", .heading = PHRASE_HEAD_REASON },      { .key = "answer", .heading = PHRASE_HEAD_ANSWER },
	{ .key = "answered", .heading = PHRASE_HEAD_ANSWERED }, { .key = "text", .heading = PHRASE_HEAD_TEXT },
	{ .key = "shared", .heading = PHRASE_HEAD_SHARED },
};

struct output_table *inquiries_table(struct command *command)
{
	return command_table(command, "requests", columns, sizeof columns / sizeof columns[0]);
}

struct rows {
	struct command *command;
	struct output_table *table;
	const struct id *unit, *by;
};

static const char *kept(struct command *command, struct span text)
{
	return text.size ? arena_string(&command->arena, text) : NULL;
}

// Its label where it can be read here, else its id; what was only described, as described.
static void print_asked_for(struct rows *rows, const struct pack_kind *kind, const struct inquiry_request *request)
{
	struct command *command = rows->command;
	struct record record;
	const struct record_key key = { .unit = *rows->unit, .kind = request->kind, .record = request->record };
	if (id_is_zero(&request->record)) {
		output_text(rows->table, kept(command, request->description));
		return;
	}
	const char *id = lookup_short(&command->look, &request->record);
	bool here = kind && record_load(&command->txn, &key, &command->arena, &record) == ERR_OK && record.write_count > 0;
	output_value(rows->table, here ? lookup_record_label(&command->look, kind, &record) : id, json_string(id));
}


static enum err print_row(void *context, const struct inquiry *inquiry)
{
	static const enum phrase shown[INQUIRY_ANSWER_END] = {
		[INQUIRY_OPEN] = PHRASE_ANSWER_OPEN, [INQUIRY_GRANT] = PHRASE_ANSWER_GRANTED, [INQUIRY_REFUSE] = PHRASE_ANSWER_REFUSED,
	};
	static const char *const names[INQUIRY_ANSWER_END] = {
		[INQUIRY_OPEN] = "open", [INQUIRY_GRANT] = "granted", [INQUIRY_REFUSE] = "refused",
	};
	struct rows *rows = context;
	struct command *command = rows->command;
	struct output_table *table = rows->table;
	const struct inquiry_request *request = &inquiry->request;
	const struct inquiry_reply *reply = &inquiry->reply;
	const struct pack_kind *kind = command->pack ? pack_kind_by_number(command->pack, request->kind) : NULL;
	bool answered = reply->answer != INQUIRY_OPEN;
	struct charter_device asker;
	bool known = charter_device_get(&command->txn, &inquiry->asked.device, &asker) == ERR_OK;
	if (rows->by && !(known && id_equal(rows->by, &asker.unit)))
		return ERR_OK;
	output_text(table, lookup_short(&command->look, &request->id));
	output_time(table, hlc_ms(inquiry->asked.time));
	output_text(table, known ? lookup_unit_name(&command->look, &asker.unit) : NULL);
	output_value(table, lookup_unit_name(&command->look, rows->unit), json_string(lookup_short(&command->look, rows->unit)));
	output_value(table, kind ? lookup_title(&kind->title, kind->name) : NULL, kind ? json_string(kind->name) : NULL);
	print_asked_for(rows, kind, request);
	output_text(table, kept(command, request->why));
	output_value(table, phrase_text(shown[reply->answer]), json_string(names[reply->answer]));
	output_time(table, answered ? hlc_ms(inquiry->answered.time) : 0);
	output_text(table, kept(command, reply->text));
	output_text(table, reply->kind ? lookup_short(&command->look, &reply->record) : NULL);
	return ERR_OK;
}

enum err inquiries_rows(struct command *command, struct output_table *table, const struct id *unit, const struct id *by)
{
	struct rows rows = { .command = command, .table = table, .unit = unit, .by = by };
	return inquiry_each(&command->txn, unit, &command->arena, print_row, &rows);
}

static enum err count_open(void *context, const struct inquiry *inquiry)
{
	uint64_t *count = context;
	*count += inquiry->reply.answer == INQUIRY_OPEN;
	return ERR_OK;
}

enum err inquiries_open(struct command *command, uint64_t *count)
{
	*count = 0;
	return inquiry_each(&command->txn, &command->look.unit, &command->arena, count_open, count);
}
