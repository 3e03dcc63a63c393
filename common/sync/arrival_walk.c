// What a device of a unit may see, in the order in which it came; and whether a cursor is one of this history.
#include "sync/arrival_inside.h"

#include "base/bytes.h"

// Those of whom a device of the unit is one; of what comes down, everybody below is.
static const enum audience_kind kinds[ARRIVAL_AUDIENCES] = { AUDIENCE_DOWN, AUDIENCE_UNIT, AUDIENCE_MAIL };

static void make_key(uint8_t key[static ARRIVAL_KEY_BYTES], enum audience_kind kind, const struct id *unit, uint64_t number)
{
	arrival_prefix(key, kind, kind == AUDIENCE_DOWN ? NULL : unit);
	bytes_put_u64(key + ARRIVAL_PREFIX_BYTES, number);
}

bool arrival_stands(struct txn *txn, const struct id *unit, struct arrival_cursor cursor)
{
	bool stands = cursor.number == 0;
	for (unsigned i = 0; i < ARRIVAL_AUDIENCES && !stands; i++) {
		uint8_t key[ARRIVAL_KEY_BYTES];
		struct span value;
		make_key(key, kinds[i], unit, cursor.number);
		stands = txn_get(txn, STORE_ARRIVAL, span_of(key, sizeof key), &value) == ERR_OK && value.size == ARRIVAL_VALUE_BYTES &&
		         bytes_get_u32(value.data + 21) == cursor.mark;
	}
	return stands;
}

static bool walk_advance(struct arrival_walk *walk, unsigned i)
{
	walk->live[i] = scan_next(&walk->scan[i]);
	return walk->live[i];
}

struct arrival_walk arrival_walk_begin(struct txn *txn, const struct id *unit, uint64_t after)
{
	struct arrival_walk walk = { .live = { false } };
	for (unsigned i = 0; i < ARRIVAL_AUDIENCES; i++) {
		uint8_t from[ARRIVAL_KEY_BYTES];
		make_key(from, kinds[i], unit, after + 1);
		walk.scan[i] = scan_begin_from(txn, STORE_ARRIVAL, span_of(from, ARRIVAL_PREFIX_BYTES), span_of(from, sizeof from));
		walk_advance(&walk, i);
	}
	return walk;
}

bool arrival_walk_next(struct arrival_walk *walk, struct arrival *item)
{
	int first = -1;
	uint64_t lowest = UINT64_MAX;
	for (int i = 0; i < ARRIVAL_AUDIENCES; i++) {
		if (!walk->live[i] || walk->scan[i].key.size != ARRIVAL_KEY_BYTES || walk->scan[i].value.size != ARRIVAL_VALUE_BYTES)
			continue;
		uint64_t number = bytes_get_u64(walk->scan[i].key.data + ARRIVAL_PREFIX_BYTES);
		if (number < lowest) {
			lowest = number;
			first = i;
		}
	}
	if (first < 0)
		return false;
	const uint8_t *value = walk->scan[first].value.data;
	*item = (struct arrival){
		.number = lowest,
		.log = bytes_get_u32(value),
		.what = (enum arrival_what)value[4],
		.from = bytes_get_u64(value + 5),
		.to = bytes_get_u64(value + 13),
		.mark = bytes_get_u32(value + 21),
	};
	walk_advance(walk, (unsigned)first);
	return true;
}

void arrival_walk_end(struct arrival_walk *walk)
{
	for (unsigned i = 0; i < ARRIVAL_AUDIENCES; i++)
		scan_end(&walk->scan[i]);
}
