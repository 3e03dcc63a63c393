// Views that accounts keep: the routes of the page behind the verb `account views`.
#ifndef TRIBUTARY_SERVER_VIEWS_H
#define TRIBUTARY_SERVER_VIEWS_H

#include "cli/command.h"

// Works of routes: those of whoever asks, and no others.
int views_show(struct command *command);
int views_keep(struct command *command);
int views_drop(struct command *command);

#endif
