// The same statements in whatever order they come.
#include <stdlib.h>

#include "support/charter_talk.h"

// ---- Order. ----

enum { VOICES = 4, ENTRIES = 4, SHUFFLES = 200 };

// What each voice says, in its own log. The first township server is replaced after three entries.
struct script {
	struct org_fixture org;
	struct org_voice replacement, tablet;
	struct org_voice *voice[VOICES];
	struct span entry[VOICES][ENTRIES];
	size_t count[VOICES], at[VOICES];
};

static void write_entry(struct script *script, size_t voice, Tributary__Statement *one, Tributary__Statement *two)
{
	Tributary__Statement *both[] = { one, two };
	script->entry[voice][script->count[voice]++] = org_fixture_entry(&script->org, both, two ? 2 : 1);
}

static void write_script(struct script *script)
{
	struct org_fixture *org = &script->org;
	const struct org_voice *b = org->branch;
	struct id top = org->county.unit, t0 = org->township[0].unit, t1 = org->township[1].unit, office = org_fixture_id(4, 1);
	write_entry(script, 0, org_fixture_genesis(org), org_fixture_created(org, t0, top, "township", "板杉镇", "01"));
	write_entry(script, 0, org_fixture_enrolled(org, &org->township[0].identity, t0, true, ""),
	            org_fixture_created(org, t1, top, "township", "王坊镇", "02"));
	write_entry(script, 0, org_fixture_enrolled(org, &org->township[1].identity, t1, true, ""),
	            org_fixture_created(org, office, top, "branch", "机关支部", "0001"));
	write_entry(script, 0, org_fixture_revoked(org, &org->township[0], 3),
	            org_fixture_enrolled(org, &script->replacement.identity, t0, true, ""));
	write_entry(script, 1, org_fixture_created(org, b[0].unit, t0, "branch", "一支部", "0001"),
	            org_fixture_enrolled(org, &b[0].identity, b[0].unit, false, ""));
	write_entry(script, 1, org_fixture_created(org, b[1].unit, t0, "branch", "二支部", "0002"), NULL);
	write_entry(script, 1, org_fixture_changed(org, b[1].unit, "联合支部", false),
	            org_fixture_enrolled(org, &b[1].identity, b[1].unit, false, ""));
	write_entry(script, 2, org_fixture_created(org, b[2].unit, t1, "branch", "一支部", "0001"),
	            org_fixture_enrolled(org, &b[2].identity, b[2].unit, false, ""));
	write_entry(script, 2, org_fixture_revoked(org, &b[2], 4), org_fixture_changed(org, b[2].unit, "", true));
	write_entry(script, 2, org_fixture_changed(org, b[0].unit, "不归他管", false), NULL); // refused, always
	write_entry(script, 3, org_fixture_changed(org, b[0].unit, "新一支部", false),
	            org_fixture_changed(org, b[1].unit, "第二联合支部", false)); // the first server's name for it may come later
	org->enroller = &script->replacement.identity.sign_public;
	write_entry(script, 3, org_fixture_enrolled(org, &script->tablet.identity, b[1].unit, false, ""),
	            org_fixture_revoked(org, &b[1], 7));
}

static struct hash told_in_some_order(uint8_t seed, size_t *refused)
{
	struct script *script = calloc(1, sizeof *script);
	uint8_t bytes[DRBG_SEED_BYTES] = { seed };
	struct drbg drbg;
	struct org_fixture *org = &script->org;
	size_t left = VOICES;
	drbg_seed(&drbg, bytes);
	org_fixture_empty(org);
	org_fixture_voice(org, 98, &org->township[0].unit, &script->replacement);
	org_fixture_voice(org, 99, &org->branch[1].unit, &script->tablet);
	script->voice[0] = &org->county;
	script->voice[1] = &org->township[0];
	script->voice[2] = &org->township[1];
	script->voice[3] = &script->replacement;
	write_script(script);
	*refused = 0;
	for (size_t step = 0; left && step < 10000; step++) {
		uint8_t voice;
		enum merge_reason reason;
		drbg_draw(&drbg, &voice, 1);
		voice %= VOICES;
		size_t at = script->at[voice];
		if (at == script->count[voice])
			continue;
		enum err err = org_fixture_apply(org, script->voice[voice], at, script->entry[voice][at], &reason);
		if (err == ERR_AGAIN)
			continue;
		assert_ok(err);
		*refused += reason != MERGE_ACCEPTED;
		left -= ++script->at[voice] == script->count[voice];
	}
	assert_int_equal(left, 0); // nothing waits for ever
	assert_same_id(charter_talk_found(org, "第二联合支部"), org->branch[1].unit);
	struct hash picture = org_fixture_picture(org);
	org_fixture_free(org);
	free(script);
	return picture;
}

static void in_whatever_order_the_logs_come_the_tree_is_the_same(void **state)
{
	size_t refused;
	(void)state;
	struct hash expected = told_in_some_order(0, &refused);
	assert_int_equal(refused, 1);
	for (unsigned seed = 1; seed < SHUFFLES; seed++) {
		struct hash other = told_in_some_order((uint8_t)seed, &refused);
		assert_memory_equal(other.bytes, expected.bytes, sizeof expected.bytes);
		assert_int_equal(refused, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_whatever_order_the_logs_come_the_tree_is_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
