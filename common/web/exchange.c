// What was asked, and sending what is answered.
#include "web/exchange.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/machine.h"
#include "web/problem.h"
#include "web/site_inside.h"

enum { TIMING_BYTES = 64 };

static const char plain_type[] = "application/json";

// ---- What was asked ----

struct exchange *exchange_of(const struct command *command)
{
	return command->call->context;
}

const char *exchange_path(const struct exchange *exchange, const char *name)
{
	int place = route_place(exchange->route, name);
	return place < 0 || place >= ROUTE_PLACES_MAX || !exchange->places[place] ? "" : exchange->places[place];
}

const char *exchange_query(const struct exchange *exchange, const char *name)
{
	return target_query(&exchange->target, name);
}

json_t *exchange_body(const struct exchange *exchange)
{
	return exchange->body;
}

struct span exchange_raw(const struct exchange *exchange)
{
	return http_body(exchange->request);
}

const struct account *exchange_account(const struct exchange *exchange)
{
	return exchange->site->options.local || !exchange->session ? NULL : &exchange->session->account;
}

void *exchange_context(const struct exchange *exchange)
{
	return exchange->site->options.context;
}

int exchange_unit(struct command *command, const char *text, struct id *unit)
{
	const struct account *account = exchange_account(exchange_of(command));
	if (!text && account) {
		*unit = account->unit;
		return VERB_OK;
	}
	int code = command_unit(command, text, unit);
	if (code || !account || id_equal(unit, &account->unit) || charter_is_ancestor(&command->txn, &account->unit, unit))
		return code;
	return verb_fail(command->call, &(struct verb_failure){
		.err = ERR_UNAUTHORISED, .what = PHRASE_PAGE_NOT_YOUR_UNIT, .where = text, .why = "" });
}

// ---- Answering ----

void exchange_file(struct exchange *exchange, const char *type, const char *filename)
{
	exchange->type = type;
	exchange->filename = filename;
}

void exchange_feed(struct exchange *exchange, const struct feed_maker *maker, void *making)
{
	exchange->maker = maker;
	exchange->making = making;
}

void exchange_header(struct exchange *exchange, const char *name, const char *value)
{
	if (value && exchange->header_count < EXCHANGE_HEADERS)
		exchange->headers[exchange->header_count++] = (struct http_header){ name, value };
}

// No inline script, no inline style, nothing from elsewhere, in nobody's frame.
static const struct http_header always[] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; font-src 'none'; "
	  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
};

// The characters of RFC 5987's attr-char stay; the rest is escaped.
static const char *disposition(struct exchange *exchange, const char *filename)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	size_t room = 3 * strlen(filename) + 64;
	char *text = arena_alloc(&exchange->arena, room);
	if (!text)
		return NULL;
	size_t size = (size_t)snprintf(text, room, "attachment; filename*=UTF-8''");
	for (const char *at = filename; *at; at++)
		size += (size_t)snprintf(text + size, room - size, strchr(plain, *at) ? "%c" : "%%%02X", (unsigned char)*at);
	return text;
}

static void add_always(struct exchange *exchange, const char *type, size_t size)
{
	for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
		exchange_header(exchange, always[i].name, always[i].value);
	if (exchange->site->door.secure)
		exchange_header(exchange, "Strict-Transport-Security", "max-age=31536000");
	char *timing = arena_alloc(&exchange->arena, TIMING_BYTES);
	if (timing) {
		snprintf(timing, TIMING_BYTES, "app;dur=%.2f, cpu;dur=%.2f", (double)(machine_monotonic_ns() - exchange->began) / 1e6,
		         (double)(machine_processor_ns() - exchange->spent) / 1e6);
		exchange_header(exchange, "Server-Timing", timing);
	}
	if (size)
		exchange_header(exchange, "Content-Type", type);
	exchange->answered = true;
}

