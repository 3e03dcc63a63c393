// transfer offer, withdraw, accept, refuse: each for one member, several, a file of them, or all.
#include "cli/transfers.h"

#include <stdlib.h>

#include "client/commands.h"
#include "io/file.h"
#include "io/machine.h"
#include "org/custody_chain.h"
#include "sync/pen_away.h"

// One wish for many members. Those for whom it cannot be done are told, the others are written.
struct wish {
	struct command *command;
	struct id to;
	int32_t until;             // of a letter
	enum custody_refusal (*act)(struct wish *wish, const struct id *member, enum err *err);
	struct output_table *table;
	size_t done, refused;
};

static const char *reason_of(const struct wish *wish)
{
	const char *reason = verb_value(wish->command->call, "reason");
	return reason ? reason : "";
}

static enum custody_refusal act_offer(struct wish *wish, const struct id *member, enum err *err)
{
	enum custody_refusal refusal = CUSTODY_DONE;
	*err = pen_custody_offer(&wish->command->pen, member, &wish->to, reason_of(wish), &refusal);
	return refusal;
}

// Out of the tree.
static enum custody_refusal act_offer_out(struct wish *wish, const struct id *member, enum err *err)
{
	enum custody_refusal refusal = CUSTODY_DONE;
	*err = pen_away_offer(&wish->command->pen, member, verb_value(wish->command->call, "out"), wish->until, &refusal);
	return refusal;
}

// The unit is not known here: the servers above are asked for it.
static enum custody_refusal act_seek(struct wish *wish, const struct id *member, enum err *err)
{
	enum custody_refusal refusal = CUSTODY_DONE;
	*err = pen_custody_seek(&wish->command->pen, member, verb_value(wish->command->call, "to"), &refusal);
	return refusal;
}

static enum custody_refusal act_withdraw(struct wish *wish, const struct id *member, enum err *err)
{
	enum custody_refusal refusal = CUSTODY_DONE;
	*err = pen_custody_withdraw(&wish->command->pen, member, &refusal);
	return refusal;
}

static enum custody_refusal act_accept(struct wish *wish, const struct id *member, enum err *err)
{
	enum custody_refusal refusal = CUSTODY_DONE;
	*err = pen_custody_answer(&wish->command->pen, member, true, reason_of(wish), &refusal);
	return refusal;
}

static enum custody_refusal act_refuse(struct wish *wish, const struct id *member, enum err *err)
{
	enum custody_refusal refusal = CUSTODY_DONE;
	*err = pen_custody_answer(&wish->command->pen, member, false, reason_of(wish), &refusal);
	return refusal;
}

static const struct output_column columns[] = {
	{ .key = "member", .heading = PHRASE_HEAD_MEMBER },
	{ .key = "name", .heading = PHRASE_HEAD_PERSON },
	{ .key = "done", .heading = PHRASE_HEAD_RESULT },
	{ .key = "why", .heading = PHRASE_HEAD_REASON },
};

static enum err do_one(struct wish *wish, const struct id *member)
{
	enum err err;
	char hex[ID_TEXT_BYTES];
	struct id copy = *member;
	const char *name = transfers_name(wish->command, &copy);
	enum custody_refusal refusal = wish->act(wish, &copy, &err);
	if (err)
		return err;
	wish->done += !refusal;
	wish->refused += refusal != CUSTODY_DONE;
	id_format(&copy, hex);
	output_value(wish->table, lookup_short(&wish->command->look, &copy), json_string(hex));
	output_text(wish->table, name);
	output_bool(wish->table, !refusal);
	output_value(wish->table, phrase_text(transfers_refusal(refusal)), json_string(custody_refusal_name(refusal)));
	return ERR_OK;
}

// ---- Which members ----

static int do_named(struct wish *wish, const char *text)
{
	struct id member;
	int code = transfers_member(wish->command, text, &member);
	return code ? code : command_done(wish->command, do_one(wish, &member), PHRASE_CANNOT_TRANSFER, text);
}

