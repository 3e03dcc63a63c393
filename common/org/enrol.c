// Invitations: their code as people pass it on, and the rows that make each good for one device.
#include "org/enrol.h"

#include <sodium.h>

#include "base/bytes.h"
#include "base/pb.h"
#include "base/reader.h"
#include "log/hash.h"

#define CODE_NAME   "tributary"
#define CODE_PREFIX CODE_NAME "1:"

enum {
	ROW_VERSION = 1,
	FLAG_SERVER = 1,
	CHECK_BYTES = 4,
	PORCH_MAX = sizeof ((struct enrol_invitation *)0)->porch - 1,
	CODE_RAW_MAX = 32 + 32 + ENROL_SECRET_BYTES + 4 + 1 + PORCH_MAX + CHECK_BYTES,
};

static_assert(sizeof CODE_PREFIX + sodium_base64_ENCODED_LEN(CODE_RAW_MAX, sodium_base64_VARIANT_URLSAFE_NO_PADDING)
              <= ENROL_CODE_BYTES, "every code fits");

// ---- The code. ----

static bool is_porch(const char *porch)
{
	size_t size = 0;
	for (; porch[size]; size++)
		if (porch[size] <= 0x20 || porch[size] > 0x7e)
			return false;
	return size == 0 || (size > 6 && size <= PORCH_MAX && strncmp(porch, "tcp://", 6) == 0); // none: by stick alone
}

static struct hash check_of(struct span code)
{
	return hash_bytes(HASH_BLAKE2B_256, code);
}