void exchange_send_lasting(struct exchange *exchange, unsigned status, const char *type, bool immutable, struct span body)
{
	exchange_header(exchange, "Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
	add_always(exchange, type, body.size);
	http_answer_lasting(exchange->request, status, exchange->headers, exchange->header_count, body);
}

static void add_caching(struct exchange *exchange)
{
	exchange_header(exchange, "Cache-Control", hash_is_zero(&exchange->tag) ? "no-store" : "private, no-cache");
	exchange_header(exchange, "Vary", "Accept-Language, Cookie");
}

void exchange_send(struct exchange *exchange, unsigned status, const char *type, struct span body)
{
	add_caching(exchange);
	add_always(exchange, type, body.size);
	http_answer(exchange->request, status, exchange->headers, exchange->header_count, body);
}

static void add_tag(struct exchange *exchange)
{
	char hex[HASH_TEXT_BYTES];
	char *text = arena_alloc(&exchange->arena, HASH_TEXT_BYTES + 2);
	if (hash_is_zero(&exchange->tag) || !text)
		return;
	hash_format(&exchange->tag, hex);
	snprintf(text, HASH_TEXT_BYTES + 2, "\"%.32s\"", hex);
	exchange_header(exchange, "ETag", text);
}

// The next page's address: this one with its place in the list instead of the former.
static void add_link(struct exchange *exchange)
{
	struct buf text = BUF_EMPTY;
	char number[48];
	buf_string(&text, "<");
	buf_string(&text, exchange->target.path);
	const char *query = strchr(http_target(exchange->request), '?');
	char sign = '?';
	while (query && *query) {
		const char *pair = query + 1;
		size_t size = strcspn(pair, "&");
		if (size && strncmp(pair, "cursor=", 7) != 0) {
			buf_u8(&text, (uint8_t)sign);
			buf_bytes(&text, pair, size);
			sign = '&';
		}
		query = pair + size;
	}
	snprintf(number, sizeof number, "%ccursor=%zu>; rel=\"next\"", sign, exchange->page.skip + exchange->page.most);
	buf_string(&text, number);
	if (!text.err && !memchr(text.data, '\n', text.size))
		exchange_header(exchange, "Link", arena_string(&exchange->arena, buf_span(&text)));
	buf_free(&text);
}

void exchange_send_kept(struct exchange *exchange, const struct keep_row *row)
{
	char *exit = arena_alloc(&exchange->arena, 16);
	if (row->exit && exit) {
		snprintf(exit, 16, "%d", row->exit);
		exchange_header(exchange, "Tributary-Exit", exit);
	}
	if (row->more)
		add_link(exchange);
	if (!row->problem)
		add_tag(exchange);
	else
		exchange->tag = (struct hash){ .bytes = { 0 } };
	if (row->filename[0] && !row->problem)
		exchange_header(exchange, "Content-Disposition", disposition(exchange, row->filename));
	const char *type = row->problem ? "application/problem+json" : row->type[0] ? row->type : plain_type;
	exchange_send(exchange, row->status, type, buf_span(&row->body));
}

void exchange_send_fed(struct exchange *exchange, const struct keep_row *row)
{
	add_tag(exchange);
	if (row->filename[0])
		exchange_header(exchange, "Content-Disposition", disposition(exchange, row->filename));
	add_caching(exchange);
	add_always(exchange, row->type[0] ? row->type : plain_type, 1);
	if (!feed_open(&exchange->site->feeds, exchange->request, exchange->headers, exchange->header_count, exchange->maker,
	               exchange->making, row)) {
		exchange->header_count = 0;
		exchange_problem(exchange, 503, ERR_NOMEM, PHRASE_NONE, NULL);
	}
}

static void send_document(struct exchange *exchange, unsigned status, const char *type, json_t *document)
{
	char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;
	json_decref(document);
	exchange_send(exchange, text ? status : 500, type, span_string(text ? text : ""));
	free(text);
}

void exchange_answer(struct exchange *exchange, unsigned status, json_t *document)
{
	add_tag(exchange);
	send_document(exchange, status, plain_type, document);
}

void exchange_problem(struct exchange *exchange, unsigned status, enum err err, enum phrase what, const char *where)
{
	exchange->tag = (struct hash){ .bytes = { 0 } };
	send_document(exchange, status, "application/problem+json", problem_make(status, err, what, where, "", PHRASE_NONE));
}

void exchange_told(struct exchange *exchange, const char *told)
{
	unsigned status;
	json_t *problem = problem_told(told, &status);
	exchange->tag = (struct hash){ .bytes = { 0 } };
	send_document(exchange, status, "application/problem+json", problem);
}

void exchange_nothing(struct exchange *exchange)
{
	exchange_send(exchange, 204, plain_type, span_of(NULL, 0));
}
