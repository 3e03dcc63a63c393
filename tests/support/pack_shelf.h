// A pack on a shelf of a test: read from a YAML file, or compiled from text that the test wrote.
#ifndef TRIBUTARY_TESTS_PACK_SHELF_H
#define TRIBUTARY_TESTS_PACK_SHELF_H

#include "base/arena.h"
#include "base/buf.h"
#include "ledger/pack.h"

struct pack_shelf {
	struct arena arena;      // what the pack and what is said of it stand in
	struct buf encoded;      // as it is published; empty where it was refused
	const struct pack *pack; // decoded; NULL until pack_shelf_read or pack_shelf_decode
	const char *why;         // what the pen was told, NULL where nothing was wrong
};

int pack_shelf_open(struct pack_shelf *shelf);                    // with nothing on it; 0, as cmocka's fixtures want it
int pack_shelf_read(struct pack_shelf *shelf, const char *path);  // and the pack of a file; not 0 where it does not hold, which is printed
int pack_shelf_close(struct pack_shelf *shelf);                   // 0

enum err pack_shelf_compile(struct pack_shelf *shelf, const char *yaml); // the text takes the place of what was encoded
const struct pack *pack_shelf_decode(struct pack_shelf *shelf);          // what is encoded; the test fails where it does not hold

#endif
