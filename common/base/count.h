// What is counted instead of being silently dropped. One table; `status` and the page show it.
#ifndef TRIBUTARY_BASE_COUNT_H
#define TRIBUTARY_BASE_COUNT_H

#include <stdint.h>

//        name                  what it counts
#define COUNT_LIST(X)                                                        \
	X(ENTRIES_ACCEPTED,    "entries taken in from others")                   \
	X(ENTRIES_WRITTEN,     "entries written here")                           \
	X(ENTRIES_QUARANTINED, "entries set aside with a reason")                \
	X(RANGES_REFUSED,      "ranges that did not verify")                     \
	X(FRAMES_IN,           "frames received")                                \
	X(FRAMES_OUT,          "frames sent")                                    \
	X(BYTES_IN,            "payload bytes received")                         \
	X(BYTES_OUT,           "payload bytes sent")                             \
	X(SESSIONS_OPENED,     "sessions opened")                                \
	X(SESSIONS_REFUSED,    "sessions refused")                               \
	X(MESSAGES_MALFORMED,  "messages that were not well formed")             \
	X(MESSAGES_STRANGE,    "messages that fit no session")                   \
	X(JOINS,               "devices enrolled")                               \
	X(JOINS_REFUSED,       "enrolments refused")                             \
	X(FORKS,               "forks proven")                                   \
	X(COMMITS,             "commits")                                        \
	X(COMMITS_FAILED,      "commits that failed")

enum count {
#define COUNT_ENUM(name, text) COUNT_##name,
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
