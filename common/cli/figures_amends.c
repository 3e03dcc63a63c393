// Restated by how much and why; confirmed how far.
#include "cli/figures_amends.h"

#include "base/hlc.h"
#include "ledger/period.h"
#include "log/journal.h"

enum { REASONS_SHOWN_MAX = 200 };

// ---- Confirmed ----

static uint64_t receipted(const struct command *command, const struct journal_log *log)
{
	uint64_t size = 0;
	for (size_t i = 0; i < RECEIPT_TIERS; i++)
		if (hash_equal(&log->receipt[i].server, &command->home.self.parent_key) && log->receipt[i].size > size)
			size = log->receipt[i].size;
	return size;
}

static enum err make_room(struct command *command, struct figures_confirmed *confirmed)
{
	if (confirmed->count < confirmed->capacity)
		return ERR_OK;
	size_t capacity = confirmed->capacity ? 2 * confirmed->capacity : 256;
	struct cell *cells = arena_array(&command->arena, capacity, sizeof *cells);
	if (!cells)
		return ERR_BUDGET;
	if (confirmed->count)
		memcpy(cells, confirmed->cells, confirmed->count * sizeof *cells);
	confirmed->cells = cells;
	confirmed->capacity = capacity;
	return ERR_OK;
}

// Going back through the tallies, the first word on a cell is the newest.
static enum err keep_first(struct command *command, struct figures_confirmed *confirmed, const struct cell *cell)
{
	size_t low = 0, high = confirmed->count;
	if (cell->key.dimension != 0 || cell->key.bucket != 0)
		return ERR_OK;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = cell_key_compare(&confirmed->cells[middle].key, &cell->key);
		if (order == 0)
			return ERR_OK;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	enum err err = make_room(command, confirmed);
	if (err)
		return err;
	memmove(&confirmed->cells[low + 1], &confirmed->cells[low], (confirmed->count - low) * sizeof *cell);
	confirmed->cells[low] = *cell;
	confirmed->count++;
	return ERR_OK;
}

// The newest tally of the log below `size`; ERR_NOT_FOUND: none.
static enum err tally_below(struct command *command, const struct journal_log *log, uint64_t size, uint64_t *seq)
{
	struct entry entry;
	while (size-- > 0) {
		enum err err = journal_entry(&command->txn, log, size, &entry);
		*seq = size;
		if (err || (entry.kind == ENTRY_TALLY && !entry.erased))
			return err;
	}
	return ERR_NOT_FOUND;
}

static enum err gather(struct command *command, const struct journal_log *log, uint64_t seq, struct figures_confirmed *confirmed)
{
	enum err err = ERR_OK;
	for (bool more = true; more && !err;) {
		struct entry entry;
		struct tally tally;
		err = journal_entry(&command->txn, log, seq, &entry);
		if (err || entry.kind != ENTRY_TALLY || entry.erased)
			return err;
		err = tally_decode(entry.payload, &command->arena, &tally);
		for (size_t i = 0; i < tally.cell_count && !err; i++)
			err = keep_first(command, confirmed, &tally.cells[i]);
		more = !err && tally.previous > 0 && tally.previous <= seq;
		seq = more ? tally.previous - 1 : seq;
	}
	return err;
}

enum err figures_amends_confirmed(struct command *command, const struct id *unit, struct figures_confirmed *confirmed)
{
	struct tally_chain chain;
	struct journal_log log;
	bool provisional;
	uint64_t seq;
	*confirmed = (struct figures_confirmed){ .here = !command->home.self.server, .partly = true };
	if (!confirmed->here)
		return ERR_OK;
	enum err err = tally_in_force(&command->txn, unit, false, &chain, &provisional);
	if (!err)
		err = journal_find_number(&command->txn, chain.log, &log);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err; // nothing was ever said
	bool ours = hash_equal(&log.name.device, &command->home.self.identity.sign_public);
	uint64_t size = receipted(command, &log);
	confirmed->owner = cell_owner_log(chain.log);
	confirmed->partly = ours && chain.seq >= size; // another's came from the server above
	if (!confirmed->partly)
		return ERR_OK;
	err = tally_below(command, &log, size, &seq);
	return err == ERR_NOT_FOUND ? ERR_OK : err ? err : gather(command, &log, seq, confirmed);
}

