// Scores of individuals, from histories that three devices have written at random: whatever the order in
// which entries come, and whatever is changed, deleted or in conflict, the counts by band are those that
// come out of the records from nothing.
#include "support/ledger_fixture.h"
#include "support/pack_shelf.h"
#include "support/support.h"

#include "base/limits.h"
#include "io/store_memory.h"
#include "ledger/score_points.h"

enum { MEMBERS = 1, POINTS = 5, MEMBER_COUNT = 3, POINT_COUNT = 6, DEVICES = 3, ENTRIES = 60, ROUNDS = 60 };
enum { OF = 1, DATE = 2, AMOUNT = 3, SORT = 4, STATE = 6, STANDARD = 2, ARRIVED = 3, LEFT = 4, WHOLE = 255 };

static struct pack_shelf shelf;
static const struct pack_scorecard *card;

static int open_all(void **state)
{
	(void)state;
	if (pack_shelf_read(&shelf, "../data/score.yaml"))
		return 1;
	card = pack_score_by_name(shelf.pack, "members");
	return card == NULL;
}

static int close_all(void **state)
{
	(void)state;
	return pack_shelf_close(&shelf);
}

// ---- A history ----

struct written {
	unsigned device;
	uint64_t seq;
	struct buf payload;
	uint16_t kind;
	uint8_t record, field; // WHOLE: all of them, as a clerk enters a record
};

struct history {
	struct chance chance;
	struct written entries[ENTRIES];
	uint64_t size[DEVICES];
};

static struct hash log_of(unsigned device)
{
	return small_hash((uint8_t)(0x21 + device));
}

static struct value value_for(struct chance *chance, uint16_t kind, uint8_t field, uint8_t reference[static LIMIT_ID_BYTES])
{
	if (field && chance_below(chance, 12) == 0)
		return no_value();
	if (field == 0)
		return number_value(chance_below(chance, 4) == 0); // deleted, more often brought back
	if (kind == MEMBERS && field == STANDARD)
		return number_value(1 + chance_below(chance, 2));
	if (field == LEFT && kind == MEMBERS)
		return number_value(date_from_civil(2026, 6, 1) + (int32_t)chance_below(chance, 3 * 365));
	if (kind == MEMBERS || field == DATE) // from 2025, before figures begin, to 2027
		return number_value(date_from_civil(2025, 6, 1) + (int32_t)chance_below(chance, 2 * 365));
	if (field == AMOUNT)
		return number_value((int64_t)chance_below(chance, 6000) - 800);
	if (field == SORT)
		return number_value(1 + chance_below(chance, 10) % 4);
	if (field == STATE)
		return number_value(chance_below(chance, 4) ? 2 : 1);
	memset(reference, (int)(1 + chance_below(chance, MEMBER_COUNT)), LIMIT_ID_BYTES);
	return (struct value){ .form = VALUE_IS_REFERENCE, .bytes = span_of(reference, LIMIT_ID_BYTES) };
}

// Preds: of what was written to the place before, by whomever, a part.
static size_t preds_for(struct history *history, size_t count, const struct written *entry, struct hash logs[static 8],
                        struct change_pred preds[static 8])
{
	size_t used = 0;
	for (size_t i = 0; i < count && used < 8; i++) {
		const struct written *before = &history->entries[i];
		bool same = before->kind == entry->kind && before->record == entry->record
		            && (before->field == entry->field || before->field == WHOLE);
		if (!same || chance_below(&history->chance, 4) == 0)
			continue;
		logs[used] = log_of(before->device);
		preds[used] = (struct change_pred){ .log = before->device == entry->device ? NULL : &logs[used], .seq = before->seq };
		used++;
	}
	return used;
}

static void encode(struct written *entry, const struct change_write *writes, size_t count)
{
	struct change change = { .record = small_id(entry->record), .kind = entry->kind, .write_count = count, .writes = writes };
	struct changes changes = { .pack_version = 1, .count = 1, .changes = &change };
	change_encode(&changes, &entry->payload);
	assert_ok(entry->payload.err);
}

