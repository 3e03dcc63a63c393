// Trains a dictionary that both ends of a session share (proto/wire*.dict):
//
//	train_dictionary PACK OUT [BYTES [STORE…]]
//
// from the ledgers in the STOREs (directories of this system, read only), or where none is given from frames as the real code makes them, before they are compressed. Many branches, each with keys of
// its own, keep the party-branch ledger through a quarter; after every few writes their logs are cut into
// the frame that a session would carry, for most frames in life are small. The vocabulary is that of
// ledgers, not that of the benchmarks (records.c). What is sealed, signed or hashed looks like chance and
// never comes twice, so the trainer leaves it out by itself. Chance is drawn from a fixed seed: the same stores, pack and
// libraries give the same dictionary (`ninja dictionary` trains the newest anew and compares).
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <zdict.h>

#include "base/pb.h"
#include "io/pack_yaml.h"
#include "io/store_lmdb.h"
#include "io/store_memory.h"
#include "sync/frame.h"
#include "sync/join.h"
#include "wire.pb-c.h"

enum { BRANCHES = 160, SESSIONS = 24, SAMPLES_MAX = 100000, ROSTER = 40, DICTIONARY_BYTES = 32 * 1024 };

#define BEGINS_MS UINT64_C(1767571200000) // 2026-01-05
#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *const surnames[] = {
	"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "郑",
};
static const char *const given[] = {
	"建国", "志强", "永胜", "海军", "秀英", "桂兰", "丽娟", "晓燕", "建军", "玉珍", "文静", "伟", "敏", "静", "芳", "浩",
};
static const char *const places[] = {
	"村委会会议室", "党群服务中心", "社区活动室", "村文化广场", "二楼会议室", "机关三楼会议室", "党员活动室", "敬老院", "苗圃基地", "村卫生室",
};
static const char *const topics[] = {
	"学习党的二十届三中全会精神", "传达学习上级党委会议精神", "讨论预备党员转正", "召开组织生活会", "民主评议党员", "研究发展对象",
	"学习《中国共产党纪律处分条例》", "讨论村集体经济发展计划", "通报一季度工作情况", "讲授专题党课", "选举支部委员会委员", "党员先锋岗评选",
	"研究困难党员慰问工作", "安排环境卫生整治工作",
};
static const char *const contents[] = {
	"开展义务植树活动，党员带头栽植樟子松和柠条。", "走访慰问困难群众和老党员，送去米面油和慰问金。", "组织党员清理村内道路两侧垃圾，整治人居环境。",
	"为群众宣讲惠农惠牧政策，解答医保、养老保险缴费问题。", "重温入党誓词，观看警示教育片，交流学习心得体会。", "帮助孤寡老人打扫院落，检查用火用电安全。",
	"与包联单位开展结对共建，为学生捐赠图书和文具。", "对照年度任务清单逐项落实责任，明确完成时限。", "党员就近参加志愿服务，登记服务时长。",
};

struct sampler {
	uint8_t *bytes;
	size_t size, capacity;
	size_t sizes[SAMPLES_MAX];
	unsigned count;
};

struct author {
	struct store *store;
	struct self self;
	struct view_pack pack;
	uint64_t now_ms;
	uint64_t shown[LANE_END];  // already sampled
	struct id members[ROSTER];
	unsigned receipts;
};

static void must(enum err err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "train_dictionary: %s: %s\n", what, err_text(err));
	exit(1);
}

static unsigned any(unsigned among)
{
	return randombytes_uniform(among);
}

#define ANY(list) ((list)[any(COUNT(list))])

// ---- Chance that comes again ----

static uint64_t drawn;

static void draw(void *to, const size_t size)
{
	uint8_t seed[randombytes_SEEDBYTES] = "tributary dictionary";
	memcpy(seed + sizeof seed - sizeof drawn, &drawn, sizeof drawn);
	drawn++;
	randombytes_buf_deterministic(to, size, seed);
}

static uint32_t draw_number(void)
{
	uint32_t number;
	draw(&number, sizeof number);
	return number;
}

static const char *draw_name(void)
{
	return "seeded";
}

