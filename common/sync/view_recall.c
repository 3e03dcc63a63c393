// Reading again an entry that another one names, with the word of the charter on its author. Workflows are
// judged so (ledger/merge_step): by the devices of the records' unit and by its registrar, who read all that
// a move may rest on. Whoever reads less takes moves as they come.
#include "base/bytes.h"
#include "ledger/merge_step.h"
#include "org/charter_past.h"
#include "org/charter_role.h"
#include "sync/view_inside.h"

static struct span flag_key(void)
{
	return span_string("steps-wait");
}

bool view_recall_judges(struct view *view, const struct id *owner)
{
	struct id registrar;
	const struct id *unit = &view->self->unit;
	return id_equal(owner, unit) || (view->self->server && charter_registrar(view->txn, owner, &registrar) == ERR_OK
	                                 && id_equal(&registrar, unit));
}

// While a log waits for an entry that one of its own names, whatever comes may be it.
enum err view_recall_wait(struct view *view)
{
	return txn_put(view->txn, STORE_META, flag_key(), span_of(NULL, 0));
}

bool view_recall_waits(struct view *view)
{
	return txn_has(view->txn, STORE_META, flag_key());
}

enum err view_recall_rest(struct view *view)
{
	struct scan scan = scan_begin(view->txn, STORE_META, span_string("waiting/"));
	bool any = scan_next(&scan);
	scan_end(&scan);
	return any || view->txn->err ? view->txn->err : txn_delete(view->txn, STORE_META, flag_key());
}

// ---- Entries of this transaction: a writer's last block is not stored yet ----

enum err view_recall_keep(struct view *view, uint32_t log, uint64_t seq, struct span payload)
{
	struct view_recent *recent = &view->recent[view->recent_next++ % VIEW_RECENT];
	buf_clear(&recent->payload);
	buf_bytes(&recent->payload, payload.data, payload.size);
	recent->log = recent->payload.err ? 0 : log;
	recent->seq = seq;
	return recent->payload.err;
}

void view_recall_free(struct view *view)
{
	for (size_t i = 0; i < VIEW_RECENT; i++)
		buf_free(&view->recent[i].payload);
}

static bool kept(const struct view *view, uint32_t log, uint64_t seq, struct span *payload)
{
	for (size_t i = 0; i < VIEW_RECENT; i++)
		if (view->recent[i].log == log && view->recent[i].seq == seq) {
			*payload = buf_span(&view->recent[i].payload);
			return true;
		}
	return false;
}

// ---- Reading ----

static bool set_aside(struct txn *txn, uint32_t log, uint64_t seq)
{
	uint8_t key[4 + 8];
	bytes_put_u32(key, log);
	bytes_put_u64(key + 4, seq);
	return txn_has(txn, STORE_QUARANTINE, span_of(key, sizeof key));
}

// The changes inside, sealed or not. *found: there are some to be read here.
static enum err open_payload(struct view *view, const struct journal_log *log, uint64_t seq, struct arena *arena,
                             struct span *payload, bool *found, bool *erased)
{
	struct entry entry;
	uint32_t kind;
	*found = true;
	if (kept(view, log->number, seq, payload))
		return arena_copy(arena, *payload, payload);
	enum err err = journal_entry(view->txn, log, seq, &entry);
	*erased = !err && entry.erased;
	*found = !err && !entry.erased && (entry.kind == ENTRY_CHANGES || entry.kind == ENTRY_SEALED);
	if (err || !*found)
		return err;
	if (entry.kind == ENTRY_CHANGES)
		return arena_copy(arena, entry.payload, payload); // the store's bytes do not outlive the next write
	err = epoch_open(view->txn, &view->self->unit, &log->id, seq, entry.payload, arena, &kind, payload);
	*found = !err && kind == ENTRY_CHANGES;
	return err == ERR_SIGNATURE || err == ERR_MALFORMED ? ERR_OK : err == ERR_NO_KEY ? ERR_AGAIN : err;
}

static enum err read_changes(struct view *view, const struct charter_device *author, struct span payload, struct arena *arena,
                             struct merge_recalled *recalled)
{
	enum err err = change_decode(payload, arena, &recalled->changes);
	if (err == ERR_MALFORMED)
		return ERR_OK; // it was set aside
	if (err)
		return err;
	if (id_is_zero(&recalled->changes.unit))
		recalled->changes.unit = author->unit;
	recalled->author = charter_relation_ever(view->txn, &author->unit, &recalled->changes.unit);
	recalled->counts = recalled->author != RELATION_NONE;
	return ERR_OK;
}

