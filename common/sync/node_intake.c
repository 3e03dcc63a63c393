// Taking in frames, in both roles: verify, keep, apply, file. One bad range is refused and counted;
// the others of the frame are taken.
#include "sync/arrival.h"
#include "base/bytes.h"
#include "sync/file_budget.h"
#include "sync/heard.h"
#include "sync/node_want.h"

enum {
	FRAMES_PER_MESSAGE = 16,
	PARTINGS_MOST = 16,      // of one message; what comes behind them comes again
	FALSE_RANGES_BORNE = 64, // each costs a signature to find out; who sends more in one message is cut off
};

struct taking {
	struct node_call *call;
	struct view view;
	const struct logname *home;
	struct intake *intake;
	size_t capacity;
	unsigned false_ranges;
	bool from_above;
	uint64_t seen;      // latest time on what came
	uint32_t filled_log;
	uint64_t filled_from, filled_to; // of the range at hand; to 0: nothing was
	struct id filled_unit;  // of files: whose; zero: of none
	struct parting {        // from the history of a log that stands above
		uint32_t log;
		struct head theirs;
		uint64_t common;
	} partings[PARTINGS_MOST];
	size_t parting_count;
	bool asks_again;        // where we part cannot be told by what came
};

static struct intake_log *find_log(struct intake *intake, const struct hash *id)
{
	for (size_t i = intake->count; i-- > 0;) // ranges of one log come together
		if (hash_equal(&intake->logs[i].id, id))
			return &intake->logs[i];
	return NULL;
}

static struct intake_log *slot_for(struct taking *taking, const struct logname *name)
{
	struct intake *intake = taking->intake;
	struct hash id = logname_id(name);
	struct intake_log *slot = find_log(intake, &id);
	if (slot)
		return slot;
	if (intake->count == taking->capacity) {
		size_t more = taking->capacity ? 2 * taking->capacity : 8;
		struct intake_log *logs = arena_array(&taking->call->node->arena, more, sizeof *logs);
		if (!logs)
			return NULL;
		if (intake->count)
			memcpy(logs, intake->logs, intake->count * sizeof *logs);
		intake->logs = logs;
		taking->capacity = more;
	}
	slot = &intake->logs[intake->count++];
	*slot = (struct intake_log){ .id = id, .name = *name };
	return slot;
}

// Failures of the machine end the transaction; whatever else is wrong is the peer's.
static bool is_ours(enum err err)
{
	return err == ERR_IO || err == ERR_FULL || err == ERR_CORRUPT || err == ERR_NOMEM;
}

// The first entry of the log at or after `from` that stands in quarantine.
static void note_set_aside(struct taking *taking, uint32_t log, uint64_t from, struct intake_log *slot)
{
	uint8_t key[4 + 8];
	if (slot->set_aside)
		return;
	bytes_put_u32(key, log);
	bytes_put_u64(key + 4, from);
	struct scan scan = scan_begin_from(taking->call->txn, STORE_QUARANTINE, span_of(key, 4), span_of(key, sizeof key));
	if (scan_next(&scan) && scan.key.size == sizeof key)
		slot->set_aside = bytes_get_u64(scan.key.data + 4) + 1;
	scan_end(&scan);
}

// What others may be told of is what a signed head covers, so that is what is filed: entries whose
// head is still to come are filed when it has come.
static void file(struct taking *taking, const struct journal_log *log, uint64_t covered_before, uint64_t range_end)
{
	struct txn *txn = taking->call->txn;
	arrival_entries(txn, taking->call->node->self, log, covered_before, log->head.size);
	// Whoever is above has what it sent.
	if (taking->from_above && range_end == log->peaks.size)
		arrival_pending_set(txn, log->number, false);
}

// Payloads that were withheld from us have come.
static void note_filled(void *context, uint64_t seq)
{
	struct taking *taking = context;
	if (taking->filled_to == 0)
		taking->filled_from = seq;
	taking->filled_to = seq + 1;
	view_filled(&taking->view, taking->filled_log, seq);
}

static void count_room(struct taking *taking, const struct journal_range *range)
{
	struct charter_device author;
	struct node_call *call = taking->call;
	if (range->name.lane == LANE_FILE && call->node->self->server && charter_device_get(call->txn, &range->name.device, &author) == ERR_OK)
		file_budget_use(call->txn, &author.unit, range->entries.size);
	if (range->name.lane == LANE_FILE && call->node->room != UINT64_MAX)
		call->node->room -= range->entries.size < call->node->room ? range->entries.size : call->node->room;
}

// Files of that unit may be whole now.
static void note_files(struct taking *taking, const struct journal_range *range)
{
	struct charter_device author;
	struct node_call *call = taking->call;
	if (range->name.lane == LANE_FILE && call->node->self->server && charter_device_get(call->txn, &range->name.device, &author) == ERR_OK)
		taking->filled_unit = author.unit;
}

