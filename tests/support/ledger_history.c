// Random histories: what three honest devices write that now and then are careless.
#include "support/ledger_fixture.h"

#include "support/support.h"

static struct hash log_of(const struct hash *device, enum lane lane)
{
	struct hash log = *device;
	log.bytes[31] = (uint8_t)lane;
	return log;
}

// What a device may want to write: a place and the lane it goes into.
struct intent {
	uint16_t kind;
	uint8_t field;
	enum lane lane;
	bool keyed;
	int64_t low, span; // of numbers; span 0: text
};

static const struct intent intents[] = {
	{ .kind = MEMBER, .field = MEMBER_NAME, .lane = LANE_PRIVATE },
	{ .kind = MEMBER, .field = MEMBER_SEX, .lane = LANE_DETAIL, .low = 1, .span = 2 },
	{ .kind = MEMBER, .field = MEMBER_SEX, .lane = LANE_UP, .low = 1, .span = 2 },
	{ .kind = MEMBER, .field = MEMBER_BORN, .lane = LANE_DETAIL, .low = -14000, .span = 28000 }, // 1931 to 2008
	{ .kind = MEMBER, .field = MEMBER_JOINED, .lane = LANE_DETAIL, .low = 17500, .span = 2500 }, // 2017 to 2024
	{ .kind = MEMBER, .field = MEMBER_JOINED, .lane = LANE_DETAIL, .low = -5000, .span = 10000 },
	{ .kind = MEMBER, .field = MEMBER_LEFT, .lane = LANE_DETAIL, .low = 18000, .span = 2500 },
	{ .kind = MEMBER, .field = MEMBER_POINTS, .lane = LANE_PRIVATE, .low = 0, .span = 120 }, // some too many
	{ .kind = MEMBER, .field = 0, .lane = LANE_DETAIL, .low = 0, .span = 2 },
	{ .kind = MEETING, .field = MEETING_DATE, .lane = LANE_UP, .low = 18000, .span = 1500 },
	{ .kind = MEETING, .field = MEETING_TYPE, .lane = LANE_UP, .low = 1, .span = 3 },
	{ .kind = MEETING, .field = MEETING_PRESENT, .lane = LANE_DETAIL, .keyed = true, .low = 0, .span = 2 },
	{ .kind = MEETING, .field = MEETING_PRESENT, .lane = LANE_DETAIL, .keyed = true, .low = 1, .span = 1 },
	{ .kind = MEETING, .field = MEETING_COST, .lane = LANE_DETAIL, .low = 0, .span = 1000 },
	{ .kind = MEETING, .field = MEETING_COST, .lane = LANE_PRIVATE, .low = 0, .span = 1000 }, // too narrow
	{ .kind = MEETING, .field = 200, .lane = LANE_DETAIL, .low = 0, .span = 9 }, // a newer pack's
	{ .kind = MEETING, .field = 0, .lane = LANE_UP, .low = 0, .span = 2 },
};

struct draft {
	struct change_write writes[4];
	struct change_pred preds[4][8];
	char text[4][8];
	uint8_t elements[4];
	size_t count;
};

// The preds that an honest author gives: all that is live where it stands. Sometimes it has not
// looked, and sometimes it names what never was.
static void draft_preds(struct fixture_device *device, struct chance *chance, const struct record *record,
                        struct draft *draft, struct change_write *write)
{
	size_t live, index = draft->count, used = 0;
	const struct record_write *writes = record_writes(record, write->field, write->element, &live);
	uint32_t chain = 0;
	bool blind = chance_below(chance, 8) == 0;
	for (size_t i = 0; i < live && used < 6 && !blind; i++) {
		draft->preds[index][used++] = (struct change_pred){
			.log = &device->replica.logs[writes[i].dot.log - 1].id, .seq = writes[i].dot.seq,
		};
		chain = writes[i].chain > chain ? writes[i].chain : chain;
	}
	if (device->replica.log_count && chance_below(chance, 10) == 0) {
		size_t log = chance_below(chance, (uint32_t)device->replica.log_count);
		if (device->replica.logs[log].applied)
			draft->preds[index][used++] = (struct change_pred){ .log = &device->replica.logs[log].id, .seq = 0 };
	}
	write->preds = draft->preds[index];
	write->pred_count = used;
	write->chain = used ? (chain ? chain : 1) + 1 : 1;
}

