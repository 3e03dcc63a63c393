// Keys sealed to devices, one by one.
#include <sodium.h>

#include "base/pb.h"
#include "org/epoch_wrap.h"

static bool wrap_fits(const Tributary__Wrap *wrap)
{
	return wrap->device.len == LIMIT_HASH_BYTES && wrap->box.len == SEAL_WRAP_BYTES;
}

bool epoch_wrap_fit(Tributary__Wrap *const *wraps, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!wrap_fits(wraps[i]))
			return false;
	return count <= EPOCH_WRAPS_MAX;
}

enum err epoch_wrap_receivers(struct txn *txn, const struct id *unit, struct arena *arena,
                              struct epoch_wrap_receiver **receivers, size_t *count)
{
	enum err err = ERR_OK;
	struct hash device;
	struct charter_device row;
	size_t room = 0;
	struct charter_walk walk = charter_devices(txn, unit);
	while (charter_device_next(&walk, &device))
		room++;
	charter_walk_end(&walk);
	*count = 0;
	*receivers = arena_array(arena, room, sizeof **receivers);
	if (!*receivers)
		return ERR_BUDGET;
	walk = charter_devices(txn, unit);
	while (!err && *count < room && charter_device_next(&walk, &device)) {
		err = charter_device_get(txn, &device, &row);
		if (!err && !row.revoked)
			(*receivers)[(*count)++] = (struct epoch_wrap_receiver){ .device = row.device, .box = row.box };
	}
	charter_walk_end(&walk);
	return err == ERR_NOT_FOUND ? ERR_CORRUPT : err ? err : txn->err;
}

enum err epoch_wrap_make(const struct epoch_wrap_source *source, const struct seal_key *key,
                         const struct epoch_wrap_receiver *receivers, size_t count, Tributary__Wrap ***wraps)
{
	uint8_t seed[32];
	struct span device, box;
	uint8_t bytes[SEAL_WRAP_BYTES];
	Tributary__Wrap *made = arena_array(source->arena, count, sizeof *made);
	*wraps = arena_array(source->arena, count, sizeof **wraps);
	enum err err = made && *wraps ? ERR_OK : ERR_BUDGET;
	for (size_t i = 0; i < count && !err; i++) {
		source->random(source->random_context, seed, sizeof seed);
		err = seal_wrap(key, &receivers[i].box, seed, bytes); // enrolment saw to it that the key can be sealed to
		if (!err)
			err = arena_copy(source->arena, span_of(bytes, sizeof bytes), &box);
		if (!err)
			err = arena_copy(source->arena, hash_span(&receivers[i].device), &device);
		if (err)
			break;
		tributary__wrap__init(&made[i]);
		made[i].device = pb_bytes(device);
		made[i].box = pb_bytes(box);
		(*wraps)[i] = &made[i];
	}
	sodium_memzero(seed, sizeof seed);
	return err;
}
