// What of the TCP on a link was sent for the first time, and what again; and which connections a network has forgotten.
#ifndef TRIBUTARY_TESTS_LINKS_FLOW_H
#define TRIBUTARY_TESTS_LINKS_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLOW_MOST 256

enum flow_way { FLOW_UP, FLOW_DOWN, FLOW_WAYS };

struct flow_counts {
	uint64_t connections;                    // on which the near end said something
	uint64_t fresh[FLOW_WAYS], again[FLOW_WAYS]; // payload bytes
};

struct flow_table {
	struct flow_counts counts;
	struct flow {
		uint32_t address;   // of the near end
		uint16_t port;
		uint64_t began_ns;
		bool spoken;
		bool known[FLOW_WAYS];
		uint32_t end[FLOW_WAYS]; // sequence number behind all that was seen
	} flows[FLOW_MOST];
	size_t count, next;
};

// Looks at one IP packet. False: it belongs to a connection that began before `forgotten_ns`.
bool flow_see(struct flow_table *table, enum flow_way way, const uint8_t *packet, size_t size, uint64_t now_ns,
              uint64_t forgotten_ns);

#endif
