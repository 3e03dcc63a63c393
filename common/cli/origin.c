// Receipts and the quarantine, read for one write.
#include "cli/origin.h"

#include "base/bytes.h"
#include "base/hlc.h"
#include "sync/view.h"

static const struct {
	const char *name;
	enum phrase phrase;
} states[ORIGIN_STATES] = {
	[ORIGIN_LOCAL] = { "local", PHRASE_STATE_LOCAL },
	[ORIGIN_SENT] = { "sent", PHRASE_STATE_SENT },
	[ORIGIN_RECEIVED] = { "received", PHRASE_STATE_RECEIVED },
	[ORIGIN_KEPT_TWICE] = { "kept_twice", PHRASE_STATE_KEPT_TWICE },
};

static const enum phrase reasons[MERGE_REASON_END] = {
#define ORIGIN_REASON(name, english) [MERGE_##name] = PHRASE_REASON_##name,
	MERGE_REASONS(ORIGIN_REASON)
#undef ORIGIN_REASON
};

const char *origin_name(enum origin_state state) { return states[state].name; }
enum phrase origin_phrase(enum origin_state state) { return states[state].phrase; }
enum phrase origin_reason_phrase(enum merge_reason reason) { return (unsigned)reason < MERGE_REASON_END ? reasons[reason] : PHRASE_NONE; }

enum origin_state origin_state(const struct self *self, const struct journal_log *log, uint64_t seq)
{
	if (log->receipt[RECEIPT_KEPT_TWICE - 1].size > seq)
		return ORIGIN_KEPT_TWICE;
	// What another wrote came to a device through the server.
	bool own = hash_equal(&log->name.device, &self->identity.sign_public);
	if (log->receipt[RECEIPT_RECEIVED - 1].size > seq || !own)
		return ORIGIN_RECEIVED;
	return log->shown > seq ? ORIGIN_SENT : ORIGIN_LOCAL;
}

enum merge_reason origin_reason(struct txn *txn, struct dot dot)
{
	uint8_t key[4 + 8];
	struct span value;
	struct view_quarantined item;
	bytes_put_u32(key, dot.log);
	bytes_put_u64(key + 4, dot.seq);
	if (txn_get(txn, STORE_QUARANTINE, span_of(key, sizeof key), &value) ||
	    view_quarantine_read(span_of(key, sizeof key), value, &item))
		return MERGE_ACCEPTED;
	return item.reason;
}

enum err origin_find(struct lookup *look, const struct self *self, struct dot dot, struct origin *origin)
{
	struct journal_log log;
	struct entry entry;
	enum err err = journal_find_number(look->txn, dot.log, &log);
	if (!err)
		err = journal_entry(look->txn, &log, dot.seq, &entry);
	if (err)
		return err;
	*origin = (struct origin){
		.device = log.name.device,
		.own = hash_equal(&log.name.device, &self->identity.sign_public),
		.name = lookup_device_name(look, &log.name.device),
		.time = hlc_ms(entry.time),
		.state = origin_state(self, &log, dot.seq),
		.reason = origin_reason(look->txn, dot),
	};
	return ERR_OK;
}
