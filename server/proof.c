// proof: one figure with everything that leads to it, in a file that anybody can check with `tributary verify`.
#include "cli/boundary.h"
#include "io/file.h"
#include "io/machine.h"
#include "org/charter_past.h"
#include "server/commands.h"
#include "server/proof.h"

static const struct pack_metric *read_metric(struct command *command, int *code)
{
	const char *text = verb_value(command->call, "metric");
	const struct pack_metric *metric = command->pack ? pack_metric_by_name(command->pack, text) : NULL;
	if (!metric)
		*code = verb_usage(command->call, command->pack ? PHRASE_NO_METRIC : PHRASE_NO_PACK, text);
	return metric;
}

static bool is_called(const char *text, const char *name, const struct title *title)
{
	return strcmp(text, name) == 0 || strcmp(text, title->zh) == 0 || strcmp(text, title->en) == 0;
}

// A bucket by the name or title of its band or option.
static bool find_bucket(const struct pack_metric *metric, const struct pack_dimension *dimension, const char *text, uint16_t *bucket)
{
	for (size_t i = 0; i < dimension->band_count; i++) {
		*bucket = dimension->bands[i].code;
		if (is_called(text, dimension->bands[i].name, &dimension->bands[i].title))
			return true;
	}
	const struct pack_field *field = metric->kind && !dimension->band_count ? metric->kind->by_number[dimension->field] : NULL;
	for (size_t i = 0; field && i < field->option_count; i++) {
		*bucket = field->options[i].code;
		if (is_called(text, field->options[i].name, &field->options[i].title))
			return true;
	}
	return false;
}

static int read_bucket(struct command *command, const struct pack_metric *metric, struct proof_claim *claim)
{
	const char *by = verb_value(command->call, "by"), *text = verb_value(command->call, "bucket");
	if (!by && !text)
		return VERB_OK;
	const struct pack_dimension *dimension = by ? pack_dimension_by_name(metric, by) : NULL;
	if (!dimension)
		return verb_usage(command->call, by ? PHRASE_NO_DIMENSION : PHRASE_OPTION_MISSING, by ? by : "by");
	if (!text)
		return verb_usage(command->call, PHRASE_OPTION_MISSING, "bucket");
	claim->dimension = dimension->number;
	if (!find_bucket(metric, dimension, text, &claim->bucket))
		return verb_usage(command->call, PHRASE_NO_BUCKET, text);
	return VERB_OK;
}

static void tell(const struct command *command, const struct proof_claim *claim, size_t bytes)
{
	char value[24], size[24];
	const char *path = verb_value(command->call, "out");
	snprintf(value, sizeof value, "%lld", (long long)claim->value);
	snprintf(size, sizeof size, "%zu", bytes);
	if (command->call->json)
		output_document(command->call->out, json_pack("{s:s,s:I,s:I,s:I}", "file", path, "bytes", (json_int_t)bytes, "value",
		                                  (json_int_t)claim->value, "denominator", (json_int_t)claim->denominator));
	else
		phrase_line(stdout, PHRASE_PROVEN, PHRASE_WITH(path, value, size));
}

static int write_proof(struct command *command, struct proof_claim *claim)
{
	const char *path = verb_value(command->call, "out");
	struct buf file = BUF_EMPTY;
	enum err err = proof_make(&command->txn, &command->home.self, &command->home.pack, claim, machine_now_ms(), &file);
	int code = command_done(command, err, PHRASE_CANNOT_PROVE, verb_value(command->call, "metric"));
	bool streamed = strcmp(path, "-") == 0;
	if (!code && streamed && fwrite(file.data, 1, file.size, command->call->out) != file.size)
		code = command_fail(command, ERR_IO, PHRASE_CANNOT_PRINT, NULL);
	if (!code && !streamed)
		code = command_done(command, file_write(path, 0644, buf_span(&file)), PHRASE_CANNOT_WRITE_FILE, path);
	if (!code && !streamed)
		tell(command, claim, file.size);
	buf_free(&file);
	return code;
}

// What a unit with nothing below it said is its own, wherever it stood; from its merging on it is its successor's.
static bool divides_own(struct txn *txn, const struct charter_change *change, struct period period)
{
	struct scan scan = scan_begin(txn, STORE_UNIT_CHILD, id_span(&change->unit));
	bool below = scan_next(&scan);
	scan_end(&scan);
	return below || (change->what == CHARTER_MERGED && period.last >= date_month(change->day));
}

// Sums of units that moved or were merged are divided by month: the tallies below do not add up to them.
static bool stands_on_moves(struct command *command, const struct id *unit, struct period period)
{
	struct txn *txn = &command->txn;
	struct charter_change change;
	bool found = false;
	struct charter_walk walk = charter_past_all(txn);
	while (!found && charter_past_next(&walk, &change)) {
		bool places = change.what == CHARTER_MOVED || change.what == CHARTER_MERGED;
		found = places && !change.announced &&
		        (id_equal(&change.unit, unit) ? divides_own(txn, &change, period) : charter_was_below(txn, unit, &change.unit));
	}
	charter_walk_end(&walk);
	return found;
}

int proof_asked(struct command *command, struct proof_claim *claim)
{
	struct boundary boundary;
	int code = VERB_OK;
	const char *period = verb_value(command->call, "period");
	const struct pack_metric *metric = read_metric(command, &code);
	if (!metric)
		return code;
	*claim = (struct proof_claim){ .metric = metric->number };
	if (period_parse(period, &claim->period))
		return verb_usage(command->call, PHRASE_BAD_PERIOD, period);
	code = boundary_read(command, &boundary);
	if (!code)
		code = command_unit(command, verb_value(command->call, "unit"), &claim->unit);
	if (!code)
		code = read_bucket(command, metric, claim);
	if (!code && stands_on_moves(command, &claim->unit, claim->period))
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_CONFLICT, .what = PHRASE_CANNOT_PROVE, .where = verb_value(command->call, "metric"),
			.why = phrase_text(boundary.tree.redrawn ? PHRASE_PROOF_REDRAWN : PHRASE_PROOF_MOVED) });
	return code;
}

static int prove(struct command *command)
{
	struct proof_claim claim;
	int code = proof_asked(command, &claim);
	return code ? code : write_proof(command, &claim);
}

int proof_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, prove);
}
