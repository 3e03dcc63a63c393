// chain: the way down from a figure: what each unit below gave to it, and the signed entry in which it said
// so, with its leaf hash, whether the head over it is signed by the unit's device, and whether the leaf is
// under that head. Of a unit that keeps a ledger, also the logs that its figure was computed from. A look
// at what is here; who wants it proven to others takes `proof`.
#include "base/hlc.h"
#include "cli/compliance.h"
#include "cli/figures.h"
#include "io/machine.h"
#include "ledger/tally.h"
#include "server/below.h"
#include "server/commands.h"

static const struct output_column columns[] = {
	BELOW_COLUMNS,
	{ .key = "value", .heading = PHRASE_HEAD_VALUE, .number = true },
	{ .key = "denominator", .heading = PHRASE_HEAD_OF, .number = true },
	{ .key = "redrawn", .heading = PHRASE_HEAD_REDRAWN },
	{ .key = "device", .heading = PHRASE_HEAD_DEVICE },
	{ .key = "time", .heading = PHRASE_HEAD_AS_OF },
	{ .key = "revision", .heading = PHRASE_HEAD_REVISION, .number = true },
	{ .key = "log", .heading = PHRASE_HEAD_LOG },
	{ .key = "seq", .heading = PHRASE_HEAD_TREE_ENTRY, .number = true },
	{ .key = "leaf", .heading = PHRASE_HEAD_LEAF },
	{ .key = "signed", .heading = PHRASE_HEAD_SIGNED },
	{ .key = "included", .heading = PHRASE_HEAD_INCLUDED },
};

struct chain {
	struct command *command;
	struct output_table *table;
	struct boundary boundary;
	const struct pack_metric *metric;
	struct period period;
};

// ---- The entry in which a tally was published ----

struct evidence {
	struct tally_chain chain;
	struct journal_log log;
	struct hash leaf;
	bool signed_, included;
};

static void check_evidence(struct txn *txn, struct evidence *evidence)
{
	struct entry entry;
	struct merkle_proof proof;
	const struct head *head = &evidence->log.head;
	uint64_t seq = evidence->chain.seq;
	evidence->signed_ = head_verify(head, &evidence->log.id, &evidence->log.name.device) == ERR_OK;
	if (journal_entry(txn, &evidence->log, seq, &entry))
		return;
	evidence->leaf = entry_leaf(&entry);
	evidence->included = seq < head->size && journal_prove_inclusion(txn, &evidence->log, seq, head->size, &proof) == ERR_OK &&
	                     merkle_verify_inclusion(HASH_BLAKE2B_256, &evidence->leaf, seq, head->size, &head->root, &proof) == ERR_OK;
}

// The unit's own tally, else what its server sums. ERR_NOT_FOUND: neither; its part is a sum made here.
static enum err find_evidence(struct txn *txn, const struct id *unit, struct evidence *evidence)
{
	bool provisional;
	enum err err = tally_in_force(txn, unit, true, &evidence->chain, &provisional);
	if (err == ERR_NOT_FOUND)
		err = tally_in_force(txn, unit, false, &evidence->chain, &provisional);
	if (!err)
		err = journal_find_number(txn, evidence->chain.log, &evidence->log);
	if (!err)
		check_evidence(txn, evidence);
	return err;
}

static void put_hash(struct output_table *table, const struct hash *hash)
{
	char hex[HASH_TEXT_BYTES];
	hash_format(hash, hex);
	output_text(table, hex);
}

static void put_evidence(struct chain *chain, const struct evidence *evidence)
{
	struct output_table *table = chain->table;
	output_text(table, lookup_device_name(&chain->command->look, &evidence->log.name.device));
	output_time(table, hlc_ms(evidence->chain.time));
	output_number(table, evidence->chain.revision);
	put_hash(table, &evidence->log.id);
	output_number(table, (int64_t)evidence->chain.seq);
	put_hash(table, &evidence->leaf);
	output_bool(table, evidence->signed_);
	output_bool(table, evidence->included);
}

// ---- A unit's part ----

static enum err find_figure(struct chain *chain, const struct id *unit, struct figure *figure)
{
	struct boundary_sight sight;
	struct figure *found;
	size_t count = 0;
	*figure = (struct figure){ .denominator = chain->metric->aggregate == METRIC_RATIO ? 0 : 1 };
	enum err err = boundary_of(&chain->boundary, unit, &sight);
	if (!err)
		err = boundary_figures(&chain->boundary, &sight, chain->metric, NULL, chain->period, &found, &count);
	if (!err && count)
		*figure = found[0];
	return err;
}

// In these boundaries the figure is another one than the entry says.
static enum err is_redrawn(struct chain *chain, const struct evidence *evidence, const struct figure *figure, bool *redrawn)
{
	struct command *command = chain->command;
	const struct cell_owner said = cell_owner_log(evidence->chain.log);
	struct figure *found;
	size_t count;
	enum err err = figure_query(&command->txn, command->pack, &said, chain->metric, NULL, chain->period, &command->arena, &found, &count);
	int64_t value = !err && count ? found[0].value : 0, denominator = !err && count ? found[0].denominator : figure->denominator;
	*redrawn = value != figure->value || denominator != figure->denominator;
	return err;
}

