#include "oracle.h"

#include <stdlib.h>

#include "base/date.h"
#include "cells.h"
#include "ledger/figure.h"
#include "ledger/record.h"
#include "sync/share.h"

#define LOGS_MOST 4096

// ---- The state of a store ----

static void digest_record(crypto_generichash_state *state, struct txn *txn, const struct record *record)
{
	for (size_t i = 0; i < record->write_count; i++) {
		const struct record_write *write = &record->writes[i];
		struct journal_log log = { .number = 0 };
		uint8_t fixed[8 + 8 + 4 + 8 + 2];
		journal_find_number(txn, write->dot.log, &log);
		for (unsigned byte = 0; byte < 8; byte++) {
			fixed[byte] = (uint8_t)(write->dot.seq >> 8 * byte);
			fixed[8 + byte] = (uint8_t)((uint64_t)write->value.number >> 8 * byte);
			fixed[20 + byte] = (uint8_t)(write->time >> 8 * byte);
		}
		for (unsigned byte = 0; byte < 4; byte++)
			fixed[16 + byte] = (uint8_t)(write->chain >> 8 * byte);
		fixed[28] = write->field;
		fixed[29] = (uint8_t)write->value.form;
		crypto_generichash_update(state, log.id.bytes, sizeof log.id.bytes);
		crypto_generichash_update(state, fixed, sizeof fixed);
		crypto_generichash_update(state, write->element.data, write->element.size);
		crypto_generichash_update(state, write->value.bytes.data, write->value.bytes.size);
	}
}

static struct oracle_state state_of(struct store *store, const struct id *unit)
{
	crypto_generichash_state state;
	struct oracle_state digest = { .records = { .bytes = { 0 } } };
	struct arena arena;
	struct txn txn;
	if (txn_begin(store, STORE_READ, &txn))
		return digest;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	crypto_generichash_init(&state, NULL, 0, sizeof digest.records.bytes);
	struct scan scan = scan_begin(&txn, STORE_RECORD, id_span(unit));
	while (scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&arena);
		if (record_key_decode(scan.key, &key) || record_decode(&key, scan.value, &arena, &record))
			continue;
		crypto_generichash_update(&state, scan.key.data, scan.key.size);
		digest_record(&state, &txn, &record);
	}
	scan_end(&scan);
	digest.cells = cells_digest(&txn, unit);
	txn_abort(&txn);
	arena_free(&arena);
	crypto_generichash_final(&state, digest.records.bytes, sizeof digest.records.bytes);
	return digest;
}

struct oracle_state oracle_state(struct actor *actor, const struct id *unit)
{
	return state_of(actor->store, unit);
}

// ---- Taking everything in again, in another order ----

struct replay {
	struct actor *actor;
	struct random *random;
	struct store *store;
	struct view_pack pack;
	uint32_t logs[LOGS_MOST];
	uint64_t at[LOGS_MOST];
	size_t count;
};

static void list_logs(struct replay *replay, struct txn *from)
{
	struct journal_log log;
	for (uint32_t number = 1; journal_find_number(from, number, &log) == ERR_OK && replay->count < LOGS_MOST; number++)
		if (log.head.size > 0)
			replay->logs[replay->count++] = number;
}

// Some entries of some log, through the door that peers' entries come by.
static enum err take_some(struct replay *replay, struct txn *from, struct txn *into, size_t which, bool *done)
{
	struct journal_log log, taken;
	struct view view;
	struct buf run = BUF_EMPTY;
	uint64_t had;
	enum err err = journal_find_number(from, replay->logs[which], &log);
	struct journal_range range = { .name = log.name, .from = replay->at[which], .head = log.head };
	if (!err)
		err = journal_pack(from, &log, range.from, (uint32_t)random_between(replay->random, 1, 40), 65536, &run, &range.count);
	uint64_t end = range.from + range.count;
	if (!err && end < log.head.size)
		err = journal_prove_consistency(from, &log, end, log.head.size, &range.proof);
	range.entries = buf_span(&run);
	if (!err)
		err = journal_accept(into, &range, &taken, &had);
	if (!err)
		err = view_begin(&view, into, &replay->actor->self, &replay->pack);
	if (!err) {
		view_catch_up(&view, &taken);
		err = view_end(&view);
	}
	buf_free(&run);
	replay->at[which] = end;
	*done = end >= log.head.size;
	return err;
}

static enum err replay_all(struct replay *replay, struct txn *from, struct txn *into)
{
	enum err err = self_save(into, &replay->actor->self);
	while (!err && replay->count > 0) {
		size_t which = (size_t)random_below(replay->random, replay->count);
		bool done;
		err = take_some(replay, from, into, which, &done);
		if (!done)
			continue;
		replay->count--;
		replay->logs[which] = replay->logs[replay->count];
		replay->at[which] = replay->at[replay->count];
	}
	return err;
}

bool oracle_replay(struct actor *actor, struct random *random, struct oracle_state *state)
{
	struct txn from, into;
	struct replay *replay = calloc(1, sizeof *replay);
	if (!replay)
		abort();
	replay->actor = actor;
	replay->random = random;
	replay->store = store_memory_new_in(actor->world->pool);
	view_pack_init_shared(&replay->pack, &actor->world->share->packs);
	bool good = txn_begin(actor->store, STORE_READ, &from) == ERR_OK && txn_begin(replay->store, STORE_WRITE, &into) == ERR_OK;
	if (good) {
		list_logs(replay, &from);
		good = replay_all(replay, &from, &into) == ERR_OK && txn_commit(&into) == ERR_OK;
		if (!good)
			txn_abort(&into);
		txn_abort(&from);
	}
	if (good)
		*state = state_of(replay->store, &actor->self.unit);
	view_pack_free(&replay->pack);
	store_memory_free(replay->store);
	free(replay);
	return good;
}

