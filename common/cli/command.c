// What every verb does before and after its own work, and how it says that something was not found.
#include "cli/command.h"

#include "cli/months.h"

#include <sys/stat.h>

int command_fail(const struct command *command, enum err err, enum phrase what, const char *where)
{
	return verb_fail(command->call, &(struct verb_failure){ .err = err, .what = what, .where = where });
}

int command_done(const struct command *command, enum err err, enum phrase what, const char *where)
{
	return err ? command_fail(command, err, what, where) : VERB_OK;
}

enum err command_begin(struct command *command, enum store_mode mode)
{
	struct home *home = &command->home;
	enum err err = mode == STORE_READ ? txn_begin(home->store, STORE_READ, &command->txn)
	                                  : home_pen_begin(home, &command->txn, &command->pen);
	if (err)
		return err;
	command->begun = true;
	err = view_pack_refresh(&home->pack, &command->txn);
	command->pack = home->pack.pack;
	command->look = (struct lookup){ .txn = &command->txn, .pack = command->pack, .unit = home->self.unit, .arena = &command->arena };
	if (err)
		command_abort(command);
	return err;
}

void command_abort(struct command *command)
{
	if (!command->begun)
		return;
	command->begun = false;
	if (command->txn.mode == STORE_READ) {
		txn_abort(&command->txn);
		return;
	}
	txn_fail(&command->txn, ERR_USAGE); // any failure: the pen lets go and the commit undoes
	home_pen_commit(&command->txn, &command->pen);
}

int command_commit(struct command *command)
{
	if (!command->begun)
		return VERB_OK;
	if (command->txn.mode == STORE_READ) {
		command_abort(command);
		return VERB_OK;
	}
	int code = months_guard(command);
	if (code) {
		command_abort(command);
		return code;
	}
	command->begun = false;
	enum err err = home_pen_commit(&command->txn, &command->pen);
	return command_done(command, err, PHRASE_CANNOT_COMMIT, command->home.dir);
}

// The line of the configuration that does not fit; where that is not the matter, just the directory.
static int fail_open(const struct command *command, enum err err, const char *dir)
{
	char path[VERB_DIRECTORY_BYTES + 64];
	struct config config;
	int line = 0;
	snprintf(path, sizeof path, "%s/tributary.ini", dir);
	if (err != ERR_MALFORMED || config_load(path, &config, &line) != ERR_MALFORMED)
		return command_fail(command, err, PHRASE_CANNOT_OPEN, dir);
	snprintf(path, sizeof path, "%s/tributary.ini:%d", dir, line);
	return command_fail(command, err, PHRASE_CANNOT_READ_FILE, path);
}

static bool is_file(const char *dir)
{
	struct stat status;
	return stat(dir, &status) == 0 && !S_ISDIR(status.st_mode);
}

static int fail_file(const struct verb_call *call)
{
	return verb_fail(call, &(struct verb_failure){
		.err = ERR_USAGE, .what = PHRASE_NOT_A_DIRECTORY, .where = call->directory, .why = "", .remedy = PHRASE_REMEDY_NO_STORE });
}

static int open_home(struct command *command, enum home_mode mode)
{
	const char *dir = command->call->directory;
	if (command->call->home) {
		command->home = *command->call->home;
		return VERB_OK;
	}
	if (is_file(dir))
		return fail_file(command->call);
	enum err err = home_open(dir, mode, &command->home);
	if (err == ERR_NOT_FOUND)
		return verb_fail(command->call, &(struct verb_failure){
			.err = err, .what = PHRASE_CANNOT_OPEN, .where = dir, .remedy = PHRASE_REMEDY_NO_STORE });
	if (err == ERR_CORRUPT && mode == HOME_MEND) // what was asked for is no remedy
		return verb_fail(command->call, &(struct verb_failure){
			.err = err, .what = PHRASE_BEYOND_RESCUE, .where = dir, .remedy = PHRASE_REMEDY_BACKUP });
	if (err)
		return fail_open(command, err, dir);
	if (command->home.event != HOME_SAME)
		phrase_line(stderr, command->home.event == HOME_COPIED ? PHRASE_HOME_COPIED : PHRASE_HOME_RESTORED, PHRASE_WITH(dir));
	if (!id_is_zero(&command->home.self.unit))
		return VERB_OK;
	home_close(&command->home);
	return verb_fail(command->call, &(struct verb_failure){
		.err = ERR_NOT_FOUND, .what = PHRASE_NOT_JOINED, .where = dir, .why = "", .remedy = PHRASE_REMEDY_NO_STORE });
}

// The directories above the data directory, as far as they are missing.
static void make_above(const char *dir)
{
	char path[VERB_DIRECTORY_BYTES];
	if (strlen(dir) >= sizeof path)
		return;
	memcpy(path, dir, strlen(dir) + 1);
	for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(path, S_IRWXU); // one that fails shows in what is made below it
		*at = '/';
	}
}

int command_make(const struct verb_call *call, struct home *home)
{
	const char *dir = call->directory;
	if (is_file(dir))
		return fail_file(call);
	make_above(dir);
	enum err err = home_create(dir, home);
	if (err == ERR_EXISTS)
		err = home_open(dir, HOME_WRITE, home);
	return err ? verb_fail(call, &(struct verb_failure){ .err = err, .what = PHRASE_CANNOT_OPEN, .where = dir }) : VERB_OK;
}

