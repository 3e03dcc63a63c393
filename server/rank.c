// rank: the units below one, side by side by a scorecard. Computed at the asking from what they have
// reported; who has not, or is not assessed yet, stands apart.
#include "cli/score.h"
#include "io/machine.h"
#include "server/commands.h"

static const struct output_column columns[] = {
	{ .key = "rank", .heading = PHRASE_HEAD_RANK, .number = true },
	{ .key = "tied", .heading = PHRASE_HEAD_RANK_TIED },
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "name", .heading = PHRASE_HEAD_NAME },
	{ .key = "points", .heading = PHRASE_HEAD_SCORE_POINTS, .number = true },
	{ .key = "band", .heading = PHRASE_HEAD_SCORE_BAND },
	{ .key = "award", .heading = PHRASE_HEAD_RANK_AWARD, .number = true },
	{ .key = "consequence", .heading = PHRASE_HEAD_RANK_CONSEQUENCE },
	{ .key = "times", .heading = PHRASE_NONE, .title = "×", .number = true },
	{ .key = "approved", .heading = PHRASE_HEAD_RANK_APPROVED },
	{ .key = "note", .heading = PHRASE_HEAD_NOTE },
};

static const char *note_of(const struct score_rank *rank)
{
	static const enum phrase apart[SCORE_APART_END] = {
		[SCORE_APART_SILENT] = PHRASE_RANK_SILENT, [SCORE_APART_PROVISIONAL] = PHRASE_RANK_PROVISIONAL,
		[SCORE_APART_WAITING] = PHRASE_RANK_WAITING, [SCORE_APART_UNREVIEWED] = PHRASE_RANK_UNREVIEWED,
	};
	if (rank->apart)
		return phrase_text(apart[rank->apart]);
	return rank->award_lost ? phrase_text(PHRASE_RANK_AWARD_LOST) : NULL;
}

static const char *note_name(const struct score_rank *rank)
{
	return rank->apart ? score_rank_apart_name(rank->apart) : rank->award_lost ? "award_lost" : "";
}

static void print_money(struct command *command, struct output_table *table, int64_t fen)
{
	const struct pack_field field = { .name = "", .title = { .zh = "", .en = "" }, .type = VALUE_MONEY };
	struct value value = { .form = VALUE_IS_NUMBER, .number = fen };
	output_value(table, fen ? lookup_text(&command->look, &field, &value) : NULL, json_integer(fen));
}

static void print_rank(struct command *command, struct output_table *table, const struct score_rank *rank)
{
	bool scored = rank->apart != SCORE_APART_SILENT;
	if (rank->rank)
		output_number(table, rank->rank);
	else
		output_text(table, NULL);
	output_value(table, rank->tied ? phrase_text(PHRASE_RANK_TIED) : NULL, json_boolean(rank->tied));
	output_text(table, lookup_short(&command->look, &rank->unit));
	output_text(table, lookup_unit_name(&command->look, &rank->unit));
	if (scored)
		score_print_points(table, rank->total);
	else
		output_text(table, NULL);
	bool band = scored && rank->band;
	output_value(table, band ? lookup_title(&rank->band->title, rank->band->name) : NULL,
	             band ? json_string(rank->band->name) : json_null());
	print_money(command, table, rank->award);
	const struct pack_consequence *follows = rank->consequence;
	output_value(table, follows ? lookup_title(&follows->title, follows->name) : NULL,
	             follows ? json_string(follows->name) : json_null());
	char times[16];
	snprintf(times, sizeof times, "%u", (unsigned)rank->hits);
	output_value(table, follows ? times : NULL, json_integer(rank->hits));
	char months[32];
	snprintf(months, sizeof months, "%d/%d", (int)rank->approved, (int)rank->months);
	output_value(table, rank->months ? months : NULL, rank->months ? json_string(months) : json_null());
	output_value(table, note_of(rank), json_string(note_name(rank)));
}

static int print_ranks(struct command *command, const struct score_asked *asked, const struct id *unit,
                       const struct score_rank *ranks, size_t count)
{
	struct output_table *table = command_table(command, "ranks", columns, sizeof columns / sizeof *columns);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	output_fact(table, "scorecard", json_string(asked->card->name));
	output_fact(table, "period", json_string(asked->text));
	output_fact(table, "unit", json_string(lookup_short(&command->look, unit)));
	boundary_facts(&asked->boundary, table);
	output_fact(table, "ranked", json_boolean(!asked->card->unranked));
	output_fact(table, "reviewed", json_boolean(asked->card->reviewed));
	if (!command->call->json)
		phrase_line(stdout, PHRASE_FIGURES_OF, PHRASE_WITH(lookup_unit_path(&command->look, unit), asked->text));
	for (size_t i = 0; i < count; i++)
		if (output_row_wanted(table))
			print_rank(command, table, &ranks[i]);
	int code = command_table_end(command, table);
	boundary_tell(&asked->boundary);
	if (!code && !command->call->json && asked->card->unranked)
		phrase_line(stdout, PHRASE_RANK_UNRANKED, NULL);
	return code;
}

static int rank(struct command *command)
{
	const struct verb_call *call = command->call;
	struct score_asked asked = { .card = NULL };
	struct score_rank *ranks;
	size_t count;
	struct id unit;
	int code = boundary_read(command, &asked.boundary);
	if (!code)
		code = command_unit(command, verb_value(call, "unit"), &unit);
	if (!code)
		code = score_card(command, call->arguments[0], &asked);
	if (!code)
		code = score_asked_period(command, &asked);
	if (code)
		return code;
	if (asked.card->points)
		return verb_usage(call, PHRASE_SCORE_INDIVIDUAL, call->arguments[0]);
	const struct ranking_request request = {
		.txn = &command->txn, .pack = command->pack, .card = asked.card, .unit = unit, .period = asked.period,
		.month = date_month(machine_today()), .tree = asked.boundary.tree, .missing = &asked.boundary.missing,
	};
	enum err err = ranking_compute(&request, &command->arena, &ranks, &count);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : print_ranks(command, &asked, &unit, ranks, count);
}

int rank_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, rank);
}
