// The child says one document on stdout, or why it failed on stderr; both come through one pipe, line by line.
#include "client/page_sync.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAID_BYTES (64 * 1024)

extern char **environ;

void page_sync_init(struct page_sync *sync, struct site *site, const char *directory)
{
	*sync = (struct page_sync){ .site = site, .directory = directory, .out = -1, .said = { .limit = SAID_BYTES } };
}

static json_t *state(const struct page_sync *sync)
{
	json_t *document = sync->last ? json_copy(sync->last) : json_pack("{s:n,s:n,s:n}", "exit", "result", "failure");
	json_object_set_new(document, "running", json_boolean(sync->child != 0));
	return document;
}

// ---- The child ----

static enum err spawn(struct page_sync *sync, int out)
{
	char name[] = "tributary", in[] = "-C", json[] = "--json", verb[] = "sync";
	char *const words[] = { name, in, (char *)(uintptr_t)sync->directory, json, verb, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	sigemptyset(&none);
	if (posix_spawn_file_actions_init(&actions))
		return ERR_NOMEM;
	if (posix_spawnattr_init(&attributes)) {
		posix_spawn_file_actions_destroy(&actions);
		return ERR_NOMEM;
	}
	int failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
	             posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) ||
	             posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO) || posix_spawnattr_setsigmask(&attributes, &none) ||
	             posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK) ||
	             posix_spawn(&sync->child, "/proc/self/exe", &actions, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (failed)
		sync->child = 0;
	return failed ? ERR_IO : ERR_OK;
}

static enum err start(struct page_sync *sync)
{
	int ends[2];
	if (pipe(ends))
		return ERR_IO;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	enum err err = spawn(sync, ends[1]);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return err;
	}
	sync->out = ends[0];
	buf_clear(&sync->said);
	return ERR_OK;
}

// The documents that it said, whichever they are: with "error" the failure, else the result.
static json_t *ended(struct page_sync *sync, int exit)
{
	json_t *result = NULL, *failure = NULL;
	size_t at = 0;
	while (at < sync->said.size) {
		json_error_t end;
		const char *text = (const char *)sync->said.data + at;
		json_t *document = json_loadb(text, sync->said.size - at, JSON_DISABLE_EOF_CHECK, &end);
		if (!document)
			break;
		json_t **place = json_object_get(document, "error") ? &failure : &result;
		json_decref(*place);
		*place = document;
		at += (size_t)end.position;
	}
	json_t *inner = failure ? json_incref(json_object_get(failure, "error")) : json_null();
	json_decref(failure);
	return json_pack("{s:i,s:o,s:o}", "exit", exit, "result", result ? result : json_null(), "failure", inner);
}

static void finish(struct page_sync *sync)
{
	int status = 0;
	close(sync->out);
	sync->out = -1;
	while (waitpid(sync->child, &status, 0) < 0 && status == 0) {
	}
	sync->child = 0;
	json_decref(sync->last);
	sync->last = ended(sync, WIFEXITED(status) ? WEXITSTATUS(status) : VERB_FAILED);
	site_tell(sync->site, "sync", state(sync));
}

void page_sync_turn(struct page_sync *sync)
{
	uint8_t bytes[4096];
	ssize_t size;
	if (!sync->child)
		return;
	while ((size = read(sync->out, bytes, sizeof bytes)) > 0)
		buf_bytes(&sync->said, bytes, (size_t)size);
	if (size == 0)
		finish(sync);
}

int page_sync_fd(const struct page_sync *sync)
{
	return sync->out;
}

void page_sync_free(struct page_sync *sync)
{
	if (sync->child) {
		kill(sync->child, SIGTERM);
		waitpid(sync->child, NULL, 0);
		close(sync->out);
	}
	buf_free(&sync->said);
	json_decref(sync->last);
	page_sync_init(sync, NULL, NULL);
}

// ---- Routes ----

void page_sync_show(struct exchange *exchange)
{
	exchange_answer(exchange, 200, state(exchange_context(exchange)));
}

void page_sync_start(struct exchange *exchange)
{
	struct page_sync *sync = exchange_context(exchange);
	enum err err = sync->child ? ERR_OK : start(sync); // one that runs already is what was asked for
	if (err) {
		exchange_problem(exchange, 503, err, PHRASE_CANNOT_SYNC, NULL);
		return;
	}
	site_tell(sync->site, "sync", state(sync));
	exchange_answer(exchange, 202, state(sync));
}
