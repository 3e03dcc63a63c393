// The server's page: what the dashboard reads beside the figures themselves, and what it takes along as files.
#include "server/board_dash.h"

#include "server/board.h"
#include "server/board_proof.h"
#include "server/board_sheet.h"
#include "server/views.h"

#define UNIT_QUERY   { ROUTE_QUERY, "unit", "unit", ROUTE_UNIT }
#define UNIT_PATH    { ROUTE_PATH, "unit", "unit", ROUTE_UNIT }
#define PERIOD_QUERY { ROUTE_QUERY, "period", "period", 0 }
#define TREE_QUERY   { ROUTE_QUERY, "tree", "tree", 0 }

// ---- The table ----

static const struct route routes[] = {
	{ .method = HTTP_GET, .path = "/api/v1/trend/{metric}", .role = ACCOUNT_VIEWER, .verb = "trend",
	  .words = { { ROUTE_PATH, "metric", NULL, 0 }, UNIT_QUERY, { ROUTE_QUERY, "by", "by", 0 }, { ROUTE_QUERY, "through", "through", 0 },
	             { ROUTE_QUERY, "periods", "periods", 0 }, { ROUTE_QUERY, "every", "every", 0 }, TREE_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/compliance/{cadence}", .role = ACCOUNT_VIEWER, .verb = "compliance", .flags = ROUTE_PAGED,
	  .words = { { ROUTE_PATH, "cadence", NULL, 0 }, UNIT_QUERY, PERIOD_QUERY, TREE_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/submissions/{month}", .role = ACCOUNT_VIEWER, .verb = "submissions", .flags = ROUTE_PAGED,
	  .words = { { ROUTE_PATH, "month", NULL, 0 }, UNIT_QUERY, { ROUTE_QUERY, "by-day", "by-day", 0 }, TREE_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/freshness", .role = ACCOUNT_VIEWER, .verb = "freshness", .flags = ROUTE_PAGED,
	  .words = { UNIT_QUERY, PERIOD_QUERY, TREE_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/chain/{metric}", .role = ACCOUNT_VIEWER, .verb = "chain",
	  .words = { { ROUTE_PATH, "metric", NULL, 0 }, UNIT_QUERY, PERIOD_QUERY, TREE_QUERY } },
	{ .method = HTTP_GET, .path = "/api/v1/units/{unit}/proof", .role = ACCOUNT_VIEWER, .mode = COMMAND_HOME, .work = board_proof_file,
	  .words = { UNIT_PATH, { ROUTE_QUERY, "metric", NULL, ROUTE_REQUIRED }, { ROUTE_QUERY, "period", NULL, ROUTE_REQUIRED },
	             { ROUTE_QUERY, "by", NULL, 0 }, { ROUTE_QUERY, "bucket", NULL, 0 }, { ROUTE_QUERY, "tree", NULL, 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/units/{unit}/reports/{report}/sheet", .role = ACCOUNT_VIEWER, .mode = COMMAND_HOME, .work = board_sheet_report,
	  .words = { UNIT_PATH, { ROUTE_PATH, "report", NULL, 0 }, { ROUTE_QUERY, "period", NULL, 0 }, { ROUTE_QUERY, "by-child", NULL, 0 },
	             { ROUTE_QUERY, "tree", NULL, 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/sheets", .role = ACCOUNT_VIEWER, .mode = COMMAND_READ, .work = board_sheet_table,
	  .words = { { ROUTE_BODY, "title", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "period", NULL, 0 }, { ROUTE_BODY, "unit", NULL, ROUTE_UNIT },
	             { ROUTE_BODY, "columns", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "rows", NULL, ROUTE_REQUIRED } } },
	{ .method = HTTP_GET, .path = "/api/v1/reviews", .role = ACCOUNT_VIEWER, .verb = "review list", .flags = ROUTE_PAGED,
	  .words = { { ROUTE_QUERY, "period", NULL, ROUTE_REQUIRED }, UNIT_QUERY, TREE_QUERY, { ROUTE_QUERY, "state", "state", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/views", .role = ACCOUNT_VIEWER, .mode = COMMAND_READ, .work = views_show,
	  .flags = ROUTE_FRESH | ROUTE_ANYWHERE }, // what accounts keep is their own: no ETag of a role and unit stands for it
	{ .method = HTTP_POST, .path = "/api/v1/views", .role = ACCOUNT_VIEWER, .mode = COMMAND_WRITE, .work = views_keep, .flags = ROUTE_ANYWHERE,
	  .words = { { ROUTE_BODY, "name", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "at", NULL, ROUTE_REQUIRED } } },
	{ .method = HTTP_POST, .path = "/api/v1/views/drop", .role = ACCOUNT_VIEWER, .mode = COMMAND_WRITE, .work = views_drop, .flags = ROUTE_ANYWHERE,
	  .words = { { ROUTE_BODY, "name", NULL, ROUTE_REQUIRED } } },
	{ .method = HTTP_POST, .path = "/api/v1/letters", .role = ACCOUNT_REVIEWER, .verb = "mail send",
	  .words = { { ROUTE_BODY, "to", NULL, ROUTE_UNIT | ROUTE_REQUIRED }, { ROUTE_BODY, "text", NULL, ROUTE_REQUIRED } } },
};

const struct route_table board_dash_routes = { routes, sizeof routes / sizeof routes[0] };
