// A field's value is the set of writes that no other write replaces (DESIGN 6), as in a
// multi-value register with dotted preds: a write carries the dots of what its author saw there.
//
// Why the order of entries does not matter: a write is live exactly when it has come and no write
// that has come names it. A replacer that comes first leaves an `unseen` mark; the replaced write
// drops at it, and its own preds still count, for it did replace them. Why twice changes nothing: a
// write whose dot is live is left alone. A dot that was replaced cannot come back, because each log
// is applied contiguously and once (sync/view keeps `applied`), and what is below `applied` and not
// live was replaced or never wrote this place.
//
// Whether an entry is accepted is asked of the entry alone, with one exception: TOO_MANY guards
// the store against a record that somebody blows up. Up to that bound the order cannot matter;
// beyond it the entry that goes over is set aside and its author is told.
#include "ledger/merge.h"

#include <assert.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "ledger/merge_step.h"
#include "ledger/late.h"
#include "ledger/metric.h"
#include "ledger/pattern.h"
#include "ledger/unique.h"
#include "ledger/score_points.h"
#include "ledger/vote_settle.h"

enum { MERGE_UNSEEN_MAX = LIMIT_WRITES_PER_RECORD };

static const struct {
	const char *name, *text;
} reasons[MERGE_REASON_END] = {
	[MERGE_ACCEPTED] = { .name = "ACCEPTED", .text = "accepted" },
#define MERGE_ROW(symbol, sentence) [MERGE_##symbol] = { .name = #symbol, .text = sentence },
	MERGE_REASONS(MERGE_ROW)
#undef MERGE_ROW
};

static bool reason_known(enum merge_reason reason)
{
	return (unsigned)reason < MERGE_REASON_END;
}

const char *merge_reason_name(enum merge_reason reason)
{
	return reason_known(reason) ? reasons[reason].name : "?"; // the number may come from a newer store
}

const char *merge_reason_text(enum merge_reason reason)
{
	return reason_known(reason) ? reasons[reason].text : "a reason not known here";
}

// Judging: is this write one that may be made?

// How wide an audience is; lanes beside the ladder have none.
static unsigned lane_width(enum lane lane)
{
	static const unsigned widths[LANE_END] = { [LANE_PRIVATE] = 1, [LANE_DETAIL] = 2, [LANE_UP] = 3 };
	return lane < LANE_END ? widths[lane] : 0;
}

// A superior's word goes down, where those below can read it. The owner writes into the field's own
// lane or a wider one; into a field that comes down, also where its registrar reads it.
static bool lane_allows(enum relation author, enum lane of_field, enum lane of_entry)
{
	if (author != RELATION_OWN)
		return of_entry == LANE_DOWN;
	if (of_field == LANE_DOWN)
		return of_entry == LANE_DOWN || lane_width(of_entry) >= lane_width(LANE_DETAIL);
	return lane_width(of_field) > 0 && lane_width(of_entry) >= lane_width(of_field);
}

// Another version of the pack may have had a narrower lane: what was written by it is no less the owner's word.
static bool lane_of_other_version(enum relation author, enum lane of_entry)
{
	return author == RELATION_OWN && lane_width(of_entry) > 0;
}

// `strict`: by the version of the pack that is here, so that its bounds hold, too.
static bool number_fits(const struct pack_field *field, int64_t number, bool strict)
{
	static const struct {
		int64_t least, most;
	} bounds[VALUE_TYPE_END] = {
		[VALUE_INTEGER] = { .least = -CELL_VALUE_MAX, .most = CELL_VALUE_MAX },
		[VALUE_MONEY] = { .least = -CELL_VALUE_MAX, .most = CELL_VALUE_MAX },
		[VALUE_DATE] = { .least = CELL_DAY_MIN, .most = CELL_DAY_MAX },
		[VALUE_MONTH] = { .least = DATE_YEAR_MIN * 12, .most = DATE_YEAR_MAX * 12 + 11 },
		[VALUE_OPTION] = { .least = 1, .most = UINT16_MAX },
		[VALUE_BOOL] = { .least = 0, .most = 1 },
	};
	if (number < bounds[field->type].least || number > bounds[field->type].most)
		return false;
	// Options may be a newer pack's, so bounds are for what is measured.
	bool bounded = strict && (field->minimum != 0 || field->maximum != 0) && field->type != VALUE_OPTION;
	return !bounded || (number >= field->minimum && number <= field->maximum);
}

