// What a seed plays: the size of the tree, the length of the storm, and its own mix of faults (swarm
// testing: Groce et al. 2012. A mix that leaves classes out reaches states that all of them together
// never let happen).
#ifndef TRIBUTARY_TESTS_SIM_PLAN_H
#define TRIBUTARY_TESTS_SIM_PLAN_H

#include "random.h"

//        name              what happens
#define PLAN_FAULTS(X)                                                                    \
	X(BREAK,             "links break and lose what is under way")                     \
	X(STALL,             "links stall for a while, also one way only")                 \
	X(PARTITION,         "a node cannot be reached for hours")                         \
	X(SLOW,              "links are slow")                                             \
	X(CRASH,             "processes die, before or after a commit, or while sending")  \
	X(DISK,              "disks are full for a while")                                 \
	X(COMMIT,            "single commits fail, having taken effect or not")            \
	X(CLOCK,             "clocks are wrong by years, drift and jump")                  \
	X(RESTORE_NOTICED,   "a device's store is put back; the guard tells")              \
	X(RESTORE_UNNOTICED, "a device is put back whole: nothing tells")                  \
	X(SERVER_NOTICED,    "a server's store is put back; the guard tells")              \
	X(SERVER_UNNOTICED,  "a server is put back whole: nothing tells")                  \
	X(CLONE_NOTICED,     "a device's directory is copied to another machine; both go on") \
	X(CLONE_UNNOTICED,   "a device is cloned whole; both go on")                       \
	X(LOSS,              "a device is lost, revoked and replaced")                     \
	X(REVOKE,            "a device is revoked and goes on writing")                    \
	X(LATE,              "devices and branches join late, answers of the porch get lost") \
	X(DAMAGE,            "blocks of logs are damaged on the disk, and healed") \
	X(MOVE,              "branches move, become part of others, are split or closed") \
	X(TRANSFER,          "members are offered, accepted, refused, withdrawn, approved") \
	X(LIAR,              "one branch is Byzantine: it has valid keys, lies, equivocates, floods, forges") \
	X(STICK,             "bundles on sticks, out and in, while links are cut; repeated, cut, bent, stale, lost") \
	X(FILE,              "files on records, under budgets, quotas and sweeps")       \
	X(PACK,              "new versions of the pack are published")                   \
	X(NEWER,             "newer programs write kinds of entries and fields that nobody here knows") \
	X(COURIER,           "devices meet beside one another and carry each other's sealed cargo")

enum plan_fault {
#define PLAN_ENUM(name, text) PLAN_##name,
	PLAN_FAULTS(PLAN_ENUM)
#undef PLAN_ENUM
	PLAN_FAULT_COUNT
};

struct plan {
	uint64_t seed;
	unsigned townships, branches, devices_most; // devices a branch, at first
	unsigned hours;                             // of storm
	unsigned writes_an_hour;                    // of all devices together, in thousandths
	bool essays;                                // minutes of many pages: sessions of several frames
	unsigned live_in_thousand;                  // of clients that keep their session open
	bool fault[PLAN_FAULT_COUNT];
	unsigned most_faults;                       // events of the rarer classes; for shrinking
	bool wrong_clocks_stay;                     // also in peace
};

// What the command line asks for instead of what the seed draws; 0 and negative: the seed's own.
struct plan_wish {
	unsigned nodes, days;
	int64_t fault[PLAN_FAULT_COUNT]; // -1: as drawn, 0: without, 1: with
	unsigned most_faults;
};

struct plan plan_draw(uint64_t seed, const struct plan_wish *wish);
const char *plan_fault_name(enum plan_fault fault); // "restore-noticed"
const char *plan_fault_text(enum plan_fault fault);
bool plan_fault_parse(const char *name, enum plan_fault *fault);

#endif
