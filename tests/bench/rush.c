// A rush: thousands of devices come to one real server at the same moment, over real CURVE connections.
//
//	tributary_rush TRIBUTARYD PACK.yaml DIR [BRANCHES [PROCESSES]]
//
// The server is the program itself, with its store on disk. Each device has an identity, an address of its own (127.x.y.z), and
// speaks the protocol: it greets, takes what it is given, and goes. First all are new, and each is given the whole charter
// and the pack (the first day); then each comes again and there is nothing to say (the end of a month, once the work is sent).
// Both are played twice: keeping to what the server says, and on their own, trying again after 1 s, doubled up to 60 s.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "io/curve_socket.h"
#include "io/machine.h"
#include "stage.h"
#include "support/crowd.h"
#include "sync/message.h"

enum { PATIENCE_MS = 60000, RETRY_FIRST_MS = 1000, RETRY_MAX_MS = 60000, ROUNDS = 4, TURN_NS = 4000000, SOCKETS = 16384 };

struct device {
	struct identity identity;
	struct curve_socket at;
	bool open, done;
	uint64_t comes_ms, said_ms, retry_ms;
	unsigned asked;
	struct id server;
	uint64_t cursor;
	uint32_t mark;
};

// What one process saw of one round.
struct outcome {
	uint64_t served, asked, asked_most, last_ms, worst_ms, lost;
};

struct load {
	void *zmq;
	struct device *devices;
	size_t count;
	uint32_t first;      // number of devices[0]
	char endpoint[128];
	struct hash server;
	bool told, again;    // keeps to what the server says; has been here before
	uint64_t start_ms;
	struct outcome outcome;
};

static uint64_t now_ms(void)
{
	return machine_monotonic_ns() / 1000000;
}

// ---- A device ----

static void send(struct device *device, enum message_kind kind, const ProtobufCMessage *message)
{
	struct buf bytes = BUF_EMPTY;
	message_write(kind, message, &bytes);
	if (!bytes.err)
		zmq_send(device->at.socket, bytes.data, bytes.size, ZMQ_DONTWAIT);
	buf_free(&bytes);
}

static void greet(struct load *load, struct device *device)
{
	const uint8_t life[LIMIT_ID_BYTES] = { 7 };
	Tributary__Hello hello = TRIBUTARY__HELLO__INIT;
	hello.version = MESSAGE_VERSION;
	hello.incarnation = pb_bytes(span_of(life, sizeof life));
	if (load->again) {
		hello.server = pb_bytes(id_span(&device->server));
		hello.cursor = device->cursor;
		hello.mark = device->mark;
	}
	send(device, MESSAGE_HELLO, &hello.base);
}

static void leave(struct device *device)
{
	curve_socket_close(&device->at);
	device->open = false;
}

static void come(struct load *load, struct device *device)
{
	char address[192];
	uint32_t number = load->first + (uint32_t)(device - load->devices) + 2;
	snprintf(address, sizeof address, "tcp://127.%u.%u.%u:0;%s", 1 + (number >> 16), (number >> 8) & 255, number & 255,
	         load->endpoint + strlen("tcp://"));
	stage_check(curve_socket_connect(load->zmq, &device->identity, &load->server, address, LIMIT_MESSAGE_BYTES, &device->at),
	            "a connection");
	device->open = true;
	device->said_ms = now_ms();
	device->asked++;
}

static void come_later(struct load *load, struct device *device)
{
	load->outcome.lost++;
	leave(device);
	device->comes_ms = now_ms() + device->retry_ms / 2 + (uint64_t)rand() % (device->retry_ms / 2);
	device->retry_ms = 2 * device->retry_ms < RETRY_MAX_MS ? 2 * device->retry_ms : RETRY_MAX_MS;
}

static void finish(struct load *load, struct device *device)
{
	struct outcome *outcome = &load->outcome;
	Tributary__Bye bye = TRIBUTARY__BYE__INIT;
	send(device, MESSAGE_BYE, &bye.base);
	leave(device);
	device->done = true;
	outcome->served++;
	outcome->asked += device->asked;
	outcome->asked_most = device->asked > outcome->asked_most ? device->asked : outcome->asked_most;
	outcome->last_ms = outcome->worst_ms = now_ms() - load->start_ms; // all came at once: the last waited longest
}

