// Old share out, new share in: for a point record the share of its subject before and after the row
// changes, for a subject its share in every period that it has points in.
#include "ledger/score_points.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "ledger/metric.h"

enum { KEY_BYTES = 1 + LIMIT_ID_BYTES + 4, PREFIX_BYTES = 1 + LIMIT_ID_BYTES, SUM_BYTES = 2 + 4 + 8 };

static void key_encode(const struct pack_scorecard *card, const struct id *subject, int32_t last,
                       uint8_t key[static KEY_BYTES])
{
	key[0] = card->number;
	memcpy(key + 1, subject->bytes, LIMIT_ID_BYTES);
	bytes_put_u32(key + PREFIX_BYTES, (uint32_t)last);
}

// ---- Fields ----

static bool number_of(const struct record *record, uint8_t field, int64_t *number)
{
	const struct record_write *shown = field ? record_value(record, field, span_of(NULL, 0)) : NULL;
	if (!shown || shown->value.form != VALUE_IS_NUMBER)
		return false;
	*number = shown->value.number;
	return true;
}

static bool month_of(const struct pack_kind *kind, const struct record *record, uint8_t field, int32_t *month)
{
	int64_t number;
	if (!number_of(record, field, &number))
		return false;
	bool day = kind->by_number[field]->type == VALUE_DATE;
	if (day ? number < CELL_DAY_MIN || number > CELL_DAY_MAX : !cell_month_valid(number))
		return false;
	*month = day ? date_month((int32_t)number) : (int32_t)number;
	return true;
}

static bool is_there(const struct record *record)
{
	return record->write_count > 0 && !record_deleted(record);
}

static bool is_among(const uint16_t *codes, size_t count, int64_t code)
{
	for (size_t i = 0; i < count; i++)
		if (codes[i] == code)
			return true;
	return false;
}

// ---- One point record ----

struct point {
	bool counts;
	struct id subject;
	int32_t last; // month of its period
	uint16_t sort;
	int64_t hundredths;
};

static int64_t hundredths_of(const struct pack_field *field, int64_t number)
{
	int64_t unit = field->type == VALUE_INTEGER ? PACK_SCORE_POINT : 1, most = PACK_SCORE_POINTS_MAX / unit;
	return (number > most ? most : number < -most ? -most : number) * unit;
}

static struct point point_of(const struct pack *pack, const struct pack_scorecard *card, const struct record *record)
{
	const struct pack_points *from = card->points;
	struct point point = { .counts = false };
	const struct record_write *member = record_value(record, from->member, span_of(NULL, 0));
	int64_t number, sort = 0;
	int32_t month;
	if (!is_there(record) || !member || member->value.form != VALUE_IS_REFERENCE || member->value.bytes.size != LIMIT_ID_BYTES)
		return point;
	struct metric_window window;
	if (!metric_passes(from->kind, from->filters, from->filter_count, record, &window)
	    || !month_of(from->kind, record, from->when, &month) || month < window.from || month >= window.until)
		return point;
	if (number_of(record, from->sort, &sort) && (sort < 1 || sort > UINT16_MAX))
		return point;
	bool exempt = is_among(from->exempt, from->exempt_count, sort);
	if (!number_of(record, from->points, &number)) {
		if (!exempt)
			return point;
		number = 0;
	}
	point.last = score_period(card, month).last;
	point.counts = point.last >= pack->since && cell_month_valid(point.last);
	point.sort = (uint16_t)sort;
	point.hundredths = exempt ? 0 : hundredths_of(from->kind->by_number[from->points], number);
	memcpy(point.subject.bytes, member->value.bytes.data, LIMIT_ID_BYTES);
	return point;
}

static bool points_equal(const struct point *a, const struct point *b)
{
	if (!a->counts || !b->counts)
		return a->counts == b->counts;
	return id_equal(&a->subject, &b->subject) && a->last == b->last && a->sort == b->sort && a->hundredths == b->hundredths;
}

// ---- A row: sums by sort ----

struct sum {
	uint16_t sort;
	uint32_t records;
	int64_t hundredths;
};

static struct sum sum_read(struct span row, size_t at)
{
	const uint8_t *bytes = row.data + at * SUM_BYTES;
	return (struct sum){ .sort = bytes_get_u16(bytes), .records = bytes_get_u32(bytes + 2),
	                     .hundredths = (int64_t)bytes_get_u64(bytes + 6) };
}

static void sum_write(struct buf *row, const struct sum *sum)
{
	uint8_t bytes[SUM_BYTES];
	bytes_put_u16(bytes, sum->sort);
	bytes_put_u32(bytes + 2, sum->records);
	bytes_put_u64(bytes + 6, (uint64_t)sum->hundredths);
	if (sum->records)
		buf_bytes(row, bytes, sizeof bytes);
}

