// The gate, over real connections of this machine: who is cut, and who is not.
#include "support/support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/gate.h"

#define CROWD 64

static const struct gate_limits limits = { .newcomers = 8, .open = 1000, .in_bytes = 64 * 1024, .out_bytes = 64 * 1024,
	                                       .all_bytes = 128 * 1024, .messages = 3 };

struct play {
	struct gate gate;
	int listener;
	struct sockaddr_in at;
	int ours[CROWD], theirs[CROWD];
	size_t count;
};

static int curtain_up(void **state)
{
	struct play *play = calloc(1, sizeof *play);
	socklen_t size = sizeof play->at;
	assert_non_null(play);
	play->at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	play->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(play->listener, (struct sockaddr *)(void *)&play->at, sizeof play->at), 0);
	assert_int_equal(listen(play->listener, CROWD), 0);
	assert_int_equal(getsockname(play->listener, (struct sockaddr *)(void *)&play->at, &size), 0);
	assert_ok(gate_open(&play->gate, &limits));
	*state = play;
	return 0;
}

static int curtain_down(void **state)
{
	struct play *play = *state;
	for (size_t i = 0; i < play->count; i++) {
		close(play->ours[i]);
		close(play->theirs[i]);
	}
	close(play->listener);
	gate_close(&play->gate);
	free(play);
	return 0;
}

static size_t comes(struct play *play, uint64_t now_ms)
{
	size_t who = play->count++;
	assert_in_range(who, 0, CROWD - 1);
	play->theirs[who] = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(play->theirs[who], (const struct sockaddr *)(const void *)&play->at, sizeof play->at), 0);
	play->ours[who] = accept(play->listener, NULL, NULL);
	assert_true(play->ours[who] >= 0);
	gate_came(&play->gate, play->ours[who], now_ms);
	return who;
}

