// Computing views again from the logs: after a revocation took back what a device had written, after a
// pack changed what figures mean, and as the repair for a store whose views are damaged. The logs are the truth; this is why they may be.
#include "base/bytes.h"
#include "sync/view_inside.h"

void view_mark_stale(struct view *view, const struct id *unit)
{
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

enum err view_mark_pack(struct view *view)
{
	if (!view->self->server)
		view_mark_stale(view, &view->self->unit);
	struct scan scan = scan_begin(view->txn, STORE_QUARANTINE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct view_quarantined item;
		struct journal_log log;
		struct charter_device author;
		if (view_quarantine_read(scan.key, scan.value, &item) == ERR_OK && item.reason == MERGE_UNKNOWN_KIND &&
		    journal_find_number(view->txn, item.log, &log) == ERR_OK &&
		    charter_device_get(view->txn, &log.name.device, &author) == ERR_OK)
			view_mark_stale(view, &author.unit);
	}
	scan_end(&scan);
	return view->txn->err;
}

static enum err delete_prefix(struct txn *txn, enum store_table table, struct span prefix)
{
	struct scan scan = scan_begin(txn, table, prefix);
	while (scan_next(&scan)) {
		uint8_t key[STORE_KEY_MAX];
		size_t size = scan.key.size;
		memcpy(key, scan.key.data, size);
		txn_delete(txn, table, span_of(key, size));
	}
	scan_end(&scan);
	return txn->err;
}

static enum err delete_cells(struct txn *txn, const struct cell_owner *owner)
{
	static const char sides[] = { 'v', 'd' };
	for (size_t i = 0; i < sizeof sides; i++) {
		uint8_t prefix[2 + LIMIT_ID_BYTES] = { (uint8_t)sides[i], (uint8_t)owner->kind };
		memcpy(prefix + 2, owner->id.bytes, LIMIT_ID_BYTES);
		delete_prefix(txn, STORE_CELL, span_of(prefix, sizeof prefix));
	}
	return txn->err;
}

// Takes a log's figures out of all sums: a complete tally that says nothing.
static enum err silence_tallies(struct view *view, const struct journal_log *log)
{
	struct tally_chain chain;
	struct id into[LIMIT_TREE_LEVELS];
	size_t count;
	enum err err = tally_chain_get(view->txn, log->number, &chain);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	err = view_tally_into(view->txn, view->self, &chain.unit, chain.rollup, into, &count);
	arena_reset(&view->arena);
	return err ? err : tally_forget(view->txn, log->number, into, count, &view->arena);
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
		else if (view_again_on_rebuild(entry.kind))
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
	return release_log(view, log);
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

static enum err forget_log(struct view *view, struct journal_log *log)
{
	if (log->name.lane == LANE_UP)
		silence_tallies(view, log);
	if (written_by(view, log, &view->rebuild_unit))
		delete_log_marks(view, log);
	log->applied = 0;
	return journal_save(view->txn, log);
}

static enum err reread_log(struct view *view, struct journal_log *log)
{
	view->author_known = false;
	return view_catch_up(view, log);
}

enum err view_rebuild(struct view *view, const struct id *unit)
{
	bool all = id_is_zero(unit);
	struct id own = view->self->unit;
	if (view_flush(view))
		return view->txn->err;
	struct span prefix = all ? span_of(NULL, 0) : id_span(unit);
	delete_prefix(view->txn, STORE_RECORD, prefix);
	delete_prefix(view->txn, STORE_CONFLICT, prefix);
	if (!view->self->server && (all || id_equal(unit, &own))) {
		struct cell_owner owner = cell_owner_own(&own);
		delete_cells(view->txn, &owner);
		txn_delete(view->txn, STORE_META, span_string("vouched"));
	}
	view->rebuild_unit = *unit;
	view->mark_count = 0;
	view->rebuilding = true;
	each_log(view, forget_log);
	if (!view->txn->err)
		each_log(view, reread_log);
	view->rebuilding = false;
	return view->txn->err ? view->txn->err : view_flush(view);
}
