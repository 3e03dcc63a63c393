#include "sync/picture.h"

#include "base/bytes.h"
#include "base/pb.h"
#include "store.pb-c.h"

enum {
	FILE_KEY_BYTES = LIMIT_ID_BYTES + LIMIT_HASH_BYTES,
	KEY_BYTES = FILE_KEY_BYTES + 4 + 8,
};

// ---- What it may be ----

// Markers of a JPEG (ITU-T T.81, B.1).
enum {
	MARK = 0xff,
	MARK_SOF0 = 0xc0, // baseline
	MARK_DHT = 0xc4,
	MARK_RST0 = 0xd0,
	MARK_RST7 = 0xd7,
	MARK_SOI = 0xd8,
	MARK_EOI = 0xd9,
	MARK_SOS = 0xda,
	MARK_DQT = 0xdb,
	MARK_DRI = 0xdd,
	MARK_APP0 = 0xe0,
};

enum { JFIF_BYTES = 14, FRAME_HEAD_BYTES = 6, COMPONENT_BYTES = 3 };

struct scanning {
	struct reader reader;
	bool frame, scan; // seen
};

static uint32_t number_of(struct span bytes, size_t at)
{
	return (uint32_t)bytes.data[at] << 8 | bytes.data[at + 1];
}

// Without the thumbnail that there is room for.
static bool plain_jfif(struct scanning *scanning, struct span body)
{
	(void)scanning;
	return body.size == JFIF_BYTES && memcmp(body.data, "JFIF", 5) == 0 && body.data[12] == 0 && body.data[13] == 0;
}

static bool plain_frame(struct scanning *scanning, struct span body)
{
	if (scanning->frame || body.size < FRAME_HEAD_BYTES)
		return false;
	uint32_t height = number_of(body, 1), width = number_of(body, 3);
	unsigned components = body.data[5];
	scanning->frame = true;
	return body.data[0] == 8 && height > 0 && height <= PICTURE_EDGE && width > 0 && width <= PICTURE_EDGE &&
	       (components == 1 || components == 3) && body.size == FRAME_HEAD_BYTES + components * COMPONENT_BYTES;
}

static bool plain_scan(struct scanning *scanning, struct span body)
{
	(void)body;
	scanning->scan = scanning->frame;
	return scanning->scan;
}

static bool plain_table(struct scanning *scanning, struct span body)
{
	(void)scanning;
	return body.size > 0;
}

static const struct {
	uint8_t mark;
	bool (*plain)(struct scanning *scanning, struct span body);
} segments[] = {
	{ MARK_APP0, plain_jfif }, { MARK_DQT, plain_table }, { MARK_DHT, plain_table },
	{ MARK_DRI, plain_table }, { MARK_SOF0, plain_frame }, { MARK_SOS, plain_scan },
};

static bool plain_segment(struct scanning *scanning)
{
	uint8_t head[4] = { 0 };
	reader_copy(&scanning->reader, head, sizeof head);
	size_t size = (size_t)head[2] << 8 | head[3];
	if (scanning->reader.err || head[0] != MARK || size < 2)
		return false;
	struct span body = reader_bytes(&scanning->reader, size - 2);
	for (size_t i = 0; i < sizeof segments / sizeof segments[0]; i++)
		if (segments[i].mark == head[1])
			return !scanning->reader.err && segments[i].plain(scanning, body);
	return false;
}

// What is coded of the picture itself, to the end: in it a mark is one of a restart, or ends all.
static bool plain_end(struct span rest)
{
	for (size_t i = 0; i + 1 < rest.size; i++) {
		uint8_t next = rest.data[i + 1];
		if (rest.data[i] != MARK || next == 0 || (next >= MARK_RST0 && next <= MARK_RST7))
			continue;
		return next == MARK_EOI && i + 2 == rest.size;
	}
	return false;
}

bool picture_plain(struct span jpeg)
{
	struct scanning scanning = { .frame = false };
	if (jpeg.size > LIMIT_PICTURE_BYTES || jpeg.size < 2 || jpeg.data[0] != MARK || jpeg.data[1] != MARK_SOI)
		return false;
	scanning.reader = reader_of(span_of(jpeg.data + 2, jpeg.size - 2));
	while (!scanning.scan)
		if (!plain_segment(&scanning))
			return false;
	return plain_end(span_of(scanning.reader.at, reader_left(&scanning.reader)));
}

// ---- The entry ----

enum err picture_decode(struct span payload, struct arena *arena, struct picture *picture)
{
	ProtobufCMessage *message;
	enum err err = pb_unpack(&tributary__picture__descriptor, payload, arena, &message);
	if (err)
		return err;
	const Tributary__Picture *said = (const Tributary__Picture *)message;
	*picture = (struct picture){ .jpeg = pb_span(said->jpeg) };
	return hash_read(pb_span(said->file), &picture->file) || !picture_plain(picture->jpeg) ? ERR_MALFORMED : ERR_OK;
}

