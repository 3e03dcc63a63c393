// One who means harm, for tests/e2e/siege.sh: stranger MODE ENDPOINT CODE SECONDS [COUNT]
//
//	hold       COUNT connections from many addresses, kept open and silent; what is cut is opened again
//	crowd      the same from one address
//	greet      as hold, each with a ZMTP greeting first
//	shake      CURVE handshakes with fresh keys, as many as the machine can do
//	endless    a message of parts that never ends, on COUNT connections
//	tiny       messages of one byte
//	deaf       asks and never reads (over raw TCP after the handshake nothing is read: a receive mark of one)
//	squat      routing ids of the form that libzmq gives its own peers
//
// CODE is an invitation, of which only the server's key is used. Says at the end what it was able to do:
//	{"opened": n, "open_at_once": n, "cut": n, "sent": n}
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#include "org/enrol.h"

#define FLEET 64 // sockets of libzmq's at once

struct siege {
	const char *endpoint;
	struct enrol_invitation invitation;
	double until;
	size_t count;
	uint64_t opened, open_at_once, cut, sent;
};

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool goes_on(const struct siege *siege)
{
	return seconds() < siege->until;
}

static void pause_ms(long ms)
{
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&pause, NULL);
}

// ---- Connections ----

static int dial(const struct siege *siege, bool anywhere)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	struct sockaddr_in from = { .sin_family = AF_INET };
	to.sin_port = htons((uint16_t)atoi(strrchr(siege->endpoint, ':') + 1));
	from.sin_addr.s_addr = htonl(0x7f010000 | randombytes_uniform(0xffff));
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (anywhere && bind(fd, (const struct sockaddr *)(const void *)&from, sizeof from) == 0) {
	}
	if (connect(fd, (const struct sockaddr *)(const void *)&to, sizeof to) == 0 || errno == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
}

static void greet(int fd)
{
	uint8_t greeting[64] = { 0xff, [9] = 0x7f, [10] = 3, [12] = 'C', 'U', 'R', 'V', 'E' };
	(void)!send(fd, greeting, sizeof greeting, MSG_NOSIGNAL);
}

static void keep(struct siege *siege, bool anywhere, bool greets)
{
	struct pollfd *fds = calloc(siege->count, sizeof *fds);
	bool *greeted = calloc(siege->count, sizeof *greeted);
	if (!fds || !greeted)
		exit(1);
	for (size_t i = 0; i < siege->count; i++)
		fds[i].fd = -1;
	while (goes_on(siege)) {
		uint64_t open = 0;
		for (size_t i = 0; i < siege->count && goes_on(siege); i++) {
			if (fds[i].fd >= 0)
				continue;
			fds[i] = (struct pollfd){ .fd = dial(siege, anywhere), .events = POLLIN | (greets ? POLLOUT : 0) };
			greeted[i] = false;
			siege->opened += fds[i].fd >= 0;
		}
		poll(fds, siege->count, 50);
		for (size_t i = 0; i < siege->count; i++) {
			char bytes[256];
			if (fds[i].fd >= 0 && fds[i].revents & POLLOUT && !greeted[i]) {
				greet(fds[i].fd);
				greeted[i] = true;
				fds[i].events = POLLIN;
			}
			ssize_t got = fds[i].fd >= 0 && fds[i].revents & (POLLIN | POLLERR | POLLHUP) ? recv(fds[i].fd, bytes, sizeof bytes, 0) : 1;
			if (got == 0 || (got < 0 && errno != EAGAIN)) {
				close(fds[i].fd);
				fds[i].fd = -1;
				siege->cut++;
			}
			open += fds[i].fd >= 0;
		}
		if (open > siege->open_at_once)
			siege->open_at_once = open;
	}
	for (size_t i = 0; i < siege->count; i++)
		if (fds[i].fd >= 0)
			close(fds[i].fd);
	free(fds);
	free(greeted);
}

static void hold(struct siege *siege) { keep(siege, true, false); }
static void crowd(struct siege *siege) { keep(siege, false, false); }
static void greeting(struct siege *siege) { keep(siege, true, true); }

// ---- libzmq ----

