// Matching, segment by segment. The tables are short; a request costs what it says and not what there is.
#include "web/route.h"

static const char *const method_names[] = {
	[HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_POST] = "POST", [HTTP_PUT] = "PUT", [HTTP_DELETE] = "DELETE", [HTTP_OTHER] = "",
};

const char *route_method_name(enum http_method method)
{
	return (unsigned)method <= HTTP_OTHER ? method_names[method] : "";
}

static size_t segment_size(const char *segment)
{
	return strcspn(segment, "/");
}

// A literal after a place would hide behind it: rows with literals stand first in a table.
static bool matches(const struct route *route, const struct target *target, const char *places[static ROUTE_PLACES_MAX])
{
	const char *at = route->path;
	size_t place = 0;
	for (size_t i = 0; i < target->segment_count; i++) {
		if (*at != '/')
			return false;
		size_t size = segment_size(++at);
		if (at[0] == '{') {
			if (place == ROUTE_PLACES_MAX || !*target->segments[i])
				return false;
			places[place++] = target->segments[i];
		} else if (strlen(target->segments[i]) != size || strncmp(at, target->segments[i], size) != 0) {
			return false;
		}
		at += size;
	}
	return *at == '\0';
}

const struct route *route_find(const struct route_table *tables, size_t table_count, enum http_method method,
                               const struct target *target, const char *places[static ROUTE_PLACES_MAX], bool *other)
{
	*other = false;
	method = method == HTTP_HEAD ? HTTP_GET : method;
	for (size_t t = 0; t < table_count; t++) {
		for (size_t i = 0; i < tables[t].count; i++) {
			const struct route *route = &tables[t].routes[i];
			const char *found[ROUTE_PLACES_MAX] = { NULL };
			if (!matches(route, target, found))
				continue;
			*other = true;
			if (route->method != method)
				continue;
			memcpy(places, found, sizeof found);
			return route;
		}
	}
	return NULL;
}

int route_place(const struct route *route, const char *name)
{
	int place = 0;
	for (const char *at = strchr(route->path, '{'); at; at = strchr(at + 1, '{'), place++) {
		size_t size = strcspn(at + 1, "}");
		if (strlen(name) == size && strncmp(at + 1, name, size) == 0)
			return place;
	}
	return -1;
}
