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
	if (known && !id_equal(&last.record.home, &key->unit))
		return true; // a stub: its home is elsewhere
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

// At its home by the records, the member is in the ledger as well.
static bool is_in(struct actor *device, const struct id *member)
{
	struct txn txn;
	struct arena arena;
	bool in = false;
	if (txn_begin(device->store, STORE_READ, &txn))
		return false;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	view_pack_refresh(&device->pack, &txn);
	for (size_t i = 0; device->pack.pack && i < device->pack.pack->kind_count && !in; i++) {
		struct record_key key = { .unit = device->self.unit, .kind = device->pack.pack->kinds[i].number, .record = *member };
		struct record record;
		in = device->pack.pack->kinds[i].custody && record_load(&txn, &key, &arena, &record) == ERR_OK && record.write_count > 0;
	}
	arena_free(&arena);
	txn_abort(&txn);
	return in;
}

bool homes_have_all(struct actor *device, char *why, size_t size)
{
	struct txn txn;
	bool good = true;
	if (txn_begin(device->store, STORE_READ, &txn))
		return false;
	struct scan scan = custody_chain_homes(&txn, &device->self.unit);
	while (good && scan_next(&scan)) {
		struct id member = custody_chain_home_member(&scan);
		good = is_in(device, &member);
	}
	scan_end(&scan);
	txn_abort(&txn);
	if (!good)
		snprintf(why, size, "%s: a member whose home it is did not arrive", device->name);
	return good;
}

bool homes_conserved(struct actor *server, bool key_lost, char *why, size_t size)
{
	struct txn txn;
	struct transfer_terms terms;
	if (txn_begin(server->store, STORE_READ, &txn))
		return false;
	bool good = transfer_state_terms(&txn, &server->self.unit, &terms) == ERR_OK;
	txn_abort(&txn);
	if (!good)
		return false;
	bool adds_up = terms.counted + terms.not_taken_up - terms.not_let_go == terms.known;
	bool nowhere_below = terms.not_taken_up >= 0 && terms.not_let_go >= 0 && terms.counted >= 0 && terms.known >= 0;
	bool lost = key_lost && terms.not_taken_up > 0 && terms.not_let_go == 0; // sealed with a key that is gone
	if (adds_up && nowhere_below && (terms.conserved || lost))
		return true;
	snprintf(why, size, "%s: %lld members counted, %lld not taken up, %lld not let go, %lld known", server->name,
	         (long long)terms.counted, (long long)terms.not_taken_up, (long long)terms.not_let_go, (long long)terms.known);
	return false;
}
