// How a month stands: its steps and verdicts are read back from the logs by their places, put in
// order, and judged together. Nothing here depends on the order in which they came.
#include <stdlib.h>

#include "base/bytes.h"
#include "ledger/period.h"
#include "log/journal.h"

enum {
	PLACE_BYTES = 4 + 8,
	MONTH_BYTES = 4,
	KEY_BYTES = 1 + LIMIT_ID_BYTES + MONTH_BYTES + PLACE_BYTES,
};

static const char *const names[PERIOD_STATES] = {
	[PERIOD_OPEN] = "open",         [PERIOD_CLOSED] = "closed",     [PERIOD_SUBMITTED] = "submitted",
	[PERIOD_RETURNED] = "returned", [PERIOD_APPROVED] = "approved", [PERIOD_RESTATED] = "restated",
};

const char *period_state_name(enum period_state state)
{
	return state < PERIOD_STATES ? names[state] : "?";
}

// ---- Rows ----

static void put_place(uint8_t *to, struct dot place)
{
	bytes_put_u32(to, place.log);
	bytes_put_u64(to + 4, place.seq);
}

static struct dot get_place(const uint8_t *from)
{
	return (struct dot){ .log = bytes_get_u32(from), .seq = bytes_get_u64(from + 4) };
}

// By unit, then month.
static void row_key(const struct id *unit, int32_t month, struct dot place, uint8_t key[static KEY_BYTES])
{
	key[0] = 'p';
	memcpy(key + 1, unit->bytes, LIMIT_ID_BYTES);
	bytes_put_u32(key + 1 + LIMIT_ID_BYTES, (uint32_t)month);
	put_place(key + KEY_BYTES - PLACE_BYTES, place);
}

// By month, then unit.
static void reason_key(const struct id *unit, int32_t month, struct dot place, uint8_t key[static KEY_BYTES])
{
	key[0] = 'r';
	bytes_put_u32(key + 1, (uint32_t)month);
	memcpy(key + 1 + MONTH_BYTES, unit->bytes, LIMIT_ID_BYTES);
	put_place(key + KEY_BYTES - PLACE_BYTES, place);
}

static enum err add_row(struct txn *txn, const struct id *unit, int32_t month, struct dot place, uint32_t kind)
{
	uint8_t key[KEY_BYTES], value[4];
	row_key(unit, month, place, key);
	bytes_put_u32(value, kind);
	return txn_put(txn, STORE_PERIOD, span_of(key, sizeof key), span_of(value, sizeof value));
}

enum err period_state_add_step(struct txn *txn, const struct id *unit, const struct period_step *step, struct dot place)
{
	uint8_t key[KEY_BYTES];
	enum err err = add_row(txn, unit, step->month, place, ENTRY_SUBMISSION);
	if (err || step->reason.size == 0)
		return err;
	reason_key(unit, step->month, place, key);
	return txn_put(txn, STORE_PERIOD, span_of(key, sizeof key), span_of(NULL, 0));
}

enum err period_state_add_review(struct txn *txn, const struct period_review *review, struct dot place)
{
	return add_row(txn, &review->unit, review->month, place, ENTRY_REVIEW);
}

static enum err forget_reasons(struct txn *txn, const struct id *unit)
{
	struct scan scan = scan_begin(txn, STORE_PERIOD, span_string("r"));
	while (scan_next(&scan)) {
		uint8_t key[KEY_BYTES];
		if (scan.key.size != sizeof key || memcmp(scan.key.data + 1 + MONTH_BYTES, unit->bytes, LIMIT_ID_BYTES) != 0)
			continue;
		memcpy(key, scan.key.data, sizeof key);
		txn_delete(txn, STORE_PERIOD, span_of(key, sizeof key));
	}
	scan_end(&scan);
	return txn->err;
}

enum err period_state_forget(struct txn *txn, const struct id *unit)
{
	uint8_t prefix[1 + LIMIT_ID_BYTES];
	if (id_is_zero(unit))
		return txn_clear(txn, STORE_PERIOD, span_of(NULL, 0));
	prefix[0] = 'p';
	memcpy(prefix + 1, unit->bytes, LIMIT_ID_BYTES);
	enum err err = txn_clear(txn, STORE_PERIOD, span_of(prefix, sizeof prefix));
	return err ? err : forget_reasons(txn, unit);
}

