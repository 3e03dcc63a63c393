// Looking things up in a pack, by whatever name a person has for them.
#include "support/support.h"

#include "ledger/pack.h"

static const struct pack_field fields[] = {
	{ .number = 7, .name = "joined", .title = { .zh = "入党日期", .en = "Joined" },
	  .heading_count = 1, .headings = (const char *const[]){ "入党时间" } },
	{ .number = 2, .name = "note", .title = { .zh = "备注", .en = "" } },
};

static const struct pack_kind kinds[] = {
	{ .number = 3, .name = "member", .title = { .zh = "党员", .en = "Member" }, .field_count = 2, .fields = fields },
	{ .number = 9, .name = "meeting", .title = { .zh = "会议", .en = "Meeting" } },
	{ .number = 300, .name = "dues", .title = { .zh = "党费", .en = "Dues" } },
};

static const struct pack_metric metrics[] = {
	{ .number = 1, .name = "members", .title = { .zh = "党员总数", .en = "Members" } },
	{ .number = 500, .name = "meetings", .title = { .zh = "会议次数", .en = "Meetings" } },
};

static const struct pack pack = { .kind_count = 3, .kinds = kinds, .metric_count = 2, .metrics = metrics };

static void kinds_and_metrics_are_found_by_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < pack.kind_count; i++)
		assert_ptr_equal(pack_kind_by_number(&pack, kinds[i].number), &kinds[i]);
	for (size_t i = 0; i < pack.metric_count; i++)
		assert_ptr_equal(pack_metric_by_number(&pack, metrics[i].number), &metrics[i]);
	static const uint32_t strange[] = { 0, 1, 4, 299, 301, 65536 + 3, UINT32_MAX };
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
		assert_null(pack_kind_by_number(&pack, strange[i]));
	assert_null(pack_metric_by_number(&pack, 2));
}

static void a_kind_answers_to_its_name_and_both_titles(void **state)
{
	(void)state;
	assert_ptr_equal(pack_kind_by_name(&pack, "meeting"), &kinds[1]);
	assert_ptr_equal(pack_kind_by_name(&pack, "会议"), &kinds[1]);
	assert_ptr_equal(pack_kind_by_name(&pack, "Meeting"), &kinds[1]);
	assert_null(pack_kind_by_name(&pack, "会"));
}

static void a_field_answers_to_its_headings_too(void **state)
{
	(void)state;
	assert_ptr_equal(pack_field_by_name(&kinds[0], "入党时间"), &fields[0]);
	assert_ptr_equal(pack_field_by_heading(&kinds[0], span_of("joined, and more", 6)), &fields[0]);
}

static void nothing_is_called_nothing(void **state)
{
	(void)state;
	assert_null(pack_field_by_name(&kinds[0], ""));
	assert_null(pack_kind_by_name(&pack, ""));
}

static void authorities_let_in_whom_they_name(void **state)
{
	(void)state;
	//                                    none   own    parent ancestor
	static const bool expected[][4] = {
		[AUTHORITY_OWN] =      { false, true,  false, false },
		[AUTHORITY_PARENT] =   { false, false, true,  false },
		[AUTHORITY_ANCESTOR] = { false, false, true,  true },
		[AUTHORITY_BOTH] =     { false, true,  true,  false },
	};
	for (enum authority authority = AUTHORITY_OWN; authority < AUTHORITY_END; authority++)
		for (enum relation relation = RELATION_NONE; relation <= RELATION_ANCESTOR; relation++)
			assert_int_equal(authority_allows(authority, relation), expected[authority][relation]);
}

static void authorities_are_known_by_name(void **state)
{
	(void)state;
	for (enum authority authority = AUTHORITY_OWN; authority < AUTHORITY_END; authority++) {
		enum authority found = AUTHORITY_END;
		assert_true(authority_parse(authority_name(authority), &found));
		assert_int_equal(found, authority);
	}
	enum authority none;
	assert_false(authority_parse("king", &none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_and_metrics_are_found_by_number),
		cmocka_unit_test(a_kind_answers_to_its_name_and_both_titles),
		cmocka_unit_test(a_field_answers_to_its_headings_too),
		cmocka_unit_test(nothing_is_called_nothing),
		cmocka_unit_test(authorities_let_in_whom_they_name),
		cmocka_unit_test(authorities_are_known_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
