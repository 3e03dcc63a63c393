#include "io/link.h"

#include <assert.h>
#include <fcntl.h>
#include <unistd.h>

#include "io/link_apart.h"
#include "io/link_inside.h"
#include "io/link_zmq.h"
#include "io/road.h"

enum err link_open(const struct link_options *options, struct link **link)
{
	return (options->program ? link_apart_open : link_zmq_open)(options, link);
}

void link_close(struct link *link)
{
	if (link)
		link->port->close(link);
}

enum err link_endpoint(const struct link *link, enum node_door door, char *text, size_t size)
{
	return link->port->endpoint(link, door, text, size);
}

enum err link_connect(struct link *link, const char *address, const struct hash *server_curve)
{
	return link->port->connect(link, address, server_curve);
}

void link_disconnect(struct link *link)
{
	link->port->disconnect(link);
}

enum err link_poll(struct link *link, int timeout_ms, struct event *events, size_t max, size_t *count)
{
	return link->port->poll(link, timeout_ms, events, max, count);
}

void link_effect(struct link *link, const struct effect *effect)
{
	assert(effect->kind != EFFECT_SEND || (effect->bytes.size > 0 && effect->bytes.size <= LIMIT_MESSAGE_BYTES));
	if (effect->kind == EFFECT_SEND || effect->kind == EFFECT_CLOSE)
		link->port->effect(link, effect); // the others are the loop's
}

int link_wake_fd(const struct link *link)
{
	return link->wake[1];
}

void link_watch(struct link *link, int fd)
{
	link->watched = fd;
}

void link_traffic(const struct link *link, uint64_t *in, uint64_t *out)
{
	*in = link->in;
	*out = link->out;
}

uint64_t link_moved(const struct link *link)
{
	return road_moved(link->connection);
}

bool link_refused(const struct link *link)
{
	return link->refused;
}

bool link_forgotten(const struct link *link)
{
	return link->forgotten;
}

struct link_health link_health(const struct link *link, enum node_door door)
{
	return link->port->health(link, door);
}

// ---- For the two kinds ----

enum err link_init(struct link *link, const struct link_port *port)
{
	*link = (struct link){ .port = port, .wake = { -1, -1 }, .watched = -1, .connection = -1 };
	if (pipe(link->wake))
		return ERR_IO;
	for (int i = 0; i < 2; i++)
		if (fcntl(link->wake[i], F_SETFL, O_NONBLOCK) || fcntl(link->wake[i], F_SETFD, FD_CLOEXEC))
			return ERR_IO;
	return ERR_OK;
}

void link_finish(struct link *link)
{
	for (int i = 0; i < 2; i++)
		if (link->wake[i] >= 0)
			close(link->wake[i]);
}

void link_drain(const struct link *link)
{
	uint8_t woken[64];
	while (read(link->wake[0], woken, sizeof woken) > 0) {
	}
}
