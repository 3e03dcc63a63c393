// The name of a log: who writes it, in which life, for whom. Its id is
//	BLAKE2b-256("tributary log v1" ‖ device signing key[32] ‖ incarnation[16] ‖ lane[1])
#ifndef TRIBUTARY_LOG_LOGNAME_H
#define TRIBUTARY_LOG_LOGNAME_H

#include "log/lane.h"
#include "base/id.h"

#define LOGNAME_BYTES (LIMIT_HASH_BYTES + LIMIT_ID_BYTES + 1)

struct logname {
	struct hash device;
	struct id incarnation;
	enum lane lane;
};

struct hash logname_id(const struct logname *name);
void logname_encode(const struct logname *name, uint8_t bytes[static LOGNAME_BYTES]); // as hashed
enum err logname_decode(struct span bytes, struct logname *name); // ERR_MALFORMED: size or lane

#endif
