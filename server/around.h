// A unit's surroundings for who walks the tree: the way up to it, and what stands directly below.
#ifndef TRIBUTARY_SERVER_AROUND_H
#define TRIBUTARY_SERVER_AROUND_H

#include "cli/command.h"

json_t *around_trail(struct command *command, const struct id *unit); // [{unit, name, kind}], the top first, itself last
json_t *around_below(struct command *command, const struct id *unit); // [{unit, name, kind, code, children, server}], by code; open ones

#endif
