#include "sync/self.h"

#include "base/buf.h"
#include "base/hlc.h"
#include "base/pb.h"
#include "base/reader.h"
#include "log/journal.h"
#include "org/custody_chain.h"
#include "store.pb-c.h"
#include "sync/arrival.h"

enum { SELF_VERSION = 1 };

static struct span self_key(void)
{
	return span_string("self");
}

enum err self_load(struct txn *txn, struct self *self)
{
	struct span row;
	enum err err = txn_get(txn, STORE_META, self_key(), &row);
	if (err)
		return err;
	struct reader reader = reader_of(row);
	if (reader_u8(&reader) != SELF_VERSION)
		return ERR_VERSION;
	reader_copy(&reader, self->incarnation.bytes, sizeof self->incarnation.bytes);
	reader_copy(&reader, self->unit.bytes, sizeof self->unit.bytes);
	self->server = reader_u8(&reader) == 1;
	reader_copy(&reader, self->root_key.bytes, sizeof self->root_key.bytes);
	reader_copy(&reader, self->parent_key.bytes, sizeof self->parent_key.bytes);
	reader_copy(&reader, self->parent_curve.bytes, sizeof self->parent_curve.bytes);
	size_t length = reader_u8(&reader);
	if (length >= sizeof self->parent_address)
		return ERR_CORRUPT;
	memset(self->parent_address, 0, sizeof self->parent_address);
	reader_copy(&reader, self->parent_address, length);
	return reader_end(&reader) ? ERR_CORRUPT : ERR_OK;
}

enum err self_save(struct txn *txn, const struct self *self)
{
	struct buf row = BUF_EMPTY;
	buf_u8(&row, SELF_VERSION);
	buf_bytes(&row, self->incarnation.bytes, sizeof self->incarnation.bytes);
	buf_bytes(&row, self->unit.bytes, sizeof self->unit.bytes);
	buf_u8(&row, self->server);
	buf_bytes(&row, self->root_key.bytes, sizeof self->root_key.bytes);
	buf_bytes(&row, self->parent_key.bytes, sizeof self->parent_key.bytes);
	buf_bytes(&row, self->parent_curve.bytes, sizeof self->parent_curve.bytes);
	buf_u8(&row, (uint8_t)strlen(self->parent_address));
	buf_string(&row, self->parent_address);
	enum err err = row.err ? txn_fail(txn, row.err) : txn_put(txn, STORE_META, self_key(), buf_span(&row));
	buf_free(&row);
	// The root key stands alone as well, where the charter looks for it (org/charter).
	if (!err && !hash_is_zero(&self->root_key))
		err = txn_put(txn, STORE_META, span_string("root"), hash_span(&self->root_key));
	return err;
}

// Finds our log of a lane in the given life. ERR_NOT_FOUND where nothing was written.
static enum err own_log(struct txn *txn, const struct self *self, enum lane lane, struct journal_log *log)
{
	struct logname name = { .device = self->identity.sign_public, .incarnation = self->incarnation, .lane = lane };
	struct hash id = logname_id(&name);
	return journal_find(txn, &id, log);
}

enum err self_guard(struct txn *txn, const struct self *self, const struct hash *machine, struct guard *guard)
{
	*guard = (struct guard){ .machine = *machine, .incarnation = self->incarnation };
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++) {
		struct journal_log log;
		enum err err = own_log(txn, self, (enum lane)lane, &log);
		if (err == ERR_OK)
			guard->shown[lane] = log.peaks.size;
		else if (err != ERR_NOT_FOUND)
			return err;
	}
	return ERR_OK;
}

// The first entry of a new life's log: which life came before, and how far its log had come.
static enum err write_beginning(struct txn *txn, struct self *self, const struct id *before, const struct journal_log *former,
                                unsigned reason, uint64_t time)
{
	Tributary__Frontier known = TRIBUTARY__FRONTIER__INIT;
	known.log = pb_bytes(hash_span(&former->id));
	known.size = former->head.size;
	known.root = pb_bytes(hash_span(&former->head.root));
	Tributary__Frontier *list[] = { &known };
	Tributary__Incarnation beginning = TRIBUTARY__INCARNATION__INIT;
	beginning.previous = pb_bytes(id_span(before));
	beginning.n_known = 1;
	beginning.known = list;
	beginning.reason = reason;
	struct buf payload = BUF_EMPTY;
	pb_pack(&beginning.base, &payload);

	struct logname name = { .device = self->identity.sign_public, .incarnation = self->incarnation, .lane = former->name.lane };
	struct journal_writer writer;
	enum err err = payload.err ? txn_fail(txn, payload.err) : journal_writer_begin(&writer, txn, &name);
	if (!err) {
		uint64_t seq;
		journal_writer_append(&writer, ENTRY_INCARNATION, time, buf_span(&payload), &seq);
		err = journal_writer_finish(&writer, &self->identity, time);
	}
	buf_free(&payload);
	if (err)
		return err;
	struct journal_log log = writer.log;
	log.applied = log.peaks.size;
	journal_save(txn, &log);
	return arrival_entries(txn, self, &log, 0, log.peaks.size);
}

enum err self_reincarnate(struct txn *txn, struct self *self, const struct id *incarnation, unsigned reason, uint64_t now_ms)
{
	struct journal_log former[LANE_END];
	bool wrote[LANE_END] = { false };
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++) {
		enum err err = own_log(txn, self, (enum lane)lane, &former[lane]);
		if (err && err != ERR_NOT_FOUND)
			return err;
		wrote[lane] = err == ERR_OK && former[lane].peaks.size > 0;
	}
	struct id before = self->incarnation;
	self->incarnation = *incarnation;
	self_save(txn, self);
	custody_chain_life_ended(txn, &before, &self->unit);
	if (self->server && !hash_is_zero(&self->parent_key)) // decides about homes again when all is here (node_client)
		txn_put(txn, STORE_META, span_string("custody restoring"), span_of(NULL, 0));
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		if (wrote[lane])
			write_beginning(txn, self, &before, &former[lane], reason, hlc_of_ms(now_ms));
	return txn->err;
}
