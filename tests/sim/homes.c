#include "homes.h"

#include "ledger/record.h"
#include "org/custody_chain.h"
#include "org/transfer_state.h"

static const char *const holds[] = {
	[CUSTODY_NONE] = "is not recorded", [CUSTODY_HELD] = "", [CUSTODY_OUTBOUND] = "is on the way out",
	[CUSTODY_UNVERIFIED] = "is not confirmed for this life",
};

static bool confirmed(struct actor *device, struct txn *txn, const struct record_key *key, char *why, size_t size)
{
	const struct pack_kind *kind = pack_kind_by_number(device->pack.pack, key->kind);
	struct custody_entry last;
	struct custody_unit view;
	if (!kind || !kind->custody)
		return true;
	bool known = custody_chain_last(txn, &key->record, &last) == ERR_OK;
	bool good = known && transfer_unit_view(txn, &key->unit, &device->self.incarnation, &key->record, &view) == ERR_OK &&
	            view.hold == CUSTODY_HELD;
	if (!good)
		snprintf(why, size, "%s: a member %s", device->name, known ? holds[view.hold] : "has no home yet");
	return good;
}

bool homes_confirmed(struct actor *device, char *why, size_t size)
{
	struct txn txn;
	bool good = true;
	if (txn_begin(device->store, STORE_READ, &txn))
		return false;
	view_pack_refresh(&device->pack, &txn);
	struct scan scan = scan_begin(&txn, STORE_RECORD, id_span(&device->self.unit));
	while (good && device->pack.pack && scan_next(&scan)) {
		struct record_key key;
		good = record_key_decode(scan.key, &key) || confirmed(device, &txn, &key, why, size);
	}
	scan_end(&scan);
	txn_abort(&txn);
	return good;
}

static int64_t told(struct txn *txn, const struct cell_owner *owner, int32_t since, uint8_t dimension)
{
	struct cell_key key = { .metric = CELL_METRIC_MEMBERS, .dimension = dimension, .month = since };
	int64_t value = 0;
	return cell_get(txn, owner, &key, &value) ? 0 : value;
}

bool homes_conserved(struct actor *server, bool key_lost, char *why, size_t size)
{
	struct txn txn;
	struct cell_owner owner;
	struct transfer_balance balance;
	int64_t counted = 0, came = 0, left = 0;
	if (txn_begin(server->store, STORE_READ, &txn))
		return false;
	view_pack_refresh(&server->pack, &txn);
	bool good = tally_sum_owner(&txn, &server->self.unit, &owner) == ERR_OK &&
	            transfer_state_balance(&txn, &server->self.unit, &balance) == ERR_OK;
	if (good && server->pack.pack) {
		counted = told(&txn, &owner, server->pack.pack->since, 0);
		came = told(&txn, &owner, server->pack.pack->since, 1);
		left = told(&txn, &owner, server->pack.pack->since, 2);
	}
	txn_abort(&txn);
	if (!good)
		return false;
	int64_t missing = balance.members - (counted + (balance.came - came) - (balance.left - left));
	if (missing == 0 || (missing > 0 && key_lost))
		return true;
	snprintf(why, size, "%s: %lld members counted, %lld came and %lld left by the tallies, %lld and %lld by the records", server->name,
	         (long long)counted, (long long)came, (long long)left, (long long)balance.came, (long long)balance.left);
	return false;
}
