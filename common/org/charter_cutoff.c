// Up to where logs of a device hold: u8 × (log[32] ‖ size u64), as the rows of the charter end.
#include "base/buf.h"
#include "base/reader.h"
#include "org/charter_row.h"

void charter_cutoffs_put(struct buf *row, const struct charter_cutoff *list, size_t count)
{
	buf_u8(row, (uint8_t)count);
	for (size_t i = 0; i < count; i++) {
		buf_bytes(row, list[i].log.bytes, sizeof list[i].log.bytes);
		buf_u64(row, list[i].size);
	}
}

size_t charter_cutoffs_read(struct reader *reader, struct charter_cutoff *list, size_t most)
{
	size_t count = reader_u8(reader);
	if (count > most)
		reader->err = ERR_MALFORMED;
	for (size_t i = 0; i < count && !reader->err; i++) {
		reader_copy(reader, list[i].log.bytes, sizeof list[i].log.bytes);
		list[i].size = reader_u64(reader);
	}
	return reader->err ? 0 : count;
}
