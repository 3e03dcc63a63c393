// A receipt: a server's signed word that it holds a log durably up to a head. Two tiers:
// received by the parent, kept twice when the grandparent has it too. It is also the branch's
// proof that it reported in time (DESIGN 3).
//
// Signed, behind the domain "tributary receipt v1":
//	server incarnation[16] ‖ log id[32] ‖ size u64 ‖ root[32] ‖ tier u8 ‖ time u64 (ms, the server's clock)
#ifndef TRIBUTARY_LOG_RECEIPT_H
#define TRIBUTARY_LOG_RECEIPT_H

#include "log/identity.h"

enum receipt_tier { RECEIPT_RECEIVED = 1, RECEIPT_KEPT_TWICE = 2 };

#define RECEIPT_TIERS 2
#define RECEIPT_BYTES (32 + 16 + 8 + 32 + 1 + 8 + 64) // as stored: server key first, log id left out

struct receipt {
	struct hash server;      // signing key
	struct id incarnation;   // of the server's store
	uint64_t size;           // 0: there is none
	struct hash root;
	enum receipt_tier tier;
	uint64_t time;           // ms since 1970
	struct signature signature;
};

void receipt_sign(struct receipt *receipt, const struct identity *server, const struct hash *log); // fills server, signature
enum err receipt_verify(const struct receipt *receipt, const struct hash *log);                  // ERR_SIGNATURE
void receipt_encode(const struct receipt *receipt, uint8_t bytes[static RECEIPT_BYTES]);
enum err receipt_decode(struct span bytes, struct receipt *receipt);

#endif
