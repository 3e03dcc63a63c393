#include "client/roads.h"

#include <string.h>

#include "io/vicinity.h"
#include "org/charter_past.h"
#include "sync/cargo.h"

enum { ROADS_MOST = 64 };

struct candidates {
	struct meeting list[ROADS_MOST];
	size_t count;
};

static const char *const names[] = { [ROADS_NONE] = "none", [ROADS_SERVER] = "server", [ROADS_LINE] = "line", [ROADS_NEIGHBOUR] = "neighbour" };

static void add(struct candidates *candidates, const struct charter_device *row, const char *address)
{
	if (row->revoked || candidates->count == ROADS_MOST)
		return;
	for (size_t i = 0; i < candidates->count; i++)
		if (hash_equal(&candidates->list[i].device, &row->device))
			return;
	struct meeting *meeting = &candidates->list[candidates->count++];
	*meeting = (struct meeting){ .device = row->device, .curve = row->curve };
	memcpy(meeting->address, address, strnlen(address, sizeof meeting->address - 1));
}

// ---- Other servers of the line ----

static void find_line(struct command *command, struct candidates *candidates)
{
	struct id path[LIMIT_TREE_LEVELS];
	struct charter_unit unit;
	struct charter_device row;
	struct hash curve;
	char address[LIMIT_ADDRESS_BYTES];
	size_t count;
	if (charter_path(&command->txn, &command->home.self.unit, path, &count))
		return;
	for (size_t i = 0; i < count; i++)
		if (charter_unit_get(&command->txn, &path[i], &unit) == ERR_OK && !hash_is_zero(&unit.server) &&
		    !hash_equal(&unit.server, &command->home.self.parent_key) &&
		    charter_server(&command->txn, &unit.server, &curve, address) == ERR_OK && address[0] &&
		    charter_device_get(&command->txn, &unit.server, &row) == ERR_OK)
			add(candidates, &row, address);
}

// ---- Who is beside us ----

static void find_heard(struct command *command, const struct vicinity_found *found, size_t count, bool own, struct candidates *candidates)
{
	for (size_t i = 0; i < count; i++) {
		struct charter_device row;
		if (charter_device_by_curve(&command->txn, &found[i].curve, &row) == ERR_OK &&
		    id_equal(&row.unit, &command->home.self.unit) == own)
			add(candidates, &row, found[i].address);
	}
}

static void find_met(struct command *command, bool own, struct candidates *candidates)
{
	struct meeting_met met[ROADS_MOST];
	size_t count = meeting_list(&command->txn, met, ROADS_MOST);
	for (size_t i = 0; i < count; i++) {
		struct charter_device row;
		if (charter_device_get(&command->txn, &met[i].device, &row) == ERR_OK && !row.server &&
		    id_equal(&row.unit, &command->home.self.unit) == own)
			add(candidates, &row, met[i].address);
	}
}

// Those of our own unit first: they read what they are given, and bring theirs.
static void find_beside(struct command *command, const struct vicinity_found *found, size_t heard, struct candidates *candidates)
{
	find_heard(command, found, heard, true, candidates);
	find_met(command, true, candidates);
	find_heard(command, found, heard, false, candidates);
	find_met(command, false, candidates);
}

// ---- In order ----

static bool take_first(struct command *command, struct candidates *candidates, enum roads_kind kind, struct roads *roads)
{
	for (size_t i = 0; i < candidates->count; i++) {
		struct meeting *meeting = &candidates->list[i];
		if (meeting_run(&command->home, meeting, command->call->json))
			continue;
		*roads = (struct roads){ .kind = kind, .meeting = *meeting };
		return true;
	}
	return false;
}

