// Making sockets: one table of options for every socket, one for each kind.
#include "io/curve_socket.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <zmq.h>

// In the library, but declared only among zmq.h's draft options.
#define ENFORCE_ZAP_DOMAIN 93

// A road may stall for 20 s, and TCP waits some more before it tries again.
#define HANDSHAKE_MS       40000 // a connection that has not said who it is by then is closed
#define ALIVE_IDLE_S       20    // TCP's own probes tell when the other side is gone: they cost a tenth of a heartbeat, and
#define ALIVE_EVERY_S      10    // are not kept waiting by a large message that takes its time
#define ALIVE_PROBES       2
#define UNCONFIRMED_MS     40000 // what we sent and nobody confirmed: the connection is lost
#define HEARTBEAT_MS       60000 // where the machine of the other side lives and its program does not
#define HEARTBEAT_LOST_MS  180000
#define RECONNECT_MS       500   // while nobody listens; a lost connection is the loop's to renew
#define RECONNECT_MAX_MS   30000
#define CONNECT_MS         8000  // a new try is sooner there than TCP's fourth
#define RECEIVE_MARK       4     // messages of one peer that wait here; the rest waits in TCP
#define SEND_MARK          64    // messages for one peer, at most; their bytes are io/gate's to bound
#define BACKLOG            4096 // the machine may know better
#define LAST_WORDS_MS      1000  // a closed parent connection may still send what it was given

#define CURVE_OVERHEAD     33 // libzmq measures a message as it travels: command name, nonce, flags, tag

struct setting {
	int option;
	int value;
};

static const struct setting common_settings[] = {
	{ .option = ZMQ_IPV6, .value = 1 },
	{ .option = ZMQ_SNDHWM, .value = SEND_MARK },
	{ .option = ZMQ_RCVHWM, .value = RECEIVE_MARK },
	{ .option = ZMQ_HANDSHAKE_IVL, .value = HANDSHAKE_MS },
	{ .option = ZMQ_HEARTBEAT_IVL, .value = HEARTBEAT_MS },
	{ .option = ZMQ_HEARTBEAT_TIMEOUT, .value = HEARTBEAT_LOST_MS },
	{ .option = ZMQ_HEARTBEAT_TTL, .value = HEARTBEAT_LOST_MS },
	{ .option = ZMQ_TCP_KEEPALIVE, .value = 1 },
	{ .option = ZMQ_TCP_KEEPALIVE_IDLE, .value = ALIVE_IDLE_S },
	{ .option = ZMQ_TCP_KEEPALIVE_INTVL, .value = ALIVE_EVERY_S },
	{ .option = ZMQ_TCP_KEEPALIVE_CNT, .value = ALIVE_PROBES },
	{ .option = ZMQ_TCP_MAXRT, .value = UNCONFIRMED_MS },
};

static const struct setting listen_settings[] = {
	{ .option = ZMQ_LINGER, .value = 0 },
	{ .option = ZMQ_BACKLOG, .value = BACKLOG },
	{ .option = ZMQ_CURVE_SERVER, .value = 1 },
	{ .option = ENFORCE_ZAP_DOMAIN, .value = 1 },
	{ .option = ZMQ_ROUTER_MANDATORY, .value = 1 }, // else what cannot be sent is dropped in silence
	{ .option = ZMQ_ROUTER_HANDOVER, .value = 0 },
};

static const struct setting connect_settings[] = {
	{ .option = ZMQ_LINGER, .value = LAST_WORDS_MS },
	{ .option = ZMQ_IMMEDIATE, .value = 1 }, // nothing is queued for a connection that does not stand
	{ .option = ZMQ_RECONNECT_IVL, .value = RECONNECT_MS },
	{ .option = ZMQ_RECONNECT_IVL_MAX, .value = RECONNECT_MAX_MS },
	{ .option = ZMQ_CONNECT_TIMEOUT, .value = CONNECT_MS },
};

static const struct {
	int number;
	enum err err;
} translations[] = {
	{ .number = EADDRINUSE, .err = ERR_LOCKED },
	{ .number = EADDRNOTAVAIL, .err = ERR_USAGE },
	{ .number = ENODEV, .err = ERR_USAGE },
	{ .number = EINVAL, .err = ERR_USAGE },
	{ .number = EPROTONOSUPPORT, .err = ERR_USAGE },
	{ .number = ENOCOMPATPROTO, .err = ERR_USAGE },
	{ .number = EACCES, .err = ERR_UNAUTHORISED },
	{ .number = ENOMEM, .err = ERR_NOMEM },
};

static enum err translate(int number)
{
	for (size_t i = 0; i < sizeof translations / sizeof translations[0]; i++)
		if (translations[i].number == number)
			return translations[i].err;
	return ERR_IO;
}

static bool set_all(void *socket, const struct setting *settings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (zmq_setsockopt(socket, settings[i].option, &settings[i].value, sizeof settings[i].value))
			return false;
	return true;
}

