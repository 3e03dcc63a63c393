// Fuzz targets: one a file, fuzz_NAME.c, for libFuzzer (preset fuzz) and for replay.c, which plays the corpus
// and simple mutations of it in every ./check. What must hold whatever comes in is asserted in the target.
#ifndef TRIBUTARY_TESTS_FUZZ_H
#define TRIBUTARY_TESTS_FUZZ_H

#include "base/buf.h"
#include "base/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

// The target's own beginnings: well-formed inputs to be varied. False: there are no more.
bool fuzz_seed(unsigned number, struct buf *input);

void fuzz_write_seeds(const char *dir);

// Mutations that replay.c plays of each beginning: what a run of it costs.
extern const unsigned fuzz_effort;

// As assert(), also where assertions were switched off by somebody else's flags.
#define FUZZ_HOLDS(condition) fuzz_holds(condition, #condition, __FILE__, __LINE__)
void fuzz_holds(bool condition, const char *text, const char *file, int line);

// For what is read from a file only: the path under which the bytes can be read until the next call.
const char *fuzz_file(struct span bytes);

#endif
