// move: a record is taken on in the workflow of its kind. What the move must fill in is written with it.
#include "cli/assign.h"
#include "cli/flow.h"
#include "cli/refusal.h"

static void tell_move(struct command *command, const struct pack_kind *kind, const struct id *record, const struct workflow_move *move,
                      bool changed)
{
	char hex[ID_TEXT_BYTES];
	id_format(record, hex);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:s,s:s,s:b}", "kind", kind->name, "record", hex, "move", move->name, "state",
		                                  flow_state_name(kind, move->to), "changed", (int)changed));
	else
		phrase_line(stdout, PHRASE_MOVE_DONE, PHRASE_WITH(lookup_title(&move->title, move->name), flow_state_title(kind, move->to)));
}

static int move(struct command *command)
{
	const struct verb_call *call = command->call;
	const struct pack_kind *kind;
	struct id record;
	bool changed = false;
	int code = flow_find(command, &kind, &record);
	if (code)
		return code;
	const struct workflow_move *made = workflow_move_by_name(kind->workflow, call->arguments[2]);
	size_t count = call->argument_count - 3;
	struct pen_write *writes = arena_array(&command->arena, count + 1, sizeof *writes);
	if (!made)
		return verb_usage(call, PHRASE_NO_MOVE, call->arguments[2]);
	for (size_t i = 0; writes && i < count && !code; i++)
		code = assign_parse(command, kind, call->arguments[3 + i], &writes[i]);
	if (!writes || code)
		return writes ? code : command_fail(command, ERR_BUDGET, PHRASE_CANNOT_WRITE, NULL);
	writes[count] = (struct pen_write){ .field = kind->workflow->state->number,
	                                    .value = { .form = VALUE_IS_NUMBER, .number = made->to } };
	enum err err = pen_set(&command->pen, &command->look.unit, kind->number, &record, writes, count + 1, &changed);
	if (err && command->pen.refusal.what)
		return refusal_fail(command, err);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE, call->arguments[1]);
	code = command_commit(command);
	if (!code)
		tell_move(command, kind, &record, made, changed);
	return code;
}

int move_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, move);
}
