// sync: gives the server what it lacks and takes what it has for us; with --live stays connected; with --with meets
// somebody else. Where the server is not there, the next best road is taken.
#include "client/commands.h"
#include "client/roads.h"
#include "cli/aside.h"
#include "cli/notices.h"
#include "cli/room.h"
#include "cli/syncing.h"

static void tell_json(struct command *command, const struct syncing_result *result, const struct roads *roads)
{
	const struct node_progress *progress = &result->progress;
	json_t *document = json_pack("{s:I,s:I,s:I,s:I,s:I,s:b,s:f}", "received", (json_int_t)progress->entries_received,
	                             "waiting", (json_int_t)progress->entries_to_send, "round_trips", (json_int_t)progress->round_trips,
	                             "bytes_in", (json_int_t)result->bytes_in, "bytes_out", (json_int_t)result->bytes_out, "caught_up",
	                             (int)progress->caught_up, "seconds", result->seconds);
	json_t *road = roads_json(command, roads);
	json_object_update(document, road);
	json_decref(road);
	if (command_begin(command, STORE_READ) == ERR_OK) {
		json_object_set_new(document, "files", room_files(command, &command->home.self.unit, false));
		json_object_set_new(document, "disk", room_disk(command, false));
		command_abort(command);
	}
	output_document(command->call->out, document);
}

static void tell(struct command *command, const struct syncing_result *result)
{
	const struct node_progress *progress = &result->progress;
	const struct node_meeting *carried = &result->meeting;
	char received[24], bytes[24], trips[24];
	if (command->call->json) {
		tell_json(command, result, &(struct roads){ .kind = ROADS_SERVER, .meeting.result = *carried });
		return;
	}
	snprintf(received, sizeof received, "%llu", (unsigned long long)progress->entries_received);
	snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)(result->bytes_in + result->bytes_out));
	snprintf(trips, sizeof trips, "%u", (unsigned)progress->round_trips);
	phrase_line(stdout, PHRASE_SYNC_DONE, PHRASE_WITH(received, bytes, trips));
	snprintf(received, sizeof received, "%llu", (unsigned long long)carried->given);
	snprintf(trips, sizeof trips, "%llu", (unsigned long long)(carried->kept + carried->taken));
	if (carried->given + carried->kept + carried->taken > 0)
		phrase_line(stdout, PHRASE_CARRIED_DROPPED, PHRASE_WITH(received, trips));
}

// How this device stands after a session: what it cannot read yet, and whether it was revoked.
static int tell_standing(struct command *command)
{
	enum err err = command_begin(command, STORE_READ);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	bool revoked = syncing_revoked(&command->txn, &command->home.self);
	if (!command->call->json) {
		syncing_tell_sealed(&command->txn);
		json_decref(room_files(command, &command->home.self.unit, true));
		json_decref(room_disk(command, true));
	}
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

// Not the server above, but somebody is better than nobody.
static int other_roads(struct command *command, const struct syncing_result *result)
{
	struct roads roads;
	roads_try(command, &roads);
	if (roads.kind == ROADS_NONE) {
		if (!command->call->json)
			roads_tell(command, &roads);
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_UNREACHABLE, .what = PHRASE_CANNOT_SYNC, .where = command->home.self.parent_address, .remedy = PHRASE_REMEDY_ROADS });
	}
	if (command->call->json)
		tell_json(command, result, &roads);
	else
		roads_tell(command, &roads);
	return VERB_OK;
}

static int sync_with(struct command *command, const char *address)
{
	struct roads roads = { .kind = ROADS_NEIGHBOUR };
	enum err err = command_begin(command, STORE_READ);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	err = meeting_read(command, address, &roads.meeting);
	command_abort(command);
	if (!err)
		err = meeting_run(&command->home, &roads.meeting, command->call->json);
	if (err)
		return verb_fail(command->call, &(struct verb_failure){
			.err = err, .what = PHRASE_CANNOT_MEET, .where = address,
			.remedy = err == ERR_UNREACHABLE ? PHRASE_REMEDY_ROADS : err == ERR_UNAUTHORISED ? PHRASE_NONE : PHRASE_REMEDY_ADDRESS });
	if (command->call->json) {
		output_document(command->call->out, roads_json(command, &roads));
	} else if (command_begin(command, STORE_READ) == ERR_OK) {
		roads_tell_meeting(command, &roads.meeting);
		json_decref(meeting_handed(command, true));
		roads_tell_standing(command);
		command_abort(command);
	}
	return VERB_OK;
}

static int tell_busy(const struct command *command, uint64_t ms)
{
	char minutes[24];
	struct buf why = BUF_EMPTY;
	snprintf(minutes, sizeof minutes, "%llu", (unsigned long long)(ms + 59999) / 60000);
	phrase_format(&why, PHRASE_SYNC_BUSY, PHRASE_WITH(minutes));
	buf_u8(&why, 0);
	int code = verb_fail(command->call, &(struct verb_failure){
		.err = ERR_AGAIN, .what = PHRASE_CANNOT_SYNC, .where = command->home.self.parent_address,
		.why = why.err ? "" : (const char *)why.data, .remedy = PHRASE_REMEDY_SYNC_BUSY });
	buf_free(&why);
	return code;
}

static int sync_once(struct command *command)
{
	struct syncing_result result;
	uint64_t last = 0;
	if (verb_value(command->call, "with"))
		return sync_with(command, verb_value(command->call, "with"));
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
		return other_roads(command, &result);
	if (err == ERR_AGAIN && result.come_back_ms > 0)
		return tell_busy(command, result.come_back_ms);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_SYNC, address);
	tell(command, &result);
	return code ? code : tell_standing(command);
}

int sync_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, sync_once);
}
