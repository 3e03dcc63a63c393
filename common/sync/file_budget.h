// How much of files may go over a link: all, none (paused), so many bytes a day, or all while the link is good: while what was measured
// of it is at least so many bytes a second. What is small always goes. Where nothing was measured for FILE_BUDGET_PROBE_MS one piece
// goes, so that something is.
//
// And how much room each unit's files may take on a server: what does not fit is refused, and entries go on.
//
//	META "file/quota" → bytes u64   META "file/used/" ‖ unit id[16] → bytes u64, of pieces taken in
//	META "file/good" → bytes a second u64   META "file/rate" → bytes a second u64 (0: a piece is under way) ‖ since u64 ms
//	META "file/paused" → nothing   META "file/budget" → bytes a day u64   META "file/spent" → day u32 ‖ bytes u64
#ifndef TRIBUTARY_SYNC_FILE_BUDGET_H
#define TRIBUTARY_SYNC_FILE_BUDGET_H

#include "base/id.h"
#include "base/store.h"

#define FILE_BUDGET_GOOD     (64 * 1024)          // bytes a second: a good link, unless told otherwise
#define FILE_BUDGET_PROBE_MS (60 * 60 * 1000ull)

enum file_budget_link { FILE_BUDGET_ANY, FILE_BUDGET_UNKNOWN, FILE_BUDGET_BAD, FILE_BUDGET_IS_GOOD };

struct file_budget {
	uint64_t good;    // 0: any link will do
	uint64_t rate, rated_ms; // as it was measured last; ms 0: it was not
	enum file_budget_link link;
	bool paused;
	uint64_t a_day;   // 0: no bound
	uint64_t today;   // spent
};

enum err file_budget_get(struct txn *txn, uint64_t now_ms, struct file_budget *budget);
enum err file_budget_pause(struct txn *txn, bool paused);
enum err file_budget_set(struct txn *txn, uint64_t a_day); // 0: no bound
enum err file_budget_good(struct txn *txn, uint64_t rate);  // 0: any link will do
enum err file_budget_measured(struct txn *txn, uint64_t now_ms, uint64_t rate); // of the link in use; nothing is kept where any will do
bool file_budget_left(struct txn *txn, uint64_t now_ms);
enum err file_budget_spend(struct txn *txn, uint64_t now_ms, size_t bytes); // they went; nothing is counted where there is no bound

uint64_t file_budget_quota(struct txn *txn); // 0: no bound
enum err file_budget_quota_set(struct txn *txn, uint64_t bytes);
bool file_budget_fits(struct txn *txn, const struct id *unit, size_t bytes);
enum err file_budget_use(struct txn *txn, const struct id *unit, size_t bytes);

#endif
