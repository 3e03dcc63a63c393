// Chains of tallies at rest, and which of a unit's chains is in force.
//
//	chain row     version u8 ‖ unit[16] ‖ rollup u8 ‖ summed u8 ‖ revision u32 ‖ seq u64 ‖ through u32 ‖ time u64 ‖
//	              pack version u32
//	in force row  log number u32 ‖ provisional u8
//	retired row   nothing
//
// A chain's row and its frontier stand beside each other: a tally changes both.
//
// Which chain is in force is a function of the set of chains alone, so that it does not matter in
// which order they came: the one whose frontier covers those of all others; of several such, and
// provisionally where there is none, the greatest `through`, then the greatest sum of sizes, then
// the greatest log id. What covers all others has the greatest sum, so only those are asked.
//
// A chain whose device was revoked is retired: it counts only while the unit has no other. What that
// device alone knew nobody else can ever cover, so it would stay in force for good.
#include "ledger/tally_chain.h"

#include <assert.h>

#include "base/bytes.h"
#include "base/reader.h"

enum {
	TALLY_VERSION = 3,
	TAG_CHAIN = 0x6c,    // l: of it and, longer, of its frontier
	TAG_UNIT = 0x75,     // u
	TAG_FORCE = 0x77,    // w
	TAG_RETIRED = 0x72,  // r
	TAG_SUM = 0x73,      // s
	CHAIN_KEY_BYTES = 1 + 4,
	FRONTIER_KEY_BYTES = 1 + 4 + LIMIT_HASH_BYTES,
	FRONTIER_VALUE_BYTES = 8 + LIMIT_HASH_BYTES,
	FORCE_KEY_BYTES = 1 + LIMIT_ID_BYTES + 1,
	FORCE_VALUE_BYTES = 4 + 1,
	UNIT_KEY_BYTES = FORCE_KEY_BYTES + 4,
	SUM_KEY_BYTES = 1 + LIMIT_ID_BYTES,
	CHAIN_BYTES = 1 + LIMIT_ID_BYTES + 1 + 1 + 4 + 8 + 4 + 8 + 4,
};

// ---- Rows ----

static struct span chain_key(uint32_t log, uint8_t bytes[static CHAIN_KEY_BYTES])
{
	bytes[0] = TAG_CHAIN;
	bytes_put_u32(bytes + 1, log);
	return span_of(bytes, CHAIN_KEY_BYTES);
}

static struct span force_key(const struct id *unit, bool rollup, uint8_t bytes[static FORCE_KEY_BYTES])
{
	bytes[0] = TAG_FORCE;
	memcpy(bytes + 1, unit->bytes, sizeof unit->bytes);
	bytes[1 + LIMIT_ID_BYTES] = rollup;
	return span_of(bytes, FORCE_KEY_BYTES);
}

// The same place, of the index of a unit's chains; with `log`, of one of them.
static struct span unit_key(const struct tally_chain *chain, bool whole, uint8_t bytes[static UNIT_KEY_BYTES])
{
	force_key(&chain->unit, chain->rollup, bytes);
	bytes[0] = TAG_UNIT;
	bytes_put_u32(bytes + FORCE_KEY_BYTES, chain->log);
	return span_of(bytes, whole ? UNIT_KEY_BYTES : FORCE_KEY_BYTES);
}

static struct span frontier_key(uint32_t log, const struct hash *of, uint8_t bytes[static FRONTIER_KEY_BYTES])
{
	chain_key(log, bytes);
	memcpy(bytes + CHAIN_KEY_BYTES, of->bytes, sizeof of->bytes);
	return span_of(bytes, FRONTIER_KEY_BYTES);
}

enum err tally_chain_get(struct txn *txn, uint32_t log, struct tally_chain *chain)
{
	uint8_t key[CHAIN_KEY_BYTES];
	struct span value;
	enum err err = txn_get(txn, STORE_TALLY, chain_key(log, key), &value);
	if (err)
		return err;
	struct reader reader = reader_of(value);
	uint8_t version = reader_u8(&reader);
	*chain = (struct tally_chain){ .log = log };
	reader_copy(&reader, chain->unit.bytes, sizeof chain->unit.bytes);
	chain->rollup = reader_u8(&reader) != 0;
	chain->summed = reader_u8(&reader) != 0;
	chain->revision = reader_u32(&reader);
	chain->seq = reader_u64(&reader);
	chain->through = (int32_t)reader_u32(&reader);
	chain->time = reader_u64(&reader);
	chain->pack_version = reader_u32(&reader);
	return reader_end(&reader) || version != TALLY_VERSION ? txn_fail(txn, ERR_CORRUPT) : ERR_OK;
}

