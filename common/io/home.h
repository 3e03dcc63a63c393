// A data directory: everything one device or server keeps.
//
//	DIR/store/       the LMDB store
//	DIR/identity     the 32-byte seed of the device's keys, mode 0600; never leaves
//	DIR/guard        which life this is and what was shown (log/guard.h)
//	DIR/root.key     top server only: the root key's seed, plain or under a passphrase (Argon2id)
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
};

// Makes DIR, a fresh identity and an empty store. ERR_EXISTS.
enum err home_create(const char *dir, struct home *home);
// ERR_NOT_FOUND: no store there. On HOME_WRITE the guard is judged first.
enum err home_open(const char *dir, enum home_mode mode, struct home *home);
void home_close(struct home *home);

// Port for sync/driver.h: writes the guard file (temporary, fsync, rename, fsync of the directory).
// Under a lock, keeping the greater of what is there and what is given (several processes).
enum err home_guard(void *home, const struct self *self, const uint64_t shown[LANE_END]);

// A write transaction with a pen, for commands: begin … end(commit). Time and seed come from the machine.
enum err home_pen_begin(struct home *home, struct txn *txn, struct pen *pen);
enum err home_pen_commit(struct txn *txn, struct pen *pen); // finish and commit, or abort and say why

// The root key of a top server. passphrase NULL: plain.
enum err home_root_create(const char *dir, const char *passphrase, struct identity *root);
enum err home_root_load(const char *dir, const char *passphrase, struct identity *root);

#endif