static void draw_from_seed(void)
{
	static randombytes_implementation seeded = { .implementation_name = draw_name, .random = draw_number, .buf = draw };
	must(randombytes_set_implementation(&seeded) == 0 ? ERR_OK : ERR_IO, "chance");
}

// ---- A branch that nobody else is like ----

static void random_identity(struct identity *identity)
{
	uint8_t seed[IDENTITY_SEED_BYTES];
	randombytes_buf(seed, sizeof seed);
	identity_derive(seed, identity);
}

static void state_branch(struct pen *pen, struct self *branch, const struct id *parent)
{
	Tributary__UnitCreated unit = TRIBUTARY__UNIT_CREATED__INIT;
	Tributary__DeviceEnrolled enrolled = TRIBUTARY__DEVICE_ENROLLED__INIT;
	Tributary__Statement first = TRIBUTARY__STATEMENT__INIT, second = TRIBUTARY__STATEMENT__INIT;
	Tributary__Statement *list[] = { &first, &second };
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	char name[128];
	branch->unit = pen_new_id(pen);
	snprintf(name, sizeof name, "%s%s村党支部", ANY(surnames), ANY(given));
	struct statement_device device = { .device = branch->identity.sign_public, .curve = branch->identity.curve_public,
	                                   .box = branch->identity.box_public, .unit = branch->unit, .label = "办公室电脑" };
	struct signature proof = statement_device_sign(&branch->identity, &device, &pen->self->identity.sign_public);
	unit.unit = pb_bytes(id_span(&branch->unit));
	unit.parent = pb_bytes(id_span(parent));
	unit.kind = (char *)(uintptr_t)"branch";
	unit.name = name;
	enrolled.device = pb_bytes(hash_span(&device.device));
	enrolled.unit = unit.unit;
	enrolled.curve_key = pb_bytes(hash_span(&device.curve));
	enrolled.box_key = pb_bytes(hash_span(&device.box));
	enrolled.label = (char *)(uintptr_t)device.label;
	enrolled.proof = pb_bytes(span_of(proof.bytes, sizeof proof.bytes));
	first.effective = second.effective = date_of_ms(pen->now_ms, 0);
	first.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED;
	first.unit_created = &unit;
	second.what_case = TRIBUTARY__STATEMENT__WHAT_DEVICE_ENROLLED;
	second.device_enrolled = &enrolled;
	statements.n_statements = 2;
	statements.statements = list;
	must(pen_statements(pen, &statements), "enrolling");
}

static void author_write(struct author *author, const struct self *self, struct txn *txn, struct pen *pen)
{
	uint8_t seed[DRBG_SEED_BYTES];
	randombytes_buf(seed, sizeof seed);
	must(txn_begin(author->store, STORE_WRITE, txn), "a transaction");
	must(pen_begin(pen, txn, self, &author->pack, author->now_ms, seed), "a pen");
}

static void author_written(struct txn *txn, struct pen *pen)
{
	must(pen_finish(pen), "writing");
	must(txn_commit(txn), "committing");
}

// The branch's store begins as its township's: it knows the charter and the pack.
static void author_begin(struct author *author, struct span pack)
{
	struct self server = { .server = true };
	struct identity root;
	struct txn txn;
	struct pen pen;
	uint8_t seed[DRBG_SEED_BYTES];
	*author = (struct author){ .store = store_memory_new(), .now_ms = BEGINS_MS + any(86400) * UINT64_C(1000) };
	view_pack_init(&author->pack);
	random_identity(&root);
	random_identity(&server.identity);
	random_identity(&author->self.identity);
	randombytes_buf(server.incarnation.bytes, sizeof server.incarnation.bytes);
	randombytes_buf(author->self.incarnation.bytes, sizeof author->self.incarnation.bytes);
	randombytes_buf(seed, sizeof seed);
	must(txn_begin(author->store, STORE_WRITE, &txn), "founding");
	must(join_found(&txn, &server, &root, "县委", "county", pack, author->now_ms, seed), "founding");
	must(txn_commit(&txn), "founding");
	author_write(author, &server, &txn, &pen);
	state_branch(&pen, &author->self, &server.unit);
	author_written(&txn, &pen);
	author->self.root_key = server.root_key;
	author->self.parent_key = server.identity.sign_public;
	must(txn_begin(author->store, STORE_WRITE, &txn), "the branch");
	must(self_save(&txn, &author->self), "the branch");
	must(txn_commit(&txn), "the branch");
}

