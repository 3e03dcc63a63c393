// What should be so in a store once all is well. Each tells the first thing that is not.
#include "settled.h"

#include "ledger/record.h"

struct actor *settled_author(struct world *world, const struct hash *device, bool *revoked)
{
	struct actor *found = NULL;
	*revoked = false;
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *actor = world->actors[i];
		if (!hash_equal(&actor->self.identity.sign_public, device))
			continue;
		found = actor;
		*revoked |= actor->revoked;
	}
	return found;
}

static bool is_key(struct span key, const char *prefix)
{
	return span_starts(key, span_string(prefix));
}

// Sealed with a key that a lost device alone had; or of a liar.
static bool may_wait(struct actor *actor, struct txn *txn, struct span key)
{
	struct journal_log log;
	bool revoked;
	if (key.size != 12)
		return false;
	uint32_t number = (uint32_t)key.data[8] << 24 | (uint32_t)key.data[9] << 16 | (uint32_t)key.data[10] << 8 | key.data[11];
	if (journal_find_number(txn, number, &log))
		return false;
	const struct actor *author = settled_author(actor->world, &log.name.device, &revoked);
	return (author && author->liar) || // for something that it made up
	       (log.name.lane == LANE_PRIVATE && !actor->server && actor->world->units[actor->unit].key_lost);
}

static bool nothing_waits(struct actor *actor, struct txn *txn, char *why)
{
	bool good = true;
	struct scan scan = scan_begin(txn, STORE_META, span_of(NULL, 0));
	while (good && scan_next(&scan)) {
		good = !is_key(scan.key, "waiting/") || may_wait(actor, txn, scan.key);
		if (!good)
			snprintf(why, SETTLED_WHY, "%s: entries of a log still wait", actor->name);
	}
	scan_end(&scan);
	return good;
}

// What a liar signed need not be taken by anybody.
static bool is_pending(struct actor *actor, struct txn *txn, struct span key, struct journal_log *log, const struct actor **author)
{
	bool revoked;
	*author = NULL;
	if (key.size != 4)
		return true;
	uint32_t number = (uint32_t)key.data[0] << 24 | (uint32_t)key.data[1] << 16 | (uint32_t)key.data[2] << 8 | key.data[3];
	if (journal_find_number(txn, number, log))
		return true;
	*author = settled_author(actor->world, &log->name.device, &revoked);
	return !*author || !(*author)->liar;
}

static bool nothing_pending(struct actor *actor, struct txn *txn, char *why)
{
	bool good = true;
	struct scan scan = scan_begin(txn, STORE_PENDING, span_of(NULL, 0));
	while (good && actor->parent && scan_next(&scan)) {
		struct journal_log log = { .number = 0 };
		const struct actor *author;
		good = !is_pending(actor, txn, scan.key, &log, &author);
		if (!good)
			snprintf(why, SETTLED_WHY, "%s: its parent lacks some of a %s log of %s (%llu entries)", actor->name,
			         lane_name(log.name.lane), author ? author->name : "?", (unsigned long long)log.head.size);
	}
	scan_end(&scan);
	return good;
}

// Only what a revoked device wrote behind its cut-off, or a liar, may stand in quarantine.
static bool nothing_set_aside(struct actor *actor, struct txn *txn, char *why)
{
	bool good = true;
	struct scan scan = scan_begin(txn, STORE_QUARANTINE, span_of(NULL, 0));
	while (good && scan_next(&scan)) {
		struct view_quarantined item;
		struct journal_log log;
		bool revoked = false;
		good = view_quarantine_read(scan.key, scan.value, &item) == ERR_OK &&
		       journal_find_number(txn, item.log, &log) == ERR_OK;
		struct actor *author = good ? settled_author(actor->world, &log.name.device, &revoked) : NULL;
		good = good && (revoked || (author && author->liar));
		if (!good)
			snprintf(why, SETTLED_WHY, "%s: entry %llu of %s's %s log stands in quarantine: %s", actor->name,
			         (unsigned long long)item.seq, author ? author->name : "?", lane_name(log.name.lane),
			         merge_reason_name(item.reason));
	}
	scan_end(&scan);
	return good;
}

static bool own_logs_receipted(struct actor *actor, struct txn *txn, char *why)
{
	struct journal_log log;
	for (uint32_t number = 1; actor->parent && journal_find_number(txn, number, &log) == ERR_OK; number++) {
		bool ours = hash_equal(&log.name.device, &actor->self.identity.sign_public);
		const struct receipt *receipt = &log.receipt[RECEIPT_RECEIVED - 1];
		if (!ours || log.head.size == 0 || receipt->size >= log.head.size)
			continue;
		snprintf(why, SETTLED_WHY, "%s: %llu of %llu entries of its %s log%s are receipted", actor->name,
		         (unsigned long long)receipt->size, (unsigned long long)log.head.size, lane_name(log.name.lane),
		         id_equal(&log.name.incarnation, &actor->self.incarnation) ? "" : " of a former life");
		return false;
	}
	return true;
}

// Of a revoked device nothing lives that it wrote behind the cut.
static bool is_behind_the_cut(struct txn *txn, struct dot dot)
{
	struct journal_log log;
	struct charter_device author;
	if (journal_find_number(txn, dot.log, &log) || charter_device_get(txn, &log.name.device, &author) || !author.revoked)
		return false;
	for (size_t i = 0; i < author.cutoff_count; i++)
		if (hash_equal(&author.cutoff[i].log, &log.id))
			return dot.seq >= author.cutoff[i].size;
	return true;
}

static bool nothing_lives_behind_a_cut(struct actor *actor, struct txn *txn, char *why)
{
	bool good = true;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(txn, STORE_RECORD, span_of(NULL, 0));
	while (good && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&arena);
		if (record_key_decode(scan.key, &key) || record_decode(&key, scan.value, &arena, &record))
			continue;
		for (size_t i = 0; i < record.write_count && good; i++)
			good = !is_behind_the_cut(txn, record.writes[i].dot);
	}
	scan_end(&scan);
	arena_free(&arena);
	if (!good)
		snprintf(why, SETTLED_WHY, "%s: what a revoked device wrote behind the cut is shown", actor->name);
	return good;
}

bool settled_store(struct actor *actor, char *why)
{
	struct txn txn;
	if (txn_begin(actor->store, STORE_READ, &txn))
		return false;
	bool good = nothing_waits(actor, &txn, why) && nothing_pending(actor, &txn, why) &&
	            nothing_set_aside(actor, &txn, why) &&
	            nothing_lives_behind_a_cut(actor, &txn, why) && own_logs_receipted(actor, &txn, why);
	txn_abort(&txn);
	return good;
}
