// Claims and dossiers at rest, and the marks of what is to be done.
#include "org/transfer.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/pb.h"
#include "base/reader.h"
#include "org/custody_chain.h"
#include "org/statement.h"
#include "log/hash.h"

enum {
	MEMBER_KEY_BYTES = 1 + LIMIT_ID_BYTES,
	CLAIM_KEY_BYTES = MEMBER_KEY_BYTES + 8 + 1 + 2 * LIMIT_ID_BYTES,
	DONE_KEY_BYTES = MEMBER_KEY_BYTES + 8 + 1 + LIMIT_ID_BYTES,
	DOSSIER_KEY_BYTES = MEMBER_KEY_BYTES + 8 + LIMIT_ID_BYTES,
	LATE_KEY_BYTES = MEMBER_KEY_BYTES + 4 + 8,
	CLAIM_VALUE_BYTES = LIMIT_HASH_BYTES + 3 * LIMIT_ID_BYTES + 8 + 4,
};

const char *transfer_what_text(enum transfer_what what)
{
	static const char *const texts[] = {
#define WHAT_TEXT(name, number, text) [number] = text,
		TRANSFER_WHATS(WHAT_TEXT)
#undef WHAT_TEXT
	};
	return what > 0 && what < TRANSFER_WHAT_END ? texts[what] : "?";
}

static struct span member_key(char kind, const struct id *member, uint8_t *key)
{
	key[0] = (uint8_t)kind;
	memcpy(key + 1, member->bytes, LIMIT_ID_BYTES);
	return span_of(key, MEMBER_KEY_BYTES);
}

static struct id member_of(const struct scan *scan)
{
	struct id member = { { 0 } };
	if (scan->key.size >= MEMBER_KEY_BYTES)
		memcpy(member.bytes, scan->key.data + 1, LIMIT_ID_BYTES);
	return member;
}

// ---- Messages ----

static enum err read_maybe(ProtobufCBinaryData bytes, struct id *id)
{
	return bytes.len ? id_read(pb_span(bytes), id) : ERR_OK;
}

enum err transfer_claim_read(const Tributary__TransferClaim *message, struct transfer_claim *claim)
{
	*claim = (struct transfer_claim){ .what = (enum transfer_what)message->what, .epoch = message->epoch, .until = message->until,
		                          .reason = message->reason };
	if (message->what < TRANSFER_ENTER || message->what >= TRANSFER_WHAT_END || id_read(pb_span(message->member), &claim->member) ||
	    (message->tail.len && hash_read(pb_span(message->tail), &claim->tail)) || read_maybe(message->home, &claim->home) ||
	    read_maybe(message->to, &claim->to) || read_maybe(message->unit, &claim->unit) ||
	    read_maybe(message->incarnation, &claim->incarnation))
		return ERR_MALFORMED;
	return statement_text_fits(claim->reason, LIMIT_TITLE_BYTES) ? ERR_OK : ERR_MALFORMED;
}

void transfer_claim_message(const struct transfer_claim *claim, bool handed_on, Tributary__TransferClaim *message)
{
	tributary__transfer_claim__init(message);
	message->what = claim->what;
	message->member = pb_bytes(id_span(&claim->member));
	message->epoch = claim->epoch;
	if (!hash_is_zero(&claim->tail))
		message->tail = pb_bytes(hash_span(&claim->tail));
	if (!id_is_zero(&claim->home))
		message->home = pb_bytes(id_span(&claim->home));
	if (!id_is_zero(&claim->to))
		message->to = pb_bytes(id_span(&claim->to));
	if (handed_on) {
		message->unit = pb_bytes(id_span(&claim->unit));
		message->incarnation = pb_bytes(id_span(&claim->incarnation));
	}
	message->until = claim->until;
	message->reason = (char *)(uintptr_t)(claim->reason ? claim->reason : "");
}

// ---- Claims ----

static struct span claim_key(const struct transfer_claim *claim, uint8_t key[static CLAIM_KEY_BYTES])
{
	member_key('c', &claim->member, key);
	bytes_put_u64(key + MEMBER_KEY_BYTES, claim->epoch);
	key[MEMBER_KEY_BYTES + 8] = (uint8_t)claim->what;
	memcpy(key + MEMBER_KEY_BYTES + 9, claim->unit.bytes, LIMIT_ID_BYTES);
	memcpy(key + MEMBER_KEY_BYTES + 9 + LIMIT_ID_BYTES, claim->incarnation.bytes, LIMIT_ID_BYTES);
	return span_of(key, CLAIM_KEY_BYTES);
}

