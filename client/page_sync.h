// A sync that the page starts: the very command, as a child process, so that the page answers while it runs.
#ifndef TRIBUTARY_CLIENT_PAGE_SYNC_H
#define TRIBUTARY_CLIENT_PAGE_SYNC_H

#include <sys/types.h>

#include "web/site.h"

struct page_sync {
	struct site *site;
	const char *directory;
	pid_t child;           // 0: none runs
	int out;               // what it says; -1
	struct buf said;
	json_t *last;          // how the last one ended: {"exit", "result", "failure"}; NULL: none yet
};

void page_sync_init(struct page_sync *sync, struct site *site, const char *directory);
void page_sync_free(struct page_sync *sync);  // ends it, should it run
int page_sync_fd(const struct page_sync *sync); // -1: none runs
void page_sync_turn(struct page_sync *sync);

// Of the routes; the site's context is the page_sync.
void page_sync_show(struct exchange *exchange);
void page_sync_start(struct exchange *exchange);

#endif
