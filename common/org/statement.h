// Charter statements: the payload of ENTRY_STATEMENT, in the `down` logs of servers. Encoded as
// Statements (proto/store.proto); signatures inside are over fixed layouts:
//
//	genesis, by the root key, domain "tributary genesis v1":
//	    root key[32] ‖ unit[16] ‖ server signing key[32] ‖ curve key[32] ‖ box key[32] ‖ H(name) ‖ H(kind)
//	enrolment, by the device itself, domain "tributary enrolment v1" (it holds the keys it names):
//	    device[32] ‖ server that enrols it[32] ‖ unit[16] ‖ curve key[32] ‖ box key[32] ‖ server u8 ‖ H(label)
// with H = BLAKE2b-256. A device that joins by a code does not know its unit yet and signs zeros
// in its place; one that gives itself no label signs H(""). The server fills both in, so a proof
// counts over either, but never over another unit or another label; and it counts for the server
// that the device asked alone, so that nobody who sees it can enrol the device elsewhere.
#ifndef TRIBUTARY_ORG_STATEMENT_H
#define TRIBUTARY_ORG_STATEMENT_H

#include "base/arena.h"
#include "base/buf.h"
#include "log/identity.h"
#include "store.pb-c.h"

struct statement_device {
	struct hash device, curve, box; // public keys
	struct id unit;
	bool server;
	const char *label;              // UTF-8, at most LIMIT_TITLE_BYTES
};

struct signature statement_genesis_sign(const struct identity *root, const struct id *unit,
                                        const struct statement_device *server, const char *name, const char *kind);
enum err statement_genesis_verify(const Tributary__Genesis *genesis); // ERR_SIGNATURE, ERR_MALFORMED
// What was signed, digested: two of them are the same genesis exactly when these are equal.
// ERR_MALFORMED on wrong sizes.
enum err statement_genesis_hash(const Tributary__Genesis *genesis, struct hash *hash);

// `by` is the signing key of the server that enrols.
struct signature statement_device_sign(const struct identity *self, const struct statement_device *device,
                                       const struct hash *by);
enum err statement_device_verify(const Tributary__DeviceEnrolled *enrolled, const struct hash *by);
// Borrowed view of an enrolment; an empty unit reads as zeros. ERR_MALFORMED on wrong sizes, a label
// that is none, or a public key that nothing can be sealed to.
enum err statement_device_read(const Tributary__DeviceEnrolled *enrolled, struct statement_device *device);

// Text that people will see on one line: at most `limit` bytes, no control characters. (That it is
// UTF-8 was checked when it was decoded.)
bool statement_text_fits(const char *text, size_t limit);

// An encoded DeviceEnrolled, as a Join carries it.
void statement_device_encode(const struct statement_device *device, const struct signature *proof, struct buf *encoded);

#endif
