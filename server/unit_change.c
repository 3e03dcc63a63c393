// unit rename, move, merge, split, close: one statement each, judged before it is written. The dry run says
// what it touches and whose sight changes, and writes nothing.
#include "base/pb.h"
#include "cli/closing.h"
#include "io/machine.h"
#include "ledger/figure.h"
#include "ledger/tally.h"
#include "org/charter_draft.h"
#include "server/commands.h"

struct reshaping {
	struct command *command;
	enum charter_change_kind what;
	struct id unit, to[LIMIT_TREE_LEVELS]; // new parent, successors
	size_t to_count;
	const char *name;
	int32_t day;
	Tributary__Statement *statement;
	struct id loses, gains; // registrars; zero: the same as before
};

// ---- May it be? ----

static const enum phrase faults[CHARTER_FAULT_END] = {
	[CHARTER_IS_TOP] = PHRASE_FAULT_TOP,        [CHARTER_SAME] = PHRASE_FAULT_SAME,
	[CHARTER_CYCLE] = PHRASE_FAULT_CYCLE,       [CHARTER_CLOSED_UNIT] = PHRASE_FAULT_CLOSED_UNIT,
	[CHARTER_CLOSED_TO] = PHRASE_FAULT_CLOSED_TO, [CHARTER_TOO_DEEP] = PHRASE_FAULT_TOO_DEEP,
	[CHARTER_BEYOND] = PHRASE_FAULT_BEYOND,
};

static int refuse(const struct reshaping *change, enum charter_fault fault, const struct id *authority)
{
	struct command *command = change->command;
	struct buf why = BUF_EMPTY;
	phrase_format(&why, faults[fault], PHRASE_WITH(fault == CHARTER_BEYOND ? lookup_unit_name(&command->look, authority) : ""));
	buf_u8(&why, '\0');
	int code = verb_fail(command->call, &(struct verb_failure){
		.err = fault == CHARTER_BEYOND ? ERR_UNAUTHORISED : ERR_CONFLICT, .what = PHRASE_TREE_REFUSED,
		.where = command->call->arguments[0], .why = why.err ? "" : (const char *)why.data,
		.remedy = fault == CHARTER_BEYOND ? PHRASE_NONE : PHRASE_REMEDY_TREE });
	buf_free(&why);
	return code;
}

static int draft_place(struct reshaping *change, const struct id *to)
{
	struct command *command = change->command;
	struct charter_draft draft = { .what = change->what, .unit = change->unit, .to = *to, .day = change->day,
	                               .by = command->home.self.unit };
	enum err err = charter_draft(&command->txn, &command->arena, &draft);
	if (err)
		return command_fail(command, err, PHRASE_TREE_REFUSED, command->call->arguments[0]);
	if (draft.fault)
		return refuse(change, draft.fault, &draft.authority);
	change->statement = draft.statement;
	if (!id_equal(&draft.registrar, &draft.former_registrar)) {
		change->loses = draft.former_registrar;
		change->gains = draft.registrar;
	}
	return VERB_OK;
}

// A name or an end: the unit's own registrar says it.
static int check_own(struct reshaping *change)
{
	struct command *command = change->command;
	struct charter_unit row;
	struct id registrar;
	enum err err = charter_unit_get(&command->txn, &change->unit, &row);
	if (!err)
		err = charter_registrar(&command->txn, &change->unit, &registrar);
	if (err)
		return command_fail(command, err, PHRASE_TREE_REFUSED, command->call->arguments[0]);
	if (!id_equal(&registrar, &command->home.self.unit))
		return refuse(change, CHARTER_BEYOND, &registrar);
	if (change->what == CHARTER_CLOSED && id_is_zero(&row.parent))
		return refuse(change, CHARTER_IS_TOP, NULL);
	if (change->what == CHARTER_CLOSED && row.closed != INT32_MAX)
		return refuse(change, CHARTER_CLOSED_UNIT, NULL);
	return VERB_OK;
}

