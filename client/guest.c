// guest list, guest accept, guest refuse: members of other branches at this unit.
#include "client/attach.h"
#include "client/commands.h"

static const enum phrase state_phrases[] = {
	[PEN_PRESENCE_OPEN] = PHRASE_ATTACH_WAITING,
	[PEN_PRESENCE_ACCEPTED] = PHRASE_ATTACH_ACCEPTED,
	[PEN_PRESENCE_REFUSED] = PHRASE_ATTACH_REFUSED,
	[PEN_PRESENCE_ENDED] = PHRASE_ATTACH_ENDED,
};

static const char *const state_names[] = {
	[PEN_PRESENCE_OPEN] = "waiting", [PEN_PRESENCE_ACCEPTED] = "accepted",
	[PEN_PRESENCE_REFUSED] = "refused", [PEN_PRESENCE_ENDED] = "ended",
};

static const Tributary__PresenceGuest *read_guest(struct command *command, const struct presence_word *word)
{
	struct span bytes;
	ProtobufCMessage *message;
	if (arena_copy(&command->arena, word->message, &bytes) ||
	    pb_unpack(&tributary__presence_guest__descriptor, bytes, &command->arena, &message))
		return NULL;
	return (const Tributary__PresenceGuest *)message;
}

// The text of the field that names a guest's record here.
static const char *name_of(const struct command *command, const Tributary__PresenceGuest *guest)
{
	const struct pack_kind *kind = pack_kind_by_role(command->pack, PACK_ROLE_GUEST);
	const struct pack_field *label = kind && kind->label ? kind->by_number[kind->label] : NULL;
	for (size_t i = 0; label && i < guest->n_fields; i++)
		if (strcmp(guest->fields[i]->name, label->name) == 0)
			return guest->fields[i]->text;
	return NULL;
}

// ---- list ----

static const struct output_column list_columns[] = {
	{ .key = "attachment", .heading = PHRASE_HEAD_ATTACHMENT }, { .key = "name", .heading = PHRASE_HEAD_PERSON },
	{ .key = "home", .heading = PHRASE_HEAD_HOME },             { .key = "from", .heading = PHRASE_HEAD_SINCE },
	{ .key = "until", .heading = PHRASE_HEAD_LAST_DAY },        { .key = "state", .heading = PHRASE_HEAD_STATE },
};

static enum err list_one(struct command *command, struct output_table *table, const struct presence_word *word)
{
	enum pen_presence_state state;
	char hex[ID_TEXT_BYTES];
	enum err err = pen_presence_guest(&command->txn, command->pack, &command->home.self.unit, word, &command->arena, &state);
	const Tributary__PresenceGuest *guest = err ? NULL : read_guest(command, word);
	if (!guest)
		return err;
	id_format(&word->attachment, hex);
	output_value(table, lookup_short(&command->look, &word->attachment), json_string(hex));
	output_text(table, name_of(command, guest));
	attach_unit_cell(command, table, &word->unit);
	attach_day_cell(table, guest->since);
	attach_day_cell(table, guest->until);
	output_value(table, phrase_text(state_phrases[state]), json_string(state_names[state]));
	return ERR_OK;
}

