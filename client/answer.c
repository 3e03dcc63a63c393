// asked, answer: what superiors asked this unit for, and its answer. To grant is the unit's own act: it
// shares fields of the record by writing them into a lane that the asker reads.
#include "cli/inquiries.h"
#include "client/commands.h"

static int asked(struct command *command)
{
	struct output_table *table = inquiries_table(command);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	enum err err = inquiries_rows(command, table, &command->look.unit, NULL);
	int code = command_table_end(command, table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int answer_asked_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, asked);
}

// ---- Which request ----

struct finding {
	const char *text;
	size_t found;
	struct inquiry inquiry;
};

static enum err match(void *context, const struct inquiry *inquiry)
{
	struct finding *finding = context;
	char hex[ID_TEXT_BYTES];
	id_format(&inquiry->request.id, hex);
	if (strlen(finding->text) < LOOKUP_PREFIX_MIN || strncmp(hex, finding->text, strlen(finding->text)) != 0)
		return ERR_OK;
	finding->inquiry = *inquiry;
	finding->found++;
	return ERR_OK;
}

static int find_request(struct command *command, const char *text, struct inquiry *inquiry)
{
	struct finding finding = { .text = text };
	enum err err = inquiry_each(&command->txn, &command->look.unit, &command->arena, match, &finding);
	*inquiry = finding.inquiry;
	if (!err && finding.found != 1)
		return verb_fail(command->call, &(struct verb_failure){
			.err = finding.found ? ERR_USAGE : ERR_NOT_FOUND, .what = PHRASE_NO_REQUEST, .where = text, .why = "",
			.remedy = PHRASE_REMEDY_NO_REQUEST });
	return command_done(command, err, PHRASE_CANNOT_READ, text);
}

// ---- What is shared ----

struct sharing {
	const struct pack_kind *kind;
	struct record record;
	enum lane lane;
	bool named[LIMIT_FIELDS_PER_RECORD]; // by the person who grants
	bool any_named;
	struct pen_write *writes;
	size_t count;
};

// Without names, everything but what is private.
static bool wanted(const struct sharing *sharing, const struct pack_field *field)
{
	if (!field || field->lane == LANE_DOWN || field->lane >= sharing->lane)
		return false;
	return sharing->any_named ? sharing->named[field->number] : field->lane != LANE_PRIVATE;
}

static int gather_shared(struct command *command, struct sharing *sharing)
{
	const struct record *record = &sharing->record;
	sharing->writes = arena_array(&command->arena, record->write_count, sizeof *sharing->writes);
	if (!sharing->writes)
		return command_fail(command, ERR_BUDGET, PHRASE_CANNOT_WRITE, NULL);
	for (size_t i = 0; i < record->write_count; i++) {
		const struct record_write *write = &record->writes[i];
		const struct pack_field *field = write->field ? sharing->kind->by_number[write->field] : NULL;
		size_t live;
		if (!wanted(sharing, field) || write->value.form == VALUE_IS_NONE)
			continue;
		if (record_writes(record, write->field, write->element, &live) != write || live > 1)
			return verb_fail(command->call, &(struct verb_failure){
				.err = ERR_CONFLICT, .what = PHRASE_CANNOT_WRITE, .where = lookup_title(&field->title, field->name) });
		sharing->writes[sharing->count++] = (struct pen_write){
			.field = write->field, .element = write->element, .value = write->value, .lane = sharing->lane };
	}
	return VERB_OK;
}

static int name_fields(struct command *command, struct sharing *sharing)
{
	int code = VERB_OK;
	for (size_t i = 2; i < command->call->argument_count && !code; i++) {
		const struct pack_field *field = command_field(command, sharing->kind, command->call->arguments[i], &code);
		if (!field)
			return code;
		sharing->named[field->number] = sharing->any_named = true;
	}
	return code;
}

static int share(struct command *command, const struct inquiry *inquiry, struct sharing *sharing, struct inquiry_reply *reply)
{
	bool changed;
	const char *text = verb_value(command->call, "record");
	int code = name_fields(command, sharing);
	reply->record = inquiry->request.record;
	if (!code && text)
		code = command_record(command, sharing->kind, text, &reply->record);
	if (!code && id_is_zero(&reply->record))
		return verb_usage(command->call, PHRASE_ANSWER_WHICH, arena_string(&command->arena, inquiry->request.description));
	if (code)
		return code;
	const struct record_key key = { .unit = command->look.unit, .kind = sharing->kind->number, .record = reply->record };
	enum err err = record_load(&command->txn, &key, &command->arena, &sharing->record);
	if (!err && sharing->record.write_count == 0)
		err = ERR_NOT_FOUND;
	if (err)
		return command_fail(command, err, PHRASE_NO_RECORD, lookup_short(&command->look, &reply->record));
	code = gather_shared(command, sharing);
	if (!code && sharing->count)
		err = pen_set(&command->pen, NULL, key.kind, &key.record, sharing->writes, sharing->count, &changed);
	reply->kind = key.kind;
	return code ? code : command_done(command, err, PHRASE_CANNOT_WRITE, lookup_title(&sharing->kind->title, sharing->kind->name));
}

// ---- The answer ----

static int tell(struct command *command, const struct inquiry_reply *reply, size_t count)
{
	char number[24];
	bool granted = reply->answer == INQUIRY_GRANT;
	snprintf(number, sizeof number, "%zu", count);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:I}", "request", lookup_short(&command->look, &reply->request), "answer",
		                                  granted ? "granted" : "refused", "shared", (json_int_t)count));
	else
		phrase_line(stdout, granted ? PHRASE_ANSWERED_YES : PHRASE_ANSWERED_NO, PHRASE_WITH(number));
	return VERB_OK;
}

static int answer(struct command *command)
{
	const struct verb_call *call = command->call;
	const char *text = verb_value(call, "text"), *word = call->arguments[1];
	struct sharing sharing = { .kind = NULL };
	struct inquiry inquiry;
	bool grants = strcmp(word, "grant") == 0;
	if (!grants && strcmp(word, "refuse") != 0)
		return verb_usage(call, PHRASE_BAD_ANSWER, word);
	int code = find_request(command, call->arguments[0], &inquiry);
	if (code)
		return code;
	struct inquiry_reply reply = { .request = inquiry.request.id, .answer = grants ? INQUIRY_GRANT : INQUIRY_REFUSE,
	                               .text = span_string(text ? text : "") };
	enum err err = pen_inquiry_lane(&command->pen, &inquiry, &sharing.lane);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE, call->arguments[0]);
	sharing.kind = command->pack ? pack_kind_by_number(command->pack, inquiry.request.kind) : NULL;
	if (grants && !sharing.kind)
		return command_fail(command, ERR_NOT_FOUND, PHRASE_NO_KIND, NULL);
	if (grants)
		code = share(command, &inquiry, &sharing, &reply);
	if (!code)
		code = command_done(command, pen_inquiry_answer(&command->pen, &reply, sharing.lane), PHRASE_CANNOT_WRITE,
		                    call->arguments[0]);
	if (!code)
		code = command_commit(command);
	return code ? code : tell(command, &reply, sharing.count);
}

int answer_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, answer);
}
