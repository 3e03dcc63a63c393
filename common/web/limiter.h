// How often somebody may try: buckets of tokens by the digest of who it is (a name, an address). A bucket begins
// full and fills again with time; whoever was forgotten begins anew, which is why a bucket is forgotten only when full
// or when all places are taken.
#ifndef TRIBUTARY_WEB_LIMITER_H
#define TRIBUTARY_WEB_LIMITER_H

#include "base/id.h"

#define LIMITER_PLACES 1024

struct limiter_rule {
	unsigned burst;        // so many at once
	uint64_t each_ms;      // and one more after each of these
};

struct limiter {
	struct {
		struct hash who;
		uint64_t filled_at;  // when the bucket will be, or was, full
	} rows[LIMITER_PLACES];
};

// May `who` try now? Otherwise *wait_ms is when again.
bool limiter_take(struct limiter *limiter, const struct limiter_rule *rule, const struct hash *who, uint64_t now, uint64_t *wait_ms);

// Takes a try back: it was not a guess.
void limiter_give(struct limiter *limiter, const struct limiter_rule *rule, const struct hash *who);

#endif
