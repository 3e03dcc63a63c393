// Entries whose turn has passed, and which mean something only now. Each is applied once: what was applied in its turn is
// never read again here, for a write that was replaced since would live again.
//
//	payloads that came later   they had been withheld from this store (log/journal_fill)
//	words of superiors         of units that were none of our business: they stand below us only now, or were not
//	                           known yet (computed from nothing, a superior's log is read before the log that creates
//	                           the unit). Whoever once is our business stays it (charter_was_below), so a mark for each
//	                           log and unit is enough: up to there all was passed over
//	what was set aside         because its author had no authority in the tree as far as it was known
#include "base/bytes.h"
#include "sync/view_inside.h"

enum { FILLED_KEY_BYTES = 7 + 4 + 8, FILLED_AT_ONCE = 64 };

static struct span quarantine_key(const struct journal_log *log, uint64_t seq, uint8_t key[static 4 + 8])
{
	bytes_put_u32(key, log->number);
	bytes_put_u64(key + 4, seq);
	return span_of(key, 4 + 8);
}

// What was set aside in a tree that lacked something, and is not now: whatever rests on it is judged anew.
static void take_back(struct view *view, const struct journal_log *log, uint64_t seq)
{
	static const struct id everything;
	uint8_t key[4 + 8];
	if (!txn_has(view->txn, STORE_QUARANTINE, quarantine_key(log, seq, key)))
		return;
	txn_delete(view->txn, STORE_QUARANTINE, quarantine_key(log, seq, key));
	view_mark_stale(view, view->self->server ? &everything : &view->self->unit);
}

static enum err hear(struct view *view, struct journal_log *log, uint64_t from, uint64_t to, const struct id *of)
{
	struct entry entry;
	enum err err = ERR_OK;
	view->author_known = false;
	view->standing.known = false;
	view_know_author(view, log);
	struct journal_reader reader = journal_reader_begin_unhashed(view->txn, log, from, to);
	while (!err && journal_reader_next(&reader, &entry)) {
		struct reading reading = { .view = view, .log = log, .entry = &entry, .lane = log->name.lane, .of = of };
		err = view_entry_apply(&reading);
		if (!err && reading.reason)
			err = view_quarantine(view, log, &entry, reading.reason);
		else if (!err && !reading.passed)
			take_back(view, log, entry.seq);
	}
	enum err ended = journal_reader_end(&reader);
	return err ? err : ended;
}

// ---- Units that were none of our business ----

enum { PASSED_KEY_BYTES = 7 + LIMIT_ID_BYTES + 4, PASSED_AT_ONCE = 256 };

enum err view_pass_over(struct reading *reading, const struct id *unit)
{
	uint8_t key[PASSED_KEY_BYTES], end[8];
	if (reading->lane != LANE_DOWN)
		return ERR_OK;
	memcpy(key, "passed/", 7);
	memcpy(key + 7, unit->bytes, LIMIT_ID_BYTES);
	bytes_put_u32(key + 7 + LIMIT_ID_BYTES, reading->log->number);
	bytes_put_u64(end, reading->entry->seq + 1);
	return txn_put(reading->view->txn, STORE_META, span_of(key, sizeof key), span_of(end, sizeof end));
}

// False: the unit still is none of our business.
static bool hear_passed(struct view *view, const uint8_t key[static PASSED_KEY_BYTES], uint64_t end)
{
	struct journal_log log;
	struct id unit;
	memcpy(unit.bytes, key + 7, LIMIT_ID_BYTES);
	enum err err = journal_find_number(view->txn, bytes_get_u32(key + 7 + LIMIT_ID_BYTES), &log);
	if (!err && !view_entry_standing(view, &view->self->unit, &unit)->concerns)
		return false;
	if (!err)
		err = hear(view, &log, 0, end < log.applied ? end : log.applied, &unit);
	if (err && err != ERR_AGAIN)
		txn_fail(view->txn, err);
	txn_delete(view->txn, STORE_META, span_of(key, PASSED_KEY_BYTES));
	return true;
}

enum err view_again_passed(struct view *view)
{
	uint8_t last[PASSED_KEY_BYTES];
	size_t last_size = 7;
	memcpy(last, "passed/", 7);
	for (bool more = true; more && !view->txn->err;) {
		struct scan scan = scan_begin_from(view->txn, STORE_META, span_string("passed/"), span_of(last, last_size));
		uint8_t keys[PASSED_AT_ONCE][PASSED_KEY_BYTES];
		uint64_t ends[PASSED_AT_ONCE];
		size_t count = 0;
		while (count < PASSED_AT_ONCE && scan_next(&scan)) {
			bool seen = scan.key.size == last_size && memcmp(scan.key.data, last, last_size) == 0;
			if (seen || scan.key.size != PASSED_KEY_BYTES || scan.value.size != 8)
				continue;
			ends[count] = bytes_get_u64(scan.value.data);
			memcpy(keys[count++], scan.key.data, PASSED_KEY_BYTES);
		}
		scan_end(&scan);
		more = count == PASSED_AT_ONCE;
		for (size_t i = 0; i < count && !view->txn->err; i++)
			hear_passed(view, keys[i], ends[i]);
		if (count)
			memcpy(last, keys[count - 1], last_size = PASSED_KEY_BYTES);
	}
	return view->txn->err;
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
	if (seq >= log.applied || view_sealed_from_us(view, &log))
		return ERR_OK;
	if (view->author_known && log.name.lane != LANE_DOWN && log.name.lane != LANE_MAIL && log.name.lane != LANE_FILE) { // numbers and moves follow each other
		view_mark_stale(view, &view->author.unit);
		return ERR_OK;
	}
	return hear(view, &log, seq, seq + 1, NULL);
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

// ---- What was set aside ----

// What was beyond its author's authority in the tree as it was known: receipts of a server that was not above us, say.
static enum err hear_set_aside(struct view *view)
{
	enum { AT_ONCE = 256 };
	struct view_quarantined items[AT_ONCE];
	size_t count = 0;
	struct scan scan = scan_begin(view->txn, STORE_QUARANTINE, span_of(NULL, 0));
	while (count < AT_ONCE && scan_next(&scan))
		if (view_quarantine_read(scan.key, scan.value, &items[count]) == ERR_OK && items[count].reason == MERGE_AUTHORITY)
			count++;
	scan_end(&scan);
	for (size_t i = 0; i < count && !view->txn->err; i++) {
		struct journal_log log;
		enum err err = journal_find_number(view->txn, items[i].log, &log);
		if (!err)
			err = hear(view, &log, items[i].seq, items[i].seq + 1, NULL);
		if (err && err != ERR_AGAIN)
			txn_fail(view->txn, err);
	}
	return view->txn->err;
}

bool view_again(struct view *view)
{
	bool any = hear_all_filled(view);
	if (!view->superiors_again || view->from_nothing || view->txn->err)
		return any;
	view->superiors_again = false;
	view_again_passed(view);
	hear_set_aside(view);
	return any;
}
