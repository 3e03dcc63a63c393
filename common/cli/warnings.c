// The verb "warnings" of both programs: where a unit is not as its pack says it should be. A device looks at
// its own unit, a server at what the units below published, and counts how many units each check warns of.
#include "cli/commands.h"

#include "base/date.h"
#include "cli/boundary.h"
#include "cli/closing.h"
#include "cli/figures.h"
#include "cli/twice.h"
#include "io/machine.h"
#include "ledger/rule.h"
#include "ledger/tally.h"

static const struct output_column columns[] = {
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "check", .heading = PHRASE_HEAD_CHECK },
	{ .key = "warning", .heading = PHRASE_HEAD_WARNING },
	{ .key = "value", .heading = PHRASE_HEAD_VALUE, .number = true },
	{ .key = "at_least", .heading = PHRASE_HEAD_AT_LEAST, .number = true },
	{ .key = "at_most", .heading = PHRASE_HEAD_AT_MOST, .number = true },
	{ .key = "hint", .heading = PHRASE_HEAD_HINT },
};

struct warning {
	struct id unit;
	const struct pack_rule *rule;
	struct rule_finding finding;
};

struct warnings {
	struct command *command;
	struct boundary boundary;
	struct arena scratch;     // of one unit
	int32_t day;
	struct warning *list;     // in the command's arena
	size_t count, room;
	int64_t units[PACK_RULES_MAX]; // that a check warns of and that keep no ledger, by place in the pack
};

// ---- Finding ----

static enum err keep(struct warnings *warnings, struct warning warning)
{
	if (warnings->count == warnings->room) {
		size_t room = warnings->room ? 2 * warnings->room : 64;
		struct warning *list = arena_array(&warnings->command->arena, room, sizeof *list);
		if (!list)
			return ERR_BUDGET;
		if (warnings->count)
			memcpy(list, warnings->list, warnings->count * sizeof *list);
		warnings->list = list;
		warnings->room = room;
	}
	warnings->list[warnings->count++] = warning;
	return ERR_OK;
}

