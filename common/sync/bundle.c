#include "sync/bundle.h"

#include <sodium.h>

#include "base/bytes.h"
#include "base/pb.h"
#include "base/reader.h"
#include "log/hash.h"
#include "wire.pb-c.h"

#define DOMAIN_HEAD  "tributary bundle v1"
#define DOMAIN_PIECE "tributary piece v1"

enum { BUNDLE_VERSION = 1, CONTEXT_BYTES = LIMIT_HASH_BYTES + 4 + 1 };

static const uint8_t magic[4] = { 'T', 'R', 'B', 'N' };

// ---- Writing ----

static void encode_head(const struct bundle_head *head, struct span wrap, struct buf *bytes)
{
	Tributary__BundleHead message = TRIBUTARY__BUNDLE_HEAD__INIT;
	message.bundle = pb_bytes(id_span(&head->bundle));
	message.part = head->part;
	message.holder = pb_bytes(hash_span(&head->holder));
	message.reader = pb_bytes(hash_span(&head->reader));
	message.sealed_to = pb_bytes(hash_span(&head->sealed_to));
	message.wrap = pb_bytes(wrap);
	message.time = head->time;
	message.way = head->way;
	buf_bytes(bytes, magic, sizeof magic);
	buf_u8(bytes, BUNDLE_VERSION);
	buf_u16(bytes, (uint16_t)protobuf_c_message_get_packed_size(&message.base));
	pb_pack(&message.base, bytes);
}

enum err bundle_begin(struct bundle_part *part, const struct bundle_head *head, const struct identity *holder,
                      const struct seal_key *key, const uint8_t ephemeral[static 32], struct buf *bytes)
{
	uint8_t wrap[SEAL_WRAP_BYTES];
	size_t start = bytes->size;
	*part = (struct bundle_part){ .head = *head, .key = *key };
	enum err err = seal_wrap(key, &head->sealed_to, ephemeral, wrap);
	if (err)
		return err;
	encode_head(head, span_of(wrap, sizeof wrap), bytes);
	if (bytes->err)
		return bytes->err;
	part->digest = hash_bytes(HASH_BLAKE2B_256, span_of(bytes->data + start, bytes->size - start));
	struct signature signature = identity_sign(holder, DOMAIN_HEAD, hash_span(&part->digest));
	buf_bytes(bytes, signature.bytes, sizeof signature.bytes);
	return bytes->err;
}

static void make_context(const struct bundle_part *part, uint32_t index, unsigned flags, uint8_t context[static CONTEXT_BYTES])
{
	memcpy(context, part->digest.bytes, LIMIT_HASH_BYTES);
	bytes_put_u32(context + LIMIT_HASH_BYTES, index);
	context[LIMIT_HASH_BYTES + 4] = (uint8_t)flags;
}

static void make_nonce(uint32_t index, uint8_t nonce[static SEAL_NONCE_BYTES])
{
	memset(nonce, 0, SEAL_NONCE_BYTES);
	bytes_put_u64(nonce + SEAL_NONCE_BYTES - 8, index);
}

// What the holder signs of a piece.
static void make_signed(const uint8_t context[static CONTEXT_BYTES], struct span box,
                        uint8_t bytes[static CONTEXT_BYTES + LIMIT_HASH_BYTES])
{
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, box);
	memcpy(bytes, context, CONTEXT_BYTES);
	memcpy(bytes + CONTEXT_BYTES, digest.bytes, sizeof digest.bytes);
}

enum err bundle_add(struct bundle_part *part, const struct identity *holder, unsigned flags, struct span message,
                    struct buf *bytes)
{
	uint8_t context[CONTEXT_BYTES], nonce[SEAL_NONCE_BYTES], said[CONTEXT_BYTES + LIMIT_HASH_BYTES];
	size_t box_size = message.size + SEAL_TAG_BYTES;
	if (box_size > BUNDLE_BOX_MOST || part->index >= BUNDLE_PIECES_MOST)
		return ERR_TOO_LARGE;
	make_context(part, part->index, flags, context);
	make_nonce(part->index, nonce);
	buf_u32(bytes, (uint32_t)box_size);
	buf_u8(bytes, (uint8_t)flags);
	seal_close(&part->key, nonce, span_of(context, sizeof context), message, bytes);
	if (bytes->err)
		return bytes->err;
	make_signed(context, span_of(bytes->data + bytes->size - box_size, box_size), said);
	struct signature signature = identity_sign(holder, DOMAIN_PIECE, span_of(said, sizeof said));
	buf_bytes(bytes, signature.bytes, sizeof signature.bytes);
	part->index++;
	return bytes->err;
}

// ---- Reading ----

enum err bundle_head_size(struct span prefix, size_t *size)
{
	struct reader reader = reader_of(prefix);
	uint8_t found[sizeof magic];
	reader_copy(&reader, found, sizeof found);
	uint8_t version = reader_u8(&reader);
	size_t head = reader_u16(&reader);
	if (reader.err || memcmp(found, magic, sizeof magic) != 0)
		return ERR_MALFORMED;
	if (version != BUNDLE_VERSION)
		return ERR_VERSION;
	if (head > BUNDLE_HEAD_MOST)
		return ERR_MALFORMED;
	*size = head + LIMIT_SIGNATURE_BYTES;
	return ERR_OK;
}

