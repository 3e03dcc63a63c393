// What a new record begins with: values of the record before it, and defaults. The pack is tests/data/fields.yaml.
#include <stdio.h>

#include "ledger/carry.h"
#include "support/cluster.h"
#include "support/support.h"

enum { PERSON = 1, MONTH, BASE, WAY };

static struct {
	struct cluster *play;
	struct actor *branch;
	struct id li, wang;
} scene;

static struct id due(const struct id *person, int32_t month, int64_t base, const char *way)
{
	struct cluster_pen writing;
	const struct pen_write writes[] = {
		{ .field = PERSON, .value = { .form = VALUE_IS_REFERENCE, .bytes = id_span(person) } },
		{ .field = MONTH, .value = { .form = VALUE_IS_NUMBER, .number = month } },
		{ .field = BASE, .value = { .form = VALUE_IS_NUMBER, .number = base } },
		{ .field = WAY, .value = { .form = VALUE_IS_TEXT, .bytes = span_string(way) } },
	};
	bool changed;
	const struct pack_kind *kind = pack_kind_by_name(cluster_pack(scene.branch), "due");
	cluster_write(scene.branch, &writing);
	struct id id = pen_new_id(&writing.pen);
	assert_ok(pen_set(&writing.pen, NULL, kind->number, &id, writes, sizeof writes / sizeof writes[0], &changed));
	cluster_written(&writing);
	return id;
}

static int32_t month(unsigned number) { return 2026 * 12 + (int32_t)number - 1; }

static int set_the_stage(void **state)
{
	(void)state;
	scene.play = cluster_new_with("../data/fields.yaml");
	struct actor *county = cluster_found(scene.play, "县");
	struct actor *township = cluster_server(county, "镇");
	assert_ok(cluster_sync(township));
	scene.branch = cluster_branch(township, "支部");
	assert_ok(cluster_sync(scene.branch));
	scene.li = cluster_put(scene.branch, "person", NULL, "name=李", NULL);
	scene.wang = cluster_put(scene.branch, "person", NULL, "name=王", NULL);
	return 0;
}

static int clear_the_stage(void **state)
{
	(void)state;
	cluster_free(scene.play);
	return 0;
}

// What a new due of the person in the month begins with, each "NUMBER=VALUE" with * where it is carried.
static const char *begins(const struct id *person, int32_t month, const struct value *way)
{
	static char said[256];
	const uint8_t fields[] = { PERSON, MONTH, WAY };
	struct value values[] = { { .form = VALUE_IS_REFERENCE, .bytes = id_span(person) }, { .form = VALUE_IS_NUMBER, .number = month },
	                          { .form = VALUE_IS_NONE } };
	struct carry_given given = { .count = way ? 3 : 2, .fields = fields, .values = values };
	struct carry_value *carried;
	struct arena arena;
	struct txn txn;
	size_t count, size = 0;
	if (way)
		values[2] = *way;
	const struct pack_kind *kind = pack_kind_by_name(cluster_pack(scene.branch), "due");
	arena_init(&arena, LIMIT_DECODE_BYTES);
	assert_ok(txn_begin(scene.branch->store, STORE_READ, &txn));
	assert_ok(carry_values(&txn, kind, &scene.branch->self.unit, &given, &arena, &carried, &count));
	said[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const char *text;
		assert_ok(value_format(carried[i].field, &carried[i].value, &arena, &text));
		size += (size_t)snprintf(said + size, sizeof said - size, "%s%u=%s%s", i ? " " : "", carried[i].field->number, text,
		                         carried[i].carried ? "*" : "");
	}
	txn_abort(&txn);
	arena_free(&arena);
	return said;
}

static void the_first_one_begins_with_defaults(void **state)
{
	(void)state;
	assert_string_equal(begins(&scene.li, month(1), NULL), "4=现金");
}

static void the_next_one_begins_as_the_one_before(void **state)
{
	(void)state;
	due(&scene.li, month(1), 500000, "转账");
	assert_string_equal(begins(&scene.li, month(2), NULL), "3=5000.00* 4=转账*");
	assert_string_equal(begins(&scene.wang, month(2), NULL), "4=现金"); // another person's is not hers
	assert_string_equal(begins(&scene.li, month(0), NULL), "4=现金");   // nor is one of a later month
}

static void of_several_the_newest_counts_and_of_one_month_the_last_written(void **state)
{
	(void)state;
	due(&scene.li, month(3), 600000, "现金");
	due(&scene.li, month(2), 550000, "微信");
	assert_string_equal(begins(&scene.li, month(4), NULL), "3=6000.00* 4=现金*");
	assert_string_equal(begins(&scene.li, month(2), NULL), "3=5500.00* 4=微信*");
	scene.play->now_ms += 1000;
	due(&scene.li, month(3), 610000, "现金");
	assert_string_equal(begins(&scene.li, month(4), NULL), "3=6100.00* 4=现金*");
}

static void what_is_given_is_not_carried_even_if_it_is_empty(void **state)
{
	(void)state;
	struct value cash = { .form = VALUE_IS_TEXT, .bytes = span_string("支票") }, none = { .form = VALUE_IS_NONE };
	assert_string_equal(begins(&scene.li, month(4), &cash), "3=6100.00*");
	assert_string_equal(begins(&scene.li, month(4), &none), "3=6100.00*");
}

static void a_deleted_one_gives_nothing(void **state)
{
	(void)state;
	struct cluster_pen writing;
	const struct pen_write gone = { .field = 0, .value = { .form = VALUE_IS_NUMBER, .number = 1 } };
	bool changed;
	scene.play->now_ms += 1000;
	struct id last = due(&scene.li, month(5), 900000, "现金");
	assert_string_equal(begins(&scene.li, month(6), NULL), "3=9000.00* 4=现金*");
	const struct pack_kind *kind = pack_kind_by_name(cluster_pack(scene.branch), "due");
	cluster_write(scene.branch, &writing);
	assert_ok(pen_set(&writing.pen, NULL, kind->number, &last, &gone, 1, &changed));
	cluster_written(&writing);
	assert_string_equal(begins(&scene.li, month(6), NULL), "3=6100.00* 4=现金*");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_one_begins_with_defaults),
		cmocka_unit_test(the_next_one_begins_as_the_one_before),
		cmocka_unit_test(of_several_the_newest_counts_and_of_one_month_the_last_written),
		cmocka_unit_test(what_is_given_is_not_carried_even_if_it_is_empty),
		cmocka_unit_test(a_deleted_one_gives_nothing),
	};
	return cmocka_run_group_tests(tests, set_the_stage, clear_the_stage);
}
