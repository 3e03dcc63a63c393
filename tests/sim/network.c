#include "network.h"

#include <stdlib.h>

#include "actor.h"

struct packet {
	struct packet *next;
	struct buf bytes; // empty: the other end left
	uint64_t arrives_ms;
};

struct stream {
	struct packet *first, **last;
	uint64_t latest_ms;  // nothing overtakes
	uint64_t stalled_ms; // until then nothing arrives
	unsigned waiting;    // packets under way
};

struct link {
	struct world *world;
	uint64_t number;
	struct actor *client, *server;
	struct stream up, down;
	bool client_open, server_open;
	unsigned planned; // happenings that still name it
	uint64_t delay_ms;
};

enum { NETWORK_WAITING_MOST = 2 * LIMIT_SESSION_WINDOW };

enum { UP = 0, DOWN = 1, CLIENT_TOLD = 2, SERVER_TOLD = 3 };

static void stream_init(struct stream *stream)
{
	*stream = (struct stream){ .first = NULL };
	stream->last = &stream->first;
}

static struct packet *stream_take(struct stream *stream)
{
	struct packet *packet = stream->first;
	stream->waiting--;
	stream->first = packet->next;
	if (!stream->first)
		stream->last = &stream->first;
	return packet;
}

static void stream_drop(struct stream *stream)
{
	while (stream->first) {
		struct packet *packet = stream_take(stream);
		buf_free(&packet->bytes);
		free(packet);
	}
}

struct link *network_open(struct world *world, struct actor *client, struct actor *server)
{
	struct link *link = calloc(1, sizeof *link);
	if (!link)
		abort();
	world->links = world_grow(world->links, world->link_count, &world->link_capacity, sizeof *world->links);
	world->links[world->link_count] = link;
	link->world = world;
	link->number = ++world->link_count; // 0 is the way up
	link->client = client;
	link->server = server;
	link->client_open = link->server_open = true;
	bool slow = world->storm && world->plan.fault[PLAN_SLOW] && random_chance(&world->network, 400);
	link->delay_ms = slow ? random_between(&world->network, 500, 20000) : random_between(&world->network, 5, 300);
	stream_init(&link->up);
	stream_init(&link->down);
	return link;
}

uint64_t network_number(const struct link *link) { return link->number; }

static struct link *find(struct world *world, uint64_t number)
{
	return number > 0 && number <= world->link_count ? world->links[number - 1] : NULL;
}

static void release(struct link *link)
{
	if (link->client_open || link->server_open || link->planned > 0)
		return;
	link->world->links[link->number - 1] = NULL;
	stream_drop(&link->up);
	stream_drop(&link->down);
	free(link);
}

static void deliver(void *who, uint64_t what);

static void plan(struct link *link, uint64_t at_ms, uint64_t what)
{
	link->planned++;
	world_plan(link->world, at_ms, deliver, link, what);
}

static void tell_client(struct link *link)
{
	bool open = link->client_open;
	link->client_open = false;
	if (open)
		actor_lost_parent(link->client, link);
}

static void tell_server(struct link *link)
{
	bool open = link->server_open;
	link->server_open = false;
	if (open)
		actor_lost_child(link->server, link->number);
}

// One packet of a stream has arrived, unless it stalls or was lost meanwhile.
static void arrive(struct link *link, struct stream *stream, bool up)
{
	if (!stream->first)
		return;
	uint64_t now = link->world->now_ms;
	uint64_t due = stream->first->arrives_ms > stream->stalled_ms ? stream->first->arrives_ms : stream->stalled_ms;
	if (due > now) {
		plan(link, due, up ? UP : DOWN);
		return;
	}
	struct packet *packet = stream_take(stream);
	if (packet->bytes.size == 0)
		(up ? tell_server : tell_client)(link);
	else if (up && link->server_open)
		actor_hear_child(link->server, link->number, &link->client->self.identity.curve_public, &packet->bytes);
	else if (!up && link->client_open)
		actor_hear_parent(link->client, &packet->bytes);
	buf_free(&packet->bytes);
	free(packet);
}

static void deliver(void *who, uint64_t what)
{
	struct link *link = who;
	if (what == UP)
		arrive(link, &link->up, true);
	else if (what == DOWN)
		arrive(link, &link->down, false);
	else if (what == CLIENT_TOLD)
		tell_client(link);
	else
		tell_server(link);
	link->planned--;
	release(link);
}

// Whoever waits for answers says no more than a window of words: a link that stalls fills nobody's memory. A liar does not wait.
static void look_at_queue(struct link *link, const struct stream *stream, bool up)
{
	const struct actor *from = up ? link->client : link->server;
	if (stream->waiting > NETWORK_WAITING_MOST && !link->client->liar)
		world_fail(link->world, "%s: %u words wait on a link to %s", from->name, stream->waiting, (up ? link->server : link->client)->name);
	if (stream->waiting > link->world->waiting_most)
		link->world->waiting_most = stream->waiting;
}

