#include "sync/piece.h"

#include "base/bytes.h"
#include "base/pb.h"
#include "store.pb-c.h"
#include "sync/file_held.h"
#include "sync/file_want.h"

enum {
	FILE_KEY_BYTES = LIMIT_ID_BYTES + LIMIT_HASH_BYTES,
	PIECE_KEY_BYTES = FILE_KEY_BYTES + 4 + 4 + 8,
	ROW_BYTES = 8 + LIMIT_HASH_BYTES + 1,
};

uint32_t piece_count(uint64_t size)
{
	return size == 0 ? 1 : (uint32_t)((size + LIMIT_PIECE_BYTES - 1) / LIMIT_PIECE_BYTES);
}

size_t piece_bytes(uint64_t size, uint32_t index)
{
	uint64_t from = (uint64_t)index * LIMIT_PIECE_BYTES;
	return from >= size ? 0 : size - from < LIMIT_PIECE_BYTES ? (size_t)(size - from) : LIMIT_PIECE_BYTES;
}

struct hash piece_leaf(struct span data)
{
	return hash_leaf(HASH_BLAKE2B_256, data);
}

enum err piece_decode(struct span payload, struct arena *arena, struct piece *piece)
{
	ProtobufCMessage *message;
	enum err err = pb_unpack(&tributary__piece__descriptor, payload, arena, &message);
	if (err)
		return err;
	const Tributary__Piece *said = (const Tributary__Piece *)message;
	*piece = (struct piece){ .size = said->size, .index = said->index, .data = pb_span(said->data) };
	if (hash_read(pb_span(said->file), &piece->file) || said->size > LIMIT_FILE_BYTES || said->index >= piece_count(said->size) ||
	    said->data.len != piece_bytes(said->size, said->index))
		return ERR_MALFORMED;
	return ERR_OK;
}

void piece_encode(const struct piece *piece, struct buf *payload)
{
	Tributary__Piece said = TRIBUTARY__PIECE__INIT;
	said.file = pb_bytes(hash_span(&piece->file));
	said.size = piece->size;
	said.index = piece->index;
	said.data = pb_bytes(piece->data);
	pb_pack(&said.base, payload);
}

// ---- Rows ----

static struct span file_key(const struct id *unit, const struct hash *file, uint8_t key[static FILE_KEY_BYTES])
{
	memcpy(key, unit->bytes, LIMIT_ID_BYTES);
	memcpy(key + LIMIT_ID_BYTES, file->bytes, LIMIT_HASH_BYTES);
	return span_of(key, FILE_KEY_BYTES);
}

enum err piece_put(struct txn *txn, const struct id *unit, const struct piece *piece, uint32_t log, uint64_t seq, bool sealed)
{
	uint8_t key[PIECE_KEY_BYTES], value[ROW_BYTES];
	struct hash leaf = piece_leaf(piece->data);
	file_key(unit, &piece->file, key);
	bytes_put_u32(key + FILE_KEY_BYTES, piece->index);
	bytes_put_u32(key + FILE_KEY_BYTES + 4, log);
	bytes_put_u64(key + FILE_KEY_BYTES + 8, seq);
	bytes_put_u64(value, piece->size);
	memcpy(value + 8, leaf.bytes, LIMIT_HASH_BYTES);
	value[ROW_BYTES - 1] = sealed;
	return txn_put(txn, STORE_FILE, span_of(key, sizeof key), span_of(value, sizeof value));
}

struct row {
	struct hash file, leaf;
	uint32_t index, log;
	uint64_t seq, size;
	bool sealed;
};

static bool read_row(const struct scan *scan, struct row *row)
{
	if (scan->key.size != PIECE_KEY_BYTES || scan->value.size != ROW_BYTES)
		return false;
	memcpy(row->file.bytes, scan->key.data + LIMIT_ID_BYTES, LIMIT_HASH_BYTES);
	memcpy(row->leaf.bytes, scan->value.data + 8, LIMIT_HASH_BYTES);
	row->index = bytes_get_u32(scan->key.data + FILE_KEY_BYTES);
	row->log = bytes_get_u32(scan->key.data + FILE_KEY_BYTES + 4);
	row->seq = bytes_get_u64(scan->key.data + FILE_KEY_BYTES + 8);
	row->size = bytes_get_u64(scan->value.data);
	row->sealed = scan->value.data[ROW_BYTES - 1];
	return true;
}

