// What goes up: the logs of which the server above lacks something, in the order of traffic, frame by frame.
#include "base/bytes.h"
#include "sync/arrival.h"
#include "sync/file_budget.h"
#include "sync/node_want.h"

enum { SMALL_AT_ONCE = 256 }; // entries of a log of files

struct pending {
	uint32_t log;
	unsigned turn;
};

// What everything else waits for goes first: charter, keys and detail, figures, letters.
static unsigned turn_of(enum lane lane)
{
	switch (lane) {
	case LANE_DOWN: return 0;
	case LANE_DETAIL: return 1;
	case LANE_PRIVATE: return 2;
	case LANE_UP: return 3;
	case LANE_MAIL: return 4;
	case LANE_FILE: return 5; // behind everything small
	case LANE_END: break;
	}
	return 6;
}

// What is marked as lacking above goes, whatever the receipts say: those of the server's former life are no
// word of this one. Its last entry is enough to hear how far it is held now.
static uint64_t send_from(const struct node *node, const struct journal_log *log)
{
	uint64_t sent;
	if (node_sent_get(&node->client.sent, log->number, &sent))
		return sent;
	uint64_t held = node_receipt_held(node, log);
	return log->head.size > 0 && held >= log->head.size ? log->head.size - 1 : held;
}

static int by_turn(const void *left, const void *right)
{
	const struct pending *a = left, *b = right;
	if (a->turn != b->turn)
		return a->turn < b->turn ? -1 : 1;
	return (a->log > b->log) - (a->log < b->log);
}

// A stick is a good road; a link may be kept for what is small.
static bool files_may_go(struct node_call *call)
{
	return call->node->client.carrying || file_budget_left(call->txn, call->node->now_ms);
}

// Where files may not go: up to here what a log of files has is small, leaves and pictures.
static uint64_t small_end(struct node_call *call, const struct journal_log *log, uint64_t from)
{
	const bool asked = file_want_asked(call->txn);
	const uint64_t most = log->head.size - from < SMALL_AT_ONCE ? log->head.size : from + SMALL_AT_ONCE;
	struct journal_reader reader = journal_reader_begin_unhashed(call->txn, log, from, most);
	struct entry entry;
	while (journal_reader_next(&reader, &entry)) {
		bool leaf = entry.erased || (asked && entry.kind == ENTRY_PIECE);
		if (!leaf && entry.kind != ENTRY_PICTURE)
			break;
		from++;
	}
	journal_reader_end(&reader);
	return from;
}

// Logs of which the parent lacks something not sent yet, in the order of traffic.
static size_t list_pending(struct node_call *call, struct pending **list)
{
	struct node *node = call->node;
	size_t count = 0, capacity = 0;
	*list = NULL;
	struct scan scan = scan_begin(call->txn, STORE_PENDING, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct journal_log log;
		uint32_t number = scan.key.size == 4 ? bytes_get_u32(scan.key.data) : 0;
		if (journal_find_number(call->txn, number, &log) || send_from(node, &log) >= log.head.size)
			continue;
		if (log.name.lane == LANE_FILE && !files_may_go(call) && small_end(call, &log, send_from(node, &log)) == send_from(node, &log))
			continue;
		if (count == capacity) {
			size_t more = capacity ? 2 * capacity : 16;
			struct pending *longer = arena_array(&node->arena, more, sizeof *longer);
			if (!longer)
				break; // the rest goes in the next round
			if (count)
				memcpy(longer, *list, count * sizeof *longer);
			*list = longer;
			capacity = more;
		}
		(*list)[count++] = (struct pending){ .log = number, .turn = turn_of(log.name.lane) };
	}
	scan_end(&scan);
	if (count)
		qsort(*list, count, sizeof **list, by_turn);
	return count;
}

// The server holds of our own logs what goes before.
static void add_history(const struct node *node, const struct journal_log *log, const struct logname *home, uint64_t from,
                        struct frame_history *history)
{
	bool ours = hash_equal(&log->name.device, &home->device) && id_equal(&log->name.incarnation, &home->incarnation);
	if (ours && !node->client.plain)
		frame_history_add(history, log->name.lane, from);
}

