#include "base/hlc.h"

uint64_t hlc_tick(uint64_t last, uint64_t now_ms)
{
	uint64_t now = hlc_of_ms(now_ms);
	return now > last ? now : last + 1;
}

uint64_t hlc_see(uint64_t last, uint64_t now_ms, uint64_t seen)
{
	uint64_t ahead = hlc_of_ms(now_ms + HLC_MAX_PULL_MS);
	return seen > last && seen <= ahead ? seen : last;
}
