#include "io/link_apart.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/confine.h"
#include "io/door_process.h"
#include "io/hatch.h"
#include "io/link_inside.h"
#include "io/machine.h"

#define SYNC_BUFFER     (8 * 1024 * 1024) // what one poll may take of those below
#define PORCH_BUFFER    (LIMIT_MESSAGE_BYTES + 64 * 1024)
#define SYNC_MEMORY     (768 * 1024 * 1024)
#define PORCH_MEMORY    (48 * 1024 * 1024)
#define PORCH_PER_POLL  16    // strangers' messages: the others go first
#define START_MS        15000 // to open its door
#define LOCKED_MS       1000
#define WRITE_MS        10000 // a child that takes nothing for so long is ended
#define PAUSE_FIRST_MS  100
#define PAUSE_MAX_MS    10000
#define LASTED_MS       60000 // then the next pause is the first again

enum child_state { CHILD_NONE, CHILD_STARTING, CHILD_RUNNING, CHILD_RESTING };

struct child {
	enum child_state state;
	enum node_door door;
	pid_t pid;
	struct hatch_reader in;
	int out;                  // -1: none
	struct hatch_start start; // the endpoint becomes the one that was bound
	uint64_t life;            // upper half of the numbers of its links
	uint64_t since_ms;        // started, or rests until
	uint64_t pause_ms;
	bool ended;               // the node has yet to be told
	enum err refused;         // why it could not open its door
	struct link_health health;
};

enum { CHILD_SYNC, CHILD_PORCH, CHILDREN };

struct link_apart {
	struct link link;
	struct link_options options; // of which only what is asked later is used
	struct child child[CHILDREN];
	uint64_t lives;
	uint64_t call;            // number of the last call to the parent
	bool calling;
	struct hash parent_curve;
};

static struct link_apart *of(struct link *link)
{
	return (struct link_apart *)(void *)link;
}

static uint64_t now(void)
{
	return machine_monotonic_ns() / 1000000;
}

// ---- A child's life ----

static void become_child(const char *program, int in, int out)
{
	int far_in = fcntl(in, F_DUPFD, DOOR_PROCESS_OUT + 1), far_out = fcntl(out, F_DUPFD, DOOR_PROCESS_OUT + 1);
	if (far_in < 0 || far_out < 0 || dup2(far_in, DOOR_PROCESS_IN) < 0 || dup2(far_out, DOOR_PROCESS_OUT) < 0)
		_exit(1);
	confine_descriptors(DOOR_PROCESS_OUT + 1);
	confine_raise_files();
	confine_to_parent();
	char *const arguments[] = { (char *)(uintptr_t)"tributaryd", (char *)(uintptr_t)DOOR_PROCESS_ARGUMENT, NULL };
	char *const surroundings[] = { NULL }; // nothing of ours is its business
	execve(program, arguments, surroundings);
	_exit(1);
}

static enum err open_pipe(int ends[2])
{
	if (pipe(ends)) {
		ends[0] = ends[1] = -1;
		return ERR_IO;
	}
	for (int i = 0; i < 2; i++)
		if (fcntl(ends[i], F_SETFD, FD_CLOEXEC))
			return ERR_IO;
	return ERR_OK;
}

static void close_pipe(int ends[2])
{
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	ends[0] = ends[1] = -1;
}

static enum err spawn(struct link_apart *link, struct child *child)
{
	int down[2] = { -1, -1 }, up[2] = { -1, -1 };
	enum err err = open_pipe(down);
	if (!err)
		err = open_pipe(up);
	if (!err && (fcntl(down[1], F_SETFL, O_NONBLOCK) || fcntl(up[0], F_SETFL, O_NONBLOCK)))
		err = ERR_IO;
	child->pid = err ? -1 : fork();
	if (child->pid == 0)
		become_child(link->options.program, down[0], up[1]);
	if (child->pid < 0) {
		child->pid = 0;
		close_pipe(down);
		close_pipe(up);
		return ERR_IO;
	}
	close(down[0]);
	close(up[1]);
	child->out = down[1];
	child->in.fd = up[0];
	child->in.begin = child->in.end = 0;
	child->state = CHILD_STARTING;
	child->refused = ERR_OK;
	child->since_ms = now();
	child->life = ++link->lives;
	child->health.pid = child->pid;
	child->health.open = child->health.newcomers = 0;
	struct hatch_frame frame = { .kind = HATCH_START, .door = (uint8_t)child->door, .number = child->life << 32 | 1 };
	return hatch_write(child->out, &frame, span_of(&child->start, sizeof child->start), WRITE_MS);
}

