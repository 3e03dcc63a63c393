// Charters shown to others than those who see them anyway.
#include "sync/arrival_inside.h"

#include "base/bytes.h"
#include "org/charter.h"

static struct scan shown_to(struct txn *txn, const struct id *author)
{
	uint8_t prefix[ARRIVAL_PREFIX_BYTES];
	arrival_prefix(prefix, AUDIENCE_SHOWN, author);
	return scan_begin(txn, STORE_ARRIVAL, span_of(prefix, sizeof prefix));
}

void arrival_show_file(struct txn *txn, const struct id *author, const struct arrival *item)
{
	struct id hop;
	struct scan scan = shown_to(txn, author);
	while (scan_next(&scan))
		if (id_read(scan.value, &hop) == ERR_OK)
			arrival_file(txn, AUDIENCE_UNIT, &hop, item);
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
	uint8_t key[ARRIVAL_KEY_BYTES];
	uint64_t count = count_shown(txn, author, hop);
	if (count == UINT64_MAX || arrival_directly_below(txn, self, author) || !charter_is_ancestor(txn, &self->unit, author))
		return txn->err; // it is shown to everybody
	arrival_prefix(key, AUDIENCE_SHOWN, author);
	bytes_put_u64(key + ARRIVAL_PREFIX_BYTES, count);
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
