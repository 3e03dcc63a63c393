// Statements that change the tree: a unit moved, merged, split. What may be stated is judged in the tree
// as its author knew it; what follows from all of them is computed anew for the unit concerned.
#include "base/pb.h"
#include "org/charter_apply.h"

enum { RANK_MOST = 1 << 30 };

// ---- Keeping what was said ----

static uint32_t next_rank(struct charter_apply *apply, const struct id *unit)
{
	struct charter_change change;
	uint32_t rank = 0;
	struct charter_walk walk = charter_past(apply->batch.txn, unit);
	while (charter_past_next(&walk, &change))
		if (change.rank > rank && (change.what == CHARTER_CREATED || charter_apply_knew(apply, change.place)))
			rank = change.rank;
	charter_walk_end(&walk);
	return rank + 1;
}

enum err charter_apply_change(struct charter_apply *apply, const struct id *unit, enum charter_change_kind what,
                              struct charter_change *change)
{
	enum err err = charter_apply_log(apply);
	*change = (struct charter_change){
		.unit = *unit, .place = apply->place, .index = (uint32_t)apply->index * LIMIT_TREE_LEVELS, .what = what,
		.announced = apply->announced, .day = apply->effective, .rank = next_rank(apply, unit), .log = apply->log,
		.author = apply->writer.unit,
	};
	return err;
}

void charter_apply_past(struct charter_apply *apply, struct charter_unit *row, struct charter_change *change)
{
	if (row && !row->past) {
		struct charter_change first = {
			.unit = row->unit, .place = row->place, .what = CHARTER_CREATED, .day = row->since, .to = row->parent,
		};
		memcpy(first.name, row->name, sizeof first.name);
		first.index = UINT32_MAX; // beside what the same entry says of it
		charter_past_put(&apply->batch, &first, &apply->scratch);
		row->past = true;
		charter_unit_put(&apply->batch, row, &apply->scratch, false);
	}
	charter_past_put(&apply->batch, change, &apply->scratch);
	charter_past_mark(&apply->batch, apply->place);
	apply->effects->tree_changed = true;
}

static bool read_list(ProtobufCBinaryData *items, size_t count, struct id *list, size_t *kept)
{
	if (count > LIMIT_TREE_LEVELS)
		return false;
	for (size_t i = 0; i < count; i++)
		if (id_read(pb_span(items[i]), &list[i]) || id_is_zero(&list[i]))
			return false;
	*kept = count;
	return true;
}

static bool read_handover(const Tributary__Handover *handover, struct charter_change *change)
{
	struct hash key;
	if (!handover)
		return false;
	if (!read_list(handover->way, handover->n_way, change->way, &change->way_count)
	    || !read_list(handover->former, handover->n_former, change->former, &change->former_count)
	    || handover->rank == 0 || handover->rank > RANK_MOST || handover->n_cutoff > CHARTER_CUTOFFS || !statement_text_fits(handover->address, LIMIT_ADDRESS_BYTES - 1)
	    || (handover->server.len && hash_read(pb_span(handover->server), &key))
	    || (handover->curve.len && hash_read(pb_span(handover->curve), &key)))
		return false;
	change->rank = handover->rank;
	change->cutoff_count = handover->n_cutoff;
	for (size_t i = 0; i < handover->n_cutoff; i++) {
		change->cutoff[i].size = handover->cutoff[i]->size;
		if (hash_read(pb_span(handover->cutoff[i]->log), &change->cutoff[i].log) || handover->cutoff[i]->root.len)
			return false;
	}
	return true;
}

static void wait_for_unknown(struct charter_apply *apply, const struct charter_change *change)
{
	struct txn *txn = apply->batch.txn;
	if (!txn_has(txn, STORE_UNIT, id_span(&change->to)))
		charter_past_wait(&apply->batch, &change->to, &change->unit);
	for (size_t i = 0; i < change->way_count; i++)
		if (!txn_has(txn, STORE_UNIT, id_span(&change->way[i])))
			charter_past_wait(&apply->batch, &change->way[i], &change->unit);
}

// ---- The statements ----

// The writer knew that the unit is closed by then.
static bool known_closed(const struct charter_apply *apply, const struct charter_unit *row)
{
	return row->ended.log && charter_apply_knew(apply, row->ended) && row->closed <= apply->effective;
}

static enum err check_height(struct charter_apply *apply, const struct id *unit, const struct id *to)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t above, height;
	enum err err = charter_height(apply->batch.txn, unit, &height);
	if (!err)
		err = charter_path(apply->batch.txn, to, path, &above);
	if (!err && above + height > LIMIT_TREE_LEVELS)
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	return err;
}

