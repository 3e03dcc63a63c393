#include "ledger/merge.h"

#include "support/ledger_fixture.h"
#include "support/support.h"

// ---- Short stories: a writes, b writes, and what stands there then. ----

static struct hash detail_of(uint8_t device)
{
	struct hash log = small_hash(device);
	log.bytes[31] = LANE_DETAIL;
	return log;
}

static struct fixture_entry entry_of(uint8_t device, uint64_t seq, uint16_t kind, const struct change_write *writes,
                                     size_t count)
{
	struct fixture_entry entry = {
		.log = detail_of(device), .device = small_hash(device), .seq = seq, .time = 1000 * device + seq,
		.lane = LANE_DETAIL, .relation = RELATION_OWN,
	};
	struct change change = { .record = small_id(1), .kind = kind, .write_count = count, .writes = writes };
	struct changes changes = { .count = 1, .changes = &change };
	change_encode(&changes, &entry.payload);
	assert_ok(entry.payload.err);
	return entry;
}

static struct change_write sex(int64_t number, const struct change_pred *pred)
{
	return (struct change_write){
		.field = MEMBER_SEX, .chain = pred ? 2 : 1, .pred_count = pred != NULL, .preds = pred, .value = number_value(number),
	};
}

static enum merge_reason merge_and_free(struct fixture_replica *replica, struct fixture_entry entry)
{
	enum merge_reason reason = fixture_replica_merge(replica, &entry);
	fixture_entry_free(&entry);
	return reason;
}

