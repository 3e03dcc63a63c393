#include "sync/arrival.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/pb.h"
#include "org/charter_past.h"
#include "store.pb-c.h"
#include "sync/audience.h"

enum {
	PREFIX_BYTES = 1 + LIMIT_ID_BYTES,
	KEY_BYTES = PREFIX_BYTES + 8,
	VALUE_BYTES = 4 + 1 + 8 + 8 + 4,
	COUNTER_BYTES = 8 + 8,
};

static struct span counter_key(void)
{
	return span_string("arrival");
}

static enum err counter_read(struct txn *txn, uint64_t *number, uint64_t *running)
{
	struct span value;
	*number = *running = 0;
	enum err err = txn_get(txn, STORE_META, counter_key(), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (value.size != COUNTER_BYTES)
		return ERR_CORRUPT;
	*number = bytes_get_u64(value.data);
	*running = bytes_get_u64(value.data + 8);
	return ERR_OK;
}

enum err arrival_last(struct txn *txn, uint64_t *number)
{
	uint64_t running;
	return counter_read(txn, number, &running);
}

// Gives the item its number and its mark.
static enum err number_item(struct txn *txn, const struct journal_log *log, struct arrival *item)
{
	uint64_t running;
	uint8_t counter[COUNTER_BYTES], history[8 + LIMIT_HASH_BYTES + 1 + 8 + 8];
	enum err err = counter_read(txn, &item->number, &running);
	if (err)
		return txn_fail(txn, err);
	bytes_put_u64(history, running);
	memcpy(history + 8, log->id.bytes, LIMIT_HASH_BYTES);
	history[8 + LIMIT_HASH_BYTES] = (uint8_t)item->what;
	bytes_put_u64(history + sizeof history - 16, item->from);
	bytes_put_u64(history + sizeof history - 8, item->to);
	struct hash hash = hash_bytes(HASH_BLAKE2B_256, span_of(history, sizeof history));
	item->mark = bytes_get_u32(hash.bytes);
	bytes_put_u64(counter, ++item->number);
	memcpy(counter + 8, hash.bytes, 8);
	return txn_put(txn, STORE_META, counter_key(), span_of(counter, sizeof counter));
}

// ---- Filing ----

static void make_prefix(uint8_t prefix[static PREFIX_BYTES], enum audience_kind kind, const struct id *unit)
{
	static const struct id nobody;
	prefix[0] = (uint8_t)kind;
	memcpy(prefix + 1, (unit ? unit : &nobody)->bytes, LIMIT_ID_BYTES);
}

static enum err file_item(struct txn *txn, enum audience_kind kind, const struct id *unit, const struct arrival *item)
{
	uint8_t key[KEY_BYTES], value[VALUE_BYTES];
	make_prefix(key, kind, unit);
	bytes_put_u64(key + PREFIX_BYTES, item->number);
	bytes_put_u32(value, item->log);
	value[4] = (uint8_t)item->what;
	bytes_put_u64(value + 5, item->from);
	bytes_put_u64(value + 13, item->to);
	bytes_put_u32(value + 21, item->mark);
	return txn_put(txn, STORE_ARRIVAL, span_of(key, sizeof key), span_of(value, sizeof value));
}

enum err arrival_pending_set(struct txn *txn, uint32_t log, bool pending)
{
	uint8_t key[4];
	bytes_put_u32(key, log);
	if (pending)
		return txn_put(txn, STORE_PENDING, span_of(key, sizeof key), span_of(NULL, 0));
	return txn_delete(txn, STORE_PENDING, span_of(key, sizeof key));
}

// Whose device writes this log. Our own store may write before it is in any charter (founding).
static bool author_unit(struct txn *txn, const struct self *self, const struct journal_log *log, struct id *unit,
                        bool *server)
{
	if (hash_equal(&log->name.device, &self->identity.sign_public)) {
		*unit = self->unit;
		*server = self->server;
		return true;
	}
	struct charter_device device;
	if (charter_device_get(txn, &log->name.device, &device))
		return false;
	*unit = device.unit;
	*server = device.server;
	return true;
}

// Servers an `up` log passes from its author to our parent, both ends' servers counted.
static bool within_depth(struct txn *txn, const struct self *self, const struct id *author, bool author_is_server)
{
	struct charter_device parent;
	struct id path[LIMIT_TREE_LEVELS];
	size_t count;
	if (charter_device_get(txn, &self->parent_key, &parent) || charter_path(txn, author, path, &count))
		return true; // the charter is not here yet: what we write ourselves goes to our parent in any case
	unsigned depth = 0;
	for (size_t i = author_is_server ? 1 : 0; i < count; i++) {
		struct charter_unit row;
		if (charter_unit_get(txn, &path[i], &row))
			return false;
		depth += !hash_is_zero(&row.server);
		if (id_equal(&path[i], &parent.unit))
			return depth <= LIMIT_UP_DEPTH;
	}
	return false;
}

bool arrival_goes_up(struct txn *txn, const struct self *self, const struct journal_log *log)
{
	struct id unit;
	bool server;
	if (hash_is_zero(&self->parent_key) || !author_unit(txn, self, log, &unit, &server))
		return false;
	if (!self->server)
		return id_equal(&unit, &self->unit);
	bool within = id_equal(&unit, &self->unit) || charter_is_ancestor(txn, &self->unit, &unit);
	switch (log->name.lane) {
	case LANE_UP: // what a unit that left us wrote goes up by its new server, and from us would not be taken
		return (within || !charter_was_below(txn, &self->unit, &unit)) && within_depth(txn, self, &unit, server);
	case LANE_DOWN:
	case LANE_MAIL:
		return within;
	case LANE_PRIVATE:
	case LANE_DETAIL:
	case LANE_FILE:
		return id_equal(&unit, &self->unit) && hash_equal(&log->name.device, &self->identity.sign_public);
	case LANE_END:
		break;
	}
	return false;
}

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
static uint64_t mail_filed(struct txn *txn, const struct id *hop, uint32_t log, uint8_t key[static KEY_BYTES])
{
	struct span value;
	make_prefix(key, AUDIENCE_MAIL_FILED, hop);
	bytes_put_u64(key + PREFIX_BYTES, log);
	bool found = txn_get(txn, STORE_ARRIVAL, span_of(key, KEY_BYTES), &value) == ERR_OK && value.size == 8;
	return found ? bytes_get_u64(value.data) : 0;
}

// Again: it may have been withheld from the hop when the log was filed for it.
static enum err file_letter(struct txn *txn, const struct journal_log *log, const struct id *hop, const struct arrival *item,
                            uint64_t seq)
{
	uint8_t key[KEY_BYTES], filed[8];
	struct arrival whole = *item;
	whole.from = mail_filed(txn, hop, item->log, key);
	if (item->what == ARRIVAL_AGAIN && seq < whole.from) {
		whole.from = seq;
		whole.to = seq + 1;
		return number_item(txn, log, &whole) ? txn->err : file_item(txn, AUDIENCE_MAIL, hop, &whole);
	}
	whole.what = ARRIVAL_ENTRIES;
	if (whole.from >= item->to)
		return txn->err; // with another letter of the same range
	bytes_put_u64(filed, item->to);
	txn_put(txn, STORE_ARRIVAL, span_of(key, sizeof key), span_of(filed, sizeof filed));
	return file_item(txn, AUDIENCE_MAIL, hop, &whole);
}

// Up to where a log's letters to a unit that is not below us have gone up: should it come below us, they are filed for it.
static void note_away(struct txn *txn, const struct id *to, const struct arrival *item)
{
	uint8_t key[KEY_BYTES], gone[8];
	make_prefix(key, AUDIENCE_MAIL_AWAY, to);
	bytes_put_u64(key + PREFIX_BYTES, item->log);
	bytes_put_u64(gone, item->to);
	txn_put(txn, STORE_ARRIVAL, span_of(key, sizeof key), span_of(gone, sizeof gone));
}

// `moved`: only letters to that unit and those below it (NULL: all).
static enum err file_mail(struct txn *txn, const struct self *self, const struct journal_log *log, const struct arrival *item,
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

// Is our unit the nearest with a server above this one?
static bool directly_below(struct txn *txn, const struct self *self, const struct id *unit)
{
	struct id path[LIMIT_TREE_LEVELS];
	struct charter_unit row;
	size_t count;
	if (charter_path(txn, unit, path, &count))
		return false;
	for (size_t i = 1; i < count; i++) {
		if (id_equal(&path[i], &self->unit))
			return true;
		if (charter_unit_get(txn, &path[i], &row) || !hash_is_zero(&row.server))
			return false;
	}
	return false;
}

// ---- Charters shown further ----

static struct scan shown_to(struct txn *txn, const struct id *author)
{
	uint8_t prefix[PREFIX_BYTES];
	make_prefix(prefix, AUDIENCE_SHOWN, author);
	return scan_begin(txn, STORE_ARRIVAL, span_of(prefix, sizeof prefix));
}

static void file_shown(struct txn *txn, const struct id *author, const struct arrival *item)
{
	struct id hop;
	struct scan scan = shown_to(txn, author);
	while (scan_next(&scan))
		if (id_read(scan.value, &hop) == ERR_OK)
			file_item(txn, AUDIENCE_UNIT, &hop, item);
	scan_end(&scan);
}

// How many it is shown to; UINT64_MAX: to this one already.
static uint64_t count_shown(struct txn *txn, const struct id *author, const struct id *hop)
{
	struct id known;
	uint64_t count = 0;
	struct scan scan = shown_to(txn, author);
	while (count != UINT64_MAX && scan_next(&scan))
		count = id_read(scan.value, &known) == ERR_OK && id_equal(&known, hop) ? UINT64_MAX : count + 1;
	scan_end(&scan);
	return count;
}

enum err arrival_show(struct txn *txn, const struct self *self, const struct id *author, const struct id *hop)
{
	uint8_t key[KEY_BYTES];
	uint64_t count = count_shown(txn, author, hop);
	if (count == UINT64_MAX || directly_below(txn, self, author) || !charter_is_ancestor(txn, &self->unit, author))
		return txn->err; // it is shown to everybody
	make_prefix(key, AUDIENCE_SHOWN, author);
	bytes_put_u64(key + PREFIX_BYTES, count);
	txn_put(txn, STORE_ARRIVAL, span_of(key, sizeof key), id_span(hop));
	struct scan scan = scan_begin(txn, STORE_LOG_NUMBER, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct charter_device device;
		struct journal_log log;
		uint32_t number = scan.key.size == 4 ? bytes_get_u32(scan.key.data) : 0;
		if (journal_find_number(txn, number, &log) == ERR_OK && log.name.lane == LANE_DOWN &&
		    charter_device_get(txn, &log.name.device, &device) == ERR_OK && id_equal(&device.unit, author))
			arrival_added(txn, &log, hop);
	}
	scan_end(&scan);
	return txn->err;
}

// Who below may read it: one audience per range, so that nothing is filed or sent twice. What comes down
// is for everybody below. So is the charter of the servers directly below us: without it nobody could
// write to a unit of the next township (what else stands in it is withheld: sync/node_server).
static enum err file_below(struct txn *txn, const struct self *self, const struct journal_log *log, const struct id *unit,
                           const struct arrival *item)
{
	bool from_below = charter_is_ancestor(txn, &self->unit, unit);
	if (log->name.lane == LANE_DOWN && (!from_below || directly_below(txn, self, unit)))
		return file_item(txn, AUDIENCE_DOWN, NULL, item);
	if (log->name.lane == LANE_DOWN)
		file_shown(txn, unit, item);
	return file_item(txn, AUDIENCE_UNIT, unit, item);
}

// Those who stood above the unit once: months of that time are theirs.
static void file_former(struct txn *txn, const struct self *self, const struct id *unit, bool server, const struct arrival *item)
{
	struct id hops[AUDIENCE_FORMER_MOST];
	size_t count = audience_former(txn, self, unit, server, hops);
	for (size_t i = 0; i < count; i++)
		file_item(txn, AUDIENCE_UNIT, &hops[i], item);
}

static enum err file_range(struct txn *txn, const struct self *self, const struct journal_log *log, struct arrival item)
{
	struct id unit;
	bool server, leaves = log->name.lane != LANE_MAIL;
	if (item.from >= item.to)
		return ERR_OK;
	if (number_item(txn, log, &item))
		return txn->err;
	bool known = author_unit(txn, self, log, &unit, &server);
	// What came before its author's enrolment is the charter of a server above us.
	if (self->server && known)
		file_below(txn, self, log, &unit, &item);
	else if (self->server && log->name.lane == LANE_DOWN)
		file_item(txn, AUDIENCE_DOWN, NULL, &item);
	if (self->server && known && log->name.lane == LANE_UP)
		file_former(txn, self, &unit, server, &item);
	if (log->name.lane == LANE_MAIL) {
		enum err err = file_mail(txn, self, log, &item, NULL, &leaves);
		if (err)
			return err;
	}
	if (leaves && arrival_goes_up(txn, self, log))
		arrival_pending_set(txn, log->number, true);
	return txn->err;
}

enum err arrival_entries(struct txn *txn, const struct self *self, const struct journal_log *log, uint64_t from, uint64_t to)
{
	return file_range(txn, self, log, (struct arrival){ .log = log->number, .what = ARRIVAL_ENTRIES, .from = from, .to = to });
}

enum err arrival_filled(struct txn *txn, const struct self *self, const struct journal_log *log, uint64_t from, uint64_t to)
{
	return file_range(txn, self, log, (struct arrival){ .log = log->number, .what = ARRIVAL_AGAIN, .from = from, .to = to });
}

enum err arrival_added(struct txn *txn, const struct journal_log *log, const struct id *unit)
{
	struct arrival item = { .log = log->number, .what = ARRIVAL_AGAIN, .from = 0, .to = log->head.size };
	if (log->head.size == 0)
		return ERR_OK;
	return number_item(txn, log, &item) ? txn->err : file_item(txn, AUDIENCE_UNIT, unit, &item);
}

enum err arrival_receipt(struct txn *txn, const struct self *self, const struct journal_log *log, unsigned tier)
{
	struct arrival item = { .log = log->number, .what = ARRIVAL_RECEIPT, .from = 0, .to = tier };
	struct id unit;
	bool server;
	if (!self->server || !author_unit(txn, self, log, &unit, &server) || id_equal(&unit, &self->unit))
		return ERR_OK;
	if (number_item(txn, log, &item))
		return txn->err;
	return file_item(txn, AUDIENCE_UNIT, &unit, &item);
}

// Those of whom a device of the unit is one; of what comes down, everybody below is.
static const enum audience_kind kinds[ARRIVAL_AUDIENCES] = { AUDIENCE_DOWN, AUDIENCE_UNIT, AUDIENCE_MAIL };

static void make_key(uint8_t key[static KEY_BYTES], enum audience_kind kind, const struct id *unit, uint64_t number)
{
	make_prefix(key, kind, kind == AUDIENCE_DOWN ? NULL : unit);
	bytes_put_u64(key + PREFIX_BYTES, number);
}

bool arrival_stands(struct txn *txn, const struct id *unit, struct arrival_cursor cursor)
{
	bool stands = cursor.number == 0;
	for (unsigned i = 0; i < ARRIVAL_AUDIENCES && !stands; i++) {
		uint8_t key[KEY_BYTES];
		struct span value;
		make_key(key, kinds[i], unit, cursor.number);
		stands = txn_get(txn, STORE_ARRIVAL, span_of(key, sizeof key), &value) == ERR_OK && value.size == VALUE_BYTES &&
		         bytes_get_u32(value.data + 21) == cursor.mark;
	}
	return stands;
}

static bool walk_advance(struct arrival_walk *walk, unsigned i)
{
	walk->live[i] = scan_next(&walk->scan[i]);
	return walk->live[i];
}

struct arrival_walk arrival_walk_begin(struct txn *txn, const struct id *unit, uint64_t after)
{
	struct arrival_walk walk = { .live = { false } };
	for (unsigned i = 0; i < ARRIVAL_AUDIENCES; i++) {
		uint8_t from[KEY_BYTES];
		make_key(from, kinds[i], unit, after + 1);
		walk.scan[i] = scan_begin_from(txn, STORE_ARRIVAL, span_of(from, PREFIX_BYTES), span_of(from, sizeof from));
		walk_advance(&walk, i);
	}
	return walk;
}

bool arrival_walk_next(struct arrival_walk *walk, struct arrival *item)
{
	int first = -1;
	uint64_t lowest = UINT64_MAX;
	for (int i = 0; i < ARRIVAL_AUDIENCES; i++) {
		if (!walk->live[i] || walk->scan[i].key.size != KEY_BYTES || walk->scan[i].value.size != VALUE_BYTES)
			continue;
		uint64_t number = bytes_get_u64(walk->scan[i].key.data + PREFIX_BYTES);
		if (number < lowest) {
			lowest = number;
			first = i;
		}
	}
	if (first < 0)
		return false;
	const uint8_t *value = walk->scan[first].value.data;
	*item = (struct arrival){
		.number = lowest,
		.log = bytes_get_u32(value),
		.what = (enum arrival_what)value[4],
		.from = bytes_get_u64(value + 5),
		.to = bytes_get_u64(value + 13),
		.mark = bytes_get_u32(value + 21),
	};
	walk_advance(walk, (unsigned)first);
	return true;
}

void arrival_walk_end(struct arrival_walk *walk)
{
	for (unsigned i = 0; i < ARRIVAL_AUDIENCES; i++)
		scan_end(&walk->scan[i]);
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
	uint8_t prefix[PREFIX_BYTES];
	make_prefix(prefix, kind, hop);
	struct scan scan = scan_begin(txn, STORE_ARRIVAL, span_of(prefix, sizeof prefix));
	while (scan_next(&scan) && scan.key.size == KEY_BYTES && scan.value.size == 8)
		add_rerouted(txn, mail, &(struct rerouted){ .log = (uint32_t)bytes_get_u64(scan.key.data + PREFIX_BYTES),
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
		err = number_item(txn, &log, &item);
	if (!err)
		err = file_mail(txn, self, &log, &item, moved, &leaves);
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