enum err transfer_put(struct txn *txn, const struct transfer_claim *claim)
{
	uint8_t key[CLAIM_KEY_BYTES];
	struct buf value = BUF_EMPTY;
	struct span before;
	buf_bytes(&value, claim->tail.bytes, LIMIT_HASH_BYTES);
	buf_bytes(&value, claim->home.bytes, LIMIT_ID_BYTES);
	buf_bytes(&value, claim->to.bytes, LIMIT_ID_BYTES);
	buf_bytes(&value, claim->via.bytes, LIMIT_ID_BYTES);
	buf_u64(&value, claim->time);
	buf_u32(&value, (uint32_t)claim->until);
	buf_string(&value, claim->reason);
	enum err err = value.err;
	claim_key(claim, key);
	bool new_here = txn_get(txn, STORE_TRANSFER, span_of(key, sizeof key), &before) == ERR_NOT_FOUND ||
	                span_compare(buf_span(&value), before) < 0;
	if (claim->what == TRANSFER_WITHDRAW) // what could not be done at first may be possible now
		transfer_mark_due(txn, &claim->member);
	if (!err && new_here) {
		err = txn_put(txn, STORE_TRANSFER, span_of(key, sizeof key), buf_span(&value));
		transfer_mark_due(txn, &claim->member);
	}
	buf_free(&value);
	return err ? err : txn->err;
}

struct scan transfer_claims(struct txn *txn, const struct id *member, uint64_t epoch)
{
	uint8_t key[MEMBER_KEY_BYTES + 8];
	member_key('c', member, key);
	bytes_put_u64(key + MEMBER_KEY_BYTES, epoch);
	return scan_begin(txn, STORE_TRANSFER, span_of(key, epoch == UINT64_MAX ? MEMBER_KEY_BYTES : sizeof key));
}

enum err transfer_claim_at(const struct scan *scan, struct transfer_claim *claim)
{
	if (scan->key.size != CLAIM_KEY_BYTES || scan->value.size < CLAIM_VALUE_BYTES)
		return ERR_CORRUPT;
	const uint8_t *key = scan->key.data + MEMBER_KEY_BYTES;
	*claim = (struct transfer_claim){ .member = member_of(scan), .epoch = bytes_get_u64(key), .reason = "" };
	claim->what = (enum transfer_what)key[8];
	memcpy(claim->unit.bytes, key + 9, LIMIT_ID_BYTES);
	memcpy(claim->incarnation.bytes, key + 9 + LIMIT_ID_BYTES, LIMIT_ID_BYTES);
	struct reader reader = reader_of(scan->value);
	reader_copy(&reader, claim->tail.bytes, LIMIT_HASH_BYTES);
	reader_copy(&reader, claim->home.bytes, LIMIT_ID_BYTES);
	reader_copy(&reader, claim->to.bytes, LIMIT_ID_BYTES);
	reader_copy(&reader, claim->via.bytes, LIMIT_ID_BYTES);
	claim->time = reader_u64(&reader);
	claim->until = (int32_t)reader_u32(&reader);
	return reader.err ? ERR_CORRUPT : ERR_OK;
}

struct span transfer_claim_reason(const struct scan *scan)
{
	size_t size = scan->value.size;
	return size < CLAIM_VALUE_BYTES ? span_of(NULL, 0) : span_of(scan->value.data + CLAIM_VALUE_BYTES, size - CLAIM_VALUE_BYTES);
}

enum err transfer_find(struct txn *txn, const struct id *member, uint64_t epoch, enum transfer_what what, const struct id *unit,
                       struct transfer_claim *found)
{
	enum err err = ERR_NOT_FOUND;
	struct scan scan = transfer_claims(txn, member, epoch);
	while (err == ERR_NOT_FOUND && scan_next(&scan)) {
		err = transfer_claim_at(&scan, found);
		if (!err && (found->what != what || (unit && !id_equal(unit, &found->unit))))
			err = ERR_NOT_FOUND;
	}
	scan_end(&scan);
	return txn->err ? txn->err : err;
}

void transfer_forget_unit(struct txn *txn, const struct id *unit)
{
	struct scan scan = scan_begin(txn, STORE_TRANSFER, span_string("c"));
	while (scan_next(&scan)) {
		struct transfer_claim claim;
		uint8_t key[CLAIM_KEY_BYTES];
		if (transfer_claim_at(&scan, &claim) || !id_equal(&claim.unit, unit) || !id_is_zero(&claim.via))
			continue;
		memcpy(key, scan.key.data, sizeof key);
		txn_delete(txn, STORE_TRANSFER, span_of(key, sizeof key));
	}
	scan_end(&scan);
}

