// Devices: their rows, and what of a revoked one stays valid.
#include <assert.h>

#include "base/buf.h"
#include "base/reader.h"
#include "org/charter_row.h"

enum { FLAG_SERVER = 1, FLAG_REVOKED = 2 };

void charter_device_put(struct charter_batch *batch, const struct charter_device *row, struct buf *scratch)
{
	size_t label_size = strlen(row->label);
	assert(row->cutoff_count <= CHARTER_CUTOFFS);
	buf_clear(scratch);
	buf_u8(scratch, CHARTER_ROW_VERSION);
	buf_bytes(scratch, row->curve.bytes, sizeof row->curve.bytes);
	buf_bytes(scratch, row->box.bytes, sizeof row->box.bytes);
	buf_bytes(scratch, row->unit.bytes, sizeof row->unit.bytes);
	buf_u8(scratch, (uint8_t)((row->server ? FLAG_SERVER : 0) | (row->revoked ? FLAG_REVOKED : 0)));
	buf_u32(scratch, (uint32_t)row->since);
	buf_u32(scratch, row->place.log);
	buf_u64(scratch, row->place.seq);
	buf_u16(scratch, (uint16_t)label_size);
	buf_bytes(scratch, row->label, label_size);
	charter_cutoffs_put(scratch, row->cutoff, row->cutoff_count);
	if (scratch->err)
		txn_fail(batch->txn, scratch->err);
	else
		charter_batch_put(batch, STORE_DEVICE, hash_span(&row->device), buf_span(scratch));
}

static enum err decode(struct span value, struct charter_device *row)
{
	struct reader reader = reader_of(value);
	uint8_t version = reader_u8(&reader);
	reader_copy(&reader, row->curve.bytes, sizeof row->curve.bytes);
	reader_copy(&reader, row->box.bytes, sizeof row->box.bytes);
	reader_copy(&reader, row->unit.bytes, sizeof row->unit.bytes);
	uint8_t flags = reader_u8(&reader);
	row->server = flags & FLAG_SERVER;
	row->revoked = flags & FLAG_REVOKED;
	row->since = (int32_t)reader_u32(&reader);
	row->place.log = reader_u32(&reader);
	row->place.seq = reader_u64(&reader);
	size_t label_size = reader_u16(&reader);
	if (label_size > LIMIT_TITLE_BYTES)
		return ERR_CORRUPT;
	reader_copy(&reader, row->label, label_size);
	row->label[label_size] = '\0';
	row->cutoff_count = charter_cutoffs_read(&reader, row->cutoff, CHARTER_CUTOFFS);
	return !reader_end(&reader) && version == CHARTER_ROW_VERSION ? ERR_OK : ERR_CORRUPT;
}

enum err charter_device_get(struct txn *txn, const struct hash *device, struct charter_device *row)
{
	struct span value;
	enum err err = txn_get(txn, STORE_DEVICE, hash_span(device), &value);
	if (err)
		return err;
	*row = (struct charter_device){ .device = *device };
	return decode(value, row);
}

enum err charter_device_by_curve(struct txn *txn, const struct hash *curve, struct charter_device *row)
{
	struct span value;
	struct hash device;
	enum err err = txn_get(txn, STORE_DEVICE_CURVE, hash_span(curve), &value);
	if (err)
		return err;
	if (hash_read(value, &device))
		return ERR_CORRUPT;
	err = charter_device_get(txn, &device, row);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
}

bool charter_covers(const struct charter_device *device, const struct hash *log, uint64_t seq)
{
	if (!device->revoked)
		return true;
	for (size_t i = 0; i < device->cutoff_count; i++)
		if (hash_equal(&device->cutoff[i].log, log))
			return seq < device->cutoff[i].size;
	return false;
}
