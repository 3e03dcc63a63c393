// The pack that a process works with: decoded once, and again when another is published.
#include "sync/view.h"

void view_pack_init(struct view_pack *pack)
{
	*pack = (struct view_pack){ .pack = NULL, .version = 0 };
	arena_init(&pack->arena, LIMIT_DECODE_BYTES);
}

void view_pack_free(struct view_pack *pack)
{
	arena_free(&pack->arena);
	pack->pack = NULL;
}

enum err view_pack_refresh(struct view_pack *pack, struct txn *txn)
{
	struct span bytes;
	const char *why;
	enum err err = charter_pack(txn, &bytes);
	if (err == ERR_NOT_FOUND)
		return ERR_OK;
	if (err)
		return err;
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, bytes);
	if (pack->pack && hash_equal(&digest, &pack->digest))
		return ERR_OK;
	arena_reset(&pack->arena);
	pack->pack = NULL;
	err = pack_decode(bytes, &pack->arena, &pack->pack, &why);
	if (err) {
		// Published by the top, yet not readable here: a newer format. Entries wait; nothing is lost.
		pack->pack = NULL;
		return err == ERR_BUDGET || err == ERR_NOMEM ? err : ERR_OK;
	}
	pack->version = pack->pack->version;
	pack->digest = digest;
	return ERR_OK;
}
