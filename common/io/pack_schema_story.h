// What libcyaml said while it loaded a pack, and the sentence that is made of it. For io/pack_schema.c.
#ifndef TRIBUTARY_IO_PACK_SCHEMA_STORY_H
#define TRIBUTARY_IO_PACK_SCHEMA_STORY_H

#include <cyaml/cyaml.h>
#include <stdarg.h>

#include "base/arena.h"
#include "base/err.h"

extern const cyaml_schema_value_t pack_schema_table; // of a whole file (io/pack_schema.c)

#define PACK_SCHEMA_FAULT_BYTES 256
#define PACK_SCHEMA_PATH_BYTES  256

struct pack_schema_story {
	char fault[PACK_SCHEMA_FAULT_BYTES]; // the first error that it logged
	char path[PACK_SCHEMA_PATH_BYTES];   // "kinds[2].fields[3].number"
	unsigned line;                       // 0: not told
};

// A cyaml_log_fn_t; its context is the story.
void pack_schema_story_listen(cyaml_log_t level, void *context, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

// ERR_MALFORMED, or what kept it from being told; *why is in the arena.
enum err pack_schema_story_tell(struct pack_schema_story *story, cyaml_err_t cause, struct arena *arena,
                                const char **why);

#endif
