// The bytes of a custody record, and its name.
#include "org/custody_record.h"

#include <assert.h>

#include "base/bytes.h"
#include "log/hash.h"

#define RECORD_DOMAIN "tributary custody v1"

const char *custody_cause_name(enum custody_cause cause)
{
	static const char *const names[] = {
#define CAUSE_NAME(name, number, text) [number] = text,
		CUSTODY_CAUSES(CAUSE_NAME)
#undef CAUSE_NAME
	};
	return cause > 0 && cause < CUSTODY_CAUSE_END ? names[cause] : "?";
}

static uint8_t *put(uint8_t *to, const void *bytes, size_t size)
{
	memcpy(to, bytes, size);
	return to + size;
}

void custody_record_layout(const struct custody_record *record, uint8_t layout[static CUSTODY_RECORD_BYTES])
{
	uint8_t *to = put(layout, record->member.bytes, LIMIT_ID_BYTES);
	bytes_put_u64(to, record->epoch);
	to = put(to + 8, record->home.bytes, LIMIT_ID_BYTES);
	to = put(to, record->incarnation.bytes, LIMIT_ID_BYTES);
	to = put(to, record->registrar.bytes, LIMIT_ID_BYTES);
	to = put(to, record->writer.bytes, LIMIT_ID_BYTES);
	to = put(to, record->previous.bytes, LIMIT_HASH_BYTES);
	*to++ = (uint8_t)record->cause;
	bytes_put_u32(to, (uint32_t)record->day);
	assert(to + 4 == layout + CUSTODY_RECORD_BYTES);
}

enum err custody_record_read(struct reader *reader, struct custody_record *record)
{
	*record = (struct custody_record){ .epoch = 0 };
	reader_copy(reader, record->member.bytes, LIMIT_ID_BYTES);
	record->epoch = reader_u64(reader);
	reader_copy(reader, record->home.bytes, LIMIT_ID_BYTES);
	reader_copy(reader, record->incarnation.bytes, LIMIT_ID_BYTES);
	reader_copy(reader, record->registrar.bytes, LIMIT_ID_BYTES);
	reader_copy(reader, record->writer.bytes, LIMIT_ID_BYTES);
	reader_copy(reader, record->previous.bytes, LIMIT_HASH_BYTES);
	record->cause = (enum custody_cause)reader_u8(reader);
	record->day = (int32_t)reader_u32(reader);
	if (reader->err || record->epoch == 0 || record->cause < CUSTODY_CAUSE_ENTERED || record->cause >= CUSTODY_CAUSE_END)
		return ERR_MALFORMED;
	return ERR_OK;
}

struct hash custody_record_digest(const struct custody_record *record)
{
	enum { DOMAIN_BYTES = sizeof RECORD_DOMAIN - 1 };
	uint8_t bytes[DOMAIN_BYTES + CUSTODY_RECORD_BYTES] = RECORD_DOMAIN;
	custody_record_layout(record, bytes + DOMAIN_BYTES);
	return hash_bytes(HASH_BLAKE2B_256, span_of(bytes, sizeof bytes));
}

bool custody_record_follows(const struct custody_record *last, const struct custody_record *next)
{
	if (next->epoch != last->epoch + 1)
		return false;
	if (last->epoch == 0)
		return hash_is_zero(&next->previous) && next->cause == CUSTODY_CAUSE_ENTERED && id_equal(&next->writer, &next->registrar);
	struct hash digest = custody_record_digest(last);
	return id_equal(&next->member, &last->member) && id_equal(&next->writer, &last->registrar) &&
	       hash_equal(&next->previous, &digest) && next->cause != CUSTODY_CAUSE_ENTERED;
}
