// A page's server: routes over one open data directory, static files, sign-in and live changes, behind one descriptor
// that the loop of the program waits for.
#ifndef TRIBUTARY_WEB_SITE_H
#define TRIBUTARY_WEB_SITE_H

#include "web/asset.h"
#include "web/exchange.h"

#define SITE_TABLES_MAX 4
#define SITE_LOOK_MS    200  // how soon what other processes wrote is noticed
#define SITE_TOKEN_MS   (10ull * 60 * 1000)

struct site_options {
	const struct verb_program *program;
	struct home *home;           // opened for writing; outlives the site
	const char *address;         // where to listen: "127.0.0.1:0"
	const char *public_origin;   // as people reach it: "https://board.example.cn"; NULL: where it is bound
	bool local;                  // one person's page: a token opens it, and nobody else has a way in
	struct route_table tables[SITE_TABLES_MAX]; // the program's own; those of every page come by themselves
	size_t table_count;
	const struct asset_table *assets;
	void *context;
};

// ERR_LOCKED: the address is in use; ERR_USAGE: not an address, or a local page that is not on loopback.
enum err site_open(const struct site_options *options, struct site **site);
void site_close(struct site *site);
const char *site_address(const struct site *site);     // as bound: "127.0.0.1:41234"
// A fresh secret for the address of a local page; the former one is void.
void site_token(struct site *site, char token[static SESSION_TOKEN_BYTES]);

int site_fd(const struct site *site);
int site_wait_ms(const struct site *site);             // -1: no limit; 0: an answer is being made (web/feed)
void site_turn(struct site *site);

// An event to every open page. The document is taken over.
void site_tell(struct site *site, const char *event, json_t *document);
// Every route, the pages' common ones too: for tests that hold them to docs/openapi.yaml.
const struct route *site_route(const struct site_options *options, size_t at); // NULL behind the last

#endif
