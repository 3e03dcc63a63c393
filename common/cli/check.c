// check, of both programs: reads everything again and compares. With --rebuild everything computed is thrown
// away and computed anew from the logs; with --heal damaged logs are cut back, to come again.
#include "cli/check.h"

#include "cli/progress.h"
#include "io/machine.h"
#include "io/store_lmdb.h"
#include "sync/heal.h"

static const struct output_column columns[] = {
	{ .key = "log", .heading = PHRASE_HEAD_LOG },     { .key = "device", .heading = PHRASE_HEAD_DEVICE },
	{ .key = "lane", .heading = PHRASE_HEAD_LANE },   { .key = "entries", .heading = PHRASE_HEAD_ENTRIES, .number = true },
	{ .key = "root", .heading = PHRASE_HEAD_ROOT },
	{ .key = "good", .heading = PHRASE_HEAD_GOOD },
};

// 16 digits for people, all of them in --json.
static void print_brief(struct output_table *table, const char *hex)
{
	char brief[17] = "";
	if (hex)
		memcpy(brief, hex, 16);
	output_value(table, *brief ? brief : NULL, hex ? json_string(hex) : NULL);
}

static void print_log(struct command *command, struct output_table *table, const struct journal_log *log, bool good)
{
	char id[HASH_TEXT_BYTES], root[HASH_TEXT_BYTES] = "";
	struct hash at_end;
	hash_format(&log->id, id);
	if (good && journal_root_at(&command->txn, log, log->peaks.size, &at_end) == ERR_OK)
		hash_format(&at_end, root);
	print_brief(table, id);
	output_text(table, lookup_device_name(&command->look, &log->name.device));
	output_text(table, lane_name(log->name.lane));
	output_number(table, (int64_t)log->peaks.size);
	print_brief(table, *root ? root : NULL);
	output_bool(table, good);
}

// Damaged logs are listed; good ones only in --json. Gives how many are damaged.
static enum err verify(struct command *command, struct output_table *table, size_t *logs, size_t *damaged)
{
	struct progress progress;
	enum err err = ERR_OK;
	progress_begin(&progress, PHRASE_PROGRESS_CHECK, command->call->json);
	for (uint32_t number = 1; !err; number++) {
		struct journal_log log;
		uint64_t seq;
		err = journal_find_number(&command->txn, number, &log);
		if (err)
			break;
		enum err verdict = journal_verify(&command->txn, &log, &seq);
		if (verdict && verdict != ERR_CORRUPT)
			err = verdict;
		++*logs;
		*damaged += verdict == ERR_CORRUPT;
		if (verdict || command->call->json)
			print_log(command, table, &log, verdict == ERR_OK);
		progress_at(&progress, number, 0);
	}
	progress_end(&progress);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// What was run already is no remedy.
static int fail(const struct command *command, enum err err, bool mending)
{
	return verb_fail(command->call, &(struct verb_failure){
		.err = err, .where = command->home.dir,
		.what = !mending ? PHRASE_CANNOT_READ : err == ERR_CORRUPT ? PHRASE_BEYOND_RESCUE : PHRASE_CANNOT_WRITE,
		.remedy = err == ERR_CORRUPT && mending ? PHRASE_REMEDY_BACKUP : PHRASE_NONE });
}

static int fail_statements(const struct command *command)
{
	return verb_fail(command->call, &(struct verb_failure){
		.err = ERR_GAP, .what = PHRASE_OWN_STATEMENTS_GONE, .where = command->home.dir, .why = "", .remedy = PHRASE_REMEDY_OWN_STATEMENTS });
}

static int check_only(struct command *command)
{
	size_t logs = 0, damaged = 0;
	struct output_table *table = command_table(command, "logs", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	bool rebuild = verb_given(command->call, "rebuild");
	output_fact(table, "rebuilt", json_boolean(rebuild));
	enum err err = rebuild ? ERR_OK : store_lmdb_check(command->home.store);
	if (!err)
		err = verify(command, table, &logs, &damaged);
	bool stands_on_nothing = !err && rebuild && !damaged && heal_lacks_statements(&command->txn, &command->home.self);
	if (!err && rebuild && !damaged && !stands_on_nothing)
		err = view_rebuild(&command->pen.view, &(struct id){ { 0 } });
	int code = command_table_end(command, table);
	if (err)
		return fail(command, err, rebuild);
	if (code)
		return code;
	if (damaged)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_CORRUPT, .what = PHRASE_DAMAGED, .where = command->home.dir, .remedy = PHRASE_REMEDY_HEAL });
	if (stands_on_nothing)
		return fail_statements(command);
	char count[24];
	snprintf(count, sizeof count, "%zu", logs);
	if (!command->call->json)
		phrase_line(stdout, rebuild ? PHRASE_CHECKED_REBUILT : PHRASE_CHECKED, PHRASE_WITH(count));
	return VERB_OK;
}

