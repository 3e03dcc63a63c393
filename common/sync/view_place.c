// Where tallies are summed here, and what follows when units stand elsewhere.
#include "base/bytes.h"
#include "base/date.h"
#include "ledger/tally_chain.h"
#include "ledger/tally_places.h"
#include "org/charter_past.h"
#include "org/transfer.h"
#include "sync/arrival.h"
#include "sync/view_inside.h"

// The unit and those above it up to our own; none where another server sums it. Its own server's sum is
// not summed into itself.
static enum err find_into(struct view *view, const struct charter_span *place, bool rollup, struct tally_span *span)
{
	const struct id *self = &view->self->unit;
	size_t skipped = place->merged ? 1 : 0; // it counts as a part of its successor
	span->count = 0;
	for (size_t i = 0; i < place->count; i++) {
		struct charter_unit row;
		span->into[i >= skipped ? i - skipped : 0] = place->path[i];
		if (id_equal(&place->path[i], self)) {
			span->count = i < skipped || (rollup && i == 0) ? 0 : i + 1 - skipped;
			return ERR_OK;
		}
		enum err err = charter_unit_get(view->txn, &place->path[i], &row);
		if (err)
			return err;
		bool its_own = rollup && i == 0;
		if (its_own ? hash_is_zero(&row.server) : !hash_is_zero(&row.server))
			return ERR_OK; // another sums it; or this was a sum, and its server speaks no more
	}
	return ERR_OK;
}

// A month belongs to those who stood above on its last day.
static enum err find_spans(struct view *view, const struct charter_lineage *lineage, bool rollup, struct tally_span *spans,
                           size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < lineage->count; i++) {
		struct tally_span span = { .from = i ? date_month(lineage->spans[i].from) : INT32_MIN };
		enum err err = find_into(view, &lineage->spans[i], rollup, &span);
		if (err)
			return err;
		if (*count && spans[*count - 1].from == span.from)
			--*count;
		bool same = *count && spans[*count - 1].count == span.count &&
		            memcmp(spans[*count - 1].into, span.into, span.count * sizeof span.into[0]) == 0;
		if (!same)
			spans[(*count)++] = span;
	}
	return ERR_OK;
}

enum err view_tally_places(struct view *view, const struct id *unit, bool rollup, struct arena *arena,
                           struct tally_places *places)
{
	struct charter_lineage lineage;
	*places = (struct tally_places){ .pack = view->pack->pack, .publisher = view->self->unit };
	if (!view->self->server)
		return ERR_OK;
	enum err err = charter_lineage(view->txn, unit, arena, &lineage);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	struct tally_span *spans = arena_array(arena, lineage.count, sizeof *spans);
	if (!spans)
		return ERR_BUDGET;
	err = find_spans(view, &lineage, rollup, spans, &places->count);
	places->spans = spans;
	return err ? err : places->count > 1 && !places->pack ? ERR_AGAIN : ERR_OK;
}

static enum err move_unit(void *context, const struct charter_unit *row)
{
	struct view *view = context;
	struct arena arena;
	enum err err = ERR_OK;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (unsigned rollup = 0; rollup < 2 && !err; rollup++) {
		struct tally_places places;
		struct tally_force force;
		err = tally_chain_force_get(view->txn, &row->unit, rollup != 0, &force);
		if (err || force.log == 0)
			continue;
		err = view_tally_places(view, &row->unit, rollup != 0, &arena, &places);
		if (!err)
			err = tally_move(view->txn, &row->unit, rollup != 0, &places, &arena);
		if (!err)
			err = view_moved_mark(view, force.log);
	}
	arena_free(&arena);
	return err;
}

// The server below ours that leads to the unit. False: we look after it ourselves, or it is elsewhere.
static bool way_down(struct view *view, const struct id *unit, struct id *hop)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t count;
	bool found = false;
	if (charter_path(view->txn, unit, path, &count))
		return false;
	for (size_t i = 1; i < count; i++) {
		struct charter_unit row;
		if (id_equal(&path[i], &view->self->unit))
			return found;
		if (charter_unit_get(view->txn, &path[i], &row) == ERR_OK && !hash_is_zero(&row.server)) {
			*hop = path[i];
			found = true;
		}
	}
	return false;
}

static bool is_former(struct view *view, const struct id *unit, const struct id *author)
{
	struct charter_change change;
	bool found = false;
	struct charter_walk walk = charter_past(view->txn, unit);
	while (!found && charter_past_next(&walk, &change))
		for (size_t i = 0; i < change.former_count && !change.announced; i++)
			found |= id_equal(&change.former[i], author);
	charter_walk_end(&walk);
	return found;
}

// Who takes a unit over must know what its former superiors said of it: its name, its devices. Their
// charters go down the way that leads there.
static enum err hand_down(struct view *view, const struct id *unit)
{
	struct id hop;
	if (!way_down(view, unit, &hop))
		return view->txn->err;
	struct scan scan = scan_begin(view->txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct charter_device author;
		struct journal_log log;
		uint32_t number = scan.key.size == 4 ? bytes_get_u32(scan.key.data) : 0;
		if (journal_find_number(view->txn, number, &log) || log.name.lane != LANE_DOWN ||
		    charter_device_get(view->txn, &log.name.device, &author) || id_equal(&author.unit, &view->self->unit))
			continue;
		if (is_former(view, unit, &author.unit) && !charter_is_ancestor(view->txn, &author.unit, &view->self->unit))
			arrival_added(view->txn, &log, &hop);
	}
	scan_end(&scan);
	return view->txn->err;
}