static void on_answer(struct load *load, struct device *device, const Tributary__Answer *answer)
{
	device->said_ms = now_ms();
	if (answer->server.len)
		id_read(pb_span(answer->server), &device->server);
	if (answer->cursor) {
		device->cursor = answer->cursor;
		device->mark = answer->mark;
	}
	if (answer->more) {
		Tributary__Next next = TRIBUTARY__NEXT__INIT;
		next.cursor = device->cursor;
		next.room = LIMIT_ANSWER_BYTES; // as a device on a fast road
		send(device, MESSAGE_NEXT, &next.base);
	} else {
		finish(load, device);
	}
}

static void hear(struct load *load, struct device *device, zmq_msg_t *said)
{
	struct arena arena;
	enum message_kind kind;
	ProtobufCMessage *message;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = message_read(span_of(zmq_msg_data(said), zmq_msg_size(said)), MESSAGE_DOWN, &arena, &kind, &message);
	stage_check(err, "what the server said");
	if (kind == MESSAGE_ANSWER) {
		on_answer(load, device, (const Tributary__Answer *)message);
	} else if (kind == MESSAGE_BYE) {
		uint64_t wait_ms = ((const Tributary__Bye *)message)->come_back_ms;
		come_later(load, device);
		load->outcome.lost--;
		if (load->told && wait_ms)
			device->comes_ms = now_ms() + wait_ms;
	}
	arena_free(&arena);
}

static void turn(struct load *load, struct device *device)
{
	int connection;
	if (!device->open) {
		if (now_ms() >= device->comes_ms)
			come(load, device);
		return;
	}
	for (enum curve_news news; (news = curve_socket_news(&device->at, &connection)) != CURVE_NOTHING;) {
		if (news == CURVE_READY)
			greet(load, device);
		if (news == CURVE_LOST) {
			come_later(load, device);
			return;
		}
	}
	zmq_msg_t said;
	zmq_msg_init(&said);
	if (zmq_msg_recv(&said, device->at.socket, ZMQ_DONTWAIT) > 0)
		hear(load, device, &said);
	else if (now_ms() - device->said_ms > PATIENCE_MS)
		come_later(load, device);
	zmq_msg_close(&said);
}

static void play(struct load *load)
{
	const struct timespec moment = { .tv_nsec = TURN_NS };
	load->outcome = (struct outcome){ .served = 0 };
	load->start_ms = now_ms();
	for (size_t i = 0; i < load->count; i++) {
		struct device *device = &load->devices[i];
		device->done = false;
		device->comes_ms = 0;
		device->retry_ms = RETRY_FIRST_MS;
		device->asked = 0;
	}
	while (load->outcome.served < load->count) {
		for (size_t i = 0; i < load->count; i++)
			if (!load->devices[i].done)
				turn(load, &load->devices[i]);
		nanosleep(&moment, NULL);
	}
}

// ---- Processes ----

static const struct {
	bool told, again;
	const char *text;
} rounds[ROUNDS] = {
	{ true, false, "the first day, told when to come" },
	{ false, false, "the first day, on their own" },
	{ true, true, "the end of a month, told when to come" },
	{ false, true, "the end of a month, on their own" },
};

// A byte on `go` begins a round; what came of it goes to `said`.
static void work(struct load *load, int go, int said)
{
	char byte;
	load->zmq = zmq_ctx_new();
	zmq_ctx_set(load->zmq, ZMQ_MAX_SOCKETS, SOCKETS);
	load->devices = calloc(load->count, sizeof *load->devices);
	stage_check(load->devices ? ERR_OK : ERR_NOMEM, "devices");
	srand(load->first + 1);
	for (size_t i = 0; i < load->count; i++)
		crowd_identity(load->first + (uint32_t)i, &load->devices[i].identity);
	for (size_t i = 0; i < ROUNDS && read(go, &byte, 1) == 1; i++) {
		load->told = rounds[i].told;
		load->again = rounds[i].again;
		play(load);
		if (write(said, &load->outcome, sizeof load->outcome) < 0)
			_exit(1);
	}
	_exit(0);
}

// The server's three processes together: what is theirs alone, at most.
static uint64_t memory(pid_t server)
{
	char path[64];
	long child;
	uint64_t sum = stage_resident(server, "VmHWM");
	snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)server, (long)server);
	FILE *file = fopen(path, "r");
	while (file && fscanf(file, "%ld", &child) == 1)
		sum += stage_resident((pid_t)child, "VmHWM");
	if (file)
		fclose(file);
	return sum;
}

