// The clerk's page: which address is which verb. Rows with words stand before rows with places.
#include "client/page.h"
#include "client/page_file.h"
#include "client/page_sync.h"
#include "client/page_units.h"

#define PERIOD_QUERY { ROUTE_QUERY, "period", "period", 0 }
#define REASON_BODY  { ROUTE_BODY, "reason", "reason", 0 }
#define KIND_PATH    { ROUTE_PATH, "kind", NULL, 0 }
#define RECORD_PATH  { ROUTE_PATH, "record", NULL, 0 }

static const struct route routes[] = {
	// ---- What is due ----
	{ .method = HTTP_GET, .path = "/api/v1/due", .role = ACCOUNT_VIEWER, .verb = "due",
	  .words = { PERIOD_QUERY, { ROUTE_QUERY, "today", "today", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/warnings", .role = ACCOUNT_VIEWER, .verb = "warnings",
	  .words = { { ROUTE_QUERY, "day", "day", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/doctor", .role = ACCOUNT_VIEWER, .verb = "doctor", .flags = ROUTE_FRESH },

	// ---- The ledger ----
	{ .method = HTTP_GET, .path = "/api/v1/form", .role = ACCOUNT_VIEWER, .verb = "form" },
	{ .method = HTTP_GET, .path = "/api/v1/form/{kind}", .role = ACCOUNT_VIEWER, .verb = "form", .words = { KIND_PATH } },
	{ .method = HTTP_GET, .path = "/api/v1/records/{kind}", .role = ACCOUNT_VIEWER, .verb = "list",
	  .words = { KIND_PATH, { ROUTE_QUERY, "where", NULL, 0 }, { ROUTE_QUERY, "overdue", "overdue", 0 }, { ROUTE_QUERY, "on", "on", 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/records/{kind}", .role = ACCOUNT_REVIEWER, .verb = "put",
	  .words = { KIND_PATH, { ROUTE_FIELDS, "fields", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "share", "share", 0 }, REASON_BODY } },
	{ .method = HTTP_GET, .path = "/api/v1/records/{kind}/{record}", .role = ACCOUNT_VIEWER, .verb = "get",
	  .words = { KIND_PATH, RECORD_PATH } },
	{ .method = HTTP_PUT, .path = "/api/v1/records/{kind}/{record}", .role = ACCOUNT_REVIEWER, .verb = "put",
	  .words = { KIND_PATH, { ROUTE_PATH, "record", "record", 0 }, { ROUTE_FIELDS, "fields", NULL, ROUTE_REQUIRED },
	             { ROUTE_BODY, "share", "share", 0 }, REASON_BODY } },
	{ .method = HTTP_DELETE, .path = "/api/v1/records/{kind}/{record}", .role = ACCOUNT_REVIEWER, .verb = "delete",
	  .words = { KIND_PATH, RECORD_PATH, REASON_BODY } },
	{ .method = HTTP_GET, .path = "/api/v1/records/{kind}/{record}/history", .role = ACCOUNT_VIEWER, .verb = "history",
	  .words = { KIND_PATH, RECORD_PATH, { ROUTE_QUERY, "field", NULL, 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/records/{kind}/{record}/moves", .role = ACCOUNT_VIEWER, .verb = "moves",
	  .words = { KIND_PATH, RECORD_PATH } },
	{ .method = HTTP_POST, .path = "/api/v1/records/{kind}/{record}/moves", .role = ACCOUNT_REVIEWER, .verb = "move",
	  .words = { KIND_PATH, RECORD_PATH, { ROUTE_BODY, "move", NULL, ROUTE_REQUIRED }, { ROUTE_FIELDS, "fields", NULL, 0 }, REASON_BODY } },
	{ .method = HTTP_GET, .path = "/api/v1/series", .role = ACCOUNT_VIEWER, .verb = "series", .words = { { ROUTE_QUERY, "kind", NULL, 0 } } },

	{ .method = HTTP_POST, .path = "/api/v1/records/{kind}/import", .role = ACCOUNT_REVIEWER, .verb = "import", .flags = ROUTE_RAW,
	  .words = { KIND_PATH, { ROUTE_TEXT, "-", NULL, 0 }, { ROUTE_QUERY, "dry-run", "dry-run", 0 }, { ROUTE_QUERY, "skip-bad", "skip-bad", 0 },
	             { ROUTE_QUERY, "key", "key", 0 }, { ROUTE_QUERY, "reason", "reason", 0 } } },

	// ---- Figures, months, scores ----
	{ .method = HTTP_GET, .path = "/api/v1/figures", .role = ACCOUNT_VIEWER, .verb = "figures",
	  .words = { PERIOD_QUERY, { ROUTE_QUERY, "metric", "metric", 0 }, { ROUTE_QUERY, "by", "by", 0 },
	             { ROUTE_QUERY, "tree", "tree", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/reports", .role = ACCOUNT_VIEWER, .verb = "report" },
	{ .method = HTTP_GET, .path = "/api/v1/reports/{report}", .role = ACCOUNT_VIEWER, .verb = "report",
	  .words = { { ROUTE_PATH, "report", NULL, 0 }, PERIOD_QUERY, { ROUTE_QUERY, "tree", "tree", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/periods", .role = ACCOUNT_VIEWER, .verb = "period" },
	{ .method = HTTP_GET, .path = "/api/v1/periods/{period}", .role = ACCOUNT_VIEWER, .verb = "period",
	  .words = { { ROUTE_PATH, "period", NULL, 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/periods/{period}/close", .role = ACCOUNT_REVIEWER, .verb = "close",
	  .words = { { ROUTE_PATH, "period", NULL, 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/periods/{period}/submit", .role = ACCOUNT_REVIEWER, .verb = "submit",
	  .words = { { ROUTE_PATH, "period", NULL, 0 }, REASON_BODY } },
	{ .method = HTTP_POST, .path = "/api/v1/periods/{period}/reopen", .role = ACCOUNT_REVIEWER, .verb = "reopen",
	  .words = { { ROUTE_PATH, "period", NULL, 0 }, REASON_BODY } },
	{ .method = HTTP_GET, .path = "/api/v1/score", .role = ACCOUNT_VIEWER, .verb = "score",
	  .words = { { ROUTE_QUERY, "scorecard", NULL, 0 }, PERIOD_QUERY, { ROUTE_QUERY, "tree", "tree", 0 } } },

	// ---- Decisions ----
	{ .method = HTTP_GET, .path = "/api/v1/conflicts", .role = ACCOUNT_VIEWER, .verb = "conflicts" },
	{ .method = HTTP_POST, .path = "/api/v1/conflicts", .role = ACCOUNT_REVIEWER, .verb = "resolve",
	  .words = { { ROUTE_BODY, "kind", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "record", NULL, ROUTE_REQUIRED },
	             { ROUTE_BODY, "field", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "value", NULL, ROUTE_REQUIRED }, REASON_BODY } },

	// ---- From above, and to others ----
	{ .method = HTTP_GET, .path = "/api/v1/themes", .role = ACCOUNT_VIEWER, .verb = "theme" },
	{ .method = HTTP_GET, .path = "/api/v1/circulars", .role = ACCOUNT_VIEWER, .verb = "circular" },
	{ .method = HTTP_GET, .path = "/api/v1/asked", .role = ACCOUNT_VIEWER, .verb = "asked" },
	{ .method = HTTP_POST, .path = "/api/v1/asked/{request}", .role = ACCOUNT_REVIEWER, .verb = "answer",
	  .words = { { ROUTE_PATH, "request", NULL, 0 }, { ROUTE_BODY, "answer", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "fields", NULL, 0 },
	             { ROUTE_BODY, "text", "text", 0 }, { ROUTE_BODY, "record", "record", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/letters", .role = ACCOUNT_VIEWER, .verb = "mail list" },
	{ .method = HTTP_POST, .path = "/api/v1/letters", .role = ACCOUNT_REVIEWER, .verb = "mail send",
	  .words = { { ROUTE_BODY, "to", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "text", NULL, ROUTE_REQUIRED } } },

	{ .method = HTTP_GET, .path = "/api/v1/units", .role = ACCOUNT_VIEWER, .mode = COMMAND_READ, .work = page_units },

	// ---- Members who come and go ----
	{ .method = HTTP_GET, .path = "/api/v1/transfers", .role = ACCOUNT_VIEWER, .verb = "transfer list" },
	{ .method = HTTP_POST, .path = "/api/v1/transfers/offer", .role = ACCOUNT_REVIEWER, .verb = "transfer offer",
	  .words = { { ROUTE_BODY, "members", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "to", "to", 0 },
	             { ROUTE_BODY, "out", "out", 0 }, { ROUTE_BODY, "days", "days", 0 }, REASON_BODY } },
	{ .method = HTTP_POST, .path = "/api/v1/transfers/accept", .role = ACCOUNT_REVIEWER, .verb = "transfer accept",
	  .words = { { ROUTE_BODY, "members", NULL, ROUTE_REQUIRED }, REASON_BODY } },
	{ .method = HTTP_POST, .path = "/api/v1/transfers/refuse", .role = ACCOUNT_REVIEWER, .verb = "transfer refuse",
	  .words = { { ROUTE_BODY, "members", NULL, ROUTE_REQUIRED }, REASON_BODY } },
	{ .method = HTTP_POST, .path = "/api/v1/transfers/withdraw", .role = ACCOUNT_REVIEWER, .verb = "transfer withdraw",
	  .words = { { ROUTE_BODY, "members", NULL, ROUTE_REQUIRED }, REASON_BODY } },
	{ .method = HTTP_GET, .path = "/api/v1/transfers/{member}", .role = ACCOUNT_VIEWER, .verb = "transfer show",
	  .words = { { ROUTE_PATH, "member", NULL, 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/transfers/verify", .role = ACCOUNT_REVIEWER, .mode = COMMAND_HOME, .work = page_file_verify,
	  .flags = ROUTE_RAW },
	{ .method = HTTP_POST, .path = "/api/v1/transfers/admit", .role = ACCOUNT_REVIEWER, .mode = COMMAND_HOME, .work = page_file_admit,
	  .flags = ROUTE_RAW, .words = { { ROUTE_QUERY, "root", NULL, 0 }, { ROUTE_QUERY, "reason", NULL, 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/transfers/returned", .role = ACCOUNT_REVIEWER, .mode = COMMAND_HOME, .work = page_file_returned,
	  .flags = ROUTE_RAW, .words = { { ROUTE_QUERY, "root", NULL, 0 }, { ROUTE_QUERY, "reason", NULL, 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/transfers/{member}/letter", .role = ACCOUNT_REVIEWER, .mode = COMMAND_HOME, .work = page_file_letter,
	  .words = { { ROUTE_PATH, "member", NULL, 0 }, { ROUTE_QUERY, "text", NULL, 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/transfers/{member}/slip", .role = ACCOUNT_REVIEWER, .mode = COMMAND_HOME, .work = page_file_slip,
	  .words = { { ROUTE_PATH, "member", NULL, 0 }, { ROUTE_QUERY, "text", NULL, 0 } } },

	// ---- Members at a second unit ----
	{ .method = HTTP_GET, .path = "/api/v1/attachments", .role = ACCOUNT_VIEWER, .verb = "attachments" },
	{ .method = HTTP_POST, .path = "/api/v1/attachments", .role = ACCOUNT_REVIEWER, .verb = "attach",
	  .words = { { ROUTE_BODY, "members", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "to", "to", ROUTE_REQUIRED },
	             { ROUTE_BODY, "from", "from", ROUTE_REQUIRED }, { ROUTE_BODY, "until", "until", 0 }, REASON_BODY } },
	{ .method = HTTP_POST, .path = "/api/v1/attachments/end", .role = ACCOUNT_REVIEWER, .verb = "detach",
	  .words = { { ROUTE_BODY, "members", NULL, ROUTE_REQUIRED }, { ROUTE_BODY, "to", "to", ROUTE_REQUIRED },
	             { ROUTE_BODY, "until", "until", 0 }, REASON_BODY } },
	{ .method = HTTP_GET, .path = "/api/v1/guests", .role = ACCOUNT_VIEWER, .verb = "guest list" },
	{ .method = HTTP_POST, .path = "/api/v1/guests/accept", .role = ACCOUNT_REVIEWER, .verb = "guest accept",
	  .words = { { ROUTE_BODY, "guests", NULL, ROUTE_REQUIRED }, REASON_BODY } },
	{ .method = HTTP_POST, .path = "/api/v1/guests/refuse", .role = ACCOUNT_REVIEWER, .verb = "guest refuse",
	  .words = { { ROUTE_BODY, "guests", NULL, ROUTE_REQUIRED }, REASON_BODY } },

	// ---- Photos and papers ----
	{ .method = HTTP_GET, .path = "/api/v1/files", .role = ACCOUNT_VIEWER, .verb = "file list", .words = { { ROUTE_QUERY, "kind", NULL, 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/files/want", .role = ACCOUNT_REVIEWER, .verb = "file want",
	  .words = { { ROUTE_BODY, "kind", NULL, 0 }, { ROUTE_BODY, "record", NULL, 0 }, { ROUTE_BODY, "field", NULL, 0 },
	             { ROUTE_BODY, "withdraw", "withdraw", 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/records/{kind}/{record}/files/{field}", .role = ACCOUNT_VIEWER, .mode = COMMAND_HOME,
	  .work = page_file_get, .words = { KIND_PATH, RECORD_PATH, { ROUTE_PATH, "field", NULL, 0 }, { ROUTE_QUERY, "key", NULL, 0 } } },
	{ .method = HTTP_GET, .path = "/api/v1/records/{kind}/{record}/files/{field}/picture", .role = ACCOUNT_VIEWER, .mode = COMMAND_HOME,
	  .work = page_file_picture, .words = { KIND_PATH, RECORD_PATH, { ROUTE_PATH, "field", NULL, 0 }, { ROUTE_QUERY, "key", NULL, 0 } } },
	{ .method = HTTP_POST, .path = "/api/v1/records/{kind}/{record}/files/{field}", .role = ACCOUNT_REVIEWER, .mode = COMMAND_HOME,
	  .work = page_file_add, .flags = ROUTE_RAW | ROUTE_FILE,
	  .words = { KIND_PATH, RECORD_PATH, { ROUTE_PATH, "field", NULL, 0 }, { ROUTE_QUERY, "key", NULL, 0 }, { ROUTE_QUERY, "reason", NULL, 0 } } },

	// ---- Exchange ----
	{ .method = HTTP_GET, .path = "/api/v1/sync", .role = ACCOUNT_VIEWER, .handle = page_sync_show, .flags = ROUTE_FRESH },
	{ .method = HTTP_POST, .path = "/api/v1/sync", .role = ACCOUNT_REVIEWER, .handle = page_sync_start },
	{ .method = HTTP_POST, .path = "/api/v1/bundle/out", .role = ACCOUNT_REVIEWER, .mode = COMMAND_HOME, .work = page_file_bundle_out },
	{ .method = HTTP_POST, .path = "/api/v1/bundle/in", .role = ACCOUNT_REVIEWER, .mode = COMMAND_HOME, .work = page_file_bundle_in, .flags = ROUTE_RAW | ROUTE_FILE },
};

const struct route_table page_routes = { routes, sizeof routes / sizeof routes[0] };
