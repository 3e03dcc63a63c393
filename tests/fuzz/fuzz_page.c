// Requests of whoever is signed in, and of strangers: METHOD ' ' TARGET '\n' BODY, over a real store. Whatever comes is
// answered once; a refusal is a problem body that says its own status; nothing but JSON comes back.
//
// libmicrohttpd stays outside: what stands here instead of io/http gives the request and takes the answer.
#include "fuzz.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/figures.h"
#include "cli/report.h"
#include "io/machine.h"
#include "io/pack_yaml.h"
#include "sync/join.h"
#include "web/site.h"

const unsigned fuzz_effort = 30;

// ---- In the place of io/http ----

struct http {
	struct http_options options;
};

struct http_request {
	enum http_method method;
	const char *target, *cookie;
	struct span body;
	unsigned answers, status;
	char type[64], set_cookie[256];
	struct buf answer;
};

static struct http door;

enum err http_open(const struct http_options *options, struct http **http)
{
	door.options = *options;
	*http = &door;
	return ERR_OK;
}

void http_close(struct http *http)
{
	(void)http;
}

const char *http_address(const struct http *http)
{
	(void)http;
	return "127.0.0.1:7480";
}

int http_fd(const struct http *http)
{
	(void)http;
	return -1;
}

int http_wait_ms(const struct http *http)
{
	(void)http;
	return -1;
}

void http_turn(struct http *http)
{
	(void)http;
}

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
	static const char *const fixed[][2] = {
		{ "Host", "127.0.0.1:7480" }, { "Tributary-Page", "1" }, { "Content-Type", "application/json" }, { "Accept-Encoding", "gzip" },
	};
	for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
		if (strcmp(fixed[i][0], name) == 0)
			return fixed[i][1];
	}
	return strcmp(name, "Cookie") == 0 ? request->cookie : NULL;
}

struct span http_body(const struct http_request *request)
{
	return request->body;
}

bool http_too_large(const struct http_request *request)
{
	return request->body.size > door.options.body_limit(door.options.context, request);
}

const char *http_body_file(const struct http_request *request)
{
	(void)request;
	return NULL;
}

enum err http_body_err(const struct http_request *request)
{
	(void)request;
	return ERR_OK;
}

bool http_head_too_large(const struct http_request *request)
{
	(void)request;
	return false;
}

bool http_strange_coding(const struct http_request *request)
{
	(void)request;
	return false;
}

void http_peer(const struct http_request *request, char text[static HTTP_ADDRESS_BYTES])
{
	(void)request;
	memcpy(text, "192.0.2.1", sizeof "192.0.2.1");
}

bool http_from_here(const struct http_request *request)
{
	(void)request;
	return true;
}

enum err http_answer(struct http_request *request, unsigned status, const struct http_header *headers, size_t count, struct span body)
{
	request->answers++;
	request->status = status;
	for (size_t i = 0; i < count; i++) {
		FUZZ_HOLDS(!strpbrk(headers[i].value, "\r\n"));
		if (strcmp(headers[i].name, "Content-Type") == 0)
			snprintf(request->type, sizeof request->type, "%s", headers[i].value);
		if (strcmp(headers[i].name, "Set-Cookie") == 0)
			snprintf(request->set_cookie, sizeof request->set_cookie, "%s", headers[i].value);
	}
	buf_bytes(&request->answer, body.data, body.size);
	return ERR_OK;
}

enum err http_answer_lasting(struct http_request *request, unsigned status, const struct http_header *headers, size_t count,
                             struct span body)
{
	return http_answer(request, status, headers, count, body);
}

struct http_stream *http_stream_open(struct http_request *request, const struct http_header *headers, size_t count, size_t most,
                                     void *context)
{
	(void)request;
	(void)headers;
	(void)count;
	(void)most;
	(void)context;
	return NULL; // there is no room: 503
}

void *http_stream_context(const struct http_stream *stream)
{
	(void)stream;
	return NULL;
}

void http_stream_write(struct http_stream *stream, struct span bytes)
{
	(void)stream;
	(void)bytes;
}

void http_stream_end(struct http_stream *stream)
{
	(void)stream;
}

void http_stream_break(struct http_stream *stream)
{
	(void)stream;
}

