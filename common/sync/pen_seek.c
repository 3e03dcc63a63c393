// Finding a unit that is not known here. A device knows the tree around it: what its superiors have said, and
// what those directly below them have. A branch in another county is beyond that. Whoever has to do with it asks:
//
//	branch      SEEK "south/third/branch 7" (up) ──▶ its registrar: not known ──letter──▶ the server above … until
//	a server    knows it: from now on it shows the charters on the way down to the unit to those on the way to the
//	            asker, and the asker's to the unit's (sync/arrival), so that both can write and check what comes
//	the top     does not know it either: TOLD, to the asker
#include "base/pb.h"
#include "org/charter_past.h"
#include "org/custody_chain.h"
#include "sync/arrival.h"
#include "sync/pen_custody.h"
#include "sync/pen_inside.h"

// ---- The asker ----

// Was it asked before, and not been told of in vain?
static bool waits_for(struct pen *pen, const struct id *member, const char *text, bool *told)
{
	struct transfer_claim claim, answer;
	bool waits = false;
	*told = false;
	struct scan scan = transfer_claims(pen->txn, member, UINT64_MAX);
	while (scan_next(&scan)) {
		if (transfer_claim_at(&scan, &claim) || claim.what != TRANSFER_SEEK || !id_equal(&claim.unit, &pen->self->unit) ||
		    !span_equal(transfer_claim_reason(&scan), span_string(text)))
			continue;
		*told = transfer_find(pen->txn, member, claim.epoch, TRANSFER_TOLD, NULL, &answer) == ERR_OK; // ascending by time
		waits = !*told;
	}
	scan_end(&scan);
	return waits;
}

enum err pen_custody_seek(struct pen *pen, const struct id *member, const char *text, enum custody_refusal *refusal)
{
	bool told;
	struct transfer_claim claim = { .what = TRANSFER_SEEK, .member = *member, .epoch = pen->now_ms, .reason = text };
	*refusal = CUSTODY_SOUGHT;
	if (strlen(text) > LIMIT_TITLE_BYTES)
		return ERR_TOO_LARGE;
	if (waits_for(pen, member, text, &told))
		return ERR_OK;
	if (told)
		*refusal = CUSTODY_UNKNOWN_UNIT;
	return pen_custody_claim(pen, &claim);
}

// ---- The servers ----

// Those who speak, or once spoke, for `unit` and what is above it, up to our own unit.
static enum err show_way(struct pen *pen, const struct id *unit, const struct id *hop)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t count;
	enum err err = charter_path(pen->txn, unit, path, &count);
	for (size_t i = count; i-- > 0 && !err;) {
		struct charter_change change;
		if (!charter_is_ancestor(pen->txn, &pen->self->unit, &path[i]))
			continue;
		err = arrival_show(pen->txn, pen->self, &path[i], hop);
		struct charter_walk walk = charter_past(pen->txn, &path[i]);
		while (!err && charter_past_next(&walk, &change))
			for (size_t f = 0; f < change.former_count && !err; f++)
				err = arrival_show(pen->txn, pen->self, &change.former[f], hop);
		charter_walk_end(&walk);
	}
	return err;
}

static enum err introduce(struct pen *pen, const struct id *a, const struct id *b)
{
	struct id to_a, to_b;
	if (!arrival_hop(pen->txn, pen->self, a, &to_a) || !arrival_hop(pen->txn, pen->self, b, &to_b) || id_equal(&to_a, &to_b))
		return ERR_OK; // a server further down knows both
	enum err err = show_way(pen, b, &to_a);
	return err ? err : show_way(pen, a, &to_b);
}

static enum err write_letter(struct pen *pen, const struct id *to, const struct transfer_claim *claim)
{
	Tributary__CustodyLetter letter = TRIBUTARY__CUSTODY_LETTER__INIT;
	Tributary__TransferClaim message, *list[] = { &message };
	struct buf bytes = BUF_EMPTY;
	transfer_claim_message(claim, true, &message);
	letter.claims = list;
	letter.n_claims = 1;
	pb_pack(&letter.base, &bytes);
	enum err err = bytes.err ? bytes.err : pen_letter(pen, to, buf_span(&bytes));
	buf_free(&bytes);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err pen_seek_tell(struct pen *pen, const struct transfer_claim *about, enum custody_refusal refusal)
{
	struct transfer_claim told = *about;
	told.what = TRANSFER_TOLD;
	told.reason = custody_refusal_name(refusal);
	return write_letter(pen, &about->unit, &told);
}

enum err pen_seek_up(struct pen *pen, const struct transfer_claim *claim)
{
	struct charter_device above;
	enum err err = charter_device_get(pen->txn, &pen->self->parent_key, &above);
	return err ? err : write_letter(pen, &above.unit, claim);
}

static enum err look(struct pen *pen, const struct transfer_claim *claim)
{
	struct id unit;
	enum err err = charter_unit_find(pen->txn, claim->reason, &unit);
	if (!err)
		return introduce(pen, &claim->unit, &unit);
	if (err == ERR_NOT_FOUND && !hash_is_zero(&pen->self->parent_key))
		return pen_seek_up(pen, claim);
	return err == ERR_NOT_FOUND || err == ERR_CONFLICT ? pen_seek_tell(pen, claim, CUSTODY_UNKNOWN_UNIT) : err;
}

// Read in a log of a unit below us, or brought by a server below.
static bool ours(struct pen *pen, const struct transfer_claim *claim)
{
	return !id_is_zero(&claim->via) || charter_is_ancestor(pen->txn, &pen->self->unit, &claim->unit);
}

enum err pen_seek_due(struct pen *pen, const struct id *member)
{
	enum err err = ERR_OK;
	struct scan scan = transfer_claims(pen->txn, member, UINT64_MAX);
	while (!err && scan_next(&scan)) {
		char text[LIMIT_TITLE_BYTES + 1];
		struct transfer_claim claim;
		struct span said = transfer_claim_reason(&scan);
		err = transfer_claim_at(&scan, &claim);
		if (err || claim.what != TRANSFER_SEEK || said.size > LIMIT_TITLE_BYTES || !ours(pen, &claim) ||
		    !transfer_once(pen->txn, member, claim.epoch, TRANSFER_SEEK, &claim.unit))
			continue;
		memcpy(text, said.data, said.size);
		text[said.size] = '\0';
		claim.reason = text;
		err = look(pen, &claim);
	}
	scan_end(&scan);
	return err ? err : pen->txn->err;
}