// Whose cells tell of a unit: its own on its devices; what it published; of one without a ledger, the sum.
static enum err find_owner(struct warnings *warnings, const struct derive_unit *unit, struct cell_owner *owner, bool *known)
{
	struct command *command = warnings->command;
	struct tally_chain chain;
	bool provisional;
	*known = true;
	*owner = cell_owner_own(&unit->id);
	if (!command->home.self.server)
		return ERR_OK;
	if (!unit->kind->ledger)
		return tally_sum_owner(&command->txn, &unit->id, owner);
	enum err err = tally_in_force(&command->txn, &unit->id, false, &chain, &provisional);
	*known = !err;
	if (!err)
		*owner = cell_owner_log(chain.log);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err look_at_rule(struct warnings *warnings, struct derive *look, size_t place)
{
	const struct pack_rule *rule = &look->pack->rules[place];
	struct rule_finding *findings;
	size_t count;
	enum err err = rule_find(look, rule, warnings->day, &findings, &count);
	for (size_t i = 0; i < count && !err; i++)
		err = keep(warnings, (struct warning){ .unit = look->unit->id, .rule = rule, .finding = findings[i] });
	warnings->units[place] += !err && count > 0 && !look->unit->kind->ledger;
	return err;
}

static enum err look_at_unit(struct warnings *warnings, const struct id *id)
{
	struct command *command = warnings->command;
	struct derive_unit unit;
	bool known = false;
	arena_reset(&warnings->scratch);
	struct derive look = { .txn = &command->txn, .pack = command->pack, .unit = &unit, .arena = &warnings->scratch };
	enum err err = view_derive_unit(&command->txn, command->pack, id, &warnings->scratch, &unit);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err; // of a kind that the pack does not know
	err = find_owner(warnings, &unit, &look.owner, &known);
	for (size_t i = 0; i < command->pack->rule_count && known && !err; i++)
		err = look_at_rule(warnings, &look, i);
	return err;
}

static enum err visit(void *context, const struct charter_unit *row)
{
	return look_at_unit(context, &row->unit);
}

// ---- Saying ----

static const char *keep_text(struct warnings *warnings, struct buf *text)
{
	const char *kept = text->err ? NULL : arena_string(&warnings->command->arena, buf_span(text));
	buf_free(text);
	return kept ? kept : "";
}

static const char *subject(struct warnings *warnings, const struct rule_finding *finding)
{
	const struct pack_term *term = finding->term;
	const struct pack_measure *measure = &term->measure;
	struct buf text = BUF_EMPTY;
	char number[8];
	if (term->of == PACK_TERM_AGE)
		return phrase_text(PHRASE_WARNING_AGE);
	for (size_t i = 0; i < term->kind_count; i++) {
		buf_string(&text, i ? ", " : "");
		buf_string(&text, lookup_title(&term->kinds[i]->title, term->kinds[i]->name));
	}
	if (term->of == PACK_TERM_METRIC) {
		const char *metric = lookup_title(&measure->metric->title, measure->metric->name);
		const char *part = figures_bucket_title(measure->dimension, finding->bucket, number);
		if (part)
			phrase_format(&text, PHRASE_WARNING_PART, PHRASE_WITH(metric, part));
		else
			buf_string(&text, metric);
	}
	return keep_text(warnings, &text);
}

static const char *expected(struct warnings *warnings, const struct pack_term *term)
{
	struct buf text = BUF_EMPTY;
	char least[24], most[24];
	snprintf(least, sizeof least, "%lld", (long long)term->at_least);
	snprintf(most, sizeof most, "%lld", (long long)term->at_most);
	if (term->at_most == INT64_MAX)
		phrase_format(&text, PHRASE_WARNING_AT_LEAST, PHRASE_WITH(least));
	else if (term->at_least == 0)
		phrase_format(&text, PHRASE_WARNING_AT_MOST, PHRASE_WITH(most));
	else if (term->at_least == term->at_most)
		buf_string(&text, least);
	else
		phrase_format(&text, PHRASE_WARNING_BETWEEN, PHRASE_WITH(least, most));
	return keep_text(warnings, &text);
}

static const char *sentence(struct warnings *warnings, const struct warning *warning)
{
	struct buf text = BUF_EMPTY;
	char value[24];
	snprintf(value, sizeof value, "%lld", (long long)warning->finding.value);
	phrase_format(&text, PHRASE_WARNING_SAYS,
	              PHRASE_WITH(lookup_title(&warning->rule->title, warning->rule->name), subject(warnings, &warning->finding), value,
	                          expected(warnings, warning->finding.term)));
	return keep_text(warnings, &text);
}

static void print_row(struct warnings *warnings, struct output_table *table, const struct warning *warning)
{
	struct lookup *look = &warnings->command->look;
	const struct pack_term *term = warning->finding.term;
	const struct title *hint = &warning->rule->hint;
	output_value(table, lookup_unit_path(look, &warning->unit), json_string(lookup_short(look, &warning->unit)));
	output_text(table, warning->rule->name);
	output_text(table, sentence(warnings, warning));
	output_number(table, warning->finding.value);
	output_number(table, term->at_least);
	if (term->at_most == INT64_MAX)
		output_text(table, NULL);
	else
		output_number(table, term->at_most);
	output_text(table, *hint->zh || *hint->en ? lookup_title(hint, "") : NULL);
}

// ---- Counts: cells of the units that keep a ledger, and those found above that keep none ----

static enum err count_rule(struct warnings *warnings, const struct id *unit, size_t place, int64_t *units)
{
	struct command *command = warnings->command;
	struct cell_owner owner = cell_owner_own(unit);
	enum err err = command->home.self.server ? tally_sum_owner(&command->txn, unit, &owner) : ERR_OK;
	if (!err)
		err = rule_warned(&command->txn, &owner, &command->pack->rules[place], date_month(warnings->day), units);
	*units += warnings->units[place];
	return err;
}

static enum err tell_counts(struct warnings *warnings, const struct id *unit, struct output_table *table)
{
	const struct pack *pack = warnings->command->pack;
	json_t *counts = json_array();
	enum err err = ERR_OK;
	for (size_t i = 0; i < pack->rule_count && !err; i++) {
		const char *title = lookup_title(&pack->rules[i].title, pack->rules[i].name);
		char number[24];
		int64_t units = 0;
		err = count_rule(warnings, unit, i, &units);
		snprintf(number, sizeof number, "%lld", (long long)units);
		json_array_append_new(counts, json_pack("{s:s, s:s, s:I}", "check", pack->rules[i].name, "title", title, "units", (json_int_t)units));
		if (units && warnings->command->home.self.server && !warnings->command->call->json)
			phrase_line(stdout, PHRASE_WARNINGS_COUNT, PHRASE_WITH(title, number));
	}
	output_fact(table, "counts", counts);
	return err;
}

static int print(struct warnings *warnings, const struct id *unit)
{
	struct command *command = warnings->command;
	char day[DATE_TEXT_BYTES];
	struct output_table *table = command_table(command, "warnings", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	date_format(warnings->day, day);
	output_fact(table, "day", json_string(day));
	if (warnings->command->home.self.server)
		boundary_facts(&warnings->boundary, table);
	enum err err = tell_counts(warnings, unit, table);
	bool ours = !command->home.self.server; // what stands twice is seen where records are
	json_t *twice = ours && !err ? twice_json(command, NULL, &err) : NULL;
	size_t doubles = json_array_size(twice);
	if (ours)
		output_fact(table, "twice", twice ? twice : json_array());
	json_t *overdue = !ours && !err ? closing_overdue(command, unit, warnings->day, &err) : NULL;
	size_t late = json_array_size(overdue);
	json_incref(overdue);
	if (!ours)
		output_fact(table, "overdue", overdue ? overdue : json_array());
	for (size_t i = 0; i < warnings->count; i++)
		if (output_row_wanted(table))
			print_row(warnings, table, &warnings->list[i]);
	int code = command_table_end(command, table);
	if (!err && !command->call->json)
		closing_overdue_print(overdue, stdout);
	json_decref(overdue);
	if (!err && !command->call->json && doubles)
		err = twice_print(command, NULL, stdout);
	if (!err && !command->call->json && warnings->count == 0 && doubles == 0 && late == 0)
		phrase_line(stdout, PHRASE_WARNINGS_NONE, NULL);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

// ---- What is asked ----

static int show(struct command *command)
{
	struct warnings warnings = { .command = command, .day = machine_today() };
	const struct verb_call *call = command->call;
	const char *day = verb_value(call, "day");
	struct id unit = command->home.self.unit;
	if (day && date_parse(span_string(day), &warnings.day))
		return verb_usage(call, PHRASE_BAD_DAY, day);
	if (!command->pack)
		return verb_fail(call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	bool server = command->home.self.server;
	int code = server ? boundary_read(command, &warnings.boundary) : VERB_OK;
	if (!code && server)
		code = command_unit(command, verb_value(call, "unit"), &unit);
	if (code)
		return code;
	arena_init(&warnings.scratch, COMMAND_ARENA_BYTES);
	int32_t tree = warnings.boundary.tree.redrawn ? warnings.boundary.tree.day : warnings.day;
	enum err err = server ? charter_subtree_on(&command->txn, &unit, tree, visit, &warnings) : look_at_unit(&warnings, &unit);
	code = err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : print(&warnings, &unit);
	arena_free(&warnings.scratch);
	return code;
}

int warnings_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
