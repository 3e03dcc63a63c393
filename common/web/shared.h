// The routes that both pages have: who is there, the catalogue, live changes, and how the store stands.
#ifndef TRIBUTARY_WEB_SHARED_H
#define TRIBUTARY_WEB_SHARED_H

#include "web/route.h"

extern const struct route_table shared_routes;

#endif
