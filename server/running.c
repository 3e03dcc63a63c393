// A lock (fcntl) and a line of text in one file.
#include "server/running.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NOTE_BYTES = 128, PATH_BYTES = 4096 + 16 };

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
	if (fcntl(running->fd, F_SETLK, &lock) == 0)
		return ERR_OK;
	close(running->fd);
	running->fd = -1;
	return ERR_LOCKED;
}

void running_end(struct running *running)
{
	if (running->fd >= 0)
		close(running->fd);
	running->fd = -1;
}

void running_note(struct running *running, size_t sessions, bool caught_up)
{
	char note[NOTE_BYTES];
	if (running->noted && running->sessions == sessions && running->caught_up == caught_up)
		return;
	running->noted = true;
	running->sessions = sessions;
	running->caught_up = caught_up;
	memset(note, ' ', sizeof note);
	int size = snprintf(note, sizeof note, "pid %ld sessions %zu caught_up %d\n", (long)getpid(), sessions, (int)caught_up);
	if (size > 0 && pwrite(running->fd, note, (size_t)size + 1, 0) < 0)
		running->noted = false; // again next time; nothing but `status` depends on it
}

struct running_seen running_look(const char *dir)
{
	char path[PATH_BYTES], note[NOTE_BYTES] = "";
	struct running_seen seen = { .runs = false };
	struct flock lock = whole_file();
	int caught_up = 0;
	snprintf(path, sizeof path, "%s/running", dir);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return seen;
	seen.runs = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
	ssize_t size = read(fd, note, sizeof note - 1);
	close(fd);
	if (size > 0 && sscanf(note, "pid %ld sessions %zu caught_up %d", &seen.pid, &seen.sessions, &caught_up) == 3)
		seen.caught_up = caught_up != 0;
	return seen;
}
