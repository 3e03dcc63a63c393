// Where tallies are summed here, and what follows when units stand elsewhere.
#include "base/date.h"
#include "ledger/tally_chain.h"
#include "ledger/tally_places.h"
#include "org/charter_past.h"
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

enum err view_tree_changed(struct view *view, const struct charter_effects *effects)
{
	static const struct id everything;
	enum err err = ERR_OK;
	if (effects->superseded)
		view_mark_stale(view, &everything);
	view->standing.known = false;
	for (const struct charter_changed *changed = effects->changed; changed && !err && view->self->server; changed = changed->next)
		err = charter_subtree(view->txn, &changed->unit, move_unit, view);
	return err;
}