// Nobody may be left in it.
static int check_settled(struct reshaping *change)
{
	struct command *command = change->command;
	struct closing open;
	struct buf why = BUF_EMPTY;
	int code = VERB_OK;
	if (verb_given(command->call, "unsettled"))
		return VERB_OK;
	enum err err = closing_look(&command->txn, command->pack, &change->unit, change->day, &open);
	closing_tell(&open, &why);
	buf_u8(&why, '\0');
	if (err)
		code = command_fail(command, err, PHRASE_TREE_REFUSED, command->call->arguments[0]);
	else if (!closing_settled(&open))
		code = verb_fail(command->call, &(struct verb_failure){
			.err = ERR_CONFLICT, .what = PHRASE_TREE_REFUSED, .where = command->call->arguments[0],
			.why = why.err ? "" : (const char *)why.data, .remedy = PHRASE_CLOSING_REMEDY });
	buf_free(&why);
	closing_free(&open);
	return code;
}

static void *room(struct reshaping *change, size_t size)
{
	void *made = arena_alloc(&change->command->arena, size);
	return made;
}

static int word_own(struct reshaping *change)
{
	Tributary__Statement *statement = room(change, sizeof *statement);
	Tributary__UnitChanged *changed = room(change, sizeof *changed);
	if (!statement || !changed)
		return command_fail(change->command, ERR_BUDGET, PHRASE_TREE_REFUSED, NULL);
	tributary__statement__init(statement);
	tributary__unit_changed__init(changed);
	changed->unit = pb_bytes(id_span(&change->unit));
	if (change->name)
		changed->name = (char *)(uintptr_t)change->name; // protobuf-c's strings are not const; nothing writes
	changed->closed = change->what == CHARTER_CLOSED;
	statement->what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CHANGED;
	statement->unit_changed = changed;
	change->statement = statement;
	int code = check_own(change);
	bool now = change->what == CHARTER_CLOSED && change->day <= machine_today();
	return code || !now ? code : check_settled(change);
}

static int word_split(struct reshaping *change)
{
	Tributary__Statement *statement = room(change, sizeof *statement);
	Tributary__UnitSplit *split = room(change, sizeof *split);
	ProtobufCBinaryData *successors = room(change, change->to_count * sizeof *successors);
	int code = VERB_OK;
	for (size_t i = 0; i < change->to_count && !code; i++)
		code = draft_place(change, &change->to[i]);
	if (code)
		return code;
	if (!statement || !split || !successors)
		return command_fail(change->command, ERR_BUDGET, PHRASE_TREE_REFUSED, NULL);
	tributary__statement__init(statement);
	tributary__unit_split__init(split);
	split->unit = pb_bytes(id_span(&change->unit));
	for (size_t i = 0; i < change->to_count; i++)
		successors[i] = pb_bytes(id_span(&change->to[i]));
	split->n_successors = change->to_count;
	split->successors = successors;
	statement->what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_SPLIT;
	statement->unit_split = split;
	change->statement = statement;
	return VERB_OK;
}

// ---- What it touches ----

struct touched {
	struct command *command;
	int64_t units, devices, records, entries, bytes;
};

static enum err count_unit(void *context, const struct charter_unit *row)
{
	struct touched *touched = context;
	struct txn *txn = &touched->command->txn;
	struct hash device;
	touched->units++;
	struct charter_walk walk = charter_devices(txn, &row->unit);
	while (charter_device_next(&walk, &device))
		touched->devices++;
	charter_walk_end(&walk);
	struct scan scan = scan_begin(txn, STORE_RECORD, id_span(&row->unit));
	while (scan_next(&scan))
		touched->records++;
	scan_end(&scan);
	return txn->err;
}

