// A bundle that was cut at any byte, altered at any bit, put together anew, or never was one.
#include <stdio.h>
#include <stdlib.h>

#include "support/stick.h"
#include "support/support.h"
#include "sync/bundle_row.h"
#include "sync/message.h"

#define MESSAGES 3

static const char *const message[MESSAGES] = { "\1hello", "\1the second, somewhat longer than the first", "\1third" };

struct sample {
	struct identity holder, reader, other;
	struct buf file;
	size_t ends[MESSAGES]; // where each piece ends
	size_t head;
};

static void make(struct sample *sample)
{
	const uint8_t seed[3][IDENTITY_SEED_BYTES] = { { 1 }, { 2 }, { 3 } };
	const struct seal_key key = { { 4 } };
	const uint8_t ephemeral[32] = { 5 };
	struct bundle_part part;
	identity_derive(seed[0], &sample->holder);
	identity_derive(seed[1], &sample->reader);
	identity_derive(seed[2], &sample->other);
	struct bundle_head head = { .bundle = { { 6 } }, .part = 1, .holder = sample->holder.sign_public,
	                            .reader = sample->reader.sign_public, .sealed_to = sample->reader.box_public,
	                            .time = 1774000000000, .way = BUNDLE_UP };
	sample->file = BUF_EMPTY;
	assert_ok(bundle_begin(&part, &head, &sample->holder, &key, ephemeral, &sample->file));
	sample->head = sample->file.size;
	for (unsigned i = 0; i < MESSAGES; i++) {
		unsigned flags = i + 1 == MESSAGES ? BUNDLE_LAST_OF_PART | BUNDLE_LAST : 0;
		assert_ok(bundle_add(&part, &sample->holder, flags, span_string(message[i]), &sample->file));
		sample->ends[i] = sample->file.size;
	}
}

struct found {
	enum err head;
	unsigned pieces, damaged;
	bool last;
};

// What an honest reader makes of the bytes; each message that comes out must be one that went in, in its place.
static struct found read_all(const struct sample *sample, struct span bytes)
{
	struct found found = { .head = ERR_MALFORMED };
	struct bundle_part part;
	struct arena arena;
	size_t size = 0;
	if (bytes.size < BUNDLE_PREFIX_BYTES || bundle_head_size(span_of(bytes.data, BUNDLE_PREFIX_BYTES), &size) ||
	    bytes.size < BUNDLE_PREFIX_BYTES + size)
		return found;
	struct span head = span_of(bytes.data, BUNDLE_PREFIX_BYTES + size);
	found.head = bundle_open(head, &part);
	if (!found.head)
		found.head = bundle_unlock(head, &part, &sample->reader);
	if (found.head)
		return found;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (size_t at = head.size; at + BUNDLE_PIECE_PREFIX_BYTES <= bytes.size && !found.last;) {
		struct bundle_piece piece;
		struct span plain;
		if (bundle_piece_read(span_of(bytes.data + at, BUNDLE_PIECE_PREFIX_BYTES), &piece))
			break;
		at += BUNDLE_PIECE_PREFIX_BYTES;
		if (at + bundle_piece_rest(&piece) > bytes.size)
			break;
		struct span rest = span_of(bytes.data + at, bundle_piece_rest(&piece));
		at += rest.size;
		arena_reset(&arena);
		if (bundle_piece_check(&part, &piece, rest) || bundle_piece_open(&part, &piece, rest, &arena, &plain)) {
			found.damaged++;
			continue;
		}
		assert_true(part.index <= MESSAGES);
		assert_true(span_equal(plain, span_string(message[part.index - 1])));
		found.pieces++;
		found.last = piece.flags & BUNDLE_LAST;
	}
	arena_free(&arena);
	return found;
}

static void of_one_cut_at_any_byte_what_is_whole_is_read(void **state)
{
	(void)state;
	struct sample sample;
	make(&sample);
	for (size_t size = 0; size < sample.file.size; size++) {
		struct found found = read_all(&sample, span_of(sample.file.data, size));
		unsigned whole = 0;
		while (whole < MESSAGES && sample.ends[whole] <= size)
			whole++;
		assert_int_equal(found.pieces, whole);
		assert_false(found.last);
		assert_int_equal(found.head == ERR_OK, size >= sample.head);
	}
	struct found all = read_all(&sample, buf_span(&sample.file));
	assert_int_equal(all.pieces, MESSAGES);
	assert_true(all.last);
	buf_free(&sample.file);
}

