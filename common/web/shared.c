// Signing in and out, and what pages ask for first.
#include "web/shared.h"

#include <sodium.h>
#include <stdio.h>

#include "io/machine.h"
#include "log/hash.h"
#include "web/problem.h"
#include "web/site_inside.h"
#include "cli/titles.h"
#include "web/text.h"

// By name, by the place they come from, and all together: what a password costs to try is our time too.
static const struct limiter_rule by_name = { .burst = 5, .each_ms = 30000 };
static const struct limiter_rule by_place = { .burst = 20, .each_ms = 5000 };
static const struct limiter_rule by_all = { .burst = 10, .each_ms = 300 };

static json_t *session_document(const struct exchange *exchange, json_t *document)
{
	const struct account *account = exchange_account(exchange);
	if (account) {
		char unit[ID_TEXT_BYTES];
		id_format(&account->unit, unit);
		json_object_set_new(document, "name", json_string(account->name));
		json_object_set_new(document, "role", json_string(account_role_name(account->role)));
		json_object_set_new(document, "unit", json_string(unit));
	}
	json_object_set_new(document, "local", json_boolean(!account));
	json_object_set_new(document, "expires", json_integer((json_int_t)session_expires(exchange->session)));
	return document;
}

// Who I am, and of which unit: its name is the store's to say.
static int session_show(struct command *command)
{
	struct exchange *exchange = exchange_of(command);
	const struct account *account = exchange_account(exchange);
	const struct id *unit = account ? &account->unit : &command->home.self.unit;
	char hex[ID_TEXT_BYTES];
	id_format(unit, hex);
	json_t *document = json_pack("{s:s,s:s,s:s}", "unit", hex, "unit_name", lookup_unit_name(&command->look, unit), "unit_path",
	                             lookup_unit_path(&command->look, unit));
	enum err err = output_document(command->call->out, document ? session_document(exchange, document) : NULL);
	return command_done(command, err, PHRASE_CANNOT_PRINT, NULL);
}

static void set_cookie(struct exchange *exchange, const char *token)
{
	char *cookie = arena_alloc(&exchange->arena, DOOR_COOKIE_BYTES);
	if (!cookie)
		return;
	door_cookie(&exchange->site->door, token, cookie);
	exchange_header(exchange, "Set-Cookie", cookie);
}

static void sign_in(struct exchange *exchange, const struct account *account)
{
	char token[SESSION_TOKEN_BYTES];
	if (exchange->session) {
		live_end(&exchange->site->live, &exchange->session->key);
		session_close(exchange->session);
	}
	exchange->session = session_open(&exchange->site->sessions, account, machine_now_ms(), token);
	set_cookie(exchange, token);
	sodium_memzero(token, sizeof token);
	exchange_answer(exchange, 200, session_document(exchange, json_object()));
}

// ---- With a token: the local page ----

static void sign_in_local(struct exchange *exchange)
{
	struct site *site = exchange->site;
	const char *token = json_string_value(json_object_get(exchange->body, "token"));
	struct hash key = session_key(token ? token : "");
	bool good = token && !hash_is_zero(&site->token) && machine_now_ms() < site->token_until &&
	            sodium_memcmp(key.bytes, site->token.bytes, sizeof key.bytes) == 0;
	if (!good) {
		exchange_problem(exchange, 401, ERR_UNAUTHORISED, PHRASE_PAGE_WRONG_TOKEN, NULL);
		return;
	}
	sodium_memzero(&site->token, sizeof site->token);
	sign_in(exchange, &(struct account){ .role = ACCOUNT_ADMINISTRATOR });
}

// ---- With a password: the server's page ----

// Behind a proxy on this machine the address that counts is the one that the proxy saw.
static struct hash place_of(const struct exchange *exchange)
{
	char peer[HTTP_ADDRESS_BYTES];
	const char *told = http_from_here(exchange->request) ? http_header(exchange->request, "X-Real-IP") : NULL;
	http_peer(exchange->request, peer);
	return hash_bytes(HASH_BLAKE2B_256, span_string(told ? told : peer));
}

static bool may_try(struct exchange *exchange, const char *name)
{
	struct limiter *limiter = &exchange->site->limiter;
	const struct { const struct limiter_rule *rule; struct hash who; } tries[] = {
		{ &by_place, place_of(exchange) },
		{ &by_name, session_key(name) },
		{ &by_all, session_key("") },
	};
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
		uint64_t wait;
		char *seconds = arena_alloc(&exchange->arena, 24);
		if (limiter_take(limiter, tries[i].rule, &tries[i].who, machine_now_ms(), &wait))
			continue;
		if (seconds) {
			snprintf(seconds, 24, "%llu", (unsigned long long)(wait / 1000 + 1));
			exchange_header(exchange, "Retry-After", seconds);
		}
		exchange_problem(exchange, 429, ERR_AGAIN, PHRASE_PAGE_TOO_OFTEN, NULL);
		return false;
	}
	return true;
}

static enum err find_account(struct site *site, const char *name, struct account *account)
{
	struct txn txn;
	enum err err = txn_begin(site->options.home->store, STORE_READ, &txn);
	if (err)
		return err;
	err = account_get(&txn, name, account);
	txn_abort(&txn);
	return err;
}

// Guesses are counted; who knows the password may come as often as it pleases.
static void sign_in_known(struct exchange *exchange, const char *name, const struct account *account)
{
	const struct hash who = session_key(name);
	limiter_give(&exchange->site->limiter, &by_name, &who);
	sign_in(exchange, account);
}

