#include "sync/file_budget.h"

#include "base/bytes.h"
#include "base/date.h"

enum { SPENT_BYTES = 4 + 8, RATE_BYTES = 8 + 8, TELLING_BYTES = 16 * 1024 }; // of fewer the time says little

static struct span paused_key(void) { return span_string("file/paused"); }
static struct span budget_key(void) { return span_string("file/budget"); }
static struct span good_key(void) { return span_string("file/good"); }
static struct span rate_key(void) { return span_string("file/rate"); }
static struct span spent_key(void) { return span_string("file/spent"); }

static void read_link(struct txn *txn, uint64_t now_ms, struct file_budget *budget)
{
	struct span value;
	if (txn_get(txn, STORE_META, good_key(), &value) == ERR_OK && value.size == 8)
		budget->good = bytes_get_u64(value.data);
	if (txn_get(txn, STORE_META, rate_key(), &value) == ERR_OK && value.size == RATE_BYTES) {
		budget->rate = bytes_get_u64(value.data);
		budget->rated_ms = bytes_get_u64(value.data + 8);
	}
	bool old = budget->rated_ms == 0 || now_ms < budget->rated_ms || now_ms - budget->rated_ms >= FILE_BUDGET_PROBE_MS;
	budget->link = budget->good == 0               ? FILE_BUDGET_ANY
	               : old                           ? FILE_BUDGET_UNKNOWN
	               : budget->rate >= budget->good ? FILE_BUDGET_IS_GOOD
	                                               : FILE_BUDGET_BAD;
}

enum err file_budget_get(struct txn *txn, uint64_t now_ms, struct file_budget *budget)
{
	struct span value;
	*budget = (struct file_budget){ .paused = txn_has(txn, STORE_META, paused_key()) };
	if (txn_get(txn, STORE_META, budget_key(), &value) == ERR_OK && value.size == 8)
		budget->a_day = bytes_get_u64(value.data);
	if (txn_get(txn, STORE_META, spent_key(), &value) == ERR_OK && value.size == SPENT_BYTES &&
	    bytes_get_u32(value.data) == (uint32_t)date_of_ms(now_ms, 0))
		budget->today = bytes_get_u64(value.data + 4);
	read_link(txn, now_ms, budget);
	return txn->err;
}

enum err file_budget_pause(struct txn *txn, bool paused)
{
	return paused ? txn_put(txn, STORE_META, paused_key(), span_of(NULL, 0)) : txn_delete(txn, STORE_META, paused_key());
}

enum err file_budget_set(struct txn *txn, uint64_t a_day)
{
	uint8_t value[8];
	bytes_put_u64(value, a_day);
	return a_day ? txn_put(txn, STORE_META, budget_key(), span_of(value, sizeof value)) : txn_delete(txn, STORE_META, budget_key());
}

enum err file_budget_good(struct txn *txn, uint64_t rate)
{
	uint8_t value[8];
	bytes_put_u64(value, rate);
	txn_delete(txn, STORE_META, rate_key());
	return rate ? txn_put(txn, STORE_META, good_key(), span_of(value, sizeof value)) : txn_delete(txn, STORE_META, good_key());
}

static enum err rate_put(struct txn *txn, uint64_t now_ms, uint64_t rate)
{
	uint8_t value[RATE_BYTES];
	bytes_put_u64(value, rate);
	bytes_put_u64(value + 8, now_ms);
	return txn_put(txn, STORE_META, rate_key(), span_of(value, sizeof value));
}

// One answer that was held up is no bad link, and neither is one burst a good one.
enum err file_budget_measured(struct txn *txn, uint64_t now_ms, uint64_t rate)
{
	struct file_budget budget;
	if (rate == 0 || file_budget_get(txn, now_ms, &budget) || budget.link == FILE_BUDGET_ANY)
		return txn->err;
	bool known = budget.link != FILE_BUDGET_UNKNOWN && budget.rate > 0;
	return rate_put(txn, now_ms, known ? (budget.rate + 3 * rate) / 4 : rate);
}

bool file_budget_left(struct txn *txn, uint64_t now_ms)
{
	struct file_budget budget;
	return file_budget_get(txn, now_ms, &budget) == ERR_OK && !budget.paused && budget.link != FILE_BUDGET_BAD &&
	       (budget.a_day == 0 || budget.today < budget.a_day);
}

enum err file_budget_spend(struct txn *txn, uint64_t now_ms, size_t bytes)
{
	struct file_budget budget;
	uint8_t value[SPENT_BYTES];
	if (file_budget_get(txn, now_ms, &budget))
		return txn->err;
	if (budget.link == FILE_BUDGET_UNKNOWN && bytes >= TELLING_BYTES)
		rate_put(txn, now_ms, 0); // its answer tells
	if (budget.a_day == 0)
		return txn->err;
	bytes_put_u32(value, (uint32_t)date_of_ms(now_ms, 0));
	bytes_put_u64(value + 4, budget.today + bytes);
	return txn_put(txn, STORE_META, spent_key(), span_of(value, sizeof value));
}

// ---- Room ----

static struct span quota_key(void) { return span_string("file/quota"); }

static uint64_t number_at(struct txn *txn, struct span key)
{
	struct span value;
	return txn_get(txn, STORE_META, key, &value) == ERR_OK && value.size == 8 ? bytes_get_u64(value.data) : 0;
}

static enum err number_put(struct txn *txn, struct span key, uint64_t number)
{
	uint8_t value[8];
	bytes_put_u64(value, number);
	return txn_put(txn, STORE_META, key, span_of(value, sizeof value));
}

enum { USED_KEY_BYTES = 10 + LIMIT_ID_BYTES };

static struct span used_key(const struct id *unit, uint8_t key[static USED_KEY_BYTES])
{
	memcpy(key, "file/used/", 10);
	memcpy(key + 10, unit->bytes, LIMIT_ID_BYTES);
	return span_of(key, USED_KEY_BYTES);
}

uint64_t file_budget_quota(struct txn *txn)
{
	return number_at(txn, quota_key());
}

enum err file_budget_quota_set(struct txn *txn, uint64_t bytes)
{
	return bytes ? number_put(txn, quota_key(), bytes) : txn_delete(txn, STORE_META, quota_key());
}

bool file_budget_fits(struct txn *txn, const struct id *unit, size_t bytes)
{
	uint8_t key[USED_KEY_BYTES];
	uint64_t quota = file_budget_quota(txn);
	return quota == 0 || number_at(txn, used_key(unit, key)) + bytes <= quota;
}

enum err file_budget_use(struct txn *txn, const struct id *unit, size_t bytes)
{
	uint8_t key[USED_KEY_BYTES];
	uint64_t used = number_at(txn, used_key(unit, key));
	return number_put(txn, used_key(unit, key), used + bytes);
}
