// The order: charter, then the figure's own beginning (our sums, another server's sum, or the units below), then from each
// tally to the entries behind it.
#include "sync/proof_agenda.h"

#include "base/bytes.h"
#include "org/charter_past.h"
#include "sync/proof_inside.h"

void proof_agenda_init(struct proof_agenda *agenda, struct txn *txn, const struct self *self, struct view_pack *pack,
                       const struct proof_claim *claim, const struct id *registrar)
{
	*agenda = (struct proof_agenda){ .txn = txn, .self = self, .pack = pack, .claim = claim, .registrar = *registrar,
	                                 .sealed = proof_reads_sealed(pack->pack, claim) };
	arena_init(&agenda->arena, 4 * LIMIT_DECODE_BYTES);
}

void proof_agenda_free(struct proof_agenda *agenda)
{
	arena_free(&agenda->arena);
}

static void give(struct proof_agenda *agenda, const struct journal_log *log, uint64_t to, bool charter)
{
	agenda->ready = (struct proof_agenda_log){ .log = *log, .to = to < log->head.size ? to : log->head.size, .charter = charter };
	agenda->is_ready = true;
}

const struct proof_agenda_log *proof_agenda_take(struct proof_agenda *agenda)
{
	if (agenda->err || !agenda->is_ready)
		return NULL;
	agenda->is_ready = false;
	return &agenda->ready;
}

// ---- All logs, of a lane ----

// The next log behind `passed`. False: there is none.
static bool next_log(struct proof_agenda *agenda, struct journal_log *log)
{
	uint8_t from[4];
	bytes_put_u32(from, agenda->passed + 1);
	struct scan scan = scan_begin_from(agenda->txn, STORE_LOG_NUMBER, span_of(NULL, 0), span_of(from, sizeof from));
	bool found = scan_next(&scan);
	if (found)
		agenda->passed = bytes_get_u32(scan.key.data);
	scan_end(&scan);
	if (found)
		agenda->err = journal_find_number(agenda->txn, agenda->passed, log);
	return found && !agenda->err;
}

// ---- The charter: of everybody between the top and the registrar, of those below it, and of whoever stood above the unit ----

static bool on_the_way(const struct proof_agenda *agenda, const struct id *unit)
{
	const struct id *registrar = &agenda->registrar;
	return id_equal(unit, registrar) || charter_is_ancestor(agenda->txn, unit, registrar) ||
	       charter_is_ancestor(agenda->txn, registrar, unit) || charter_was_below(agenda->txn, unit, &agenda->claim->unit);
}

static void look_charter(struct proof_agenda *agenda)
{
	struct journal_log log;
	struct charter_device author;
	if (!next_log(agenda, &log)) {
		agenda->stage = PROOF_AGENDA_FIGURE;
		agenda->passed = 0;
		return;
	}
	if (log.name.lane != LANE_DOWN || charter_device_get(agenda->txn, &log.name.device, &author) || !author.server)
		return;
	if (on_the_way(agenda, &author.unit))
		give(agenda, &log, UINT64_MAX, true);
}

// ---- Tallies and entries ----

// What a unit's own figures were computed from, where this server may read it.
static void open_entries(struct proof_agenda *agenda, const struct id *unit)
{
	struct tally_chain chain;
	struct id registrar;
	bool provisional;
	if (agenda->sealed || charter_registrar(agenda->txn, unit, &registrar) || !id_equal(&registrar, &agenda->self->unit) ||
	    tally_in_force(agenda->txn, unit, false, &chain, &provisional))
		return;
	agenda->entries.at = 0;
	agenda->err = tally_frontier_of(agenda->txn, chain.log, &agenda->arena, &agenda->entries.frontier, &agenda->entries.count);
}

static void look_entries(struct proof_agenda *agenda)
{
	const struct tally_frontier *item = &agenda->entries.frontier[agenda->entries.at++];
	struct journal_log log;
	enum err err = journal_find(agenda->txn, &item->log, &log);
	if (err == ERR_NOT_FOUND)
		return; // stays below; its size and root stand in the tally
	agenda->err = err;
	if (!err && log.name.lane == LANE_DETAIL)
		give(agenda, &log, item->size, false);
}

