// Both packs' shares of every record that can be read here go into a store in memory, each under an owner
// of its own; figures are read from there. The data directory is only read.
#include "cli/pack_try.h"

#include "cli/figures.h"
#include "io/machine.h"
#include "io/pack_yaml.h"
#include "io/store_memory.h"
#include "ledger/metric.h"
#include "ledger/vote_settle.h"

static const struct output_column columns[] = {
	{ .key = "metric", .heading = PHRASE_HEAD_METRIC },
	{ .key = "value", .heading = PHRASE_HEAD_TRIED, .number = true },
	{ .key = "denominator", .heading = PHRASE_HEAD_OF, .number = true },
	{ .key = "published", .heading = PHRASE_HEAD_PUBLISHED, .number = true },
	{ .key = "published_denominator", .heading = PHRASE_HEAD_OF, .number = true },
	{ .key = "difference", .heading = PHRASE_HEAD_DIFFERENCE, .number = true },
};

enum { TRIED, PUBLISHED, SIDES };

struct trial {
	struct command *command;
	const struct pack *packs[SIDES]; // PUBLISHED may be NULL
	struct period period;
	struct store *memory;
	struct txn txn;                  // over `memory`
	struct cell_batch *cells[SIDES];
	size_t records;
};

static struct cell_owner owner_of(unsigned side)
{
	return cell_owner_own(&(struct id){ .bytes = { (uint8_t)(side + 1) } });
}

// ---- Computing ----

static enum err add_record(struct trial *trial, struct span key_bytes, struct span value, struct arena *arena)
{
	struct record_key key;
	struct record record;
	enum err err = record_key_decode(key_bytes, &key);
	if (!err)
		err = record_decode(&key, value, arena, &record);
	for (unsigned side = 0; !err && side < SIDES; side++) {
		struct record settled = record;
		if (!trial->packs[side] || !pack_kind_by_number(trial->packs[side], key.kind))
			continue;
		err = vote_settle(&trial->command->txn, trial->packs[side], &settled, arena);
		if (!err)
			err = metric_contribute(trial->packs[side], &settled, 1, trial->cells[side]);
	}
	trial->records++;
	return err;
}

static enum err add_records(struct trial *trial)
{
	struct arena arena;
	enum err err = ERR_OK;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(&trial->command->txn, STORE_RECORD, span_of(NULL, 0));
	while (!err && scan_next(&scan)) {
		arena_reset(&arena);
		err = add_record(trial, scan.key, scan.value, &arena);
	}
	scan_end(&scan);
	arena_free(&arena);
	return err ? err : trial->command->txn.err;
}

static enum err compute(struct trial *trial)
{
	enum err err = add_records(trial);
	for (unsigned side = 0; !err && side < SIDES; side++) {
		struct cell_owner owner = owner_of(side);
		err = cell_batch_flush(trial->cells[side], &trial->txn, &owner, false);
	}
	return err;
}

// ---- Printing ----

static enum err read_figure(struct trial *trial, unsigned side, const struct pack_metric *metric, struct figure *figure)
{
	struct cell_owner owner = owner_of(side);
	struct figure *figures;
	size_t count;
	enum err err = figure_query(&trial->txn, trial->packs[side], &owner, metric, NULL, trial->period, &trial->command->arena,
	                            &figures, &count);
	*figure = (struct figure){ .denominator = 1 };
	if (!err && count)
		*figure = figures[0];
	return err;
}

static void print_side(struct trial *trial, struct output_table *table, const struct pack_metric *metric, const struct figure *figure)
{
	bool ratio = metric && metric->aggregate == METRIC_RATIO;
	const struct pack_field *summed = metric ? figures_money(metric) : NULL;
	struct value value = { .form = VALUE_IS_NUMBER, .number = figure->value };
	if (!metric)
		output_text(table, NULL);
	else if (summed)
		output_value(table, lookup_text(&trial->command->look, summed, &value), json_integer(figure->value));
	else
		output_number(table, figure->value);
	if (ratio)
		output_number(table, figure->denominator);
	else
		output_text(table, NULL);
}

