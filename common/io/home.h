// A data directory: everything one device or server keeps.
//
//	DIR/store/       the LMDB store; the home exists once META "self" stands in it
//	DIR/identity     the seed of the device's keys, mode 0600; never leaves:
//	                 "TRID" ‖ version u8 ‖ seed[32] ‖ BLAKE2b-256 over all before it
//	DIR/guard        which life this is and what was shown (log/guard.h)
//	DIR/lock         held while the guard is judged or written (several processes)
//	DIR/root.key     top server only: the root key's seed, plain or under a passphrase (home_root.c)
//	DIR/tributary.ini  configuration (io/config)
#ifndef TRIBUTARY_IO_HOME_H
#define TRIBUTARY_IO_HOME_H

#include "io/config.h"
#include "sync/driver.h"
#include "sync/pen.h"

enum home_event { HOME_SAME, HOME_RESTORED, HOME_COPIED }; // what the guard found at opening

struct home {
	char dir[4096];
	struct store *store;
	struct self self;
	struct view_pack pack;
	struct config config;
	enum home_event event;    // when not HOME_SAME, a new incarnation was begun and committed
};

enum home_mode {
	HOME_READ,    // look only: nothing is judged, nothing written; a store of another life is still readable
	HOME_WRITE,
	HOME_MEND,    // the same, also where home_rescue was and nothing has been mended since
};

// Makes DIR, a fresh identity and an empty store. ERR_EXISTS. A home whose making was interrupted is
// finished, with the identity that it had. ERR_CORRUPT: there is a store whose identity is gone.
enum err home_create(const char *dir, struct home *home);
// ERR_NOT_FOUND: no home there, or one whose making was interrupted (home_create finishes it).
// ERR_CORRUPT: the identity is missing or damaged. ERR_MALFORMED: the configuration (config_load names
// the line). On HOME_WRITE the guard is judged first. On any error *home is closed.
enum err home_open(const char *dir, enum home_mode mode, struct home *home);
void home_close(struct home *home);

// A store whose file is damaged is made anew of the rows that hold (io/store_rescue). Until home_rescue_end, in the
// transaction that mends what is gone (sync/heal), it opens for HOME_MEND alone; others are told ERR_CORRUPT. A file that is whole is
// left as it is. ERR_CORRUPT: too much is gone. ERR_LOCKED: another program has the store open.
enum err home_rescue(const char *dir);
enum home_rescued { HOME_NOT_RESCUED, HOME_RESCUED, HOME_RESCUED_VIEWS_STAND }; // the last: only logs and news lost rows
enum home_rescued home_rescued(struct txn *txn);
enum err home_rescue_end(struct txn *txn);

// Port for sync/driver.h: writes the guard file (temporary, fsync, rename, fsync of the directory).
// Under a lock, keeping the greater of what is there and what is given (several processes).
// ERR_FROZEN: another process has begun a new life of this store; what is given belongs to the former.
enum err home_guard(void *home, const struct self *self, const uint64_t shown[LANE_END]);

// A write transaction with a pen, for commands: begin … end(commit). Time and seed come from the machine.
// `home->self` is read again first: another process may have joined or begun a new life.
enum err home_pen_begin(struct home *home, struct txn *txn, struct pen *pen);
enum err home_pen_commit(struct txn *txn, struct pen *pen); // finish and commit, or abort and say why

// The root key of a top server. passphrase NULL: plain. ERR_EXISTS.
enum err home_root_create(const char *dir, const char *passphrase, struct identity *root);
// ERR_NO_KEY: it is under a passphrase and none is given. ERR_SIGNATURE: not this passphrase.
// ERR_NOT_FOUND, ERR_MALFORMED, ERR_VERSION, ERR_CORRUPT.
enum err home_root_load(const char *dir, const char *passphrase, struct identity *root);

#endif
