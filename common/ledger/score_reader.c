// Assessments are looked for in all records of their kind, whoever made them: of several for one
// period the write that wins among equals is taken (ledger/record). Whether such a record is deleted
// is its unit's word, so it does not take back what a superior has written.
#include "ledger/score_reader.h"

#include "base/bytes.h"
#include "ledger/figure.h"
#include "ledger/record.h"
#include "log/hash.h"

static enum err read_figure(void *context, const struct pack_score_item *item, struct period period, int64_t *value, int64_t *of)
{
	const struct score_store *store = context;
	struct figure *figures;
	size_t count;
	*value = 0;
	*of = item->metric->aggregate == METRIC_RATIO ? 0 : 1;
	enum err err = figure_query_with(store->txn, store->pack, &store->owner, store->extra, item->metric, item->dimension, period,
	                                 store->arena, &figures, &count);
	for (size_t i = 0; i < count && !err; i++) {
		if (figures[i].bucket != item->bucket)
			continue;
		*value = figures[i].value;
		*of = figures[i].denominator;
	}
	return err;
}

static const struct record_write *assessment_in(const struct record *record, const struct pack_score_item *item,
                                                struct period period)
{
	const struct span whole = span_of(NULL, 0);
	const struct record_write *month = record_value(record, item->month, whole);
	bool own = item->level == AUTHORITY_OWN;
	if (!month || month->value.form != VALUE_IS_NUMBER || (own && record_deleted(record)))
		return NULL;
	if (month->value.number < period.first || month->value.number > period.last)
		return NULL;
	const struct record_write *points = record_value(record, item->field, whole);
	return points && points->value.form == VALUE_IS_NUMBER ? points : NULL;
}

static enum err read_assessed(void *context, const struct pack_score_item *item, struct period period, bool *found,
                              int64_t *points)
{
	const struct score_store *store = context;
	const struct pack_field *field = item->kind->by_number[item->field];
	struct record_write best;
	struct arena arena;
	uint8_t prefix[LIMIT_ID_BYTES + 2];
	enum err err = ERR_OK;
	memcpy(prefix, store->unit.bytes, LIMIT_ID_BYTES);
	bytes_put_u16(prefix + LIMIT_ID_BYTES, item->kind->number);
	*found = false;
	*points = 0;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(store->txn, STORE_RECORD, span_of(prefix, sizeof prefix));
	while (!err && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&arena);
		err = record_key_decode(scan.key, &key);
		if (!err)
			err = record_decode(&key, scan.value, &arena, &record);
		const struct record_write *write = err ? NULL : assessment_in(&record, item, period);
		if (!write || (*found && !record_better(write, &best)))
			continue;
		best = *write;
		*found = true;
		*points = best.value.number;
	}
	scan_end(&scan);
	arena_free(&arena);
	if (field->type == VALUE_INTEGER)
		*points = *points <= PACK_SCORE_POINTS_MAX && *points > 0 ? *points * PACK_SCORE_POINT : 0;
	return err ? err : store->txn->err;
}

struct score_reader score_reader_of(struct score_store *store)
{
	return (struct score_reader){ .context = store, .figure = read_figure, .assessed = read_assessed };
}

struct id score_reader_record(uint16_t kind, struct period period)
{
	static const char domain[] = "tributary assessment v1";
	uint8_t bytes[sizeof domain + 2 + 4 + 4];
	struct id record;
	memcpy(bytes, domain, sizeof domain);
	bytes_put_u16(bytes + sizeof domain, kind);
	bytes_put_u32(bytes + sizeof domain + 2, (uint32_t)period.first);
	bytes_put_u32(bytes + sizeof domain + 6, (uint32_t)period.last);
	struct hash hash = hash_bytes(HASH_BLAKE2B_256, span_of(bytes, sizeof bytes));
	memcpy(record.bytes, hash.bytes, sizeof record.bytes);
	return record;
}