void http_stream_trailer(struct http_stream *stream, const char *name, const char *value)
{
	(void)stream;
	(void)name;
	(void)value;
}

size_t http_stream_waiting(const struct http_stream *stream)
{
	(void)stream;
	return 0;
}

// ---- The page ----

static const struct verb verbs[] = {
	{ .name = "put", .arguments = "", .least = 2, .most = -1, .run = put_run,
	  .options = { { "unit", "UNIT", PHRASE_OPTION_OWNER, false }, { "record", "RECORD", PHRASE_OPTION_RECORD, false } } },
	{ .name = "get", .arguments = "", .least = 2, .most = 2, .run = get_run, .options = { { "unit", "UNIT", PHRASE_OPTION_OWNER, false } } },
	{ .name = "list", .arguments = "", .least = 1, .most = -1, .run = list_run,
	  .options = { { "unit", "UNIT", PHRASE_OPTION_OWNER, false }, { "overdue", NULL, PHRASE_OPTION_OVERDUE, false } } },
	{ .name = "mail send", .arguments = "", .least = 2, .most = 2, .run = mail_send_run },
	{ .name = "figures", .arguments = "", .run = figures_run, .options = FIGURES_OPTIONS },
	{ .name = "status", .arguments = "", .run = mail_list_run },
};

static const struct verb_program program = { .name = "fuzz", .directory = "", .verbs = verbs, .verb_count = sizeof verbs / sizeof verbs[0] };

