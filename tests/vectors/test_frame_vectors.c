// Golden bytes of what travels: messages, and a frame whose block is stored as it is.
#include <sodium.h>

#include "base/pb.h"
#include "support/support.h"
#include "sync/frame.h"
#include "sync/message.h"

static struct span from_hex(const char *hex, uint8_t *bytes, size_t room)
{
	size_t size;
	assert_int_equal(sodium_hex2bin(bytes, room, hex, strlen(hex), " \n", &size, NULL), 0);
	return span_of(bytes, size);
}

static void message_is(enum message_kind kind, const ProtobufCMessage *message, const char *hex)
{
	uint8_t expected[256];
	struct buf bytes = BUF_EMPTY;
	struct span golden = from_hex(hex, expected, sizeof expected);
	message_write(kind, message, &bytes);
	assert_int_equal(bytes.size, golden.size);
	assert_memory_equal(bytes.data, golden.data, golden.size);
	buf_free(&bytes);
}

static void messages_look_like_this(void **state)
{
	(void)state;
	Tributary__Hello hello = TRIBUTARY__HELLO__INIT;
	hello.version = 1;
	hello.incarnation = pb_bytes(span_of("\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20", 16));
	hello.cursor = 300;
	hello.live = true;
	message_is(MESSAGE_HELLO, &hello.base, "01 0801 1210 0102030405060708090a0b0c0d0e0f10 20ac02 3001");
	Tributary__Answer answer = TRIBUTARY__ANSWER__INIT;
	message_is(MESSAGE_ANSWER, &answer.base, "02");
	answer.time = 1774000000000;
	answer.cursor = 7;
	answer.more = true;
	message_is(MESSAGE_ANSWER, &answer.base, "02 1080988fd5d033 1807 3001");
	Tributary__Push push = TRIBUTARY__PUSH__INIT;
	ProtobufCBinaryData frames[] = { pb_bytes(span_of("ab", 2)), pb_bytes(span_of("c", 1)) };
	push.n_frames = 2;
	push.frames = frames;
	message_is(MESSAGE_PUSH, &push.base, "03 0a026162 0a0163");
	Tributary__Bye bye = TRIBUTARY__BYE__INIT;
	bye.reason = 13;
	bye.text = (char *)(uintptr_t) "no";
	message_is(MESSAGE_BYE, &bye.base, "07 080d 12026e6f");

	Tributary__Beside beside = TRIBUTARY__BESIDE__INIT;
	beside.version = 1;
	beside.more = true;
	message_is(MESSAGE_BESIDE, &beside.base, "08 a00601 c00601");
	Tributary__Haul haul = TRIBUTARY__HAUL__INIT;
	Tributary__Stowed stowed = TRIBUTARY__STOWED__INIT;
	stowed.part = 3;
	stowed.reason = 5;
	haul.version = 1;
	haul.stowed = &stowed;
	message_is(MESSAGE_HAUL, &haul.base, "09 a00601 b20606 a80603 b00605");
}

// One range of one entry, of the session's own device, lane detail, under a head of size 1.
static void a_frame_looks_like_this(void **state)
{
	(void)state;
	static const char range[] =
		"0a 7e"             // ranges, 126 bytes
		"0a 01 02"          // device: by its lane
		"18 01"             // one entry (from: 0, left out)
		"22 05 04 01 02 61 62" // entries: two bytes of payload, kind 1, time 1
		"2a 70 0000000000000001" // head: of size 1
		"1111111111111111111111111111111111111111111111111111111111111111"
		"0000000000000009"
		"2222222222222222222222222222222222222222222222222222222222222222"
		"2222222222222222222222222222222222222222222222222222222222222222";
	uint8_t raw[256], frame[300] = { 1, 0x80, 0x01, 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58 };
	struct span golden = from_hex(range, raw, sizeof raw);
	assert_int_equal(golden.size, 128);
	frame[9] = (uint8_t)(golden.size << 3 | 1); // the last block, as it is
	frame[10] = (uint8_t)(golden.size >> 5);
	frame[11] = 0;
	memcpy(frame + 12, golden.data, golden.size);

	struct frame_codec *codec = frame_codec_new();
	struct logname home = { .device = { .bytes = { 5 } }, .incarnation = { .bytes = { 6 } } };
	struct journal_range *ranges;
	struct arena arena;
	size_t count;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(frame_read(span_of(frame, 12 + golden.size), codec, &home, &arena, &ranges, &count));
	assert_int_equal(count, 1);
	assert_int_equal(ranges[0].name.lane, LANE_DETAIL);
	assert_true(hash_equal(&ranges[0].name.device, &home.device));
	assert_int_equal(ranges[0].from, 0);
	assert_int_equal(ranges[0].count, 1);
	assert_true(span_equal(ranges[0].entries, span_of("\4\1\2ab", 5)));
	assert_int_equal(ranges[0].head.size, 1);
	assert_int_equal(ranges[0].head.time, 9);
	assert_int_equal(ranges[0].proof.count, 0);
	arena_free(&arena);
	frame_codec_free(codec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_look_like_this),
		cmocka_unit_test(a_frame_looks_like_this),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