// What the logs of its devices hold here; none of it moves or is written again.
static enum err count_logs(struct touched *touched, const struct id *unit)
{
	struct txn *txn = &touched->command->txn;
	enum err err = ERR_OK;
	struct scan scan = scan_begin(txn, STORE_LOG, span_of(NULL, 0));
	while (!err && scan_next(&scan)) {
		struct charter_device author;
		struct journal_log log;
		struct hash id;
		uint8_t prefix[4];
		err = hash_read(scan.key, &id) ? ERR_CORRUPT : journal_find(txn, &id, &log);
		if (err || charter_device_get(txn, &log.name.device, &author) ||
		    (!id_equal(&author.unit, unit) && !charter_is_ancestor(txn, unit, &author.unit)))
			continue;
		touched->entries += (int64_t)log.peaks.size;
		for (unsigned i = 0; i < 4; i++)
			prefix[i] = (uint8_t)(log.number >> (24 - 8 * i));
		struct scan blocks = scan_begin(txn, STORE_BLOCK, span_of(prefix, sizeof prefix));
		while (scan_next(&blocks))
			touched->bytes += (int64_t)blocks.value.size;
		scan_end(&blocks);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

// By the pack's metric of that name, as of this month; not known where there is none.
static enum err count_members(struct command *command, const struct id *unit, int64_t *members)
{
	const struct pack_metric *metric = command->pack ? pack_metric_by_name(command->pack, "members") : NULL;
	int32_t month = date_month(machine_today());
	struct cell_owner owner;
	struct figure *found;
	size_t count;
	*members = -1;
	if (!metric)
		return ERR_OK;
	enum err err = tally_sum_owner(&command->txn, unit, &owner);
	if (!err)
		err = figure_query(&command->txn, command->pack, &owner, metric, NULL, (struct period){ month, month }, &command->arena,
		                   &found, &count);
	if (!err && count)
		*members = found[0].value;
	return err;
}

static const struct output_column columns[] = {
	{ .key = "change", .heading = PHRASE_HEAD_TREE_CHANGE },   { .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "name", .heading = PHRASE_HEAD_NAME },       { .key = "to", .heading = PHRASE_HEAD_TREE_TO },
	{ .key = "from", .heading = PHRASE_HEAD_TREE_EFFECTIVE },  { .key = "announced", .heading = PHRASE_HEAD_TREE_ANNOUNCED },
	{ .key = "units", .heading = PHRASE_HEAD_TREE_UNITS },     { .key = "devices", .heading = PHRASE_HEAD_DEVICES },
	{ .key = "members", .heading = PHRASE_HEAD_TREE_MEMBERS_COUNT }, { .key = "records", .heading = PHRASE_HEAD_TREE_RECORDS },
	{ .key = "entries", .heading = PHRASE_HEAD_TREE_ENTRIES }, { .key = "bytes", .heading = PHRASE_HEAD_TREE_BYTES },
	{ .key = "loses", .heading = PHRASE_HEAD_TREE_LOSES },     { .key = "gains", .heading = PHRASE_HEAD_TREE_GAINS },
	{ .key = "written", .heading = PHRASE_HEAD_TREE_WRITTEN },
};

static void put_unit(struct output_table *table, struct lookup *look, const struct id *unit)
{
	output_text(table, id_is_zero(unit) ? NULL : lookup_unit_path(look, unit));
}

static const enum phrase change_phrases[CHARTER_CHANGE_END] = {
	[CHARTER_CREATED] = PHRASE_TREE_CREATED, [CHARTER_MOVED] = PHRASE_TREE_MOVED,
	[CHARTER_MERGED] = PHRASE_TREE_MERGED,   [CHARTER_SPLIT] = PHRASE_TREE_SPLIT,
	[CHARTER_RENAMED] = PHRASE_TREE_RENAMED, [CHARTER_CLOSED] = PHRASE_TREE_CLOSED,
};

static int tell(struct reshaping *change, bool written)
{
	struct command *command = change->command;
	struct touched touched = { .command = command };
	char day[DATE_TEXT_BYTES];
	int64_t members = -1;
	enum err err = charter_subtree(&command->txn, &change->unit, count_unit, &touched);
	if (!err)
		err = count_logs(&touched, &change->unit);
	if (!err)
		err = count_members(command, &change->unit, &members);
	struct output_table *table = command_sheet(command, columns, sizeof columns / sizeof columns[0]);
	if (err || !table)
		return command_fail(command, err ? err : ERR_NOMEM, PHRASE_CANNOT_READ, NULL);
	date_format(change->day, day);
	output_value(table, phrase_text(change_phrases[change->what]), json_string(charter_change_name(change->what)));
	output_text(table, lookup_short(&command->look, &change->unit));
	output_text(table, lookup_unit_path(&command->look, &change->unit));
	if (change->name)
		output_text(table, change->name);
	else
		put_unit(table, &command->look, &change->to[0]);
	output_text(table, day);
	output_bool(table, change->statement->announced);
	output_number(table, touched.units);
	output_number(table, touched.devices);
	if (members >= 0)
		output_number(table, members);
	else
		output_text(table, NULL);
	output_number(table, touched.records);
	output_number(table, touched.entries);
	output_number(table, touched.bytes);
	put_unit(table, &command->look, &change->loses);
	put_unit(table, &command->look, &change->gains);
	output_bool(table, written);
	return command_table_end(command, table);
}

// ---- The verbs ----

static int write_change(struct reshaping *change)
{
	struct command *command = change->command;
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	bool dry = verb_given(command->call, "dry-run");
	change->statement->effective = change->day;
	change->statement->announced = change->day > machine_today();
	statements.n_statements = 1;
	statements.statements = &change->statement;
	int code = dry ? tell(change, false) : VERB_OK;
	if (dry) {
		command_abort(command);
		return code;
	}
	code = command_done(command, pen_statements(&command->pen, &statements), PHRASE_TREE_REFUSED, command->call->arguments[0]);
	return code ? code : tell(change, true);
}

static int read_change(struct reshaping *change)
{
	const struct verb_call *call = change->command->call;
	const char *from = verb_value(call, "from");
	change->day = machine_today();
	if (from && date_parse(span_string(from), &change->day))
		return verb_usage(call, PHRASE_BAD_DATE, from);
	int code = command_unit(change->command, call->arguments[0], &change->unit);
	bool named = change->what == CHARTER_RENAMED;
	change->name = named ? call->arguments[1] : NULL;
	for (size_t i = 1; i < call->argument_count && !code && !named; i++)
		code = command_unit(change->command, call->arguments[i], &change->to[change->to_count++]);
	return code;
}

static int run(struct command *command, enum charter_change_kind what)
{
	struct reshaping change = { .command = command, .what = what };
	int code = read_change(&change);
	if (code)
		return code;
	switch (what) {
	case CHARTER_MOVED:
	case CHARTER_MERGED:
		code = draft_place(&change, &change.to[0]);
		break;
	case CHARTER_SPLIT:
		code = word_split(&change);
		break;
	case CHARTER_RENAMED:
	case CHARTER_CLOSED:
		code = word_own(&change);
		break;
	case CHARTER_CREATED:
	case CHARTER_CHANGE_END:
		break;
	}
	return code ? code : write_change(&change);
}

static int rename_unit(struct command *command) { return run(command, CHARTER_RENAMED); }
static int move_unit(struct command *command) { return run(command, CHARTER_MOVED); }
static int merge_unit(struct command *command) { return run(command, CHARTER_MERGED); }
static int split_unit(struct command *command) { return run(command, CHARTER_SPLIT); }
static int close_unit(struct command *command) { return run(command, CHARTER_CLOSED); }

int unit_rename_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, rename_unit); }
int unit_move_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, move_unit); }
int unit_merge_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, merge_unit); }
int unit_split_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, split_unit); }
int unit_close_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, close_unit); }
