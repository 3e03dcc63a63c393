// Drafts: the ways up from both places meet in the unit whose registrar must state the change.
#include "org/charter_draft.h"

#include "base/pb.h"
#include "log/journal.h"

struct drafting {
	struct txn *txn;
	struct arena *arena;
	struct charter_draft *draft;
	struct charter_unit row, target;
	size_t above_count, to_count;      // ways up: of its parent, and of what it goes to
	struct id above[LIMIT_TREE_LEVELS], to[LIMIT_TREE_LEVELS];
	struct id common;
	Tributary__Handover *handover;
};

static bool on_way(const struct id *way, size_t count, const struct id *unit)
{
	for (size_t i = 0; i < count; i++)
		if (id_equal(&way[i], unit))
			return true;
	return false;
}

static enum charter_fault find_fault(const struct drafting *drafting)
{
	const struct charter_draft *draft = drafting->draft;
	const struct charter_unit *row = &drafting->row;
	bool merges = draft->what == CHARTER_MERGED;
	size_t height;
	if (id_is_zero(&row->parent))
		return CHARTER_IS_TOP;
	if (id_equal(&draft->unit, &draft->to) || (!merges && id_equal(&row->parent, &draft->to)))
		return CHARTER_SAME;
	if (row->closed <= draft->day && !(row->merged && !merges))
		return CHARTER_CLOSED_UNIT;
	if (drafting->target.closed <= draft->day)
		return CHARTER_CLOSED_TO;
	if (on_way(drafting->to, drafting->to_count, &draft->unit))
		return CHARTER_CYCLE;
	if (charter_height(drafting->txn, &draft->unit, &height) || drafting->to_count + height > LIMIT_TREE_LEVELS)
		return CHARTER_TOO_DEEP;
	return id_equal(&draft->authority, &draft->by) ? CHARTER_FINE : CHARTER_BEYOND;
}

// ---- Words ----

static ProtobufCBinaryData keep(struct drafting *drafting, struct span bytes, enum err *err)
{
	struct span copy = span_of(NULL, 0);
	if (!*err)
		*err = arena_copy(drafting->arena, bytes, &copy);
	return pb_bytes(copy);
}

static uint32_t next_rank(struct txn *txn, const struct id *unit)
{
	struct charter_change change;
	uint32_t rank = 0;
	struct charter_walk walk = charter_past(txn, unit);
	while (charter_past_next(&walk, &change))
		rank = change.rank > rank ? change.rank : rank;
	charter_walk_end(&walk);
	return rank + 1;
}

static enum err list_way(struct drafting *drafting)
{
	enum err err = ERR_OK;
	Tributary__Handover *handover = drafting->handover;
	handover->way = arena_array(drafting->arena, LIMIT_TREE_LEVELS, sizeof *handover->way);
	if (!handover->way)
		return ERR_BUDGET;
	for (size_t i = 1; i < drafting->to_count && !err; i++) {
		if (id_equal(&drafting->to[i], &drafting->draft->by))
			break;
		handover->way[handover->n_way++] = keep(drafting, id_span(&drafting->to[i]), &err);
	}
	return err;
}

static bool had_server(struct txn *txn, const struct id *unit)
{
	struct charter_device row;
	struct hash device;
	bool found = false;
	struct charter_walk walk = charter_devices(txn, unit);
	while (!found && charter_device_next(&walk, &device))
		found = charter_device_get(txn, &device, &row) == ERR_OK && row.server;
	charter_walk_end(&walk);
	return found;
}

// Those whose servers spoke for it until now, below the one that states this. What is merged speaks for
// those below it no more, either.
static enum err list_former(struct drafting *drafting, struct id *former, size_t *count)
{
	enum err err = ERR_OK;
	Tributary__Handover *handover = drafting->handover;
	const struct charter_draft *draft = drafting->draft;
	handover->former = arena_array(drafting->arena, LIMIT_TREE_LEVELS, sizeof *handover->former);
	if (!handover->former)
		return ERR_BUDGET;
	*count = 0;
	if (draft->what == CHARTER_MERGED && had_server(drafting->txn, &draft->unit))
		former[(*count)++] = draft->unit;
	for (size_t i = 0; i < drafting->above_count && *count < LIMIT_TREE_LEVELS; i++) {
		if (id_equal(&drafting->above[i], &drafting->common) || id_equal(&drafting->above[i], &draft->by))
			break;
		if (had_server(drafting->txn, &drafting->above[i]))
			former[(*count)++] = drafting->above[i];
	}
	for (size_t i = 0; i < *count; i++)
		handover->former[handover->n_former++] = keep(drafting, id_span(&former[i]), &err);
	return err;
}

static enum err add_cutoff(struct drafting *drafting, const struct journal_log *log)
{
	enum err err = ERR_OK;
	Tributary__Handover *handover = drafting->handover;
	Tributary__Frontier *item = arena_alloc(drafting->arena, sizeof *item);
	if (!item)
		return ERR_BUDGET;
	if (handover->n_cutoff == CHARTER_CUTOFFS)
		return ERR_TOO_LARGE;
	tributary__frontier__init(item);
	item->log = keep(drafting, hash_span(&log->id), &err);
	item->size = log->applied;
	handover->cutoff[handover->n_cutoff++] = item;
	return err;
}

