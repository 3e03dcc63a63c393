#include "sync/join.h"

#include "base/pb.h"
#include "ledger/pack_diff.h"
#include "sync/message.h"
#include "sync/pen.h"

static void request(const struct enrol_invitation *invitation, const struct identity *identity, const struct id *unit,
                    const char *label, struct buf *message)
{
	struct statement_device device = {
		.device = identity->sign_public,
		.curve = identity->curve_public,
		.box = identity->box_public,
		.server = invitation->server,
		.label = label,
	};
	struct signature proof = statement_device_sign(identity, &device, &invitation->server_key);
	struct buf encoded = BUF_EMPTY;
	device.unit = *unit; // said beside the proof, which is that of one who joins by a code
	statement_device_encode(&device, &proof, &encoded);

	Tributary__Join join = TRIBUTARY__JOIN__INIT;
	join.version = MESSAGE_VERSION;
	join.secret = pb_bytes(span_of(invitation->secret, sizeof invitation->secret));
	join.device = pb_bytes(buf_span(&encoded));
	message_write(MESSAGE_JOIN, &join.base, message);
	buf_free(&encoded);
}

void join_request(const struct enrol_invitation *invitation, const struct identity *identity, const char *label,
                  struct buf *message)
{
	request(invitation, identity, &(struct id){ { 0 } }, label, message);
}

void join_request_again(const struct enrol_invitation *invitation, const struct self *self, const char *label,
                        struct buf *message)
{
	request(invitation, &self->identity, &self->unit, label, message);
}

static enum err take(const struct enrol_invitation *invitation, const Tributary__Joined *joined, struct self *self)
{
	const char *address = joined->sync_address;
	struct hash server, root;
	struct id unit;
	if (joined->reason != ERR_OK)
		return joined->reason < ERR_COUNT ? (enum err)joined->reason : ERR_UNAUTHORISED;
	if (hash_read(pb_span(joined->server_key), &server) || id_read(pb_span(joined->unit), &unit) ||
	    hash_read(pb_span(joined->root_key), &root) || strlen(address) >= sizeof self->parent_address)
		return ERR_MALFORMED;
	if (!hash_equal(&server, &invitation->server_key))
		return ERR_SIGNATURE;
	bool joined_before = !id_is_zero(&self->unit);
	if (joined_before && (!id_equal(&unit, &self->unit) || !hash_equal(&root, &self->root_key) ||
	                      self->server != invitation->server))
		return ERR_EXISTS;
	self->unit = unit;
	self->root_key = root;
	self->parent_key = server;
	self->parent_curve = invitation->server_curve;
	self->server = invitation->server;
	memset(self->parent_address, 0, sizeof self->parent_address);
	memcpy(self->parent_address, address, strlen(address));
	return ERR_OK;
}

enum err join_accept(const struct enrol_invitation *invitation, struct span message, struct self *self,
                     struct arena *arena, const char **why)
{
	enum message_kind kind;
	ProtobufCMessage *decoded;
	*why = "";
	enum err err = message_read(message, MESSAGE_DOWN, arena, &kind, &decoded);
	if (err)
		return err;
	if (kind != MESSAGE_JOINED)
		return ERR_MALFORMED;
	const Tributary__Joined *joined = (const Tributary__Joined *)decoded;
	*why = joined->text;
	return take(invitation, joined, self);
}

// ---- Founding ----

static enum err state_genesis(struct pen *pen, const struct self *self, const struct identity *root, const char *name,
                              const char *kind)
{
	const struct identity *own = &self->identity;
	struct statement_device server = {
		.device = own->sign_public,
		.curve = own->curve_public,
		.box = own->box_public,
		.unit = self->unit,
		.server = true,
		.label = name,
	};
	struct signature signature = statement_genesis_sign(root, &self->unit, &server, name, kind);
	Tributary__Genesis genesis = TRIBUTARY__GENESIS__INIT;
	genesis.root_key = pb_bytes(hash_span(&root->sign_public));
	genesis.signature = pb_bytes(span_of(signature.bytes, sizeof signature.bytes));
	genesis.unit = pb_bytes(id_span(&self->unit));
	genesis.name = (char *)(uintptr_t)name;
	genesis.kind = (char *)(uintptr_t)kind;
	genesis.server_key = pb_bytes(hash_span(&own->sign_public));
	genesis.curve_key = pb_bytes(hash_span(&own->curve_public));
	genesis.box_key = pb_bytes(hash_span(&own->box_public));

	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_GENESIS;
	statement.genesis = &genesis;
	return pen_state(pen, &statement);
}

// ERR_CONFLICT: what is recorded by the pack that is here could not be read by the new one.
static enum err readable_on(struct txn *txn, struct span pack)
{
	const struct pack_difference *differences;
	size_t count;
	struct span published;
	struct arena arena;
	enum err err = charter_pack(txn, &published);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	arena_init(&arena, 2 * LIMIT_DECODE_BYTES);
	err = pack_diff(published, pack, &arena, &differences, &count);
	if (!err && pack_diff_forbidden(differences, count))
		err = ERR_CONFLICT;
	arena_free(&arena);
	return err;
}

enum err join_publish_pack(struct pen *pen, struct span pack, const char *name, uint32_t version)
{
	enum err err = readable_on(pen->txn, pack);
	if (err)
		return err;
	Tributary__PackPublished published = TRIBUTARY__PACK_PUBLISHED__INIT;
	published.name = (char *)(uintptr_t)name;
	published.version = version;
	published.pack = pb_bytes(pack);
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_PACK_PUBLISHED;
	statement.pack_published = &published;
	return pen_state(pen, &statement);
}

static enum err state_founding(struct pen *pen, const struct self *self, const struct identity *root, const char *name,
                               const char *kind, struct span pack)
{
	struct arena arena;
	const struct pack *decoded;
	const char *why;
	enum err err = state_genesis(pen, self, root, name, kind);
	if (err || pack.size == 0)
		return err;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	err = pack_decode(pack, &arena, &decoded, &why);
	if (!err)
		err = join_publish_pack(pen, pack, decoded->name, decoded->version);
	arena_free(&arena);
	return err;
}

enum err join_found(struct txn *txn, struct self *self, const struct identity *root, const char *name, const char *kind,
                    struct span pack, uint64_t now_ms, const uint8_t seed[static DRBG_SEED_BYTES])
{
	struct view_pack view_pack;
	struct pen pen;
	view_pack_init(&view_pack);
	self->server = true;
	self->root_key = root->sign_public;
	self->unit = id_make(now_ms << 16, &self->identity.sign_public);
	self_save(txn, self);
	enum err err = pen_begin(&pen, txn, self, &view_pack, now_ms, seed);
	if (!err) {
		err = state_founding(&pen, self, root, name, kind, pack);
		if (err)
			txn_fail(txn, err);
		pen_finish(&pen);
	}
	view_pack_free(&view_pack);
	return err ? err : txn->err;
}
