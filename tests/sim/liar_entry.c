// What a liar signs: entries that stand in its own logs, as they must, and say what it has no right to say. They are appended
// past the pen's own judgement, which would not let them.
#include <stdlib.h>

#include "base/hlc.h"
#include "base/pb.h"
#include "ledger/tally.h"
#include "liar.h"
#include "org/custody_chain.h"
#include "registry.h"
#include "sync/pen_inside.h"

enum { NOISE = 300, FIELDS = 6, MONTH = 2026 * 12 + 1 };

struct lie {
	struct actor *actor;
	struct random *random;
	struct actor_pen writing;
	const struct world_unit *victim;
	struct actor *victim_device; // NULL: none is known
	const char *what;
	bool must_stand_aside;       // else it is merely without effect
	struct id about;
	struct buf payload;
};

static enum err append(struct lie *lie, enum lane lane, uint32_t kind)
{
	struct journal_writer *writer;
	struct entry entry;
	uint64_t seq, time = 0;
	enum err err = pen_open(&lie->writing.pen, lane, &writer);
	if (!err) {
		uint64_t ahead = random_chance(lie->random, 200) ? hlc_of_ms(random_below(lie->random, UINT64_C(1) << 41)) : 0;
		time = pen_tick(&lie->writing.pen) + ahead;
		time = time > writer->log.last_time ? time : writer->log.last_time;
		err = journal_writer_append(writer, kind, time, buf_span(&lie->payload), &seq);
	}
	if (err)
		return err;
	lie->writing.pen.written++;
	entry = (struct entry){ .seq = seq, .time = time, .kind = kind, .size = (uint32_t)lie->payload.size,
	                        .payload_hash = hash_bytes(HASH_BLAKE2B_256, buf_span(&lie->payload)) };
	struct hash leaf = entry_leaf(&entry);
	if (lie->must_stand_aside)
		registry_lie(lie->actor->world->registry, &writer->log.id, seq, &leaf, lie->what, &lie->about);
	return ERR_OK;
}

// ---- Figures that no entries say ----

static int by_key(const void *left, const void *right)
{
	return cell_key_compare(&((const struct cell *)left)->key, &((const struct cell *)right)->key);
}

static enum err false_figures(struct lie *lie)
{
	struct journal_writer *writer;
	struct tally_chain chain;
	const struct pack *pack = lie->writing.pen.view.pack->pack;
	struct cell cells[] = {
		{ .key = { .metric = CELL_METRIC_MEMBERS, .dimension = 0, .month = pack->since }, .value = (int64_t)random_below(lie->random, 900) },
		{ .key = { .metric = CELL_METRIC_MEMBERS, .dimension = 1, .month = pack->since }, .value = (int64_t)random_below(lie->random, 900) },
		{ .key = { .metric = pack->metrics[random_below(lie->random, pack->metric_count)].number, .month = MONTH },
		  .value = (int64_t)random_below(lie->random, 1000000) - 1000 },
	};
	lie->what = "tells figures that no entry bears out";
	qsort(cells, 3, sizeof *cells, by_key);
	enum err err = pen_open(&lie->writing.pen, LANE_UP, &writer);
	if (err)
		return err;
	bool goes_on = tally_chain_get(&lie->writing.txn, writer->log.number, &chain) == ERR_OK && random_chance(lie->random, 700);
	struct tally tally = {
		.revision = goes_on ? chain.revision + 1 : 1, .previous = goes_on ? chain.seq + 1 : 0, .through = MONTH + 1,
		.pack_version = lie->writing.pen.view.pack->version, .cell_count = 3, .cells = cells,
	};
	tally_encode(&tally, &lie->payload);
	return append(lie, LANE_UP, ENTRY_TALLY);
}

// ---- Others' records ----

static enum err foreign_record(struct lie *lie)
{
	static const char text[] = "not ours to say";
	const struct pack *pack = lie->writing.pen.view.pack->pack;
	const struct pack_kind *kind = &pack->kinds[random_below(lie->random, pack->kind_count)];
	struct change_write write = { .field = kind->fields[random_below(lie->random, kind->field_count)].number, .chain = 1 };
	struct change change = { .kind = kind->number, .write_count = 1, .writes = &write };
	struct changes changes = { .unit = lie->victim->id, .pack_version = lie->writing.pen.view.pack->version, .count = 1, .changes = &change };
	random_bytes(lie->random, change.record.bytes, sizeof change.record.bytes);
	struct scan scan = scan_begin(&lie->writing.txn, STORE_RECORD, span_of(NULL, 0));
	struct record_key key;
	if (scan_next(&scan) && record_key_decode(scan.key, &key) == ERR_OK && random_chance(lie->random, 500))
		change.record = key.record; // of one that is there
	scan_end(&scan);
	write.value = (struct value){ .form = VALUE_IS_TEXT, .bytes = span_string(text) };
	if (value_type_form(kind->by_number[write.field]->type) != VALUE_IS_TEXT)
		write.value = (struct value){ .form = VALUE_IS_NUMBER, .number = 1 };
	lie->what = "writes into another unit's records";
	lie->must_stand_aside = true;
	lie->about = lie->victim->id;
	change_encode(&changes, &lie->payload);
	return append(lie, random_chance(lie->random, 500) ? LANE_UP : LANE_DETAIL, ENTRY_CHANGES);
}

