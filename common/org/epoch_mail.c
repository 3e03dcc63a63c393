// Letters: sealed to each device of the unit they are for, under a key of their own. The unit's id
// is bound in, so that a letter cannot be passed on as one to somebody else.
#include <sodium.h>

#include "base/pb.h"
#include "org/epoch_wrap.h"

// The devices of the unit, or the server of its registrar, which holds the letter until one comes.
static enum err list_addressees(struct txn *txn, const struct id *to, struct arena *arena, struct epoch_wrap_receiver **receivers,
                                size_t *count)
{
	struct charter_unit unit;
	struct charter_device device;
	struct id registrar;
	enum err err = epoch_wrap_receivers(txn, to, arena, receivers, count);
	if (err || *count)
		return err;
	err = charter_registrar(txn, to, &registrar);
	if (!err)
		err = charter_unit_get(txn, &registrar, &unit);
	if (!err)
		err = charter_device_get(txn, &unit.server, &device);
	*receivers = arena_array(arena, 1, sizeof **receivers);
	if (!err && !*receivers)
		err = ERR_BUDGET;
	if (err)
		return err;
	(*receivers)[0] = (struct epoch_wrap_receiver){ .device = device.device, .box = device.box };
	*count = 1;
	return ERR_OK;
}

enum err epoch_mail_close(struct txn *txn, const struct id *to, uint32_t purpose, struct span letter,
                          void (*random)(void *context, void *to, size_t size), void *random_context,
                          struct arena *arena, struct buf *payload)
{
	struct epoch_wrap_source source = { .random = random, .random_context = random_context, .arena = arena };
	Tributary__Mail mail = TRIBUTARY__MAIL__INIT;
	uint8_t nonce[SEAL_NONCE_BYTES];
	struct seal_key key;
	struct buf box = BUF_EMPTY;
	struct epoch_wrap_receiver *receivers;
	enum err err = list_addressees(txn, to, arena, &receivers, &mail.n_wraps);
	if (!err && mail.n_wraps > EPOCH_WRAPS_MAX)
		err = ERR_TOO_LARGE;
	if (err)
		return err;
	random(random_context, key.bytes, sizeof key.bytes);
	random(random_context, nonce, sizeof nonce);
	err = epoch_wrap_make(&source, &key, receivers, mail.n_wraps, &mail.wraps);
	if (!err) {
		seal_close(&key, nonce, id_span(to), letter, &box);
		err = box.err;
	}
	sodium_memzero(&key, sizeof key);
	if (!err) {
		mail.to = pb_bytes(id_span(to));
		mail.nonce = pb_bytes(span_of(nonce, sizeof nonce));
		mail.box = pb_bytes(buf_span(&box));
		mail.purpose = purpose;
		pb_pack(&mail.base, payload);
		err = payload->err;
	}
	buf_free(&box);
	return err;
}

static enum err open_letter(const Tributary__Mail *mail, const Tributary__Wrap *wrap, const struct identity *self,
                            struct arena *arena, struct span *letter)
{
	struct seal_key key;
	enum err err = seal_unwrap(pb_span(wrap->box), self, &key);
	if (!err)
		err = seal_open(&key, mail->nonce.data, pb_span(mail->to), pb_span(mail->box), arena, letter);
	sodium_memzero(&key, sizeof key);
	return err;
}

enum err epoch_mail_open(struct span payload, const struct identity *self, struct arena *arena, struct id *to, struct span *letter)
{
	ProtobufCMessage *message;
	enum err err = pb_unpack(&tributary__mail__descriptor, payload, arena, &message);
	if (err)
		return err == ERR_BUDGET ? err : ERR_MALFORMED;
	const Tributary__Mail *mail = (const Tributary__Mail *)message;
	if (id_read(pb_span(mail->to), to) || mail->nonce.len != SEAL_NONCE_BYTES || mail->box.len < SEAL_TAG_BYTES
	    || !epoch_wrap_fit(mail->wraps, mail->n_wraps))
		return ERR_MALFORMED;
	for (size_t i = 0; i < mail->n_wraps; i++)
		if (span_equal(pb_span(mail->wraps[i]->device), hash_span(&self->sign_public)))
			return open_letter(mail, mail->wraps[i], self, arena, letter);
	return ERR_NO_KEY;
}
