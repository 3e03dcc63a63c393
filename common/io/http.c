// libmicrohttpd behind io/http.h. A request is made when its target is known, grows with its body, and is gone when
// libmicrohttpd says that it is completed, however that came.
#include "io/http_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"

static const struct {
	const char *name;
	enum http_method method;
} methods[] = {
	{ "GET", HTTP_GET }, { "HEAD", HTTP_HEAD }, { "POST", HTTP_POST }, { "PUT", HTTP_PUT }, { "DELETE", HTTP_DELETE },
};

static enum http_method method_of(const char *name)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		if (strcmp(methods[i].name, name) == 0)
			return methods[i].method;
	}
	return HTTP_OTHER;
}

// ---- What was asked ----

enum http_method http_method(const struct http_request *request)
{
	return request->method;
}

const char *http_target(const struct http_request *request)
{
	return request->target;
}

const char *http_header(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

struct span http_body(const struct http_request *request)
{
	return buf_span(&request->body);
}

const char *http_body_file(const struct http_request *request)
{
	return request->path;
}

enum err http_body_err(const struct http_request *request)
{
	return request->err;
}

bool http_too_large(const struct http_request *request)
{
	return request->too_large;
}

static bool is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, address, sizeof in);
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	}
	if (address->sa_family != AF_INET6)
		return false;
	struct sockaddr_in6 in6;
	memcpy(&in6, address, sizeof in6);
	const uint8_t *bytes = in6.sin6_addr.s6_addr;
	static const uint8_t one[16] = { [15] = 1 }, coat[12] = { [10] = 0xff, [11] = 0xff };
	return memcmp(bytes, one, sizeof one) == 0 || (memcmp(bytes, coat, sizeof coat) == 0 && bytes[12] == 127);
}

bool http_head_too_large(const struct http_request *request)
{
	return request->head_too_large;
}

bool http_strange_coding(const struct http_request *request)
{
	return request->strange_coding;
}

bool http_from_here(const struct http_request *request)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	return info && info->client_addr && is_loopback(info->client_addr);
}

void http_peer(const struct http_request *request, char text[static HTTP_ADDRESS_BYTES])
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	text[0] = '\0';
	if (!info || !info->client_addr)
		return;
	socklen_t size = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	if (getnameinfo(info->client_addr, size, text, HTTP_ADDRESS_BYTES, NULL, 0, NI_NUMERICHOST) != 0)
		text[0] = '\0';
}

// ---- Answers ----

bool http_queue(struct http_request *request, unsigned status, const struct http_header *headers, size_t count,
                struct MHD_Response *response)
{
	enum MHD_Result good = MHD_YES;
	for (size_t i = 0; i < count && good == MHD_YES; i++)
		good = MHD_add_response_header(response, headers[i].name, headers[i].value);
	if (good == MHD_YES)
		good = MHD_queue_response(request->connection, status, response);
	request->answered = good == MHD_YES;
	return request->answered;
}

static enum err queue(struct http_request *request, unsigned status, const struct http_header *headers, size_t count,
                      struct MHD_Response *response)
{
	bool queued = response && http_queue(request, status, headers, count, response);
	if (response)
		MHD_destroy_response(response);
	return queued ? ERR_OK : ERR_NOMEM;
}

enum err http_answer(struct http_request *request, unsigned status, const struct http_header *headers, size_t count, struct span body)
{
	void *bytes = (void *)(uintptr_t)body.data;
	return queue(request, status, headers, count, MHD_create_response_from_buffer(body.size, bytes, MHD_RESPMEM_MUST_COPY));
}

enum err http_answer_lasting(struct http_request *request, unsigned status, const struct http_header *headers, size_t count,
                             struct span body)
{
	void *bytes = (void *)(uintptr_t)body.data;
	return queue(request, status, headers, count, MHD_create_response_from_buffer(body.size, bytes, MHD_RESPMEM_PERSISTENT));
}

// ---- libmicrohttpd's calls ----

// The very first of a request: its target, before anything is decoded.
static void *begin_request(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct http_request *request = calloc(1, sizeof *request);
	if (!request)
		return NULL;
	*request = (struct http_request){ .http = context, .connection = connection, .body = BUF_EMPTY };
	request->target = malloc(strlen(uri) + 1);
	if (request->target)
		memcpy(request->target, uri, strlen(uri) + 1);
	return request;
}

static void end_request(void *context, struct MHD_Connection *connection, void **held, enum MHD_RequestTerminationCode code)
{
	struct http_request *request = *held;
	(void)context;
	(void)connection;
	(void)code;
	if (!request)
		return;
	if (request->stream)
		http_stream_gone(request->stream);
	buf_free(&request->body);
	if (request->path) {
		close(request->file);
		unlink(request->path);
	}
	free(request->path);
	free(request->target);
	free(request);
	*held = NULL;
}

static enum MHD_Result serve(struct http_request *request)
{
	request->http->options.serve(request->http->options.context, request);
	return request->answered ? MHD_YES : MHD_NO;
}

static size_t head_bytes(const struct http_request *request)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	return info ? info->header_size : 0;
}

// What the site gives a place is written as it comes, however large.
static void begin_file(struct http_request *request)
{
	const struct http_options *options = &request->http->options;
	char path[HTTP_PATH_BYTES];
	if (!options->body_file || !options->body_file(options->context, request, path))
		return;
	request->path = strdup(path);
	request->file = request->path ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR) : -1;
	if (request->file < 0) {
		request->err = request->path ? file_err(errno) : ERR_NOMEM;
		free(request->path);
		request->path = NULL;
	}
}