// ---- Statements about the tree ----

static enum err false_statement(struct lie *lie)
{
	Tributary__DeviceRevoked revoked = TRIBUTARY__DEVICE_REVOKED__INIT;
	Tributary__UnitCreated created = TRIBUTARY__UNIT_CREATED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT, *list[] = { &statement };
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	struct id unit;
	char kind[] = "branch", name[] = "nobody's", reason[] = "because we say so";
	random_bytes(lie->random, unit.bytes, sizeof unit.bytes);
	created.unit = pb_bytes(id_span(&unit));
	created.parent = pb_bytes(id_span(random_chance(lie->random, 500) ? &lie->actor->self.unit : &lie->actor->parent->self.unit));
	created.kind = kind;
	created.name = name;
	statement.effective = 20500;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED;
	statement.unit_created = &created;
	lie->what = "founds a unit";
	if (lie->victim_device && random_chance(lie->random, 500)) {
		revoked.device = pb_bytes(hash_span(&lie->victim_device->self.identity.sign_public));
		revoked.reason = reason;
		statement.what_case = TRIBUTARY__STATEMENT__WHAT_DEVICE_REVOKED;
		statement.device_revoked = &revoked;
		lie->what = "revokes another's device";
	}
	statements.statements = list;
	statements.n_statements = 1;
	lie->must_stand_aside = true;
	pb_pack(&statements.base, &lie->payload);
	return append(lie, LANE_DOWN, ENTRY_STATEMENT);
}

// ---- Others' members ----

static bool some_home(struct lie *lie, struct custody_entry *chosen)
{
	uint64_t count = 0;
	struct scan scan = scan_begin(&lie->writing.txn, STORE_CUSTODY, span_string("r"));
	while (scan_next(&scan)) {
		struct custody_entry entry;
		if (custody_chain_read(&scan, &entry) == ERR_OK && entry.state == CUSTODY_FINAL && random_below(lie->random, ++count) == 0)
			*chosen = entry;
	}
	scan_end(&scan);
	return count > 0;
}

// A record that hands the member to us, signed as registrar and as witness by whoever is neither.
static enum err forged_record(struct lie *lie)
{
	struct custody_entry last;
	struct arena arena;
	uint8_t layout[CUSTODY_RECORD_BYTES];
	Tributary__CustodyBatch *message;
	Tributary__Custody custody = TRIBUTARY__CUSTODY__INIT;
	if (!some_home(lie, &last))
		return ERR_NOT_FOUND;
	struct custody_record record = last.record;
	record.epoch++;
	record.home = lie->actor->self.unit;
	record.incarnation = lie->actor->self.incarnation;
	record.writer = last.record.registrar;
	record.previous = last.digest;
	record.cause = CUSTODY_CAUSE_COMMITTED;
	custody_record_layout(&record, layout);
	struct custody_batch batch = { .records = span_of(layout, sizeof layout), .count = 1 };
	batch.name = custody_batch_name(batch.records);
	custody_batch_sign(&batch, &lie->actor->self.identity);
	if (random_chance(lie->random, 700)) {
		custody_batch_confirm(&batch, 0);
		custody_batch_cosign(&batch, &lie->actor->self.identity);
	}
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = custody_batch_message(&batch, &arena, &message);
	custody.batches = &message;
	custody.n_batches = 1;
	if (!err)
		pb_pack(&custody.base, &lie->payload);
	lie->what = "forges the record of a home";
	lie->must_stand_aside = true;
	if (!err)
		err = append(lie, random_chance(lie->random, 500) ? LANE_UP : LANE_DOWN, ENTRY_CUSTODY);
	arena_free(&arena);
	return err;
}

