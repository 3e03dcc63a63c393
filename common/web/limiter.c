// The generic cell rate algorithm: one number a bucket, the moment at which it is full again.
#include "web/limiter.h"

bool limiter_take(struct limiter *limiter, const struct limiter_rule *rule, const struct hash *who, uint64_t now, uint64_t *wait_ms)
{
	size_t place = 0;
	for (size_t i = 0; i < LIMITER_PLACES; i++) {
		if (hash_equal(&limiter->rows[i].who, who)) {
			place = i;
			break;
		}
		place = limiter->rows[i].filled_at < limiter->rows[place].filled_at ? i : place; // full the longest
	}
	if (!hash_equal(&limiter->rows[place].who, who)) {
		limiter->rows[place].who = *who;
		limiter->rows[place].filled_at = now;
	}
	uint64_t full = limiter->rows[place].filled_at > now ? limiter->rows[place].filled_at : now;
	uint64_t room = rule->burst * rule->each_ms;
	*wait_ms = full + rule->each_ms > now + room ? full + rule->each_ms - now - room : 0;
	if (*wait_ms)
		return false;
	limiter->rows[place].filled_at = full + rule->each_ms;
	return true;
}

void limiter_give(struct limiter *limiter, const struct limiter_rule *rule, const struct hash *who)
{
	for (size_t i = 0; i < LIMITER_PLACES; i++)
		if (hash_equal(&limiter->rows[i].who, who) && limiter->rows[i].filled_at > rule->each_ms)
			limiter->rows[i].filled_at -= rule->each_ms;
}
