// What the clerk's page says. A part of cli/catalogue.h.
#ifndef TRIBUTARY_CLI_CATALOGUE_PAGE_CLERK_H
#define TRIBUTARY_CLI_CATALOGUE_PAGE_CLERK_H

#define CATALOGUE_PAGE_CLERK(X) \
	X(PAGE_CLERK_TITLE, "台账", "Ledger")

#endif
