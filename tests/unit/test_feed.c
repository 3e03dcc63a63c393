// Answers that are made in turns: other requests are answered in between, a reader sees when one was broken off, and who asks for
// the same meanwhile is given what is there.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/machine.h"
#include "support/support.h"
#include "web/feed.h"

enum { TURNS = 20, PART_BYTES = 3000 };

// A server of three addresses: /long is fed, /wrong fails half way, anything else is answered at once.
struct stage {
	struct http *http;
	struct keep keep;
	struct feeds feeds;
	uint64_t version;
	unsigned turns, begun, dropped, at_once;
	unsigned turns_then; // how many had been when anything else was last answered
};

struct work {
	struct stage *stage;
	unsigned turns;
	bool fails;
};

static enum err turn(void *context, struct buf *made, bool *done)
{
	struct work *work = context;
	uint64_t start = machine_processor_ns();
	while (machine_processor_ns() - start < FEED_TURN_NS) { // a whole round's work
	}
	uint8_t *part = buf_extend(made, PART_BYTES);
	assert_non_null(part);
	memset(part, 'a' + (int)(work->turns % 26), PART_BYTES);
	work->stage->turns++;
	*done = ++work->turns == TURNS;
	return work->fails && work->turns == TURNS / 2 ? ERR_CORRUPT : ERR_OK;
}

static void drop(void *context)
{
	struct work *work = context;
	work->stage->dropped++;
	free(work);
}

static size_t no_body(void *context, const struct http_request *request)
{
	(void)context;
	(void)request;
	return 0;
}

static void serve(void *context, struct http_request *request)
{
	static const struct feed_maker maker = { .turn = turn, .drop = drop };
	struct stage *stage = context;
	struct keep_row row = { .status = 200, .key = { .bytes = { 1 } } };
	bool fails = strcmp(http_target(request), "/wrong") == 0;
	if (!fails && strcmp(http_target(request), "/long") != 0) {
		stage->at_once++;
		stage->turns_then = stage->turns;
		assert_ok(http_answer(request, 200, NULL, 0, span_string("at once")));
		return;
	}
	struct work *work = malloc(sizeof *work);
	assert_non_null(work);
	*work = (struct work){ .stage = stage, .fails = fails };
	row.key.bytes[1] = fails;
	stage->begun++;
	assert_true(feed_open(&stage->feeds, request, NULL, 0, &maker, work, &row));
}

static void closed(void *context, struct http_stream *stream)
{
	struct stage *stage = context;
	feed_closed(&stage->feeds, stream);
}

static void set_up(struct stage *stage)
{
	*stage = (struct stage){ .version = 7 };
	stage->feeds = (struct feeds){ .keep = &stage->keep, .version = &stage->version };
	const struct http_options options = { .address = "127.0.0.1:0", .context = stage, .body_limit = no_body, .serve = serve,
	                                      .stream_closed = closed };
	assert_ok(http_open(&options, &stage->http));
}

static void tear_down(struct stage *stage)
{
	feed_end(&stage->feeds);
	http_close(stage->http);
	keep_free(&stage->keep);
	assert_int_equal(stage->begun, stage->dropped);
}

// One round of a loop.
static void turn_round(struct stage *stage)
{
	http_turn(stage->http);
	feed_turn(&stage->feeds);
	http_turn(stage->http);
}

static int call(const struct stage *stage, const char *target)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	char text[128];
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	to.sin_port = htons((uint16_t)atoi(strchr(http_address(stage->http), ':') + 1));
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	int size = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n", target);
	assert_int_equal(write(fd, text, (size_t)size), size);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

// All that comes until the server closes the connection.
static void hear(struct stage *stage, int fd, struct buf *heard)
{
	char bytes[16 * 1024];
	*heard = BUF_EMPTY;
	for (unsigned rounds = 0; rounds < 100000; rounds++) {
		turn_round(stage);
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		if (poll(&wait, 1, feed_waits(&stage->feeds) ? 0 : 10) <= 0)
			continue;
		ssize_t got = read(fd, bytes, sizeof bytes);
		if (got <= 0)
			break;
		buf_bytes(heard, bytes, (size_t)got);
	}
	buf_u8(heard, 0);
	assert_ok(heard->err);
	close(fd);
}

