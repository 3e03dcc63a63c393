// From a request to its answer, one step after another; each may answer and end it.
#include "web/site.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "io/machine.h"
#include "io/store_lmdb.h"
#include "web/shared.h"
#include "web/problem.h"
#include "web/site_answer.h"
#include "web/site_body.h"
#include "web/site_inside.h"

#define ARENA_BYTES ((size_t)8 * 1024 * 1024) // what one request's own words may cost

static uint64_t monotonic_ms(void)
{
	return machine_monotonic_ns() / 1000000;
}

// ---- Static files ----

static void serve_asset(struct exchange *exchange, const struct asset *asset)
{
	const char *seen = http_header(exchange->request, "If-None-Match"), *takes = http_header(exchange->request, "Accept-Encoding");
	bool same = site_answer_names(seen, asset->etag);
	if (!takes || !strstr(takes, "gzip")) { // every browser takes it
		exchange_problem(exchange, 406, ERR_VERSION, PHRASE_PAGE_WRONG_TYPE, "Accept-Encoding");
		return;
	}
	exchange_header(exchange, "ETag", asset->etag);
	exchange_header(exchange, "Content-Encoding", "gzip");
	exchange_send_lasting(exchange, same ? 304 : 200, asset->type, asset->lasting, span_of(asset->bytes, same ? 0 : asset->size));
}

// ---- Steps: each gives false when it has answered ----

static bool step_head(struct exchange *exchange)
{
	bool large = http_head_too_large(exchange->request);
	const char *accept = large ? NULL : http_header(exchange->request, "Accept-Language");
	exchange->language = accept && strncmp(accept, "zh", 2) == 0 ? PHRASE_ZH : PHRASE_EN;
	phrase_speak(&exchange->language);
	if (large)
		exchange_problem(exchange, 431, ERR_TOO_LARGE, PHRASE_PAGE_TOO_LARGE, NULL);
	else if (http_strange_coding(exchange->request))
		exchange_problem(exchange, 501, ERR_VERSION, PHRASE_PAGE_WRONG_TYPE, "Transfer-Encoding");
	return !exchange->answered;
}

static bool step_target(struct exchange *exchange)
{
	enum err err = target_parse(http_target(exchange->request), &exchange->arena, &exchange->target);
	const char *lang = err ? NULL : target_query(&exchange->target, "lang");
	const char *accept = lang ? lang : http_header(exchange->request, "Accept-Language");
	exchange->language = accept && strncmp(accept, "zh", 2) == 0 ? PHRASE_ZH : PHRASE_EN;
	phrase_speak(&exchange->language);
	if (err)
		exchange_problem(exchange, 400, ERR_MALFORMED, PHRASE_PAGE_NO_ROUTE, NULL);
	return !err;
}

static bool step_host(struct exchange *exchange)
{
	if (door_host_is_ours(&exchange->site->door, http_header(exchange->request, "Host")))
		return true;
	exchange_problem(exchange, 421, ERR_UNAUTHORISED, PHRASE_PAGE_NOT_HERE, NULL);
	return false;
}

static bool step_route(struct exchange *exchange)
{
	const struct site_options *options = &exchange->site->options;
	const struct target *target = &exchange->target;
	struct route_table tables[SITE_TABLES_MAX + 1] = { shared_routes };
	bool other;
	memcpy(tables + 1, options->tables, options->table_count * sizeof tables[0]);
	const struct asset *asset = site_answer_reads(exchange) ? asset_find(options->assets, target->path) : NULL;
	if (asset) {
		serve_asset(exchange, asset);
		return false;
	}
	exchange->route = route_find(tables, options->table_count + 1, http_method(exchange->request), target, exchange->places, &other);
	if (exchange->route)
		return true;
	exchange_problem(exchange, other ? 405 : 404, other ? ERR_USAGE : ERR_NOT_FOUND, other ? PHRASE_PAGE_NO_METHOD : PHRASE_PAGE_NO_ROUTE,
	                 target->path);
	return false;
}

static bool step_own_page(struct exchange *exchange)
{
	struct http_request *request = exchange->request;
	if (door_is_own_page(&exchange->site->door, !site_answer_reads(exchange), http_header(request, "Origin"), http_header(request, "Sec-Fetch-Site"),
	                     http_header(request, "Tributary-Page")))
		return true;
	exchange_problem(exchange, 403, ERR_UNAUTHORISED, PHRASE_PAGE_FOREIGN, NULL);
	return false;
}

