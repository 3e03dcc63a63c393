// Closing, submitting and taking up again one's own months; verdicts on those of others.
#include "base/pb.h"
#include "ledger/cell_list.h"
#include "sync/pen_inside.h"

enum { GUARD_MONTHS_MAX = 4096 }; // changed by one pen

static enum err write_step(struct pen *pen, const struct period_step *step)
{
	if (step->reason.size > PERIOD_TEXT_BYTES_MAX)
		return ERR_TOO_LARGE;
	buf_clear(&pen->scratch);
	period_step_encode(step, &pen->scratch);
	if (pen->scratch.err)
		return pen->scratch.err;
	if (pen->scratch.size > LIMIT_PAYLOAD_BYTES)
		return ERR_TOO_LARGE;
	return pen_entry(pen, LANE_UP, ENTRY_SUBMISSION, buf_span(&pen->scratch), NULL);
}

static enum err load(struct pen *pen, int32_t month, struct arena *arena, struct period_standing *standing)
{
	enum err err = period_state_load(pen->txn, &pen->self->unit, month, arena, standing);
	return !err && standing->step >= PERIOD_STEPS_MAX ? ERR_TOO_LARGE : err;
}

// One step without figures, where `allowed` has the month's state.
static enum err take_step(struct pen *pen, enum period_act act, int32_t month, struct span reason, unsigned allowed)
{
	struct arena arena;
	struct period_standing standing;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = load(pen, month, &arena, &standing);
	if (!err && !(allowed & (1u << standing.state)))
		err = ERR_CONFLICT;
	struct period_step step = { .act = act, .month = month, .step = standing.step + 1, .reason = reason };
	if (!err)
		err = write_step(pen, &step);
	arena_free(&arena);
	return err;
}

enum err pen_period_close(struct pen *pen, int32_t month)
{
	return take_step(pen, PERIOD_CLOSE, month, span_of(NULL, 0), 1u << PERIOD_OPEN);
}

// What was returned is taken up again as it is; what was not, with a reason, until it is approved.
enum err pen_period_reopen(struct pen *pen, int32_t month, struct span reason)
{
	unsigned returned = 1u << PERIOD_RETURNED, before_approval = 1u << PERIOD_CLOSED | 1u << PERIOD_SUBMITTED;
	return take_step(pen, PERIOD_REOPEN, month, reason, reason.size ? returned | before_approval : returned);
}

// ---- Submitting ----

// What a unit says of itself, in the first month of all, is no figure of that month.
static bool is_of_unit(uint16_t metric)
{
	return metric == CELL_METRIC_REPORTING || metric == CELL_METRIC_MEMBERS;
}

// All own figures of the month but who reports and what is restated: those say how things stand, not what was done.
static enum err gather(struct pen *pen, int32_t month, struct cell_list *list)
{
	struct cell cell;
	enum err err = ERR_OK;
	struct cell_owner owner = cell_owner_own(&pen->self->unit);
	struct cell_scan scan = cell_scan_begin(pen->txn, &owner, 0);
	while (!err && cell_scan_next(&scan, &cell))
		if (cell.key.month == month && !is_of_unit(cell.key.metric) && !period_restate_owns(&cell.key))
			err = cell_list_add(list, &cell.key, cell.value);
	cell_scan_end(&scan);
	return err ? err : pen->txn->err;
}

// Why this revision, where the caller does not say: what was said with the changes since the last one.
static enum err reasons_since(const struct period_standing *standing, struct arena *arena, struct span *reason)
{
	struct buf text = BUF_EMPTY;
	size_t first = standing->last ? (size_t)(standing->last - standing->steps) + 1 : 0;
	for (size_t i = first; i < standing->step_count; i++) {
		struct span said = standing->steps[i].step.reason;
		if (said.size == 0 || text.size + said.size + 2 > PERIOD_TEXT_BYTES_MAX)
			continue;
		if (text.size)
			buf_string(&text, "; ");
		buf_bytes(&text, said.data, said.size);
	}
	enum err err = text.err ? text.err : arena_copy(arena, buf_span(&text), reason);
	buf_free(&text);
	return err;
}

static enum err submit(struct pen *pen, int32_t month, struct span reason, struct arena *arena, uint32_t *revision)
{
	struct period_standing standing;
	struct tally_frontier *frontier;
	struct cell_list list = { .arena = arena };
	struct period_step step = { .act = PERIOD_SUBMIT, .month = month, .reason = reason, .pack_version = pen->view.pack->version };
	enum err err = load(pen, month, arena, &standing);
	if (!err && standing.state == PERIOD_SUBMITTED && reason.size == 0)
		err = ERR_CONFLICT; // as it is: nothing new is said
	if (!err && reason.size == 0 && standing.last)
		err = reasons_since(&standing, arena, &step.reason);
	if (!err && standing.last && step.reason.size == 0)
		err = ERR_USAGE;
	step.step = standing.step + 1;
	step.revision = standing.revision + 1;
	if (!err)
		err = gather(pen, month, &list);
	if (!err)
		err = view_frontier(&pen->view, false, arena, &frontier, &step.frontier_count);
	if (err)
		return err;
	step.frontier = frontier;
	step.cells = list.cells;
	step.cell_count = list.count;
	*revision = step.revision;
	return write_step(pen, &step);
}

