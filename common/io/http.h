// HTTP for pages: libmicrohttpd in external epoll mode, its epoll descriptor in the loop of whoever serves. No
// threads. Requests are given whole, their bodies bounded; what is answered is bytes, or a stream that stays open
// (server-sent events).
//
// libmicrohttpd parses the head; the target is given as it came, and what it means is decided above (web/target). A head
// above HTTP_HEAD_BYTES is given to `serve` as such. Beyond HTTP_CONNECTION_BYTES, and where a request breaks HTTP itself,
// libmicrohttpd answers (431, 414, 400, 413, 505 in HTML) and closes: nobody above is asked, and it has no way to be told what to say.
#ifndef TRIBUTARY_IO_HTTP_H
#define TRIBUTARY_IO_HTTP_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

#define HTTP_HEAD_BYTES       (32 * 1024)
#define HTTP_CONNECTION_BYTES (256 * 1024) // one connection's memory, touched as far as it is used
#define HTTP_CONNECTIONS      512
#define HTTP_IDLE_SECONDS     30
#define HTTP_ADDRESS_BYTES    128
#define HTTP_PATH_BYTES       4400

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_OTHER };

struct http;
struct http_request;
struct http_stream;

struct http_header {
	const char *name, *value;
};

struct http_options {
	const char *address;   // "127.0.0.1:8080", "[::1]:8080"; port 0: a free one
	void *context;
	// How many bytes of body are taken for this request; more is given to `serve` as too_large.
	size_t (*body_limit)(void *context, const struct http_request *request);
	// Where its body is to be kept, if not in memory: a file that is not there yet, and is gone when the request is. May be NULL.
	bool (*body_file)(void *context, const struct http_request *request, char path[static HTTP_PATH_BYTES]);
	// A whole request. Answers with http_answer or http_stream_open, once, before it returns.
	void (*serve)(void *context, struct http_request *request);
	void (*stream_closed)(void *context, struct http_stream *stream); // gone after this
};

enum err http_open(const struct http_options *options, struct http **http); // ERR_LOCKED: in use; ERR_USAGE: not an address
void http_close(struct http *http);
const char *http_address(const struct http *http); // as it was bound: "127.0.0.1:41234"

// For the loop: when the descriptor is readable, or the time has passed, http_turn.
int http_fd(const struct http *http);
int http_wait_ms(const struct http *http);         // -1: no limit
void http_turn(struct http *http);

enum http_method http_method(const struct http_request *request);
const char *http_target(const struct http_request *request);                   // "/api/v1/list?limit=5"
const char *http_header(const struct http_request *request, const char *name); // NULL: none
struct span http_body(const struct http_request *request);
const char *http_body_file(const struct http_request *request); // where the body is kept; NULL: in memory
enum err http_body_err(const struct http_request *request);     // it could not be kept there: ERR_FULL, ERR_IO …
bool http_too_large(const struct http_request *request);
bool http_head_too_large(const struct http_request *request);
bool http_strange_coding(const struct http_request *request); // a Transfer-Encoding that is not "chunked": its body is not read
void http_peer(const struct http_request *request, char text[static HTTP_ADDRESS_BYTES]); // its address, without the port
bool http_from_here(const struct http_request *request);                       // the peer is on this machine

// Copies the body. ERR_NOMEM: the connection is closed.
enum err http_answer(struct http_request *request, unsigned status, const struct http_header *headers, size_t count, struct span body);
// The body lives as long as the program.
enum err http_answer_lasting(struct http_request *request, unsigned status, const struct http_header *headers, size_t count,
                             struct span body);

// An answer that grows: at most so many bytes wait for a reader that does not read; more break it off. NULL: no memory, nothing was
// answered.
struct http_stream *http_stream_open(struct http_request *request, const struct http_header *headers, size_t count, size_t most,
                                     void *context);
void *http_stream_context(const struct http_stream *stream);
size_t http_stream_waiting(const struct http_stream *stream);                 // bytes not taken yet
void http_stream_write(struct http_stream *stream, struct span bytes);
void http_stream_trailer(struct http_stream *stream, const char *name, const char *value); // a header behind the body; before its end
void http_stream_end(struct http_stream *stream);   // when what was written has been sent
void http_stream_break(struct http_stream *stream); // the reader is to see that it was not whole

#endif
