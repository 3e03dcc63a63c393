// A batch's name, its two signatures, and its message.
#include "org/custody_batch.h"

#include <assert.h>
#include <sodium.h>

#include "base/pb.h"

#define BATCH_DOMAIN   "tributary batch v1"
#define SIGNED_DOMAIN  "tributary custody v1"
#define WITNESS_DOMAIN "tributary witness v1"

enum { COSIGNED_BYTES = LIMIT_HASH_BYTES + CUSTODY_CONFIRMED_BYTES };

struct hash custody_batch_name(struct span records)
{
	crypto_generichash_state state;
	struct hash name;
	crypto_generichash_init(&state, NULL, 0, sizeof name.bytes);
	crypto_generichash_update(&state, (const uint8_t *)BATCH_DOMAIN, sizeof BATCH_DOMAIN - 1);
	crypto_generichash_update(&state, records.data, records.size);
	crypto_generichash_final(&state, name.bytes, sizeof name.bytes);
	return name;
}

void custody_batch_sign(struct custody_batch *batch, const struct identity *server)
{
	batch->server = server->sign_public;
	batch->signature = identity_sign(server, SIGNED_DOMAIN, hash_span(&batch->name));
}

enum err custody_batch_verify(const struct custody_batch *batch)
{
	return identity_verify(&batch->server, SIGNED_DOMAIN, hash_span(&batch->name), &batch->signature);
}

static void cosigned_layout(const struct custody_batch *batch, uint8_t layout[static COSIGNED_BYTES])
{
	memcpy(layout, batch->name.bytes, LIMIT_HASH_BYTES);
	memcpy(layout + LIMIT_HASH_BYTES, batch->confirmed, CUSTODY_CONFIRMED_BYTES);
}

void custody_batch_cosign(struct custody_batch *batch, const struct identity *witness)
{
	uint8_t layout[COSIGNED_BYTES];
	cosigned_layout(batch, layout);
	batch->witnessed = true;
	batch->witness = witness->sign_public;
	batch->cosignature = identity_sign(witness, WITNESS_DOMAIN, span_of(layout, sizeof layout));
}

enum err custody_batch_cosigned(const struct custody_batch *batch)
{
	uint8_t layout[COSIGNED_BYTES];
	cosigned_layout(batch, layout);
	return identity_verify(&batch->witness, WITNESS_DOMAIN, span_of(layout, sizeof layout), &batch->cosignature);
}

bool custody_batch_confirms(const struct custody_batch *batch, size_t index)
{
	return index < CUSTODY_BATCH_RECORDS && (batch->confirmed[index / 8] >> index % 8 & 1);
}

void custody_batch_confirm(struct custody_batch *batch, size_t index)
{
	assert(index < CUSTODY_BATCH_RECORDS);
	batch->confirmed[index / 8] = (uint8_t)(batch->confirmed[index / 8] | 1u << index % 8);
}

enum err custody_batch_record(const struct custody_batch *batch, size_t index, struct custody_record *record)
{
	if (index >= batch->count)
		return ERR_MALFORMED;
	struct reader reader = reader_of(span_of(batch->records.data + index * CUSTODY_RECORD_BYTES, CUSTODY_RECORD_BYTES));
	return custody_record_read(&reader, record);
}

static enum err read_signature(ProtobufCBinaryData bytes, struct signature *signature)
{
	if (bytes.len != sizeof signature->bytes)
		return ERR_MALFORMED;
	memcpy(signature->bytes, bytes.data, sizeof signature->bytes);
	return ERR_OK;
}

static enum err read_records(const Tributary__CustodyBatch *message, struct custody_batch *batch)
{
	batch->records = pb_span(message->records);
	batch->count = batch->records.size / CUSTODY_RECORD_BYTES;
	if (batch->records.size % CUSTODY_RECORD_BYTES || batch->count > CUSTODY_BATCH_RECORDS)
		return ERR_MALFORMED;
	batch->name = custody_batch_name(batch->records);
	for (size_t i = 0; i < batch->count; i++) {
		struct custody_record record, first;
		if (custody_batch_record(batch, i, &record) || custody_batch_record(batch, 0, &first) ||
		    !id_equal(&record.writer, &first.writer))
			return ERR_MALFORMED;
	}
	return hash_read(pb_span(message->server), &batch->server) ? ERR_MALFORMED : read_signature(message->signature, &batch->signature);
}

static enum err read_witness(const Tributary__CustodyBatch *message, struct custody_batch *batch)
{
	batch->witnessed = true;
	if (message->confirmed.len != CUSTODY_CONFIRMED_BYTES || hash_read(pb_span(message->witness), &batch->witness))
		return ERR_MALFORMED;
	memcpy(batch->confirmed, message->confirmed.data, CUSTODY_CONFIRMED_BYTES);
	return read_signature(message->cosignature, &batch->cosignature);
}

enum err custody_batch_read(const Tributary__CustodyBatch *message, struct custody_batch *batch)
{
	*batch = (struct custody_batch){ .count = 0 };
	enum err err = message->records.len ? read_records(message, batch) : hash_read(pb_span(message->name), &batch->name);
	if (!err && message->witness.len)
		err = read_witness(message, batch);
	return err ? err : batch->count || batch->witnessed ? ERR_OK : ERR_MALFORMED;
}

enum err custody_batch_message(const struct custody_batch *batch, struct arena *arena, Tributary__CustodyBatch **message)
{
	Tributary__CustodyBatch *made = arena_alloc(arena, sizeof *made);
	struct custody_batch *kept = arena_alloc(arena, sizeof *kept);
	if (!made || !kept)
		return ERR_BUDGET;
	*kept = *batch;
	tributary__custody_batch__init(made);
	if (batch->count) {
		made->records = pb_bytes(kept->records);
		made->server = pb_bytes(hash_span(&kept->server));
		made->signature = pb_bytes(span_of(kept->signature.bytes, sizeof kept->signature.bytes));
	} else {
		made->name = pb_bytes(hash_span(&kept->name));
	}
	if (batch->witnessed) {
		made->witness = pb_bytes(hash_span(&kept->witness));
		made->confirmed = pb_bytes(span_of(kept->confirmed, sizeof kept->confirmed));
		made->cosignature = pb_bytes(span_of(kept->cosignature.bytes, sizeof kept->cosignature.bytes));
	}
	*message = made;
	return ERR_OK;
}