static bool author_of(struct view *view, const struct journal_log *log, struct charter_device *author)
{
	if (charter_device_get(view->txn, &log->name.device, author) == ERR_OK)
		return true;
	*author = (struct charter_device){ .device = log->name.device, .unit = view->self->unit };
	return hash_equal(&log->name.device, &view->self->identity.sign_public); // our enrolment is on its way
}

enum err view_recall(void *context, const struct hash *id, uint64_t seq, struct arena *arena, struct merge_recalled *recalled)
{
	struct view *view = context;
	struct journal_log log;
	struct charter_device author;
	struct span payload;
	uint32_t number;
	uint64_t applied;
	bool found;
	recalled->counts = false;
	enum err err = journal_find(view->txn, id, &log);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
	if (log.name.lane == LANE_PRIVATE && view->self->server)
		return ERR_OK; // never read here; the pack keeps workflows off it
	if (!view_resolve_log(view, id, &number, &applied) || seq >= applied || !author_of(view, &log, &author))
		return ERR_AGAIN;
	if (set_aside(view->txn, log.number, seq) || !charter_covers(&author, id, seq))
		return ERR_OK;
	err = open_payload(view, &log, seq, arena, &payload, &found, &recalled->erased);
	return err || !found ? err : read_changes(view, &author, payload, arena, recalled);
}

enum err view_recall_owner(struct view *view, const struct journal_log *log, uint64_t seq, struct id *owner)
{
	struct charter_device author;
	struct merge_recalled recalled = { .counts = false };
	struct span payload;
	bool found = false;
	if (!author_of(view, log, &author) || (log->name.lane == LANE_PRIVATE && view->self->server))
		return ERR_NOT_FOUND;
	enum err err = open_payload(view, log, seq, &view->arena, &payload, &found, &recalled.erased);
	if (err || !found)
		return err ? err : ERR_NOT_FOUND;
	err = change_decode(payload, &view->arena, &recalled.changes);
	if (!err)
		*owner = id_is_zero(&recalled.changes.unit) ? author.unit : recalled.changes.unit;
	return err == ERR_MALFORMED || err == ERR_BUDGET ? ERR_NOT_FOUND : err;
}

enum err view_recall_may(const struct merge_context *context, const struct pack_office *office, bool *may)
{
	const struct charter_role_entry entry = { .unit = &context->unit, .device = &context->device, .log = &context->log,
	                                          .seq = context->dot.seq };
	return charter_role_may(context->txn, &entry, office->name, office->strict, may);
}

// ---- Why a move was set aside ----

static enum err explain(struct view *view, const struct journal_log *log, uint64_t seq, struct workflow_verdict *verdict)
{
	struct charter_device author;
	struct changes changes;
	struct span payload;
	bool found, erased;
	enum merge_reason reason = MERGE_ACCEPTED;
	if (!view->pack->pack || !author_of(view, log, &author))
		return ERR_NOT_FOUND;
	enum err err = open_payload(view, log, seq, &view->arena, &payload, &found, &erased);
	if (!err && found)
		err = change_decode(payload, &view->arena, &changes);
	if (err || !found)
		return err ? err : ERR_NOT_FOUND;
	if (id_is_zero(&changes.unit))
		changes.unit = author.unit;
	struct merge_context context = {
		.txn = view->txn,
		.pack = view->pack->pack,
		.dot = { .log = log->number, .seq = seq },
		.log = log->id,
		.lane = log->name.lane,
		.device = log->name.device,
		.unit = author.unit,
		.relation = charter_relation_ever(view->txn, &author.unit, &changes.unit),
		.resolve_context = view,
		.recall = view_recall,
		.may = view_recall_may,
		.incarnation = log->name.incarnation,
		.verdict = verdict,
		.arena = &view->arena,
	};
	for (size_t i = 0; i < changes.count; i++)
		if (!pack_kind_by_number(context.pack, changes.changes[i].kind))
			return ERR_NOT_FOUND;
	err = merge_step(&context, &changes.unit, &changes, &reason);
	return err ? err : reason == MERGE_STEP ? ERR_OK : ERR_NOT_FOUND;
}

enum err view_explain(struct txn *txn, const struct self *self, struct view_pack *pack, struct dot dot,
                      struct workflow_verdict *verdict)
{
	struct view view = { .txn = txn, .self = self, .pack = pack };
	struct journal_log log;
	enum err err = journal_find_number(txn, dot.log, &log);
	arena_init(&view.arena, LIMIT_DECODE_BYTES);
	if (!err)
		err = explain(&view, &log, dot.seq, verdict);
	arena_free(&view.arena);
	return err;
}
