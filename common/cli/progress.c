// A line on stderr, drawn over itself at most ten times a second.
#include "cli/progress.h"

#include <inttypes.h>
#include <unistd.h>

#include "io/machine.h"
#include "cli/output.h"

enum { DRAW_EVERY_NS = 100 * 1000 * 1000 };

void progress_begin(struct progress *progress, enum phrase what, bool quiet)
{
	*progress = (struct progress){ .shown = !quiet && isatty(STDERR_FILENO), .what = what };
}

static void clear(struct progress *progress)
{
	fprintf(stderr, "\r%*s\r", (int)progress->width, "");
	progress->width = 0;
}

void progress_at(struct progress *progress, uint64_t done, uint64_t total)
{
	if (!progress->shown)
		return;
	uint64_t now = machine_monotonic_ns();
	if (progress->drawn_ns && now - progress->drawn_ns < DRAW_EVERY_NS)
		return;
	progress->drawn_ns = now;
	char text[256];
	if (total)
		snprintf(text, sizeof text, "%s %" PRIu64 " / %" PRIu64, phrase_text(progress->what), done, total);
	else
		snprintf(text, sizeof text, "%s %" PRIu64, phrase_text(progress->what), done);
	clear(progress);
	fputs(text, stderr);
	fflush(stderr);
	progress->width = output_width(text);
}

void progress_end(struct progress *progress)
{
	if (progress->shown && progress->width)
		clear(progress);
	progress->shown = false;
}
