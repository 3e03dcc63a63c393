#include "support/org_fixture.h"

#include <stdlib.h>

#include "base/date.h"
#include "base/pb.h"
#include "support/support.h"

static const char *const township_names[ORG_TOWNSHIPS] = { "板杉镇", "王坊镇" };
static const char *const branch_names[ORG_BRANCHES] = { "一支部", "二支部", "三支部", "四支部" };

struct id org_fixture_id(uint8_t level, uint8_t number)
{
	return (struct id){ { 0x0e, level, number } };
}

void org_fixture_random(void *context, void *to, size_t size)
{
	drbg_draw(context, to, size);
}

void org_fixture_voice(struct org_fixture *org, uint8_t seed, const struct id *unit, struct org_voice *voice)
{
	uint8_t bytes[IDENTITY_SEED_BYTES] = { seed };
	struct logname name = { .incarnation = { { seed } }, .lane = LANE_DOWN };
	*voice = (struct org_voice){ .unit = *unit, .next = 0 };
	identity_derive(bytes, &voice->identity);
	name.device = voice->identity.sign_public;
	assert_ok(journal_open(&org->txn, &name, &voice->log));
}

void org_fixture_empty(struct org_fixture *org)
{
	static const uint8_t seed[DRBG_SEED_BYTES] = "a tree of units, always the same";
	uint8_t root[IDENTITY_SEED_BYTES] = { 1 };
	struct id id = org_fixture_id(1, 0);
	*org = (struct org_fixture){ .store = store_memory_new() };
	assert_non_null(org->store);
	assert_ok(txn_begin(org->store, STORE_WRITE, &org->txn));
	arena_init(&org->words, 256 * 1024 * 1024);
	arena_init(&org->scratch, LIMIT_DECODE_BYTES);
	drbg_seed(&org->drbg, seed);
	identity_derive(root, &org->root);
	org_fixture_voice(org, 2, &id, &org->county);
	for (uint8_t i = 0; i < ORG_TOWNSHIPS; i++) {
		id = org_fixture_id(2, i);
		org_fixture_voice(org, (uint8_t)(10 + i), &id, &org->township[i]);
	}
	for (uint8_t i = 0; i < ORG_BRANCHES; i++) {
		id = org_fixture_id(3, i);
		org_fixture_voice(org, (uint8_t)(20 + i), &id, &org->branch[i]);
	}
}

static void must_say(struct org_fixture *org, struct org_voice *voice, Tributary__Statement *one, Tributary__Statement *two)
{
	enum merge_reason reason;
	assert_ok(org_fixture_say(org, voice, &reason, (Tributary__Statement *[4]){ one, two }));
	assert_int_equal(reason, MERGE_ACCEPTED);
}

void org_fixture_tree(struct org_fixture *org)
{
	org_fixture_empty(org);
	must_say(org, &org->county, org_fixture_genesis(org), NULL);
	for (size_t i = 0; i < ORG_TOWNSHIPS; i++) {
		struct org_voice *township = &org->township[i];
		must_say(org, &org->county,
		         org_fixture_created(org, township->unit, org->county.unit, "township", township_names[i], ""),
		         org_fixture_enrolled(org, &township->identity, township->unit, true, "服务器"));
	}
	for (size_t i = 0; i < ORG_BRANCHES; i++) {
		struct org_voice *branch = &org->branch[i], *township = &org->township[i / 2];
		must_say(org, township, org_fixture_created(org, branch->unit, township->unit, "branch", branch_names[i], ""),
		         org_fixture_enrolled(org, &branch->identity, branch->unit, false, "平板"));
	}
}

void org_fixture_free(struct org_fixture *org)
{
	txn_abort(&org->txn);
	store_memory_free(org->store);
	arena_free(&org->words);
	arena_free(&org->scratch);
}

// ---- Words. ----

static void *keep(struct org_fixture *org, const void *bytes, size_t size)
{
	struct span copy;
	assert_ok(arena_copy(&org->words, span_of(bytes, size), &copy));
	return (void *)(uintptr_t)copy.data;
}

