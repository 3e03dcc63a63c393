// Messages: each kind through its own door and its own way.
#include "base/limits.h"
#include "support/support.h"
#include "sync/message.h"

static enum err read_as(enum message_way way, uint8_t kind)
{
	struct arena arena;
	enum message_kind read;
	ProtobufCMessage *message;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = message_read(span_of(&kind, 1), way, &arena, &read, &message);
	if (!err)
		assert_int_equal(read, kind);
	arena_free(&arena);
	return err;
}

static void each_kind_goes_its_own_way(void **state)
{
	(void)state;
	static const enum message_kind up[] = { MESSAGE_HELLO, MESSAGE_PUSH, MESSAGE_NEXT, MESSAGE_CATALOG };
	static const enum message_kind down[] = { MESSAGE_ANSWER, MESSAGE_WANT, MESSAGE_JOINED };
	for (size_t i = 0; i < 4; i++) {
		assert_ok(read_as(MESSAGE_UP, (uint8_t)up[i]));
		assert_err(MALFORMED, read_as(MESSAGE_DOWN, (uint8_t)up[i]));
		assert_err(MALFORMED, read_as(MESSAGE_PORCH, (uint8_t)up[i]));
	}
	for (size_t i = 0; i < 3; i++) {
		assert_ok(read_as(MESSAGE_DOWN, (uint8_t)down[i]));
		assert_err(MALFORMED, read_as(MESSAGE_UP, (uint8_t)down[i]));
	}
	assert_ok(read_as(MESSAGE_UP, MESSAGE_BYE));
	assert_ok(read_as(MESSAGE_DOWN, MESSAGE_BYE));
	assert_ok(read_as(MESSAGE_PORCH, MESSAGE_JOIN));
	assert_err(MALFORMED, read_as(MESSAGE_UP, MESSAGE_JOIN));
}

static void kinds_that_are_none_are_malformed(void **state)
{
	(void)state;
	struct arena arena;
	enum message_kind kind;
	ProtobufCMessage *message;
	for (unsigned byte = 0; byte < 256; byte++)
		if (strcmp(message_name((enum message_kind)byte), "unknown") == 0)
			assert_err(MALFORMED, read_as(MESSAGE_BOTH, (uint8_t)byte));
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_err(MALFORMED, message_read(span_of(NULL, 0), MESSAGE_UP, &arena, &kind, &message));
	arena_free(&arena);
	assert_string_equal(message_name(MESSAGE_CATALOG), "catalog");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_goes_its_own_way),
		cmocka_unit_test(kinds_that_are_none_are_malformed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
