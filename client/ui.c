// ui: the clerk's page, for one person on this machine, until it is stopped. Other commands of the same data directory
// may run beside it.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/stopping.h"
#include "client/commands.h"
#include "client/page.h"
#include "client/page_sync.h"
#include "io/file.h"

#define DOOR_FILE "ui.html" // sends a browser to the page

extern char **environ;

struct ui {
	struct command *command;
	struct site *site;
	struct page_sync sync;
	int wake[2];
	char url[HTTP_ADDRESS_BYTES + SESSION_TOKEN_BYTES + 32];
	char door[VERB_DIRECTORY_BYTES + sizeof "/" DOOR_FILE];
};

// ---- The browser ----

// The secret goes through a file that only its owner can read: words of a command line are for everybody to see.
static enum err write_door(struct ui *ui)
{
	struct buf text = BUF_EMPTY;
	snprintf(ui->door, sizeof ui->door, "%s/%s", ui->command->home.dir, DOOR_FILE);
	buf_string(&text, "<!DOCTYPE html>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"refresh\" content=\"0; url=");
	buf_string(&text, ui->url);
	buf_string(&text, "\">\n");
	enum err err = text.err ? text.err : file_write(ui->door, 0600, buf_span(&text));
	buf_free(&text);
	return err;
}

// Without a desktop nothing opens, and the address stands on the terminal.
static void open_browser(struct ui *ui)
{
	char name[] = "xdg-open";
	char *const words[] = { name, ui->door, NULL };
	posix_spawn_file_actions_t actions;
	pid_t child;
	if ((!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY")) || write_door(ui) || posix_spawn_file_actions_init(&actions))
		return;
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	(void)posix_spawnp(&child, words[0], &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
}

// ---- Serving ----

static void ready(struct ui *ui)
{
	const struct verb_call *call = ui->command->call;
	if (call->json) {
		json_t *line = json_pack("{s:s}", "address", ui->url);
		if (line)
			json_dumpf(line, call->out, JSON_COMPACT);
		json_decref(line);
		fputc('\n', call->out);
	} else {
		phrase_line(call->out, PHRASE_UI_READY, PHRASE_WITH(ui->url));
	}
	fflush(call->out);
}

static enum err serve(struct ui *ui)
{
	volatile sig_atomic_t *stop = stopping_install(ui->wake[1]);
	while (!*stop) {
		struct pollfd fds[] = {
			{ .fd = ui->wake[0], .events = POLLIN },
			{ .fd = site_fd(ui->site), .events = POLLIN },
			{ .fd = page_sync_fd(&ui->sync), .events = POLLIN }, // -1 is passed over
		};
		if (poll(fds, sizeof fds / sizeof fds[0], site_wait_ms(ui->site)) < 0 && errno != EINTR)
			return ERR_IO;
		page_sync_turn(&ui->sync);
		site_turn(ui->site);
	}
	return ERR_OK;
}

static int run(struct ui *ui)
{
	struct command *command = ui->command;
	char token[SESSION_TOKEN_BYTES];
	page_sync_init(&ui->sync, ui->site, command->home.dir);
	site_token(ui->site, token);
	snprintf(ui->url, sizeof ui->url, "http://%s/#token=%s", site_address(ui->site), token);
	ready(ui);
	if (!verb_given(command->call, "no-open"))
		open_browser(ui);
	enum err err = serve(ui);
	if (ui->door[0])
		unlink(ui->door);
	page_sync_free(&ui->sync);
	return command_done(command, err, PHRASE_CANNOT_SERVE, command->home.dir);
}

static int open_site(struct ui *ui)
{
	struct command *command = ui->command;
	const char *port = verb_value(command->call, "port");
	char address[HTTP_ADDRESS_BYTES];
	if (port && (strspn(port, "0123456789") != strlen(port) || strlen(port) > 5))
		return verb_usage(command->call, PHRASE_BAD_ADDRESS, port);
	snprintf(address, sizeof address, "127.0.0.1:%s", port && *port ? port : "0");
	const struct site_options options = {
		.program = command->call->program, .home = &command->home, .address = address, .local = true,
		.tables = { page_routes }, .table_count = 1, .assets = &page_assets, .context = &ui->sync,
	};
	enum err err = site_open(&options, &ui->site);
	return command_done(command, err, PHRASE_CANNOT_LISTEN, address);
}

static int ui(struct command *command)
{
	struct ui ui = { .command = command };
	int code = open_site(&ui);
	if (code)
		return code;
	if (pipe(ui.wake) == 0) {
		for (size_t i = 0; i < 2; i++) {
			fcntl(ui.wake[i], F_SETFD, FD_CLOEXEC);
			fcntl(ui.wake[i], F_SETFL, O_NONBLOCK);
		}
		code = run(&ui);
		close(ui.wake[0]);
		close(ui.wake[1]);
	} else {
		code = command_fail(command, ERR_IO, PHRASE_CANNOT_SERVE, NULL);
	}
	site_close(ui.site);
	return code;
}

int ui_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_HOME, ui);
}
