// sim: whole trees of units in one process, in virtual time, through a storm and into peace.
//
//	sim 17                       one seed
//	sim --seeds 1..500           many; stops at the first that fails
//	sim --nodes 500 --days 3 7   a larger tree, a longer storm
//	sim --nodes 500 --within 256 7   fails when all that the process holds comes to more KiB a node
//	sim --with X, --without X    a class of fault that the seed did not draw, or without it
//	sim --shrink 17              leaves out what a failure does not need
//	sim --aloud 17               the whole transcript
//	sim --logs 17                where it fails, what each store has of each log
//	sim --seeds 1..9 --every-class   fails when these seeds leave a class of fault out
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "founding.h"
#include "inspect.h"
#include "io/pack_yaml.h"
#include "peace.h"
#include "storm.h"

#ifndef SIM_COMMIT
#define SIM_COMMIT "unknown"
#endif
#ifndef SIM_PACK // from the root of the tree
#define SIM_PACK "packs/party-branch.yaml"
#endif

struct options {
	uint64_t first, last;
	struct plan_wish wish;
	bool aloud, logs, shrink, quiet, keep_going, every_class;
	uint64_t seconds; // 0: no limit
	size_t within;    // KiB that a node may take; 0: no limit
	struct buf pack;
};

// For a core that aborts: whose transcript to show, and what was asked for.
static struct world *watched;
static const struct plan_wish *watched_wish;

static void watch(struct world *world, const struct plan_wish *wish)
{
	watched = world;
	watched_wish = wish;
}

static void run_world(struct world *world, const struct options *options, uint64_t seed, const struct plan_wish *wish)
{
	struct plan plan = plan_draw(seed, wish);
	world_begin(world, &plan, &options->pack, options->aloud);
	founding_tree(world);
	if (!world->failed)
		storm_run(world);
	if (!world->failed)
		peace_make(world);
	if (options->within && world_node_bytes(world) > options->within * 1024)
		world_fail(world, "a node takes %zu KiB", world_node_bytes(world) / 1024);
}

// ---- What is said at the end ----

static void print_faults(const struct plan *plan, FILE *to)
{
	for (unsigned i = 0; i < PLAN_FAULT_COUNT; i++)
		if (plan->fault[i])
			fprintf(to, " %s", plan_fault_name((enum plan_fault)i));
}

// Each class is asked for or left out by name.
static bool asks_for_everything(const struct plan_wish *wish)
{
	for (unsigned i = 0; i < PLAN_FAULT_COUNT; i++)
		if (wish->fault[i] < 0)
			return false;
	return true;
}

static void print_replay(const struct plan_wish *wish, uint64_t seed, FILE *to)
{
	fprintf(to, "sim");
	if (wish->nodes)
		fprintf(to, " --nodes %u", wish->nodes);
	if (wish->days)
		fprintf(to, " --days %u", wish->days);
	if (wish->most_faults)
		fprintf(to, " --most %u", wish->most_faults);
	bool calm = asks_for_everything(wish);
	if (calm)
		fprintf(to, " --calm");
	for (unsigned i = 0; i < PLAN_FAULT_COUNT; i++)
		if (wish->fault[i] >= !!calm)
			fprintf(to, " --%s %s", wish->fault[i] ? "with" : "without", plan_fault_name((enum plan_fault)i));
	fprintf(to, " %llu\n", (unsigned long long)seed);
}

static void print_failure(const struct world *world, const struct plan_wish *wish)
{
	fprintf(stderr, "seed %llu FAILS: %s\n", (unsigned long long)world->plan.seed, world->failure);
	fprintf(stderr, "commit %s; faults:", SIM_COMMIT);
	print_faults(&world->plan, stderr);
	fprintf(stderr, "\nthe last lines:\n");
	world_tail(world, stderr);
	fprintf(stderr, "again: ");
	print_replay(wish, world->plan.seed, stderr);
}

