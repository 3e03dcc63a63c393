// Setting fields of a record: each write goes into the lane of its field (or stays in a wider one to
// which the field was shared before), names what it replaces, and the writes of one lane make one entry.
#include "base/pb.h"
#include "sync/pen_flow.h"
#include "sync/steps.h"

// The order of audiences, narrow to wide. What comes down or by mail is not on this scale.
static int lane_width(enum lane lane)
{
	switch (lane) {
	case LANE_PRIVATE: return 1;
	case LANE_DETAIL: return 2;
	case LANE_UP: return 3;
	case LANE_DOWN:
	case LANE_MAIL:
	case LANE_FILE:
	case LANE_END: break;
	}
	return 0;
}

// One write on its way, and the lane it will go into.
struct draft {
	struct change_write write;
	enum lane lane;
};

struct setting {
	struct pen *pen;
	struct arena arena;
	struct record record;
	const struct pack_kind *kind;
	struct draft *drafts;
	size_t count;
	struct pen_flow flow;
	size_t written;       // writes of the whole
};

// The log a live write stands in: for its preds and for the lane it was shared to.
static enum err live_log(struct setting *setting, const struct record_write *live, struct journal_log *log)
{
	return journal_find_number(setting->pen->txn, live->dot.log, log);
}

// Ours and of this pen: its row may not be saved yet.
static const struct journal_log *open_log(const struct pen *pen, uint32_t number)
{
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		if (pen->open[lane] && pen->writer[lane].log.number == number)
			return &pen->writer[lane].log;
	return NULL;
}

static enum err add_pred(struct setting *setting, const struct record_write *live, struct change_pred *pred, enum lane *lane)
{
	struct journal_log log;
	const struct journal_log *found = open_log(setting->pen, live->dot.log);
	if (!found) {
		enum err err = live_log(setting, live, &log);
		if (err)
			return err;
		found = &log;
	}
	struct hash *id = arena_alloc(&setting->arena, sizeof *id);
	if (!id)
		return ERR_BUDGET;
	*id = found->id;
	pred->log = id;
	pred->seq = live->dot.seq;
	if (lane_width(found->name.lane) > lane_width(*lane) && lane_width(*lane) > 0)
		*lane = found->name.lane; // shared before: stays shared
	return ERR_OK;
}

static enum err draft_preds(struct setting *setting, const struct record_write *live, size_t count, struct draft *draft)
{
	if (count > LIMIT_PREDS_PER_WRITE)
		count = LIMIT_PREDS_PER_WRITE; // the rest stay in conflict and are decided by the next write
	struct change_pred *preds = arena_array(&setting->arena, count, sizeof *preds);
	if (!preds)
		return ERR_BUDGET;
	for (size_t i = 0; i < count; i++) {
		enum err err = add_pred(setting, &live[i], &preds[i], &draft->lane);
		if (err)
			return err;
		if (live[i].chain >= draft->write.chain)
			draft->write.chain = live[i].chain + 1;
	}
	draft->write.preds = preds;
	draft->write.pred_count = count;
	return ERR_OK;
}

// Where a write goes: a superior's word goes down; an owner's into the field's lane, and into a field
// that comes down, where its registrar reads it.
static enum err field_lane(const struct setting *setting, const struct pen_write *write, enum lane *lane)
{
	const struct self *self = setting->pen->self;
	enum lane own = setting->kind->lane;
	if (write->field > 0) {
		const struct pack_field *field = setting->kind->by_number[write->field];
		if (!field)
			return ERR_NOT_FOUND;
		own = field->lane;
	}
	if (!id_equal(&setting->record.key.unit, &self->unit))
		own = LANE_DOWN;
	else if (own == LANE_DOWN && !self->server)
		own = LANE_DETAIL;
	*lane = write->lane ? write->lane : own;
	return lane_width(*lane) < lane_width(own) ? ERR_RANGE : ERR_OK;
}

