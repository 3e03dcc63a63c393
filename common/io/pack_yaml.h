// A pack as people write it (docs/packs.md) → a pack as it travels and rests (Pack in
// proto/store.proto). Everything in YAML is by name; numbers are written out and stay.
#ifndef TRIBUTARY_IO_PACK_YAML_H
#define TRIBUTARY_IO_PACK_YAML_H

#include "base/arena.h"
#include "base/buf.h"

// Reads the file at `path`, appends its encoded form to `pack` and checks that by pack_decode().
// On failure *why is one sentence, in the arena or static: file, line or path of keys, what is
// wrong, what was expected; `pack` then has nothing new. ERR_NOT_FOUND, ERR_IO (the file);
// ERR_MALFORMED, ERR_RANGE, ERR_TOO_LARGE, ERR_BUDGET (what stands in it).
enum err pack_yaml_compile(const char *path, struct buf *pack, struct arena *arena, const char **why);

#endif
