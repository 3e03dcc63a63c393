// What former superiors said too late: behind a cut-off, not knowing of the change that took the unit
// from them, and applied here before that change came. It does not stand, so the charter is stated anew
// from the logs, in an order that knows of this.
#include "base/pb.h"
#include "log/journal.h"
#include "org/charter_apply.h"

struct suspicion {
	struct charter_apply *apply;
	const struct charter_change *change;
	bool found;
};

static bool concerns(struct suspicion *suspicion, ProtobufCBinaryData bytes)
{
	struct id unit;
	struct txn *txn = suspicion->apply->batch.txn;
	return !id_read(pb_span(bytes), &unit) && (id_equal(&unit, &suspicion->change->unit)
	                                           || charter_was_below(txn, &suspicion->change->unit, &unit));
}

static bool device_concerns(struct suspicion *suspicion, ProtobufCBinaryData bytes)
{
	struct charter_device device;
	struct hash key;
	return !hash_read(pb_span(bytes), &key) && !charter_device_get(suspicion->apply->batch.txn, &key, &device)
	       && concerns(suspicion, pb_bytes(id_span(&device.unit)));
}

static bool statement_concerns(struct suspicion *suspicion, const Tributary__Statement *statement)
{
	switch (statement->what_case) {
	case TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED: return concerns(suspicion, statement->unit_created->parent);
	case TRIBUTARY__STATEMENT__WHAT_UNIT_CHANGED: return concerns(suspicion, statement->unit_changed->unit);
	case TRIBUTARY__STATEMENT__WHAT_UNIT_SPLIT: return concerns(suspicion, statement->unit_split->unit);
	case TRIBUTARY__STATEMENT__WHAT_DEVICE_ENROLLED: return concerns(suspicion, statement->device_enrolled->unit);
	case TRIBUTARY__STATEMENT__WHAT_UNIT_MOVED:
		return concerns(suspicion, statement->unit_moved->unit) || concerns(suspicion, statement->unit_moved->to);
	case TRIBUTARY__STATEMENT__WHAT_UNIT_MERGED:
		return concerns(suspicion, statement->unit_merged->unit) || concerns(suspicion, statement->unit_merged->into);
	case TRIBUTARY__STATEMENT__WHAT_DEVICE_REVOKED:
		return device_concerns(suspicion, statement->device_revoked->device);
	case TRIBUTARY__STATEMENT__WHAT_ROLE_GRANTED: return device_concerns(suspicion, statement->role_granted->device);
	case TRIBUTARY__STATEMENT__WHAT_ROLE_WITHDRAWN: return device_concerns(suspicion, statement->role_withdrawn->device);
	case TRIBUTARY__STATEMENT__WHAT__NOT_SET:
	case TRIBUTARY__STATEMENT__WHAT_GENESIS:
	case TRIBUTARY__STATEMENT__WHAT_PACK_PUBLISHED:
	case TRIBUTARY__STATEMENT__WHAT_SERVER_ADDRESS:
	case _TRIBUTARY__STATEMENT__WHAT__CASE_IS_INT_SIZE:
		break;
	}
	return false;
}

static enum err search_entry(struct suspicion *suspicion, const struct entry *entry)
{
	ProtobufCMessage *message;
	if (entry->kind != ENTRY_STATEMENT || entry->erased)
		return ERR_OK;
	enum err err = pb_unpack(&tributary__statements__descriptor, entry->payload, suspicion->apply->batch.arena, &message);
	if (err)
		return err == ERR_BUDGET ? err : ERR_OK;
	const Tributary__Statements *statements = (const Tributary__Statements *)message;
	for (size_t i = 0; i < statements->n_statements && !suspicion->found; i++)
		suspicion->found = statement_concerns(suspicion, statements->statements[i]);
	return ERR_OK;
}

// Entries behind the cut-off that are applied here already and do not know of the change.
static enum err search_log(struct suspicion *suspicion, const struct journal_log *log)
{
	struct entry entry;
	uint64_t from = 0;
	enum err err = ERR_OK;
	for (size_t i = 0; i < suspicion->change->cutoff_count; i++)
		if (hash_equal(&suspicion->change->cutoff[i].log, &log->id))
			from = suspicion->change->cutoff[i].size;
	if (log->number == suspicion->change->place.log || from >= log->applied)
		return ERR_OK;
	struct journal_reader reader = journal_reader_begin_unhashed(suspicion->apply->batch.txn, log, from, log->applied);
	while (!err && !suspicion->found && journal_reader_next(&reader, &entry))
		err = search_entry(suspicion, &entry);
	enum err ended = journal_reader_end(&reader);
	return err ? err : ended;
}

static enum err search(struct suspicion *suspicion)
{
	struct txn *txn = suspicion->apply->batch.txn;
	enum err err = ERR_OK;
	struct scan scan = scan_begin(txn, STORE_LOG, span_of(NULL, 0));
	while (!err && !suspicion->found && scan_next(&scan)) {
		struct charter_device author;
		struct journal_log log;
		struct hash id;
		bool former = false;
		err = hash_read(scan.key, &id) ? ERR_CORRUPT : journal_find(txn, &id, &log);
		if (err || log.name.lane != LANE_DOWN || charter_device_get(txn, &log.name.device, &author))
			continue;
		for (size_t i = 0; i < suspicion->change->former_count; i++)
			former |= id_equal(&suspicion->change->former[i], &author.unit);
		if (former)
			err = search_log(suspicion, &log);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

enum err charter_apply_former(struct charter_apply *apply, const struct charter_change *change)
{
	struct suspicion suspicion = { .apply = apply, .change = change };
	enum err err = change->former_count ? search(&suspicion) : ERR_OK;
	apply->effects->superseded |= suspicion.found;
	return err;
}
