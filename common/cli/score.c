// A unit's score, item by item: what it is computed from, the total, its band. A device shows its unit's
// own cells as they are now and says what of it is confirmed; a server what the units below have reported.
#include "cli/score.h"

#include "io/machine.h"
#include "ledger/figure.h"
#include "ledger/score_approved.h"
#include "ledger/score_reader.h"
#include "ledger/tally.h"
#include "org/ranking.h"

static const struct output_column columns[] = {
	{ .key = "item", .heading = PHRASE_HEAD_SCORE_ITEM },
	{ .key = "points", .heading = PHRASE_HEAD_SCORE_POINTS, .number = true },
	{ .key = "most", .heading = PHRASE_HEAD_SCORE_MOST, .number = true },
	{ .key = "value", .heading = PHRASE_HEAD_VALUE, .number = true },
	{ .key = "of", .heading = PHRASE_HEAD_OF, .number = true },
	{ .key = "target", .heading = PHRASE_HEAD_SCORE_TARGET, .number = true },
	{ .key = "source", .heading = PHRASE_HEAD_SCORE_SOURCE },
	{ .key = "waiting", .heading = PHRASE_HEAD_NOTE },
};

static const struct output_column part_columns[] = {
	{ .key = "period", .heading = PHRASE_HEAD_SCORE_PERIOD },
	{ .key = "points", .heading = PHRASE_HEAD_SCORE_POINTS, .number = true },
	{ .key = "weight", .heading = PHRASE_HEAD_SCORE_WEIGHT, .number = true },
	{ .key = "waiting", .heading = PHRASE_HEAD_SCORE_WAITING, .number = true },
};

static const struct output_column card_columns[] = {
	{ .key = "scorecard", .heading = PHRASE_HEAD_SCORECARD },
	{ .key = "period", .heading = PHRASE_HEAD_SCORE_PERIOD },
	{ .key = "points", .heading = PHRASE_HEAD_SCORE_POINTS, .number = true },
	{ .key = "most", .heading = PHRASE_HEAD_SCORE_MOST, .number = true },
	{ .key = "band", .heading = PHRASE_HEAD_SCORE_BAND },
	{ .key = "waiting", .heading = PHRASE_HEAD_SCORE_WAITING, .number = true },
};

// ---- What is asked ----

int score_card(struct command *command, const char *text, struct score_asked *asked)
{
	if (!command->pack)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	asked->card = pack_score_by_name(command->pack, text);
	return asked->card ? VERB_OK : verb_usage(command->call, PHRASE_NO_SCORECARD, text);
}

// Does the period name one of the scorecard's, or its year?
static bool fits(struct score_asked *asked, struct period period)
{
	bool year = period.last - period.first == 11;
	asked->period = year ? period : score_period(asked->card, period.first);
	asked->year = year && asked->card->months < 12;
	period_format(asked->period, asked->text);
	return asked->year ? asked->card->weight_count > 0 : asked->period.last >= period.last;
}

static int read_period(const struct command *command, struct period *period)
{
	const char *text = verb_value(command->call, "period");
	int32_t month = date_month(machine_today());
	*period = (struct period){ .first = month, .last = month };
	return text && period_parse(text, period) ? verb_usage(command->call, PHRASE_BAD_PERIOD, text) : VERB_OK;
}

int score_asked_period(struct command *command, struct score_asked *asked)
{
	struct period period;
	int code = read_period(command, &period);
	if (code || fits(asked, period))
		return code;
	return verb_usage(command->call, PHRASE_SCORE_OTHER_PERIOD, verb_value(command->call, "period"));
}

// "9.5": no more decimals than it has. Points are never below 0.
static void format_points(int64_t points, char text[static 32])
{
	long long whole = points / PACK_SCORE_POINT, rest = points % PACK_SCORE_POINT;
	if (rest == 0)
		snprintf(text, 32, "%lld", whole);
	else
		snprintf(text, 32, rest % 10 ? "%lld.%02lld" : "%lld.%lld", whole, rest % 10 ? rest : rest / 10);
}

const char *score_points_text(struct command *command, int64_t points)
{
	char text[32];
	format_points(points, text);
	const char *kept = arena_string(&command->arena, span_string(text));
	return kept ? kept : "";
}

void score_print_points(struct output_table *table, int64_t points)
{
	char text[32];
	format_points(points, text);
	output_value(table, text, json_integer(points));
}

// ---- One scorecard ----

