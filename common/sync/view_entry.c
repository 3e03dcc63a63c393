// How one entry becomes state. Each kind of entry has a row in the table: the lanes in which it may
// stand and the function that applies it. A function gives ERR_OK (applied, or quarantined when it
// set *reason), ERR_AGAIN (the log waits here), or a failure of the store.
#include "base/bytes.h"
#include "base/pb.h"
#include "ledger/series.h"
#include "ledger/tally_chain.h"
#include "ledger/tally_places.h"
#include "org/charter_past.h"
#include "org/ranking_kept.h"
#include "store.pb-c.h"
#include "sync/view_inside.h"

bool view_resolve_log(void *context, const struct hash *log, uint32_t *number, uint64_t *applied)
{
	struct view *view = context;
	for (size_t i = 0; i < view->mark_count; i++) {
		if (!hash_equal(&view->mark[i].log, log))
			continue;
		*number = view->mark[i].number;
		*applied = view->mark[i].applied;
		return true;
	}
	struct journal_log found;
	if (journal_find(view->txn, log, &found))
		return false;
	*number = found.number;
	*applied = found.applied;
	return true;
}

// Records of our own unit, of those below a server, now or once, and what comes or came down from above concern us.
static bool owner_concerns(struct view *view, const struct id *owner)
{
	const struct id *unit = &view->self->unit;
	if (id_equal(owner, unit) || charter_is_ancestor(view->txn, owner, unit) || charter_was_below(view->txn, owner, unit))
		return true;
	return view->self->server && charter_was_below(view->txn, unit, owner);
}

// What the author is to the owner, looked up once a run: entries of one log mostly speak of one unit.
const struct view_standing *view_entry_standing(struct view *view, const struct id *author, const struct id *owner)
{
	struct view_standing *standing = &view->standing;
	if (standing->known && id_equal(&standing->author, author) && id_equal(&standing->owner, owner))
		return standing;
	*standing = (struct view_standing){
		.known = true,
		.author = *author,
		.owner = *owner,
		.concerns = owner_concerns(view, owner),
		.relation = charter_relation_ever(view->txn, author, owner),
		.judges = view_recall_judges(view, owner),
	};
	return standing;
}

// What waited when a rebuild began was never applied: for it this is the first time.
static bool applied_before(const struct reading *reading)
{
	return reading->view->rebuilding && reading->entry->seq < reading->view->again_to;
}

// A rebuild of one unit leaves the records of others as they are.
static bool kept_by_rebuild(const struct reading *reading, const struct id *owner)
{
	const struct id *unit = &reading->view->rebuild_unit;
	return applied_before(reading) && !id_is_zero(unit) && !id_equal(owner, unit);
}