static bool is_same(const struct setting *setting, const struct pen_write *write)
{
	size_t count;
	const struct record_write *live = record_writes(&setting->record, write->field, write->element, &count);
	return count == 1 && value_equal(&live[0].value, &write->value) && !write->lane;
}

// The day of a move is put right: its state is written again beside it.
static bool corrects(const struct setting *setting, uint8_t field)
{
	const struct workflow *workflow = setting->kind->workflow;
	bool found = false;
	for (size_t i = 0; workflow && field == workflow->state->number && i < setting->flow.count && !found; i++)
		found = workflow_is_day(workflow, setting->flow.writes[i].field) && !is_same(setting, &setting->flow.writes[i]);
	return found;
}

static enum err draft_write(struct setting *setting, const struct pen_write *write)
{
	struct draft *draft = &setting->drafts[setting->count];
	size_t count;
	const struct record_write *live = record_writes(&setting->record, write->field, write->element, &count);
	enum err err = field_lane(setting, write, &draft->lane);
	if (err)
		return err;
	bool nothing_to_take = count == 0 && write->value.form == VALUE_IS_NONE;
	if (nothing_to_take || (is_same(setting, write) && !corrects(setting, write->field)))
		return ERR_OK;
	draft->write = (struct change_write){ .field = write->field, .element = write->element, .chain = 1, .value = write->value };
	err = draft_preds(setting, live, count, draft);
	if (!err)
		setting->count++;
	return err;
}

// Preds within the entry's own log are named without its id.
static void shorten_preds(struct change_write *write, const struct hash *own)
{
	struct change_pred *preds = (struct change_pred *)(uintptr_t)write->preds; // ours, from the arena
	for (size_t i = 0; i < write->pred_count; i++)
		if (preds[i].log && hash_equal(preds[i].log, own))
			preds[i].log = NULL;
}

static enum err write_lane(struct setting *setting, const struct id *unit, enum lane lane)
{
	struct pen *pen = setting->pen;
	struct journal_writer *writer;
	struct change_write *writes = arena_array(&setting->arena, setting->count, sizeof *writes);
	size_t count = 0;
	if (!writes)
		return ERR_BUDGET;
	for (size_t i = 0; i < setting->count; i++)
		if (setting->drafts[i].lane == lane)
			writes[count++] = setting->drafts[i].write;
	if (count == 0)
		return ERR_OK;
	enum err err = pen_open(pen, lane, &writer);
	if (err)
		return err;
	for (size_t i = 0; i < count; i++)
		shorten_preds(&writes[i], &writer->log.id);
	struct change change = {
		.record = setting->record.key.record,
		.kind = setting->record.key.kind,
		.write_count = count,
		.writes = writes,
	};
	struct changes changes = { .pack_version = pen->view.pack->version, .count = 1, .changes = &change };
	uint8_t salt[CHANGE_SALT_BYTES];
	if (!id_equal(unit, &pen->self->unit))
		changes.unit = *unit;
	if (setting->kind->erasable && lane != LANE_PRIVATE) { // sealing brings its own random bytes
		pen_random(pen, salt, sizeof salt);
		changes.salt = span_of(salt, sizeof salt);
	}
	buf_clear(&pen->scratch);
	change_encode(&changes, &pen->scratch);
	if (pen->scratch.err)
		return pen->scratch.err;
	if (pen->scratch.size > LIMIT_PAYLOAD_BYTES / 2)
		return ERR_TOO_LARGE; // leaves room for sealing
	struct span payload = buf_span(&pen->scratch);
	return lane == LANE_PRIVATE ? pen_sealed(pen, ENTRY_CHANGES, payload)
	                            : pen_entry(pen, lane, ENTRY_CHANGES, payload, NULL);
}

static enum err write_lanes(struct setting *setting, const struct id *unit)
{
	enum err err = ERR_OK;
	for (unsigned lane = LANE_FIRST; lane < LANE_END && !err; lane++)
		err = write_lane(setting, unit, (enum lane)lane);
	setting->written += setting->count;
	return err;
}

