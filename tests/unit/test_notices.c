// What the node notes for people is said in their language: the sentences of the core and those of the catalogue are the same.
#include "support/support.h"

#include <dirent.h>
#include <stdlib.h>

#include "base/buf.h"
#include "cli/notices.h"
#include "io/file.h"

#define CORE "../../common/sync"

static bool in_chinese(const char *english)
{
	return strcmp(notices_text(english), english) != 0;
}

// The sentence of a call of node_notice: what stands in quotes behind it.
static const char *sentence(const char *call, char *room, size_t size)
{
	const char *from = strchr(call, '"');
	const char *to = from ? strchr(from + 1, '"') : NULL;
	if (!to || (size_t)(to - from) > size)
		fail_msg("a notice without a sentence: %.40s", call);
	memcpy(room, from + 1, (size_t)(to - from - 1));
	room[to - from - 1] = '\0';
	return room;
}

static size_t check_file(const char *name)
{
	char path[512], room[256];
	size_t count = 0;
	struct buf text = BUF_EMPTY;
	snprintf(path, sizeof path, CORE "/%s", name);
	assert_ok(file_read(path, 1 << 20, &text));
	buf_u8(&text, '\0');
	assert_ok(text.err);
	for (const char *at = strstr((const char *)text.data, "\tnode_notice(call, "); at; at = strstr(at + 1, "\tnode_notice(call, ")) {
		if (!in_chinese(sentence(at, room, sizeof room)))
			fail_msg("%s: the catalogue has no \"%s\"", name, room);
		count++;
	}
	buf_free(&text);
	return count;
}

static void every_notice_of_the_core_is_in_the_catalogue(void **state)
{
	(void)state;
	setenv("TRIBUTARY_LANG", "zh_CN", 1);
	size_t count = 0;
	DIR *dir = opendir(CORE);
	assert_non_null(dir);
	for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		size_t length = strlen(entry->d_name);
		if (length > 2 && strcmp(entry->d_name + length - 2, ".c") == 0)
			count += check_file(entry->d_name);
	}
	closedir(dir);
	assert_true(count >= 5);
}

static void what_is_not_known_is_shown_as_it_is(void **state)
{
	(void)state;
	setenv("TRIBUTARY_LANG", "zh_CN", 1);
	assert_string_equal(notices_text("something new"), "something new");
	setenv("TRIBUTARY_LANG", "en", 1);
	assert_string_equal(notices_text("the server set aside what was written here"), "the server set aside what was written here");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_notice_of_the_core_is_in_the_catalogue),
		cmocka_unit_test(what_is_not_known_is_shown_as_it_is),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