// The other end sees the end.
static bool is_cut(const struct play *play, size_t who)
{
	struct pollfd end = { .fd = play->theirs[who], .events = POLLIN };
	char byte;
	return poll(&end, 1, 200) == 1 && recv(play->theirs[who], &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
}

static void sends(const struct play *play, size_t who, size_t size)
{
	uint8_t bytes[4096] = { 0 }, sink[4096];
	for (size_t sent = 0; sent < size; sent += sizeof bytes) {
		assert_int_equal(send(play->theirs[who], bytes, sizeof bytes, MSG_NOSIGNAL), sizeof bytes);
		for (size_t got = 0; got < sizeof sink;) { // as libzmq takes what comes
			ssize_t some = recv(play->ours[who], sink, sizeof sink - got, 0);
			assert_true(some > 0);
			got += (size_t)some;
		}
	}
}

static void the_oldest_of_too_many_newcomers_goes(void **state)
{
	struct play *play = *state;
	for (uint64_t i = 0; i < 9; i++)
		comes(play, 1000 + i);
	assert_true(is_cut(play, 0));
	for (size_t i = 1; i < 9; i++)
		assert_false(is_cut(play, i));
	assert_int_equal(play->gate.newcomers, 8);
	assert_int_equal(play->gate.cut, 1);
}

static void where_peers_take_the_room_newcomers_go_first(void **state)
{
	struct play *play = *state;
	play->gate.limits.open = 3;
	size_t peer = comes(play, 1000), other = comes(play, 1001), first = comes(play, 1002);
	gate_heard(&play->gate, play->ours[peer], false);
	gate_heard(&play->gate, play->ours[other], false);
	assert_false(is_cut(play, first));
	size_t second = comes(play, 1003);
	assert_true(is_cut(play, first));
	assert_false(is_cut(play, second));
	gate_heard(&play->gate, play->ours[second], false);
	size_t third = comes(play, 1004);
	assert_true(is_cut(play, third)); // the house is full of those who have spoken
	gate_went(&play->gate, play->ours[other]);
	assert_false(is_cut(play, comes(play, 1005)));
	assert_int_equal(play->gate.peers, 2);
}

static void who_has_spoken_is_no_newcomer(void **state)
{
	struct play *play = *state;
	size_t first = comes(play, 1000);
	gate_heard(&play->gate, play->ours[first], false);
	for (uint64_t i = 0; i < 8; i++)
		comes(play, 1001 + i);
	assert_false(is_cut(play, first));
	gate_look(&play->gate, 1001 + GATE_SILENT_MS + 100);
	assert_false(is_cut(play, first));
	assert_true(is_cut(play, 1)); // never said anything
	assert_int_equal(play->gate.newcomers, 0);
}

static void one_address_comes_at_a_bounded_rate(void **state)
{
	struct play *play = *state;
	size_t who = comes(play, 1000);
	for (size_t i = 1; i < GATE_BURST; i++)
		gate_came(&play->gate, play->ours[who], 1000);
	assert_int_equal(play->gate.cut, 0);
	assert_false(is_cut(play, who));
	assert_true(is_cut(play, comes(play, 1000)));
	assert_false(is_cut(play, comes(play, 1000 + 1000 / GATE_PER_SECOND)));
}

static void a_message_without_end_is_ended(void **state)
{
	struct play *play = *state;
	size_t who = comes(play, 1000), honest = comes(play, 1000);
	sends(play, honest, 32 * 1024);
	sends(play, who, 32 * 1024);
	gate_look(&play->gate, 2000);
	assert_false(is_cut(play, who));
	gate_heard(&play->gate, play->ours[honest], false);
	sends(play, honest, 60 * 1024);
	sends(play, who, 40 * 1024);
	gate_look(&play->gate, 2100);
	assert_true(is_cut(play, who));
	assert_false(is_cut(play, honest));
}

static void of_many_who_take_too_much_together_the_greediest_goes(void **state)
{
	struct play *play = *state;
	for (size_t i = 0; i < 3; i++)
		sends(play, comes(play, 1000), i == 1 ? 60 * 1024 : 48 * 1024);
	gate_look(&play->gate, 2000);
	assert_true(is_cut(play, 1));
	assert_false(is_cut(play, 0));
	assert_false(is_cut(play, 2));
	gate_went(&play->gate, play->ours[1]);
	gate_look(&play->gate, 2100);
	assert_false(is_cut(play, 0));
}

static void who_does_not_read_is_cut(void **state)
{
	struct play *play = *state;
	size_t who = comes(play, 1000);
	gate_heard(&play->gate, play->ours[who], false);
	gate_told(&play->gate, play->ours[who], 60 * 1024);
	gate_look(&play->gate, 2000);
	assert_false(is_cut(play, who));
	gate_told(&play->gate, play->ours[who], 60 * 1024);
	gate_look(&play->gate, 2100);
	assert_true(is_cut(play, who));
}

static void too_many_words_and_useless_ones_end_a_connection(void **state)
{
	struct play *play = *state;
	size_t talker = comes(play, 1000), babbler = comes(play, 1000);
	for (size_t i = 0; i < 4; i++) {
		assert_false(is_cut(play, talker));
		gate_heard(&play->gate, play->ours[talker], false);
	}
	assert_true(is_cut(play, talker));
	gate_heard(&play->gate, play->ours[babbler], true);
	assert_int_equal(play->gate.newcomers, 1); // a useless word is none
}

static void who_is_let_go_may_read_for_a_moment(void **state)
{
	struct play *play = *state;
	size_t who = comes(play, 1000);
	assert_false(gate_leaving(&play->gate, play->ours[who]));
	gate_let_go(&play->gate, play->ours[who], 3000);
	assert_true(gate_leaving(&play->gate, play->ours[who]));
	gate_look(&play->gate, 2000);
	assert_false(is_cut(play, who));
	gate_look(&play->gate, 3000);
	assert_true(is_cut(play, who));
	gate_went(&play->gate, play->ours[who]);
	assert_int_equal(play->gate.open, 0);
}

static void of_a_connection_it_was_not_told_of_it_knows_nothing(void **state)
{
	struct play *play = *state;
	const int strange[] = { -1, 3, 1 << 20 };
	for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
		gate_heard(&play->gate, strange[i], true);
		gate_told(&play->gate, strange[i], 1 << 30);
		gate_let_go(&play->gate, strange[i], 1);
		gate_drop(&play->gate, strange[i]);
		gate_went(&play->gate, strange[i]);
		assert_false(gate_leaving(&play->gate, strange[i]));
	}
	gate_look(&play->gate, 5000);
	assert_int_equal(play->gate.cut, 0);
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, curtain_up, curtain_down)
	const struct CMUnitTest tests[] = {
		SCENE(the_oldest_of_too_many_newcomers_goes),
		SCENE(where_peers_take_the_room_newcomers_go_first),
		SCENE(who_has_spoken_is_no_newcomer),
		SCENE(one_address_comes_at_a_bounded_rate),
		SCENE(a_message_without_end_is_ended),
		SCENE(of_many_who_take_too_much_together_the_greediest_goes),
		SCENE(who_does_not_read_is_cut),
		SCENE(too_many_words_and_useless_ones_end_a_connection),
		SCENE(who_is_let_go_may_read_for_a_moment),
		SCENE(of_a_connection_it_was_not_told_of_it_knows_nothing),
	};
	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
