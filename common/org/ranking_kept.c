#include "org/ranking_kept.h"

#include "base/bytes.h"
#include "base/reader.h"
#include "ledger/tally.h"

enum {
	MARK_BYTES = 1 + LIMIT_ID_BYTES,
	LAST_AT = MARK_BYTES + 1,
	KEY_BYTES = LAST_AT + 4 + 1 + 4,
};

static void unit_key(char tag, const struct id *unit, uint8_t key[static MARK_BYTES])
{
	key[0] = (uint8_t)tag;
	memcpy(key + 1, unit->bytes, LIMIT_ID_BYTES);
}

static void row_key(const struct id *unit, const struct pack_scorecard *card, struct period period, int32_t through,
                    uint8_t key[static KEY_BYTES])
{
	unit_key('k', unit, key);
	key[MARK_BYTES] = card->number;
	bytes_put_u32(key + LAST_AT, (uint32_t)period.last);
	key[LAST_AT + 4] = (uint8_t)(period.last - period.first + 1);
	bytes_put_u32(key + LAST_AT + 5, (uint32_t)through);
}

// ---- One row ----

static enum err put(struct txn *txn, const struct pack_scorecard *card, struct period period, int32_t through, const struct score_rank *rank)
{
	uint8_t key[KEY_BYTES];
	struct buf value = BUF_EMPTY;
	row_key(&rank->unit, card, period, through, key);
	buf_u8(&value, (uint8_t)rank->apart);
	buf_u64(&value, (uint64_t)rank->total);
	buf_u64(&value, (uint64_t)rank->numerator);
	buf_u64(&value, (uint64_t)rank->denominator);
	buf_u32(&value, (uint32_t)rank->approved);
	buf_u32(&value, (uint32_t)rank->months);
	enum err err = value.err ? value.err : txn_put(txn, STORE_PERIOD, span_of(key, sizeof key), buf_span(&value));
	buf_free(&value);
	return err;
}

enum err ranking_kept_get(struct txn *txn, const struct id *unit, const struct pack_scorecard *card, struct period period,
                          int32_t through, struct score_rank *rank)
{
	uint8_t key[KEY_BYTES];
	struct span value;
	row_key(unit, card, period, through, key);
	enum err err = txn_get(txn, STORE_PERIOD, span_of(key, sizeof key), &value);
	if (err)
		return err;
	struct reader reader = reader_of(value);
	*rank = (struct score_rank){ .unit = *unit, .apart = (enum score_apart)reader_u8(&reader) };
	rank->total = (int64_t)reader_u64(&reader);
	rank->numerator = (int64_t)reader_u64(&reader);
	rank->denominator = (int64_t)reader_u64(&reader);
	rank->approved = (int32_t)reader_u32(&reader);
	rank->months = (int32_t)reader_u32(&reader);
	return reader_end(&reader) || rank->apart >= SCORE_APART_END ? ERR_CORRUPT : ERR_OK;
}

// ---- What is no longer so ----

static enum err mark(struct txn *txn, const struct id *unit)
{
	uint8_t key[MARK_BYTES];
	unit_key('K', unit, key);
	return txn_put(txn, STORE_PERIOD, span_of(key, sizeof key), span_of(NULL, 0));
}

static bool any_card(const struct pack *pack)
{
	for (size_t i = 0; pack && i < pack->scorecard_count; i++)
		if (!pack->scorecards[i].points)
			return true;
	return false;
}

enum err ranking_kept_stale(struct txn *txn, const struct pack *pack, const struct id *unit, int32_t from)
{
	uint8_t prefix[MARK_BYTES];
	if (!any_card(pack))
		return ERR_OK;
	unit_key('k', unit, prefix);
	struct scan scan = scan_begin(txn, STORE_PERIOD, span_of(prefix, sizeof prefix));
	while (scan_next(&scan)) {
		uint8_t key[KEY_BYTES];
		if (scan.key.size != sizeof key || (int32_t)bytes_get_u32(scan.key.data + LAST_AT) < from)
			continue;
		memcpy(key, scan.key.data, sizeof key);
		txn_delete(txn, STORE_PERIOD, span_of(key, sizeof key));
	}
	scan_end(&scan);
	return txn->err ? txn->err : mark(txn, unit);
}