static void push(struct link *link, struct stream *stream, bool up, struct span bytes)
{
	struct packet *packet = calloc(1, sizeof *packet);
	if (!packet)
		abort();
	packet->bytes = BUF_EMPTY;
	if (bytes.size)
		buf_bytes(&packet->bytes, bytes.data, bytes.size);
	uint64_t arrives = link->world->now_ms + link->delay_ms + random_below(&link->world->network, link->delay_ms + 1);
	if (arrives < stream->latest_ms)
		arrives = stream->latest_ms;
	stream->latest_ms = packet->arrives_ms = arrives;
	*stream->last = packet;
	stream->last = &packet->next;
	stream->waiting++;
	look_at_queue(link, stream, up);
	plan(link, arrives, up ? UP : DOWN);
}

void network_send_up(struct link *link, struct span bytes)
{
	if (link->client_open)
		push(link, &link->up, true, bytes);
}

void network_send_down(struct world *world, uint64_t number, struct span bytes)
{
	struct link *link = find(world, number);
	if (link && link->server_open)
		push(link, &link->down, false, bytes);
}

void network_close_up(struct link *link)
{
	if (!link->client_open)
		return;
	link->client_open = false;
	stream_drop(&link->down);
	// A process that goes at once may take unsent words along; the server is told, or finds out.
	if (link->world->storm && random_chance(&link->world->network, 200))
		stream_drop(&link->up);
	if (link->world->storm && random_chance(&link->world->network, 100))
		link->server_open = false;
	else
		push(link, &link->up, true, span_of(NULL, 0));
	release(link);
}

void network_close_down(struct world *world, uint64_t number)
{
	struct link *link = find(world, number);
	if (!link || !link->server_open)
		return;
	link->server_open = false;
	stream_drop(&link->up);
	if (link->client_open)
		push(link, &link->down, false, span_of(NULL, 0));
	release(link);
}

void network_break(struct world *world, struct link *link)
{
	stream_drop(&link->up);
	stream_drop(&link->down);
	uint64_t now = world->now_ms;
	if (link->client_open)
		plan(link, now + random_between(&world->network, 10, 40000), CLIENT_TOLD);
	bool never = world->storm && random_chance(&world->network, 300);
	if (link->server_open && never)
		link->server_open = false;
	else if (link->server_open)
		plan(link, now + random_between(&world->network, 10, 90000), SERVER_TOLD);
}

void network_break_all(struct world *world, struct actor *actor)
{
	for (size_t i = 0; i < world->link_count; i++) {
		struct link *link = world->links[i];
		if (!link || (link->client != actor && link->server != actor))
			continue;
		if (link->client == actor) // it is not there to be told
			link->client_open = false;
		if (link->server == actor)
			link->server_open = false;
		network_break(world, link);
		release(link);
	}
}

static struct link *any(struct world *world)
{
	size_t count = 0;
	for (size_t i = 0; i < world->link_count; i++)
		count += world->links[i] != NULL;
	if (count == 0)
		return NULL;
	size_t chosen = (size_t)random_below(&world->trouble, count);
	for (size_t i = 0;; i++)
		if (world->links[i] && chosen-- == 0)
			return world->links[i];
}

void network_break_some(struct world *world)
{
	struct link *link = any(world);
	if (!link)
		return;
	world_say(world, "the link %s to %s breaks", link->client->name, link->server->name);
	network_break(world, link);
}

void network_stall_some(struct world *world)
{
	struct link *link = any(world);
	if (!link)
		return;
	uint64_t until = world->now_ms + random_between(&world->trouble, 1000, 10 * WORLD_MINUTE_MS);
	uint64_t ways = random_below(&world->trouble, 3);
	world_say(world, "the link %s to %s stalls %s", link->client->name, link->server->name,
	          ways == 0 ? "upwards" : ways == 1 ? "downwards" : "both ways");
	if (ways != 1)
		link->up.stalled_ms = until;
	if (ways != 0)
		link->down.stalled_ms = until;
}

void network_settle(struct world *world)
{
	for (size_t i = 0; i < world->link_count; i++)
		if (world->links[i])
			world->links[i]->up.stalled_ms = world->links[i]->down.stalled_ms = 0;
}

void network_free(struct world *world)
{
	for (size_t i = 0; i < world->link_count; i++) {
		if (!world->links[i])
			continue;
		stream_drop(&world->links[i]->up);
		stream_drop(&world->links[i]->down);
		free(world->links[i]);
	}
	free(world->links);
	world->links = NULL;
	world->link_count = 0;
}