#define UNIT { ROUTE_QUERY, "unit", "unit", ROUTE_UNIT }
#define KIND { ROUTE_PATH, "kind", NULL, 0 }
static const struct route routes[] = {
	{ .method = HTTP_GET, .path = "/api/v1/figures", .role = ACCOUNT_VIEWER, .verb = "figures",
	  .words = { UNIT, { ROUTE_QUERY, "period", "period", 0 }, { ROUTE_QUERY, "metric", "metric", 0 }, { ROUTE_QUERY, "by", "by", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/records/{kind}", .role = ACCOUNT_VIEWER, .verb = "list",
	  .words = { KIND, UNIT, { ROUTE_QUERY, "where", NULL, 0 }, { ROUTE_QUERY, "overdue", "overdue", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/records/{kind}/{record}", .role = ACCOUNT_VIEWER, .verb = "get",
	  .words = { KIND, { ROUTE_PATH, "record", NULL, 0 }, UNIT } },
	{ .method = HTTP_POST, .path = "/api/v1/records/{kind}", .role = ACCOUNT_REVIEWER, .verb = "put",
	  .words = { KIND, { ROUTE_FIELDS, "fields", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "record", "record", 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/letters", .role = ACCOUNT_REVIEWER, .verb = "mail send",
	  .words = { { ROUTE_BODY, "to", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "text", NULL, ROUTE_REQUIRED } } },
};

static struct home home;
static struct site *site;
static char cookie[256];
static char directory[] = "/dev/shm/fuzz-page-XXXXXX";

static void tidy_up(void)
{
	static const char *const files[] = { "store/data.mdb", "store/lock.mdb", "store", "identity", "guard", "guard.lock", "root.key", "" };
	site_close(site);
	home_close(&home);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char path[128];
		snprintf(path, sizeof path, "%s/%s", directory, files[i]);
		if (unlink(path))
			rmdir(path);
	}
}

static void found(void)
{
	struct identity root;
	struct arena arena;
	struct txn txn;
	struct buf pack = BUF_EMPTY;
	const char *why;
	uint8_t seed[DRBG_SEED_BYTES];
	arena_init(&arena, LIMIT_DECODE_BYTES);
	FUZZ_HOLDS(pack_yaml_compile(TRIBUTARY_SOURCE "/packs/party-branch.yaml", &pack, &arena, &why) == ERR_OK);
	machine_random(seed, sizeof seed);
	FUZZ_HOLDS(home_create(directory, &home) == ERR_OK && home_root_create(directory, NULL, &root) == ERR_OK);
	FUZZ_HOLDS(txn_begin(home.store, STORE_WRITE, &txn) == ERR_OK);
	FUZZ_HOLDS(join_found(&txn, &home.self, &root, "县委", "county", buf_span(&pack), machine_now_ms(), seed) == ERR_OK);
	FUZZ_HOLDS(txn_commit(&txn) == ERR_OK);
	buf_free(&pack);
	arena_free(&arena);
}

static void play(struct http_request *request)
{
	door.options.serve(door.options.context, request);
}

static void open_page(void)
{
	static const struct asset_table none = { NULL, 0 };
	const struct site_options options = { .program = &program, .home = &home, .address = "127.0.0.1:0", .local = true,
	                                      .tables = { { routes, sizeof routes / sizeof routes[0] } }, .table_count = 1, .assets = &none };
	char token[SESSION_TOKEN_BYTES], body[128];
	FUZZ_HOLDS(sodium_init() >= 0 && mkdtemp(directory) != NULL);
	found();
	FUZZ_HOLDS(site_open(&options, &site) == ERR_OK);
	site_token(site, token);
	snprintf(body, sizeof body, "{\"token\":\"%s\"}", token);
	struct http_request request = { .method = HTTP_POST, .target = "/api/v1/session", .body = span_string(body) };
	play(&request);
	FUZZ_HOLDS(request.status == 200);
	memcpy(cookie, request.set_cookie, strcspn(request.set_cookie, ";"));
	buf_free(&request.answer);
	atexit(tidy_up);
}

// ---- One request ----

static void judge(const struct http_request *request)
{
	json_t *document = json_loadb((const char *)request->answer.data, request->answer.size, 0, NULL);
	FUZZ_HOLDS(request->answers == 1 && request->status >= 200 && request->status < 600);
	if (request->status >= 400) {
		FUZZ_HOLDS(strcmp(request->type, "application/problem+json") == 0);
		FUZZ_HOLDS(json_integer_value(json_object_get(document, "status")) == (json_int_t)request->status);
	} else if (request->answer.size) {
		FUZZ_HOLDS(strcmp(request->type, "application/json") == 0 && document);
	}
	json_decref(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct { const char *name; enum http_method method; } methods[] = {
		{ "GET ", HTTP_GET }, { "POST ", HTTP_POST }, { "PUT ", HTTP_PUT }, { "DELETE ", HTTP_DELETE }, { "HEAD ", HTTP_HEAD },
	};
	char target[TARGET_BYTES + 16];
	if (!site)
		open_page();
	struct http_request request = { .method = HTTP_OTHER, .cookie = cookie };
	struct span rest = span_of(data, size);
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		size_t length = strlen(methods[i].name);
		if (rest.size > length && memcmp(rest.data, methods[i].name, length) == 0 && request.method == HTTP_OTHER) {
			request.method = methods[i].method;
			rest = span_of(rest.data + length, rest.size - length);
		}
	}
	const uint8_t *end = memchr(rest.data ? rest.data : (const uint8_t *)"", '\n', rest.size);
	size_t length = end ? (size_t)(end - rest.data) : rest.size;
	if (length >= sizeof target || (request.method == HTTP_DELETE && length >= 15)) // nobody signs out here
		return 0;
	memcpy(target, rest.data ? rest.data : (const uint8_t *)"", length);
	target[length] = '\0';
	request.target = target;
	request.body = end ? span_of(end + 1, rest.size - length - 1) : span_of(NULL, 0);
	play(&request);
	judge(&request);
	buf_free(&request.answer);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	static const char *const seeds[] = {
		"GET /api/v1/figures?period=2026-03&metric=members&unit=.\n",
		"GET /api/v1/records/member?where=name%3D%E5%BC%A0%E4%B8%89&limit=10&cursor=5&lang=zh\n",
		"GET /api/v1/records/member/00112233445566778899aabbccddeeff\n",
		"POST /api/v1/records/circular\n{\"fields\":{\"title\":\"通知\",\"date\":\"2026-03-05\",\"level\":null,\"a+\":[\"x\",1,true]},\"record\":\"x\"}",
		"POST /api/v1/letters\n{\"to\":\".\",\"text\":\"--json\"}",
		"POST /api/v1/session\n{\"token\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		"GET /api/v1/text?lang=en\n", "HEAD /api/v1/routes\n", "PUT /\n", "",
	};
	if (number >= sizeof seeds / sizeof seeds[0])
		return false;
	buf_string(input, seeds[number]);
	return true;
}