static ProtobufCBinaryData keep_bytes(struct org_fixture *org, const void *bytes, size_t size)
{
	return (ProtobufCBinaryData){ .len = size, .data = keep(org, bytes, size) };
}

static char *keep_text(struct org_fixture *org, const char *text)
{
	return keep(org, text, strlen(text) + 1);
}

static Tributary__Statement *statement(struct org_fixture *org, Tributary__Statement__WhatCase what)
{
	Tributary__Statement *made = arena_alloc(&org->words, sizeof *made);
	assert_non_null(made);
	tributary__statement__init(made);
	made->effective = date_from_civil(2026, 1, 1);
	made->what_case = what;
	return made;
}

Tributary__Statement *org_fixture_genesis(struct org_fixture *org)
{
	const struct identity *server = &org->county.identity;
	struct statement_device device = { .device = server->sign_public, .curve = server->curve_public,
	                                   .box = server->box_public, .unit = org->county.unit, .server = true, .label = "" };
	struct signature signature = statement_genesis_sign(&org->root, &org->county.unit, &device, "醴陵市", "county");
	Tributary__Genesis genesis = TRIBUTARY__GENESIS__INIT;
	genesis.root_key = keep_bytes(org, org->root.sign_public.bytes, 32);
	genesis.signature = keep_bytes(org, signature.bytes, sizeof signature.bytes);
	genesis.unit = keep_bytes(org, org->county.unit.bytes, 16);
	genesis.name = keep_text(org, "醴陵市");
	genesis.kind = keep_text(org, "county");
	genesis.server_key = keep_bytes(org, server->sign_public.bytes, 32);
	genesis.curve_key = keep_bytes(org, server->curve_public.bytes, 32);
	genesis.box_key = keep_bytes(org, server->box_public.bytes, 32);
	Tributary__Statement *made = statement(org, TRIBUTARY__STATEMENT__WHAT_GENESIS);
	made->genesis = keep(org, &genesis, sizeof genesis);
	return made;
}

Tributary__Statement *org_fixture_created(struct org_fixture *org, struct id unit, struct id parent, const char *kind,
                                          const char *name, const char *code)
{
	Tributary__UnitCreated created = TRIBUTARY__UNIT_CREATED__INIT;
	created.unit = keep_bytes(org, unit.bytes, sizeof unit.bytes);
	created.parent = keep_bytes(org, parent.bytes, sizeof parent.bytes);
	created.kind = keep_text(org, kind);
	created.name = keep_text(org, name);
	created.code = keep_text(org, code);
	Tributary__Statement *made = statement(org, TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED);
	made->unit_created = keep(org, &created, sizeof created);
	return made;
}

Tributary__Statement *org_fixture_changed(struct org_fixture *org, struct id unit, const char *name, bool closed)
{
	Tributary__UnitChanged changed = TRIBUTARY__UNIT_CHANGED__INIT;
	changed.unit = keep_bytes(org, unit.bytes, sizeof unit.bytes);
	changed.name = keep_text(org, name);
	changed.closed = closed;
	Tributary__Statement *made = statement(org, TRIBUTARY__STATEMENT__WHAT_UNIT_CHANGED);
	made->unit_changed = keep(org, &changed, sizeof changed);
	return made;
}

// The server that a device asks: its unit's registrar; a new server, the one above.
static const struct hash *enroller_of(struct org_fixture *org, const struct id *unit, bool server)
{
	for (size_t i = 0; i < ORG_TOWNSHIPS; i++)
		if (server && id_equal(unit, &org->township[i].unit))
			return &org->county.identity.sign_public;
	for (size_t i = 0; i < ORG_BRANCHES; i++)
		if (id_equal(unit, &org->branch[i].unit))
			return &org->township[i / 2].identity.sign_public;
	return &org->township[0].identity.sign_public;
}

