// Who must get nowhere at a link, and cost nothing: strangers, the unencrypted, the malformed, the
// oversized, the impostor. After each scene an honest branch is still served.
#include "support/link_actor.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include "io/machine.h"
#include "io/zap.h"

#define CREW 2
#define PATIENCE_MS 120000 // ends what hangs; no machine is so slow

struct play {
	struct link_actor *crew[CREW];
	struct link_actor *township, *branch;
	void *zmq; // for those who do not play by the rules
};

static int curtain_up(void **state)
{
	struct play *play = calloc(1, sizeof *play);
	assert_non_null(play);
	play->crew[0] = play->township = link_actor_enter("township", true);
	play->crew[1] = play->branch = link_actor_enter("branch", false);
	link_actor_invite(play->township, play->branch);
	play->zmq = zmq_ctx_new();
	assert_non_null(play->zmq);
	*state = play;
	return 0;
}

static int curtain_down(void **state)
{
	struct play *play = *state;
	assert_int_equal(zmq_ctx_term(play->zmq), 0);
	for (size_t i = 0; i < CREW; i++)
		link_actor_leave(play->crew[i]);
	free(play);
	return 0;
}

static uint64_t the_branch_is_served(struct play *play)
{
	link_actor_call(play->branch, play->township, NODE_DOOR_SYNC);
	assert_non_null(link_actor_wait(play->branch, EVENT_CONNECT, play->crew, CREW));
	link_actor_say(play->branch, NODE_DOOR_PARENT, NODE_LINK_PARENT, "greetings");
	const struct link_heard *heard = link_actor_wait(play->township, EVENT_MESSAGE, play->crew, CREW);
	assert_non_null(heard);
	assert_string_equal(heard->text, "greetings");
	uint64_t link = heard->link;
	link_actor_say(play->township, NODE_DOOR_SYNC, link, "welcome");
	heard = link_actor_wait(play->branch, EVENT_MESSAGE, play->crew, CREW);
	assert_non_null(heard);
	assert_string_equal(heard->text, "welcome");
	return link;
}

// ---- Those who do not play by the rules ----

static void set(void *socket, int option, const void *value, size_t size)
{
	assert_int_equal(zmq_setsockopt(socket, option, value, size), 0);
}

// A DEALER of its own making; NULL identity: without CURVE.
static void *rogue(struct play *play, const struct identity *identity, const char *route, size_t route_size)
{
	void *socket = zmq_socket(play->zmq, ZMQ_DEALER);
	int linger = 0;
	assert_non_null(socket);
	set(socket, ZMQ_LINGER, &linger, sizeof linger);
	if (route)
		set(socket, ZMQ_ROUTING_ID, route, route_size);
	if (identity) {
		set(socket, ZMQ_CURVE_SERVERKEY, play->township->identity.curve_public.bytes, LIMIT_HASH_BYTES);
		set(socket, ZMQ_CURVE_PUBLICKEY, identity->curve_public.bytes, LIMIT_HASH_BYTES);
		set(socket, ZMQ_CURVE_SECRETKEY, identity->curve_secret, LIMIT_HASH_BYTES);
	}
	return socket;
}

static void *rogue_at(struct play *play, const struct identity *identity, const char *address)
{
	void *socket = rogue(play, identity, NULL, 0);
	assert_int_equal(zmq_connect(socket, address), 0);
	return socket;
}

static void the_township_hears_nothing(struct play *play, int ms)
{
	play->township->heard_count = play->township->heard_next = 0;
	link_actor_idle(play->crew, CREW, ms);
	assert_int_equal(play->township->heard_count, 0);
}

static int dial(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	to.sin_port = htons((uint16_t)atoi(strrchr(address, ':') + 1));
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)(const void *)&to, sizeof to), 0);
	return fd;
}