static void fill(struct taking *taking, const struct journal_range *range, const struct journal_log *log, uint64_t held)
{
	struct txn *txn = taking->call->txn;
	taking->filled_log = log->number;
	taking->filled_to = 0;
	if (journal_fill(txn, log, range, held, note_filled, taking) || taking->filled_to == 0)
		return;
	arrival_filled(txn, taking->call->node->self, log, taking->filled_from, taking->filled_to);
	count_room(taking, range);
	note_files(taking, range);
}

// Of two histories that of the server above stands. Where ours parts from it we go back to, when all of the message was read.
static void note_parting(struct taking *taking, const struct journal_range *range, const struct journal_log *log)
{
	struct parting *parting = &taking->partings[taking->parting_count];
	uint64_t common;
	for (size_t i = 0; i < taking->parting_count; i++)
		if (taking->partings[i].log == log->number)
			return;
	enum err err = taking->parting_count < PARTINGS_MOST ? journal_parting(taking->call->txn, log, range, &common) : ERR_GAP;
	taking->asks_again |= err != ERR_OK;
	if (err)
		return;
	*parting = (struct parting){ .log = log->number, .theirs = range->head, .common = common };
	taking->parting_count++;
}

static void go_back(struct taking *taking)
{
	for (size_t i = 0; i < taking->parting_count && !taking->call->txn->err; i++)
		node_repair_yield(taking->call, taking->partings[i].log, &taking->partings[i].theirs, taking->partings[i].common);
	if (taking->asks_again && !taking->call->txn->err)
		node_repair_ask(taking->call);
}

// A closed log takes nothing in, but what is held of it is held.
static bool held_already(struct txn *txn, const struct journal_range *range, const struct journal_log *log)
{
	struct hash root;
	return range->head.size <= log->peaks.size && journal_root_at(txn, log, range->head.size, &root) == ERR_OK &&
	       hash_equal(&root, &range->head.root);
}

static void refused(struct taking *taking, const struct journal_range *range, enum err err)
{
	struct node_call *call = taking->call;
	count_add(&call->node->counters, err == ERR_FORK ? COUNT_FORKS : COUNT_RANGES_REFUSED, 1);
	taking->false_ranges += err == ERR_SIGNATURE || err == ERR_MALFORMED;
	if (is_ours(err))
		txn_fail(call->txn, err);
	const struct self *self = call->node->self;
	bool present_life = hash_equal(&range->name.device, &self->identity.sign_public) &&
	                    id_equal(&range->name.incarnation, &self->incarnation);
	if (err == ERR_FORK && present_life)
		node_repair_closed(call);
}

// Entries of a unit below came, by whatever way.
static void hear(struct taking *taking, const struct journal_log *log)
{
	struct node_call *call = taking->call;
	struct charter_device author;
	if (call->node->self->server && !taking->from_above && charter_device_get(call->txn, &log->name.device, &author) == ERR_OK)
		heard_note(call->txn, &author.unit, call->node->now_ms);
}

// Files are kept as far as there is room for those of their unit; all else is kept in any case.
static bool has_room(struct taking *taking, const struct journal_range *range)
{
	struct charter_device author;
	struct node_call *call = taking->call;
	if (range->name.lane != LANE_FILE || !call->node->self->server || charter_device_get(call->txn, &range->name.device, &author))
		return true;
	if (range->entries.size > call->node->room) {
		node_notice(call, ERR_FULL, "the disk is nearly full: files of records are refused, and entries go on");
		return false;
	}
	return file_budget_fits(call->txn, &author.unit, range->entries.size);
}

static void take_range(struct taking *taking, const struct journal_range *range, struct intake_log *slot)
{
	struct node_call *call = taking->call;
	struct journal_log log;
	uint64_t had = 0;
	uint64_t covered_before = journal_find(call->txn, &slot->id, &log) == ERR_OK ? log.head.size : 0;
	enum err err = taking->from_above ? journal_accept_above(call->txn, range, &log, &had) : journal_accept(call->txn, range, &log, &had);
	if (err == ERR_FROZEN && held_already(call->txn, range, &log))
		err = ERR_OK;
	slot->err = err;
	slot->seq = err == ERR_GAP ? had : range->from;
	slot->size = log.peaks.size;
	slot->head = log.head;
	if (err == ERR_FORK && taking->from_above)
		note_parting(taking, range, &log);
	if (err) {
		refused(taking, range, err);
		return;
	}
	slot->root = merkle_root(HASH_BLAKE2B_256, &log.peaks);
	uint64_t fresh = log.peaks.size - had;
	count_add(&call->node->counters, COUNT_ENTRIES_ACCEPTED, fresh);
	taking->intake->entries += fresh;
	uint64_t quarantined = taking->view.quarantined;
	if (fresh && log.last_time > taking->seen)
		taking->seen = log.last_time;
	if (fresh) {
		count_room(taking, range);
		note_files(taking, range);
		view_catch_up(&taking->view, &log);
		hear(taking, &log);
	}
	if (had > range->from && err == ERR_OK)
		fill(taking, range, &log, had);
	if (taking->view.quarantined > quarantined)
		note_set_aside(taking, log.number, had, slot);
	file(taking, &log, covered_before, range->from + range->count);
}