static bool set_bytes(void *socket, int option, const void *bytes, size_t size)
{
	return zmq_setsockopt(socket, option, bytes, size) == 0;
}

static bool set_common(void *socket, size_t max_bytes)
{
	int64_t max = (int64_t)max_bytes + CURVE_OVERHEAD;
	return set_all(socket, common_settings, sizeof common_settings / sizeof common_settings[0]) &&
	       set_bytes(socket, ZMQ_MAXMSGSIZE, &max, sizeof max);
}

// The monitor speaks from libzmq's thread through a pipe, and would stop that thread when the pipe is
// full: so ours has no mark, and it stands before the first connection can.
static bool watch(void *zmq, struct curve_socket *socket, int events)
{
	char endpoint[64];
	int unbounded = 0;
	snprintf(endpoint, sizeof endpoint, "inproc://tributary.monitor.%p", socket->socket);
	if (zmq_socket_monitor(socket->socket, endpoint, events))
		return false;
	socket->monitor = zmq_socket(zmq, ZMQ_PAIR);
	return socket->monitor && zmq_setsockopt(socket->monitor, ZMQ_RCVHWM, &unbounded, sizeof unbounded) == 0 &&
	       zmq_setsockopt(socket->monitor, ZMQ_LINGER, &unbounded, sizeof unbounded) == 0 &&
	       zmq_connect(socket->monitor, endpoint) == 0;
}

static enum err opened(struct curve_socket *socket, bool done)
{
	enum err err = done ? ERR_OK : translate(zmq_errno());
	if (err)
		curve_socket_close(socket);
	return err;
}

enum err curve_socket_listen(void *zmq, const struct identity *identity, const char *domain, const char *endpoint,
                             size_t max_bytes, struct curve_socket *socket)
{
	*socket = (struct curve_socket){ .socket = zmq_socket(zmq, ZMQ_ROUTER) };
	assert(*domain != '\0'); // an empty domain lets everybody in
	return opened(socket,
	              socket->socket && set_common(socket->socket, max_bytes) &&
	              set_all(socket->socket, listen_settings, sizeof listen_settings / sizeof listen_settings[0]) &&
	              set_bytes(socket->socket, ZMQ_CURVE_SECRETKEY, identity->curve_secret, sizeof identity->curve_secret) &&
	              set_bytes(socket->socket, ZMQ_ZAP_DOMAIN, domain, strlen(domain)) &&
	              watch(zmq, socket, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED) && zmq_bind(socket->socket, endpoint) == 0);
}

enum err curve_socket_connect(void *zmq, const struct identity *identity, const struct hash *server,
                              const char *endpoint, size_t max_bytes, struct curve_socket *socket)
{
	const int events = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
	                   ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
	*socket = (struct curve_socket){ .socket = zmq_socket(zmq, ZMQ_DEALER) };
	return opened(socket,
	              socket->socket && set_common(socket->socket, max_bytes) &&
	              set_all(socket->socket, connect_settings, sizeof connect_settings / sizeof connect_settings[0]) &&
	              set_bytes(socket->socket, ZMQ_CURVE_SERVERKEY, server->bytes, sizeof server->bytes) &&
	              set_bytes(socket->socket, ZMQ_CURVE_PUBLICKEY, identity->curve_public.bytes, LIMIT_HASH_BYTES) &&
	              set_bytes(socket->socket, ZMQ_CURVE_SECRETKEY, identity->curve_secret, sizeof identity->curve_secret) &&
	              watch(zmq, socket, events) && zmq_connect(socket->socket, endpoint) == 0);
}

void curve_socket_close(struct curve_socket *socket)
{
	if (socket->monitor) {
		zmq_socket_monitor(socket->socket, NULL, 0);
		zmq_close(socket->monitor);
	}
	if (socket->socket)
		zmq_close(socket->socket);
	*socket = (struct curve_socket){ .socket = NULL };
}

// Two frames: event u16 ‖ value u32 in the machine's byte order, then an address.
enum curve_news curve_socket_news(const struct curve_socket *socket, int *connection)
{
	uint8_t frame[6], address[256];
	uint16_t event;
	int32_t value;
	if (!socket->monitor || zmq_recv(socket->monitor, frame, sizeof frame, ZMQ_DONTWAIT) != (int)sizeof frame)
		return CURVE_NOTHING;
	zmq_recv(socket->monitor, address, sizeof address, ZMQ_DONTWAIT);
	memcpy(&event, frame, sizeof event);
	memcpy(&value, frame + sizeof event, sizeof value);
	*connection = value;
	if (event == ZMQ_EVENT_ACCEPTED || event == ZMQ_EVENT_CONNECTED)
		return CURVE_CAME;
	if (event == ZMQ_EVENT_CONNECT_RETRIED)
		return CURVE_AGAIN;
	return event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED ? CURVE_READY : CURVE_LOST;
}
