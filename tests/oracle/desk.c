// Finding, changing and exporting what a branch holds, by the code of the commands.
#include "desk.h"

#include <stdio.h>
#include <sys/stat.h>

#include "client/export.h"
#include "io/file.h"
#include "support/support.h"

enum { PATH_BYTES = 512 };

const struct desk_table desk_tables[DESK_TABLES] = {
	{ "member", "members" }, { "meeting", "meetings" }, { "activity_day", "activity_days" }, { "dues", "dues" },
};

void desk_open(struct actor *branch, struct desk *desk, enum store_mode mode)
{
	static uint64_t opened;
	uint8_t seed[DRBG_SEED_BYTES] = { 0x0c };
	*desk = (struct desk){ .verb = { .name = "import" }, .call = { .verb = &desk->verb, .out = stdout, .told = stderr } };
	struct command *command = &desk->command;
	command->call = &desk->call;
	command->begun = true;
	opened++;
	memcpy(seed + 1, &opened, sizeof opened);
	arena_init(&command->arena, COMMAND_ARENA_BYTES);
	command->pack = cluster_pack(branch);
	assert_ok(txn_begin(branch->store, mode, &command->txn));
	if (mode == STORE_WRITE)
		assert_ok(pen_begin(&command->pen, &command->txn, &branch->self, &branch->pack, branch->cluster->now_ms, seed));
	command->look = (struct lookup){
		.txn = &command->txn, .pack = command->pack, .unit = branch->self.unit, .arena = &command->arena };
}

void desk_close(struct desk *desk, enum store_mode mode)
{
	if (mode == STORE_WRITE) {
		assert_ok(pen_finish(&desk->command.pen));
		assert_ok(txn_commit(&desk->command.txn));
	} else {
		txn_abort(&desk->command.txn);
	}
	arena_free(&desk->command.arena);
}

size_t desk_pick(struct desk *desk, const char *kind, size_t step, struct id *records, size_t most)
{
	size_t seen = 0, count = 0;
	const struct pack_kind *of = pack_kind_by_name(desk->command.pack, kind);
	struct lookup_walk walk = lookup_walk_begin(&desk->command.look, of->number, false);
	while (lookup_walk_next(&walk))
		if (seen++ % step == 0 && count < most)
			records[count++] = walk.record.key.record;
	assert_ok(lookup_walk_end(&walk));
	return count;
}

static const struct record_write *value_of(const struct record *record, const struct pack_kind *kind, const char *field)
{
	return record_value(record, pack_field_by_name(kind, field)->number, span_of(NULL, 0));
}

static bool has_none(const struct record *record, const struct pack_kind *kind, const char *const *fields)
{
	for (; fields && *fields; fields++)
		if (value_of(record, kind, *fields))
			return false;
	return true;
}

bool desk_find(struct desk *desk, const char *kind, const char *field, int64_t first, int64_t last, const char *const *without,
               struct id *record)
{
	bool found = false;
	const struct pack_kind *of = pack_kind_by_name(desk->command.pack, kind);
	struct lookup_walk walk = lookup_walk_begin(&desk->command.look, of->number, false);
	while (!found && lookup_walk_next(&walk)) {
		const struct record_write *write = value_of(&walk.record, of, field);
		found = write && write->value.number >= first && write->value.number <= last &&
		        has_none(&walk.record, of, without);
		*record = walk.record.key.record;
	}
	assert_ok(lookup_walk_end(&walk));
	return found;
}

void desk_set(struct desk *desk, const char *kind, const struct id *record, const char *field, const char *text)
{
	const struct pack_kind *of = pack_kind_by_name(desk->command.pack, kind);
	const struct pack_field *which = text ? pack_field_by_name(of, field) : NULL;
	struct pen_write write = { .field = 0, .value = { .form = VALUE_IS_NUMBER, .number = 1 } }; // deleted
	bool changed;
	if (which) {
		write.field = which->number;
		assert_ok(value_parse(which, span_string(text), &desk->command.arena, &write.value));
	}
	assert_ok(pen_set(&desk->command.pen, NULL, of->number, record, &write, 1, &changed));
}

void desk_export(struct actor *branch, const char *data, const char *code, const char *tag)
{
	struct desk desk;
	char path[PATH_BYTES];
	snprintf(path, sizeof path, "%s/export/%s", data, code);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/export/%s/%s", data, code, tag);
	mkdir(path, 0700);
	desk_open(branch, &desk, STORE_READ);
	for (size_t i = 0; i < DESK_TABLES; i++) {
		struct buf out = BUF_EMPTY;
		size_t count;
		assert_ok(export_table(&desk.command, pack_kind_by_name(desk.command.pack, desk_tables[i].kind), &out, &count));
		snprintf(path, sizeof path, "%s/export/%s/%s/%s.csv", data, code, tag, desk_tables[i].file);
		assert_ok(file_write(path, 0600, buf_span(&out)));
		buf_free(&out);
	}
	desk_close(&desk, STORE_READ);
}
