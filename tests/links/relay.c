// A bad link in user space: two TUN interfaces and, between them, a pipe for each direction (pipe.h).
//
//	relay NEAR FAR [seed=N] [forget=1] [up.NAME=VALUE] [down.NAME=VALUE] [NAME=VALUE]…
//
// NEAR and FAR are the names of the interfaces that it makes; one of them may then be moved into another network
// namespace. What goes from NEAR to FAR is up. Words on stdin: NAME=VALUE sets, "begin" sets the counters to zero,
// "count" prints them as one line of JSON. The end of stdin is the end of the relay.
// forget=1: connections that began before a cut are known no more behind it, as where an address was translated.
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "flow.h"
#include "pipe.h"

struct relay {
	int tun[FLOW_WAYS];          // where packets of that way come from: up from NEAR
	struct pipe pipe[FLOW_WAYS];
	struct flow_table flows;
	uint64_t start_ns;
	bool forget;
	uint64_t forgotten_ns;       // end of the last cut
	uint64_t there_ns, seen_ns;  // how long, since `begin`, neither way was cut or stalled; up to when that was looked at
	char line[256];
	size_t line_size;
};

static uint64_t machine_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t passed_ns(const struct relay *relay)
{
	return machine_ns() - relay->start_ns;
}

static int open_tun(const char *name)
{
	struct ifreq request;
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	memset(&request, 0, sizeof request);
	request.ifr_flags = IFF_TUN | IFF_NO_PI;
	strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
	if (fd >= 0 && ioctl(fd, TUNSETIFF, &request) == 0)
		return fd;
	fprintf(stderr, "relay: %s: %s\n", name, strerror(errno));
	exit(77);
}

// ---- Words ----

static void begin(struct relay *relay)
{
	relay->flows.counts = (struct flow_counts){ .connections = 0 };
	relay->there_ns = 0;
	for (size_t way = 0; way < FLOW_WAYS; way++)
		relay->pipe[way].counts = (struct pipe_counts){ .packets = 0 };
}

static void print_counts(const struct relay *relay)
{
	static const char *const names[FLOW_WAYS] = { "up", "down" };
	printf("{\"connections\":%llu,\"there_ms\":%llu", (unsigned long long)relay->flows.counts.connections,
	       (unsigned long long)(relay->there_ns / 1000000));
	for (size_t way = 0; way < FLOW_WAYS; way++) {
		const struct pipe_counts *counts = &relay->pipe[way].counts;
		printf(",\"%s\":{\"packets\":%llu,\"bytes\":%llu,\"out_packets\":%llu,\"out_bytes\":%llu,\"lost\":%llu,\"cut\":%llu,"
		       "\"overflow\":%llu,\"waited_ms\":%llu,\"payload\":%llu,\"again\":%llu}",
		       names[way], (unsigned long long)counts->packets, (unsigned long long)counts->bytes,
		       (unsigned long long)counts->out_packets, (unsigned long long)counts->out_bytes,
		       (unsigned long long)counts->lost, (unsigned long long)counts->cut, (unsigned long long)counts->overflow,
		       (unsigned long long)counts->waited_ms, (unsigned long long)relay->flows.counts.fresh[way],
		       (unsigned long long)relay->flows.counts.again[way]);
	}
	printf("}\n");
	fflush(stdout);
}

static bool set(struct relay *relay, const char *name, const char *value)
{
	if (strcmp(name, "forget") == 0) {
		relay->forget = *value == '1';
		return true;
	}
	if (strncmp(name, "up.", 3) == 0)
		return pipe_set(&relay->pipe[FLOW_UP], name + 3, value);
	if (strncmp(name, "down.", 5) == 0)
		return pipe_set(&relay->pipe[FLOW_DOWN], name + 5, value);
	return pipe_set(&relay->pipe[FLOW_UP], name, value) && pipe_set(&relay->pipe[FLOW_DOWN], name, value);
}

static bool hear_word(struct relay *relay, char *word)
{
	char *value = strchr(word, '=');
	if (strcmp(word, "count") == 0) {
		print_counts(relay);
		return true;
	}
	if (strcmp(word, "begin") == 0) {
		begin(relay);
		return true;
	}
	if (value)
		*value++ = '\0';
	if (value && set(relay, word, value))
		return true;
	fprintf(stderr, "relay: what is %s?\n", word);
	return false;
}

