// Tables of the dashboard as workbooks.
#ifndef TRIBUTARY_SERVER_BOARD_SHEET_H
#define TRIBUTARY_SERVER_BOARD_SHEET_H

#include "cli/command.h"

int board_sheet_table(struct command *command);  // POST /api/v1/sheets: the table that is sent, in the pack's layout
int board_sheet_report(struct command *command); // GET /api/v1/units/{unit}/reports/{report}/sheet

#endif
