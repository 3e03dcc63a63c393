// A store whose file is damaged, made anew of the rows that hold.
#ifndef TRIBUTARY_IO_STORE_RESCUE_H
#define TRIBUTARY_IO_STORE_RESCUE_H

#include "base/store.h"

struct store_rescue {
	bool made_anew;               // something was not whole: the file is another one now
	bool lost[STORE_TABLE_COUNT]; // of which tables something is gone
};

// Reads all of DIR/data.mdb. Where it is whole nothing is done. Else a file beside it is filled with the rows that
// hold and with a row `mark` in META, so that nobody takes it for whole, and takes its place in one step. What the mark says is
// asked of `judge`. ERR_CORRUPT: it gave 0, for too much is lost; or nothing can be read. ERR_LOCKED: it is damaged, and another program has it open.
enum err store_rescue(const char *dir, struct span mark, uint8_t (*judge)(const bool lost[STORE_TABLE_COUNT]), struct store_rescue *rescue);

#endif