static void describe_end(int status, char *how, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(how, size, "signal %d", WTERMSIG(status));
	else
		snprintf(how, size, "exit code %d", WEXITSTATUS(status));
}

// It has ended, or is ended here: nothing is heard from it, its connections are gone with it.
static void bury(struct link_apart *link, struct child *child)
{
	int status = 0;
	char how[32];
	uint64_t lasted = now() - child->since_ms;
	kill(child->pid, SIGKILL); // harmless where it has ended by itself: it was not waited for yet
	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
	}
	close(child->in.fd);
	close(child->out);
	child->in.fd = child->out = -1;
	child->pid = 0;
	child->ended = child->ended || child->state == CHILD_RUNNING;
	if (lasted > LASTED_MS || child->pause_ms == 0)
		child->pause_ms = PAUSE_FIRST_MS;
	else if (child->pause_ms < PAUSE_MAX_MS)
		child->pause_ms = child->pause_ms * 2 < PAUSE_MAX_MS ? child->pause_ms * 2 : PAUSE_MAX_MS;
	child->state = CHILD_RESTING;
	child->since_ms = now() + child->pause_ms;
	child->health.pid = 0;
	child->health.restarts++;
	describe_end(status, how, sizeof how);
	if (link->options.ended)
		link->options.ended(link->options.ended_context, child->door, how, child->pause_ms);
}

static void say(struct link_apart *link, struct child *child, const struct hatch_frame *frame, struct span payload)
{
	if (child->state == CHILD_RUNNING && hatch_write(child->out, frame, payload, WRITE_MS))
		bury(link, child);
}

static void wake_the_rested(struct link_apart *link)
{
	for (size_t i = 0; i < CHILDREN; i++) {
		struct child *child = &link->child[i];
		if (child->state == CHILD_RESTING && now() >= child->since_ms && spawn(link, child)) {
			if (child->pid)
				bury(link, child);
			child->since_ms = now() + PAUSE_MAX_MS;
		} else if (child->state == CHILD_STARTING && now() - child->since_ms > START_MS) {
			bury(link, child);
		}
	}
}

// ---- What a child says ----

struct gather {
	struct link_apart *link;
	struct event *events;
	size_t max, count;
};

static void give(struct gather *gather, struct event event)
{
	assert(gather->count < gather->max);
	gather->events[gather->count++] = event;
}

static void hear_ready(struct child *child, const struct hatch_frame *frame, struct span payload)
{
	child->refused = frame->flag < ERR_COUNT ? (enum err)frame->flag : ERR_IO;
	if (child->refused || payload.size >= sizeof child->start.endpoint)
		return;
	memset(child->start.endpoint, 0, sizeof child->start.endpoint);
	memcpy(child->start.endpoint, payload.data, payload.size);
	child->state = CHILD_RUNNING;
}

static void answer(struct link_apart *link, struct child *child, const struct hatch_frame *frame)
{
	struct hatch_frame reply = { .kind = HATCH_TELL, .number = frame->number };
	reply.flag = child->door == NODE_DOOR_SYNC && link->options.admit &&
	             link->options.admit(link->options.admit_context, &frame->curve);
	say(link, child, &reply, span_of(NULL, 0));
}

