// The server's page: which address is which verb. Figures are for everybody who may sign in; records of people, and
// what is decided, for reviewers; the tree and who may do what, for administrators.
#include "server/board.h"

#define UNIT_QUERY   { ROUTE_QUERY, "unit", "unit", ROUTE_UNIT }
#define UNIT_PATH    { ROUTE_PATH, "unit", NULL, ROUTE_UNIT }
#define PERIOD_QUERY { ROUTE_QUERY, "period", "period", 0 }
#define TREE_QUERY   { ROUTE_QUERY, "tree", "tree", 0 }

static const struct route routes[] = {
	// ---- The tree ----
	{ .method = HTTP_GET, .path = "/api/v1/units", .role = ACCOUNT_VIEWER, .verb = "unit list", .flags = ROUTE_PAGED,
	  .words = { { ROUTE_QUERY, "parent", "parent", ROUTE_UNIT }, { ROUTE_QUERY, "on", "on", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/units/{unit}", .role = ACCOUNT_VIEWER, .verb = "unit show", .words = { UNIT_PATH } },
	{ .method = HTTP_GET, .path = "/api/v1/units/{unit}/history", .role = ACCOUNT_VIEWER, .verb = "unit history", .words = { UNIT_PATH } },

	// ---- Figures ----
	{ .method = HTTP_GET, .path = "/api/v1/figures", .role = ACCOUNT_VIEWER, .verb = "figures", .flags = ROUTE_PAGED,
	  .words = { UNIT_QUERY, PERIOD_QUERY, { ROUTE_QUERY, "metric", "metric", 0 }, { ROUTE_QUERY, "by", "by", 0 },
	             TREE_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/reports", .role = ACCOUNT_VIEWER, .verb = "report", .flags = ROUTE_ANYWHERE },
	{ .method = HTTP_GET, .path = "/api/v1/reports/{report}", .role = ACCOUNT_VIEWER, .verb = "report",
	  .words = { { ROUTE_PATH, "report", NULL, 0 }, UNIT_QUERY, PERIOD_QUERY, { ROUTE_QUERY, "by-child", "by-child", 0 }, TREE_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/rank/{scorecard}", .role = ACCOUNT_VIEWER, .verb = "rank", .flags = ROUTE_PAGED,
	  .words = { { ROUTE_PATH, "scorecard", NULL, 0 }, UNIT_QUERY, { ROUTE_QUERY, "period", "period", ROUTE_REQUIRED }, TREE_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/score", .role = ACCOUNT_VIEWER, .verb = "score",
	  .words = { { ROUTE_QUERY, "scorecard", NULL, 0 }, UNIT_QUERY, PERIOD_QUERY, TREE_QUERY } },

	// ---- Watching over units ----
	{ .method = HTTP_GET, .path = "/api/v1/silent", .role = ACCOUNT_VIEWER, .verb = "silent", .flags = ROUTE_PAGED,
	  .words = { UNIT_QUERY, { ROUTE_QUERY, "days", "days", 0 }, TREE_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/missed", .role = ACCOUNT_VIEWER, .verb = "missed", .flags = ROUTE_PAGED,
	  .words = { UNIT_QUERY, PERIOD_QUERY, { ROUTE_QUERY, "cadence", "cadence", 0 }, { ROUTE_QUERY, "in-a-row", "in-a-row", 0 },
	             TREE_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/warnings", .role = ACCOUNT_VIEWER, .verb = "warnings", .flags = ROUTE_PAGED,
	  .words = { UNIT_QUERY, { ROUTE_QUERY, "day", "day", 0 }, TREE_QUERY } },

	// ---- Reviews ----
	{ .method = HTTP_GET, .path = "/api/v1/reviews/{unit}/{month}", .role = ACCOUNT_REVIEWER, .verb = "review show",
	  .words = { { ROUTE_PATH, "month", NULL, 0 }, { ROUTE_PATH, "unit", "unit", ROUTE_UNIT } } },
	{ .method = HTTP_POST, .path = "/api/v1/reviews/{unit}/{month}/approve", .role = ACCOUNT_REVIEWER, .verb = "review approve",
	  .words = { { ROUTE_PATH, "month", NULL, 0 }, { ROUTE_PATH, "unit", "unit", ROUTE_UNIT }, { ROUTE_BODY, "text", "text", 0 },
	             { ROUTE_BODY, "remarks", "remark", 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/reviews/{unit}/{month}/return", .role = ACCOUNT_REVIEWER, .verb = "review return",
	  .words = { { ROUTE_PATH, "month", NULL, 0 }, { ROUTE_PATH, "unit", "unit", ROUTE_UNIT }, { ROUTE_BODY, "text", "text", 0 },
	             { ROUTE_BODY, "remarks", "remark", 0 } } },

	// ---- Records, as far as this server may read them ----
	{ .method = HTTP_GET, .path = "/api/v1/records/{kind}", .role = ACCOUNT_REVIEWER, .verb = "list",
	  .words = { { ROUTE_PATH, "kind", NULL, 0 }, UNIT_QUERY, { ROUTE_QUERY, "where", NULL, 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/records/{kind}/{record}", .role = ACCOUNT_REVIEWER, .verb = "get",
	  .words = { { ROUTE_PATH, "kind", NULL, 0 }, { ROUTE_PATH, "record", NULL, 0 }, UNIT_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/transfers", .role = ACCOUNT_REVIEWER, .verb = "transfer list" },
	{ .method = HTTP_GET, .path = "/api/v1/transfers/{member}", .role = ACCOUNT_REVIEWER, .verb = "transfer show",
	  .words = { { ROUTE_PATH, "member", NULL, 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/transfers/{member}/approve", .role = ACCOUNT_REVIEWER, .verb = "transfer approve",
	  .words = { { ROUTE_PATH, "member", NULL, 0 }, { ROUTE_BODY, "reason", "reason", 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/transfers/{member}/deny", .role = ACCOUNT_REVIEWER, .verb = "transfer deny",
	  .words = { { ROUTE_PATH, "member", NULL, 0 }, { ROUTE_BODY, "reason", "reason", 0 } } },

	// ---- Downwards ----
	{ .method = HTTP_GET, .path = "/api/v1/themes", .role = ACCOUNT_VIEWER, .verb = "theme", .flags = ROUTE_ANYWHERE },
	{ .method = HTTP_POST, .path = "/api/v1/themes", .role = ACCOUNT_REVIEWER, .verb = "theme",
	  .words = { { ROUTE_FIELDS, "fields", NULL, ROUTE_REQUIRED } } },
	{ .method = HTTP_GET, .path = "/api/v1/circulars", .role = ACCOUNT_VIEWER, .verb = "circular", .flags = ROUTE_ANYWHERE },
	{ .method = HTTP_POST, .path = "/api/v1/circulars", .role = ACCOUNT_REVIEWER, .verb = "circular",
	  .words = { { ROUTE_FIELDS, "fields", NULL, ROUTE_REQUIRED } } },

	// ---- Who may do what ----
	{ .method = HTTP_GET, .path = "/api/v1/devices", .role = ACCOUNT_ADMINISTRATOR, .verb = "device list", .words = { UNIT_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/roles", .role = ACCOUNT_ADMINISTRATOR, .verb = "role list", .words = { UNIT_QUERY } },
	{ .method = HTTP_POST, .path = "/api/v1/units/{unit}/invitations", .role = ACCOUNT_ADMINISTRATOR, .verb = "invite",
	  .words = { { ROUTE_PATH, "unit", "unit", ROUTE_UNIT }, { ROUTE_BODY, "server", "server", 0 }, { ROUTE_BODY, "days", "days", 0 },
	             { ROUTE_BODY, "label", "label", 0 } } },
};

const struct route_table board_routes = { routes, sizeof routes / sizeof routes[0] };