static void print_summary(const struct world *world)
{
	char hash[HASH_TEXT_BYTES];
	world_hash(world, hash);
	printf("seed %llu %s %.32s: %zu nodes, %u h, %llu entries written, %llu sessions, %llu commits, peace in %u rounds, stores up to %zu KiB, %zu KiB a node, %u words on a link;",
	       (unsigned long long)world->plan.seed, world->failed ? "FAILS" : "holds", hash, world->actor_count, world->plan.hours,
	       (unsigned long long)world->written, (unsigned long long)world->sessions, (unsigned long long)world->commits,
	       world->rounds, world->node_bytes_most / 1024, world_node_bytes(world) / 1024, world->waiting_most);
	print_faults(&world->plan, stdout);
	putchar('\n');
	fflush(stdout);
}

// An assertion of the core ends the process; the seed must not be lost with it.
static void on_abort(int signal_number)
{
	(void)signal_number;
	if (watched) {
		snprintf(watched->failure, sizeof watched->failure, "the program aborts");
		print_failure(watched, watched_wish);
	}
	_exit(134);
}

// ---- Shrinking: leave out one thing after another while it still fails, then play with fewer nodes ----

enum { SHRINK_LEAST_NODES = 4 };

static bool fails(const struct options *options, uint64_t seed, const struct plan_wish *wish)
{
	struct world *world = calloc(1, sizeof *world);
	if (!world)
		abort();
	watch(world, wish);
	run_world(world, options, seed, wish);
	bool failed = world->failed;
	watch(NULL, NULL);
	world_end(world);
	free(world);
	return failed;
}

static void shrink(const struct options *options, uint64_t seed, struct plan_wish wish)
{
	struct options quietly = *options;
	struct plan plan = plan_draw(seed, &wish);
	quietly.aloud = false;
	for (unsigned i = 0; i < PLAN_FAULT_COUNT; i++) {
		struct plan_wish less = wish;
		less.fault[i] = 0;
		if (plan.fault[i] && fails(&quietly, seed, &less))
			wish = less;
	}
	for (unsigned most = 1; most < plan.most_faults; most++) {
		struct plan_wish less = wish;
		less.most_faults = most;
		if (!fails(&quietly, seed, &less))
			continue;
		wish = less;
		break;
	}
	unsigned nodes = 1 + plan.townships + plan.branches;
	for (unsigned fewer = SHRINK_LEAST_NODES; fewer < nodes; fewer += (fewer + 3) / 4) {
		struct plan_wish less = wish;
		less.nodes = fewer;
		if (!fails(&quietly, seed, &less))
			continue;
		wish = less;
		break;
	}
	fprintf(stderr, "enough: ");
	print_replay(&wish, seed, stderr);
}

static bool run_seed(const struct options *options, uint64_t seed)
{
	struct world *world = calloc(1, sizeof *world);
	if (!world)
		abort();
	watch(world, &options->wish);
	run_world(world, options, seed, &options->wish);
	if (!options->quiet || world->failed)
		print_summary(world);
	bool failed = world->failed;
	if (failed && !options->quiet)
		print_failure(world, &options->wish);
	if (failed && options->logs)
		inspect_logs(world, stderr);
	watch(NULL, NULL);
	world_end(world);
	free(world);
	if (failed && options->shrink)
		shrink(options, seed, options->wish);
	return !failed;
}

// ---- The command line ----

static bool parse_seeds(const char *text, struct options *options)
{
	char *end;
	options->first = options->last = strtoull(text, &end, 10);
	if (strncmp(end, "..", 2) == 0)
		options->last = strtoull(end + 2, &end, 10);
	return end != text && *end == '\0' && options->first <= options->last;
}

static bool parse_value(struct options *options, const char *name, const char *value)
{
	enum plan_fault fault;
	if (strcmp(name, "--nodes") == 0)
		options->wish.nodes = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--days") == 0)
		options->wish.days = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--most") == 0)
		options->wish.most_faults = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--seconds") == 0)
		options->seconds = strtoull(value, NULL, 10);
	else if (strcmp(name, "--within") == 0)
		options->within = strtoul(value, NULL, 10);
	else if (strcmp(name, "--seeds") == 0)
		return parse_seeds(value, options);
	else if (strcmp(name, "--with") == 0 && plan_fault_parse(value, &fault))
		options->wish.fault[fault] = 1;
	else if (strcmp(name, "--without") == 0 && plan_fault_parse(value, &fault))
		options->wish.fault[fault] = 0;
	else
		return false;
	return true;
}