// What follows from single records: the rest needs what a store keeps beside them.
static bool is_told(const struct pack *pack, const struct pack_metric *metric)
{
	if (metric->aggregate == METRIC_RATIO)
		return is_told(pack, pack_metric_by_number(pack, metric->numerator))
		       && is_told(pack, pack_metric_by_number(pack, metric->denominator));
	bool single = metric->aggregate == METRIC_COUNT || metric->aggregate == METRIC_SUM || metric->aggregate == METRIC_ELEMENTS;
	return single && metric->late_after == 0;
}

static enum err print_metric(struct trial *trial, struct output_table *table, const struct pack_metric *metric)
{
	const struct pack *published = trial->packs[PUBLISHED];
	const struct pack_metric *was = published ? pack_metric_by_number(published, metric->number) : NULL;
	struct figure tried, then = { .value = 0, .denominator = 1 };
	enum err err = read_figure(trial, TRIED, metric, &tried);
	if (was && !is_told(published, was))
		was = NULL;
	if (!err && was)
		err = read_figure(trial, PUBLISHED, was, &then);
	if (err)
		return err;
	output_value(table, lookup_title(&metric->title, metric->name), json_string(metric->name));
	print_side(trial, table, metric, &tried);
	print_side(trial, table, was, &then);
	if (was)
		output_number(table, tried.value - then.value);
	else
		output_text(table, NULL);
	return ERR_OK;
}

static int print(struct trial *trial, const char *path)
{
	struct command *command = trial->command;
	char period[PERIOD_TEXT_BYTES], records[24];
	enum err err = ERR_OK;
	struct output_table *table = command_table(command, "figures", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	period_format(trial->period, period);
	snprintf(records, sizeof records, "%zu", trial->records);
	output_fact(table, "period", json_string(period));
	output_fact(table, "records", json_integer((json_int_t)trial->records));
	if (!command->call->json)
		phrase_line(stdout, PHRASE_TRIED, PHRASE_WITH(period, path, records));
	for (size_t i = 0; !err && i < trial->packs[TRIED]->metric_count; i++)
		if (is_told(trial->packs[TRIED], &trial->packs[TRIED]->metrics[i]))
			err = print_metric(trial, table, &trial->packs[TRIED]->metrics[i]);
	int code = command_table_end(command, table);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

// ---- What is asked ----

static int try_pack(struct trial *trial, const char *path)
{
	struct command *command = trial->command;
	trial->memory = store_memory_new();
	for (unsigned side = 0; side < SIDES; side++)
		trial->cells[side] = cell_batch_new();
	enum err err = !trial->memory || !trial->cells[TRIED] || !trial->cells[PUBLISHED] ? ERR_NOMEM
	                                                                                 : txn_begin(trial->memory, STORE_WRITE, &trial->txn);
	int code = err ? command_fail(command, err, PHRASE_CANNOT_READ, path) : VERB_OK;
	if (!err) {
		err = compute(trial);
		code = err ? command_fail(command, err, PHRASE_CANNOT_READ, path) : print(trial, path);
		txn_abort(&trial->txn);
	}
	for (unsigned side = 0; side < SIDES; side++)
		if (trial->cells[side])
			cell_batch_free(trial->cells[side]);
	if (trial->memory)
		store_memory_free(trial->memory);
	return code;
}

static int try_file(struct command *command)
{
	const char *path = command->call->arguments[0], *period = verb_value(command->call, "period"), *why = NULL;
	int32_t month = date_month(machine_today());
	struct trial trial = { .command = command, .period = { .first = month, .last = month } };
	struct buf bytes = BUF_EMPTY;
	if (period && period_parse(period, &trial.period))
		return verb_usage(command->call, PHRASE_BAD_PERIOD, period);
	trial.packs[PUBLISHED] = command->pack;
	enum err err = pack_yaml_compile(path, &bytes, &command->arena, &why);
	if (!err)
		err = pack_decode(buf_span(&bytes), &command->arena, &trial.packs[TRIED], &why);
	int code = err ? verb_fail(command->call, &(struct verb_failure){ .err = err, .what = PHRASE_BAD_PACK, .where = path, .why = why })
	               : try_pack(&trial, path);
	buf_free(&bytes);
	return code;
}

int pack_try_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, try_file);
}
