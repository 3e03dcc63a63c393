// What every row of a store has behind its value: a check sum over its table, its key and its value. LMDB has none.
// It tells apart what was written from what a disk made of it; whoever means harm is held by signatures (log/head).
#ifndef TRIBUTARY_IO_STORE_ROW_H
#define TRIBUTARY_IO_STORE_ROW_H

#include "base/buf.h"
#include "base/store.h"

enum { STORE_ROW_CHECK_BYTES = 4 };

// The value as it is kept.
void store_row_close(struct buf *row, enum store_table table, struct span key, struct span value);
// The value of what was kept. ERR_CORRUPT.
enum err store_row_open(enum store_table table, struct span key, struct span row, struct span *value);

#endif
