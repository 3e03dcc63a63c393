// A bounded bump allocator. Everything decoded on a peer's behalf comes from one of these, so
// what a peer can make us spend is the arena's limit. Freed at once, never piecewise.
#ifndef TRIBUTARY_BASE_ARENA_H
#define TRIBUTARY_BASE_ARENA_H

#include "base/err.h"
#include "base/span.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; // newest first; owned
	size_t used;                // bytes handed out since the last reset, padding included
	size_t limit;               // `used` never exceeds it
	bool starved;               // the machine had no memory: not the content's fault, as the limit is; a reset does not forget it
};

void arena_init(struct arena *arena, size_t limit);
void arena_reset(struct arena *arena); // everything handed out is gone; one chunk is kept for reuse
void arena_free(struct arena *arena);

// Zeroed, aligned for any type; NULL when the limit or memory is exhausted. Size 0 gives a valid pointer.
void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size); // overflow-checked
char *arena_string(struct arena *arena, struct span text);         // NUL-terminated copy
enum err arena_copy(struct arena *arena, struct span bytes, struct span *copy);

#endif
