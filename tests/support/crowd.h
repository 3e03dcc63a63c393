// Many branches of one server, each with a device, enrolled a hundred at a time: for what is played with thousands.
#ifndef TRIBUTARY_TESTS_CROWD_H
#define TRIBUTARY_TESTS_CROWD_H

#include "sync/pen.h"

#define CROWD_AT_ONCE 100

// The identity of number `number`, always the same.
void crowd_identity(uint32_t number, struct identity *identity);

// States units and devices [from, from + count) below the server that the pen writes for; count at most CROWD_AT_ONCE.
enum err crowd_enrol(struct pen *pen, const struct self *server, uint32_t from, uint32_t count);

#endif
