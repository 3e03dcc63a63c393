// A handful of versions at most are in use at a time: a list does.
#include "ledger/pack_stock.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"

static enum err put_up(struct pack_stock *stock, struct span bytes, const struct hash *digest, struct pack_stock_item **item)
{
	const char *why;
	struct pack_stock_item *fresh = calloc(1, sizeof *fresh);
	if (!fresh)
		return ERR_NOMEM;
	arena_init(&fresh->arena, LIMIT_DECODE_BYTES);
	enum err err = pack_decode(bytes, &fresh->arena, &fresh->pack, &why);
	if (err) {
		arena_free(&fresh->arena);
		free(fresh);
		return err;
	}
	fresh->digest = *digest;
	fresh->next = stock->items;
	stock->items = fresh;
	*item = fresh;
	return ERR_OK;
}

enum err pack_stock_take(struct pack_stock *stock, struct span bytes, const struct hash *digest, struct pack_stock_item **item)
{
	*item = stock->items;
	while (*item && !hash_equal(&(*item)->digest, digest))
		*item = (*item)->next;
	enum err err = *item ? ERR_OK : put_up(stock, bytes, digest, item);
	if (!err)
		(*item)->holders++;
	return err;
}

void pack_stock_give_back(struct pack_stock *stock, struct pack_stock_item *item)
{
	if (!item || --item->holders > 0)
		return;
	struct pack_stock_item **slot = &stock->items;
	while (*slot != item) {
		assert(*slot);
		slot = &(*slot)->next;
	}
	*slot = item->next;
	arena_free(&item->arena);
	free(item);
}
