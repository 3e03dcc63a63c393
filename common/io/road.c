#include "io/road.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#ifndef TCP_RTO_MAX_MS // Linux 6.15
#define TCP_RTO_MAX_MS 44
#endif

#define STEP_MS        250
#define SELDOM_S       20
#define SELDOM_EVERY_S 10

static bool ask(int connection, struct tcp_info *info)
{
	socklen_t size = sizeof *info;
	memset(info, 0, sizeof *info);
	return connection >= 0 && getsockopt(connection, IPPROTO_TCP, TCP_INFO, info, &size) == 0;
}

static void set(int connection, int option, int value)
{
	setsockopt(connection, IPPROTO_TCP, option, &value, sizeof value);
}

void road_tune(int connection)
{
	static const char often_better[] = "bbr"; // where the machine has it: a packet lost here and there does not slow it down
	setsockopt(connection, IPPROTO_TCP, TCP_CONGESTION, often_better, sizeof often_better - 1);
	set(connection, TCP_RTO_MAX_MS, ROAD_PAUSE_MOST_MS);
	set(connection, TCP_THIN_LINEAR_TIMEOUTS, 1); // of little under way: even pauses
}

unsigned road_pause_ms(uint64_t round_trip_ms, uint64_t least_ms)
{
	uint64_t of_late = round_trip_ms + round_trip_ms / 2, of_road = 8 * least_ms;
	uint64_t pause = of_late > of_road ? of_late : of_road;
	pause = (pause + STEP_MS - 1) / STEP_MS * STEP_MS; // told to the machine now and then only
	return pause < ROAD_PAUSE_LEAST_MS ? ROAD_PAUSE_LEAST_MS : pause > ROAD_PAUSE_MOST_MS ? ROAD_PAUSE_MOST_MS : (unsigned)pause;
}

void road_suit(int connection, unsigned pause_ms)
{
	set(connection, TCP_RTO_MAX_MS, (int)pause_ms);
}

uint64_t road_moved(int connection)
{
	struct tcp_info info;
	return ask(connection, &info) ? info.tcpi_bytes_received + info.tcpi_bytes_acked : 0;
}

bool road_look(int connection, struct road *road)
{
	struct tcp_info info;
	if (!ask(connection, &info))
		return false;
	uint32_t quiet = info.tcpi_last_ack_recv < info.tcpi_last_data_recv ? info.tcpi_last_ack_recv : info.tcpi_last_data_recv;
	*road = (struct road){ .round_trip_ms = info.tcpi_rtt / 1000, .least_ms = info.tcpi_min_rtt / 1000,
	                       .pause_ms = info.tcpi_rto / 1000, .quiet_ms = quiet, .sent_ms = info.tcpi_last_data_sent,
	                       .unconfirmed = info.tcpi_unacked > 0 };
	return true;
}

void road_ask_often(int connection, bool often)
{
	set(connection, TCP_KEEPINTVL, often ? ROAD_ASK_S : SELDOM_EVERY_S);
	set(connection, TCP_KEEPIDLE, often ? ROAD_ASK_S : SELDOM_S);
}

void road_abandon(int connection)
{
	struct linger none = { .l_onoff = 1 };
	setsockopt(connection, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}
