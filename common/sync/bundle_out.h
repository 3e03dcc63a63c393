// Messages into the parts of a bundle: each part as full as it may be, the end marked in what is sealed.
#ifndef TRIBUTARY_SYNC_BUNDLE_OUT_H
#define TRIBUTARY_SYNC_BUNDLE_OUT_H

#include "sync/bundle.h"

// Where parts are written, and where randomness comes from. What fails ends the bundle.
struct bundle_port {
	void *context;
	void (*random)(void *context, void *to, size_t size);
	enum err (*part_begin)(void *context, const struct bundle_head *head); // head.part tells which
	enum err (*part_bytes)(void *context, struct span bytes);
	enum err (*part_end)(void *context);                                   // durable when ERR_OK
};

struct bundle_out {
	const struct bundle_port *port;
	const struct identity *holder;
	struct bundle_head head;   // of the part at hand
	uint64_t part_most;        // bytes; 0: no bound. A part holds one message at least
	struct bundle_part part;
	uint64_t part_size;
	struct buf held;           // the newest message: only the next one tells whether it is the last of its part
	bool any;
	struct buf bytes;          // scratch
	uint64_t total;            // bytes of all parts
	enum err err;              // sticky
};

// `head` without its part and bundle id, which is drawn here.
void bundle_out_begin(struct bundle_out *out, const struct bundle_port *port, const struct identity *holder,
                      const struct bundle_head *head, uint64_t part_most);
void bundle_out_add(struct bundle_out *out, struct span message);
enum err bundle_out_end(struct bundle_out *out); // writes what is left, releases; gives what failed first

#endif
