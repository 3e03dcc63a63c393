// Entries that are heard once more: what they say meant nothing when their turn came, or could not be read then.
//
//	payloads that came later   they had been withheld from this store (log/journal_fill)
//	words of superiors         to or of a unit that stands below us only now, or was not known yet: when everything is
//	                           computed from nothing, a superior's log is read before the log that creates that unit
//
// Twice is as good as once: records, verdicts and requests are sets.
#include "base/bytes.h"
#include "org/charter_past.h"
#include "sync/view_inside.h"

enum { FILLED_KEY_BYTES = 7 + 4 + 8, FILLED_AT_ONCE = 64 };

static enum err hear(struct view *view, struct journal_log *log, uint64_t from, uint64_t to, bool words_alone)
{
	struct entry entry;
	enum err err = ERR_OK;
	struct journal_reader reader = journal_reader_begin_unhashed(view->txn, log, from, to);
	while (!err && journal_reader_next(&reader, &entry)) {
		struct reading reading = { .view = view, .log = log, .entry = &entry, .lane = log->name.lane };
		if (words_alone && entry.kind != ENTRY_REVIEW && entry.kind != ENTRY_REQUEST && entry.kind != ENTRY_CHANGES)
			continue;
		err = view_entry_apply(&reading);
		if (!err && reading.reason)
			err = view_quarantine(view, log, &entry, reading.reason);
	}
	enum err ended = journal_reader_end(&reader);
	return err ? err : ended;
}

enum err view_hear_again(struct view *view, struct journal_log *log)
{
	view->author_known = false;
	view_know_author(view, log);
	if (log->name.lane != LANE_DOWN || !view->author_known || !view->author.server)
		return ERR_OK;
	enum err err = hear(view, log, 0, log->applied, true);
	return err == ERR_AGAIN ? ERR_OK : err;
}

// ---- Payloads that came later ----

enum err view_filled(struct view *view, uint32_t log, uint64_t seq)
{
	uint8_t key[FILLED_KEY_BYTES];
	memcpy(key, "filled/", 7);
	bytes_put_u32(key + 7, log);
	bytes_put_u64(key + 11, seq);
	view->rewake = true;
	return txn_put(view->txn, STORE_META, span_of(key, sizeof key), span_of(NULL, 0));
}

// One of them, where its log is applied already (else its turn comes). ERR_AGAIN: it waits.
static enum err hear_filled(struct view *view, uint32_t number, uint64_t seq)
{
	struct journal_log log;
	enum err err = journal_find_number(view->txn, number, &log);
	if (err)
		return err;
	view->author_known = false;
	view_know_author(view, &log);
	return seq >= log.applied || view_sealed_from_us(view, &log) ? ERR_OK : hear(view, &log, seq, seq + 1, false);
}

// False: none was applied.
static bool hear_all_filled(struct view *view)
{
	uint8_t keys[FILLED_AT_ONCE][FILLED_KEY_BYTES];
	size_t count = 0;
	bool any = false;
	struct scan scan = scan_begin(view->txn, STORE_META, span_string("filled/"));
	while (count < FILLED_AT_ONCE && scan_next(&scan))
		if (scan.key.size == FILLED_KEY_BYTES)
			memcpy(keys[count++], scan.key.data, FILLED_KEY_BYTES);
	scan_end(&scan);
	for (size_t i = 0; i < count && !view->txn->err; i++) {
		enum err err = hear_filled(view, bytes_get_u32(keys[i] + 7), bytes_get_u64(keys[i] + 11));
		if (err == ERR_AGAIN)
			continue;
		if (err)
			txn_fail(view->txn, err);
		txn_delete(view->txn, STORE_META, span_of(keys[i], FILLED_KEY_BYTES));
		any = true;
	}
	return any;
}

// ---- Words of superiors ----

static enum err hear_superiors(struct view *view)
{
	const struct id *self = &view->self->unit;
	struct scan scan = scan_begin(view->txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (scan_next(&scan) && !view->txn->err) {
		struct charter_device author;
		struct journal_log log;
		if (scan.key.size != 4 || journal_find_number(view->txn, bytes_get_u32(scan.key.data), &log) || log.name.lane != LANE_DOWN ||
		    charter_device_get(view->txn, &log.name.device, &author) || !author.server || id_equal(&author.unit, self))
			continue;
		enum err err = view_hear_again(view, &log);
		if (err)
			txn_fail(view->txn, err);
	}
	scan_end(&scan);
	return view->txn->err;
}

bool view_again(struct view *view)
{
	bool any = hear_all_filled(view);
	if (!view->superiors_again || view->from_nothing || view->txn->err)
		return any;
	view->superiors_again = false;
	hear_superiors(view);
	return any;
}
