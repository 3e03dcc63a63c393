// Steps and verdicts at rest: their rows, and the entries read back from the logs by their places.
#include "base/bytes.h"
#include "ledger/period_inside.h"
#include "ledger/dot_entry.h"

enum { MONTH_BYTES = 4 };

static const char *const names[PERIOD_STATES] = {
	[PERIOD_OPEN] = "open",         [PERIOD_CLOSED] = "closed",     [PERIOD_SUBMITTED] = "submitted",
	[PERIOD_RETURNED] = "returned", [PERIOD_APPROVED] = "approved", [PERIOD_RESTATED] = "restated",
};

const char *period_state_name(enum period_state state)
{
	return state < PERIOD_STATES ? names[state] : "?";
}

// ---- Rows ----

// By month, then unit.
static void reason_key(const struct id *unit, int32_t month, struct dot place, uint8_t key[static PERIOD_ROW_KEY_BYTES])
{
	key[0] = 'r';
	bytes_put_u32(key + 1, (uint32_t)month);
	memcpy(key + 1 + MONTH_BYTES, unit->bytes, LIMIT_ID_BYTES);
	period_row_put_place(key + PERIOD_ROW_KEY_BYTES - PERIOD_ROW_PLACE_BYTES, place);
}

enum err period_state_add_step(struct txn *txn, const struct id *unit, const struct period_step *step, const struct period_event *event)
{
	uint8_t key[PERIOD_ROW_KEY_BYTES];
	enum err err = period_row_put_step(txn, unit, step, event);
	if (!err && step->reason.size > 0) {
		reason_key(unit, step->month, event->dot, key);
		err = txn_put(txn, STORE_PERIOD, span_of(key, sizeof key), span_of(NULL, 0));
	}
	return err ? err : period_summary_make(txn, unit, step->month);
}

enum err period_state_add_review(struct txn *txn, const struct period_review *review, const struct period_event *event)
{
	enum err err = period_row_put_review(txn, review, event);
	return err ? err : period_summary_make(txn, &review->unit, review->month);
}

static enum err forget_reasons(struct txn *txn, const struct id *unit)
{
	struct scan scan = scan_begin(txn, STORE_PERIOD, span_string("r"));
	while (scan_next(&scan)) {
		uint8_t key[PERIOD_ROW_KEY_BYTES];
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
	if (!err)
		err = period_summary_forget(txn, unit);
	return err ? err : forget_reasons(txn, unit);
}

enum err period_state_next(struct txn *txn, const struct id *unit, int32_t from, int32_t *month)
{
	uint8_t key[PERIOD_ROW_KEY_BYTES];
	period_row_key(unit, from < 0 ? 0 : from, (struct dot){ .log = 0 }, key);
	struct scan scan = scan_begin_from(txn, STORE_PERIOD, span_of(key, 1 + LIMIT_ID_BYTES), span_of(key, sizeof key));
	bool found = scan_next(&scan) && scan.key.size == PERIOD_ROW_KEY_BYTES;
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
	uint8_t key[PERIOD_ROW_KEY_BYTES];
	enum err err = ERR_OK;
	reason_key(&nobody, months.first < 0 ? 0 : months.first, (struct dot){ .log = 0 }, key);
	struct scan scan = scan_begin_from(txn, STORE_PERIOD, span_of(key, 1), span_of(key, sizeof key));
	while (!err && scan_next(&scan) && scan.key.size == PERIOD_ROW_KEY_BYTES) {
		struct id unit;
		int32_t month = (int32_t)bytes_get_u32(scan.key.data + 1);
		memcpy(unit.bytes, scan.key.data + 1 + MONTH_BYTES, LIMIT_ID_BYTES);
		if (month > months.last)
			break;
		err = visit(context, &unit, month, period_row_get_place(scan.key.data + PERIOD_ROW_KEY_BYTES - PERIOD_ROW_PLACE_BYTES));
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

// ---- Reading them back ----

static enum err read_event(struct txn *txn, struct dot place, struct arena *arena, struct period_event *event,
                           struct span *payload)
{
	struct journal_log log;
	struct entry entry;
	enum err err = dot_entry(txn, place, &log, &entry);
	if (err)
		return err;
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

enum err period_state_verdict(struct txn *txn, struct dot place, struct arena *arena, struct period_said *said)
{
	struct span payload;
	*said = (struct period_said){ .replaced = false };
	enum err err = read_event(txn, place, arena, &said->event, &payload);
	return err ? err : period_review_decode(payload, arena, &said->review);
}

// What the rows do not have: texts, remarks, figures. Of what cannot be read nothing is known.
static enum err read_steps(struct txn *txn, struct arena *arena, struct period_standing *standing)
{
	size_t count = standing->step_count;
	enum err err = ERR_OK;
	standing->step_count = 0;
	for (size_t i = 0; i < count && !err; i++) {
		struct period_taken taken = standing->steps[i];
		struct span payload;
		err = read_event(txn, taken.event.dot, arena, &taken.event, &payload);
		if (!err)
			err = period_step_decode(payload, arena, &taken.step);
		if (!err)
			standing->steps[standing->step_count++] = taken;
		err = err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	return err;
}

static enum err read_verdicts(struct txn *txn, struct arena *arena, struct period_standing *standing)
{
	size_t count = standing->verdict_count;
	enum err err = ERR_OK;
	standing->verdict_count = 0;
	for (size_t i = 0; i < count && !err; i++) {
		struct period_said said;
		err = period_state_verdict(txn, standing->verdicts[i].event.dot, arena, &said);
		if (!err)
			standing->verdicts[standing->verdict_count++] = said;
		err = err == ERR_NOT_FOUND ? ERR_OK : err;
	}
	return err;
}

enum err period_state_load(struct txn *txn, const struct id *unit, int32_t month, struct arena *arena,
                           struct period_standing *standing)
{
	enum err err = period_row_list(txn, unit, month, arena, standing);
	if (!err)
		err = read_steps(txn, arena, standing);
	if (!err)
		err = read_verdicts(txn, arena, standing);
	if (!err)
		period_judge(standing);
	return err;
}

bool period_state_holds(const struct period_standing *standing)
{
	return standing->state != PERIOD_OPEN;
}