static bool value_fits(const struct pack_field *field, const struct change_write *write, bool strict)
{
	const struct value *value = &write->value;
	if (field->keyed != (write->element.size > 0))
		return false;
	if (value->form == VALUE_IS_NONE)
		return true;
	if (value->form != value_type_form(field->type))
		return false;
	if (value->form == VALUE_IS_NUMBER)
		return number_fits(field, value->number, strict);
	if (value->form == VALUE_IS_REFERENCE)
		return value->bytes.size == value_reference_bytes(field->type);
	return value->bytes.size <= LIMIT_VALUE_BYTES && (!strict || !field->pattern || pattern_matches(field->pattern, value->bytes));
}

// A pred in the entry's own log lies before the entry.
static bool preds_fit(const struct merge_context *context, const struct change_write *write)
{
	for (size_t i = 0; i < write->pred_count; i++) {
		const struct change_pred *pred = &write->preds[i];
		bool own = !pred->log || hash_equal(pred->log, &context->log);
		if (own && pred->seq >= context->dot.seq)
			return false;
	}
	return true;
}

static enum merge_reason judge_write(const struct merge_context *context, const struct pack_kind *kind,
                                     const struct change_write *write, bool strict)
{
	bool elsewhere = !strict && lane_of_other_version(context->relation, context->lane);
	if (!preds_fit(context, write))
		return MERGE_MALFORMED;
	if (write->field == 0) { // there or not: the owner's word, where the record is
		if (!authority_allows(AUTHORITY_OWN, context->relation))
			return MERGE_AUTHORITY;
		return elsewhere || lane_allows(context->relation, kind->lane, context->lane) ? MERGE_ACCEPTED : MERGE_LANE;
	}
	const struct pack_field *field = kind->by_number[write->field];
	if (!field) // a newer pack's: kept as it is
		return write->value.bytes.size <= LIMIT_VALUE_BYTES ? MERGE_ACCEPTED : MERGE_VALUE;
	if (!authority_allows(field->authority, context->relation))
		return MERGE_AUTHORITY;
	if (!elsewhere && !lane_allows(context->relation, field->lane, context->lane))
		return MERGE_LANE;
	return value_fits(field, write, strict) ? MERGE_ACCEPTED : MERGE_VALUE;
}

static enum merge_reason judge_change(const struct merge_context *context, const struct change *change, bool strict)
{
	const struct pack_kind *kind = pack_kind_by_number(context->pack, change->kind);
	if (!kind)
		return MERGE_UNKNOWN_KIND;
	enum merge_reason reason = MERGE_ACCEPTED;
	if (kind->from_above && context->lane != LANE_DOWN)
		return context->relation == RELATION_OWN ? MERGE_LANE : MERGE_AUTHORITY;
	for (size_t i = 0; i < change->write_count && reason == MERGE_ACCEPTED; i++)
		reason = judge_write(context, kind, &change->writes[i], strict);
	return reason;
}

static enum merge_reason judge(const struct merge_context *context, const struct changes *changes)
{
	// What was written by another version is held to its types alone: bounds, patterns and lanes were other ones.
	bool strict = changes->pack_version == 0 || changes->pack_version == context->pack->version;
	if (context->relation == RELATION_NONE)
		return MERGE_AUTHORITY;
	enum merge_reason reason = MERGE_ACCEPTED;
	for (size_t i = 0; i < changes->count && reason == MERGE_ACCEPTED; i++)
		reason = judge_change(context, &changes->changes[i], strict);
	return reason;
}

// Merging: both sides are sorted by place, so one walk over the two makes the new record.

// One record under way. `after` grows from `before` and the change's writes.
struct weave {
	struct merge_context *context;
	const struct record *before;
	struct record *after;
	size_t unseen_capacity;
	const struct hash *asked; // the log last resolved; preds come in runs
	bool known;
	uint32_t number;
	uint64_t applied;
};

static int compare_places(const struct record_write *live, const struct change_write *write)
{
	if (live->field != write->field)
		return live->field < write->field ? -1 : 1;
	return span_compare(live->element, write->element);
}

static int compare_unseen(const void *left, const void *right)
{
	const struct record_unseen *a = left, *b = right;
	if (a->field != b->field)
		return a->field < b->field ? -1 : 1;
	int order = span_compare(a->element, b->element);
	if (order == 0)
		order = memcmp(a->log.bytes, b->log.bytes, sizeof a->log.bytes);
	return order ? order : (a->seq > b->seq) - (a->seq < b->seq);
}

