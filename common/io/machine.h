// The machine, in one place: wall clock, monotonic clock, randomness, what it calls itself.
#ifndef TRIBUTARY_IO_MACHINE_H
#define TRIBUTARY_IO_MACHINE_H

#include "base/drbg.h"
#include "base/id.h"

uint64_t machine_now_ms(void);        // wall clock, ms since 1970
uint64_t machine_monotonic_ns(void);
uint64_t machine_processor_ns(void);  // what this process has had of the processors
int32_t machine_today(void);          // local day
void machine_random(void *to, size_t size);
// Of the disk that holds the path: what is free, and how much of that files may have; the rest is kept for what is small
// (a tenth of the disk, 256 MiB at most). False: not known.
bool machine_room(const char *path, uint64_t *free, uint64_t *for_files);
enum err machine_digest(struct hash *digest); // of /etc/machine-id (else the host name): for the guard. Not known at the moment is not another machine

#endif
