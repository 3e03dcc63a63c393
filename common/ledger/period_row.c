// Rows of steps and verdicts: all that judging a month needs stands in them, so that how it stands can be told while
// the entries themselves are still being written, and without reading the figures of every submission again.
#include "base/bytes.h"
#include "base/reader.h"
#include "ledger/period_inside.h"
#include "log/entry.h"
#include "log/hash.h"

void period_row_put_place(uint8_t to[static PERIOD_ROW_PLACE_BYTES], struct dot place)
{
	bytes_put_u32(to, place.log);
	bytes_put_u64(to + 4, place.seq);
}

struct dot period_row_get_place(const uint8_t from[static PERIOD_ROW_PLACE_BYTES])
{
	return (struct dot){ .log = bytes_get_u32(from), .seq = bytes_get_u64(from + 4) };
}

// By unit, then month.
void period_row_key(const struct id *unit, int32_t month, struct dot place, uint8_t key[static PERIOD_ROW_KEY_BYTES])
{
	key[0] = 'p';
	memcpy(key + 1, unit->bytes, LIMIT_ID_BYTES);
	bytes_put_u32(key + 1 + LIMIT_ID_BYTES, (uint32_t)month);
	period_row_put_place(key + PERIOD_ROW_KEY_BYTES - PERIOD_ROW_PLACE_BYTES, place);
}

// ---- Writing ----

static void add_event(struct buf *value, uint32_t kind, const struct period_event *event)
{
	buf_u32(value, kind);
	buf_bytes(value, event->place.log.bytes, LIMIT_HASH_BYTES);
	buf_bytes(value, event->device.bytes, LIMIT_HASH_BYTES);
	buf_u64(value, event->time);
}

static enum err put(struct txn *txn, const struct id *unit, int32_t month, struct dot place, struct buf *value)
{
	uint8_t key[PERIOD_ROW_KEY_BYTES];
	period_row_key(unit, month, place, key);
	enum err err = value->err ? value->err : txn_put(txn, STORE_PERIOD, span_of(key, sizeof key), buf_span(value));
	buf_free(value);
	return err;
}

// Two submissions of the same figures have the same digest.
static struct hash digest_of(const struct period_step *step, enum err *err)
{
	struct buf cells = BUF_EMPTY;
	if (step->act == PERIOD_SUBMIT)
		cell_pack(step->cells, step->cell_count, &cells);
	*err = cells.err;
	struct hash digest = cells.err ? (struct hash){ .bytes = { 0 } } : hash_bytes(HASH_BLAKE2B_256, buf_span(&cells));
	buf_free(&cells);
	return digest;
}

enum err period_row_put_step(struct txn *txn, const struct id *unit, const struct period_step *step, const struct period_event *event)
{
	struct buf value = BUF_EMPTY;
	enum err err;
	struct hash figures = digest_of(step, &err);
	if (err)
		return err;
	add_event(&value, ENTRY_SUBMISSION, event);
	buf_u8(&value, (uint8_t)step->act);
	buf_u32(&value, step->step);
	buf_u32(&value, step->revision);
	buf_u8(&value, step->reason.size > 0);
	buf_bytes(&value, figures.bytes, LIMIT_HASH_BYTES);
	return put(txn, unit, step->month, event->dot, &value);
}

static void add_place(struct buf *value, const struct period_place *place)
{
	buf_bytes(value, place->log.bytes, LIMIT_HASH_BYTES);
	buf_u64(value, place->seq);
}

enum err period_row_put_review(struct txn *txn, const struct period_review *review, const struct period_event *event)
{
	struct buf value = BUF_EMPTY;
	add_event(&value, ENTRY_REVIEW, event);
	buf_u8(&value, (uint8_t)review->verdict);
	buf_u8(&value, review->text.size > 0 || review->remark_count > 0);
	add_place(&value, &review->submission);
	for (size_t i = 0; i < review->replaces_count; i++)
		add_place(&value, &review->replaces[i]);
	return put(txn, &review->unit, review->month, event->dot, &value);
}

// ---- Reading ----