// ---- Marks ----

void transfer_mark_due(struct txn *txn, const struct id *member)
{
	uint8_t key[MEMBER_KEY_BYTES];
	txn_put(txn, STORE_TRANSFER, member_key('d', member, key), span_of(NULL, 0));
}

struct scan transfer_due(struct txn *txn) { return scan_begin(txn, STORE_TRANSFER, span_string("d")); }
struct id transfer_due_member(const struct scan *scan) { return member_of(scan); }

void transfer_due_done(struct txn *txn, const struct id *member)
{
	uint8_t key[MEMBER_KEY_BYTES];
	txn_delete(txn, STORE_TRANSFER, member_key('d', member, key));
}

static bool is_part(struct txn *txn, const struct id *whole, const struct id *unit)
{
	return id_equal(whole, unit) || (!id_is_zero(unit) && charter_is_ancestor(txn, whole, unit));
}

struct followed {
	struct txn *txn;
	const struct id *self;
};

// Whose next record is ours to write, or whose home we are: what others have in hand is theirs to look at, so that a move
// costs those above it nothing for each member below.
static bool concerns(const struct followed *followed, const struct id *member)
{
	struct custody_entry last;
	return custody_chain_last(followed->txn, member, &last) == ERR_OK &&
	       (id_equal(&last.record.registrar, followed->self) || id_equal(&last.record.home, followed->self));
}

static enum err mark_members(void *context, const struct charter_unit *row)
{
	const struct followed *followed = context;
	struct scan scan = custody_chain_homes(followed->txn, &row->unit);
	while (scan_next(&scan)) {
		struct id member = custody_chain_home_member(&scan);
		if (concerns(followed, &member))
			transfer_mark_due(followed->txn, &member);
	}
	scan_end(&scan);
	return followed->txn->err;
}

// Entered, or confirmed anew, and recorded since: nothing stands open about it.
static bool is_settled(struct txn *txn, const struct transfer_claim *claim)
{
	struct custody_entry last;
	bool asks = claim->what == TRANSFER_ENTER || claim->what == TRANSFER_REAFFIRM;
	return asks && custody_chain_last(txn, &claim->member, &last) == ERR_OK && last.record.epoch > claim->epoch;
}

