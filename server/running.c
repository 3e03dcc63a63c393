// A lock (fcntl) and a line of text in one file.
#include "server/running.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NOTE_BYTES = 256, PATH_BYTES = 4096 + 16 };

// Of this process itself: closing any descriptor of the file would give up its lock, so it never looks there.
static const struct running *own;

static struct flock whole_file(void)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
}

enum err running_begin(struct running *running, const char *dir)
{
	char path[PATH_BYTES];
	struct flock lock = whole_file();
	*running = (struct running){ .fd = -1 };
	snprintf(path, sizeof path, "%s/running", dir);
	running->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (running->fd < 0)
		return ERR_IO;
	if (fcntl(running->fd, F_SETLK, &lock) == 0) {
		own = running;
		return ERR_OK;
	}
	close(running->fd);
	running->fd = -1;
	return ERR_LOCKED;
}

void running_end(struct running *running)
{
	if (running->fd >= 0)
		close(running->fd);
	running->fd = -1;
	own = NULL;
}

static bool same_child(const struct running_child *a, const struct running_child *b)
{
	return a->pid == b->pid && a->restarts == b->restarts && a->refused == b->refused;
}

static bool same(const struct running_note *a, const struct running_note *b)
{
	return a->sessions == b->sessions && a->caught_up == b->caught_up && same_child(&a->link, &b->link) &&
	       same_child(&a->porch, &b->porch);
}

void running_note(struct running *running, const struct running_note *note)
{
	char line[NOTE_BYTES];
	if (running->noted && same(&running->note, note))
		return;
	running->noted = true;
	running->note = *note;
	memset(line, ' ', sizeof line);
	int size = snprintf(line, sizeof line,
	                    "pid %ld sessions %zu caught_up %d link %ld %" PRIu64 " %" PRIu64 " porch %ld %" PRIu64 " %" PRIu64 "\n",
	                    (long)getpid(), note->sessions, (int)note->caught_up, note->link.pid, note->link.restarts,
	                    note->link.refused, note->porch.pid, note->porch.restarts, note->porch.refused);
	if (size > 0 && pwrite(running->fd, line, (size_t)size + 1, 0) < 0)
		running->noted = false; // again next time; nothing but `status` depends on it
}

struct running_seen running_look(const char *dir)
{
	char path[PATH_BYTES], note[NOTE_BYTES] = "";
	struct running_seen seen = { .runs = false };
	struct flock lock = whole_file();
	int caught_up = 0;
	if (own)
		return (struct running_seen){ .runs = true, .pid = getpid(), .note = own->note };
	snprintf(path, sizeof path, "%s/running", dir);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return seen;
	seen.runs = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	ssize_t size = read(fd, note, sizeof note - 1);
	close(fd);
	struct running_child *link = &seen.note.link, *porch = &seen.note.porch;
	if (size > 0 && sscanf(note, "pid %ld sessions %zu caught_up %d link %ld %" SCNu64 " %" SCNu64 " porch %ld %" SCNu64 " %" SCNu64,
	                       &seen.pid, &seen.note.sessions, &caught_up, &link->pid, &link->restarts, &link->refused, &porch->pid,
	                       &porch->restarts, &porch->refused) == 9)
		seen.note.caught_up = caught_up != 0;
	return seen;
}
