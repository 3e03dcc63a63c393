// The one list of errors. Every fallible function of the project returns an enum err; what a
// person reads is made from it where the person is (client, server), never down here.
//
// Two kinds of failure are never mixed: our own bug is an assert(), which stays on in release;
// a bad peer, a bad file or a full disk is one of these.
#ifndef TRIBUTARY_BASE_ERR_H
#define TRIBUTARY_BASE_ERR_H

//      name           what a person is told when nothing more exact is known
#define ERR_LIST(X)                                                     \
	X(OK,            "done")                                            \
	X(NOMEM,         "out of memory")                                   \
	X(BUDGET,        "more than this session may use")                  \
	X(IO,            "the disk or the network failed")                  \
	X(FULL,          "the disk is full")                                \
	X(NOT_FOUND,     "not found")                                       \
	X(EXISTS,        "exists already")                                  \
	X(CORRUPT,       "stored data is damaged")                          \
	X(MALFORMED,     "not well formed")                                 \
	X(TOO_LARGE,     "larger than allowed")                             \
	X(SIGNATURE,     "the signature does not match")                    \
	X(UNAUTHORISED,  "not allowed")                                     \
	X(GAP,           "earlier entries are missing")                     \
	X(FORK,          "two histories under one name")                    \
	X(FROZEN,        "this log is closed")                              \
	X(NO_KEY,        "sealed, and the key is not here")                 \
	X(AGAIN,         "try again later")                                 \
	X(UNREACHABLE,   "no answer")                                       \
	X(VERSION,       "made by a version not known here")                \
	X(EXPIRED,       "no longer valid")                                 \
	X(LOCKED,        "in use by another program")                       \
	X(RANGE,         "out of range")                                    \
	X(CONFLICT,      "conflicting values")                              \
	X(USAGE,         "wrong usage")                                     \
	X(MOVED,         "another server looks after this unit now")

enum err {
#define ERR_ENUM(name, text) ERR_##name,
	ERR_LIST(ERR_ENUM)
#undef ERR_ENUM
	ERR_COUNT
};

// The name without its prefix ("NOT_FOUND"), for logs and --json; never NULL.
const char *err_name(enum err err);

// One plain English clause, lower case, no full stop; never NULL.
const char *err_text(enum err err);

#endif