Tributary__Statement *org_fixture_enrolled(struct org_fixture *org, const struct identity *device, struct id unit,
                                           bool server, const char *label)
{
	struct statement_device words = { .device = device->sign_public, .curve = device->curve_public,
	                                  .box = device->box_public, .unit = unit, .server = server, .label = label };
	struct signature proof = statement_device_sign(device, &words, org->enroller ? org->enroller : enroller_of(org, &unit, server));
	Tributary__DeviceEnrolled enrolled = TRIBUTARY__DEVICE_ENROLLED__INIT;
	enrolled.device = keep_bytes(org, device->sign_public.bytes, 32);
	enrolled.unit = keep_bytes(org, unit.bytes, sizeof unit.bytes);
	enrolled.curve_key = keep_bytes(org, device->curve_public.bytes, 32);
	enrolled.box_key = keep_bytes(org, device->box_public.bytes, 32);
	enrolled.server = server;
	enrolled.label = keep_text(org, label);
	enrolled.proof = keep_bytes(org, proof.bytes, sizeof proof.bytes);
	Tributary__Statement *made = statement(org, TRIBUTARY__STATEMENT__WHAT_DEVICE_ENROLLED);
	made->device_enrolled = keep(org, &enrolled, sizeof enrolled);
	return made;
}

Tributary__Statement *org_fixture_revoked(struct org_fixture *org, const struct org_voice *whose, uint64_t size)
{
	Tributary__Frontier frontier = TRIBUTARY__FRONTIER__INIT, *kept;
	Tributary__DeviceRevoked revoked = TRIBUTARY__DEVICE_REVOKED__INIT;
	frontier.log = keep_bytes(org, whose->log.id.bytes, 32);
	frontier.size = size;
	kept = keep(org, &frontier, sizeof frontier);
	revoked.device = keep_bytes(org, whose->identity.sign_public.bytes, 32);
	revoked.n_cutoff = 1;
	revoked.cutoff = keep(org, &kept, sizeof kept);
	revoked.reason = keep_text(org, "遗失");
	Tributary__Statement *made = statement(org, TRIBUTARY__STATEMENT__WHAT_DEVICE_REVOKED);
	made->device_revoked = keep(org, &revoked, sizeof revoked);
	return made;
}

Tributary__Statement *org_fixture_published(struct org_fixture *org, const char *name, uint32_t version, struct span pack)
{
	Tributary__PackPublished published = TRIBUTARY__PACK_PUBLISHED__INIT;
	published.name = keep_text(org, name);
	published.version = version;
	published.pack = keep_bytes(org, pack.data, pack.size);
	Tributary__Statement *made = statement(org, TRIBUTARY__STATEMENT__WHAT_PACK_PUBLISHED);
	made->pack_published = keep(org, &published, sizeof published);
	return made;
}

static Tributary__Handover *handover(struct org_fixture *org, uint32_t rank, const struct org_voice *former, uint64_t size)
{
	Tributary__Handover made = TRIBUTARY__HANDOVER__INIT;
	made.rank = rank;
	if (former) {
		Tributary__Frontier cutoff = TRIBUTARY__FRONTIER__INIT, *kept;
		ProtobufCBinaryData unit = keep_bytes(org, former->unit.bytes, sizeof former->unit.bytes);
		cutoff.log = keep_bytes(org, former->log.id.bytes, sizeof former->log.id.bytes);
		cutoff.size = size;
		kept = keep(org, &cutoff, sizeof cutoff);
		made.n_former = made.n_cutoff = 1;
		made.former = keep(org, &unit, sizeof unit);
		made.cutoff = keep(org, &kept, sizeof kept);
	}
	return keep(org, &made, sizeof made);
}

Tributary__Statement *org_fixture_moved(struct org_fixture *org, struct id unit, struct id to, uint32_t rank,
                                        const struct org_voice *former, uint64_t size)
{
	Tributary__UnitMoved moved = TRIBUTARY__UNIT_MOVED__INIT;
	moved.unit = keep_bytes(org, unit.bytes, sizeof unit.bytes);
	moved.to = keep_bytes(org, to.bytes, sizeof to.bytes);
	Tributary__Statement *made = statement(org, TRIBUTARY__STATEMENT__WHAT_UNIT_MOVED);
	made->unit_moved = keep(org, &moved, sizeof moved);
	made->handover = handover(org, rank, former, size);
	return made;
}

