// From a request to its answer, one step after another; each may answer and end it.
#include "web/site.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/machine.h"
#include "io/store_lmdb.h"
#include "log/hash.h"
#include "web/problem.h"
#include "web/shared.h"
#include "web/site_inside.h"

#define ARENA_BYTES ((size_t)8 * 1024 * 1024) // what one request's own words may cost

static uint64_t monotonic_ms(void)
{
	return machine_monotonic_ns() / 1000000;
}

// ---- Static files ----

static bool names_tag(const char *header, const char *tag)
{
	return header && (strstr(header, tag) || strcmp(header, "*") == 0);
}

static void serve_asset(struct exchange *exchange, const struct asset *asset)
{
	const char *seen = http_header(exchange->request, "If-None-Match"), *takes = http_header(exchange->request, "Accept-Encoding");
	bool same = names_tag(seen, asset->etag);
	if (!takes || !strstr(takes, "gzip")) { // every browser takes it
		exchange_problem(exchange, 406, ERR_VERSION, PHRASE_PAGE_WRONG_TYPE, "Accept-Encoding");
		return;
	}
	exchange_header(exchange, "ETag", asset->etag);
	exchange_header(exchange, "Content-Encoding", "gzip");
	exchange_send_lasting(exchange, same ? 304 : 200, asset->type, asset->lasting, span_of(asset->bytes, same ? 0 : asset->size));
}

// ---- Steps: each gives false when it has answered ----

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

static bool is_read(const struct exchange *exchange)
{
	return http_method(exchange->request) == HTTP_GET || http_method(exchange->request) == HTTP_HEAD;
}

