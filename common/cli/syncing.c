// Runs the loop in its client role for one command.
#include "cli/syncing.h"

#include <stdio.h>

#include "base/bytes.h"
#include "cli/phrase.h"
#include "cli/progress.h"
#include "cli/stopping.h"
#include "io/machine.h"

enum err syncing_prepare(struct home *home)
{
	struct txn txn;
	struct pen pen;
	enum err err = home_pen_begin(home, &txn, &pen);
	if (err)
		return err;
	if (view_pack_refresh(&home->pack, &txn) == ERR_OK && home->pack.pack) {
		err = pen_epochs(&pen, false);
		if (!err)
			err = pen_tally(&pen);
	}
	if (err)
		txn_fail(&txn, err);
	enum err end = home_pen_commit(&txn, &pen);
	return err ? err : end;
}

// ---- META "turned away" → time u64 ms: the server above takes nothing more from this device ----

static struct span turned_away_key(void)
{
	return span_string("turned away");
}

bool syncing_revoked(struct txn *txn, const struct self *self)
{
	struct charter_device row;
	return txn_has(txn, STORE_META, turned_away_key()) ||
	       (charter_device_get(txn, &self->identity.sign_public, &row) == ERR_OK && row.revoked);
}

uint64_t syncing_sealed(struct txn *txn)
{
	static const char prefix[] = "waiting/";
	uint64_t sealed = 0;
	struct scan scan = scan_begin(txn, STORE_META, span_string(prefix));
	while (scan_next(&scan)) {
		struct journal_log log;
		size_t skip = sizeof prefix - 1;
		if (scan.key.size == skip + 4 && journal_find_number(txn, bytes_get_u32(scan.key.data + skip), &log) == ERR_OK &&
		    log.name.lane == LANE_PRIVATE)
			sealed += log.peaks.size - log.applied;
	}
	scan_end(&scan);
	return sealed;
}

void syncing_tell_sealed(struct txn *txn)
{
	char count[24];
	uint64_t sealed = syncing_sealed(txn);
	snprintf(count, sizeof count, "%llu", (unsigned long long)sealed);
	if (sealed > 0)
		phrase_line(stdout, PHRASE_SEALED_WAITING, PHRASE_WITH(count));
}

static bool remembered(struct home *home)
{
	struct txn txn;
	if (txn_begin(home->store, STORE_READ, &txn))
		return false;
	bool there = txn_has(&txn, STORE_META, turned_away_key());
	txn_abort(&txn);
	return there;
}

// A revoked device is told no more of the tree; status and doctor have it from here. Should this not
// be stored, the next session says it again.
static void remember(struct home *home, bool turned_away)
{
	struct txn txn;
	uint8_t time[8];
	if (remembered(home) == turned_away || txn_begin(home->store, STORE_WRITE, &txn))
		return;
	bytes_put_u64(time, machine_now_ms());
	if (turned_away)
		txn_put(&txn, STORE_META, turned_away_key(), span_of(time, sizeof time));
	else
		txn_delete(&txn, STORE_META, turned_away_key());
	txn_commit(&txn);
}

static void show(void *context, const struct node_progress *progress)
{
	progress_at(context, progress->entries_received, progress->entries_received + progress->entries_to_send);
}

static void tell_wait(void *context, uint64_t ms)
{
	struct progress *progress = context;
	char seconds[24];
	progress_end(progress);
	snprintf(seconds, sizeof seconds, "%llu", (unsigned long long)(ms + 999) / 1000);
	phrase_line(stderr, PHRASE_SYNC_COME_BACK, PHRASE_WITH(seconds));
}

enum err syncing_run(struct home *home, bool live, bool quiet, struct syncing_result *result)
{
	*result = (struct syncing_result){ .seconds = 0 };
	if (hash_is_zero(&home->self.parent_curve))
		return ERR_NOT_FOUND;
	enum err err = syncing_prepare(home);
	if (err)
		return err;
	struct link_options options = { .identity = &home->self.identity };
	struct loop loop;
	err = loop_open(&loop, home, &options, NULL);
	if (err)
		return err;
	struct progress progress;
	progress_begin(&progress, PHRASE_PROGRESS_SYNC, quiet || live);
	loop.want_parent = true;
	loop.live = loop.refusal_ends = live;
	loop.give_up_ms = live ? 0 : LOOP_GIVE_UP_MS;
	loop.progress = show;
	loop.progress_context = &progress;
	loop.wait = quiet ? NULL : tell_wait;
	loop.wait_context = &progress;
	uint64_t start = machine_monotonic_ns();
	err = loop_run(&loop, stopping_install(link_wake_fd(loop.link)));
	result->seconds = (double)(machine_monotonic_ns() - start) / 1e9;
	result->progress = node_progress(loop.node);
	result->meeting = node_meeting(loop.node);
	result->come_back_ms = loop.come_back_ms;
	link_traffic(loop.link, &result->bytes_in, &result->bytes_out);
	progress_end(&progress);
	bool over = !live || loop.done;
	if (!err && over)
		err = loop.result;
	loop_close(&loop);
	if (err == ERR_UNAUTHORISED || (!err && result->progress.caught_up))
		remember(home, err == ERR_UNAUTHORISED);
	return err;
}
