// Applying one entry of statements: who may speak, one statement after another, all or none.
#include "org/charter_apply.h"

#include "base/bytes.h"
#include "base/date.h"
#include "base/pb.h"
#include "log/journal.h"

enum err charter_apply_refuse(struct charter_apply *apply, enum merge_reason reason)
{
	apply->reason = reason;
	return ERR_OK;
}

static struct id *slot_of(struct charter_apply *apply, const struct id *unit)
{
	return &apply->registers[unit->bytes[LIMIT_ID_BYTES - 1] % CHARTER_APPLY_SLOTS];
}

void charter_apply_forget(struct charter_apply *apply)
{
	memset(apply->registers, 0, sizeof apply->registers);
	apply->parent.unit = (struct id){ { 0 } };
}

// Up from the unit: the writer's own unit must come before any other that has a server. Whether
// the writer is still its unit's server is not asked: entries before its cut-off stay valid.
enum err charter_apply_authority(struct charter_apply *apply, const struct id *unit)
{
	struct charter_unit row;
	struct id at = *unit;
	if (!apply->known || !apply->writer.server)
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	for (size_t level = 0; level < 4 * LIMIT_TREE_LEVELS; level++) {
		struct id above;
		bool merged;
		bool writers = id_equal(&at, &apply->writer.unit);
		if ((writers && level == 0) || id_equal(&at, slot_of(apply, &at))) {
			*slot_of(apply, unit) = *unit;
			return ERR_OK;
		}
		enum err err = charter_unit_get(apply->batch.txn, &at, &row);
		if (!err)
			err = charter_apply_above(apply, &row, &above, &merged);
		if (writers && !err && !apply->reason && !merged) { // else its successor speaks for those below
			*slot_of(apply, unit) = *unit;
			return ERR_OK;
		}
		if (err || apply->reason)
			return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
		bool serves = !hash_is_zero(&row.server) && (level == 0 || !merged);
		if (serves || id_is_zero(&above))
			return charter_apply_refuse(apply, MERGE_STATEMENT);
		at = above;
	}
	return ERR_CORRUPT;
}

