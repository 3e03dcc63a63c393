// What one version of a pack changes of another, told and judged.
#include "ledger/pack_diff.h"

#include "base/limits.h"
#include "io/pack_yaml.h"
#include "support/support.h"

struct desk {
	struct arena arena;
	struct buf before, after;
	const struct pack_difference *items;
	size_t count;
};

static void compile(struct desk *desk, const char *path, struct buf *to)
{
	const char *why;
	if (pack_yaml_compile(path, to, &desk->arena, &why))
		fail_msg("%s", why);
}

static void compare(struct desk *desk, const char *before, const char *after)
{
	*desk = (struct desk){ .before = BUF_EMPTY, .after = BUF_EMPTY };
	arena_init(&desk->arena, 4 * LIMIT_DECODE_BYTES);
	compile(desk, before, &desk->before);
	compile(desk, after, &desk->after);
	assert_ok(pack_diff(buf_span(&desk->before), buf_span(&desk->after), &desk->arena, &desk->items, &desk->count));
}

static void close_desk(struct desk *desk)
{
	buf_free(&desk->before);
	buf_free(&desk->after);
	arena_free(&desk->arena);
}

static const struct pack_difference *found(const struct desk *desk, const char *place, const char *aspect)
{
	for (size_t i = 0; i < desk->count; i++)
		if (strcmp(desk->items[i].place, place) == 0 && strcmp(desk->items[i].aspect, aspect) == 0)
			return &desk->items[i];
	fail_msg("nothing is said of %s %s", place, aspect);
	return NULL;
}

static void is(const struct desk *desk, const char *place, const char *aspect, enum pack_change change, bool forbidden)
{
	const struct pack_difference *item = found(desk, place, aspect);
	assert_int_equal(item->change, change);
	assert_int_equal(item->forbidden, forbidden);
}

static void a_pack_differs_from_itself_in_nothing(void **state)
{
	(void)state;
	struct desk desk;
	compare(&desk, "../../packs/party-branch.yaml", "../../packs/party-branch.yaml");
	assert_int_equal(desk.count, 0);
	close_desk(&desk);
}

static void what_grows_is_told_and_allowed(void **state)
{
	(void)state;
	struct desk desk;
	compare(&desk, "../data/version1.yaml", "../data/version2.yaml");
	assert_int_equal(pack_diff_forbidden(desk.items, desk.count), 0);
	is(&desk, "kinds[visit].fields[people]", "", PACK_CHANGE_ADDED, false);
	is(&desk, "kinds[visit].fields[sort].options[letter]", "", PACK_CHANGE_ADDED, false);
	is(&desk, "kinds[visit].fields[place]", "title_en", PACK_CHANGE_RENAMED, false);
	is(&desk, "kinds[visit].fields[fax]", "", PACK_CHANGE_RETIRED, false);
	is(&desk, "kinds[visit].fields[cost]", "maximum", PACK_CHANGE_CHANGED, false);
	is(&desk, "kinds[visit].fields[cost]", "lane", PACK_CHANGE_SIGHT, false);
	assert_string_equal(found(&desk, "kinds[visit].fields[cost]", "lane")->before, "detail");
	assert_string_equal(found(&desk, "kinds[visit].fields[cost]", "lane")->after, "up");
	is(&desk, "metrics[people]", "", PACK_CHANGE_ADDED, false);
	is(&desk, "", "version", PACK_CHANGE_CHANGED, false);
	assert_int_equal(desk.count, 8);
	close_desk(&desk);
}

static void what_would_make_records_unreadable_is_forbidden(void **state)
{
	(void)state;
	struct desk desk;
	compare(&desk, "../data/version1.yaml", "../data/forbidden.yaml");
	is(&desk, "kinds[visit].fields[day]", "type", PACK_CHANGE_CHANGED, true);
	is(&desk, "kinds[visit].fields[day]", "lane", PACK_CHANGE_SIGHT, true);
	assert_string_equal(found(&desk, "kinds[visit].fields[day]", "type")->before, "date");
	is(&desk, "kinds[visit].fields[guests]", "number", PACK_CHANGE_REUSED, true);
	is(&desk, "kinds[visit].fields[fax]", "", PACK_CHANGE_REMOVED, true);
	is(&desk, "kinds[visit].fields[sort].options[phone]", "", PACK_CHANGE_REMOVED, true);
	is(&desk, "unit_kinds[township]", "", PACK_CHANGE_REMOVED, true);
	assert_int_equal(pack_diff_forbidden(desk.items, desk.count), 6);
	close_desk(&desk);
}

// Backwards: what version 2 gave, nobody can take.
static void what_is_given_cannot_be_taken_back(void **state)
{
	(void)state;
	struct desk desk;
	compare(&desk, "../data/version2.yaml", "../data/version1.yaml");
	is(&desk, "kinds[visit].fields[cost]", "lane", PACK_CHANGE_SIGHT, true);
	is(&desk, "kinds[visit].fields[people]", "", PACK_CHANGE_REMOVED, true);
	is(&desk, "kinds[visit].fields[fax]", "", PACK_CHANGE_REVIVED, false);
	is(&desk, "metrics[people]", "", PACK_CHANGE_REMOVED, false); // no record holds a metric
	close_desk(&desk);
}

static void nothing_that_is_no_pack_is_compared(void **state)
{
	(void)state;
	struct desk desk;
	compare(&desk, "../data/version1.yaml", "../data/version2.yaml");
	for (size_t size = 0; size < desk.after.size; size += 7) {
		const struct pack_difference *items;
		size_t count;
		enum err err = rehearsal_saw(pack_diff(buf_span(&desk.before), span_of(desk.after.data, size), &desk.arena, &items, &count));
		assert_true(err == ERR_OK || (err == ERR_MALFORMED && count == 0) || err == ERR_BUDGET);
	}
	close_desk(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pack_differs_from_itself_in_nothing),
		cmocka_unit_test(what_grows_is_told_and_allowed),
		cmocka_unit_test(what_would_make_records_unreadable_is_forbidden),
		cmocka_unit_test(what_is_given_cannot_be_taken_back),
		cmocka_unit_test(nothing_that_is_no_pack_is_compared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
