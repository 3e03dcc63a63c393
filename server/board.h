// The routes of the server's page.
#ifndef TRIBUTARY_SERVER_BOARD_H
#define TRIBUTARY_SERVER_BOARD_H

#include "web/site.h"

extern const struct route_table board_routes;
extern const struct asset_table board_assets; // made at build time

#endif
