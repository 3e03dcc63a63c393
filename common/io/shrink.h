// Small pictures of photos and scans (JPEG, PNG), made by libjpeg-turbo and libpng. What comes from a camera, a mail or a
// stranger is decoded by a process of its own: it holds no store and no keys, has given up files, calls, memory and time before it
// looks at the first byte (io/confine), and ends after one picture. What comes out is upright, at most PICTURE_EDGE pixels a side
// and LIMIT_PICTURE_BYTES, and says nothing beside the picture: not when, where and by what it was taken (sync/picture.h).
#ifndef TRIBUTARY_IO_SHRINK_H
#define TRIBUTARY_IO_SHRINK_H

#include <stdio.h>

#include "base/buf.h"

#define SHRINK_ARGUMENT "--small-picture"

bool shrink_meant(int argc, char **argv);
int shrink_run(void); // that process: the file on standard input, the small picture on standard output

// Starts it from this very program. ERR_OK: *jpeg holds a small picture; ERR_NOT_FOUND: none can be made of this file, or not in
// time; ERR_NOMEM. The file is read from its beginning, and stands anywhere afterwards.
enum err shrink_make(int fd, struct buf *jpeg);

// What that process does; for tests. ERR_NOT_FOUND, ERR_TOO_LARGE, ERR_NOMEM.
enum err shrink_of(FILE *file, struct buf *jpeg);

#endif
