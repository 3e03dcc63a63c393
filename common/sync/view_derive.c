// Derived cells of our own unit (ledger/derive), with what the charter says of it.
#include "ledger/derive.h"
#include "sync/view_inside.h"

static const struct pack_unit_kind *kind_of(struct txn *txn, const struct pack *pack, const struct id *unit,
                                            struct charter_unit *row)
{
	return charter_unit_get(txn, unit, row) ? NULL : pack_unit_kind_by_name(pack, row->kind);
}

// What is gathered of the units below ours.
struct below {
	const struct pack *pack;
	struct arena *arena;
	struct derive_change *changes;
	size_t count, capacity;
};

static enum err add_change(void *context, const char *kind, int32_t day, int64_t delta)
{
	struct below *below = context;
	if (below->count == below->capacity) {
		size_t capacity = below->capacity ? 2 * below->capacity : 16;
		struct derive_change *changes = arena_array(below->arena, capacity, sizeof *changes);
		if (!changes)
			return ERR_BUDGET;
		if (below->count)
			memcpy(changes, below->changes, below->count * sizeof *changes);
		below->changes = changes;
		below->capacity = capacity;
	}
	const struct pack_unit_kind *known = pack_unit_kind_by_name(below->pack, kind);
	if (known)
		below->changes[below->count++] = (struct derive_change){ .kind = known, .day = day, .delta = delta };
	return ERR_OK;
}

enum err view_derive_unit(struct txn *txn, const struct pack *pack, const struct id *id, struct arena *arena,
                          struct derive_unit *unit)
{
	struct charter_unit row, above;
	struct below below = { .pack = pack, .arena = arena };
	*unit = (struct derive_unit){ .id = *id };
	unit->kind = kind_of(txn, pack, id, &row);
	if (!unit->kind)
		return txn->err ? txn->err : ERR_NOT_FOUND;
	unit->since = row.since;
	unit->closed = row.closed;
	unit->parent = kind_of(txn, pack, &row.parent, &above);
	enum err err = charter_counts(txn, id, add_change, &below);
	unit->changes = below.changes;
	unit->change_count = below.count;
	return err;
}

enum err view_derive(struct view *view)
{
	bool figures = view->derive, members = view->members;
	if ((!figures && !members) || !view->cells || !view->pack->pack || view->txn->err)
		return view->txn->err;
	view->derive = view->members = false;
	struct derive_unit unit;
	struct arena told, scratch;
	arena_init(&told, LIMIT_DECODE_BYTES);
	arena_init(&scratch, LIMIT_DECODE_BYTES);
	struct derive derive = {
		.txn = view->txn, .pack = view->pack->pack, .unit = &unit, .owner = cell_owner_own(&view->self->unit), .arena = &scratch,
	};
	enum err err = view_derive_unit(view->txn, view->pack->pack, &view->self->unit, &told, &unit);
	bool known = err == ERR_OK;
	if (err == ERR_NOT_FOUND)
		err = ERR_OK; // our unit is not known here yet: its statement derives again
	if (known && figures)
		err = derive_run(&derive);
	if (known && members && !err)
		err = derive_rows(&derive, view_members_rows());
	arena_free(&scratch);
	arena_free(&told);
	return err ? txn_fail(view->txn, err) : ERR_OK;
}