// An account that was taken away, or is another now, has no session any more.
static struct session *still_there(struct site *site, struct session *session)
{
	struct account now;
	struct txn txn;
	if (!session || site->options.local)
		return session;
	if (txn_begin(site->options.home->store, STORE_READ, &txn))
		return NULL;
	enum err err = account_get(&txn, session->account.name, &now);
	txn_abort(&txn);
	bool same = !err && now.role == session->account.role && id_equal(&now.unit, &session->account.unit) &&
	            strcmp(now.hash, session->account.hash) == 0;
	if (same)
		return session;
	live_end(&site->live, &session->key);
	session_close(session);
	return NULL;
}

static bool step_session(struct exchange *exchange)
{
	struct site *site = exchange->site;
	char token[SESSION_TOKEN_BYTES];
	if (door_token(&site->door, http_header(exchange->request, "Cookie"), token))
		exchange->session = still_there(site, session_find(&site->sessions, token, machine_now_ms()));
	sodium_memzero(token, sizeof token);
	enum account_role least = exchange->route->role;
	if (least == ACCOUNT_ANYBODY || (exchange->session && exchange->session->account.role >= least))
		return true;
	if (exchange->session)
		exchange_problem(exchange, 403, ERR_UNAUTHORISED, PHRASE_PAGE_NOT_YOURS, NULL);
	else
		exchange_problem(exchange, 401, ERR_UNAUTHORISED, PHRASE_PAGE_SIGN_IN, NULL);
	return false;
}

static bool step_body(struct exchange *exchange)
{
	struct span body = http_body(exchange->request);
	const char *type = http_header(exchange->request, "Content-Type");
	if (http_too_large(exchange->request)) {
		exchange_problem(exchange, 413, ERR_TOO_LARGE, PHRASE_PAGE_TOO_LARGE, NULL);
		return false;
	}
	enum err err = http_body_err(exchange->request);
	if (err) {
		exchange_problem(exchange, problem_status(err), err, PHRASE_CANNOT_WRITE_FILE, NULL);
		return false;
	}
	if (body.size == 0 || (exchange->route->flags & ROUTE_RAW))
		return true;
	if (!type || strncmp(type, "application/json", 16) != 0 || (type[16] && type[16] != ';')) {
		exchange_problem(exchange, 415, ERR_USAGE, PHRASE_PAGE_WRONG_TYPE, type);
		return false;
	}
	exchange->body = json_loadb((const char *)body.data, body.size, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(exchange->body))
		return true;
	exchange_problem(exchange, 400, ERR_MALFORMED, PHRASE_PAGE_BAD_BODY, NULL);
	return false;
}

// ---- The answer ----

static bool step_answer(struct exchange *exchange)
{
	if (!exchange_words(exchange))
		return false;
	if (exchange->route->handle)
		exchange->route->handle(exchange);
	else
		site_answer_verb(exchange);
	if (!site_answer_reads(exchange))
		site_look(exchange->site, true);
	return exchange->answered;
}

static void serve(void *context, struct http_request *request)
{
	static bool (*const steps[])(struct exchange *) = {
		step_head, step_target, step_host, step_route, step_own_page, step_session, step_body, site_answer_kept, site_answer_replay, step_answer,
	};
	struct exchange *exchange = calloc(1, sizeof *exchange);
	if (!exchange)
		return; // the connection is closed
	exchange->site = context;
	exchange->request = request;
	exchange->began = machine_monotonic_ns();
	exchange->spent = machine_processor_ns();
	arena_init(&exchange->arena, ARENA_BYTES);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0] && !exchange->answered; i++) {
		if (!steps[i](exchange))
			break;
	}
	if (!exchange->answered)
		exchange_problem(exchange, 500, ERR_NOMEM, PHRASE_NONE, NULL);
	phrase_speak(NULL);
	json_decref(exchange->body);
	arena_free(&exchange->arena);
	free(exchange);
}

// Before anything else is known of it: files are larger than words.
static size_t body_limit(void *context, const struct http_request *request)
{
	const char *type = http_header(request, "Content-Type");
	bool reads = http_method(request) == HTTP_GET || http_method(request) == HTTP_HEAD;
	bool words = type && strncmp(type, "application/json", 16) == 0;
	if (!reads && !words && site_body_is_file(context, request))
		return EXCHANGE_LARGE_BYTES;
	return reads ? 0 : words ? EXCHANGE_BODY_BYTES : EXCHANGE_FILE_BYTES;
}

// ---- Changes ----

void site_look(struct site *site, bool at_once)
{
	uint64_t now = monotonic_ms();
	if (!at_once && now - site->looked_at < SITE_LOOK_MS)
		return;
	site->looked_at = now;
	uint64_t version = store_lmdb_version(site->options.home->store);
	if (version != site->version)
		keep_forget_reads(&site->keep);
	site->version = version;
	live_version(&site->live, version, now);
	live_beat(&site->live, now);
}

