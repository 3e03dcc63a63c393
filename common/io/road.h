// What the machine's TCP knows and can do of one connection, by its number: patience that suits a road with stalls, and
// whether anything moves at all, parts of messages included.
#ifndef TRIBUTARY_IO_ROAD_H
#define TRIBUTARY_IO_ROAD_H

#include <stdint.h>

void road_tune(int connection);           // what this machine does not know stays as it was
uint64_t road_moved(int connection);      // bytes received and bytes of ours that were confirmed; 0: no such connection

#endif
