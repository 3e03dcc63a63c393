// The best road there is: the server above; else another server of the unit's line, which carries sealed cargo on; else
// whoever is beside this device. What no road takes waits for a stick.
#ifndef TRIBUTARY_CLIENT_ROADS_H
#define TRIBUTARY_CLIENT_ROADS_H

#include "cli/meeting.h"

#define ROADS_LOOK_MS 2000

enum roads_kind { ROADS_NONE, ROADS_SERVER, ROADS_LINE, ROADS_NEIGHBOUR };

struct roads {
	enum roads_kind kind;     // the one that was taken
	struct meeting meeting;   // ROADS_LINE, ROADS_NEIGHBOUR
};

// The server above was called in vain: the others, in order, until one was there.
void roads_try(struct command *command, struct roads *roads);

// Facts of --json about the road; and in words what is where now.
json_t *roads_json(struct command *command, const struct roads *roads);
void roads_tell_standing(struct command *command); // what is on this machine alone, and what waits for a receipt; within a transaction
void roads_tell(struct command *command, const struct roads *roads);
void roads_tell_meeting(struct command *command, const struct meeting *meeting);

#endif