static void stream_closed(void *context, struct http_stream *stream)
{
	struct site *site = context;
	live_closed(&site->live, stream);
	feed_closed(&site->feeds, stream);
}

// ---- Opening ----

static const struct verb *find_verb(const struct verb_program *program, const char *name)
{
	for (size_t i = 0; i < program->verb_count; i++) {
		if (strcmp(program->verbs[i].name, name) == 0)
			return &program->verbs[i];
	}
	return NULL;
}

// Files are the machine's: nobody names one from afar.
static bool has_option(const struct verb *verb, const char *option)
{
	for (size_t i = 0; i < VERB_OPTIONS_MAX && verb->options[i].name; i++) {
		const char *value = verb->options[i].value;
		if (strcmp(verb->options[i].name, option) == 0)
			return !value || (!strstr(value, "FILE") && !strstr(value, "DIR"));
	}
	return false;
}

// A row that names what is not there is our own mistake.
static void check_routes(const struct site_options *options)
{
	const struct route *route;
	for (size_t at = 0; (route = site_route(options, at)) != NULL; at++) {
		const struct verb *verb = route->verb ? find_verb(options->program, route->verb) : NULL;
		assert(!!route->verb + !!route->work + !!route->handle == 1 && !route->verb == !verb);
		for (size_t i = 0; i < ROUTE_WORDS_MAX && route->words[i].from; i++) {
			const struct route_word *word = &route->words[i];
			assert(!verb || !word->option || has_option(verb, word->option));
			assert(word->from != ROUTE_PATH || route_place(route, word->name) >= 0);
		}
	}
}

enum err site_open(const struct site_options *options, struct site **opened)
{
	check_routes(options);
	bool loopback = strncmp(options->address, "127.", 4) == 0 || strncmp(options->address, "[::1]", 5) == 0;
	struct site *site = calloc(1, sizeof *site);
	*opened = NULL;
	if (!site)
		return ERR_NOMEM;
	site->options = *options;
	machine_random(site->secret, sizeof site->secret);
	machine_random(&site->live.life, sizeof site->live.life);
	site->version = site->live.told = store_lmdb_version(options->home->store);
	site->feeds = (struct feeds){ .keep = &site->keep, .version = &site->version };
	struct http_options http = { .address = options->address, .context = site, .body_limit = body_limit, .body_file = site_body_file, .serve = serve,
	                             .stream_closed = stream_closed };
	enum err err = options->local && !loopback ? ERR_USAGE : http_open(&http, &site->http);
	if (!err)
		err = door_make(&site->door, http_address(site->http), options->public_origin);
	if (err)
		site_close(site);
	else
		*opened = site;
	return err;
}

void site_close(struct site *site)
{
	if (!site)
		return;
	feed_end(&site->feeds);
	http_close(site->http);
	keep_free(&site->keep);
	sodium_memzero(site->secret, sizeof site->secret);
	free(site);
}

const char *site_address(const struct site *site)
{
	return http_address(site->http);
}

void site_token(struct site *site, char token[static SESSION_TOKEN_BYTES])
{
	session_token(token);
	site->token = session_key(token);
	site->token_until = machine_now_ms() + SITE_TOKEN_MS;
}

// ---- The loop ----

int site_fd(const struct site *site)
{
	return http_fd(site->http);
}

int site_wait_ms(const struct site *site)
{
	int wait = feed_waits(&site->feeds) ? 0 : http_wait_ms(site->http);
	return site->live.count > 0 && (wait < 0 || wait > SITE_LOOK_MS) ? SITE_LOOK_MS : wait;
}

void site_turn(struct site *site)
{
	http_turn(site->http);
	if (feed_waits(&site->feeds)) {
		feed_turn(&site->feeds);
		http_turn(site->http); // what it made goes out
	}
	if (site->live.count == 0)
		return;
	site_look(site, false);
	http_turn(site->http); // what was written into streams goes out
}

void site_tell(struct site *site, const char *event, json_t *document)
{
	static const struct hash everybody = { .bytes = { 0 } };
	live_tell(&site->live, &everybody, event, NULL, document);
}

const struct route *site_route(const struct site_options *options, size_t at)
{
	if (at < shared_routes.count)
		return &shared_routes.routes[at];
	at -= shared_routes.count;
	for (size_t i = 0; i < options->table_count; i++) {
		if (at < options->tables[i].count)
			return &options->tables[i].routes[at];
		at -= options->tables[i].count;
	}
	return NULL;
}
