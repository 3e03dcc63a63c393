#include "support/ledger_fixture.h"

#include "base/date.h"
#include "io/store_memory.h"
#include "support/support.h"

// ---- The pack ----

#define TITLE(text) { .zh = text, .en = text }

static const struct pack_option sexes[] = {
	{ .code = 1, .name = "man", .title = TITLE("男") },
	{ .code = 2, .name = "woman", .title = TITLE("女") },
};

static const struct pack_option types[] = {
	{ .code = 1, .name = "members", .title = TITLE("党员大会") },
	{ .code = 2, .name = "committee", .title = TITLE("支委会") },
	{ .code = 3, .name = "lecture", .title = TITLE("党课") },
};

#define FIELD(symbol, text, kind_of_value, audience, who) \
	.number = symbol, .name = text, .title = TITLE(text), .hint = TITLE(""), .type = VALUE_##kind_of_value, \
	.lane = LANE_##audience, .authority = AUTHORITY_##who

static const struct pack_field member_fields[] = {
	{ FIELD(MEMBER_NAME, "name", TEXT, PRIVATE, OWN), .required = true, .unique = true },
	{ FIELD(MEMBER_SEX, "sex", OPTION, DETAIL, OWN), .option_count = 2, .options = sexes },
	{ FIELD(MEMBER_BORN, "born", DATE, DETAIL, OWN) },
	{ FIELD(MEMBER_JOINED, "joined", DATE, DETAIL, OWN) },
	{ FIELD(MEMBER_LEFT, "left", DATE, DETAIL, OWN) },
	{ FIELD(MEMBER_POINTS, "points", INTEGER, PRIVATE, OWN), .minimum = 0, .maximum = 100 },
	{ FIELD(MEMBER_REMARK, "remark", TEXT, DOWN, PARENT) },
	{ FIELD(MEMBER_ADVICE, "advice", TEXT, DOWN, ANCESTOR) },
};

static const struct pack_field meeting_fields[] = {
	{ FIELD(MEETING_DATE, "date", DATE, UP, OWN) },
	{ FIELD(MEETING_TYPE, "type", OPTION, UP, OWN), .option_count = 3, .options = types },
	{ FIELD(MEETING_PRESENT, "present", BOOL, DETAIL, OWN), .keyed = true, .refers = MEMBER },
	{ FIELD(MEETING_MINUTES, "minutes", LONG_TEXT, PRIVATE, OWN) },
	{ FIELD(MEETING_COST, "cost", MONEY, DETAIL, OWN) },
	{ FIELD(MEETING_CHAIR, "chair", RECORD, DETAIL, OWN), .refers = MEMBER },
	{ FIELD(MEETING_MARKS, "marks", INTEGER, PRIVATE, OWN), .keyed = true },
};

static const struct pack_kind kinds[] = {
	{
		.number = MEMBER, .name = "member", .title = TITLE("党员"), .lane = LANE_DETAIL, .label = MEMBER_NAME,
		.field_count = sizeof member_fields / sizeof *member_fields, .fields = member_fields,
		.by_number = {
			[MEMBER_NAME] = &member_fields[0], [MEMBER_SEX] = &member_fields[1], [MEMBER_BORN] = &member_fields[2],
			[MEMBER_JOINED] = &member_fields[3], [MEMBER_LEFT] = &member_fields[4], [MEMBER_POINTS] = &member_fields[5],
			[MEMBER_REMARK] = &member_fields[6], [MEMBER_ADVICE] = &member_fields[7],
		},
	},
	{
		.number = MEETING, .name = "meeting", .title = TITLE("会议"), .lane = LANE_UP, .label = MEETING_DATE,
		.field_count = sizeof meeting_fields / sizeof *meeting_fields, .fields = meeting_fields,
		.by_number = {
			[MEETING_DATE] = &meeting_fields[0], [MEETING_TYPE] = &meeting_fields[1],
			[MEETING_PRESENT] = &meeting_fields[2], [MEETING_MINUTES] = &meeting_fields[3],
			[MEETING_COST] = &meeting_fields[4], [MEETING_CHAIR] = &meeting_fields[5],
			[MEETING_MARKS] = &meeting_fields[6],
		},
	},
};

