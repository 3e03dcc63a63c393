// The table of routes: what address is answered by which verb, and where the verb's words come from. A row says
// everything that a stranger may say; what no row names is refused.
#ifndef TRIBUTARY_WEB_ROUTE_H
#define TRIBUTARY_WEB_ROUTE_H

#include "cli/command.h"
#include "io/http.h"
#include "web/account.h"
#include "web/target.h"

#define ROUTE_WORDS_MAX  14
#define ROUTE_PLACES_MAX 6

enum route_from {
	ROUTE_END,
	ROUTE_PATH,   // {name} of the path
	ROUTE_QUERY,  // ?name=…; may be repeated
	ROUTE_BODY,   // a member of the body: text, number, yes or no, or an array of these
	ROUTE_FIELDS, // a member of the body: an object; each of its members becomes an argument name=value
	ROUTE_TEXT,   // `name` itself
};

enum {
	ROUTE_REQUIRED = 1, // of a word
	ROUTE_UNIT = 2,     // of a word: a unit at or below that of the account; not given: that one
	ROUTE_RAW = 1,      // of a route: the body is a file, not JSON
	ROUTE_FRESH = 2,    // of a route: depends on more than the store, the hour, the language and the account
	ROUTE_FILE = 16,    // of a ROUTE_RAW route of a local page: its body is written into the data directory as it comes, and may be large
	ROUTE_PAGED = 8,    // of a route: never more than EXCHANGE_PART_ROWS rows, whatever limit is asked for
	ROUTE_ANYWHERE = 4, // of a route without a unit: also for accounts of units below; the handler sees to what they may see
};

struct route_word {
	enum route_from from;
	const char *name;
	const char *option;    // of the verb, which it gives; NULL: the next argument
	unsigned flags;
};

struct exchange;

struct route {
	enum http_method method;
	const char *path;      // "/api/v1/records/{kind}"
	enum account_role role; // the least; a local page has them all
	const char *verb;      // the verb that answers, or
	enum command_mode mode; // …
	int (*work)(struct command *command); // what does so as a verb would, or
	void (*handle)(struct exchange *exchange); // what answers by itself
	struct route_word words[ROUTE_WORDS_MAX];
	unsigned flags;
};

struct route_table {
	const struct route *routes;
	size_t count;
};

// The route of a method and a target, with the values of its places in order; HEAD is GET. NULL: none; then
// *other tells whether there is one of another method.
const struct route *route_find(const struct route_table *tables, size_t table_count, enum http_method method,
                               const struct target *target, const char *places[static ROUTE_PLACES_MAX], bool *other);
// The place of {name} in the route's path, counted among its places; -1: it has none.
int route_place(const struct route *route, const char *name);
const char *route_method_name(enum http_method method);

#endif