// The tallies of the devices of a unit and of those below it: their own figures, all of them that are here.
static void look_units(struct proof_agenda *agenda)
{
	struct journal_log log;
	struct charter_device author;
	struct tally_chain chain;
	const struct id *unit = &agenda->claim->unit;
	if (!next_log(agenda, &log)) {
		agenda->stage = PROOF_AGENDA_END;
		return;
	}
	if (log.name.lane != LANE_UP || charter_device_get(agenda->txn, &log.name.device, &author) ||
	    tally_chain_get(agenda->txn, log.number, &chain) || chain.rollup)
		return;
	if (!id_equal(&author.unit, unit) && !charter_is_ancestor(agenda->txn, unit, &author.unit))
		return;
	give(agenda, &log, chain.seq + 1, false);
	open_entries(agenda, &author.unit);
}

// ---- Sums ----

// A log that feeds a sum: its tallies, and what they in turn were computed from.
static void feed(struct proof_agenda *agenda, const struct tally_frontier *item)
{
	struct journal_log log;
	struct tally_chain chain;
	enum err err = journal_find(agenda->txn, &item->log, &log);
	if (!err)
		err = tally_chain_get(agenda->txn, log.number, &chain);
	if (err) {
		agenda->err = err == ERR_NOT_FOUND ? ERR_OK : err;
		return;
	}
	give(agenda, &log, item->size, false);
	if (!chain.rollup) {
		open_entries(agenda, &chain.unit);
	} else if (agenda->depth < LIMIT_TREE_LEVELS) {
		struct proof_agenda_sum *below = &agenda->sums[agenda->depth++];
		*below = (struct proof_agenda_sum){ .at = 0 };
		agenda->err = tally_frontier_of(agenda->txn, log.number, &agenda->arena, &below->frontier, &below->count);
	}
}

static void look_sums(struct proof_agenda *agenda)
{
	struct proof_agenda_sum *sum = agenda->depth ? &agenda->sums[agenda->depth - 1] : NULL;
	if (!sum)
		agenda->stage = PROOF_AGENDA_END;
	else if (sum->at == sum->count)
		agenda->depth--;
	else
		feed(agenda, &sum->frontier[sum->at++]);
}

// What our own sums stand on.
static void open_own_sum(struct proof_agenda *agenda)
{
	struct view view;
	struct proof_agenda_sum *sum = &agenda->sums[agenda->depth++];
	agenda->err = view_begin(&view, agenda->txn, agenda->self, agenda->pack);
	if (!agenda->err)
		agenda->err = view_frontier(&view, false, &agenda->arena, &sum->frontier, &sum->count);
	arena_free(&view.arena); // nothing was applied: there is nothing to end
}

// The sum that another server published.
static void open_published_sum(struct proof_agenda *agenda)
{
	struct tally_chain chain;
	struct journal_log log;
	bool provisional;
	agenda->err = tally_in_force(agenda->txn, &agenda->claim->unit, true, &chain, &provisional);
	if (!agenda->err)
		agenda->err = journal_find_number(agenda->txn, chain.log, &log);
	if (!agenda->err)
		feed(agenda, &(struct tally_frontier){ .log = log.id, .size = chain.seq + 1 });
}

static void look_figure(struct proof_agenda *agenda)
{
	const struct id *unit = &agenda->claim->unit;
	bool ours = id_equal(&agenda->registrar, &agenda->self->unit);
	agenda->stage = PROOF_AGENDA_SUMS;
	if (ours && id_equal(unit, &agenda->self->unit))
		open_own_sum(agenda);
	else if (!ours && id_equal(unit, &agenda->registrar))
		open_published_sum(agenda);
	else
		agenda->stage = PROOF_AGENDA_UNITS;
}

bool proof_agenda_look(struct proof_agenda *agenda)
{
	static void (*const looks[])(struct proof_agenda *) = {
		[PROOF_AGENDA_CHARTER] = look_charter, [PROOF_AGENDA_FIGURE] = look_figure,
		[PROOF_AGENDA_SUMS] = look_sums,       [PROOF_AGENDA_UNITS] = look_units,
	};
	if (!agenda->err)
		agenda->err = agenda->txn->err;
	if (agenda->err || agenda->is_ready)
		return !agenda->err;
	if (agenda->entries.at < agenda->entries.count)
		look_entries(agenda);
	else if (agenda->stage == PROOF_AGENDA_END)
		return false;
	else
		looks[agenda->stage](agenda);
	return !agenda->err;
}