static void *stranger(struct siege *siege, void *zmq, const void *route, size_t route_size)
{
	uint8_t public[32], secret[32];
	int zero = 0, one = 1, again_ms = 20;
	crypto_box_keypair(public, secret);
	void *socket = zmq_socket(zmq, ZMQ_DEALER);
	if (!socket)
		return NULL;
	zmq_setsockopt(socket, ZMQ_LINGER, &zero, sizeof zero);
	zmq_setsockopt(socket, ZMQ_RCVHWM, &one, sizeof one);
	zmq_setsockopt(socket, ZMQ_RECONNECT_IVL, &again_ms, sizeof again_ms);
	zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, siege->invitation.server_curve.bytes, 32);
	zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public, sizeof public);
	zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret, sizeof secret);
	if (route_size)
		zmq_setsockopt(socket, ZMQ_ROUTING_ID, route, route_size);
	zmq_connect(socket, siege->endpoint);
	siege->opened++;
	return socket;
}

static void shake(struct siege *siege)
{
	void *zmq = zmq_ctx_new();
	while (goes_on(siege)) {
		void *fleet[FLEET];
		for (size_t i = 0; i < FLEET; i++)
			fleet[i] = stranger(siege, zmq, NULL, 0);
		pause_ms(60);
		for (size_t i = 0; i < FLEET; i++)
			zmq_close(fleet[i]);
	}
	zmq_ctx_term(zmq);
}

// Sends as long as anybody takes it, over all connections in turn.
static void pour(struct siege *siege, size_t size, int flags)
{
	static uint8_t bytes[48 * 1024];
	void *zmq = zmq_ctx_new();
	void *fleet[FLEET];
	size_t count = siege->count < FLEET ? siege->count : FLEET;
	for (size_t i = 0; i < count; i++)
		fleet[i] = stranger(siege, zmq, NULL, 0);
	while (goes_on(siege)) {
		uint64_t before = siege->sent;
		for (size_t i = 0; i < count; i++)
			for (size_t n = 0; n < 64 && zmq_send(fleet[i], bytes, size, ZMQ_DONTWAIT | flags) >= 0; n++)
				siege->sent++;
		if (siege->sent == before)
			pause_ms(5);
	}
	for (size_t i = 0; i < count; i++)
		zmq_close(fleet[i]);
	zmq_ctx_term(zmq);
}

static void endless(struct siege *siege) { pour(siege, 48 * 1024, ZMQ_SNDMORE); }
static void tiny(struct siege *siege) { pour(siege, 1, 0); }
static void deaf(struct siege *siege) { pour(siege, 200, 0); } // each is answered; no answer is ever read

static void squat(struct siege *siege)
{
	void *zmq = zmq_ctx_new();
	for (uint32_t number = 0; goes_on(siege); number += FLEET) {
		void *fleet[FLEET];
		for (uint32_t i = 0; i < FLEET; i++) {
			uint32_t id = number + i;
			uint8_t route[5] = { 0, (uint8_t)(id >> 24), (uint8_t)(id >> 16), (uint8_t)(id >> 8), (uint8_t)id };
			fleet[i] = stranger(siege, zmq, i % 2 ? "desk" : (const void *)route, i % 2 ? 4 : sizeof route);
			zmq_send(fleet[i], "me", 2, ZMQ_DONTWAIT);
		}
		pause_ms(100);
		for (size_t i = 0; i < FLEET; i++)
			zmq_close(fleet[i]);
	}
	zmq_ctx_term(zmq);
}

static const struct {
	const char *name;
	void (*run)(struct siege *siege);
} modes[] = {
	{ "hold", hold }, { "crowd", crowd }, { "greet", greeting }, { "shake", shake },
	{ "endless", endless }, { "tiny", tiny }, { "deaf", deaf }, { "squat", squat },
};

int main(int argc, char **argv)
{
	struct siege siege = { .count = 1 };
	struct rlimit files;
	if (argc < 5 || sodium_init() < 0 || enrol_code_parse(argv[3], &siege.invitation)) {
		fputs("usage: stranger MODE ENDPOINT CODE SECONDS [COUNT]\n", stderr);
		return 2;
	}
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	siege.endpoint = argv[2];
	siege.until = seconds() + atof(argv[4]);
	if (argc > 5)
		siege.count = strtoul(argv[5], NULL, 10);
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			modes[i].run(&siege);
	printf("{\"opened\": %" PRIu64 ", \"open_at_once\": %" PRIu64 ", \"cut\": %" PRIu64 ", \"sent\": %" PRIu64 "}\n", siege.opened,
	       siege.open_at_once, siege.cut, siege.sent);
	return 0;
}
