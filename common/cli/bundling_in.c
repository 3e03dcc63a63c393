// bundle in: every part that is for us, piece by piece; then what came of it, and what is not as it should be.
#include <stdlib.h>

#include "cli/bundling.h"
#include "cli/notices.h"
#include "cli/progress.h"
#include "cli/syncing.h"
#include "io/machine.h"

struct incoming {
	struct command *command;
	struct bundle_talk talk;
	struct bundling_part *parts;  // owned
	size_t count, foreign, ours;
	struct progress progress;
	struct hash below;            // a device below that brought something; zero: none
};

static enum err take_pieces(struct incoming *in, struct bundle_reader *reader)
{
	struct arena arena;
	struct span message;
	enum err err;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	while (bundle_reader_next(reader, &arena, &message, &err)) {
		err = bundle_talk_piece(&in->talk, reader->part.index - 1, message);
		progress_at(&in->progress, reader->offset, reader->size);
		if (err || in->talk.refused)
			break;
		arena_reset(&arena);
	}
	arena_free(&arena);
	return err;
}

// Gives a failure of this store; what is wrong with the part stands in it.
static enum err take_open(struct incoming *in, struct bundling_part *part, struct bundle_reader *reader)
{
	const struct self *self = &in->command->home.self;
	part->head = reader->part.head;
	part->size = reader->size;
	if (!hash_equal(&part->head.reader, &self->identity.sign_public) || bundle_reader_unlock(reader, &self->identity)) {
		part->state = BUNDLING_FOREIGN;
		in->foreign++;
		return ERR_OK;
	}
	in->ours++;
	enum err err = bundle_talk_part(&in->talk, &part->head);
	if (err == ERR_UNAUTHORISED) {
		part->state = BUNDLING_REFUSED;
		part->err = err;
		return ERR_OK;
	}
	if (!err)
		err = take_pieces(in, reader);
	if (err)
		return err;
	bundling_read(part, reader);
	if (in->talk.refused) {
		part->state = BUNDLING_REFUSED;
		part->err = in->talk.refused;
		return ERR_OK;
	}
	if (part->head.way == BUNDLE_UP)
		in->below = part->head.holder;
	if (part->state <= BUNDLING_MORE)
		part->state = BUNDLING_TAKEN;
	return bundle_talk_part_over(&in->talk);
}

static enum err take_part(struct incoming *in, const char *path)
{
	struct bundling_part *parts = realloc(in->parts, (in->count + 1) * sizeof *parts);
	struct bundle_reader reader;
	if (!parts)
		return ERR_NOMEM;
	in->parts = parts;
	struct bundling_part *part = &parts[in->count++];
	*part = (struct bundling_part){ .path = arena_string(&in->command->arena, span_string(path)), .state = BUNDLING_UNREADABLE };
	part->err = part->path ? bundle_reader_open(&reader, path) : ERR_NOMEM;
	if (part->err)
		return ERR_OK;
	enum err err = take_open(in, part, &reader);
	bundle_reader_close(&reader);
	return err;
}

static int take_all(struct incoming *in)
{
	struct command *command = in->command;
	enum err err = ERR_OK;
	for (size_t i = 0; i < command->call->argument_count && !err; i++) {
		struct bundle_list list;
		const char *path = command->call->arguments[i];
		enum err listed = bundle_list_make(path, &list);
		if (listed)
			return command_fail(command, listed, PHRASE_CANNOT_READ_FILE, path);
		for (size_t part = 0; part < list.count && !err; part++)
			err = take_part(in, list.items[part].path);
		bundle_list_free(&list);
	}
	if (!err)
		err = bundle_talk_over(&in->talk);
	return command_done(command, err, PHRASE_CANNOT_BUNDLE_IN, command->home.dir);
}

// ---- What came of it ----

static void tell_facts(struct output_table *table, const struct node_carriage *carriage, uint64_t waiting, size_t foreign)
{
	output_fact(table, "entries", json_integer((json_int_t)carriage->entries));
	output_fact(table, "receipts", json_integer((json_int_t)carriage->receipts));
	output_fact(table, "joined", json_integer((json_int_t)carriage->joined));
	output_fact(table, "waiting", json_integer((json_int_t)waiting));
	output_fact(table, "lost", json_integer((json_int_t)carriage->lost));
	output_fact(table, "refused", json_integer((json_int_t)carriage->refused));
	output_fact(table, "set_aside", json_integer((json_int_t)carriage->set_aside));
	output_fact(table, "stale", json_boolean(carriage->stale));
	output_fact(table, "foreign", json_integer((json_int_t)foreign));
}

static bool all_taken(const struct incoming *in)
{
	for (size_t i = 0; i < in->count; i++)
		if (in->parts[i].state != BUNDLING_TAKEN && in->parts[i].state != BUNDLING_FOREIGN)
			return false;
	return true;
}

