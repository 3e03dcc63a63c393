#include "io/shrink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/confine.h"
#include "io/machine.h"
#include "io/shrink_inside.h"
#include "sync/picture.h"

enum { MEMORY_BYTES = 256 * 1024 * 1024, SECONDS = 20, WAIT_MS = 30 * 1000 };

// ---- Scaling ----

void shrink_scaler_begin(struct shrink_scaler *scaler, uint32_t width, uint32_t height)
{
	uint32_t longer = width > height ? width : height;
	uint32_t edge = longer < PICTURE_EDGE ? longer : PICTURE_EDGE;
	*scaler = (struct shrink_scaler){ .width = width, .height = height };
	scaler->to_width = (uint32_t)((uint64_t)width * edge / longer);
	scaler->to_height = (uint32_t)((uint64_t)height * edge / longer);
	scaler->to_width += scaler->to_width == 0;
	scaler->to_height += scaler->to_height == 0;
}

static uint32_t target_row(const struct shrink_scaler *scaler, uint32_t row)
{
	return (uint32_t)((uint64_t)row * scaler->to_height / scaler->height);
}

static void put_row(struct shrink_scaler *scaler, uint32_t target)
{
	uint8_t *to = scaler->pixels + (size_t)target * scaler->to_width * SHRINK_COLOURS;
	for (uint32_t x = 0; x < scaler->to_width; x++)
		for (unsigned c = 0; c < SHRINK_COLOURS; c++)
			*to++ = (uint8_t)(scaler->sums[x][c] / (scaler->sums[x][SHRINK_COLOURS] + !scaler->sums[x][SHRINK_COLOURS]));
	memset(scaler->sums, 0, sizeof scaler->sums);
}

void shrink_scaler_row(struct shrink_scaler *scaler, const uint8_t *rgb)
{
	if (scaler->row >= scaler->height)
		return;
	for (uint32_t x = 0; x < scaler->width; x++, rgb += SHRINK_COLOURS) {
		uint32_t *sum = scaler->sums[(uint64_t)x * scaler->to_width / scaler->width];
		for (unsigned c = 0; c < SHRINK_COLOURS; c++)
			sum[c] += rgb[c];
		sum[SHRINK_COLOURS]++;
	}
	uint32_t target = target_row(scaler, scaler->row++);
	if (scaler->row == scaler->height || target_row(scaler, scaler->row) != target)
		put_row(scaler, target);
}

// ---- Upright ----

// Where the pixel that shall stand at (x, y) is, for each of Exif's eight orientations.
static size_t source(const struct shrink_scaler *scaler, unsigned orientation, uint32_t x, uint32_t y)
{
	uint32_t w = scaler->to_width, h = scaler->to_height, from_x = x, from_y = y;
	switch (orientation) {
	case 2: from_x = w - 1 - x; break;
	case 3: from_x = w - 1 - x, from_y = h - 1 - y; break;
	case 4: from_y = h - 1 - y; break;
	case 5: from_x = y, from_y = x; break;
	case 6: from_x = y, from_y = h - 1 - x; break;
	case 7: from_x = w - 1 - y, from_y = h - 1 - x; break;
	case 8: from_x = w - 1 - y, from_y = x; break;
	default: break;
	}
	return ((size_t)from_y * w + from_x) * SHRINK_COLOURS;
}

static enum err write_upright(const struct shrink_scaler *scaler, unsigned orientation, struct buf *jpeg)
{
	bool turned = orientation >= 5;
	uint32_t width = turned ? scaler->to_height : scaler->to_width, height = turned ? scaler->to_width : scaler->to_height;
	uint8_t *upright = malloc((size_t)width * height * SHRINK_COLOURS), *to = upright;
	if (!upright)
		return ERR_NOMEM;
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++, to += SHRINK_COLOURS)
			memcpy(to, scaler->pixels + source(scaler, orientation, x, y), SHRINK_COLOURS);
	enum err err = shrink_jpeg_write(upright, width, height, jpeg);
	free(upright);
	return err;
}

static enum err read_as(FILE *file, struct shrink_scaler *scaler, unsigned *orientation)
{
	int first = getc(file);
	if (first == EOF || ungetc(first, file) == EOF)
		return ERR_NOT_FOUND;
	switch (first) {
	case 0xff: return shrink_jpeg_read(file, scaler, orientation);
	case 0x89: return shrink_png_read(file, scaler);
	default: return ERR_NOT_FOUND;
	}
}

