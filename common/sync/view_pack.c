// The pack that a process works with: decoded once, and again when another is published.
#include "sync/view.h"

void view_pack_init(struct view_pack *pack)
{
	view_pack_init_shared(pack, NULL);
}

void view_pack_init_shared(struct view_pack *pack, struct pack_stock *stock)
{
	*pack = (struct view_pack){ .stock = stock };
}

static struct pack_stock *stock_of(struct view_pack *pack)
{
	return pack->stock ? pack->stock : &pack->own;
}

void view_pack_free(struct view_pack *pack)
{
	pack_stock_give_back(stock_of(pack), pack->held);
	pack->held = NULL;
	pack->pack = NULL;
}

enum err view_pack_refresh(struct view_pack *pack, struct txn *txn)
{
	struct span bytes;
	enum err err = charter_pack(txn, &bytes);
	if (err == ERR_NOT_FOUND)
		return ERR_OK;
	if (err)
		return err;
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, bytes);
	if (pack->pack && hash_equal(&digest, &pack->digest))
		return ERR_OK;
	view_pack_free(pack);
	err = pack_stock_take(stock_of(pack), bytes, &digest, &pack->held);
	if (err) // published by the top, yet not readable here: a newer format. Entries wait; nothing is lost.
		return err == ERR_BUDGET || err == ERR_NOMEM ? err : ERR_OK;
	pack->pack = pack->held->pack;
	pack->version = pack->pack->version;
	pack->digest = digest;
	return ERR_OK;
}
