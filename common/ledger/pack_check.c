// The checks that every part of a pack goes through, and the sentence that tells what failed.
#include "ledger/pack_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

enum { WHY_BYTES = 480 };

static size_t put_place(char *text, size_t used, const struct pack_place *place)
{
	if (!place)
		return used;
	used = put_place(text, used, place->up);
	if (used >= WHY_BYTES)
		return used;
	const char *dot = place->up ? "." : "";
	int more = *place->name ? snprintf(text + used, WHY_BYTES - used, "%s%s[%.64s]", dot, place->list, place->name)
	                        : snprintf(text + used, WHY_BYTES - used, "%s%s[#%zu]", dot, place->list, place->index + 1);
	return used + (size_t)more;
}

// A cut must not leave half a character behind.
static size_t whole_characters(const char *text, size_t size)
{
	size_t start = size;
	while (start && ((uint8_t)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0 || (uint8_t)text[start - 1] < 0xc0)
		return size;
	uint8_t lead = (uint8_t)text[start - 1];
	size_t needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	return size - start + 1 == needed ? size : start - 1;
}

void pack_check_refuse(struct pack_check *check, enum err err, const struct pack_place *place, const char *format, ...)
{
	if (check->err)
		return;
	char text[WHY_BYTES];
	size_t used = put_place(text, 0, place);
	if (used && used < WHY_BYTES)
		used += (size_t)snprintf(text + used, WHY_BYTES - used, ": ");
	if (used < WHY_BYTES) {
		va_list arguments;
		va_start(arguments, format);
		int more = vsnprintf(text + used, WHY_BYTES - used, format, arguments);
		va_end(arguments);
		used += more > 0 ? (size_t)more : 0;
	}
	if (used >= WHY_BYTES)
		used = whole_characters(text, WHY_BYTES - 1);
	check->err = err;
	check->why = arena_string(check->arena, span_of(text, used));
	if (!check->why)
		check->why = "the pack is larger than may be decoded here";
}

void *pack_check_list(struct pack_check *check, const struct pack_place *place, const char *what, size_t count,
                      size_t most, size_t size)
{
	if (check->err)
		return NULL;
	if (count > most) {
		pack_check_refuse(check, ERR_RANGE, place, "%zu %s, at most %zu are allowed", count, what, most);
		return NULL;
	}
	void *list = arena_array(check->arena, count, size);
	if (!list)
		pack_check_refuse(check, ERR_BUDGET, place, "the pack is larger than may be decoded here");
	return list;
}

void pack_check_name(struct pack_check *check, const struct pack_place *place, const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz", all[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	size_t size = strlen(name);
	if (size == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "has no name");
	else if (size > LIMIT_NAME_BYTES)
		pack_check_refuse(check, ERR_RANGE, place, "a name has at most %d characters", LIMIT_NAME_BYTES);
	else if (!strchr(first, *name) || strspn(name, all) != size)
		pack_check_refuse(check, ERR_MALFORMED, place,
		                  "\"%s\" is not a name (lower-case letters, digits, _ and -, a letter first)", name);
}

static void check_shown(struct pack_check *check, const struct pack_place *place, const char *text)
{
	if (strlen(text) > LIMIT_TITLE_BYTES)
		pack_check_refuse(check, ERR_RANGE, place, "a title or hint has at most %d bytes", LIMIT_TITLE_BYTES);
	for (const char *at = text; *at; at++)
		if ((uint8_t)*at < 0x20 || *at == 0x7f)
			pack_check_refuse(check, ERR_MALFORMED, place, "a title or hint is one line without control characters");
}

struct title pack_check_title(struct pack_check *check, const struct pack_place *place, const char *zh, const char *en,
                              bool needed)
{
	check_shown(check, place, zh);
	check_shown(check, place, en);
	if (needed && !*zh && !*en)
		pack_check_refuse(check, ERR_MALFORMED, place, "has no title");
	return (struct title){ .zh = zh, .en = en };
}

static int word_compare(const void *left, const void *right)
{
	const struct pack_word *a = left, *b = right;
	int order = strcmp(a->text, b->text);
	return order ? order : (a->owner > b->owner) - (a->owner < b->owner);
}

void pack_check_words(struct pack_check *check, const struct pack_place *place, struct pack_word *words, size_t count)
{
	if (check->err || count == 0)
		return;
	qsort(words, count, sizeof *words, word_compare);
	for (size_t i = 1; i < count; i++)
		if (*words[i].text && words[i].owner != words[i - 1].owner && strcmp(words[i].text, words[i - 1].text) == 0)
			pack_check_refuse(check, ERR_MALFORMED, place, "\"%s\" names two things", words[i].text);
}

void pack_check_range(struct pack_check *check, const struct pack_place *place, const char *what, uint32_t value,
                      uint32_t least, uint32_t most)
{
	if (value < least || value > most)
		pack_check_refuse(check, ERR_RANGE, place, "%s %" PRIu32 " is not between %" PRIu32 " and %" PRIu32,
		                  what, value, least, most);
}
