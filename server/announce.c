// Each look costs a few reads; something is written when an address is new or a day has come.
#include "server/announce.h"

#include "base/pb.h"
#include "cli/closing.h"
#include "org/charter_past.h"

static bool address_known(struct txn *txn, const struct self *self, const char *address)
{
	char said[LIMIT_ADDRESS_BYTES];
	return charter_address(txn, &self->identity.sign_public, said) == ERR_OK && strcmp(said, address) == 0;
}

static enum err state_address(struct pen *pen, const char *address)
{
	Tributary__ServerAddress said = TRIBUTARY__SERVER_ADDRESS__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	said.address = (char *)(uintptr_t)address; // protobuf-c's strings are not const; nothing writes
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_SERVER_ADDRESS;
	statement.server_address = &said;
	return pen_state(pen, &statement);
}

// A unit is not closed over the heads of those who are left in it: that is for people ("warnings" tells them).
static bool may_follow(struct pen *pen, const Tributary__Statement *statement)
{
	struct closing open;
	struct id unit;
	if (statement->what_case != TRIBUTARY__STATEMENT__WHAT_UNIT_CHANGED || !statement->unit_changed->closed ||
	    id_read(pb_span(statement->unit_changed->unit), &unit))
		return true;
	enum err err = closing_look(pen->txn, pen->view.pack->pack, &unit, statement->effective, &open);
	bool settled = !err && closing_settled(&open);
	closing_free(&open);
	return settled;
}

// An announced change, word for word as it was told, but that it holds now.
static enum err state_again(struct pen *pen, const struct charter_due *due, struct arena *arena)
{
	struct journal_log log;
	struct entry entry;
	ProtobufCMessage *message;
	enum err err = journal_find(pen->txn, &due->log, &log);
	if (!err)
		err = journal_entry(pen->txn, &log, due->seq, &entry);
	if (!err)
		err = pb_unpack(&tributary__statements__descriptor, entry.payload, arena, &message);
	if (err)
		return err;
	Tributary__Statements *told = (Tributary__Statements *)message;
	if (due->statement >= told->n_statements)
		return ERR_CORRUPT;
	if (!may_follow(pen, told->statements[due->statement]))
		return ERR_OK;
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	statements.n_statements = 1;
	statements.statements = &told->statements[due->statement];
	statements.statements[0]->announced = false;
	err = pen_statements(pen, &statements);
	// What cannot be any more (it was closed meanwhile, or another looks after it) stays a word.
	return err == ERR_CONFLICT || err == ERR_UNAUTHORISED ? ERR_OK : err;
}

static enum err write_due(struct pen *pen, const char *address, const struct charter_due *due, size_t count)
{
	struct arena arena;
	enum err err = address ? state_address(pen, address) : ERR_OK;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < count && !err; i++) {
		arena_reset(&arena);
		err = state_again(pen, &due[i], &arena);
	}
	arena_free(&arena);
	return err;
}

enum err announce_due(struct home *home, const char *address, int32_t today)
{
	struct txn txn;
	struct pen pen;
	struct charter_device device;
	struct charter_due due[CHARTER_DUE_MOST];
	size_t count = 0;
	enum err err = txn_begin(home->store, STORE_READ, &txn);
	if (err)
		return err;
	bool enrolled = charter_device_get(&txn, &home->self.identity.sign_public, &device) == ERR_OK;
	bool says = address[0] && !address_known(&txn, &home->self, address);
	if (enrolled)
		err = charter_due(&txn, &home->self.unit, today, due, &count);
	txn_abort(&txn);
	if (err || !enrolled || (!says && count == 0))
		return err ? err : enrolled ? ERR_OK : ERR_AGAIN;
	err = home_pen_begin(home, &txn, &pen);
	if (err)
		return err;
	err = write_due(&pen, says ? address : NULL, due, count);
	if (err)
		txn_fail(&txn, err);
	enum err end = home_pen_commit(&txn, &pen);
	return err ? err : end;
}