static uint32_t read_event(struct reader *reader, struct period_event *event)
{
	uint32_t kind = reader_u32(reader);
	reader_copy(reader, event->place.log.bytes, LIMIT_HASH_BYTES);
	reader_copy(reader, event->device.bytes, LIMIT_HASH_BYTES);
	event->time = reader_u64(reader);
	event->place.seq = event->dot.seq;
	return kind;
}

static void read_step(struct reader *reader, struct period_taken *taken)
{
	taken->step.act = (enum period_act)reader_u8(reader);
	taken->step.step = reader_u32(reader);
	taken->step.revision = reader_u32(reader);
	taken->reasoned = reader_u8(reader) != 0;
	reader_copy(reader, taken->figures.bytes, LIMIT_HASH_BYTES);
}

static void read_place(struct reader *reader, struct period_place *place)
{
	reader_copy(reader, place->log.bytes, LIMIT_HASH_BYTES);
	place->seq = reader_u64(reader);
}

static enum err read_verdict(struct reader *reader, struct arena *arena, struct period_said *said)
{
	struct period_review *review = &said->review;
	review->verdict = (enum period_verdict)reader_u8(reader);
	said->speaks = reader_u8(reader) != 0;
	read_place(reader, &review->submission);
	review->replaces_count = reader_left(reader) / (LIMIT_HASH_BYTES + 8);
	struct period_place *replaces = arena_array(arena, review->replaces_count, sizeof *replaces);
	for (size_t i = 0; replaces && i < review->replaces_count; i++)
		read_place(reader, &replaces[i]);
	review->replaces = replaces;
	return replaces ? ERR_OK : ERR_BUDGET;
}

static enum err read_row(struct span key, struct span value, struct arena *arena, struct period_standing *standing)
{
	struct reader reader = reader_of(value);
	struct period_event event = { .time = 0 };
	enum err err = ERR_OK;
	if (key.size != PERIOD_ROW_KEY_BYTES)
		return ERR_CORRUPT;
	event.dot = period_row_get_place(key.data + PERIOD_ROW_KEY_BYTES - PERIOD_ROW_PLACE_BYTES);
	if (read_event(&reader, &event) == ENTRY_SUBMISSION) {
		struct period_taken *taken = &standing->steps[standing->step_count++];
		*taken = (struct period_taken){ .event = event, .step = { .month = standing->month } };
		read_step(&reader, taken);
		if (taken->step.act >= PERIOD_ACT_END)
			return ERR_CORRUPT;
	} else {
		struct period_said *said = &standing->verdicts[standing->verdict_count++];
		*said = (struct period_said){ .event = event, .review = { .unit = standing->unit, .month = standing->month } };
		err = read_verdict(&reader, arena, said);
		if (said->review.verdict >= PERIOD_VERDICT_END)
			return ERR_CORRUPT;
	}
	return err ? err : reader_end(&reader) ? ERR_CORRUPT : ERR_OK;
}

enum err period_row_list(struct txn *txn, const struct id *unit, int32_t month, struct arena *arena, struct period_standing *standing)
{
	uint8_t key[PERIOD_ROW_KEY_BYTES];
	size_t rows = 0;
	*standing = (struct period_standing){ .unit = *unit, .month = month };
	period_row_key(unit, month, (struct dot){ .log = 0 }, key);
	struct span prefix = span_of(key, PERIOD_ROW_KEY_BYTES - PERIOD_ROW_PLACE_BYTES);
	struct scan count = scan_begin(txn, STORE_PERIOD, prefix);
	while (rows < PERIOD_ROWS_MAX && scan_next(&count))
		rows++;
	scan_end(&count);
	standing->steps = arena_array(arena, rows, sizeof *standing->steps);
	standing->verdicts = arena_array(arena, rows, sizeof *standing->verdicts);
	enum err err = standing->steps && standing->verdicts ? ERR_OK : ERR_BUDGET;
	struct scan scan = scan_begin(txn, STORE_PERIOD, prefix);
	for (size_t i = 0; i < rows && !err && scan_next(&scan); i++)
		err = read_row(scan.key, scan.value, arena, standing);
	scan_end(&scan);
	return err ? err : txn->err;
}
