// One request and its answer: what the functions of routes get. A `work` function has a command, as verbs do, and finds
// its exchange with exchange_of; a `handle` function has the exchange alone.
#ifndef TRIBUTARY_WEB_EXCHANGE_H
#define TRIBUTARY_WEB_EXCHANGE_H

#include "cli/asking.h"
#include "web/feed.h"
#include "web/route.h"
#include "web/session.h"

#define EXCHANGE_BODY_BYTES ((size_t)1024 * 1024)
#define EXCHANGE_FILE_BYTES ((size_t)16 * 1024 * 1024) // of a ROUTE_RAW route
#define EXCHANGE_LARGE_BYTES ((size_t)256 * 1024 * 1024) // of a ROUTE_FILE route; not in memory
#define EXCHANGE_ROWS_MAX   1000                       // ?limit=
#define EXCHANGE_PART_ROWS  200                        // of a ROUTE_PAGED route at once, whatever the limit
#define EXCHANGE_HEADERS    24

struct site;

struct exchange {
	struct site *site;
	struct http_request *request;
	const struct route *route;
	struct target target;
	const char *places[ROUTE_PLACES_MAX];
	struct arena arena;
	json_t *body;                       // owned; NULL: none
	struct session *session;            // NULL: nobody is signed in
	enum phrase_language language;
	struct http_header headers[EXCHANGE_HEADERS];
	size_t header_count;
	struct asking_word words[ASKING_WORDS_MAX];
	size_t word_count;
	struct output_page page;            // of ?limit= and ?cursor=
	bool paged;
	const char *type, *filename;        // of an answer that is a file
	const struct feed_maker *maker;     // of an answer that is made in turns; NULL: it is there
	void *making;                       // what that works on; the exchange's until it is given to the feeds
	struct hash tag;                    // zero: the answer is not kept
	struct hash key, print;             // of an Idempotency-Key; zero: none
	bool answered;
	uint64_t began, spent;              // when it was asked: monotonic ns, ns of the processor
};

// ---- What was asked ----

struct exchange *exchange_of(const struct command *command);        // of a `work` function
const char *exchange_path(const struct exchange *exchange, const char *name);  // "" where the route has no such place
const char *exchange_query(const struct exchange *exchange, const char *name); // NULL: not given
json_t *exchange_body(const struct exchange *exchange);             // an object, borrowed; NULL: none was sent
struct span exchange_raw(const struct exchange *exchange);          // of a ROUTE_RAW route
const struct account *exchange_account(const struct exchange *exchange); // NULL: a local page
void *exchange_context(const struct exchange *exchange);            // the site's

// A unit that somebody named (NULL: that of the account), which must be at or below it. VERB_OK, or why not.
int exchange_unit(struct command *command, const char *text, struct id *unit);

// ---- Answering ----

// The answer of this `work` is a file: its type, and its name for people (NULL: shown, not saved).
void exchange_file(struct exchange *exchange, const char *type, const char *filename);
// It is made in turns (web/feed): this is all the answer there is, unless the `work` fails. What is to be made is taken over.
void exchange_feed(struct exchange *exchange, const struct feed_maker *maker, void *making);
// One more header; both are kept as they are until the answer is sent.
void exchange_header(struct exchange *exchange, const char *name, const char *value);

// Of `handle` functions: each answers once. The document is taken over.
void exchange_answer(struct exchange *exchange, unsigned status, json_t *document);
void exchange_problem(struct exchange *exchange, unsigned status, enum err err, enum phrase what, const char *where);
void exchange_told(struct exchange *exchange, const char *told);    // what verb_fail told
void exchange_nothing(struct exchange *exchange);                   // 204

// ---- Of the frame itself ----

// The words of the route's verb, from what was asked. False: a problem was answered.
bool exchange_words(struct exchange *exchange);
// Bytes with the headers that every answer has.
void exchange_send(struct exchange *exchange, unsigned status, const char *type, struct span body);
void exchange_send_lasting(struct exchange *exchange, unsigned status, const char *type, bool immutable, struct span body);
void exchange_send_kept(struct exchange *exchange, const struct keep_row *row);
// What exchange_feed named; the row has its key, type and name.
void exchange_send_fed(struct exchange *exchange, const struct keep_row *row);

#endif