enum err transfer_unit_moved(struct txn *txn, const struct id *unit, const struct id *self)
{
	struct followed followed = { .txn = txn, .self = self };
	enum err err = charter_subtree(txn, unit, mark_members, &followed);
	struct scan scan = scan_begin(txn, STORE_TRANSFER, span_string("c"));
	while (!err && scan_next(&scan)) {
		struct transfer_claim claim;
		err = transfer_claim_at(&scan, &claim);
		bool part = !err && (is_part(txn, unit, &claim.unit) || is_part(txn, unit, &claim.home) || is_part(txn, unit, &claim.to));
		if (part && !is_settled(txn, &claim))
			transfer_mark_due(txn, &claim.member);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

void transfer_mark_new(struct txn *txn, const struct id *member, uint16_t kind)
{
	uint8_t key[MEMBER_KEY_BYTES + 2];
	member_key('e', member, key);
	bytes_put_u16(key + MEMBER_KEY_BYTES, kind);
	txn_put(txn, STORE_TRANSFER, span_of(key, sizeof key), span_of(NULL, 0));
}

bool transfer_is_new(struct txn *txn, const struct id *member)
{
	uint8_t key[MEMBER_KEY_BYTES];
	struct scan scan = scan_begin(txn, STORE_TRANSFER, member_key('e', member, key));
	bool found = scan_next(&scan);
	scan_end(&scan);
	return found;
}

struct scan transfer_new(struct txn *txn) { return scan_begin(txn, STORE_TRANSFER, span_string("e")); }
struct id transfer_new_member(const struct scan *scan) { return member_of(scan); }

void transfer_new_done(struct txn *txn, const struct id *member)
{
	uint8_t key[MEMBER_KEY_BYTES];
	txn_clear(txn, STORE_TRANSFER, member_key('e', member, key));
}

static struct span mark_key(char kind, const struct id *member, uint64_t epoch, unsigned what, const struct id *unit,
                            uint8_t key[static DONE_KEY_BYTES])
{
	member_key(kind, member, key);
	bytes_put_u64(key + MEMBER_KEY_BYTES, epoch);
	key[MEMBER_KEY_BYTES + 8] = (uint8_t)what;
	memcpy(key + MEMBER_KEY_BYTES + 9, unit->bytes, LIMIT_ID_BYTES);
	return span_of(key, DONE_KEY_BYTES);
}

bool transfer_was_done(struct txn *txn, const struct id *member, uint64_t epoch, unsigned what, const struct id *unit)
{
	uint8_t key[DONE_KEY_BYTES];
	return txn_has(txn, STORE_TRANSFER, mark_key('f', member, epoch, what, unit, key));
}

bool transfer_once(struct txn *txn, const struct id *member, uint64_t epoch, unsigned what, const struct id *unit)
{
	uint8_t key[DONE_KEY_BYTES];
	if (transfer_was_done(txn, member, epoch, what, unit))
		return false;
	txn_put(txn, STORE_TRANSFER, mark_key('f', member, epoch, what, unit, key), span_of(NULL, 0));
	return true;
}

void transfer_refused(struct txn *txn, const struct transfer_claim *claim, enum custody_refusal refusal)
{
	uint8_t key[DONE_KEY_BYTES], value = (uint8_t)refusal;
	txn_put(txn, STORE_TRANSFER, mark_key('x', &claim->member, claim->epoch, claim->what, &claim->unit, key), span_of(&value, 1));
}

enum custody_refusal transfer_refusal(struct txn *txn, const struct transfer_claim *claim)
{
	uint8_t key[DONE_KEY_BYTES];
	struct span value;
	if (txn_get(txn, STORE_TRANSFER, mark_key('x', &claim->member, claim->epoch, claim->what, &claim->unit, key), &value) ||
	    value.size != 1 || value.data[0] >= CUSTODY_REFUSAL_END)
		return CUSTODY_DONE;
	return (enum custody_refusal)value.data[0];
}

// ---- Dossiers ----

static struct span dossier_key(const struct id *member, uint64_t epoch, const struct id *unit, uint8_t key[static DOSSIER_KEY_BYTES])
{
	member_key('o', member, key);
	bytes_put_u64(key + MEMBER_KEY_BYTES, epoch);
	memcpy(key + MEMBER_KEY_BYTES + 8, unit->bytes, LIMIT_ID_BYTES);
	return span_of(key, DOSSIER_KEY_BYTES);
}

enum err transfer_dossier_put(struct txn *txn, const struct id *member, uint64_t epoch, const struct id *unit, struct span dossier)
{
	uint8_t key[DOSSIER_KEY_BYTES];
	transfer_mark_due(txn, member);
	return txn_put(txn, STORE_TRANSFER, dossier_key(member, epoch, unit, key), dossier);
}

enum err transfer_dossier(struct txn *txn, const struct id *member, uint64_t epoch, const struct id *unit, struct span *dossier)
{
	uint8_t key[DOSSIER_KEY_BYTES];
	return txn_get(txn, STORE_TRANSFER, dossier_key(member, epoch, unit, key), dossier);
}

enum err transfer_late_put(struct txn *txn, const struct id *member, uint32_t log, uint64_t seq, struct span dossier)
{
	uint8_t key[LATE_KEY_BYTES];
	member_key('l', member, key);
	bytes_put_u32(key + MEMBER_KEY_BYTES, log);
	bytes_put_u64(key + MEMBER_KEY_BYTES + 4, seq);
	return txn_put(txn, STORE_TRANSFER, span_of(key, sizeof key), dossier);
}

struct scan transfer_late(struct txn *txn, const struct id *member)
{
	uint8_t key[MEMBER_KEY_BYTES];
	return scan_begin(txn, STORE_TRANSFER, member_key('l', member, key));
}

struct transfer_claim transfer_settling(const struct id *unit, const struct id *member, struct span dossier)
{
	struct hash hash = hash_bytes(HASH_BLAKE2B_256, dossier);
	return (struct transfer_claim){ .what = TRANSFER_SETTLED, .member = *member, .epoch = bytes_get_u64(hash.bytes) >> 1,
	                                .tail = hash, .unit = *unit, .reason = "" };
}

bool transfer_is_settled(struct txn *txn, const struct id *unit, const struct id *member, struct span dossier)
{
	struct transfer_claim found, claim = transfer_settling(unit, member, dossier);
	return transfer_find(txn, member, claim.epoch, TRANSFER_SETTLED, unit, &found) == ERR_OK && hash_equal(&found.tail, &claim.tail);
}
