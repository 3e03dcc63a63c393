#include "io/gate.h"

#include <assert.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "io/machine.h"
#include "io/road.h"

#define ROWS_AT_FIRST 256
#define LOOK_EVERY_MS 20
#define STRANGE_MAX   16 // messages of no use from one connection
#define LOOK_ROWS     512 // at most so many connections are asked about at once
#define HEARTBEAT_BYTES_PER_SECOND 64 // what libzmq says and hears beside messages, amply

enum err gate_open(struct gate *gate, const struct gate_limits *limits)
{
	*gate = (struct gate){ .limits = *limits, .oldest = -1, .newest = -1 };
	gate->sources = calloc(GATE_SOURCES, sizeof *gate->sources);
	machine_random(gate->key, sizeof gate->key);
	return gate->sources ? ERR_OK : ERR_NOMEM;
}

void gate_close(struct gate *gate)
{
	free(gate->rows);
	free(gate->sources);
	*gate = (struct gate){ .oldest = -1, .newest = -1 };
}

// ---- Rows ----

static struct gate_row *row_of(struct gate *gate, int connection)
{
	bool known = connection >= 0 && connection < gate->row_count && gate->rows[connection].state != GATE_FREE;
	return known ? &gate->rows[connection] : NULL;
}

static bool room_for(struct gate *gate, int connection)
{
	int count = gate->row_count ? gate->row_count : ROWS_AT_FIRST;
	while (count <= connection)
		count *= 2;
	if (count == gate->row_count)
		return true;
	struct gate_row *rows = realloc(gate->rows, (size_t)count * sizeof *rows);
	if (!rows)
		return false;
	memset(rows + gate->row_count, 0, (size_t)(count - gate->row_count) * sizeof *rows);
	gate->rows = rows;
	gate->row_count = count;
	return true;
}

static void join_newcomers(struct gate *gate, int connection)
{
	struct gate_row *row = &gate->rows[connection];
	row->older = gate->newest;
	row->newer = -1;
	*(gate->newest >= 0 ? &gate->rows[gate->newest].newer : &gate->oldest) = connection;
	gate->newest = connection;
	gate->newcomers++;
}

static void leave_newcomers(struct gate *gate, const struct gate_row *row)
{
	*(row->older >= 0 ? &gate->rows[row->older].newer : &gate->oldest) = row->newer;
	*(row->newer >= 0 ? &gate->rows[row->newer].older : &gate->newest) = row->older;
	gate->newcomers--;
}

static void become(struct gate *gate, struct gate_row *row, enum gate_state state)
{
	if (row->state == GATE_NEWCOMER)
		leave_newcomers(gate, row);
	gate->peers += state == GATE_PEER;
	gate->peers -= row->state == GATE_PEER;
	row->state = state;
}

// libzmq sees the end of the connection and closes it.
static void cut(struct gate *gate, int connection)
{
	struct gate_row *row = &gate->rows[connection];
	if (row->state == GATE_CUT)
		return;
	become(gate, row, GATE_CUT);
	gate->cut++;
	shutdown(connection, SHUT_RDWR);
}

// ---- Addresses ----

// A token bucket for each address, kept as time: a newcomer costs 1 s / rate. Of IPv6 the network counts.
static bool source_has_room(struct gate *gate, int connection, uint64_t now_ms)
{
	const uint64_t full = GATE_BURST * 1000 / GATE_PER_SECOND, cost = 1000 / GATE_PER_SECOND;
	struct sockaddr_storage from = { .ss_family = AF_UNSPEC };
	socklen_t size = sizeof from;
	uint8_t text[16] = { 0 }, digest[crypto_shorthash_BYTES];
	uint64_t place;
	if (getpeername(connection, (struct sockaddr *)(void *)&from, &size))
		return true; // it has left already
	if (from.ss_family == AF_INET)
		memcpy(text, &((const struct sockaddr_in *)(const void *)&from)->sin_addr, 4);
	else if (from.ss_family == AF_INET6)
		memcpy(text, &((const struct sockaddr_in6 *)(const void *)&from)->sin6_addr, 16);
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	if (from.ss_family == AF_INET6 && memcmp(text, mapped, sizeof mapped) != 0)
		memset(text + 8, 0, 8);
	crypto_shorthash(digest, text, sizeof text, gate->key);
	memcpy(&place, digest, sizeof place);
	struct gate_source *source = &gate->sources[place % GATE_SOURCES];
	uint64_t saved = source->at_ms ? source->saved_ms + (now_ms - source->at_ms) : full;
	source->at_ms = now_ms;
	source->saved_ms = saved < full ? saved : full;
	if (source->saved_ms < cost)
		return false;
	source->saved_ms -= cost;
	return true;
}

// ---- What happens to a connection ----

void gate_came(struct gate *gate, int connection, uint64_t now_ms)
{
	if (connection < 0)
		return;
	gate_went(gate, connection);
	if (!room_for(gate, connection)) {
		shutdown(connection, SHUT_RDWR);
		return;
	}
	gate->rows[connection] = (struct gate_row){ .state = GATE_NEWCOMER, .since_ms = now_ms, .measured_ms = now_ms };
	gate->open++;
	join_newcomers(gate, connection);
	if (!source_has_room(gate, connection, now_ms))
		cut(gate, connection);
	while (gate->newcomers > gate->limits.newcomers ||
	       (gate->newcomers > 0 && gate->newcomers + gate->peers > gate->limits.open))
		cut(gate, gate->oldest);
}

