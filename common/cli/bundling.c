// What the verbs of bundles share: how a part is described, and what is said of one that is not whole.
#include "cli/bundling.h"

#include <stdlib.h>

#include "io/machine.h"

static const struct {
	const char *name;
	enum phrase phrase;
} states[] = {
	[BUNDLING_TAKEN] = { "taken", PHRASE_BUNDLE_TAKEN },
	[BUNDLING_WHOLE] = { "whole", PHRASE_BUNDLE_WHOLE },
	[BUNDLING_MORE] = { "whole", PHRASE_BUNDLE_MORE_PARTS },
	[BUNDLING_CUT] = { "cut", PHRASE_BUNDLE_CUT },
	[BUNDLING_DAMAGED] = { "damaged", PHRASE_BUNDLE_DAMAGED },
	[BUNDLING_FOLLOWED] = { "followed", PHRASE_BUNDLE_FOLLOWED },
	[BUNDLING_FOREIGN] = { "foreign", PHRASE_BUNDLE_FOREIGN },
	[BUNDLING_REFUSED] = { "refused", PHRASE_BUNDLE_REFUSED },
	[BUNDLING_UNREADABLE] = { "unreadable", PHRASE_BUNDLE_UNREADABLE },
};

static void draw(void *context, void *to, size_t size)
{
	(void)context;
	machine_random(to, size);
}

enum err bundling_open(struct home *home, const struct bundle_port *port, struct bundle_talk *talk)
{
	const struct bundle_port random = { .random = draw };
	const struct bundle_host host = { .store = home->store, .self = &home->self, .sync_address = config_reachable(home->config.public_sync) ? home->config.public_sync : "", .now_ms = machine_now_ms(), .guard = home_guard, .context = home };
	return bundle_talk_open(talk, &host, port ? port : &random);
}

const char *bundling_unit_of(struct command *command, const struct hash *device)
{
	struct charter_device row;
	if (charter_device_get(&command->txn, device, &row))
		return "";
	return lookup_unit_path(&command->look, &row.unit);
}

void bundling_age(uint64_t made_ms, char text[static 64])
{
	uint64_t now = machine_now_ms(), minutes = now > made_ms ? (now - made_ms) / 60000 : 0;
	const struct {
		uint64_t least, unit;
		enum phrase phrase;
	} ages[] = { { 48 * 60, 24 * 60, PHRASE_AGE_DAYS }, { 120, 60, PHRASE_AGE_HOURS }, { 0, 1, PHRASE_AGE_MINUTES } };
	char number[24];
	struct buf line = BUF_EMPTY;
	size_t i = 0;
	while (minutes < ages[i].least)
		i++;
	snprintf(number, sizeof number, "%llu", (unsigned long long)(minutes / ages[i].unit));
	phrase_format(&line, made_ms > now + 60 * 60000 ? PHRASE_AGE_AHEAD : ages[i].phrase, PHRASE_WITH(number));
	snprintf(text, 64, "%.*s", (int)(line.size < 63 ? line.size : 63), line.data ? (const char *)line.data : "");
	buf_free(&line);
}

void bundling_read(struct bundling_part *part, const struct bundle_reader *reader)
{
	part->pieces = reader->pieces;
	part->damaged = reader->false_pieces;
	part->size = reader->size;
	part->last = reader->last;
	part->offset = reader->false_pieces ? reader->false_at : reader->offset;
	if (reader->false_pieces)
		part->state = BUNDLING_DAMAGED;
	else if (reader->fault == ERR_GAP || !reader->ended)
		part->state = BUNDLING_CUT;
	else if (reader->fault)
		part->state = BUNDLING_FOLLOWED;
	else
		part->state = reader->last ? BUNDLING_WHOLE : BUNDLING_MORE;
}

