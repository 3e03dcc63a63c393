// review: what the units below have submitted, what it says, and the verdict on it.
#include "base/hlc.h"
#include "cli/boundary.h"
#include "cli/months.h"
#include "io/machine.h"
#include "ledger/figure.h"
#include "org/charter_past.h"
#include "server/commands.h"

// ---- list: who has, and who has not ----

struct listing {
	struct command *command;
	struct output_table *table;
	struct period months;
	struct boundary boundary;
	unsigned states;  // those asked for, a bit each; 0: all
	int64_t expected, submitted, approved;
	int64_t in_state[PERIOD_STATES];
};

static enum err count_month(void *context, const struct period_summary *summary)
{
	struct listing *listing = context;
	listing->submitted += summary->newest != 0;
	listing->approved += summary->based;
	listing->in_state[summary->state]++;
	return ERR_OK;
}

static enum err count_unit(struct listing *listing, const struct id *unit)
{
	listing->expected += listing->months.last - listing->months.first + 1;
	return period_summary_each(&listing->command->txn, unit, listing->months, count_month, listing);
}

// What is not on the page that is asked for is not read; who asks for a state must be shown how each month stands.
static enum err print_month(struct listing *listing, const struct id *unit, int32_t month)
{
	struct command *command = listing->command;
	struct period_summary summary;
	if (!listing->states && !output_row_wanted(listing->table))
		return ERR_OK;
	enum err err = period_summary_get(&command->txn, unit, month, &summary);
	if (err || (listing->states && (!(listing->states & 1u << summary.state) || !output_row_wanted(listing->table))))
		return err;
	return months_row(command, listing->table, unit, &summary, true);
}

static enum err print_unit(struct listing *listing, const struct id *unit)
{
	enum err err = ERR_OK;
	for (int32_t month = listing->months.first; month <= listing->months.last && !err; month++)
		err = print_month(listing, unit, month);
	return err;
}

// As in every "k of n" (charter_expected_then): who stood there on the period's last day, also where it was closed
// since. A unit that was entered yesterday owes the months before, too.
static bool expected_to_submit(const struct listing *listing, const struct charter_unit *row)
{
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(listing->command->pack, row->kind);
	int32_t end = date_month_end(listing->months.last), today = machine_today(), day = end > today ? end : today;
	return kind && kind->ledger && row->since <= day && row->closed > end;
}

// --state: those in it alone.
static int read_states(struct listing *listing)
{
	const struct verb_call *call = listing->command->call;
	const char *text;
	for (size_t at = 0; (text = verb_each(call, "state", &at));) {
		unsigned state = 0;
		while (state < PERIOD_STATES && strcmp(text, period_state_name((enum period_state)state)) != 0)
			state++;
		if (state == PERIOD_STATES)
			return verb_usage(call, PHRASE_BAD_STATE, text);
		listing->states |= 1u << state;
	}
	return VERB_OK;
}

static json_t *states_json(const struct listing *listing)
{
	json_t *states = json_object();
	for (unsigned i = 0; i < PERIOD_STATES; i++)
		json_object_set_new(states, period_state_name((enum period_state)i), json_integer(listing->in_state[i]));
	return states;
}

static enum err count_row(void *context, const struct charter_unit *row)
{
	struct listing *listing = context;
	return expected_to_submit(listing, row) ? count_unit(listing, &row->unit) : ERR_OK;
}

static enum err print_row(void *context, const struct charter_unit *row)
{
	struct listing *listing = context;
	return expected_to_submit(listing, row) ? print_unit(listing, &row->unit) : ERR_OK;
}

static void tell_counts(const struct listing *listing)
{
	char submitted[24], expected[24], approved[24];
	snprintf(submitted, sizeof submitted, "%lld", (long long)listing->submitted);
	snprintf(expected, sizeof expected, "%lld", (long long)listing->expected);
	snprintf(approved, sizeof approved, "%lld", (long long)listing->approved);
	if (!listing->command->call->json)
		phrase_line(stdout, PHRASE_REVIEW_COUNTS, PHRASE_WITH(submitted, expected, approved));
}

