#include "io/door_process.h"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "io/confine.h"
#include "io/hatch.h"
#include "io/link_zmq.h"
#include "io/machine.h"

#define EVENTS        64            // of one poll
#define OUT_BYTES     (3 * LIMIT_MESSAGE_BYTES)
#define OUT_SPARE     (16 * 1024)   // kept for short frames
#define IN_BYTES      (2 * LIMIT_MESSAGE_BYTES)
#define HEALTH_MS     1000
#define START_MS      10000
#define MAPPED_BYTES  (64 * 1024)   // larger pieces of memory go back to the machine when they are freed

struct process {
	struct link *link;
	struct hatch_reader in;
	uint8_t *out;                   // owned; what waits for the core
	size_t out_begin, out_end;
	enum node_door door;
	uint64_t call;                  // number of the call to the parent
	uint64_t health_ms;
	struct link_health told;
};

bool door_process_meant(int argc, char **argv)
{
	return argc > 1 && strcmp(argv[1], DOOR_PROCESS_ARGUMENT) == 0;
}

// ---- Towards the core ----

// For something that may wait. Short frames find room behind it.
static bool has_room(const struct process *process, size_t size)
{
	return OUT_BYTES - process->out_end >= sizeof(struct hatch_frame) + size + OUT_SPARE;
}

static void put(struct process *process, const struct hatch_frame *frame, struct span payload)
{
	struct hatch_frame head = *frame;
	if (OUT_BYTES - process->out_end < sizeof head + payload.size)
		return; // as if it had been lost on the way: whoever misses it has time-outs
	head.size = (uint32_t)payload.size;
	memcpy(process->out + process->out_end, &head, sizeof head);
	process->out_end += sizeof head;
	if (payload.size)
		memcpy(process->out + process->out_end, payload.data, payload.size);
	process->out_end += payload.size;
}

static void flush(struct process *process)
{
	while (process->out_begin < process->out_end) {
		ssize_t wrote = write(DOOR_PROCESS_OUT, process->out + process->out_begin, process->out_end - process->out_begin);
		if (wrote <= 0)
			break;
		process->out_begin += (size_t)wrote;
	}
	if (process->out_begin)
		memmove(process->out, process->out + process->out_begin, process->out_end - process->out_begin);
	process->out_end -= process->out_begin;
	process->out_begin = 0;
}

static bool ask(void *context, const struct hash *curve, uint64_t ticket)
{
	struct process *process = context;
	if (!has_room(process, 0))
		return false;
	put(process, &(struct hatch_frame){ .kind = HATCH_ASK, .door = (uint8_t)process->door, .number = ticket, .curve = *curve },
	    span_of(NULL, 0));
	return true;
}

static void tell_event(struct process *process, const struct event *event)
{
	static const uint8_t kinds[] = { [EVENT_MESSAGE] = HATCH_MESSAGE, [EVENT_LINK_DOWN] = HATCH_DOWN, [EVENT_CONNECT] = HATCH_UP };
	bool parent = event->door == NODE_DOOR_PARENT;
	struct hatch_frame frame = { .kind = kinds[event->kind], .door = (uint8_t)event->door, .curve = event->curve,
	                             .link = parent ? process->call : event->link };
	frame.flag = parent && event->kind == EVENT_LINK_DOWN && link_forgotten(process->link);
	put(process, &frame, event->bytes);
}

static void tell_health(struct process *process)
{
	uint64_t now = machine_monotonic_ns() / 1000000;
	struct link_health health = link_health(process->link, process->door);
	if (now - process->health_ms < HEALTH_MS || memcmp(&health, &process->told, sizeof health) == 0)
		return;
	process->health_ms = now;
	process->told = health;
	put(process, &(struct hatch_frame){ .kind = HATCH_HEALTH, .door = (uint8_t)process->door }, span_of(&health, sizeof health));
}

// ---- From the core ----

static void call(struct process *process, const struct hatch_frame *frame, struct span payload)
{
	char address[HATCH_ENDPOINT_BYTES] = "";
	process->call = frame->number;
	if (payload.size >= sizeof address)
		return;
	memcpy(address, payload.data, payload.size);
	if (link_connect(process->link, address, &frame->curve)) {
		struct event lost = { .kind = EVENT_LINK_DOWN, .door = NODE_DOOR_PARENT };
		tell_event(process, &lost);
	}
}

static void obey(struct process *process, const struct hatch_frame *frame, struct span payload)
{
	struct effect effect = { .link = frame->link, .door = frame->door, .bytes = payload };
	switch (frame->kind) {
	case HATCH_CONNECT:
		call(process, frame, payload);
		break;
	case HATCH_DISCONNECT:
		link_disconnect(process->link);
		break;
	case HATCH_SEND:
	case HATCH_CLOSE:
		effect.kind = frame->kind == HATCH_SEND ? EFFECT_SEND : EFFECT_CLOSE;
		link_effect(process->link, &effect);
		break;
	case HATCH_TELL:
		link_zmq_tell(process->link, frame->number, frame->flag != 0);
		break;
	default:
		break;
	}
}

