// join: this machine becomes a device of the unit that the invitation names.
#include "client/commands.h"
#include "cli/joining.h"

int join_run(const struct verb_call *call)
{
	return joining_run(call, call->arguments[0], verb_value(call, "label"), false);
}
