// A history of entries, drawn from the input: three devices write what they like, well-formed and not, about a
// few records, naming any writes before theirs. Whatever it is, two replicas that take it in in
// different orders are equal, a third one that takes each entry twice is too, and the figures that grew with
// the entries are those that the records give.
#include "fuzz.h"

#include "base/limits.h"
#include "support/ledger_fixture.h"

enum { ENTRIES_MOST = 24, DEVICES = 3, PREDS_MOST = 3 };

struct history {
	struct fixture_entry entries[ENTRIES_MOST];
	size_t count;
	uint64_t sizes[DEVICES][LANE_END];
};

static struct hash log_of(unsigned device, enum lane lane)
{
	return small_hash((uint8_t)(1 + device * LANE_END + (unsigned)lane));
}

static struct value a_value(struct reader *input)
{
	static const char *const words[] = { "", "a", "春耕", "text\nof two lines" };
	uint8_t form = reader_u8(input);
	if (form % 4 == 0)
		return no_value();
	return form % 4 == 1 ? text_value(words[form / 4 % 4]) : number_value((int8_t)reader_u8(input) * (form % 4 == 2 ? 1 : 200));
}

static size_t draw_preds(struct reader *input, const struct history *history, const struct hash *own,
                         struct change_pred preds[static PREDS_MOST], struct hash logs[static PREDS_MOST])
{
	size_t count = reader_u8(input) % (PREDS_MOST + 1);
	for (size_t i = 0; i < count; i++) {
		uint8_t which = reader_u8(input);
		const struct fixture_entry *named = history->count ? &history->entries[which % history->count] : NULL;
		logs[i] = named ? named->log : *own;
		preds[i] = (struct change_pred){ .log = hash_equal(&logs[i], own) ? NULL : &logs[i], .seq = named ? named->seq : which };
	}
	return count;
}

static void draw_entry(struct reader *input, struct history *history)
{
	static const enum lane lanes[] = { LANE_PRIVATE, LANE_DETAIL, LANE_UP, LANE_DOWN };
	const uint8_t who = reader_u8(input), what = reader_u8(input);
	const unsigned device = who % DEVICES;
	const enum lane lane = lanes[who / DEVICES % 4];
	struct fixture_entry *entry = &history->entries[history->count];
	*entry = (struct fixture_entry){
		.log = log_of(device, lane), .device = small_hash((uint8_t)(200 + device)), .seq = history->sizes[device][lane]++,
		.time = 1000 + reader_u8(input) * UINT64_C(1000), .lane = lane,
		.relation = what & 0x80 ? RELATION_PARENT : RELATION_OWN, .payload = BUF_EMPTY,
	};
	struct change_pred preds[PREDS_MOST];
	struct hash logs[PREDS_MOST];
	const uint8_t key = reader_u8(input);
	struct change_write write = { .field = what % 10, .chain = 1 + reader_u8(input) % 9, .preds = preds };
	write.pred_count = draw_preds(input, history, &entry->log, preds, logs);
	if (key & 1)
		write.element = span_of(&"abcd"[key / 2 % 4], 1);
	write.value = a_value(input);
	const struct change change = { .record = small_id((uint8_t)(1 + key / 8 % 3)), .kind = (uint16_t)(what & 0x40 ? MEETING : MEMBER),
	                               .write_count = 1, .writes = &write };
	const struct changes changes = { .unit = fixture_unit(), .pack_version = 1, .count = 1, .changes = &change };
	change_encode(&changes, &entry->payload);
	history->count++;
}

static void take(struct fixture_replica *replica, const struct fixture_entry *entry, bool twice)
{
	fixture_replica_merge(replica, entry);
	if (twice)
		fixture_replica_merge_again(replica, entry);
}

// Each log in its own order; the logs one after the other, in one of two orders, or as they were written.
static void play(const struct history *history, unsigned order, struct buf *digest)
{
	struct fixture_replica replica;
	fixture_replica_open(&replica);
	for (unsigned i = 0; i < DEVICES * LANE_END && order < 2; i++) {
		unsigned at = order ? DEVICES * LANE_END - 1 - i : i;
		struct hash log = log_of(at / LANE_END, (enum lane)(at % LANE_END));
		for (size_t e = 0; e < history->count; e++)
			if (hash_equal(&history->entries[e].log, &log))
				take(&replica, &history->entries[e], false);
	}
	for (size_t e = 0; e < history->count && order == 2; e++)
		take(&replica, &history->entries[e], true);
	fixture_replica_digest(&replica, digest);
	struct buf grown = BUF_EMPTY, anew = BUF_EMPTY;
	fixture_replica_cells(&replica, &grown);
	fixture_replica_cells_anew(&replica, &anew);
	FUZZ_HOLDS(span_equal(buf_span(&grown), buf_span(&anew)));
	buf_free(&grown);
	buf_free(&anew);
	fixture_replica_close(&replica);
}

const unsigned fuzz_effort = 60;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct history history;
	struct reader input = reader_of(span_of(data, size));
	struct buf digests[3] = { BUF_EMPTY, BUF_EMPTY, BUF_EMPTY };
	history = (struct history){ .count = 0 };
	while (history.count < ENTRIES_MOST && reader_left(&input) > 0 && !input.err)
		draw_entry(&input, &history);
	for (unsigned order = 0; order < 3; order++)
		play(&history, order, &digests[order]);
	FUZZ_HOLDS(span_equal(buf_span(&digests[0]), buf_span(&digests[1])));
	FUZZ_HOLDS(span_equal(buf_span(&digests[0]), buf_span(&digests[2])));
	for (unsigned order = 0; order < 3; order++)
		buf_free(&digests[order]);
	for (size_t e = 0; e < history.count; e++)
		fixture_entry_free(&history.entries[e]);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	struct chance chance = { .state = number };
	if (number >= 6)
		return false;
	for (unsigned i = 0; i < 40 * (number + 1); i++)
		buf_u8(input, (uint8_t)chance_next(&chance));
	return true;
}