// The row as it is, without one more or less of a sort.
static enum err row_change(struct txn *txn, const uint8_t key[static KEY_BYTES], const struct point *point, int sign)
{
	struct span row = span_of(NULL, 0);
	struct buf after = BUF_EMPTY;
	struct sum changed = { .sort = point->sort, .records = (uint32_t)(sign > 0), .hundredths = sign > 0 ? point->hundredths : 0 };
	enum err err = txn_get(txn, STORE_SCORE, span_of(key, KEY_BYTES), &row);
	if ((err && err != ERR_NOT_FOUND) || row.size % SUM_BYTES)
		return err && err != ERR_NOT_FOUND ? err : ERR_CORRUPT;
	bool put = false;
	for (size_t i = 0; i < row.size / SUM_BYTES; i++) {
		struct sum sum = sum_read(row, i);
		if (!put && sum.sort >= point->sort) {
			bool same = sum.sort == point->sort;
			if (same)
				changed = (struct sum){ .sort = sum.sort, .records = sum.records + (uint32_t)sign,
				                        .hundredths = sum.hundredths + sign * point->hundredths };
			sum_write(&after, &changed);
			put = true;
			if (same)
				continue;
		}
		sum_write(&after, &sum);
	}
	if (!put)
		sum_write(&after, &changed);
	if (after.err)
		err = txn_fail(txn, after.err);
	else if (after.size)
		err = txn_put(txn, STORE_SCORE, span_of(key, KEY_BYTES), buf_span(&after));
	else
		err = txn_delete(txn, STORE_SCORE, span_of(key, KEY_BYTES));
	buf_free(&after);
	return err;
}

// ---- What a row and a subject come to ----

static int64_t item_points(const struct pack_scorecard *card, const struct pack_score_item *item, struct span row)
{
	const struct pack_points *from = card->points;
	int64_t points = 0;
	for (size_t i = 0; i < row.size / SUM_BYTES; i++) {
		struct sum sum = sum_read(row, i);
		bool exempt = is_among(from->exempt, from->exempt_count, sum.sort);
		if (!exempt && (item->option_count == 0 || is_among(item->options, item->option_count, sum.sort)))
			points += sum.hundredths;
	}
	return points < 0 ? 0 : points > item->points ? item->points : points;
}

static bool is_exempt(const struct pack_points *from, struct span row)
{
	for (size_t i = 0; i < row.size / SUM_BYTES; i++)
		if (is_among(from->exempt, from->exempt_count, sum_read(row, i).sort))
			return true;
	return false;
}

// From the month of arriving until the one before that of leaving.
static bool there_at(const struct pack_points *from, const struct record *subject, int32_t month)
{
	int32_t begins, ends;
	if (!is_there(subject))
		return false;
	if (month_of(from->subject, subject, from->from, &begins) && begins > month)
		return false;
	return !month_of(from->subject, subject, from->until, &ends) || ends > month;
}

static const struct pack_score_band *exempt_band(const struct pack_scorecard *card)
{
	for (size_t i = 0; i < card->band_count; i++)
		if (card->bands[i].exempt)
			return &card->bands[i];
	return NULL;
}

static struct score_points evaluate(const struct pack_scorecard *card, const struct record *subject, struct span row,
                                    int32_t last)
{
	const struct pack_points *from = card->points;
	int64_t standard = 0;
	struct score_points points = { .recorded = row.size > 0, .there = there_at(from, subject, last),
	                               .exempt = is_exempt(from, row) };
	number_of(subject, from->standard, &standard);
	for (size_t i = 0; i < card->item_count; i++) {
		const struct pack_score_item *item = &card->items[i];
		if (item->only_count == 0 || is_among(item->only, item->only_count, standard))
			*(item->reward ? &points.reward : &points.tasks) += item_points(card, item, row);
	}
	points.reward = points.reward < card->reward ? points.reward : card->reward;
	points.total = card->base + points.tasks + points.reward;
	if (points.recorded && points.there)
		points.band = points.exempt ? exempt_band(card) : score_band(card, points.total);
	return points;
}

static enum err share(const struct pack_scorecard *card, const struct record *subject, struct span row, int32_t last,
                      int sign, struct cell_batch *cells)
{
	struct score_points points = evaluate(card, subject, row, last);
	if (!points.band)
		return ERR_OK;
	const struct cell_key key = {
		.metric = CELL_METRIC_BAND, .dimension = card->number, .bucket = points.band->code, .month = last,
	};
	return cell_batch_add(cells, &key, sign);
}

static enum err row_get(struct txn *txn, const uint8_t key[static KEY_BYTES], struct span *row)
{
	*row = span_of(NULL, 0);
	enum err err = txn_get(txn, STORE_SCORE, span_of(key, KEY_BYTES), row);
	return err == ERR_NOT_FOUND ? ERR_OK : !err && row->size % SUM_BYTES ? ERR_CORRUPT : err;
}

// ---- Changes ----

