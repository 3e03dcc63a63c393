// The dashboard's own routes, beside those of server/board.h.
#ifndef TRIBUTARY_SERVER_BOARD_DASH_H
#define TRIBUTARY_SERVER_BOARD_DASH_H

#include "web/site.h"

extern const struct route_table board_dash_routes;

#endif
