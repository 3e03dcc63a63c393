// What the writer of an entry knew of the tree when it wrote it, and what it may say of two places in it.
#include "log/journal.h"
#include "org/charter_apply.h"

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
