// The two signatures inside statements: the root key's over genesis, a device's over its own
// enrolment. Both are over fixed layouts, never over protobuf bytes, so that nothing is encoded
// again to check one.
#include "org/statement.h"

#include <sodium.h>

#include "base/pb.h"
#include "log/hash.h"

#define GENESIS_DOMAIN "tributary genesis v1"
#define DEVICE_DOMAIN  "tributary enrolment v1"

enum {
	GENESIS_BYTES = 32 + 16 + 3 * 32 + 2 * 32,
	DEVICE_BYTES = 32 + 32 + 16 + 2 * 32 + 1 + 32,
};

static uint8_t *put(uint8_t *to, const void *bytes, size_t size)
{
	memcpy(to, bytes, size);
	return to + size;
}

static uint8_t *put_digest(uint8_t *to, const char *text)
{
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, span_string(text));
	return put(to, digest.bytes, sizeof digest.bytes);
}

static void genesis_layout(const struct hash *root, const struct id *unit, const struct statement_device *server,
                           const char *name, const char *kind, uint8_t layout[static GENESIS_BYTES])
{
	uint8_t *to = layout;
	to = put(to, root->bytes, sizeof root->bytes);
	to = put(to, unit->bytes, sizeof unit->bytes);
	to = put(to, server->device.bytes, sizeof server->device.bytes);
	to = put(to, server->curve.bytes, sizeof server->curve.bytes);
	to = put(to, server->box.bytes, sizeof server->box.bytes);
	to = put_digest(to, name);
	to = put_digest(to, kind);
	assert(to == layout + GENESIS_BYTES);
}

static void device_layout(const struct statement_device *device, const struct hash *by, uint8_t layout[static DEVICE_BYTES])
{
	uint8_t *to = layout;
	to = put(to, device->device.bytes, sizeof device->device.bytes);
	to = put(to, by->bytes, sizeof by->bytes);
	to = put(to, device->unit.bytes, sizeof device->unit.bytes);
	to = put(to, device->curve.bytes, sizeof device->curve.bytes);
	to = put(to, device->box.bytes, sizeof device->box.bytes);
	*to++ = device->server;
	to = put_digest(to, device->label);
	assert(to == layout + DEVICE_BYTES);
}

bool statement_text_fits(const char *text, size_t limit)
{
	size_t size = 0;
	for (; text[size]; size++)
		if (size == limit || (unsigned char)text[size] < 0x20 || text[size] == 0x7f)
			return false;
	return true;
}

// A point of low order gives every peer the same secret, and libsodium refuses to seal to it.
static bool sealable(const struct hash *key)
{
	static const uint8_t scalar[crypto_scalarmult_SCALARBYTES] = { 8 };
	uint8_t shared[crypto_scalarmult_BYTES];
	return crypto_scalarmult(shared, scalar, key->bytes) == 0;
}

static enum err read_keys(const ProtobufCBinaryData *sign, const ProtobufCBinaryData *curve,
                          const ProtobufCBinaryData *box, struct statement_device *device)
{
	if (hash_read(pb_span(*sign), &device->device) || hash_read(pb_span(*curve), &device->curve)
	    || hash_read(pb_span(*box), &device->box))
		return ERR_MALFORMED;
	return sealable(&device->curve) && sealable(&device->box) ? ERR_OK : ERR_MALFORMED;
}

static enum err read_signature(ProtobufCBinaryData bytes, struct signature *signature)
{
	if (bytes.len != sizeof signature->bytes)
		return ERR_MALFORMED;
	memcpy(signature->bytes, bytes.data, sizeof signature->bytes);
	return ERR_OK;
}

struct signature statement_genesis_sign(const struct identity *root, const struct id *unit,
                                        const struct statement_device *server, const char *name, const char *kind)
{
	uint8_t layout[GENESIS_BYTES];
	genesis_layout(&root->sign_public, unit, server, name, kind, layout);
	return identity_sign(root, GENESIS_DOMAIN, span_of(layout, sizeof layout));
}

