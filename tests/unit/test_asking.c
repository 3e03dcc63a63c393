// A verb asked within a program: its words, its answer in memory, its refusal, its language.
#include "support/support.h"

#include <jansson.h>

#include "cli/asking.h"


static int echo(const struct verb_call *call)
{
	if (verb_given(call, "refuse"))
		return verb_fail(call, &(struct verb_failure){ .err = ERR_NOT_FOUND, .what = PHRASE_NO_RECORD, .where = "巴特尔" });
	if (verb_given(call, "wrong"))
		return verb_usage(call, PHRASE_BAD_PERIOD, verb_value(call, "wrong"));
	const char *argument = call->argument_count ? call->arguments[0] : "";
	const char *value = verb_value(call, "value");
	fprintf(call->out, "%d|%s|%s|%s", call->home != NULL, argument, value ? value : "-", phrase_text(PHRASE_YES));
	return VERB_OK;
}

static const struct verb verbs[] = {
	{ .name = "echo back", .arguments = "[WORD]", .most = 1, .run = echo,
	  .options = { { "value", "TEXT", PHRASE_NONE, false }, { "refuse", NULL, PHRASE_NONE, false },
	               { "wrong", "TEXT", PHRASE_NONE, false } } },
};
static const struct verb_program program = { .name = "tributaryd", .directory = "/nowhere", .verbs = verbs, .verb_count = 1 };
static struct home home;

static enum err ask(enum phrase_language language, const struct asking_word *words, size_t count, struct asking_answer *answer)
{
	const struct asking asking = { .program = &program, .home = &home, .language = language, .verb = "echo back",
	                               .words = words, .word_count = count };
	return asking_put(&asking, answer);
}

static void an_answer_is_what_the_verb_prints_over_the_home_that_is_open(void **state)
{
	(void)state;
	const struct asking_word words[] = { { "value", "a=b" }, { NULL, "argument" } };
	struct asking_answer answer;
	assert_ok(ask(PHRASE_EN, words, 2, &answer));
	assert_int_equal(answer.exit, VERB_OK);
	assert_string_equal(answer.body, "1|argument|a=b|yes");
	assert_int_equal(answer.size, strlen(answer.body));
	assert_int_equal(answer.told_size, 0);
	asking_free(&answer);
}

static void the_language_is_the_askers_and_only_for_the_question(void **state)
{
	(void)state;
	struct asking_answer answer;
	enum phrase_language before = phrase_language();
	assert_ok(ask(PHRASE_ZH, NULL, 0, &answer));
	assert_string_equal(answer.body, "1||-|是");
	assert_int_equal(phrase_language(), before);
	asking_free(&answer);
}

static void what_looks_like_an_option_is_an_argument_or_a_value(void **state)
{
	(void)state;
	const struct asking_word words[] = { { NULL, "--refuse" }, { "value", "--help" } };
	struct asking_answer answer;
	assert_ok(ask(PHRASE_EN, words, 2, &answer));
	assert_string_equal(answer.body, "1|--refuse|--help|yes");
	asking_free(&answer);
	const struct asking_word unknown[] = { { "help", "x" } };
	assert_ok(ask(PHRASE_EN, unknown, 1, &answer));
	assert_int_equal(answer.exit, VERB_USAGE);
	assert_int_equal(answer.size, 0);
	asking_free(&answer);
}

static void check_error(const struct asking_answer *answer, const char *name, const char *where)
{
	json_t *told = json_loads(answer->told, 0, NULL), *error = json_object_get(told, "error");
	assert_non_null(error);
	assert_string_equal(json_string_value(json_object_get(error, "name")), name);
	assert_string_equal(json_string_value(json_object_get(error, "where")), where);
	assert_true(json_string_length(json_object_get(error, "remedy")) > 0);
	json_decref(told);
}

static void a_refusal_comes_as_an_object_with_its_exit_code(void **state)
{
	(void)state;
	const struct asking_word refused[] = { { "refuse", NULL } }, wrong[] = { { "wrong", "soon" } }, extra[] = { { NULL, "a" }, { NULL, "b" } };
	struct asking_answer answer;
	assert_ok(ask(PHRASE_EN, refused, 1, &answer));
	assert_int_equal(answer.exit, VERB_FAILED);
	check_error(&answer, "NOT_FOUND", "巴特尔");
	asking_free(&answer);
	assert_ok(ask(PHRASE_EN, wrong, 1, &answer));
	assert_int_equal(answer.exit, VERB_USAGE);
	check_error(&answer, "USAGE", "soon");
	asking_free(&answer);
	assert_ok(ask(PHRASE_EN, extra, 2, &answer));
	check_error(&answer, "USAGE", "b");
	asking_free(&answer);
}

static void a_verb_that_is_not_there_is_the_callers_mistake(void **state)
{
	(void)state;
	struct asking_answer answer;
	const struct asking asking = { .program = &program, .home = &home, .verb = "echo" };
	assert_int_equal(asking_put(&asking, &answer), ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_what_the_verb_prints_over_the_home_that_is_open),
		cmocka_unit_test(the_language_is_the_askers_and_only_for_the_question),
		cmocka_unit_test(what_looks_like_an_option_is_an_argument_or_a_value),
		cmocka_unit_test(a_refusal_comes_as_an_object_with_its_exit_code),
		cmocka_unit_test(a_verb_that_is_not_there_is_the_callers_mistake),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
