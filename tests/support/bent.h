// A message bent in one place: a number out of its range, bytes too few or too many, text empty or without end, a list
// without or with one too many, a message left out. What holds for each place of each message that is read from outside:
// it is refused, or it is as good as another; nothing falls.
#ifndef TRIBUTARY_TESTS_BENT_H
#define TRIBUTARY_TESTS_BENT_H

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

struct arena;

// Bends the n-th place of the message; what is made for it stands in the arena. False: it has no such place.
bool bent(ProtobufCMessage *message, size_t n, struct arena *arena);

#endif
