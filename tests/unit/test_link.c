// Two ends of a link over loopback, meeting as they should.
#include "support/link_actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/machine.h"
#include "io/peers.h"

#define CREW 3

struct play {
	struct link_actor *crew[CREW];
	struct link_actor *township, *branch, *other;
};

static int curtain_up(void **state)
{
	struct play *play = calloc(1, sizeof *play);
	assert_non_null(play);
	play->crew[0] = play->township = link_actor_enter("township", true);
	play->crew[1] = play->branch = link_actor_enter("branch", false);
	play->crew[2] = play->other = link_actor_enter("other branch", false);
	link_actor_invite(play->township, play->branch);
	link_actor_invite(play->township, play->other);
	*state = play;
	return 0;
}

#define LONG_MS 60000

static int curtain_down(void **state)
{
	struct play *play = *state;
	for (size_t i = 0; i < CREW; i++)
		link_actor_leave(play->crew[i]);
	free(play);
	return 0;
}

static const struct link_heard *hears(struct play *play, struct link_actor *who, enum event_kind kind)
{
	const struct link_heard *heard = link_actor_wait(who, kind, play->crew, CREW);
	assert_non_null(heard);
	return heard;
}

// Greets the township and gives the link on which the township hears it.
static uint64_t greet(struct play *play, struct link_actor *who)
{
	link_actor_call(who, play->township, NODE_DOOR_SYNC);
	assert_int_equal(hears(play, who, EVENT_CONNECT)->link, NODE_LINK_PARENT);
	link_actor_say(who, NODE_DOOR_PARENT, NODE_LINK_PARENT, "greetings");
	const struct link_heard *heard = hears(play, play->township, EVENT_MESSAGE);
	assert_string_equal(heard->text, "greetings");
	assert_int_equal(heard->door, NODE_DOOR_SYNC);
	assert_true(hash_equal(&heard->curve, &who->identity.curve_public));
	return heard->link;
}

static void two_ends_exchange_messages_and_each_knows_who_spoke(void **state)
{
	struct play *play = *state;
	uint64_t first = greet(play, play->branch), second = greet(play, play->other);
	assert_true(first != NODE_LINK_PARENT && second != NODE_LINK_PARENT && first != second);

	link_actor_say(play->township, NODE_DOOR_SYNC, second, "to the other");
	link_actor_say(play->township, NODE_DOOR_SYNC, first, "to the branch");
	const struct link_heard *answer = hears(play, play->branch, EVENT_MESSAGE);
	assert_string_equal(answer->text, "to the branch");
	assert_int_equal(answer->door, NODE_DOOR_PARENT);
	assert_true(hash_equal(&answer->curve, &play->township->identity.curve_public));
	assert_string_equal(hears(play, play->other, EVENT_MESSAGE)->text, "to the other");

	link_actor_say(play->branch, NODE_DOOR_PARENT, NODE_LINK_PARENT, "thank you");
	const struct link_heard *thanks = hears(play, play->township, EVENT_MESSAGE);
	assert_string_equal(thanks->text, "thank you");
	assert_int_equal(thanks->link, first);

	uint64_t in, out;
	link_traffic(play->township->link, &in, &out);
	assert_int_equal(in, 2 * strlen("greetings") + strlen("thank you"));
	assert_int_equal(out, strlen("to the other") + strlen("to the branch"));
}

static void a_client_that_leaves_is_missed_at_once_and_comes_back_as_another_link(void **state)
{
	struct play *play = *state;
	uint64_t before = greet(play, play->branch);
	link_disconnect(play->branch->link);
	const struct link_heard *down = hears(play, play->township, EVENT_LINK_DOWN);
	assert_int_equal(down->link, before);
	assert_int_equal(down->door, NODE_DOOR_SYNC);
	assert_true(greet(play, play->branch) > before);
}

static void last_words_before_leaving_are_heard_before_the_link_is_down(void **state)
{
	struct play *play = *state;
	uint64_t link = greet(play, play->branch);
	link_actor_say(play->branch, NODE_DOOR_PARENT, NODE_LINK_PARENT, "farewell");
	link_disconnect(play->branch->link);
	const struct link_heard *words = hears(play, play->township, EVENT_MESSAGE);
	assert_string_equal(words->text, "farewell");
	assert_int_equal(words->link, link);
	assert_int_equal(hears(play, play->township, EVENT_LINK_DOWN)->link, link);
}

static void a_client_is_told_when_its_server_goes_and_may_call_another(void **state)
{
	struct play *play = *state;
	struct link_actor *elsewhere = link_actor_enter("another township", true);
	link_actor_invite(elsewhere, play->branch);
	link_actor_call(play->branch, elsewhere, NODE_DOOR_SYNC);
	struct link_actor *pair[] = { elsewhere, play->branch };
	assert_non_null(link_actor_wait(play->branch, EVENT_CONNECT, pair, 2));
	link_actor_leave(elsewhere);

	const struct link_heard *down = hears(play, play->branch, EVENT_LINK_DOWN);
	assert_int_equal(down->link, NODE_LINK_PARENT);
	assert_int_equal(down->door, NODE_DOOR_PARENT);
	greet(play, play->branch);
}

static void a_link_that_the_server_closed_is_not_listened_to_and_ends(void **state)
{
	struct play *play = *state;
	uint64_t link = greet(play, play->branch);
	struct effect close = { .kind = EFFECT_CLOSE, .door = NODE_DOOR_SYNC, .link = link };
	link_effect(play->township->link, &close);
	link_actor_say(play->township, NODE_DOOR_SYNC, link, "too late");
	link_actor_say(play->branch, NODE_DOOR_PARENT, NODE_LINK_PARENT, "still here");
	hears(play, play->branch, EVENT_LINK_DOWN); // a moment later: it may read its last words first
	assert_int_equal(play->township->heard_next, play->township->heard_count); // since it was closed: nothing
	assert_true(greet(play, play->branch) > link);
}

