// Statements that change the tree: a unit moved, merged, split. What may be stated is judged in the tree
// as its author knew it; what follows from all of them is computed anew for the unit concerned.
#include "base/bytes.h"
#include "base/pb.h"
#include "log/journal.h"
#include "org/charter_apply.h"

enum { RANK_MOST = 1 << 30 };

// ---- What the writer knew ----

enum err charter_apply_log(struct charter_apply *apply)
{
	struct journal_log log;
	if (!hash_is_zero(&apply->log))
		return ERR_OK;
	enum err err = journal_find_number(apply->batch.txn, apply->place.log, &log);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	apply->log = log.id;
	return ERR_OK;
}

bool charter_apply_knew(const struct charter_apply *apply, struct dot place)
{
	if (place.log == apply->place.log)
		return place.seq <= apply->place.seq;
	return place.seq < charter_past_known(apply->batch.txn, apply->place.log, place.log);
}

// Does a change of which the writer did not know end its word?
static bool ends_word(const struct charter_apply *apply, const struct charter_change *change)
{
	bool former = false;
	for (size_t i = 0; i < change->former_count; i++)
		former |= id_equal(&change->former[i], &apply->writer.unit);
	for (size_t i = 0; i < change->cutoff_count; i++)
		if (hash_equal(&change->cutoff[i].log, &apply->log))
			return former && apply->place.seq >= change->cutoff[i].size;
	return former;
}

// What the statement at hand says of the same unit is said in the knowledge of this.
static bool ranked_below(const struct charter_apply *apply, const struct charter_change *change)
{
	return apply->handover && id_equal(&apply->subject, &change->unit) && change->rank < apply->handover->rank;
}

enum err charter_apply_above(struct charter_apply *apply, const struct charter_unit *row, struct id *above, bool *merged)
{
	struct charter_change change, latest;
	bool any = false;
	*above = row->parent;
	*merged = row->merged;
	if (!row->past)
		return ERR_OK;
	enum err err = charter_apply_log(apply);
	struct charter_walk walk = charter_past(apply->batch.txn, &row->unit);
	while (!err && !apply->reason && charter_past_next(&walk, &change)) {
		bool places = change.what == CHARTER_CREATED || change.what == CHARTER_MOVED || change.what == CHARTER_MERGED;
		if (change.announced || !places)
			continue;
		if (change.what != CHARTER_CREATED && !charter_apply_knew(apply, change.place) && !ranked_below(apply, &change)) {
			if (ends_word(apply, &change))
				charter_apply_refuse(apply, MERGE_STATEMENT);
		} else if (!any || charter_change_after(&change, &latest)) {
			latest = change;
			any = true;
		}
	}
	charter_walk_end(&walk);
	if (err || apply->reason || apply->batch.txn->err)
		return err ? err : apply->batch.txn->err;
	if (!any)
		return ERR_CORRUPT;
	*merged = latest.what == CHARTER_MERGED;
	return charter_change_parent(apply->batch.txn, &latest, above);
}

// ---- Authority over two places ----

struct way {
	size_t count;
	struct charter_unit unit[2 * LIMIT_TREE_LEVELS]; // upwards, the writer's own last
};

static enum err climb(struct charter_apply *apply, const struct id *from, struct way *way)
{
	struct id at = *from;
	way->count = 0;
	while (!id_is_zero(&at) && way->count < 2 * LIMIT_TREE_LEVELS) {
		struct charter_unit *row = &way->unit[way->count];
		struct id above;
		bool merged;
		enum err err = charter_unit_get(apply->batch.txn, &at, row);
		if (!err)
			err = charter_apply_above(apply, row, &above, &merged);
		if (err || apply->reason)
			return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
		row->merged = merged;
		way->count++;
		if (id_equal(&at, &apply->writer.unit))
			return ERR_OK;
		at = above;
	}
	return charter_apply_refuse(apply, MERGE_STATEMENT); // not below the writer
}

static bool passes(const struct way *way, const struct id *unit)
{
	for (size_t i = 0; i < way->count; i++)
		if (id_equal(&way->unit[i].unit, unit))
			return true;
	return false;
}

enum err charter_apply_common(struct charter_apply *apply, const struct charter_unit *unit, const struct id *other)
{
	struct way from, to;
	struct id above;
	bool merged;
	enum err err = charter_apply_above(apply, unit, &above, &merged);
	if (err || apply->reason)
		return err;
	if (id_is_zero(&above) || !apply->writer.server)
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	err = climb(apply, &above, &from);
	if (!err && !apply->reason)
		err = climb(apply, other, &to);
	if (err || apply->reason)
		return err;
	if (passes(&to, &unit->unit))
		return charter_apply_refuse(apply, MERGE_CLOSED); // it would stand below itself
	size_t common = 0;
	while (!passes(&to, &from.unit[common].unit))
		common++; // both end at the writer's own
	for (; common + 1 < from.count; common++)
		if (!hash_is_zero(&from.unit[common].server) && !from.unit[common].merged)
			return charter_apply_refuse(apply, MERGE_STATEMENT); // another is its registrar
	return ERR_OK;
}

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

// ---- Placing a unit by all that was said of it ----

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

static enum err place(struct charter_apply *apply, struct charter_unit *row)
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

// How many levels stand below a unit, itself counted.
struct height {
	struct txn *txn;
	size_t above, most;
};

static enum err measure(void *context, const struct charter_unit *row)
{
	struct height *height = context;
	struct id path[LIMIT_TREE_LEVELS];
	size_t count;
	enum err err = charter_path(height->txn, &row->unit, path, &count);
	if (!err && count - height->above > height->most)
		height->most = count - height->above;
	return err;
}

static enum err check_height(struct charter_apply *apply, const struct id *unit, const struct id *to)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t above;
	struct height height = { .txn = apply->batch.txn };
	enum err err = charter_path(apply->batch.txn, unit, path, &height.above);
	height.above--;
	if (!err)
		err = charter_subtree(apply->batch.txn, unit, measure, &height);
	if (!err)
		err = charter_path(apply->batch.txn, to, path, &above);
	if (!err && above + height.most > LIMIT_TREE_LEVELS)
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
	err = place(apply, row);
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
			err = place(apply, row);
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
			err = itself ? accept_late(apply, &row) : place(apply, &row);
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
