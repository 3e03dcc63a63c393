// Letter files: bytes as they are, or as text to be printed or mailed, with the same bytes in base64 at its end.
#ifndef TRIBUTARY_CLIENT_LETTERS_H
#define TRIBUTARY_CLIENT_LETTERS_H

#include "cli/verb.h"
#include "sync/letter.h"

int letters_write_run(const struct verb_call *call);    // transfer letter
int letters_admit_run(const struct verb_call *call);    // transfer admit
int letters_slip_run(const struct verb_call *call);     // transfer slip
int letters_returned_run(const struct verb_call *call); // transfer returned

// Either form, as bytes. ERR_MALFORMED: a text without a letter in it.
enum err letters_read(const char *path, struct buf *file);
// verify, of a file that is a letter. `root`: the key that is trusted; NULL: none is known.
int letters_verify(const struct verb_call *call, const struct buf *file, const struct hash *root);

#endif
