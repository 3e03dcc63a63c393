// A county with two townships and their branches, for scenes about the homes of members.
#ifndef TRIBUTARY_TESTS_CUSTODY_STAGE_H
#define TRIBUTARY_TESTS_CUSTODY_STAGE_H

#include "support/cluster.h"
#include "org/transfer_state.h"
#include "sync/pen_custody.h"

struct custody_stage {
	struct cluster *play;
	struct actor *county, *east, *west; // townships
	struct actor *one, *two, *three;    // branches: one and two under east, three under west
};

struct custody_stage custody_stage(void);
struct custody_stage custody_stage_with(const char *pack); // the path of its YAML
struct custody_stage custody_stage_abroad(void); // another tree, under another root key
void custody_stage_free(struct custody_stage *stage);
void custody_stage_sync(struct custody_stage *stage); // everybody, until all that can be known is known

struct id custody_stage_member(struct actor *home, const char *name);
struct id custody_stage_dues(struct actor *home, const struct id *member, int64_t due); // a record that follows the member
enum custody_refusal custody_stage_offer(struct actor *home, const struct id *member, struct actor *to);
enum custody_refusal custody_stage_withdraw(struct actor *home, const struct id *member);
enum custody_refusal custody_stage_answer(struct actor *to, const struct id *member, bool accept);
enum custody_refusal custody_stage_judge(struct actor *server, const struct id *member, bool approve);
struct custody_unit custody_stage_view(struct actor *unit, const struct id *member);
uint64_t custody_stage_epoch(struct actor *actor, const struct id *member); // of the last final record there; 0: none
size_t custody_stage_late(struct actor *unit, const struct id *member); // letters with late writes
struct transfer_terms custody_stage_terms(struct actor *server);
bool custody_stage_conserved(struct actor *server); // as its status has it
size_t custody_stage_homes(struct custody_stage *stage, const struct id *member); // branches that hold it

#endif
