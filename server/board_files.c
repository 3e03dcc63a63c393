// Files of units below: which there are, what of them is here, their small pictures, the originals, and asking for these.
// For reviewers, as the records that name them.
#include "server/board_files.h"

#include "web/within.h"

#define UNIT_QUERY { ROUTE_QUERY, "unit", "unit", ROUTE_UNIT }
#define FILE_PLACE { ROUTE_PATH, "unit", NULL, ROUTE_UNIT }, { ROUTE_PATH, "kind", NULL, 0 }, { ROUTE_PATH, "record", NULL, 0 }, \
                   { ROUTE_PATH, "field", NULL, 0 }, { ROUTE_QUERY, "key", NULL, 0 }

static int original(struct command *command)
{
	return within_file(command, "file get", "application/octet-stream", "file");
}

static int picture(struct command *command)
{
	return within_file(command, "file picture", "image/jpeg", "picture.jpg");
}

static const struct route routes[] = {
	{ .method = HTTP_GET, .path = "/api/v1/files", .role = ACCOUNT_REVIEWER, .verb = "file list",
	  .words = { { ROUTE_QUERY, "kind", NULL, 0 }, UNIT_QUERY } },
	{ .method = HTTP_POST, .path = "/api/v1/files/want", .role = ACCOUNT_REVIEWER, .verb = "file want",
	  .words = { { ROUTE_BODY, "kind", NULL, 0 }, { ROUTE_BODY, "record", NULL, 0 }, { ROUTE_BODY, "field", NULL, 0 },
	             { ROUTE_BODY, "unit", "unit", ROUTE_UNIT }, { ROUTE_BODY, "withdraw", "withdraw", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/units/{unit}/records/{kind}/{record}/files/{field}", .role = ACCOUNT_REVIEWER,
	  .mode = COMMAND_HOME, .work = original, .words = { FILE_PLACE } },
	{ .method = HTTP_GET, .path = "/api/v1/units/{unit}/records/{kind}/{record}/files/{field}/picture", .role = ACCOUNT_REVIEWER,
	  .mode = COMMAND_HOME, .work = picture, .words = { FILE_PLACE } },
};

const struct route_table board_files_routes = { routes, sizeof routes / sizeof routes[0] };
