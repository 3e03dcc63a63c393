// The network side as child processes (io/door_process), one for those below and the parent, one for the
// porch, seen from the process that holds the store. What a flood can do ends in them: each has a cap on its
// memory, and what it may hand over is one buffer of fixed size, read when the core has time.
//
//	NONE ──spawn──▶ STARTING ──ready──▶ RUNNING ──ends──▶ RESTING ──after a pause──▶ STARTING
//	                    └────────────── ends ───────────────▲
//
// A child that ends takes its connections with it: to the node these are links that went down. It is started
// again, after a pause that doubles while it does not last, at the very address it had.
#ifndef TRIBUTARY_IO_LINK_APART_H
#define TRIBUTARY_IO_LINK_APART_H

#include "io/link.h"

// Waits until the doors are open. ERR_LOCKED, ERR_USAGE as in link_open; ERR_IO: a child cannot be started.
enum err link_apart_open(const struct link_options *options, struct link **link);

#endif