static void draft_write(struct fixture_device *device, struct chance *chance, const struct intent *intent,
                        const struct record *record, struct draft *draft)
{
	size_t index = draft->count;
	struct change_write *write = &draft->writes[index];
	*write = (struct change_write){ .field = intent->field };
	if (intent->keyed) {
		draft->elements[index] = (uint8_t)(1 + chance_below(chance, 4));
		write->element = span_of(&draft->elements[index], 1);
	}
	for (size_t i = 0; i < index; i++)
		if (draft->writes[i].field == write->field && span_equal(draft->writes[i].element, write->element))
			return;
	draft_preds(device, chance, record, draft, write);
	if (intent->span) {
		write->value = number_value(intent->low + chance_below(chance, (uint32_t)intent->span));
	} else {
		memcpy(draft->text[index], "name-a", 7);
		draft->text[index][5] = (char)('a' + chance_below(chance, 6));
		write->value = text_value(draft->text[index]);
	}
	if (intent->field && chance_below(chance, 12) == 0)
		write->value = no_value();
	draft->count++;
}

static void write_entry(struct fixture_history *history, struct fixture_device *device)
{
	struct chance *chance = &history->chance;
	const size_t intent_count = sizeof intents / sizeof *intents;
	const struct intent *first = &intents[chance_below(chance, (uint32_t)intent_count)];
	struct id id = small_id((uint8_t)(1 + chance_below(chance, 3)));
	arena_reset(&device->replica.arena);
	struct record record = fixture_replica_record(&device->replica, first->kind, &id);
	struct draft draft = { .count = 0 };
	draft_write(device, chance, first, &record, &draft);
	for (size_t i = chance_below(chance, 4); i > 0; i--) {
		const struct intent *more = &intents[chance_below(chance, (uint32_t)intent_count)];
		if (more->kind == first->kind && more->lane == first->lane)
			draft_write(device, chance, more, &record, &draft);
	}
	struct change change = { .record = id, .kind = first->kind, .write_count = draft.count, .writes = draft.writes };
	struct changes changes = { .pack_version = 1, .count = 1, .changes = &change };
	struct fixture_entry *entry = &history->entries[history->count++];
	*entry = (struct fixture_entry){
		.log = log_of(&device->key, first->lane), .device = device->key, .seq = device->size[first->lane]++,
		.time = device->clock += chance_below(chance, 3) + 1, .lane = first->lane, .relation = RELATION_OWN,
	};
	change_encode(&changes, &entry->payload);
	assert_ok(entry->payload.err);
	fixture_replica_merge(&device->replica, entry);
}

// Reads some of what the others have written, each log from where this device stands.
static void read_others(struct fixture_history *history, struct fixture_device *device)
{
	for (size_t i = 0; i < history->count; i++) {
		const struct fixture_entry *entry = &history->entries[i];
		bool next = fixture_replica_applied(&device->replica, &entry->log) == entry->seq;
		if (next && chance_below(&history->chance, 5) != 0)
			fixture_replica_merge(&device->replica, entry);
	}
}

void fixture_history_make(struct fixture_history *history, uint64_t seed, size_t count)
{
	*history = (struct fixture_history){ .chance = { .state = seed } };
	assert_true(count <= FIXTURE_HISTORY);
	for (size_t i = 0; i < FIXTURE_DEVICES; i++) {
		fixture_replica_open(&history->devices[i].replica);
		history->devices[i].key = small_hash((uint8_t)(0x11 * (i + 1)));
		history->devices[i].clock = chance_below(&history->chance, 50);
	}
	while (history->count < count) {
		struct fixture_device *device = &history->devices[chance_below(&history->chance, FIXTURE_DEVICES)];
		if (chance_below(&history->chance, 4) == 0)
			read_others(history, device);
		else
			write_entry(history, device);
	}
}

void fixture_history_free(struct fixture_history *history)
{
	for (size_t i = 0; i < history->count; i++)
		fixture_entry_free(&history->entries[i]);
	for (size_t i = 0; i < FIXTURE_DEVICES; i++)
		fixture_replica_close(&history->devices[i].replica);
}

void fixture_history_shuffle(const struct fixture_history *history, struct chance *chance,
                             const struct fixture_entry *order[static FIXTURE_HISTORY])
{
	bool taken[FIXTURE_HISTORY] = { false };
	for (size_t filled = 0; filled < history->count; filled++) {
		// A random entry not taken yet; then the first of its log that is not taken.
		size_t pick = chance_below(chance, (uint32_t)history->count);
		while (taken[pick])
			pick = (pick + 1) % history->count;
		for (size_t i = 0; i < pick; i++)
			if (!taken[i] && hash_equal(&history->entries[i].log, &history->entries[pick].log))
				pick = i;
		taken[pick] = true;
		order[filled] = &history->entries[pick];
	}
}
