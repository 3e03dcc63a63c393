// How far each log was sent in a session and need not be sent again.
#ifndef TRIBUTARY_SYNC_NODE_SENT_H
#define TRIBUTARY_SYNC_NODE_SENT_H

#include "base/err.h"
#include "base/hashed.h"

struct node_call;

struct node_sent {
	uint32_t log; // key
	uint64_t size;
	UT_hash_handle hh;
};

#define NODE_SENT_REFUSED UINT64_MAX // not again in this session

bool node_sent_get(struct node_sent *const *sent, uint32_t log, uint64_t *size); // false: nothing yet, *size is 0
enum err node_sent_set(struct node_call *call, struct node_sent **sent, uint32_t log, uint64_t size);
void node_sent_clear(struct node_sent **sent);

#endif
