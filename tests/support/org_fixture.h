// A county with two townships and two branches in each, in a memory store: identities from fixed
// seeds, ids that read well in a debugger, and the words to state things with.
//
//	醴陵市 (county, server) ── 板杉镇 (township 0, server) ── 一支部, 二支部 (a device each)
//	                        └─ 王坊镇 (township 1, server) ── 三支部, 四支部 (a device each)
#ifndef TRIBUTARY_TESTS_ORG_FIXTURE_H
#define TRIBUTARY_TESTS_ORG_FIXTURE_H

#include "base/drbg.h"
#include "io/store_memory.h"
#include "log/journal.h"
#include "org/charter.h"

#define ORG_TOWNSHIPS 2
#define ORG_BRANCHES  4 // branch n belongs to township n / 2

// One who may speak: its keys, its unit, its `down` log and where that stands.
struct org_voice {
	struct identity identity;
	struct id unit;
	struct journal_log log;
	uint64_t next;
};

struct org_fixture {
	struct store *store;
	struct txn txn;              // open for writing
	struct arena words;          // statements live here
	struct arena scratch;        // of one charter_apply
	struct drbg drbg;
	struct identity root;
	struct org_voice county, township[ORG_TOWNSHIPS], branch[ORG_BRANCHES];
	struct charter_effects effects; // of the last entry said
	const struct hash *enroller; // asked by the devices enrolled from here on; NULL: whom they would ask
};

void org_fixture_empty(struct org_fixture *org);  // voices, but nobody has spoken yet
void org_fixture_tree(struct org_fixture *org);   // everything above stated and applied
void org_fixture_free(struct org_fixture *org);

void org_fixture_voice(struct org_fixture *org, uint8_t seed, const struct id *unit, struct org_voice *voice);
struct id org_fixture_id(uint8_t level, uint8_t number);
void org_fixture_random(void *context, void *to, size_t size); // context: a struct drbg

// Statements, effective 2026-01-01 unless changed afterwards.
Tributary__Statement *org_fixture_genesis(struct org_fixture *org);
Tributary__Statement *org_fixture_created(struct org_fixture *org, struct id unit, struct id parent, const char *kind,
                                          const char *name, const char *code);
Tributary__Statement *org_fixture_changed(struct org_fixture *org, struct id unit, const char *name, bool closed);
Tributary__Statement *org_fixture_enrolled(struct org_fixture *org, const struct identity *device, struct id unit,
                                           bool server, const char *label);
Tributary__Statement *org_fixture_revoked(struct org_fixture *org, const struct org_voice *whose, uint64_t size);
Tributary__Statement *org_fixture_published(struct org_fixture *org, const char *name, uint32_t version, struct span pack);

// Moved or merged, with a rank and without a way; what the `former` voice said from `size` on does not stand.
Tributary__Statement *org_fixture_moved(struct org_fixture *org, struct id unit, struct id to, uint32_t rank,
                                        const struct org_voice *former, uint64_t size);
Tributary__Statement *org_fixture_merged(struct org_fixture *org, struct id unit, struct id into, uint32_t rank);

// An encoded pack with a unit kind "branch" that keeps a ledger.
struct span org_fixture_pack(struct org_fixture *org, const char *name, uint32_t version);

// One entry of the voice's log, with up to four statements (the rest NULL). Accepted or refused, the
// log goes on; with ERR_AGAIN it stays where it was.
enum err org_fixture_say(struct org_fixture *org, struct org_voice *voice, enum merge_reason *reason,
                         Tributary__Statement *const statements[4]);
struct span org_fixture_entry(struct org_fixture *org, Tributary__Statement *const *statements, size_t count);
struct hash org_fixture_picture(struct org_fixture *org); // every pair of every table, digested
enum err org_fixture_apply(struct org_fixture *org, const struct org_voice *voice, uint64_t seq, struct span payload,
                           enum merge_reason *reason);

#endif
