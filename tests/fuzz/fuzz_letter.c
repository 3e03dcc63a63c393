// Letters out of the tree and return slips, through the check that `transfer admit`, `transfer returned` and `verify` use.
// The first byte says how far the input gets: 0, as it came; 1, behind a mended check sum; 2, its author's own device
// signs whatever its body says. Nothing is believed that the registers of its tree do not have; of what its author says
// anything may be taken in by a branch of another tree, and that one goes on.
#include "fuzz.h"

#include "base/pb.h"
#include "io/store_memory.h"
#include "log/hash.h"
#include "support/custody_stage.h"
#include "sync/pen_away.h"
#include "wire.pb-c.h"

enum { ARENA_BYTES = 64 * 1024 * 1024, FRONT_BYTES = 5, GOOD_DAYS = 60, MODES = 3 };

static struct {
	bool ready;
	struct custody_stage here, there;
	struct id member;
	struct buf letter, slip; // honest files
	struct hash root, record, root_there, record_there;
	struct id member_there;
} play;

static struct store *fresh(void *context)
{
	(void)context;
	return store_memory_new();
}

static void drop(void *context, struct store *store)
{
	(void)context;
	store_memory_free(store);
}

static const struct proof_reader reader = { .fresh = fresh, .drop = drop };

// ---- Honest ones ----

static void write_letter(void)
{
	struct cluster_pen writing;
	struct arena arena;
	struct letter letter;
	enum custody_refusal refusal;
	struct actor *home = play.here.one;
	arena_init(&arena, ARENA_BYTES);
	play.member = custody_stage_member(home, "李四");
	custody_stage_sync(&play.here);
	cluster_write(home, &writing);
	FUZZ_HOLDS(!pen_away_offer(&writing.pen, &play.member, "南方某公司党委", date_of_ms(home->cluster->now_ms, 0) + GOOD_DAYS, &refusal));
	cluster_written(&writing);
	custody_stage_sync(&play.here);
	cluster_write(home, &writing);
	FUZZ_HOLDS(!pen_away_letter(&writing.pen, &play.member, &arena, &letter, &refusal) && !refusal);
	letter.name = "李四";
	FUZZ_HOLDS(!letter_make(&writing.txn, &home->self, &letter, &play.letter));
	cluster_written(&writing);
	play.record = letter.record;
	play.root = letter.root_key;
	arena_free(&arena);
}

static void write_slip(void)
{
	struct cluster_pen writing;
	struct arena arena;
	struct letter letter, slip;
	enum custody_refusal refusal;
	struct actor *home = play.there.one;
	arena_init(&arena, ARENA_BYTES);
	FUZZ_HOLDS(!letter_check(buf_span(&play.letter), &reader, &arena, &letter));
	cluster_write(home, &writing);
	FUZZ_HOLDS(!pen_away_admit(&writing.pen, &letter, &play.member_there, &refusal) && !refusal);
	cluster_written(&writing);
	custody_stage_sync(&play.there);
	cluster_write(home, &writing);
	FUZZ_HOLDS(!pen_away_slip(&writing.pen, &play.member_there, &slip, &refusal) && !refusal);
	FUZZ_HOLDS(!letter_make(&writing.txn, &home->self, &slip, &play.slip));
	cluster_written(&writing);
	play.record_there = slip.record;
	play.root_there = slip.root_key;
	arena_free(&arena);
}

static void make_ready(void)
{
	if (play.ready)
		return;
	play.here = custody_stage();
	play.there = custody_stage_abroad();
	write_letter();
	write_slip();
	play.ready = true;
}

// ---- Bytes made good again ----

static void mend_sum(struct buf *file)
{
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(file));
	buf_bytes(file, digest.bytes, sizeof digest.bytes);
}

// Signs the body anew, if it is one of the two authors'.
static void sign_again(struct span bytes, struct arena *arena, struct buf *file)
{
	const struct identity *authors[] = { &play.here.one->self.identity, &play.there.one->self.identity };
	ProtobufCMessage *message;
	struct hash key;
	if (bytes.size < FRONT_BYTES || pb_unpack(&tributary__letter__descriptor, span_of(bytes.data + FRONT_BYTES, bytes.size - FRONT_BYTES), arena, &message))
		return;
	Tributary__Letter *letter = (Tributary__Letter *)message;
	struct hash name = hash_bytes(HASH_BLAKE2B_256, pb_span(letter->body));
	for (size_t i = 0; i < 2 && !hash_read(pb_span(letter->device), &key); i++) {
		if (!hash_equal(&key, &authors[i]->sign_public))
			continue;
		struct signature signature = identity_sign(authors[i], "tributary letter v1", hash_span(&name));
		letter->signature = pb_bytes(span_of(signature.bytes, sizeof signature.bytes));
		buf_bytes(file, bytes.data, FRONT_BYTES);
		pb_pack(&letter->base, file);
		mend_sum(file);
		return;
	}
}

// ---- What must hold ----

static void take_in(const struct letter *letter)
{
	struct cluster_pen writing;
	struct id member;
	enum custody_refusal refusal;
	struct actor *taker = letter->kind == LETTER_OUT ? play.there.two : play.here.one;
	cluster_write(taker, &writing);
	enum err err = letter->kind == LETTER_OUT ? pen_away_admit(&writing.pen, letter, &member, &refusal)
	                                          : pen_away_returned(&writing.pen, letter, &member, &refusal);
	FUZZ_HOLDS(!err || err == ERR_MALFORMED || err == ERR_BUDGET || err == ERR_TOO_LARGE);
	pen_finish(&writing.pen);
	txn_abort(&writing.txn);
}

static void believe(const struct letter *letter)
{
	bool out = letter->kind == LETTER_OUT;
	FUZZ_HOLDS(hash_equal(&letter->root_key, out ? &play.root : &play.root_there));
	FUZZ_HOLDS(hash_equal(&letter->record, out ? &play.record : &play.record_there));
	FUZZ_HOLDS(id_equal(&letter->member, out ? &play.member : &play.member_there));
	FUZZ_HOLDS(id_equal(&letter->unit, out ? &play.here.one->self.unit : &play.there.one->self.unit));
}

const unsigned fuzz_effort = 800;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf file = BUF_EMPTY;
	struct arena arena;
	struct letter letter;
	make_ready();
	if (size == 0)
		return 0;
	struct span bytes = span_of(data + 1, size - 1);
	arena_init(&arena, ARENA_BYTES);
	if (data[0] % MODES == 2) {
		sign_again(bytes, &arena, &file);
	} else {
		buf_bytes(&file, bytes.data, bytes.size);
		if (data[0] % MODES == 1)
			mend_sum(&file);
	}
	if (!file.err && letter_check(buf_span(&file), &reader, &arena, &letter) == ERR_OK) {
		believe(&letter);
		take_in(&letter);
	}
	arena_free(&arena);
	buf_free(&file);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	make_ready();
	if (number >= 2 * MODES)
		return false;
	const struct buf *file = number < MODES ? &play.letter : &play.slip;
	unsigned mode = number % MODES;
	buf_u8(input, (uint8_t)mode);
	buf_bytes(input, file->data, file->size - (mode ? LIMIT_HASH_BYTES : 0));
	return true;
}
