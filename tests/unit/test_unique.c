#include "ledger/unique.h"

#include "support/ledger_fixture.h"
#include "support/support.h"

// A device that writes members' names; each write is an entry of its own private log.
struct writer {
	struct fixture_replica *replica;
	uint8_t device;
	uint64_t seq;
};

static void write_value(struct writer *writer, uint8_t record, uint8_t field, struct value value, struct fixture_entry *entry)
{
	struct change_write write = { .field = field, .chain = (uint32_t)writer->seq + 1, .value = value };
	struct hash log = small_hash(writer->device);
	struct change_pred preds[64];
	for (uint64_t i = 0; i < writer->seq; i++)
		preds[i] = (struct change_pred){ .log = NULL, .seq = i };
	write.preds = preds;
	write.pred_count = (size_t)writer->seq;
	struct change change = { .record = small_id(record), .kind = MEMBER, .write_count = 1, .writes = &write };
	struct changes changes = { .pack_version = 1, .count = 1, .changes = &change };
	*entry = (struct fixture_entry){ .log = log, .device = log, .seq = writer->seq++, .time = 1, .lane = LANE_PRIVATE,
	                                 .relation = RELATION_OWN };
	if (field == 0)
		entry->lane = LANE_DETAIL;
	change_encode(&changes, &entry->payload);
	assert_ok(entry->payload.err);
	assert_int_equal(fixture_replica_merge(writer->replica, entry), MERGE_ACCEPTED);
}

static void name(struct writer *writer, uint8_t record, struct value value)
{
	struct fixture_entry entry;
	write_value(writer, record, MEMBER_NAME, value, &entry);
	fixture_entry_free(&entry);
}

static enum err other_than(struct fixture_replica *replica, uint8_t record, const char *text, struct id *other)
{
	const struct pack_field *field = pack_kind_by_number(ledger_fixture_pack(), MEMBER)->by_number[MEMBER_NAME];
	struct record_key key = { .unit = fixture_unit(), .kind = MEMBER, .record = small_id(record) };
	struct value value = text_value(text);
	struct txn txn;
	assert_ok(txn_begin(replica->store, STORE_READ, &txn));
	enum err err = unique_other(&txn, &key, field, &value, other);
	txn_abort(&txn);
	return err;
}

struct clashes {
	size_t count, groups;
	struct id records[8];
};

static enum err note(void *context, const struct unique_clash *clash)
{
	struct clashes *clashes = context;
	assert_true(clashes->count < 8);
	assert_int_equal(clash->field->number, MEMBER_NAME);
	clashes->records[clashes->count++] = clash->record;
	clashes->groups += clash->first;
	return ERR_OK;
}

static struct clashes clashes_of(struct fixture_replica *replica)
{
	struct clashes clashes = { .count = 0 };
	struct id unit = fixture_unit();
	struct txn txn;
	assert_ok(txn_begin(replica->store, STORE_READ, &txn));
	assert_ok(unique_each(&txn, ledger_fixture_pack(), &unit, note, &clashes));
	txn_abort(&txn);
	return clashes;
}

static void the_record_that_has_the_value_is_found(void **state)
{
	(void)state;
	struct fixture_replica replica;
	struct id other;
	fixture_replica_open(&replica);
	struct writer first = { &replica, 1, 0 }, second = { &replica, 2, 0 };
	name(&first, 1, text_value("王"));
	assert_err(NOT_FOUND, other_than(&replica, 1, "王", &other));
	assert_ok(other_than(&replica, 2, "王", &other));
	assert_true(id_equal(&other, &(struct id){ { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 } }));
	name(&first, 1, text_value("李")); // given up again
	assert_err(NOT_FOUND, other_than(&replica, 2, "王", &other));
	assert_ok(other_than(&replica, 2, "李", &other));
	name(&second, 2, text_value("王"));
	assert_int_equal(clashes_of(&replica).count, 0);
	name(&first, 1, no_value());
	assert_err(NOT_FOUND, other_than(&replica, 2, "李", &other));
	fixture_replica_close(&replica);
}

static void what_two_devices_entered_apart_is_kept_and_listed_until_one_is_gone(void **state)
{
	(void)state;
	struct fixture_replica replica;
	struct fixture_entry gone;
	fixture_replica_open(&replica);
	struct writer first = { &replica, 1, 0 }, second = { &replica, 2, 0 }, third = { &replica, 3, 0 };
	struct writer remover = { &replica, 4, 0 };
	name(&first, 1, text_value("王"));
	name(&second, 2, text_value("王"));
	struct clashes clashes = clashes_of(&replica);
	assert_int_equal(clashes.count, 2);
	assert_int_equal(clashes.groups, 1);
	name(&third, 3, text_value("王"));
	clashes = clashes_of(&replica);
	assert_int_equal(clashes.count, 3);
	assert_int_equal(clashes.groups, 1);
	assert_int_equal(fixture_replica_record(&replica, MEMBER, &clashes.records[0]).write_count, 1); // nothing was lost
	write_value(&remover, 2, 0, number_value(1), &gone);
	fixture_entry_free(&gone);
	assert_int_equal(clashes_of(&replica).count, 2);
	name(&third, 3, text_value("赵"));
	assert_int_equal(clashes_of(&replica).count, 0);
	fixture_replica_close(&replica);
}

// The index as it rests, and as it comes out of the records from nothing.
struct anew {
	struct txn *txn;
};

static void index_anew(struct fixture_replica *replica, const struct record *record, void *context)
{
	(void)replica;
	struct anew *anew = context;
	const struct record nothing = { .key = record->key };
	assert_ok(unique_update(anew->txn, ledger_fixture_pack(), &nothing, record));
}

static void keys_of(struct txn *txn, struct buf *keys)
{
	struct scan scan = scan_begin(txn, STORE_UNIQUE, span_of(NULL, 0));
	while (scan_next(&scan))
		buf_bytes(keys, scan.key.data, scan.key.size);
	scan_end(&scan);
}

static void the_index_kept_step_by_step_equals_one_from_nothing(void **state)
{
	(void)state;
	size_t most = 0;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct fixture_history history;
		fixture_history_make(&history, seed * 7919, 50);
		struct fixture_replica *replica = &history.devices[0].replica, apart;
		struct buf kept = BUF_EMPTY, fresh = BUF_EMPTY;
		struct txn txn, other;
		fixture_replica_open(&apart);
		assert_ok(txn_begin(replica->store, STORE_READ, &txn));
		assert_ok(txn_begin(apart.store, STORE_WRITE, &other));
		fixture_replica_each(replica, &txn, index_anew, &(struct anew){ .txn = &other });
		keys_of(&txn, &kept);
		keys_of(&other, &fresh);
		assert_true(span_equal(buf_span(&kept), buf_span(&fresh)));
		most = kept.size > most ? kept.size : most;
		txn_abort(&txn);
		txn_abort(&other);
		buf_free(&kept);
		buf_free(&fresh);
		fixture_replica_close(&apart);
		fixture_history_free(&history);
	}
	assert_true(most > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_record_that_has_the_value_is_found),
		cmocka_unit_test(what_two_devices_entered_apart_is_kept_and_listed_until_one_is_gone),
		cmocka_unit_test(the_index_kept_step_by_step_equals_one_from_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
