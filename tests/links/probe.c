// Plain UDP and TCP, to see whether a link is what it is said to be.
//
//	probe far ADDRESS PORT                                    answers datagrams, counts what it is sent, until it is stopped
//	probe delay ADDRESS PORT COUNT EVERY_MS SIZE              one line: sent back median_ms least_ms most_ms overtaken
//	probe rate ADDRESS PORT SECONDS                           one line: bytes a second that arrived
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DATAGRAMS = 4096, LAST_WAIT_MS = 4000, CHUNK = 16 * 1024 };

static int failed(const char *what)
{
	fprintf(stderr, "probe: %s: %s\n", what, strerror(errno));
	return 71;
}

static uint64_t machine_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000;
}

static struct sockaddr_in place(const char *address, const char *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
	inet_pton(AF_INET, address, &at.sin_addr);
	return at;
}

// ---- The far end ----

static void echo(int udp)
{
	char text[2048];
	struct sockaddr_in from;
	socklen_t size = sizeof from;
	ssize_t got = recvfrom(udp, text, sizeof text, 0, (struct sockaddr *)(void *)&from, &size);
	if (got >= 0)
		sendto(udp, text, (size_t)got, 0, (struct sockaddr *)(void *)&from, size);
}

// At the end of it it says how much came.
static void swallow(int connection)
{
	static char chunk[CHUNK];
	uint64_t total = 0;
	for (ssize_t got; (got = read(connection, chunk, sizeof chunk)) > 0;)
		total += (uint64_t)got;
	if (write(connection, &total, sizeof total) < 0)
		failed("count");
	close(connection);
}

static int far_end(const struct sockaddr_in *at)
{
	int udp = socket(AF_INET, SOCK_DGRAM, 0), tcp = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
	setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(udp, (const struct sockaddr *)(const void *)at, sizeof *at) ||
	    bind(tcp, (const struct sockaddr *)(const void *)at, sizeof *at) || listen(tcp, 8))
		return failed("far");
	signal(SIGCHLD, SIG_IGN);
	printf("ready\n");
	fflush(stdout);
	for (;;) {
		struct pollfd wanted[] = { { .fd = udp, .events = POLLIN }, { .fd = tcp, .events = POLLIN } };
		if (poll(wanted, 2, -1) < 0 && errno != EINTR)
			return failed("poll");
		if (wanted[0].revents)
			echo(udp);
		if (!wanted[1].revents)
			continue;
		int connection = accept(tcp, NULL, NULL);
		if (connection >= 0 && fork() == 0) {
			swallow(connection);
			return 0;
		}
		close(connection);
	}
}

// ---- Delay and loss ----

struct delays {
	uint64_t at_us[DATAGRAMS];
	unsigned count, overtaken, last;
};

static void hear(int udp, struct delays *delays)
{
	struct {
		uint32_t number;
		uint64_t at_us;
		char rest[2048];
	} heard;
	ssize_t got = recv(udp, &heard, sizeof heard, MSG_DONTWAIT);
	if (got < 16 || delays->count == DATAGRAMS)
		return;
	delays->overtaken += delays->count > 0 && heard.number < delays->last;
	delays->last = heard.number > delays->last ? heard.number : delays->last;
	delays->at_us[delays->count++] = machine_us() - heard.at_us;
}

static void listen_until(int udp, struct delays *delays, uint64_t until_us)
{
	for (uint64_t now; (now = machine_us()) < until_us;) {
		struct pollfd wanted = { .fd = udp, .events = POLLIN };
		if (poll(&wanted, 1, (int)((until_us - now) / 1000 + 1)) > 0)
			hear(udp, delays);
	}
}

static int by_size(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

static int delay(const struct sockaddr_in *at, unsigned count, unsigned every_ms, size_t size)
{
	static struct delays delays;
	struct {
		uint32_t number;
		uint64_t at_us;
		char rest[2048];
	} said;
	int udp = socket(AF_INET, SOCK_DGRAM, 0);
	memset(&said, 0, sizeof said);
	if (size < 16 || size > 1400 || connect(udp, (const struct sockaddr *)(const void *)at, sizeof *at))
		return failed("delay");
	for (unsigned i = 0; i < count; i++) {
		said.number = i;
		said.at_us = machine_us();
		send(udp, &said, size, 0);
		listen_until(udp, &delays, said.at_us + every_ms * 1000u);
	}
	listen_until(udp, &delays, machine_us() + LAST_WAIT_MS * 1000u);
	if (delays.count == 0)
		return failed("nothing came back");
	qsort(delays.at_us, delays.count, sizeof delays.at_us[0], by_size);
	printf("%u %u %.1f %.1f %.1f %u\n", count, delays.count, (double)delays.at_us[delays.count / 2] / 1000,
	       (double)delays.at_us[0] / 1000, (double)delays.at_us[delays.count - 1] / 1000, delays.overtaken);
	return 0;
}

// ---- Rate ----

static int rate(const struct sockaddr_in *at, unsigned seconds)
{
	static char chunk[CHUNK];
	uint64_t total;
	int tcp = socket(AF_INET, SOCK_STREAM, 0), small = 32 * 1024;
	setsockopt(tcp, SOL_SOCKET, SO_SNDBUF, &small, sizeof small); // what waits here would be waited for
	if (connect(tcp, (const struct sockaddr *)(const void *)at, sizeof *at))
		return failed("rate");
	uint64_t start = machine_us();
	while (machine_us() < start + seconds * 1000000u)
		if (write(tcp, chunk, sizeof chunk) < 0)
			return failed("write");
	shutdown(tcp, SHUT_WR);
	if (read(tcp, &total, sizeof total) != sizeof total)
		return failed("count");
	printf("%.0f\n", (double)total * 1000000 / (double)(machine_us() - start));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: probe far|delay|rate ADDRESS PORT ...\n");
		return 64;
	}
	struct sockaddr_in at = place(argv[2], argv[3]);
	signal(SIGPIPE, SIG_IGN);
	if (strcmp(argv[1], "far") == 0)
		return far_end(&at);
	if (strcmp(argv[1], "delay") == 0 && argc == 7)
		return delay(&at, (unsigned)atoi(argv[4]), (unsigned)atoi(argv[5]), (size_t)atoi(argv[6]));
	if (strcmp(argv[1], "rate") == 0 && argc == 5)
		return rate(&at, (unsigned)atoi(argv[4]));
	return 64;
}
