// What a unit says about its members beside its figures, so that every server can see that nobody is lost or
// counted twice (DESIGN 9): how many members its ledger holds, and how many the records of homes give to it that it
// knows of, both in the hands of its present registrar: where the unit has just come under another, they are on their
// way until that one has taken them over. A derivation like those of ledger/derive, which know nothing of homes: so it is the same on
// all devices of the unit, and is there again after a rebuild. It looks at every record of a home that is known
// here; view_derive() runs it only when some of them, or a member's own record, may be another.
#include "org/custody_chain.h"
#include "org/transfer_state.h"
#include "ledger/record.h"
#include "sync/view_inside.h"

// What stays here of one who went by a transfer, and has not arrived again. One who died or was entered by mistake
// left nobody's count: that is the unit's own word, and its home is still here.
static bool is_stub(struct derive *derive, const struct pack_kind *kind, const struct record *record)
{
	const struct record_write *left = kind->left ? record_value(record, kind->left, span_of(NULL, 0)) : NULL;
	bool here = false, stub = false;
	if (!left)
		return false;
	struct scan scan = custody_chain_scan(derive->txn, &record->key.record);
	while (scan_next(&scan)) {
		struct custody_entry entry;
		if (custody_chain_read(&scan, &entry) || entry.state != CUSTODY_FINAL)
			continue;
		bool ours = id_equal(&entry.record.home, &derive->unit->id);
		stub |= here && !ours && entry.record.day == left->value.number;
		here = ours;
	}
	scan_end(&scan);
	return stub;
}

// Recorded by the registrar, and in the ledger here.
static enum err count_records(struct derive *derive, const struct id *registrar, const struct pack_kind *kind, int64_t *count)
{
	enum err err = ERR_OK;
	struct scan scan = custody_chain_homes(derive->txn, &derive->unit->id);
	while (!err && scan_next(&scan)) {
		struct record record;
		struct record_key key = { .unit = derive->unit->id, .kind = kind->number, .record = custody_chain_home_member(&scan) };
		struct custody_entry last;
		err = custody_chain_last(derive->txn, &key.record, &last);
		if (err || !transfer_state_is_own(&derive->unit->id, registrar, &last.record))
			continue;
		arena_reset(derive->arena);
		err = record_load(derive->txn, &key, derive->arena, &record);
		*count += !err && record.write_count && !is_stub(derive, kind, &record);
	}
	scan_end(&scan);
	return err;
}

static enum err count_homes(struct derive *derive, const struct id *registrar, int64_t *count)
{
	enum err err = ERR_OK;
	struct scan scan = custody_chain_homes(derive->txn, &derive->unit->id);
	while (!err && scan_next(&scan)) {
		struct custody_entry last;
		struct id member = custody_chain_home_member(&scan);
		err = custody_chain_last(derive->txn, &member, &last);
		*count += !err && transfer_state_is_own(&derive->unit->id, registrar, &last.record);
	}
	scan_end(&scan);
	return err;
}

static enum err derive_members(struct derive *derive)
{
	const struct pack *pack = derive->pack;
	struct id registrar;
	int64_t records = 0, homes = 0;
	bool any = false;
	if (!derive->unit->kind->ledger)
		return ERR_OK;
	enum err err = charter_registrar(derive->txn, &derive->unit->id, &registrar);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	for (size_t i = 0; i < pack->kind_count && !err; i++) {
		any |= pack->kinds[i].custody;
		if (pack->kinds[i].custody)
			err = count_records(derive, &registrar, &pack->kinds[i], &records);
	}
	if (!err && any)
		err = count_homes(derive, &registrar, &homes);
	const int64_t values[] = { records, homes };
	for (uint8_t i = 0; any && i < sizeof values / sizeof values[0] && !err; i++) {
		struct cell_key key = { .metric = CELL_METRIC_MEMBERS, .dimension = i, .month = pack->since };
		err = derive_put(derive, &key, values[i]);
	}
	return err;
}

const struct derivation *view_members_rows(void)
{
	static const struct derivation rows[] = {
		{ .name = "members", .metric = CELL_METRIC_MEMBERS, .run = derive_members },
		{ .run = NULL },
	};
	return rows;
}