enum err pen_period_submit(struct pen *pen, int32_t month, struct span reason, uint32_t *revision)
{
	struct arena arena;
	if (!pen->view.pack->pack)
		return ERR_AGAIN;
	enum err err = view_flush(&pen->view);
	if (!err)
		err = view_derive(&pen->view);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (!err)
		err = submit(pen, month, reason, &arena, revision);
	arena_free(&arena);
	return err;
}

// ---- Reviewing ----

// The verdicts on this submission that we know: ours replaces them.
static enum err known_verdicts(const struct period_standing *standing, struct arena *arena, struct period_review *review)
{
	struct period_place *known = arena_array(arena, standing->verdict_count, sizeof *known);
	if (!known)
		return ERR_BUDGET;
	for (size_t i = 0; i < standing->verdict_count; i++) {
		const struct period_said *said = &standing->verdicts[i];
		bool same = said->review.submission.seq == review->submission.seq &&
		            hash_equal(&said->review.submission.log, &review->submission.log);
		if (same && !said->replaced && review->replaces_count < PERIOD_REPLACES_MAX)
			known[review->replaces_count++] = said->event.place;
	}
	review->replaces = known;
	return ERR_OK;
}

static enum err write_review(struct pen *pen, const struct period_review *review)
{
	buf_clear(&pen->scratch);
	period_review_encode(review, &pen->scratch);
	if (pen->scratch.err)
		return pen->scratch.err;
	if (pen->scratch.size > LIMIT_PAYLOAD_BYTES)
		return ERR_TOO_LARGE;
	return pen_entry(pen, LANE_DOWN, ENTRY_REVIEW, buf_span(&pen->scratch), NULL);
}

enum err pen_period_review(struct pen *pen, struct period_review *review, uint32_t *revision)
{
	struct arena arena;
	struct period_standing standing;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = period_state_load(pen->txn, &review->unit, review->month, &arena, &standing);
	if (!err && !standing.last)
		err = ERR_NOT_FOUND;
	if (!err) {
		review->submission = standing.last->event.place;
		review->replaces_count = 0;
		*revision = standing.last->step.revision;
		err = standing.last->verdict == review->verdict && !standing.last->disputed ? ERR_CONFLICT : ERR_OK;
	}
	if (!err)
		err = known_verdicts(&standing, &arena, review);
	if (!err)
		err = write_review(pen, review);
	arena_free(&arena);
	return err;
}

// ---- Changes of months that are not open ----

struct months {
	int32_t month[GUARD_MONTHS_MAX]; // ascending, each once
	size_t count;
};

static enum err add_month(void *context, const struct cell *cell)
{
	struct months *months = context;
	size_t at = months->count;
	while (at > 0 && months->month[at - 1] > cell->key.month)
		at--;
	if (at > 0 && months->month[at - 1] == cell->key.month)
		return ERR_OK;
	if (months->count == GUARD_MONTHS_MAX)
		return ERR_TOO_LARGE;
	memmove(&months->month[at + 1], &months->month[at], (months->count - at) * sizeof months->month[0]);
	months->month[at] = cell->key.month;
	months->count++;
	return ERR_OK;
}

static enum err guard_month(struct pen *pen, int32_t month, struct span reason)
{
	struct arena arena;
	struct period_standing standing;
	int32_t next;
	if (period_state_next(pen->txn, &pen->self->unit, month, &next) || next != month)
		return pen->txn->err; // nothing was ever done to it
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = load(pen, month, &arena, &standing);
	if (!err && period_state_holds(&standing))
		err = reason.size == 0 ? ERR_CONFLICT
		                       : write_step(pen, &(struct period_step){ .act = PERIOD_EXPLAIN, .month = month,
		                                                                .step = standing.step + 1, .reason = reason });
	arena_free(&arena);
	return err;
}

enum err pen_period_guard(struct pen *pen, struct span reason, int32_t *month)
{
	if (!pen->view.cells)
		return ERR_OK;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct months *months = arena_alloc(&arena, sizeof *months);
	enum err err = months ? cell_batch_each(pen->view.cells, add_month, months) : ERR_BUDGET;
	for (size_t i = 0; !err && i < months->count; i++) {
		*month = months->month[i];
		err = guard_month(pen, *month, reason);
	}
	arena_free(&arena);
	return err;
}
