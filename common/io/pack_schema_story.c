// What libcyaml logs when a file does not fit its tables, turned into one sentence. It tells the fault
// first and then, innermost first, where it stood; that is turned around here.
#include "io/pack_schema_story.h"

#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 256, WHY_BYTES = 640 };

static void note_fault(struct pack_schema_story *story, const char *text)
{
	if (*story->fault)
		return;
	snprintf(story->fault, sizeof story->fault, "%s", text);
	const char *at = strstr(text, "line: "); // libyaml's own errors carry their place along
	if (at)
		sscanf(at, "line: %u", &story->line);
}

// "in mapping field 'number' (line: 12, column: 15)", "in sequence entry '2' (line: ...)": put before
// the path so far. libcyaml counts entries from 1, as people do.
static void note_place(struct pack_schema_story *story, const char *text)
{
	char name[64] = "", longer[PACK_SCHEMA_PATH_BYTES];
	unsigned line = 0, entry = 0;
	const char *parenthesis = strstr(text, "(line: ");
	if (parenthesis)
		sscanf(parenthesis, "(line: %u", &line);
	if (story->line == 0)
		story->line = line;
	const char *dot = *story->path && *story->path != '[' ? "." : "";
	if (sscanf(text, "in sequence entry '%u'", &entry) == 1 || sscanf(text, "in sequence entry: %u", &entry) == 1)
		snprintf(longer, sizeof longer, "[%u]%s%.180s", entry, dot, story->path);
	else if (sscanf(text, "in mapping field '%63[^']'", name) == 1
	         || sscanf(text, "in mapping field: %63[^ \n]", name) == 1)
		snprintf(longer, sizeof longer, "%s%s%.180s", name, dot, story->path);
	else
		return;
	memcpy(story->path, longer, sizeof story->path);
}

void pack_schema_story_listen(cyaml_log_t level, void *context, const char *format, va_list arguments)
{
	struct pack_schema_story *story = context;
	char text[LINE_BYTES];
	if (level < CYAML_LOG_ERROR)
		return;
	vsnprintf(text, sizeof text, format, arguments);
	text[strcspn(text, "\n")] = '\0';
	const char *said = text;
	if (strncmp(said, "Load: ", 6) == 0)
		said += 6;
	said += strspn(said, " ");
	if (strncmp(said, "Backtrace", 9) == 0)
		return;
	if (strncmp(said, "in ", 3) == 0)
		note_place(story, said);
	else
		note_fault(story, said);
}

enum err pack_schema_story_tell(struct pack_schema_story *story, cyaml_err_t cause, struct arena *arena, const char **why)
{
	char text[WHY_BYTES], line[16] = "";
	// What is missing is noticed at the end of its mapping, and told as if it were the last key's fault.
	char *last = strncmp(story->fault, "Missing", 7) == 0 ? strrchr(story->path, '.') : NULL;
	if (last)
		*last = '\0';
	if (story->line)
		snprintf(line, sizeof line, "%u: ", story->line);
	snprintf(text, sizeof text, "%s%s%s%s", line, story->path, *story->path ? ": " : "",
	         *story->fault ? story->fault : cyaml_strerror(cause));
	*why = arena_string(arena, span_string(text));
	if (cause == CYAML_ERR_OOM)
		return ERR_NOMEM;
	return *why ? ERR_MALFORMED : ERR_BUDGET;
}
