// Computing views again from the logs: after a revocation took back what a device had written, after a
// pack changed what figures mean, and as the repair for a store whose views are damaged. The logs are the truth; this is why they may be.
#include <stdlib.h>

#include "base/bytes.h"
#include "ledger/inquiry.h"
#include "ledger/late.h"
#include "ledger/multiset.h"
#include "ledger/period.h"
#include "ledger/score_points.h"
#include "ledger/series.h"
#include "ledger/tally_places.h"
#include "org/presence.h"
#include "org/ranking_kept.h"
#include "org/transfer.h"
#include "sync/picture.h"
#include "sync/view_inside.h"

void view_mark_stale(struct view *view, const struct id *unit)
{
	if (view->from_nothing)
		return; // it is being computed anew already, in an order that knows of this
	for (size_t i = 0; i < view->stale_count; i++)
		if (id_equal(&view->stale[i], unit) || id_is_zero(&view->stale[i]))
			return;
	size_t most = sizeof view->stale / sizeof view->stale[0];
	if (view->stale_count == most) {
		view->stale[0] = (struct id){ .bytes = { 0 } }; // too many to name: everything
		view->stale_count = 1;
	} else {
		view->stale[view->stale_count++] = *unit;
	}
}

enum err view_rebuild_stale(struct view *view)
{
	for (size_t i = 0; i < view->stale_count && !view->txn->err; i++)
		view_rebuild(view, &view->stale[i]);
	view->stale_count = 0;
	return view->txn->err;
}

// Another pack may see it otherwise.
static bool judged_by_pack(enum merge_reason reason)
{
	return reason == MERGE_UNKNOWN_KIND || reason == MERGE_STEP || reason == MERGE_SERIES;
}

enum err view_mark_pack(struct view *view)
{
	if (!view->self->server)
		view_mark_stale(view, &view->self->unit);
	struct scan scan = scan_begin(view->txn, STORE_QUARANTINE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct view_quarantined item;
		struct journal_log log;
		struct charter_device author;
		if (view_quarantine_read(scan.key, scan.value, &item) == ERR_OK && judged_by_pack(item.reason) &&
		    journal_find_number(view->txn, item.log, &log) == ERR_OK &&
		    charter_device_get(view->txn, &log.name.device, &author) == ERR_OK)
			view_mark_stale(view, &author.unit);
	}
	scan_end(&scan);
	return view->txn->err;
}

static enum err delete_cells(struct txn *txn, const struct cell_owner *owner)
{
	static const char sides[] = { 'v', 'd' };
	for (size_t i = 0; i < sizeof sides; i++) {
		uint8_t prefix[2 + LIMIT_ID_BYTES] = { (uint8_t)sides[i], (uint8_t)owner->kind };
		memcpy(prefix + 2, owner->id.bytes, LIMIT_ID_BYTES);
		txn_clear(txn, STORE_CELL, span_of(prefix, sizeof prefix));
	}
	return multiset_clear(txn, owner);
}

// Takes a log's figures out of all sums: a complete tally that says nothing.
static enum err silence_tallies(struct view *view, const struct journal_log *log)
{
	struct tally_chain chain;
	struct tally_places places;
	enum err err = tally_chain_get(view->txn, log->number, &chain);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	arena_reset(&view->arena);
	if (view->self->server)
		ranking_kept_stale(view->txn, view->pack->pack, &chain.unit, 0);
	err = view_tally_places(view, &chain.unit, chain.rollup, &view->arena, &places);
	return err ? err : tally_forget_in(view->txn, log->number, &places, &view->arena);
}

// A rebuild of one unit leaves what was written into the records of others as it was judged.
static bool judged_again(struct view *view, const struct journal_log *log, const struct entry *entry)
{
	struct id owner;
	if (!view_entry_again_on_rebuild(entry->kind))
		return false;
	arena_reset(&view->arena);
	return id_is_zero(&view->rebuild_unit) || view_recall_owner(view, log, entry->seq, &owner) != ERR_OK ||
	       id_equal(&owner, &view->rebuild_unit);
}

// What is judged again is taken out of quarantine; what is not stays there.
static enum err release_log(struct view *view, const struct journal_log *log)
{
	uint8_t prefix[4];
	bytes_put_u32(prefix, log->number);
	struct scan scan = scan_begin(view->txn, STORE_QUARANTINE, span_of(prefix, sizeof prefix));
	while (scan_next(&scan)) {
		struct view_quarantined item;
		struct entry entry;
		uint8_t key[STORE_KEY_MAX];
		size_t size = scan.key.size;
		memcpy(key, scan.key.data, size);
		enum err err = view_quarantine_read(scan.key, scan.value, &item);
		if (!err)
			err = journal_entry(view->txn, log, item.seq, &entry);
		if (err)
			txn_fail(view->txn, err);
		else if (judged_again(view, log, &entry))
			txn_delete(view->txn, STORE_QUARANTINE, span_of(key, size));
	}
	scan_end(&scan);
	return view->txn->err;
}