static enum err mark_chain(void *context, const struct tally_chain *chain, bool provisional)
{
	(void)provisional;
	return mark(context, &chain->unit);
}

enum err ranking_kept_stale_all(struct txn *txn)
{
	enum err err = txn_clear(txn, STORE_PERIOD, span_string("k"));
	return err ? err : tally_each(txn, mark_chain, txn);
}

bool ranking_kept_assesses(const struct pack *pack, uint16_t kind)
{
	for (size_t c = 0; c < pack->scorecard_count; c++)
		for (size_t i = 0; i < pack->scorecards[c].item_count; i++) {
			const struct pack_score_item *item = &pack->scorecards[c].items[i];
			if (item->rule == SCORE_ASSESSED && item->kind && item->kind->number == kind)
				return true;
		}
	return false;
}

// ---- Making ----

struct making {
	struct txn *txn;
	const struct pack *pack;
	struct arena *arena;
	struct charter_unit row;
	int32_t through; // the unit vouches for months up to this one
};

static enum err make_one(struct making *making, const struct pack_scorecard *card, struct period period)
{
	int32_t through = period.last < making->through ? period.last : making->through;
	const struct ranking_request request = { .txn = making->txn, .pack = making->pack, .card = card, .unit = making->row.unit,
	                                         .period = period, .month = through, .anew = true };
	const struct cell_list nothing = { .count = 0 };
	struct score_rank rank;
	enum err err = ranking_kept_get(making->txn, &making->row.unit, card, period, through, &rank);
	if (err != ERR_NOT_FOUND)
		return err;
	arena_reset(making->arena);
	err = ranking_score(&request, period, &making->row, &nothing, making->arena, &rank);
	return err ? err : put(making->txn, card, period, through, &rank);
}

static enum err make_card(struct making *making, const struct pack_scorecard *card)
{
	struct period period = score_period(card, making->pack->since);
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < RANKING_KEPT_PERIODS_MAX && period.first <= making->through; i++) {
		bool ends_year = (period.last + 1) % 12 == 0 && card->weight_count && period.last <= making->through;
		err = make_one(making, card, period);
		if (!err && ends_year)
			err = make_one(making, card, (struct period){ .first = period.last - 11, .last = period.last });
		period = score_period(card, period.last + 1);
	}
	return err;
}

// Of units that speak for themselves; sums that are only kept here change with whatever comes from below.
static enum err make_unit(struct making *making, const struct id *unit)
{
	struct tally_chain chain;
	bool provisional;
	enum err err = charter_unit_get(making->txn, unit, &making->row);
	const struct pack_unit_kind *kind = err ? NULL : pack_unit_kind_by_name(making->pack, making->row.kind);
	if (!kind)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	err = tally_in_force(making->txn, unit, !kind->ledger, &chain, &provisional);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	making->through = chain.through;
	for (size_t i = 0; !err && i < making->pack->scorecard_count; i++) {
		const struct pack_scorecard *card = &making->pack->scorecards[i];
		if (!card->points && pack_score_for(card, making->row.kind))
			err = make_card(making, card);
	}
	return err;
}

static bool first_mark(struct txn *txn, struct id *unit)
{
	struct scan scan = scan_begin(txn, STORE_PERIOD, span_string("K"));
	bool found = scan_next(&scan) && scan.key.size == MARK_BYTES;
	if (found)
		memcpy(unit->bytes, scan.key.data + 1, LIMIT_ID_BYTES);
	scan_end(&scan);
	return found;
}

enum err ranking_kept_make(struct txn *txn, const struct pack *pack, struct arena *arena)
{
	struct making making = { .txn = txn, .pack = pack, .arena = arena };
	struct id unit;
	enum err err = ERR_OK;
	for (size_t i = 0; !err && !txn->err && i < RANKING_KEPT_UNITS_MAX && first_mark(txn, &unit); i++) {
		uint8_t key[MARK_BYTES];
		unit_key('K', &unit, key);
		err = make_unit(&making, &unit);
		if (!err)
			err = txn_delete(txn, STORE_PERIOD, span_of(key, sizeof key));
	}
	return err ? err : txn->err;
}
