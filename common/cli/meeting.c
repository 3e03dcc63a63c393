#include "cli/meeting.h"

#include <string.h>

#include "base/bytes.h"
#include "cli/progress.h"
#include "cli/stopping.h"
#include "cli/syncing.h"
#include "io/machine.h"
#include "sync/cargo.h"

// ---- One meeting ----

static void show(void *context, const struct node_progress *progress)
{
	progress_at(context, progress->bytes_in + progress->bytes_out, 0);
}

enum err meeting_run(struct home *home, struct meeting *meeting, bool quiet)
{
	struct link_options options = { .identity = &home->self.identity };
	struct progress progress;
	struct loop loop;
	enum err err = loop_open(&loop, home, &options, NULL);
	if (err)
		return err;
	progress_begin(&progress, PHRASE_PROGRESS_SYNC, quiet);
	loop.want_parent = loop.neighbour.on = true;
	loop.neighbour.curve = meeting->curve;
	memcpy(loop.neighbour.address, meeting->address, sizeof loop.neighbour.address);
	loop.give_up_ms = MEETING_GIVE_UP_MS;
	loop.progress = show;
	loop.progress_context = &progress;
	err = loop_run(&loop, stopping_install(link_wake_fd(loop.link)));
	meeting->result = node_meeting(loop.node);
	link_traffic(loop.link, &meeting->bytes_in, &meeting->bytes_out);
	progress_end(&progress);
	if (!err)
		err = loop.result;
	loop_close(&loop);
	if (!err)
		meeting_note(home, meeting);
	return err;
}

// ---- Addresses ----

static enum err only_sister(struct command *command, struct hash *device)
{
	struct hash key;
	size_t found = 0;
	struct charter_walk walk = charter_devices(&command->txn, &command->home.self.unit);
	while (charter_device_next(&walk, &key)) {
		struct charter_device row;
		if (hash_equal(&key, &command->home.self.identity.sign_public) || charter_device_get(&command->txn, &key, &row) ||
		    row.revoked || row.server)
			continue;
		*device = key;
		found++;
	}
	charter_walk_end(&walk);
	return found == 0 ? ERR_NOT_FOUND : found > 1 ? ERR_CONFLICT : ERR_OK;
}

enum err meeting_read(struct command *command, const char *text, struct meeting *meeting)
{
	static const char scheme[] = "tcp://";
	struct charter_device row;
	*meeting = (struct meeting){ .bytes_in = 0 };
	const char *host = strncmp(text, scheme, sizeof scheme - 1) == 0 ? text + sizeof scheme - 1 : text;
	const char *name = strchr(host, '/'), *port = strrchr(host, ':');
	size_t size = name ? (size_t)(name - host) : strlen(host);
	if (!port || port == host || (name && port > name) || size + sizeof scheme > sizeof meeting->address)
		return ERR_MALFORMED;
	memcpy(meeting->address, scheme, sizeof scheme - 1);
	memcpy(meeting->address + sizeof scheme - 1, host, size);
	enum err err = name && name[1] ? lookup_device(&command->look, name + 1, &meeting->device) : only_sister(command, &meeting->device);
	if (!err)
		err = charter_device_get(&command->txn, &meeting->device, &row);
	if (!err)
		meeting->curve = row.curve;
	return err;
}

// ---- Who was met ----

static const char prefix[] = "neighbour/";
enum { PREFIX_BYTES = sizeof prefix - 1, KEY_BYTES = PREFIX_BYTES + LIMIT_HASH_BYTES };

// Not of the essence: what fails here is found again by the next who looks.
void meeting_note(struct home *home, const struct meeting *meeting)
{
	struct txn txn;
	uint8_t key[KEY_BYTES];
	struct buf value = BUF_EMPTY;
	memcpy(key, prefix, PREFIX_BYTES);
	memcpy(key + PREFIX_BYTES, meeting->device.bytes, LIMIT_HASH_BYTES);
	buf_u64(&value, machine_now_ms());
	buf_string(&value, meeting->address);
	if (!value.err && txn_begin(home->store, STORE_WRITE, &txn) == ERR_OK) {
		txn_put(&txn, STORE_META, span_of(key, sizeof key), buf_span(&value));
		txn_commit(&txn);
	}
	buf_free(&value);
}

