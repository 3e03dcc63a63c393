// Links as ZeroMQ gives them: two ordered streams between a client and its server. A stream may be
// slow or stall; a link may break and lose what is under way; nothing is ever reordered or doubled
// within one. Either end may learn of a break late, the server's end also never.
#ifndef TRIBUTARY_TESTS_SIM_NETWORK_H
#define TRIBUTARY_TESTS_SIM_NETWORK_H

#include "base/span.h"
#include "world.h"

struct actor;

struct link *network_open(struct world *world, struct actor *client, struct actor *server);
uint64_t network_number(const struct link *link);
void network_send_up(struct link *link, struct span bytes);
void network_send_down(struct world *world, uint64_t number, struct span bytes);
void network_close_up(struct link *link);                          // the client leaves; what it sent arrives, or not
void network_close_down(struct world *world, uint64_t number);     // the server forgets it
void network_break(struct world *world, struct link *link);
void network_break_all(struct world *world, struct actor *actor);  // of one actor, both ways
void network_break_some(struct world *world);                      // trouble: any one
void network_stall_some(struct world *world);
void network_settle(struct world *world);                          // peace: nothing stalls any more
void network_free(struct world *world);

#endif