static const struct output_column columns[] = {
	{ .key = "file", .heading = PHRASE_HEAD_FILE },
	{ .key = "part", .heading = PHRASE_HEAD_PART, .number = true },
	{ .key = "way", .heading = PHRASE_HEAD_WAY },
	{ .key = "holder_name", .heading = PHRASE_HEAD_MADE_BY },
	{ .key = "holder_unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "reader_name", .heading = PHRASE_HEAD_MADE_FOR },
	{ .key = "made", .heading = PHRASE_HEAD_MADE },
	{ .key = "age", .heading = PHRASE_HEAD_AGE },
	{ .key = "state", .heading = PHRASE_HEAD_STATE },
	{ .key = "pieces", .heading = PHRASE_HEAD_WHOLE_PIECES, .number = true },
	{ .key = "damaged", .heading = PHRASE_HEAD_DAMAGED_PIECES, .number = true },
	{ .key = "bytes", .heading = PHRASE_HEAD_BYTES, .number = true },
};

struct output_table *bundling_table(struct command *command)
{
	return command_table(command, "parts", columns, sizeof columns / sizeof columns[0]);
}

static void print_part(struct command *command, struct output_table *table, const struct bundling_part *part)
{
	const struct bundle_head *head = &part->head;
	bool known = part->state != BUNDLING_UNREADABLE, up = head->way == BUNDLE_UP;
	char age[64] = "";
	uint64_t now = machine_now_ms();
	output_text(table, part->path);
	if (known) {
		bundling_age(head->time, age);
		output_number(table, head->part);
		output_value(table, phrase_text(up ? PHRASE_BUNDLE_WAY_UP : PHRASE_BUNDLE_WAY_DOWN), json_string(up ? "up" : "down"));
		output_text(table, lookup_device_name(&command->look, &head->holder));
		output_text(table, bundling_unit_of(command, &head->holder));
		output_text(table, lookup_device_name(&command->look, &head->reader));
		output_time(table, head->time);
		output_value(table, age, json_integer((json_int_t)(now > head->time ? (now - head->time) / 1000 : 0)));
	} else {
		for (size_t i = 0; i < 7; i++)
			output_text(table, NULL);
	}
	output_value(table, phrase_text(states[part->state].phrase), json_string(states[part->state].name));
	output_number(table, part->pieces);
	output_number(table, part->damaged);
	output_number(table, (int64_t)part->size);
}

void bundling_print(struct command *command, const struct bundling_part *parts, size_t count, struct output_table *table)
{
	for (size_t i = 0; i < count; i++)
		print_part(command, table, &parts[i]);
}

// ---- What is said of one that is not as it should be ----

static const struct {
	enum err err;
	enum phrase why, remedy;
} faults[] = {
	[BUNDLING_CUT] = { ERR_GAP, PHRASE_BUNDLE_WHY_CUT, PHRASE_REMEDY_BUNDLE_COPY },
	[BUNDLING_DAMAGED] = { ERR_CORRUPT, PHRASE_BUNDLE_WHY_DAMAGED, PHRASE_REMEDY_BUNDLE_COPY },
	[BUNDLING_FOLLOWED] = { ERR_MALFORMED, PHRASE_BUNDLE_WHY_FOLLOWED, PHRASE_REMEDY_BUNDLE_COPY },
	[BUNDLING_FOREIGN] = { ERR_NO_KEY, PHRASE_BUNDLE_WHY_FOREIGN, PHRASE_REMEDY_BUNDLE_FOREIGN },
	[BUNDLING_REFUSED] = { ERR_UNAUTHORISED, PHRASE_BUNDLE_WHY_REFUSED, PHRASE_REMEDY_BUNDLE_MAKER },
	[BUNDLING_UNREADABLE] = { ERR_MALFORMED, PHRASE_BUNDLE_WHY_HEAD, PHRASE_REMEDY_BUNDLE_COPY },
};

static char *said(struct command *command, enum phrase phrase, const char *const with[PHRASE_ARGUMENTS])
{
	struct buf text = BUF_EMPTY;
	phrase_format(&text, phrase, with);
	char *kept = text.err ? NULL : arena_string(&command->arena, buf_span(&text));
	buf_free(&text);
	return kept;
}

static const char *why(struct command *command, const struct bundling_part *part)
{
	char pieces[16], damaged[16];
	snprintf(pieces, sizeof pieces, "%u", (unsigned)part->pieces);
	snprintf(damaged, sizeof damaged, "%u", (unsigned)part->damaged);
	enum phrase phrase = faults[part->state].why;
	switch (part->state) {
	case BUNDLING_FOREIGN:
		return said(command, phrase, PHRASE_WITH(lookup_device_name(&command->look, &part->head.reader)));
	case BUNDLING_REFUSED:
		if (part->err == ERR_UNAUTHORISED)
			return said(command, PHRASE_BUNDLE_WHY_UNKNOWN, PHRASE_WITH(lookup_device_name(&command->look, &part->head.holder)));
		return said(command, phrase, PHRASE_WITH(phrase_text(phrase_of_err(part->err))));
	case BUNDLING_DAMAGED:
		return said(command, phrase, PHRASE_WITH(damaged, pieces));
	case BUNDLING_UNREADABLE:
		return part->err == ERR_MALFORMED || part->err == ERR_SIGNATURE ? phrase_text(phrase) : NULL;
	case BUNDLING_TAKEN: case BUNDLING_WHOLE: case BUNDLING_MORE: case BUNDLING_CUT: case BUNDLING_FOLLOWED:
		break;
	}
	return said(command, phrase, PHRASE_WITH(pieces));
}

static const char *place(struct command *command, const struct bundling_part *part)
{
	char number[16], offset[24];
	snprintf(number, sizeof number, "%u", (unsigned)part->head.part);
	snprintf(offset, sizeof offset, "%llu", (unsigned long long)part->offset);
	bool within = part->state == BUNDLING_CUT || part->state == BUNDLING_DAMAGED || part->state == BUNDLING_FOLLOWED;
	return within ? said(command, PHRASE_BUNDLE_AT, PHRASE_WITH(part->path, number, offset)) : part->path;
}

int bundling_fail(struct command *command, enum phrase what, const struct bundling_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct bundling_part *part = &parts[i];
		if (part->state <= BUNDLING_MORE)
			continue;
		bool own = part->state == BUNDLING_REFUSED || part->state == BUNDLING_UNREADABLE;
		return verb_fail(command->call, &(struct verb_failure){
			.err = own && part->err ? part->err : faults[part->state].err, .what = what,
			.where = place(command, part), .why = why(command, part), .remedy = faults[part->state].remedy });
	}
	return VERB_OK;
}