static void author_end(struct author *author)
{
	view_pack_free(&author->pack);
	store_memory_free(author->store);
}

// ---- What it writes ----

static struct id put(struct author *author, struct pen *pen, const char *kind_name, ...)
{
	struct pen_write writes[32];
	struct arena arena;
	size_t count = 0;
	bool changed;
	va_list words;
	const struct pack_kind *kind = pack_kind_by_name(author->pack.pack, kind_name);
	struct id id = pen_new_id(pen);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	va_start(words, kind_name);
	for (const char *name = va_arg(words, const char *); name; name = va_arg(words, const char *)) {
		const struct pack_field *field = pack_field_by_name(kind, name);
		const char *text = va_arg(words, const char *);
		struct pen_write *write = &writes[count++];
		*write = (struct pen_write){ .field = field->number };
		must(value_parse(field, span_string(text), &arena, &write->value), text);
	}
	va_end(words);
	must(pen_set(pen, NULL, kind->number, &id, writes, count, &changed), kind_name);
	arena_free(&arena);
	return id;
}

static void tick(struct author *author, struct pen *pen, const char *kind_name, const char *field_name, const struct id *record)
{
	const struct pack_kind *kind = pack_kind_by_name(author->pack.pack, kind_name);
	struct pen_write writes[ROSTER];
	size_t count = 0;
	bool changed;
	for (unsigned i = 0; i < ROSTER; i++)
		if (any(4))
			writes[count++] = (struct pen_write){ .field = pack_field_by_name(kind, field_name)->number,
			                                      .element = id_span(&author->members[i]),
			                                      .value = { .form = VALUE_IS_NUMBER, .number = 1 } };
	must(pen_set(pen, NULL, kind->number, record, writes, count, &changed), field_name);
}

static void day_text(const struct author *author, char text[static 16])
{
	date_format(date_of_ms(author->now_ms, 0) - (int32_t)any(6), text);
}

static void write_member(struct author *author, struct pen *pen, unsigned index)
{
	char name[64];
	snprintf(name, sizeof name, "%s%s", ANY(surnames), ANY(given));
	author->members[index] = put(author, pen, "member", "name", name, "sex", any(2) ? "male" : "female", "ethnic_group", "han",
	                             "birth", "1978-04-12", "joined", "2003-07-01", "category", "full", "occupation", "herder_farmer", NULL);
}

static void write_meeting(struct author *author, struct pen *pen)
{
	static const char *const types[] = { "members_meeting", "committee", "group", "lecture" };
	char date[16], number[16];
	day_text(author, date);
	snprintf(number, sizeof number, "%u", 3 + any(60));
	struct id id = put(author, pen, "meeting", "date", date, "type", ANY(types), "topic", ANY(topics), "place", ANY(places),
	                   "should_attend", number, "minutes", ANY(contents), NULL);
	if (any(2))
		tick(author, pen, "meeting", "attended", &id);
}

static void write_activity(struct author *author, struct pen *pen)
{
	char date[16], number[16], content[512];
	day_text(author, date);
	snprintf(number, sizeof number, "%u", 3 + any(60));
	snprintf(content, sizeof content, "%s%s", ANY(contents), ANY(contents));
	struct id id = put(author, pen, "activity_day", "date", date, "theme", ANY(topics), "own_content", content, "place", ANY(places),
	                   "should_attend", number, NULL);
	if (any(2))
		tick(author, pen, "activity_day", "attended", &id);
}

