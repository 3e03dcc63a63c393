// put: a new record, or fields of one that is there.
#include "cli/assign.h"
#include "cli/commands.h"
#include "cli/preset.h"
#include "cli/taken.h"
#include "cli/refusal.h"

static int check_required(struct command *command, const struct pack_kind *kind, const struct pen_write *writes, size_t count)
{
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct pack_field *field = &kind->fields[i];
		bool ours = field->authority == AUTHORITY_OWN || field->authority == AUTHORITY_BOTH;
		bool there = !field->required || !ours || field->retired;
		for (size_t w = 0; w < count && !there; w++)
			there = writes[w].field == field->number && writes[w].value.form != VALUE_IS_NONE;
		if (!there)
			return verb_fail(command->call, &(struct verb_failure){
				.err = ERR_USAGE, .what = PHRASE_MISSING_FIELD, .where = lookup_title(&field->title, field->name),
				.why = "", .remedy = PHRASE_REMEDY_REQUIRED });
	}
	return VERB_OK;
}

// What is retired is kept and shown; nothing new goes into it here.
static int check_offered(struct command *command, const struct pack_kind *kind, const struct pen_write *writes, size_t count)
{
	if (kind->retired && !verb_given(command->call, "record"))
		return verb_usage(command->call, PHRASE_IS_RETIRED, lookup_title(&kind->title, kind->name));
	for (size_t i = 0; i < count; i++) {
		const struct pack_field *field = kind->by_number[writes[i].field];
		if (field->retired && writes[i].value.form != VALUE_IS_NONE)
			return verb_usage(command->call, PHRASE_IS_RETIRED, lookup_title(&field->title, field->name));
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
	if (command->pen.refusal.what)
		return refusal_fail(command, err);
	return verb_fail(command->call, &(struct verb_failure){
		.err = err, .what = PHRASE_CANNOT_WRITE, .where = lookup_title(&kind->title, kind->name),
		.remedy = err != ERR_UNAUTHORISED ? PHRASE_NONE : kind->from_above ? PHRASE_REMEDY_FROM_ABOVE : PHRASE_REMEDY_AUTHORITY });
}

// What a new record takes over or begins with is its own part of the answer.
static void tell(const struct command *command, const struct pack_kind *kind, const struct id *record, bool created,
                 bool changed, const struct preset *preset)
{
	char hex[ID_TEXT_BYTES];
	id_format(record, hex);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:b,s:b,s:O*,s:O*}", "kind", kind->name, "record", hex, "created",
		                                  (int)created, "changed", (int)changed, "carried", preset->carried, "defaults",
		                                  preset->defaults));
	else
		phrase_line(stdout, created ? PHRASE_PUT_CREATED : changed ? PHRASE_PUT_CHANGED : PHRASE_PUT_SAME,
		            PHRASE_WITH(lookup_title(&kind->title, kind->name), hex));
	if (!command->call->json)
		preset_tell(preset);
}

// One putting under way.
struct putting {
	const struct pack_kind *kind;
	struct id record;
	bool fresh;
	struct pen_write *writes;
	size_t count;
	struct preset preset;
};

static int read_writes(struct command *command, struct putting *putting)
{
	const struct verb_call *call = command->call;
	int code = VERB_OK;
	putting->kind = command_kind(command, call->arguments[0], &code);
	if (!putting->kind)
		return code;
	putting->fresh = !verb_given(call, "record");
	putting->count = call->argument_count - 1;
	putting->writes = arena_array(&command->arena, putting->count, sizeof *putting->writes);
	if (!putting->writes)
		return command_fail(command, ERR_BUDGET, PHRASE_CANNOT_WRITE, NULL);
	code = command_owner(command);
	if (!code)
		code = check_owner(command, putting->fresh);
	for (size_t i = 0; i < putting->count && !code; i++)
		code = assign_parse(command, putting->kind, call->arguments[i + 1], &putting->writes[i]);
	if (!code)
		code = check_offered(command, putting->kind, putting->writes, putting->count);
	return code ? code : apply_share(command, putting->writes, putting->count);
}

static int find_record(struct command *command, struct putting *putting)
{
	if (!putting->fresh)
		return command_record(command, putting->kind, verb_value(command->call, "record"), &putting->record);
	int code = preset_add(command, putting->kind, &putting->writes, &putting->count, &putting->preset);
	if (!code)
		code = check_required(command, putting->kind, putting->writes, putting->count);
	if (!code)
		putting->record = pen_new_id(&command->pen);
	return code;
}

static int write_record(struct command *command, struct putting *putting)
{
	bool changed = false;
	const struct pack_kind *kind = putting->kind;
	int code = taken_check(command, kind, &putting->record, putting->writes, putting->count);
	if (code)
		return code;
	enum err err = pen_set(&command->pen, &command->look.unit, kind->number, &putting->record, putting->writes,
	                       putting->count, &changed);
	if (err)
		return failed(command, kind, err);
	code = command_commit(command);
	if (!code)
		tell(command, kind, &putting->record, putting->fresh, changed, &putting->preset);
	return code;
}

int put_record(struct command *command)
{
	struct putting putting = { .fresh = false };
	int code = read_writes(command, &putting);
	if (!code)
		code = find_record(command, &putting);
	if (!code)
		code = write_record(command, &putting);
	preset_free(&putting.preset);
	return code;
}

int put_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, put_record);
}