// A record as it is entered first.
static void write_whole(struct history *history, size_t index)
{
	static const uint8_t member_fields[] = { STANDARD, ARRIVED }, point_fields[] = { OF, DATE, AMOUNT, SORT, STATE };
	struct written *entry = &history->entries[index];
	bool member = index < MEMBER_COUNT;
	*entry = (struct written){ .device = chance_below(&history->chance, DEVICES), .field = WHOLE, .kind = member ? MEMBERS : POINTS,
	                           .record = (uint8_t)(1 + (member ? index : index - MEMBER_COUNT)) };
	entry->seq = history->size[entry->device]++;
	struct change_write writes[5];
	uint8_t reference[LIMIT_ID_BYTES];
	size_t count = member ? sizeof member_fields : sizeof point_fields;
	for (size_t i = 0; i < count; i++) {
		uint8_t field = member ? member_fields[i] : point_fields[i];
		writes[i] = (struct change_write){ .field = field, .chain = 1,
		                                   .value = value_for(&history->chance, entry->kind, field, reference) };
	}
	encode(entry, writes, count);
}

static void write_one(struct history *history, size_t index)
{
	static const uint8_t member_fields[] = { 0, STANDARD, ARRIVED, LEFT };
	static const uint8_t point_fields[] = { OF, DATE, AMOUNT, SORT, STATE, OF, DATE, AMOUNT, STATE, 0 };
	struct chance *chance = &history->chance;
	struct written *entry = &history->entries[index];
	bool member = chance_below(chance, 4) == 0;
	*entry = (struct written){
		.device = chance_below(chance, DEVICES),
		.kind = member ? MEMBERS : POINTS,
		.record = (uint8_t)(1 + chance_below(chance, member ? MEMBER_COUNT : POINT_COUNT)),
		.field = member ? member_fields[chance_below(chance, sizeof member_fields)]
		                : point_fields[chance_below(chance, sizeof point_fields)],
	};
	entry->seq = history->size[entry->device]++;
	struct hash logs[8];
	struct change_pred preds[8];
	uint8_t reference[LIMIT_ID_BYTES];
	size_t count = preds_for(history, index, entry, logs, preds);
	struct change_write write = { .field = entry->field, .chain = count ? 2 + (uint32_t)index : 1, .pred_count = count,
	                              .preds = preds, .value = value_for(chance, entry->kind, entry->field, reference) };
	encode(entry, &write, 1);
}

static void make(struct history *history, uint64_t seed)
{
	*history = (struct history){ .chance = { .state = seed } };
	for (size_t i = 0; i < ENTRIES; i++) {
		if (i < MEMBER_COUNT + POINT_COUNT)
			write_whole(history, i);
		else
			write_one(history, i);
	}
}

static void unmake(struct history *history)
{
	for (size_t i = 0; i < ENTRIES; i++)
		buf_free(&history->entries[i].payload);
}

// ---- A store that reads it ----

struct reader {
	struct store *store;
	uint64_t applied[DEVICES];
};

static bool resolve(void *context, const struct hash *log, uint32_t *number, uint64_t *applied)
{
	const struct reader *reader = context;
	for (unsigned device = 0; device < DEVICES; device++) {
		struct hash one = log_of(device);
		if (!hash_equal(&one, log))
			continue;
		*number = device + 1;
		*applied = reader->applied[device];
		return true;
	}
	return false;
}

static void merge(struct reader *reader, struct txn *txn, struct cell_batch *cells, const struct written *entry)
{
	struct arena arena;
	struct changes changes;
	enum merge_reason reason;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct merge_context context = {
		.txn = txn, .pack = shelf.pack, .dot = { .log = entry->device + 1, .seq = entry->seq }, .log = log_of(entry->device),
		.lane = LANE_PRIVATE, .time = entry->seq + 1, .device = log_of(entry->device), .unit = fixture_unit(),
		.relation = RELATION_OWN, .cells = cells, .resolve = resolve, .resolve_context = reader, .arena = &arena,
	};
	assert_ok(change_decode(buf_span(&entry->payload), &arena, &changes));
	assert_ok(merge_changes(&context, &changes, &reason));
	assert_string_equal(merge_reason_name(reason), "ACCEPTED");
	reader->applied[entry->device] = entry->seq + 1;
	arena_free(&arena);
}

