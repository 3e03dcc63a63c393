// What was entered late, over random histories of entries and receipts, against counting by hand.
#include "ledger/late.h"

#include "base/date.h"
#include "support/ledger_fixture.h"
#include "support/support.h"

enum { RECEIPTS = 24, DAY_MS = 24 * 3600 * 1000, MONTHS = 120 };

// A server's word on one of the logs of a history.
struct word {
	struct hash log;
	uint64_t size, time;
};

static void hear(struct fixture_replica *replica, const struct word *word)
{
	struct id unit = fixture_unit();
	struct cell_owner owner = cell_owner_own(&unit);
	struct txn txn;
	assert_ok(txn_begin(replica->store, STORE_WRITE, &txn));
	assert_ok(late_receipt(&txn, ledger_fixture_pack(), &word->log, word->size, word->time, replica->cells));
	assert_ok(cell_batch_flush(replica->cells, &txn, &owner, true));
	assert_ok(txn_commit(&txn));
}

static int64_t tardy(struct fixture_replica *replica, int32_t month)
{
	struct id unit = fixture_unit();
	struct cell_owner owner = cell_owner_own(&unit);
	struct cell_key key = { .metric = METRIC_TARDY, .month = month };
	int64_t value;
	struct txn txn;
	assert_ok(txn_begin(replica->store, STORE_READ, &txn));
	assert_ok(cell_get(&txn, &owner, &key, &value));
	txn_abort(&txn);
	return value;
}

// Sizes and times of a log's receipts grow together.
static size_t draw_words(struct fixture_history *history, struct word words[static RECEIPTS])
{
	struct chance *chance = &history->chance;
	size_t count = 0;
	for (size_t i = 0; i < history->count && count < RECEIPTS; i++) {
		const struct fixture_entry *entry = &history->entries[i];
		if (chance_below(chance, 3))
			continue;
		uint64_t day = 18500 + i * 40 + chance_below(chance, 20);
		words[count++] = (struct word){ .log = entry->log, .size = entry->seq + 1, .time = day * DAY_MS };
	}
	return count;
}

// ---- By hand: every entry and every receipt is looked at for every record ----

struct asking {
	const struct fixture_history *history;
	const bool *accepted;
	const struct word *words;
	size_t word_count;
	int64_t months[MONTHS];
	size_t all;
};

static bool writes_to(const struct fixture_entry *entry, const struct record_key *key, struct arena *arena)
{
	struct changes changes;
	assert_ok(change_decode(buf_span(&entry->payload), arena, &changes));
	for (size_t i = 0; i < changes.count; i++)
		if (changes.changes[i].kind == key->kind && id_equal(&changes.changes[i].record, &key->record))
			return true;
	return false;
}

static uint64_t first_word(const struct asking *asking, const struct fixture_entry *entry)
{
	const struct word *first = NULL;
	for (size_t i = 0; i < asking->word_count; i++) {
		const struct word *word = &asking->words[i];
		if (hash_equal(&word->log, &entry->log) && word->size > entry->seq && (!first || word->size < first->size))
			first = word;
	}
	return first ? first->time : 0;
}

static void ask(struct fixture_replica *replica, const struct record *record, void *context)
{
	(void)replica;
	struct asking *asking = context;
	uint64_t received = 0;
	struct arena arena;
	const struct record_write *date = record_value(record, MEETING_DATE, span_of(NULL, 0));
	if (record->key.kind != MEETING || record_deleted(record) || !date)
		return;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < asking->history->count; i++) {
		const struct fixture_entry *entry = &asking->history->entries[i];
		uint64_t time = asking->accepted[i] && writes_to(entry, &record->key, &arena) ? first_word(asking, entry) : 0;
		if (time && (received == 0 || time < received))
			received = time;
	}
	arena_free(&arena);
	int32_t day = (int32_t)date->value.number, month = date_month(day);
	if (received && (int64_t)(received / DAY_MS) > day + 10 && month >= FIXTURE_SINCE && month < FIXTURE_SINCE + MONTHS) {
		asking->months[month - FIXTURE_SINCE]++;
		asking->all++;
	}
}

