// Checking a proof by replay: each observer gets an empty store, takes in the signed ranges that
// concern it, and what it then reads is compared with what was claimed above it.
#include "base/hlc.h"
#include "sync/frame.h"
#include "base/pb.h"
#include "sync/proof_inside.h"

struct checking {
	const struct proof_reader *reader;
	struct arena *arena;
	struct proof_claim *claim;
	struct view_pack *pack;
	struct journal_range *ranges;
	size_t count;
	bool fails;    // some finding does not hold
	enum err err;
};

// One replay: who looks, and the store that he looks into.
struct replay {
	struct checking *checking;
	struct self self;
	struct store *store;
	struct txn txn;
	uint64_t entries;   // taken in of the unit's own logs
};

// ---- Replaying ----

// Every observer needs the charter. A server sums tallies; a unit computes from its own records.
static bool concerns(struct replay *replay, const struct journal_range *range)
{
	struct charter_device author;
	switch (range->name.lane) {
	case LANE_DOWN: return true;
	case LANE_UP:
		if (replay->self.server)
			return true;
		break;
	case LANE_DETAIL:
		if (replay->self.server)
			return false;
		break;
	case LANE_PRIVATE:
	case LANE_MAIL:
	case LANE_FILE:
	case LANE_END: return false;
	}
	return charter_device_get(&replay->txn, &range->name.device, &author) == ERR_OK &&
	       id_equal(&author.unit, &replay->self.unit);
}

static void take_range(struct replay *replay, struct view *view, const struct journal_range *range)
{
	struct journal_log log;
	uint64_t had;
	enum err err = journal_accept(&replay->txn, range, &log, &had);
	if (!err)
		err = view_catch_up(view, &log);
	if (!err && range->name.lane != LANE_DOWN)
		replay->entries += range->count;
	if (err)
		replay->checking->err = err == ERR_GAP || err == ERR_FORK || err == ERR_FROZEN ? ERR_SIGNATURE : err;
}

static void take_lane(struct replay *replay, bool charter)
{
	struct checking *checking = replay->checking;
	struct view view;
	if (!checking->err)
		checking->err = view_begin(&view, &replay->txn, &replay->self, checking->pack);
	if (checking->err)
		return;
	for (size_t i = 0; i < checking->count && !checking->err; i++)
		if ((checking->ranges[i].name.lane == LANE_DOWN) == charter && concerns(replay, &checking->ranges[i]))
			take_range(replay, &view, &checking->ranges[i]);
	enum err err = view_end(&view);
	if (!checking->err)
		checking->err = err;
}

static void replay_end(struct replay *replay)
{
	struct checking *checking = replay->checking;
	if (!replay->store)
		return;
	if (replay->txn.err && (!checking->err || checking->err == ERR_SIGNATURE))
		checking->err = replay->txn.err; // what could not be read or kept here is not the proof's fault
	txn_abort(&replay->txn);
	checking->reader->drop(checking->reader->context, replay->store);
	replay->store = NULL;
}

// False: checking->err says why, and there is nothing to end.
static bool replay_begin(struct replay *replay, struct checking *checking, const struct id *unit, bool server)
{
	*replay = (struct replay){ .checking = checking };
	replay->self.unit = *unit;
	replay->self.server = server;
	replay->self.root_key = checking->claim->root_key;
	replay->store = checking->reader->fresh(checking->reader->context);
	if (!replay->store) {
		checking->err = ERR_NOMEM;
		return false;
	}
	checking->err = txn_begin(replay->store, STORE_WRITE, &replay->txn);
	if (!checking->err)
		checking->err = self_save(&replay->txn, &replay->self);
	take_lane(replay, true);
	take_lane(replay, false);
	if (checking->err)
		replay_end(replay);
	return !checking->err;
}

// ---- Findings ----

