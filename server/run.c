// run: serves until told to stop. One line on stdout when the doors are open.
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/loop.h"
#include "cli/stopping.h"
#include "io/machine.h"
#include "server/announce.h"
#include "server/board.h"
#include "server/board_dash.h"
#include "server/board_files.h"
#include "server/commands.h"
#include "server/running.h"

struct serving {
	struct command *command;
	struct loop loop;
	struct running running;
	bool caught_up;         // with the parent
	struct site *site;      // the page; NULL: none
	int32_t announced;      // the day on which everything due was stated; 0: not yet
};

static void say(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "%s\n", line);
}

static bool put_address(char *to, const char *address)
{
	if (strlen(address) >= CONFIG_ADDRESS_BYTES)
		return false;
	memset(to, 0, CONFIG_ADDRESS_BYTES);
	memcpy(to, address, strlen(address));
	return true;
}

// What was given on the command line goes before the file, and is remembered for `invite`. A new place to
// listen at makes the address that others used before void.
static int configure(struct command *command)
{
	struct config *config = &command->home.config;
	const struct {
		const char *option, *public_option;
		char *to, *public_to;
	} doors[] = {
		{ "sync", "public-sync", config->sync, config->public_sync },
		{ "porch", "public-porch", config->porch, config->public_porch },
		{ "page", "public-page", config->page, config->public_page },
	};
	for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++) {
		const char *value = verb_value(command->call, doors[i].option);
		const char *others = verb_value(command->call, doors[i].public_option);
		if (value && strcmp(value, doors[i].to) != 0)
			doors[i].public_to[0] = '\0';
		if (value && !put_address(doors[i].to, value))
			return verb_usage(command->call, PHRASE_BAD_ADDRESS, value);
		if (others && !put_address(doors[i].public_to, others))
			return verb_usage(command->call, PHRASE_BAD_ADDRESS, others);
	}
	if (!config->sync[0])
		return verb_usage(command->call, PHRASE_OPTION_MISSING, "sync");
	return VERB_OK;
}

// The address that a door was bound to, as people write it: an IPv4 address without its IPv6 coat.
static void bound_address(const struct serving *serving, enum node_door door, char address[static CONFIG_ADDRESS_BYTES])
{
	static const char coat[] = "tcp://[::ffff:";
	char *close;
	if (link_endpoint(serving->loop.link, door, address, CONFIG_ADDRESS_BYTES))
		address[0] = '\0';
	if (strncmp(address, coat, sizeof coat - 1) != 0 || !strchr(address, '.') || !(close = strchr(address, ']')))
		return;
	memmove(close, close + 1, strlen(close));
	memmove(address + strlen("tcp://"), address + sizeof coat - 1, strlen(address + sizeof coat - 1) + 1);
}

// The addresses that others use, as far as they can be known: told, or the very ones that were bound.
static void publish(struct serving *serving)
{
	struct config *config = &serving->command->home.config;
	const struct {
		enum node_door door;
		const char *at;
		char *to;
	} doors[] = {
		{ NODE_DOOR_SYNC, config->sync, config->public_sync },
		{ NODE_DOOR_PORCH, config->porch, config->public_porch },
	};
	for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++) {
		char bound[CONFIG_ADDRESS_BYTES];
		if (!doors[i].at[0] || config_reachable(doors[i].to))
			continue;
		bound_address(serving, doors[i].door, bound);
		if (config_reachable(doors[i].at) || config_reachable(bound))
			put_address(doors[i].to, config_reachable(doors[i].at) ? doors[i].at : bound);
	}
	node_announce(serving->loop.node, config_reachable(config->public_sync) ? config->public_sync : "");
}

static enum err save(const struct command *command)
{
	char path[4096 + 32];
	snprintf(path, sizeof path, "%s/tributary.ini", command->home.dir);
	return config_save(path, &command->home.config);
}

static void ready(struct serving *serving)
{
	char sync[CONFIG_ADDRESS_BYTES] = "", porch[CONFIG_ADDRESS_BYTES] = "";
	const struct command *command = serving->command;
	const char *page = serving->site ? site_address(serving->site) : "";
	bound_address(serving, NODE_DOOR_SYNC, sync);
	if (command->home.config.porch[0])
		bound_address(serving, NODE_DOOR_PORCH, porch);
	if (command->call->json) {
		json_t *line = json_pack("{s:s,s:s,s:s}", "sync", sync, "porch", porch, "page", page);
		if (line)
			json_dumpf(line, stdout, JSON_COMPACT);
		json_decref(line);
		fputc('\n', stdout);
	} else {
		phrase_line(stdout, *porch ? PHRASE_READY : PHRASE_READY_NO_PORCH, PHRASE_WITH(sync, porch));
		if (*page)
			phrase_line(stdout, PHRASE_READY_PAGE, PHRASE_WITH(page));
	}
	fflush(stdout);
}

// Once a day, and when everything was first caught up with. What fails is tried again with the next event.
static void announce(struct serving *serving)
{
	struct home *home = &serving->command->home;
	int32_t today = machine_today();
	const char *address = config_reachable(home->config.public_sync) ? home->config.public_sync : "";
	if (serving->announced != today && announce_due(home, address, today) == ERR_OK)
		serving->announced = today;
}

