// Percent-decoding, once, of copies in the arena; an escape of what would end or bend the text is refused.
#include "web/target.h"

#include <utf8proc.h>

static int digit(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_text(const uint8_t *at, size_t size)
{
	while (size > 0) {
		utf8proc_int32_t point;
		utf8proc_ssize_t used = utf8proc_iterate(at, (utf8proc_ssize_t)size, &point);
		if (used <= 0 || (point < ' ' && point != '\n') || point == 0x7f)
			return false;
		at += used;
		size -= (size_t)used;
	}
	return true;
}

static enum err decode(struct arena *arena, struct span from, bool plus_is_blank, const char **text)
{
	uint8_t *to = arena_alloc(arena, from.size + 1);
	size_t size = 0;
	if (!to)
		return ERR_BUDGET;
	for (size_t at = 0; at < from.size; at++) {
		uint8_t byte = from.data[at];
		if (byte == '%') {
			int high = from.size - at > 2 ? digit(from.data[at + 1]) : -1, low = from.size - at > 2 ? digit(from.data[at + 2]) : -1;
			if (high < 0 || low < 0)
				return ERR_MALFORMED;
			byte = (uint8_t)(high * 16 + low);
			at += 2;
		} else if (byte == '+' && plus_is_blank) {
			byte = ' ';
		}
		to[size++] = byte;
	}
	*text = (const char *)to;
	return is_text(to, size) ? ERR_OK : ERR_MALFORMED;
}

// What stands before `end`, which is left out; *rest is what follows it.
static struct span take(struct span *rest, uint8_t end)
{
	const uint8_t *at = memchr(rest->data, end, rest->size);
	size_t size = at ? (size_t)(at - rest->data) : rest->size;
	struct span taken = span_of(rest->data, size);
	size_t gone = at ? size + 1 : size;
	*rest = span_of(rest->data + gone, rest->size - gone);
	return taken;
}

static enum err take_path(struct arena *arena, struct span path, struct target *target)
{
	if (path.size == 0 || path.data[0] != '/')
		return ERR_MALFORMED;
	struct span rest = span_of(path.data + 1, path.size - 1);
	while (rest.size > 0) {
		if (target->segment_count == TARGET_SEGMENTS_MAX)
			return ERR_TOO_LARGE;
		enum err err = decode(arena, take(&rest, '/'), false, &target->segments[target->segment_count++]);
		if (err)
			return err;
	}
	return ERR_OK;
}

static enum err take_query(struct arena *arena, struct span query, struct target *target)
{
	while (query.size > 0) {
		struct span pair = take(&query, '&'), name;
		if (pair.size == 0)
			continue;
		if (target->query_count == TARGET_QUERY_MAX)
			return ERR_TOO_LARGE;
		name = take(&pair, '=');
		enum err err = decode(arena, name, true, &target->query[target->query_count].name);
		if (!err)
			err = decode(arena, pair, true, &target->query[target->query_count].value);
		if (err)
			return err;
		target->query_count++;
	}
	return ERR_OK;
}

enum err target_parse(const char *text, struct arena *arena, struct target *target)
{
	struct span rest = span_string(text);
	*target = (struct target){ .path = "" };
	if (rest.size > TARGET_BYTES)
		return ERR_TOO_LARGE;
	if (!is_text(rest.data, rest.size)) // a path that is none is repeated to whoever asked for it
		return ERR_MALFORMED;
	struct span path = take(&rest, '?');
	target->path = arena_string(arena, path);
	if (!target->path)
		return ERR_BUDGET;
	enum err err = take_path(arena, path, target);
	return err ? err : take_query(arena, rest, target);
}

const char *target_query(const struct target *target, const char *name)
{
	for (size_t i = 0; i < target->query_count; i++) {
		if (strcmp(target->query[i].name, name) == 0)
			return target->query[i].value;
	}
	return NULL;
}