void picture_encode(const struct picture *picture, struct buf *payload)
{
	Tributary__Picture said = TRIBUTARY__PICTURE__INIT;
	said.file = pb_bytes(hash_span(&picture->file));
	said.jpeg = pb_bytes(picture->jpeg);
	pb_pack(&said.base, payload);
}

// ---- Rows ----

static struct span file_key(const struct id *unit, const struct hash *file, uint8_t key[static FILE_KEY_BYTES])
{
	memcpy(key, unit->bytes, LIMIT_ID_BYTES);
	memcpy(key + LIMIT_ID_BYTES, file->bytes, LIMIT_HASH_BYTES);
	return span_of(key, FILE_KEY_BYTES);
}

enum err picture_put(struct txn *txn, const struct id *unit, const struct hash *file, uint32_t log, uint64_t seq, bool sealed)
{
	uint8_t key[KEY_BYTES], value = sealed;
	file_key(unit, file, key);
	bytes_put_u32(key + FILE_KEY_BYTES, log);
	bytes_put_u64(key + FILE_KEY_BYTES + 4, seq);
	return txn_put(txn, STORE_PICTURE, span_of(key, sizeof key), span_of(&value, 1));
}

// The entry of the row at hand. False: it is none.
static bool read_row(const struct scan *scan, struct journal_log *log, uint64_t *seq)
{
	if (scan->key.size != KEY_BYTES)
		return false;
	*seq = bytes_get_u64(scan->key.data + FILE_KEY_BYTES + 4);
	return journal_find_number(scan->txn, bytes_get_u32(scan->key.data + FILE_KEY_BYTES), log) == ERR_OK;
}

enum err picture_find(struct txn *txn, const struct id *unit, const struct hash *file, struct journal_log *log, uint64_t *seq)
{
	uint8_t key[FILE_KEY_BYTES];
	struct journal_log one;
	uint64_t at;
	bool found = false;
	struct scan scan = scan_begin(txn, STORE_PICTURE, file_key(unit, file, key));
	while (scan_next(&scan) && read_row(&scan, &one, &at)) {
		if (found && memcmp(one.id.bytes, log->id.bytes, LIMIT_HASH_BYTES) >= 0)
			continue;
		*log = one;
		*seq = at;
		found = true;
	}
	scan_end(&scan);
	return txn->err ? txn->err : found ? ERR_OK : ERR_NOT_FOUND;
}

enum err picture_next(struct txn *txn, const struct id *unit, struct hash *file)
{
	uint8_t key[FILE_KEY_BYTES + 4];
	file_key(unit, file, key);
	memset(key + FILE_KEY_BYTES, 0xff, 4); // behind all of this one
	struct scan scan = scan_begin_from(txn, STORE_PICTURE, id_span(unit), span_of(key, sizeof key));
	bool found = scan_next(&scan) && scan.key.size == KEY_BYTES;
	if (found)
		memcpy(file->bytes, scan.key.data + LIMIT_ID_BYTES, LIMIT_HASH_BYTES);
	scan_end(&scan);
	return found ? ERR_OK : txn->err ? txn->err : ERR_NOT_FOUND;
}

static bool receipted(const struct journal_log *log, uint64_t seq)
{
	return log->receipt[RECEIPT_RECEIVED - 1].size > seq || log->receipt[RECEIPT_KEPT_TWICE - 1].size > seq;
}

enum err picture_sweep(struct txn *txn, const struct id *unit, const struct hash *file)
{
	uint8_t key[FILE_KEY_BYTES];
	struct journal_log log;
	uint64_t seq;
	bool all = true;
	struct scan scan = scan_begin(txn, STORE_PICTURE, file_key(unit, file, key));
	while (all && scan_next(&scan) && read_row(&scan, &log, &seq))
		all = receipted(&log, seq);
	scan_end(&scan);
	if (txn->err || !all)
		return txn->err ? txn->err : ERR_AGAIN;
	scan = scan_begin(txn, STORE_PICTURE, file_key(unit, file, key));
	while (scan_next(&scan) && read_row(&scan, &log, &seq)) {
		enum err err = journal_erase(txn, &log, seq);
		if (err) {
			txn_fail(txn, err);
			break;
		}
	}
	scan_end(&scan);
	return txn->err ? txn->err : txn_clear(txn, STORE_PICTURE, file_key(unit, file, key));
}

enum err picture_forget_unit(struct txn *txn, const struct id *unit)
{
	return txn_clear(txn, STORE_PICTURE, id_is_zero(unit) ? span_of(NULL, 0) : id_span(unit));
}
