#include "ledger/vote_settle.h"

#include "base/bytes.h"
#include "ledger/late.h"
#include "ledger/metric.h"
#include "ledger/score_points.h"

static const struct span plain = { .data = NULL, .size = 0 };

enum { MOTIONS_PREFIX_BYTES = 16 + 2 }; // of RECORD: unit, kind

// ---- One motion ----

// The meeting of a motion, by its key. False: it names none.
static bool meeting_of(const struct pack_kind *kind, const struct record *motion, struct record_key *key)
{
	const struct record_write *refers = record_value(motion, kind->vote->meeting, plain);
	*key = (struct record_key){ .unit = motion->key.unit, .kind = kind->by_number[kind->vote->meeting]->refers };
	return refers && id_read(refers->value.bytes, &key->record) == ERR_OK;
}

enum err vote_settle_count(struct txn *txn, const struct pack_kind *kind, const struct record *motion, struct arena *arena,
                           struct vote_count *count)
{
	struct record_key key;
	struct record meeting = { .write_count = 0 };
	if (!kind->vote->meeting) {
		*count = vote_count(kind->vote, motion, motion);
		return ERR_OK;
	}
	enum err err = meeting_of(kind, motion, &key) ? record_load(txn, &key, arena, &meeting) : ERR_OK;
	if (!err)
		*count = vote_count(kind->vote, motion, meeting.write_count ? &meeting : NULL);
	return err;
}

static size_t place_of(const struct record *record, uint8_t field)
{
	size_t at = 0;
	while (at < record->write_count && record->writes[at].field < field)
		at++;
	return at;
}

// The list with one value in the field; several that stood apart are one now.
static enum err put_result(struct record *record, uint8_t field, int64_t option, struct arena *arena)
{
	size_t at = place_of(record, field), behind = at;
	while (behind < record->write_count && record->writes[behind].field == field)
		behind++;
	struct record_write *writes = arena_array(arena, record->write_count + 1, sizeof *writes);
	if (!writes)
		return ERR_BUDGET;
	struct record_write result = { .field = field };
	if (behind > at)
		result = record->writes[at];
	result.value = (struct value){ .form = VALUE_IS_NUMBER, .number = option };
	if (at)
		memcpy(writes, record->writes, at * sizeof *writes);
	writes[at] = result;
	if (behind < record->write_count)
		memcpy(writes + at + 1, record->writes + behind, (record->write_count - behind) * sizeof *writes);
	record->write_count = at + 1 + record->write_count - behind;
	record->writes = writes;
	return ERR_OK;
}

static enum err settle_as(const struct pack_kind *kind, struct record *motion, const struct vote_count *count, struct arena *arena)
{
	return count->result == VOTE_NONE ? ERR_OK : put_result(motion, kind->vote->result, vote_option(kind->vote, count->result), arena);
}

enum err vote_settle(struct txn *txn, const struct pack *pack, struct record *record, struct arena *arena)
{
	const struct pack_kind *kind = pack_kind_by_number(pack, record->key.kind);
	struct vote_count count;
	if (!kind || !kind->vote || !kind->vote->result)
		return ERR_OK;
	enum err err = vote_settle_count(txn, kind, record, arena, &count);
	return err ? err : settle_as(kind, record, &count, arena);
}

// ---- All motions of a meeting ----

struct resettling {
	struct txn *txn;
	const struct pack *pack;
	const struct pack_kind *kind;      // of motions
	const struct record *before, *after; // the meeting
	struct cell_batch *cells;
	struct arena arena;
};

static const struct record *known(const struct record *meeting)
{
	return meeting->write_count ? meeting : NULL;
}

static enum err move_over(struct resettling *it, const struct record *motion)
{
	struct record was = *motion, is = *motion;
	struct vote_count before = vote_count(it->kind->vote, motion, known(it->before));
	struct vote_count after = vote_count(it->kind->vote, motion, known(it->after));
	if (before.result == after.result)
		return ERR_OK;
	enum err err = settle_as(it->kind, &was, &before, &it->arena);
	if (!err)
		err = settle_as(it->kind, &is, &after, &it->arena);
	if (!err)
		err = metric_contribute(it->pack, &was, -1, it->cells);
	if (!err)
		err = metric_contribute(it->pack, &is, 1, it->cells);
	return err ? err : score_points_change(it->txn, it->pack, &was, &is, it->cells);
}

static enum err look_at(struct resettling *it, struct span key_bytes, struct span value)
{
	struct record_key key, meeting;
	struct record motion;
	arena_reset(&it->arena);
	enum err err = record_key_decode(key_bytes, &key);
	if (!err)
		err = record_decode(&key, value, &it->arena, &motion);
	if (err || !meeting_of(it->kind, &motion, &meeting) || !id_equal(&meeting.record, &it->after->key.record))
		return err;
	err = late_load(it->txn, it->pack, &motion);
	return err ? err : move_over(it, &motion);
}

// Most motions are another meeting's: one that does not hold the id at all is passed over before it is read.
static bool holds_id(struct span bytes, const struct id *id)
{
	for (size_t at = 0; at + sizeof id->bytes <= bytes.size; at++)
		if (bytes.data[at] == id->bytes[0] && memcmp(bytes.data + at, id->bytes, sizeof id->bytes) == 0)
			return true;
	return false;
}

static enum err resettle_kind(struct resettling *it)
{
	uint8_t prefix[MOTIONS_PREFIX_BYTES];
	enum err err = ERR_OK;
	memcpy(prefix, it->after->key.unit.bytes, 16);
	bytes_put_u16(prefix + 16, it->kind->number);
	struct scan scan = scan_begin(it->txn, STORE_RECORD, span_of(prefix, sizeof prefix));
	while (!err && scan_next(&scan))
		if (holds_id(scan.value, &it->after->key.record))
			err = look_at(it, scan.key, scan.value);
	scan_end(&scan);
	return err ? err : it->txn->err;
}

enum err vote_settle_meeting(struct txn *txn, const struct pack *pack, const struct record *before, const struct record *after,
                             struct cell_batch *cells)
{
	struct resettling it = { .txn = txn, .pack = pack, .before = before, .after = after, .cells = cells };
	enum err err = ERR_OK;
	arena_init(&it.arena, 2 * LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < pack->kind_count && !err; i++) {
		const struct vote *vote = pack->kinds[i].vote;
		it.kind = &pack->kinds[i];
		if (vote && vote->result && vote->meeting && it.kind->by_number[vote->meeting]->refers == after->key.kind)
			err = resettle_kind(&it);
	}
	arena_free(&it.arena);
	return err;
}
