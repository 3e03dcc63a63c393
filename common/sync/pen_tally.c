// Publishing figures: a device publishes its unit's cells, a server the sums of its subtree. Both ask
// ledger/tally what changed since their last word.
#include "base/bytes.h"
#include "base/date.h"
#include "sync/pen_inside.h"

static struct span vouched_key(void)
{
	return span_string("vouched");
}

// A device vouches for its unit's months up to now; the figure of "who reports" is a cell like any other.
// *anew: the cells were computed again from nothing (view_rebuild took the mark away), so that no mark
// tells of those that are gone.
static enum err vouch(struct pen *pen, const struct cell_owner *owner, int32_t since, int32_t through, bool *anew)
{
	struct span value;
	int32_t before = since - 1;
	uint8_t bytes[4];
	*anew = txn_get(pen->txn, STORE_META, vouched_key(), &value) != ERR_OK || value.size != 4;
	if (!*anew)
		before = (int32_t)bytes_get_u32(value.data);
	if (through <= before)
		return ERR_OK;
	bytes_put_u32(bytes, (uint32_t)through);
	txn_put(pen->txn, STORE_META, vouched_key(), span_of(bytes, sizeof bytes));
	return tally_vouch(pen->txn, owner, since, before, through);
}

static bool keeps_ledger(struct pen *pen, const struct pack *pack)
{
	struct charter_unit unit;
	if (charter_unit_get(pen->txn, &pen->self->unit, &unit))
		return false;
	const struct pack_unit_kind *kind = pack_unit_kind_by_name(pack, unit.kind);
	return kind && kind->ledger;
}

// Who has written nothing yet has nothing to vouch for: an empty ledger is a silent one.
static bool has_records(struct pen *pen)
{
	struct scan scan = scan_begin(pen->txn, STORE_RECORD, id_span(&pen->self->unit));
	bool any = scan_next(&scan);
	scan_end(&scan);
	return any;
}

// *told: our own chain says all of the frontier given. Where another chain of the unit (a former life's) has said it, ours does
// not yet, and must when it speaks next: else neither would ever cover the other.
static enum err publish(struct pen *pen, const struct tally_request *request, struct arena *arena, bool *told)
{
	struct tally tally;
	enum err err = tally_prepare(pen->txn, request, arena, &tally);
	*told = !err || (err == ERR_NOT_FOUND && tally.frontier_count == 0);
	if (err)
		return err;
	tally.unit = (struct id){ .bytes = { 0 } }; // the author's own
	buf_clear(&pen->scratch);
	tally_encode(&tally, &pen->scratch);
	if (pen->scratch.err)
		return pen->scratch.err;
	return pen_entry(pen, LANE_UP, ENTRY_TALLY, buf_span(&pen->scratch), NULL);
}

enum err pen_tally(struct pen *pen)
{
	const struct self *self = pen->self;
	const struct pack *pack = pen->view.pack->pack;
	struct journal_writer *writer;
	struct tally_frontier *frontier;
	struct tally_chain chain;
	struct arena arena;
	size_t count;
	bool anew = false;
	if (!pack || id_is_zero(&self->unit) || (self->server && hash_is_zero(&self->parent_key)))
		return ERR_OK;
	int32_t through = date_month(date_of_ms(pen->now_ms, 0));
	if (through < pack->since)
		through = pack->since;
	struct tally_request request = {
		.owner = self->server ? cell_owner_sum(&self->unit) : cell_owner_own(&self->unit),
		.unit = self->unit,
		.rollup = self->server,
		.through = through,
		.pack_version = pack->version,
	};
	enum err err = view_flush(&pen->view);
	if (!err && !self->server && keeps_ledger(pen, pack) && has_records(pen))
		err = vouch(pen, &request.owner, pack->since, through, &anew);
	if (!err)
		err = view_derive(&pen->view);
	if (!err)
		err = pen_open(pen, LANE_UP, &writer);
	if (err)
		return err;
	request.log = writer->log.number;
	bool complete = anew || tally_chain_get(pen->txn, request.log, &chain) == ERR_NOT_FOUND;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	err = view_frontier(&pen->view, self->server && !complete, &arena, &frontier, &count);
	request.frontier = frontier;
	request.frontier_count = count;
	request.rebase = complete;
	bool told = false;
	if (!err)
		err = publish(pen, &request, &arena, &told);
	if (told)
		err = view_moved_clear(&pen->view);
	else if (err == ERR_NOT_FOUND)
		err = ERR_OK;
	arena_free(&arena);
	return err;
}