enum err figures_amends_value(struct command *command, const struct figures_confirmed *confirmed,
                              const struct pack_metric *metric, struct period period, int64_t *value)
{
	*value = 0;
	if (metric->aggregate == METRIC_RATIO)
		metric = pack_metric_by_number(command->pack, metric->numerator);
	if (!metric)
		return ERR_OK;
	if (!confirmed->partly) {
		struct figure *figures;
		size_t count;
		enum err err = figure_query(&command->txn, command->pack, &confirmed->owner, metric, NULL, period, &command->arena,
		                            &figures, &count);
		*value = !err && count ? figures[0].value : 0;
		return err;
	}
	for (size_t i = 0; i < confirmed->count; i++) {
		const struct cell *cell = &confirmed->cells[i];
		bool before = metric->form == METRIC_FLOW && cell->key.month < period.first;
		if (cell->key.metric == metric->number && cell->key.month <= period.last && !before)
			*value += cell->value;
	}
	return ERR_OK;
}

// ---- Why ----

struct reasons {
	struct command *command;
	const struct id *unit;
	json_t *all;
	struct id last_unit;
	int32_t last_month;
};

static json_t *reason_json(struct command *command, const struct id *unit, int32_t month, const struct period_taken *taken)
{
	char text[PERIOD_TEXT_BYTES];
	date_format_month(month, text);
	json_t *revision = taken->step.act == PERIOD_SUBMIT ? json_integer(taken->step.revision) : json_null();
	return json_pack("{s:s,s:s,s:s,s:o,s:s%,s:I}", "unit", lookup_short(&command->look, unit), "name",
	                 lookup_unit_name(&command->look, unit), "month", text, "revision", revision, "reason",
	                 (const char *)taken->step.reason.data, taken->step.reason.size, "time",
	                 (json_int_t)hlc_ms(taken->event.time));
}

// All steps of one month behind its base that say why.
static enum err add_reasons(void *context, const struct id *unit, int32_t month, struct dot place)
{
	struct reasons *reasons = context;
	struct command *command = reasons->command;
	struct period_standing standing;
	(void)place;
	bool same = id_equal(&reasons->last_unit, unit) && reasons->last_month == month;
	bool within = id_equal(unit, reasons->unit) || charter_is_ancestor(&command->txn, reasons->unit, unit);
	reasons->last_unit = *unit;
	reasons->last_month = month;
	if (same || !within || json_array_size(reasons->all) >= REASONS_SHOWN_MAX)
		return ERR_OK;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = period_state_load(&command->txn, unit, month, &arena, &standing);
	for (const struct period_taken *taken = standing.base ? standing.base + 1 : NULL;
	     !err && taken && taken < standing.steps + standing.step_count; taken++)
		if (taken->step.reason.size && json_array_size(reasons->all) < REASONS_SHOWN_MAX)
			json_array_append_new(reasons->all, reason_json(command, unit, month, taken));
	arena_free(&arena);
	return err;
}

json_t *figures_amends_reasons(struct command *command, const struct id *unit, struct period months, enum err *err)
{
	struct reasons reasons = { .command = command, .unit = unit, .all = json_array() };
	*err = reasons.all ? period_state_reasons(&command->txn, months, add_reasons, &reasons) : ERR_NOMEM;
	return reasons.all;
}

void figures_amends_print(const json_t *reasons)
{
	size_t i;
	json_t *reason;
	json_array_foreach((json_t *)(uintptr_t)reasons, i, reason) {
		char revision[24] = "";
		if (json_is_integer(json_object_get(reason, "revision")))
			snprintf(revision, sizeof revision, "%lld", (long long)json_integer_value(json_object_get(reason, "revision")));
		const char *name = json_string_value(json_object_get(reason, "name"));
		const char *month = json_string_value(json_object_get(reason, "month"));
		const char *text = json_string_value(json_object_get(reason, "reason"));
		phrase_line(stdout, *revision ? PHRASE_FIGURES_RESTATED : PHRASE_FIGURES_EXPLAINED,
		            PHRASE_WITH(name ? name : "", month ? month : "", text ? text : "", revision));
	}
}
