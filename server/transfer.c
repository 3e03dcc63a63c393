// transfer approve, transfer deny.
#include "cli/transfers.h"
#include "server/commands.h"
#include "sync/pen_custody.h"

static int judge(struct command *command, bool approve)
{
	struct id member;
	char hex[ID_TEXT_BYTES];
	enum custody_refusal refusal = CUSTODY_DONE;
	const char *reason = verb_value(command->call, "reason");
	int code = transfers_member(command, command->call->arguments[0], &member);
	if (code)
		return code;
	enum err err = pen_custody_judge(&command->pen, &member, approve, reason ? reason : "", &refusal);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_TRANSFER, command->call->arguments[0]);
	if (refusal)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_CONFLICT, .what = PHRASE_CANNOT_TRANSFER, .where = command->call->arguments[0],
			.why = phrase_text(transfers_refusal(refusal)),
		.remedy = PHRASE_TRANSFER_UNCHANGED });
	code = command_commit(command);
	id_format(&member, hex);
	if (!code && command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:b}", "member", hex, "approved", (int)approve));
	else if (!code)
		phrase_line(stdout, PHRASE_TRANSFER_DONE_LINE, PHRASE_WITH(hex, phrase_text(PHRASE_CUSTODY_DONE)));
	return code;
}

static int approve(struct command *command) { return judge(command, true); }
static int deny(struct command *command) { return judge(command, false); }

int transfer_approve_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, approve);
}

int transfer_deny_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, deny);
}
