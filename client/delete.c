// delete: marks a record as deleted. Its history stays; writing field 0 again would bring it back.
#include "client/commands.h"

static int delete(struct command *command)
{
	int code = VERB_OK;
	const char *text = command->call->arguments[1];
	const struct pack_kind *kind = command_kind(command, command->call->arguments[0], &code);
	struct id record;
	bool changed = false;
	if (kind)
		code = command_record(command, kind, text, &record);
	if (code)
		return code;
	struct pen_write write = { .field = 0, .value = { .form = VALUE_IS_NUMBER, .number = 1 } };
	enum err err = pen_set(&command->pen, &command->look.unit, kind->number, &record, &write, 1, &changed);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE, text);
	code = command_commit(command);
	if (code)
		return code;
	char hex[ID_TEXT_BYTES];
	id_format(&record, hex);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:b}", "kind", kind->name, "record", hex, "deleted", 1));
	else
		phrase_line(stdout, PHRASE_DELETE_DONE, PHRASE_WITH(lookup_title(&kind->title, kind->name), hex));
	return VERB_OK;
}

int delete_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, delete);
}
