// Who may come to the page at all: the host that was asked must be ours (nobody else's name may point here), what writes
// must come from our own page, and the cookie is read and made here.
#ifndef TRIBUTARY_WEB_DOOR_H
#define TRIBUTARY_WEB_DOOR_H

#include "io/http.h"
#include "web/session.h"

#define DOOR_HOSTS_MAX    5
#define DOOR_COOKIE_BYTES 256

struct door {
	struct {
		char origin[HTTP_ADDRESS_BYTES + 16]; // "http://127.0.0.1:8080"
	} hosts[DOOR_HOSTS_MAX];
	size_t host_count;
	bool secure;           // people come over TLS, which ends before us
	char cookie[32];       // its name
};

// `bound` is "127.0.0.1:8080"; `public_origin` as people write it, "https://board.example.cn", or NULL. ERR_USAGE: not one.
enum err door_make(struct door *door, const char *bound, const char *public_origin);

bool door_host_is_ours(const struct door *door, const char *host);     // of the header; NULL: none
// `method` writes or reads; the headers as they came, NULL: none.
bool door_is_own_page(const struct door *door, bool writes, const char *origin, const char *fetch_site, const char *page);

// The token in a Cookie header; false: none.
bool door_token(const struct door *door, const char *header, char token[static SESSION_TOKEN_BYTES]);
// What Set-Cookie says; NULL token: the cookie is over.
void door_cookie(const struct door *door, const char *token, char text[static DOOR_COOKIE_BYTES]);

#endif