// ---- Figures ----

#define FIRST_MONTH (2026 * 12)

static const char *const figure_names[] = {
#define ORACLE_NAME(name) #name,
	ORACLE_FIGURES(ORACLE_NAME)
#undef ORACLE_NAME
};

const char *oracle_figure_name(enum oracle_figure figure) { return figure_names[figure]; }

static bool number_of(const struct pack_kind *kind, const struct record *record, const char *name, int64_t *number)
{
	const struct record_write *write = record_value(record, pack_field_by_name(kind, name)->number, span_of(NULL, 0));
	if (write)
		*number = write->value.number;
	return write != NULL;
}

static int64_t count_attended(const struct pack_kind *kind, const struct record *record)
{
	uint8_t field = pack_field_by_name(kind, "attended")->number;
	int64_t count = 0;
	for (size_t i = 0; i < record->write_count; i++) {
		const struct record_write *write = &record->writes[i];
		if (write->field != field || (i > 0 && write[-1].field == field && span_equal(write[-1].element, write->element)))
			continue;
		const struct record_write *shown = record_value(record, field, write->element);
		count += shown && shown->value.number == 1;
	}
	return count;
}

static void count_at(struct oracle_figures *figures, enum oracle_figure figure, int64_t month, int64_t amount)
{
	if (month >= FIRST_MONTH && month < FIRST_MONTH + ORACLE_MONTHS)
		figures->value[figure][month - FIRST_MONTH] += amount;
}

static void count_meeting(const struct pack_kind *kind, const struct record *record, struct oracle_figures *figures)
{
	int64_t day, due;
	if (!number_of(kind, record, "date", &day))
		return;
	int32_t month = date_month((int32_t)day);
	count_at(figures, ORACLE_meetings_held, month, 1);
	count_at(figures, ORACLE_attendance, month, count_attended(kind, record));
	if (number_of(kind, record, "should_attend", &due))
		count_at(figures, ORACLE_should_attend, month, due);
}

static void count_activity(const struct pack_kind *kind, const struct record *record, struct oracle_figures *figures)
{
	int64_t day;
	if (number_of(kind, record, "date", &day))
		count_at(figures, ORACLE_activity_days, date_month((int32_t)day), 1);
}

// A member is counted at the end of each month from the arrival to before the month of leaving.
static void count_member(const struct pack_kind *kind, const struct record *record, struct oracle_figures *figures)
{
	int64_t day;
	int32_t from = FIRST_MONTH, until = INT32_MAX;
	if (number_of(kind, record, "arrived", &day) && date_month((int32_t)day) > from)
		from = date_month((int32_t)day);
	if (number_of(kind, record, "left", &day))
		until = date_month((int32_t)day);
	for (int32_t month = FIRST_MONTH; month < FIRST_MONTH + ORACLE_MONTHS; month++)
		if (month >= from && month < until)
			count_at(figures, ORACLE_members, month, 1);
}

static const struct {
	const char *kind;
	void (*count)(const struct pack_kind *kind, const struct record *record, struct oracle_figures *figures);
} counters[] = { { "meeting", count_meeting }, { "activity_day", count_activity }, { "member", count_member } };

static void count_record(const struct pack *pack, const struct record *record, struct oracle_figures *figures)
{
	if (record->write_count == 0 || record_deleted(record))
		return;
	for (size_t i = 0; i < sizeof counters / sizeof counters[0]; i++) {
		const struct pack_kind *kind = pack_kind_by_name(pack, counters[i].kind);
		if (kind->number == record->key.kind)
			counters[i].count(kind, record, figures);
	}
}

void oracle_count(struct actor *device, const struct id *unit, struct oracle_figures *figures)
{
	struct arena arena;
	struct txn txn;
	if (txn_begin(device->store, STORE_READ, &txn))
		return;
	view_pack_refresh(&device->pack, &txn);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(&txn, STORE_RECORD, id_span(unit));
	while (device->pack.pack && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&arena);
		if (record_key_decode(scan.key, &key) == ERR_OK && record_decode(&key, scan.value, &arena, &record) == ERR_OK)
			count_record(device->pack.pack, &record, figures);
	}
	scan_end(&scan);
	txn_abort(&txn);
	arena_free(&arena);
}

bool oracle_read(struct actor *actor, const struct id *unit, bool rollup, struct oracle_figures *figures)
{
	struct arena arena;
	struct txn txn;
	struct cell_owner owner = cell_owner_own(unit);
	if (txn_begin(actor->store, STORE_READ, &txn))
		return false;
	view_pack_refresh(&actor->pack, &txn);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	bool good = actor->pack.pack != NULL && (!rollup || tally_sum_owner(&txn, unit, &owner) == ERR_OK);
	for (unsigned figure = 0; good && figure < ORACLE_FIGURE_COUNT; figure++) {
		const struct pack_metric *metric = pack_metric_by_name(actor->pack.pack, figure_names[figure]);
		for (int32_t month = 0; good && month < ORACLE_MONTHS; month++) {
			struct figure *found;
			size_t count;
			struct period period = { .first = FIRST_MONTH + month, .last = FIRST_MONTH + month };
			arena_reset(&arena);
			good = metric && figure_query(&txn, actor->pack.pack, &owner, metric, NULL, period, &arena, &found, &count) == ERR_OK;
			figures->value[figure][month] = good && count ? found[0].value : 0;
		}
	}
	txn_abort(&txn);
	arena_free(&arena);
	return good;
}
