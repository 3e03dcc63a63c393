// Bodies that are too large for memory: those of ROUTE_FILE routes of a person's own page go into a file in the data directory as
// they come. Who is not let in is found out before a byte of it is written.
#ifndef TRIBUTARY_WEB_SITE_BODY_H
#define TRIBUTARY_WEB_SITE_BODY_H

#include "web/site_inside.h"

bool site_body_is_file(struct site *site, const struct http_request *request);
// For io/http; the context is the site. False: it is kept in memory.
bool site_body_file(void *context, const struct http_request *request, char path[static HTTP_PATH_BYTES]);

#endif