static void a_message_as_large_as_allowed_arrives_whole(void **state)
{
	struct play *play = *state;
	greet(play, play->branch);
	uint8_t *large = malloc(LIMIT_MESSAGE_BYTES);
	assert_non_null(large);
	memset(large, 'x', LIMIT_MESSAGE_BYTES);
	link_actor_send(play->branch, NODE_DOOR_PARENT, NODE_LINK_PARENT, span_of(large, LIMIT_MESSAGE_BYTES));
	assert_int_equal(hears(play, play->township, EVENT_MESSAGE)->size, LIMIT_MESSAGE_BYTES);
	free(large);
}

static void a_poll_ends_in_time_and_wakes_up_when_asked(void **state)
{
	struct play *play = *state;
	struct event events[4];
	size_t count;
	assert_ok(link_poll(play->branch->link, 50, events, 4, &count)); // it comes back at all
	assert_int_equal(count, 0);

	assert_int_equal(write(link_wake_fd(play->branch->link), "", 1), 1);
	uint64_t start = machine_monotonic_ns();
	assert_ok(link_poll(play->branch->link, LONG_MS, events, 4, &count));
	assert_in_range(machine_monotonic_ns() - start, 0, (uint64_t)LONG_MS * 1000000 - 1);
}

static void addresses_that_cannot_be_are_refused(void **state)
{
	struct play *play = *state;
	struct link *link;
	struct link_options taken = { .identity = &play->branch->identity, .sync = play->township->sync };
	assert_err(LOCKED, link_open(&taken, &link));
	assert_null(link);
	struct link_options nonsense = { .identity = &play->branch->identity, .sync = "nonsense" };
	assert_err(USAGE, link_open(&nonsense, &link));
	assert_err(USAGE, link_connect(play->branch->link, "tcp://", &play->township->identity.curve_public));
	assert_err(NOT_FOUND, link_endpoint(play->branch->link, NODE_DOOR_SYNC, play->branch->sync, 8));
}

// ---- The table behind it ----

static uint64_t lost[8];
static size_t lost_count;

static void note_loss(void *context, uint64_t link)
{
	(void)context;
	lost[lost_count++] = link;
}

static uint64_t hear(struct peers *peers, const char *route, uint8_t key, int socket)
{
	static uint64_t next;
	struct hash curve = { .bytes = { key } };
	uint64_t link = 0;
	if (peers->count == 0)
		next = 1;
	assert_ok(peers_hear(peers, span_string(route), &curve, socket, &next, &link));
	return link;
}

static void the_same_route_under_another_key_is_another_link(void **state)
{
	(void)state;
	struct peers peers;
	lost_count = 0;
	peers_init(&peers, 3, note_loss, NULL);
	assert_int_equal(hear(&peers, "a", 1, 10), 1);
	assert_int_equal(hear(&peers, "a", 1, 10), 1);
	assert_int_equal(hear(&peers, "a", 2, 10), 2);
	assert_int_equal(lost_count, 1);
	assert_int_equal(lost[0], 1);
	struct span route;
	assert_false(peers_route(&peers, 1, &route));
	assert_true(peers_route(&peers, 2, &route));
	peers_free(&peers);
}

static void the_most_silent_link_makes_room(void **state)
{
	(void)state;
	struct peers peers;
	lost_count = 0;
	peers_init(&peers, 3, note_loss, NULL);
	uint64_t a = hear(&peers, "a", 1, 10), b = hear(&peers, "b", 2, 11), c = hear(&peers, "c", 3, 12);
	assert_int_equal(hear(&peers, "a", 1, 10), a);
	uint64_t d = hear(&peers, "d", 4, 13);
	assert_int_equal(lost_count, 1);
	assert_int_equal(lost[0], b);
	assert_int_equal(peers.count, 3);
	peers_lose_socket(&peers, 12);
	assert_int_equal(lost[1], c);
	peers_forget(&peers, d);
	assert_int_equal(lost_count, 2);
	assert_int_equal(peers.count, 1);
	peers_free(&peers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_ends_exchange_messages_and_each_knows_who_spoke, curtain_up, curtain_down),
		cmocka_unit_test_setup_teardown(a_client_that_leaves_is_missed_at_once_and_comes_back_as_another_link, curtain_up,
		                                curtain_down),
		cmocka_unit_test_setup_teardown(last_words_before_leaving_are_heard_before_the_link_is_down, curtain_up,
		                                curtain_down),
		cmocka_unit_test_setup_teardown(a_client_is_told_when_its_server_goes_and_may_call_another, curtain_up,
		                                curtain_down),
		cmocka_unit_test_setup_teardown(a_link_that_the_server_closed_is_not_listened_to_and_ends, curtain_up,
		                                curtain_down),
		cmocka_unit_test_setup_teardown(a_message_as_large_as_allowed_arrives_whole, curtain_up, curtain_down),
		cmocka_unit_test_setup_teardown(a_poll_ends_in_time_and_wakes_up_when_asked, curtain_up, curtain_down),
		cmocka_unit_test_setup_teardown(addresses_that_cannot_be_are_refused, curtain_up, curtain_down),
		cmocka_unit_test(the_same_route_under_another_key_is_another_link),
		cmocka_unit_test(the_most_silent_link_makes_room),
	};
	return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
