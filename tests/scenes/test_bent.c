// Every field of every kind of entry out of its range, said by who may say it: signatures are in order, rights are, the words
// are not. Each is applied as if it had come, and taken back. It is refused, or it is as good as another; nothing falls,
// no store fails by it, and what is refused has changed nothing.
#include <stdlib.h>

#include "base/pb.h"
#include "store.pb-c.h"
#include "support/bent.h"
#include "support/stages.h"
#include "support/support.h"
#include "sync/view_inside.h"

enum { OF_A_SORT = 2, SORTS_MOST = 256 }; // entries that are bent: so many of each kind and content

static const ProtobufCMessageDescriptor *const payloads[] = {
	[ENTRY_CHANGES] = &tributary__changes__descriptor,       [ENTRY_TALLY] = &tributary__tally__descriptor,
	[ENTRY_STATEMENT] = &tributary__statements__descriptor,  [ENTRY_EPOCH] = &tributary__epoch__descriptor,
	[ENTRY_INCARNATION] = &tributary__incarnation__descriptor, [ENTRY_MAIL] = &tributary__mail__descriptor,
	[ENTRY_SEALED] = &tributary__sealed__descriptor,         [ENTRY_SUBMISSION] = &tributary__submission__descriptor,
	[ENTRY_REVIEW] = &tributary__review__descriptor,         [ENTRY_REQUEST] = &tributary__request__descriptor,
	[ENTRY_REPLY] = &tributary__reply__descriptor,           [ENTRY_CUSTODY] = &tributary__custody__descriptor,
	[ENTRY_TRANSFER] = &tributary__transfer__descriptor,     [ENTRY_RECEIPTS] = &tributary__receipts__descriptor,
};

static struct {
	uint32_t sort[SORTS_MOST], seen[SORTS_MOST];
	size_t sorts, bends, refused;
} met;

static bool is_wanted(uint32_t kind, const ProtobufCMessage *message)
{
	uint32_t sort = kind << 8;
	if (kind == ENTRY_STATEMENT && ((const Tributary__Statements *)message)->n_statements)
		sort |= (uint32_t)((const Tributary__Statements *)message)->statements[0]->what_case;
	if (kind == ENTRY_CHANGES && ((const Tributary__Changes *)message)->n_changes)
		sort |= ((const Tributary__Changes *)message)->changes[0]->kind & 0xff;
	size_t i = 0;
	while (i < met.sorts && met.sort[i] != sort)
		i++;
	assert_true(i < SORTS_MOST);
	if (i == met.sorts)
		met.sort[met.sorts++] = sort;
	return met.seen[i]++ < OF_A_SORT;
}

static uint64_t writes_of(const struct txn *txn)
{
	uint64_t writes = 0;
	for (unsigned table = 0; table < STORE_TABLE_COUNT; table++)
		writes += txn->writes[table];
	return writes;
}

// As if the entry behind the last one of its log said this.
static void apply(struct actor *actor, struct journal_log *log, const struct entry *entry, struct span payload)
{
	struct txn txn;
	struct view view;
	struct entry other = *entry;
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(view_begin(&view, &txn, &actor->self, &actor->pack));
	other.payload = payload;
	view_know_author(&view, log);
	struct reading reading = { .view = &view, .log = log, .entry = &other, .lane = log->name.lane };
	const uint64_t before = writes_of(&txn);
	const enum err err = view_entry_apply(&reading);
	if (err == ERR_IO || err == ERR_CORRUPT || err == ERR_NOMEM)
		fail_msg("kind %u: %s", (unsigned)entry->kind, err_name(err));
	if (!err && reading.reason && entry->kind != ENTRY_STATEMENT && writes_of(&txn) != before) // statements are taken back one by one
		fail_msg("kind %u: refused (%s), and something was written", (unsigned)entry->kind, merge_reason_name(reading.reason));
	met.bends++;
	met.refused += err || reading.reason;
	cell_batch_free(view.cells);
	view_recall_free(&view);
	arena_free(&view.arena);
	txn_abort(&txn);
}

