// Logs on their way into the views: applied in order, waiting where they must, set aside where they
// are wrong. What an entry does is in view_entry.c.
#include "sync/view.h"

#include "base/bytes.h"
#include "org/ranking_kept.h"
#include "sync/view_inside.h"

// ---- Quarantine ----

enum { QUARANTINE_KEY_BYTES = 4 + 8, QUARANTINE_VALUE_BYTES = 1 + 8 };

enum err view_quarantine(struct view *view, const struct journal_log *log, const struct entry *entry, enum merge_reason reason)
{
	uint8_t key[QUARANTINE_KEY_BYTES], value[QUARANTINE_VALUE_BYTES];
	bytes_put_u32(key, log->number);
	bytes_put_u64(key + 4, entry->seq);
	value[0] = (uint8_t)reason;
	bytes_put_u64(value + 1, entry->time);
	view->quarantined++;
	return txn_put(view->txn, STORE_QUARANTINE, span_of(key, sizeof key), span_of(value, sizeof value));
}

enum err view_quarantine_read(struct span key, struct span value, struct view_quarantined *item)
{
	if (key.size != QUARANTINE_KEY_BYTES || value.size != QUARANTINE_VALUE_BYTES || value.data[0] >= MERGE_REASON_END)
		return ERR_CORRUPT;
	item->log = bytes_get_u32(key.data);
	item->seq = bytes_get_u64(key.data + 4);
	item->reason = (enum merge_reason)value.data[0];
	return ERR_OK;
}

// ---- A log ----

enum { WAITING_KEY_BYTES = 8 + 4 };

static void waiting_key(uint8_t key[static WAITING_KEY_BYTES], uint32_t log)
{
	memcpy(key, "waiting/", 8);
	bytes_put_u32(key + 8, log);
}

static enum err mark_waiting(struct txn *txn, uint32_t log, bool waits)
{
	uint8_t key[WAITING_KEY_BYTES];
	waiting_key(key, log);
	if (waits)
		return txn_put(txn, STORE_META, span_of(key, sizeof key), span_of(NULL, 0));
	return txn_delete(txn, STORE_META, span_of(key, sizeof key));
}

void view_know_author(struct view *view, const struct journal_log *log)
{
	if (view->author_known && hash_equal(&view->author.device, &log->name.device))
		return;
	view->author_known = charter_device_get(view->txn, &log->name.device, &view->author) == ERR_OK;
	bool ours = hash_equal(&log->name.device, &view->self->identity.sign_public);
	if (view->author_known || !ours)
		return;
	// Our own enrolment may still be on its way down to us; we know whose device we are.
	view->author = (struct charter_device){ .device = log->name.device, .unit = view->self->unit, .server = view->self->server };
	view->author_known = !id_is_zero(&view->self->unit) && log->name.lane != LANE_DOWN;
}

// Nothing of an unknown author is judged. Only the founding of the tree speaks for itself.
static bool may_begin(const struct view *view, const struct journal_log *log)
{
	return view->author_known || (log->name.lane == LANE_DOWN && log->applied == 0);
}

bool view_sealed_from_us(const struct view *view, const struct journal_log *log)
{
	return log->name.lane == LANE_PRIVATE &&
	       (view->self->server || (view->author_known && !id_equal(&view->author.unit, &view->self->unit)));
}

// Where our own entries at hand leave the figures: stored once, not at every entry.
static void flush_basis(struct view *view, struct view_mark *mark)
{
	if (mark->basis)
		view_basis_set(view, mark->number, mark->basis);
	mark->basis = 0;
}

struct view_mark *view_mark(struct view *view, const struct journal_log *log)
{
	for (size_t i = 0; i < view->mark_count; i++)
		if (view->mark[i].number == log->number)
			return &view->mark[i];
	// Few logs are open at once; the oldest mark makes room, its log's row is saved by then.
	size_t at = view->mark_count < VIEW_MARKS ? view->mark_count++ : view->mark_next++ % VIEW_MARKS;
	flush_basis(view, &view->mark[at]);
	view->mark[at] = (struct view_mark){ .number = log->number, .log = log->id, .applied = log->applied };
	return &view->mark[at];
}

static enum err apply_run(struct view *view, struct journal_log *log, struct view_mark *mark)
{
	struct entry entry;
	enum err err = ERR_OK;
	struct journal_reader reader = journal_reader_begin_unhashed(view->txn, log, log->applied, log->peaks.size);
	while (!err && journal_reader_next(&reader, &entry)) {
		struct reading reading = { .view = view, .log = log, .entry = &entry, .lane = log->name.lane };
		view->changed_basis = false;
		err = view_entry_apply(&reading);
		if (!err && reading.reason)
			err = view_quarantine(view, log, &entry, reading.reason);
		if (err)
			break;
		view->applied++;
		log->applied = mark->applied = entry.seq + 1;
		if (view->changed_basis)
			view->basis = entry.seq + 1;
		if (!view->author_known)
			break; // the first statement did not enrol its author: wait
	}
	enum err ended = journal_reader_end(&reader);
	if (err == ERR_AGAIN)
		return ERR_OK; // the log waits here
	return err ? err : ended;
}

