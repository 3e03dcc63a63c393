// Letters: filed for the hop through which they travel next, again when the tree has changed on the way.
#include "sync/arrival_inside.h"

#include "base/bytes.h"
#include "base/pb.h"
#include "org/charter.h"
#include "store.pb-c.h"

bool arrival_hop(struct txn *txn, const struct self *self, const struct id *to, struct id *hop)
{
	struct id path[LIMIT_TREE_LEVELS];
	size_t count;
	if (charter_path(txn, to, path, &count))
		return false;
	*hop = *to;
	for (size_t i = 0; i < count; i++) {
		if (id_equal(&path[i], &self->unit))
			return true;
		struct charter_unit row;
		if (charter_unit_get(txn, &path[i], &row))
			return false;
		if (!hash_is_zero(&row.server))
			*hop = path[i];
	}
	return false;
}

// Up to where a log's letters have been filed for a hop: ARRIVAL audience kind 4 ‖ hop ‖ log number u64 → to u64.
// What lies between two letters to it goes along, without its content, or the log would have holes there.
static uint64_t mail_filed(struct txn *txn, const struct id *hop, uint32_t log, uint8_t key[static ARRIVAL_KEY_BYTES])
{
	struct span value;
	arrival_prefix(key, AUDIENCE_MAIL_FILED, hop);
	bytes_put_u64(key + ARRIVAL_PREFIX_BYTES, log);
	bool found = txn_get(txn, STORE_ARRIVAL, span_of(key, ARRIVAL_KEY_BYTES), &value) == ERR_OK && value.size == 8;
	return found ? bytes_get_u64(value.data) : 0;
}

// Again: it may have been withheld from the hop when the log was filed for it.
static enum err file_letter(struct txn *txn, const struct journal_log *log, const struct id *hop, const struct arrival *item,
                            uint64_t seq)
{
	uint8_t key[ARRIVAL_KEY_BYTES], filed[8];
	struct arrival whole = *item;
	whole.from = mail_filed(txn, hop, item->log, key);
	if (item->what == ARRIVAL_AGAIN && seq < whole.from) {
		whole.from = seq;
		whole.to = seq + 1;
		return arrival_number(txn, log, &whole) ? txn->err : arrival_file(txn, AUDIENCE_MAIL, hop, &whole);
	}
	whole.what = ARRIVAL_ENTRIES;
	if (whole.from >= item->to)
		return txn->err; // with another letter of the same range
	bytes_put_u64(filed, item->to);
	txn_put(txn, STORE_ARRIVAL, span_of(key, sizeof key), span_of(filed, sizeof filed));
	return arrival_file(txn, AUDIENCE_MAIL, hop, &whole);
}

// Up to where a log's letters to a unit that is not below us have gone up: should it come below us, they are filed for it.
static void note_away(struct txn *txn, const struct id *to, const struct arrival *item)
{
	uint8_t key[ARRIVAL_KEY_BYTES], gone[8];
	arrival_prefix(key, AUDIENCE_MAIL_AWAY, to);
	bytes_put_u64(key + ARRIVAL_PREFIX_BYTES, item->log);
	bytes_put_u64(gone, item->to);
	txn_put(txn, STORE_ARRIVAL, span_of(key, sizeof key), span_of(gone, sizeof gone));
}

// `moved`: only letters to that unit and those below it (NULL: all).
enum err arrival_mail_file(struct txn *txn, const struct self *self, const struct journal_log *log, const struct arrival *item,
                          const struct id *moved, bool *leaves)
{
	bool ours = hash_equal(&log->name.device, &self->identity.sign_public);
	struct arena arena;
	struct entry entry;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	struct journal_reader reader = journal_reader_begin(txn, log, item->from, item->to);
	while (journal_reader_next(&reader, &entry)) {
		ProtobufCMessage *message;
		struct id to, hop;
		arena_reset(&arena);
		*leaves |= ours && entry.kind != ENTRY_MAIL; // the beginning of a new life: for whoever keeps the log
		if (entry.erased || entry.kind != ENTRY_MAIL ||
		    pb_unpack(&tributary__mail__descriptor, entry.payload, &arena, &message) ||
		    id_read(pb_span(((Tributary__Mail *)message)->to), &to))
			continue;
		if (moved && !id_equal(moved, &to) && !charter_is_ancestor(txn, moved, &to))
			continue;
		if (self->server && arrival_hop(txn, self, &to, &hop)) {
			file_letter(txn, log, &hop, item, entry.seq);
		} else {
			*leaves = true;
			if (self->server)
				note_away(txn, &to, item);
		}
	}
	arena_free(&arena);
	enum err err = journal_reader_end(&reader);
	return err ? err : txn->err;
}

// ---- Letters under way when the tree changes ----

// Logs with letters filed for a hop, and how far.
struct rerouted {
	uint32_t log;
	uint64_t to;
};

struct rerouting {
	struct arena *arena;
	struct rerouted *logs;
	size_t count, capacity;
};

static void add_rerouted(struct txn *txn, struct rerouting *mail, const struct rerouted *log)
{
	if (mail->count == mail->capacity) {
		size_t more = mail->capacity ? 2 * mail->capacity : 16;
		struct rerouted *longer = arena_array(mail->arena, more, sizeof *longer);
		if (!longer) {
			txn_fail(txn, ERR_BUDGET);
			return;
		}
		if (mail->count)
			memcpy(longer, mail->logs, mail->count * sizeof *longer);
		mail->logs = longer;
		mail->capacity = more;
	}
	mail->logs[mail->count++] = *log;
}

static void gather_mail(struct txn *txn, enum audience_kind kind, const struct id *hop, struct rerouting *mail)
{
	uint8_t prefix[ARRIVAL_PREFIX_BYTES];
	arrival_prefix(prefix, kind, hop);
	struct scan scan = scan_begin(txn, STORE_ARRIVAL, span_of(prefix, sizeof prefix));
	while (scan_next(&scan) && scan.key.size == ARRIVAL_KEY_BYTES && scan.value.size == 8)
		add_rerouted(txn, mail, &(struct rerouted){ .log = (uint32_t)bytes_get_u64(scan.key.data + ARRIVAL_PREFIX_BYTES),
		                                            .to = bytes_get_u64(scan.value.data) });
	scan_end(&scan);
}

static enum err reroute_log(struct txn *txn, const struct self *self, const struct rerouted *mail, const struct id *moved)
{
	struct journal_log log;
	struct arrival item = { .log = mail->log, .what = ARRIVAL_AGAIN, .from = 0, .to = mail->to };
	bool leaves = false;
	enum err err = journal_find_number(txn, mail->log, &log);
	if (!err)
		err = arrival_number(txn, &log, &item);
	if (!err)
		err = arrival_mail_file(txn, self, &log, &item, moved, &leaves);
	if (!err && leaves && arrival_goes_up(txn, self, &log))
		err = arrival_pending_set(txn, log.number, true);
	return err;
}

enum err arrival_mail_moved(struct txn *txn, const struct self *self, const struct id *hop, const struct id *moved, struct arena *arena)
{
	static const enum audience_kind kinds_of_mail[] = { AUDIENCE_MAIL_FILED, AUDIENCE_MAIL_AWAY };
	struct rerouting mail = { .arena = arena };
	for (size_t i = 0; i < sizeof kinds_of_mail / sizeof kinds_of_mail[0] && !txn->err; i++)
		gather_mail(txn, kinds_of_mail[i], hop, &mail);
	for (size_t i = 0; i < mail.count && !txn->err; i++)
		reroute_log(txn, self, &mail.logs[i], moved);
	return txn->err;
}