// False: nobody speaks any more.
static bool listen_to(struct relay *relay)
{
	ssize_t got = read(STDIN_FILENO, relay->line + relay->line_size, sizeof relay->line - 1 - relay->line_size);
	if (got <= 0)
		return got < 0 && errno == EINTR;
	relay->line_size += (size_t)got;
	relay->line[relay->line_size] = '\0';
	for (char *end; (end = strchr(relay->line, '\n'));) {
		*end = '\0';
		if (*relay->line)
			hear_word(relay, relay->line);
		relay->line_size -= (size_t)(end + 1 - relay->line);
		memmove(relay->line, end + 1, relay->line_size + 1);
	}
	return relay->line_size < sizeof relay->line - 1;
}

// ---- Packets ----

static void note_cuts(struct relay *relay, uint64_t now)
{
	bool there = true;
	for (size_t way = 0; way < FLOW_WAYS; way++) {
		const struct pipe_settings *set = &relay->pipe[way].set;
		if (relay->forget && pipe_in_spell(&set->cut, now))
			relay->forgotten_ns = now;
		there = there && !pipe_in_spell(&set->cut, now) && !pipe_in_spell(&set->stall, now);
	}
	relay->there_ns += there ? now - relay->seen_ns : 0;
	relay->seen_ns = now;
}

static void take_in(struct relay *relay, enum flow_way way)
{
	uint8_t packet[PIPE_BYTES];
	ssize_t size;
	while ((size = read(relay->tun[way], packet, sizeof packet)) > 0) {
		uint64_t now = passed_ns(relay);
		if (packet[0] >> 4 != 4)
			continue; // what IPv6 says by itself
		if (flow_see(&relay->flows, way, packet, (size_t)size, now, relay->forgotten_ns))
			pipe_put(&relay->pipe[way], packet, (size_t)size, now);
	}
}

// An interface that is not up yet refuses; the packet is lost, as it would be.
static void give_out(struct relay *relay, enum flow_way way)
{
	const struct pipe_packet *packet;
	while ((packet = pipe_take(&relay->pipe[way], passed_ns(relay))) != NULL)
		if (write(relay->tun[1 - way], packet->bytes, packet->size) < 0 && errno != EIO && errno != EAGAIN)
			return;
}

static int wait_ms(const struct relay *relay)
{
	uint64_t now = passed_ns(relay), deadline = now + 100 * 1000000ull;
	for (size_t way = 0; way < FLOW_WAYS; way++) {
		uint64_t at = pipe_deadline(&relay->pipe[way], now);
		deadline = at < deadline ? at : deadline;
	}
	return (int)((deadline - now + 999999) / 1000000);
}

static void run(struct relay *relay)
{
	for (bool heard = true; heard;) {
		struct pollfd wanted[] = {
			{ .fd = relay->tun[FLOW_UP], .events = POLLIN },
			{ .fd = relay->tun[FLOW_DOWN], .events = POLLIN },
			{ .fd = STDIN_FILENO, .events = POLLIN },
		};
		if (poll(wanted, 3, wait_ms(relay)) < 0 && errno != EINTR)
			return;
		note_cuts(relay, passed_ns(relay));
		for (size_t way = 0; way < FLOW_WAYS; way++) {
			take_in(relay, (enum flow_way)way);
			give_out(relay, (enum flow_way)way);
		}
		if (wanted[2].revents)
			heard = listen_to(relay);
	}
}

int main(int argc, char **argv)
{
	static struct relay relay;
	uint64_t seed = 1;
	if (argc < 3) {
		fprintf(stderr, "usage: relay NEAR FAR [seed=N] [forget=1] [[up.|down.]NAME=VALUE]...\n");
		return 64;
	}
	for (int i = 3; i < argc; i++)
		if (strncmp(argv[i], "seed=", 5) == 0)
			seed = strtoull(argv[i] + 5, NULL, 10);
	for (size_t way = 0; way < FLOW_WAYS; way++)
		if (!pipe_open(&relay.pipe[way], seed * FLOW_WAYS + way))
			return 71;
	for (int i = 3; i < argc; i++)
		if (strncmp(argv[i], "seed=", 5) != 0 && !hear_word(&relay, argv[i]))
			return 64;
	relay.tun[FLOW_UP] = open_tun(argv[1]);
	relay.tun[FLOW_DOWN] = open_tun(argv[2]);
	relay.start_ns = machine_ns();
	printf("ready\n");
	fflush(stdout);
	run(&relay);
	for (size_t way = 0; way < FLOW_WAYS; way++)
		pipe_close(&relay.pipe[way]);
	return 0;
}