#define assert_reason(expected, reason) \
	assert_string_equal(merge_reason_name(reason), merge_reason_name(MERGE_##expected))

static void a_value_replaces_the_one_it_names(void **state)
{
	(void)state;
	struct fixture_replica replica;
	fixture_replica_open(&replica);
	struct change_pred pred = { .log = NULL, .seq = 0 };
	struct change_write first = sex(1, NULL), second = sex(2, &pred);
	assert_reason(ACCEPTED, merge_and_free(&replica, entry_of(1, 0, MEMBER, &first, 1)));
	assert_reason(ACCEPTED, merge_and_free(&replica, entry_of(1, 1, MEMBER, &second, 1)));
	struct id id = small_id(1);
	struct record record = fixture_replica_record(&replica, MEMBER, &id);
	assert_int_equal(record.write_count, 1);
	assert_int_equal(record.writes[0].value.number, 2);
	fixture_replica_close(&replica);
}

static void values_that_did_not_know_of_each_other_are_both_kept(void **state)
{
	(void)state;
	struct fixture_replica replica;
	fixture_replica_open(&replica);
	struct change_write one = sex(1, NULL), two = sex(2, NULL);
	merge_and_free(&replica, entry_of(1, 0, MEMBER, &one, 1));
	merge_and_free(&replica, entry_of(2, 0, MEMBER, &two, 1));
	struct id id = small_id(1);
	struct record record = fixture_replica_record(&replica, MEMBER, &id);
	assert_int_equal(record.write_count, 2);
	assert_int_equal(record.writes[0].value.number, 2); // the later one is shown
	assert_true(record_in_conflict(&record));

	// Somebody decides; the decision names both.
	struct hash logs[] = { detail_of(1), detail_of(2) };
	struct change_pred preds[] = { { .log = &logs[0], .seq = 0 }, { .log = &logs[1], .seq = 0 } };
	struct change_write decision = sex(1, preds);
	decision.pred_count = 2;
	merge_and_free(&replica, entry_of(3, 0, MEMBER, &decision, 1));
	record = fixture_replica_record(&replica, MEMBER, &id);
	assert_int_equal(record.write_count, 1);
	assert_false(record_in_conflict(&record));
	fixture_replica_close(&replica);
}

static void a_value_replaced_before_it_came_is_never_shown_and_still_replaces(void **state)
{
	(void)state;
	struct fixture_replica replica;
	fixture_replica_open(&replica);
	struct hash logs[] = { detail_of(1), detail_of(2) };
	struct change_pred first = { .log = &logs[0], .seq = 0 }, second = { .log = &logs[1], .seq = 0 };
	struct change_write one = sex(1, NULL), two = sex(2, &first), three = sex(1, &second);
	three.chain = 3;
	struct id id = small_id(1);
	merge_and_free(&replica, entry_of(1, 0, MEMBER, &one, 1));
	merge_and_free(&replica, entry_of(3, 0, MEMBER, &three, 1)); // knows 2, which is not here yet
	struct record record = fixture_replica_record(&replica, MEMBER, &id);
	assert_int_equal(record.write_count, 2);
	assert_int_equal(record.unseen_count, 1);
	merge_and_free(&replica, entry_of(2, 0, MEMBER, &two, 1));
	record = fixture_replica_record(&replica, MEMBER, &id);
	assert_int_equal(record.write_count, 1);
	assert_int_equal(record.writes[0].chain, 3);
	assert_int_equal(record.unseen_count, 0);
	fixture_replica_close(&replica);
}

static void fields_written_apart_merge_silently(void **state)
{
	(void)state;
	struct fixture_replica replica;
	fixture_replica_open(&replica);
	struct change_write one = sex(1, NULL), born = { .field = MEMBER_BORN, .chain = 1, .value = number_value(0) };
	merge_and_free(&replica, entry_of(1, 0, MEMBER, &one, 1));
	merge_and_free(&replica, entry_of(2, 0, MEMBER, &born, 1));
	struct id id = small_id(1);
	struct record record = fixture_replica_record(&replica, MEMBER, &id);
	assert_int_equal(record.write_count, 2);
	assert_false(record_in_conflict(&record));
	fixture_replica_close(&replica);
}

// ---- What is not accepted. ----

struct refusal {
	const char *what;
	uint16_t kind;
	uint8_t field;
	const char *element;
	struct value value;
	enum lane lane;
	enum relation relation;
	enum merge_reason expected;
};

static void what_does_not_fit_is_set_aside_with_a_reason(void **state)
{
	(void)state;
	static const struct id sixteen;
	const struct value one = number_value(1), text = text_value("x");
	const struct value reference = { .form = VALUE_IS_REFERENCE, .bytes = id_span(&sixteen) };
	const struct value cut_short = { .form = VALUE_IS_REFERENCE, .bytes = span_of(sixteen.bytes, 15) };
	const struct refusal cases[] = {
		{ "own field", MEMBER, MEMBER_SEX, "", one, LANE_DETAIL, RELATION_OWN, MERGE_ACCEPTED },
		{ "shared wider", MEMBER, MEMBER_SEX, "", one, LANE_UP, RELATION_OWN, MERGE_ACCEPTED },
		{ "too narrow", MEMBER, MEMBER_SEX, "", one, LANE_PRIVATE, RELATION_OWN, MERGE_LANE },
		{ "down", MEMBER, MEMBER_SEX, "", one, LANE_DOWN, RELATION_OWN, MERGE_LANE },
		{ "mail", MEMBER, MEMBER_NAME, "", text, LANE_MAIL, RELATION_OWN, MERGE_LANE },
		{ "a superior in a branch's field", MEMBER, MEMBER_SEX, "", one, LANE_DETAIL, RELATION_PARENT, MERGE_AUTHORITY },
		{ "a superior's remark", MEMBER, MEMBER_REMARK, "", text, LANE_DOWN, RELATION_PARENT, MERGE_ACCEPTED },
		{ "the same from further up", MEMBER, MEMBER_REMARK, "", text, LANE_DOWN, RELATION_ANCESTOR, MERGE_AUTHORITY },
		{ "advice from further up", MEMBER, MEMBER_ADVICE, "", text, LANE_DOWN, RELATION_ANCESTOR, MERGE_ACCEPTED },
		{ "a remark on itself", MEMBER, MEMBER_REMARK, "", text, LANE_DOWN, RELATION_OWN, MERGE_AUTHORITY },
		{ "a remark in another lane", MEMBER, MEMBER_REMARK, "", text, LANE_UP, RELATION_PARENT, MERGE_LANE },
		{ "a stranger", MEMBER, 200, "", one, LANE_UP, RELATION_NONE, MERGE_AUTHORITY },
		{ "a field of a newer pack", MEMBER, 200, "", text, LANE_PRIVATE, RELATION_OWN, MERGE_ACCEPTED },
		{ "a kind of a newer pack", 77, 1, "", one, LANE_UP, RELATION_OWN, MERGE_UNKNOWN_KIND },
		{ "text for a number", MEMBER, MEMBER_SEX, "", text, LANE_DETAIL, RELATION_OWN, MERGE_VALUE },
		{ "taken away", MEMBER, MEMBER_SEX, "", { .form = VALUE_IS_NONE }, LANE_DETAIL, RELATION_OWN, MERGE_ACCEPTED },
		{ "an option of a newer pack", MEMBER, MEMBER_SEX, "", number_value(9), LANE_DETAIL, RELATION_OWN, MERGE_ACCEPTED },
		{ "no option at all", MEMBER, MEMBER_SEX, "", number_value(0), LANE_DETAIL, RELATION_OWN, MERGE_VALUE },
		{ "at the bound", MEMBER, MEMBER_POINTS, "", number_value(100), LANE_DETAIL, RELATION_OWN, MERGE_ACCEPTED },
		{ "beyond the bound", MEMBER, MEMBER_POINTS, "", number_value(101), LANE_DETAIL, RELATION_OWN, MERGE_VALUE },
		{ "beyond all sums", MEETING, MEETING_COST, "", number_value(CELL_VALUE_MAX + 1), LANE_UP, RELATION_OWN, MERGE_VALUE },
		{ "no day", MEMBER, MEMBER_BORN, "", number_value(INT64_MAX), LANE_DETAIL, RELATION_OWN, MERGE_VALUE },
		{ "an element", MEETING, MEETING_PRESENT, "k", one, LANE_DETAIL, RELATION_OWN, MERGE_ACCEPTED },
		{ "a set without its element", MEETING, MEETING_PRESENT, "", one, LANE_DETAIL, RELATION_OWN, MERGE_VALUE },
		{ "an element of what is no set", MEMBER, MEMBER_SEX, "k", one, LANE_DETAIL, RELATION_OWN, MERGE_VALUE },
		{ "neither in nor out", MEETING, MEETING_PRESENT, "k", number_value(2), LANE_DETAIL, RELATION_OWN, MERGE_VALUE },
		{ "a reference", MEETING, MEETING_CHAIR, "", reference, LANE_DETAIL, RELATION_OWN, MERGE_ACCEPTED },
		{ "a cut reference", MEETING, MEETING_CHAIR, "", cut_short, LANE_DETAIL, RELATION_OWN, MERGE_VALUE },
		{ "deleted", MEETING, 0, "", one, LANE_UP, RELATION_OWN, MERGE_ACCEPTED },
		{ "deleted where few see it", MEETING, 0, "", one, LANE_DETAIL, RELATION_OWN, MERGE_LANE },
		{ "deleted from above", MEETING, 0, "", one, LANE_UP, RELATION_PARENT, MERGE_AUTHORITY },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct refusal *one_case = &cases[i];
		struct fixture_replica replica;
		struct buf before = BUF_EMPTY, after = BUF_EMPTY;
		fixture_replica_open(&replica);
		fixture_replica_digest(&replica, &before);
		struct change_write write = {
			.field = one_case->field, .element = span_string(one_case->element), .chain = 1, .value = one_case->value,
		};
		struct fixture_entry entry = entry_of(1, 0, one_case->kind, &write, 1);
		entry.lane = one_case->lane;
		entry.relation = one_case->relation;
		enum merge_reason reason = fixture_replica_merge(&replica, &entry);
		if (reason != one_case->expected)
			print_error("%s\n", one_case->what);
		assert_string_equal(merge_reason_name(reason), merge_reason_name(one_case->expected));
		fixture_replica_digest(&replica, &after);
		assert_int_equal(span_equal(buf_span(&before), buf_span(&after)), one_case->expected != MERGE_ACCEPTED);
		fixture_entry_free(&entry);
		buf_free(&before);
		buf_free(&after);
		fixture_replica_close(&replica);
	}
}

static void a_text_may_be_long_but_not_endless(void **state)
{
	(void)state;
	static char text[LIMIT_VALUE_BYTES + 2];
	memset(text, 'x', LIMIT_VALUE_BYTES + 1);
	struct change_write write = { .field = MEETING_MINUTES, .chain = 1, .value = text_value(text) };
	struct fixture_replica replica;
	fixture_replica_open(&replica);
	assert_reason(VALUE, merge_and_free(&replica, entry_of(1, 0, MEETING, &write, 1)));
	write.value.bytes.size--;
	assert_reason(ACCEPTED, merge_and_free(&replica, entry_of(1, 1, MEETING, &write, 1)));
	fixture_replica_close(&replica);
}

static void an_entry_cannot_replace_what_its_own_log_has_yet_to_say(void **state)
{
	(void)state;
	struct fixture_replica replica;
	fixture_replica_open(&replica);
	struct hash own = detail_of(1);
	struct change_pred itself = { .log = NULL, .seq = 0 }, by_name = { .log = &own, .seq = 1 };
	struct change_write write = sex(1, &itself);
	assert_reason(MALFORMED, merge_and_free(&replica, entry_of(1, 0, MEMBER, &write, 1)));
	write.preds = &by_name;
	assert_reason(MALFORMED, merge_and_free(&replica, entry_of(1, 1, MEMBER, &write, 1)));
	fixture_replica_close(&replica);
}

static void one_bad_write_sets_the_whole_entry_aside(void **state)
{
	(void)state;
	struct fixture_replica replica;
	struct buf before = BUF_EMPTY, after = BUF_EMPTY;
	fixture_replica_open(&replica);
	fixture_replica_digest(&replica, &before);
	struct change_write good[] = { sex(1, NULL) };
	struct change_write bad[] = { sex(1, NULL), { .field = MEMBER_POINTS, .chain = 1, .value = number_value(-1) } };
	struct change list[] = {
		{ .record = small_id(1), .kind = MEMBER, .write_count = 1, .writes = good },
		{ .record = small_id(2), .kind = MEMBER, .write_count = 2, .writes = bad },
	};
	struct changes changes = { .count = 2, .changes = list };
	struct fixture_entry entry = { .log = detail_of(1), .lane = LANE_DETAIL, .relation = RELATION_OWN };
	change_encode(&changes, &entry.payload);
	assert_reason(VALUE, fixture_replica_merge(&replica, &entry));
	fixture_replica_digest(&replica, &after);
	assert_true(span_equal(buf_span(&before), buf_span(&after)));
	fixture_entry_free(&entry);
	buf_free(&before);
	buf_free(&after);
	fixture_replica_close(&replica);
}

static void a_record_holds_so_many_values_and_no_more(void **state)
{
	(void)state;
	static struct change_write writes[LIMIT_WRITES_PER_RECORD];
	static uint8_t keys[LIMIT_WRITES_PER_RECORD][2];
	struct fixture_replica replica;
	fixture_replica_open(&replica);
	for (size_t i = 0; i < LIMIT_WRITES_PER_RECORD; i++) {
		keys[i][0] = (uint8_t)(i >> 8);
		keys[i][1] = (uint8_t)i;
		writes[i] = (struct change_write){
			.field = MEETING_PRESENT, .element = span_of(keys[i], 2), .chain = 1, .value = number_value(1),
		};
	}
	assert_reason(ACCEPTED, merge_and_free(&replica, entry_of(1, 0, MEETING, writes, LIMIT_WRITES_PER_RECORD)));
	struct change_write more = { .field = MEETING_COST, .chain = 1, .value = number_value(1) };
	assert_reason(TOO_MANY, merge_and_free(&replica, entry_of(1, 1, MEETING, &more, 1)));
	struct change_pred pred = { .seq = 0 };
	writes[9].pred_count = 1, writes[9].preds = &pred, writes[9].chain = 2;
	assert_reason(ACCEPTED, merge_and_free(&replica, entry_of(1, 2, MEETING, &writes[9], 1)));
	fixture_replica_close(&replica);
}

static void without_a_pack_nothing_is_merged_yet(void **state)
{
	(void)state;
	struct merge_context context = { .pack = NULL };
	struct changes changes = { .count = 0 };
	enum merge_reason reason;
	assert_err(AGAIN, merge_changes(&context, &changes, &reason));
}

static void every_reason_has_a_name_and_a_sentence(void **state)
{
	(void)state;
	for (unsigned reason = 0; reason < MERGE_REASON_END; reason++) {
		assert_true(strlen(merge_reason_name((enum merge_reason)reason)) > 3);
		assert_true(strlen(merge_reason_text((enum merge_reason)reason)) > 7);
	}
	assert_string_equal(merge_reason_name((enum merge_reason)250), "?");
}

// ---- Laws, over random histories. A failure names its seed. ----

enum { SEEDS = 300, ORDERS = 20 };

static void assert_same(uint64_t seed, const struct buf *a, const struct buf *b)
{
	if (!span_equal(buf_span(a), buf_span(b)))
		fail_msg("seed %llu: two replicas with the same entries differ", (unsigned long long)seed);
}

static void digest_of_order(const struct fixture_entry *const *order, size_t count, struct buf *digest)
{
	struct fixture_replica replica;
	fixture_replica_open(&replica);
	for (size_t i = 0; i < count; i++)
		fixture_replica_merge(&replica, order[i]);
	fixture_replica_digest(&replica, digest);
	fixture_replica_close(&replica);
}

static void merging_is_commutative(void **state)
{
	(void)state;
	size_t accepted_states = 0;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct fixture_history history;
		fixture_history_make(&history, seed, 10 + seed % 40);
		const struct fixture_entry *order[FIXTURE_HISTORY];
		struct buf first = BUF_EMPTY;
		for (size_t i = 0; i < ORDERS; i++) {
			struct buf digest = BUF_EMPTY;
			fixture_history_shuffle(&history, &history.chance, order);
			digest_of_order(order, history.count, i ? &digest : &first);
			if (i)
				assert_same(seed, &first, &digest);
			buf_free(&digest);
		}
		accepted_states += first.size > 500;
		buf_free(&first);
		fixture_history_free(&history);
	}
	assert_true(accepted_states > SEEDS / 2); // the histories have something in them
}

// Two halves, closed under each log's own order, merged in either order and in a third, interleaved.
static void merging_is_associative(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct fixture_history history;
		fixture_history_make(&history, seed * 7919, 40);
		const struct fixture_entry *all[FIXTURE_HISTORY], *left[FIXTURE_HISTORY], *right[FIXTURE_HISTORY];
		fixture_history_shuffle(&history, &history.chance, all);
		uint64_t logs = chance_next(&history.chance); // which logs go first
		size_t lefts = 0, rights = 0;
		for (size_t i = 0; i < history.count; i++) {
			bool goes_left = logs >> (all[i]->log.bytes[0] / 0x11 * 4 + all[i]->lane) & 1;
			if (goes_left)
				left[lefts++] = all[i];
			else
				right[rights++] = all[i];
		}
		const struct fixture_entry *ab[FIXTURE_HISTORY], *ba[FIXTURE_HISTORY];
		for (size_t i = 0; i < history.count; i++) {
			ab[i] = i < lefts ? left[i] : right[i - lefts];
			ba[i] = i < rights ? right[i] : left[i - rights];
		}
		struct buf one = BUF_EMPTY, two = BUF_EMPTY, three = BUF_EMPTY;
		digest_of_order(ab, history.count, &one);
		digest_of_order(ba, history.count, &two);
		digest_of_order(all, history.count, &three);
		assert_same(seed, &one, &two);
		assert_same(seed, &one, &three);
		buf_free(&one);
		buf_free(&two);
		buf_free(&three);
		fixture_history_free(&history);
	}
}

