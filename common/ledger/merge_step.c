// What a move rests on is read again from the entries that its state write names: the states it replaces
// with their days, papers handed in earlier, approvals. Entries set aside or erased are not there.
#include "ledger/merge_step.h"

#include "ledger/series.h"

// A decision keeps a state that another had kept before: so far back its day is looked for.
enum { KEPT_DEPTH_MAX = 16 };

struct stepping {
	struct merge_context *context;
	const struct id *unit;
	const struct change *change;
	const struct workflow *workflow;
	struct workflow_step *step;
	bool blind;           // an entry that the move names was erased: what it rested on cannot be asked any more
	struct arena scratch; // entries read again
};

static const struct change_write *write_of(const struct change *change, uint8_t field)
{
	for (size_t i = 0; i < change->write_count; i++)
		if (change->writes[i].field == field && change->writes[i].element.size == 0)
			return &change->writes[i];
	return NULL;
}

static bool is_there(const struct change_write *write)
{
	return write->value.form != VALUE_IS_NONE;
}

// The change of the same record in an entry read again; NULL: it says nothing of it.
static const struct change *same_record(const struct stepping *stepping, const struct merge_recalled *recalled)
{
	const struct changes *changes = &recalled->changes;
	if (!recalled->counts || !id_equal(&changes->unit, stepping->unit))
		return NULL;
	for (size_t i = 0; i < changes->count; i++)
		if (changes->changes[i].kind == stepping->change->kind
		    && id_equal(&changes->changes[i].record, &stepping->change->record))
			return &changes->changes[i];
	return NULL;
}

static enum err recall(struct stepping *stepping, const struct hash *own, const struct change_pred *pred,
                       struct merge_recalled *recalled)
{
	struct merge_context *context = stepping->context;
	*recalled = (struct merge_recalled){ .log = pred->log ? *pred->log : *own };
	return context->recall(context->resolve_context, &recalled->log, pred->seq, &stepping->scratch, recalled);
}

// ---- States that are replaced ----

// The day of the move that led to `state`, where this change carries it.
static bool carries_day(const struct workflow *workflow, const struct change *change, uint16_t state, int32_t *day)
{
	const struct change_write *write = state == workflow->first && workflow->first_day ? write_of(change, workflow->first_day) : NULL;
	for (size_t i = 0; i < workflow->move_count && !write; i++)
		if (workflow->moves[i].to == state && workflow->moves[i].day)
			write = write_of(change, workflow->moves[i].day);
	if (!write || write->value.form != VALUE_IS_NUMBER)
		return false;
	*day = (int32_t)write->value.number;
	return true;
}

// A decision kept the state without a day: the entry that it kept has one.
static enum err day_behind(struct stepping *stepping, const struct hash *log, const struct change *change, unsigned depth,
                           struct workflow_base *base)
{
	const struct change_write *state = write_of(change, stepping->workflow->state->number);
	for (size_t i = 0; state && i < state->pred_count && !base->dated && depth < KEPT_DEPTH_MAX; i++) {
		struct merge_recalled recalled;
		enum err err = recall(stepping, log, &state->preds[i], &recalled);
		const struct change *kept = err ? NULL : same_record(stepping, &recalled);
		const struct change_write *write = kept ? write_of(kept, stepping->workflow->state->number) : NULL;
		if (err)
			return err;
		if (!write || write->value.number != base->state)
			continue;
		base->dated = carries_day(stepping->workflow, kept, base->state, &base->day);
		if (!base->dated)
			err = day_behind(stepping, &recalled.log, kept, depth + 1, base);
		if (err)
			return err;
	}
	return ERR_OK;
}