static const struct pack_band ages[] = {
	{ .code = 1, .name = "to_35", .title = TITLE("35岁及以下"), .from = 0, .to = 35 },
	{ .code = 2, .name = "to_60", .title = TITLE("36至60岁"), .from = 36, .to = 60 },
	{ .code = 3, .name = "over_60", .title = TITLE("61岁及以上"), .from = 61, .to = PACK_AGE_MAX },
};

static const struct pack_band periods[] = {
	{ .code = 1, .name = "before_1966", .title = TITLE("1965年以前"), .from = -36524, .to = -1462 }, // 1870 to 1965
	{ .code = 2, .name = "since", .title = TITLE("1966年以后") },
};

static const struct pack_dimension member_dimensions[] = {
	{ .number = BY_SEX, .name = "sex", .title = TITLE("性别"), .field = MEMBER_SEX,
	  .cut = &member_fields[1], .by = DIMENSION_VALUE },
	{ .number = BY_AGE, .name = "age", .title = TITLE("年龄"), .field = MEMBER_BORN,
	  .cut = &member_fields[2], .by = DIMENSION_AGE, .band_count = 3, .bands = ages },
	{ .number = BY_JOINED, .name = "period", .title = TITLE("入党时间"), .field = MEMBER_JOINED,
	  .cut = &member_fields[3], .by = DIMENSION_DATE, .band_count = 2, .bands = periods },
};

static const struct pack_dimension meeting_dimensions[] = {
	{ .number = BY_TYPE, .name = "type", .title = TITLE("类型"), .field = MEETING_TYPE,
	  .cut = &meeting_fields[1], .by = DIMENSION_VALUE },
};

static const int64_t woman[] = { 2 };
static const int64_t paid_types[] = { 1, 2 };

static const struct pack_filter women_only[] = {
	{ .field = MEMBER_SEX, .test = FILTER_EQUAL, .number_count = 1, .numbers = woman },
};

static const struct pack_filter paid_only[] = {
	{ .field = MEETING_TYPE, .test = FILTER_IN, .number_count = 2, .numbers = paid_types },
};

static const int64_t months_12[] = { 12 }, months_60[] = { 60 }, years_18[] = { 18 }, years_61[] = { 61 };

static const struct pack_filter settled_only[] = {
	{ .field = MEMBER_JOINED, .by = FILTER_BY_MONTHS, .test = FILTER_AT_LEAST, .number_count = 1, .numbers = months_12 },
	{ .field = MEMBER_JOINED, .by = FILTER_BY_MONTHS, .test = FILTER_AT_MOST, .number_count = 1, .numbers = months_60 },
};

static const struct pack_filter grown_only[] = {
	{ .field = MEMBER_BORN, .by = FILTER_BY_AGE, .test = FILTER_AT_LEAST, .number_count = 1, .numbers = years_18 },
	{ .field = MEMBER_BORN, .by = FILTER_BY_AGE, .test = FILTER_LESS, .number_count = 1, .numbers = years_61 },
};

