// The routes of the clerk's page, and what it has beside the store: a sync that runs.
#ifndef TRIBUTARY_CLIENT_PAGE_H
#define TRIBUTARY_CLIENT_PAGE_H

#include "web/site.h"

extern const struct route_table page_routes;
extern const struct asset_table page_assets; // made at build time

#endif