static void sign_in_server(struct exchange *exchange)
{
	struct account account;
	const char *name = json_string_value(json_object_get(exchange->body, "name"));
	const char *password = json_string_value(json_object_get(exchange->body, "password"));
	if (!name || !password || strlen(password) != json_string_length(json_object_get(exchange->body, "password"))) {
		exchange_problem(exchange, 400, ERR_USAGE, PHRASE_PAGE_BAD_MEMBER, name ? "password" : "name");
		return;
	}
	if (!may_try(exchange, name))
		return;
	enum err err = find_account(exchange->site, name, &account);
	if (err && err != ERR_NOT_FOUND && err != ERR_CORRUPT)
		exchange_problem(exchange, problem_status(err), err, PHRASE_CANNOT_READ, NULL);
	else if (!account_password_is(err ? NULL : &account, password))
		exchange_problem(exchange, 401, ERR_UNAUTHORISED, PHRASE_PAGE_WRONG_PASSWORD, NULL);
	else
		sign_in_known(exchange, name, &account);
}

static void session_begin(struct exchange *exchange)
{
	if (exchange->site->options.local)
		sign_in_local(exchange);
	else
		sign_in_server(exchange);
}

static void session_end(struct exchange *exchange)
{
	if (exchange->session) {
		live_end(&exchange->site->live, &exchange->session->key);
		session_close(exchange->session);
		exchange->session = NULL;
	}
	set_cookie(exchange, NULL);
	exchange_nothing(exchange);
}

// ---- Which addresses there are ----

static const char *const froms[] = {
	[ROUTE_END] = "", [ROUTE_PATH] = "path", [ROUTE_QUERY] = "query", [ROUTE_BODY] = "body", [ROUTE_FIELDS] = "fields", [ROUTE_TEXT] = "",
};

static json_t *words_of(const struct route *route)
{
	json_t *all = json_array();
	for (size_t i = 0; i < ROUTE_WORDS_MAX && route->words[i].from; i++) {
		const struct route_word *word = &route->words[i];
		if (*froms[word->from])
			json_array_append_new(all, json_pack("{s:s,s:s,s:b}", "name", word->name, "in", froms[word->from], "required",
			                                     word->from == ROUTE_PATH || (word->flags & ROUTE_REQUIRED) != 0));
	}
	return all;
}

static int routes_show(struct command *command)
{
	const struct site_options *options = &exchange_of(command)->site->options;
	json_t *all = json_array();
	const struct route *route;
	for (size_t at = 0; (route = site_route(options, at)) != NULL; at++)
		json_array_append_new(all, json_pack("{s:s,s:s,s:s,s:s?,s:b,s:o}", "method", route_method_name(route->method), "path", route->path,
		                                     "role", account_role_name(route->role), "verb", route->verb, "file", (route->flags & ROUTE_RAW) != 0, "words",
		                                     words_of(route)));
	return command_done(command, output_document(command->call->out, json_pack("{s:o}", "routes", all)), PHRASE_CANNOT_PRINT, NULL);
}

// ---- The catalogue, live changes ----

static int text_show(struct command *command)
{
	return command_done(command, output_document(command->call->out, text_catalogue(phrase_language())), PHRASE_CANNOT_PRINT, NULL);
}

static int titles_show(struct command *command)
{
	if (!command->pack)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_AGAIN, .what = PHRASE_NO_PACK, .why = "", .remedy = PHRASE_REMEDY_NO_PACK });
	return command_done(command, output_document(command->call->out, titles_json(command->pack)), PHRASE_CANNOT_PRINT, NULL);
}

static void events_open(struct exchange *exchange)
{
	static const struct http_header headers[] = {
		{ "Content-Type", "text/event-stream" }, { "Cache-Control", "no-store" },
		{ "X-Accel-Buffering", "no" },           { "X-Content-Type-Options", "nosniff" },
	};
	struct site *site = exchange->site;
	site_look(site, true);
	exchange->answered = live_open(&site->live, exchange->request, headers, sizeof headers / sizeof headers[0],
	                               &exchange->session->key, site->version, http_header(exchange->request, "Last-Event-ID"));
	if (!exchange->answered)
		exchange_problem(exchange, 503, ERR_AGAIN, PHRASE_NONE, NULL);
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .path = "/api/v1/session", .role = ACCOUNT_VIEWER, .mode = COMMAND_READ, .work = session_show,
	  .flags = ROUTE_FRESH | ROUTE_ANYWHERE },
	{ .method = HTTP_POST, .path = "/api/v1/session", .role = ACCOUNT_ANYBODY, .handle = session_begin,
	  .words = { { ROUTE_BODY, "token", NULL, 0 }, { ROUTE_BODY, "name", NULL, 0 }, { ROUTE_BODY, "password", NULL, 0 } } },
	{ .method = HTTP_DELETE, .path = "/api/v1/session", .role = ACCOUNT_ANYBODY, .handle = session_end },
	{ .method = HTTP_GET, .path = "/api/v1/routes", .role = ACCOUNT_ANYBODY, .mode = COMMAND_READ, .work = routes_show,
	  .flags = ROUTE_ANYWHERE },
	{ .method = HTTP_GET, .path = "/api/v1/text", .role = ACCOUNT_ANYBODY, .mode = COMMAND_READ, .work = text_show, .flags = ROUTE_ANYWHERE },
	{ .method = HTTP_GET, .path = "/api/v1/titles", .role = ACCOUNT_VIEWER, .mode = COMMAND_READ, .work = titles_show, .flags = ROUTE_ANYWHERE },
	{ .method = HTTP_GET, .path = "/api/v1/events", .role = ACCOUNT_VIEWER, .handle = events_open, .flags = ROUTE_FRESH },
	{ .method = HTTP_GET, .path = "/api/v1/status", .role = ACCOUNT_VIEWER, .verb = "status", .flags = ROUTE_FRESH },
};

const struct route_table shared_routes = { routes, sizeof routes / sizeof routes[0] };