static size_t open_files(void)
{
	size_t count = 0;
	DIR *dir = opendir("/proc/self/fd");
	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

// Until so many are open again: libzmq closes in a thread of its own, when it comes to it.
static void files_are_open(struct play *play, size_t least, size_t most)
{
	for (int i = 0; i < PATIENCE_MS / 20 && (open_files() < least || open_files() > most); i++)
		link_actor_idle(play->crew, CREW, 20);
	assert_in_range(open_files(), least, most);
}

// ---- Scenes ----

static void a_key_that_is_not_admitted_gets_nowhere_and_is_told_so(void **state)
{
	struct play *play = *state;
	struct link_actor *stranger = link_actor_enter("stranger", false);
	struct link_actor *all[] = { play->township, stranger };
	link_actor_call(stranger, play->township, NODE_DOOR_SYNC);
	const struct link_heard *down = link_actor_wait(stranger, EVENT_LINK_DOWN, all, 2);
	assert_non_null(down);
	assert_int_equal(play->township->asked, 1);
	assert_int_equal(play->township->heard_count, 0);
	for (size_t i = 0; i < stranger->heard_count; i++)
		assert_int_not_equal(stranger->heard[i].kind, EVENT_CONNECT);
	link_actor_leave(stranger);
	the_branch_is_served(play);
}

static void a_stranger_may_speak_at_the_porch_and_nowhere_else(void **state)
{
	struct play *play = *state;
	struct link_actor *stranger = link_actor_enter("stranger", false);
	struct link_actor *all[] = { play->township, stranger };
	link_actor_call(stranger, play->township, NODE_DOOR_PORCH);
	assert_non_null(link_actor_wait(stranger, EVENT_CONNECT, all, 2));
	link_actor_say(stranger, NODE_DOOR_PARENT, NODE_LINK_PARENT, "may I join?");
	const struct link_heard *heard = link_actor_wait(play->township, EVENT_MESSAGE, all, 2);
	assert_non_null(heard);
	assert_int_equal(heard->door, NODE_DOOR_PORCH);
	assert_true(hash_equal(&heard->curve, &stranger->identity.curve_public));

	// An effect meant for the other door does not find it.
	link_actor_say(play->township, NODE_DOOR_SYNC, heard->link, "a secret");
	link_actor_say(play->township, NODE_DOOR_PORCH, heard->link, "you may");
	heard = link_actor_wait(stranger, EVENT_MESSAGE, all, 2);
	assert_non_null(heard);
	assert_string_equal(heard->text, "you may");
	link_actor_leave(stranger);
}

static void a_server_that_is_not_the_one_meant_is_not_talked_to(void **state)
{
	struct play *play = *state;
	struct identity another = { .curve_public = play->branch->identity.curve_public };
	assert_ok(link_connect(play->branch->link, play->township->sync, &another.curve_public));
	link_actor_idle(play->crew, CREW, 300);
	for (size_t i = 0; i < play->branch->heard_count; i++)
		assert_int_not_equal(play->branch->heard[i].kind, EVENT_CONNECT);
	the_branch_is_served(play);
}

static void zeromq_without_curve_gets_nowhere(void **state)
{
	struct play *play = *state;
	const char *doors[] = { play->township->sync, play->township->porch };
	void *sockets[2];
	for (size_t i = 0; i < 2; i++) {
		sockets[i] = rogue_at(play, NULL, doors[i]);
		assert_int_equal(zmq_send(sockets[i], "hello", 5, 0), 5);
	}
	the_township_hears_nothing(play, 300);
	assert_int_equal(play->township->asked, 0);
	for (size_t i = 0; i < 2; i++)
		zmq_close(sockets[i]);
	the_branch_is_served(play);
}

static void garbage_on_the_wire_gets_nowhere_and_costs_nothing(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
	} openings[] = {
		{ .bytes = "", .size = 0 },
		{ .bytes = "GET / HTTP/1.1\r\nHost: x\r\n\r\n", .size = 27 },
		{ .bytes = "\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", .size = 33 },
		{ .bytes = "\xff\0\0\0\0\0\0\0\1\x7f\3\0CURVE\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", .size = 33 },
		{ .bytes = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", .size = 10 },
		{ .bytes = "\1\0", .size = 2 },
	};
	struct play *play = *state;
	the_branch_is_served(play);
	size_t files = open_files();
	int fds[2 * sizeof openings / sizeof openings[0]];
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		uint8_t noise[4096];
		size_t which = i / 2;
		fds[i] = dial(i % 2 ? play->township->porch : play->township->sync);
		assert_int_equal(send(fds[i], openings[which].bytes, openings[which].size, MSG_NOSIGNAL), openings[which].size);
		machine_random(noise, sizeof noise);
		send(fds[i], noise, sizeof noise, MSG_NOSIGNAL); // may already be refused
	}
	the_township_hears_nothing(play, 300);
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
		close(fds[i]);
	files_are_open(play, files, files);
	link_actor_say(play->branch, NODE_DOOR_PARENT, NODE_LINK_PARENT, "still here");
	assert_non_null(link_actor_wait(play->township, EVENT_MESSAGE, play->crew, CREW));
}

