#include "sync/turns.h"

#include "base/bytes.h"
#include "base/hashed.h"
#include "base/limits.h"

#define OF_LATE      1024 // sessions: more than so many are remembered at half their weight
#define EACH_MAX_MS  10000
#define NO_ROOM_MS   5000 // until then one of the sessions has ended
#define MANY         4    // in a batch of fewer, what the batch itself costs is most of it
#define EARLY_MS     500  // clocks differ a little in their speed

struct turns_promise {
	struct hash device; // key
	uint64_t at_ms, made_ms, one_ms; // its moment; when it was given, and what one cost then
	UT_hash_handle hh;
};

static void drop(struct turns *turns, struct turns_promise *promise)
{
	if (!promise)
		return;
	HASH_DEL(turns->promised, promise);
	free(promise);
}

void turns_free(struct turns *turns)
{
	while (turns->promised)
		drop(turns, turns->promised);
	*turns = (struct turns){ .took_ms = 0 };
}

void turns_took(struct turns *turns, uint64_t batch_ms, uint64_t now_ms)
{
	turns->took_ms = (3 * turns->took_ms + batch_ms) / 4;
	turns->at_ms = now_ms;
	if (turns->worked)
		turns->busy_ms += batch_ms;
	uint64_t one_ms = turns->admitted ? batch_ms / turns->admitted : turns->one_ms;
	if (turns->admitted >= MANY || one_ms < turns->one_ms) // fewer can only say that it is less
		turns->one_ms = turns->one_ms ? (3 * turns->one_ms + one_ms) / 4 : one_ms;
	turns->admitted = 0;
	turns->worked = false;
}

void turns_work(struct turns *turns)
{
	turns->worked = true;
}

unsigned turns_batch(const struct turns *turns)
{
	return turns->served < TURNS_FEW ? TURNS_FEW : LIMIT_EVENTS_PER_COMMIT;
}

uint64_t turns_each_ms(const struct turns *turns)
{
	uint64_t each = turns->served ? turns->busy_ms / turns->served : turns->busy_ms;
	each = each > turns->one_ms ? each : turns->one_ms; // of late it may be more, and those who were just let in are not worked for yet
	return each < 1 ? 1 : each > EACH_MAX_MS ? EACH_MAX_MS : each;
}

// What batches took counts less the longer nothing was carried out. While moments are promised, those who come now stand behind.
static bool full(const struct turns *turns, uint64_t now_ms)
{
	if ((turns->promised && turns->next_ms > now_ms) || turns->admitted * turns->one_ms > TURNS_FULL_MS)
		return true;
	uint64_t idle_ms = now_ms > turns->at_ms ? now_ms - turns->at_ms : 0;
	return turns->took_ms > TURNS_FULL_MS + idle_ms;
}

static uint64_t serve(struct turns *turns, struct turns_promise *promise)
{
	drop(turns, promise);
	turns->admitted++;
	if (++turns->served > OF_LATE) {
		turns->served /= 2;
		turns->busy_ms /= 2;
	}
	return 0;
}

// Promises whose moment has long passed: nobody came.
static void forget_old(struct turns *turns, uint64_t now_ms)
{
	while (turns->promised && turns->promised->at_ms + TURNS_KEPT_MS < now_ms)
		drop(turns, turns->promised);
}

// The next moment that is free; within it each device has a place of its own.
static uint64_t next_moment(struct turns *turns, const struct hash *device, uint64_t now_ms)
{
	uint64_t each = turns_each_ms(turns), step = each + each / 8 + 1;
	uint64_t earliest = now_ms + turns->took_ms + 1000;
	uint64_t at = turns->next_ms > earliest ? turns->next_ms : earliest;
	turns->next_ms = at + step;
	return at + bytes_get_u32(device->bytes) % step;
}

// Its moment is here, but what the moments were spread by was too little: by as much as it was, it waits once more.
static uint64_t later(const struct turns *turns, struct turns_promise *promise, uint64_t now_ms)
{
	uint64_t one_ms = turns_each_ms(turns), wait_ms = TURNS_FULL_MS;
	if (one_ms > promise->one_ms)
		wait_ms += (promise->at_ms - promise->made_ms) * (one_ms - promise->one_ms) / promise->one_ms;
	promise->made_ms = now_ms;
	promise->at_ms = now_ms + wait_ms;
	promise->one_ms = one_ms;
	return wait_ms;
}

uint64_t turns_ask(struct turns *turns, const struct hash *device, bool room, uint64_t now_ms)
{
	struct turns_promise *promise;
	turns->worked = true;
	forget_old(turns, now_ms);
	HASH_FIND(hh, turns->promised, device, sizeof *device, promise);
	bool its_turn = promise && now_ms + EARLY_MS >= promise->at_ms;
	bool crowded = turns->admitted * turns->one_ms > 2 * TURNS_FULL_MS;
	if (room && (its_turn ? !crowded : !full(turns, now_ms)))
		return serve(turns, promise);
	turns->turned_away++;
	if (promise && !its_turn)
		return promise->at_ms - now_ms;
	if (promise && room)
		return later(turns, promise, now_ms);
	if (promise) { // it came in time, and there is no room
		promise->made_ms = now_ms;
		promise->at_ms = now_ms + NO_ROOM_MS;
		return NO_ROOM_MS;
	}
	uint64_t at_ms = next_moment(turns, device, now_ms);
	promise = HASH_COUNT(turns->promised) < TURNS_PROMISES ? calloc(1, sizeof *promise) : NULL;
	if (promise) {
		promise->device = *device;
		promise->at_ms = at_ms;
		promise->made_ms = now_ms;
		promise->one_ms = turns_each_ms(turns);
		HASH_ADD(hh, turns->promised, device, sizeof promise->device, promise);
		if (!promise->hh.tbl)
			free(promise);
	}
	return at_ms - now_ms;
}