static int list(struct command *command)
{
	if (!command->pack || !pack_kind_by_role(command->pack, PACK_ROLE_GUEST))
		return verb_usage(command->call, PHRASE_PRESENCE_NO_KINDS, NULL);
	struct output_table *table = command_table(command, "guests", list_columns, sizeof list_columns / sizeof list_columns[0]);
	enum err err = table ? ERR_OK : ERR_NOMEM;
	struct scan scan = presence_words(&command->txn, PRESENCE_GUEST, NULL);
	while (!err && scan_next(&scan)) {
		struct presence_word word;
		err = presence_read(&scan, &word);
		if (!err)
			err = list_one(command, table, &word);
	}
	scan_end(&scan);
	int code = table ? command_table_end(command, table) : VERB_OK;
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int guest_list_run(const struct verb_call *call) { return command_run(call, COMMAND_READ, list); }

// ---- accept, refuse ----

static const struct output_column done_columns[] = {
	{ .key = "attachment", .heading = PHRASE_HEAD_ATTACHMENT }, { .key = "name", .heading = PHRASE_HEAD_PERSON },
	{ .key = "done", .heading = PHRASE_HEAD_RESULT },           { .key = "why", .heading = PHRASE_HEAD_REASON },
};

enum { GUESTS_MOST = 4096 };

struct answering {
	struct command *command;
	struct output_table *table;
	struct presence_word *words; // of guests, in the arena, without what they say
	size_t count, done, refused;
	bool accept;
};

static enum err find_guests(struct answering *answering)
{
	struct command *command = answering->command;
	answering->words = arena_array(&command->arena, GUESTS_MOST, sizeof *answering->words);
	if (!answering->words)
		return ERR_BUDGET;
	struct scan scan = presence_words(&command->txn, PRESENCE_GUEST, NULL);
	enum err err = ERR_OK;
	while (!err && answering->count < GUESTS_MOST && scan_next(&scan)) {
		struct presence_word *word = &answering->words[answering->count++];
		err = presence_read(&scan, word);
		if (!err)
			err = arena_copy(&command->arena, word->message, &word->message);
	}
	scan_end(&scan);
	return err;
}

static int answer_one(struct answering *answering, const struct presence_word *word, const char *text)
{
	struct command *command = answering->command;
	enum pen_presence_refusal refusal = PEN_PRESENCE_NO_GUEST;
	char hex[ID_TEXT_BYTES] = "";
	const Tributary__PresenceGuest *guest = word ? read_guest(command, word) : NULL;
	enum err err = word ? pen_presence_answer(&command->pen, word, answering->accept, &refusal) : ERR_OK;
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_ATTACH, text);
	answering->done += !refusal;
	answering->refused += refusal != PEN_PRESENCE_DONE;
	if (word)
		id_format(&word->attachment, hex);
	output_value(answering->table, word ? lookup_short(&command->look, &word->attachment) : NULL, word ? json_string(hex) : json_null());
	output_text(answering->table, guest ? name_of(command, guest) : text);
	output_bool(answering->table, !refusal);
	output_value(answering->table, phrase_text(attach_refusal(refusal)), json_string(pen_presence_refusal_name(refusal)));
	return VERB_OK;
}

static bool is_meant(struct command *command, const struct presence_word *word, const char *text)
{
	char hex[ID_TEXT_BYTES];
	const Tributary__PresenceGuest *guest = read_guest(command, word);
	const char *name = guest ? name_of(command, guest) : NULL;
	id_format(&word->attachment, hex);
	return (name && strcmp(name, text) == 0) || (strlen(text) >= LOOKUP_PREFIX_MIN && strncmp(hex, text, strlen(text)) == 0);
}

// By name or by the beginning of the attachment's id; several of one name are told apart by that.
static int answer_named(struct answering *answering, const char *text)
{
	const struct presence_word *found = NULL;
	size_t count = 0;
	for (size_t i = 0; i < answering->count; i++)
		if (is_meant(answering->command, &answering->words[i], text)) {
			found = &answering->words[i];
			count++;
		}
	if (count > 1)
		return command_fail(answering->command, ERR_CONFLICT, PHRASE_CANNOT_ATTACH, text);
	return answer_one(answering, found, text);
}

static int answer_open(struct answering *answering)
{
	struct command *command = answering->command;
	int code = VERB_OK;
	for (size_t i = 0; i < answering->count && !code; i++) {
		enum pen_presence_state state;
		enum err err = pen_presence_guest(&command->txn, command->pack, &command->home.self.unit, &answering->words[i],
		                                  &command->arena, &state);
		if (err)
			return command_fail(command, err, PHRASE_CANNOT_READ, NULL);
		if (state == PEN_PRESENCE_OPEN)
			code = answer_one(answering, &answering->words[i], "");
	}
	return code;
}

static int answer(struct command *command, bool accept)
{
	const struct verb_call *call = command->call;
	struct answering answering = { .command = command, .accept = accept };
	if (!command->pack || !pack_kind_by_role(command->pack, PACK_ROLE_GUEST))
		return verb_usage(call, PHRASE_PRESENCE_NO_KINDS, NULL);
	if (!call->argument_count && !verb_given(call, "all"))
		return verb_usage(call, PHRASE_ATTACH_NOBODY, NULL);
	enum err err = find_guests(&answering);
	answering.table = err ? NULL : command_table_held(command, "guests", done_columns, sizeof done_columns / sizeof done_columns[0]);
	if (!answering.table)
		return command_fail(command, err ? err : ERR_NOMEM, PHRASE_CANNOT_READ, NULL);
	int code = VERB_OK;
	for (size_t i = 0; i < call->argument_count && !code; i++)
		code = answer_named(&answering, call->arguments[i]);
	if (!code && verb_given(call, "all"))
		code = answer_open(&answering);
	code = command_table_commit(command, answering.table, code);
	return code ? code : answering.refused ? VERB_CONFLICT : VERB_OK;
}

static int accept_guest(struct command *command) { return answer(command, true); }
static int refuse_guest(struct command *command) { return answer(command, false); }

int guest_accept_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, accept_guest); }
int guest_refuse_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, refuse_guest); }
