// Talking to a charter in one line: who says what, and what became of it.
#ifndef TRIBUTARY_TESTS_CHARTER_TALK_H
#define TRIBUTARY_TESTS_CHARTER_TALK_H

#include "support/org_fixture.h"
#include "support/support.h"

int charter_talk_setup(void **state);       // the whole tree
int charter_talk_setup_empty(void **state); // nobody has spoken yet
int charter_talk_teardown(void **state);

#define PLAY(name) cmocka_unit_test_setup_teardown(name, charter_talk_setup, charter_talk_teardown)
#define PLAY_FROM_NOTHING(name) cmocka_unit_test_setup_teardown(name, charter_talk_setup_empty, charter_talk_teardown)

#define SAY(org, voice, ...) charter_talk_say(org, voice, (Tributary__Statement *[4]){ __VA_ARGS__ })

// What became of it, in one word: "ACCEPTED", the reason it does not stand, or "waits".
const char *charter_talk_say(struct org_fixture *org, struct org_voice *voice, Tributary__Statement *const statements[4]);

struct id charter_talk_found(struct org_fixture *org, const char *text); // exactly one unit answers to it

#define assert_same_id(a, b) assert_memory_equal((a).bytes, (b).bytes, LIMIT_ID_BYTES)

#endif