// How far their charters are known here: what lies behind that does not stand.
static enum err list_cutoffs(struct drafting *drafting, const struct id *former, size_t count)
{
	enum err err = ERR_OK;
	drafting->handover->cutoff = arena_array(drafting->arena, CHARTER_CUTOFFS, sizeof *drafting->handover->cutoff);
	if (!drafting->handover->cutoff)
		return ERR_BUDGET;
	struct scan scan = scan_begin(drafting->txn, STORE_LOG, span_of(NULL, 0));
	while (count && !err && scan_next(&scan)) {
		struct journal_log log;
		struct charter_device author;
		struct hash id;
		err = hash_read(scan.key, &id) ? ERR_CORRUPT : journal_find(drafting->txn, &id, &log);
		if (err || log.name.lane != LANE_DOWN || log.applied == 0
		    || charter_device_get(drafting->txn, &log.name.device, &author))
			continue;
		if (author.server && on_way(former, count, &author.unit))
			err = add_cutoff(drafting, &log);
	}
	scan_end(&scan);
	return err;
}

// The server that takes the unit over, and where it is reached.
static enum err name_server(struct drafting *drafting)
{
	struct charter_device device;
	struct charter_unit row;
	char address[LIMIT_ADDRESS_BYTES] = "";
	enum err err = charter_unit_get(drafting->txn, &drafting->draft->registrar, &row);
	if (err || hash_is_zero(&row.server) || charter_device_get(drafting->txn, &row.server, &device))
		return err;
	drafting->handover->server = keep(drafting, hash_span(&device.device), &err);
	drafting->handover->curve = keep(drafting, hash_span(&device.curve), &err);
	if (!err && charter_address(drafting->txn, &device.device, address) == ERR_OK)
		drafting->handover->address = arena_string(drafting->arena, span_string(address));
	return err ? err : drafting->handover->address ? ERR_OK : ERR_BUDGET;
}

static enum err word(struct drafting *drafting)
{
	struct charter_draft *draft = drafting->draft;
	Tributary__Statement *statement = draft->statement = arena_alloc(drafting->arena, sizeof *statement);
	Tributary__UnitMoved *moved = arena_alloc(drafting->arena, sizeof *moved);
	Tributary__UnitMerged *merged = arena_alloc(drafting->arena, sizeof *merged);
	drafting->handover = arena_alloc(drafting->arena, sizeof *drafting->handover);
	struct id former[LIMIT_TREE_LEVELS];
	size_t count;
	if (!statement || !moved || !merged || !drafting->handover)
		return ERR_BUDGET;
	enum err err = ERR_OK;
	tributary__statement__init(statement);
	tributary__handover__init(drafting->handover);
	statement->effective = draft->day;
	statement->handover = drafting->handover;
	drafting->handover->rank = next_rank(drafting->txn, &draft->unit);
	ProtobufCBinaryData unit = keep(drafting, id_span(&draft->unit), &err), to = keep(drafting, id_span(&draft->to), &err);
	if (draft->what == CHARTER_MERGED) {
		tributary__unit_merged__init(merged);
		merged->unit = unit;
		merged->into = to;
		statement->what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_MERGED;
		statement->unit_merged = merged;
	} else {
		tributary__unit_moved__init(moved);
		moved->unit = unit;
		moved->to = to;
		statement->what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_MOVED;
		statement->unit_moved = moved;
	}
	if (!err)
		err = list_way(drafting);
	if (!err)
		err = list_former(drafting, former, &count);
	if (!err)
		err = list_cutoffs(drafting, former, count);
	return err ? err : name_server(drafting);
}

enum err charter_draft(struct txn *txn, struct arena *arena, struct charter_draft *draft)
{
	struct drafting drafting = { .txn = txn, .arena = arena, .draft = draft };
	draft->statement = NULL;
	enum err err = charter_unit_get(txn, &draft->unit, &drafting.row);
	if (!err)
		err = charter_unit_get(txn, &draft->to, &drafting.target);
	if (!err && !id_is_zero(&drafting.row.parent))
		err = charter_path(txn, &drafting.row.parent, drafting.above, &drafting.above_count);
	if (!err)
		err = charter_path(txn, &draft->to, drafting.to, &drafting.to_count);
	if (err)
		return err;
	size_t common = 0;
	while (common < drafting.above_count && !on_way(drafting.to, drafting.to_count, &drafting.above[common]))
		common++;
	drafting.common = common < drafting.above_count ? drafting.above[common] : draft->unit;
	err = charter_registrar(txn, &drafting.common, &draft->authority);
	if (!err)
		err = charter_registrar(txn, &draft->to, &draft->registrar);
	if (!err)
		err = charter_registrar(txn, id_is_zero(&drafting.row.parent) ? &draft->unit : &drafting.row.parent,
		                        &draft->former_registrar);
	draft->fault = err ? CHARTER_FINE : find_fault(&drafting);
	if (!err && !draft->fault)
		err = word(&drafting);
	return err ? err : txn->err;
}