static bool of_peers_unit(struct node_call *call, const struct logname *name, const struct logname *home)
{
	struct charter_device author, peer;
	if (!home || hash_equal(&name->device, &home->device))
		return true;
	return charter_device_get(call->txn, &name->device, &author) == ERR_OK &&
	       charter_device_get(call->txn, &home->device, &peer) == ERR_OK && id_equal(&author.unit, &peer.unit);
}

// A frame that stands on what is not held here: its writer is told from where to send anew.
static enum err refuse_history(struct taking *taking, const struct frame_history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		struct logname name = *taking->home;
		struct journal_log log;
		name.lane = history->log[i].lane;
		struct intake_log *slot = slot_for(taking, &name);
		if (!slot)
			return ERR_BUDGET;
		bool known = journal_find(taking->call->txn, &slot->id, &log) == ERR_OK;
		slot->err = ERR_GAP;
		slot->seq = slot->size = known ? log.peaks.size : 0;
		count_add(&taking->call->node->counters, COUNT_RANGES_REFUSED, 1);
	}
	return ERR_OK;
}

static enum err take_frame(struct taking *taking, struct span frame,
                           bool (*admit)(struct node_call *call, void *context, const struct logname *name), void *context)
{
	struct node_call *call = taking->call;
	struct node *node = call->node;
	struct journal_range *ranges;
	struct frame_history history;
	size_t count;
	arena_reset(&node->frame_arena);
	count_add(&node->counters, COUNT_FRAMES_IN, 1);
	enum err err = frame_read_after(frame, node->codec, taking->from_above ? NULL : call->txn, taking->home, &node->frame_arena,
	                                &history, &ranges, &count);
	if (err == ERR_GAP && !call->txn->err)
		return refuse_history(taking, &history);
	for (size_t i = 0; !err && i < count && !call->txn->err; i++) {
		struct intake_log *slot = slot_for(taking, &ranges[i].name);
		if (!slot)
			return ERR_BUDGET;
		if (taking->false_ranges > FALSE_RANGES_BORNE)
			return ERR_MALFORMED;
		if (!admit(call, context, &ranges[i].name)) {
			slot->err = ERR_UNAUTHORISED;
			slot->seq = ranges[i].from;
			count_add(&node->counters, COUNT_RANGES_REFUSED, 1);
			continue;
		}
		if (!has_room(taking, &ranges[i])) {
			slot->err = ERR_FULL;
			slot->seq = ranges[i].from;
			count_add(&node->counters, COUNT_RANGES_REFUSED, 1);
			continue;
		}
		take_range(taking, &ranges[i], slot);
		slot->own_unit = of_peers_unit(call, &ranges[i].name, taking->home);
	}
	return err;
}

enum err node_take(struct node_call *call, const ProtobufCBinaryData *frames, size_t count, const struct logname *home,
                   bool (*admit)(struct node_call *call, void *context, const struct logname *name), void *context,
                   struct intake *intake)
{
	bool neighbour = call->node->near.active && !call->event->carried;
	struct taking taking = {
		.call = call, .home = home, .intake = intake, .from_above = call->event->door == NODE_DOOR_PARENT && !neighbour,
	};
	*intake = (struct intake){ .count = 0 };
	if (count == 0)
		return ERR_OK;
	if (count > FRAMES_PER_MESSAGE)
		return ERR_TOO_LARGE;
	if (view_begin(&taking.view, call->txn, call->node->self, &call->node->pack))
		return call->txn->err;
	enum err err = ERR_OK;
	for (size_t i = 0; i < count && !err && !call->txn->err; i++)
		err = take_frame(&taking, pb_span(frames[i]), admit, context);
	view_end(&taking.view);
	go_back(&taking);
	if (!id_is_zero(&taking.filled_unit) && !call->txn->err)
		node_want_filled(call, &taking.filled_unit);
	pen_see(call->txn, call->node->now_ms, taking.seen);
	count_add(&call->node->counters, COUNT_ENTRIES_QUARANTINED, taking.view.quarantined);
	return err;
}