static void an_oversized_message_drops_its_connection_only(void **state)
{
	struct play *play = *state;
	struct link_actor *other = link_actor_enter("other", false);
	link_actor_invite(play->township, other);
	uint64_t honest = the_branch_is_served(play);
	void *loud = rogue_at(play, &other->identity, play->township->sync);
	size_t size = LIMIT_MESSAGE_BYTES + 1024;
	uint8_t *large = calloc(1, size);
	assert_non_null(large);
	assert_int_equal(zmq_send(loud, "first", 5, 0), 5);
	assert_non_null(link_actor_wait(play->township, EVENT_MESSAGE, play->crew, CREW));
	assert_int_equal(zmq_send(loud, large, size, 0), size);
	const struct link_heard *down = link_actor_wait(play->township, EVENT_LINK_DOWN, play->crew, CREW);
	assert_non_null(down);
	assert_int_not_equal(down->link, honest);
	free(large);
	zmq_close(loud);

	link_actor_say(play->branch, NODE_DOOR_PARENT, NODE_LINK_PARENT, "still here");
	const struct link_heard *heard = link_actor_wait(play->township, EVENT_MESSAGE, play->crew, CREW);
	assert_non_null(heard);
	assert_int_equal(heard->link, honest);
	assert_int_equal(heard->size, strlen("still here"));
	link_actor_leave(other);
}

static void the_porch_takes_only_short_messages(void **state)
{
	struct play *play = *state;
	static const uint8_t large[128 * 1024];
	struct identity nobody;
	uint8_t seed[IDENTITY_SEED_BYTES] = { 7 };
	identity_derive(seed, &nobody);
	void *loud = rogue_at(play, &nobody, play->township->porch);
	assert_int_equal(zmq_send(loud, large, sizeof large, 0), sizeof large);
	the_township_hears_nothing(play, 300);
	zmq_close(loud);
	the_branch_is_served(play);
}

static void messages_of_many_parts_and_empty_ones_are_thrown_away(void **state)
{
	struct play *play = *state;
	void *odd = rogue_at(play, &play->branch->identity, play->township->sync);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(zmq_send(odd, "part", 4, i < 9 ? ZMQ_SNDMORE : 0), 4);
	assert_int_equal(zmq_send(odd, "", 0, 0), 0);
	assert_int_equal(zmq_send(odd, "plain", 5, 0), 5);
	const struct link_heard *heard = link_actor_wait(play->township, EVENT_MESSAGE, play->crew, CREW);
	assert_non_null(heard);
	assert_string_equal(heard->text, "plain");
	assert_int_equal(play->township->heard_count, 1);
	zmq_close(odd);
}

