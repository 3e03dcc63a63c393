// sync: gives the server what it lacks and takes what it has for us; with --live stays connected.
#include "client/commands.h"
#include "cli/aside.h"
#include "cli/notices.h"
#include "cli/syncing.h"

static void tell(const struct command *command, const struct syncing_result *result)
{
	const struct node_progress *progress = &result->progress;
	if (command->call->json) {
		output_document(command->call->out, json_pack("{s:I,s:I,s:I,s:I,s:I,s:b,s:f}", "received", (json_int_t)progress->entries_received,
		                                  "waiting", (json_int_t)progress->entries_to_send, "round_trips",
		                                  (json_int_t)progress->round_trips, "bytes_in", (json_int_t)result->bytes_in,
		                                  "bytes_out", (json_int_t)result->bytes_out, "caught_up",
		                                  (int)progress->caught_up, "seconds", result->seconds));
		return;
	}
	char received[24], bytes[24], trips[24];
	snprintf(received, sizeof received, "%llu", (unsigned long long)progress->entries_received);
	snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)(result->bytes_in + result->bytes_out));
	snprintf(trips, sizeof trips, "%u", (unsigned)progress->round_trips);
	phrase_line(stdout, PHRASE_SYNC_DONE, PHRASE_WITH(received, bytes, trips));
}

// How this device stands after a session: what it cannot read yet, and whether it was revoked.
static int tell_standing(struct command *command)
{
	enum err err = command_begin(command, STORE_READ);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	bool revoked = syncing_revoked(&command->txn, &command->home.self);
	if (!command->call->json)
		syncing_tell_sealed(&command->txn);
	const char *name = lookup_device_name(&command->look, &command->home.self.identity.sign_public);
	command_abort(command);
	if (!revoked)
		return VERB_OK;
	return verb_fail(command->call, &(struct verb_failure){
		.err = ERR_UNAUTHORISED, .what = PHRASE_REVOKED_HERE, .where = name,
		.why = phrase_text(PHRASE_REVOKED_HERE_WHY), .remedy = PHRASE_REMEDY_REVOKED });
}

// Something that was written here was set aside above.
static bool not_accepted(json_t *news)
{
	size_t i;
	json_t *notice;
	json_array_foreach(news, i, notice) {
		const char *name = json_string_value(json_object_get(notice, "name"));
		if (name && strcmp(name, err_name(ERR_UNAUTHORISED)) == 0)
			return true;
	}
	return false;
}

// What the session found is told when it is over; news are what came behind *last.
static int tell_news(struct command *command, bool print, uint64_t *last)
{
	int code = VERB_OK;
	enum err err = command_begin(command, STORE_READ);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	if (print) {
		json_t *news = notices_tell(command, *last, stderr);
		code = not_accepted(news) ? VERB_CONFLICT : VERB_OK;
		if (code)
			json_decref(aside_own(command, stderr)); // which, why, and what to do
		json_decref(news);
	}
	*last = notices_last(command);
	command_abort(command);
	return code;
}

static int sync_once(struct command *command)
{
	struct syncing_result result;
	uint64_t last = 0;
	int code = tell_news(command, false, &last);
	if (code)
		return code;
	bool live = verb_given(command->call, "live");
	const char *address = command->home.self.parent_address;
	enum err err = syncing_run(&command->home, live, command->call->json, &result);
	if (err == ERR_UNAUTHORISED && (code = tell_standing(command)) != VERB_OK)
		return code;
	code = tell_news(command, true, &last);
	if (err == ERR_UNREACHABLE)
		return verb_fail(command->call, &(struct verb_failure){
			.err = err, .what = PHRASE_CANNOT_SYNC, .where = address, .remedy = PHRASE_REMEDY_SYNC_LATER });
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_SYNC, address);
	tell(command, &result);
	return code ? code : tell_standing(command);
}

int sync_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, sync_once);
}
