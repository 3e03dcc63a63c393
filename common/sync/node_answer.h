// One answer of the server role: receipts and refusals for what was brought, and what came for this peer since its cursor.
#ifndef TRIBUTARY_SYNC_NODE_ANSWER_H
#define TRIBUTARY_SYNC_NODE_ANSWER_H

#include "sync/node_inside.h"

struct node_answer {
	struct node_call *call;
	struct node_session *session;
	Tributary__Answer message;
	struct frame_writer writer;
	struct buf frames[16];
	ProtobufCBinaryData frame_list[16];
	size_t packed_bytes;
	unsigned pieces;         // of files
	Tributary__Receipt **receipts;
	Tributary__Refusal **refusals;
	Tributary__FileHeld *held[LIMIT_RECEIPTS_PER_ANSWER / 16];
	struct receipted {
		struct hash log;
		unsigned tier;
	} *receipted;            // what has a receipt in this answer
	enum err err;
};

struct logname node_session_home(const struct node_session *session);

enum err node_answer_begin(struct node_answer *answer, struct node_call *call, struct node_session *session);
void node_answer_intake(struct node_answer *answer, const struct intake *intake); // receipts, and refusals
void node_answer_closed(struct node_answer *answer);   // which logs of the peer's present life take nothing in any more
void node_answer_arrivals(struct node_answer *answer);                            // what came for this peer, as far as there is room
bool node_answer_may_tell(struct node_call *call, struct node_session *session);  // a device that was revoked is told nothing more
void node_answer_send(struct node_answer *answer); // or fails the transaction; frees it
void node_answer_free(struct node_answer *answer);

#endif