void gate_went(struct gate *gate, int connection)
{
	struct gate_row *row = row_of(gate, connection);
	if (!row)
		return;
	become(gate, row, GATE_FREE);
	gate->waits_in -= row->waits_in;
	gate->waits_out -= row->waits_out;
	*row = (struct gate_row){ .state = GATE_FREE };
	gate->open--;
}

void gate_heard(struct gate *gate, int connection, bool strange)
{
	struct gate_row *row = row_of(gate, connection);
	if (!row)
		return;
	row->spoke = true;
	row->messages += row->messages < UINT32_MAX;
	row->strange += strange;
	if (row->strange > STRANGE_MAX || (gate->limits.messages && row->messages > gate->limits.messages))
		cut(gate, connection);
	else if (row->state == GATE_NEWCOMER && !strange)
		become(gate, row, GATE_PEER);
}

bool gate_leaving(const struct gate *gate, int connection)
{
	if (connection < 0 || connection >= gate->row_count)
		return false;
	const struct gate_row *row = &gate->rows[connection];
	return row->state == GATE_CUT || row->leave_ms > 0;
}

void gate_told(struct gate *gate, int connection, uint64_t bytes)
{
	struct gate_row *row = row_of(gate, connection);
	if (row)
		row->out += bytes;
}

void gate_let_go(struct gate *gate, int connection, uint64_t at_ms)
{
	struct gate_row *row = row_of(gate, connection);
	if (row && !row->leave_ms)
		row->leave_ms = at_ms;
}

void gate_drop(struct gate *gate, int connection)
{
	if (row_of(gate, connection))
		cut(gate, connection);
}

// ---- Looking ----

static uint64_t less(uint64_t from, uint64_t what)
{
	return from > what ? from - what : 0;
}

// What came since the last whole message: a peer's bytes come in order, so it is part of the next one.
static uint64_t unfinished(struct gate_row *row, uint64_t arrived, uint64_t passed_ms)
{
	row->in += passed_ms * HEARTBEAT_BYTES_PER_SECOND / 1000;
	if (row->spoke || row->in > arrived)
		row->in = arrived;
	row->spoke = false;
	return arrived - row->in;
}

// What libzmq or the machine still holds for the peer.
static uint64_t untaken(struct gate_row *row, uint64_t taken)
{
	if (row->out < taken)
		row->out = taken; // heartbeats, and what encryption adds
	return row->out - taken;
}

static void suit(struct gate_row *row, int connection, const struct tcp_info *info)
{
	unsigned pause = road_pause_ms(info->tcpi_rtt / 1000, info->tcpi_min_rtt / 1000);
	if (pause != row->pause_ms)
		road_suit(connection, pause);
	row->pause_ms = pause;
}

// What waits unread in the machine's own buffer is bounded there, and is no memory of ours.
static void measure(struct gate *gate, int connection, uint64_t now_ms)
{
	struct gate_row *row = &gate->rows[connection];
	struct tcp_info info;
	socklen_t size = sizeof info;
	int unread = 0;
	memset(&info, 0, sizeof info);
	if (getsockopt(connection, IPPROTO_TCP, TCP_INFO, &info, &size) || ioctl(connection, SIOCINQ, &unread))
		return; // not a connection any more
	suit(row, connection, &info);
	gate->waits_in -= row->waits_in;
	gate->waits_out -= row->waits_out;
	row->waits_in = unfinished(row, less(info.tcpi_bytes_received, (uint64_t)(unread > 0 ? unread : 0)),
	                           now_ms - row->measured_ms);
	row->waits_out = untaken(row, info.tcpi_bytes_acked);
	row->measured_ms = now_ms;
	gate->waits_in += row->waits_in;
	gate->waits_out += row->waits_out;
	if (row->waits_in > gate->limits.in_bytes || row->waits_out > gate->limits.out_bytes)
		cut(gate, connection);
}

// The one that takes most goes first.
static void cut_greediest(struct gate *gate)
{
	int found = -1;
	uint64_t most = 0;
	for (int i = 0; i < gate->row_count; i++) {
		const struct gate_row *row = &gate->rows[i];
		uint64_t takes = row->waits_in + row->waits_out;
		if (row->state != GATE_FREE && row->state != GATE_CUT && takes > most) {
			most = takes;
			found = i;
		}
	}
	if (found >= 0)
		cut(gate, found);
}

static void look_at(struct gate *gate, int connection, uint64_t now_ms)
{
	struct gate_row *row = &gate->rows[connection];
	if (row->state == GATE_FREE || row->state == GATE_CUT)
		return;
	if (row->leave_ms && now_ms >= row->leave_ms)
		cut(gate, connection);
	else
		measure(gate, connection, now_ms);
}

void gate_look(struct gate *gate, uint64_t now_ms)
{
	if (now_ms - gate->looked_ms < LOOK_EVERY_MS || gate->row_count == 0)
		return;
	gate->looked_ms = now_ms;
	while (gate->oldest >= 0 && now_ms - gate->rows[gate->oldest].since_ms > GATE_SILENT_MS)
		cut(gate, gate->oldest);
	int looks = gate->row_count < LOOK_ROWS ? gate->row_count : LOOK_ROWS;
	for (int i = 0; i < looks; i++) {
		gate->looked = (gate->looked + 1) % gate->row_count;
		look_at(gate, gate->looked, now_ms);
	}
	if (gate->waits_in > gate->limits.all_bytes || gate->waits_out > gate->limits.all_bytes)
		cut_greediest(gate);
}
