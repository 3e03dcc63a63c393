// What a process gives up for good before it meets strangers. Where the machine cannot take something away,
// the process goes on without: each is a second line behind what the process does not hold anyway.
#ifndef TRIBUTARY_IO_CONFINE_H
#define TRIBUTARY_IO_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

// No more than this of memory of its own (RLIMIT_DATA); 0: no cap. Where it runs out, libzmq aborts.
void confine_memory(uint64_t bytes);
// Opens nothing any more but what finding a host by its name needs, to read; gains no privileges; leaves no core dump.
void confine_files(void);
// Starts no program, looks into no other process, loads nothing into the kernel; with `dials` false it opens no connection either
// (whoever listens only). Of all threads, those that run already as well.
void confine_calls(bool dials);
// Whether the machine has what the two need (Landlock; seccomp).
bool confine_has_files(void);
bool confine_has_calls(void);
// Closes every descriptor from `first` on.
void confine_descriptors(int first);
// Ends when the process that started it does, however that ends.
void confine_to_parent(void);
// As many descriptors as are allowed.
void confine_raise_files(void);

#endif