static void tell(struct replay *replay, struct proof_line *line)
{
	struct checking *checking = replay->checking;
	struct charter_unit row;
	line->name = charter_unit_get(&replay->txn, &line->unit, &row) == ERR_OK ? row.name : "?";
	checking->fails |= !line->holds;
	if (checking->reader->line)
		checking->reader->line(checking->reader->context, line);
}

static bool figure_at(struct replay *replay, const struct cell_owner *owner, struct proof_line *line)
{
	struct checking *checking = replay->checking;
	if (!checking->pack->pack) {
		checking->err = ERR_SIGNATURE; // no pack was ever published by the top of this tree
		return false;
	}
	checking->err = proof_read_figure(&replay->txn, checking->pack->pack, owner, checking->claim, checking->arena,
	                                  &line->value, &line->denominator);
	return !checking->err;
}

static bool same_figure(const struct proof_line *a, const struct proof_line *b)
{
	return a->value == b->value && a->denominator == b->denominator;
}

// Are more of the unit's entries in the file than its tallies? Asked before a replay of its own, which
// takes in the charter of the whole tree.
static bool has_entries(struct replay *above, const struct id *unit, const struct tally_chain *chain)
{
	uint64_t entries = 0;
	for (size_t i = 0; i < above->checking->count; i++) {
		const struct journal_range *range = &above->checking->ranges[i];
		struct charter_device author;
		bool readable = range->name.lane == LANE_UP || range->name.lane == LANE_DETAIL;
		if (readable && charter_device_get(&above->txn, &range->name.device, &author) == ERR_OK && id_equal(&author.unit, unit))
			entries += range->count;
	}
	return entries > chain->seq + 1;
}

// A unit's published figure, and what it was computed from where that is here.
static void check_tally(struct replay *above, const struct id *unit, unsigned depth)
{
	struct checking *checking = above->checking;
	struct tally_chain chain;
	bool provisional;
	if (tally_in_force(&above->txn, unit, false, &chain, &provisional))
		return; // has not reported
	struct cell_owner published = cell_owner_log(chain.log);
	struct proof_line line = { .finding = PROOF_TALLY, .depth = depth, .unit = *unit, .entries = chain.revision, .holds = true };
	if (!figure_at(above, &published, &line))
		return;
	tell(above, &line);

	struct replay own;
	struct proof_line computed = { .finding = PROOF_SEALED, .depth = depth + 1, .unit = *unit, .holds = true };
	bool readable = !proof_reads_sealed(checking->pack->pack, checking->claim) && has_entries(above, unit, &chain);
	if (readable && replay_begin(&own, checking, unit, false)) {
		struct cell_owner owner = cell_owner_own(unit);
		bool shown = figure_at(&own, &owner, &computed) && own.entries > chain.seq + 1;
		if (shown) {
			computed.finding = PROOF_ENTRIES;
			computed.entries = own.entries - chain.revision;
			computed.holds = same_figure(&computed, &line);
		}
		replay_end(&own);
	}
	if (computed.finding == PROOF_SEALED)
		computed.value = line.value, computed.denominator = line.denominator;
	if (!checking->err)
		tell(above, &computed);
}

static void check_server(struct checking *checking, struct replay *above, const struct id *unit, unsigned depth);

// Everything directly below an observer: servers with their sums, units with their tallies.
struct descent {
	struct replay *replay;
	unsigned depth;
};

static void descend(struct replay *replay, const struct id *unit, unsigned depth)
{
	struct charter_walk walk = charter_children(&replay->txn, unit);
	struct id child;
	while (!replay->checking->err && charter_child_next(&walk, &child)) {
		struct charter_unit row;
		if (charter_unit_get(&replay->txn, &child, &row))
			continue;
		if (!hash_is_zero(&row.server)) {
			check_server(replay->checking, replay, &child, depth);
			continue;
		}
		check_tally(replay, &child, depth);
		descend(replay, &child, depth + 1);
	}
	charter_walk_end(&walk);
}

