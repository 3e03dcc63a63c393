// What the dashboard and the review desk says. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_PAGE_DASH_H
#define TRIBUTARY_CLI_CATALOGUE_PAGE_DASH_H

#define CATALOGUE_PAGE_DASH(X) \
	X(PAGE_DASH_TITLE, "看板", "Dashboard")

#endif
