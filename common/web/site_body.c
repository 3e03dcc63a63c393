#include "web/site_body.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "io/machine.h"
#include "web/shared.h"

enum { TARGET_ARENA_BYTES = 256 * 1024 };

static bool is_ours(struct site *site, const struct http_request *request)
{
	char token[SESSION_TOKEN_BYTES];
	const struct door *door = &site->door;
	bool known = door_host_is_ours(door, http_header(request, "Host")) &&
	             door_is_own_page(door, true, http_header(request, "Origin"), http_header(request, "Sec-Fetch-Site"),
	                              http_header(request, "Tributary-Page")) &&
	             door_token(door, http_header(request, "Cookie"), token) && session_find(&site->sessions, token, machine_now_ms());
	sodium_memzero(token, sizeof token);
	return known;
}

static bool goes_to_file(struct site *site, const struct http_request *request, struct arena *arena)
{
	struct route_table tables[SITE_TABLES_MAX + 1] = { shared_routes };
	const char *places[ROUTE_PLACES_MAX];
	struct target target;
	bool other;
	memcpy(tables + 1, site->options.tables, site->options.table_count * sizeof tables[0]);
	if (target_parse(http_target(request), arena, &target))
		return false;
	const struct route *route = route_find(tables, site->options.table_count + 1, http_method(request), &target, places, &other);
	return route && (route->flags & ROUTE_FILE);
}

bool site_body_is_file(struct site *site, const struct http_request *request)
{
	struct arena arena;
	if (!site->options.local || !is_ours(site, request))
		return false;
	arena_init(&arena, TARGET_ARENA_BYTES);
	bool is = goes_to_file(site, request, &arena);
	arena_free(&arena);
	return is;
}

bool site_body_file(void *context, const struct http_request *request, char path[static HTTP_PATH_BYTES])
{
	struct site *site = context;
	uint64_t random;
	const char *type = http_header(request, "Content-Type");
	bool words = type && strncmp(type, "application/json", 16) == 0;
	if (words || !site_body_is_file(site, request))
		return false;
	machine_random(&random, sizeof random);
	int size = snprintf(path, HTTP_PATH_BYTES, "%s/page-%016" PRIx64, site->options.home->dir, random);
	return size > 0 && size < HTTP_PATH_BYTES;
}
