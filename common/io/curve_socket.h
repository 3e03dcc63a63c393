// ZeroMQ sockets as this project wants them: CURVE, bounded, watched. Each comes with a monitor that
// says what became of its connections.
#ifndef TRIBUTARY_IO_CURVE_SOCKET_H
#define TRIBUTARY_IO_CURVE_SOCKET_H

#include "log/identity.h"

struct curve_socket {
	void *socket;  // owned
	void *monitor; // PAIR; owned
};

// What a monitor tells.
enum curve_news {
	CURVE_NOTHING, // none waits
	CURVE_CAME,    // a connection was accepted, or made; it may never become more than that
	CURVE_AGAIN,   // a connection could not be made, and will be tried again
	CURVE_READY,   // the handshake succeeded
	CURVE_LOST,    // a connection ended, or never came to be
};

// A ROUTER that serves CURVE under the ZAP domain, takes messages of at most `max_bytes`, and listens.
// ERR_LOCKED: the address is in use; ERR_USAGE: not an address of this machine; ERR_UNAUTHORISED; ERR_IO.
enum err curve_socket_listen(void *zmq, const struct identity *identity, const char *domain, const char *endpoint,
                             size_t max_bytes, struct curve_socket *socket);

// A DEALER towards one server. ERR_USAGE: not an address.
enum err curve_socket_connect(void *zmq, const struct identity *identity, const struct hash *server,
                              const char *endpoint, size_t max_bytes, struct curve_socket *socket);

void curve_socket_close(struct curve_socket *socket); // harmless on a closed one

// The next piece of news; *connection is the machine's number of the connection it speaks of.
enum curve_news curve_socket_news(const struct curve_socket *socket, int *connection);

#endif