static enum err check_place(struct charter_apply *apply, const struct charter_unit *row, const struct charter_change *change)
{
	struct charter_unit target;
	struct id to;
	enum err err = charter_change_parent(apply->batch.txn, change, &to);
	if (!err)
		err = charter_unit_get(apply->batch.txn, &to, &target);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
	if (known_closed(apply, row) || known_closed(apply, &target))
		return charter_apply_refuse(apply, MERGE_CLOSED);
	err = charter_apply_common(apply, row, &to);
	if (err || apply->reason)
		return err;
	if (id_equal(&to, &row->unit) || charter_is_ancestor(apply->batch.txn, &row->unit, &to))
		return charter_apply_refuse(apply, MERGE_CLOSED);
	return check_height(apply, &row->unit, &to);
}

static enum err put_elsewhere(struct charter_apply *apply, struct charter_unit *row, struct charter_change *change)
{
	if (apply->announced) {
		charter_apply_past(apply, row, change);
		return ERR_OK;
	}
	enum err err = charter_apply_former(apply, change);
	if (err)
		return err;
	charter_count_flush(&apply->batch, &apply->waiting);
	charter_count_spread(&apply->batch, row, -1);
	charter_apply_past(apply, row, change);
	wait_for_unknown(apply, change);
	err = charter_apply_place(apply, row);
	if (!err)
		charter_count_spread(&apply->batch, row, 1);
	return err;
}

// A unit from afar: whoever learns of it later places it then.
static enum err keep_for_later(struct charter_apply *apply, const struct charter_change *change)
{
	charter_past_put(&apply->batch, change, &apply->scratch);
	charter_past_mark(&apply->batch, apply->place);
	charter_past_wait(&apply->batch, &change->unit, &change->unit);
	return ERR_OK;
}

// The server that takes it over, for those who know it from here alone.
static void keep_server(struct charter_apply *apply)
{
	const Tributary__Handover *handover = apply->handover;
	struct hash server, curve;
	if (handover && handover->server.len && handover->curve.len && !hash_read(pb_span(handover->server), &server)
	    && !hash_read(pb_span(handover->curve), &curve))
		charter_past_server_put(&apply->batch, &server, apply->place, &curve, handover->address);
}

static enum err state_place(struct charter_apply *apply, enum charter_change_kind what, ProtobufCBinaryData unit,
                            ProtobufCBinaryData to)
{
	struct charter_change change;
	struct charter_unit row;
	struct id id;
	if (id_read(pb_span(unit), &id) || id_is_zero(&id))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	apply->subject = id;
	enum err err = charter_apply_change(apply, &id, what, &change);
	if (err)
		return err;
	if (id_read(pb_span(to), &change.to) || id_is_zero(&change.to) || id_equal(&change.to, &id)
	    || !read_handover(apply->handover, &change))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	err = charter_unit_get(apply->batch.txn, &id, &row);
	if (err == ERR_NOT_FOUND)
		return keep_for_later(apply, &change);
	if (!err)
		err = check_place(apply, &row, &change);
	if (err || apply->reason)
		return err;
	keep_server(apply);
	return put_elsewhere(apply, &row, &change);
}

enum err charter_apply_unit_moved(struct charter_apply *apply, const Tributary__UnitMoved *moved)
{
	return state_place(apply, CHARTER_MOVED, moved->unit, moved->to);
}

enum err charter_apply_unit_merged(struct charter_apply *apply, const Tributary__UnitMerged *merged)
{
	return state_place(apply, CHARTER_MERGED, merged->unit, merged->into);
}

enum err charter_apply_unit_split(struct charter_apply *apply, const Tributary__UnitSplit *split)
{
	struct charter_change change;
	struct charter_unit row;
	struct id unit, successors[LIMIT_TREE_LEVELS];
	size_t count;
	if (id_read(pb_span(split->unit), &unit) || id_is_zero(&unit) || split->n_successors == 0
	    || !read_list(split->successors, split->n_successors, successors, &count))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	enum err err = charter_unit_get(apply->batch.txn, &unit, &row);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
	if (known_closed(apply, &row))
		return charter_apply_refuse(apply, MERGE_CLOSED);
	for (size_t i = 0; i < count && !err && !apply->reason; i++)
		err = charter_apply_common(apply, &row, &successors[i]);
	for (size_t i = 0; i < count && !err && !apply->reason; i++) {
		err = charter_apply_change(apply, &unit, CHARTER_SPLIT, &change);
		change.index += (uint32_t)i;
		change.to = successors[i];
		charter_apply_past(apply, &row, &change);
	}
	if (err || apply->reason || apply->announced)
		return err;
	charter_apply_end(apply, &row, apply->effective);
	charter_unit_put(&apply->batch, &row, &apply->scratch, false);
	charter_apply_forget(apply);
	return ERR_OK;
}

enum err charter_apply_server_address(struct charter_apply *apply, const Tributary__ServerAddress *address)
{
	if (!address->address[0] || !statement_text_fits(address->address, LIMIT_ADDRESS_BYTES - 1))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	if (!apply->known || !apply->writer.server)
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	charter_past_address_put(&apply->batch, apply->author, address->address);
	return ERR_OK;
}
