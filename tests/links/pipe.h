// One direction of a bad link: a queue with a bound, a sender with a rate, then delay, loss and disorder; stalls and
// cuts by the clock. Pure: the time is given, and all chance comes from a seed, so that a run can be had again.
//
//	packet ──▶ queue (bounded, FIFO) ──▶ sender (rate; stalled: waits) ──▶ under way (delay, jitter) ──▶ out
//	              └▶ overflow                └▶ lost (by chance), cut (by the clock)
#ifndef TRIBUTARY_TESTS_LINKS_PIPE_H
#define TRIBUTARY_TESTS_LINKS_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PIPE_PACKETS 4096 // waiting and under way, at most
#define PIPE_BYTES   2048 // of one packet

// Something that comes back: for `for_ms` out of every `every_ms`, first at `phase_ms`. every_ms 0: never.
struct pipe_spell {
	uint64_t every_ms, for_ms, phase_ms;
};

struct pipe_settings {
	uint64_t rate;         // bits a second; 0: no limit
	uint64_t delay_ms, jitter_ms;
	uint64_t loss;         // of 10,000 packets
	uint64_t disorder;     // of 10,000 packets, overtaken by those behind
	uint64_t queue;        // bytes that may wait
	struct pipe_spell stall, cut;
};

struct pipe_counts {
	uint64_t packets, bytes;            // offered
	uint64_t out_packets, out_bytes;
	uint64_t lost, cut, overflow;       // packets
	uint64_t waited_ms;                 // longest time in the queue
};

struct pipe_packet {
	uint64_t due_ns, order, came_ns;
	size_t size;
	uint8_t bytes[PIPE_BYTES];
};

struct pipe {
	struct pipe_settings set;
	struct pipe_counts counts;
	uint64_t dice;
	uint64_t free_ns;       // when the sender is free again
	uint64_t last_due_ns;   // what is not overtaken comes no earlier
	uint64_t order;
	size_t waiting, waiting_bytes; // of the queue
	size_t under_way;
	struct pipe_packet *packets;   // owned: PIPE_PACKETS
	uint16_t *queue;               // owned ring of packets' numbers
	size_t queue_at;
	uint16_t *heap;                // owned: by due_ns, then order
	uint16_t *spare;               // owned
	size_t spare_count;
};

bool pipe_open(struct pipe *pipe, uint64_t seed); // false: out of memory
void pipe_close(struct pipe *pipe);

void pipe_put(struct pipe *pipe, const uint8_t *bytes, size_t size, uint64_t now_ns);
void pipe_step(struct pipe *pipe, uint64_t now_ns);
// The next packet that comes out by now; NULL: none. Valid until the next call.
const struct pipe_packet *pipe_take(struct pipe *pipe, uint64_t now_ns);
uint64_t pipe_deadline(const struct pipe *pipe, uint64_t now_ns); // when to look again; UINT64_MAX: nothing is in it

bool pipe_in_spell(const struct pipe_spell *spell, uint64_t at_ns);
uint64_t pipe_spell_end(const struct pipe_spell *spell, uint64_t at_ns); // of the spell that holds at_ns

// "rate=64000" and the like; false: no such thing.
bool pipe_set(struct pipe *pipe, const char *name, const char *value);

#endif
