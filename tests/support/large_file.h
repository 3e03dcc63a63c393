// A photo of several pieces, attached to no record: the same bytes in every test.
#ifndef TRIBUTARY_TESTS_SUPPORT_LARGE_FILE_H
#define TRIBUTARY_TESTS_SUPPORT_LARGE_FILE_H

#include "support/cluster.h"
#include "sync/piece.h"

enum { LARGE_FILE_PIECES = 5, LARGE_FILE_BYTES = LARGE_FILE_PIECES * LIMIT_PIECE_BYTES - 100 };

extern uint8_t large_file[LARGE_FILE_BYTES];

struct hash large_file_draw(void); // makes it, with a canary in it; its name
// Pieces [from, to) of it, as one that begins at `offset` of it would have them.
void large_file_attach(struct actor *branch, const struct hash *name, uint32_t from, uint32_t to, bool sealed, size_t offset);
struct piece_file large_file_look(struct actor *actor, struct actor *owner, const struct hash *name);

#endif
