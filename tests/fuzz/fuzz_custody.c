// Records of homes, signed whatever they say: by the registrar, by another one, by a branch; confirmed by somebody who
// is no witness, or shown to the honest one, who confirms what it may. An input is a list of up to MOST batches of one record:
//
//	signer u8 ‖ cosigner u8 ‖ confirmed u8 ‖ changes u8 ‖ changes × (place u8 ‖ value u8)
//
// over the record that would be next. Whatever comes, in whatever order: the same is known in the end, each epoch has one
// final record which follows the one before, and none that the witness did not confirm.
#include "fuzz.h"

#include "base/limits.h"
#include "org/custody_chain.h"
#include "support/custody_stage.h"

enum { MOST = 6, SIGNERS = 5 };

static struct {
	bool ready;
	struct custody_stage stage;
	struct id member;
	struct custody_entry last;
	struct custody_record next; // takes the member to branch two, by the registrar
} play;

struct said {
	uint8_t layout[CUSTODY_RECORD_BYTES];
	struct custody_batch batch;
	bool by_witness;
};

static void make_ready(void)
{
	struct txn txn;
	if (play.ready)
		return;
	play.stage = custody_stage();
	play.member = custody_stage_member(play.stage.one, "王五");
	custody_stage_sync(&play.stage);
	FUZZ_HOLDS(!txn_begin(play.stage.county->store, STORE_READ, &txn));
	FUZZ_HOLDS(!custody_chain_last(&txn, &play.member, &play.last));
	txn_abort(&txn);
	play.next = play.last.record;
	play.next.epoch++;
	play.next.previous = play.last.digest;
	play.next.cause = CUSTODY_CAUSE_COMMITTED;
	play.next.home = play.stage.two->self.unit;
	play.next.incarnation = play.stage.two->self.incarnation;
	play.ready = true;
}

static struct actor *voice(uint8_t number)
{
	struct actor *const voices[SIGNERS] = { play.stage.east, play.stage.county, play.stage.west, play.stage.one, play.stage.three };
	return voices[number % SIGNERS];
}

// It looks at what a registrar of its own signed, and says the same of the same.
static void show_to_witness(struct said *said, struct custody_witness *witness, struct actor *by)
{
	struct custody_record record;
	if (custody_batch_record(&said->batch, 0, &record) || !id_equal(&record.writer, &by->self.unit) || !by->self.server
	    || by == play.stage.county)
		return;
	said->by_witness = custody_witness_cosign(witness, &record.writer, &record) == CUSTODY_DONE;
	if (said->by_witness)
		custody_batch_confirm(&said->batch, 0);
	custody_batch_cosign(&said->batch, &play.stage.county->self.identity);
}

// The county has no witness above: what it signs as the writer is final by itself, so, honest as it is here, it does not put its
// name to this. Somebody else does.
static struct actor *signer_of(const struct said *said, uint8_t number)
{
	struct custody_record record;
	const bool its_own = !custody_batch_record(&said->batch, 0, &record) && id_equal(&record.writer, &play.stage.county->self.unit);
	return voice(number) == play.stage.county && its_own ? play.stage.west : voice(number);
}

static void read_said(struct reader *input, struct said *said, struct custody_witness *witness)
{
	custody_record_layout(&play.next, said->layout);
	const uint8_t signer = reader_u8(input), cosigner = reader_u8(input), confirmed = reader_u8(input);
	for (unsigned changes = reader_u8(input) % 8; changes > 0; changes--) {
		const uint8_t place = reader_u8(input);
		said->layout[place % sizeof said->layout] ^= reader_u8(input);
	}
	said->batch = (struct custody_batch){ .records = span_of(said->layout, sizeof said->layout), .count = 1 };
	said->batch.name = custody_batch_name(said->batch.records);
	struct actor *by = signer_of(said, signer);
	custody_batch_sign(&said->batch, &by->self.identity);
	if (cosigner % (SIGNERS + 1) == SIGNERS)
		return;
	if (voice(cosigner % (SIGNERS + 1)) == play.stage.county) {
		show_to_witness(said, witness, by);
		return;
	}
	said->batch.confirmed[0] = confirmed;
	custody_batch_cosign(&said->batch, &voice(cosigner % (SIGNERS + 1))->self.identity);
}

// ---- What must hold ----