enum err tally_chain_put(struct txn *txn, const struct tally_chain *chain)
{
	uint8_t key[CHAIN_KEY_BYTES], row[CHAIN_BYTES] = { TALLY_VERSION };
	memcpy(row + 1, chain->unit.bytes, sizeof chain->unit.bytes);
	row[17] = chain->rollup;
	row[18] = chain->summed;
	bytes_put_u32(row + 19, chain->revision);
	bytes_put_u64(row + 23, chain->seq);
	bytes_put_u32(row + 31, (uint32_t)chain->through);
	bytes_put_u64(row + 35, chain->time);
	bytes_put_u32(row + 43, chain->pack_version);
	return txn_put(txn, STORE_TALLY, chain_key(chain->log, key), span_of(row, sizeof row));
}

// What a chain's frontier says of a log; size 0 where it says nothing.
enum err tally_chain_frontier_get(struct txn *txn, uint32_t log, const struct hash *of,
                                  struct tally_frontier *item)
{
	uint8_t key[FRONTIER_KEY_BYTES];
	struct span value;
	*item = (struct tally_frontier){ .log = *of };
	enum err err = txn_get(txn, STORE_TALLY, frontier_key(log, of, key), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (value.size != FRONTIER_VALUE_BYTES)
		return txn_fail(txn, ERR_CORRUPT);
	item->size = bytes_get_u64(value.data);
	memcpy(item->root.bytes, value.data + 8, sizeof item->root.bytes);
	return ERR_OK;
}

enum err tally_chain_frontier_put(struct txn *txn, uint32_t log, const struct tally_frontier *item)
{
	uint8_t key[FRONTIER_KEY_BYTES], value[FRONTIER_VALUE_BYTES];
	bytes_put_u64(value, item->size);
	memcpy(value + 8, item->root.bytes, sizeof item->root.bytes);
	return txn_put(txn, STORE_TALLY, frontier_key(log, &item->log, key), span_of(value, sizeof value));
}

// A walk over a chain's frontier.
static struct scan frontier_scan(struct txn *txn, uint32_t log)
{
	uint8_t prefix[CHAIN_KEY_BYTES];
	return scan_begin(txn, STORE_TALLY, chain_key(log, prefix));
}

static bool frontier_next(struct scan *scan, struct hash *of, uint64_t *size)
{
	if (!scan_next(scan))
		return false;
	if (scan->key.size == CHAIN_KEY_BYTES && !scan_next(scan)) // the chain's own row stands before it
		return false;
	if (scan->key.size != FRONTIER_KEY_BYTES || scan->value.size != FRONTIER_VALUE_BYTES) {
		txn_fail(scan->txn, ERR_CORRUPT);
		return false;
	}
	memcpy(of->bytes, scan->key.data + CHAIN_KEY_BYTES, sizeof of->bytes);
	*size = bytes_get_u64(scan->value.data);
	return true;
}

enum err tally_frontier_of(struct txn *txn, uint32_t log, struct arena *arena, struct tally_frontier **frontier,
                           size_t *count)
{
	struct hash of;
	uint64_t size;
	size_t capacity = 0;
	struct scan scan = frontier_scan(txn, log);
	while (frontier_next(&scan, &of, &size))
		capacity++;
	scan_end(&scan);
	*count = 0;
	*frontier = arena_array(arena, capacity, sizeof **frontier);
	if (!*frontier)
		return ERR_BUDGET;
	scan = frontier_scan(txn, log);
	while (*count < capacity && frontier_next(&scan, &of, &size)) {
		struct tally_frontier *item = &(*frontier)[(*count)++];
		*item = (struct tally_frontier){ .log = of, .size = size };
		memcpy(item->root.bytes, scan.value.data + 8, sizeof item->root.bytes);
	}
	scan_end(&scan);
	return txn->err;
}

enum err tally_chain_frontier_clear(struct txn *txn, uint32_t log)
{
	struct hash of;
	uint64_t size;
	struct scan scan = frontier_scan(txn, log);
	while (frontier_next(&scan, &of, &size))
		txn_delete(txn, STORE_TALLY, scan.key);
	scan_end(&scan);
	return txn->err;
}

enum err tally_chain_index(struct txn *txn, const struct tally_chain *chain)
{
	uint8_t key[UNIT_KEY_BYTES];
	return txn_put(txn, STORE_TALLY, unit_key(chain, true, key), span_of(NULL, 0));
}

// ---- Which chain is in force ----

static struct span retired_key(uint32_t log, uint8_t bytes[static CHAIN_KEY_BYTES])
{
	chain_key(log, bytes);
	bytes[0] = TAG_RETIRED;
	return span_of(bytes, CHAIN_KEY_BYTES);
}

enum err tally_chain_retire(struct txn *txn, uint32_t log)
{
	uint8_t key[CHAIN_KEY_BYTES];
	return txn_put(txn, STORE_TALLY, retired_key(log, key), span_of(NULL, 0));
}

static bool is_retired(struct txn *txn, uint32_t log)
{
	uint8_t key[CHAIN_KEY_BYTES];
	return txn_has(txn, STORE_TALLY, retired_key(log, key));
}

struct candidate {
	struct tally_chain chain;
	struct hash id;   // of its log: numbers differ from store to store
	uint64_t sum;     // of the frontier's sizes, as far as they go
};

struct candidates {
	struct candidate *list;
	size_t count;
};

static enum err weigh(struct txn *txn, struct candidate *candidate)
{
	uint8_t number[4];
	struct span id;
	bytes_put_u32(number, candidate->chain.log);
	if (txn_get(txn, STORE_LOG_NUMBER, span_of(number, sizeof number), &id) || hash_read(id, &candidate->id))
		return txn_fail(txn, ERR_CORRUPT);
	struct hash of;
	uint64_t size;
	struct scan scan = frontier_scan(txn, candidate->chain.log);
	while (frontier_next(&scan, &of, &size))
		candidate->sum = size > UINT64_MAX - candidate->sum ? UINT64_MAX : candidate->sum + size;
	scan_end(&scan);
	return txn->err;
}

static size_t count_chains(struct txn *txn, struct span prefix)
{
	size_t count = 0;
	struct scan scan = scan_begin(txn, STORE_TALLY, prefix);
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	return count;
}

// Unless all of them are.
static void set_retired_apart(struct txn *txn, struct candidates *found)
{
	size_t kept = 0;
	for (size_t i = 0; i < found->count; i++)
		if (!is_retired(txn, found->list[i].chain.log)) {
			struct candidate moved = found->list[i];
			found->list[i] = found->list[kept];
			found->list[kept++] = moved;
		}
	if (kept > 0)
		found->count = kept;
}

static enum err find_candidates(struct txn *txn, const struct tally_chain *of, struct arena *arena,
                                struct candidates *found)
{
	uint8_t key[UNIT_KEY_BYTES];
	struct span prefix = unit_key(of, false, key);
	size_t capacity = count_chains(txn, prefix);
	found->count = 0;
	found->list = arena_array(arena, capacity, sizeof *found->list);
	if (!found->list)
		return ERR_BUDGET;
	struct scan scan = scan_begin(txn, STORE_TALLY, prefix);
	while (found->count < capacity && scan_next(&scan)) {
		if (scan.key.size != UNIT_KEY_BYTES
		    || tally_chain_get(txn, bytes_get_u32(scan.key.data + FORCE_KEY_BYTES), &found->list[found->count++].chain))
			txn_fail(txn, ERR_CORRUPT);
	}
	scan_end(&scan);
	set_retired_apart(txn, found);
	for (size_t i = 0; i < found->count && found->count > 1 && !txn->err; i++)
		weigh(txn, &found->list[i]); // alone, nothing needs to be weighed
	return txn->err;
}

static bool covers(struct txn *txn, const struct candidate *a, const struct candidate *b)
{
	struct hash of;
	uint64_t size;
	bool all = true;
	struct scan scan = frontier_scan(txn, b->chain.log);
	while (all && frontier_next(&scan, &of, &size)) {
		struct tally_frontier item;
		all = tally_chain_frontier_get(txn, a->chain.log, &of, &item) == ERR_OK && item.size >= size;
	}
	scan_end(&scan);
	return all && !txn->err;
}

static bool covers_all(struct txn *txn, const struct candidates *candidates, const struct candidate *one)
{
	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->list[i].sum > one->sum)
			return false;
	for (size_t i = 0; i < candidates->count; i++)
		if (&candidates->list[i] != one && !covers(txn, one, &candidates->list[i]))
			return false;
	return true;
}