static void squatting_a_routing_id_takes_over_nothing(void **state)
{
	struct play *play = *state;
	struct link_actor *squatter = link_actor_enter("squatter", false);
	link_actor_invite(play->township, squatter);

	void *first = rogue(play, &play->branch->identity, "desk", 4);
	assert_int_equal(zmq_connect(first, play->township->sync), 0);
	assert_int_equal(zmq_send(first, "I sit here", 10, 0), 10);
	const struct link_heard *heard = link_actor_wait(play->township, EVENT_MESSAGE, play->crew, CREW);
	assert_non_null(heard);
	uint64_t honest = heard->link;

	// While the first is there, the second is not heard under the same routing id.
	void *second = rogue(play, &squatter->identity, "desk", 4);
	assert_int_equal(zmq_connect(second, play->township->sync), 0);
	assert_int_equal(zmq_send(second, "me too", 6, 0), 6);
	the_township_hears_nothing(play, 300);
	link_actor_say(play->township, NODE_DOOR_SYNC, honest, "for the branch");
	char text[64] = "";
	int wait_ms = PATIENCE_MS;
	set(first, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
	assert_int_equal(zmq_recv(first, text, sizeof text, 0), strlen("for the branch"));
	zmq_close(second);

	// When the first has left, it is another link with the other key, and the old one leads nowhere.
	zmq_close(first);
	assert_non_null(link_actor_wait(play->township, EVENT_LINK_DOWN, play->crew, CREW));
	second = rogue(play, &squatter->identity, "desk", 4);
	assert_int_equal(zmq_connect(second, play->township->sync), 0);
	assert_int_equal(zmq_send(second, "mine now", 8, 0), 8);
	heard = link_actor_wait(play->township, EVENT_MESSAGE, play->crew, CREW);
	assert_non_null(heard);
	assert_int_not_equal(heard->link, honest);
	assert_true(hash_equal(&heard->curve, &squatter->identity.curve_public));
	link_actor_say(play->township, NODE_DOOR_SYNC, honest, "for the branch");
	link_actor_say(play->township, NODE_DOOR_SYNC, heard->link, "for the squatter");
	set(second, ZMQ_RCVTIMEO, &wait_ms, sizeof wait_ms);
	assert_int_equal(zmq_recv(second, text, sizeof text, 0), strlen("for the squatter"));
	zmq_close(second);
	link_actor_leave(squatter);
}

// libzmq numbers those without a routing id upwards from rand(), unseeded, and asserts that nobody has
// the next number: one who knows what rand() gives first must not be able to end the server.
static void taking_the_numbers_that_libzmq_would_give_next_does_not_end_the_server(void **state)
{
	enum { DRAWS = 4, SQUATTERS = 4 * DRAWS };
	struct play *play = *state;
	void *squatters[SQUATTERS];
	uint32_t drawn[DRAWS]; // one for each socket that could be the door
	srand(1);              // as when nobody has called it
	for (size_t i = 0; i < DRAWS; i++) {
		drawn[i] = (uint32_t)rand();
		drawn[i] |= (uint32_t)rand() << 31;
	}
	link_actor_leave(play->township);
	srand(1);
	play->crew[0] = play->township = link_actor_enter("township", true);
	link_actor_invite(play->township, play->branch);
	for (uint32_t i = 0; i < SQUATTERS; i++) {
		uint32_t number = drawn[i % DRAWS] + i / DRAWS;
		char route[5] = { 0, (char)(number >> 24), (char)(number >> 16), (char)(number >> 8), (char)number };
		squatters[i] = rogue(play, &play->branch->identity, route, sizeof route);
		assert_int_equal(zmq_connect(squatters[i], play->township->sync), 0);
	}
	link_actor_idle(play->crew, CREW, 300);
	the_branch_is_served(play);
	for (size_t i = 0; i < SQUATTERS; i++)
		zmq_close(squatters[i]);
}

static size_t said(const struct link_actor *who)
{
	size_t in = 0;
	for (size_t i = 0; i < who->heard_count; i++)
		in += who->heard[i].kind == EVENT_MESSAGE;
	return in;
}

static void the_porch_lets_strangers_in_at_a_bounded_rate(void **state)
{
	enum { CROWD = 3 * ZAP_PORCH_BURST };
	struct play *play = *state;
	void *crowd[CROWD];
	uint8_t seed[IDENTITY_SEED_BYTES] = { 9 };
	struct identity nobody;
	identity_derive(seed, &nobody);
	uint64_t start = machine_monotonic_ns();
	for (size_t i = 0; i < CROWD; i++) {
		int never = -1;
		crowd[i] = rogue(play, &nobody, NULL, 0);
		set(crowd[i], ZMQ_RECONNECT_IVL, &never, sizeof never);
		assert_int_equal(zmq_connect(crowd[i], play->township->porch), 0);
		assert_int_equal(zmq_send(crowd[i], "let me in", 9, 0), 9);
	}
	for (int i = 0; i < PATIENCE_MS / 20 && said(play->township) < ZAP_PORCH_BURST / 2; i++)
		link_actor_idle(play->crew, CREW, 20);
	link_actor_idle(play->crew, CREW, 1500);
	uint64_t seconds = (machine_monotonic_ns() - start) / 1000000000 + 1;
	size_t in = said(play->township);
	assert_in_range(in, ZAP_PORCH_BURST / 2, ZAP_PORCH_BURST + seconds * ZAP_PORCH_PER_SECOND);
	for (size_t i = 0; i < CROWD; i++)
		zmq_close(crowd[i]);
	link_actor_idle(play->crew, CREW, 200);
	play->township->heard_next = play->township->heard_count;
	the_branch_is_served(play); // the crowd at the porch does not keep it out
}

static void two_hundred_handshakes_leave_nothing_behind(void **state)
{
	struct play *play = *state;
	the_branch_is_served(play);
	size_t files = open_files();
	for (size_t i = 0; i < 200; i++) {
		play->township->heard_count = play->township->heard_next = 0;
		play->branch->heard_count = play->branch->heard_next = 0;
		the_branch_is_served(play);
	}
	files_are_open(play, files - 4, files + 4);
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, curtain_up, curtain_down)
	const struct CMUnitTest tests[] = {
		SCENE(a_key_that_is_not_admitted_gets_nowhere_and_is_told_so),
		SCENE(a_stranger_may_speak_at_the_porch_and_nowhere_else),
		SCENE(a_server_that_is_not_the_one_meant_is_not_talked_to),
		SCENE(zeromq_without_curve_gets_nowhere),
		SCENE(garbage_on_the_wire_gets_nowhere_and_costs_nothing),
		SCENE(an_oversized_message_drops_its_connection_only),
		SCENE(the_porch_takes_only_short_messages),
		SCENE(messages_of_many_parts_and_empty_ones_are_thrown_away),
		SCENE(squatting_a_routing_id_takes_over_nothing),
		SCENE(taking_the_numbers_that_libzmq_would_give_next_does_not_end_the_server),
		SCENE(the_porch_lets_strangers_in_at_a_bounded_rate),
		SCENE(two_hundred_handshakes_leave_nothing_behind),
	};
	return cmocka_run_group_tests_name("link strangers", tests, NULL, NULL);
}
