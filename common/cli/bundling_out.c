// bundle out: what is written, for whom, and what is still to be done with it.
#include <stdlib.h>

#include "cli/bundling.h"
#include "io/machine.h"

struct outgoing {
	struct command *command;
	struct bundle_writer writer;
	json_t *parts;          // of the bundle at hand
	json_t *bundles;
	uint64_t part_most;
};

// "700M", "2G"; bytes without a letter.
static bool read_size(const char *text, uint64_t *bytes)
{
	static const struct {
		char letter;
		unsigned shift;
	} units[] = { { '\0', 0 }, { 'K', 10 }, { 'k', 10 }, { 'M', 20 }, { 'm', 20 }, { 'G', 30 }, { 'g', 30 } };
	char *end;
	unsigned long long number = strtoull(text, &end, 10);
	if (end == text || text[0] == '-' || number == 0 || (end[0] && end[1]))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (units[i].letter == end[0] && number <= UINT64_MAX >> 30) {
			*bytes = (uint64_t)number << units[i].shift;
			return *bytes >= LIMIT_BUNDLE_PART_LEAST;
		}
	return false;
}

static void written(void *context, const char *path)
{
	struct outgoing *out = context;
	struct bundle_reader reader; // what stands there now, read again: a stick that does not keep what it took shows here
	char bytes[24];
	if (bundle_reader_open(&reader, path))
		return;
	snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)reader.size);
	json_array_append_new(out->parts, json_pack("{s:s,s:I,s:I}", "file", path, "part", (json_int_t)reader.part.head.part, "bytes",
	                                            (json_int_t)reader.size));
	if (!out->command->call->json)
		phrase_line(stdout, PHRASE_BUNDLE_WRITTEN, PHRASE_WITH(path, bytes));
	bundle_reader_close(&reader);
}

// "up-1a2b3c4d": whose it is, or for whom, for the names of files.
static void make_name(const char *way, const struct hash *device, char name[static 64])
{
	char hex[HASH_TEXT_BYTES];
	hash_format(device, hex);
	snprintf(name, 64, "%s-%.8s", way, hex);
}

static int fail(struct outgoing *out, enum err err, const char *target)
{
	char room[24], parts[16];
	struct buf why = BUF_EMPTY;
	struct verb_failure failure = { .err = err, .what = PHRASE_CANNOT_BUNDLE_OUT, .where = target };
	if (err == ERR_FULL) {
		snprintf(room, sizeof room, "%llu", (unsigned long long)bundle_writer_room(&out->writer));
		snprintf(parts, sizeof parts, "%u", out->writer.parts);
		phrase_format(&why, PHRASE_BUNDLE_STICK_FULL, PHRASE_WITH(room, parts));
		buf_u8(&why, '\0');
		failure.why = why.err ? NULL : (const char *)why.data;
		failure.remedy = PHRASE_REMEDY_BUNDLE_FULL;
	}
	int code = verb_fail(out->command->call, &failure);
	buf_free(&why);
	return code;
}

static void keep(struct outgoing *out, const struct bundle_talk *talk, const struct hash *reader, const char *name)
{
	char id[ID_TEXT_BYTES], key[HASH_TEXT_BYTES];
	id_format(&talk->out.head.bundle, id);
	hash_format(reader, key);
	json_array_append_new(out->bundles, json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:O}", "bundle", id, "reader", key, "reader_name", name,
	                                              "time", (json_int_t)talk->out.head.time, "bytes", (json_int_t)talk->out.total,
	                                              "entries", (json_int_t)node_carriage(talk->node).out, "parts", out->parts));
}

// One bundle: up where `device` is NULL. *entries is what went up.
static int write_bundle(struct outgoing *out, const struct hash *device, const char *name, uint64_t *entries)
{
	struct command *command = out->command;
	const char *target = command->call->arguments[0];
	const struct self *self = &command->home.self;
	char file_name[64];
	struct bundle_talk talk;
	make_name(device ? "down" : "up", device ? device : &self->identity.sign_public, file_name);
	enum err err = bundle_writer_open(&out->writer, target, file_name);
	if (err)
		return fail(out, err, target);
	out->writer.written = written;
	out->writer.context = out;
	out->parts = json_array();
	struct bundle_port port = bundle_writer_port(&out->writer);
	err = bundling_open(&command->home, &port, &talk);
	if (!err)
		err = device ? bundle_talk_down(&talk, device, out->part_most) : bundle_talk_up(&talk, out->part_most);
	bundle_writer_close(&out->writer);
	int code = err ? fail(out, err, target) : VERB_OK;
	if (!code)
		keep(out, &talk, device ? device : &self->parent_key, name);
	*entries = node_carriage(talk.node).out;
	bundle_talk_close(&talk);
	json_decref(out->parts);
	return code;
}