// Where a pred is: in this store, or (false) still to come.
static bool find_pred(struct weave *weave, const struct change_pred *pred, struct dot *dot)
{
	const struct merge_context *context = weave->context;
	if (!pred->log || hash_equal(pred->log, &context->log)) {
		*dot = (struct dot){ .log = context->dot.log, .seq = pred->seq };
		return true;
	}
	if (pred->log != weave->asked) {
		weave->asked = pred->log;
		weave->known = context->resolve(context->resolve_context, pred->log, &weave->number, &weave->applied);
	}
	*dot = (struct dot){ .log = weave->number, .seq = pred->seq };
	return weave->known && pred->seq < weave->applied;
}

static void mark_unseen(struct weave *weave, const struct change_write *write, const struct change_pred *pred)
{
	struct record *after = weave->after;
	assert(after->unseen_count < weave->unseen_capacity);
	after->unseen[after->unseen_count++] = (struct record_unseen){
		.field = write->field, .element = write->element, .log = *pred->log, .seq = pred->seq,
	};
}

// Was this very write replaced before it came? Then the mark has done its work.
static bool take_mark(struct weave *weave, const struct change_write *write)
{
	const struct merge_context *context = weave->context;
	struct record *after = weave->after;
	const struct record_unseen wanted = {
		.field = write->field, .element = write->element, .log = context->log, .seq = context->dot.seq,
	};
	for (size_t i = 0; i < after->unseen_count; i++) {
		if (compare_unseen(&after->unseen[i], &wanted) != 0)
			continue;
		memmove(&after->unseen[i], &after->unseen[i + 1], (after->unseen_count - i - 1) * sizeof *after->unseen);
		after->unseen_count--;
		return true;
	}
	return false;
}

static void keep(struct record *after, const struct record_write *write)
{
	after->writes[after->write_count++] = *write;
}

// Into the run that starts at `first`, best first.
static void insert(struct record *after, size_t first, const struct record_write *write)
{
	size_t at = after->write_count++;
	for (; at > first && record_better(write, &after->writes[at - 1]); at--)
		after->writes[at] = after->writes[at - 1];
	after->writes[at] = *write;
}

static struct record_write write_of(const struct merge_context *context, const struct change_write *write)
{
	return (struct record_write){
		.field = write->field,
		.element = write->element,
		.dot = context->dot,
		.chain = write->chain,
		.time = context->time,
		.device = bytes_get_u64(context->device.bytes),
		.value = write->value,
	};
}

static void drop_replaced(struct record *after, size_t first, struct dot dot)
{
	for (size_t i = first; i < after->write_count; i++) {
		if (!dot_equal(after->writes[i].dot, dot))
			continue;
		memmove(&after->writes[i], &after->writes[i + 1], (after->write_count - i - 1) * sizeof *after->writes);
		after->write_count--;
		return;
	}
}

// One place: its live writes [first, …) have just been copied to the end of `after`.
static void weave_place(struct weave *weave, size_t first, const struct change_write *write)
{
	struct record *after = weave->after;
	for (size_t i = first; i < after->write_count; i++)
		if (dot_equal(after->writes[i].dot, weave->context->dot))
			return; // came before
	for (size_t i = 0; i < write->pred_count; i++) {
		struct dot dot;
		if (find_pred(weave, &write->preds[i], &dot))
			drop_replaced(after, first, dot);
		else
			mark_unseen(weave, write, &write->preds[i]);
	}
	struct record_write fresh = write_of(weave->context, write);
	if (!take_mark(weave, write))
		insert(after, first, &fresh);
}

// Marks in order and each once.
static void settle_unseen(struct record *after)
{
	if (after->unseen_count < 2)
		return;
	qsort(after->unseen, after->unseen_count, sizeof *after->unseen, compare_unseen);
	size_t kept = 1;
	for (size_t i = 1; i < after->unseen_count; i++)
		if (compare_unseen(&after->unseen[kept - 1], &after->unseen[i]) != 0)
			after->unseen[kept++] = after->unseen[i];
	after->unseen_count = kept;
}