static int do_file(struct wish *wish, const char *path)
{
	struct buf text = BUF_EMPTY;
	int code = command_done(wish->command, file_read(path, LIMIT_PACK_BYTES, &text), PHRASE_CANNOT_READ, path);
	buf_u8(&text, '\0');
	for (char *line = code || text.err ? NULL : strtok((char *)text.data, "\r\n"); line && !code; line = strtok(NULL, "\r\n"))
		code = do_named(wish, line);
	buf_free(&text);
	return code;
}

static enum err do_offer(void *context, const struct transfer_state *state)
{
	struct wish *wish = context;
	struct id now; // of a unit that became part of another, the other: what that unit accepted is accepted anew
	bool ours = pen_custody_addressee(&wish->command->txn, &state->offer.to, &now) && id_equal(&now, &wish->command->home.self.unit);
	bool open = state->progress == TRANSFER_IS_OPEN || (state->progress == TRANSFER_IS_ACCEPTED && !id_equal(&now, &state->offer.to));
	return ours && open ? do_one(wish, &state->offer.member) : ERR_OK;
}

// Of our own, everybody whose home is here; of offers to us, all that are open.
static int do_all(struct wish *wish)
{
	struct command *command = wish->command;
	enum err err = ERR_OK;
	if (wish->act == act_accept || wish->act == act_refuse)
		return command_done(command, transfer_state_each(&command->txn, do_offer, wish), PHRASE_CANNOT_TRANSFER, NULL);
	struct scan scan = custody_chain_homes(&command->txn, &command->home.self.unit);
	while (!err && scan_next(&scan)) {
		struct id member = custody_chain_home_member(&scan);
		err = do_one(wish, &member);
	}
	scan_end(&scan);
	return command_done(command, err, PHRASE_CANNOT_TRANSFER, NULL);
}

static int do_wish(struct wish *wish)
{
	struct command *command = wish->command;
	const struct verb_call *call = command->call;
	const char *file = verb_value(call, "file");
	int code = VERB_OK;
	wish->table = command_table_held(command, "transfers", columns, sizeof columns / sizeof columns[0]);
	if (!wish->table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	for (size_t i = 0; i < call->argument_count && !code; i++)
		code = do_named(wish, call->arguments[i]);
	if (!code && file)
		code = do_file(wish, file);
	if (!code && verb_given(call, "all"))
		code = do_all(wish);
	if (!code && !wish->done && !wish->refused && !verb_given(call, "all"))
		code = verb_usage(call, PHRASE_TRANSFER_NOBODY, NULL);
	code = command_table_commit(command, wish->table, code);
	return code ? code : wish->refused ? VERB_CONFLICT : VERB_OK;
}

static int offer_out(struct command *command)
{
	const char *text = verb_value(command->call, "days");
	char *end = NULL;
	long days = text ? strtol(text, &end, 10) : PEN_AWAY_DAYS;
	if (days < 1 || days > 3650 || (end && *end))
		return verb_usage(command->call, PHRASE_LETTER_BAD_DAYS, text);
	return do_wish(&(struct wish){ .command = command, .act = act_offer_out, .until = machine_today() + (int32_t)days });
}

static int offer(struct command *command)
{
	if (verb_given(command->call, "to") == verb_given(command->call, "out"))
		return verb_usage(command->call, PHRASE_OFFER_TO_OR_OUT, NULL);
	if (verb_given(command->call, "out"))
		return offer_out(command);
	struct wish wish = { .command = command, .act = act_offer };
	const char *to = verb_value(command->call, "to");
	bool known = lookup_unit(&command->look, to, &wish.to) != ERR_NOT_FOUND;
	int code = known ? command_unit(command, to, &wish.to) : VERB_OK;
	if (!known)
		wish.act = act_seek;
	return code ? code : do_wish(&wish);
}

static int withdraw(struct command *command)
{
	return do_wish(&(struct wish){ .command = command, .act = act_withdraw });
}

static int accept(struct command *command)
{
	return do_wish(&(struct wish){ .command = command, .act = act_accept });
}

static int refuse(struct command *command)
{
	return do_wish(&(struct wish){ .command = command, .act = act_refuse });
}

int transfer_offer_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, offer);
}

int transfer_withdraw_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, withdraw);
}

int transfer_accept_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, accept);
}

int transfer_refuse_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, refuse);
}
