// One table of settings gives reading, checking and writing.
#include "io/config.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <ini.h>

#include "io/file.h"

#define LINE_BYTES 199 // libinih 55 silently cuts longer ones

struct setting {
	const char *section, *key;
	size_t offset;
	enum err (*read)(void *to, const char *text);
	void (*write)(struct buf *file, const void *from);
};

// ---- Kinds of settings ----

// "tcp://HOST:PORT" in printable ASCII; which hosts exist is the network's to say.
static enum err read_address(void *to, const char *text)
{
	size_t length = strlen(text);
	const char *port = strrchr(text, ':');
	if (length >= CONFIG_ADDRESS_BYTES || strncmp(text, "tcp://", 6) != 0 || port < text + 7)
		return ERR_MALFORMED;
	for (const char *at = text; *at; at++)
		if (!isgraph((unsigned char)*at) || *at == ';' || *at == '#')
			return ERR_MALFORMED;
	if (strcmp(port, ":*") != 0) { // * lets the machine choose
		char *end;
		long number = strtol(port + 1, &end, 10);
		if (!isdigit((unsigned char)port[1]) || *end || number < 1 || number > 65535)
			return ERR_MALFORMED;
	}
	memset(to, 0, CONFIG_ADDRESS_BYTES);
	memcpy(to, text, length);
	return ERR_OK;
}

// "HOST:PORT", "https://HOST", or nothing; what it means is said where it is used.
static enum err read_place(void *to, const char *text)
{
	size_t length = strlen(text);
	if (length >= CONFIG_ADDRESS_BYTES)
		return ERR_MALFORMED;
	for (const char *at = text; *at; at++)
		if (!isgraph((unsigned char)*at) || *at == ';' || *at == '#')
			return ERR_MALFORMED;
	memset(to, 0, CONFIG_ADDRESS_BYTES);
	memcpy(to, text, length);
	return ERR_OK;
}

static void write_address(struct buf *file, const void *from)
{
	buf_string(file, from);
}

static enum err read_seconds(void *to, const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || number < 1 || number > CONFIG_INTERVAL_MAX)
		return ERR_MALFORMED;
	*(int *)to = (int)number;
	return ERR_OK;
}

static void write_seconds(struct buf *file, const void *from)
{
	char digits[16];
	size_t at = sizeof digits;
	unsigned value = (unsigned)*(const int *)from;
	digits[--at] = '\0';
	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	buf_string(file, digits + at);
}

enum { SYNC, PORCH, PUBLIC_SYNC, PUBLIC_PORCH, PAGE, PUBLIC_PAGE, SYNC_INTERVAL, SETTINGS };

static const struct setting settings[SETTINGS] = {
	[SYNC] = { .section = "server", .key = "sync", .offset = offsetof(struct config, sync),
	  .read = read_address, .write = write_address },
	[PORCH] = { .section = "server", .key = "porch", .offset = offsetof(struct config, porch),
	  .read = read_address, .write = write_address },
	[PUBLIC_SYNC] = { .section = "server", .key = "public_sync", .offset = offsetof(struct config, public_sync),
	  .read = read_address, .write = write_address },
	[PUBLIC_PORCH] = { .section = "server", .key = "public_porch", .offset = offsetof(struct config, public_porch),
	  .read = read_address, .write = write_address },
	[PAGE] = { .section = "server", .key = "page", .offset = offsetof(struct config, page),
	  .read = read_place, .write = write_address },
	[PUBLIC_PAGE] = { .section = "server", .key = "public_page", .offset = offsetof(struct config, public_page),
	  .read = read_place, .write = write_address },
	[SYNC_INTERVAL] = { .section = "client", .key = "sync_interval", .offset = offsetof(struct config, sync_interval),
	  .read = read_seconds, .write = write_seconds },
};

// ---- Loading ----

struct loading {
	struct config config;
	bool given[SETTINGS];
};

void config_default(struct config *config)
{
	*config = (struct config){ .sync = "tcp://*:7420", .porch = "tcp://*:7421", .public_sync = "tcp://*:7420",
	                           .public_porch = "tcp://*:7421", .sync_interval = 300 };
}

