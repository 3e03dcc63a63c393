// The units that are known here, for whoever has to name one on the page: where a member goes, say.
#ifndef TRIBUTARY_CLIENT_PAGE_UNITS_H
#define TRIBUTARY_CLIENT_PAGE_UNITS_H

#include "cli/command.h"

int page_units(struct command *command); // a route's work

#endif
