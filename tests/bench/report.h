// What was measured: samples by key, and their medians beside the limits of the same run, as a table
// for people and as JSON.
#ifndef TRIBUTARY_TESTS_REPORT_H
#define TRIBUTARY_TESTS_REPORT_H

#include <stdio.h>

#define REPORT_SAMPLES 16

//        key                  unit          what
#define REPORT_LIMITS(X)                                                                             \
	X(APPEND_1,         "/s",     "LMDB commits of one put")                                     \
	X(APPEND_100,       "/s",     "LMDB puts, ascending keys, batches of 100")                   \
	X(APPEND_1000,      "/s",     "LMDB puts, ascending keys, batches of 1,000")                 \
	X(APPEND_20000,     "/s",     "LMDB puts, ascending keys, one batch of 20,000")              \
	X(RANDOM_100,       "/s",     "LMDB puts, random keys, batches of 100")                      \
	X(RANDOM_1000,      "/s",     "LMDB puts, random keys, batches of 1,000")                    \
	X(RANDOM_20000,     "/s",     "LMDB puts, random keys, one batch of 20,000")                 \
	X(BLAKE2B,          "MB/s",   "BLAKE2b-256 of 64 KiB")                                       \
	X(SIGN,             "/s",     "Ed25519 signatures")                                          \
	X(VERIFY,           "/s",     "Ed25519 verifications")                                       \
	X(LOOPBACK_RTT,     "µs",     "loopback, one round trip (TCP)")                              \
	X(LOOPBACK,         "MB/s",   "loopback, one way (TCP)")                                     \
	X(CURVE,            "ms",     "CURVE, from connect to the first answer")                     \
	X(CELLS_400,        "µs",     "LMDB, a changed cell put once in its place, 400 branches")    \
	X(CELLS_4000,       "µs",     "LMDB, a changed cell put once in its place, 4,000 branches")  \
	X(CELLS_40000,      "µs",     "LMDB, a changed cell put once in its place, 40,000 branches")

//        key                  unit          limit          what
#define REPORT_FIGURES(X)                                                                                        \
	X(WRITE_ONE,        "/s",     APPEND_1,      "changes written, one a commit")                            \
	X(WRITE_BULK,       "/s",     APPEND_20000,  "changes written, imported in one commit")                  \
	X(WRITE_BUSY,       "µs",     NONE,          "the same: processor time a change")                        \
	X(SYNC_RATE,        "/s",     APPEND_100,    "first sync: records")                                      \
	X(SYNC_VERIFY,      "/s",     VERIFY,        "the same beside signatures verified")                      \
	X(SYNC_WIRE,        "B",      NONE,          "first sync: wire payload a record, both ways")             \
	X(SYNC_TRIPS,       "",       NONE,          "first sync: round trips")                                  \
	X(SYNC_BUSY_SERVER, "µs",     NONE,          "first sync: processor time a record, server")              \
	X(SYNC_BUSY_CLIENT, "µs",     NONE,          "first sync: processor time a record, client")              \
	X(TEN_NEW_WIRE,     "B",      NONE,          "10 new records: wire payload, both ways")                  \
	X(TEN_NEW_TRIPS,    "",       NONE,          "10 new records: round trips")                              \
	X(TEN_EDITS_WIRE,   "B",      NONE,          "10 fields changed: wire payload, both ways")               \
	X(TEN_EDITS_TRIPS,  "",       NONE,          "10 fields changed: round trips")                           \
	X(IDLE_WIRE,        "B",      NONE,          "nothing to do: wire payload, both ways")                   \
	X(IDLE_TRIPS,       "",       NONE,          "nothing to do: round trips")                               \
	X(IDLE_TIME,        "ms",     CURVE,         "nothing to do: from connect to the end")                   \
	X(CLIENT_RSS,       "MiB",    NONE,          "client after the first sync: resident, at most")           \
	X(CLIENT_PRIVATE,   "MiB",    NONE,          "client after the first sync: without pages of files")      \
	X(SERVER_RSS,       "MiB",    NONE,          "server after the first sync: resident, at most")           \
	X(SERVER_PRIVATE,   "MiB",    NONE,          "server after the first sync: without pages of files")      \
	X(CLIENT_DISK,      "B",      NONE,          "client: bytes on disk a record")                           \
	X(SERVER_DISK,      "B",      NONE,          "server: bytes on disk a record")                           \
	X(ROLLUP_400,       "µs",     CELLS_400,     "roll-up, 400 branches: time a changed cell")               \
	X(ROLLUP_4000,      "µs",     CELLS_4000,    "roll-up, 4,000 branches: time a changed cell")             \
	X(ROLLUP_40000,     "µs",     CELLS_40000,   "roll-up, 40,000 branches: time a changed cell")            \
	X(ROLLUP_BUSY_400,  "µs",     NONE,          "roll-up, 400 branches: processor time a changed cell")     \
	X(ROLLUP_BUSY_4000, "µs",     NONE,          "roll-up, 4,000 branches: processor time a changed cell")   \
	X(ROLLUP_BUSY_40000, "µs",    NONE,          "roll-up, 40,000 branches: processor time a changed cell")  \
	X(ROLLUP_OPS_400,   "",       NONE,          "roll-up, 400 branches: store operations a changed cell")   \
	X(ROLLUP_OPS_4000,  "",       NONE,          "roll-up, 4,000 branches: store operations a changed cell") \
	X(ROLLUP_OPS_40000, "",       NONE,          "roll-up, 40,000 branches: store operations a changed cell") \
	X(OPEN_TIME,        "ms",     NONE,          "opening a branch of 100,000 entries, and its last record") \
	X(OPEN_RSS,         "MiB",    NONE,          "the same: resident")

enum report_limit {
#define REPORT_LIMIT_ENUM(key, unit, what) REPORT_##key,
	REPORT_LIMITS(REPORT_LIMIT_ENUM)
#undef REPORT_LIMIT_ENUM
	REPORT_NONE,
};

enum report_figure {
#define REPORT_FIGURE_ENUM(key, unit, limit, what) REPORT_FIGURE_##key,
	REPORT_FIGURES(REPORT_FIGURE_ENUM)
#undef REPORT_FIGURE_ENUM
	REPORT_FIGURE_COUNT,
};

struct report {
	double limit[REPORT_NONE][REPORT_SAMPLES];
	size_t limit_count[REPORT_NONE];
	double figure[REPORT_FIGURE_COUNT][REPORT_SAMPLES];
	size_t figure_count[REPORT_FIGURE_COUNT];
};

void report_limit(struct report *report, enum report_limit key, double value);
void report_figure(struct report *report, enum report_figure key, double value);
double report_median(const double *samples, size_t count); // 0 of none

void report_table(const struct report *report, FILE *out); // Markdown
int report_json(const struct report *report, const char *path);

#endif
