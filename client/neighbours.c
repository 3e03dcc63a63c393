// neighbours and serve: who is beside this device, and being there for them.
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "cli/meeting.h"
#include "cli/stopping.h"
#include "client/commands.h"
#include "io/machine.h"
#include "io/vicinity.h"
#include "sync/cargo.h"

enum { LISTED_MOST = 128, WAIT_MOST_S = 60 };

#define LISTEN_DEFAULT "tcp://0.0.0.0:7310"

// ---- neighbours ----

struct listed {
	struct charter_device row;
	char address[LIMIT_ADDRESS_BYTES];
	uint64_t met_ms;
	bool here;
};

struct listing {
	struct listed list[LISTED_MOST];
	size_t count;
};

static const struct output_column columns[] = {
	{ .key = "name", .heading = PHRASE_HEAD_NAME },
	{ .key = "unit_name", .heading = PHRASE_HEAD_UNIT },
	{ .key = "kind", .heading = PHRASE_HEAD_KIND },
	{ .key = "state", .heading = PHRASE_HEAD_STATE },
	{ .key = "address", .heading = PHRASE_HEAD_ADDRESS },
	{ .key = "met", .heading = PHRASE_HEAD_MET_LAST },
	{ .key = "handed", .heading = PHRASE_HEAD_HANDED, .number = true },
	{ .key = "device", .heading = PHRASE_HEAD_DEVICE },
};

static struct listed *listed_for(struct listing *listing, const struct charter_device *row)
{
	for (size_t i = 0; i < listing->count; i++)
		if (hash_equal(&listing->list[i].row.device, &row->device))
			return &listing->list[i];
	if (listing->count == LISTED_MOST)
		return NULL;
	struct listed *listed = &listing->list[listing->count++];
	*listed = (struct listed){ .row = *row };
	return listed;
}

// Whom the charter does not know has nothing to do with this tree.
static void gather(struct command *command, const struct vicinity_found *found, size_t heard, struct listing *listing)
{
	struct meeting_met met[LISTED_MOST];
	struct charter_device row;
	struct listed *listed;
	size_t count = meeting_list(&command->txn, met, LISTED_MOST);
	for (size_t i = 0; i < count; i++) {
		if (charter_device_get(&command->txn, &met[i].device, &row) || !(listed = listed_for(listing, &row)))
			continue;
		memcpy(listed->address, met[i].address, sizeof listed->address);
		listed->met_ms = met[i].time_ms;
	}
	for (size_t i = 0; i < heard; i++) {
		if (charter_device_by_curve(&command->txn, &found[i].curve, &row) ||
		    hash_equal(&row.device, &command->home.self.identity.sign_public) || !(listed = listed_for(listing, &row)))
			continue;
		memcpy(listed->address, found[i].address, sizeof listed->address);
		listed->here = true;
	}
}

static void print(struct command *command, const struct listed *listed, struct output_table *table)
{
	char key[HASH_TEXT_BYTES];
	bool own = id_equal(&listed->row.unit, &command->home.self.unit);
	enum phrase kind = listed->row.server ? PHRASE_NEIGHBOUR_SERVER : own ? PHRASE_NEIGHBOUR_OWN : PHRASE_NEIGHBOUR_COURIER;
	hash_format(&listed->row.device, key);
	output_text(table, lookup_device_name(&command->look, &listed->row.device));
	output_text(table, lookup_unit_path(&command->look, &listed->row.unit));
	output_value(table, phrase_text(kind), json_string(listed->row.server ? "server" : own ? "own" : "courier"));
	output_value(table, phrase_text(listed->here ? PHRASE_NEIGHBOUR_HERE : PHRASE_NEIGHBOUR_AWAY), json_string(listed->here ? "here" : "met"));
	output_text(table, listed->address);
	output_time(table, listed->met_ms);
	output_number(table, (int64_t)cargo_handed_open(&command->txn, &listed->row.device, &command->home.self.parent_key));
	output_text(table, key);
}

static int list_all(struct command *command, const struct vicinity_found *found, size_t heard, bool avahi)
{
	struct listing listing = { .count = 0 };
	enum err err = command_begin(command, STORE_READ);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	gather(command, found, heard, &listing);
	struct output_table *table = command_table(command, "neighbours", columns, sizeof columns / sizeof columns[0]);
	if (table)
		output_fact(table, "avahi", json_boolean(avahi));
	for (size_t i = 0; table && i < listing.count; i++)
		print(command, &listing.list[i], table);
	int code = command_table_end(command, table);
	command_abort(command);
	if (!avahi && !command->call->json)
		phrase_line(stdout, PHRASE_NEIGHBOURS_NO_AVAHI, NULL);
	return code;
}

static int look(struct command *command)
{
	const char *wait = verb_value(command->call, "wait");
	struct vicinity_found found[LISTED_MOST];
	size_t heard = 0;
	char *end = NULL;
	unsigned long seconds = wait ? strtoul(wait, &end, 10) : 2;
	if (wait && (*end || end == wait || seconds == 0 || seconds > WAIT_MOST_S))
		return verb_usage(command->call, PHRASE_OPTION_NEIGHBOURS_WAIT, wait);
	enum err err = vicinity_look((unsigned)seconds * 1000, found, LISTED_MOST, &heard);
	return list_all(command, found, heard, err == ERR_OK);
}

int neighbours_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, look);
}

// ---- serve ----

struct serving {
	struct command *command;
	struct loop loop;
	struct vicinity *vicinity;
};

static void turned(void *context)
{
	struct serving *serving = context;
	vicinity_turn(serving->vicinity);
}

static void ready(struct serving *serving)
{
	const struct command *command = serving->command;
	char address[LIMIT_ADDRESS_BYTES] = "", key[HASH_TEXT_BYTES];
	link_endpoint(serving->loop.link, NODE_DOOR_SYNC, address, sizeof address);
	hash_format(&command->home.self.identity.sign_public, key);
	const char *colon = strrchr(address, ':'), *port = colon ? colon + 1 : "";
	enum err err = vicinity_announce(&command->home.self.identity.curve_public, (unsigned)strtoul(port, NULL, 10), &serving->vicinity);
	if (command->call->json) {
		json_t *line = json_pack("{s:s,s:s,s:b}", "address", address, "device", key, "avahi", err == ERR_OK);
		if (line)
			json_dumpf(line, command->call->out, JSON_COMPACT);
		json_decref(line);
		fputc('\n', command->call->out);
	} else {
		key[LOOKUP_PREFIX_MIN] = '\0';
		phrase_line(command->call->out, PHRASE_SERVE_READY, PHRASE_WITH(address, port, key));
	}
	fflush(command->call->out);
}

static int serve(struct command *command)
{
	const char *listen = verb_value(command->call, "listen");
	struct serving serving = { .command = command };
	struct link_options options = { .identity = &command->home.self.identity, .sync = listen ? listen : LISTEN_DEFAULT,
	                                .program = "/proc/self/exe" };
	enum err err = loop_open(&serving.loop, &command->home, &options, NULL);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_LISTEN, options.sync);
	serving.loop.turned = turned;
	serving.loop.turned_context = &serving;
	volatile sig_atomic_t *stop = stopping_install(link_wake_fd(serving.loop.link));
	ready(&serving);
	err = loop_run(&serving.loop, stop);
	vicinity_free(serving.vicinity);
	loop_close(&serving.loop);
	return command_done(command, err, PHRASE_CANNOT_SERVE, options.sync);
}

int neighbours_serve_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, serve);
}