// Anything of this entry live, and nothing of it replaced already? Such an entry can come again.
static bool is_whole(struct fixture_replica *replica, const struct fixture_entry *entry)
{
	struct changes changes;
	arena_reset(&replica->arena);
	assert_ok(change_decode(buf_span(&entry->payload), &replica->arena, &changes));
	const struct change *change = &changes.changes[0];
	struct record record = fixture_replica_record(replica, change->kind, &change->record);
	for (size_t i = 0; i < change->write_count; i++) {
		size_t live, mine = 0;
		const struct record_write *writes = record_writes(&record, change->writes[i].field, change->writes[i].element, &live);
		for (size_t j = 0; j < live; j++)
			mine += writes[j].dot.seq == entry->seq && hash_equal(&replica->logs[writes[j].dot.log - 1].id, &entry->log);
		if (mine != 1)
			return false;
	}
	return true;
}

static void merging_is_idempotent(void **state)
{
	(void)state;
	size_t again = 0;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct fixture_history history;
		fixture_history_make(&history, seed * 104729, 30);
		const struct fixture_entry *order[FIXTURE_HISTORY];
		fixture_history_shuffle(&history, &history.chance, order);
		struct fixture_replica replica;
		fixture_replica_open(&replica);
		for (size_t i = 0; i < history.count; i++) {
			fixture_replica_merge(&replica, order[i]);
			if (!is_whole(&replica, order[i]))
				continue;
			struct buf once = BUF_EMPTY, twice = BUF_EMPTY;
			fixture_replica_digest(&replica, &once);
			fixture_replica_merge_again(&replica, order[i]);
			fixture_replica_digest(&replica, &twice);
			assert_same(seed, &once, &twice);
			buf_free(&once);
			buf_free(&twice);
			again++;
		}
		fixture_replica_close(&replica);
		fixture_history_free(&history);
	}
	assert_true(again > SEEDS * 10);
}