Tributary__Statement *org_fixture_merged(struct org_fixture *org, struct id unit, struct id into, uint32_t rank)
{
	Tributary__UnitMerged merged = TRIBUTARY__UNIT_MERGED__INIT;
	merged.unit = keep_bytes(org, unit.bytes, sizeof unit.bytes);
	merged.into = keep_bytes(org, into.bytes, sizeof into.bytes);
	Tributary__Statement *made = statement(org, TRIBUTARY__STATEMENT__WHAT_UNIT_MERGED);
	made->unit_merged = keep(org, &merged, sizeof merged);
	made->handover = handover(org, rank, NULL, 0);
	return made;
}

struct span org_fixture_pack(struct org_fixture *org, const char *name, uint32_t version)
{
	Tributary__PackUnitKind kind = TRIBUTARY__PACK_UNIT_KIND__INIT, *kinds[1] = { &kind };
	Tributary__Pack pack = TRIBUTARY__PACK__INIT;
	struct buf bytes = BUF_EMPTY;
	kind.name = keep_text(org, "branch");
	kind.title_zh = keep_text(org, "支部");
	kind.title_en = keep_text(org, "branch");
	kind.ledger = true;
	pack.name = keep_text(org, name);
	pack.version = version;
	pack.title_zh = keep_text(org, "台账");
	pack.title_en = keep_text(org, "ledger");
	pack.since = 2026 * 12;
	pack.n_unit_kinds = 1;
	pack.unit_kinds = kinds;
	pb_pack(&pack.base, &bytes);
	assert_ok(bytes.err);
	struct span kept = span_of(keep(org, bytes.data, bytes.size), bytes.size);
	buf_free(&bytes);
	return kept;
}

// ---- Speaking. ----

struct hash org_fixture_picture(struct org_fixture *org)
{
	struct buf all = BUF_EMPTY;
	for (size_t table = 0; table < STORE_TABLE_COUNT; table++) {
		struct scan scan = scan_begin(&org->txn, (enum store_table)table, span_of(NULL, 0));
		while (scan_next(&scan)) {
			buf_u32(&all, (uint32_t)table);
			buf_u32(&all, (uint32_t)scan.key.size);
			buf_bytes(&all, scan.key.data, scan.key.size);
			buf_u32(&all, (uint32_t)scan.value.size);
			buf_bytes(&all, scan.value.data, scan.value.size);
		}
		scan_end(&scan);
	}
	assert_ok(all.err);
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(&all));
	buf_free(&all);
	return digest;
}

struct span org_fixture_entry(struct org_fixture *org, Tributary__Statement *const *list, size_t count)
{
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	struct buf bytes = BUF_EMPTY;
	statements.n_statements = count;
	statements.statements = (Tributary__Statement **)(uintptr_t)list;
	pb_pack(&statements.base, &bytes);
	assert_ok(bytes.err);
	struct span kept = span_of(keep(org, bytes.data, bytes.size), bytes.size);
	buf_free(&bytes);
	return kept;
}

enum err org_fixture_apply(struct org_fixture *org, const struct org_voice *voice, uint64_t seq, struct span payload,
                           enum merge_reason *reason)
{
	struct dot place = { .log = voice->log.number, .seq = seq };
	arena_reset(&org->scratch);
	return charter_apply(&org->txn, &voice->identity.sign_public, place, payload, &org->scratch, reason, &org->effects);
}

enum err org_fixture_say(struct org_fixture *org, struct org_voice *voice, enum merge_reason *reason,
                         Tributary__Statement *const statements[4])
{
	size_t count = 0;
	while (count < 4 && statements[count])
		count++;
	enum err err = org_fixture_apply(org, voice, voice->next, org_fixture_entry(org, statements, count), reason);
	if (!err)
		voice->next++;
	return err;
}
