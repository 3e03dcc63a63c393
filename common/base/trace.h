// The port through which the core tells what it does, in lines good enough to be a test's
// expected transcript. NULL `line` means nobody listens.
#ifndef TRIBUTARY_BASE_TRACE_H
#define TRIBUTARY_BASE_TRACE_H

struct trace {
	void (*line)(void *context, const char *line); // one line, without its newline
	void *context;
};

// Formats at most 240 bytes; longer lines are cut.
void trace_say(const struct trace *trace, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
