// put: a new record, or fields of one that is there.
#include "cli/assign.h"
#include "cli/commands.h"

static int check_required(struct command *command, const struct pack_kind *kind, const struct pen_write *writes, size_t count)
{
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct pack_field *field = &kind->fields[i];
		bool ours = field->authority == AUTHORITY_OWN || field->authority == AUTHORITY_BOTH;
		bool there = !field->required || !ours;
		for (size_t w = 0; w < count && !there; w++)
			there = writes[w].field == field->number && writes[w].value.form != VALUE_IS_NONE;
		if (!there)
			return verb_fail(command->call, &(struct verb_failure){
				.err = ERR_USAGE, .what = PHRASE_MISSING_FIELD, .where = lookup_title(&field->title, field->name),
				.why = "", .remedy = PHRASE_REMEDY_REQUIRED });
	}
	return VERB_OK;
}

static int apply_share(struct command *command, struct pen_write *writes, size_t count)
{
	enum lane lane;
	const char *text = verb_value(command->call, "share");
	if (!text)
		return VERB_OK;
	if (!lane_parse(text, &lane) || lane > LANE_UP)
		return verb_usage(command->call, PHRASE_BAD_LANE, text);
	for (size_t i = 0; i < count; i++)
		writes[i].lane = lane;
	return VERB_OK;
}

// A superior writes into records that are there; the record itself is its unit's to make.
static int check_owner(struct command *command, bool fresh)
{
	bool own = id_equal(&command->look.unit, &command->home.self.unit);
	return own || !fresh ? VERB_OK : verb_usage(command->call, PHRASE_PUT_OTHERS, lookup_unit_name(&command->look, &command->look.unit));
}

static int failed(struct command *command, const struct pack_kind *kind, enum err err)
{
	return verb_fail(command->call, &(struct verb_failure){
		.err = err, .what = PHRASE_CANNOT_WRITE, .where = lookup_title(&kind->title, kind->name),
		.remedy = err == ERR_UNAUTHORISED ? PHRASE_REMEDY_AUTHORITY : PHRASE_NONE });
}

static void tell(const struct command *command, const struct pack_kind *kind, const struct id *record, bool created, bool changed)
{
	char hex[ID_TEXT_BYTES];
	id_format(record, hex);
	if (command->call->json)
		output_document(stdout, json_pack("{s:s,s:s,s:b,s:b}", "kind", kind->name, "record", hex, "created", (int)created,
		                                  "changed", (int)changed));
	else
		phrase_line(stdout, created ? PHRASE_PUT_CREATED : changed ? PHRASE_PUT_CHANGED : PHRASE_PUT_SAME,
		            PHRASE_WITH(lookup_title(&kind->title, kind->name), hex));
}

static int put(struct command *command)
{
	const struct verb_call *call = command->call;
	int code = VERB_OK;
	const struct pack_kind *kind = command_kind(command, call->arguments[0], &code);
	size_t count = call->argument_count - 1;
	struct pen_write *writes = arena_array(&command->arena, count, sizeof *writes);
	if (!kind || !writes)
		return kind ? command_fail(command, ERR_BUDGET, PHRASE_CANNOT_WRITE, NULL) : code;
	code = command_owner(command);
	if (!code)
		code = check_owner(command, !verb_given(call, "record"));
	for (size_t i = 0; i < count && !code; i++)
		code = assign_parse(command, kind, call->arguments[i + 1], &writes[i]);
	if (!code)
		code = apply_share(command, writes, count);
	const char *text = verb_value(call, "record");
	struct id record;
	bool changed = false;
	if (!code)
		code = text ? command_record(command, kind, text, &record) : check_required(command, kind, writes, count);
	if (code)
		return code;
	if (!text)
		record = pen_new_id(&command->pen);
	enum err err = pen_set(&command->pen, &command->look.unit, kind->number, &record, writes, count, &changed);
	if (err)
		return failed(command, kind, err);
	code = command_commit(command);
	if (!code)
		tell(command, kind, &record, !text, changed);
	return code;
}

int put_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, put);
}