static enum err delete_log_marks(struct view *view, const struct journal_log *log)
{
	uint8_t key[6 + 4];
	memcpy(key, "basis/", 6);
	bytes_put_u32(key + 6, log->number);
	txn_delete(view->txn, STORE_META, span_of(key, sizeof key));
	return series_forget(view->txn, log->number);
}

static bool written_by(struct view *view, const struct journal_log *log, const struct id *unit)
{
	struct charter_device author;
	if (id_is_zero(unit))
		return true;
	if (hash_equal(&log->name.device, &view->self->identity.sign_public))
		return id_equal(&view->self->unit, unit); // our enrolment may still be on its way
	return charter_device_get(view->txn, &log->name.device, &author) == ERR_OK && id_equal(&author.unit, unit);
}

// Calls `visit` for each log that may hold writes to the unit's records: those of its own devices, and
// what comes down, where superiors write their remarks. Of all, with a zero id.
static enum err each_log(struct view *view, enum err (*visit)(struct view *view, struct journal_log *log))
{
	const struct id *unit = &view->rebuild_unit;
	struct scan scan = scan_begin(view->txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct journal_log log;
		enum err err = journal_find_number(view->txn, bytes_get_u32(scan.key.data), &log);
		if (!err && (log.name.lane == LANE_DOWN || written_by(view, &log, unit)))
			err = visit(view, &log);
		if (err)
			txn_fail(view->txn, err);
	}
	scan_end(&scan);
	return view->txn->err;
}

// How far a log was applied before, between forgetting it and reading it again.
static struct span again_key(uint32_t log, uint8_t bytes[static 6 + 4])
{
	memcpy(bytes, "again/", 6);
	bytes_put_u32(bytes + 6, log);
	return span_of(bytes, 6 + 4);
}

static void remember_applied(struct view *view, const struct journal_log *log)
{
	uint8_t key[6 + 4], value[8];
	bytes_put_u64(value, log->applied);
	txn_put(view->txn, STORE_META, again_key(log->number, key), span_of(value, sizeof value));
}

static uint64_t recall_applied(struct view *view, const struct journal_log *log)
{
	uint8_t key[6 + 4];
	struct span value;
	if (txn_get(view->txn, STORE_META, again_key(log->number, key), &value) || value.size != 8)
		return 0;
	return bytes_get_u64(value.data);
}

static enum err forget_log(struct view *view, struct journal_log *log)
{
	remember_applied(view, log);
	if (log->name.lane == LANE_UP)
		silence_tallies(view, log);
	if (written_by(view, log, &view->rebuild_unit))
		delete_log_marks(view, log);
	release_log(view, log);
	log->applied = 0;
	return journal_save(view->txn, log);
}

static enum err reread_log(struct view *view, struct journal_log *log)
{
	view->author_known = false;
	view->standing.known = false;
	view->again_to = recall_applied(view, log);
	return view_catch_up(view, log);
}

static enum err rebuild_unit(struct view *view, const struct id *unit)
{
	struct id own = view->self->unit;
	txn_clear(view->txn, STORE_RECORD, id_span(unit));
	txn_clear(view->txn, STORE_CONFLICT, id_span(unit));
	transfer_forget_unit(view->txn, unit);
	presence_forget_unit(view->txn, unit);
	txn_clear(view->txn, STORE_UNIQUE, id_span(unit));
	period_state_forget(view->txn, unit);
	inquiry_forget(view->txn, unit);
	picture_forget_unit(view->txn, unit);
	if (!view->self->server && id_equal(unit, &own)) {
		struct cell_owner owner = cell_owner_own(&own);
		delete_cells(view->txn, &owner);
		score_points_forget(view->txn);
		late_forget(view->txn);
		txn_clear(view->txn, STORE_META, span_string("receipted/")); // sync/pen_receipts
		txn_delete(view->txn, STORE_META, span_string("vouched"));
		view->derive = view->members = true;
	}
	view->rebuild_unit = *unit;
	view->mark_count = 0;
	view->rebuilding = true;
	each_log(view, forget_log);
	// Again while logs that wait for entries of others move on.
	do {
		view->progressed = false;
		if (!view->txn->err)
			each_log(view, reread_log);
	} while (view->progressed && view_recall_waits(view) && !view->txn->err);
	txn_clear(view->txn, STORE_META, span_string("again/"));
	view->rebuilding = false;
	return view->txn->err;
}

// ---- From nothing ----

