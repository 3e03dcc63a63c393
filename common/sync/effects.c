// The list of what must be done, in order. It owns the bytes it carries.
#include <stdlib.h>

#include "sync/node_inside.h"

struct effects {
	struct effect *items;
	struct buf *bytes; // of each item
	size_t count, capacity;
	bool failed;       // out of memory: the transaction must not be committed
};

struct effects *effects_new(void)
{
	return calloc(1, sizeof(struct effects));
}

void effects_clear(struct effects *effects)
{
	for (size_t i = 0; i < effects->count; i++)
		buf_free(&effects->bytes[i]);
	effects->count = 0;
	effects->failed = false;
}

void effects_free(struct effects *effects)
{
	if (!effects)
		return;
	effects_clear(effects);
	free(effects->items);
	free(effects->bytes);
	free(effects);
}

size_t effects_count(const struct effects *effects) { return effects->count; }

const struct effect *effects_at(const struct effects *effects, size_t index)
{
	return index < effects->count ? &effects->items[index] : NULL;
}

static bool grow(struct effects *effects)
{
	size_t capacity = effects->capacity ? 2 * effects->capacity : 16;
	struct effect *items = realloc(effects->items, capacity * sizeof *items);
	if (items)
		effects->items = items;
	struct buf *bytes = realloc(effects->bytes, capacity * sizeof *bytes);
	if (bytes)
		effects->bytes = bytes;
	if (items && bytes)
		effects->capacity = capacity;
	return items && bytes;
}

void effects_add(struct effects *effects, const struct effect *effect, struct buf *bytes)
{
	if (effects->count == effects->capacity && !grow(effects))
		effects->failed = true;
	if (effects->failed || (bytes && bytes->err)) {
		effects->failed = true;
		if (bytes)
			buf_free(bytes);
		return;
	}
	struct effect *item = &effects->items[effects->count];
	*item = *effect;
	effects->bytes[effects->count] = bytes ? *bytes : BUF_EMPTY;
	item->bytes = buf_span(&effects->bytes[effects->count]);
	effects->count++;
	if (bytes)
		*bytes = BUF_EMPTY;
}

bool effects_failed(const struct effects *effects) { return effects->failed; }
