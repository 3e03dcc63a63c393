// Taking in frames, in both roles: verify, keep, apply, file. One bad range is refused and counted;
// the others of the frame are taken.
#include "sync/arrival.h"
#include "sync/node_inside.h"

static struct intake_log *find_log(struct intake *intake, const struct hash *id)
{
	for (size_t i = 0; i < intake->count; i++)
		if (hash_equal(&intake->logs[i].log.id, id))
			return &intake->logs[i];
	return NULL;
}

static struct intake_log *slot_for(struct node_call *call, struct intake *intake, size_t *capacity, const struct hash *id)
{
	struct intake_log *slot = find_log(intake, id);
	if (slot)
		return slot;
	if (intake->count == *capacity) {
		size_t more = *capacity ? 2 * *capacity : 8;
		struct intake_log *logs = arena_array(&call->node->arena, more, sizeof *logs);
		if (!logs)
			return NULL;
		if (intake->count)
			memcpy(logs, intake->logs, intake->count * sizeof *logs);
		intake->logs = logs;
		*capacity = more;
	}
	slot = &intake->logs[intake->count++];
	slot->log.id = *id;
	return slot;
}

// Failures of the machine end the transaction; whatever else is wrong is the peer's.
static bool is_ours(enum err err)
{
	return err == ERR_IO || err == ERR_FULL || err == ERR_CORRUPT || err == ERR_NOMEM;
}

static void take_range(struct node_call *call, struct view *view, const struct journal_range *range, struct intake_log *slot)
{
	uint64_t had = 0;
	slot->err = journal_accept(call->txn, range, &slot->log, &had);
	slot->seq = slot->err == ERR_GAP ? had : range->from;
	if (slot->err) {
		count_add(&call->node->counters, slot->err == ERR_FORK ? COUNT_FORKS : COUNT_RANGES_REFUSED, 1);
		if (is_ours(slot->err))
			txn_fail(call->txn, slot->err);
		return;
	}
	uint64_t now = slot->log.peaks.size;
	if (now == had)
		return; // all of it was here already
	count_add(&call->node->counters, COUNT_ENTRIES_ACCEPTED, now - had);
	view_catch_up(view, &slot->log);
	arrival_entries(call->txn, call->node->self, &slot->log, had, now);
}

static bool of_peers_unit(struct node_call *call, const struct logname *name, const struct logname *home)
{
	struct charter_device author, peer;
	if (!home || hash_equal(&name->device, &home->device))
		return true;
	return charter_device_get(call->txn, &name->device, &author) == ERR_OK &&
	       charter_device_get(call->txn, &home->device, &peer) == ERR_OK && id_equal(&author.unit, &peer.unit);
}

enum err node_take(struct node_call *call, const ProtobufCBinaryData *frames, size_t count, const struct logname *home,
                   bool (*admit)(struct node_call *call, void *context, const struct logname *name), void *context,
                   struct intake *intake)
{
	struct node *node = call->node;
	struct view view;
	size_t capacity = 0;
	*intake = (struct intake){ .count = 0 };
	if (count == 0)
		return ERR_OK;
	if (view_begin(&view, call->txn, node->self, &node->pack))
		return call->txn->err;
	enum err err = ERR_OK;
	for (size_t i = 0; i < count && !err && !call->txn->err; i++) {
		struct journal_range *ranges;
		size_t range_count;
		err = frame_read(pb_span(frames[i]), node->codec, home, &node->arena, &ranges, &range_count);
		count_add(&node->counters, COUNT_FRAMES_IN, 1);
		for (size_t k = 0; k < range_count && !err && !call->txn->err; k++) {
			struct hash id = logname_id(&ranges[k].name);
			struct intake_log *slot = slot_for(call, intake, &capacity, &id);
			if (!slot) {
				err = ERR_BUDGET;
			} else if (!admit(call, context, &ranges[k].name)) {
				slot->err = ERR_UNAUTHORISED;
				count_add(&node->counters, COUNT_RANGES_REFUSED, 1);
			} else {
				take_range(call, &view, &ranges[k], slot);
				slot->own_unit = of_peers_unit(call, &ranges[k].name, home);
				intake->entries += ranges[k].count;
			}
		}
	}
	count_add(&node->counters, COUNT_ENTRIES_QUARANTINED, view.quarantined);
	view_end(&view);
	return err;
}