// Who is given a unit back that it looked after once has gone on receiving its figures, and what else the unit wrote
// in between without its content (sync/audience).
static enum err hand_back(struct view *view, const struct id *unit)
{
	struct id hop;
	if (!way_down(view, unit, &hop))
		return view->txn->err;
	bool back = is_former(view, unit, &hop);
	struct scan scan = scan_begin(view->txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (back && scan_next(&scan)) {
		struct charter_device author;
		struct journal_log log;
		uint32_t number = scan.key.size == 4 ? bytes_get_u32(scan.key.data) : 0;
		if (journal_find_number(view->txn, number, &log) || log.name.lane != LANE_UP ||
		    charter_device_get(view->txn, &log.name.device, &author))
			continue;
		if (id_equal(&author.unit, unit) || charter_is_ancestor(view->txn, unit, &author.unit))
			arrival_added(view->txn, &log, &hop);
	}
	scan_end(&scan);
	return view->txn->err;
}

static enum err letters_follow_one(void *context, const struct charter_unit *row)
{
	struct view *view = context;
	return arrival_mail_moved(view->txn, view->self, &row->unit, &row->unit, &view->arena);
}

// Letters to the unit, or to those below it, that are or were under way here: filed for its own devices, or for the
// server that led to it; or they had gone up, when it was not known to be below us.
static enum err letters_follow(struct view *view, const struct id *unit)
{
	struct charter_change change;
	enum err err = charter_subtree(view->txn, unit, letters_follow_one, view);
	struct charter_walk walk = charter_past(view->txn, unit);
	while (!err && charter_past_next(&walk, &change))
		for (size_t i = 0; i < change.former_count && !err; i++)
			err = arrival_mail_moved(view->txn, view->self, &change.former[i], unit, &view->arena);
	charter_walk_end(&walk);
	return err;
}

// What units that left us wrote is no longer ours to send up: who looks after them now does, and from us it
// would not be taken.
static enum err let_go(struct view *view)
{
	const struct id *self = &view->self->unit;
	struct scan scan = scan_begin(view->txn, STORE_PENDING, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct charter_device author;
		struct journal_log log;
		uint32_t number = scan.key.size == 4 ? bytes_get_u32(scan.key.data) : 0;
		if (journal_find_number(view->txn, number, &log) || charter_device_get(view->txn, &log.name.device, &author))
			continue;
		if (charter_was_below(view->txn, self, &author.unit) && !charter_is_ancestor(view->txn, self, &author.unit) &&
		    !arrival_goes_up(view->txn, view->self, &log))
			arrival_pending_set(view->txn, number, false);
	}
	scan_end(&scan);
	return view->txn->err;
}

// Another server may look after the unit now: what stands open about its members is looked at again, also by the unit
// that offered them.
static enum err members_follow(struct view *view, const struct id *unit)
{
	struct charter_change change;
	bool moved = false;
	struct charter_walk walk = charter_past(view->txn, unit);
	while (!moved && charter_past_next(&walk, &change))
		moved = change.what == CHARTER_MOVED || change.what == CHARTER_MERGED;
	charter_walk_end(&walk);
	return moved ? transfer_unit_moved(view->txn, unit, &view->self->unit) : view->txn->err;
}

// Units come below us, or we come below others: what we held of them and of those above meant nothing here so far.
static enum err read_anew(struct view *view, const struct id *unit)
{
	const struct id *self = &view->self->unit;
	if (id_equal(unit, self) || charter_is_ancestor(view->txn, unit, self))
		view->superiors_again = view->rewake = true;
	if (!view->self->server || id_equal(&view->author.unit, self) || !charter_is_ancestor(view->txn, self, unit))
		return view->txn->err;
	view->superiors_again = view->rewake = true;
	struct scan scan = scan_begin(view->txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct charter_device author;
		struct journal_log log;
		uint32_t number = scan.key.size == 4 ? bytes_get_u32(scan.key.data) : 0;
		if (journal_find_number(view->txn, number, &log) || (log.name.lane != LANE_UP && log.name.lane != LANE_DETAIL) ||
		    log.applied == 0 || charter_device_get(view->txn, &log.name.device, &author))
			continue;
		if (id_equal(&author.unit, unit) || charter_is_ancestor(view->txn, unit, &author.unit))
			view_mark_stale(view, &author.unit);
	}
	scan_end(&scan);
	return view->txn->err;
}

enum err view_tree_changed(struct view *view, const struct charter_effects *effects)
{
	static const struct id everything;
	enum err err = ERR_OK;
	if (effects->superseded)
		view_mark_stale(view, &everything);
	view->standing.known = false;
	view->members |= effects->changed || effects->ended; // our unit may be in other hands
	for (const struct charter_changed *changed = effects->changed; changed && !err && view->self->server; changed = changed->next)
		err = charter_subtree(view->txn, &changed->unit, move_unit, view);
	for (const struct charter_changed *changed = effects->changed; changed && !err && view->self->server && !view->from_nothing;
	     changed = changed->next)
		err = hand_down(view, &changed->unit);
	for (const struct charter_changed *changed = effects->changed; changed && !err && view->self->server && !view->from_nothing;
	     changed = changed->next) {
		err = hand_back(view, &changed->unit);
		if (!err)
			err = letters_follow(view, &changed->unit);
	}
	for (const struct charter_changed *changed = effects->changed; changed && !err && !view->from_nothing; changed = changed->next)
		err = members_follow(view, &changed->unit);
	for (const struct charter_changed *ended = effects->ended; ended && !err && !view->from_nothing; ended = ended->next)
		err = transfer_unit_moved(view->txn, &ended->unit, &view->self->unit); // nobody accepts for it any more
	for (const struct charter_changed *changed = effects->changed; changed && !err && !view->from_nothing; changed = changed->next)
		err = read_anew(view, &changed->unit);
	if (!err && effects->changed && view->self->server)
		err = let_go(view);
	return err;
}