// What is computed from logs and from nothing else, beside the charter.
static const enum store_table derived[] = {
	STORE_QUARANTINE, STORE_RECORD, STORE_CONFLICT, STORE_CELL, STORE_TALLY, STORE_MAIL, STORE_UNIQUE,
	STORE_PERIOD, STORE_INQUIRY, STORE_SCORE, STORE_SERIES, STORE_MULTISET, STORE_LATE, STORE_CUSTODY, STORE_TRANSFER,
	STORE_PRESENCE, STORE_FILE, STORE_PICTURE,
};

static const char *const derived_marks[] = { "basis/", "moved/", "waiting/", "vouched", "steps-wait", "passed/", "filled/", "receipted/" };

struct turn {
	uint32_t log;
	unsigned level; // of the author in the tree, for charters; all others come behind
};

static int by_level(const void *left, const void *right)
{
	const struct turn *a = left, *b = right;
	if (a->level != b->level)
		return a->level < b->level ? -1 : 1;
	return (a->log > b->log) - (a->log < b->log);
}

enum { LEVEL_UNKNOWN = LIMIT_TREE_LEVELS, LEVEL_REST = LIMIT_TREE_LEVELS + 1 };

static unsigned level_of(struct view *view, const struct journal_log *log)
{
	struct charter_device author;
	struct charter_unit unit;
	if (log->name.lane != LANE_DOWN)
		return LEVEL_REST;
	if (charter_device_get(view->txn, &log->name.device, &author) || charter_unit_get(view->txn, &author.unit, &unit))
		return LEVEL_UNKNOWN;
	return unit.level;
}

// All logs, charters from the top down: a superior's revocation is known before what it cuts off is read.
static enum err list_turns(struct view *view, struct arena *arena, struct turn **turns, size_t *count)
{
	size_t capacity = 0;
	*turns = NULL;
	*count = 0;
	struct scan scan = scan_begin(view->txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct journal_log log;
		enum err err = journal_find_number(view->txn, bytes_get_u32(scan.key.data), &log);
		if (!err && *count == capacity) {
			capacity = capacity ? 2 * capacity : 64;
			struct turn *longer = arena_array(arena, capacity, sizeof *longer);
			if (longer && *count)
				memcpy(longer, *turns, *count * sizeof *longer);
			*turns = longer;
			err = longer ? ERR_OK : ERR_BUDGET;
		}
		if (err) {
			txn_fail(view->txn, err);
			break;
		}
		(*turns)[(*count)++] = (struct turn){ .log = log.number, .level = level_of(view, &log) };
	}
	scan_end(&scan);
	if (*count)
		qsort(*turns, *count, sizeof **turns, by_level);
	return view->txn->err;
}

static enum err each_turn(struct view *view, const struct turn *turns, size_t count,
                          enum err (*visit)(struct view *view, struct journal_log *log))
{
	for (size_t i = 0; i < count && !view->txn->err; i++) {
		struct journal_log log;
		enum err err = journal_find_number(view->txn, turns[i].log, &log);
		if (!err)
			err = visit(view, &log);
		if (err)
			txn_fail(view->txn, err);
	}
	return view->txn->err;
}

static enum err begin_log(struct view *view, struct journal_log *log)
{
	log->applied = 0;
	return journal_save(view->txn, log);
}

static enum err rebuild_everything(struct view *view)
{
	struct arena arena;
	struct turn *turns;
	size_t count;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (list_turns(view, &arena, &turns, &count) == ERR_OK) {
		charter_forget(view->txn);
		for (size_t i = 0; i < sizeof derived / sizeof derived[0]; i++)
			txn_clear(view->txn, derived[i], span_of(NULL, 0));
		for (size_t i = 0; i < sizeof derived_marks / sizeof derived_marks[0]; i++)
			txn_clear(view->txn, STORE_META, span_string(derived_marks[i]));
		view->mark_count = 0;
		view->author_known = false;
		view->standing.known = false;
		view->from_nothing = true;
		view->derive = view->members = true;
		each_turn(view, turns, count, begin_log);
		each_turn(view, turns, count, reread_log);
		view->rewake = true;
		view_wake(view);
		view->from_nothing = false;
		view->standing.known = false;
		view_again_passed(view);
	}
	arena_free(&arena);
	return view->txn->err;
}

// Cells under way are our own unit's. A pack that came behind them counts other things, and takes back what was never counted:
// where all of them are computed anew they are not brought to an end first.
static void drop_cells(struct view *view, const struct id *unit)
{
	bool anew = id_is_zero(unit) || (!view->self->server && id_equal(unit, &view->self->unit));
	if (anew && view->cells)
		cell_batch_clear(view->cells);
}

enum err view_rebuild(struct view *view, const struct id *unit)
{
	drop_cells(view, unit);
	if (view_flush(view))
		return view->txn->err;
	if (id_is_zero(unit))
		rebuild_everything(view);
	else
		rebuild_unit(view, unit);
	return view->txn->err ? view->txn->err : view_flush(view);
}