enum err enrol_code_format(const struct enrol_invitation *invitation, char code[static ENROL_CODE_BYTES])
{
	struct buf raw = BUF_EMPTY;
	if (!memchr(invitation->porch, '\0', sizeof invitation->porch) || !is_porch(invitation->porch)
	    || invitation->expiry < 0)
		return ERR_MALFORMED;
	buf_bytes(&raw, invitation->server_curve.bytes, sizeof invitation->server_curve.bytes);
	buf_bytes(&raw, invitation->server_key.bytes, sizeof invitation->server_key.bytes);
	buf_bytes(&raw, invitation->secret, sizeof invitation->secret);
	buf_u32(&raw, (uint32_t)invitation->expiry);
	buf_u8(&raw, invitation->server ? FLAG_SERVER : 0);
	buf_string(&raw, invitation->porch);
	struct hash check = check_of(buf_span(&raw));
	buf_bytes(&raw, check.bytes, CHECK_BYTES);
	enum err err = raw.err;
	if (!err) {
		memcpy(code, CODE_PREFIX, sizeof CODE_PREFIX - 1);
		sodium_bin2base64(code + sizeof CODE_PREFIX - 1, ENROL_CODE_BYTES - sizeof CODE_PREFIX + 1, raw.data, raw.size,
		                  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	}
	buf_free(&raw);
	return err;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span trim(const char *text)
{
	size_t from = 0, to = strlen(text);
	while (from < to && is_blank(text[from]))
		from++;
	while (to > from && is_blank(text[to - 1]))
		to--;
	return span_of(text + from, to - from);
}

// Behind the prefix. ERR_VERSION: a code, but of a later make.
static enum err take_prefix(struct span *text)
{
	struct span name = span_string(CODE_NAME), prefix = span_string(CODE_PREFIX);
	if (span_starts(*text, prefix)) {
		*text = span_of(text->data + prefix.size, text->size - prefix.size);
		return ERR_OK;
	}
	size_t at = name.size;
	if (!span_starts(*text, name))
		return ERR_MALFORMED;
	while (at < text->size && text->data[at] >= '0' && text->data[at] <= '9')
		at++;
	return at > name.size && at < text->size && text->data[at] == ':' ? ERR_VERSION : ERR_MALFORMED;
}

static enum err read_code(struct span raw, struct enrol_invitation *invitation)
{
	if (raw.size < CHECK_BYTES)
		return ERR_MALFORMED;
	struct span body = span_of(raw.data, raw.size - CHECK_BYTES);
	struct hash check = check_of(body);
	if (memcmp(check.bytes, raw.data + body.size, CHECK_BYTES) != 0)
		return ERR_MALFORMED;
	struct reader reader = reader_of(body);
	*invitation = (struct enrol_invitation){ .expiry = 0 };
	reader_copy(&reader, invitation->server_curve.bytes, sizeof invitation->server_curve.bytes);
	reader_copy(&reader, invitation->server_key.bytes, sizeof invitation->server_key.bytes);
	reader_copy(&reader, invitation->secret, sizeof invitation->secret);
	uint32_t expiry = reader_u32(&reader);
	uint8_t flags = reader_u8(&reader);
	size_t porch = reader_left(&reader);
	if (reader.err || expiry > INT32_MAX || flags > FLAG_SERVER || porch > PORCH_MAX)
		return ERR_MALFORMED;
	reader_copy(&reader, invitation->porch, porch);
	invitation->expiry = (int32_t)expiry;
	invitation->server = flags & FLAG_SERVER;
	return strlen(invitation->porch) == porch && is_porch(invitation->porch) ? ERR_OK : ERR_MALFORMED;
}

enum err enrol_code_parse(const char *code, struct enrol_invitation *invitation)
{
	uint8_t raw[CODE_RAW_MAX];
	size_t size;
	const char *end;
	struct span text = trim(code);
	enum err err = take_prefix(&text);
	if (err)
		return err;
	const char *digits = (const char *)text.data;
	if (sodium_base642bin(raw, sizeof raw, digits, text.size, NULL, &size, &end,
	                      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0
	    || end != digits + text.size)
		return ERR_MALFORMED;
	return read_code(span_of(raw, size), invitation);
}

// ---- The rows. ----
//
//	version u8 ‖ unit[16] ‖ server u8 ‖ expiry u32 ‖ redeemed by[32] ‖ label: size u16 and bytes

struct invitation {
	struct id unit;
	bool server;
	int32_t expiry;
	struct hash redeemed; // zero: open
	char label[LIMIT_TITLE_BYTES + 1];
};

// The key of its row. A look-up by the digest tells nothing of the secret by the time it takes.
static struct hash row_key(struct span secret)
{
	return hash_bytes(HASH_BLAKE2B_256, secret);
}

static enum err put_row(struct txn *txn, const struct hash *key, const struct invitation *row)
{
	struct buf value = BUF_EMPTY;
	size_t label_size = strlen(row->label);
	buf_u8(&value, ROW_VERSION);
	buf_bytes(&value, row->unit.bytes, sizeof row->unit.bytes);
	buf_u8(&value, row->server);
	buf_u32(&value, (uint32_t)row->expiry);
	buf_bytes(&value, row->redeemed.bytes, sizeof row->redeemed.bytes);
	buf_u16(&value, (uint16_t)label_size);
	buf_bytes(&value, row->label, label_size);
	enum err err = value.err ? txn_fail(txn, value.err) : txn_put(txn, STORE_INVITATION, hash_span(key), buf_span(&value));
	buf_free(&value);
	return err;
}

static enum err get_row(struct txn *txn, const struct hash *key, struct invitation *row)
{
	struct span value;
	enum err err = txn_get(txn, STORE_INVITATION, hash_span(key), &value);
	if (err)
		return err;
	struct reader reader = reader_of(value);
	uint8_t version = reader_u8(&reader);
	reader_copy(&reader, row->unit.bytes, sizeof row->unit.bytes);
	row->server = reader_u8(&reader);
	row->expiry = (int32_t)reader_u32(&reader);
	reader_copy(&reader, row->redeemed.bytes, sizeof row->redeemed.bytes);
	size_t label_size = reader_u16(&reader);
	if (label_size > LIMIT_TITLE_BYTES)
		return ERR_CORRUPT;
	reader_copy(&reader, row->label, label_size);
	row->label[label_size] = '\0';
	return !reader_end(&reader) && version == ROW_VERSION ? ERR_OK : ERR_CORRUPT;
}

enum err enrol_invite(struct txn *txn, const struct enrol_invitation *invitation, const struct id *unit, const char *label)
{
	struct charter_unit known;
	struct hash key = row_key(span_of(invitation->secret, sizeof invitation->secret));
	struct invitation row = { .unit = *unit, .server = invitation->server, .expiry = invitation->expiry };
	if (!statement_text_fits(label, LIMIT_TITLE_BYTES))
		return ERR_MALFORMED;
	enum err err = charter_unit_get(txn, unit, &known);
	if (err)
		return err;
	if (txn_has(txn, STORE_INVITATION, hash_span(&key)))
		return ERR_EXISTS;
	memcpy(row.label, label, strlen(label) + 1);
	return put_row(txn, &key, &row);
}

static enum err find_row(struct txn *txn, const Tributary__Join *join, struct hash *key, struct invitation *row)
{
	if (join->secret.len != ENROL_SECRET_BYTES)
		return ERR_MALFORMED;
	*key = row_key(pb_span(join->secret));
	enum err err = get_row(txn, key, row);
	return err == ERR_NOT_FOUND ? ERR_UNAUTHORISED : err;
}

static enum err read_join(const Tributary__Join *join, struct arena *arena, struct statement_device *device,
                          Tributary__DeviceEnrolled **enrolled)
{
	ProtobufCMessage *message;
	enum err err = pb_unpack(&tributary__device_enrolled__descriptor, pb_span(join->device), arena, &message);
	if (err)
		return err == ERR_BUDGET ? err : ERR_MALFORMED;
	*enrolled = (Tributary__DeviceEnrolled *)message;
	return statement_device_read(*enrolled, device);
}

// Is the device enrolled already, as it says? *again. One that is enrolled otherwise, or was
// revoked, gets nothing.
static enum err check_enrolled(struct txn *txn, const struct statement_device *device, bool *again)
{
	struct charter_device present;
	enum err err = charter_device_get(txn, &device->device, &present);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	bool same = !present.revoked && id_equal(&present.unit, &device->unit) && present.server == device->server
	            && hash_equal(&present.curve, &device->curve) && hash_equal(&present.box, &device->box);
	*again = same;
	return same ? ERR_OK : ERR_UNAUTHORISED;
}

enum err enrol_check(struct txn *txn, const struct hash *by, const Tributary__Join *join, int32_t today, struct arena *arena,
                     struct statement_device *device, Tributary__DeviceEnrolled **enrolled, bool *again)
{
	struct hash key;
	struct invitation row;
	*again = false;
	enum err err = find_row(txn, join, &key, &row);
	if (!err)
		err = read_join(join, arena, device, enrolled);
	if (err)
		return err;
	bool ours = hash_equal(&row.redeemed, &device->device);
	if (!ours && !hash_is_zero(&row.redeemed))
		return ERR_UNAUTHORISED;
	if (!ours && today > row.expiry)
		return ERR_EXPIRED;
	if (device->server != row.server || (!id_is_zero(&device->unit) && !id_equal(&device->unit, &row.unit)))
		return ERR_UNAUTHORISED;
	err = statement_device_verify(*enrolled, by);
	if (err)
		return err;
	device->unit = row.unit;
	if (!device->label[0]) {
		device->label = arena_string(arena, span_string(row.label));
		if (!device->label)
			return ERR_BUDGET;
	}
	return check_enrolled(txn, device, again);
}

enum err enrol_redeem(struct txn *txn, const Tributary__Join *join)
{
	struct hash key;
	struct invitation row;
	struct statement_device device;
	Tributary__DeviceEnrolled *enrolled;
	struct arena arena;
	enum err err = find_row(txn, join, &key, &row);
	if (err)
		return err;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	err = read_join(join, &arena, &device, &enrolled);
	bool other = !err && !hash_is_zero(&row.redeemed) && !hash_equal(&row.redeemed, &device.device);
	if (!err && other)
		err = ERR_UNAUTHORISED;
	if (!err) {
		row.redeemed = device.device;
		err = put_row(txn, &key, &row);
	}
	arena_free(&arena);
	return err;
}