// libinih's handler: 0 refuses the line.
static int take(void *context, const char *section, const char *key, const char *value)
{
	struct loading *loading = context;
	for (size_t i = 0; i < SETTINGS; i++) {
		if (strcmp(settings[i].section, section) != 0 || strcmp(settings[i].key, key) != 0)
			continue;
		if (loading->given[i])
			return 0; // twice, or a line that begins with a space and goes on
		loading->given[i] = true;
		return settings[i].read((char *)&loading->config + settings[i].offset, value) == ERR_OK;
	}
	return 0;
}

// The first line that libinih would misread; 0: none.
static int check_lines(struct span text)
{
	size_t length = 0;
	int line = 1;
	for (size_t i = 0; i < text.size; i++) {
		length++;
		if (text.data[i] == '\0' || length > LINE_BYTES)
			return line;
		if (text.data[i] == '\n') {
			line++;
			length = 0;
		}
	}
	return 0;
}

// A section that is not known is refused also while it is empty, which libinih does not tell.
static int check_sections(struct span text)
{
	int line = 1;
	for (size_t i = 0; i < text.size; i++) {
		bool begins = i == 0 || text.data[i - 1] == '\n';
		line += i > 0 && begins;
		if (!begins || text.data[i] != '[')
			continue;
		bool known = false;
		for (size_t j = 0; j < SETTINGS; j++) {
			size_t length = strlen(settings[j].section);
			known |= text.size - i > length + 1 && memcmp(text.data + i + 1, settings[j].section, length) == 0 &&
			         text.data[i + 1 + length] == ']';
		}
		if (!known)
			return line;
	}
	return 0;
}

static enum err parse(const struct buf *text, struct loading *loading, int *line)
{
	struct span whole = span_of(text->data, text->size - 1); // without the NUL
	*line = check_lines(whole);
	if (*line == 0)
		*line = check_sections(whole);
	if (*line == 0)
		*line = ini_parse_string((const char *)text->data, take, loading);
	if (*line < 0)
		return ERR_NOMEM;
	return *line ? ERR_MALFORMED : ERR_OK;
}

static void default_public(struct loading *loading)
{
	struct config *config = &loading->config;
	if (!loading->given[PUBLIC_SYNC])
		memcpy(config->public_sync, config->sync, sizeof config->sync);
	if (!loading->given[PUBLIC_PORCH])
		memcpy(config->public_porch, config->porch, sizeof config->porch);
}

enum err config_load(const char *path, struct config *config, int *line)
{
	struct buf text = BUF_EMPTY;
	struct loading loading = { .given = { false } };
	config_default(&loading.config);
	*line = 0;
	enum err err = file_read(path, CONFIG_FILE_BYTES, &text);
	buf_u8(&text, 0);
	if (!err)
		err = text.err;
	if (!err)
		err = parse(&text, &loading, line);
	buf_free(&text);
	if (err)
		return err;
	default_public(&loading);
	*config = loading.config;
	return ERR_OK;
}

// ---- Saving ----

enum err config_save(const char *path, const struct config *config)
{
	struct buf text = BUF_EMPTY;
	const char *section = "";
	for (size_t i = 0; i < SETTINGS; i++) {
		if (strcmp(section, settings[i].section) != 0) {
			section = settings[i].section;
			buf_string(&text, i ? "\n[" : "[");
			buf_string(&text, section);
			buf_string(&text, "]\n");
		}
		buf_string(&text, settings[i].key);
		buf_string(&text, " = ");
		settings[i].write(&text, (const char *)config + settings[i].offset);
		buf_string(&text, "\n");
	}
	struct span written = buf_span(&text);
	buf_u8(&text, 0);
	struct loading again = { .given = { false } };
	int line;
	enum err err = text.err ? text.err : parse(&text, &again, &line);
	if (!err)
		err = file_write(path, 0644, span_of(text.data, written.size));
	buf_free(&text);
	return err;
}

bool config_reachable(const char *address)
{
	return address[0] && !strstr(address, "//*:") && !strstr(address, "//0.0.0.0:") && !strstr(address, "//[::]:") &&
	       !strstr(address, ":*");
}
