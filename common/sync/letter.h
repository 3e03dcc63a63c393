// Letters: a member out of one tree and into another, by a file that can be checked anywhere, offline, by whoever
// knows the root key of the tree that it comes from. The return slip goes the other way and is made alike.
//
//	tree 1                                              tree 2
//	offer out, record LETTER (witnessed) ──▶ letter ──▶ checked, entered by the top, witnessed
//	member let go                      ◀──── slip  ◀──── record of the new home
//
// What it says is signed by a device of its author's unit. With it go the charter from the root key down, which says
// that the device may speak for the unit, and the custody record of the member, with the signatures of the registrar
// and its witness. All of it is taken into an empty store through the code that takes in a session (as sync/proof does).
//
//	file      "TRLT" ‖ version u8 (1) ‖ one Letter (proto/wire.proto) ‖ BLAKE2b-256 over all before it
//	signed    domain "tributary letter v1", over BLAKE2b-256 of the body
#ifndef TRIBUTARY_SYNC_LETTER_H
#define TRIBUTARY_SYNC_LETTER_H

#include "org/custody.h"
#include "sync/proof.h"

#define LETTER_MAX_BYTES (8 * 1024 * 1024)

enum letter_kind { LETTER_OUT = 1, LETTER_SLIP = 2 };

struct letter {
	enum letter_kind kind;
	struct hash root_key;
	struct id unit;           // who wrote it
	struct id member;         // in its author's tree
	struct hash record;       // of a letter: that it is out; of a slip: the last
	const char *to, *name;    // borrowed; "" in a slip
	const char *pack;
	int32_t day, until;
	struct span dossier;
	struct hash answers;      // of a slip: `record` of the letter
	const char *from;         // when it was checked: the path of the unit's names, in the arena
};

// Appends the file. ERR_NOT_FOUND: the record that it stands on is not here; ERR_TOO_LARGE.
enum err letter_make(struct txn *txn, const struct self *self, const struct letter *letter, struct buf *file);

// Is it a letter file at all?
bool letter_is(struct span file);

// Reads and checks one; texts and spans borrow from the file or lie in the arena. `reader` gives empty stores.
//	ERR_MALFORMED, ERR_VERSION  not a letter, or of another version
//	ERR_CORRUPT                 altered since it was made
//	ERR_SIGNATURE               forged: the chain from the root key does not lead to it, or the record does not say so
// Whether the root key is to be trusted, and the letter has not expired, is for the caller to see.
enum err letter_check(struct span file, const struct proof_reader *reader, struct arena *arena, struct letter *letter);

#endif
