// What there is room for on the disk, and how far the files of records have got: facts of --json, and lines where there is
// something to say.
#ifndef TRIBUTARY_CLI_ROOM_H
#define TRIBUTARY_CLI_ROOM_H

#include "cli/command.h"

json_t *room_disk(const struct command *command, bool print); // a line where the disk is nearly full
// Files of one unit. A line where some are not at the server, or not here.
json_t *room_files(struct command *command, const struct id *unit, bool print);
// A file of so many bytes fits, and leaves room for what is small.
bool room_fits(const struct command *command, uint64_t bytes);

#endif