static bool of_parent(struct gather *gather, const struct child *child, const struct hatch_frame *frame, struct span payload)
{
	static const struct {
		enum hatch_kind said;
		enum event_kind means;
	} meanings[] = { { HATCH_MESSAGE, EVENT_MESSAGE }, { HATCH_DOWN, EVENT_LINK_DOWN }, { HATCH_UP, EVENT_CONNECT } };
	struct link_apart *link = gather->link;
	if (child->door != NODE_DOOR_SYNC || frame->door != NODE_DOOR_PARENT)
		return false;
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
		if (meanings[i].said != frame->kind || !link->calling || frame->link != link->call)
			continue; // or what a call that is over still had to say
		give(gather, (struct event){ .kind = meanings[i].means, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT,
		                             .curve = link->parent_curve, .bytes = payload });
		link->link.forgotten = frame->kind == HATCH_DOWN && frame->flag;
		if (frame->kind == HATCH_DOWN)
			link->calling = false;
	}
	return true;
}

static void of_door(struct gather *gather, const struct child *child, const struct hatch_frame *frame, struct span payload)
{
	if (frame->door != child->door || frame->link >> 32 != child->life)
		return; // it may not speak for another
	if (frame->kind == HATCH_MESSAGE && payload.size > 0)
		give(gather, (struct event){ .kind = EVENT_MESSAGE, .link = frame->link, .door = child->door, .curve = frame->curve,
		                             .bytes = payload });
	else if (frame->kind == HATCH_DOWN)
		give(gather, (struct event){ .kind = EVENT_LINK_DOWN, .link = frame->link, .door = child->door });
}

static void hear(struct gather *gather, struct child *child, const struct hatch_frame *frame, struct span payload)
{
	if (frame->kind == HATCH_READY && child->state == CHILD_STARTING) {
		hear_ready(child, frame, payload);
	} else if (frame->kind == HATCH_ASK) {
		answer(gather->link, child, frame);
	} else if (frame->kind == HATCH_HEALTH && payload.size == sizeof child->health) {
		struct link_health told;
		memcpy(&told, payload.data, sizeof told);
		child->health.refused = told.refused;
		child->health.open = told.open;
		child->health.newcomers = told.newcomers;
	} else if (!of_parent(gather, child, frame, payload)) {
		of_door(gather, child, frame, payload);
	}
	if (frame->kind == HATCH_MESSAGE)
		gather->link->link.in += payload.size;
}

static void hear_child(struct gather *gather, struct child *child)
{
	struct hatch_frame frame;
	struct span payload;
	size_t share = child->door == NODE_DOOR_PORCH ? PORCH_PER_POLL : gather->max, had = gather->count;
	enum err err = ERR_OK;
	if (child->pid == 0)
		return;
	enum err end = hatch_read(&child->in);
	while (child->pid && gather->count < gather->max && gather->count - had < share &&
	       (err = hatch_next(&child->in, &frame, &payload)) == ERR_OK)
		hear(gather, child, &frame, payload);
	if (child->pid && (err == ERR_MALFORMED || child->refused || (end && !hatch_waits(&child->in))))
		bury(gather->link, child);
}

// Its connections are down: those below, and the parent's with the sync door's.
static void tell_of_ends(struct gather *gather)
{
	for (size_t i = 0; i < CHILDREN; i++) {
		struct child *child = &gather->link->child[i];
		if (!child->ended || gather->max - gather->count < 2)
			continue;
		child->ended = false;
		give(gather, (struct event){ .kind = EVENT_LINK_DOWN, .link = NODE_LINK_EVERY, .door = child->door });
		if (child->door == NODE_DOOR_SYNC && gather->link->calling)
			give(gather, (struct event){ .kind = EVENT_LINK_DOWN, .link = NODE_LINK_PARENT, .door = NODE_DOOR_PARENT,
			                             .curve = gather->link->parent_curve });
		if (child->door == NODE_DOOR_SYNC)
			gather->link->calling = false;
	}
}

// ---- The port ----

static int patience(const struct link_apart *link, int timeout_ms)
{
	for (size_t i = 0; i < CHILDREN; i++) {
		const struct child *child = &link->child[i];
		uint64_t left = child->since_ms > now() ? child->since_ms - now() : 0;
		if (child->ended || (child->pid && hatch_waits(&child->in)))
			return 0;
		if (child->state == CHILD_RESTING && (timeout_ms < 0 || left < (uint64_t)timeout_ms))
			timeout_ms = (int)left;
	}
	return timeout_ms;
}