static const struct pack_metric metrics[] = {
	{ .number = METRIC_MEMBERS, .name = "members", .title = TITLE("党员数"), .kind = &kinds[0],
	  .aggregate = METRIC_COUNT, .form = METRIC_STOCK, .from = MEMBER_JOINED, .until = MEMBER_LEFT,
	  .dimension_count = 3, .dimensions = member_dimensions },
	{ .number = METRIC_MEETINGS, .name = "meetings", .title = TITLE("会议数"), .kind = &kinds[1],
	  .aggregate = METRIC_COUNT, .form = METRIC_FLOW, .from = MEETING_DATE,
	  .dimension_count = 1, .dimensions = meeting_dimensions },
	{ .number = METRIC_PRESENT, .name = "present", .title = TITLE("到会人次"), .kind = &kinds[1],
	  .aggregate = METRIC_ELEMENTS, .form = METRIC_FLOW, .field = MEETING_PRESENT, .from = MEETING_DATE,
	  .dimension_count = 1, .dimensions = meeting_dimensions },
	{ .number = METRIC_COST, .name = "cost", .title = TITLE("经费"), .kind = &kinds[1],
	  .aggregate = METRIC_SUM, .form = METRIC_FLOW, .field = MEETING_COST, .from = MEETING_DATE,
	  .filter_count = 1, .filters = paid_only },
	{ .number = METRIC_WOMEN, .name = "women", .title = TITLE("女党员"), .kind = &kinds[0],
	  .aggregate = METRIC_COUNT, .form = METRIC_STOCK, .from = MEMBER_JOINED, .until = MEMBER_LEFT,
	  .filter_count = 1, .filters = women_only, .dimension_count = 1, .dimensions = &member_dimensions[1] },
	{ .number = METRIC_TURNOUT, .name = "turnout", .title = TITLE("平均到会"), .aggregate = METRIC_RATIO,
	  .numerator = METRIC_PRESENT, .denominator = METRIC_MEETINGS,
	  .dimension_count = 1, .dimensions = meeting_dimensions },
	{ .number = METRIC_WOMEN_RATE, .name = "women_rate", .title = TITLE("女党员比例"), .aggregate = METRIC_RATIO,
	  .numerator = METRIC_WOMEN, .denominator = METRIC_MEMBERS,
	  .dimension_count = 1, .dimensions = &member_dimensions[1] },
	{ .number = METRIC_ATTENDERS, .name = "attenders", .title = TITLE("到会人数"), .kind = &kinds[1],
	  .aggregate = METRIC_DISTINCT, .form = METRIC_FLOW, .field = MEETING_PRESENT, .from = MEETING_DATE,
	  .dimension_count = 1, .dimensions = meeting_dimensions },
	{ .number = METRIC_COSTS, .name = "costs", .title = TITLE("不同金额"), .kind = &kinds[1],
	  .aggregate = METRIC_DISTINCT, .form = METRIC_FLOW, .field = MEETING_COST, .from = MEETING_DATE },
	{ .number = METRIC_LEAST, .name = "least", .title = TITLE("最少经费"), .kind = &kinds[1],
	  .aggregate = METRIC_MINIMUM, .form = METRIC_FLOW, .field = MEETING_COST, .from = MEETING_DATE,
	  .dimension_count = 1, .dimensions = meeting_dimensions },
	{ .number = METRIC_MOST, .name = "most", .title = TITLE("最多经费"), .kind = &kinds[1],
	  .aggregate = METRIC_MAXIMUM, .form = METRIC_FLOW, .field = MEETING_COST, .from = MEETING_DATE },
	{ .number = METRIC_SETTLED, .name = "settled", .title = TITLE("一至五年"), .kind = &kinds[0],
	  .aggregate = METRIC_COUNT, .form = METRIC_STOCK, .from = MEMBER_JOINED, .until = MEMBER_LEFT,
	  .filter_count = 2, .filters = settled_only, .dimension_count = 1, .dimensions = &member_dimensions[0] },
	{ .number = METRIC_GROWN, .name = "grown", .title = TITLE("十八至六十岁"), .kind = &kinds[0],
	  .aggregate = METRIC_COUNT, .form = METRIC_STOCK, .from = MEMBER_JOINED, .until = MEMBER_LEFT,
	  .filter_count = 2, .filters = grown_only, .dimension_count = 1, .dimensions = &member_dimensions[1] },
	{ .number = METRIC_TARDY, .name = "tardy", .title = TITLE("迟录会议"), .kind = &kinds[1],
	  .aggregate = METRIC_COUNT, .form = METRIC_FLOW, .from = MEETING_DATE, .late_after = MEETING_DATE, .late_days = 10 },
};

const struct pack *ledger_fixture_pack(void)
{
	static const struct pack pack = {
		.name = "fixture", .version = 1, .title = TITLE("台账"), .since = FIXTURE_SINCE,
		.kind_count = 2, .kinds = kinds,
		.metric_count = sizeof metrics / sizeof *metrics, .metrics = metrics,
	};
	return &pack;
}

