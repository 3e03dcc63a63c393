// A stick: bundles in memory, between the actors of a cluster, through the same code as the programs.
#ifndef TRIBUTARY_TESTS_STICK_H
#define TRIBUTARY_TESTS_STICK_H

#include "support/cluster.h"
#include "sync/bundle_talk.h"

#define STICK_PARTS 256

struct stick {
	struct buf part[STICK_PARTS]; // files, in the order of writing
	size_t count;
	struct node_carriage carriage; // of what was done last
	enum err refused;              // by the node; the last one
	unsigned damaged, foreign;     // pieces; parts
	uint8_t seed;                  // of all randomness
};

struct stick *stick_new(void);
void stick_free(struct stick *stick);
void stick_wipe(struct stick *stick);

// Writes what `from` has for the server above it, or `server` for the device of `to`, as parts of at most so many
// bytes (0: one part). They are added to what is there.
enum err stick_up(struct stick *stick, struct actor *from, uint64_t part_most);
enum err stick_down(struct stick *stick, struct actor *server, struct actor *to, uint64_t part_most);

// Takes in all parts, or one; then what waited.
enum err stick_in(struct stick *stick, struct actor *to);
enum err stick_in_part(struct stick *stick, struct actor *to, size_t part);
enum err stick_in_bytes(struct stick *stick, struct actor *to, struct span file); // as if it were a part

#endif