static bool parse(int count, char **words, struct options *options)
{
	*options = (struct options){ .first = 1, .last = 1, .pack = BUF_EMPTY };
	for (unsigned i = 0; i < PLAN_FAULT_COUNT; i++)
		options->wish.fault[i] = -1;
	for (int i = 1; i < count; i++) {
		if (strcmp(words[i], "--aloud") == 0)
			options->aloud = true;
		else if (strcmp(words[i], "--logs") == 0)
			options->logs = true;
		else if (strcmp(words[i], "--shrink") == 0)
			options->shrink = true;
		else if (strcmp(words[i], "--quiet") == 0)
			options->quiet = true;
		else if (strcmp(words[i], "--keep-going") == 0)
			options->keep_going = true;
		else if (strcmp(words[i], "--every-class") == 0)
			options->every_class = true;
		else if (strcmp(words[i], "--calm") == 0)
			for (unsigned fault = 0; fault < PLAN_FAULT_COUNT; fault++)
				options->wish.fault[fault] = 0;
		else if (words[i][0] != '-' && parse_seeds(words[i], options))
			continue;
		else if (i + 1 < count && parse_value(options, words[i], words[i + 1]))
			i++;
		else
			return false;
	}
	return true;
}

static void usage(void)
{
	fputs("usage: sim [--seeds A..B] [--nodes N] [--days D] [--seconds S] [--within KIB] [--calm] [--with FAULT] [--without FAULT] [--most N]\n"
	      "           [--shrink] [--aloud] [--quiet] [--keep-going] [--every-class] [SEED]\nfaults:\n", stderr);
	for (unsigned i = 0; i < PLAN_FAULT_COUNT; i++)
		fprintf(stderr, "  %-18s %s\n", plan_fault_name((enum plan_fault)i), plan_fault_text((enum plan_fault)i));
}

static bool load_pack(struct buf *pack)
{
	struct arena arena;
	const char *why = "";
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_yaml_compile(SIM_PACK, pack, &arena, &why);
	if (err)
		fprintf(stderr, "%s: %s\n", SIM_PACK, why);
	arena_free(&arena);
	return !err;
}

// Few seeds must not come to leave a class out unseen, when one is added.
static bool every_class_is_drawn(const struct options *options)
{
	bool every = true;
	for (unsigned i = 0; i < PLAN_FAULT_COUNT; i++) {
		bool drawn = false;
		for (uint64_t seed = options->first; seed <= options->last && !drawn; seed++)
			drawn = plan_draw(seed, &options->wish).fault[i];
		if (!drawn)
			fprintf(stderr, "no seed of these draws %s\n", plan_fault_name((enum plan_fault)i));
		every &= drawn;
	}
	return every;
}

int main(int count, char **words)
{
	struct options options;
	if (!parse(count, words, &options)) {
		usage();
		return 2;
	}
	if (sodium_init() < 0 || !load_pack(&options.pack))
		return 2;
	signal(SIGABRT, on_abort);
	if (options.every_class && !every_class_is_drawn(&options))
		return 1;
	time_t began = time(NULL);
	uint64_t run = 0, failed = 0;
	for (uint64_t seed = options.first; seed <= options.last; seed++) {
		if (options.seconds && (uint64_t)(time(NULL) - began) >= options.seconds)
			break;
		run++;
		failed += !run_seed(&options, seed);
		if (failed && !options.keep_going)
			break;
	}
	if (options.first != options.last)
		printf("%llu seeds, %llu failed\n", (unsigned long long)run, (unsigned long long)failed);
	buf_free(&options.pack);
	return failed ? 1 : 0;
}
