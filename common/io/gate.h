// Who may stay connected at one door: what strangers and greedy peers can take of a process that listens.
// libzmq has no such bounds of its own. The gate hears of each connection (curve_socket_news), knows what
// it has said and was told, asks the machine how much lies between, and cuts (shutdown) those who
//
//	come too often from one address, or are the oldest of too many newcomers, or say nothing for long;
//	send more than a message and never end it (a multipart message has no bound in libzmq);
//	say what is of no use, or too much of it;
//	do not read what they asked for;
//	or were to be let go (a refused peer that stays).
//
// A newcomer is a connection that has not said anything whole: a handshake is not yet a word. What is cut
// tries again later, if it is honest. A number of a connection may be used again by the machine between
// libzmq's closing it and our hearing of it: the cut may then meet another newcomer, who tries again too.
#ifndef TRIBUTARY_IO_GATE_H
#define TRIBUTARY_IO_GATE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GATE_SOURCES    4096 // addresses told apart; those that share a place share its rate
#define GATE_PER_SECOND 100  // newcomers from one address, sustained
#define GATE_BURST      1000
#define GATE_SILENT_MS  45000 // a newcomer without a word: its handshake may stall on the way

struct gate_limits {
	size_t newcomers;       // at once
	size_t open;            // of all kinds: a newcomer goes before a peer
	uint64_t in_bytes;      // of one connection, received and part of no whole message
	uint64_t out_bytes;     // of one connection, sent to it and not taken
	uint64_t all_bytes;     // of all connections together, in either direction
	uint32_t messages;      // of one connection in its life; 0: any number
};

enum gate_state { GATE_FREE, GATE_NEWCOMER, GATE_PEER, GATE_CUT };

struct gate_row {
	enum gate_state state;
	int newer, older;       // among newcomers; -1: none
	uint64_t since_ms;
	uint64_t leave_ms;      // 0: may stay
	uint32_t messages, strange;
	bool spoke;             // a whole message since the last look
	uint64_t in, out;       // bytes accounted for: up to the last whole message; given to be sent
	uint64_t measured_ms;
	uint64_t waits_in, waits_out; // at the last look
	unsigned pause_ms;      // TCP's longest between two tries; 0: not set yet (io/road)
};

struct gate {
	struct gate_limits limits;
	struct gate_row *rows;  // owned; by the machine's number of the connection
	int row_count;
	int oldest, newest;     // of the newcomers; -1: none
	size_t open, newcomers, peers; // open: of all states but GATE_FREE
	uint64_t cut;           // counted
	uint64_t waits_in, waits_out; // sums over rows
	int looked;             // the row where the next look begins
	uint64_t looked_ms;
	struct gate_source {
		uint64_t saved_ms, at_ms;
	} *sources;             // owned
	uint8_t key[16];        // which place an address has is nobody's to know
};

enum err gate_open(struct gate *gate, const struct gate_limits *limits); // ERR_NOMEM
void gate_close(struct gate *gate);

void gate_came(struct gate *gate, int connection, uint64_t now_ms);
void gate_went(struct gate *gate, int connection);
void gate_heard(struct gate *gate, int connection, bool strange); // a whole message; `strange`: of no use to anybody
bool gate_leaving(const struct gate *gate, int connection);       // what it says is not listened to any more
void gate_told(struct gate *gate, int connection, uint64_t bytes);
void gate_let_go(struct gate *gate, int connection, uint64_t at_ms); // cut it then
void gate_drop(struct gate *gate, int connection);                   // cut it now
void gate_look(struct gate *gate, uint64_t now_ms);                  // often

#endif