enum err shrink_of(FILE *file, struct buf *jpeg)
{
	unsigned orientation = 1;
	struct shrink_scaler *scaler = calloc(1, sizeof *scaler);
	enum err err = scaler ? read_as(file, scaler, &orientation) : ERR_NOMEM;
	if (!err)
		err = write_upright(scaler, orientation, jpeg);
	free(scaler);
	return err;
}

// ---- The process ----

bool shrink_meant(int argc, char **argv)
{
	return argc > 1 && strcmp(argv[1], SHRINK_ARGUMENT) == 0;
}

static void limit(int resource, rlim_t most)
{
	const struct rlimit cap = { .rlim_cur = most, .rlim_max = most };
	setrlimit(resource, &cap);
}

// All that it needs is open. What the machine does not let go is a second line behind what is not held anyway.
static void give_up(void)
{
	confine_to_parent();
	confine_descriptors(STDERR_FILENO + 1);
	confine_memory(MEMORY_BYTES);
	confine_files();
	confine_calls(false);
	limit(RLIMIT_CPU, SECONDS);
	limit(RLIMIT_NOFILE, STDERR_FILENO + 1);
	limit(RLIMIT_FSIZE, 0);
}

int shrink_run(void)
{
	struct buf jpeg = BUF_EMPTY;
	give_up();
	if (shrink_of(stdin, &jpeg))
		_exit(1);
	for (size_t at = 0; at < jpeg.size;) {
		ssize_t wrote = write(STDOUT_FILENO, jpeg.data + at, jpeg.size - at);
		if (wrote <= 0)
			_exit(1);
		at += (size_t)wrote;
	}
	_exit(0);
}

// ---- Its parent ----

static enum err start(int fd, int out, pid_t *child)
{
	static const char name[] = "tributary-picture", argument[] = SHRINK_ARGUMENT;
	char *const arguments[] = { (char *)(uintptr_t)name, (char *)(uintptr_t)argument, NULL };
	char *const surroundings[] = { NULL }; // nothing of ours is its business
	posix_spawn_file_actions_t actions;
	if (posix_spawn_file_actions_init(&actions))
		return ERR_NOMEM;
	int code = posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	code = code ? code : posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	code = code ? code : posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	code = code ? code : posix_spawn(child, "/proc/self/exe", &actions, NULL, arguments, surroundings);
	posix_spawn_file_actions_destroy(&actions);
	return code ? ERR_NOT_FOUND : ERR_OK;
}

// What it says, to its end or to the end of our patience.
static enum err hear(int in, struct buf *jpeg)
{
	uint8_t bytes[LIMIT_PICTURE_BYTES / 4];
	uint64_t until = machine_monotonic_ns() / 1000000 + WAIT_MS;
	for (;;) {
		struct pollfd waiting = { .fd = in, .events = POLLIN };
		uint64_t now = machine_monotonic_ns() / 1000000;
		int ready = now < until ? poll(&waiting, 1, (int)(until - now)) : 0;
		if (ready < 0 && errno == EINTR)
			continue;
		ssize_t got = ready > 0 ? read(in, bytes, sizeof bytes) : -1;
		if (got <= 0)
			return got == 0 ? ERR_OK : ERR_NOT_FOUND;
		if (jpeg->size + (size_t)got > LIMIT_PICTURE_BYTES)
			return ERR_NOT_FOUND;
		buf_bytes(jpeg, bytes, (size_t)got);
	}
}

static enum err bury(pid_t child, enum err heard)
{
	int status;
	pid_t ended;
	if (heard)
		kill(child, SIGKILL);
	do
		ended = waitpid(child, &status, 0);
	while (ended < 0 && errno == EINTR);
	bool well = ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return heard ? heard : well ? ERR_OK : ERR_NOT_FOUND;
}

enum err shrink_make(int fd, struct buf *jpeg)
{
	int ends[2];
	pid_t child;
	if (lseek(fd, 0, SEEK_SET) != 0 || pipe(ends))
		return ERR_NOT_FOUND;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	enum err err = start(fd, ends[1], &child);
	close(ends[1]);
	if (!err)
		err = bury(child, hear(ends[0], jpeg));
	close(ends[0]);
	if (!err && !picture_plain(buf_span(jpeg))) // whoever had the better of that process gains nothing by it
		err = ERR_NOT_FOUND;
	return err ? err : jpeg->err;
}