// Entries and receipts in random turns, every log's entries in order; which entries were accepted.
static void play(struct fixture_replica *replica, struct fixture_history *history, const struct word *words, size_t count,
                 bool accepted[static FIXTURE_HISTORY])
{
	const struct fixture_entry *order[FIXTURE_HISTORY];
	bool heard[RECEIPTS] = { false };
	fixture_history_shuffle(history, &history->chance, order);
	for (size_t i = 0; i < history->count; i++) {
		size_t word = count ? chance_below(&history->chance, (uint32_t)count) : 0;
		if (count && !heard[word])
			hear(replica, &words[word]), heard[word] = true;
		accepted[order[i] - history->entries] = fixture_replica_merge(replica, order[i]) == MERGE_ACCEPTED;
	}
	for (size_t word = 0; word < count; word++) {
		if (!heard[word])
			hear(replica, &words[word]);
		if (chance_below(&history->chance, 3) == 0)
			hear(replica, &words[word]); // twice changes nothing
	}
}

static void what_is_late_is_the_same_in_every_order_and_as_counted_by_hand(void **state)
{
	(void)state;
	size_t late = 0;
	for (uint64_t seed = 1; seed <= 120; seed++) {
		struct fixture_history history;
		struct word words[RECEIPTS];
		fixture_history_make(&history, seed * 104729, 40);
		size_t count = draw_words(&history, words);
		for (int order = 0; order < 2; order++) {
			struct fixture_replica replica;
			bool accepted[FIXTURE_HISTORY] = { false };
			struct txn txn;
			fixture_replica_open(&replica);
			play(&replica, &history, words, count, accepted);
			struct asking asking = { .history = &history, .accepted = accepted, .words = words, .word_count = count };
			assert_ok(txn_begin(replica.store, STORE_READ, &txn));
			fixture_replica_each(&replica, &txn, ask, &asking);
			txn_abort(&txn);
			for (int32_t month = 0; month < MONTHS; month++)
				if (tardy(&replica, FIXTURE_SINCE + month) != asking.months[month])
					fail_msg("seed %llu: %lld late in month %d, counted by hand %lld", (unsigned long long)seed,
					         (long long)tardy(&replica, FIXTURE_SINCE + month), month, (long long)asking.months[month]);
			late += asking.all;
			fixture_replica_close(&replica);
		}
		fixture_history_free(&history);
	}
	assert_true(late > 50);
}

static void only_a_receipt_that_tells_an_earlier_day_is_written(void **state)
{
	(void)state;
	struct fixture_replica replica;
	struct late_word word = { .log = small_hash(1), .size = 4, .time = 1000 }, said = { .log = small_hash(2), .size = 3, .time = 900 };
	struct record_key key = { .unit = fixture_unit(), .kind = MEETING, .record = small_id(1) };
	struct txn txn;
	fixture_replica_open(&replica);
	assert_ok(txn_begin(replica.store, STORE_WRITE, &txn));
	assert_false(late_tells(&txn, &word, 0, NULL, 0));
	assert_ok(late_wrote(&txn, ledger_fixture_pack(), &key, &word.log, 4));
	assert_false(late_tells(&txn, &word, 0, NULL, 0)); // does not cover it
	word.size = 5;
	assert_true(late_tells(&txn, &word, 0, NULL, 0));
	assert_false(late_tells(&txn, &word, 5, NULL, 0)); // looked at before
	assert_true(late_tells(&txn, &word, 0, &said, 1)); // the other log says nothing of it
	assert_ok(late_wrote(&txn, ledger_fixture_pack(), &key, &said.log, 2));
	assert_false(late_tells(&txn, &word, 0, &said, 1)); // it does, and on the same day
	said.time += DAY_MS;
	assert_true(late_tells(&txn, &word, 0, &said, 1));
	assert_ok(late_receipt(&txn, ledger_fixture_pack(), &said.log, said.size, said.time, replica.cells));
	assert_true(late_tells(&txn, &word, 0, NULL, 0));
	assert_ok(late_receipt(&txn, ledger_fixture_pack(), &word.log, word.size, word.time, replica.cells));
	assert_false(late_tells(&txn, &word, 0, NULL, 0));
	key.record = small_id(2);
	assert_ok(late_wrote(&txn, ledger_fixture_pack(), &key, &word.log, 7));
	word.size = 9;
	assert_true(late_tells(&txn, &word, 5, NULL, 0));
	assert_ok(late_receipt(&txn, ledger_fixture_pack(), &word.log, 9, 2000, replica.cells));
	key.kind = MEMBER; // no metric asks
	assert_ok(late_wrote(&txn, ledger_fixture_pack(), &key, &word.log, 12));
	word.size = 20;
	assert_false(late_tells(&txn, &word, 5, NULL, 0));
	txn_abort(&txn);
	fixture_replica_close(&replica);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_late_is_the_same_in_every_order_and_as_counted_by_hand),
		cmocka_unit_test(only_a_receipt_that_tells_an_earlier_day_is_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
