// XXH3 (Debian's libxxhash): some 20 ns for a row as they are here, where BLAKE2b would cost as much as the store itself.
#include "io/store_row.h"

#include <xxhash.h>

#include "base/bytes.h"

// The table counts by its name: numbers of tables are nothing that a file knows.
static uint32_t check_of(enum store_table table, struct span key, struct span value)
{
	const char *name = store_table_name(table);
	uint64_t sum = XXH3_64bits(name, strlen(name));
	sum = XXH3_64bits_withSeed(key.data, key.size, sum);
	sum = XXH3_64bits_withSeed(value.data, value.size, sum);
	return (uint32_t)(sum ^ sum >> 32);
}

void store_row_close(struct buf *row, enum store_table table, struct span key, struct span value)
{
	uint8_t check[STORE_ROW_CHECK_BYTES];
	bytes_put_u32(check, check_of(table, key, value));
	buf_clear(row);
	buf_bytes(row, value.data, value.size);
	buf_bytes(row, check, sizeof check);
}

enum err store_row_open(enum store_table table, struct span key, struct span row, struct span *value)
{
	if (row.size < STORE_ROW_CHECK_BYTES)
		return ERR_CORRUPT;
	*value = span_of(row.data, row.size - STORE_ROW_CHECK_BYTES);
	return bytes_get_u32(row.data + value->size) == check_of(table, key, *value) ? ERR_OK : ERR_CORRUPT;
}
