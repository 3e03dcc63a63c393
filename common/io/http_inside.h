// Shared by the files of io/http alone.
#ifndef TRIBUTARY_IO_HTTP_INSIDE_H
#define TRIBUTARY_IO_HTTP_INSIDE_H

#include <microhttpd.h>

#include "base/buf.h"
#include "io/http.h"

struct http {
	struct MHD_Daemon *daemon;
	struct http_options options;
	struct http_stream *streams; // all that are open
	char address[HTTP_ADDRESS_BYTES];
};

struct http_request {
	struct http *http;
	struct MHD_Connection *connection;
	enum http_method method;
	char *target;                // owned
	struct buf body;
	char *path;                  // of the file that the body is in instead, open as `file`; owned
	int file;
	size_t written;
	enum err err;                // of writing it
	size_t discarded;            // bytes of body behind the limit
	bool begun;                  // the head was looked at
	bool too_large, head_too_large, strange_coding;
	bool answered;
	struct http_stream *stream;
};

// Adds the headers and gives it to the connection; the response stays the caller's to let go. False: no memory.
bool http_queue(struct http_request *request, unsigned status, const struct http_header *headers, size_t count,
                struct MHD_Response *response);
// The connection is.
void http_stream_gone(struct http_stream *stream);
void http_stream_end_all(struct http *http);

#endif
