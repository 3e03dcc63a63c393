// A township, and a branch that means harm: it signs whatever the input says (kinds, lanes, payloads) and sends it
// in an honest session, or says raw words on its link. The township stays whole, keeps counting, and
// serves the branch beside it.
#include "fuzz.h"

#include "base/limits.h"
#include "support/cluster.h"
#include "sync/arrival.h"

enum { STEPS_MOST = 12, PAYLOAD_MOST = 300 };

static struct {
	struct cluster *play;
	struct actor *township, *bad, *good;
	struct store *begun[3];
} stage;

static void found(void)
{
	stage.play = cluster_new();
	stage.township = cluster_found(stage.play, "township");
	stage.bad = cluster_branch(stage.township, "bad");
	stage.good = cluster_branch(stage.township, "good");
	struct actor *both[] = { stage.bad, stage.good };
	for (size_t i = 0; i < 2; i++) {
		FUZZ_HOLDS(cluster_sync(both[i]) == ERR_OK);
		cluster_put(both[i], "meeting", NULL, "date=2026-03-05", "type=group", "topic=春耕", NULL);
		FUZZ_HOLDS(cluster_sync(both[i]) == ERR_OK);
	}
	stage.begun[0] = cluster_backup(stage.township);
	stage.begun[1] = cluster_backup(stage.bad);
	stage.begun[2] = cluster_backup(stage.good);
}

static void begin(void)
{
	struct actor *actors[] = { stage.township, stage.bad, stage.good };
	for (size_t i = 0; i < 3; i++) {
		cluster_restore(actors[i], store_memory_snapshot(stage.begun[i]));
		cluster_reopen(actors[i]);
	}
}

// Past the pen: what the device's own view would refuse is signed all the same.
static void sign(struct reader *input)
{
	const enum lane lane = (enum lane)(1 + reader_u8(input) % (LANE_END - 1));
	const uint32_t kind = reader_u8(input) % 16;
	const struct span payload = reader_bytes(input, reader_u16(input) % PAYLOAD_MOST % (reader_left(input) + 1));
	const struct self *self = &stage.bad->self;
	const struct logname name = { .device = self->identity.sign_public, .incarnation = self->incarnation, .lane = lane };
	struct journal_writer writer;
	struct txn txn;
	uint64_t seq;
	FUZZ_HOLDS(txn_begin(stage.bad->store, STORE_WRITE, &txn) == ERR_OK);
	if (journal_writer_begin(&writer, &txn, &name) == ERR_OK) {
		const uint64_t had = writer.log.peaks.size, time = (stage.play->now_ms + 1) << 16;
		journal_writer_append(&writer, kind, time, payload, &seq);
		FUZZ_HOLDS(journal_writer_finish(&writer, &self->identity, time) == ERR_OK);
		arrival_entries(&txn, self, &writer.log, had, writer.log.head.size);
	}
	FUZZ_HOLDS(txn_commit(&txn) == ERR_OK);
}

static void speak(struct reader *input)
{
	const struct span words = reader_bytes(input, reader_u16(input) % PAYLOAD_MOST % (reader_left(input) + 1));
	const enum node_door door = reader_u8(input) & 1 ? NODE_DOOR_SYNC : NODE_DOOR_PORCH;
	cluster_inject(stage.township, stage.bad, door, 900, words);
}

static void township_is_whole(void)
{
	struct txn txn;
	FUZZ_HOLDS(txn_begin(stage.township->store, STORE_READ, &txn) == ERR_OK);
	struct scan scan = scan_begin(&txn, STORE_LOG, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct hash id;
		struct journal_log log;
		uint64_t bad;
		FUZZ_HOLDS(hash_read(scan.key, &id) == ERR_OK && journal_find(&txn, &id, &log) == ERR_OK);
		FUZZ_HOLDS(journal_verify(&txn, &log, &bad) == ERR_OK);
	}
	scan_end(&scan);
	txn_abort(&txn);
}

const unsigned fuzz_effort = 8;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reader input = reader_of(span_of(data, size));
	if (!stage.play)
		found();
	begin();
	for (unsigned i = 0; i < STEPS_MOST && reader_left(&input) > 0; i++)
		(reader_u8(&input) % 4 ? sign : speak)(&input);
	cluster_sync(stage.bad);
	cluster_put(stage.good, "meeting", NULL, "date=2026-03-06", "type=group", "topic=防火", NULL);
	FUZZ_HOLDS(cluster_sync(stage.good) == ERR_OK);
	FUZZ_HOLDS(cluster_figure(stage.township, stage.good, "meetings_held", "2026-03") == 2);
	township_is_whole();
	return 0;
}

static void seed_step(struct buf *input, enum lane lane, uint8_t kind, struct span payload)
{
	buf_u8(input, 1);
	buf_u8(input, (uint8_t)(lane - 1));
	buf_u8(input, kind);
	buf_u16(input, (uint16_t)payload.size);
	buf_bytes(input, payload.data, payload.size);
}

// Every kind of entry in the lane where it belongs, with the payload of one that was made here.
bool fuzz_seed(unsigned number, struct buf *input)
{
	struct txn txn;
	struct entry entry;
	unsigned found_entries = 0;
	bool given = false;
	if (!stage.play)
		found();
	FUZZ_HOLDS(txn_begin(stage.begun[0], STORE_READ, &txn) == ERR_OK);
	struct scan scan = scan_begin(&txn, STORE_LOG, span_of(NULL, 0));
	while (!given && scan_next(&scan)) {
		struct hash id;
		struct journal_log log;
		FUZZ_HOLDS(hash_read(scan.key, &id) == ERR_OK && journal_find(&txn, &id, &log) == ERR_OK);
		for (uint64_t seq = 0; seq < log.head.size && !given; seq++) {
			FUZZ_HOLDS(journal_entry(&txn, &log, seq, &entry) == ERR_OK);
			given = entry.payload.size < PAYLOAD_MOST && found_entries++ == number;
			if (given)
				seed_step(input, log.name.lane, (uint8_t)entry.kind, entry.payload);
		}
	}
	scan_end(&scan);
	txn_abort(&txn);
	return given;
}