// A receipt of the log covers the payload, too, unless it went up as a leaf alone: then the word for the whole file counts.
static bool receipted(struct txn *txn, const struct id *unit, const struct row *row)
{
	struct journal_log log;
	struct file_held held;
	if (!row->sealed && (file_want_asked(txn) || file_want_is_back(txn, row->log, row->seq)))
		return file_held_get(txn, unit, &row->file, &held) && held.size == row->size;
	if (journal_find_number(txn, row->log, &log))
		return false;
	return log.receipt[RECEIPT_RECEIVED - 1].size > row->seq || log.receipt[RECEIPT_KEPT_TWICE - 1].size > row->seq;
}

enum err piece_look(struct txn *txn, const struct id *unit, const struct hash *file, struct piece_file *found)
{
	uint8_t key[FILE_KEY_BYTES];
	struct merkle_peaks peaks = { .size = 0 };
	struct row row;
	uint32_t next = 0, next_received = 0;
	*found = (struct piece_file){ .file = *file };
	struct scan scan = scan_begin(txn, STORE_FILE, file_key(unit, file, key));
	while (scan_next(&scan) && read_row(&scan, &row)) {
		if (row.index >= next) { // the first that says so; a second device may have said it, too
			found->size = row.size;
			found->count = piece_count(row.size);
			found->sealed |= row.sealed;
			found->here++;
			next = row.index + 1;
			merkle_append(HASH_BLAKE2B_256, &peaks, &row.leaf, NULL);
		}
		if (row.index >= next_received && receipted(txn, unit, &row)) {
			found->received++;
			next_received = row.index + 1;
		}
	}
	scan_end(&scan);
	if (txn->err || found->here == 0)
		return txn->err ? txn->err : ERR_NOT_FOUND;
	struct hash root = merkle_root(HASH_BLAKE2B_256, &peaks);
	found->whole = found->here == found->count && next == found->count && hash_equal(&root, file);
	return ERR_OK;
}

enum err piece_find(struct txn *txn, const struct id *unit, const struct hash *file, uint32_t index, uint32_t *log, uint64_t *seq)
{
	uint8_t key[FILE_KEY_BYTES + 4];
	struct row row;
	file_key(unit, file, key);
	bytes_put_u32(key + FILE_KEY_BYTES, index);
	struct scan scan = scan_begin(txn, STORE_FILE, span_of(key, sizeof key));
	bool found = scan_next(&scan) && read_row(&scan, &row);
	scan_end(&scan);
	if (!found)
		return txn->err ? txn->err : ERR_NOT_FOUND;
	*log = row.log;
	*seq = row.seq;
	return ERR_OK;
}

enum err piece_next(struct txn *txn, const struct id *unit, struct hash *file)
{
	uint8_t key[FILE_KEY_BYTES + 4];
	struct row row;
	file_key(unit, file, key);
	memset(key + FILE_KEY_BYTES, 0xff, 4); // behind all pieces of this one
	struct scan scan = scan_begin_from(txn, STORE_FILE, id_span(unit), span_of(key, sizeof key));
	bool found = scan_next(&scan) && read_row(&scan, &row);
	scan_end(&scan);
	if (found)
		*file = row.file;
	return found ? ERR_OK : txn->err ? txn->err : ERR_NOT_FOUND;
}

enum err piece_sweep(struct txn *txn, const struct id *unit, const struct hash *file, uint32_t *swept)
{
	uint8_t key[FILE_KEY_BYTES];
	struct row row;
	bool all = true;
	*swept = 0;
	struct scan scan = scan_begin(txn, STORE_FILE, file_key(unit, file, key));
	while (all && scan_next(&scan) && read_row(&scan, &row))
		all = receipted(txn, unit, &row);
	scan_end(&scan);
	if (txn->err || !all)
		return txn->err ? txn->err : ERR_AGAIN;
	scan = scan_begin(txn, STORE_FILE, file_key(unit, file, key));
	while (scan_next(&scan) && read_row(&scan, &row)) {
		struct journal_log log;
		enum err err = journal_find_number(txn, row.log, &log);
		if (!err)
			err = journal_erase(txn, &log, row.seq);
		if (err) {
			txn_fail(txn, err);
			break;
		}
		++*swept;
	}
	scan_end(&scan);
	return txn->err ? txn->err : txn_clear(txn, STORE_FILE, file_key(unit, file, key));
}
