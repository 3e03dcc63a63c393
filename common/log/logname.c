// Names of logs and their ids.
#include "log/logname.h"

#include "log/hash.h"

static const char domain[] = "tributary log v1";

enum { DOMAIN_BYTES = sizeof domain - 1 };

struct hash logname_id(const struct logname *name)
{
	uint8_t bytes[DOMAIN_BYTES + LOGNAME_BYTES];
	memcpy(bytes, domain, DOMAIN_BYTES);
	logname_encode(name, bytes + DOMAIN_BYTES);
	return hash_bytes(HASH_BLAKE2B_256, span_of(bytes, sizeof bytes));
}

void logname_encode(const struct logname *name, uint8_t bytes[static LOGNAME_BYTES])
{
	memcpy(bytes, name->device.bytes, LIMIT_HASH_BYTES);
	memcpy(bytes + LIMIT_HASH_BYTES, name->incarnation.bytes, LIMIT_ID_BYTES);
	bytes[LIMIT_HASH_BYTES + LIMIT_ID_BYTES] = (uint8_t)name->lane;
}

enum err logname_decode(struct span bytes, struct logname *name)
{
	if (bytes.size != LOGNAME_BYTES || !lane_valid(bytes.data[LOGNAME_BYTES - 1]))
		return ERR_MALFORMED;
	memcpy(name->device.bytes, bytes.data, LIMIT_HASH_BYTES);
	memcpy(name->incarnation.bytes, bytes.data + LIMIT_HASH_BYTES, LIMIT_ID_BYTES);
	name->lane = (enum lane)bytes.data[LOGNAME_BYTES - 1];
	return ERR_OK;
}
