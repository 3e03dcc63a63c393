#include "support/link_actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/machine.h"

#define WAIT_MS 120000 // ends what hangs; no machine is so slow

static bool admit(void *context, const struct hash *curve)
{
	struct link_actor *actor = context;
	actor->asked++;
	for (size_t i = 0; i < actor->guest_count; i++)
		if (hash_equal(&actor->guests[i], curve))
			return true;
	return false;
}

struct link_actor *link_actor_enter(const char *name, bool server)
{
	struct link_actor *actor = calloc(1, sizeof *actor);
	assert_non_null(actor);
	uint8_t seed[IDENTITY_SEED_BYTES];
	machine_random(seed, sizeof seed);
	identity_derive(seed, &actor->identity);
	actor->name = name;
	const char *anywhere = server ? "tcp://127.0.0.1:*" : NULL;
	struct link_options options = { .identity = &actor->identity, .sync = anywhere, .porch = anywhere, .admit = admit,
	                                .admit_context = actor };
	assert_ok(link_open(&options, &actor->link));
	if (server) {
		assert_ok(link_endpoint(actor->link, NODE_DOOR_SYNC, actor->sync, sizeof actor->sync));
		assert_ok(link_endpoint(actor->link, NODE_DOOR_PORCH, actor->porch, sizeof actor->porch));
	}
	return actor;
}

void link_actor_leave(struct link_actor *actor)
{
	link_close(actor->link);
	free(actor);
}

void link_actor_invite(struct link_actor *server, const struct link_actor *guest)
{
	assert_in_range(server->guest_count, 0, LINK_ACTOR_GUESTS - 1);
	server->guests[server->guest_count++] = guest->identity.curve_public;
}

void link_actor_call(struct link_actor *client, const struct link_actor *server, enum node_door door)
{
	assert_ok(link_connect(client->link, door == NODE_DOOR_SYNC ? server->sync : server->porch,
	                       &server->identity.curve_public));
}

void link_actor_send(struct link_actor *actor, enum node_door door, uint64_t link, struct span bytes)
{
	struct effect effect = { .kind = EFFECT_SEND, .door = door, .link = link, .bytes = bytes };
	link_effect(actor->link, &effect);
}

void link_actor_say(struct link_actor *actor, enum node_door door, uint64_t link, const char *text)
{
	link_actor_send(actor, door, link, span_string(text));
}

static void act(struct link_actor *actor, int ms)
{
	struct event events[64];
	size_t count;
	assert_ok(link_poll(actor->link, ms, events, sizeof events / sizeof events[0], &count));
	for (size_t i = 0; i < count; i++) {
		assert_true(actor->heard_count < LINK_ACTOR_HEARD);
		struct link_heard *heard = &actor->heard[actor->heard_count++];
		*heard = (struct link_heard){ .kind = events[i].kind, .link = events[i].link, .door = events[i].door,
		                              .curve = events[i].curve, .size = events[i].bytes.size };
		size_t shown = heard->size < LINK_ACTOR_TEXT - 1 ? heard->size : LINK_ACTOR_TEXT - 1;
		if (shown)
			memcpy(heard->text, events[i].bytes.data, shown);
	}
}

static const struct link_heard *listen_for(struct link_actor *who, enum event_kind kind)
{
	while (who->heard_next < who->heard_count) {
		const struct link_heard *heard = &who->heard[who->heard_next++];
		if (heard->kind == kind)
			return heard;
	}
	return NULL;
}

const struct link_heard *link_actor_wait(struct link_actor *who, enum event_kind kind, struct link_actor *const *all,
                                         size_t count)
{
	uint64_t until = machine_monotonic_ns() + (uint64_t)WAIT_MS * 1000000;
	for (;;) {
		const struct link_heard *heard = listen_for(who, kind);
		if (heard || machine_monotonic_ns() > until)
			return heard;
		for (size_t i = 0; i < count; i++)
			act(all[i], 1);
	}
}

void link_actor_idle(struct link_actor *const *all, size_t count, int ms)
{
	uint64_t until = machine_monotonic_ns() + (uint64_t)ms * 1000000;
	do
		for (size_t i = 0; i < count; i++)
			act(all[i], 1);
	while (machine_monotonic_ns() < until);
}
