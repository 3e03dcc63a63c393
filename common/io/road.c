#include "io/road.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#ifndef TCP_RTO_MAX_MS // Linux 6.15
#define TCP_RTO_MAX_MS 44
#endif

// TCP doubles its pauses in a stall: after 20 s of nothing it may sleep another 20 when the road is there again.
#define LONGEST_PAUSE_MS 8000

void road_tune(int connection)
{
	int longest = LONGEST_PAUSE_MS, yes = 1;
	setsockopt(connection, IPPROTO_TCP, TCP_RTO_MAX_MS, &longest, sizeof longest);
	setsockopt(connection, IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, &yes, sizeof yes); // of little under way: even pauses
}

uint64_t road_moved(int connection)
{
	struct tcp_info info;
	socklen_t size = sizeof info;
	memset(&info, 0, sizeof info);
	if (connection < 0 || getsockopt(connection, IPPROTO_TCP, TCP_INFO, &info, &size))
		return 0;
	return info.tcpi_bytes_received + info.tcpi_bytes_acked;
}
