// What a process gives up for good before it meets strangers. Where the machine cannot take something away,
// the process goes on without: each is a second line behind what the process does not hold anyway.
#ifndef TRIBUTARY_IO_CONFINE_H
#define TRIBUTARY_IO_CONFINE_H

#include <stdint.h>

// No more than this of memory of its own (RLIMIT_DATA); 0: no cap. Where it runs out, libzmq aborts.
void confine_memory(uint64_t bytes);
// Opens nothing any more but what finding a host by its name needs, to read; gains no privileges; leaves no core dump.
void confine_files(void);
// Closes every descriptor from `first` on.
void confine_descriptors(int first);
// Ends when the process that started it does, however that ends.
void confine_to_parent(void);
// As many descriptors as are allowed.
void confine_raise_files(void);

#endif