static size_t letters(const struct buf *heard)
{
	const char *body = strstr((const char *)heard->data, "\r\n\r\n");
	size_t count = 0;
	assert_non_null(body);
	for (const char *at = body; *at; at++)
		count += *at >= 'a' && *at <= 't' && at[1] == at[0]; // runs of the parts' letters: all but the last of each
	return count;
}

static bool ends_whole(const struct buf *heard)
{
	return strstr((const char *)heard->data, "\r\n0\r\n") != NULL;
}

static void others_are_answered_while_one_is_made(void **state)
{
	struct stage stage;
	struct buf heard, quick;
	(void)state;
	set_up(&stage);
	int file = call(&stage, "/long");
	while (stage.turns < 3)
		turn_round(&stage);
	hear(&stage, call(&stage, "/else"), &quick);
	assert_int_equal(stage.at_once, 1);
	assert_in_range(stage.turns_then, 3, TURNS - 1);
	hear(&stage, file, &heard);
	assert_int_equal(stage.turns, TURNS);
	assert_true(letters(&heard) >= (size_t)TURNS * (PART_BYTES - 2) - 64 && ends_whole(&heard));
	assert_non_null(strstr((const char *)heard.data, "Server-Timing: cpu;dur="));
	buf_free(&heard);
	buf_free(&quick);
	tear_down(&stage);
}

static void who_asks_for_the_same_meanwhile_is_given_what_is_made(void **state)
{
	struct stage stage;
	struct buf first, second;
	(void)state;
	set_up(&stage);
	int one = call(&stage, "/long"), other = call(&stage, "/long");
	hear(&stage, one, &first);
	hear(&stage, other, &second);
	assert_int_equal(stage.begun, 2);
	assert_int_equal(stage.turns, TURNS);
	assert_true(ends_whole(&first) && ends_whole(&second));
	buf_free(&first);
	buf_free(&second);

	stage.version++; // and after a commit it is made anew
	keep_forget_reads(&stage.keep);
	hear(&stage, call(&stage, "/long"), &first);
	assert_int_equal(stage.turns, 2 * TURNS);
	buf_free(&first);
	tear_down(&stage);
}

static void what_fails_half_way_does_not_look_whole(void **state)
{
	struct stage stage;
	struct buf heard;
	(void)state;
	set_up(&stage);
	hear(&stage, call(&stage, "/wrong"), &heard);
	assert_int_equal(stage.turns, TURNS / 2);
	assert_false(ends_whole(&heard));
	buf_free(&heard);
	tear_down(&stage);
}

static void a_reader_who_goes_away_costs_nothing_more(void **state)
{
	struct stage stage;
	(void)state;
	set_up(&stage);
	int file = call(&stage, "/long");
	while (stage.turns < 2)
		turn_round(&stage);
	const struct linger at_once = { .l_onoff = 1 };
	setsockopt(file, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(file);
	while (!stage.dropped)
		turn_round(&stage);
	assert_in_range(stage.turns, 2, TURNS);
	assert_false(feed_waits(&stage.feeds));
	tear_down(&stage);
}

static void a_server_that_ends_breaks_off_what_it_makes(void **state)
{
	struct stage stage;
	char bytes[256];
	(void)state;
	set_up(&stage);
	int file = call(&stage, "/long");
	while (stage.turns < 2)
		turn_round(&stage);
	tear_down(&stage);
	fcntl(file, F_SETFL, 0);
	ssize_t got, last = 0;
	char end[6] = "";
	while ((got = read(file, bytes, sizeof bytes)) > 0) {
		last = got;
		memcpy(end, bytes + (got > 5 ? got - 5 : 0), got > 5 ? 5 : (size_t)got);
	}
	assert_true(last > 0);
	assert_string_not_equal(end, "0\r\n\r\n");
	close(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(others_are_answered_while_one_is_made),
		cmocka_unit_test(who_asks_for_the_same_meanwhile_is_given_what_is_made),
		cmocka_unit_test(what_fails_half_way_does_not_look_whole),
		cmocka_unit_test(a_reader_who_goes_away_costs_nothing_more),
		cmocka_unit_test(a_server_that_ends_breaks_off_what_it_makes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
