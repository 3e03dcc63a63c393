// invite: one line of text that lets one device, or one server, in. Only the line goes to stdout.
#include <stdlib.h>

#include "io/machine.h"
#include "org/enrol.h"
#include "server/commands.h"

enum { DAYS_DEFAULT = 7, DAYS_MAX = 366 };

static int read_days(const struct verb_call *call, long *days)
{
	const char *text = verb_value(call, "days");
	char *end = NULL;
	*days = text ? strtol(text, &end, 10) : DAYS_DEFAULT;
	if (text && (*end || end == text || *days < 1 || *days > DAYS_MAX))
		return verb_usage(call, PHRASE_BAD_DAYS, text);
	return VERB_OK;
}

// Without a label: the unit and the how manieth of its devices this will be.
static const char *make_label(struct command *command, const struct id *unit)
{
	struct hash device;
	char number[16];
	unsigned count = 1;
	struct charter_walk walk = charter_devices(&command->txn, unit);
	while (charter_device_next(&walk, &device))
		count++;
	charter_walk_end(&walk);
	snprintf(number, sizeof number, " %u", count);
	struct buf label = BUF_EMPTY;
	buf_string(&label, lookup_unit_name(&command->look, unit));
	if (label.size > LIMIT_TITLE_BYTES - sizeof number)
		buf_clear(&label);
	buf_string(&label, number);
	const char *kept = label.err ? NULL : arena_string(&command->arena, buf_span(&label));
	buf_free(&label);
	return kept ? kept : "";
}

static void tell(const struct command *command, const char *code, const char *path, int32_t expiry, bool server)
{
	char day[DATE_TEXT_BYTES];
	date_format(expiry, day);
	if (command->call->json) {
		output_document(command->call->out, json_pack("{s:s,s:s,s:s,s:b}", "code", code, "unit", path, "expires", day, "server", (int)server));
		return;
	}
	printf("%s\n", code);
	phrase_line(stderr, server ? PHRASE_INVITED_SERVER : PHRASE_INVITED, PHRASE_WITH(path, day));
}

// A unit has one server: the new one is let in when the old one was revoked.
static void warn(struct command *command, const struct id *unit)
{
	struct charter_unit row;
	if (!command->call->json && charter_unit_get(&command->txn, unit, &row) == ERR_OK && !hash_is_zero(&row.server))
		phrase_line(stderr, PHRASE_INVITED_SECOND, NULL);
}

static int invite(struct command *command)
{
	const struct verb_call *call = command->call;
	const struct config *config = &command->home.config;
	const struct self *self = &command->home.self;
	struct id unit;
	long days;
	char text[ENROL_CODE_BYTES];
	int code = read_days(call, &days);
	if (!code)
		code = command_unit(command, verb_value(call, "unit"), &unit);
	if (code)
		return code;
	const char *porch = config->public_porch[0] ? config->public_porch : config->porch;
	bool reachable = config_reachable(porch);
	if (!reachable && verb_given(call, "stick"))
		porch = "";
	else if (!reachable)
		return verb_fail(call, &(struct verb_failure){
			.err = ERR_NOT_FOUND, .what = PHRASE_NO_PORCH, .where = command->home.dir,
			.why = phrase_text(PHRASE_NO_PORCH_WHY), .remedy = PHRASE_REMEDY_PORCH });
	struct enrol_invitation invitation = {
		.server_curve = self->identity.curve_public,
		.server_key = self->identity.sign_public,
		.expiry = machine_today() + (int32_t)days,
		.server = verb_given(call, "server"),
	};
	machine_random(invitation.secret, sizeof invitation.secret);
	memcpy(invitation.porch, porch, strlen(porch) + 1);
	const char *label = verb_value(call, "label"), *path = lookup_unit_path(&command->look, &unit);
	enum err err = enrol_invite(&command->txn, &invitation, &unit, label ? label : make_label(command, &unit));
	if (!err)
		err = enrol_code_format(&invitation, text);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_INVITE, path);
	if (invitation.server)
		warn(command, &unit);
	code = command_commit(command);
	if (!code)
		tell(command, text, path, invitation.expiry, invitation.server);
	return code;
}

int invite_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, invite);
}