void roads_try(struct command *command, struct roads *roads)
{
	struct candidates line = { .count = 0 }, beside = { .count = 0 };
	struct vicinity_found found[ROADS_MOST];
	size_t heard = 0;
	*roads = (struct roads){ .kind = ROADS_NONE };
	if (command_begin(command, STORE_READ))
		return;
	find_line(command, &line);
	command_abort(command);
	if (take_first(command, &line, ROADS_LINE, roads))
		return;
	vicinity_look(ROADS_LOOK_MS, found, ROADS_MOST, &heard); // without a daemon those met before are still tried
	if (command_begin(command, STORE_READ))
		return;
	find_beside(command, found, heard, &beside);
	command_abort(command);
	take_first(command, &beside, ROADS_NEIGHBOUR, roads);
}

// ---- In words ----

json_t *roads_json(struct command *command, const struct roads *roads)
{
	const struct node_meeting *result = &roads->meeting.result;
	struct meeting_standing standing = { .open = 0 };
	json_t *handed = NULL;
	const char *name = "";
	if (command_begin(command, STORE_READ) == ERR_OK) {
		standing = meeting_standing(&command->txn, &command->home.self);
		handed = meeting_handed(command, false);
		if (roads->kind > ROADS_SERVER)
			name = lookup_device_name(&command->look, &roads->meeting.device);
	}
	json_t *document = json_pack("{s:s,s:s,s:I,s:I,s:o,s:I,s:I,s:I,s:I,s:I,s:I}", "road", names[roads->kind], "through", name, "open",
	                             (json_int_t)standing.open, "alone", (json_int_t)standing.alone, "handed",
	                             handed ? handed : json_array(), "entries_sent", (json_int_t)result->sent, "entries_received",
	                             (json_int_t)result->received, "given", (json_int_t)result->given, "kept", (json_int_t)result->kept,
	                             "taken", (json_int_t)result->taken, "refused", (json_int_t)result->refused);
	if (command->begun)
		command_abort(command);
	return document;
}

void roads_tell_standing(struct command *command)
{
	char count[24];
	struct meeting_standing standing = meeting_standing(&command->txn, &command->home.self);
	snprintf(count, sizeof count, "%llu", (unsigned long long)(standing.alone ? standing.alone : standing.open));
	if (standing.open > 0)
		phrase_line(stdout, standing.alone ? PHRASE_ROAD_ALONE : PHRASE_ROAD_NONE_ALONE, PHRASE_WITH(count));
}

void roads_tell_meeting(struct command *command, const struct meeting *meeting)
{
	const struct node_meeting *result = &meeting->result;
	char one[24], two[24], three[24];
	const char *name = lookup_device_name(&command->look, &meeting->device);
	snprintf(one, sizeof one, "%llu", (unsigned long long)(result->beside ? result->sent : result->given));
	snprintf(two, sizeof two, "%llu", (unsigned long long)(result->beside ? result->received : result->kept));
	snprintf(three, sizeof three, "%llu", (unsigned long long)result->taken);
	phrase_line(stdout, result->beside ? PHRASE_MET_OWN : PHRASE_MET_COURIER, PHRASE_WITH(name, one, two, three));
	snprintf(one, sizeof one, "%llu", (unsigned long long)result->refused);
	if (result->refused > 0)
		phrase_line(stdout, PHRASE_MET_REFUSED, PHRASE_WITH(one, phrase_text(phrase_of_err(result->refusal))));
}

void roads_tell(struct command *command, const struct roads *roads)
{
	if (command_begin(command, STORE_READ))
		return;
	if (roads->kind > ROADS_SERVER) {
		const char *above = lookup_device_name(&command->look, &command->home.self.parent_key);
		phrase_line(stdout, roads->kind == ROADS_LINE ? PHRASE_ROAD_LINE : PHRASE_ROAD_NEIGHBOUR,
		            PHRASE_WITH(above, lookup_device_name(&command->look, &roads->meeting.device)));
		roads_tell_meeting(command, &roads->meeting);
	}
	json_decref(meeting_handed(command, true));
	roads_tell_standing(command);
	command_abort(command);
}