static enum err draft_writes(struct setting *setting, bool late)
{
	enum err err = ERR_OK;
	setting->count = 0;
	for (size_t i = 0; i < setting->flow.count && !err; i++)
		if (pen_flow_late(setting->kind, setting->flow.writes[i].field) == late)
			err = draft_write(setting, &setting->flow.writes[i]);
	return err;
}

// The state also names the entries that its move rests on.
static enum err name_evidence(struct setting *setting, struct draft *state)
{
	const struct record_write *found[LIMIT_PREDS_PER_WRITE];
	struct steps steps = { .txn = setting->pen->txn, .self = setting->pen->self, .kind = setting->kind, .arena = &setting->arena };
	size_t replaced = state->write.pred_count, count = 0;
	enum err err = ERR_OK;
	enum lane lane = state->lane; // what it rests on may be shared more widely than the state
	struct change_pred *preds = arena_array(&setting->arena, LIMIT_PREDS_PER_WRITE, sizeof *preds);
	if (!preds)
		return ERR_BUDGET;
	if (setting->flow.move)
		count = steps_evidence(&steps, setting->flow.move, &setting->record, found, LIMIT_PREDS_PER_WRITE - replaced);
	if (replaced)
		memcpy(preds, state->write.preds, replaced * sizeof *preds);
	for (size_t i = 0; i < count && !err; i++)
		err = add_pred(setting, found[i], &preds[replaced + i], &lane);
	state->write.preds = preds;
	state->write.pred_count = replaced + count;
	return err;
}

// A move is one entry: state and day together, behind what it rests on.
static enum err write_move(struct setting *setting, const struct id *unit)
{
	enum lane widest = 0;
	struct record_key key = setting->record.key;
	enum err err = record_load(setting->pen->txn, &key, &setting->arena, &setting->record);
	if (!err)
		err = draft_writes(setting, true);
	for (size_t i = 0; i < setting->count && !err; i++) {
		struct draft *draft = &setting->drafts[i];
		if (lane_width(draft->lane) > lane_width(widest) || !widest)
			widest = draft->lane;
		if (draft->write.field == setting->kind->workflow->state->number)
			err = name_evidence(setting, draft);
	}
	for (size_t i = 0; i < setting->count; i++)
		setting->drafts[i].lane = widest;
	return err ? err : write_lanes(setting, unit);
}

static enum err set_fields(struct setting *setting, const struct id *unit, const struct pen_write *writes, size_t count)
{
	enum err err = record_load(setting->pen->txn, &setting->record.key, &setting->arena, &setting->record);
	setting->flow = (struct pen_flow){ .pen = setting->pen, .arena = &setting->arena, .kind = setting->kind,
	                                   .record = &setting->record };
	if (!err)
		err = pen_flow_prepare(&setting->flow, writes, count);
	if (err)
		return err;
	setting->drafts = arena_array(&setting->arena, setting->flow.count, sizeof *setting->drafts);
	err = setting->drafts ? draft_writes(setting, false) : ERR_BUDGET;
	if (!err)
		err = write_lanes(setting, unit);
	return err || !setting->kind->workflow ? err : write_move(setting, unit);
}

enum err pen_set(struct pen *pen, const struct id *unit, uint16_t kind, const struct id *record,
                 const struct pen_write *writes, size_t count, bool *changed)
{
	struct setting setting = { .pen = pen };
	*changed = false;
	if (!pen->view.pack->pack)
		return ERR_AGAIN;
	setting.kind = pack_kind_by_number(pen->view.pack->pack, kind);
	if (!setting.kind)
		return ERR_NOT_FOUND;
	if (setting.kind->from_above && !pen->self->server)
		return ERR_UNAUTHORISED; // it comes down to us; what we make of it is a record of another kind
	if (!unit)
		unit = &pen->self->unit;
	setting.record.key = (struct record_key){ .unit = *unit, .kind = kind, .record = *record };
	arena_init(&setting.arena, LIMIT_DECODE_BYTES);
	enum err err = set_fields(&setting, unit, writes, count);
	*changed = !err && setting.written > 0;
	arena_free(&setting.arena);
	return err;
}
