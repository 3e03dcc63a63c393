// Both languages say the same: no row is empty, and each has the same places to fill.
#include "support/support.h"

#include <stdlib.h>

#include "cli/phrase.h"

static const char *const names[PHRASE_COUNT] = {
	[PHRASE_NONE] = "NONE",
#define NAME(name, zh, en) [PHRASE_##name] = #name,
	CATALOGUE(NAME)
#undef NAME
};

// A bit for each of %1 to %4.
static unsigned places(const char *text)
{
	unsigned found = 0;
	for (; *text; text++) {
		if (text[0] == '%' && text[1] >= '1' && text[1] <= '4')
			found |= 1u << (text[1] - '1');
	}
	return found;
}

static void every_phrase_is_said_in_both_languages(void **state)
{
	(void)state;
	for (enum phrase phrase = PHRASE_NONE + 1; phrase < PHRASE_COUNT; phrase++) {
		if (!*phrase_in(PHRASE_ZH, phrase) || !*phrase_in(PHRASE_EN, phrase))
			fail_msg("%s says nothing in one language", names[phrase]);
	}
}

static void both_languages_have_the_same_places(void **state)
{
	(void)state;
	for (enum phrase phrase = PHRASE_NONE + 1; phrase < PHRASE_COUNT; phrase++) {
		const char *zh = phrase_in(PHRASE_ZH, phrase), *en = phrase_in(PHRASE_EN, phrase);
		if (places(zh) != places(en))
			fail_msg("%s: \"%s\" and \"%s\" have different places", names[phrase], zh, en);
	}
}

static void english_is_plain(void **state)
{
	(void)state;
	for (enum phrase phrase = PHRASE_NONE + 1; phrase < PHRASE_COUNT; phrase++) {
		const char *at = phrase_in(PHRASE_EN, phrase);
		while (*at) {
			bool dots = strncmp(at, "…", strlen("…")) == 0;
			if ((unsigned char)*at >= 0x80 && !dots)
				fail_msg("%s is not plain English", names[phrase]);
			at += dots ? strlen("…") : 1;
		}
	}
}

static void every_error_has_its_sentence_and_its_remedy(void **state)
{
	(void)state;
	for (unsigned err = 0; err < ERR_COUNT; err++) {
		assert_int_not_equal(phrase_of_err((enum err)err), PHRASE_NONE);
		assert_int_not_equal(phrase_remedy((enum err)err), PHRASE_NONE);
	}
	assert_int_equal(phrase_of_err((enum err)(ERR_COUNT + 7)), PHRASE_NONE);
}

static void use_language(const char *own, const char *all, const char *messages, const char *lang)
{
	const char *const variables[] = { "TRIBUTARY_LANG", "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *const values[] = { own, all, messages, lang };
	for (size_t i = 0; i < 4; i++) {
		if (values[i])
			setenv(variables[i], values[i], 1);
		else
			unsetenv(variables[i]);
	}
}

static void the_first_variable_that_is_set_chooses_the_language(void **state)
{
	(void)state;
	use_language(NULL, NULL, NULL, "zh_CN.UTF-8");
	assert_int_equal(phrase_language(), PHRASE_ZH);
	use_language(NULL, "C", NULL, "zh_CN.UTF-8");
	assert_int_equal(phrase_language(), PHRASE_EN);
	use_language("zh", "C", NULL, NULL);
	assert_int_equal(phrase_language(), PHRASE_ZH);
	use_language("", "", "zh_TW", "en_GB.UTF-8");
	assert_int_equal(phrase_language(), PHRASE_ZH);
	use_language(NULL, NULL, NULL, NULL);
	assert_int_equal(phrase_language(), PHRASE_EN);
}

static void places_are_filled_by_position_and_nothing_else_is_a_format(void **state)
{
	(void)state;
	use_language("en", NULL, NULL, NULL);
	struct buf text = BUF_EMPTY;
	phrase_format(&text, PHRASE_IMPORT_FAULT, PHRASE_WITH("Sex", "%s%n", "one of"));
	buf_u8(&text, '\0');
	assert_string_equal((const char *)text.data, "Sex: \"%s%n\": one of");
	buf_clear(&text);
	phrase_format(&text, PHRASE_IMPORT_FAULT, PHRASE_WITH("Sex")); // what is left out is empty
	buf_u8(&text, '\0');
	assert_string_equal((const char *)text.data, "Sex: \"\": ");
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_phrase_is_said_in_both_languages),
		cmocka_unit_test(both_languages_have_the_same_places),
		cmocka_unit_test(english_is_plain),
		cmocka_unit_test(every_error_has_its_sentence_and_its_remedy),
		cmocka_unit_test(the_first_variable_that_is_set_chooses_the_language),
		cmocka_unit_test(places_are_filled_by_position_and_nothing_else_is_a_format),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
