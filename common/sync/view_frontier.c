// The frontier: which entries our figures were computed from. A log's basis is the size just behind
// its last entry that fed figures, so that publishing figures does not itself move the frontier.
#include "base/bytes.h"
#include "ledger/tally_places.h"
#include "sync/view_inside.h"

enum { MARK_PREFIX_BYTES = 6, MARK_KEY_BYTES = MARK_PREFIX_BYTES + 4 };

static struct span mark_key(uint8_t key[static MARK_KEY_BYTES], const char prefix[static MARK_PREFIX_BYTES], uint32_t log)
{
	memcpy(key, prefix, MARK_PREFIX_BYTES);
	bytes_put_u32(key + MARK_PREFIX_BYTES, log);
	return span_of(key, MARK_KEY_BYTES);
}

enum err view_basis_set(struct view *view, uint32_t log, uint64_t basis)
{
	uint8_t key[MARK_KEY_BYTES], value[8];
	bytes_put_u64(value, basis);
	txn_put(view->txn, STORE_META, mark_key(key, "basis/", log), span_of(value, sizeof value));
	return txn_put(view->txn, STORE_META, mark_key(key, "moved/", log), span_of(NULL, 0));
}

enum err view_moved_mark(struct view *view, uint32_t log)
{
	uint8_t key[MARK_KEY_BYTES];
	return txn_put(view->txn, STORE_META, mark_key(key, "moved/", log), span_of(NULL, 0));
}

static uint64_t basis_get(struct view *view, uint32_t log)
{
	uint8_t key[MARK_KEY_BYTES];
	struct span value;
	if (txn_get(view->txn, STORE_META, mark_key(key, "basis/", log), &value) || value.size != 8)
		return 0;
	return bytes_get_u64(value.data);
}

// Does this log feed the figures that we publish?
static enum err feeds(struct view *view, const struct journal_log *log, bool *any)
{
	struct charter_device author;
	struct tally_places places;
	enum err err = charter_device_get(view->txn, &log->name.device, &author);
	*any = !err && !view->self->server && id_equal(&author.unit, &view->self->unit);
	if (err || !view->self->server || log->name.lane != LANE_UP)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	arena_reset(&view->arena);
	err = view_tally_places(view, &author.unit, author.server, &view->arena, &places);
	*any = !err && tally_places_any(&places);
	return err == ERR_AGAIN ? ERR_OK : err; // no pack yet: nothing is counted
}

struct frontier_list {
	struct arena *arena;
	struct tally_frontier *items;
	size_t count, capacity;
};

static enum err list_add(struct frontier_list *list, const struct tally_frontier *item)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 16;
		struct tally_frontier *items = arena_array(list->arena, capacity, sizeof *items);
		if (!items)
			return ERR_BUDGET;
		if (list->count)
			memcpy(items, list->items, list->count * sizeof *items);
		list->items = items;
		list->capacity = capacity;
	}
	list->items[list->count++] = *item;
	return ERR_OK;
}

static enum err add_log(struct view *view, uint32_t number, struct frontier_list *list)
{
	struct journal_log log;
	enum err err = journal_find_number(view->txn, number, &log);
	uint64_t basis = basis_get(view, number);
	bool any = false;
	if (!err && basis > 0)
		err = feeds(view, &log, &any);
	if (err || !any)
		return err;
	struct tally_frontier item = { .log = log.id, .size = basis };
	if (basis > log.peaks.size) // cut back (sync/heal): until it is whole again it vouches for less than it fed
		item.size = basis = log.peaks.size;
	err = journal_root_at(view->txn, &log, basis, &item.root);
	return err ? err : list_add(list, &item);
}

enum err view_frontier(struct view *view, bool moved_only, struct arena *arena, struct tally_frontier **frontier, size_t *count)
{
	struct frontier_list list = { .arena = arena };
	enum err err = ERR_OK;
	struct scan scan = scan_begin(view->txn, STORE_META, span_string(moved_only ? "moved/" : "basis/"));
	while (!err && scan_next(&scan))
		if (scan.key.size == MARK_KEY_BYTES)
			err = add_log(view, bytes_get_u32(scan.key.data + MARK_PREFIX_BYTES), &list);
	scan_end(&scan);
	*frontier = list.items;
	*count = list.count;
	return err ? err : view->txn->err;
}

enum err view_moved_clear(struct view *view)
{
	struct scan scan = scan_begin(view->txn, STORE_META, span_string("moved/"));
	while (scan_next(&scan)) {
		uint8_t key[STORE_KEY_MAX];
		size_t size = scan.key.size;
		memcpy(key, scan.key.data, size);
		txn_delete(view->txn, STORE_META, span_of(key, size));
	}
	scan_end(&scan);
	return view->txn->err;
}
