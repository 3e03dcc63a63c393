// Values that must be unique within the unit and yet stand twice: entered on two devices that did not know
// of each other. For list, and for whoever collects warnings.
#ifndef TRIBUTARY_CLI_TWICE_H
#define TRIBUTARY_CLI_TWICE_H

#include "cli/command.h"

// [{"kind", "field", "value", "records": [{"record", "label"}]}], of one kind (NULL: of all), for the
// look-up's unit; NULL with *err set.
json_t *twice_json(struct command *command, const struct pack_kind *kind, enum err *err);

// One line for each such value. ERR_OK, or why they could not be read.
enum err twice_print(struct command *command, const struct pack_kind *kind, FILE *to);

#endif
