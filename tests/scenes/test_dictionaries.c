// Programs of two ages speak with each other: the later one has a dictionary more. They use the newest that both have.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cluster.h"
#include "support/support.h"
#include "sync/node_inside.h"

extern const unsigned char wire_dict[];
extern const size_t wire_dict_size;

struct play {
	struct cluster *cluster;
	struct actor *township, *desk, *tablet;
	struct frame_codec *older, *own; // the first dictionary alone; what the desk came with
};

// A program from before the second dictionary: it neither says that it has one nor could read what is packed with it.
static void is_older(struct play *play, struct actor *actor)
{
	actor->node->codec = play->older;
}

static void is_brought_up_to_date(struct play *play, struct actor *actor)
{
	actor->node->codec = play->own;
}

static int curtain_up(void **state)
{
	struct play *play = calloc(1, sizeof *play);
	assert_non_null(play);
	const struct span dictionaries[] = { span_of(wire_dict, wire_dict_size) };
	play->older = frame_codec_new_with(dictionaries, 1);
	assert_non_null(play->older);
	play->cluster = cluster_new();
	play->township = cluster_found(play->cluster, "township");
	play->desk = cluster_branch(play->township, "desk");
	play->own = frame_codec_new();
	*state = play;
	return 0;
}

static int curtain_down(void **state)
{
	struct play *play = *state;
	cluster_free(play->cluster);
	frame_codec_free(play->older);
	frame_codec_free(play->own);
	free(play);
	return 0;
}

// Enough that frames are too large for a history of their own. Gives the last record; *topic is its.
static struct id they_meet(struct play *play, char topic[static 64])
{
	static char minutes[2048] = "minutes=";
	struct id last = { { 0 } };
	while (strlen(minutes) < sizeof minutes - 64)
		strcat(minutes, "重温入党誓词，交流学习心得体会。");
	for (unsigned i = 0; i < 60; i++) {
		play->cluster->now_ms += 1000;
		snprintf(topic, 64, "topic=学习第%u号文件，关于%u", i, i * 7919);
		last = cluster_put(play->desk, "meeting", NULL, "date=2026-03-05", "type=group", topic, minutes, NULL);
	}
	return last;
}

// Then they are where they should be, both ways.
static void they_sync(struct play *play)
{
	char topic[64];
	struct id last = they_meet(play, topic);
	assert_ok(cluster_sync(play->desk));
	assert_ok(cluster_sync(play->tablet));
	assert_string_equal(cluster_get(play->tablet, play->desk, "meeting", &last, "topic"), topic + strlen("topic="));
}

static void enters(struct play *play)
{
	assert_ok(cluster_sync(play->desk));
	play->tablet = cluster_device(play->desk, "tablet");
	assert_ok(cluster_sync(play->tablet));
	assert_ok(cluster_sync(play->desk));
}

static unsigned spoken(const struct actor *actor)
{
	return actor->node->client.dictionary;
}

static void two_of_the_same_age_use_the_newest(void **state)
{
	struct play *play = *state;
	enters(play);
	they_sync(play);
	assert_int_equal(spoken(play->desk), frame_codec_newest(play->own));
	assert_true(frame_codec_newest(play->own) >= 2);
}

static void a_later_server_speaks_as_its_older_device_does(void **state)
{
	struct play *play = *state;
	is_older(play, play->desk);
	enters(play);
	is_older(play, play->tablet);
	they_sync(play);
	assert_int_equal(spoken(play->desk), FRAME_DICTIONARY_FIRST);
}

static void a_later_device_speaks_as_its_older_server_does(void **state)
{
	struct play *play = *state;
	is_older(play, play->township);
	enters(play);
	they_sync(play);
	assert_int_equal(spoken(play->desk), FRAME_DICTIONARY_FIRST);
	assert_int_equal(spoken(play->tablet), FRAME_DICTIONARY_FIRST);
}

static void whoever_is_brought_up_to_date_is_understood_at_once(void **state)
{
	struct play *play = *state;
	is_older(play, play->desk);
	enters(play);
	they_sync(play);
	is_brought_up_to_date(play, play->desk);
	they_sync(play);
	assert_int_equal(spoken(play->desk), 2);
}

// The desk remembers that the server has the second one; then an older program stands there with the same store.
static void a_server_that_was_put_back_to_an_older_program_is_given_what_it_can_read(void **state)
{
	struct play *play = *state;
	char topic[64];
	enters(play);
	they_sync(play);
	assert_int_equal(spoken(play->desk), 2);
	struct frame_codec *own = play->township->node->codec;
	is_older(play, play->township);
	they_meet(play, topic);
	assert_int_equal(cluster_sync(play->desk), ERR_UNREACHABLE); // it is called again, as after any broken connection
	assert_ok(cluster_sync(play->desk));
	assert_int_equal(spoken(play->desk), FRAME_DICTIONARY_FIRST);
	play->township->node->codec = own;
	they_sync(play);
	assert_int_equal(spoken(play->desk), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_of_the_same_age_use_the_newest, curtain_up, curtain_down),
		cmocka_unit_test_setup_teardown(a_later_server_speaks_as_its_older_device_does, curtain_up, curtain_down),
		cmocka_unit_test_setup_teardown(a_later_device_speaks_as_its_older_server_does, curtain_up, curtain_down),
		cmocka_unit_test_setup_teardown(whoever_is_brought_up_to_date_is_understood_at_once, curtain_up, curtain_down),
		cmocka_unit_test_setup_teardown(a_server_that_was_put_back_to_an_older_program_is_given_what_it_can_read, curtain_up, curtain_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