static enum err add_base(struct stepping *stepping, const struct merge_recalled *recalled, const struct change *change)
{
	const struct change_write *state = write_of(change, stepping->workflow->state->number);
	if (!state || state->value.form != VALUE_IS_NUMBER)
		return ERR_OK;
	struct workflow_base base = { .state = (uint16_t)state->value.number };
	base.dated = carries_day(stepping->workflow, change, base.state, &base.day);
	enum err err = base.dated ? ERR_OK : day_behind(stepping, &recalled->log, change, 0, &base);
	if (!err)
		stepping->step->bases[stepping->step->base_count++] = base;
	return err;
}

// ---- What it rests on ----

static enum err add_approval(struct stepping *stepping, const struct change_write *write, enum relation author)
{
	struct workflow_step *step = stepping->step;
	struct workflow_approval *all = step->approvals;
	if (step->approval_count % LIMIT_PREDS_PER_WRITE == 0) {
		all = arena_array(stepping->context->arena, step->approval_count + LIMIT_PREDS_PER_WRITE, sizeof *all);
		if (!all)
			return ERR_BUDGET;
		if (step->approval_count)
			memcpy(all, step->approvals, step->approval_count * sizeof *all);
		step->approvals = all;
	}
	struct span element;
	enum err err = arena_copy(stepping->context->arena, write->element, &element);
	if (!err)
		all[step->approval_count++] = (struct workflow_approval){ .field = write->field, .element = element, .author = author };
	return err;
}

// Fields that one change fills in, and its approvals.
static enum err add_facts(struct stepping *stepping, const struct change *change, enum relation author)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < change->write_count && !err; i++) {
		const struct change_write *write = &change->writes[i];
		if (!is_there(write))
			continue;
		stepping->step->filled[write->field] = true;
		if (write->element.size && write->value.form == VALUE_IS_NUMBER && write->value.number == 1)
			err = add_approval(stepping, write, author);
	}
	return err;
}

static void add_days(struct stepping *stepping)
{
	const struct change *change = stepping->change;
	for (size_t i = 0; i < change->write_count; i++) {
		const struct change_write *write = &change->writes[i];
		if (!workflow_is_day(stepping->workflow, write->field) || write->value.form != VALUE_IS_NUMBER)
			continue;
		stepping->step->dated[write->field] = true;
		stepping->step->day[write->field] = (int32_t)write->value.number;
	}
}

// The bases of `change` (that of `log`), and with `facts` what its entries tell beside.
static enum err read_preds(struct stepping *stepping, const struct hash *log, const struct change *change, bool facts)
{
	const struct change_write *state = write_of(change, stepping->workflow->state->number);
	enum err err = ERR_OK;
	stepping->step->base_count = 0;
	for (size_t i = 0; state && i < state->pred_count && !err; i++) {
		struct merge_recalled recalled;
		err = recall(stepping, log, &state->preds[i], &recalled);
		const struct change *named = err ? NULL : same_record(stepping, &recalled);
		stepping->blind |= recalled.erased;
		if (named)
			err = add_base(stepping, &recalled, named);
		if (named && !err && facts)
			err = add_facts(stepping, named, recalled.author);
	}
	return err;
}

static bool keeps(const struct workflow_step *step)
{
	for (size_t i = 0; i < step->base_count; i++)
		if (step->bases[i].state == step->to)
			return true;
	return false;
}

// A state kept with another day: the day of its move is put right, perhaps not for the first time. It is judged
// as that move was.
static enum err read_correction(struct stepping *stepping, const struct hash *log, const struct change *change, unsigned depth)
{
	const struct change_write *state = write_of(change, stepping->workflow->state->number);
	stepping->step->correction = true;
	for (size_t i = 0; i < state->pred_count; i++) {
		struct merge_recalled recalled;
		enum err err = recall(stepping, log, &state->preds[i], &recalled);
		const struct change *named = err ? NULL : same_record(stepping, &recalled);
		const struct change_write *write = named ? write_of(named, state->field) : NULL;
		if (err)
			return err;
		if (!write || write->value.form != VALUE_IS_NUMBER || write->value.number != stepping->step->to)
			continue;
		err = read_preds(stepping, &recalled.log, named, false);
		bool again = !err && keeps(stepping->step) && depth < KEPT_DEPTH_MAX;
		return again ? read_correction(stepping, &recalled.log, named, depth + 1) : err;
	}
	return ERR_OK;
}