static enum err apply_point(struct txn *txn, const struct pack_scorecard *card, const struct id *unit,
                            const struct point *point, int sign, struct cell_batch *cells)
{
	uint8_t key[KEY_BYTES];
	struct arena arena;
	struct record subject;
	struct span row;
	const struct record_key at = { .unit = *unit, .kind = card->points->subject->number, .record = point->subject };
	key_encode(card, &point->subject, point->last, key);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = record_load(txn, &at, &arena, &subject);
	if (!err)
		err = row_get(txn, key, &row);
	if (!err)
		err = share(card, &subject, row, point->last, -1, cells);
	if (!err)
		err = row_change(txn, key, point, sign);
	if (!err)
		err = row_get(txn, key, &row);
	if (!err)
		err = share(card, &subject, row, point->last, 1, cells);
	arena_free(&arena);
	return err;
}

static enum err change_point(struct txn *txn, const struct pack *pack, const struct pack_scorecard *card,
                             const struct record *before, const struct record *after, struct cell_batch *cells)
{
	struct point was = point_of(pack, card, before), is = point_of(pack, card, after);
	enum err err = ERR_OK;
	if (points_equal(&was, &is))
		return ERR_OK;
	if (was.counts)
		err = apply_point(txn, card, &before->key.unit, &was, -1, cells);
	if (!err && is.counts)
		err = apply_point(txn, card, &after->key.unit, &is, 1, cells);
	return err;
}

static enum err change_subject(struct txn *txn, const struct pack_scorecard *card, const struct record *before,
                               const struct record *after, struct cell_batch *cells)
{
	uint8_t prefix[KEY_BYTES];
	enum err err = ERR_OK;
	key_encode(card, &after->key.record, 0, prefix);
	struct scan scan = scan_begin(txn, STORE_SCORE, span_of(prefix, PREFIX_BYTES));
	while (!err && scan_next(&scan)) {
		if (scan.key.size != KEY_BYTES || scan.value.size % SUM_BYTES) {
			err = txn_fail(txn, ERR_CORRUPT);
			break;
		}
		int32_t last = (int32_t)bytes_get_u32(scan.key.data + PREFIX_BYTES);
		err = share(card, before, scan.value, last, -1, cells);
		if (!err)
			err = share(card, after, scan.value, last, 1, cells);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

enum err score_points_change(struct txn *txn, const struct pack *pack, const struct record *before,
                             const struct record *after, struct cell_batch *cells)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < pack->scorecard_count && !err; i++) {
		const struct pack_scorecard *card = &pack->scorecards[i];
		if (card->points && card->points->kind->number == after->key.kind)
			err = change_point(txn, pack, card, before, after, cells);
		if (!err && card->points && card->points->subject->number == after->key.kind)
			err = change_subject(txn, card, before, after, cells);
	}
	return err;
}

// ---- Reading ----

enum err score_points_of(struct txn *txn, const struct pack_scorecard *card, const struct record *subject,
                         struct period period, struct score_points *points)
{
	uint8_t key[KEY_BYTES];
	struct span row;
	key_encode(card, &subject->key.record, period.last, key);
	enum err err = row_get(txn, key, &row);
	*points = evaluate(card, subject, row, period.last);
	return err;
}

enum err score_points_forget(struct txn *txn)
{
	return txn_clear(txn, STORE_SCORE, span_of(NULL, 0));
}

const struct pack_metric *score_points_metric(const struct pack_scorecard *card, struct arena *arena)
{
	struct pack_metric *metric = arena_array(arena, 1, sizeof *metric);
	struct pack_dimension *dimension = arena_array(arena, 1, sizeof *dimension);
	struct pack_band *bands = arena_array(arena, card->band_count, sizeof *bands);
	if (!metric || !dimension || !bands)
		return NULL;
	for (size_t i = 0; i < card->band_count; i++)
		bands[i] = (struct pack_band){ .code = card->bands[i].code, .name = card->bands[i].name, .title = card->bands[i].title };
	*dimension = (struct pack_dimension){ .number = card->number, .name = "band", .title = { .zh = "等次", .en = "Band" },
	                                      .by = DIMENSION_VALUE, .band_count = card->band_count, .bands = bands };
	*metric = (struct pack_metric){ .number = CELL_METRIC_BAND, .name = card->name, .title = card->title,
	                                .aggregate = METRIC_COUNT, .form = METRIC_FLOW, .dimension_count = 1,
	                                .dimensions = dimension };
	return metric;
}

enum err score_points_count(struct txn *txn, const struct cell_owner *owner, const struct pack_scorecard *card,
                            uint16_t band, struct period period, int64_t *count)
{
	struct cell cell;
	struct cell_scan scan = cell_scan_begin_dimension(txn, owner, CELL_METRIC_BAND, card->number);
	*count = 0;
	while (cell_scan_next(&scan, &cell)) {
		bool within = cell.key.month >= period.first && cell.key.month <= period.last;
		if (within && cell.key.bucket == band && cell.value >= -CELL_VALUE_MAX && cell.value <= CELL_VALUE_MAX)
			*count += cell.value;
	}
	cell_scan_end(&scan);
	return txn->err;
}
