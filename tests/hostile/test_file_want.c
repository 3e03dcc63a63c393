// Who asks for files in ways that cannot be, and words that were never given. With the rows as they rest.
#include "io/store_memory.h"
#include "base/pb.h"
#include "support/cluster.h"
#include "support/support.h"
#include "sync/file_held.h"
#include "sync/file_want.h"
#include "sync/message.h"

static struct file_held a_word(const struct identity *server)
{
	struct file_held held = { .unit = { { 1 } }, .file = { { 2 } }, .size = 3, .incarnation = { { 4 } }, .time_ms = 5 };
	file_held_sign(&held, server);
	return held;
}

static void a_word_that_was_not_given_counts_for_nothing(void **state)
{
	(void)state;
	uint8_t seed[IDENTITY_SEED_BYTES] = { 7 };
	struct identity server, other;
	identity_derive(seed, &server);
	seed[0] = 8;
	identity_derive(seed, &other);
	struct file_held held = a_word(&server);
	assert_ok(file_held_verify(&held));
	held.unit.bytes[15] ^= 1;
	assert_err(SIGNATURE, file_held_verify(&held));
	held = a_word(&server);
	held.file.bytes[31] ^= 1;
	assert_err(SIGNATURE, file_held_verify(&held));
	held = a_word(&server);
	held.size++;
	assert_err(SIGNATURE, file_held_verify(&held));
	held = a_word(&server);
	held.incarnation.bytes[0] ^= 1;
	assert_err(SIGNATURE, file_held_verify(&held));
	held = a_word(&server);
	held.time_ms++;
	assert_err(SIGNATURE, file_held_verify(&held));
	held = a_word(&server);
	held.server = other.sign_public;
	assert_err(SIGNATURE, file_held_verify(&held));
	for (size_t bit = 0; bit < 8 * sizeof held.signature.bytes; bit++) {
		held = a_word(&server);
		held.signature.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_err(SIGNATURE, file_held_verify(&held));
	}
}

static unsigned rows_of(struct actor *actor, const struct id *unit)
{
	struct txn txn;
	struct file_want want = { .file = { { 0 } } };
	unsigned count = 0;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	while (file_want_next(&txn, unit, &want))
		count++;
	txn_abort(&txn);
	return count;
}

enum { WANTS = 100 };

// A Hello of the branch, by a link of its own.
static void greet_with(struct actor *server, struct actor *branch, const struct id *unit, size_t lacks, size_t file_bytes)
{
	static uint8_t bits[FILE_WANT_BITS_BYTES + 1];
	static struct hash files[WANTS];
	Tributary__FileWant wants[WANTS], *list[WANTS];
	Tributary__Hello hello = TRIBUTARY__HELLO__INIT;
	struct buf bytes = BUF_EMPTY;
	for (size_t i = 0; i < WANTS; i++) {
		files[i].bytes[0] = (uint8_t)(i + 1);
		wants[i] = (Tributary__FileWant)TRIBUTARY__FILE_WANT__INIT;
		wants[i].unit = pb_bytes(id_span(unit));
		wants[i].file = pb_bytes(span_of(files[i].bytes, file_bytes));
		wants[i].lacks = pb_bytes(span_of(bits, lacks));
		list[i] = &wants[i];
	}
	hello.version = MESSAGE_VERSION;
	hello.incarnation = pb_bytes(id_span(&branch->self.incarnation));
	hello.n_wants = WANTS;
	hello.wants = list;
	message_write(MESSAGE_HELLO, &hello.base, &bytes);
	assert_ok(bytes.err);
	assert_ok(cluster_inject(server, branch, NODE_DOOR_SYNC, 4711, buf_span(&bytes)));
	buf_free(&bytes);
}

static void more_than_may_be_asked_for_and_what_is_not_ours_is_passed_over(void **state)
{
	(void)state;
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch"), *other = cluster_branch(township, "other");
	assert_ok(cluster_sync(branch));
	assert_ok(cluster_sync(other));
	greet_with(township, branch, &other->self.unit, 0, LIMIT_HASH_BYTES); // of another unit
	assert_int_equal(rows_of(township, &other->self.unit) + rows_of(township, &branch->self.unit), 0);
	greet_with(township, branch, &branch->self.unit, FILE_WANT_BITS_BYTES + 1, LIMIT_HASH_BYTES); // more pieces than a file has
	greet_with(township, branch, &branch->self.unit, 0, LIMIT_HASH_BYTES - 1);
	assert_int_equal(rows_of(township, &branch->self.unit), 0);
	for (unsigned i = 0; i < 3; i++)
		greet_with(township, branch, &branch->self.unit, FILE_WANT_BITS_BYTES, LIMIT_HASH_BYTES);
	assert_int_equal(rows_of(township, &branch->self.unit), FILE_WANT_MOST);
	assert_ok(cluster_sync(branch)); // which names none any more
	assert_int_equal(rows_of(township, &branch->self.unit), 0);
	cluster_free(play);
}

static void rows_look_like_this(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	struct txn txn;
	struct span row;
	uint8_t key[1 + LIMIT_ID_BYTES + LIMIT_HASH_BYTES] = { 'w', [16] = 9, [48] = 10 };
	const struct file_want want = { .unit = { { [15] = 9 } }, .file = { { [31] = 10 } }, .asker = { { 11 } }, .since_ms = 0x0102, .done = true };
	static const uint8_t golden[LIMIT_HASH_BYTES + 9] = { 11, [38] = 1, [39] = 2, [40] = 1 };
	assert_non_null(store);
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	assert_ok(file_want_put(&txn, &want));
	assert_ok(txn_get(&txn, STORE_WANT, span_of(key, sizeof key), &row));
	assert_int_equal(row.size, sizeof golden);
	assert_memory_equal(row.data, golden, sizeof golden);
	assert_ok(file_want_back(&txn, 3, 4, true));
	static const uint8_t back[] = { 'b', 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4 };
	assert_true(txn_has(&txn, STORE_WANT, span_of(back, sizeof back)));
	txn_abort(&txn);
	store_memory_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_that_was_not_given_counts_for_nothing),
		cmocka_unit_test(more_than_may_be_asked_for_and_what_is_not_ours_is_passed_over),
		cmocka_unit_test(rows_look_like_this),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