static enum err poll_link(struct link *base, int timeout_ms, struct event *events, size_t max, size_t *count)
{
	struct link_apart *link = of(base);
	struct gather gather = { .link = link, .events = events, .max = max };
	struct pollfd fds[2 + CHILDREN] = { { .fd = link->link.wake[0], .events = POLLIN },
	                                    { .fd = link->link.watched, .events = POLLIN } };
	*count = 0;
	wake_the_rested(link);
	for (size_t i = 0; i < CHILDREN; i++)
		fds[2 + i] = (struct pollfd){ .fd = link->child[i].pid ? link->child[i].in.fd : -1, .events = POLLIN };
	if (poll(fds, sizeof fds / sizeof fds[0], patience(link, timeout_ms)) < 0 && errno != EINTR)
		return ERR_IO;
	link_drain(&link->link);
	for (size_t i = CHILDREN; i-- > 0;) // the porch first: it takes little
		hear_child(&gather, &link->child[i]);
	tell_of_ends(&gather);
	*count = gather.count;
	return ERR_OK;
}

static struct child *child_of(struct link_apart *link, enum node_door door)
{
	return &link->child[door == NODE_DOOR_PORCH ? CHILD_PORCH : CHILD_SYNC];
}

static void carry_out(struct link *base, const struct effect *effect)
{
	struct link_apart *link = of(base);
	struct child *child = child_of(link, effect->door);
	bool parent = effect->door == NODE_DOOR_PARENT;
	if (parent ? !link->calling : effect->link >> 32 != child->life)
		return; // it is gone, and the caller is told or was
	struct hatch_frame frame = { .kind = effect->kind == EFFECT_SEND ? HATCH_SEND : HATCH_CLOSE,
	                             .door = (uint8_t)effect->door, .link = effect->link };
	say(link, child, &frame, effect->kind == EFFECT_SEND ? effect->bytes : span_of(NULL, 0));
	if (effect->kind == EFFECT_SEND)
		link->link.out += effect->bytes.size;
	else if (parent)
		link->calling = false;
}

static void disconnect_up(struct link *base)
{
	struct link_apart *link = of(base);
	struct hatch_frame frame = { .kind = HATCH_DISCONNECT, .door = NODE_DOOR_PARENT };
	if (link->calling)
		say(link, &link->child[CHILD_SYNC], &frame, span_of(NULL, 0));
	link->calling = false;
}

static enum err connect_up(struct link *base, const char *address, const struct hash *server_curve)
{
	struct link_apart *link = of(base);
	struct child *child = &link->child[CHILD_SYNC];
	struct hatch_frame frame = { .kind = HATCH_CONNECT, .door = NODE_DOOR_PARENT, .number = link->call + 1, .curve = *server_curve };
	disconnect_up(base);
	if (strlen(address) >= HATCH_ENDPOINT_BYTES)
		return ERR_USAGE;
	say(link, child, &frame, span_string(address));
	if (child->state != CHILD_RUNNING)
		return ERR_UNREACHABLE;
	link->call++;
	link->calling = true;
	link->link.forgotten = false;
	link->parent_curve = *server_curve;
	return ERR_OK;
}

static enum err endpoint(const struct link *base, enum node_door door, char *text, size_t size)
{
	const struct link_apart *link = (const struct link_apart *)(const void *)base;
	const struct child *child = &link->child[door == NODE_DOOR_PORCH ? CHILD_PORCH : CHILD_SYNC];
	if (door == NODE_DOOR_PARENT || child->state == CHILD_NONE)
		return ERR_NOT_FOUND;
	return snprintf(text, size, "%s", child->start.endpoint) < (int)size ? ERR_OK : ERR_TOO_LARGE;
}

static struct link_health health(const struct link *base, enum node_door door)
{
	const struct link_apart *link = (const struct link_apart *)(const void *)base;
	return link->child[door == NODE_DOOR_PORCH ? CHILD_PORCH : CHILD_SYNC].health;
}