static pid_t serve(const char *program, const char *dir, char *line, size_t size)
{
	int pipes[2];
	stage_check(pipe(pipes) ? ERR_IO : ERR_OK, "pipe");
	pid_t pid = fork();
	if (pid == 0) {
		dup2(pipes[1], STDOUT_FILENO);
		execl(program, program, "-C", dir, "--json", "run", "--sync", "tcp://127.0.0.1:*", "--porch", "tcp://127.0.0.1:*", (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	struct stage_child child = { .pid = pid, .from = pipes[0] };
	stage_line(&child, line, size);
	return pid;
}

static void enrol_all(const char *dir, uint32_t branches)
{
	struct home home;
	struct txn txn;
	struct pen pen;
	stage_check(home_open(dir, HOME_WRITE, &home), "the server's home");
	for (uint32_t from = 0; from < branches; from += CROWD_AT_ONCE) {
		uint32_t count = branches - from < CROWD_AT_ONCE ? branches - from : CROWD_AT_ONCE;
		stage_check(home_pen_begin(&home, &txn, &pen), "enrolling");
		stage_check(crowd_enrol(&pen, &home.self, from, count), "enrolling");
		stage_check(home_pen_commit(&txn, &pen), "enrolling");
	}
	home_close(&home);
}

static void add(struct outcome *sum, const struct outcome *part)
{
	sum->served += part->served;
	sum->asked += part->asked;
	sum->lost += part->lost;
	sum->asked_most = part->asked_most > sum->asked_most ? part->asked_most : sum->asked_most;
	sum->last_ms = part->last_ms > sum->last_ms ? part->last_ms : sum->last_ms;
}

static void play_rounds(pid_t server, const int go[2], const int said[2], size_t processes)
{
	printf("| round | all served after | the same each | asked, on average | at most | calls lost | server, resident at most |\n"
	       "|---|---:|---:|---:|---:|---:|---:|\n");
	for (size_t i = 0; i < ROUNDS; i++) {
		struct outcome sum = { .served = 0 }, part;
		for (size_t k = 0; k < processes; k++)
			stage_check(write(go[1], "g", 1) == 1 ? ERR_OK : ERR_IO, "a process");
		for (size_t k = 0; k < processes; k++) {
			stage_check(read(said[0], &part, sizeof part) == (ssize_t)sizeof part ? ERR_OK : ERR_IO, "a process");
			add(&sum, &part);
		}
		printf("| %s | %.1f s | %.1f ms | %.2f | %llu | %llu | %llu MiB |\n", rounds[i].text, (double)sum.last_ms / 1000,
		       (double)sum.last_ms / (double)sum.served, (double)sum.asked / (double)sum.served, (unsigned long long)sum.asked_most,
		       (unsigned long long)sum.lost, (unsigned long long)(memory(server) >> 20));
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	struct stage stage;
	char line[1024] = "";
	int go[2], said[2];
	if (argc < 4) {
		fprintf(stderr, "usage: tributary_rush TRIBUTARYD PACK.yaml DIR [BRANCHES [PROCESSES]]\n");
		return 64;
	}
	uint32_t branches = argc > 4 ? (uint32_t)atoi(argv[4]) : 2000;
	size_t processes = argc > 5 ? (size_t)atoi(argv[5]) : 4;
	stage_open(&stage, argv[3], argv[2]);
	enrol_all(stage.server, branches);
	struct home home;
	stage_check(home_open(stage.server, HOME_READ, &home), "the server's home");
	struct load load = { .server = home.self.identity.curve_public };
	home_close(&home);
	pid_t server = serve(argv[1], stage.server, line, sizeof line);
	const char *address = strstr(line, "tcp://");
	stage_check(address ? ERR_OK : ERR_UNREACHABLE, "the server");
	snprintf(load.endpoint, sizeof load.endpoint, "%.*s", (int)strcspn(address, "\""), address);
	stage_check(pipe(go) || pipe(said) ? ERR_IO : ERR_OK, "pipe");
	fflush(NULL);
	for (size_t k = 0; k < processes; k++) {
		load.first = (uint32_t)(branches * k / processes);
		load.count = branches * (k + 1) / processes - load.first;
		if (fork() == 0)
			work(&load, go[0], said[1]);
	}
	play_rounds(server, go, said, processes);
	kill(server, SIGTERM);
	while (wait(NULL) > 0) {
	}
	stage_close(&stage);
	return 0;
}
