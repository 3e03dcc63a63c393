#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { ARENA_CHUNK_BYTES = 64 * 1024 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t size; // bytes of `bytes` in use
	size_t capacity;
	alignas(max_align_t) uint8_t bytes[];
};

void arena_init(struct arena *arena, size_t limit)
{
	*arena = (struct arena){ .chunks = NULL, .used = 0, .limit = limit };
}

static void free_chunks(struct arena_chunk *chunk)
{
	while (chunk) {
		struct arena_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
}

void arena_reset(struct arena *arena)
{
	arena->used = 0;
	if (!arena->chunks)
		return;
	free_chunks(arena->chunks->next);
	arena->chunks->next = NULL;
	arena->chunks->size = 0;
}

void arena_free(struct arena *arena)
{
	free_chunks(arena->chunks);
	arena->chunks = NULL;
	arena->used = 0;
}

static struct arena_chunk *chunk_for(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = arena->chunks;
	if (chunk && chunk->capacity - chunk->size >= size)
		return chunk;
	size_t capacity = size > ARENA_CHUNK_BYTES ? size : ARENA_CHUNK_BYTES;
	chunk = malloc(sizeof *chunk + capacity);
	if (!chunk) {
		arena->starved = true;
		return NULL;
	}
	chunk->size = 0;
	chunk->capacity = capacity;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	if (size > SIZE_MAX - align)
		return NULL;
	size_t padded = size ? (size + align - 1) / align * align : align;
	if (padded > arena->limit - arena->used)
		return NULL;
	struct arena_chunk *chunk = chunk_for(arena, padded);
	if (!chunk)
		return NULL;
	void *fresh = chunk->bytes + chunk->size;
	chunk->size += padded;
	arena->used += padded;
	return memset(fresh, 0, padded);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return NULL;
	return arena_alloc(arena, count * size);
}

char *arena_string(struct arena *arena, struct span text)
{
	char *copy = text.size < SIZE_MAX ? arena_alloc(arena, text.size + 1) : NULL;
	if (copy && text.size)
		memcpy(copy, text.data, text.size);
	return copy;
}

enum err arena_copy(struct arena *arena, struct span bytes, struct span *copy)
{
	uint8_t *data = arena_alloc(arena, bytes.size);
	if (!data)
		return ERR_BUDGET;
	if (bytes.size)
		memcpy(data, bytes.data, bytes.size);
	*copy = span_of(data, bytes.size);
	return ERR_OK;
}