// What its writer may call "sent": it left, and no receipt has come yet.
static void remember_shown(struct node_call *call, struct journal_log *log, uint64_t to)
{
	bool ours = hash_equal(&log->name.device, &call->node->self->identity.sign_public);
	if (!ours || to <= log->shown)
		return;
	log->shown = to;
	journal_save(call->txn, log);
}

static bool written_here(const struct node *node, const struct journal_log *log)
{
	return hash_equal(&log->name.device, &node->self->identity.sign_public);
}

// Pieces in one frame: as many as the road carries soon. Where bytes of a day are counted, one: then few go beyond.
static uint64_t pieces_at_once(struct node_call *call, const struct frame_writer *writer)
{
	struct file_budget budget;
	uint64_t pieces = writer->limit / LIMIT_PIECE_BYTES;
	if (pieces == 0 || file_budget_get(call->txn, call->node->now_ms, &budget) || budget.a_day > 0 ||
	    budget.link == FILE_BUDGET_UNKNOWN)
		return 1;
	return pieces;
}

// One log into the frame; false when the frame is full before its end.
static bool gather_log(struct node_call *call, struct frame_writer *writer, uint32_t number, struct frame_history *history)
{
	struct node *node = call->node;
	struct journal_log log;
	struct logname home = node_receipt_home(node);
	if (journal_find_number(call->txn, number, &log))
		return true;
	bool files = log.name.lane == LANE_FILE;
	if (files && !frame_empty(writer))
		return false;
	if (!files)
		add_history(node, &log, &home, send_from(node, &log), history);
	for (uint64_t from = send_from(node, &log); from < log.head.size;) {
		uint32_t count;
		struct node_held_back back = { .txn = call->txn, .log = number, .asked = files && file_want_asked(call->txn),
		                              .below = files && node->self->server && !written_here(node, &log) };
		uint64_t to = files && !back.asked && !back.below ? from + pieces_at_once(call, writer) : UINT64_MAX;
		if (files && !files_may_go(call))
			to = small_end(call, &log, from);
		enum err err = frame_add(writer, call->txn, &log, from, to, &home, files ? node_want_withholds : NULL, &back, &count);
		if (err)
			txn_fail(call->txn, err);
		if (err || count == 0)
			return false;
		from += count;
		node_show(node, &log, files ? log.head.size : from); // of files all at once: the guard's word is two barriers
		node_sent_set(call, &node->client.sent, number, from);
		remember_shown(call, &log, from);
		if (files) {
			file_budget_spend(call->txn, node->now_ms, writer->raw.size);
			return from >= log.head.size;
		}
	}
	return true;
}

// The next frame of what is pending. *more tells whether anything is left behind.
bool node_pending_frame(struct node_call *call, struct buf *frame, bool *more)
{
	struct frame_writer writer;
	struct frame_history history = { .count = 0 };
	struct pending *list;
	struct logname home = node_receipt_home(call->node);
	size_t count = list_pending(call, &list);
	*more = false;
	frame_writer_init(&writer);
	if (!call->node->client.carrying) {
		writer.limit = pace_frame(&call->node->client.pace.up);
		writer.thin = writer.limit < LIMIT_FRAME_RAW_BYTES / 2;
		writer.dictionary = call->node->client.dictionary;
	}
	for (size_t i = 0; i < count && !*more; i++)
		*more = !gather_log(call, &writer, list[i].log, &history);
	if (frame_empty(&writer) && !*more && !call->txn->err)
		node_want_frame(call, &writer, &home, pieces_at_once(call, &writer));
	*more = *more || node_want_left(call);
	bool any = !frame_empty(&writer);
	size_t raw = writer.raw.size;
	if (any && frame_finish_after(&writer, call->node->codec, call->txn, &home, &history, frame))
		txn_fail(call->txn, ERR_NOMEM);
	if (any)
		pace_packed(&call->node->client.pace.up, raw, frame->size);
	frame_writer_free(&writer);
	count_add(&call->node->counters, COUNT_FRAMES_OUT, any);
	return any && !call->txn->err;
}

uint64_t node_pending_count(struct node_call *call)
{
	uint64_t entries = 0;
	struct pending *list;
	size_t count = list_pending(call, &list);
	for (size_t i = 0; i < count; i++) {
		struct journal_log log;
		if (journal_find_number(call->txn, list[i].log, &log) == ERR_OK)
			entries += log.head.size - send_from(call->node, &log);
	}
	return entries;
}
