// Who of the tree is on this network: devices say so by mDNS (Avahi), service _tributary._tcp. What is said is the
// door's port and the device's CURVE key, which those who know its charter know already, and nothing of whose it is.
#ifndef TRIBUTARY_IO_VICINITY_H
#define TRIBUTARY_IO_VICINITY_H

#include "base/err.h"
#include "base/id.h"
#include "base/limits.h"

struct vicinity_found {
	struct hash curve;                   // as it says; the handshake proves it
	char address[LIMIT_ADDRESS_BYTES];   // "tcp://192.168.1.7:7310"
};

// Listens for so long. ERR_UNREACHABLE: there is no Avahi daemon on this machine.
enum err vicinity_look(unsigned milliseconds, struct vicinity_found *list, size_t most, size_t *count);

struct vicinity; // our own announcement, for as long as it lives

enum err vicinity_announce(const struct hash *curve, unsigned port, struct vicinity **vicinity); // ERR_UNREACHABLE as above
void vicinity_turn(struct vicinity *vicinity); // now and then; NULL is fine
void vicinity_free(struct vicinity *vicinity);

#endif