static void of_one_altered_at_any_bit_nothing_altered_is_read(void **state)
{
	(void)state;
	struct sample sample;
	make(&sample);
	for (size_t bit = 0; bit < sample.file.size * 8; bit++) {
		sample.file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		struct found found = read_all(&sample, buf_span(&sample.file)); // looks at each message itself
		if (bit / 8 < sample.head)
			assert_int_not_equal(found.head, ERR_OK);
		else
			assert_true(found.pieces < MESSAGES);
		sample.file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	buf_free(&sample.file);
}

static void a_damaged_piece_costs_itself_alone(void **state)
{
	(void)state;
	struct sample sample;
	make(&sample);
	sample.file.data[sample.ends[0] + BUNDLE_PIECE_PREFIX_BYTES + 3] ^= 1;
	struct found found = read_all(&sample, buf_span(&sample.file));
	assert_int_equal(found.pieces, MESSAGES - 1);
	assert_int_equal(found.damaged, 1);
	assert_true(found.last);
	buf_free(&sample.file);
}

static void pieces_in_another_order_or_left_out_do_not_verify(void **state)
{
	(void)state;
	struct sample sample;
	struct buf other = BUF_EMPTY;
	make(&sample);
	buf_bytes(&other, sample.file.data, sample.head);
	buf_bytes(&other, sample.file.data + sample.ends[0], sample.ends[2] - sample.ends[0]); // without the first
	assert_int_equal(read_all(&sample, buf_span(&other)).pieces, 0);
	buf_clear(&other);
	buf_bytes(&other, sample.file.data, sample.ends[0]);
	buf_bytes(&other, sample.file.data + sample.head, sample.ends[0] - sample.head); // the first twice
	assert_int_equal(read_all(&sample, buf_span(&other)).pieces, 1);
	buf_free(&other);
	buf_free(&sample.file);
}

static void another_can_check_it_and_not_read_it(void **state)
{
	(void)state;
	struct sample sample;
	struct bundle_part part;
	struct bundle_piece piece;
	make(&sample);
	assert_ok(bundle_open(span_of(sample.file.data, sample.head), &part));
	assert_err(NO_KEY, bundle_unlock(span_of(sample.file.data, sample.head), &part, &sample.other));
	assert_ok(bundle_piece_read(span_of(sample.file.data + sample.head, BUNDLE_PIECE_PREFIX_BYTES), &piece));
	struct span rest = span_of(sample.file.data + sample.head + BUNDLE_PIECE_PREFIX_BYTES, bundle_piece_rest(&piece));
	assert_ok(bundle_piece_check(&part, &piece, rest));
	struct arena arena;
	struct span plain;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_err(SIGNATURE, bundle_piece_open(&part, &piece, rest, &arena, &plain));
	arena_free(&arena);
	buf_free(&sample.file);
}

static void sizes_that_cannot_be_are_refused(void **state)
{
	(void)state;
	struct bundle_piece piece;
	size_t size;
	assert_err(MALFORMED, bundle_head_size(span_of("TRBN\1\0", 6), &size));
	assert_err(MALFORMED, bundle_head_size(span_of("TRBM\1\0\1", 7), &size));
	assert_err(VERSION, bundle_head_size(span_of("TRBN\2\0\1", 7), &size));
	assert_err(MALFORMED, bundle_head_size(span_of("TRBN\1\xff\xff", 7), &size));
	assert_err(MALFORMED, bundle_piece_read(span_of("\0\0\0\1\0", 5), &piece));     // smaller than its own tag
	assert_err(TOO_LARGE, bundle_piece_read(span_of("\xff\xff\xff\xff\0", 5), &piece));
	assert_err(MALFORMED, bundle_piece_read(span_of("\0\0\0\x40\2", 5), &piece));  // the last, and not of its part
	assert_err(MALFORMED, bundle_piece_read(span_of("\0\0\0\x40\x80", 5), &piece));
}

// ---- Well made by an enrolled device, and hostile within ----

static void write_part(const struct actor *from, const struct actor *to, enum bundle_way way, struct span plain, struct buf *file)
{
	const struct seal_key key = { { 7 } };
	const uint8_t ephemeral[32] = { 8 };
	struct bundle_part part;
	struct bundle_head head = { .bundle = { { 9 } }, .part = 1, .holder = from->self.identity.sign_public,
	                            .reader = to->self.identity.sign_public, .sealed_to = to->self.identity.box_public,
	                            .time = 1774000000000, .way = way };
	assert_ok(bundle_begin(&part, &head, &from->self.identity, &key, ephemeral, file));
	assert_ok(bundle_add(&part, &from->self.identity, BUNDLE_LAST_OF_PART | BUNDLE_LAST, plain, file));
}

static enum err offered(struct stick *stick, const struct actor *from, struct actor *to, enum bundle_way way, struct span plain)
{
	struct buf file = BUF_EMPTY;
	write_part(from, to, way, plain, &file);
	enum err err = stick_in_bytes(stick, to, buf_span(&file));
	buf_free(&file);
	return err;
}

// A branch's first entries, on a stick whose file ends early, at each byte; then the whole of it.
static void of_a_bundle_cut_at_every_byte_nothing_wrong_is_taken_in(void **state)
{
	(void)state;
	struct stick *stick = stick_new();
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	struct journal_log log;
	assert_ok(cluster_sync(branch));
	cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", "topic=学习", NULL);
	assert_ok(stick_up(stick, branch, 0));
	assert_int_equal(stick->count, 1);
	for (size_t size = 0; size < stick->part[0].size; size++) {
		stick_in_bytes(stick, township, span_of(stick->part[0].data, size));
		cluster_log(township, branch, LANE_DETAIL, &log);
		assert_int_equal(log.head.size, 0); // its one piece is not whole
		assert_int_equal(stick->carriage.entries, 0);
	}
	assert_int_equal(cluster_count(township, STORE_FORK), 0);
	assert_ok(stick_in_bytes(stick, township, buf_span(&stick->part[0])));
	cluster_log(township, branch, LANE_DETAIL, &log);
	assert_true(log.head.size > 0);
	assert_int_equal(cluster_figure(township, township, "meetings_held", "2026-03"), 1);
	cluster_free(play);
	stick_free(stick);
}

static void what_an_enrolled_device_should_not_put_in_is_refused(void **state)
{
	(void)state;
	struct stick *stick = stick_new();
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	size_t before = cluster_count(township, STORE_LOG);

	static const struct {
		const char *bytes;
		size_t size;
	} bad[] = {
		{ "", 0 }, { "\x7f", 1 }, { "\2", 1 }, { "\3\n\2ab", 5 }, { "\5", 1 }, { "\7", 1 }, { "\1\x08\x01\x08\x01", 5 },
		{ "\1\x08\x63", 3 }, { "\x10\x08\x01", 3 },
	};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_ok(offered(stick, branch, township, BUNDLE_UP, span_of(bad[i].bytes, bad[i].size)));
		assert_int_not_equal(stick->refused, ERR_OK);
		assert_int_equal(stick->carriage.entries, 0);
	}
	assert_int_equal(cluster_count(township, STORE_LOG), before);

	// From below nothing comes down; a branch is no server.
	assert_err(UNAUTHORISED, offered(stick, branch, township, BUNDLE_DOWN, span_of("\2", 1)));
	assert_err(UNAUTHORISED, offered(stick, township, branch, BUNDLE_UP, span_of("\1", 1)));
	// From above: an Answer that does not say whose it is, or that holds no frames.
	assert_ok(offered(stick, township, branch, BUNDLE_DOWN, span_of("\2", 1)));
	assert_int_equal(stick->carriage.refused, 1);
	cluster_free(play);
	stick_free(stick);
}