// ---- Up ----

static const char *name_of(struct command *command, const struct hash *device, bool unit)
{
	if (command_begin(command, STORE_READ))
		return "";
	const char *name = unit ? bundling_unit_of(command, device) : lookup_device_name(&command->look, device);
	command_abort(command);
	return name;
}

static int write_up(struct outgoing *out)
{
	struct command *command = out->command;
	struct self *self = &command->home.self;
	char count[24];
	uint64_t entries = 0;
	if (hash_is_zero(&self->parent_key))
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_NOT_FOUND, .what = PHRASE_CANNOT_BUNDLE_OUT, .where = command->home.dir,
			.why = phrase_text(PHRASE_BUNDLE_NO_SERVER_ABOVE) });
	const char *unit = name_of(command, &self->parent_key, true);
	const char *name = *unit ? unit : name_of(command, &self->parent_key, false);
	int code = write_bundle(out, NULL, name, &entries);
	snprintf(count, sizeof count, "%llu", (unsigned long long)entries);
	if (!code && !command->call->json)
		phrase_line(stdout, PHRASE_BUNDLE_UP_DONE, PHRASE_WITH(count, name));
	return code;
}

// ---- Down ----

enum { DEVICES_MOST = 256 };

struct readers {
	struct hash device[DEVICES_MOST];
	size_t count;
};

static void add_devices(struct command *command, const struct id *unit, struct readers *readers)
{
	struct hash device;
	struct charter_device row;
	struct charter_walk walk = charter_devices(&command->txn, unit);
	while (readers->count < DEVICES_MOST && charter_device_next(&walk, &device))
		if (charter_device_get(&command->txn, &device, &row) == ERR_OK && !row.revoked &&
		    !hash_equal(&device, &command->home.self.identity.sign_public))
			readers->device[readers->count++] = device;
	charter_walk_end(&walk);
}

// A unit's name stands for all its devices; else it is a device's.
static int find_readers(struct command *command, const char *text, struct readers *readers)
{
	struct id unit;
	enum err err = command_begin(command, STORE_READ);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	readers->count = 0;
	err = lookup_device(&command->look, text, &readers->device[0]);
	if (!err) {
		readers->count = 1;
		command_abort(command);
		return VERB_OK;
	}
	int code = command_unit(command, text, &unit);
	if (!code)
		add_devices(command, &unit, readers);
	command_abort(command);
	if (!code && readers->count == 0)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_NOT_FOUND, .what = PHRASE_CANNOT_BUNDLE_OUT, .where = text, .why = phrase_text(PHRASE_BUNDLE_NO_DEVICES) });
	return code;
}

static int write_down(struct outgoing *out, const char *reader)
{
	struct command *command = out->command;
	struct readers readers;
	int code = find_readers(command, reader, &readers);
	if (code)
		return code;
	if (readers.count > 1 && !bundle_file_is_directory(command->call->arguments[0]))
		return verb_usage(command->call, PHRASE_BUNDLE_ONE_FILE, reader);
	for (size_t i = 0; i < readers.count && !code; i++) {
		uint64_t entries;
		const char *name = name_of(command, &readers.device[i], false);
		code = write_bundle(out, &readers.device[i], name, &entries);
		if (!code && !command->call->json)
			phrase_line(stdout, PHRASE_BUNDLE_DOWN_DONE, PHRASE_WITH(name, name_of(command, &readers.device[i], true)));
	}
	return code;
}

static int out_all(struct command *command)
{
	const char *size = verb_value(command->call, "max-size");
	const char *reader = command->home.self.server ? verb_value(command->call, "for") : NULL;
	struct outgoing out = { .command = command, .part_most = LIMIT_BUNDLE_PART_BYTES };
	if (size && !read_size(size, &out.part_most))
		return verb_usage(command->call, PHRASE_BAD_MAX_SIZE, size);
	out.bundles = json_array();
	int code = reader ? write_down(&out, reader) : write_up(&out);
	if (!code && command->call->json)
		output_document(command->call->out, json_pack("{s:O}", "bundles", out.bundles));
	json_decref(out.bundles);
	return code;
}

int bundling_out_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, out_all);
}
