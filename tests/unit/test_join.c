// The porch's answer from the joiner's side: what it makes of a new store, and what it may change in one that has joined.
#include <stdio.h>
#include <stdlib.h>

#include "base/pb.h"
#include "support/support.h"
#include "sync/join.h"
#include "sync/message.h"

#define PORCH "tcp://new.example:7421"
#define SYNC  "tcp://new.example:7420"

struct play {
	struct enrol_invitation invitation; // of the server that answers
	struct id unit;
	struct hash root;
	struct self self;
	struct arena arena;
};

static struct hash key(uint8_t fill)
{
	struct hash hash;
	memset(hash.bytes, fill, sizeof hash.bytes);
	return hash;
}

static int setup(void **state)
{
	struct play *play = calloc(1, sizeof *play);
	uint8_t seed[IDENTITY_SEED_BYTES] = { 7 };
	assert_non_null(play);
	play->invitation = (struct enrol_invitation){ .server_curve = key(1), .server_key = key(2), .porch = PORCH };
	play->unit.bytes[0] = 3;
	play->root = key(4);
	identity_derive(seed, &play->self.identity);
	arena_init(&play->arena, LIMIT_DECODE_BYTES);
	*state = play;
	return 0;
}

static int teardown(void **state)
{
	struct play *play = *state;
	arena_free(&play->arena);
	free(play);
	return 0;
}

// It has joined its unit at another server, and lived since.
static void joined_before(struct play *play)
{
	play->self.unit = play->unit;
	play->self.root_key = play->root;
	play->self.parent_key = key(8);
	play->self.parent_curve = key(9);
	play->self.incarnation.bytes[0] = 10;
	snprintf(play->self.parent_address, sizeof play->self.parent_address, "tcp://old.example:7420");
}

static enum err answered(struct play *play, enum err reason, struct id unit, struct hash root)
{
	Tributary__Joined joined = TRIBUTARY__JOINED__INIT;
	struct buf message = BUF_EMPTY;
	const char *why;
	joined.reason = (uint32_t)reason;
	joined.text = (char *)(uintptr_t)"";
	joined.server_key = pb_bytes(hash_span(&play->invitation.server_key));
	joined.unit = pb_bytes(id_span(&unit));
	joined.root_key = pb_bytes(hash_span(&root));
	joined.sync_address = (char *)(uintptr_t)SYNC;
	message_write(MESSAGE_JOINED, &joined.base, &message);
	enum err err = join_accept(&play->invitation, buf_span(&message), &play->self, &play->arena, &why);
	buf_free(&message);
	return err;
}

static void refused(struct play *play, enum err expected, enum err got, const struct self *before)
{
	assert_int_equal(got, expected);
	assert_memory_equal(&play->self, before, sizeof *before);
}

static void a_new_store_becomes_what_the_answer_says(void **state)
{
	struct play *play = *state;
	assert_ok(answered(play, ERR_OK, play->unit, play->root));
	assert_true(id_equal(&play->self.unit, &play->unit));
	assert_true(hash_equal(&play->self.root_key, &play->root));
	assert_true(hash_equal(&play->self.parent_key, &play->invitation.server_key));
	assert_string_equal(play->self.parent_address, SYNC);
}

static void one_that_has_joined_takes_another_server_of_its_unit(void **state)
{
	struct play *play = *state;
	joined_before(play);
	struct self expected = play->self;
	expected.parent_key = play->invitation.server_key;
	expected.parent_curve = play->invitation.server_curve;
	memset(expected.parent_address, 0, sizeof expected.parent_address);
	memcpy(expected.parent_address, SYNC, strlen(SYNC));
	assert_ok(answered(play, ERR_OK, play->unit, play->root));
	assert_memory_equal(&play->self, &expected, sizeof expected);
}

static void it_takes_none_of_another_unit_or_another_tree(void **state)
{
	struct play *play = *state;
	joined_before(play);
	const struct self before = play->self;
	struct id other = { { 99 } };
	refused(play, ERR_EXISTS, answered(play, ERR_OK, other, play->root), &before);
	refused(play, ERR_EXISTS, answered(play, ERR_OK, play->unit, key(99)), &before);
	play->invitation.server = true; // for a server, and this is a device
	refused(play, ERR_EXISTS, answered(play, ERR_OK, play->unit, play->root), &before);
}

static void a_refusal_changes_nothing(void **state)
{
	struct play *play = *state;
	joined_before(play);
	const struct self before = play->self;
	refused(play, ERR_UNAUTHORISED, answered(play, ERR_UNAUTHORISED, play->unit, play->root), &before);
	refused(play, ERR_EXPIRED, answered(play, ERR_EXPIRED, play->unit, play->root), &before);
}

static void what_asks_again_names_its_unit(void **state)
{
	struct play *play = *state;
	struct buf message = BUF_EMPTY;
	enum message_kind kind;
	ProtobufCMessage *decoded, *enrolled;
	struct statement_device device;
	joined_before(play);
	join_request_again(&play->invitation, &play->self, "desk", &message);
	assert_ok(message_read(buf_span(&message), MESSAGE_PORCH, &play->arena, &kind, &decoded));
	const Tributary__Join *join = (const Tributary__Join *)decoded;
	assert_ok(pb_unpack(&tributary__device_enrolled__descriptor, pb_span(join->device), &play->arena, &enrolled));
	assert_ok(statement_device_read((const Tributary__DeviceEnrolled *)enrolled, &device));
	assert_true(id_equal(&device.unit, &play->unit));
	assert_ok(statement_device_verify((const Tributary__DeviceEnrolled *)enrolled, &play->invitation.server_key));
	buf_free(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_store_becomes_what_the_answer_says, setup, teardown),
		cmocka_unit_test_setup_teardown(one_that_has_joined_takes_another_server_of_its_unit, setup, teardown),
		cmocka_unit_test_setup_teardown(it_takes_none_of_another_unit_or_another_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(a_refusal_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(what_asks_again_names_its_unit, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