static bool goes_before(const struct candidate *a, const struct candidate *b)
{
	if (a->chain.through != b->chain.through)
		return a->chain.through > b->chain.through;
	if (a->sum != b->sum)
		return a->sum > b->sum;
	return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes) > 0;
}

enum err tally_chain_decide(struct txn *txn, const struct tally_chain *of, struct arena *arena, struct tally_force *force)
{
	struct candidates candidates;
	enum err err = find_candidates(txn, of, arena, &candidates);
	const struct candidate *best = NULL, *covering = NULL;
	for (size_t i = 0; i < candidates.count && !err; i++) {
		const struct candidate *one = &candidates.list[i];
		if (!best || goes_before(one, best))
			best = one;
		if (covers_all(txn, &candidates, one) && (!covering || goes_before(one, covering)))
			covering = one;
		err = txn->err;
	}
	if (err)
		return err;
	assert(best); // the chain that asks is there
	*force = (struct tally_force){ .log = covering ? covering->chain.log : best->chain.log, .provisional = !covering };
	return ERR_OK;
}

enum err tally_chain_force_get(struct txn *txn, const struct id *unit, bool rollup, struct tally_force *force)
{
	uint8_t key[FORCE_KEY_BYTES];
	struct span value;
	*force = (struct tally_force){ .log = 0 };
	enum err err = txn_get(txn, STORE_TALLY, force_key(unit, rollup, key), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (value.size != FORCE_VALUE_BYTES)
		return txn_fail(txn, ERR_CORRUPT);
	*force = (struct tally_force){ .log = bytes_get_u32(value.data), .provisional = value.data[4] != 0 };
	return ERR_OK;
}

enum err tally_chain_force_put(struct txn *txn, const struct tally_chain *chain, struct tally_force before,
                               struct tally_force force)
{
	uint8_t key[FORCE_KEY_BYTES], value[FORCE_VALUE_BYTES];
	if (before.log == force.log && before.provisional == force.provisional)
		return ERR_OK;
	bytes_put_u32(value, force.log);
	value[4] = force.provisional;
	return txn_put(txn, STORE_TALLY, force_key(&chain->unit, chain->rollup, key), span_of(value, sizeof value));
}

enum err tally_chain_delete(struct txn *txn, const struct tally_chain *chain)
{
	uint8_t row[CHAIN_KEY_BYTES], index[UNIT_KEY_BYTES], in_force[FORCE_KEY_BYTES];
	struct tally_force force;
	enum err err = tally_chain_force_get(txn, &chain->unit, chain->rollup, &force);
	if (err)
		return err;
	if (force.log == chain->log) // the unit's last: nobody speaks for it now
		txn_delete(txn, STORE_TALLY, force_key(&chain->unit, chain->rollup, in_force));
	txn_delete(txn, STORE_TALLY, chain_key(chain->log, row));
	return txn_delete(txn, STORE_TALLY, unit_key(chain, true, index));
}

// ---- Sums kept apart ----

static struct span sum_key(const struct id *unit, uint8_t bytes[static SUM_KEY_BYTES])
{
	bytes[0] = TAG_SUM;
	memcpy(bytes + 1, unit->bytes, sizeof unit->bytes);
	return span_of(bytes, SUM_KEY_BYTES);
}

bool tally_chain_has_sum(struct txn *txn, const struct id *unit)
{
	uint8_t key[SUM_KEY_BYTES];
	return txn_has(txn, STORE_TALLY, sum_key(unit, key));
}

enum err tally_chain_sum_put(struct txn *txn, const struct id *unit)
{
	uint8_t key[SUM_KEY_BYTES];
	return txn_put(txn, STORE_TALLY, sum_key(unit, key), span_of(NULL, 0));
}