static bool any_day(const struct workflow_step *step)
{
	for (size_t i = 0; i < LIMIT_FIELDS_PER_RECORD; i++)
		if (step->dated[i])
			return true;
	return false;
}

// For which roles of the moves that lead there may the author act?
static enum err ask_roles(struct stepping *stepping)
{
	const struct merge_context *context = stepping->context;
	struct workflow_step *step = stepping->step;
	enum err err = ERR_OK;
	for (size_t i = 0; i < stepping->workflow->move_count && !err; i++) {
		const struct workflow_move *move = &stepping->workflow->moves[i];
		bool may = false;
		if (move->to != step->to || !move->office || !context->may)
			continue;
		err = context->may(context, move->office, &may);
		step->offices |= may ? 1u << (move->office->number - 1) : 0;
	}
	return err;
}

static enum err judge_state(struct stepping *stepping, const struct change_write *state, struct workflow_verdict *verdict)
{
	struct workflow_step *step = stepping->step;
	if (state->value.form != VALUE_IS_NUMBER) {
		*verdict = (struct workflow_verdict){ .fault = WORKFLOW_NO_STATE };
		return ERR_OK;
	}
	step->to = (uint16_t)state->value.number;
	step->author = stepping->context->relation;
	add_days(stepping);
	enum err err = add_facts(stepping, stepping->change, step->author);
	if (!err)
		err = ask_roles(stepping);
	if (!err)
		err = read_preds(stepping, &stepping->context->log, stepping->change, true);
	if (!err && keeps(step)) {
		*verdict = (struct workflow_verdict){ .fault = WORKFLOW_FINE, .to = step->to };
		if (!any_day(step))
			return ERR_OK; // a decision between states
		err = read_correction(stepping, &stepping->context->log, stepping->change, 0);
	}
	if (err)
		return err;
	*verdict = workflow_judge(stepping->workflow, step);
	if (step->base_count == 0 && state->pred_count > 0 && verdict->fault == WORKFLOW_FINE)
		verdict->fault = WORKFLOW_NO_MOVE; // it names something, and nothing of it is a state of this record
	if (stepping->blind)
		verdict->fault = WORKFLOW_FINE;
	return ERR_OK;
}

// ---- Values that are kept ----

// Does the write repeat one of the values that it names? Then it decides and sets nothing new.
static enum err repeats(struct stepping *stepping, const struct change_write *write, bool *yes)
{
	enum err err = ERR_OK;
	*yes = false;
	for (size_t i = 0; i < write->pred_count && !err && !*yes; i++) {
		struct merge_recalled recalled;
		err = recall(stepping, &stepping->context->log, &write->preds[i], &recalled);
		const struct change *named = err ? NULL : same_record(stepping, &recalled);
		const struct change_write *old = named ? write_of(named, write->field) : NULL;
		*yes = old && is_there(old) && value_equal(&old->value, &write->value);
	}
	return err;
}

static enum err judge_days_alone(struct stepping *stepping, struct workflow_verdict *verdict)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < stepping->change->write_count && !err; i++) {
		const struct change_write *write = &stepping->change->writes[i];
		bool kept = false;
		if (!workflow_is_day(stepping->workflow, write->field))
			continue;
		err = repeats(stepping, write, &kept);
		if (!err && !kept)
			*verdict = (struct workflow_verdict){ .fault = WORKFLOW_DAY_ALONE, .field = write->field };
	}
	return err;
}