int command_fresh(const struct verb_call *call, struct home *home)
{
	const char *dir = call->directory;
	int code = command_make(call, home);
	if (code || id_is_zero(&home->self.unit))
		return code;
	home_close(home);
	return verb_fail(call, &(struct verb_failure){
		.err = ERR_EXISTS, .what = PHRASE_JOINED_ALREADY, .where = dir, .why = "", .remedy = PHRASE_REMEDY_JOINED_ALREADY });
}

// Of a home that is not ours only the pack may have become another.
static void close_home(struct command *command)
{
	if (command->call->home) {
		command->call->home->pack = command->home.pack;
		identity_wipe(&command->home.self.identity);
	} else {
		home_close(&command->home);
	}
}

int command_run(const struct verb_call *call, enum command_mode mode, int (*work)(struct command *command))
{
	struct command command = { .call = call };
	int code = open_home(&command, mode == COMMAND_READ ? HOME_READ : mode == COMMAND_MEND ? HOME_MEND : HOME_WRITE);
	if (code)
		return code;
	arena_init(&command.arena, COMMAND_ARENA_BYTES);
	enum err err = mode == COMMAND_HOME ? ERR_OK : command_begin(&command, mode == COMMAND_READ ? STORE_READ : STORE_WRITE);
	if (err) {
		code = command_fail(&command, err, PHRASE_CANNOT_OPEN, call->directory);
	} else {
		code = work(&command);
		if (code == VERB_OK)
			code = command_commit(&command);
		command_abort(&command);
	}
	arena_free(&command.arena);
	close_home(&command);
	return code;
}

// ---- What people name ----

// After "no such …" nothing is left to say but that there are several.
static const char *why_not_found(enum err err)
{
	return err == ERR_NOT_FOUND ? "" : phrase_text(err == ERR_CONFLICT ? PHRASE_SEVERAL : phrase_of_err(err));
}

const struct pack_kind *command_kind(const struct command *command, const char *text, int *code)
{
	if (!command->pack) {
		*code = verb_fail(command->call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
		return NULL;
	}
	const struct pack_kind *kind = pack_kind_by_name(command->pack, text);
	if (!kind)
		*code = verb_fail(command->call, &(struct verb_failure){
			.err = ERR_NOT_FOUND, .what = PHRASE_NO_KIND, .where = text, .why = "", .remedy = PHRASE_REMEDY_NO_KIND });
	return kind;
}

const struct pack_field *command_field(const struct command *command, const struct pack_kind *kind, const char *text, int *code)
{
	const struct pack_field *field = pack_field_by_name(kind, text);
	if (!field)
		*code = verb_fail(command->call, &(struct verb_failure){
			.err = ERR_NOT_FOUND, .what = PHRASE_NO_FIELD, .where = text, .why = "", .remedy = PHRASE_REMEDY_NO_FIELD });
	return field;
}

int command_record(struct command *command, const struct pack_kind *kind, const char *text, struct id *record)
{
	enum err err = lookup_record(&command->look, kind, text, record);
	if (!err) {
		if (kind->from_above)
			lookup_owner(&command->look, kind, record, &command->look.unit);
		return VERB_OK;
	}
	enum phrase remedy = err == ERR_CONFLICT ? PHRASE_REMEDY_SEVERAL : err == ERR_NOT_FOUND ? PHRASE_REMEDY_NO_RECORD : PHRASE_NONE;
	return verb_fail(command->call, &(struct verb_failure){
		.err = err == ERR_CONFLICT ? ERR_USAGE : err, .what = err == ERR_CONFLICT ? PHRASE_UNCLEAR : PHRASE_NO_RECORD, .where = text,
		.why = why_not_found(err), .remedy = remedy });
}

int command_unit(struct command *command, const char *text, struct id *unit)
{
	enum err err = lookup_unit(&command->look, text, unit);
	if (!err)
		return VERB_OK;
	return verb_fail(command->call, &(struct verb_failure){
		.err = err == ERR_CONFLICT ? ERR_USAGE : err, .what = err == ERR_CONFLICT ? PHRASE_UNCLEAR : PHRASE_NO_UNIT, .where = text,
		.why = why_not_found(err), .remedy = PHRASE_REMEDY_NO_UNIT });
}

int command_owner(struct command *command)
{
	struct id unit;
	int code = command_unit(command, verb_value(command->call, "unit"), &unit);
	if (!code)
		command->look.unit = unit;
	return code;
}

// ---- Printing ----

struct output_table *command_table(const struct command *command, const char *name, const struct output_column *columns, size_t count)
{
	const struct verb_call *call = command->call;
	struct output_table *table = output_table_new(call->out, call->json, name, columns, count);
	if (table)
		output_page_set(table, call->page);
	return table;
}

struct output_table *command_sheet(const struct command *command, const struct output_column *columns, size_t count)
{
	return output_sheet_new(command->call->out, command->call->json, columns, count);
}

int command_table_end(const struct command *command, struct output_table *table)
{
	enum err err = table ? output_table_end(table) : ERR_NOMEM;
	if (!err && command->begun && command->txn.err)
		err = command->txn.err;
	return command_done(command, err, PHRASE_CANNOT_PRINT, NULL);
}

struct output_table *command_table_held(const struct command *command, const char *name, const struct output_column *columns, size_t count)
{
	struct output_table *table = command_table(command, name, columns, count);
	if (table)
		output_table_hold(table);
	return table;
}

int command_table_commit(struct command *command, struct output_table *table, int code)
{
	if (!code)
		code = command_commit(command);
	if (!code)
		return command_table_end(command, table);
	output_table_drop(table);
	return code;
}
