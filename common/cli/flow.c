// What is common to the verbs on workflows.
#include "cli/flow.h"

const char *flow_state_title(const struct pack_kind *kind, uint16_t code)
{
	const struct pack_option *option = pack_option_by_code(kind->workflow->state, code);
	return option ? lookup_title(&option->title, option->name) : phrase_text(PHRASE_BUCKET_NONE);
}

const char *flow_state_name(const struct pack_kind *kind, uint16_t code)
{
	const struct pack_option *option = pack_option_by_code(kind->workflow->state, code);
	return option ? option->name : "";
}

int flow_find(struct command *command, const struct pack_kind **kind, struct id *record)
{
	int code = VERB_OK;
	*kind = command_kind(command, command->call->arguments[0], &code);
	if (*kind && !(*kind)->workflow)
		code = verb_usage(command->call, PHRASE_NO_WORKFLOW, lookup_title(&(*kind)->title, (*kind)->name));
	if (!code)
		code = command_owner(command);
	return code ? code : command_record(command, *kind, command->call->arguments[1], record);
}
