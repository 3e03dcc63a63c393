// sync: gives the server what it lacks and takes what it has for us; with --live stays connected.
#include "client/commands.h"
#include "cli/syncing.h"

static void tell(const struct command *command, const struct syncing_result *result)
{
	const struct node_progress *progress = &result->progress;
	if (command->call->json) {
		output_document(stdout, json_pack("{s:I,s:I,s:I,s:I,s:I,s:b,s:f}", "received", (json_int_t)progress->entries_received,
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

// A revoked device may still come and learn of it.
static int check_revoked(struct command *command)
{
	struct charter_device row;
	enum err err = command_begin(command, STORE_READ);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	bool revoked = charter_device_get(&command->txn, &command->home.self.identity.sign_public, &row) == ERR_OK && row.revoked;
	command_abort(command);
	if (!revoked)
		return VERB_OK;
	return verb_fail(command->call, &(struct verb_failure){
		.err = ERR_UNAUTHORISED, .what = PHRASE_REVOKED_HERE, .where = row.label,
		.why = phrase_text(PHRASE_REVOKED_HERE_WHY), .remedy = PHRASE_REMEDY_REVOKED });
}

static int sync_once(struct command *command)
{
	struct syncing_result result;
	bool live = verb_given(command->call, "live");
	const char *address = command->home.self.parent_address;
	enum err err = syncing_run(&command->home, live, command->call->json, &result);
	if (err == ERR_UNREACHABLE)
		return verb_fail(command->call, &(struct verb_failure){
			.err = err, .what = PHRASE_CANNOT_SYNC, .where = address, .remedy = PHRASE_REMEDY_SYNC_LATER });
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_SYNC, address);
	tell(command, &result);
	return check_revoked(command);
}

int sync_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, sync_once);
}
