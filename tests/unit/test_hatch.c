// The pipe between the core and its child processes: frames arrive whole, and nonsense is called so.
#include "support/support.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/hatch.h"

#define CAPACITY (LIMIT_MESSAGE_BYTES + 64 * 1024)

struct play {
	int out;
	struct hatch_reader in;
};

static int curtain_up(void **state)
{
	struct play *play = calloc(1, sizeof *play);
	int ends[2];
	assert_non_null(play);
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(fcntl(ends[i], F_SETFL, O_NONBLOCK), 0);
	play->out = ends[1];
	assert_ok(hatch_reader_open(&play->in, ends[0], CAPACITY));
	signal(SIGPIPE, SIG_IGN);
	*state = play;
	return 0;
}

static int curtain_down(void **state)
{
	struct play *play = *state;
	close(play->out);
	hatch_reader_close(&play->in);
	free(play);
	return 0;
}

static void frames_arrive_whole_however_they_were_cut(void **state)
{
	struct play *play = *state;
	struct hatch_frame sent = { .size = 5, .kind = HATCH_MESSAGE, .door = 1, .flag = 7, .link = 1ULL << 40 | 3, .number = 9,
	                            .curve = { .bytes = { 0xab } } };
	struct hatch_frame got;
	struct span payload;
	uint8_t bytes[sizeof sent + 5];
	memcpy(bytes, &sent, sizeof sent);
	memcpy(bytes + sizeof sent, "hello", 5);
	for (size_t i = 0; i < sizeof bytes; i++) {
		assert_ok(hatch_read(&play->in));
		assert_err(NOT_FOUND, hatch_next(&play->in, &got, &payload));
		assert_int_equal(write(play->out, bytes + i, 1), 1);
	}
	assert_ok(hatch_read(&play->in));
	assert_true(hatch_waits(&play->in));
	assert_ok(hatch_next(&play->in, &got, &payload));
	assert_memory_equal(&got, &sent, sizeof sent);
	assert_true(span_equal(payload, span_string("hello")));
	assert_false(hatch_waits(&play->in));
}

static void nonsense_is_called_so(void **state)
{
	struct play *play = *state;
	struct hatch_frame got, nonsense[] = {
		{ .kind = 0 },
		{ .kind = HATCH_END },
		{ .kind = HATCH_MESSAGE, .size = LIMIT_MESSAGE_BYTES + 1 },
		{ .kind = HATCH_MESSAGE, .size = UINT32_MAX },
	};
	struct span payload;
	for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
		play->in.begin = play->in.end = 0;
		assert_int_equal(write(play->out, &nonsense[i], sizeof nonsense[i]), sizeof nonsense[i]);
		assert_ok(hatch_read(&play->in));
		assert_err(MALFORMED, hatch_next(&play->in, &got, &payload));
	}
}

static void an_end_that_is_gone_is_found_out(void **state)
{
	struct play *play = *state;
	struct hatch_frame frame = { .kind = HATCH_CLOSE };
	close(play->in.fd);
	play->in.fd = -1;
	assert_err(UNREACHABLE, hatch_write(play->out, &frame, span_of(NULL, 0), 1000));
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	play->in.fd = ends[0];
	assert_err(UNREACHABLE, hatch_read(&play->in));
}

static void who_does_not_read_is_not_waited_for_for_ever(void **state)
{
	struct play *play = *state;
	static const uint8_t large[LIMIT_MESSAGE_BYTES];
	struct hatch_frame frame = { .kind = HATCH_SEND };
	assert_err(UNREACHABLE, hatch_write(play->out, &frame, span_of(large, sizeof large), 50));
}

static void *write_largest(void *context)
{
	struct play *play = context;
	uint8_t *large = calloc(1, LIMIT_MESSAGE_BYTES);
	struct hatch_frame frame = { .kind = HATCH_SEND, .link = 4 };
	enum err err = ERR_NOMEM;
	for (size_t i = 0; i < 3 && large; i++)
		err = hatch_write(play->out, &frame, span_of(large, LIMIT_MESSAGE_BYTES), 5000);
	free(large);
	return err ? context : NULL;
}

static void the_largest_pass_one_after_another(void **state)
{
	struct play *play = *state;
	struct hatch_frame frame;
	struct span payload;
	pthread_t writer;
	void *failed;
	assert_int_equal(pthread_create(&writer, NULL, write_largest, play), 0);
	for (size_t got = 0; got < 3;) {
		assert_ok(hatch_read(&play->in));
		if (hatch_next(&play->in, &frame, &payload))
			continue;
		assert_int_equal(payload.size, LIMIT_MESSAGE_BYTES);
		assert_int_equal(frame.link, 4);
		got++;
	}
	assert_int_equal(pthread_join(writer, &failed), 0);
	assert_null(failed);
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, curtain_up, curtain_down)
	const struct CMUnitTest tests[] = {
		SCENE(frames_arrive_whole_however_they_were_cut),
		SCENE(nonsense_is_called_so),
		SCENE(an_end_that_is_gone_is_found_out),
		SCENE(who_does_not_read_is_not_waited_for_for_ever),
		SCENE(the_largest_pass_one_after_another),
	};
	return cmocka_run_group_tests_name("hatch", tests, NULL, NULL);
}
