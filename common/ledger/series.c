// Where each series stands, and whether a number is its next.
#include "ledger/series.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/bytes.h"

enum { PLACE_KEY_BYTES = 4 + 2 + 1, NAME_BYTES = 9 }; // "A3F2-07C1"

static struct span place_key(const struct series_place *place, uint8_t key[static PLACE_KEY_BYTES])
{
	bytes_put_u32(key, place->log);
	bytes_put_u16(key + 4, place->kind);
	key[6] = place->field;
	return span_of(key, PLACE_KEY_BYTES);
}

void series_format(const struct hash *device, const struct id *incarnation, uint64_t number,
                   char text[static SERIES_TEXT_BYTES])
{
	const uint8_t *d = device->bytes, *i = incarnation->bytes;
	snprintf(text, SERIES_TEXT_BYTES, "%02X%02X-%02X%02X-%06" PRIu64, d[0], d[1], i[0], i[1], number);
}

enum err series_split(struct span text, struct span *name, uint64_t *number)
{
	*number = 0;
	if (text.size < NAME_BYTES + 7 || text.size > NAME_BYTES + 10 || text.data[4] != '-' || text.data[NAME_BYTES] != '-')
		return ERR_MALFORMED;
	for (size_t i = NAME_BYTES + 1; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return ERR_MALFORMED;
		*number = *number * 10 + (uint64_t)(text.data[i] - '0');
	}
	*name = span_of(text.data, NAME_BYTES);
	return *number ? ERR_OK : ERR_MALFORMED;
}

bool series_parse(struct span text, const struct hash *device, const struct id *incarnation, uint64_t *number)
{
	char written[SERIES_TEXT_BYTES];
	struct span name;
	if (series_split(text, &name, number))
		return false;
	series_format(device, incarnation, *number, written);
	return span_equal(text, span_string(written));
}

// *last and *erased: 0 where nothing stands.
static enum err get(struct txn *txn, const struct series_place *place, uint64_t *last, uint64_t *erased)
{
	uint8_t key[PLACE_KEY_BYTES];
	struct span value;
	*last = *erased = 0;
	enum err err = txn_get(txn, STORE_SERIES, place_key(place, key), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (value.size != 8 && value.size != 16)
		return txn_fail(txn, ERR_CORRUPT);
	*last = bytes_get_u64(value.data);
	*erased = value.size == 16 ? bytes_get_u64(value.data + 8) : 0;
	return ERR_OK;
}

enum err series_last(struct txn *txn, const struct series_place *place, uint64_t *last)
{
	uint64_t erased;
	return get(txn, place, last, &erased);
}

static enum err erased_of(struct txn *txn, uint32_t log, uint64_t *erased)
{
	const struct series_place none = { .log = log };
	uint64_t nothing;
	return get(txn, &none, erased, &nothing);
}

// What was erased since the last number may have held those in between, one each.
enum err series_check(struct txn *txn, const struct series_place *place, uint64_t number, bool *fine)
{
	uint64_t last, before, erased;
	enum err err = get(txn, place, &last, &before);
	if (!err)
		err = erased_of(txn, place->log, &erased);
	if (!err)
		*fine = number > last && number <= SERIES_NUMBER_MAX && number - last - 1 <= erased - before;
	return err;
}

enum err series_put(struct txn *txn, const struct series_place *place, uint64_t number)
{
	uint8_t key[PLACE_KEY_BYTES], value[16];
	uint64_t erased;
	enum err err = erased_of(txn, place->log, &erased);
	if (err)
		return err;
	bytes_put_u64(value, number);
	bytes_put_u64(value + 8, erased);
	return txn_put(txn, STORE_SERIES, place_key(place, key), span_of(value, sizeof value));
}

enum err series_erased(struct txn *txn, uint32_t log)
{
	const struct series_place none = { .log = log };
	uint8_t key[PLACE_KEY_BYTES], value[8];
	uint64_t erased;
	enum err err = erased_of(txn, log, &erased);
	if (err)
		return err;
	bytes_put_u64(value, erased + 1);
	return txn_put(txn, STORE_SERIES, place_key(&none, key), span_of(value, sizeof value));
}

enum err series_forget(struct txn *txn, uint32_t log)
{
	uint8_t key[4];
	bytes_put_u32(key, log);
	return txn_clear(txn, STORE_SERIES, span_of(key, sizeof key));
}