// 1 MiB of nothing in a few bytes passes for what it is; more is never unpacked.
static void a_bomb_is_refused_by_its_size(void **state)
{
	(void)state;
	struct stick *stick = stick_new();
	struct cluster *play = cluster_new();
	struct actor *township = cluster_found(play, "township"), *branch = cluster_branch(township, "branch");
	assert_ok(cluster_sync(branch));
	static const uint8_t frame[] = { 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 0x54, 0, 0, 0x10, 0, 0, 1, 0,
	                                 0xfb, 0xff, 0x39, 0xc0, 2 };
	struct buf hello = BUF_EMPTY;
	Tributary__Hello said = TRIBUTARY__HELLO__INIT;
	ProtobufCBinaryData frames[] = { pb_bytes(span_of(frame, sizeof frame)) };
	said.version = MESSAGE_VERSION;
	said.incarnation = pb_bytes(id_span(&branch->self.incarnation));
	said.n_frames = 1;
	said.frames = frames;
	message_write(MESSAGE_HELLO, &said.base, &hello);
	assert_ok(offered(stick, branch, township, BUNDLE_UP, buf_span(&hello)));
	assert_int_equal(stick->refused, ERR_TOO_LARGE);
	buf_free(&hello);
	cluster_free(play);
	stick_free(stick);
}

// What waits is bounded, and a device cannot push out what others wait for.
static void what_waits_has_an_end(void **state)
{
	(void)state;
	struct store *store = store_memory_new();
	struct txn txn;
	uint8_t *bytes = calloc(1, 1024 * 1024);
	assert_non_null(bytes);
	assert_ok(txn_begin(store, STORE_WRITE, &txn));
	struct bundle_place place = { .holder = { { 1 } }, .part = 1 };
	enum err err = ERR_OK;
	for (place.piece = 0; !err; place.piece++)
		err = bundle_wait(&txn, &place, 0, 1, span_of(bytes, 1024 * 1024));
	assert_int_equal(err, ERR_BUDGET);
	assert_int_equal(bundle_waiting(&txn, &place.holder), BUNDLE_WAITING_BYTES_MOST / (1024 * 1024));
	place.piece = 0;
	assert_ok(bundle_wait_over(&txn, &place));
	assert_ok(bundle_wait(&txn, &place, 0, 1, span_of(bytes, 1024 * 1024)));
	txn_abort(&txn);
	store_memory_free(store);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_one_cut_at_any_byte_what_is_whole_is_read),
		cmocka_unit_test(of_a_bundle_cut_at_every_byte_nothing_wrong_is_taken_in),
		cmocka_unit_test(of_one_altered_at_any_bit_nothing_altered_is_read),
		cmocka_unit_test(a_damaged_piece_costs_itself_alone),
		cmocka_unit_test(pieces_in_another_order_or_left_out_do_not_verify),
		cmocka_unit_test(another_can_check_it_and_not_read_it),
		cmocka_unit_test(sizes_that_cannot_be_are_refused),
		cmocka_unit_test(what_an_enrolled_device_should_not_put_in_is_refused),
		cmocka_unit_test(a_bomb_is_refused_by_its_size),
		cmocka_unit_test(what_waits_has_an_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