const struct pack_metric *ledger_fixture_metric(uint16_t number)
{
	return &metrics[number - 1];
}

// ---- Chance: SplitMix64 (Steele, Lea, Flood 2014) ----

uint64_t chance_next(struct chance *chance)
{
	uint64_t mixed = chance->state += UINT64_C(0x9e3779b97f4a7c15);
	mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ mixed >> 31;
}

uint32_t chance_below(struct chance *chance, uint32_t end)
{
	return (uint32_t)((chance_next(chance) >> 32) * end >> 32);
}

// ---- Writing by hand ----

struct value number_value(int64_t number)
{
	return (struct value){ .form = VALUE_IS_NUMBER, .number = number };
}

struct value text_value(const char *text)
{
	return (struct value){ .form = VALUE_IS_TEXT, .bytes = span_string(text) };
}

struct value no_value(void)
{
	return (struct value){ .form = VALUE_IS_NONE };
}

struct id small_id(uint8_t number)
{
	struct id id;
	memset(id.bytes, number, sizeof id.bytes);
	return id;
}

struct hash small_hash(uint8_t number)
{
	struct hash hash;
	memset(hash.bytes, number, sizeof hash.bytes);
	return hash;
}

struct id fixture_unit(void)
{
	return small_id(0xaa);
}

void fixture_entry_free(struct fixture_entry *entry)
{
	buf_free(&entry->payload);
}

// ---- Replicas ----

void fixture_replica_open(struct fixture_replica *replica)
{
	*replica = (struct fixture_replica){ .store = store_memory_new(), .cells = cell_batch_new() };
	assert_non_null(replica->store);
	assert_non_null(replica->cells);
	arena_init(&replica->arena, LIMIT_DECODE_BYTES);
}

void fixture_replica_close(struct fixture_replica *replica)
{
	cell_batch_free(replica->cells);
	arena_free(&replica->arena);
	store_memory_free(replica->store);
}

static size_t find_log(const struct fixture_replica *replica, const struct hash *log)
{
	size_t index = 0;
	while (index < replica->log_count && !hash_equal(&replica->logs[index].id, log))
		index++;
	return index;
}

static size_t open_log(struct fixture_replica *replica, const struct hash *log)
{
	size_t index = find_log(replica, log);
	if (index < replica->log_count)
		return index;
	assert_true(index < FIXTURE_LOGS);
	replica->logs[replica->log_count++].id = *log;
	return index;
}

static bool resolve(void *context, const struct hash *log, uint32_t *number, uint64_t *applied)
{
	const struct fixture_replica *replica = context;
	size_t index = find_log(replica, log);
	if (index == replica->log_count)
		return false;
	*number = (uint32_t)index + 1;
	*applied = replica->logs[index].applied;
	return true;
}

uint64_t fixture_replica_applied(const struct fixture_replica *replica, const struct hash *log)
{
	size_t index = find_log(replica, log);
	return index < replica->log_count ? replica->logs[index].applied : 0;
}

static enum merge_reason merge(struct fixture_replica *replica, size_t index, const struct fixture_entry *entry)
{
	struct txn txn;
	assert_ok(txn_begin(replica->store, STORE_WRITE, &txn));
	arena_reset(&replica->arena);
	struct merge_context context = {
		.txn = &txn,
		.pack = ledger_fixture_pack(),
		.dot = { .log = (uint32_t)index + 1, .seq = entry->seq },
		.log = entry->log,
		.lane = entry->lane,
		.time = entry->time,
		.device = entry->device,
		.unit = fixture_unit(),
		.relation = entry->relation,
		.cells = replica->cells,
		.resolve = resolve,
		.resolve_context = replica,
		.arena = &replica->arena,
	};
	struct changes changes;
	enum merge_reason reason = MERGE_MALFORMED;
	if (change_decode(buf_span(&entry->payload), &replica->arena, &changes) == ERR_OK)
		assert_ok(merge_changes(&context, &changes, &reason));
	struct id unit = fixture_unit();
	struct cell_owner owner = cell_owner_own(&unit);
	assert_ok(cell_batch_flush(replica->cells, &txn, &owner, true));
	assert_ok(txn_commit(&txn));
	return reason;
}

