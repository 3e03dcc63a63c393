// What came gets its number and is filed for those below who may read it, and marked for the parent.
#include "sync/arrival_inside.h"

#include "base/bytes.h"
#include "org/charter_past.h"
#include "sync/audience.h"

enum { COUNTER_BYTES = 8 + 8 };

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
enum err arrival_number(struct txn *txn, const struct journal_log *log, struct arrival *item)
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

void arrival_prefix(uint8_t prefix[static ARRIVAL_PREFIX_BYTES], enum audience_kind kind, const struct id *unit)
{
	static const struct id nobody;
	prefix[0] = (uint8_t)kind;
	memcpy(prefix + 1, (unit ? unit : &nobody)->bytes, LIMIT_ID_BYTES);
}

enum err arrival_file(struct txn *txn, enum audience_kind kind, const struct id *unit, const struct arrival *item)
{
	uint8_t key[ARRIVAL_KEY_BYTES], value[ARRIVAL_VALUE_BYTES];
	arrival_prefix(key, kind, unit);
	bytes_put_u64(key + ARRIVAL_PREFIX_BYTES, item->number);
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

// Is our unit the nearest with a server above this one?
bool arrival_directly_below(struct txn *txn, const struct self *self, const struct id *unit)
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

// Who below may read it: one audience per range, so that nothing is filed or sent twice. What comes down
// is for everybody below. So is the charter of the servers directly below us: without it nobody could
// write to a unit of the next township (what else stands in it is withheld: sync/node_server).
static enum err file_below(struct txn *txn, const struct self *self, const struct journal_log *log, const struct id *unit,
                           const struct arrival *item)
{
	bool from_below = charter_is_ancestor(txn, &self->unit, unit);
	if (log->name.lane == LANE_DOWN && (!from_below || arrival_directly_below(txn, self, unit)))
		return arrival_file(txn, AUDIENCE_DOWN, NULL, item);
	if (log->name.lane == LANE_DOWN)
		arrival_show_file(txn, unit, item);
	return arrival_file(txn, AUDIENCE_UNIT, unit, item);
}

// Those who stood above the unit once: months of that time are theirs.
static void file_former(struct txn *txn, const struct self *self, const struct id *unit, bool server, const struct arrival *item)
{
	struct id hops[AUDIENCE_FORMER_MOST];
	size_t count = audience_former(txn, self, unit, server, hops);
	for (size_t i = 0; i < count; i++)
		arrival_file(txn, AUDIENCE_UNIT, &hops[i], item);
}

static enum err file_range(struct txn *txn, const struct self *self, const struct journal_log *log, struct arrival item)
{
	struct id unit;
	bool server, leaves = log->name.lane != LANE_MAIL;
	if (item.from >= item.to)
		return ERR_OK;
	if (arrival_number(txn, log, &item))
		return txn->err;
	bool known = author_unit(txn, self, log, &unit, &server);
	// What came before its author's enrolment is the charter of a server above us.
	if (self->server && known)
		file_below(txn, self, log, &unit, &item);
	else if (self->server && log->name.lane == LANE_DOWN)
		arrival_file(txn, AUDIENCE_DOWN, NULL, &item);
	if (self->server && known && log->name.lane == LANE_UP)
		file_former(txn, self, &unit, server, &item);
	if (log->name.lane == LANE_MAIL) {
		enum err err = arrival_mail_file(txn, self, log, &item, NULL, &leaves);
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
	return arrival_number(txn, log, &item) ? txn->err : arrival_file(txn, AUDIENCE_UNIT, unit, &item);
}

enum err arrival_held(struct txn *txn, const struct id *unit, const struct journal_log *log, uint64_t seq)
{
	struct arrival item = { .log = log->number, .what = ARRIVAL_HELD, .from = seq, .to = seq + 1 };
	return arrival_number(txn, log, &item) ? txn->err : arrival_file(txn, AUDIENCE_UNIT, unit, &item);
}

enum err arrival_receipt(struct txn *txn, const struct self *self, const struct journal_log *log, unsigned tier)
{
	struct arrival item = { .log = log->number, .what = ARRIVAL_RECEIPT, .from = 0, .to = tier };
	struct id unit;
	bool server;
	if (!self->server || !author_unit(txn, self, log, &unit, &server) || id_equal(&unit, &self->unit))
		return ERR_OK;
	if (arrival_number(txn, log, &item))
		return txn->err;
	return arrival_file(txn, AUDIENCE_UNIT, &unit, &item);
}
