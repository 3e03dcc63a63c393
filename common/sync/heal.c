#include "sync/heal.h"

#include "log/journal.h"

enum { REBORN_RESTORED = 1 };

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
	return err ? err : self_reincarnate(txn, self, incarnation, REBORN_RESTORED, now_ms);
}