static void write_dues(struct author *author, struct pen *pen)
{
	const struct pack_kind *kind = pack_kind_by_name(author->pack.pack, "dues");
	char receipt[32], due[16], date[16], month[16];
	bool changed;
	day_text(author, date);
	snprintf(month, sizeof month, "%.7s", date);
	snprintf(receipt, sizeof receipt, "2026%06u", ++author->receipts);
	snprintf(due, sizeof due, "%u.%u0", 2 + any(90), any(10));
	struct id id = put(author, pen, "dues", "receipt", receipt, "month", month, "due", due, "amount", due, "paid", date, NULL);
	struct pen_write member = { .field = pack_field_by_name(kind, "member")->number,
	                            .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(&author->members[any(ROSTER)]) } };
	must(pen_set(pen, NULL, kind->number, &id, &member, 1, &changed), "dues");
}

// One field of a record that is there: most changes in life are small.
static void write_edit(struct author *author, struct txn *txn, struct pen *pen)
{
	static const char *const names[] = { "meeting", "activity_day" };
	const struct pack_kind *kind = pack_kind_by_name(author->pack.pack, ANY(names));
	struct record_key key = { .unit = author->self.unit, .kind = kind->number };
	struct pen_write write = { .field = pack_field_by_name(kind, "place")->number,
	                           .value = { .form = VALUE_IS_TEXT, .bytes = span_string(ANY(places)) } };
	uint8_t prefix[RECORD_KEY_BYTES];
	bool changed;
	record_key_encode(&key, prefix);
	struct scan scan = scan_begin(txn, STORE_RECORD, span_of(prefix, LIMIT_ID_BYTES + 2));
	bool found = false;
	for (unsigned i = 0; i < 8 && scan_next(&scan); i++)
		if (record_key_decode(scan.key, &key) == ERR_OK) {
			found = true;
			if (any(3) == 0)
				break;
		}
	scan_end(&scan);
	if (found)
		must(pen_set(pen, NULL, kind->number, &key.record, &write, 1, &changed), "an edit");
}

static void write_some(struct author *author, struct txn *txn, struct pen *pen)
{
	for (unsigned i = 0, few = 1 + any(any(3) ? 4 : 16); i < few; i++) {
		switch (any(5)) {
		case 0: write_meeting(author, pen); break;
		case 1: write_activity(author, pen); break;
		case 2: write_dues(author, pen); break;
		default: write_edit(author, txn, pen); break;
		}
	}
}

// ---- Frames ----

static void keep_sample(struct sampler *sampler, struct span bytes)
{
	if (sampler->count == SAMPLES_MAX || bytes.size == 0)
		return;
	if (sampler->size + bytes.size > sampler->capacity) {
		sampler->capacity = 2 * (sampler->size + bytes.size);
		sampler->bytes = realloc(sampler->bytes, sampler->capacity);
		must(sampler->bytes ? ERR_OK : ERR_NOMEM, "samples");
	}
	memcpy(sampler->bytes + sampler->size, bytes.data, bytes.size);
	sampler->size += bytes.size;
	sampler->sizes[sampler->count++] = bytes.size;
}

// What a session would carry of this author's logs, as sync/node_client gathers it. The private lane is
// ciphertext and the first session carries the roster: both are left out.
static void sample_session(struct author *author, struct sampler *sampler)
{
	static const enum lane lanes[] = { LANE_DETAIL, LANE_UP };
	struct frame_writer writer;
	struct txn txn;
	uint32_t count;
	struct logname home = { .device = author->self.identity.sign_public, .incarnation = author->self.incarnation };
	frame_writer_init(&writer);
	must(txn_begin(author->store, STORE_READ, &txn), "a session");
	for (size_t i = 0; i < COUNT(lanes); i++) {
		struct journal_log log;
		struct logname name = home;
		name.lane = lanes[i];
		struct hash id = logname_id(&name);
		if (journal_find(&txn, &id, &log) == ERR_OK)
			must(frame_add(&writer, &txn, &log, author->shown[lanes[i]], UINT64_MAX, &home, NULL, NULL, &count), "a frame");
		author->shown[lanes[i]] += count;
	}
	txn_abort(&txn);
	keep_sample(sampler, buf_span(&writer.raw));
	frame_writer_free(&writer);
}