static int no_pack(const struct command *command)
{
	return verb_fail(command->call, &(struct verb_failure){
		.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
}

static int list(struct command *command)
{
	struct listing listing = { .command = command };
	int code = command->pack ? months_read(command, command->call->arguments[0], &listing.months) : no_pack(command);
	if (!code)
		code = boundary_read(command, &listing.boundary);
	if (!code)
		code = read_states(&listing);
	if (!code)
		code = command_owner(command);
	if (code)
		return code;
	const struct id unit = command->look.unit;
	int32_t day = boundary_day(&listing.boundary, listing.months.last);
	enum err err = charter_parts_on(&command->txn, &unit, day, count_row, &listing);
	listing.table = months_table(command, true);
	if (!listing.table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	output_fact(listing.table, "period", json_string(command->call->arguments[0]));
	boundary_facts(&listing.boundary, listing.table);
	output_fact(listing.table, "submitted", json_integer(listing.submitted));
	output_fact(listing.table, "expected", json_integer(listing.expected));
	output_fact(listing.table, "approved", json_integer(listing.approved));
	int64_t told = 0; // months of which there is nothing are open
	for (size_t i = 0; i < PERIOD_STATES; i++)
		told += listing.in_state[i];
	listing.in_state[PERIOD_OPEN] += listing.expected - told;
	output_fact(listing.table, "states", states_json(&listing));
	tell_counts(&listing);
	if (!err)
		err = charter_parts_on(&command->txn, &unit, day, print_row, &listing);
	code = command_table_end(command, listing.table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int review_list_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, list);
}

// ---- show: the figures that were submitted, beside those of the month before ----

static const struct output_column columns[] = {
	{ .key = "metric", .heading = PHRASE_HEAD_METRIC },
	{ .key = "before", .heading = PHRASE_HEAD_BEFORE, .number = true },
	{ .key = "submitted", .heading = PHRASE_HEAD_SUBMITTED_VALUE, .number = true },
	{ .key = "change", .heading = PHRASE_HEAD_CHANGE, .number = true },
	{ .key = "now", .heading = PHRASE_HEAD_NOW, .number = true },
	{ .key = "restated", .heading = PHRASE_HEAD_RESTATED_BY, .number = true },
};

struct showing {
	struct command *command;
	struct cell_owner owner;
	struct period_standing standing;
};

static uint8_t place_of(const struct pack_metric *metric)
{
	return metric->aggregate == METRIC_MINIMUM ? CELL_MARK_MINIMUM : metric->aggregate == METRIC_MAXIMUM ? CELL_MARK_MAXIMUM : 0;
}

static int64_t cell_of(const struct period_taken *taken, const struct pack_metric *metric)
{
	for (size_t i = 0; taken && i < taken->step.cell_count; i++) {
		const struct cell_key *key = &taken->step.cells[i].key;
		if (key->metric == metric->number && key->dimension == place_of(metric) && key->bucket == 0)
			return taken->step.cells[i].value;
	}
	return 0;
}

// A month's figure as it stands; as it was submitted is that, with the month's own cell put back to what it was.
static enum err figure_of(struct showing *showing, const struct pack_metric *metric, int32_t month, bool submitted, int64_t *value)
{
	struct command *command = showing->command;
	struct figure *figures;
	size_t count;
	int64_t now;
	enum err err = figure_query(&command->txn, command->pack, &showing->owner, metric, NULL,
	                            (struct period){ .first = month, .last = month }, &command->arena, &figures, &count);
	*value = !err && count ? figures[0].value : 0;
	if (err || !submitted || !showing->standing.last)
		return err;
	if (place_of(metric)) { // of an extreme the month's own cell is the figure
		*value = cell_extreme_number(cell_of(showing->standing.last, metric));
		return ERR_OK;
	}
	const struct cell_key key = { .metric = metric->number, .month = month };
	err = cell_get(&command->txn, &showing->owner, &key, &now);
	*value += cell_of(showing->standing.last, metric) - now;
	return err;
}

static enum err print_metric(struct showing *showing, struct output_table *table, const struct pack_metric *metric)
{
	struct command *command = showing->command;
	int32_t month = showing->standing.month;
	int64_t before, submitted, now;
	struct figure restated;
	enum err err = figure_of(showing, metric, month - 1, false, &before);
	if (!err)
		err = figure_of(showing, metric, month, true, &submitted);
	if (!err)
		err = figure_of(showing, metric, month, false, &now);
	if (!err)
		err = figure_restated(&command->txn, command->pack, &showing->owner, metric,
		                      (struct period){ .first = month, .last = month }, &command->arena, &restated);
	if (err)
		return err;
	output_value(table, lookup_title(&metric->title, metric->name), json_string(metric->name));
	output_number(table, before);
	output_number(table, submitted);
	output_number(table, submitted - before);
	output_number(table, now);
	output_number(table, restated.value);
	return ERR_OK;
}

static enum err print_metrics(struct showing *showing, struct output_table *table)
{
	const struct pack *pack = showing->command->pack;
	enum err err = ERR_OK;
	for (size_t i = 0; i < pack->metric_count && !err; i++)
		if (pack->metrics[i].aggregate != METRIC_RATIO)
			err = print_metric(showing, table, &pack->metrics[i]);
	return err;
}

static void show_head(struct showing *showing, struct output_table *table)
{
	struct command *command = showing->command;
	const struct period_taken *last = showing->standing.last;
	char month[PERIOD_TEXT_BYTES], revision[16];
	date_format_month(showing->standing.month, month);
	snprintf(revision, sizeof revision, "%u", last ? (unsigned)last->step.revision : 0);
	output_fact(table, "unit", json_string(lookup_short(&command->look, &showing->standing.unit)));
	output_fact(table, "month", json_string(month));
	output_fact(table, "state", json_string(period_state_name(showing->standing.state)));
	output_fact(table, "revision", last ? json_integer(last->step.revision) : json_null());
	output_fact(table, "reason", last ? json_stringn((const char *)last->step.reason.data, last->step.reason.size) : json_null());
	if (!command->call->json)
		phrase_line(stdout, PHRASE_REVIEW_OF,
		            PHRASE_WITH(lookup_unit_name(&command->look, &showing->standing.unit), month,
		                        phrase_text(months_state_phrase(showing->standing.state)), revision));
}

static int show_month(struct command *command, int32_t month)
{
	struct showing showing = { .command = command };
	enum err err = period_state_load(&command->txn, &command->look.unit, month, &command->arena, &showing.standing);
	if (!err)
		err = tally_sum_owner(&command->txn, &command->look.unit, &showing.owner);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, NULL);
	struct output_table *table = command_table(command, "figures", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	show_head(&showing, table);
	err = print_metrics(&showing, table);
	int code = command_table_end(command, table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

static int show(struct command *command)
{
	struct period months = { .first = 0 };
	int code = command->pack ? months_read(command, command->call->arguments[0], &months) : no_pack(command);
	if (!code && months.first != months.last)
		return verb_usage(command->call, PHRASE_ONE_MONTH, command->call->arguments[0]);
	if (!code)
		code = command_owner(command);
	return code ? code : show_month(command, months.first);
}

int review_show_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}

// ---- approve, return ----

// "meetings_held", "meeting" or "meeting.topic".
static int find_place(struct command *command, struct span text, struct period_remark *remark)
{
	const char *name = arena_string(&command->arena, text);
	const struct pack_metric *metric = name ? pack_metric_by_name(command->pack, name) : NULL;
	const char *dot = name ? strchr(name, '.') : NULL;
	if (metric) {
		remark->metric = metric->number;
		return VERB_OK;
	}
	const char *kind_name = dot ? arena_string(&command->arena, span_of(name, (size_t)(dot - name))) : name;
	const struct pack_kind *kind = kind_name ? pack_kind_by_name(command->pack, kind_name) : NULL;
	const struct pack_field *field = kind && dot ? pack_field_by_name(kind, dot + 1) : NULL;
	if (!kind || (dot && !field))
		return verb_usage(command->call, PHRASE_NO_REMARK_PLACE, name);
	remark->kind = kind->number;
	remark->field = field ? field->number : 0;
	return VERB_OK;
}

static int read_remarks(struct command *command, struct period_remark *remarks, size_t *count)
{
	const char *text;
	int code = VERB_OK;
	for (size_t at = 0; !code && (text = verb_each(command->call, "remark", &at));) {
		const char *equals = strchr(text, '=');
		if (!equals || equals == text || !equals[1] || *count == VERB_REPEATS_MAX)
			return verb_usage(command->call, PHRASE_NO_ASSIGNMENT, text);
		struct period_remark *remark = &remarks[(*count)++];
		*remark = (struct period_remark){ .text = span_string(equals + 1) };
		code = find_place(command, span_of(text, (size_t)(equals - text)), remark);
	}
	return code;
}

static int cannot_say(struct command *command, enum err err, int32_t month)
{
	char text[PERIOD_TEXT_BYTES];
	date_format_month(month, text);
	if (err == ERR_NOT_FOUND || err == ERR_CONFLICT)
		return verb_fail(command->call, &(struct verb_failure){
			.err = err, .what = err == ERR_NOT_FOUND ? PHRASE_NOT_SUBMITTED : PHRASE_SAID_ALREADY, .where = text, .why = "",
			.remedy = PHRASE_REMEDY_REVIEW });
	return command_fail(command, err, PHRASE_CANNOT_WRITE, text);
}

static int say(struct command *command, enum period_verdict verdict)
{
	struct period months = { .first = 0 };
	struct period_remark remarks[VERB_REPEATS_MAX];
	size_t count = 0;
	const char *text = verb_value(command->call, "text");
	int code = command->pack ? months_read(command, command->call->arguments[0], &months) : no_pack(command);
	if (!code)
		code = command_owner(command);
	if (!code)
		code = read_remarks(command, remarks, &count);
	uint32_t revision = 0;
	for (int32_t month = months.first; !code && month <= months.last; month++) {
		struct period_review review = { .unit = command->look.unit, .month = month, .verdict = verdict,
		                                .text = span_string(text ? text : ""), .remark_count = count, .remarks = remarks };
		enum err err = pen_period_review(&command->pen, &review, &revision);
		if (err)
			code = cannot_say(command, err, month);
	}
	const char *name = code ? "" : lookup_unit_name(&command->look, &command->look.unit);
	if (!code)
		code = command_commit(command);
	char number[16];
	snprintf(number, sizeof number, "%u", (unsigned)revision);
	if (!code && command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:s,s:I}", "period", command->call->arguments[0], "verdict",
		                                  verdict == PERIOD_APPROVE ? "approved" : "returned", "revision", (json_int_t)revision));
	else if (!code)
		phrase_line(stdout, verdict == PERIOD_APPROVE ? PHRASE_REVIEW_APPROVED : PHRASE_REVIEW_RETURNED,
		            PHRASE_WITH(name, command->call->arguments[0], number));
	return code;
}

static int approve(struct command *command) { return say(command, PERIOD_APPROVE); }
static int give_back(struct command *command) { return say(command, PERIOD_RETURN); }

int review_approve_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, approve); }
int review_return_run(const struct verb_call *call) { return command_run(call, COMMAND_WRITE, give_back); }
