// Who wrote what a record holds, and which entries say so.
#include "sync/steps.h"

#include "org/charter_past.h"
#include "org/charter_role.h"

static const struct span plain = { .data = NULL, .size = 0 };

static enum relation author_of(struct steps *steps, const struct id *owner, const struct record_write *live)
{
	struct journal_log log;
	struct charter_device author;
	if (live->dot.log == 0) // not written yet: ours
		return charter_relation(steps->txn, &steps->self->unit, owner);
	if (journal_find_number(steps->txn, live->dot.log, &log))
		return RELATION_NONE;
	if (hash_equal(&log.name.device, &steps->self->identity.sign_public))
		return charter_relation(steps->txn, &steps->self->unit, owner);
	if (charter_device_get(steps->txn, &log.name.device, &author))
		return RELATION_NONE;
	return charter_relation_ever(steps->txn, &author.unit, owner);
}

static bool approves(const struct record_write *write)
{
	return write->element.size && write->value.form == VALUE_IS_NUMBER && write->value.number == 1;
}

// What the record says for a move, now or with what is being written.
static enum err facts(struct steps *steps, const struct record *record, struct workflow_step *step)
{
	step->approvals = arena_array(steps->arena, record->write_count, sizeof *step->approvals);
	if (!step->approvals)
		return ERR_BUDGET;
	for (size_t i = 0; i < record->write_count; i++) {
		const struct record_write *write = &record->writes[i];
		if (write->value.form == VALUE_IS_NONE)
			continue;
		step->filled[write->field] = true;
		if (approves(write))
			step->approvals[step->approval_count++] = (struct workflow_approval){
				.field = write->field, .element = write->element, .author = author_of(steps, &record->key.unit, write) };
	}
	return ERR_OK;
}

static void take_bases(const struct workflow *workflow, const struct record *record, struct workflow_step *step)
{
	size_t count;
	const struct record_write *live = record_writes(record, workflow->state->number, plain, &count);
	for (size_t i = 0; i < count && step->base_count < LIMIT_PREDS_PER_WRITE; i++) {
		struct workflow_base base = { .state = (uint16_t)live[i].value.number };
		if (i == 0)
			base.dated = workflow_since(workflow, record, &base.day);
		if (live[i].value.form == VALUE_IS_NUMBER)
			step->bases[step->base_count++] = base;
	}
}

// What this device may act for, by all that it knows.
static enum err take_offices(const struct steps *steps, struct workflow_step *step)
{
	const struct workflow *workflow = steps->kind->workflow;
	const struct charter_role_entry now = { .unit = &steps->self->unit, .device = &steps->self->identity.sign_public };
	enum err err = ERR_OK;
	for (size_t i = 0; i < workflow->move_count && !err; i++) {
		const struct pack_office *office = workflow->moves[i].office;
		bool may = false;
		if (office)
			err = charter_role_may(steps->txn, &now, office->name, office->strict, &may);
		step->offices |= may ? 1u << (office->number - 1) : 0;
	}
	return err;
}

enum err steps_of(struct steps *steps, const struct record *before, const struct record *after, struct workflow_step *step)
{
	*step = (struct workflow_step){ .author = charter_relation(steps->txn, &steps->self->unit, &before->key.unit) };
	enum err err = take_offices(steps, step);
	if (err)
		return err;
	take_bases(steps->kind->workflow, before, step);
	return facts(steps, after, step);
}

static void take_evidence(const struct record_write *write, const struct record_write **found, size_t most, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		if (dot_equal(found[i]->dot, write->dot))
			return;
	if (*count < most)
		found[(*count)++] = write;
}

size_t steps_evidence(struct steps *steps, const struct workflow_move *move, const struct record *record,
                      const struct record_write **found, size_t most)
{
	unsigned approvals = 0;
	size_t count = 0;
	for (size_t n = 0; n < move->need_count; n++)
		for (size_t i = 0; i < record->write_count; i++)
			if (record->writes[i].field == move->needs[n] && record->writes[i].value.form != VALUE_IS_NONE) {
				take_evidence(&record->writes[i], found, most, &count);
				break;
			}
	for (size_t i = 0; move->approvals && i < record->write_count && approvals < move->approval_count; i++) {
		const struct record_write *write = &record->writes[i];
		bool again = i > 0 && write[-1].field == write->field && span_equal(write[-1].element, write->element);
		if (write->field != move->approvals || again || !approves(write)
		    || !authority_allows(move->approval_by, author_of(steps, &record->key.unit, write)))
			continue;
		take_evidence(write, found, most, &count);
		approvals++;
	}
	return count;
}