static enum err load_writer(struct charter_apply *apply)
{
	enum err err = charter_device_get(apply->batch.txn, apply->author, &apply->writer);
	apply->known = !err;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// The key that this store was told to trust, where it was told one.
static enum err check_trusted(struct charter_apply *apply, const struct hash *root_key)
{
	struct span value;
	struct hash trusted;
	enum err err = txn_get(apply->batch.txn, STORE_META, span_of("root", 4), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (hash_read(value, &trusted))
		return ERR_CORRUPT;
	return hash_equal(&trusted, root_key) ? ERR_OK : charter_apply_refuse(apply, MERGE_STATEMENT);
}

static bool genesis_fits(const Tributary__Genesis *genesis)
{
	return genesis->name[0] && statement_text_fits(genesis->name, LIMIT_TITLE_BYTES)
	       && genesis->kind[0] && statement_text_fits(genesis->kind, LIMIT_NAME_BYTES);
}

// The top unit and its server; genesis has been found good.
static void genesis_add(struct charter_apply *apply, const Tributary__Genesis *genesis,
                        const struct charter_genesis *row)
{
	struct charter_unit unit = { .unit = row->unit, .since = apply->effective, .closed = INT32_MAX,
	                             .server = *apply->author, .place = apply->place, .level = 0 };
	struct statement_device server = { .device = *apply->author, .unit = row->unit, .server = true,
	                                   .label = genesis->name };
	memcpy(server.curve.bytes, genesis->curve_key.data, sizeof server.curve.bytes);
	memcpy(server.box.bytes, genesis->box_key.data, sizeof server.box.bytes);
	memcpy(unit.name, genesis->name, strlen(genesis->name) + 1);
	memcpy(unit.kind, genesis->kind, strlen(genesis->kind) + 1);
	charter_genesis_put(&apply->batch, row);
	charter_apply_unit_add(apply, &unit);
	charter_apply_device_add(apply, &server, (struct dot){ .log = 0, .seq = 0 });
}

enum err charter_apply_genesis(struct charter_apply *apply, const Tributary__Genesis *genesis)
{
	struct charter_genesis row, present;
	struct hash server;
	if (!genesis_fits(genesis) || id_read(pb_span(genesis->unit), &row.unit) || id_is_zero(&row.unit)
	    || hash_read(pb_span(genesis->root_key), &row.root_key)
	    || hash_read(pb_span(genesis->server_key), &server) || statement_genesis_hash(genesis, &row.digest))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	if (apply->place.seq != 0 || apply->index != 0 || !hash_equal(&server, apply->author))
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	enum err err = charter_genesis_get(apply->batch.txn, &present);
	if (!err) // the same one again changes nothing; there is no second
		return hash_equal(&present.digest, &row.digest) ? ERR_OK : charter_apply_refuse(apply, MERGE_STATEMENT);
	if (err != ERR_NOT_FOUND)
		return err;
	err = check_trusted(apply, &row.root_key);
	if (err || apply->reason)
		return err;
	if (statement_genesis_verify(genesis))
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	genesis_add(apply, genesis, &row);
	return load_writer(apply);
}

static bool pack_fits(struct charter_apply *apply, const Tributary__PackPublished *published, enum err *err)
{
	const struct pack *pack;
	const char *why;
	if (!published->name[0] || !statement_text_fits(published->name, LIMIT_NAME_BYTES)
	    || published->pack.len > LIMIT_PACK_BYTES)
		return false;
	*err = pack_decode(pb_span(published->pack), apply->batch.arena, &pack, &why);
	return !*err && strcmp(pack->name, published->name) == 0 && pack->version == published->version;
}

// A pack that cannot be read would stop every figure below, so it is refused, and the one before
// stays in force.
// A top that was put back may give one number to two packs. Which of them counts must not hang on which came first: it is the same
// everywhere, by their bytes alone, until the top publishes the next.
static bool stands_before(struct span pack, struct span other)
{
	struct hash one = hash_bytes(HASH_BLAKE2B_256, pack), another = hash_bytes(HASH_BLAKE2B_256, other);
	return memcmp(one.bytes, another.bytes, sizeof one.bytes) > 0;
}

enum err charter_apply_pack_published(struct charter_apply *apply, const Tributary__PackPublished *published)
{
	struct charter_genesis genesis;
	enum err err = charter_genesis_get(apply->batch.txn, &genesis);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
	if (!apply->known || !apply->writer.server || !id_equal(&genesis.unit, &apply->writer.unit))
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	if (!pack_fits(apply, published, &err))
		return err == ERR_BUDGET ? err : charter_apply_refuse(apply, MERGE_MALFORMED);
	uint8_t version[4];
	struct buf *key = &apply->scratch;
	bytes_put_u32(version, published->version);
	buf_clear(key);
	buf_bytes(key, published->name, strlen(published->name) + 1);
	buf_bytes(key, version, sizeof version);
	if (key->err)
		return key->err;
	struct span present;
	err = txn_get(apply->batch.txn, STORE_PACK, buf_span(key), &present);
	if (err && err != ERR_NOT_FOUND)
		return err;
	if (!err && !stands_before(pb_span(published->pack), present))
		return ERR_OK;
	charter_batch_add(&apply->batch, STORE_PACK, buf_span(key), pb_span(published->pack));
	apply->effects->pack_published = true;
	return ERR_OK;
}

static enum err apply_one(struct charter_apply *apply, const Tributary__Statement *statement)
{
	if (statement->effective < date_from_civil(DATE_YEAR_MIN, 1, 1)
	    || statement->effective > date_from_civil(DATE_YEAR_MAX, 12, 31))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	apply->effective = statement->effective;
	apply->announced = statement->announced;
	apply->handover = statement->handover;
	switch (statement->what_case) {
	case TRIBUTARY__STATEMENT__WHAT_GENESIS:
		return charter_apply_genesis(apply, statement->genesis);
	case TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED:
		return charter_apply_unit_created(apply, statement->unit_created);
	case TRIBUTARY__STATEMENT__WHAT_DEVICE_ENROLLED:
		return charter_apply_device_enrolled(apply, statement->device_enrolled);
	case TRIBUTARY__STATEMENT__WHAT_DEVICE_REVOKED:
		return charter_apply_device_revoked(apply, statement->device_revoked);
	case TRIBUTARY__STATEMENT__WHAT_PACK_PUBLISHED:
		return charter_apply_pack_published(apply, statement->pack_published);
	case TRIBUTARY__STATEMENT__WHAT_UNIT_CHANGED:
		return charter_apply_unit_changed(apply, statement->unit_changed);
	case TRIBUTARY__STATEMENT__WHAT_UNIT_MOVED:
		return charter_apply_unit_moved(apply, statement->unit_moved);
	case TRIBUTARY__STATEMENT__WHAT_UNIT_MERGED:
		return charter_apply_unit_merged(apply, statement->unit_merged);
	case TRIBUTARY__STATEMENT__WHAT_UNIT_SPLIT:
		return charter_apply_unit_split(apply, statement->unit_split);
	case TRIBUTARY__STATEMENT__WHAT_SERVER_ADDRESS:
		return charter_apply_server_address(apply, statement->server_address);
	case TRIBUTARY__STATEMENT__WHAT_ROLE_GRANTED:
		return charter_apply_role(apply, statement->role_granted, true);
	case TRIBUTARY__STATEMENT__WHAT_ROLE_WITHDRAWN:
		return charter_apply_role(apply, statement->role_withdrawn, false);
	case TRIBUTARY__STATEMENT__WHAT__NOT_SET:
	case _TRIBUTARY__STATEMENT__WHAT__CASE_IS_INT_SIZE:
		break;
	}
	return charter_apply_refuse(apply, MERGE_MALFORMED); // empty, or of a kind not known here
}

// Does a revoked author's cut-off leave this entry valid?
static enum err check_cutoff(struct charter_apply *apply)
{
	struct journal_log log;
	if (!apply->writer.revoked)
		return ERR_OK;
	enum err err = journal_find_number(apply->batch.txn, apply->place.log, &log);
	if (err && err != ERR_NOT_FOUND)
		return err;
	bool covered = !err && charter_covers(&apply->writer, &log.id, apply->place.seq);
	return covered ? ERR_OK : charter_apply_refuse(apply, MERGE_REVOKED);
}

// What the writer had read of other charters when it wrote this. It waits until that is here.
static enum err take_basis(struct charter_apply *apply, const Tributary__Statements *statements)
{
	for (size_t i = 0; i < statements->n_basis; i++) {
		const Tributary__Frontier *item = statements->basis[i];
		struct journal_log log;
		struct hash id;
		if (hash_read(pb_span(item->log), &id) || item->root.len)
			return charter_apply_refuse(apply, MERGE_MALFORMED);
		enum err err = journal_find(apply->batch.txn, &id, &log);
		if (err)
			return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
		if (log.number == apply->place.log || log.name.lane != LANE_DOWN)
			return charter_apply_refuse(apply, MERGE_MALFORMED);
		if (log.applied < item->size)
			return ERR_AGAIN;
		charter_past_know(&apply->batch, apply->place.log, log.number, item->size);
	}
	return ERR_OK;
}

// May this entry be looked at at all? Genesis alone comes from an author that is not enrolled.
static enum err admit(struct charter_apply *apply, const Tributary__Statements *statements)
{
	enum err err = load_writer(apply);
	if (err)
		return err;
	if (!apply->known) {
		bool genesis = statements && statements->n_statements && apply->place.seq == 0
		               && statements->statements[0]->what_case == TRIBUTARY__STATEMENT__WHAT_GENESIS;
		return genesis ? ERR_OK : ERR_AGAIN;
	}
	err = check_cutoff(apply);
	if (err || apply->reason)
		return err;
	if (!statements || statements->n_statements == 0)
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	if (!apply->writer.server)
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	return take_basis(apply, statements);
}

static enum err apply_all(struct charter_apply *apply, const Tributary__Statements *statements)
{
	enum err err = admit(apply, statements);
	size_t count = statements ? statements->n_statements : 0;
	for (; !err && !apply->reason && apply->index < count; apply->index++) {
		err = apply_one(apply, statements->statements[apply->index]);
		if (!err)
			err = apply->batch.txn->err ? apply->batch.txn->err : apply->batch.err;
	}
	if (err || apply->reason)
		return err;
	charter_count_flush(&apply->batch, &apply->waiting);
	return apply->batch.txn->err ? apply->batch.txn->err : apply->batch.err;
}

enum err charter_apply(struct txn *txn, const struct hash *author, struct dot place, struct span payload,
                       struct arena *arena, enum merge_reason *reason, struct charter_effects *effects)
{
	ProtobufCMessage *message;
	*reason = MERGE_ACCEPTED;
	*effects = (struct charter_effects){ .pack_published = false };
	enum err err = pb_unpack(&tributary__statements__descriptor, payload, arena, &message);
	if (err == ERR_BUDGET)
		return err;
	struct charter_apply apply = {
		.batch = { .txn = txn, .arena = arena, .undo = NULL, .err = ERR_OK },
		.scratch = BUF_EMPTY, .author = author, .place = place, .effects = effects, .reason = MERGE_ACCEPTED,
	};
	err = apply_all(&apply, err ? NULL : (const Tributary__Statements *)message);
	if (err || apply.reason) {
		charter_batch_undo(&apply.batch);
		*effects = (struct charter_effects){ .pack_published = false };
	}
	buf_free(&apply.scratch);
	*reason = apply.reason;
	return err;
}
