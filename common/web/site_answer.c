// Answers: those that are there already, by ETag or Idempotency-Key, and those that the route's verb makes.
#include "web/site_answer.h"

#include <stdio.h>
#include <stdlib.h>

#include "io/machine.h"
#include "log/hash.h"
#include "web/problem.h"
#include "web/site_inside.h"

bool site_answer_reads(const struct exchange *exchange)
{
	return http_method(exchange->request) == HTTP_GET || http_method(exchange->request) == HTTP_HEAD;
}

bool site_answer_names(const char *header, const char *tag)
{
	return header && (strstr(header, tag) || strcmp(header, "*") == 0);
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

bool site_answer_kept(struct exchange *exchange)
{
	char tag[40], hex[HASH_TEXT_BYTES];
	if (!site_answer_reads(exchange) || exchange->route->handle || (exchange->route->flags & ROUTE_FRESH))
		return true;
	site_look(exchange->site, true);
	exchange->tag = make_tag(exchange);
	hash_format(&exchange->tag, hex);
	snprintf(tag, sizeof tag, "\"%.32s\"", hex);
	const struct keep_row *row = keep_find_read(&exchange->site->keep, &exchange->tag);
	if (site_answer_names(http_header(exchange->request, "If-None-Match"), tag)) {
		exchange_send_kept(exchange, &(struct keep_row){ .status = 304 });
		return false;
	}
	if (row)
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

bool site_answer_replay(struct exchange *exchange)
{
	const char *key = site_answer_reads(exchange) ? NULL : http_header(exchange->request, "Idempotency-Key");
	if (!key || exchange->route->handle || http_body_file(exchange->request)) // what came as a file is the same however often it comes
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

// What is to be made in turns and will not be, since the verb failed behind it, is let go.
static void send_answer(struct exchange *exchange, struct keep_row *row)
{
	if (exchange->maker && !row->problem && row->exit == VERB_OK) {
		row->key = exchange->tag;
		exchange_send_fed(exchange, row);
		return;
	}
	if (exchange->maker)
		exchange->maker->drop(exchange->making);
	keep_answer(exchange, row);
	exchange_send_kept(exchange, row);
}

void site_answer_verb(struct exchange *exchange)
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
	snprintf(row.type, sizeof row.type, "%s", exchange->type ? exchange->type : "");
	snprintf(row.filename, sizeof row.filename, "%s", exchange->filename ? exchange->filename : "");
	send_answer(exchange, &row);
	buf_free(&row.body);
}
