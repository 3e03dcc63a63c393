// What must hold of homes at every commit, not only in peace:
//
//	chains       of one member and epoch there is one final record, the same in every store
//	one home     of two devices of two units, at most one keeps a member (is named by the last record that it knows, with
//	             its own life, and has not offered it)
//	none lost    a member that the top has a record of stays known there
//	conserved    each unit's tally counts no more members than it knew by the records, and no fewer but those who are under
//	             way to it; what a server has in sum is what the tallies below it say; and with what is under way it comes to
//	             the members known there
#include "homes.h"

#include "ledger/cell.h"
#include "ledger/tally.h"
#include "org/custody_chain.h"
#include "org/transfer_state.h"
#include "registry.h"

struct step {
	struct actor *actor;
	struct txn txn;
};

// ---- Chains ----

// A top that was put back may decide anew: it is final by itself, and says so (docs/model.md).
static bool top_was_put_back(const struct world *world)
{
	return world->actors[0]->restores > 0;
}

static void look_at_chains(struct step *step)
{
	struct world *world = step->actor->world;
	uint64_t members = 0;
	struct id last = { { 0 } };
	struct scan scan = scan_begin(&step->txn, STORE_CUSTODY, span_string("r"));
	while (scan_next(&scan)) {
		struct custody_entry entry;
		if (custody_chain_read(&scan, &entry)) {
			world_fail(world, "%s: a record of a home cannot be read", step->actor->name);
			continue;
		}
		if (entry.state != CUSTODY_FINAL)
			continue;
		members += members == 0 || !id_equal(&last, &entry.record.member);
		last = entry.record.member;
		bool arrives = entry.record.cause == CUSTODY_CAUSE_COMMITTED;
		if (!registry_home(world->registry, &entry.record.member, entry.record.epoch, &entry.digest, arrives ? &entry.record.home : NULL) &&
		    !top_was_put_back(world))
			world_fail(world, "%s: a member has two records of one epoch", step->actor->name);
	}
	scan_end(&scan);
	if (step->actor->parent)
		return;
	if (members < world->registry->members_above && !top_was_put_back(world))
		world_fail(world, "%s: %llu members were known, and %llu are", step->actor->name,
		           (unsigned long long)world->registry->members_above, (unsigned long long)members);
	world->registry->members_above = members;
}

// ---- One home ----

static bool keeps(struct actor *device, struct txn *txn, const struct id *member)
{
	struct custody_entry last;
	struct custody_unit view;
	return custody_chain_last(txn, member, &last) == ERR_OK && id_equal(&last.record.home, &device->self.unit) &&
	       id_equal(&last.record.incarnation, &device->self.incarnation) &&
	       transfer_unit_view(txn, &device->self.unit, &device->self.incarnation, member, &view) == ERR_OK && view.hold == CUSTODY_HELD;
}

static bool counts_as_keeper(const struct actor *device)
{
	return !device->server && !device->liar && !device->lost && !device->revoked && !device->copied && !device->damages &&
	       !registry_forks(device->world->registry, &device->self.identity.sign_public, &device->self.incarnation);
}

static struct actor *other_keeper(struct actor *device, const struct id *member)
{
	struct actor *found = NULL;
	for (size_t i = 0; i < device->world->actor_count && !found; i++) {
		struct actor *other = device->world->actors[i];
		struct txn txn;
		if (!counts_as_keeper(other) || other->unit == device->unit || txn_begin(other->store, STORE_READ, &txn))
			continue;
		if (keeps(other, &txn, member))
			found = other;
		txn_abort(&txn);
	}
	return found;
}

static void look_for_two_homes(struct step *step)
{
	struct actor *device = step->actor;
	if (!counts_as_keeper(device) || top_was_put_back(device->world))
		return;
	struct scan scan = custody_chain_homes(&step->txn, &device->self.unit);
	while (scan_next(&scan)) {
		struct id member = custody_chain_home_member(&scan);
		struct actor *other = keeps(device, &step->txn, &member) ? other_keeper(device, &member) : NULL;
		if (other)
			world_fail(device->world, "%s and %s both keep one member", device->name, other->name);
	}
	scan_end(&scan);
}

// ---- Conservation ----

static int64_t said(struct txn *txn, const struct cell_owner *owner, uint16_t dimension)
{
	struct cell cell;
	int64_t sum = 0;
	struct cell_scan scan = cell_scan_begin(txn, owner, CELL_METRIC_MEMBERS);
	while (cell_scan_next(&scan, &cell))
		if (cell.key.dimension == dimension)
			sum += cell.value;
	cell_scan_end(&scan);
	return sum;
}

static const struct world_unit *branch_of(const struct world *world, const struct id *unit)
{
	for (size_t u = 0; u < world->unit_count; u++)
		if (id_equal(&world->units[u].id, unit))
			return &world->units[u];
	return NULL;
}

// A device that had the records of homes, which come first, and then lost its link says so: its sibling, who entered the
// members, has them in its ledger.
static bool another_has(const struct world *world, const struct id *unit, int64_t count)
{
	size_t devices = 0;
	bool found = false;
	for (size_t i = 0; i < world->actor_count; i++) {
		const struct actor *actor = world->actors[i];
		struct cell_owner own = cell_owner_own(unit);
		struct txn txn;
		if (actor->server || !id_equal(&actor->self.unit, unit) || txn_begin(actor->store, STORE_READ, &txn))
			continue;
		found |= said(&txn, &own, 0) >= count;
		devices++;
		txn_abort(&txn);
	}
	return found && devices > 1;
}