// In the order of the history, or in any that keeps each device's own.
static struct reader read_history(const struct history *history, struct chance *shuffled)
{
	struct reader reader = { .store = store_memory_new() };
	struct cell_batch *cells = cell_batch_new();
	struct txn txn;
	struct id unit = fixture_unit();
	struct cell_owner owner = cell_owner_own(&unit);
	bool taken[ENTRIES] = { false };
	assert_ok(txn_begin(reader.store, STORE_WRITE, &txn));
	for (size_t i = 0; i < ENTRIES; i++) {
		size_t pick = shuffled ? chance_below(shuffled, ENTRIES) : i;
		while (taken[pick])
			pick = (pick + 1) % ENTRIES;
		for (size_t k = 0; k < ENTRIES; k++)
			if (!taken[k] && history->entries[k].device == history->entries[pick].device
			    && history->entries[k].seq < history->entries[pick].seq)
				pick = k;
		taken[pick] = true;
		merge(&reader, &txn, cells, &history->entries[pick]);
		if (i % 7 == 0)
			assert_ok(cell_batch_flush(cells, &txn, &owner, true));
	}
	assert_ok(cell_batch_flush(cells, &txn, &owner, true));
	assert_ok(txn_commit(&txn));
	cell_batch_free(cells);
	return reader;
}

static void dump(struct reader *reader, struct buf *text)
{
	struct txn txn;
	struct cell cell;
	struct id unit = fixture_unit();
	struct cell_owner owner = cell_owner_own(&unit);
	assert_ok(txn_begin(reader->store, STORE_READ, &txn));
	struct scan scan = scan_begin(&txn, STORE_SCORE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		buf_bytes(text, scan.key.data, scan.key.size);
		buf_bytes(text, scan.value.data, scan.value.size);
	}
	scan_end(&scan);
	struct cell_scan cells = cell_scan_begin(&txn, &owner, 0);
	while (cell_scan_next(&cells, &cell)) {
		buf_u16(text, cell.key.bucket);
		buf_u32(text, (uint32_t)cell.key.month);
		buf_u64(text, (uint64_t)cell.value);
	}
	cell_scan_end(&cells);
	txn_abort(&txn);
}

// ---- The same, counted by hand out of the records ----

static int64_t number_in(const struct record *record, uint8_t field, int64_t otherwise)
{
	const struct record_write *write = record_value(record, field, span_of(NULL, 0));
	return write && write->value.form == VALUE_IS_NUMBER ? write->value.number : otherwise;
}

static int64_t within(int64_t number, int64_t most)
{
	return number < 0 ? 0 : number > most ? most : number;
}

struct counted {
	int64_t study, work, merit;
	unsigned records;
	bool exempt;
};

static void count_point(const struct record *record, uint8_t member, int32_t year, struct counted *counted)
{
	const struct record_write *of = record_value(record, OF, span_of(NULL, 0));
	int32_t held, month, day;
	int64_t date = number_in(record, DATE, INT64_MIN), sort = number_in(record, SORT, 0), amount = number_in(record, AMOUNT, INT64_MIN);
	if (record_deleted(record) || !of || of->value.bytes.data[0] != member || date == INT64_MIN || number_in(record, STATE, 0) != 2)
		return;
	date_to_civil((int32_t)date, &held, &month, &day);
	if (held != year || (amount == INT64_MIN && sort != 4))
		return;
	counted->records++;
	counted->exempt |= sort == 4;
	*(sort == 1 ? &counted->study : sort == 2 ? &counted->work : sort == 3 ? &counted->merit : &(int64_t){ 0 }) += amount;
}

static uint16_t band_of(const struct record *member, const struct counted *counted, int32_t year)
{
	int64_t standard = number_in(member, STANDARD, 0), arrived = number_in(member, ARRIVED, 0), left = number_in(member, LEFT, INT32_MAX);
	if (member->write_count == 0 || record_deleted(member) || counted->records == 0)
		return 0;
	if (arrived >= date_from_civil(year + 1, 1, 1) || left < date_from_civil(year + 1, 1, 1))
		return 0;
	if (counted->exempt)
		return 5;
	int64_t total = 2000 + within(counted->study, 3000) + within(within(counted->merit, 2000), 1000);
	total += standard == 1 ? within(counted->work, 4000) : standard == 2 ? within(counted->work + counted->study, 4000) : 0;
	return total >= 9000 ? 1 : total >= 8000 ? 2 : total >= 6000 ? 3 : 4;
}

static struct record load(struct txn *txn, struct arena *arena, uint16_t kind, uint8_t number)
{
	struct record record;
	struct record_key key = { .unit = fixture_unit(), .kind = kind, .record = small_id(number) };
	assert_ok(record_load(txn, &key, arena, &record));
	return record;
}