static enum err judge_workflow(struct stepping *stepping, enum merge_reason *reason)
{
	struct workflow_verdict verdict = { .fault = WORKFLOW_FINE };
	const struct change_write *state = write_of(stepping->change, stepping->workflow->state->number);
	struct merge_context *context = stepping->context;
	stepping->step = arena_array(context->arena, 1, sizeof *stepping->step);
	if (!stepping->step)
		return ERR_BUDGET;
	enum err err = state ? judge_state(stepping, state, &verdict) : judge_days_alone(stepping, &verdict);
	if (err || verdict.fault == WORKFLOW_FINE)
		return err;
	*reason = MERGE_STEP;
	if (context->verdict)
		*context->verdict = verdict;
	return ERR_OK;
}

static struct series_place place_of(const struct merge_context *context, const struct change *change, uint8_t field)
{
	return (struct series_place){ .log = context->dot.log, .kind = change->kind, .field = field };
}

// A number is issued, once, by who writes it into a record that has none; whoever writes over one keeps it.
static enum err judge_number(struct stepping *stepping, const struct pack_field *field, const struct change_write *write,
                             enum merge_reason *reason)
{
	const struct merge_context *context = stepping->context;
	struct series_place place = place_of(context, stepping->change, field->number);
	uint64_t number;
	bool fine = false;
	enum err err = ERR_OK;
	if (write->pred_count > 0)
		err = repeats(stepping, write, &fine);
	else if (write->value.form == VALUE_IS_TEXT && context->lane == field->lane
	         && series_parse(write->value.bytes, &context->device, &context->incarnation, &number))
		err = series_check(context->txn, &place, number, &fine);
	if (!err && !fine)
		*reason = MERGE_SERIES;
	return err;
}

static enum err judge_numbers(struct stepping *stepping, const struct pack_kind *kind, uint32_t version, enum merge_reason *reason)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < stepping->change->write_count && !err && *reason == MERGE_ACCEPTED; i++) {
		const struct change_write *write = &stepping->change->writes[i];
		const struct pack_field *field = kind->by_number[write->field];
		if (field && field->series && version >= field->series_version)
			err = judge_number(stepping, field, write, reason);
	}
	return err;
}

static enum err step_change(struct merge_context *context, const struct id *unit, const struct changes *changes,
                            const struct change *change, enum merge_reason *reason)
{
	const struct pack_kind *kind = pack_kind_by_number(context->pack, change->kind);
	if (!kind->workflow && !kind->has_series)
		return ERR_OK;
	struct stepping stepping = { .context = context, .unit = unit, .change = change, .workflow = kind->workflow };
	arena_init(&stepping.scratch, LIMIT_DECODE_BYTES);
	enum err err = ERR_OK;
	if (kind->workflow && changes->pack_version >= kind->workflow->version)
		err = judge_workflow(&stepping, reason);
	if (!err && *reason == MERGE_ACCEPTED && kind->has_series)
		err = judge_numbers(&stepping, kind, changes->pack_version, reason);
	arena_free(&stepping.scratch);
	return err;
}

enum err merge_step(struct merge_context *context, const struct id *unit, const struct changes *changes,
                    enum merge_reason *reason)
{
	enum err err = ERR_OK;
	for (size_t i = 0; context->recall && i < changes->count && !err && *reason == MERGE_ACCEPTED; i++)
		err = step_change(context, unit, changes, &changes->changes[i], reason);
	return err;
}

enum err merge_step_count(struct merge_context *context, const struct changes *changes)
{
	enum err err = ERR_OK;
	for (size_t i = 0; context->recall && i < changes->count && !err; i++) {
		const struct change *change = &changes->changes[i];
		const struct pack_kind *kind = pack_kind_by_number(context->pack, change->kind);
		for (size_t w = 0; kind->has_series && w < change->write_count && !err; w++) {
			const struct change_write *write = &change->writes[w];
			const struct pack_field *field = kind->by_number[write->field];
			struct series_place place = place_of(context, change, write->field);
			uint64_t number;
			if (field && field->series && write->pred_count == 0 && changes->pack_version >= field->series_version
			    && series_parse(write->value.bytes, &context->device, &context->incarnation, &number))
				err = series_put(context->txn, &place, number);
		}
	}
	return err;
}