// Words about a member in another's name: they stand in our own log, so they are ours, and nobody asked us.
static enum err forged_claim(struct lie *lie)
{
	static const enum transfer_what whats[] = { TRANSFER_OFFER, TRANSFER_ACCEPT, TRANSFER_APPROVE, TRANSFER_DENY, TRANSFER_WITHDRAW,
	                                            TRANSFER_REAFFIRM, TRANSFER_REFUSE, TRANSFER_ENTER, TRANSFER_RETURNED };
	struct custody_entry last;
	Tributary__TransferClaim message, *list[] = { &message };
	Tributary__Transfer transfer = TRIBUTARY__TRANSFER__INIT;
	if (!some_home(lie, &last))
		return ERR_NOT_FOUND;
	struct transfer_claim claim = {
		.what = whats[random_below(lie->random, sizeof whats / sizeof whats[0])], .member = last.record.member,
		.epoch = last.record.epoch, .tail = last.digest, .home = last.record.home, .to = lie->actor->self.unit,
		.unit = last.record.home, .incarnation = last.record.incarnation, .reason = "",
	};
	if (claim.what == TRANSFER_ENTER)
		claim.epoch = 0;
	transfer_claim_message(&claim, random_chance(lie->random, 500), &message);
	transfer.claims = list;
	transfer.n_claims = 1;
	lie->what = "speaks of another's member";
	pb_pack(&transfer.base, &lie->payload);
	return append(lie, LANE_UP, ENTRY_TRANSFER);
}

// The same to the victim itself, sealed and signed as letters are.
static enum err false_letter(struct lie *lie)
{
	uint8_t noise[NOISE];
	struct custody_entry last;
	Tributary__CustodyLetter letter = TRIBUTARY__CUSTODY_LETTER__INIT;
	Tributary__TransferClaim message, *claims[] = { &message };
	lie->what = "writes a letter of forged words";
	if (!some_home(lie, &last) || random_chance(lie->random, 300)) {
		random_bytes(lie->random, noise, sizeof noise);
		return pen_letter(&lie->writing.pen, &lie->victim->id, span_of(noise, sizeof noise));
	}
	struct transfer_claim claim = {
		.what = random_chance(lie->random, 500) ? TRANSFER_OFFER : TRANSFER_ACCEPT, .member = last.record.member,
		.epoch = last.record.epoch, .tail = last.digest, .home = last.record.home, .to = lie->victim->id,
		.unit = last.record.home, .incarnation = last.record.incarnation, .reason = "",
	};
	transfer_claim_message(&claim, true, &message);
	letter.claims = claims;
	letter.n_claims = 1;
	pb_pack(&letter.base, &lie->payload);
	return pen_letter(&lie->writing.pen, &lie->victim->id, buf_span(&lie->payload));
}

// ---- Noise ----

static enum err noise(struct lie *lie)
{
	uint8_t bytes[NOISE];
	uint32_t kind = (uint32_t)random_between(lie->random, 1, 24); // some are kinds that nobody knows yet
	enum lane lane = (enum lane)random_between(lie->random, LANE_FIRST, LANE_FILE);
	random_bytes(lie->random, bytes, sizeof bytes);
	buf_bytes(&lie->payload, bytes, 1 + (size_t)random_below(lie->random, sizeof bytes));
	lie->what = "signs noise";
	return append(lie, lane, kind);
}

static enum err (*const lies[])(struct lie *lie) = {
	false_figures, foreign_record, false_statement, forged_record, forged_claim, false_letter, noise,
};

static void choose_victim(struct lie *lie)
{
	struct world *world = lie->actor->world;
	lie->victim = &world->units[random_below(lie->random, world->unit_count)];
	if (lie->victim->liar)
		lie->victim = &world->units[(size_t)(lie->victim - world->units + 1) % world->unit_count];
	for (size_t i = 0; i < world->actor_count; i++)
		if (!world->actors[i]->server && id_equal(&world->actors[i]->self.unit, &lie->victim->id))
			lie->victim_device = world->actors[i];
}

const char *liar_entry(struct actor *actor)
{
	struct lie lie = { .actor = actor, .random = &actor->world->lies, .payload = BUF_EMPTY };
	if (!actor->running || !actor_can_write(actor) || actor_pen_begin(actor, &lie.writing))
		return NULL;
	choose_victim(&lie);
	enum err err = ERR_AGAIN;
	if (lie.writing.pen.view.pack->pack && !lie.victim->liar)
		err = lies[random_below(lie.random, sizeof lies / sizeof lies[0])](&lie);
	err = actor_pen_commit(&lie.writing, err);
	buf_free(&lie.payload);
	return err ? NULL : lie.what;
}
