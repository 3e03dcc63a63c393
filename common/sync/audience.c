#include "sync/audience.h"

#include "base/date.h"
#include "base/pb.h"
#include "ledger/change.h"
#include "ledger/inquiry.h"
#include "ledger/period.h"
#include "store.pb-c.h"
#include "sync/arrival.h"

// ---- Entry by entry ----

static bool at_or_below(struct txn *txn, const struct id *above, const struct id *unit)
{
	return id_equal(above, unit) || charter_is_ancestor(txn, above, unit);
}

// Did the unit stand at or below the peer's when the month ended?
static bool was_below(struct audience *audience, const struct id *unit, int32_t month)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t count;
	bool found = false;
	if (charter_path_on(audience->txn, unit, date_month_end(month), path, &count))
		return false;
	for (size_t i = 0; i < count; i++)
		found |= id_equal(&path[i], &audience->unit);
	return found;
}

static bool letter_of_others(void *context, const struct entry *entry)
{
	struct audience *audience = context;
	struct arena arena;
	ProtobufCMessage *message;
	struct id to;
	if (entry->kind != ENTRY_MAIL)
		return false;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	bool others = pb_unpack(&tributary__mail__descriptor, entry->payload, &arena, &message) != ERR_OK ||
	              id_read(pb_span(((Tributary__Mail *)message)->to), &to) != ERR_OK ||
	              !at_or_below(audience->txn, &audience->unit, &to);
	arena_free(&arena);
	return others;
}

// Whom an entry speaks to or of, and of which month (INT32_MIN: of none).
static bool addressee(const struct entry *entry, struct arena *arena, struct id *unit, int32_t *month)
{
	struct period_review review;
	struct inquiry_request request;
	struct changes changes;
	*month = INT32_MIN;
	switch (entry->kind) {
	case ENTRY_REVIEW:
		if (period_review_decode(entry->payload, arena, &review))
			return false;
		*unit = review.unit;
		*month = review.month;
		return true;
	case ENTRY_REQUEST:
		if (inquiry_request_decode(entry->payload, arena, &request))
			return false;
		*unit = request.unit;
		return true;
	case ENTRY_CHANGES:
		if (change_decode(entry->payload, arena, &changes) || id_is_zero(&changes.unit))
			return false;
		*unit = changes.unit;
		return true;
	default:
		return false;
	}
}

// Of the charter of a server that is not above the peer: what a township remarks to its branches is not for the next
// township's, unless they are that one's now.
static bool word_to_others(void *context, const struct entry *entry)
{
	struct audience *audience = context;
	struct arena arena;
	struct id unit;
	int32_t month;
	if (entry->kind == ENTRY_STATEMENT || entry->kind == ENTRY_INCARNATION)
		return false;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	bool told = addressee(entry, &arena, &unit, &month) &&
	            (at_or_below(audience->txn, &audience->unit, &unit) ||
	             (month != INT32_MIN && was_below(audience, &unit, month)));
	arena_free(&arena);
	return !told;
}

// Of a unit that is below the peer no more: its figures, which are one chain for all months, and the months of then.
static bool word_of_one_who_left(void *context, const struct entry *entry)
{
	struct audience *audience = context;
	struct arena arena;
	struct period_step step;
	if (entry->kind == ENTRY_TALLY || entry->kind == ENTRY_INCARNATION)
		return false;
	if (entry->kind != ENTRY_SUBMISSION)
		return true;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	bool told = period_step_decode(entry->payload, &arena, &step) == ERR_OK && was_below(audience, &audience->author, step.month);
	arena_free(&arena);
	return !told;
}

audience_withholds audience_of(struct audience *audience, struct txn *txn, const struct id *unit, const struct hash *device,
                               const struct journal_log *log)
{
	struct charter_device author;
	*audience = (struct audience){ .txn = txn, .unit = *unit };
	if (hash_equal(&log->name.device, device))
		return NULL;
	if (log->name.lane == LANE_MAIL)
		return letter_of_others;
	if (charter_device_get(txn, &log->name.device, &author))
		return NULL;
	audience->author = author.unit;
	if (log->name.lane == LANE_DOWN)
		return at_or_below(txn, &author.unit, unit) ? NULL : word_to_others;
	if (log->name.lane == LANE_UP)
		return at_or_below(txn, unit, &author.unit) ? NULL : word_of_one_who_left;
	return NULL;
}

// ---- Those who stood above ----

static bool listed(const struct id *list, size_t count, const struct id *unit)
{
	for (size_t i = 0; i < count; i++)
		if (id_equal(&list[i], unit))
			return true;
	return false;
}

static size_t former_of(struct txn *txn, const struct self *self, const struct charter_span *span, const struct charter_span *now,
                        size_t first, struct id hops[static AUDIENCE_FORMER_MOST], size_t count)
{
	unsigned depth = 0;
	for (size_t i = first; i < span->count && depth < LIMIT_UP_DEPTH; i++) {
		struct charter_unit row;
		struct id hop;
		if (charter_unit_get(txn, &span->path[i], &row) || hash_is_zero(&row.server))
			continue;
		depth++;
		if (listed(now->path, now->count, &span->path[i]) || id_equal(&span->path[i], &self->unit))
			continue;
		if (count < AUDIENCE_FORMER_MOST && arrival_hop(txn, self, &span->path[i], &hop) && !listed(hops, count, &hop))
			hops[count++] = hop;
	}
	return count;
}

// Most units have never stood elsewhere, nor has anybody above them.
static bool ever_moved(struct txn *txn, const struct id *unit)
{
	struct id path[LIMIT_TREE_LEVELS];
	struct charter_unit row;
	size_t count;
	bool moved = false;
	if (charter_path(txn, unit, path, &count))
		return false;
	for (size_t i = 0; i < count && !moved; i++)
		moved = charter_unit_get(txn, &path[i], &row) == ERR_OK && row.past;
	return moved;
}

size_t audience_former(struct txn *txn, const struct self *self, const struct id *unit, bool server,
                       struct id hops[static AUDIENCE_FORMER_MOST])
{
	struct charter_lineage lineage;
	struct arena arena;
	size_t count = 0;
	if (!ever_moved(txn, unit))
		return 0;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (charter_lineage(txn, unit, &arena, &lineage) == ERR_OK)
		for (size_t i = 0; i + 1 < lineage.count; i++)
			count = former_of(txn, self, &lineage.spans[i], &lineage.spans[lineage.count - 1], server ? 1 : 0, hops, count);
	arena_free(&arena);
	return count;
}
