#include "sync/pace.h"

#define MEASURED_MS      20                 // a shorter time says little
#define MEASURED_BYTES   4096               // fewer bytes are all delay
#define FIRST_BYTES      (32 * 1024)        // of a frame, while nothing is known
#define AHEAD_MS         100                // so long before it is free the road is given more, at least
#define AHEAD_MAX_MS     2000
#define FAR_MS           20
#define PATIENCE_MS      60000              // a stall of 20 s, and TCP's own caution behind it
#define PATIENCE_MAX_MS  (10 * 60000)

void pace_init(struct pace *pace)
{
	*pace = (struct pace){ .least_ms = UINT64_MAX, .up = { .ratio = PACE_RATIO }, .down = { .ratio = PACE_RATIO } };
}

void pace_begin(struct pace *pace)
{
	pace->count = 0;
	pace->bytes = 0;
	pace->up.bytes = pace->up.ms = pace->up.last = pace->down.bytes = pace->down.ms = pace->down.last = 0;
}

// ---- Learning ----

void pace_said(struct pace *pace, size_t bytes, uint64_t now_ms)
{
	if (pace->count == PACE_UNDER_WAY) { // more than this file follows; the next answers are taken for the oldest
		pace->bytes -= pace->said[pace->first].bytes;
		pace->first = (pace->first + 1) % PACE_UNDER_WAY;
		pace->count--;
	}
	size_t at = (pace->first + pace->count++) % PACE_UNDER_WAY;
	pace->said[at].bytes = bytes;
	pace->said[at].at_ms = now_ms;
	pace->bytes += bytes;
}

// Answers that were held up somewhere come in a bunch, which says nothing of the road: what they say counts together with the
// next one, until the time is long enough.
static void measure(struct pace_way *way, size_t bytes, uint64_t ms, uint64_t enough_ms)
{
	if (bytes < MEASURED_BYTES)
		return;
	way->bytes += bytes;
	way->ms += ms;
	if (way->ms < enough_ms && way->rate)
		return;
	uint64_t rate = way->bytes * 1000 / (way->ms ? way->ms : 1);
	way->rate = rate > way->rate ? rate : (3 * way->rate + rate) / 4;
	way->last = rate;
	way->bytes = way->ms = 0;
}

uint64_t pace_taken(struct pace_way *way)
{
	uint64_t last = way->last;
	way->last = 0;
	return last;
}

void pace_answered(struct pace *pace, size_t bytes, uint64_t now_ms)
{
	if (pace->count == 0)
		return;
	size_t said = pace->said[pace->first].bytes;
	uint64_t at_ms = pace->said[pace->first].at_ms;
	uint64_t whole_ms = now_ms > at_ms ? now_ms - at_ms : 0;
	pace->first = (pace->first + 1) % PACE_UNDER_WAY;
	pace->count--;
	pace->bytes -= said;
	uint64_t since_ms = at_ms > pace->answered_ms ? at_ms : pace->answered_ms; // before, the road had other things to carry
	uint64_t busy_ms = now_ms > since_ms ? now_ms - since_ms : 0;
	if (whole_ms < pace->least_ms)
		pace->least_ms = whole_ms;
	uint64_t enough_ms = pace->least_ms / 4 > MEASURED_MS ? pace->least_ms / 4 : MEASURED_MS;
	measure(&pace->up, said, busy_ms, enough_ms);
	measure(&pace->down, bytes, busy_ms, enough_ms);
	pace->answered_ms = now_ms;
}

void pace_packed(struct pace_way *way, size_t raw, size_t packed)
{
	if (raw >= MEASURED_BYTES && packed > 0)
		way->ratio = (unsigned)((raw * PACE_RATIO + packed - 1) / packed);
	if (way->ratio < PACE_RATIO)
		way->ratio = PACE_RATIO;
}

// ---- What follows ----

static size_t within(uint64_t bytes, size_t least, size_t most)
{
	return bytes < least ? least : bytes > most ? most : (size_t)bytes;
}

// Packed.
static size_t at_once(const struct pace_way *way)
{
	uint64_t wanted = way->rate ? way->rate * PACE_FRAME_MS / 1000 : FIRST_BYTES;
	return within(wanted, PACE_LEAST_BYTES, LIMIT_FRAME_RAW_BYTES);
}

size_t pace_frame(const struct pace_way *way)
{
	return within((uint64_t)at_once(way) * way->ratio / PACE_RATIO, PACE_LEAST_BYTES, LIMIT_FRAME_RAW_BYTES / 2);
}

size_t pace_room(const struct pace *pace)
{
	return at_once(&pace->down);
}

uint64_t pace_free_ms(const struct pace *pace)
{
	if (pace->count == 0 || (!pace->up.rate && pace->bytes < FIRST_BYTES / 2))
		return 0;
	if (!pace->up.rate)
		return UINT64_MAX; // an answer will tell
	uint64_t first_ms = pace->said[pace->first].at_ms;
	uint64_t since_ms = first_ms > pace->answered_ms ? first_ms : pace->answered_ms;
	uint64_t ahead_ms = within(pace->least_ms, AHEAD_MS, AHEAD_MAX_MS);
	uint64_t takes_ms = pace->bytes * 1000 / pace->up.rate;
	if (pace->count > 1 && takes_ms >= pace->least_ms + PACE_FRAME_MS)
		return UINT64_MAX; // whatever the clock says: in a stall nothing is piled up
	return since_ms + (takes_ms > ahead_ms ? takes_ms - ahead_ms : 0);
}

uint64_t pace_patience_ms(const struct pace *pace)
{
	uint64_t up_ms = pace->up.rate ? pace->bytes * 1000 / pace->up.rate : 0;
	uint64_t patience = PATIENCE_MS + 4 * up_ms;
	return patience < PATIENCE_MAX_MS ? patience : PATIENCE_MAX_MS;
}

bool pace_far(const struct pace *pace)
{
	return pace->least_ms != UINT64_MAX && pace->least_ms >= FAR_MS;
}