static void live(struct author *author, struct sampler *sampler)
{
	struct txn txn;
	struct pen pen;
	author_write(author, &author->self, &txn, &pen);
	for (unsigned i = 0; i < ROSTER; i++)
		write_member(author, &pen, i);
	author_written(&txn, &pen);
	for (unsigned session = 0; session < SESSIONS; session++) {
		author->now_ms += (1 + any(6 * 86400)) * UINT64_C(1000);
		author_write(author, &author->self, &txn, &pen);
		write_some(author, &txn, &pen);
		author_written(&txn, &pen);
		author_write(author, &author->self, &txn, &pen);
		must(pen_tally(&pen), "figures");
		author_written(&txn, &pen);
		sample_session(author, sampler);
	}
}

// ---- Ledgers that are there ----

enum { RUN_MOST = 24 }; // entries of a frame: as many as a session of a day has

// Every log, cut into the frames that sessions would have carried; what is sealed is left out.
static void sample_log(struct txn *txn, const struct journal_log *log, struct sampler *sampler)
{
	struct frame_writer writer;
	uint32_t count;
	if (log->name.lane == LANE_PRIVATE || log->name.lane == LANE_FILE || log->name.lane == LANE_MAIL)
		return;
	for (uint64_t from = 0; from < log->head.size; from += count) {
		frame_writer_init(&writer);
		must(frame_add(&writer, txn, log, from, from + 1 + any(RUN_MOST), &log->name, NULL, NULL, &count), "a frame");
		keep_sample(sampler, buf_span(&writer.raw));
		frame_writer_free(&writer);
		if (count == 0)
			return;
	}
}

static void sample_store(const char *dir, struct sampler *sampler)
{
	struct store_lmdb_options options = { .read_only = true };
	struct store *store;
	struct txn txn;
	must(store_lmdb_open(dir, &options, &store), dir);
	must(txn_begin(store, STORE_READ, &txn), dir);
	struct scan scan = scan_begin(&txn, STORE_LOG, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct journal_log log;
		struct hash id;
		if (hash_read(scan.key, &id) == ERR_OK && journal_find(&txn, &id, &log) == ERR_OK)
			sample_log(&txn, &log, sampler);
	}
	scan_end(&scan);
	txn_abort(&txn);
	store_lmdb_close(store);
}

static void train(const struct sampler *sampler, const char *path, size_t bytes)
{
	uint8_t *dictionary = malloc(bytes);
	must(dictionary ? ERR_OK : ERR_NOMEM, "the dictionary");
	size_t size = ZDICT_trainFromBuffer(dictionary, bytes, sampler->bytes, sampler->sizes, sampler->count);
	if (ZDICT_isError(size)) {
		fprintf(stderr, "train_dictionary: %s\n", ZDICT_getErrorName(size));
		exit(1);
	}
	FILE *file = fopen(path, "wb");
	must(file && fwrite(dictionary, 1, size, file) == size && fclose(file) == 0 ? ERR_OK : ERR_IO, path);
	printf("%u frames, %zu bytes: a dictionary of %zu\n", sampler->count, sampler->size, size);
	free(dictionary);
}

int main(int count, char **words)
{
	static struct sampler sampler;
	struct buf pack = BUF_EMPTY;
	struct arena arena;
	const char *why = "";
	must(count >= 3 && sodium_init() >= 0 ? ERR_OK : ERR_USAGE, "train_dictionary PACK OUT [BYTES [STORE...]]");
	draw_from_seed();
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_yaml_compile(words[1], &pack, &arena, &why);
	must(err, why);
	for (int i = 4; i < count; i++)
		sample_store(words[i], &sampler);
	for (unsigned i = 0; i < BRANCHES && count <= 4; i++) {
		struct author author;
		author_begin(&author, buf_span(&pack));
		live(&author, &sampler);
		author_end(&author);
	}
	train(&sampler, words[2], count > 3 ? strtoul(words[3], NULL, 10) : DICTIONARY_BYTES);
	free(sampler.bytes);
	buf_free(&pack);
	arena_free(&arena);
	return 0;
}
