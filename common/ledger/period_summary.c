// Summaries: how each month of each unit stands, in one row of a fixed size, for those who look at many at once.
//
//	PERIOD  's' ‖ unit[16] ‖ month u32 → state u8 ‖ verdict u8 ‖ flags u8 ‖ revision u32 ‖ first u64 ‖ newest u64
//	        ‖ places (log number u32 ‖ seq u64) of the newest submission, of the newest that is approved, of the verdict
//	        ‖ device[32] of the verdict; places of nothing are zero
#include "base/bytes.h"
#include "base/reader.h"
#include "ledger/period_inside.h"

enum {
	DISPUTED = 1 << 0,
	REASONED = 1 << 1,
	HAS_BASE = 1 << 2,
	SPEAKS = 1 << 3,
	KEY_BYTES = 1 + LIMIT_ID_BYTES + 4,
};

static void key_of(const struct id *unit, int32_t month, uint8_t key[static KEY_BYTES])
{
	key[0] = 's';
	memcpy(key + 1, unit->bytes, LIMIT_ID_BYTES);
	bytes_put_u32(key + 1 + LIMIT_ID_BYTES, month < 0 ? 0 : (uint32_t)month);
}

// ---- Making ----

static void summarise(const struct period_standing *standing, struct period_summary *summary)
{
	const struct period_said *said = period_judge_verdict(standing);
	*summary = (struct period_summary){ .month = standing->month, .state = standing->state, .based = standing->base != NULL };
	for (size_t i = 0; i < standing->step_count; i++) {
		const struct period_taken *taken = &standing->steps[i];
		if (taken->step.act != PERIOD_SUBMIT)
			continue;
		summary->first = summary->newest_place.log ? summary->first : taken->event.time;
		summary->newest_place = taken->event.dot;
		if (taken->verdict == PERIOD_APPROVE)
			summary->approved_place = taken->event.dot;
	}
	if (standing->last) {
		summary->revision = standing->last->step.revision;
		summary->newest = standing->last->event.time;
		summary->verdict = standing->last->verdict;
		summary->disputed = standing->last->disputed;
		summary->reasoned = standing->last->reasoned;
	}
	if (said) {
		summary->said_place = said->event.dot;
		summary->said_by = said->event.device;
		summary->speaks = said->speaks;
	}
}

static void encode(const struct period_summary *summary, struct buf *value)
{
	const struct dot places[] = { summary->newest_place, summary->approved_place, summary->said_place };
	buf_u8(value, (uint8_t)summary->state);
	buf_u8(value, (uint8_t)summary->verdict);
	buf_u8(value, (uint8_t)((summary->disputed ? DISPUTED : 0) | (summary->reasoned ? REASONED : 0) | (summary->based ? HAS_BASE : 0) |
	                         (summary->speaks ? SPEAKS : 0)));
	buf_u32(value, summary->revision);
	buf_u64(value, summary->first);
	buf_u64(value, summary->newest);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		buf_u32(value, places[i].log);
		buf_u64(value, places[i].seq);
	}
	buf_bytes(value, summary->said_by.bytes, LIMIT_HASH_BYTES);
}

enum err period_summary_make(struct txn *txn, const struct id *unit, int32_t month)
{
	struct period_standing standing;
	struct period_summary summary;
	struct arena arena;
	struct buf value = BUF_EMPTY;
	uint8_t key[KEY_BYTES];
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = period_row_list(txn, unit, month, &arena, &standing);
	if (!err) {
		period_judge(&standing);
		summarise(&standing, &summary);
		encode(&summary, &value);
		key_of(unit, month, key);
		err = value.err ? value.err : txn_put(txn, STORE_PERIOD, span_of(key, sizeof key), buf_span(&value));
	}
	buf_free(&value);
	arena_free(&arena);
	return err;
}

enum err period_summary_forget(struct txn *txn, const struct id *unit)
{
	uint8_t key[KEY_BYTES];
	key_of(unit, 0, key);
	return txn_clear(txn, STORE_PERIOD, span_of(key, 1 + LIMIT_ID_BYTES));
}

// ---- Reading ----

static struct dot read_place(struct reader *reader)
{
	uint32_t log = reader_u32(reader);
	return (struct dot){ .log = log, .seq = reader_u64(reader) };
}

static enum err decode(struct span key, struct span value, struct period_summary *summary)
{
	struct reader reader = reader_of(value);
	if (key.size != KEY_BYTES)
		return ERR_CORRUPT;
	*summary = (struct period_summary){ .month = (int32_t)bytes_get_u32(key.data + 1 + LIMIT_ID_BYTES) };
	summary->state = (enum period_state)reader_u8(&reader);
	summary->verdict = (enum period_verdict)reader_u8(&reader);
	unsigned flags = reader_u8(&reader);
	summary->disputed = flags & DISPUTED;
	summary->reasoned = flags & REASONED;
	summary->based = flags & HAS_BASE;
	summary->speaks = flags & SPEAKS;
	summary->revision = reader_u32(&reader);
	summary->first = reader_u64(&reader);
	summary->newest = reader_u64(&reader);
	summary->newest_place = read_place(&reader);
	summary->approved_place = read_place(&reader);
	summary->said_place = read_place(&reader);
	reader_copy(&reader, summary->said_by.bytes, LIMIT_HASH_BYTES);
	bool known = summary->state < PERIOD_STATES && summary->verdict < PERIOD_VERDICT_END;
	return reader_end(&reader) || !known ? ERR_CORRUPT : ERR_OK;
}

enum err period_summary_get(struct txn *txn, const struct id *unit, int32_t month, struct period_summary *summary)
{
	uint8_t key[KEY_BYTES];
	struct span value;
	key_of(unit, month, key);
	*summary = (struct period_summary){ .month = month };
	enum err err = txn_get(txn, STORE_PERIOD, span_of(key, sizeof key), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	return decode(span_of(key, sizeof key), value, summary);
}

enum err period_summary_each(struct txn *txn, const struct id *unit, struct period months,
                             enum err (*visit)(void *context, const struct period_summary *summary), void *context)
{
	uint8_t key[KEY_BYTES];
	enum err err = ERR_OK;
	key_of(unit, months.first, key);
	struct scan scan = scan_begin_from(txn, STORE_PERIOD, span_of(key, 1 + LIMIT_ID_BYTES), span_of(key, sizeof key));
	while (!err && scan_next(&scan)) {
		struct period_summary summary;
		err = decode(scan.key, scan.value, &summary);
		if (!err && summary.month > months.last)
			break;
		if (!err)
			err = visit(context, &summary);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}