// A server's published sum, and the same sum from what its units published.
static void check_server(struct checking *checking, struct replay *above, const struct id *unit, unsigned depth)
{
	struct tally_chain chain;
	struct replay there;
	bool provisional;
	if (tally_in_force(&above->txn, unit, true, &chain, &provisional))
		return;
	struct cell_owner published = cell_owner_log(chain.log), summed = cell_owner_sum(unit);
	struct proof_line said = { .unit = *unit };
	struct proof_line line = { .finding = PROOF_ROLLUP, .depth = depth, .unit = *unit, .entries = chain.revision };
	if (!figure_at(above, &published, &said))
		return;
	if (replay_begin(&there, checking, unit, true) && figure_at(&there, &summed, &line)) {
		line.holds = same_figure(&said, &line);
		line.value = said.value;
		line.denominator = said.denominator;
		tell(&there, &line);
		check_tally(&there, unit, depth + 1);
		descend(&there, unit, depth + 1);
	}
	replay_end(&there);
}

static void check_claim(struct checking *checking, const char **unit_name)
{
	struct proof_claim *claim = checking->claim;
	struct replay top, observer;
	struct id registrar;
	// The charter first: it says where the unit's figures are summed.
	if (replay_begin(&top, checking, &claim->unit, true) && charter_registrar(&top.txn, &claim->unit, &registrar))
		checking->err = ERR_SIGNATURE;
	replay_end(&top);
	if (checking->err || !replay_begin(&observer, checking, &registrar, true))
		return;
	struct cell_owner owner;
	struct proof_line line = { .finding = PROOF_FIGURE, .unit = claim->unit };
	struct charter_unit row;
	checking->err = proof_owner(&observer.txn, &claim->unit, &owner);
	if (!checking->err && figure_at(&observer, &owner, &line)) {
		line.holds = line.value == claim->value && line.denominator == claim->denominator;
		tell(&observer, &line);
		const char *name = charter_unit_get(&observer.txn, &claim->unit, &row) ? "" : arena_string(checking->arena, span_string(row.name));
		*unit_name = name ? name : "";
		check_tally(&observer, &claim->unit, 1);
		descend(&observer, &claim->unit, 1);
	}
	replay_end(&observer);
}

// ---- The file ----

static enum err read_ranges(struct checking *checking, const Tributary__Proof *proof)
{
	struct frame_codec *codec = frame_codec_new();
	enum err err = codec ? ERR_OK : ERR_NOMEM;
	size_t capacity = 0;
	for (size_t i = 0; i < proof->n_frames && !err; i++) {
		struct journal_range *ranges;
		size_t count;
		err = frame_read(pb_span(proof->frames[i]), codec, NULL, checking->arena, &ranges, &count);
		if (err)
			break;
		if (checking->count + count > capacity) {
			capacity = 2 * (checking->count + count);
			struct journal_range *all = arena_array(checking->arena, capacity, sizeof *all);
			if (!all) {
				err = ERR_BUDGET;
				break;
			}
			if (checking->count)
				memcpy(all, checking->ranges, checking->count * sizeof *all);
			checking->ranges = all;
		}
		memcpy(checking->ranges + checking->count, ranges, count * sizeof *ranges);
		checking->count += count;
	}
	frame_codec_free(codec);
	return err;
}

enum err proof_verify(struct span file, const struct proof_reader *reader, struct arena *arena, struct proof_claim *claim,
                      struct view_pack *pack, const char **unit_name)
{
	struct checking checking = { .reader = reader, .arena = arena, .claim = claim, .pack = pack };
	const Tributary__Proof *proof;
	*unit_name = "";
	enum err err = proof_decode(file, arena, claim, &proof);
	if (!err)
		err = read_ranges(&checking, proof);
	if (err)
		return err;
	check_claim(&checking, unit_name);
	if (checking.err)
		return checking.err;
	return checking.fails ? ERR_SIGNATURE : ERR_OK;
}
