// The guard file: judged at opening, written before anything is shown. Both under DIR/lock, so that
// two processes neither begin two lives nor undo each other's figures.
#include "io/home_guard.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "io/file.h"
#include "io/machine.h"

#define MACHINE_BYTES (LIMIT_HASH_BYTES / 2) // of its digest; the rest names the store's file

// As Incarnation.reason in proto/store.proto.
enum { REASON_RESTORED = 1, REASON_COPIED = 2 };

static const struct {
	enum home_event event;
	unsigned reason;
} outcomes[] = {
	[GUARD_SAME] = { .event = HOME_SAME },
	[GUARD_RESTORED] = { .event = HOME_RESTORED, .reason = REASON_RESTORED },
	[GUARD_COPIED] = { .event = HOME_COPIED, .reason = REASON_COPIED },
};

// The machine, and in its second half the very file that the store is: so that a copy on the same
// machine is noticed too, and a restore that brought the guard back with the store.
static enum err place_of(const struct home *home, struct hash *place)
{
	char path[FILE_PATH_BYTES];
	struct stat status;
	enum err err = machine_digest(place);
	if (!err)
		err = file_join(path, sizeof path, home->dir, "store/data.mdb");
	if (err || stat(path, &status))
		return err ? err : ERR_IO; // it was opened a moment ago
	bytes_put_u64(place->bytes + MACHINE_BYTES, (uint64_t)status.st_ino);
	memset(place->bytes + MACHINE_BYTES + 8, 0, sizeof place->bytes - MACHINE_BYTES - 8);
	return ERR_OK;
}

static enum err lock(const struct home *home, int *fd)
{
	char path[FILE_PATH_BYTES];
	enum err err = file_join(path, sizeof path, home->dir, "lock");
	return err ? err : file_lock(path, fd);
}

// *known is false where there is no guard that can be read: gone, damaged, or of another version.
static enum err read_guard(const struct home *home, struct guard *guard, bool *known)
{
	char path[FILE_PATH_BYTES];
	struct buf bytes = BUF_EMPTY;
	*known = false;
	enum err err = file_join(path, sizeof path, home->dir, "guard");
	if (!err)
		err = file_read(path, GUARD_BYTES, &bytes);
	if (!err)
		*known = guard_decode(buf_span(&bytes), guard) == ERR_OK;
	buf_free(&bytes);
	return err == ERR_NOT_FOUND || err == ERR_TOO_LARGE ? ERR_OK : err;
}

static enum err write_guard(const struct home *home, const struct guard *guard)
{
	char path[FILE_PATH_BYTES];
	uint8_t bytes[GUARD_BYTES];
	enum err err = file_join(path, sizeof path, home->dir, "guard");
	guard_encode(guard, bytes);
	return err ? err : file_write(path, 0600, span_of(bytes, sizeof bytes));
}

// The life that the store is in now.
static enum err stored_life(struct home *home, struct id *incarnation)
{
	struct txn txn;
	struct self self = { .server = false };
	enum err err = txn_begin(home->store, STORE_READ, &txn);
	if (err)
		return err;
	err = self_load(&txn, &self);
	txn_abort(&txn);
	*incarnation = self.incarnation;
	return err;
}

// ---- Before anything is shown ----

static enum err raise_guard(struct home *home, const struct self *self, const uint64_t shown[LANE_END])
{
	struct guard there, raised = { .incarnation = self->incarnation };
	struct id life;
	bool known;
	enum err err = stored_life(home, &life);
	if (!err)
		err = place_of(home, &raised.machine);
	if (!err && !id_equal(&life, &self->incarnation))
		err = ERR_FROZEN;
	if (!err)
		err = read_guard(home, &there, &known);
	if (err)
		return err;
	bool same = known && id_equal(&there.incarnation, &raised.incarnation);
	bool higher = !same;
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++) {
		uint64_t before = same ? there.shown[lane] : 0;
		raised.shown[lane] = shown[lane] > before ? shown[lane] : before;
		higher |= raised.shown[lane] > before;
	}
	return higher ? write_guard(home, &raised) : ERR_OK;
}

enum err home_guard(void *context, const struct self *self, const uint64_t shown[LANE_END])
{
	struct home *home = context;
	int fd;
	enum err err = lock(home, &fd);
	if (err)
		return err;
	err = raise_guard(home, self, shown);
	close(fd);
	return err;
}

// ---- At opening ----

// What the store says of itself. home->self is read in the same transaction.
static enum err look(struct home *home, const struct hash *machine, struct guard *store)
{
	struct txn txn;
	enum err err = txn_begin(home->store, STORE_READ, &txn);
	if (err)
		return err;
	err = self_load(&txn, &home->self);
	if (!err)
		err = self_guard(&txn, &home->self, machine, store);
	txn_abort(&txn);
	return err;
}

static enum err begin_life(struct home *home, unsigned reason)
{
	struct txn txn;
	struct id incarnation;
	struct self next = home->self;
	machine_random(incarnation.bytes, sizeof incarnation.bytes);
	enum err err = txn_begin(home->store, STORE_WRITE, &txn);
	if (!err)
		err = self_reincarnate(&txn, &next, &incarnation, reason, machine_now_ms());
	if (err)
		txn_abort(&txn);
	else
		err = txn_commit(&txn);
	if (!err)
		home->self = next;
	identity_wipe(&next.identity);
	return err;
}

// The guard is read before the store: a process that commits, guards and sends in between only makes
// the store greater than the guard.
static enum err judge(struct home *home)
{
	struct hash place;
	struct guard file, store;
	bool known;
	enum err err = place_of(home, &place);
	if (!err)
		err = read_guard(home, &file, &known);
	if (!err)
		err = look(home, &place, &store);
	if (err)
		return err;
	enum guard_verdict verdict = guard_judge(known ? &file : NULL, &store);
	if (verdict == GUARD_COPIED && memcmp(file.machine.bytes, place.bytes, MACHINE_BYTES) == 0)
		verdict = GUARD_RESTORED; // the same machine, but not the file that it was
	if (verdict == GUARD_SAME && known)
		return ERR_OK;
	if (verdict != GUARD_SAME)
		err = begin_life(home, outcomes[verdict].reason);
	if (err)
		return err;
	home->event = outcomes[verdict].event;
	return write_guard(home, &(struct guard){ .machine = place, .incarnation = home->self.incarnation });
}

enum err home_guard_judge(struct home *home)
{
	int fd;
	enum err err = lock(home, &fd);
	if (err)
		return err;
	err = judge(home);
	close(fd);
	return err;
}
