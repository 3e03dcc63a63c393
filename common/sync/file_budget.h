// How much of files may go over a link: all, none (paused), or so many bytes a day. What is small always goes.
//
// And how much room each unit's files may take on a server: what does not fit is refused, and entries go on.
//
//	META "file/quota" → bytes u64   META "file/used/" ‖ unit id[16] → bytes u64, of pieces taken in
//	META "file/paused" → nothing   META "file/budget" → bytes a day u64   META "file/spent" → day u32 ‖ bytes u64
#ifndef TRIBUTARY_SYNC_FILE_BUDGET_H
#define TRIBUTARY_SYNC_FILE_BUDGET_H

#include "base/id.h"
#include "base/store.h"

struct file_budget {
	bool paused;
	uint64_t a_day;   // 0: no bound
	uint64_t today;   // spent
};

enum err file_budget_get(struct txn *txn, uint64_t now_ms, struct file_budget *budget);
enum err file_budget_pause(struct txn *txn, bool paused);
enum err file_budget_set(struct txn *txn, uint64_t a_day); // 0: no bound
bool file_budget_left(struct txn *txn, uint64_t now_ms);
enum err file_budget_spend(struct txn *txn, uint64_t now_ms, size_t bytes); // nothing is counted where there is no bound

uint64_t file_budget_quota(struct txn *txn); // 0: no bound
enum err file_budget_quota_set(struct txn *txn, uint64_t bytes);
bool file_budget_fits(struct txn *txn, const struct id *unit, size_t bytes);
enum err file_budget_use(struct txn *txn, const struct id *unit, size_t bytes);

#endif
