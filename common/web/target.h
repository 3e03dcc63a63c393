// What a request's target says: the segments of its path and the parameters of its query, decoded strictly. Nothing
// here touches a file: static files come from a table, so a path is a name and nothing more.
#ifndef TRIBUTARY_WEB_TARGET_H
#define TRIBUTARY_WEB_TARGET_H

#include "base/arena.h"

#define TARGET_BYTES        8192
#define TARGET_SEGMENTS_MAX 12
#define TARGET_QUERY_MAX    64

struct target {
	const char *path;          // as it came, without the query
	const char *segments[TARGET_SEGMENTS_MAX];
	size_t segment_count;      // of "/": 0
	struct {
		const char *name, *value;
	} query[TARGET_QUERY_MAX]; // in the order given
	size_t query_count;
};

// ERR_MALFORMED: no path, a bad escape, what is not UTF-8, or a control character. ERR_TOO_LARGE. ERR_BUDGET.
enum err target_parse(const char *text, struct arena *arena, struct target *target);

const char *target_query(const struct target *target, const char *name); // the first; NULL: none

#endif