static void close_link(struct link *base)
{
	struct link_apart *link = of(base);
	link->options.ended = NULL;
	for (size_t i = 0; i < CHILDREN; i++) {
		if (link->child[i].pid)
			bury(link, &link->child[i]);
		hatch_reader_close(&link->child[i].in);
		sodium_memzero(&link->child[i].start, sizeof link->child[i].start);
	}
	link_finish(&link->link);
	free(link);
}

// ---- Opening ----

static enum err open_child(struct link_apart *link, struct child *child, enum node_door door, const char *at)
{
	const struct identity *identity = link->options.identity;
	bool porch = door == NODE_DOOR_PORCH;
	*child = (struct child){ .state = CHILD_NONE, .door = door, .out = -1, .in = { .fd = -1 } };
	if (!at)
		return ERR_OK;
	if (strlen(at) >= sizeof child->start.endpoint)
		return ERR_USAGE;
	child->start = (struct hatch_start){ .curve_public = identity->curve_public, .door = door,
	                                     .memory_bytes = porch ? PORCH_MEMORY : SYNC_MEMORY };
	memcpy(child->start.curve_secret, identity->curve_secret, sizeof child->start.curve_secret);
	memcpy(child->start.endpoint, at, strlen(at));
	enum err err = hatch_reader_open(&child->in, -1, porch ? PORCH_BUFFER : SYNC_BUFFER);
	return err ? err : spawn(link, child);
}

// Until the child says how it went, which is the first thing that it says.
static enum err await(struct link_apart *link, struct child *child)
{
	struct hatch_frame frame;
	struct span payload;
	uint64_t until = now() + START_MS;
	enum err err = ERR_NOT_FOUND;
	while (child->state == CHILD_STARTING && err == ERR_NOT_FOUND && now() < until) {
		struct pollfd waiting = { .fd = child->in.fd, .events = POLLIN };
		enum err end = poll(&waiting, 1, (int)(until - now())) > 0 ? hatch_read(&child->in) : ERR_OK;
		err = hatch_next(&child->in, &frame, &payload);
		if (!err && frame.kind == HATCH_READY)
			hear_ready(child, &frame, payload);
		else if (end)
			err = end;
	}
	if (child->state == CHILD_RUNNING || child->state == CHILD_NONE)
		return ERR_OK;
	bury(link, child);
	return child->refused ? child->refused : ERR_IO;
}

// A server that was killed a moment ago may leave its children with the address for another moment.
static enum err open_surely(struct link_apart *link, struct child *child, uint64_t until)
{
	const struct timespec moment = { .tv_nsec = 50 * 1000000 };
	enum err err = await(link, child);
	while (err == ERR_LOCKED && now() < until) {
		nanosleep(&moment, NULL);
		err = spawn(link, child);
		err = err ? err : await(link, child);
	}
	child->health.restarts = 0;
	child->pause_ms = 0;
	return err;
}

enum err link_apart_open(const struct link_options *options, struct link **opened)
{
	static const struct link_port port = { .close = close_link, .endpoint = endpoint, .connect = connect_up,
	                                       .disconnect = disconnect_up, .poll = poll_link, .effect = carry_out,
	                                       .health = health };
	struct link_apart *link = calloc(1, sizeof *link);
	*opened = NULL;
	if (!link)
		return ERR_NOMEM;
	signal(SIGPIPE, SIG_IGN); // a child may end while it is spoken to
	enum err err = link_init(&link->link, &port);
	link->options = *options;
	link->options.ended = NULL; // one that cannot even open is told of by what is returned
	enum err sync = open_child(link, &link->child[CHILD_SYNC], NODE_DOOR_SYNC, options->sync);
	enum err porch = open_child(link, &link->child[CHILD_PORCH], NODE_DOOR_PORCH, options->porch);
	err = err ? err : sync ? sync : porch;
	uint64_t until = now() + LOCKED_MS;
	for (size_t i = 0; i < CHILDREN && !err; i++)
		err = open_surely(link, &link->child[i], until);
	link->options.ended = options->ended;
	if (err)
		close_link(&link->link);
	else
		*opened = &link->link;
	return err;
}
