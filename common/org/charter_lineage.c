// The tree on a day, and all places that a unit ever had.
#include "org/charter_past.h"
#include "org/charter_row.h"

// The latest word on its place and on its name, of those effective by the day.
static enum err look_back(struct txn *txn, int32_t day, struct charter_unit *row)
{
	struct charter_change change, place, name;
	bool placed = false, named = false, renamed_later = false;
	struct charter_walk walk = charter_past(txn, &row->unit);
	while (charter_past_next(&walk, &change)) {
		bool first = change.what == CHARTER_CREATED;
		if (change.announced)
			continue;
		if (change.day > day && !first) {
			renamed_later |= change.what == CHARTER_RENAMED;
			continue;
		}
		bool places = first || change.what == CHARTER_MOVED || change.what == CHARTER_MERGED;
		bool names = first || change.what == CHARTER_RENAMED;
		if (places && (!placed || charter_change_after(&change, &place)))
			place = change, placed = true;
		if (names && (!named || charter_change_after(&change, &name)))
			name = change, named = true;
	}
	charter_walk_end(&walk);
	if (txn->err || !placed || !named)
		return txn->err ? txn->err : ERR_CORRUPT;
	row->merged = place.what == CHARTER_MERGED;
	if (renamed_later)
		memcpy(row->name, name.name, sizeof row->name);
	return charter_change_parent(txn, &place, &row->parent);
}

enum err charter_unit_on(struct txn *txn, const struct id *unit, int32_t day, struct charter_unit *row)
{
	enum err err = charter_unit_get(txn, unit, row);
	return err || !row->past ? err : look_back(txn, day, row);
}

// Its way up on the day; *until: the first day behind it on which the way may be another.
static enum err climb(struct txn *txn, const struct id *unit, int32_t day, struct charter_span *span, int32_t *until)
{
	struct charter_unit row;
	struct charter_change change;
	struct id at = *unit;
	*until = INT32_MAX;
	*span = (struct charter_span){ .from = day };
	for (size_t level = 0; !id_is_zero(&at); level++) {
		enum err err = level < 4 * LIMIT_TREE_LEVELS ? charter_unit_on(txn, &at, day, &row) : ERR_CORRUPT;
		if (err)
			return level && err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		if (level == 0)
			span->merged = row.merged;
		if (level == 0 || !row.merged) {
			if (span->count == LIMIT_TREE_LEVELS)
				return ERR_CORRUPT;
			span->path[span->count++] = at;
		}
		struct charter_walk walk = charter_past(txn, &at);
		while (row.past && charter_past_next(&walk, &change)) {
			bool places = change.what == CHARTER_MOVED || change.what == CHARTER_MERGED;
			if (places && !change.announced && change.day > day && change.day < *until)
				*until = change.day;
		}
		charter_walk_end(&walk);
		at = row.parent;
	}
	return txn->err;
}

enum err charter_path_on(struct txn *txn, const struct id *unit, int32_t day, struct id path[static LIMIT_TREE_LEVELS],
                         size_t *count)
{
	struct charter_span span;
	int32_t until;
	enum err err = climb(txn, unit, day, &span, &until);
	*count = err ? 0 : span.count;
	if (!err)
		memcpy(path, span.path, span.count * sizeof span.path[0]);
	return err;
}

static bool same_way(const struct charter_span *a, const struct charter_span *b)
{
	return a->merged == b->merged && a->count == b->count && memcmp(a->path, b->path, a->count * sizeof a->path[0]) == 0;
}

enum err charter_lineage(struct txn *txn, const struct id *unit, struct arena *arena, struct charter_lineage *lineage)
{
	size_t capacity = 0;
	int32_t day = INT32_MIN, until;
	*lineage = (struct charter_lineage){ .count = 0 };
	for (;;) {
		struct charter_span span;
		enum err err = climb(txn, unit, day, &span, &until);
		if (err)
			return err;
		if (lineage->count == capacity) {
			capacity = capacity ? 2 * capacity : 2;
			struct charter_span *spans = arena_array(arena, capacity, sizeof *spans);
			if (!spans)
				return ERR_BUDGET;
			if (lineage->count)
				memcpy(spans, lineage->spans, lineage->count * sizeof *spans);
			lineage->spans = spans;
		}
		if (lineage->count == 0 || !same_way(&lineage->spans[lineage->count - 1], &span))
			lineage->spans[lineage->count++] = span;
		if (until == INT32_MAX)
			return ERR_OK;
		day = until;
	}
}

size_t charter_lineage_on(const struct charter_lineage *lineage, int32_t day)
{
	size_t at = lineage->count - 1;
	while (at > 0 && lineage->spans[at].from > day)
		at--;
	return at;
}

bool charter_span_below(const struct charter_span *span, const struct id *unit)
{
	for (size_t i = span->merged ? 1 : 0; i < span->count; i++)
		if (id_equal(&span->path[i], unit))
			return true;
	return false;
}