static void figures_kept_step_by_step_equal_figures_from_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct fixture_history history;
		fixture_history_make(&history, seed * 31337, 50);
		for (size_t i = 0; i < FIXTURE_DEVICES; i++) {
			struct buf kept = BUF_EMPTY, anew = BUF_EMPTY;
			fixture_replica_cells(&history.devices[i].replica, &kept);
			fixture_replica_cells_anew(&history.devices[i].replica, &anew);
			assert_same(seed, &kept, &anew);
			buf_free(&kept);
			buf_free(&anew);
		}
		fixture_history_free(&history);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_replaces_the_one_it_names),
		cmocka_unit_test(values_that_did_not_know_of_each_other_are_both_kept),
		cmocka_unit_test(a_value_replaced_before_it_came_is_never_shown_and_still_replaces),
		cmocka_unit_test(fields_written_apart_merge_silently),
		cmocka_unit_test(what_does_not_fit_is_set_aside_with_a_reason),
		cmocka_unit_test(a_text_may_be_long_but_not_endless),
		cmocka_unit_test(an_entry_cannot_replace_what_its_own_log_has_yet_to_say),
		cmocka_unit_test(one_bad_write_sets_the_whole_entry_aside),
		cmocka_unit_test(a_record_holds_so_many_values_and_no_more),
		cmocka_unit_test(without_a_pack_nothing_is_merged_yet),
		cmocka_unit_test(every_reason_has_a_name_and_a_sentence),
		cmocka_unit_test(merging_is_commutative),
		cmocka_unit_test(merging_is_associative),
		cmocka_unit_test(merging_is_idempotent),
		cmocka_unit_test(figures_kept_step_by_step_equal_figures_from_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
