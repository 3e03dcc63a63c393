// What is counted instead of being silently dropped. One table; `status` and the page show it.
#ifndef TRIBUTARY_BASE_COUNT_H
#define TRIBUTARY_BASE_COUNT_H

#include <stdint.h>

//        symbol                 name                   what it counts
#define COUNT_LIST(X)                                                                             \
	X(ENTRIES_ACCEPTED,     "entries_accepted",     "entries taken in from others")               \
	X(ENTRIES_WRITTEN,      "entries_written",      "entries written here")                       \
	X(ENTRIES_QUARANTINED,  "entries_quarantined",  "entries set aside with a reason")            \
	X(RANGES_REFUSED,       "ranges_refused",       "ranges that did not verify")                 \
	X(FRAMES_IN,            "frames_in",            "frames received")                            \
	X(FRAMES_OUT,           "frames_out",           "frames sent")                                \
	X(BYTES_IN,             "bytes_in",             "payload bytes received")                     \
	X(BYTES_OUT,            "bytes_out",            "payload bytes sent")                         \
	X(SESSIONS_OPENED,      "sessions_opened",      "sessions opened")                            \
	X(SESSIONS_REFUSED,     "sessions_refused",     "sessions refused")                           \
	X(MESSAGES_MALFORMED,   "messages_malformed",   "messages that were not well formed")         \
	X(MESSAGES_STRANGE,     "messages_strange",     "messages that fit no session")               \
	X(JOINS,                "joins",                "devices enrolled")                           \
	X(JOINS_REFUSED,        "joins_refused",        "enrolments refused")                         \
	X(FORKS,                "forks",                "forks proven")                               \
	X(COMMITS,              "commits",              "commits")                                    \
	X(COMMITS_FAILED,       "commits_failed",       "commits that failed")

enum count {
#define COUNT_ENUM(symbol, name, text) COUNT_##symbol,
	COUNT_LIST(COUNT_ENUM)
#undef COUNT_ENUM
	COUNT_COUNT
};

struct counters {
	uint64_t value[COUNT_COUNT];
};

static inline void count_add(struct counters *counters, enum count which, uint64_t by)
{
	counters->value[which] += by;
}

const char *count_name(enum count which); // "entries_accepted"
const char *count_text(enum count which);

#endif