static enum err put_unit(struct chain *chain, const struct charter_unit *row)
{
	struct evidence evidence = { .signed_ = false };
	struct figure figure;
	bool redrawn = false;
	enum err err = find_figure(chain, &row->unit, &figure);
	if (err)
		return err;
	err = find_evidence(&chain->command->txn, &row->unit, &evidence);
	if (!err)
		err = is_redrawn(chain, &evidence, &figure, &redrawn);
	if (err && err != ERR_NOT_FOUND)
		return err;
	below_put(chain->command, chain->table, row);
	figures_put(chain->command, chain->table, chain->metric, &figure);
	output_bool(chain->table, redrawn);
	if (!err) {
		put_evidence(chain, &evidence);
		return ERR_OK;
	}
	for (size_t i = 0; i < 8; i++)
		output_text(chain->table, NULL);
	return ERR_OK;
}

// ---- What the unit's own tally stands on ----

static json_t *stands_on(struct txn *txn, const struct tally_frontier *frontier)
{
	struct journal_log log;
	struct hash root;
	char id[HASH_TEXT_BYTES], text[HASH_TEXT_BYTES];
	hash_format(&frontier->log, id);
	hash_format(&frontier->root, text);
	bool held = journal_find(txn, &frontier->log, &log) == ERR_OK && log.peaks.size >= frontier->size;
	bool holds = held && journal_root_at(txn, &log, frontier->size, &root) == ERR_OK && hash_equal(&root, &frontier->root);
	return json_pack("{s:s,s:s?,s:I,s:s,s:b,s:b,s:b}", "log", id, "lane", held ? lane_name(log.name.lane) : NULL, "entries",
	                 (json_int_t)frontier->size, "root", text, "held", held, "holds", holds, "signed",
	                 held && head_verify(&log.head, &log.id, &log.name.device) == ERR_OK);
}

static json_t *frontier_json(struct command *command, const struct id *unit)
{
	json_t *all = json_array();
	struct tally_chain chain;
	struct tally_frontier *frontier;
	size_t count = 0;
	bool provisional;
	if (tally_in_force(&command->txn, unit, false, &chain, &provisional) ||
	    tally_frontier_of(&command->txn, chain.log, &command->arena, &frontier, &count))
		return all;
	for (size_t i = 0; i < count; i++)
		json_array_append_new(all, stands_on(&command->txn, &frontier[i]));
	return all;
}

// ---- What is asked ----

static int read_request(struct chain *chain, struct id *unit)
{
	struct command *command = chain->command;
	const struct verb_call *call = command->call;
	const char *period = verb_value(call, "period");
	int32_t month = date_month(machine_today());
	chain->period = (struct period){ .first = month, .last = month };
	if (!command->pack)
		return verb_fail(call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	if (period && period_parse(period, &chain->period))
		return verb_usage(call, PHRASE_BAD_PERIOD, period);
	chain->metric = pack_metric_by_name(command->pack, call->arguments[0]);
	return chain->metric ? below_unit(command, unit) : verb_usage(call, PHRASE_NO_METRIC, call->arguments[0]);
}

static void put_facts(struct chain *chain, const struct id *unit, const struct figure *figure)
{
	char period[PERIOD_TEXT_BYTES];
	period_format(chain->period, period);
	below_facts(chain->command, chain->table, unit);
	output_fact(chain->table, "metric", json_string(chain->metric->name));
	output_fact(chain->table, "period", json_string(period));
	output_fact(chain->table, "value", json_integer(figure->value));
	output_fact(chain->table, "denominator", chain->metric->aggregate == METRIC_RATIO ? json_integer(figure->denominator) : json_null());
	boundary_facts(&chain->boundary, chain->table);
	output_fact(chain->table, "frontier", frontier_json(chain->command, unit));
}

static int show(struct command *command)
{
	struct chain chain = { .command = command };
	struct below below;
	struct figure figure;
	struct id unit;
	int code = read_request(&chain, &unit);
	if (!code)
		code = boundary_read(command, &chain.boundary);
	if (code)
		return code;
	enum err err = find_figure(&chain, &unit, &figure);
	chain.boundary.missing = 0; // of the rows alone: they are its parts
	if (!err)
		err = below_list(command, &unit, boundary_day(&chain.boundary, chain.period.last), &below);
	chain.table = err ? NULL : command_table(command, "chain", columns, sizeof columns / sizeof columns[0]);
	if (!chain.table)
		return command_fail(command, err ? err : ERR_NOMEM, PHRASE_CANNOT_READ, NULL);
	put_facts(&chain, &unit, &figure);
	for (size_t i = 0; !err && i < below.count; i++)
		err = put_unit(&chain, &below.rows[i]);
	code = command_table_end(command, chain.table);
	boundary_tell(&chain.boundary);
	return err ? command_fail(command, err, PHRASE_CANNOT_READ, NULL) : code;
}

int chain_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, show);
}
