// The guard file's layout, and the verdict at start. Reading and writing the file is io's.
#include "log/guard.h"

#include <assert.h>

#include "base/bytes.h"
#include "base/reader.h"
#include "log/hash.h"

static const char magic[4] = { 'T', 'G', 'R', 'D' };

// Version 1 had a lane less.
enum { VERSION = 2, BODY_BYTES = GUARD_BYTES - LIMIT_HASH_BYTES, LANES_1 = 5 };

static_assert(LANE_END - LANE_FIRST == 6, "a lane more needs a new version of the file");

void guard_encode(const struct guard *guard, uint8_t bytes[static GUARD_BYTES])
{
	memcpy(bytes, magic, sizeof magic);
	bytes[4] = VERSION;
	memcpy(bytes + 5, guard->machine.bytes, LIMIT_HASH_BYTES);
	memcpy(bytes + 37, guard->incarnation.bytes, LIMIT_ID_BYTES);
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		bytes_put_u64(bytes + 53 + 8 * (lane - LANE_FIRST), guard->shown[lane]);
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, span_of(bytes, BODY_BYTES));
	memcpy(bytes + BODY_BYTES, digest.bytes, LIMIT_HASH_BYTES);
}

enum err guard_decode(struct span bytes, struct guard *guard)
{
	*guard = (struct guard){ .machine = { .bytes = { 0 } } };
	if (!span_starts(bytes, span_of(magic, sizeof magic)) || bytes.size <= sizeof magic)
		return ERR_MALFORMED;
	unsigned lanes = bytes.data[4] == 1 ? LANES_1 : LANE_END - LANE_FIRST;
	if (bytes.data[4] != VERSION && bytes.data[4] != 1)
		return ERR_VERSION;
	size_t body_bytes = BODY_BYTES - 8 * (LANE_END - LANE_FIRST - lanes);
	if (bytes.size != body_bytes + LIMIT_HASH_BYTES)
		return ERR_MALFORMED;
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, span_of(bytes.data, body_bytes));
	if (memcmp(digest.bytes, bytes.data + body_bytes, LIMIT_HASH_BYTES) != 0)
		return ERR_CORRUPT;
	struct reader body = reader_of(span_of(bytes.data + 5, body_bytes - 5));
	reader_copy(&body, guard->machine.bytes, LIMIT_HASH_BYTES);
	reader_copy(&body, guard->incarnation.bytes, LIMIT_ID_BYTES);
	for (unsigned lane = LANE_FIRST; lane < LANE_FIRST + lanes; lane++)
		guard->shown[lane] = reader_u64(&body);
	return reader_end(&body);
}

static bool wrote_anything(const struct guard *store)
{
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		if (store->shown[lane] > 0)
			return true;
	return false;
}

enum guard_verdict guard_judge(const struct guard *file, const struct guard *store)
{
	if (!file)
		return wrote_anything(store) ? GUARD_RESTORED : GUARD_SAME;
	if (!hash_equal(&file->machine, &store->machine))
		return GUARD_COPIED;
	if (!id_equal(&file->incarnation, &store->incarnation))
		return GUARD_RESTORED;
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		if (store->shown[lane] < file->shown[lane])
			return GUARD_RESTORED;
	return GUARD_SAME;
}