static void tell_lines(struct incoming *in, const struct node_carriage *carriage, uint64_t waiting)
{
	struct command *command = in->command;
	char entries[24], receipts[24], waits[24], number[24];
	snprintf(entries, sizeof entries, "%llu", (unsigned long long)carriage->entries);
	snprintf(receipts, sizeof receipts, "%llu", (unsigned long long)carriage->receipts);
	snprintf(waits, sizeof waits, "%llu", (unsigned long long)waiting);
	snprintf(number, sizeof number, "%llu", (unsigned long long)carriage->joined);
	if (carriage->joined > 0)
		phrase_line(stdout, PHRASE_BUNDLE_IN_JOINED, PHRASE_WITH(number));
	else if (in->ours > 0 && carriage->entries == 0 && carriage->receipts == 0 && waiting == 0)
		phrase_line(stdout, all_taken(in) ? PHRASE_BUNDLE_IN_NOTHING : PHRASE_BUNDLE_IN_NOTHING_TAKEN, NULL);
	else if (in->ours > 0)
		phrase_line(stdout, PHRASE_BUNDLE_IN_DONE, PHRASE_WITH(entries, receipts, waits));
	if (waiting > 0)
		phrase_line(stdout, PHRASE_BUNDLE_IN_WAITS, NULL);
	snprintf(number, sizeof number, "%llu", (unsigned long long)carriage->lost);
	if (carriage->lost > 0)
		phrase_line(stdout, PHRASE_BUNDLE_IN_NO_ROOM, PHRASE_WITH(number));
	if (carriage->stale)
		phrase_line(stdout, PHRASE_BUNDLE_IN_STALE, NULL);
	snprintf(number, sizeof number, "%zu", in->foreign);
	if (in->foreign > 0 && in->ours > 0)
		phrase_line(stdout, PHRASE_BUNDLE_FOREIGN_COUNT, PHRASE_WITH(number));
	if (!hash_is_zero(&in->below))
		phrase_line(stdout, PHRASE_BUNDLE_IN_BACK, PHRASE_WITH(lookup_device_name(&command->look, &in->below)));
	syncing_tell_sealed(&command->txn);
}

// On a stick there may be bundles for others beside ours; alone they are a mistake.
static int verdict(struct incoming *in, const struct node_carriage *carriage)
{
	size_t kept = 0;
	for (size_t i = 0; i < in->count; i++)
		if (in->parts[i].state != BUNDLING_FOREIGN || in->ours == 0)
			in->parts[kept++] = in->parts[i];
	enum phrase what = in->ours > 0 ? PHRASE_CANNOT_BUNDLE_IN : PHRASE_CANNOT_BUNDLE_TAKE;
	int code = bundling_fail(in->command, what, in->parts, kept);
	if (code)
		return code;
	return carriage->refused > 0 || carriage->set_aside > 0 ? VERB_CONFLICT : VERB_OK;
}

static int tell(struct incoming *in, uint64_t last_notice)
{
	struct command *command = in->command;
	struct node_carriage carriage = node_carriage(in->talk.node);
	enum err err = command_begin(command, STORE_READ);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	struct output_table *table = bundling_table(command);
	uint64_t waiting = bundle_waiting(&command->txn, NULL);
	if (table) {
		tell_facts(table, &carriage, waiting, in->foreign);
		bundling_print(command, in->parts, in->count, table);
	}
	int code = command_table_end(command, table);
	if (!command->call->json)
		tell_lines(in, &carriage, waiting);
	json_decref(notices_tell(command, last_notice, command->call->json ? NULL : stderr));
	if (!code)
		code = verdict(in, &carriage);
	const char *name = lookup_device_name(&command->look, &command->home.self.identity.sign_public);
	if (carriage.revoked)
		code = verb_fail(command->call, &(struct verb_failure){
			.err = ERR_UNAUTHORISED, .what = PHRASE_REVOKED_HERE, .where = name,
			.why = phrase_text(PHRASE_REVOKED_HERE_WHY), .remedy = PHRASE_REMEDY_REVOKED });
	command_abort(command);
	return code;
}

static int in_all(struct command *command)
{
	struct incoming in = { .command = command };
	uint64_t last = 0;
	enum err err = command_begin(command, STORE_READ);
	if (!err) {
		last = notices_last(command);
		command_abort(command);
		err = bundling_open(&command->home, NULL, &in.talk);
	}
	progress_begin(&in.progress, PHRASE_PROGRESS_SYNC, command->call->json);
	int code = command_done(command, err, PHRASE_CANNOT_READ, command->home.dir);
	if (!code)
		code = take_all(&in);
	progress_end(&in.progress);
	if (!code)
		code = tell(&in, last);
	if (!err)
		bundle_talk_close(&in.talk);
	free(in.parts);
	return code;
}

int bundling_in_run(const struct verb_call *call)
{
	int code = bundling_join_finish(call);
	return code ? code : command_run(call, COMMAND_HOME, in_all);
}
