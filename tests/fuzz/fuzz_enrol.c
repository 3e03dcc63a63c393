// The way into a tree: codes that people pass on, and what a device says of itself at the porch. The first byte says how:
// 0, a code as it is typed; 1, the device's words as they came; 2, words that the device signs whatever they say. Nobody
// becomes more than the invitation gives, and nobody whose proof does not hold.
#include "fuzz.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/pb.h"
#include "org/enrol.h"
#include "support/org_fixture.h"

enum { TODAY = 20500, MODES = 3, DEVICE = 90 };

static const uint8_t secret[ENROL_SECRET_BYTES] = { 5 };

static struct {
	bool ready;
	struct org_fixture org;
	struct org_voice device;
	struct buf words; // honest ones
} play;

static void make_ready(void)
{
	struct enrol_invitation invitation = { .secret = { 5 }, .expiry = TODAY };
	const struct id nowhere = { { 0 } };
	if (play.ready)
		return;
	org_fixture_tree(&play.org);
	FUZZ_HOLDS(!enrol_invite(&play.org.txn, &invitation, &play.org.branch[0].unit, ""));
	org_fixture_voice(&play.org, DEVICE, &nowhere, &play.device);
	Tributary__DeviceEnrolled *words = org_fixture_enrolled(&play.org, &play.device.identity, nowhere, false, "平板")->device_enrolled;
	words->unit.len = 0;
	pb_pack(&words->base, &play.words);
	play.ready = true;
}

// ---- Codes ----

static void read_code(struct span text)
{
	struct enrol_invitation invitation, back;
	char *code = calloc(text.size + 1, 1), again[ENROL_CODE_BYTES], once_more[ENROL_CODE_BYTES];
	FUZZ_HOLDS(code != NULL);
	if (text.size)
		memcpy(code, text.data, text.size);
	if (enrol_code_parse(code, &invitation) == ERR_OK) {
		FUZZ_HOLDS(memchr(invitation.porch, '\0', sizeof invitation.porch) != NULL);
		FUZZ_HOLDS(enrol_code_format(&invitation, again) == ERR_OK);
		FUZZ_HOLDS(enrol_code_parse(again, &back) == ERR_OK);
		FUZZ_HOLDS(enrol_code_format(&back, once_more) == ERR_OK && strcmp(again, once_more) == 0);
	}
	free(code);
}

// ---- At the porch ----

// As a device that signs what it says, whatever that is: only the unit and the label are its own to choose.
static void sign_again(struct span bytes, struct arena *arena, struct buf *words)
{
	ProtobufCMessage *message;
	struct statement_device said;
	if (pb_unpack(&tributary__device_enrolled__descriptor, bytes, arena, &message))
		return;
	Tributary__DeviceEnrolled *enrolled = (Tributary__DeviceEnrolled *)message;
	if (statement_device_read(enrolled, &said) || !hash_equal(&said.device, &play.device.identity.sign_public))
		return;
	const struct signature proof = statement_device_sign(&play.device.identity, &said, &play.org.township[0].identity.sign_public);
	enrolled->proof = pb_bytes(span_of(proof.bytes, sizeof proof.bytes));
	pb_pack(&enrolled->base, words);
}

static void knock(struct span words, bool signed_again)
{
	Tributary__Join join = TRIBUTARY__JOIN__INIT;
	struct statement_device found;
	Tributary__DeviceEnrolled *enrolled;
	struct arena arena;
	bool again;
	join.version = 1;
	join.secret = pb_bytes(span_of(secret, sizeof secret));
	join.device = pb_bytes(words);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (enrol_check(&play.org.txn, &play.org.township[0].identity.sign_public, &join, TODAY, &arena, &found, &enrolled, &again) == ERR_OK) {
		FUZZ_HOLDS(id_equal(&found.unit, &play.org.branch[0].unit) && !found.server && !again);
		FUZZ_HOLDS(statement_text_fits(found.label, LIMIT_TITLE_BYTES));
		FUZZ_HOLDS(hash_equal(&found.device, &play.device.identity.sign_public));
		if (!signed_again) // nobody else has that device's key
			FUZZ_HOLDS(hash_equal(&found.curve, &play.device.identity.curve_public) && hash_equal(&found.box, &play.device.identity.box_public));
	}
	arena_free(&arena);
}

const unsigned fuzz_effort = 1500;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf words = BUF_EMPTY;
	struct arena arena;
	make_ready();
	if (size == 0)
		return 0;
	const struct span bytes = span_of(data + 1, size - 1);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (data[0] % MODES == 0)
		read_code(bytes);
	else if (data[0] % MODES == 1)
		knock(bytes, false);
	else
		sign_again(bytes, &arena, &words);
	if (words.size && !words.err)
		knock(buf_span(&words), true);
	FUZZ_HOLDS(!play.org.txn.err);
	arena_free(&arena);
	buf_free(&words);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	static const char *const porches[] = { "tcp://192.168.1.20:7001", "", "tcp://[fe80::1]:7001" };
	char code[ENROL_CODE_BYTES];
	make_ready();
	if (number >= 3 + 2)
		return false;
	if (number >= 3) {
		buf_u8(input, (uint8_t)(number - 2));
		buf_bytes(input, play.words.data, play.words.size);
		return true;
	}
	struct enrol_invitation invitation = { .server_curve = play.org.county.identity.curve_public, .server_key = play.org.county.identity.sign_public,
	                                       .secret = { 5 }, .expiry = TODAY, .server = number == 1 };
	strcpy(invitation.porch, porches[number]);
	FUZZ_HOLDS(enrol_code_format(&invitation, code) == ERR_OK);
	buf_u8(input, 0);
	buf_bytes(input, code, strlen(code));
	return true;
}