enum err view_entry_changes(struct reading *reading)
{
	struct view *view = reading->view;
	struct changes changes;
	if (!view->pack->pack)
		return ERR_AGAIN;
	enum err err = change_decode(reading->entry->payload, &view->arena, &changes);
	if (err == ERR_MALFORMED || err == ERR_BUDGET) { // the arena is fresh: this entry alone is too much, everywhere
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	if (err)
		return err;
	const struct id *author = &view->author.unit;
	if (id_is_zero(&changes.unit))
		changes.unit = *author;
	reading->passed = (reading->of && !id_equal(reading->of, &changes.unit)) || kept_by_rebuild(reading, &changes.unit);
	if (reading->passed)
		return ERR_OK;
	const struct view_standing *standing = view_entry_standing(view, author, &changes.unit);
	if (!standing->concerns)
		return view_pass_over(reading, &changes.unit);
	bool ours = id_equal(&changes.unit, &view->self->unit);
	struct charter_unit owner;
	if (charter_unit_get(view->txn, &changes.unit, &owner) == ERR_NOT_FOUND)
		return ERR_AGAIN; // our own unit, before the statement that made it: our logs came back first
	struct merge_context context = {
		.txn = view->txn,
		.pack = view->pack->pack,
		.dot = { .log = reading->log->number, .seq = reading->entry->seq },
		.log = reading->log->id,
		.lane = reading->lane,
		.time = reading->entry->time,
		.device = reading->log->name.device,
		.unit = *author,
		.relation = reading->own ? charter_relation(view->txn, author, &changes.unit) : standing->relation,
		.cells = ours ? view->cells : NULL,
		.resolve = view_resolve_log,
		.resolve_context = view,
		.recall = standing->judges ? view_recall : NULL,
		.may = view_recall_may,
		.incarnation = reading->log->name.incarnation,
		.verdict = &view->verdict,
		.arena = &view->arena,
	};
	view->changed_basis = true;
	err = merge_changes(&context, &changes, &reading->reason);
	for (size_t i = 0; !err && view->self->server && i < changes.count; i++)
		if (ranking_kept_assesses(view->pack->pack, changes.changes[i].kind))
			err = ranking_kept_stale(view->txn, view->pack->pack, &changes.unit, 0);
	if (err == ERR_AGAIN)
		view_recall_wait(view);
	if (!err && !reading->reason && ours && !view->self->server) {
		view_presence_changed(view, &changes);
		err = view_custody_changed(view, &changes);
	}
	return err;
}

// Who speaks for the unit, and whether for the time being.
struct force {
	uint32_t log;
	bool provisional;
};

static enum err in_force(struct txn *txn, const struct tally *tally, struct force *force)
{
	struct tally_chain chain;
	*force = (struct force){ .log = 0 };
	enum err err = tally_in_force(txn, &tally->unit, tally->rollup, &chain, &force->provisional);
	force->log = err ? 0 : chain.log;
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// The first month of which it says anything; a complete one may take back what was said of any.
static int32_t first_month(const struct tally *tally)
{
	int32_t first = tally->previous ? tally->through : 0;
	for (size_t i = 0; i < tally->cell_count; i++)
		first = tally->cells[i].key.month < first ? tally->cells[i].key.month : first;
	return first;
}

static enum err apply_tally(struct reading *reading)
{
	struct view *view = reading->view;
	struct tally tally;
	struct tally_places places;
	enum err err = tally_decode(reading->entry->payload, &view->arena, &tally);
	if (err == ERR_MALFORMED || err == ERR_BUDGET) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	if (err)
		return err;
	if (id_is_zero(&tally.unit))
		tally.unit = view->author.unit;
	if (!id_equal(&tally.unit, &view->author.unit) || tally.rollup != view->author.server) {
		reading->reason = MERGE_AUTHORITY;
		return ERR_OK;
	}
	if (view->author.revoked)
		tally_chain_retire(view->txn, reading->log->number);
	struct force before, after;
	err = view_tally_places(view, &tally.unit, tally.rollup, &view->arena, &places);
	if (!err)
		err = in_force(view->txn, &tally, &before);
	if (!err)
		err = tally_apply_in(view->txn, reading->log->number, reading->entry->seq, reading->entry->time, &tally, &places,
		                     &view->arena);
	if (err == ERR_GAP || err == ERR_MALFORMED) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	if (tally_places_any(&places))
		view->changed_basis = true;
	if (!err && view->self->server)
		err = in_force(view->txn, &tally, &after);
	if (err || !view->self->server)
		return err;
	bool same = before.log == after.log && before.provisional == after.provisional;
	return ranking_kept_stale(view->txn, view->pack->pack, &tally.unit, same ? first_month(&tally) : 0);
}

static enum err pack_published(struct view *view)
{
	bool first = !view->pack->pack;
	struct hash before = view->pack->digest;
	enum err err = view_pack_refresh(view->pack, view->txn);
	if (err || first || hash_equal(&before, &view->pack->digest))
		return err;
	if (view->self->server)
		ranking_kept_stale_all(view->txn);
	return view_mark_pack(view);
}

static enum err device_revoked(struct view *view, const struct id *unit)
{
	view_mark_stale(view, unit);
	if (view->from_nothing || view->self->server || !id_equal(unit, &view->self->unit))
		return ERR_OK;
	return txn_put(view->txn, STORE_META, span_string("rotate"), span_of(NULL, 0)); // sync/pen begins a fresh epoch
}

// A revoked server may have stated anything; and where units below have reported before their township
// had a server, another sums them from now on.
static void server_changed(struct view *view, const struct charter_effects *effects)
{
	static const struct id everything;
	view->members = true; // our unit may have another registrar
	struct id child;
	struct charter_walk walk = charter_children(view->txn, &effects->server_unit);
	bool above_others = charter_child_next(&walk, &child);
	charter_walk_end(&walk);
	if (effects->device_revoked || (view->self->server && above_others))
		view_mark_stale(view, &everything);
}

// What devices of the unit were allowed may be otherwise now. Servers make moves of those below them.
static void role_stated(struct view *view, const struct charter_effects *effects)
{
	static const struct id everything;
	view_mark_stale(view, effects->role_server ? &everything : &effects->role_unit);
}

static enum err apply_statements(struct reading *reading)
{
	struct view *view = reading->view;
	struct charter_effects effects = { .pack_published = false };
	view->standing.known = false; // the tree may change
	struct dot place = { .log = reading->log->number, .seq = reading->entry->seq };
	enum err err = charter_apply(view->txn, &reading->log->name.device, place, reading->entry->payload, &view->arena,
	                             &reading->reason, &effects);
	if (err || reading->reason)
		return err;
	view->rewake |= effects.pack_published || effects.device_enrolled || effects.unit_created || effects.tree_changed;
	if (!view->author_known)
		view->author_known = charter_device_get(view->txn, &reading->log->name.device, &view->author) == ERR_OK;
	if (effects.pack_published)
		err = pack_published(view);
	if (effects.device_revoked && !err)
		err = device_revoked(view, &effects.revoked_unit);
	if (effects.role_stated && !err)
		role_stated(view, &effects);
	if (effects.server_changed && !err)
		server_changed(view, &effects);
	return err ? err : view_tree_changed(view, &effects);
}

static enum err apply_epoch(struct reading *reading)
{
	struct view *view = reading->view;
	bool learnt = false;
	if (view->self->server || !id_equal(&view->author.unit, &view->self->unit))
		return ERR_OK;
	enum err err = epoch_apply(view->txn, &view->self->unit, reading->entry->payload, &view->self->identity, &view->arena,
	                           &learnt);
	view->rewake |= learnt;
	if (err != ERR_MALFORMED)
		return err;
	reading->reason = MERGE_MALFORMED;
	return ERR_OK;
}

static enum err apply_mail(struct reading *reading)
{
	struct view *view = reading->view;
	ProtobufCMessage *message;
	struct id to;
	uint8_t key[LIMIT_ID_BYTES + 4 + 8];
	if (pb_unpack(&tributary__mail__descriptor, reading->entry->payload, &view->arena, &message) ||
	    id_read(pb_span(((Tributary__Mail *)message)->to), &to)) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	switch (((Tributary__Mail *)message)->purpose) {
	case EPOCH_MAIL_TO_PEOPLE: break;
	case EPOCH_MAIL_CUSTODY: return id_equal(&to, &view->self->unit) ? view_custody_letter(reading) : ERR_OK;
	case EPOCH_MAIL_PRESENCE: return id_equal(&to, &view->self->unit) ? view_presence_letter(reading) : ERR_OK;
	default: return ERR_OK; // a newer program's
	}
	memcpy(key, to.bytes, LIMIT_ID_BYTES);
	bytes_put_u32(key + LIMIT_ID_BYTES, reading->log->number);
	bytes_put_u64(key + LIMIT_ID_BYTES + 4, reading->entry->seq);
	return txn_put(view->txn, STORE_MAIL, span_of(key, sizeof key), span_of(NULL, 0));
}

static enum err apply_sealed(struct reading *reading);

enum { IN_PRIVATE = 1 << LANE_PRIVATE, IN_DETAIL = 1 << LANE_DETAIL, IN_UP = 1 << LANE_UP, IN_DOWN = 1 << LANE_DOWN,
       IN_MAIL = 1 << LANE_MAIL, IN_FILE = 1 << LANE_FILE,
       IN_ANY = IN_PRIVATE | IN_DETAIL | IN_UP | IN_DOWN | IN_MAIL | IN_FILE };

// What may follow from an entry: derived cells (ledger/derive), the count of the unit's members (view_members).
enum { FEEDS_NOTHING = 0, FEEDS_DERIVED = 1, FEEDS_MEMBERS = 2 };

static const struct {
	unsigned lanes;        // where it may stand
	bool again_on_rebuild; // its state is thrown away by view_rebuild
	enum err (*apply)(struct reading *reading);
	unsigned feeds;
} table[] = {
	[ENTRY_RECEIPTS]    = { IN_UP,                       true,  view_receipts, FEEDS_DERIVED },
	[ENTRY_CHANGES]     = { IN_DETAIL | IN_UP | IN_DOWN, true,  view_entry_changes, FEEDS_DERIVED },
	[ENTRY_TALLY]       = { IN_UP,                       true,  apply_tally, FEEDS_NOTHING },
	[ENTRY_STATEMENT]   = { IN_DOWN,                     false, apply_statements, FEEDS_DERIVED | FEEDS_MEMBERS },
	[ENTRY_EPOCH]       = { IN_DETAIL,                   false, apply_epoch, FEEDS_DERIVED },
	[ENTRY_INCARNATION] = { IN_ANY,                      true,  view_custody_life, FEEDS_NOTHING },
	[ENTRY_MAIL]        = { IN_MAIL,                     true,  apply_mail, FEEDS_DERIVED | FEEDS_MEMBERS },
	[ENTRY_SEALED]      = { IN_PRIVATE | IN_FILE,        true,  apply_sealed, FEEDS_DERIVED },
	[ENTRY_SUBMISSION]  = { IN_UP,                       true,  view_period_step, FEEDS_DERIVED },
	[ENTRY_REVIEW]      = { IN_DOWN,                     true,  view_period_review, FEEDS_DERIVED },
	[ENTRY_REQUEST]     = { IN_DOWN,                     true,  view_period_request, FEEDS_NOTHING },
	[ENTRY_REPLY]       = { IN_DETAIL | IN_UP,           true,  view_period_reply, FEEDS_NOTHING },
	[ENTRY_CUSTODY]     = { IN_UP | IN_DOWN,             true,  view_custody_batches, FEEDS_MEMBERS },
	[ENTRY_TRANSFER]    = { IN_UP,                       true,  view_custody_claims, FEEDS_NOTHING },
	[ENTRY_PIECE]       = { IN_FILE,                     true,  view_piece, FEEDS_NOTHING },
	[ENTRY_PICTURE]     = { IN_FILE,                     true,  view_piece_picture, FEEDS_NOTHING },
};

enum { TABLE_SIZE = sizeof table / sizeof table[0] };

bool view_entry_again_on_rebuild(uint32_t kind)
{
	return kind < TABLE_SIZE && table[kind].again_on_rebuild;
}

// Opens a sealed entry and applies what is inside: changes, and in their own lane pieces of files and small pictures.
static enum err apply_sealed(struct reading *reading)
{
	struct view *view = reading->view;
	struct entry inner = *reading->entry;
	if (view->self->server || !id_equal(&view->author.unit, &view->self->unit))
		return ERR_OK;
	enum err err = epoch_open(view->txn, &view->self->unit, &reading->log->id, inner.seq, reading->entry->payload,
	                          &view->arena, &inner.kind, &inner.payload);
	if (err == ERR_NO_KEY)
		return ERR_AGAIN;
	bool file = inner.kind == ENTRY_PIECE || inner.kind == ENTRY_PICTURE;
	bool allowed = reading->lane == LANE_FILE ? file : inner.kind == ENTRY_CHANGES;
	if (err == ERR_SIGNATURE || err == ERR_MALFORMED || (!err && !allowed)) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	if (err)
		return err;
	struct reading unsealed = *reading;
	unsealed.entry = &inner;
	unsealed.sealed = true;
	err = table[inner.kind].apply(&unsealed);
	reading->reason = unsealed.reason;
	return err;
}

static uint64_t writes_of(const struct txn *txn)
{
	uint64_t writes = 0;
	for (unsigned table_number = 0; table_number < STORE_TABLE_COUNT; table_number++)
		writes += txn->writes[table_number];
	return writes;
}

enum err view_entry_apply(struct reading *reading)
{
	const struct entry *entry = reading->entry;
	struct view *view = reading->view;
	if (entry->kind >= TABLE_SIZE || !table[entry->kind].apply)
		return ERR_OK; // a newer version's: kept and relayed
	reading->passed = reading->of && entry->kind != ENTRY_CHANGES && entry->kind != ENTRY_REVIEW && entry->kind != ENTRY_REQUEST;
	if (reading->passed)
		return ERR_OK;
	if (applied_before(reading) && !table[entry->kind].again_on_rebuild)
		return ERR_OK;
	if (view->author_known && !charter_covers(&view->author, &reading->log->id, entry->seq)) {
		reading->reason = MERGE_REVOKED;
		return ERR_OK;
	}
	if (entry->erased) // its leaf stands; what it said is gone
		return entry->kind == ENTRY_CHANGES || entry->kind == ENTRY_SEALED ? series_erased(view->txn, reading->log->number) : ERR_OK;
	if (!(table[entry->kind].lanes & (1u << reading->lane))) {
		reading->reason = MERGE_LANE;
		return ERR_OK;
	}
	view->derive |= (table[entry->kind].feeds & FEEDS_DERIVED) != 0;
	view->members |= (table[entry->kind].feeds & FEEDS_MEMBERS) != 0;
	arena_reset(&view->arena);
	uint64_t before = writes_of(view->txn);
	enum err err = table[entry->kind].apply(reading);
	if (view->arena.starved)
		return ERR_NOMEM; // not the entry's fault: it must stand here as everywhere, once there is memory
	if (err != ERR_BUDGET || writes_of(view->txn) != before)
		return err;
	// Small outside and immense inside: what cannot be read here must not stop the others.
	reading->reason = MERGE_TOO_MANY;
	return ERR_OK;
}
