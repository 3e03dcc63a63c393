// Statements on their way into one entry of the down lane, with the memory that they borrow.
#ifndef TRIBUTARY_SERVER_STATEMENTS_H
#define TRIBUTARY_SERVER_STATEMENTS_H

#include "cli/command.h"

#define STATEMENTS_MAX   2000
#define STATEMENTS_BYTES (200 * 1024) // of one entry, well below LIMIT_PAYLOAD_BYTES

struct statements {
	struct arena arena;                // of what the statements borrow
	Tributary__Statement *rows[STATEMENTS_MAX];
	size_t count, bytes;               // bytes: about as many as they will take
	int32_t effective;                 // day
};

void statements_begin(struct statements *statements); // effective today
// --since of a command, where it was given. VERB_OK, or why it is no date.
int statements_since(struct statements *statements, const struct verb_call *call);
void statements_end(struct statements *statements);
bool statements_full(const struct statements *statements);

// The strings are borrowed until statements_write(); ids are copied. ERR_BUDGET.
struct statements_unit {
	struct id unit, parent;
	const char *kind, *name, *code;
};
enum err statements_add_unit(struct statements *statements, const struct statements_unit *unit);

// One statement; what it holds is the caller's until statements_write().
enum err statements_add(struct statements *statements, const Tributary__Statement *statement);

// Into one entry, and empties the list. Nothing to write is ERR_OK.
enum err statements_write(struct statements *statements, struct pen *pen);

#endif