enum merge_reason fixture_replica_merge(struct fixture_replica *replica, const struct fixture_entry *entry)
{
	size_t index = open_log(replica, &entry->log);
	assert_int_equal(replica->logs[index].applied, entry->seq);
	enum merge_reason reason = merge(replica, index, entry);
	replica->logs[index].applied++;
	return reason;
}

enum merge_reason fixture_replica_merge_again(struct fixture_replica *replica, const struct fixture_entry *entry)
{
	return merge(replica, find_log(replica, &entry->log), entry);
}

struct record fixture_replica_record(struct fixture_replica *replica, uint16_t kind, const struct id *record)
{
	struct record_key key = { .unit = fixture_unit(), .kind = kind, .record = *record };
	struct record found;
	struct txn txn;
	assert_ok(txn_begin(replica->store, STORE_READ, &txn));
	assert_ok(record_load(&txn, &key, &replica->arena, &found));
	txn_abort(&txn);
	return found;
}

// ---- Digests ----

static void digest_value(struct buf *digest, const struct value *value)
{
	buf_u8(digest, (uint8_t)value->form);
	buf_u64(digest, (uint64_t)value->number);
	buf_u32(digest, (uint32_t)value->bytes.size);
	buf_bytes(digest, value->bytes.data, value->bytes.size);
}

static void digest_place(struct buf *digest, uint8_t field, struct span element)
{
	buf_u8(digest, field);
	buf_u8(digest, (uint8_t)element.size);
	buf_bytes(digest, element.data, element.size);
}

static const struct hash *log_of(const struct fixture_replica *replica, const struct record_write *write)
{
	assert_in_range(write->dot.log, 1, replica->log_count);
	return &replica->logs[write->dot.log - 1].id;
}

static void digest_write(const struct fixture_replica *replica, struct buf *digest, const struct record_write *write)
{
	digest_place(digest, write->field, write->element);
	buf_bytes(digest, log_of(replica, write)->bytes, LIMIT_HASH_BYTES);
	buf_u64(digest, write->dot.seq);
	buf_u32(digest, write->chain);
	buf_u64(digest, write->time);
	buf_u64(digest, write->device);
	digest_value(digest, &write->value);
}

static bool equal_but_for_log(const struct record_write *a, const struct record_write *b)
{
	struct record_write moved = *b;
	moved.dot.log = a->dot.log;
	return a->field == b->field && span_equal(a->element, b->element) && !record_better(a, &moved) && !record_better(&moved, a);
}

// Of writes that are equal but for their logs any may stand first, for the numbers of logs differ from store to
// store. Here the id of the log decides.
static void order_equals(const struct fixture_replica *replica, struct record_write *writes, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		for (size_t at = i; at > 0 && equal_but_for_log(&writes[at - 1], &writes[at]); at--) {
			struct record_write later = writes[at];
			if (memcmp(log_of(replica, &writes[at - 1]), log_of(replica, &later), sizeof(struct hash)) <= 0)
				break;
			writes[at] = writes[at - 1];
			writes[at - 1] = later;
		}
	}
}

// A mark for a dot that has been applied waits for nothing any more (a pred that named no write).
static void digest_record(const struct fixture_replica *replica, struct buf *digest, const struct record *record)
{
	struct buf body = BUF_EMPTY;
	struct record_write *writes = test_calloc(record->write_count + 1, sizeof *writes);
	for (size_t i = 0; i < record->write_count; i++)
		writes[i] = record->writes[i];
	order_equals(replica, writes, record->write_count);
	for (size_t i = 0; i < record->write_count; i++)
		digest_write(replica, &body, &writes[i]);
	test_free(writes);
	for (size_t i = 0; i < record->unseen_count; i++) {
		const struct record_unseen *unseen = &record->unseen[i];
		if (unseen->seq < fixture_replica_applied(replica, &unseen->log))
			continue;
		digest_place(&body, unseen->field, unseen->element);
		buf_bytes(&body, unseen->log.bytes, sizeof unseen->log.bytes);
		buf_u64(&body, unseen->seq);
	}
	uint8_t key[RECORD_KEY_BYTES];
	record_key_encode(&record->key, key);
	if (body.size)
		buf_bytes(digest, key, sizeof key);
	buf_bytes(digest, body.data, body.size);
	buf_free(&body);
}

