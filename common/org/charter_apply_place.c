// Where a unit stands by all that was said of it, and units of which something was said before they were known here.
#include "org/charter_apply.h"

static void put_child(struct charter_apply *apply, const struct id *parent, const struct id *unit, bool now)
{
	static const uint8_t once = 1;
	uint8_t key[2 * LIMIT_ID_BYTES];
	memcpy(key, parent->bytes, LIMIT_ID_BYTES);
	memcpy(key + LIMIT_ID_BYTES, unit->bytes, LIMIT_ID_BYTES);
	charter_batch_put(&apply->batch, STORE_UNIT_CHILD, span_of(key, sizeof key), span_of(&once, now ? 0 : 1));
}

static void note(struct charter_apply *apply, const struct id *unit, struct charter_changed **list)
{
	struct charter_changed *changed = arena_alloc(apply->batch.arena, sizeof *changed);
	if (!changed) {
		apply->batch.err = ERR_BUDGET;
		return;
	}
	*changed = (struct charter_changed){ .unit = *unit, .next = *list };
	*list = changed;
}

// A merged unit closes; one that a later word moves is there again.
static void place_row(struct charter_unit *row, const struct charter_change *latest, const struct id *parent)
{
	bool merged = latest->what == CHARTER_MERGED;
	if (merged) {
		row->closed = latest->day;
		row->ended = latest->place;
	} else if (row->merged) {
		row->closed = INT32_MAX;
		row->ended = (struct dot){ .log = 0 };
	}
	row->merged = merged;
	row->parent = *parent;
}

enum err charter_apply_place(struct charter_apply *apply, struct charter_unit *row)
{
	struct txn *txn = apply->batch.txn;
	struct charter_change change, latest;
	struct id parent;
	bool any = false;
	struct charter_walk walk = charter_past(txn, &row->unit);
	while (charter_past_next(&walk, &change)) {
		bool places = change.what == CHARTER_CREATED || change.what == CHARTER_MOVED || change.what == CHARTER_MERGED;
		if (places && !change.announced && (!any || charter_change_after(&change, &latest))) {
			latest = change;
			any = true;
		}
		if (places && !change.announced && !charter_change_parent(txn, &change, &parent))
			put_child(apply, &parent, &row->unit, false);
	}
	charter_walk_end(&walk);
	enum err err = txn->err ? txn->err : any ? charter_change_parent(txn, &latest, &parent) : ERR_CORRUPT;
	if (err)
		return err;
	place_row(row, &latest, &parent);
	put_child(apply, &parent, &row->unit, true);
	charter_unit_put(&apply->batch, row, &apply->scratch, false);
	charter_apply_forget(apply);
	note(apply, &row->unit, &apply->effects->changed);
	return ERR_OK;
}

// What was said of a unit from afar, earliest first, taken out of the store.
static enum err take_early(struct charter_apply *apply, const struct id *unit, struct charter_change **list, size_t *count)
{
	size_t capacity = 0;
	struct charter_change change;
	struct charter_walk walk = charter_past(apply->batch.txn, unit);
	while (charter_past_next(&walk, &change))
		capacity++;
	charter_walk_end(&walk);
	*count = 0;
	*list = arena_array(apply->batch.arena, capacity, sizeof **list);
	if (!*list)
		return ERR_BUDGET;
	walk = charter_past(apply->batch.txn, unit);
	while (charter_past_next(&walk, &change)) {
		uint8_t key[STORE_KEY_MAX];
		size_t size = walk.scan.key.size, at = (*count)++;
		for (; at > 0 && charter_change_after(&(*list)[at - 1], &change); at--)
			(*list)[at] = (*list)[at - 1];
		(*list)[at] = change;
		memcpy(key, walk.scan.key.data, size);
		charter_batch_delete(&apply->batch, STORE_UNIT_PAST, span_of(key, size));
	}
	charter_walk_end(&walk);
	return apply->batch.txn->err;
}

// It was said before there was a tree to judge it in: each word stands whose author was above the unit then.
static enum err accept_late(struct charter_apply *apply, struct charter_unit *row)
{
	struct charter_change *list;
	size_t count;
	enum err err = take_early(apply, &row->unit, &list, &count);
	for (size_t i = 0; i < count && !err; i++) {
		if (!charter_is_ancestor(apply->batch.txn, &list[i].author, &row->unit))
			continue;
		charter_apply_past(apply, row, &list[i]);
		if (!list[i].announced)
			err = charter_apply_place(apply, row);
	}
	return err;
}

enum err charter_apply_awaited(struct charter_apply *apply, const struct id *unit)
{
	struct txn *txn = apply->batch.txn;
	struct id moved = { { 0 } };
	while (charter_past_waits(txn, unit, &moved) && !txn->err && !apply->batch.err) {
		struct charter_unit row;
		enum err err = id_equal(&moved, unit) ? ERR_NOT_FOUND : charter_unit_get(txn, &moved, &row);
		if (err && err != ERR_NOT_FOUND)
			return err;
		charter_count_flush(&apply->batch, &apply->waiting);
		if (!err)
			charter_count_spread(&apply->batch, &row, -1);
	}
	return txn->err ? txn->err : apply->batch.err;
}

enum err charter_apply_waiting(struct charter_apply *apply, const struct id *unit)
{
	struct txn *txn = apply->batch.txn;
	struct id moved = { { 0 } };
	while (charter_past_waits(txn, unit, &moved) && !txn->err && !apply->batch.err) {
		struct charter_unit row;
		bool itself = id_equal(&moved, unit);
		charter_past_wait_no_more(&apply->batch, unit, &moved);
		enum err err = charter_unit_get(txn, &moved, &row);
		if (err == ERR_NOT_FOUND)
			continue; // it waits for itself as well
		charter_count_flush(&apply->batch, &apply->waiting);
		if (itself && !err)
			charter_count_spread(&apply->batch, &row, -1);
		if (!err)
			err = itself ? accept_late(apply, &row) : charter_apply_place(apply, &row);
		if (err)
			return err;
		charter_count_spread(&apply->batch, &row, 1);
		apply->effects->tree_changed = true;
	}
	return txn->err ? txn->err : apply->batch.err;
}

void charter_apply_end(struct charter_apply *apply, struct charter_unit *row, int32_t day)
{
	charter_count_flush(&apply->batch, &apply->waiting);
	charter_count_spread(&apply->batch, row, -1);
	row->closed = day;
	row->ended = apply->place;
	charter_count_spread(&apply->batch, row, 1);
	note(apply, &row->unit, &apply->effects->ended);
}
