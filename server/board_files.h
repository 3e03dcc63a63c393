// Files of units below, as far as this server has them.
#ifndef TRIBUTARY_SERVER_BOARD_FILES_H
#define TRIBUTARY_SERVER_BOARD_FILES_H

#include "web/route.h"

extern const struct route_table board_files_routes;

#endif