// Whose score, and what it is computed from here.
struct sight {
	struct score_store now;
	struct cell_owner confirmed; // of the tally in force that a receipt covers
	bool has_confirmed;
	enum score_apart apart;
	struct cell_list extra;      // of units merged into it, or in other boundaries
	struct score_approved approved; // of a scorecard that is reviewed
};

static enum err receipted(struct command *command, const struct tally_chain *chain, bool *yes)
{
	struct journal_log log;
	enum err err = journal_find_number(&command->txn, chain->log, &log);
	bool own = !err && hash_equal(&log.name.device, &command->home.self.identity.sign_public);
	*yes = !err && (!own || log.receipt[0].size > chain->seq); // another device's came from the server
	return err;
}

static enum err look_own(struct command *command, const struct id *unit, struct sight *sight)
{
	struct tally_chain chain;
	bool provisional, yes = false;
	sight->now.owner = cell_owner_own(unit);
	enum err err = tally_in_force(&command->txn, unit, false, &chain, &provisional);
	if (!err)
		err = receipted(command, &chain, &yes);
	sight->has_confirmed = !err && yes && !provisional;
	sight->confirmed = err ? sight->now.owner : cell_owner_log(chain.log);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err look(struct command *command, const struct id *unit, struct score_asked *asked, struct sight *sight)
{
	struct charter_unit row;
	struct ranking_cells cells;
	int32_t month = date_month(machine_today()), last = asked->period.last < month ? asked->period.last : month;
	*sight = (struct sight){ .now = { .txn = &command->txn, .pack = command->pack, .unit = *unit, .arena = &command->arena } };
	enum err err = charter_unit_get(&command->txn, unit, &row);
	if (!err)
		err = ranking_cells(&command->txn, command->pack, &row, last, &asked->boundary.tree, &command->arena, &cells);
	if (err)
		return err;
	sight->extra = cells.extra;
	sight->now.extra = &sight->extra;
	asked->boundary.missing += cells.missing;
	if (!command->home.self.server)
		return look_own(command, unit, sight);
	sight->now.owner = cells.owner;
	sight->apart = cells.apart;
	sight->confirmed = sight->now.owner;
	sight->has_confirmed = sight->apart == SCORE_APART_NOT;
	return err;
}

static enum err compute(const struct score_asked *asked, struct sight *sight, struct score *score, struct score_year *year)
{
	struct score_reader reader = score_reader_of(&sight->now);
	if (!asked->year)
		return score_compute(asked->card, asked->period, &reader, sight->now.arena, score);
	enum err err = score_compute_year(asked->card, asked->period.first, &reader, sight->now.arena, year);
	*score = (struct score){ .period = asked->period, .total = year->total, .band = year->band, .waiting = year->waiting };
	return err;
}

static void print_source(struct command *command, struct output_table *table, const struct score_item *item)
{
	static const enum phrase by[AUTHORITY_END] = {
		[AUTHORITY_OWN] = PHRASE_SCORE_BY_OWN, [AUTHORITY_PARENT] = PHRASE_SCORE_BY_PARENT,
		[AUTHORITY_ANCESTOR] = PHRASE_SCORE_BY_ANCESTOR,
	};
	const struct pack_score_item *declared = item->item;
	char text[300], number[8];
	if (declared->rule == SCORE_ASSESSED) {
		output_value(table, phrase_text(by[declared->level]), json_string(authority_name(declared->level)));
		return;
	}
	const struct title *bucket = declared->dimension ? figure_bucket_title(declared->dimension, declared->bucket) : NULL;
	snprintf(number, sizeof number, "%u", (unsigned)declared->bucket);
	snprintf(text, sizeof text, bucket ? "%s: %s" : "%s", lookup_title(&declared->metric->title, declared->metric->name),
	         bucket ? lookup_title(bucket, number) : "");
	output_value(table, arena_string(&command->arena, span_string(text)), json_string(declared->metric->name));
}

static void print_target(struct output_table *table, const struct pack_score_item *item)
{
	char text[48];
	bool ratio = item->metric->aggregate == METRIC_RATIO;
	if (!ratio) {
		output_number(table, item->target);
		return;
	}
	snprintf(text, sizeof text, "%lld/%lld", (long long)item->target, (long long)item->target_of);
	if (item->target_of == 10000 && item->target % 100 == 0)
		snprintf(text, sizeof text, "%lld%%", (long long)(item->target / 100));
	output_value(table, text, json_string(text));
}

static void print_item(struct command *command, struct output_table *table, const struct score_item *item)
{
	const struct pack_score_item *declared = item->item;
	bool hand = declared->rule == SCORE_ASSESSED;
	output_value(table, lookup_title(&declared->title, declared->name), json_string(declared->name));
	score_print_points(table, item->points);
	score_print_points(table, declared->points);
	if (hand) {
		output_text(table, NULL);
		output_text(table, NULL);
		output_text(table, NULL);
	} else {
		output_number(table, item->value);
		output_number(table, item->of);
		print_target(table, declared);
	}
	print_source(command, table, item);
	output_value(table, item->waiting ? phrase_text(PHRASE_SCORE_WAITING) : NULL, json_boolean(item->waiting));
}

static void tell_facts(struct command *command, struct output_table *table, const struct score_asked *asked,
                       const struct score *score, const struct score *confirmed, const struct score_year *year,
                       const struct sight *sight)
{
	output_fact(table, "scorecard", json_string(asked->card->name));
	output_fact(table, "period", json_string(asked->text));
	output_fact(table, "unit", json_string(lookup_short(&command->look, &sight->now.unit)));
	boundary_facts(&asked->boundary, table);
	output_fact(table, "total", json_integer(score->total));
	output_fact(table, "maximum", json_integer(score_maximum(asked->card)));
	output_fact(table, "base", json_integer(asked->card->base));
	output_fact(table, "reward", json_integer(score->reward));
	output_fact(table, "band", score->band ? json_string(score->band->name) : json_null());
	output_fact(table, "waiting", json_integer((json_int_t)score->waiting));
	output_fact(table, "confirmed", confirmed ? json_integer(confirmed->total) : json_null());
	output_fact(table, "apart", json_string(score_rank_apart_name(sight->apart)));
	if (asked->year) {
		output_fact(table, "numerator", json_integer(year->numerator));
		output_fact(table, "denominator", json_integer(year->denominator));
	}
}

static void tell_total(struct command *command, const struct score_asked *asked, const struct score *score,
                       const struct score *confirmed, const struct score_year *year, const struct sight *sight)
{
	const char *band = score->band ? lookup_title(&score->band->title, score->band->name) : "";
	phrase_line(stdout, PHRASE_SCORE_TOTAL,
	            PHRASE_WITH(score_points_text(command, score->total),
	                        score_points_text(command, score_maximum(asked->card)), band));
	char weights[16];
	snprintf(weights, sizeof weights, "%lld", asked->year ? (long long)year->denominator : 0);
	if (asked->year)
		phrase_line(stdout, PHRASE_SCORE_MEAN, PHRASE_WITH(score_points_text(command, year->numerator), weights));
	if (score->waiting)
		phrase_line(stdout, PHRASE_SCORE_INCOMPLETE, NULL);
	if (sight->apart)
		phrase_line(stdout, PHRASE_SCORE_NOT_REPORTED, NULL);
	else if (!confirmed)
		phrase_line(stdout, PHRASE_SCORE_UNCONFIRMED, NULL);
	else if (confirmed->total != score->total)
		phrase_line(stdout, PHRASE_SCORE_CONFIRMED, PHRASE_WITH(score_points_text(command, confirmed->total)));
}

// A scorecard that is reviewed: by the months that a superior has approved, and those not approved as they are.
static enum err approve(struct command *command, const struct score_asked *asked, struct sight *sight, struct output_table *table)
{
	struct score score;
	struct score_year year;
	struct sight bound = *sight;
	char months[32];
	int32_t now = date_month(machine_today());
	struct period period = asked->period;
	if (!asked->card->reviewed)
		return ERR_OK;
	period.last = period.last > now && now >= period.first ? now : period.last;
	enum err err = score_approved_load(&command->txn, command->pack, &sight->now.unit, &sight->now.owner, period, &command->arena,
	                                   &bound.approved);
	for (size_t i = 0; i < sight->extra.count && !err; i++)
		err = cell_list_add(&bound.approved.extra, &sight->extra.cells[i].key, sight->extra.cells[i].value);
	bound.now.extra = &bound.approved.extra;
	if (!err)
		err = compute(asked, &bound, &score, &year);
	if (err)
		return err;
	snprintf(months, sizeof months, "%d/%d", (int)bound.approved.approved, (int)bound.approved.months);
	output_fact(table, "approved", json_integer(score.total));
	output_fact(table, "approved_months", json_string(months));
	if (!command->call->json)
		phrase_line(stdout, PHRASE_SCORE_APPROVED, PHRASE_WITH(score_points_text(command, score.total), months));
	return ERR_OK;
}

static int print_card(struct command *command, const struct score_asked *asked, struct sight *sight)
{
	struct score score, confirmed;
	struct score_year year;
	enum err err = compute(asked, sight, &score, &year);
	size_t count = asked->year ? sizeof part_columns / sizeof *part_columns : sizeof columns / sizeof *columns;
	struct sight receipt = *sight;
	receipt.now.owner = sight->confirmed;
	struct score_year confirmed_year;
	if (!err && sight->has_confirmed)
		err = compute(asked, &receipt, &confirmed, &confirmed_year);
	struct output_table *table = err ? NULL : command_table(command, asked->year ? "periods" : "items",
	                                                        asked->year ? part_columns : columns, count);
	if (!table)
		return command_fail(command, err ? err : ERR_NOMEM, PHRASE_CANNOT_READ, NULL);
	const struct score *known = sight->has_confirmed ? &confirmed : NULL;
	tell_facts(command, table, asked, &score, known, &year, sight);
	err = approve(command, asked, sight, table);
	for (size_t i = 0; i < score.item_count; i++)
		print_item(command, table, &score.items[i]);
	for (size_t i = 0; asked->year && i < year.part_count; i++) {
		char text[PERIOD_TEXT_BYTES];
		period_format(year.parts[i].period, text);
		output_text(table, text);
		score_print_points(table, year.parts[i].total);
		output_number(table, asked->card->weights[i]);
		output_number(table, (int64_t)year.parts[i].waiting);
	}
	int code = command_table_end(command, table);
	boundary_tell(&asked->boundary);
	if (!code && !command->call->json)
		tell_total(command, asked, &score, known, &year, sight);
	return code;
}

// ---- All scorecards of the unit ----

static enum err print_summary(struct command *command, struct output_table *table, const struct id *unit,
                              struct score_asked *asked)
{
	struct sight sight;
	struct score score;
	struct score_year year;
	const struct pack_scorecard *card = asked->card;
	enum err err = look(command, unit, asked, &sight);
	if (!err)
		err = compute(asked, &sight, &score, &year);
	if (err)
		return err;
	output_value(table, lookup_title(&card->title, card->name), json_string(card->name));
	output_text(table, asked->text);
	score_print_points(table, score.total);
	score_print_points(table, score_maximum(card));
	output_value(table, score.band ? lookup_title(&score.band->title, score.band->name) : NULL,
	             score.band ? json_string(score.band->name) : json_null());
	output_number(table, (int64_t)score.waiting);
	return ERR_OK;
}

// Those of the unit's kind that have such a period.
static int print_all(struct command *command, const struct id *unit, struct score_asked *asked)
{
	struct charter_unit row;
	struct period period;
	int code = read_period(command, &period);
	if (code)
		return code;
	enum err err = charter_unit_get(&command->txn, unit, &row);
	struct output_table *table = err ? NULL : command_table(command, "scorecards", card_columns,
	                                                        sizeof card_columns / sizeof *card_columns);
	if (!table)
		return command_fail(command, err ? err : ERR_NOMEM, PHRASE_CANNOT_READ, NULL);
	boundary_facts(&asked->boundary, table);
	for (size_t i = 0; i < command->pack->scorecard_count && !err; i++) {
		asked->card = &command->pack->scorecards[i];
		if (asked->card->points || !pack_score_for(asked->card, row.kind) || !fits(asked, period))
			continue;
		asked->boundary.missing = 0; // of each the same
		err = print_summary(command, table, unit, asked);
	}
	code = command_table_end(command, table);
	boundary_tell(&asked->boundary);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

static int score_show(struct command *command)
{
	const struct verb_call *call = command->call;
	struct score_asked asked = { .card = NULL };
	struct sight sight;
	struct id unit;
	int code = boundary_read(command, &asked.boundary);
	if (!code)
		code = command_unit(command, verb_value(call, "unit"), &unit);
	if (!code && !command->home.self.server && !id_equal(&unit, &command->home.self.unit))
		code = verb_usage(call, PHRASE_FIGURES_OWN_ONLY, verb_value(call, "unit"));
	if (!code && call->argument_count == 0 && command->pack)
		return print_all(command, &unit, &asked);
	if (!code)
		code = score_card(command, call->argument_count ? call->arguments[0] : "", &asked);
	if (!code)
		code = score_asked_period(command, &asked);
	if (code)
		return code;
	if (asked.card->points)
		return score_members(command, &asked);
	struct charter_unit row;
	if (!charter_unit_get(&command->txn, &unit, &row) && !pack_score_for(asked.card, row.kind))
		return verb_usage(call, PHRASE_SCORE_NOT_FOR_UNIT, row.name);
	enum err err = look(command, &unit, &asked, &sight);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : print_card(command, &asked, &sight);
}

int score_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, score_show);
}