size_t meeting_list(struct txn *txn, struct meeting_met *list, size_t most)
{
	size_t count = 0;
	struct scan scan = scan_begin(txn, STORE_META, span_string(prefix));
	while (count < most && scan_next(&scan)) {
		struct meeting_met *met = &list[count];
		if (scan.key.size != KEY_BYTES || scan.value.size < 8 || scan.value.size - 8 >= sizeof met->address)
			continue;
		*met = (struct meeting_met){ .time_ms = bytes_get_u64(scan.value.data) };
		memcpy(met->device.bytes, scan.key.data + PREFIX_BYTES, LIMIT_HASH_BYTES);
		memcpy(met->address, scan.value.data + 8, scan.value.size - 8);
		count++;
	}
	scan_end(&scan);
	return count;
}

// ---- What is where ----

static uint64_t most_elsewhere(struct txn *txn, const struct journal_log *log)
{
	uint64_t most = 0;
	struct scan scan = cargo_handed_all(txn);
	while (scan_next(&scan)) {
		struct cargo_handed handed;
		if (cargo_handed_read(&scan, &handed))
			continue;
		uint64_t size = handed.whole ? cargo_handed_log(txn, &handed.carrier, log->number) : 0;
		most = size > most ? size : most;
	}
	scan_end(&scan);
	return most;
}

struct meeting_standing meeting_standing(struct txn *txn, const struct self *self)
{
	struct meeting_standing standing = { .open = 0 };
	for (uint32_t number = 1;; number++) {
		struct journal_log log;
		uint64_t held = 0;
		if (journal_find_number(txn, number, &log))
			return standing;
		if (!hash_equal(&log.name.device, &self->identity.sign_public))
			continue;
		for (size_t i = 0; i < RECEIPT_TIERS; i++)
			if (hash_equal(&log.receipt[i].server, &self->parent_key) && log.receipt[i].size > held)
				held = log.receipt[i].size;
		uint64_t elsewhere = most_elsewhere(txn, &log);
		standing.open += log.peaks.size - (held < log.peaks.size ? held : log.peaks.size);
		held = elsewhere > held ? elsewhere : held;
		standing.alone += log.peaks.size - (held < log.peaks.size ? held : log.peaks.size);
	}
}

static json_t *handed_row(struct command *command, const struct cargo_handed *handed, uint64_t entries)
{
	char key[HASH_TEXT_BYTES];
	struct charter_device row;
	bool known = charter_device_get(&command->txn, &handed->carrier, &row) == ERR_OK;
	hash_format(&handed->carrier, key);
	return json_pack("{s:s,s:s,s:s,s:b,s:I,s:I,s:b,s:s,s:I}", "device", key, "name", lookup_device_name(&command->look, &handed->carrier),
	                 "unit_name", known ? lookup_unit_path(&command->look, &row.unit) : "", "own_unit",
	                 id_is_zero(&handed->bundle), "entries", (json_int_t)entries, "time", (json_int_t)handed->time_ms, "whole",
	                 handed->whole, "on_to", hash_is_zero(&handed->to) ? "" : lookup_device_name(&command->look, &handed->to), "on_time",
	                 (json_int_t)handed->to_ms);
}

static void handed_line(json_t *row)
{
	char entries[24], time[OUTPUT_TIME_BYTES];
	const char *on_to = json_string_value(json_object_get(row, "on_to"));
	bool own = json_is_true(json_object_get(row, "own_unit"));
	snprintf(entries, sizeof entries, "%lld", (long long)json_integer_value(json_object_get(row, "entries")));
	output_format_time((uint64_t)json_integer_value(json_object_get(row, "time")), time);
	phrase_line(stdout, own ? PHRASE_HANDED_OWN : *on_to ? PHRASE_HANDED_ON : PHRASE_HANDED,
	            PHRASE_WITH(entries, json_string_value(json_object_get(row, "name")), time, on_to));
}

json_t *meeting_handed(struct command *command, bool print)
{
	json_t *rows = json_array();
	struct scan scan = cargo_handed_all(&command->txn);
	while (scan_next(&scan)) {
		struct cargo_handed handed;
		if (cargo_handed_read(&scan, &handed))
			continue;
		uint64_t entries = cargo_handed_open(&command->txn, &handed.carrier, &command->home.self.parent_key);
		if (entries == 0)
			continue;
		json_t *row = handed_row(command, &handed, entries);
		if (print && row)
			handed_line(row);
		json_array_append_new(rows, row);
	}
	scan_end(&scan);
	return rows;
}

