#include "plan.h"

#include <string.h>

static const struct {
	const char *name;
	unsigned in_thousand; // of seeds; 0: by hand, while what it finds is open (docs/reliability.md)
} faults[PLAN_FAULT_COUNT] = {
	[PLAN_BREAK] = { "break", 600 },
	[PLAN_STALL] = { "stall", 400 },
	[PLAN_PARTITION] = { "partition", 300 },
	[PLAN_SLOW] = { "slow", 300 },
	[PLAN_CRASH] = { "crash", 600 },
	[PLAN_DISK] = { "disk", 300 },
	[PLAN_COMMIT] = { "commit", 400 },
	[PLAN_CLOCK] = { "clock", 400 },
	[PLAN_RESTORE_NOTICED] = { "restore-noticed", 350 },
	[PLAN_RESTORE_UNNOTICED] = { "restore-unnoticed", 300 },
	[PLAN_SERVER_NOTICED] = { "server-noticed", 300 },
	[PLAN_SERVER_UNNOTICED] = { "server-unnoticed", 250 },
	[PLAN_CLONE_NOTICED] = { "clone-noticed", 250 },
	[PLAN_CLONE_UNNOTICED] = { "clone-unnoticed", 200 },
	[PLAN_LOSS] = { "loss", 250 },
	[PLAN_REVOKE] = { "revoke", 200 },
	[PLAN_LATE] = { "late", 400 },
	[PLAN_DAMAGE] = { "damage", 250 },
	[PLAN_MOVE] = { "move", 250 },
	[PLAN_TRANSFER] = { "transfer", 500 },
	[PLAN_LIAR] = { "liar", 100 },
	[PLAN_STICK] = { "stick", 300 },
	[PLAN_FILE] = { "file", 250 },
	[PLAN_PACK] = { "pack", 250 },
	[PLAN_NEWER] = { "newer", 250 },
	[PLAN_COURIER] = { "courier", 250 },
};

static const char *const texts[] = {
#define PLAN_TEXT(name, text) text,
	PLAN_FAULTS(PLAN_TEXT)
#undef PLAN_TEXT
};

const char *plan_fault_name(enum plan_fault fault) { return faults[fault].name; }
const char *plan_fault_text(enum plan_fault fault) { return texts[fault]; }

bool plan_fault_parse(const char *name, enum plan_fault *fault)
{
	for (unsigned i = 0; i < PLAN_FAULT_COUNT; i++) {
		if (strcmp(name, faults[i].name) != 0)
			continue;
		*fault = (enum plan_fault)i;
		return true;
	}
	return false;
}

// A tree of so many nodes: a township for every ten branches, two devices in every third branch.
static void size_by_nodes(struct plan *plan, unsigned nodes)
{
	plan->townships = nodes > 24 ? (nodes + 7) / 14 : 2;
	plan->branches = nodes > plan->townships + 1 ? (nodes - plan->townships - 1) * 3 / 4 : 1;
	plan->devices_most = 2;
}

struct plan plan_draw(uint64_t seed, const struct plan_wish *wish)
{
	struct random random, aside; // aside: classes that came later, so that earlier plays stay what they were
	struct plan plan = { .seed = seed };
	random_seed(&random, seed, 1);
	random_seed(&aside, seed, 7);
	plan.townships = (unsigned)random_between(&random, 1, 2);
	plan.branches = (unsigned)random_between(&random, 2, 6);
	plan.devices_most = (unsigned)random_between(&random, 1, 3);
	plan.hours = (unsigned)random_between(&random, 6, 72);
	plan.writes_an_hour = (unsigned)random_between(&random, 2000, 20000);
	plan.live_in_thousand = random_chance(&random, 500) ? 0 : (unsigned)random_below(&random, 1000);
	plan.essays = random_chance(&random, 200);
	bool calm = random_chance(&random, 50);
	for (unsigned i = 0; i < PLAN_FAULT_COUNT; i++) {
		bool drawn = random_chance(i < PLAN_COURIER ? &random : &aside, faults[i].in_thousand) && !calm;
		plan.fault[i] = wish->fault[i] < 0 ? drawn : wish->fault[i] > 0;
	}
	plan.most_faults = (unsigned)random_between(&random, 1, 8);
	plan.wrong_clocks_stay = random_chance(&random, 300);
	if (wish->nodes)
		size_by_nodes(&plan, wish->nodes);
	if (wish->days)
		plan.hours = 24 * wish->days;
	if (wish->most_faults)
		plan.most_faults = wish->most_faults;
	return plan;
}
