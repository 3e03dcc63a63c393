#include "support/charter_talk.h"

#include <stdlib.h>

int charter_talk_setup(void **state)
{
	struct org_fixture *org = malloc(sizeof *org);
	org_fixture_tree(org);
	*state = org;
	return 0;
}

int charter_talk_setup_empty(void **state)
{
	struct org_fixture *org = malloc(sizeof *org);
	org_fixture_empty(org);
	*state = org;
	return 0;
}

int charter_talk_teardown(void **state)
{
	org_fixture_free(*state);
	free(*state);
	return 0;
}

const char *charter_talk_say(struct org_fixture *org, struct org_voice *voice, Tributary__Statement *const statements[4])
{
	enum merge_reason reason;
	enum err err = org_fixture_say(org, voice, &reason, statements);
	if (err == ERR_AGAIN)
		return "waits";
	assert_ok(err);
	return reason ? merge_reason_name(reason) : "ACCEPTED";
}

struct id charter_talk_found(struct org_fixture *org, const char *text)
{
	struct id unit = { { 0 } };
	assert_ok(charter_unit_find(&org->txn, text, &unit));
	return unit;
}