static void write_file(struct http_request *request, const char *bytes, size_t size)
{
	while (size > 0 && !request->err) {
		ssize_t written = write(request->file, bytes, size);
		if (written < 0 && errno != EINTR)
			request->err = file_err(errno);
		size_t some = written > 0 ? (size_t)written : 0;
		bytes += some;
		size -= some;
		request->written += some;
	}
}

// With the head: what is refused for it, and a body that says itself that it is too large, is answered before it is read.
static enum MHD_Result begin_body(struct http_request *request)
{
	const char *length = http_header(request, "Content-Length"), *coding = http_header(request, "Transfer-Encoding");
	request->begun = true;
	request->head_too_large = head_bytes(request) > HTTP_HEAD_BYTES;
	request->strange_coding = coding && strcasecmp(coding, "chunked") != 0;
	if (request->head_too_large || request->strange_coding)
		return serve(request);
	request->body.limit = request->http->options.body_limit(request->http->options.context, request);
	if (!length || strtoull(length, NULL, 10) <= request->body.limit) {
		begin_file(request);
		return MHD_YES;
	}
	request->too_large = true;
	return serve(request);
}

// A limit of 0 is none in a buf, and no body at all here.
static bool take_body(struct http_request *request, const char *bytes, size_t size)
{
	if (request->path && !request->too_large) {
		request->too_large = size > request->body.limit - request->written;
		if (!request->too_large)
			write_file(request, bytes, size);
		return true;
	}
	if (!request->too_large && request->body.limit)
		buf_bytes(&request->body, bytes, size);
	if (request->body.limit && !request->body.err)
		return true;
	request->too_large = true;
	request->discarded += size;
	return request->body.err != ERR_NOMEM && request->discarded <= 4 * request->body.limit + HTTP_HEAD_BYTES;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *bytes, size_t *size, void **held)
{
	struct http_request *request = *held;
	(void)context;
	(void)connection;
	(void)url;
	(void)version;
	if (!request || !request->target)
		return MHD_NO;
	request->method = method_of(method);
	if (!request->begun)
		return begin_body(request);
	if (*size == 0)
		return request->answered ? MHD_YES : serve(request);
	bool taken = take_body(request, bytes, *size);
	*size = 0;
	return taken ? MHD_YES : MHD_NO;
}

// The path is not libmicrohttpd's to decode.
static size_t leave_escaped(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context;
	(void)connection;
	return strlen(text);
}

static void say_nothing(void *context, const char *format, va_list arguments)
{
	(void)context;
	(void)format;
	(void)arguments;
}

// ---- Opening ----

// "host:port", "[host]:port" → addresses of numbers only.
static enum err parse(const char *text, struct sockaddr_storage *address)
{
	char host[HTTP_ADDRESS_BYTES];
	const char *colon = strrchr(text, ':');
	size_t size = colon ? (size_t)(colon - text) : 0;
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM }, *found;
	if (!colon || size >= sizeof host || !colon[1])
		return ERR_USAGE;
	bool bracketed = size > 1 && text[0] == '[' && text[size - 1] == ']';
	snprintf(host, sizeof host, "%.*s", (int)(bracketed ? size - 2 : size), bracketed ? text + 1 : text);
	bool any = strcmp(host, "*") == 0;
	hints.ai_family = any ? AF_INET : AF_UNSPEC;
	if ((!any && !*host) || getaddrinfo(any ? NULL : host, colon + 1, &hints, &found) != 0)
		return ERR_USAGE;
	memcpy(address, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return ERR_OK;
}

static void name_address(struct http *http)
{
	const union MHD_DaemonInfo *listening = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_LISTEN_FD);
	struct sockaddr_storage bound;
	socklen_t size = sizeof bound;
	char host[64] = "", port[16] = "";
	if (listening && getsockname(listening->listen_fd, (struct sockaddr *)&bound, &size) == 0)
		getnameinfo((struct sockaddr *)&bound, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(http->address, sizeof http->address, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

static struct MHD_Daemon *start(struct http *http, const struct sockaddr_storage *address)
{
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	if (address->ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	// The logger comes first, so that nothing said while starting goes to stderr.
	return MHD_start_daemon(flags, 0, NULL, NULL, handle, http, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
	                        MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)address, MHD_OPTION_URI_LOG_CALLBACK, begin_request, http,
	                        MHD_OPTION_NOTIFY_COMPLETED, end_request, http, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
	                        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
	                        (unsigned)HTTP_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_CONNECTION_BYTES,
	                        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

enum err http_open(const struct http_options *options, struct http **opened)
{
	struct sockaddr_storage address = { .ss_family = AF_UNSPEC };
	*opened = NULL;
	enum err err = parse(options->address, &address);
	if (err)
		return err;
	struct http *http = calloc(1, sizeof *http);
	if (!http)
		return ERR_NOMEM;
	http->options = *options;
	errno = 0;
	http->daemon = start(http, &address);
	if (!http->daemon) {
		free(http);
		return errno == EADDRINUSE ? ERR_LOCKED : errno == ENOMEM ? ERR_NOMEM : ERR_USAGE;
	}
	name_address(http);
	*opened = http;
	return ERR_OK;
}

void http_close(struct http *http)
{
	if (!http)
		return;
	http_stream_end_all(http);
	MHD_run(http->daemon); // what was suspended must be resumed before the end
	MHD_stop_daemon(http->daemon);
	free(http);
}

const char *http_address(const struct http *http)
{
	return http->address;
}

// ---- The loop ----

int http_fd(const struct http *http)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	return info ? info->epoll_fd : -1;
}

int http_wait_ms(const struct http *http)
{
	MHD_UNSIGNED_LONG_LONG wait;
	if (MHD_get_timeout(http->daemon, &wait) != MHD_YES)
		return -1;
	return wait < 60000 ? (int)wait : 60000;
}

void http_turn(struct http *http)
{
	MHD_run(http->daemon);
}
