// Scores of individuals, on a device of their unit: nobody else has them.
#include "cli/score.h"
#include "ledger/score_points.h"

static const struct output_column columns[] = {
	{ .key = "record", .heading = PHRASE_HEAD_RECORD },
	{ .key = "label", .heading = PHRASE_HEAD_NAME },
	{ .key = "tasks", .heading = PHRASE_HEAD_SCORE_TASKS, .number = true },
	{ .key = "reward", .heading = PHRASE_HEAD_SCORE_REWARD, .number = true },
	{ .key = "points", .heading = PHRASE_HEAD_SCORE_POINTS, .number = true },
	{ .key = "band", .heading = PHRASE_HEAD_SCORE_BAND },
	{ .key = "note", .heading = PHRASE_HEAD_NOTE },
};

static void print_member(struct command *command, struct output_table *table, const struct score_asked *asked,
                         const struct record *record, const struct score_points *points)
{
	char hex[ID_TEXT_BYTES];
	id_format(&record->key.record, hex);
	output_value(table, lookup_short(&command->look, &record->key.record), json_string(hex));
	output_text(table, lookup_record_label(&command->look, asked->card->points->subject, record));
	score_print_points(table, points->tasks);
	score_print_points(table, points->reward);
	score_print_points(table, points->total);
	output_value(table, points->band ? lookup_title(&points->band->title, points->band->name) : NULL,
	             points->band ? json_string(points->band->name) : json_null());
	if (points->exempt)
		output_value(table, phrase_text(PHRASE_SCORE_EXEMPT), json_string("exempt"));
	else if (!points->recorded)
		output_value(table, phrase_text(PHRASE_SCORE_NO_RECORDS), json_string("no_records"));
	else
		output_value(table, NULL, json_string(""));
}

static enum err print_members(struct command *command, struct output_table *table, const struct score_asked *asked)
{
	const struct pack_kind *subject = asked->card->points->subject;
	enum err err = ERR_OK;
	struct lookup_walk walk = lookup_walk_begin(&command->look, subject->number, false);
	while (!err && lookup_walk_next(&walk)) {
		struct score_points points;
		err = score_points_of(&command->txn, asked->card, &walk.record, asked->period, &points);
		if (!err && (points.there || points.recorded))
			print_member(command, table, asked, &walk.record, &points);
	}
	enum err ended = lookup_walk_end(&walk);
	return err ? err : ended;
}

int score_members(struct command *command, const struct score_asked *asked)
{
	if (command->home.self.server)
		return verb_usage(command->call, PHRASE_SCORE_INDIVIDUAL, asked->card->name);
	struct output_table *table = command_table(command, "members", columns, sizeof columns / sizeof *columns);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	output_fact(table, "scorecard", json_string(asked->card->name));
	output_fact(table, "period", json_string(asked->text));
	boundary_facts(&asked->boundary, table);
	output_fact(table, "maximum", json_integer(score_maximum(asked->card)));
	enum err err = print_members(command, table, asked);
	int code = command_table_end(command, table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}