static void bend(struct actor *actor, struct journal_log *log, const struct entry *entry)
{
	struct arena arena;
	struct buf whole = BUF_EMPTY, other = BUF_EMPTY;
	ProtobufCMessage *message;
	if (entry->kind >= sizeof payloads / sizeof payloads[0] || !payloads[entry->kind] || entry->erased)
		return;
	buf_bytes(&whole, entry->payload.data, entry->payload.size);
	arena_init(&arena, 4 * LIMIT_DECODE_BYTES);
	bool wanted = pb_unpack(payloads[entry->kind], buf_span(&whole), &arena, &message) == ERR_OK && is_wanted(entry->kind, message);
	for (size_t n = 0; wanted; n++) {
		arena_reset(&arena);
		assert_ok(pb_unpack(payloads[entry->kind], buf_span(&whole), &arena, &message));
		if (!bent(message, n, &arena))
			break;
		buf_clear(&other);
		pb_pack(message, &other);
		assert_ok(other.err);
		apply(actor, log, entry, buf_span(&other));
	}
	arena_free(&arena);
	buf_free(&whole);
	buf_free(&other);
}

static void bend_all(struct actor *actor)
{
	struct txn txn;
	cluster_pack(actor);
	for (uint32_t number = 1;; number++) {
		struct journal_log log;
		struct entry entry;
		assert_ok(txn_begin(actor->store, STORE_READ, &txn));
		if (journal_find_number(&txn, number, &log)) {
			txn_abort(&txn);
			return;
		}
		struct journal_reader reader = journal_reader_begin(&txn, &log, 0, log.peaks.size);
		while (journal_reader_next(&reader, &entry))
			bend(actor, &log, &entry);
		assert_ok(journal_reader_end(&reader));
		txn_abort(&txn);
	}
}

// ---- The play ----

// Something of everything: records of all sorts, months and verdicts, a question, members who move, devices that go.
static void live(struct stages_county *tree)
{
	struct actor *one = tree->one;
	struct id member = cluster_put(one, "member", NULL, "name=张三", "sex=male", "birth=1970-01-01", NULL);
	cluster_put(one, "meeting", NULL, "date=2026-03-05", "type=group", "topic=t", "should_attend=10", "attended[aaaaaaaaaaaaaaaa]=yes", NULL);
	cluster_put(one, "meeting", NULL, "date=2026-02-05", "type=group", "topic=t", "should_attend=10", NULL);
	cluster_put(one, "member", &member, "name=张三丰", NULL);
	cluster_everybody_syncs(tree->play, 4);
	struct actor *tablet = cluster_device(one, "tablet");
	assert_ok(cluster_sync(tablet));
	cluster_put(tablet, "meeting", NULL, "date=2026-03-07", "type=group", "topic=u", "should_attend=9", NULL);
	cluster_everybody_syncs(tree->play, 3);
	struct id four = cluster_new_unit(tree->north, &tree->north->self.unit, "branch", "四支部");
	cluster_everybody_syncs(tree->play, 3);
	assert_int_equal(cluster_move(tree->county, &four, &tree->south->self.unit, "2026-03-10"), CHARTER_FINE);
	cluster_everybody_syncs(tree->play, 3);
	cluster_revoke(tree->north, tablet);
	assert_ok(cluster_sync(tree->north));
	assert_ok(cluster_sync(tree->one));
}

static void what_is_said_out_of_range_is_refused_and_nothing_falls(void **state)
{
	(void)state;
	struct stages_county tree = stages_county();
	live(&tree);
	struct actor *const all[] = { tree.one, tree.north, tree.county };
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		for (size_t sort = 0; sort < met.sorts; sort++)
			met.seen[sort] = 0; // at each store anew
		bend_all(all[i]);
	}
	cluster_free(tree.play);
	print_message("%zu sorts, %zu bends, %zu refused\n", met.sorts, met.bends, met.refused);
	assert_true(met.sorts >= 12 && met.bends > 1000 && met.refused > met.bends / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_out_of_range_is_refused_and_nothing_falls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