// ---- Ever ----

// By all places that the unit ever had, and those above it: not by days, for a unit may stand somewhere for an hour. More
// than was at any one time, so that what follows from it never ceases to follow when the tree changes.
struct ever {
	struct txn *txn;
	const struct id *author;
	enum relation best;
};

static void look_up(struct ever *ever, const struct id *unit, bool nearest, unsigned level);

static void look_at(struct ever *ever, const struct id *parent, bool nearest, unsigned level)
{
	struct charter_unit row;
	if (id_is_zero(parent) || charter_unit_get(ever->txn, parent, &row))
		return;
	if (id_equal(parent, ever->author)) // its server, or the nearest above, counts as parent
		ever->best = nearest || level == 0 ? RELATION_PARENT : ever->best == RELATION_NONE ? RELATION_ANCESTOR : ever->best;
	else
		look_up(ever, parent, nearest && hash_is_zero(&row.server), level + 1);
}

static void look_up(struct ever *ever, const struct id *unit, bool nearest, unsigned level)
{
	struct charter_unit row;
	struct charter_change change;
	struct id parent;
	if (level >= LIMIT_TREE_LEVELS || ever->best == RELATION_PARENT || charter_unit_get(ever->txn, unit, &row))
		return;
	look_at(ever, &row.parent, nearest, level);
	struct charter_walk walk = charter_past(ever->txn, unit);
	while (row.past && charter_past_next(&walk, &change)) {
		bool places = change.what == CHARTER_CREATED || change.what == CHARTER_MOVED || change.what == CHARTER_MERGED;
		if (places && !change.announced && charter_change_parent(ever->txn, &change, &parent) == ERR_OK &&
		    !id_equal(&parent, &row.parent))
			look_at(ever, &parent, nearest, level);
	}
	charter_walk_end(&walk);
}

enum relation charter_relation_ever(struct txn *txn, const struct id *author, const struct id *owner)
{
	struct ever ever = { .txn = txn, .author = author, .best = RELATION_NONE };
	struct charter_unit row;
	if (id_equal(author, owner))
		return charter_relation(txn, author, owner);
	if (charter_unit_get(txn, owner, &row) == ERR_OK)
		look_up(&ever, owner, hash_is_zero(&row.server), 0);
	return ever.best;
}

bool charter_was_below(struct txn *txn, const struct id *above, const struct id *unit)
{
	return !id_equal(above, unit) && charter_relation_ever(txn, above, unit) != RELATION_NONE;
}

// ---- Downwards ----

struct descent {
	struct txn *txn;
	int32_t day;
	bool deep, merged; // also what is below those below; also those that are a part of another
	enum err (*visit)(void *context, const struct charter_unit *row);
	void *context;
};

// All that ever stood there are asked where they stood on the day.
static enum err descend(const struct descent *descent, const struct id *unit, unsigned level)
{
	struct scan scan = scan_begin(descent->txn, STORE_UNIT_CHILD, id_span(unit));
	enum err err = level < 2 * LIMIT_TREE_LEVELS ? ERR_OK : ERR_CORRUPT;
	while (!err && scan_next(&scan)) {
		struct charter_unit row;
		struct id child;
		if (scan.key.size != 2 * LIMIT_ID_BYTES)
			err = ERR_CORRUPT;
		else
			memcpy(child.bytes, scan.key.data + LIMIT_ID_BYTES, sizeof child.bytes);
		if (!err)
			err = charter_unit_on(descent->txn, &child, descent->day, &row);
		if (err || !id_equal(&row.parent, unit))
			continue;
		if (!row.merged || descent->merged)
			err = descent->visit(descent->context, &row);
		if (!err && (row.merged || descent->deep))
			err = descend(descent, &child, level + 1);
	}
	scan_end(&scan);
	return err ? err : descent->txn->err;
}

enum err charter_children_on(struct txn *txn, const struct id *unit, int32_t day,
                             enum err (*visit)(void *context, const struct charter_unit *row), void *context)
{
	return descend(&(struct descent){ txn, day, false, false, visit, context }, unit, 0);
}

static enum err descend_from(const struct descent *descent, const struct id *unit)
{
	struct charter_unit row;
	enum err err = charter_unit_on(descent->txn, unit, descent->day, &row);
	if (!err)
		err = descent->visit(descent->context, &row);
	return err ? err : descend(descent, unit, 0);
}

enum err charter_subtree_on(struct txn *txn, const struct id *unit, int32_t day,
                            enum err (*visit)(void *context, const struct charter_unit *row), void *context)
{
	return descend_from(&(struct descent){ txn, day, true, false, visit, context }, unit);
}

enum err charter_parts_on(struct txn *txn, const struct id *unit, int32_t day,
                          enum err (*visit)(void *context, const struct charter_unit *row), void *context)
{
	return descend_from(&(struct descent){ txn, day, true, true, visit, context }, unit);
}
