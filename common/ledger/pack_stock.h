// Decoded packs by the digest of their encoded form: who asks for the same is given the same. So a process that holds many
// stores holds each version of a pack once. What stands here is never changed, and goes with its last holder. One
// per thread.
#ifndef TRIBUTARY_LEDGER_PACK_STOCK_H
#define TRIBUTARY_LEDGER_PACK_STOCK_H

#include "base/arena.h"
#include "base/id.h"
#include "ledger/pack.h"

struct pack_stock_item {
	struct pack_stock_item *next;
	struct hash digest;
	struct arena arena;
	const struct pack *pack;
	size_t holders;
};

struct pack_stock {
	struct pack_stock_item *items;
};

// Decodes it if nobody holds it yet. Errors as pack_decode() gives them; *item is NULL then.
enum err pack_stock_take(struct pack_stock *stock, struct span bytes, const struct hash *digest, struct pack_stock_item **item);
void pack_stock_give_back(struct pack_stock *stock, struct pack_stock_item *item); // NULL is allowed

#endif