static enum err read_head(const Tributary__BundleHead *message, struct bundle_head *head)
{
	if (id_read(pb_span(message->bundle), &head->bundle) || hash_read(pb_span(message->holder), &head->holder) ||
	    hash_read(pb_span(message->reader), &head->reader) || hash_read(pb_span(message->sealed_to), &head->sealed_to))
		return ERR_MALFORMED;
	if (message->part < 1 || message->part > BUNDLE_PARTS_MOST || message->wrap.len != SEAL_WRAP_BYTES ||
	    (message->way != BUNDLE_UP && message->way != BUNDLE_DOWN))
		return ERR_MALFORMED;
	head->part = message->part;
	head->time = message->time;
	head->way = (enum bundle_way)message->way;
	return ERR_OK;
}

// The encoded head alone, of bytes whose size fits.
static enum err decode_head(struct span bytes, struct arena *arena, const Tributary__BundleHead **message)
{
	ProtobufCMessage *decoded;
	struct span encoded = span_of(bytes.data + BUNDLE_PREFIX_BYTES, bytes.size - BUNDLE_PREFIX_BYTES - LIMIT_SIGNATURE_BYTES);
	enum err err = pb_unpack(&tributary__bundle_head__descriptor, encoded, arena, &decoded);
	*message = err ? NULL : (const Tributary__BundleHead *)decoded;
	return err ? ERR_MALFORMED : ERR_OK;
}

enum err bundle_open(struct span bytes, struct bundle_part *part)
{
	size_t size;
	struct arena arena;
	struct signature signature;
	const Tributary__BundleHead *message;
	*part = (struct bundle_part){ .index = 0 };
	enum err err = bundle_head_size(span_of(bytes.data, bytes.size < BUNDLE_PREFIX_BYTES ? bytes.size : BUNDLE_PREFIX_BYTES), &size);
	if (err)
		return err;
	if (bytes.size != BUNDLE_PREFIX_BYTES + size)
		return ERR_MALFORMED;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	err = decode_head(bytes, &arena, &message);
	if (!err)
		err = read_head(message, &part->head);
	arena_free(&arena);
	if (err)
		return err;
	part->digest = hash_bytes(HASH_BLAKE2B_256, span_of(bytes.data, bytes.size - LIMIT_SIGNATURE_BYTES));
	memcpy(signature.bytes, bytes.data + bytes.size - LIMIT_SIGNATURE_BYTES, LIMIT_SIGNATURE_BYTES);
	return identity_verify(&part->head.holder, DOMAIN_HEAD, hash_span(&part->digest), &signature);
}

// Who joins knows of the server its CURVE key alone, from the invitation; everybody else the key in its certificate.
static enum err unwrap(struct span wrap, const struct hash *sealed_to, const struct identity *reader, struct seal_key *key)
{
	struct identity other = *reader;
	enum err err = ERR_NO_KEY;
	if (hash_equal(sealed_to, &reader->curve_public)) {
		other.box_public = reader->curve_public;
		memcpy(other.box_secret, reader->curve_secret, sizeof other.box_secret);
	}
	if (hash_equal(sealed_to, &other.box_public) && seal_unwrap(wrap, &other, key) == ERR_OK)
		err = ERR_OK;
	identity_wipe(&other);
	return err;
}

enum err bundle_unlock(struct span bytes, struct bundle_part *part, const struct identity *reader)
{
	struct arena arena;
	const Tributary__BundleHead *message;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = decode_head(bytes, &arena, &message);
	if (!err)
		err = unwrap(pb_span(message->wrap), &part->head.sealed_to, reader, &part->key);
	arena_free(&arena);
	return err;
}

enum err bundle_piece_read(struct span prefix, struct bundle_piece *piece)
{
	struct reader reader = reader_of(prefix);
	piece->size = reader_u32(&reader);
	piece->flags = reader_u8(&reader);
	if (reader_end(&reader) || piece->size < SEAL_TAG_BYTES || piece->flags > (BUNDLE_LAST_OF_PART | BUNDLE_LAST) ||
	    piece->flags == BUNDLE_LAST)
		return ERR_MALFORMED;
	return piece->size > BUNDLE_BOX_MOST ? ERR_TOO_LARGE : ERR_OK;
}

enum err bundle_piece_check(struct bundle_part *part, const struct bundle_piece *piece, struct span rest)
{
	uint8_t context[CONTEXT_BYTES], said[CONTEXT_BYTES + LIMIT_HASH_BYTES];
	struct signature signature;
	uint32_t index = part->index;
	if (index >= BUNDLE_PIECES_MOST || rest.size != bundle_piece_rest(piece))
		return ERR_SIGNATURE;
	part->index++;
	make_context(part, index, piece->flags, context);
	make_signed(context, span_of(rest.data, piece->size), said);
	memcpy(signature.bytes, rest.data + piece->size, sizeof signature.bytes);
	return identity_verify(&part->head.holder, DOMAIN_PIECE, span_of(said, sizeof said), &signature);
}

enum err bundle_piece_open(const struct bundle_part *part, const struct bundle_piece *piece, struct span rest,
                           struct arena *arena, struct span *message)
{
	uint8_t context[CONTEXT_BYTES], nonce[SEAL_NONCE_BYTES];
	if (part->index == 0 || rest.size < piece->size)
		return ERR_SIGNATURE;
	make_context(part, part->index - 1, piece->flags, context);
	make_nonce(part->index - 1, nonce);
	return seal_open(&part->key, nonce, span_of(context, sizeof context), span_of(rest.data, piece->size), arena, message);
}
