// Handing keys out: who of the unit lacks which, and new epochs.
#include <sodium.h>

#include "base/pb.h"
#include "org/epoch_wrap.h"

struct giver {
	struct txn *txn;
	const struct id *unit;
	struct epoch_wrap_source source;
	struct buf *payloads;
	size_t *count;
};

static enum err give(const struct giver *giver, const struct epoch *epoch, const struct epoch_wrap_receiver *receivers, size_t count)
{
	Tributary__Epoch told = TRIBUTARY__EPOCH__INIT;
	struct buf payload = BUF_EMPTY;
	enum err err = epoch_wrap_make(&giver->source, &epoch->key, receivers, count, &told.wraps);
	if (err)
		return err;
	told.epoch = pb_bytes(span_of(epoch->id, sizeof epoch->id));
	told.rank = epoch->rank;
	told.n_wraps = count;
	pb_pack(&told.base, &payload);
	buf_u32(giver->payloads, (uint32_t)payload.size);
	buf_bytes(giver->payloads, payload.data, payload.size);
	err = payload.err ? payload.err : giver->payloads->err;
	buf_free(&payload);
	(*giver->count)++;
	return err;
}

// One epoch to those who lack it, each once.
static enum err give_missing(const struct giver *giver, const struct epoch_row *row, const struct epoch_wrap_receiver *all, size_t count)
{
	struct epoch_wrap_receiver *missing = arena_array(giver->source.arena, count, sizeof *missing);
	size_t missing_count = 0;
	enum err err = missing ? ERR_OK : ERR_BUDGET;
	if (row->holder_count >= EPOCH_HOLDERS_MAX) // no more can be remembered, so it would never end
		return ERR_OK;
	for (size_t i = 0; i < count && !err; i++)
		if (!epoch_row_holds(row, &all[i].device))
			missing[missing_count++] = all[i];
	for (size_t from = 0; from < missing_count && !err; from += EPOCH_WRAPS_MAX) {
		size_t part = missing_count - from < EPOCH_WRAPS_MAX ? missing_count - from : EPOCH_WRAPS_MAX;
		err = give(giver, &row->epoch, missing + from, part);
	}
	return err;
}

static enum err give_fresh(const struct giver *giver, const struct epoch_wrap_receiver *all, size_t count)
{
	struct epoch highest;
	struct epoch_row fresh = { .holder_count = 0, .epoch = { .rank = 1, .known = true } };
	bool any;
	enum err err = epoch_row_best(giver->txn, giver->unit, false, &highest, &any);
	if (err)
		return err;
	if (any && highest.rank == UINT64_MAX)
		return ERR_RANGE;
	if (any)
		fresh.epoch.rank = highest.rank + 1;
	giver->source.random(giver->source.random_context, fresh.epoch.key.bytes, SEAL_KEY_BYTES);
	epoch_row_name(&fresh.epoch.key, fresh.epoch.id);
	err = give_missing(giver, &fresh, all, count);
	sodium_memzero(&fresh, sizeof fresh);
	return err;
}

static bool is_among(const struct epoch_wrap_receiver *receivers, size_t count, const struct hash *device)
{
	for (size_t i = 0; i < count; i++)
		if (hash_equal(&receivers[i].device, device))
			return true;
	return false;
}

enum err epoch_due(struct txn *txn, const struct id *unit, const struct identity *self, bool fresh,
                   void (*random)(void *context, void *to, size_t size), void *random_context,
                   struct arena *arena, struct buf *payloads, size_t *count)
{
	struct giver giver = { .txn = txn, .unit = unit, .payloads = payloads, .count = count,
	                       .source = { .random = random, .random_context = random_context, .arena = arena } };
	struct epoch_wrap_receiver *all;
	size_t all_count;
	*count = 0;
	enum err err = epoch_wrap_receivers(txn, unit, arena, &all, &all_count);
	if (err || !is_among(all, all_count, &self->sign_public)) // not enrolled, or no more: nobody would believe us
		return err;
	if (fresh)
		err = give_fresh(&giver, all, all_count);
	struct scan scan = scan_begin(txn, STORE_EPOCH, id_span(unit));
	while (!err && scan_next(&scan)) {
		struct epoch_row row;
		err = epoch_row_load(scan.key, scan.value, 0, arena, &row);
		if (!err && row.epoch.known)
			err = give_missing(&giver, &row, all, all_count);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}
