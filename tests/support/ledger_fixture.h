// A small ledger for tests: a pack of two kinds, devices that write, replicas that merge.
#ifndef TRIBUTARY_TESTS_LEDGER_FIXTURE_H
#define TRIBUTARY_TESTS_LEDGER_FIXTURE_H

#include "ledger/merge.h"
#include "ledger/metric.h"

// ---- The pack: members and meetings. Figures begin in January 2020. ----

enum { MEMBER = 1, MEETING = 2 };

enum member_field {
	MEMBER_NAME = 1,    // text, private, unique
	MEMBER_SEX = 2,     // option 1 man, 2 woman; detail
	MEMBER_BORN = 3,    // date, detail
	MEMBER_JOINED = 4,  // date, detail
	MEMBER_LEFT = 5,    // date, detail
	MEMBER_POINTS = 6,  // integer 0 to 100, private
	MEMBER_REMARK = 7,  // text, down, by the parent
	MEMBER_ADVICE = 8,  // text, down, by any ancestor
};

enum meeting_field {
	MEETING_DATE = 1,     // date, up
	MEETING_TYPE = 2,     // option 1 to 3, up
	MEETING_PRESENT = 3,  // set, detail
	MEETING_MINUTES = 4,  // long text, private
	MEETING_COST = 5,     // money, detail
	MEETING_CHAIR = 6,    // record, detail
	MEETING_MARKS = 7,    // map of integers, private
};

enum {
	METRIC_MEMBERS = 1,    // stock; by sex, age, joining period
	METRIC_MEETINGS = 2,   // flow; by type
	METRIC_PRESENT = 3,    // flow of elements; by type
	METRIC_COST = 4,       // flow of sums, types 1 and 2 only
	METRIC_WOMEN = 5,      // stock with a filter; by age
	METRIC_TURNOUT = 6,    // ratio present / meetings
	METRIC_WOMEN_RATE = 7, // ratio women / members
	METRIC_ATTENDERS = 8,  // flow, distinct keys of present; by type
	METRIC_COSTS = 9,      // flow, distinct values of cost
	METRIC_LEAST = 10,     // flow, minimum of cost; by type
	METRIC_MOST = 11,      // flow, maximum of cost
	METRIC_SETTLED = 12,   // stock, members for 12 to 60 months; by sex
	METRIC_GROWN = 13,     // stock, members of at least 18 and less than 61; by age
	METRIC_TARDY = 14,     // flow, meetings received more than 10 days after their date
	METRIC_COUNT_END,
};

enum { BY_SEX = 1, BY_AGE = 2, BY_JOINED = 3, BY_TYPE = 1 };

#define FIXTURE_SINCE (2020 * 12)

const struct pack *ledger_fixture_pack(void);
const struct pack_metric *ledger_fixture_metric(uint16_t number);

// ---- Chance, the same on every machine. ----

struct chance {
	uint64_t state;
};

uint64_t chance_next(struct chance *chance);
uint32_t chance_below(struct chance *chance, uint32_t end); // 0 to end - 1

// ---- Writing by hand. ----

struct value number_value(int64_t number);
struct value text_value(const char *text);
struct value no_value(void);
struct id small_id(uint8_t number);     // 16 times that byte
struct hash small_hash(uint8_t number); // 32 times that byte

// One entry of a log, as it would come out of the journal.
struct fixture_entry {
	struct hash log, device;
	uint64_t seq, time;
	enum lane lane;
	enum relation relation;
	struct buf payload; // owned
};

void fixture_entry_free(struct fixture_entry *entry);

// ---- A replica: a store, the numbers its logs have there, and what it has applied. ----

enum { FIXTURE_LOGS = 16 };

struct fixture_replica {
	struct store *store;
	struct arena arena;
	struct cell_batch *cells;
	size_t log_count; // a log's number is its index + 1
	struct {
		struct hash id;
		uint64_t applied;
	} logs[FIXTURE_LOGS];
};

void fixture_replica_open(struct fixture_replica *replica);
void fixture_replica_close(struct fixture_replica *replica);
uint64_t fixture_replica_applied(const struct fixture_replica *replica, const struct hash *log);
// Merges in a transaction of its own and flushes the figures.
enum merge_reason fixture_replica_merge(struct fixture_replica *replica, const struct fixture_entry *entry);
// The same once more, without moving `applied`.
enum merge_reason fixture_replica_merge_again(struct fixture_replica *replica, const struct fixture_entry *entry);
// Everything that the entries have made (records, conflicts, cells), with log ids for log numbers.
void fixture_replica_digest(struct fixture_replica *replica, struct buf *digest);
// The cells alone: as they rest, and as they come out of the records from nothing.
void fixture_replica_cells(struct fixture_replica *replica, struct buf *cells);
void fixture_replica_cells_anew(struct fixture_replica *replica, struct buf *cells);
struct record fixture_replica_record(struct fixture_replica *replica, uint16_t kind, const struct id *record);
void fixture_replica_each(struct fixture_replica *replica, struct txn *txn,
                          void (*visit)(struct fixture_replica *replica, const struct record *record, void *context),
                          void *context);
struct id fixture_unit(void); // whose records these are

// ---- A history: some devices, each with its replica, writing and reading each other. ----

enum { FIXTURE_DEVICES = 3, FIXTURE_HISTORY = 64 };

struct fixture_device {
	struct fixture_replica replica;
	struct hash key;
	uint64_t clock;
	uint64_t size[LANE_END]; // of its log of each lane
};

struct fixture_history {
	struct chance chance;
	struct fixture_device devices[FIXTURE_DEVICES];
	size_t count;
	struct fixture_entry entries[FIXTURE_HISTORY]; // in the order they were written
};

// Writes `count` entries: edits, concurrent edits, elements, deletions, some bad ones.
void fixture_history_make(struct fixture_history *history, uint64_t seed, size_t count);
void fixture_history_free(struct fixture_history *history);
// A random order of the entries in which every log keeps its own.
void fixture_history_shuffle(const struct fixture_history *history, struct chance *chance,
                             const struct fixture_entry *order[static FIXTURE_HISTORY]);

#endif
