// What the commands about members at a second unit share.
#ifndef TRIBUTARY_CLIENT_ATTACH_H
#define TRIBUTARY_CLIENT_ATTACH_H

#include "base/date.h"
#include "base/pb.h"
#include "cli/command.h"
#include "sync/pen_presence.h"

enum phrase attach_refusal(enum pen_presence_refusal refusal);
void attach_day_cell(struct output_table *table, int32_t day); // 0: nothing
void attach_unit_cell(struct command *command, struct output_table *table, const struct id *unit);
int32_t attach_day_of(const struct record *record, uint8_t field); // 0: none

#endif