enum err period_state_next(struct txn *txn, const struct id *unit, int32_t from, int32_t *month)
{
	uint8_t key[KEY_BYTES];
	row_key(unit, from < 0 ? 0 : from, (struct dot){ .log = 0 }, key);
	struct scan scan = scan_begin_from(txn, STORE_PERIOD, span_of(key, 1 + LIMIT_ID_BYTES), span_of(key, sizeof key));
	bool found = scan_next(&scan) && scan.key.size == KEY_BYTES;
	if (found)
		*month = (int32_t)bytes_get_u32(scan.key.data + 1 + LIMIT_ID_BYTES);
	scan_end(&scan);
	return txn->err ? txn->err : found ? ERR_OK : ERR_NOT_FOUND;
}

enum err period_state_reasons(struct txn *txn, struct period months,
                              enum err (*visit)(void *context, const struct id *unit, int32_t month, struct dot place),
                              void *context)
{
	static const struct id nobody;
	uint8_t key[KEY_BYTES];
	enum err err = ERR_OK;
	reason_key(&nobody, months.first < 0 ? 0 : months.first, (struct dot){ .log = 0 }, key);
	struct scan scan = scan_begin_from(txn, STORE_PERIOD, span_of(key, 1), span_of(key, sizeof key));
	while (!err && scan_next(&scan) && scan.key.size == KEY_BYTES) {
		struct id unit;
		int32_t month = (int32_t)bytes_get_u32(scan.key.data + 1);
		memcpy(unit.bytes, scan.key.data + 1 + MONTH_BYTES, LIMIT_ID_BYTES);
		if (month > months.last)
			break;
		err = visit(context, &unit, month, get_place(scan.key.data + KEY_BYTES - PLACE_BYTES));
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

// ---- Reading them back ----

// ERR_NOT_FOUND: erased, or written in this very transaction and not in its log yet.
static enum err read_event(struct txn *txn, struct dot place, struct arena *arena, struct period_event *event,
                           struct span *payload)
{
	struct journal_log log;
	struct entry entry;
	enum err err = journal_find_number(txn, place.log, &log);
	if (!err)
		err = place.seq < log.peaks.size ? journal_entry(txn, &log, place.seq, &entry) : ERR_NOT_FOUND;
	if (err || entry.erased)
		return err ? err : ERR_NOT_FOUND;
	*event = (struct period_event){ .dot = place, .place = { .log = log.id, .seq = place.seq },
	                                .device = log.name.device, .time = entry.time };
	return arena_copy(arena, entry.payload, payload);
}

enum err period_state_step(struct txn *txn, struct dot place, struct arena *arena, struct period_taken *taken)
{
	struct span payload;
	*taken = (struct period_taken){ .disputed = false };
	enum err err = read_event(txn, place, arena, &taken->event, &payload);
	return err ? err : period_step_decode(payload, arena, &taken->step);
}

static enum err read_verdict(struct txn *txn, struct dot place, struct arena *arena, struct period_said *said)
{
	struct span payload;
	*said = (struct period_said){ .replaced = false };
	enum err err = read_event(txn, place, arena, &said->event, &payload);
	return err ? err : period_review_decode(payload, arena, &said->review);
}

static enum err read_row(struct txn *txn, struct span key, struct span value, struct arena *arena,
                         struct period_standing *standing)
{
	if (key.size != KEY_BYTES || value.size != 4)
		return ERR_CORRUPT;
	struct dot place = get_place(key.data + KEY_BYTES - PLACE_BYTES);
	bool step = bytes_get_u32(value.data) == ENTRY_SUBMISSION;
	enum err err = step ? period_state_step(txn, place, arena, &standing->steps[standing->step_count])
	                    : read_verdict(txn, place, arena, &standing->verdicts[standing->verdict_count]);
	if (!err && step)
		standing->step_count++;
	else if (!err)
		standing->verdict_count++;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err read_rows(struct txn *txn, struct arena *arena, struct period_standing *standing)
{
	uint8_t key[KEY_BYTES];
	size_t rows = 0;
	row_key(&standing->unit, standing->month, (struct dot){ .log = 0 }, key);
	struct span prefix = span_of(key, KEY_BYTES - PLACE_BYTES);
	struct scan count = scan_begin(txn, STORE_PERIOD, prefix);
	while (rows < PERIOD_ROWS_MAX && scan_next(&count))
		rows++;
	scan_end(&count);
	standing->steps = arena_array(arena, rows, sizeof *standing->steps);
	standing->verdicts = arena_array(arena, rows, sizeof *standing->verdicts);
	enum err err = standing->steps && standing->verdicts ? ERR_OK : ERR_BUDGET;
	struct scan scan = scan_begin(txn, STORE_PERIOD, prefix);
	for (size_t i = 0; i < rows && !err && scan_next(&scan); i++)
		err = read_row(txn, scan.key, scan.value, arena, standing);
	scan_end(&scan);
	return err ? err : txn->err;
}

// ---- Judging ----

static int compare_events(const struct period_event *a, const struct period_event *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	int order = memcmp(a->device.bytes, b->device.bytes, sizeof a->device.bytes);
	if (order == 0)
		order = memcmp(a->place.log.bytes, b->place.log.bytes, sizeof a->place.log.bytes);
	return order ? order : (a->place.seq > b->place.seq) - (a->place.seq < b->place.seq);
}

static int compare_steps(const void *left, const void *right)
{
	const struct period_taken *a = left, *b = right;
	if (a->step.step != b->step.step)
		return a->step.step < b->step.step ? -1 : 1;
	return compare_events(&a->event, &b->event);
}

static int compare_verdicts(const void *left, const void *right)
{
	const struct period_said *a = left, *b = right;
	return compare_events(&a->event, &b->event);
}

static bool same_place(const struct period_place *a, const struct period_place *b)
{
	return a->seq == b->seq && hash_equal(&a->log, &b->log);
}

static bool replaces(const struct period_said *newer, const struct period_said *older)
{
	if (newer == older || !same_place(&newer->review.submission, &older->review.submission))
		return false;
	for (size_t i = 0; i < newer->review.replaces_count; i++)
		if (same_place(&newer->review.replaces[i], &older->event.place))
			return true;
	return false;
}

static void mark_replaced(struct period_standing *standing)
{
	for (size_t i = 0; i < standing->verdict_count; i++)
		for (size_t k = 0; k < standing->verdict_count; k++)
			standing->verdicts[i].replaced |= replaces(&standing->verdicts[k], &standing->verdicts[i]);
}

// What is left of a submission's verdicts: one that returns it outweighs those that approve.
static void judge(const struct period_standing *standing, struct period_taken *taken)
{
	bool said[PERIOD_VERDICT_END] = { false };
	for (size_t i = 0; i < standing->verdict_count; i++) {
		const struct period_said *verdict = &standing->verdicts[i];
		if (!verdict->replaced && same_place(&verdict->review.submission, &taken->event.place))
			said[verdict->review.verdict] = true;
	}
	taken->verdict = said[PERIOD_RETURN] ? PERIOD_RETURN : said[PERIOD_APPROVE] ? PERIOD_APPROVE : PERIOD_NO_VERDICT;
	taken->disputed = said[PERIOD_RETURN] && said[PERIOD_APPROVE];
}

static bool same_cells(const struct period_step *a, const struct period_step *b)
{
	bool same = a->cell_count == b->cell_count;
	for (size_t i = 0; i < a->cell_count && same; i++)
		same = cell_key_compare(&a->cells[i].key, &b->cells[i].key) == 0 && a->cells[i].value == b->cells[i].value;
	return same;
}

static enum period_state state_of(const struct period_standing *standing)
{
	const struct period_taken *phase = NULL;
	if (standing->base)
		return same_cells(&standing->last->step, &standing->base->step) ? PERIOD_APPROVED : PERIOD_RESTATED;
	for (size_t i = 0; i < standing->step_count; i++)
		if (standing->steps[i].step.act != PERIOD_EXPLAIN)
			phase = &standing->steps[i];
	if (!phase || phase->step.act == PERIOD_REOPEN)
		return PERIOD_OPEN;
	if (phase->step.act == PERIOD_CLOSE)
		return PERIOD_CLOSED;
	return phase->verdict == PERIOD_RETURN ? PERIOD_RETURNED : PERIOD_SUBMITTED;
}

enum err period_state_load(struct txn *txn, const struct id *unit, int32_t month, struct arena *arena,
                           struct period_standing *standing)
{
	*standing = (struct period_standing){ .unit = *unit, .month = month };
	enum err err = read_rows(txn, arena, standing);
	if (err)
		return err;
	if (standing->step_count > 1)
		qsort(standing->steps, standing->step_count, sizeof *standing->steps, compare_steps);
	if (standing->verdict_count > 1)
		qsort(standing->verdicts, standing->verdict_count, sizeof *standing->verdicts, compare_verdicts);
	mark_replaced(standing);
	for (size_t i = 0; i < standing->step_count; i++) {
		struct period_taken *taken = &standing->steps[i];
		standing->step = taken->step.step;
		if (taken->step.act != PERIOD_SUBMIT)
			continue;
		judge(standing, taken);
		standing->last = taken;
		standing->revision = taken->step.revision > standing->revision ? taken->step.revision : standing->revision;
		if (taken->verdict == PERIOD_APPROVE && !standing->base)
			standing->base = taken;
	}
	standing->state = state_of(standing);
	return ERR_OK;
}

bool period_state_holds(const struct period_standing *standing)
{
	return standing->state != PERIOD_OPEN;
}