static bool step_route(struct exchange *exchange)
{
	const struct site_options *options = &exchange->site->options;
	const struct target *target = &exchange->target;
	struct route_table tables[SITE_TABLES_MAX + 1] = { shared_routes };
	bool other;
	memcpy(tables + 1, options->tables, options->table_count * sizeof tables[0]);
	const struct asset *asset = is_read(exchange) ? asset_find(options->assets, target->path) : NULL;
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
	if (door_is_own_page(&exchange->site->door, !is_read(exchange), http_header(request, "Origin"), http_header(request, "Sec-Fetch-Site"),
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

// ---- Answers that are there already ----

static struct hash account_digest(const struct exchange *exchange)
{
	struct buf text = BUF_EMPTY;
	const struct account *account = exchange_account(exchange);
	if (account) {
		buf_u8(&text, (uint8_t)account->role);
		buf_bytes(&text, account->unit.bytes, sizeof account->unit.bytes);
	}
	buf_bytes(&text, exchange->site->secret, sizeof exchange->site->secret);
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(&text));
	buf_free(&text);
	return digest;
}

// All that an answer depends on: the commit, the hour (days pass without a commit), the language, who asks, what.
static struct hash make_tag(const struct exchange *exchange)
{
	struct buf text = BUF_EMPTY;
	struct hash who = account_digest(exchange);
	buf_bytes(&text, who.bytes, sizeof who.bytes);
	buf_u64(&text, exchange->site->version);
	buf_u64(&text, machine_now_ms() / (60 * 60 * 1000));
	buf_u32(&text, (uint32_t)machine_today());
	buf_u8(&text, (uint8_t)exchange->language);
	buf_string(&text, http_target(exchange->request));
	struct hash tag = text.err ? (struct hash){ .bytes = { 0 } } : hash_bytes(HASH_BLAKE2B_256, buf_span(&text));
	buf_free(&text);
	return tag;
}

static bool step_kept(struct exchange *exchange)
{
	char tag[40], hex[HASH_TEXT_BYTES];
	if (!is_read(exchange) || exchange->route->handle || (exchange->route->flags & ROUTE_FRESH))
		return true;
	site_look(exchange->site, true);
	exchange->tag = make_tag(exchange);
	hash_format(&exchange->tag, hex);
	snprintf(tag, sizeof tag, "\"%.32s\"", hex);
	const struct keep_row *row = keep_find_read(&exchange->site->keep, &exchange->tag);
	if (names_tag(http_header(exchange->request, "If-None-Match"), tag)) {
		exchange_send_kept(exchange, &(struct keep_row){ .status = 304 });
		return false;
	}
	if (row && !exchange->route->work) // a file's name and type are known to its `work` alone
		exchange_send_kept(exchange, row);
	return !exchange->answered;
}

static bool is_key(const char *key)
{
	size_t size = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	return size >= 8 && size <= 64 && key[size] == '\0';
}

static struct hash digest_of(const struct exchange *exchange, const char *first, struct span second)
{
	struct buf text = BUF_EMPTY;
	const struct account *account = exchange_account(exchange);
	buf_string(&text, account ? account->name : "");
	buf_u8(&text, 0);
	buf_string(&text, first);
	buf_u8(&text, 0);
	buf_bytes(&text, second.data, second.size);
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(&text));
	buf_free(&text);
	return digest;
}

static bool step_replay(struct exchange *exchange)
{
	const char *key = is_read(exchange) ? NULL : http_header(exchange->request, "Idempotency-Key");
	if (!key || exchange->route->handle)
		return true;
	if (!is_key(key)) {
		exchange_problem(exchange, 400, ERR_USAGE, PHRASE_PAGE_BAD_QUERY, "Idempotency-Key");
		return false;
	}
	struct hash what = digest_of(exchange, http_target(exchange->request), http_body(exchange->request));
	exchange->print = digest_of(exchange, exchange->route->path, hash_span(&what));
	exchange->key = digest_of(exchange, "key", span_string(key));
	const struct keep_row *row = keep_find_write(&exchange->site->keep, &exchange->key, machine_now_ms());
	if (!row)
		return true;
	if (hash_equal(&row->print, &exchange->print))
		exchange_send_kept(exchange, row);
	else
		exchange_problem(exchange, 422, ERR_CONFLICT, PHRASE_PAGE_KEY_USED, NULL);
	return false;
}

// ---- The verb ----

static int run_work(const struct verb_call *call)
{
	struct exchange *exchange = call->context;
	return command_run(call, exchange->route->mode, exchange->route->work);
}

// What the verb printed, or why it failed, as an answer.
static struct keep_row answer_of(const struct asking_answer *answer)
{
	struct keep_row row = { .status = 200, .exit = answer->exit, .body = BUF_EMPTY };
	char *problem = NULL;
	row.problem = answer->exit != VERB_OK && answer->told_size > 0;
	if (row.problem) {
		json_t *document = problem_told(answer->told, &row.status);
		problem = document ? json_dumps(document, JSON_COMPACT) : NULL;
		json_decref(document);
	}
	if (row.problem)
		buf_string(&row.body, problem ? problem : "{}");
	else
		buf_bytes(&row.body, answer->body, answer->size);
	free(problem);
	row.status = row.body.err ? 500 : row.status;
	return row;
}

static void keep_answer(struct exchange *exchange, struct keep_row *row)
{
	struct site *site = exchange->site;
	row->more = exchange->page.more;
	row->key = exchange->tag;
	if (!hash_is_zero(&exchange->tag) && row->status == 200)
		keep_read(&site->keep, row);
	row->key = exchange->key;
	row->print = exchange->print;
	row->until = machine_now_ms() + KEEP_WRITE_MS;
	// What may come out differently another time is not kept: busy, full, out of memory.
	if (!hash_is_zero(&exchange->key) && row->status < 500)
		keep_write(&site->keep, row);
}

static void run_verb(struct exchange *exchange)
{
	static const struct verb working = { .name = "page", .arguments = "", .run = run_work };
	const struct site_options *options = &exchange->site->options;
	const struct asking asking = {
		.program = options->program, .home = options->home, .language = exchange->language, .verb = exchange->route->verb,
		.own = exchange->route->verb ? NULL : &working, .words = exchange->words,
		.word_count = exchange->route->verb ? exchange->word_count : 0, .page = exchange->paged ? &exchange->page : NULL, .context = exchange,
	};
	struct asking_answer answer;
	enum err err = asking_put(&asking, &answer);
	phrase_speak(&exchange->language);
	if (err) {
		exchange_problem(exchange, problem_status(err), err, PHRASE_NONE, NULL);
		return;
	}
	struct keep_row row = answer_of(&answer);
	asking_free(&answer);
	keep_answer(exchange, &row);
	exchange_send_kept(exchange, &row);
	buf_free(&row.body);
}

static bool step_answer(struct exchange *exchange)
{
	if (!exchange_words(exchange))
		return false;
	if (exchange->route->handle)
		exchange->route->handle(exchange);
	else
		run_verb(exchange);
	if (!is_read(exchange))
		site_look(exchange->site, true);
	return exchange->answered;
}

static void serve(void *context, struct http_request *request)
{
	static bool (*const steps[])(struct exchange *) = {
		step_target, step_host, step_route, step_own_page, step_session, step_body, step_kept, step_replay, step_answer,
	};
	struct exchange *exchange = calloc(1, sizeof *exchange);
	if (!exchange)
		return; // the connection is closed
	exchange->site = context;
	exchange->request = request;
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
	(void)context;
	const char *type = http_header(request, "Content-Type");
	bool reads = http_method(request) == HTTP_GET || http_method(request) == HTTP_HEAD;
	bool words = type && strncmp(type, "application/json", 16) == 0;
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
}

// ---- Opening ----

enum err site_open(const struct site_options *options, struct site **opened)
{
	bool loopback = strncmp(options->address, "127.", 4) == 0 || strncmp(options->address, "[::1]", 5) == 0;
	struct site *site = calloc(1, sizeof *site);
	*opened = NULL;
	if (!site)
		return ERR_NOMEM;
	site->options = *options;
	machine_random(site->secret, sizeof site->secret);
	machine_random(&site->live.life, sizeof site->live.life);
	site->version = site->live.told = store_lmdb_version(options->home->store);
	struct http_options http = { .address = options->address, .context = site, .body_limit = body_limit, .serve = serve,
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
	int wait = http_wait_ms(site->http);
	return site->live.count > 0 && (wait < 0 || wait > SITE_LOOK_MS) ? SITE_LOOK_MS : wait;
}

void site_turn(struct site *site)
{
	http_turn(site->http);
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