// ---- What is carried for others ----

struct load {
	struct id last;
	uint64_t bundles, parts, bytes, oldest_ms;
};

static struct load read_load(struct command *command)
{
	struct load load = { .bundles = 0 };
	struct cargo_item item;
	struct cargo_walk walk = cargo_walk_begin(&command->txn, NULL);
	while (cargo_walk_next(&walk, &item)) {
		if (hash_equal(&item.place.holder, &command->home.self.identity.sign_public) && !hash_is_zero(&item.only))
			continue; // our own, on the way to whoever carries it
		load.bundles += !id_equal(&load.last, &item.place.bundle);
		load.last = item.place.bundle;
		load.parts++;
		load.bytes += item.part.size;
		load.oldest_ms = load.oldest_ms == 0 || item.came_ms < load.oldest_ms ? item.came_ms : load.oldest_ms;
	}
	cargo_walk_end(&walk);
	return load;
}

json_t *meeting_cargo(struct command *command, bool print)
{
	struct load load = read_load(command);
	char bundles[24], bytes[24], time[OUTPUT_TIME_BYTES];
	snprintf(bundles, sizeof bundles, "%llu", (unsigned long long)load.bundles);
	snprintf(bytes, sizeof bytes, "%llu", (unsigned long long)load.bytes);
	output_format_time(load.oldest_ms, time);
	if (print && load.parts > 0)
		phrase_line(stdout, PHRASE_CARGO_HELD, PHRASE_WITH(bundles, bytes, time));
	return json_pack("{s:I,s:I,s:I,s:I}", "bundles", (json_int_t)load.bundles, "parts", (json_int_t)load.parts, "bytes",
	                 (json_int_t)load.bytes, "oldest", (json_int_t)load.oldest_ms);
}

static const struct output_column columns[] = {
	{ .key = "holder_name", .heading = PHRASE_HEAD_MADE_BY },
	{ .key = "reader_name", .heading = PHRASE_HEAD_MADE_FOR },
	{ .key = "way", .heading = PHRASE_HEAD_WAY },
	{ .key = "part", .heading = PHRASE_HEAD_PART, .number = true },
	{ .key = "bytes", .heading = PHRASE_HEAD_BYTES, .number = true },
	{ .key = "from_name", .heading = PHRASE_HEAD_CARGO_FROM },
	{ .key = "came", .heading = PHRASE_HEAD_CARGO_CAME },
	{ .key = "bundle", .heading = PHRASE_HEAD_FILE, .machine = true },
	{ .key = "only_name", .heading = PHRASE_HEAD_CARGO_ONLY },
};

static void print_item(struct command *command, const struct cargo_item *item, struct output_table *table)
{
	char bundle[ID_TEXT_BYTES];
	id_format(&item->place.bundle, bundle);
	output_text(table, lookup_device_name(&command->look, &item->place.holder));
	output_text(table, lookup_device_name(&command->look, &item->place.reader));
	output_value(table, phrase_text(item->way == BUNDLE_UP ? PHRASE_BUNDLE_WAY_UP : PHRASE_BUNDLE_WAY_DOWN),
	             json_string(item->way == BUNDLE_UP ? "up" : "down"));
	output_number(table, item->place.part);
	output_number(table, (int64_t)item->part.size);
	output_text(table, lookup_device_name(&command->look, &item->from));
	output_time(table, item->came_ms);
	output_text(table, bundle);
	output_text(table, hash_is_zero(&item->only) ? NULL : lookup_device_name(&command->look, &item->only));
}

static int list_cargo(struct command *command)
{
	struct cargo_item item;
	struct output_table *table = command_table(command, "cargo", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	struct cargo_walk walk = cargo_walk_begin(&command->txn, NULL);
	while (cargo_walk_next(&walk, &item))
		print_item(command, &item, table);
	cargo_walk_end(&walk);
	return command_table_end(command, table);
}

int meeting_cargo_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list_cargo);
}
