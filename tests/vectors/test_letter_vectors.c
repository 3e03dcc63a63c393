// Golden bytes of a letter file without frames, computed apart from this code (Python's hashlib and an Ed25519 of
// OpenSSL's, over the layout in sync/letter.h).
#include <sodium.h>
#include <stdlib.h>

#include "io/store_memory.h"
#include "support/support.h"
#include "sync/letter.h"

static const char golden[] =
	"54524c54010aa1010801122011111111111111111111111111111111111111111111111111111111111111111a1022222222"
	"2222222222222222222222222210333333333333333333333333333333332a20444444444444444444444444444444444444"
	"44444444444444444444444444443215e58d97e696b9e69f90e585ace58fb8e5859ae5a7943a06e69d8ee59b9b40eac00248"
	"9ec2025207637573746f64795a0555555555551220f913a3239f3a1f52fd62f709b33c8ddfb682ff2f1082043f991e029e28"
	"ba81611a40cee57d619314cec2d2c998da4293f93153a4595f96ab1d7dd7f697572f317de710813baeac745d919d12008d47"
	"63e36ca96a9b4db80a282fd2d174fb9958080733e3552ac7bf50536b1c2168f266ac71d408c87c93fefde61a0f245025c030"
	"aa"
	;

static void a_letter_has_these_bytes(void **state)
{
	static const uint8_t dossier[] = { 0x55, 0x55, 0x55, 0x55, 0x55 };
	uint8_t seed[IDENTITY_SEED_BYTES];
	struct self self = { .server = false };
	struct letter letter = { .kind = LETTER_OUT, .to = "南方某公司党委", .name = "李四", .pack = "custody", .day = 20533, .until = 20623,
	                         .dossier = span_of(dossier, sizeof dossier) };
	struct store *store = store_memory_new();
	struct buf file = BUF_EMPTY;
	struct txn txn;
	(void)state;
	for (unsigned i = 0; i < sizeof seed; i++)
		seed[i] = (uint8_t)i;
	identity_derive(seed, &self.identity);
	memset(letter.root_key.bytes, 0x11, sizeof letter.root_key.bytes);
	memset(letter.unit.bytes, 0x22, sizeof letter.unit.bytes);
	memset(letter.member.bytes, 0x33, sizeof letter.member.bytes);
	memset(letter.record.bytes, 0x44, sizeof letter.record.bytes);
	assert_ok(txn_begin(store, STORE_READ, &txn));
	assert_ok(letter_make(&txn, &self, &letter, &file));
	txn_abort(&txn);
	char *hex = malloc(2 * file.size + 1);
	assert_non_null(hex);
	sodium_bin2hex(hex, 2 * file.size + 1, file.data, file.size);
	assert_string_equal(hex, golden);
	free(hex);
	buf_free(&file);
	store_memory_free(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_letter_has_these_bytes) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