static void print_healed(const struct command *command, const struct heal *heal, enum phrase sentence)
{
	char logs[16], entries[24], alone[24];
	snprintf(logs, sizeof logs, "%u", heal->logs);
	snprintf(entries, sizeof entries, "%llu", (unsigned long long)heal->entries);
	snprintf(alone, sizeof alone, "%llu", (unsigned long long)heal->alone);
	if (command->call->json)
		printf("{\"healed\": %s, \"entries\": %s, \"unconfirmed\": %s}\n", logs, entries, alone);
	else
		phrase_line(stdout, sentence, PHRASE_WITH(logs, entries, alone));
}

static int heal(struct command *command)
{
	struct heal found;
	struct id incarnation;
	machine_random(incarnation.bytes, sizeof incarnation.bytes);
	enum err err = heal_store(&command->pen.view, &command->home.self, &incarnation, machine_now_ms(), &found);
	if (err)
		return fail(command, err, true);
	int code = command_commit(command);
	if (code)
		return code;
	static const uint64_t nothing_shown[LANE_END];
	err = found.logs ? home_guard(&command->home, &command->home.self, nothing_shown) : ERR_OK;
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE, command->home.dir);
	print_healed(command, &found, !found.logs ? PHRASE_HEALED_NOTHING : found.alone ? PHRASE_HEALED_SOME_LOST : PHRASE_HEALED);
	return VERB_OK;
}

// Behind home_rescue: what is gone is cut back, filed and computed anew, and the store may be used again.
static int mend(struct command *command)
{
	struct heal found;
	struct id incarnation;
	static const uint64_t nothing_shown[LANE_END];
	const enum home_rescued rescued = home_rescued(&command->txn);
	if (rescued == HOME_NOT_RESCUED)
		return verb_given(command->call, "heal") ? heal(command) : check_only(command);
	machine_random(incarnation.bytes, sizeof incarnation.bytes);
	enum err err = heal_rescued(&command->pen.view, &command->home.self, rescued == HOME_RESCUED_VIEWS_STAND, &incarnation, machine_now_ms(), &found);
	if (!err)
		err = home_rescue_end(&command->txn);
	if (err)
		return err == ERR_GAP ? fail_statements(command) : fail(command, err, true);
	int code = command_commit(command);
	if (code)
		return code;
	err = home_guard(&command->home, &command->home.self, nothing_shown);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE, command->home.dir);
	print_healed(command, &found, PHRASE_RESCUED);
	return VERB_OK;
}

int check_run(const struct verb_call *call)
{
	if (!verb_given(call, "heal") && !verb_given(call, "rebuild"))
		return command_run(call, COMMAND_READ, check_only);
	enum err err = home_rescue(call->directory);
	if (err && err != ERR_NOT_FOUND) // that the command says
		return verb_fail(call, &(struct verb_failure){
			.err = err, .what = err == ERR_CORRUPT ? PHRASE_BEYOND_RESCUE : PHRASE_CANNOT_OPEN, .where = call->directory,
			.remedy = err == ERR_CORRUPT ? PHRASE_REMEDY_BACKUP : PHRASE_NONE });
	return command_run(call, COMMAND_MEND, mend);
}
