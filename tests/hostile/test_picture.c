// What is to be shown as a small picture and is none, or more than one; and the golden bytes of the entry that holds one.
#include <stdlib.h>

#include "support/photo.h"
#include "support/support.h"
#include "sync/picture.h"

// The least that has the form of one.
static const uint8_t plain[] = {
	0xff, 0xd8,
	0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0,
	0xff, 0xdb, 0, 3, 1,
	0xff, 0xc0, 0, 11, 8, 0, 2, 0, 3, 1, 1, 0x11, 0,
	0xff, 0xc4, 0, 3, 1,
	0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0,
	0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56,
	0xff, 0xd9,
};

enum { AT_JFIF = 2, AT_TABLE = 20, AT_FRAME = 25, AT_HUFFMAN = 38, AT_SCAN = 43, AT_CODED = 53 };

static void what_is_plain_is_taken(void **state)
{
	(void)state;
	struct buf jpeg = BUF_EMPTY;
	assert_true(picture_plain(span_of(plain, sizeof plain)));
	photo_jpeg(&(struct photo){ .width = 200, .height = 320 }, &jpeg);
	assert_true(picture_plain(buf_span(&jpeg)));
	buf_free(&jpeg);
}

static bool with(size_t at, uint8_t byte)
{
	uint8_t changed[sizeof plain];
	memcpy(changed, plain, sizeof plain);
	changed[at] = byte;
	return picture_plain(span_of(changed, sizeof changed));
}

static bool with_segment(uint8_t mark, const char *body)
{
	struct buf jpeg = BUF_EMPTY;
	buf_bytes(&jpeg, plain, AT_TABLE);
	buf_u8(&jpeg, 0xff);
	buf_u8(&jpeg, mark);
	buf_u8(&jpeg, 0);
	buf_u8(&jpeg, (uint8_t)(strlen(body) + 2));
	buf_string(&jpeg, body);
	buf_bytes(&jpeg, plain + AT_TABLE, sizeof plain - AT_TABLE);
	assert_ok(jpeg.err);
	bool taken = picture_plain(buf_span(&jpeg));
	buf_free(&jpeg);
	return taken;
}

static void what_says_more_than_a_picture_is_refused(void **state)
{
	(void)state;
	assert_true(with_segment(0xdd, "\x01\x02")); // restarts
	assert_false(with_segment(0xe1, "Exif\x01\x02 the place"));
	assert_false(with_segment(0xe2, "ICC_PROFILE"));
	assert_false(with_segment(0xed, "Photoshop 3.0"));
	assert_false(with_segment(0xee, "Adobe"));
	assert_false(with_segment(0xfe, "a comment"));
	assert_false(with_segment(0xe0, "JFXX\x01\x10 a picture within"));
	assert_false(with_segment(0xc2, "progressive"));
	assert_false(with_segment(0xc9, "arithmetic"));
	assert_false(with_segment(0xd8, "once more"));
	assert_false(with(AT_JFIF + 16, 1)); // a thumbnail
	assert_false(with(AT_JFIF + 17, 1));
	assert_false(with(AT_JFIF + 4, 'X'));
}

static void sides_that_lists_have_no_room_for_are_refused(void **state)
{
	(void)state;
	assert_false(with(AT_FRAME + 5, 2));    // 514 high
	assert_false(with(AT_FRAME + 7, 0x7f)); // 32,515 wide
	assert_false(with(AT_FRAME + 6, 0));    // no height
	assert_false(with(AT_FRAME + 8, 0));
	assert_false(with(AT_FRAME + 4, 12));   // bits
	assert_false(with(AT_FRAME + 9, 4));    // components
	assert_false(with(AT_FRAME + 1, 0xc1)); // extended
	assert_false(with(AT_FRAME + 1, 0xc2)); // progressive
}

static void one_scan_and_then_the_end(void **state)
{
	(void)state;
	struct buf jpeg = BUF_EMPTY;
	uint8_t *large = calloc(1, LIMIT_PICTURE_BYTES + 1);
	assert_non_null(large);
	for (size_t size = 0; size < sizeof plain; size++)
		assert_false(picture_plain(span_of(plain, size)));
	buf_bytes(&jpeg, plain, sizeof plain);
	buf_u8(&jpeg, 0); // something behind it
	assert_false(picture_plain(buf_span(&jpeg)));
	buf_clear(&jpeg);
	buf_bytes(&jpeg, plain, sizeof plain - 2);
	buf_bytes(&jpeg, plain + AT_SCAN, sizeof plain - AT_SCAN); // a second scan
	assert_false(picture_plain(buf_span(&jpeg)));
	assert_false(with(AT_CODED + 2, 0x02)); // a mark that is none
	assert_false(with(AT_SCAN + 1, 0xd9));  // no scan at all
	memcpy(large, plain, AT_CODED);
	memcpy(large + LIMIT_PICTURE_BYTES - 2, plain + sizeof plain - 2, 2);
	assert_true(picture_plain(span_of(large, LIMIT_PICTURE_BYTES)));
	memcpy(large + LIMIT_PICTURE_BYTES - 2, "\0\xff\xd9", 3);
	assert_false(picture_plain(span_of(large, LIMIT_PICTURE_BYTES + 1)));
	free(large);
	buf_free(&jpeg);
}

static void what_is_no_entry_is_refused(void **state)
{
	(void)state;
	struct arena arena;
	struct picture picture;
	struct buf payload = BUF_EMPTY;
	const struct picture other = { .file = { { 1 } }, .jpeg = span_string("<svg onload=alert(1)>") };
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_err(MALFORMED, picture_decode(span_of("", 0), &arena, &picture));
	assert_err(MALFORMED, picture_decode(span_of("\x0a\x01x", 3), &arena, &picture));
	picture_encode(&other, &payload);
	assert_err(MALFORMED, picture_decode(buf_span(&payload), &arena, &picture));
	arena_free(&arena);
	buf_free(&payload);
}

static void an_entry_looks_like_this(void **state)
{
	(void)state;
	static const uint8_t head[] = {
		0x0a, 32, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // file
		0x12, sizeof plain, // jpeg
	};
	const struct picture picture = { .file = { { 7 } }, .jpeg = span_of(plain, sizeof plain) };
	struct picture again;
	struct arena arena;
	struct buf payload = BUF_EMPTY;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	picture_encode(&picture, &payload);
	assert_int_equal(payload.size, sizeof head + sizeof plain);
	assert_memory_equal(payload.data, head, sizeof head);
	assert_memory_equal(payload.data + sizeof head, plain, sizeof plain);
	assert_ok(picture_decode(buf_span(&payload), &arena, &again));
	assert_true(span_equal(again.jpeg, picture.jpeg) && hash_equal(&again.file, &picture.file));
	arena_free(&arena);
	buf_free(&payload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_plain_is_taken),
		cmocka_unit_test(what_says_more_than_a_picture_is_refused),
		cmocka_unit_test(sides_that_lists_have_no_room_for_are_refused),
		cmocka_unit_test(one_scan_and_then_the_end),
		cmocka_unit_test(what_is_no_entry_is_refused),
		cmocka_unit_test(an_entry_looks_like_this),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