static void take(struct txn *txn, const struct said *said)
{
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	const enum err err = custody_chain_take(txn, &said->batch, &arena);
	FUZZ_HOLDS(!err || err == ERR_AGAIN || err == ERR_SIGNATURE || err == ERR_UNAUTHORISED || err == ERR_MALFORMED);
	FUZZ_HOLDS(!txn->err);
	arena_free(&arena);
}

static bool was_confirmed(const struct said *said, size_t count, const struct custody_entry *entry)
{
	if (entry->record.epoch <= play.last.record.epoch && id_equal(&entry->record.member, &play.member))
		return true; // it was there before
	for (size_t i = 0; i < count; i++)
		if (said[i].by_witness && hash_equal(&said[i].batch.name, &entry->batch))
			return true;
	return false;
}

static void look_at_chain(struct txn *txn, const struct said *said, size_t count)
{
	struct custody_record before = { .epoch = 0 };
	struct scan scan = custody_chain_scan(txn, &play.member);
	while (scan_next(&scan)) {
		struct custody_entry entry;
		FUZZ_HOLDS(custody_chain_read(&scan, &entry) == ERR_OK);
		if (entry.state != CUSTODY_FINAL)
			continue;
		FUZZ_HOLDS(entry.record.epoch > before.epoch);
		FUZZ_HOLDS(custody_record_follows(&before, &entry.record));
		FUZZ_HOLDS(was_confirmed(said, count, &entry));
		before = entry.record;
	}
	scan_end(&scan);
	FUZZ_HOLDS(before.epoch >= play.last.record.epoch);
}

// Of records and homes; which batch is to be looked at again is a matter of the order.
static struct hash picture(struct txn *txn)
{
	struct buf all = BUF_EMPTY;
	static const char parts[] = { 'r', 'h' };
	for (size_t i = 0; i < sizeof parts; i++) {
		struct scan scan = scan_begin(txn, STORE_CUSTODY, span_of(&parts[i], 1));
		while (scan_next(&scan)) {
			buf_bytes(&all, scan.key.data, scan.key.size);
			buf_bytes(&all, scan.value.data, scan.value.size);
		}
		scan_end(&scan);
	}
	FUZZ_HOLDS(!all.err);
	const struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(&all));
	buf_free(&all);
	return digest;
}

static struct hash take_all(const struct said *said, size_t count, bool backwards)
{
	struct txn txn;
	FUZZ_HOLDS(!txn_begin(play.stage.county->store, STORE_WRITE, &txn));
	for (size_t i = 0; i < count; i++)
		take(&txn, &said[backwards ? count - 1 - i : i]);
	look_at_chain(&txn, said, count);
	const struct hash digest = picture(&txn);
	txn_abort(&txn);
	return digest;
}

const unsigned fuzz_effort = 300;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct said said[MOST] = { 0 };
	size_t count = 0;
	make_ready();
	struct custody_witness witness = { .last = play.last.record };
	struct reader input = reader_of(span_of(data, size));
	while (count < MOST && reader_left(&input) >= 4)
		read_said(&input, &said[count++], &witness);
	const struct hash forwards = take_all(said, count, false), backwards = take_all(said, count, true);
	FUZZ_HOLDS(hash_equal(&forwards, &backwards));
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	enum { EPOCH = 16 + 7, HOME = 16 + 8 + 15, CAUSE = CUSTODY_RECORD_BYTES - 5 };
	static const uint8_t seeds[][24] = {
		{ 0, 1, 1, 0 },                                              // an honest commit, confirmed
		{ 0, 5, 0, 0 },                                              // not confirmed yet
		{ 0, 5, 0, 0, 0, 1, 1, 0 },                                  // the same, later confirmed
		{ 2, 1, 1, 0, 0, 1, 1, 1, HOME, 1 },                         // by another registrar; another home
		{ 0, 2, 1, 0, 3, 1, 1, 0 },                                  // a witness that is none, a branch that writes
		{ 0, 1, 1, 1, CAUSE, 1, 0, 1, 1, 1, EPOCH, 3 },              // an abort, and an epoch later
		{ 0, 1, 1, 0, 0, 1, 1, 1, CAUSE, 1, 0, 1, 0, 1, HOME, 255 }, // three words on one epoch
	};
	if (number >= sizeof seeds / sizeof seeds[0])
		return false;
	buf_bytes(input, seeds[number], sizeof seeds[number]);
	return true;
}