// Both what the cells say and what a member's own score says.
static unsigned check_year(struct txn *txn, struct arena *arena, int32_t year)
{
	struct id unit = fixture_unit();
	struct cell_owner owner = cell_owner_own(&unit);
	struct period period = { .first = year * 12, .last = year * 12 + 11 };
	int64_t bands[6] = { 0 }, held;
	for (uint8_t m = 1; m <= MEMBER_COUNT; m++) {
		struct counted counted = { .records = 0 };
		struct score_points points;
		struct record member = load(txn, arena, MEMBERS, m);
		for (uint8_t p = 1; p <= POINT_COUNT; p++) {
			struct record point = load(txn, arena, POINTS, p);
			count_point(&point, m, year, &counted);
		}
		if (year < 2026)
			counted.records = 0; // figures begin later
		uint16_t band = band_of(&member, &counted, year);
		assert_ok(score_points_of(txn, card, &member, period, &points));
		assert_int_equal(points.band ? points.band->code : 0, band);
		bands[band]++;
	}
	for (uint16_t code = 1; code <= 5; code++) {
		assert_ok(score_points_count(txn, &owner, card, code, period, &held));
		assert_int_equal(held, bands[code]);
	}
	return (unsigned)(MEMBER_COUNT - bands[0]);
}

static unsigned check(struct reader *reader)
{
	struct txn txn;
	struct arena arena;
	unsigned stood = 0;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(reader->store, STORE_READ, &txn));
	for (int32_t year = 2025; year <= 2029; year++)
		stood += check_year(&txn, &arena, year);
	txn_abort(&txn);
	arena_free(&arena);
	return stood;
}

static void counts_are_those_of_the_records_in_every_order(void **state)
{
	(void)state;
	unsigned stood = 0;
	for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
		struct history history;
		struct buf first = BUF_EMPTY;
		make(&history, seed * 7919);
		struct reader straight = read_history(&history, NULL);
		stood += check(&straight);
		dump(&straight, &first);
		for (unsigned again = 0; again < 3; again++) {
			struct buf other = BUF_EMPTY;
			struct chance chance = { .state = seed * 31 + again };
			struct reader shuffled = read_history(&history, &chance);
			dump(&shuffled, &other);
			assert_true(span_equal(buf_span(&first), buf_span(&other)));
			buf_free(&other);
			store_memory_free(shuffled.store);
		}
		buf_free(&first);
		store_memory_free(straight.store);
		unmake(&history);
	}
	assert_in_range(stood, ROUNDS, 100 * ROUNDS); // they do stand in bands
}

// ---- The row, byte by byte ----

static void a_row_holds_sums_by_sort(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	struct cell_batch *cells = cell_batch_new();
	struct txn txn;
	struct span row;
	uint8_t reference[LIMIT_ID_BYTES];
	memset(reference, 2, sizeof reference);
	struct record_write writes[] = {
		{ .field = OF, .value = { .form = VALUE_IS_REFERENCE, .bytes = span_of(reference, sizeof reference) } },
		{ .field = DATE, .value = number_value(date_from_civil(2026, 3, 5)) },
		{ .field = AMOUNT, .value = number_value(150) },
		{ .field = SORT, .value = number_value(2) },
		{ .field = STATE, .value = number_value(2) },
	};
	struct record before = { .key = { .unit = fixture_unit(), .kind = POINTS, .record = small_id(9) } }, after = before;
	after.write_count = sizeof writes / sizeof *writes;
	after.writes = writes;
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	assert_ok(score_points_change(&txn, shelf.pack, &before, &after, cells));
	static const uint8_t key[] = { 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0x00, 0x00, 0x5f, 0x03 }; // 2026-12
	static const uint8_t golden[] = { 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 150 };
	assert_ok(txn_get(&txn, STORE_SCORE, span_of(key, sizeof key), &row));
	assert_true(span_equal(row, span_of(golden, sizeof golden)));
	assert_ok(score_points_change(&txn, shelf.pack, &after, &before, cells));
	assert_err(NOT_FOUND, txn_get(&txn, STORE_SCORE, span_of(key, sizeof key), &row));
	txn_abort(&txn);
	cell_batch_free(cells);
	store_memory_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_those_of_the_records_in_every_order),
		cmocka_unit_test(a_row_holds_sums_by_sort),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
