#include "io/knock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define REPLY_LEAST_MS 500   // of silence before a first try
#define APART_LEAST_MS 300
#define GRACE_LEAST_MS 1000  // for the connection, once a try was answered
#define GRACE_MOST_MS  10000
#define SHORT_MS       200   // a round trip of a road on which a mistake costs little

void knock_init(struct knock *knock)
{
	*knock = (struct knock){ .socket = -1 };
}

static void drop(struct knock *knock)
{
	if (knock->socket < 0)
		return;
	road_abandon(knock->socket);
	close(knock->socket);
	knock->socket = -1;
}

void knock_stop(struct knock *knock)
{
	drop(knock);
	knock_init(knock);
}

// ---- Judging ----

// How long a silence is nothing unusual: three round trips; where TCP itself must ask first, that besides.
static uint64_t usual_ms(const struct road *road)
{
	uint64_t reply = 3 * road->round_trip_ms;
	return (reply > REPLY_LEAST_MS ? reply : REPLY_LEAST_MS) + (road->unconfirmed ? 0 : ROAD_ASK_S * 1000);
}

// Once the road is there again, the connection speaks after TCP's next try at the latest.
static uint64_t grace_ms(const struct road *road)
{
	uint64_t pause = road->unconfirmed ? road->pause_ms : ROAD_ASK_S * 1000;
	uint64_t grace = pause + 2 * road->least_ms;
	return grace < GRACE_LEAST_MS ? GRACE_LEAST_MS : grace > GRACE_MOST_MS ? GRACE_MOST_MS : grace;
}

// TCP has tried once more since the road was found to be there, had time for an answer, and got none.
static bool tried_in_vain(const struct knock *knock, const struct road *road, uint64_t now_ms)
{
	uint64_t reply = 3 * road->least_ms > SHORT_MS ? 3 * road->least_ms : SHORT_MS;
	return road->least_ms < SHORT_MS && road->unconfirmed && road->sent_ms >= reply && now_ms - road->sent_ms > knock->tried_ms;
}

static void calm(struct knock *knock)
{
	knock->tried_ms = knock->answered_ms = 0;
}

enum knock_verdict knock_judge(struct knock *knock, const struct road *road, bool waiting, uint64_t now_ms)
{
	if (!road->unconfirmed && !waiting) {
		knock->owed_ms = 0;
		calm(knock);
		return KNOCK_FINE;
	}
	if (!knock->owed_ms)
		knock->owed_ms = now_ms;
	uint64_t owed = now_ms - knock->owed_ms;
	uint64_t silent = owed < road->quiet_ms ? owed : road->quiet_ms;
	if (silent < usual_ms(road)) {
		calm(knock);
		return KNOCK_FINE;
	}
	if (knock->answered_ms)
		return tried_in_vain(knock, road, now_ms) || now_ms - knock->answered_ms > grace_ms(road) ? KNOCK_LOST : KNOCK_FINE;
	uint64_t apart = 2 * road->least_ms > APART_LEAST_MS ? 2 * road->least_ms : APART_LEAST_MS;
	if (knock->tried_ms && now_ms - knock->tried_ms < apart)
		return KNOCK_FINE;
	knock->tried_ms = now_ms;
	return KNOCK_TRY;
}

// ---- Trying ----

static void begin(struct knock *knock, int connection)
{
	struct sockaddr_storage there;
	socklen_t size = sizeof there;
	drop(knock); // its first packet is lost, and TCP would wait ever longer before the next
	if (getpeername(connection, (struct sockaddr *)(void *)&there, &size))
		return;
	knock->socket = socket(there.ss_family, SOCK_STREAM, 0);
	if (knock->socket < 0 || fcntl(knock->socket, F_SETFL, O_NONBLOCK) || fcntl(knock->socket, F_SETFD, FD_CLOEXEC) ||
	    (connect(knock->socket, (const struct sockaddr *)(const void *)&there, size) && errno != EINPROGRESS && errno != ECONNREFUSED))
		drop(knock);
}

// Turned away is an answer too: somebody is there, who does not know the connection any more.
static bool answered(const struct knock *knock)
{
	struct pollfd wanted = { .fd = knock->socket, .events = POLLOUT };
	int error = 0;
	socklen_t size = sizeof error;
	if (knock->socket < 0 || poll(&wanted, 1, 0) <= 0)
		return false;
	return getsockopt(knock->socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && (error == 0 || error == ECONNREFUSED);
}

bool knock_lost(struct knock *knock, int connection, bool waiting, uint64_t now_ms)
{
	struct road road;
	if (!road_look(connection, &road))
		return false;
	if (!knock->answered_ms && answered(knock)) {
		knock->answered_ms = now_ms;
		drop(knock);
	}
	enum knock_verdict verdict = knock_judge(knock, &road, waiting, now_ms);
	if (verdict == KNOCK_TRY)
		begin(knock, connection);
	else if (!knock->tried_ms)
		drop(knock);
	return verdict == KNOCK_LOST;
}
