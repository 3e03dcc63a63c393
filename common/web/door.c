// Hosts, origins, cookies.
#include "web/door.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static void add(struct door *door, const char *scheme, const char *authority)
{
	if (door->host_count < DOOR_HOSTS_MAX)
		snprintf(door->hosts[door->host_count++].origin, sizeof door->hosts[0].origin, "%s://%s", scheme, authority);
}

static const char *authority_of(const char *origin)
{
	const char *at = strstr(origin, "://");
	return at ? at + 3 : origin;
}

static bool is_origin(const char *text)
{
	const char *authority = authority_of(text);
	bool scheme = strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
	return scheme && *authority && strlen(authority) < HTTP_ADDRESS_BYTES && !strpbrk(authority, "/?#@ \t\r\n");
}

enum err door_make(struct door *door, const char *bound, const char *public_origin)
{
	char local[HTTP_ADDRESS_BYTES];
	const char *colon = strrchr(bound, ':');
	*door = (struct door){ .host_count = 0 };
	if (public_origin && !is_origin(public_origin))
		return ERR_USAGE;
	add(door, "http", bound);
	if (strncmp(bound, "127.", 4) == 0 || strncmp(bound, "[::1]", 5) == 0) {
		snprintf(local, sizeof local, "localhost%s", colon ? colon : "");
		add(door, "http", local);
	}
	if (public_origin)
		add(door, strncmp(public_origin, "https", 5) == 0 ? "https" : "http", authority_of(public_origin));
	door->secure = public_origin && strncmp(public_origin, "https", 5) == 0;
	// Cookies do not tell ports apart: two pages on one machine must not take each other's.
	snprintf(door->cookie, sizeof door->cookie, "%stributary-%s", door->secure ? "__Host-" : "", colon ? colon + 1 : "");
	return ERR_OK;
}

bool door_host_is_ours(const struct door *door, const char *host)
{
	for (size_t i = 0; host && i < door->host_count; i++) {
		if (strcasecmp(authority_of(door->hosts[i].origin), host) == 0)
			return true;
	}
	return false;
}

static bool is_our_origin(const struct door *door, const char *origin)
{
	for (size_t i = 0; i < door->host_count; i++) {
		if (strcasecmp(door->hosts[i].origin, origin) == 0)
			return true;
	}
	return false;
}

bool door_is_own_page(const struct door *door, bool writes, const char *origin, const char *fetch_site, const char *page)
{
	if (origin && !is_our_origin(door, origin))
		return false;
	// A link that somebody follows comes from "none"; the browser itself says when another site asks.
	if (fetch_site && strcmp(fetch_site, "same-origin") != 0 && strcmp(fetch_site, "none") != 0)
		return false;
	// A form of another site cannot send a header of its own.
	return !writes || (page && *page);
}

bool door_token(const struct door *door, const char *header, char token[static SESSION_TOKEN_BYTES])
{
	size_t name = strlen(door->cookie);
	for (const char *at = header; at && *at;) {
		at += strspn(at, " ;");
		size_t size = strcspn(at, ";");
		if (size == name + SESSION_TOKEN_BYTES && strncmp(at, door->cookie, name) == 0 && at[name] == '=') {
			memcpy(token, at + name + 1, SESSION_TOKEN_BYTES - 1);
			token[SESSION_TOKEN_BYTES - 1] = '\0';
			return true;
		}
		at += size;
	}
	return false;
}

void door_cookie(const struct door *door, const char *token, char text[static DOOR_COOKIE_BYTES])
{
	snprintf(text, DOOR_COOKIE_BYTES, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s; Max-Age=%llu", door->cookie, token ? token : "",
	         door->secure ? "; Secure" : "", token ? (unsigned long long)(SESSION_LONGEST_MS / 1000) : 0ull);
}