static void weave_change(struct weave *weave, const struct change *change)
{
	const struct record *before = weave->before;
	size_t at = 0;
	for (size_t i = 0; i < change->write_count; i++) {
		const struct change_write *write = &change->writes[i];
		while (at < before->write_count && compare_places(&before->writes[at], write) < 0)
			keep(weave->after, &before->writes[at++]);
		size_t first = weave->after->write_count;
		while (at < before->write_count && compare_places(&before->writes[at], write) == 0)
			keep(weave->after, &before->writes[at++]);
		weave_place(weave, first, write);
	}
	while (at < before->write_count)
		keep(weave->after, &before->writes[at++]);
	settle_unseen(weave->after);
}

static enum err weave_begin(struct weave *weave, const struct change *change)
{
	const struct record *before = weave->before;
	struct record *after = weave->after;
	struct arena *arena = weave->context->arena;
	weave->unseen_capacity = before->unseen_count;
	for (size_t i = 0; i < change->write_count; i++)
		weave->unseen_capacity += change->writes[i].pred_count;
	*after = (struct record){ .key = before->key };
	after->writes = arena_array(arena, before->write_count + change->write_count, sizeof *after->writes);
	after->unseen = arena_array(arena, weave->unseen_capacity, sizeof *after->unseen);
	if (!after->writes || !after->unseen)
		return ERR_BUDGET;
	if (before->unseen_count)
		memcpy(after->unseen, before->unseen, before->unseen_count * sizeof *after->unseen);
	after->unseen_count = before->unseen_count;
	return ERR_OK;
}

// An entry's records, before and after.
struct step {
	struct record before, after;
};

static enum err merge_one(struct merge_context *context, const struct id *unit, const struct change *change,
                          struct step *step)
{
	const struct record_key key = { .unit = *unit, .kind = change->kind, .record = change->record };
	enum err err = record_load(context->txn, &key, context->arena, &step->before);
	struct weave weave = { .context = context, .before = &step->before, .after = &step->after };
	if (!err)
		err = weave_begin(&weave, change);
	if (!err)
		weave_change(&weave, change);
	return err;
}

static bool too_many(const struct record *record)
{
	return record->write_count > LIMIT_WRITES_PER_RECORD || record->unseen_count > MERGE_UNSEEN_MAX;
}

static enum err count_figures(const struct merge_context *context, struct step *step)
{
	if (!context->cells)
		return ERR_OK;
	struct record before = step->before, after = step->after; // as figures see them: with the results that the votes give
	enum err err = vote_settle(context->txn, context->pack, &before, context->arena);
	if (!err)
		err = late_load(context->txn, context->pack, &before);
	if (!err)
		err = metric_contribute(context->pack, &before, -1, context->cells);
	if (!err)
		err = late_wrote(context->txn, context->pack, &step->after.key, &context->log, context->dot.seq);
	if (!err)
		err = vote_settle(context->txn, context->pack, &after, context->arena);
	if (!err)
		err = late_load(context->txn, context->pack, &after);
	if (!err)
		err = metric_contribute(context->pack, &after, 1, context->cells);
	if (!err)
		err = unique_update(context->txn, context->pack, &step->before, &step->after);
	if (!err)
		err = score_points_change(context->txn, context->pack, &before, &after, context->cells);
	return err ? err : vote_settle_meeting(context->txn, context->pack, &step->before, &step->after, context->cells);
}

enum err merge_changes(struct merge_context *context, const struct changes *changes, enum merge_reason *reason)
{
	*reason = MERGE_ACCEPTED;
	if (!context->pack)
		return ERR_AGAIN;
	*reason = judge(context, changes);
	if (*reason != MERGE_ACCEPTED)
		return ERR_OK;
	const struct id *unit = id_is_zero(&changes->unit) ? &context->unit : &changes->unit;
	enum err err = merge_step(context, unit, changes, reason);
	if (err || *reason != MERGE_ACCEPTED)
		return err;
	struct step *steps = arena_array(context->arena, changes->count, sizeof *steps);
	err = steps ? ERR_OK : ERR_BUDGET;
	// All are made before any is saved, so that an entry counts whole or not at all.
	for (size_t i = 0; i < changes->count && !err; i++) {
		err = merge_one(context, unit, &changes->changes[i], &steps[i]);
		if (!err && too_many(&steps[i].after)) {
			*reason = MERGE_TOO_MANY;
			return ERR_OK;
		}
	}
	if (!err)
		err = merge_step_count(context, changes);
	for (size_t i = 0; i < changes->count && !err; i++) {
		err = record_save(context->txn, &steps[i].after);
		if (!err)
			err = count_figures(context, &steps[i]);
	}
	return err;
}