void fixture_replica_each(struct fixture_replica *replica, struct txn *txn,
                          void (*visit)(struct fixture_replica *replica, const struct record *record, void *context),
                          void *context)
{
	struct scan scan = scan_begin(txn, STORE_RECORD, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&replica->arena);
		assert_ok(record_key_decode(scan.key, &key));
		assert_ok(record_decode(&key, scan.value, &replica->arena, &record));
		visit(replica, &record, context);
	}
	scan_end(&scan);
	assert_ok(txn->err);
}

static void visit_digest(struct fixture_replica *replica, const struct record *record, void *context)
{
	digest_record(replica, context, record);
}

static void digest_cell(struct buf *digest, const struct cell *cell)
{
	buf_u16(digest, cell->key.metric);
	buf_u8(digest, cell->key.dimension);
	buf_u16(digest, cell->key.bucket);
	buf_u32(digest, (uint32_t)cell->key.month);
	buf_u64(digest, (uint64_t)cell->value);
}

static void digest_cells(struct txn *txn, struct buf *digest)
{
	struct id unit = fixture_unit();
	struct cell_owner owner = cell_owner_own(&unit);
	struct cell cell;
	struct cell_scan scan = cell_scan_begin(txn, &owner, 0);
	while (cell_scan_next(&scan, &cell))
		digest_cell(digest, &cell);
	cell_scan_end(&scan);
	assert_ok(txn->err);
}

static void digest_keys(struct txn *txn, enum store_table table, struct buf *digest)
{
	struct scan scan = scan_begin(txn, table, span_of(NULL, 0));
	while (scan_next(&scan)) {
		buf_bytes(digest, scan.key.data, scan.key.size);
		buf_bytes(digest, scan.value.data, scan.value.size);
	}
	scan_end(&scan);
}

void fixture_replica_digest(struct fixture_replica *replica, struct buf *digest)
{
	struct txn txn;
	assert_ok(txn_begin(replica->store, STORE_READ, &txn));
	fixture_replica_each(replica, &txn, visit_digest, digest);
	digest_keys(&txn, STORE_CONFLICT, digest);
	digest_keys(&txn, STORE_UNIQUE, digest);
	digest_keys(&txn, STORE_MULTISET, digest);
	digest_cells(&txn, digest);
	txn_abort(&txn);
	assert_ok(digest->err);
}

void fixture_replica_cells(struct fixture_replica *replica, struct buf *cells)
{
	struct txn txn;
	assert_ok(txn_begin(replica->store, STORE_READ, &txn));
	digest_cells(&txn, cells);
	txn_abort(&txn);
}

static void visit_contribute(struct fixture_replica *replica, const struct record *record, void *context)
{
	(void)context;
	assert_ok(metric_contribute(ledger_fixture_pack(), record, 1, replica->cells));
}

void fixture_replica_cells_anew(struct fixture_replica *replica, struct buf *cells)
{
	struct store *apart = store_memory_new();
	struct txn txn, other;
	struct id unit = fixture_unit();
	struct cell_owner owner = cell_owner_own(&unit);
	assert_ok(txn_begin(replica->store, STORE_READ, &txn));
	fixture_replica_each(replica, &txn, visit_contribute, NULL);
	txn_abort(&txn);
	assert_ok(txn_begin(apart, STORE_WRITE, &other));
	assert_ok(cell_batch_flush(replica->cells, &other, &owner, false));
	digest_cells(&other, cells);
	txn_abort(&other);
	store_memory_free(apart);
}
