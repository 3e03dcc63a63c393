// Progress of long work, on stderr and only where a person looks on: one line, drawn over itself.
#ifndef TRIBUTARY_CLI_PROGRESS_H
#define TRIBUTARY_CLI_PROGRESS_H

#include "cli/phrase.h"

struct progress {
	bool shown;           // stderr is a terminal
	enum phrase what;
	uint64_t drawn_ns;    // when last; at most ten times a second
	size_t width;         // of what stands there now
};

void progress_begin(struct progress *progress, enum phrase what, bool quiet);
void progress_at(struct progress *progress, uint64_t done, uint64_t total); // total 0: not known
void progress_end(struct progress *progress); // clears the line

#endif
