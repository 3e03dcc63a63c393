// What the clerk's page takes in and gives out as files: bundles for a stick, letters of transfer, photos and papers.
#ifndef TRIBUTARY_CLIENT_PAGE_FILE_H
#define TRIBUTARY_CLIENT_PAGE_FILE_H

#include "cli/command.h"

// Each is the work of a route.
int page_file_bundle_out(struct command *command);
int page_file_bundle_in(struct command *command);
int page_file_letter(struct command *command);
int page_file_slip(struct command *command);
int page_file_verify(struct command *command);
int page_file_admit(struct command *command);
int page_file_returned(struct command *command);
int page_file_add(struct command *command);
int page_file_get(struct command *command);
int page_file_picture(struct command *command);

#endif