// Counted, and known by the records, by the unit's own word.
static void check_unit(struct step *step, const struct id *unit, int64_t counted, int64_t knew)
{
	struct world *world = step->actor->world;
	const struct world_unit *branch = branch_of(world, unit);
	int64_t under_way = branch ? (int64_t)registry_arrivals(world->registry, unit) : INT64_MAX;
	if (world->plan.fault[PLAN_LIAR] && (!branch || branch->liar))
		return; // false figures are summed as they are said: they are the unit's word, and its fault
	if (counted < 0 || knew < counted)
		world_fail(world, "%s: %s counts %lld members of %lld that it knows", step->actor->name, branch ? branch->name : "a township",
		           (long long)counted, (long long)knew);
	// A store that was put back, copied or lost has its members' records again before their words, or never.
	if (branch && !branch->unsettled && !branch->key_lost && knew - counted > under_way && !another_has(world, unit, knew - under_way))
		world_fail(world, "%s: %s counts %lld members of %lld, and only %lld are under way", step->actor->name, branch->name,
		           (long long)counted, (long long)knew, (long long)under_way);
}

static void look_at_sums(struct step *step)
{
	const struct id *here = &step->actor->self.unit;
	struct cell_owner own = cell_owner_sum(here), owner;
	struct id unit;
	int64_t parts[2] = { 0, 0 };
	struct charter_walk walk = charter_children(&step->txn, here);
	while (charter_child_next(&walk, &unit)) {
		if (tally_sum_owner(&step->txn, &unit, &owner))
			continue;
		int64_t counted = said(&step->txn, &owner, 0), knew = said(&step->txn, &owner, 1);
		check_unit(step, &unit, counted, knew);
		parts[0] += counted;
		parts[1] += knew;
	}
	charter_walk_end(&walk);
	int64_t sums[] = { said(&step->txn, &own, 0), said(&step->txn, &own, 1) };
	if (sums[0] != parts[0] || sums[1] != parts[1])
		world_fail(step->actor->world, "%s: %lld members of %lld in sum, and %lld of %lld by its parts", step->actor->name,
		           (long long)sums[0], (long long)sums[1], (long long)parts[0], (long long)parts[1]);
}

static void look_at_terms(struct step *step)
{
	struct transfer_terms terms;
	enum err err = transfer_state_terms(&step->txn, &step->actor->self.unit, &terms);
	bool whole = !err && terms.counted >= 0 && terms.known >= 0 && terms.not_taken_up >= 0 && terms.not_let_go >= 0 &&
	             terms.counted + terms.not_taken_up - terms.not_let_go == terms.known;
	if (!whole)
		world_fail(step->actor->world, "%s: %lld members counted, %lld not taken up, %lld not let go, %lld known", step->actor->name,
		           (long long)terms.counted, (long long)terms.not_taken_up, (long long)terms.not_let_go, (long long)terms.known);
}

void homes_after_commit(struct actor *actor)
{
	struct step step = { .actor = actor };
	if (actor->liar || id_is_zero(&actor->self.unit) || txn_begin(actor->store, STORE_READ, &step.txn))
		return;
	look_at_chains(&step);
	if (actor->server) {
		look_at_sums(&step);
		look_at_terms(&step);
	} else if (actor->world->plan.fault[PLAN_TRANSFER]) {
		look_for_two_homes(&step);
	}
	txn_abort(&step.txn);
}

// ---- In peace ----

struct search {
	struct actor *actor;
	struct txn *txn;
	char *why;
	size_t size;
};

// A server that both have left hears no more of it.
static bool concerns(const struct search *search, const struct transfer_claim *offer)
{
	const struct id *here = &search->actor->self.unit;
	return !search->actor->server || charter_is_ancestor(search->txn, here, &offer->unit) ||
	       charter_is_ancestor(search->txn, here, &offer->to);
}

static enum err is_decided(void *context, const struct transfer_state *state)
{
	struct search *search = context;
	const struct world_unit *from = branch_of(search->actor->world, &state->offer.unit), *to = branch_of(search->actor->world, &state->offer.to);
	if (!transfer_state_is_open(state->progress) || !concerns(search, &state->offer) || !from || from->liar || (to && to->liar))
		return ERR_OK;
	struct custody_entry last = { .record.epoch = 0 };
	custody_chain_last(search->txn, &state->offer.member, &last);
	snprintf(search->why, search->size, "%s: an offer from %s to %s on record %llu of %llu stands open (%s%s%s)", search->actor->name,
	         from ? from->name : "?", to ? to->name : "?", (unsigned long long)state->offer.epoch,
	         (unsigned long long)last.record.epoch, transfer_state_name(state->progress),
	         state->refusal ? ", " : "", state->refusal ? custody_refusal_name(state->refusal) : "");
	return ERR_CONFLICT;
}

bool homes_decided(struct actor *actor, char *why, size_t size)
{
	struct txn txn;
	struct search search = { .actor = actor, .txn = &txn, .why = why, .size = size };
	if (txn_begin(actor->store, STORE_READ, &txn))
		return false;
	bool good = transfer_state_each(&txn, is_decided, &search) == ERR_OK;
	txn_abort(&txn);
	return good;
}