static struct running_child child(const struct serving *serving, enum node_door door)
{
	struct link_health health = link_health(serving->loop.link, door);
	return (struct running_child){ .pid = health.pid, .restarts = health.restarts, .refused = health.refused };
}

static void turned(void *context)
{
	struct serving *serving = context;
	struct running_note note = { .sessions = node_sessions(serving->loop.node), .caught_up = serving->caught_up,
	                             .link = child(serving, NODE_DOOR_SYNC), .porch = child(serving, NODE_DOOR_PORCH) };
	running_note(&serving->running, &note);
	if (!serving->site)
		return;
	site_turn(serving->site);
	if (site_wait_ms(serving->site) == 0) { // it has more to do, and the loop is not to sleep before
		ssize_t woken = write(link_wake_fd(serving->loop.link), "", 1);
		(void)woken; // a full pipe wakes as well
	}
}

// A child process ended by itself: one line, and it is started again.
static void ended(void *context, enum node_door door, const char *how, uint64_t pause_ms)
{
	char pause[24];
	(void)context;
	snprintf(pause, sizeof pause, "%.1f", (double)pause_ms / 1000);
	phrase_line(stderr, door == NODE_DOOR_PORCH ? PHRASE_PORCH_ENDED : PHRASE_LINK_ENDED, PHRASE_WITH(how, pause));
}

static void progressed(void *context, const struct node_progress *progress)
{
	struct serving *serving = context;
	serving->caught_up = progress->caught_up;
	if (progress->caught_up || !serving->loop.want_parent)
		announce(serving);
}

// ---- The page ----

static int open_page(struct serving *serving)
{
	struct command *command = serving->command;
	const struct config *config = &command->home.config;
	const struct site_options options = {
		.program = command->call->program, .home = &command->home, .address = config->page,
		.public_origin = config->public_page[0] ? config->public_page : NULL,
		.tables = { board_routes, board_dash_routes, board_files_routes }, .table_count = 3, .assets = &board_assets,
	};
	if (!config->page[0])
		return VERB_OK;
	enum err err = site_open(&options, &serving->site);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_LISTEN, config->page);
	link_watch(serving->loop.link, site_fd(serving->site));
	return VERB_OK;
}

static int serve_open(struct serving *serving)
{
	struct command *command = serving->command;
	publish(serving);
	enum err err = save(command);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_WRITE_FILE, "tributary.ini");
	serving->loop.want_parent = !hash_is_zero(&command->home.self.parent_curve);
	serving->loop.live = true;
	serving->loop.progress = progressed;
	serving->loop.turned = turned;
	serving->loop.progress_context = serving->loop.turned_context = serving;
	turned(serving);
	if (!serving->loop.want_parent)
		announce(serving);
	volatile sig_atomic_t *stop = stopping_install(link_wake_fd(serving->loop.link));
	ready(serving);
	err = loop_run(&serving->loop, stop);
	return *stop ? VERB_OK : command_done(command, err, PHRASE_CANNOT_SERVE, command->home.dir);
}

// A server that met damage in the middle of its work ended there (cli/stopping). Started again, by whoever starts
// servers, it would meet it again: so the store is checked first, by a process that may end as it likes.
static bool may_serve(const char *dir)
{
	char path[4096 + 16];
	int status = -1;
	snprintf(path, sizeof path, "%s/damaged", dir);
	stopping_mark_damage(path);
	if (access(path, F_OK))
		return true;
	pid_t pid = fork();
	if (pid == 0) {
		int nowhere = open("/dev/null", O_WRONLY);
		dup2(nowhere, STDOUT_FILENO);
		dup2(nowhere, STDERR_FILENO);
		execl("/proc/self/exe", "tributaryd", "-C", dir, "check", (char *)NULL);
		_exit(1);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return pid > 0 && status == 0 && unlink(path) == 0;
}

static int serve(struct command *command)
{
	struct serving serving = { .command = command };
	struct trace trace = { .line = say };
	int code = configure(command);
	if (code)
		return code;
	enum err err = running_begin(&serving.running, command->home.dir);
	if (!err && !may_serve(command->home.dir))
		err = ERR_CORRUPT;
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_SERVE, command->home.dir);
	struct link_options options = {
		.identity = &command->home.self.identity,
		.sync = command->home.config.sync,
		.porch = command->home.config.porch[0] ? command->home.config.porch : NULL,
		.program = "/proc/self/exe", // also when the file was replaced by a newer one
		.ended = ended,
	};
	err = loop_open(&serving.loop, &command->home, &options, verb_given(command->call, "verbose") ? &trace : NULL);
	if (err) {
		code = command_fail(command, err, PHRASE_CANNOT_LISTEN, command->home.config.sync);
	} else {
		code = open_page(&serving);
		if (!code)
			code = serve_open(&serving);
		site_close(serving.site);
		loop_close(&serving.loop);
	}
	running_end(&serving.running);
	return code;
}

int run_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, serve);
}
