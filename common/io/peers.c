// The table of connected peers: two hashes over one set of rows, in the order of their last word.
#include "io/peers.h"

#include <assert.h>
#include <stdlib.h>

#define HASH_NONFATAL_OOM 1 // a row without its hash is given back (peers_hear)
#include <uthash.h>

struct peer {
	uint64_t link;
	struct hash curve;
	int socket;
	struct peer *older, *newer;
	UT_hash_handle hh;        // by route
	UT_hash_handle hh_link;   // by link
	size_t route_size;
	uint8_t route[PEERS_ROUTE_MAX];
};

void peers_init(struct peers *peers, size_t max, void (*gone)(void *context, uint64_t link), void *context)
{
	assert(max > 0);
	*peers = (struct peers){ .max = max, .gone = gone, .context = context };
}

// ---- The order of last words ----

static void unchain(struct peers *peers, struct peer *peer)
{
	*(peer->older ? &peer->older->newer : &peers->oldest) = peer->newer;
	*(peer->newer ? &peer->newer->older : &peers->newest) = peer->older;
}

static void chain(struct peers *peers, struct peer *peer)
{
	peer->older = peers->newest;
	peer->newer = NULL;
	*(peers->newest ? &peers->newest->newer : &peers->oldest) = peer;
	peers->newest = peer;
}

// ---- Rows ----

static void drop(struct peers *peers, struct peer *peer)
{
	HASH_DELETE(hh, peers->by_route, peer);
	HASH_DELETE(hh_link, peers->by_link, peer);
	unchain(peers, peer);
	peers->count--;
	free(peer);
}

static void lose(struct peers *peers, struct peer *peer)
{
	uint64_t link = peer->link;
	drop(peers, peer);
	peers->gone(peers->context, link);
}

static struct peer *find_link(const struct peers *peers, uint64_t link)
{
	struct peer *peer;
	HASH_FIND(hh_link, peers->by_link, &link, sizeof link, peer);
	return peer;
}

static enum err add(struct peers *peers, const struct peer *row)
{
	if (peers->count == peers->max)
		lose(peers, peers->oldest);
	struct peer *peer = malloc(sizeof *peer);
	if (!peer)
		return ERR_NOMEM;
	*peer = *row;
	HASH_ADD(hh, peers->by_route, route, peer->route_size, peer);
	if (!peer->hh.tbl) {
		free(peer);
		return ERR_NOMEM;
	}
	HASH_ADD(hh_link, peers->by_link, link, sizeof peer->link, peer);
	if (!peer->hh_link.tbl) {
		HASH_DELETE(hh, peers->by_route, peer);
		free(peer);
		return ERR_NOMEM;
	}
	chain(peers, peer);
	peers->count++;
	return ERR_OK;
}

void peers_free(struct peers *peers)
{
	while (peers->oldest)
		drop(peers, peers->oldest);
}

static struct peer *find_route(const struct peers *peers, struct span route)
{
	struct peer *peer;
	HASH_FIND(hh, peers->by_route, route.data, route.size, peer);
	return peer;
}

static bool is(const struct peer *peer, const struct hash *curve, int socket)
{
	return peer && hash_equal(&peer->curve, curve) && peer->socket == socket;
}

bool peers_knows(const struct peers *peers, struct span route, const struct hash *curve, int socket)
{
	return is(find_route(peers, route), curve, socket);
}

enum err peers_hear(struct peers *peers, struct span route, const struct hash *curve, int socket, uint64_t *next,
                    uint64_t *link)
{
	if (route.size == 0 || route.size > PEERS_ROUTE_MAX)
		return ERR_MALFORMED;
	struct peer *known = find_route(peers, route);
	if (is(known, curve, socket)) {
		unchain(peers, known);
		chain(peers, known);
		*link = known->link;
		return ERR_OK;
	}
	if (known)
		lose(peers, known);
	peers_lose_socket(peers, socket);

	struct peer row = { .link = *next, .curve = *curve, .socket = socket, .route_size = route.size };
	memcpy(row.route, route.data, route.size);
	enum err err = add(peers, &row);
	if (!err)
		*link = (*next)++;
	return err;
}

int peers_make_room(struct peers *peers, const struct hash *curve)
{
	struct peer *oldest = NULL;
	size_t same = 0;
	for (struct peer *peer = peers->newest; peer; peer = peer->older) {
		if (!hash_equal(&peer->curve, curve))
			continue;
		oldest = peer;
		same++;
	}
	if (same < PEERS_OF_ONE_KEY)
		oldest = peers->count == peers->max ? peers->oldest : NULL;
	int socket = oldest ? oldest->socket : -1;
	if (oldest)
		lose(peers, oldest);
	return socket;
}

int peers_socket(const struct peers *peers, uint64_t link)
{
	const struct peer *peer = find_link(peers, link);
	return peer ? peer->socket : -1;
}

bool peers_route(const struct peers *peers, uint64_t link, struct span *route)
{
	const struct peer *peer = find_link(peers, link);
	if (peer)
		*route = span_of(peer->route, peer->route_size);
	return peer;
}

void peers_forget(struct peers *peers, uint64_t link)
{
	struct peer *peer = find_link(peers, link);
	if (peer)
		drop(peers, peer);
}

void peers_lose(struct peers *peers, uint64_t link)
{
	struct peer *peer = find_link(peers, link);
	if (peer)
		lose(peers, peer);
}

void peers_lose_socket(struct peers *peers, int socket)
{
	// Few enough rows, and rare enough: a connection ended or began.
	for (struct peer *peer = socket < 0 ? NULL : peers->oldest, *newer; peer; peer = newer) {
		newer = peer->newer;
		if (peer->socket == socket)
			lose(peers, peer);
	}
}