enum err view_catch_up(struct view *view, struct journal_log *log)
{
	uint64_t before = log->applied;
	view_know_author(view, log);
	if (view_sealed_from_us(view, log))
		return ERR_OK;
	enum err err = ERR_OK;
	if (log->applied < log->peaks.size && may_begin(view, log)) {
		view->basis = 0;
		struct view_mark *mark = view_mark(view, log);
		mark->applied = log->applied;
		err = apply_run(view, log, mark);
		if (!err && view->basis)
			err = view_basis_set(view, log->number, view->basis);
	}
	if (err)
		return txn_fail(view->txn, err);
	mark_waiting(view->txn, log->number, log->applied < log->peaks.size);
	if (log->applied != before) {
		journal_save(view->txn, log);
		view->progressed = true;
		view->rewake |= view_recall_waits(view);
	}
	return view->txn->err;
}

enum err view_apply_own(struct view *view, const struct journal_log *log, const struct entry *entry, enum merge_reason *reason)
{
	view_know_author(view, log);
	struct reading reading = { .view = view, .log = log, .entry = entry, .lane = log->name.lane, .own = true };
	// What we seal is given here as it is inside.
	bool inner = log->name.lane == LANE_PRIVATE && entry->kind == ENTRY_CHANGES;
	reading.sealed = inner;
	struct view_mark *mark = view_mark(view, log);
	mark->applied = entry->seq;
	view->changed_basis = false;
	enum err err;
	if (inner) {
		view->derive = true;
		arena_reset(&view->arena);
		err = view_entry_changes(&reading);
	} else {
		err = view_entry_apply(&reading);
	}
	*reason = reading.reason;
	if (!err && !reading.reason)
		mark->applied = entry->seq + 1;
	if (!err && !reading.reason && entry->kind == ENTRY_CHANGES)
		err = view_recall_keep(view, log->number, entry->seq, entry->payload);
	if (!err && !reading.reason && view->changed_basis)
		mark->basis = entry->seq + 1;
	return err;
}

// ---- Begin, end ----

enum err view_begin(struct view *view, struct txn *txn, const struct self *self, struct view_pack *pack)
{
	*view = (struct view){ .txn = txn, .self = self, .pack = pack };
	arena_init(&view->arena, LIMIT_DECODE_BYTES);
	enum err err = view_pack_refresh(pack, txn);
	if (!err && !self->server) {
		view->cells = cell_batch_new();
		if (!view->cells)
			err = ERR_NOMEM;
	}
	return err ? txn_fail(txn, err) : ERR_OK;
}

static enum err wake_one(struct view *view, uint32_t number)
{
	struct journal_log log;
	enum err err = journal_find_number(view->txn, number, &log);
	return err ? txn_fail(view->txn, err) : view_catch_up(view, &log);
}

// What came may be what others waited for, and what they bring may wake further ones: until nothing moves.
enum err view_wake(struct view *view)
{
	while (view->rewake && !view->txn->err) {
		view->rewake = false;
		struct scan scan = scan_begin(view->txn, STORE_META, span_string("waiting/"));
		while (scan_next(&scan))
			if (scan.key.size == WAITING_KEY_BYTES && wake_one(view, bytes_get_u32(scan.key.data + 8)))
				break;
		scan_end(&scan);
		view->rewake |= view_again(view);
	}
	return view_recall_waits(view) ? view_recall_rest(view) : view->txn->err;
}

enum err view_flush(struct view *view)
{
	struct cell_owner owner = cell_owner_own(&view->self->unit);
	for (size_t i = 0; i < view->mark_count; i++)
		flush_basis(view, &view->mark[i]);
	return view->cells ? cell_batch_flush(view->cells, view->txn, &owner, true) : view->txn->err;
}

enum err view_end(struct view *view)
{
	while (!view->txn->err && (view->rewake || view->stale_count > 0)) {
		view_wake(view);
		view_rebuild_stale(view);
	}
	enum err err = view->txn->err ? view->txn->err : view_flush(view);
	if (!err)
		err = view_derive(view);
	if (!err && view->self->server && view->pack->pack)
		err = ranking_kept_make(view->txn, view->pack->pack, &view->arena);
	if (view->cells)
		cell_batch_free(view->cells);
	view->cells = NULL;
	view_recall_free(view);
	arena_free(&view->arena);
	return err ? txn_fail(view->txn, err) : ERR_OK;
}
