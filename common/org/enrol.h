// Enrolment: an invitation made by a server, typed in at a device, redeemed once at the porch.
//
// Code, one line of text: "tributary1:" and base64url (no padding) of
//	server CURVE key[32] ‖ server signing key[32] ‖ secret[16] ‖ expiry u32 (day) ‖ flags u8 (1: a server) ‖
//	porch address (rest, ASCII, "tcp://host:port") ‖ first 4 bytes of BLAKE2b-256 of all before (typing errors)
//
//	INVITATION  BLAKE2b-256(secret) → row: unit, server u8, expiry, label, device that redeemed it (zero: open)
#ifndef TRIBUTARY_ORG_ENROL_H
#define TRIBUTARY_ORG_ENROL_H

#include "org/charter.h"
#include "wire.pb-c.h"

#define ENROL_SECRET_BYTES 16
#define ENROL_CODE_BYTES   512

struct enrol_invitation {
	struct hash server_curve;
	struct hash server_key;
	uint8_t secret[ENROL_SECRET_BYTES];
	int32_t expiry;             // day, the last on which it is good
	bool server;
	char porch[128];            // "": none, for joining by stick (sync/bundle_talk.h)
};

enum err enrol_code_format(const struct enrol_invitation *invitation, char code[static ENROL_CODE_BYTES]);
enum err enrol_code_parse(const char *code, struct enrol_invitation *invitation); // ERR_MALFORMED, ERR_VERSION; white space around is fine

// Server: remembers an open invitation for `unit`. ERR_NOT_FOUND (no such unit), ERR_EXISTS (that
// secret was used before), ERR_MALFORMED (label).
enum err enrol_invite(struct txn *txn, const struct enrol_invitation *invitation, const struct id *unit, const char *label);

// Server (`by` is its signing key): checks a Join against its invitation. ERR_OK: *device is what to enrol (unit filled in,
// label from the device, else from the invitation) and *again tells that it is enrolled already (a lost
// answer): answer as before, also past the expiry, and state nothing. Else ERR_UNAUTHORISED (no such
// secret, used by another, for a server and asked by none or the reverse, a device enrolled otherwise
// or revoked), ERR_EXPIRED, ERR_SIGNATURE, ERR_MALFORMED. What is stated carries *device and the
// proof of *enrolled.
enum err enrol_check(struct txn *txn, const struct hash *by, const Tributary__Join *join, int32_t today, struct arena *arena,
                     struct statement_device *device, Tributary__DeviceEnrolled **enrolled, bool *again);
enum err enrol_redeem(struct txn *txn, const Tributary__Join *join); // marks it used by that device, for ever

#endif
