// Runs the loop in its client role for one command.
#include "cli/syncing.h"

#include "io/machine.h"
#include "cli/progress.h"
#include "cli/stopping.h"

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

static void show(void *context, const struct node_progress *progress)
{
	progress_at(context, progress->entries_received, progress->entries_received + progress->entries_to_send);
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
	loop.live = live;
	loop.give_up_ms = live ? 0 : SYNCING_GIVE_UP_MS;
	loop.progress = show;
	loop.progress_context = &progress;
	uint64_t start = machine_monotonic_ns();
	err = loop_run(&loop, stopping_install(link_wake_fd(loop.link)));
	result->seconds = (double)(machine_monotonic_ns() - start) / 1e9;
	result->progress = node_progress(loop.node);
	link_traffic(loop.link, &result->bytes_in, &result->bytes_out);
	progress_end(&progress);
	if (!err)
		err = live ? ERR_OK : loop.result;
	loop_close(&loop);
	return err;
}
