// What a unit says about its members beside its figures, so that every server can see that nobody is lost or
// counted twice (DESIGN 9): how many its own records are, and how many came and left by the records of homes
// that it knows of.
#include "org/custody_chain.h"
#include "org/transfer_state.h"
#include "ledger/record.h"
#include "sync/pen_inside.h"

// What stays here of one who went by a transfer, and has not arrived again. One who died or was entered by mistake
// left nobody's count: that is the unit's own word, and its home is still here.
static bool is_stub(struct pen *pen, const struct pack_kind *kind, const struct record *record)
{
	const struct record_write *left = kind->left ? record_value(record, kind->left, span_of(NULL, 0)) : NULL;
	bool here = false, stub = false;
	if (!left)
		return false;
	struct scan scan = custody_chain_scan(pen->txn, &record->key.record);
	while (scan_next(&scan)) {
		struct custody_entry entry;
		if (custody_chain_read(&scan, &entry) || entry.state != CUSTODY_FINAL)
			continue;
		bool ours = id_equal(&entry.record.home, &pen->self->unit);
		stub |= here && !ours && entry.record.day == left->value.number;
		here = ours;
	}
	scan_end(&scan);
	return stub;
}

// Recorded by the registrar, and in the ledger here.
static enum err count_records(struct pen *pen, const struct pack_kind *kind, struct arena *arena, int64_t *count)
{
	enum err err = ERR_OK;
	struct scan scan = custody_chain_homes(pen->txn, &pen->self->unit);
	while (!err && scan_next(&scan)) {
		struct record record;
		struct record_key key = { .unit = pen->self->unit, .kind = kind->number, .record = custody_chain_home_member(&scan) };
		arena_reset(arena);
		err = record_load(pen->txn, &key, arena, &record);
		*count += !err && record.write_count && !is_stub(pen, kind, &record);
	}
	scan_end(&scan);
	return err;
}

static enum err set_cell(struct pen *pen, const struct cell_owner *owner, uint8_t dimension, int64_t value)
{
	struct cell_key key = { .metric = CELL_METRIC_MEMBERS, .dimension = dimension, .month = pen->view.pack->pack->since };
	int64_t before = 0;
	enum err err = cell_get(pen->txn, owner, &key, &before);
	if ((err && err != ERR_NOT_FOUND) || before == value)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	return cell_add(pen->txn, owner, &key, value - before, true);
}

enum err pen_members(struct pen *pen, const struct cell_owner *owner)
{
	const struct pack *pack = pen->view.pack->pack;
	struct transfer_balance balance;
	struct arena arena;
	int64_t records = 0;
	bool any = false;
	enum err err = ERR_OK;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < pack->kind_count && !err; i++) {
		any |= pack->kinds[i].custody;
		if (pack->kinds[i].custody)
			err = count_records(pen, &pack->kinds[i], &arena, &records);
	}
	arena_free(&arena);
	if (err || !any)
		return err;
	err = transfer_state_balance(pen->txn, &pen->self->unit, &balance);
	const int64_t values[] = { records, balance.came, balance.left };
	for (uint8_t i = 0; i < sizeof values / sizeof values[0] && !err; i++)
		err = set_cell(pen, owner, i, values[i]);
	return err;
}