static enum err genesis_read(const Tributary__Genesis *genesis, struct hash *root, uint8_t layout[static GENESIS_BYTES])
{
	struct statement_device server = { .server = true };
	struct id unit;
	if (hash_read(pb_span(genesis->root_key), root) || id_read(pb_span(genesis->unit), &unit)
	    || read_keys(&genesis->server_key, &genesis->curve_key, &genesis->box_key, &server))
		return ERR_MALFORMED;
	genesis_layout(root, &unit, &server, genesis->name, genesis->kind, layout);
	return ERR_OK;
}

enum err statement_genesis_verify(const Tributary__Genesis *genesis)
{
	uint8_t layout[GENESIS_BYTES];
	struct hash root;
	struct signature signature;
	if (genesis_read(genesis, &root, layout) || read_signature(genesis->signature, &signature))
		return ERR_MALFORMED;
	return identity_verify(&root, GENESIS_DOMAIN, span_of(layout, sizeof layout), &signature);
}

enum err statement_genesis_hash(const Tributary__Genesis *genesis, struct hash *hash)
{
	uint8_t layout[GENESIS_BYTES];
	struct hash root;
	if (genesis_read(genesis, &root, layout))
		return ERR_MALFORMED;
	*hash = hash_bytes(HASH_BLAKE2B_256, span_of(layout, sizeof layout));
	return ERR_OK;
}

struct signature statement_device_sign(const struct identity *self, const struct statement_device *device,
                                       const struct hash *by)
{
	uint8_t layout[DEVICE_BYTES];
	device_layout(device, by, layout);
	return identity_sign(self, DEVICE_DOMAIN, span_of(layout, sizeof layout));
}

static enum err verify_as(const struct statement_device *device, const struct hash *by, const struct signature *signature)
{
	uint8_t layout[DEVICE_BYTES];
	device_layout(device, by, layout);
	return identity_verify(&device->device, DEVICE_DOMAIN, span_of(layout, sizeof layout), signature);
}

enum err statement_device_verify(const Tributary__DeviceEnrolled *enrolled, const struct hash *by)
{
	struct statement_device device;
	struct signature signature;
	if (statement_device_read(enrolled, &device) || read_signature(enrolled->proof, &signature))
		return ERR_MALFORMED;
	if (!verify_as(&device, by, &signature))
		return ERR_OK;
	device.unit = (struct id){ { 0 } }; // joined by a code
	if (!verify_as(&device, by, &signature))
		return ERR_OK;
	device.label = ""; // and was given its label here
	return verify_as(&device, by, &signature);
}

enum err statement_device_read(const Tributary__DeviceEnrolled *enrolled, struct statement_device *device)
{
	*device = (struct statement_device){ .server = enrolled->server, .label = enrolled->label };
	if (enrolled->unit.len && id_read(pb_span(enrolled->unit), &device->unit))
		return ERR_MALFORMED;
	if (!statement_text_fits(enrolled->label, LIMIT_TITLE_BYTES))
		return ERR_MALFORMED;
	return read_keys(&enrolled->device, &enrolled->curve_key, &enrolled->box_key, device);
}

void statement_device_encode(const struct statement_device *device, const struct signature *proof, struct buf *encoded)
{
	Tributary__DeviceEnrolled enrolled = TRIBUTARY__DEVICE_ENROLLED__INIT;
	enrolled.device = pb_bytes(hash_span(&device->device));
	enrolled.curve_key = pb_bytes(hash_span(&device->curve));
	enrolled.box_key = pb_bytes(hash_span(&device->box));
	if (!id_is_zero(&device->unit))
		enrolled.unit = pb_bytes(id_span(&device->unit));
	enrolled.server = device->server;
	enrolled.label = (char *)(uintptr_t)device->label; // protobuf-c's strings are not const; nothing writes
	enrolled.proof = pb_bytes(span_of(proof->bytes, sizeof proof->bytes));
	pb_pack(&enrolled.base, encoded);
}
