// theme, circular: the kinds of record that the pack gives these roles. On a server, assignments make one
// or change one; without any, and on a device, they choose what is listed.
#include "cli/commands.h"

struct role {
	enum pack_role role;
	enum phrase none;
};

static const struct role theme = { PACK_ROLE_THEME, PHRASE_NO_THEME };
static const struct role circular = { PACK_ROLE_CIRCULAR, PHRASE_NO_CIRCULAR };

// The same call, with the kind's name before its arguments.
static int with_kind(struct command *command, const struct role *role, int (*work)(struct command *command))
{
	const struct verb_call *call = command->call;
	const struct pack_kind *kind = command->pack ? pack_kind_by_role(command->pack, role->role) : NULL;
	if (!kind)
		return verb_fail(call, &(struct verb_failure){
			.err = command->pack ? ERR_NOT_FOUND : ERR_AGAIN, .what = command->pack ? role->none : PHRASE_NO_PACK, .why = "",
			.remedy = command->pack ? PHRASE_REMEDY_NO_ROLE : PHRASE_REMEDY_NO_PACK });
	struct verb_call *longer = arena_alloc(&command->arena, sizeof *longer);
	char **arguments = arena_array(&command->arena, call->argument_count + 1, sizeof *arguments);
	if (!longer || !arguments)
		return command_fail(command, ERR_BUDGET, PHRASE_CANNOT_READ, NULL);
	*longer = *call;
	arguments[0] = arena_string(&command->arena, span_string(kind->name));
	if (!arguments[0])
		return command_fail(command, ERR_BUDGET, PHRASE_CANNOT_READ, NULL);
	for (size_t i = 0; i < call->argument_count; i++)
		arguments[i + 1] = call->arguments[i];
	longer->arguments = arguments;
	longer->argument_count = call->argument_count + 1;
	command->call = longer;
	int code = work(command);
	command->call = call;
	return code;
}

static int put_theme(struct command *command) { return with_kind(command, &theme, put_record); }
static int list_themes(struct command *command) { return with_kind(command, &theme, list_records); }
static int put_circular(struct command *command) { return with_kind(command, &circular, put_record); }
static int list_circulars(struct command *command) { return with_kind(command, &circular, list_records); }

// A server's program has the option of changing one that is there.
static bool writes(const struct verb_call *call)
{
	return strcmp(call->program->name, "tributaryd") == 0 && call->argument_count > 0;
}

int role_theme_run(const struct verb_call *call)
{
	return writes(call) ? command_run(call, COMMAND_WRITE, put_theme) : command_run(call, COMMAND_READ, list_themes);
}

int role_circular_run(const struct verb_call *call)
{
	return writes(call) ? command_run(call, COMMAND_WRITE, put_circular) : command_run(call, COMMAND_READ, list_circulars);
}
