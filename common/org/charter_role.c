// Statements about roles at rest, and what follows from all of them.
#include "org/charter_role.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/reader.h"
#include "org/charter_row.h"

enum { KEY_BYTES = LIMIT_ID_BYTES + 4 + 8 + 2 };

void charter_role_put(struct charter_batch *batch, struct dot place, size_t index, const struct charter_role *row, struct buf *scratch)
{
	uint8_t key[KEY_BYTES];
	size_t size = strlen(row->role);
	memcpy(key, row->unit.bytes, LIMIT_ID_BYTES);
	bytes_put_u32(key + LIMIT_ID_BYTES, place.log);
	bytes_put_u64(key + LIMIT_ID_BYTES + 4, place.seq);
	bytes_put_u16(key + LIMIT_ID_BYTES + 12, (uint16_t)index);
	buf_clear(scratch);
	buf_u8(scratch, CHARTER_ROW_VERSION);
	buf_u8(scratch, row->granted);
	buf_bytes(scratch, row->device.bytes, sizeof row->device.bytes);
	buf_u32(scratch, (uint32_t)row->since);
	buf_u32(scratch, row->rank);
	buf_u16(scratch, (uint16_t)size);
	buf_bytes(scratch, row->role, size);
	charter_cutoffs_put(scratch, row->cutoff, row->cutoff_count);
	if (scratch->err)
		txn_fail(batch->txn, scratch->err);
	else
		charter_batch_put(batch, STORE_ROLE, span_of(key, sizeof key), buf_span(scratch));
}

static enum err decode(struct span value, struct charter_role *row)
{
	struct reader reader = reader_of(value);
	uint8_t version = reader_u8(&reader);
	row->granted = reader_u8(&reader);
	reader_copy(&reader, row->device.bytes, sizeof row->device.bytes);
	row->since = (int32_t)reader_u32(&reader);
	row->rank = reader_u32(&reader);
	size_t size = reader_u16(&reader);
	if (size > LIMIT_NAME_BYTES)
		return ERR_CORRUPT;
	reader_copy(&reader, row->role, size);
	row->role[size] = '\0';
	row->cutoff_count = charter_cutoffs_read(&reader, row->cutoff, CHARTER_ROLE_CUTOFFS);
	return !reader_end(&reader) && version == CHARTER_ROW_VERSION ? ERR_OK : ERR_CORRUPT;
}

struct charter_walk charter_role_walk(struct txn *txn, const struct id *unit)
{
	return (struct charter_walk){ .scan = scan_begin(txn, STORE_ROLE, unit ? id_span(unit) : span_of(NULL, 0)) };
}

bool charter_role_next(struct charter_walk *walk, struct charter_role *row)
{
	struct scan *scan = &walk->scan;
	if (!scan_next(scan))
		return false;
	enum err err = scan->key.size == KEY_BYTES ? id_read(span_of(scan->key.data, LIMIT_ID_BYTES), &row->unit) : ERR_CORRUPT;
	if (!err)
		err = decode(scan->value, row);
	if (err)
		txn_fail(scan->txn, ERR_CORRUPT);
	return !err;
}

// Does the entry lie behind the statement?
static bool governs(const struct charter_role *row, const struct charter_role_entry *entry)
{
	for (size_t i = 0; entry->log && i < row->cutoff_count; i++)
		if (hash_equal(&row->cutoff[i].log, entry->log))
			return entry->seq >= row->cutoff[i].size;
	return true;
}

// Of those behind which the entry lies: was the role ever granted, and what counts for its device?
static enum err ask(struct txn *txn, const struct charter_role_entry *entry, const char *role, bool *ever, struct charter_role *best)
{
	struct charter_role row;
	*ever = false;
	*best = (struct charter_role){ .granted = false };
	struct charter_walk walk = charter_role_walk(txn, entry->unit);
	while (charter_role_next(&walk, &row)) {
		if (strcmp(row.role, role) != 0 || !governs(&row, entry))
			continue;
		*ever |= row.granted;
		bool higher = row.rank > best->rank || (row.rank == best->rank && !row.granted);
		if (hash_equal(&row.device, entry->device) && higher)
			*best = row;
	}
	charter_walk_end(&walk);
	return txn->err;
}

enum err charter_role_may(struct txn *txn, const struct charter_role_entry *entry, const char *role, bool strict, bool *may)
{
	struct charter_role best;
	bool ever;
	enum err err = ask(txn, entry, role, &ever, &best);
	*may = best.granted || (!ever && !strict);
	return err;
}

bool charter_role_holds(struct txn *txn, const struct id *unit, const struct hash *device, const char *role,
                        struct charter_role *row)
{
	const struct charter_role_entry now = { .unit = unit, .device = device };
	bool ever;
	return !ask(txn, &now, role, &ever, row) && row->granted;
}

uint32_t charter_role_rank(struct txn *txn, const struct id *unit, const char *role)
{
	struct charter_role row;
	uint32_t rank = 0;
	struct charter_walk walk = charter_role_walk(txn, unit);
	while (charter_role_next(&walk, &row))
		if (strcmp(row.role, role) == 0 && row.rank > rank)
			rank = row.rank;
	charter_walk_end(&walk);
	return rank;
}
