#include "sync/heal.h"

#include "log/journal.h"
#include "sync/arrival.h"

static bool is_own(const struct self *self, const struct journal_log *log)
{
	return hash_equal(&log->name.device, &self->identity.sign_public);
}

// Where the tree itself is damaged there is no sound place within the log to go back to.
static enum err go_back(struct txn *txn, struct journal_log *log, uint64_t seq)
{
	enum err err = journal_retreat(txn, log, seq);
	return err == ERR_CORRUPT ? journal_retreat(txn, log, 0) : err;
}

// What was computed from the log stands: it was read when it was whole, and most of all the charter is needed to
// let those in who bring it back. So entries that come again are not applied again.
static enum err heal_log(struct txn *txn, const struct self *self, struct journal_log *log, struct heal *heal)
{
	uint64_t seq, had = log->peaks.size, applied = log->applied, confirmed = log->receipt[RECEIPT_RECEIVED - 1].size;
	enum err err = journal_verify(txn, log, &seq);
	if (err != ERR_CORRUPT)
		return err;
	err = go_back(txn, log, seq);
	log->applied = applied;
	if (!err)
		err = journal_save(txn, log);
	if (err)
		return err;
	const uint64_t has = log->peaks.size, known = confirmed > has ? confirmed : has;
	heal->logs++;
	heal->entries += had - has;
	if (is_own(self, log) && !self->server && had > known)
		heal->alone += had - known;
	return ERR_OK;
}

enum err heal_store(struct view *view, struct self *self, const struct id *incarnation, uint64_t now_ms, struct heal *heal)
{
	static const struct id everything;
	struct txn *txn = view->txn;
	struct journal_log log;
	enum err err = ERR_OK;
	*heal = (struct heal){ .logs = 0 };
	for (uint32_t number = 1; !err; number++) {
		err = journal_find_number(txn, number, &log);
		if (!err)
			err = heal_log(txn, self, &log, heal);
	}
	if (err != ERR_NOT_FOUND)
		return err;
	if (heal->logs == 0)
		return ERR_OK;
	txn_delete(txn, STORE_META, span_string("cursor")); // all that concerns us comes again
	err = heal->alone ? view_rebuild(view, &everything) : ERR_OK;
	return err ? err : self_reincarnate(txn, self, incarnation, SELF_RESTORED, now_ms);
}

// ---- Of a store that was made anew of what held ----

enum heal_loss heal_loss(enum store_table table)
{
	static const enum heal_loss losses[STORE_TABLE_COUNT] = { // the others are without which there is no store
		[STORE_QUARANTINE] = HEAL_VIEW, [STORE_UNIT] = HEAL_VIEW, [STORE_UNIT_CHILD] = HEAL_VIEW, [STORE_UNIT_ALIAS] = HEAL_VIEW,
		[STORE_UNIT_COUNT] = HEAL_VIEW, [STORE_UNIT_PAST] = HEAL_VIEW, [STORE_DEVICE] = HEAL_VIEW, [STORE_DEVICE_UNIT] = HEAL_VIEW,
		[STORE_DEVICE_CURVE] = HEAL_VIEW, [STORE_PACK] = HEAL_VIEW, [STORE_ROLE] = HEAL_VIEW, [STORE_RECORD] = HEAL_VIEW,
		[STORE_CONFLICT] = HEAL_VIEW, [STORE_CELL] = HEAL_VIEW, [STORE_TALLY] = HEAL_VIEW, [STORE_MAIL] = HEAL_VIEW,
		[STORE_UNIQUE] = HEAL_VIEW, [STORE_PERIOD] = HEAL_VIEW, [STORE_INQUIRY] = HEAL_VIEW, [STORE_SCORE] = HEAL_VIEW,
		[STORE_SERIES] = HEAL_VIEW, [STORE_MULTISET] = HEAL_VIEW, [STORE_LATE] = HEAL_VIEW, [STORE_CUSTODY] = HEAL_VIEW,
		[STORE_TRANSFER] = HEAL_VIEW, [STORE_PRESENCE] = HEAL_VIEW, [STORE_FILE] = HEAL_VIEW,
		[STORE_PICTURE] = HEAL_VIEW,
		[STORE_BLOCK] = HEAL_LOG, [STORE_TREE] = HEAL_LOG, [STORE_FORK] = HEAL_LOG,
		[STORE_ARRIVAL] = HEAL_NEWS, [STORE_PENDING] = HEAL_NEWS, [STORE_NOTICE] = HEAL_NEWS, [STORE_BUNDLE] = HEAL_NEWS,
		[STORE_INVITATION] = HEAL_NEWS, [STORE_CARGO] = HEAL_NEWS,
	};
	return losses[table];
}

bool heal_lacks_statements(struct txn *txn, const struct self *self)
{
	struct journal_log log;
	if (!self->server)
		return false;
	for (uint32_t number = 1; journal_find_number(txn, number, &log) == ERR_OK; number++)
		if (is_own(self, &log) && log.name.lane == LANE_DOWN && log.applied > log.peaks.size)
			return true;
	return false;
}

static enum err file_everything(struct txn *txn, const struct self *self)
{
	struct journal_log log;
	enum err err = ERR_OK;
	for (uint32_t number = 1; !err; number++) {
		err = journal_find_number(txn, number, &log);
		if (!err && log.head.size > 0)
			err = arrival_entries(txn, self, &log, 0, log.head.size);
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err heal_rescued(struct view *view, struct self *self, bool views_stand, const struct id *incarnation, uint64_t now_ms, struct heal *heal)
{
	static const struct id everything;
	enum err err = heal_store(view, self, incarnation, now_ms, heal);
	if (!err && !views_stand && hash_is_zero(&self->parent_key) && heal_lacks_statements(view->txn, self))
		err = ERR_GAP;
	if (!err)
		err = txn_delete(view->txn, STORE_META, span_string("cursor"));
	if (!err && !views_stand && heal->alone == 0) // else it was done
		err = view_rebuild(view, &everything);
	return err ? err : file_everything(view->txn, self);
}