static enum err take_orders(struct process *process)
{
	struct hatch_frame frame;
	struct span payload;
	enum err end = hatch_read(&process->in), err;
	while ((err = hatch_next(&process->in, &frame, &payload)) == ERR_OK)
		obey(process, &frame, payload);
	return err == ERR_MALFORMED ? err : end;
}

// ---- Life ----

// The first frame says who we are. Nothing of a stranger's has been read by then.
static enum err start(struct process *process, struct hatch_start *told, uint64_t *first)
{
	struct pollfd waiting = { .fd = DOOR_PROCESS_IN, .events = POLLIN };
	struct hatch_frame frame;
	struct span payload;
	enum err err;
	do {
		if (poll(&waiting, 1, START_MS) <= 0)
			return ERR_UNREACHABLE;
		err = hatch_read(&process->in);
		if (!err)
			err = hatch_next(&process->in, &frame, &payload);
	} while (err == ERR_NOT_FOUND);
	if (err || frame.kind != HATCH_START || payload.size != sizeof *told)
		return err ? err : ERR_MALFORMED;
	memcpy(told, payload.data, sizeof *told);
	memset(process->in.bytes, 0, process->in.begin); // the key
	told->endpoint[sizeof told->endpoint - 1] = '\0';
	process->door = told->door == NODE_DOOR_PORCH ? NODE_DOOR_PORCH : NODE_DOOR_SYNC;
	prctl(PR_SET_NAME, process->door == NODE_DOOR_PORCH ? "tributary-porch" : "tributary-sync"); // for `ps` and `top`
	*first = frame.number;
	return ERR_OK;
}

static enum err open_door(struct process *process, struct hatch_start *told, uint64_t first, char *bound, size_t size)
{
	struct identity identity = { .curve_public = told->curve_public };
	struct zap_judge judge = { .ask = ask, .context = process };
	memcpy(identity.curve_secret, told->curve_secret, sizeof identity.curve_secret);
	struct link_options options = { .identity = &identity };
	*(process->door == NODE_DOOR_PORCH ? &options.porch : &options.sync) = told->endpoint;
	enum err err = link_zmq_open_judged(&options, &judge, first, &process->link);
	identity_wipe(&identity);
	if (!err)
		err = link_endpoint(process->link, process->door, bound, size);
	return err;
}

// While the core is busy libzmq keeps what it has, and behind it TCP. What the core says is always taken, so
// that the two never wait for each other.
static enum err wait_for_core(struct process *process)
{
	struct pollfd fds[] = { { .fd = DOOR_PROCESS_IN, .events = POLLIN }, { .fd = DOOR_PROCESS_OUT, .events = POLLOUT } };
	poll(fds, sizeof fds / sizeof fds[0], HEALTH_MS);
	flush(process);
	return take_orders(process);
}

static enum err turn(struct process *process)
{
	struct event events[EVENTS];
	size_t count = 0;
	enum err err = ERR_OK;
	while (!err && process->out_end > 0)
		err = wait_for_core(process);
	if (!err)
		err = link_poll(process->link, HEALTH_MS, events, EVENTS, &count);
	for (size_t i = 0; i < count && !err; i++) {
		while (!err && !has_room(process, events[i].bytes.size))
			err = wait_for_core(process);
		tell_event(process, &events[i]);
	}
	tell_health(process);
	if (!err)
		err = take_orders(process);
	flush(process);
	return err;
}

static enum err open_process(struct process *process)
{
	char bound[HATCH_ENDPOINT_BYTES] = "";
	struct hatch_start told;
	uint64_t first;
	enum err err = start(process, &told, &first);
	if (err)
		return err;
	confine_memory(told.memory_bytes);
	confine_files();
	err = open_door(process, &told, first, bound, sizeof bound);
	confine_calls(process->door != NODE_DOOR_PORCH);
	memset(&told, 0, sizeof told);
	put(process, &(struct hatch_frame){ .kind = HATCH_READY, .door = (uint8_t)process->door, .flag = (uint16_t)err }, span_string(bound));
	flush(process);
	return err;
}

int door_process_run(void)
{
	struct process process = { .out = malloc(OUT_BYTES) };
	mallopt(M_ARENA_MAX, 2);
	mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);  // of the terminal, to all of us: the core ends us
	signal(SIGTERM, SIG_IGN); // of a whole group, likewise
	if (!process.out || hatch_reader_open(&process.in, DOOR_PROCESS_IN, IN_BYTES) ||
	    fcntl(DOOR_PROCESS_IN, F_SETFL, O_NONBLOCK) || fcntl(DOOR_PROCESS_OUT, F_SETFL, O_NONBLOCK))
		return 1;
	enum err err = open_process(&process);
	if (process.link)
		link_watch(process.link, DOOR_PROCESS_IN);
	while (!err)
		err = turn(&process);
	link_close(process.link);
	hatch_reader_close(&process.in);
	free(process.out);
	return err == ERR_UNREACHABLE ? 0 : 1;
}
