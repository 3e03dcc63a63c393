// Making, opening and closing a data directory.
//
// Making is done in an order that can be taken up again: DIR, identity, store, and last META "self",
// with which the home exists. The identity of an interrupted making was shown to nobody and is kept.
#include "io/home.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/file.h"
#include "io/home_guard.h"
#include "io/machine.h"
#include "io/store_lmdb.h"
#include "io/store_rescue.h"
#include "log/hash.h"
#include "sync/heal.h"

#define IDENTITY_VERSION 1
#define IDENTITY_BYTES (4 + 1 + IDENTITY_SEED_BYTES + LIMIT_HASH_BYTES)

static const uint8_t identity_magic[4] = { 'T', 'R', 'I', 'D' };

static_assert(FILE_PATH_BYTES == sizeof((struct home *)0)->dir, "paths in a home fit where paths are made");

// ---- The identity ----

static void encode_identity(const uint8_t seed[static IDENTITY_SEED_BYTES], uint8_t bytes[static IDENTITY_BYTES])
{
	const size_t body = IDENTITY_BYTES - LIMIT_HASH_BYTES;
	memcpy(bytes, identity_magic, sizeof identity_magic);
	bytes[sizeof identity_magic] = IDENTITY_VERSION;
	memcpy(bytes + sizeof identity_magic + 1, seed, IDENTITY_SEED_BYTES);
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, span_of(bytes, body));
	memcpy(bytes + body, digest.bytes, sizeof digest.bytes);
}

// A bit that flipped would otherwise make another device of us.
static enum err decode_identity(struct span bytes, struct identity *identity)
{
	uint8_t again[IDENTITY_BYTES];
	if (bytes.size != IDENTITY_BYTES || !span_starts(bytes, span_of(identity_magic, sizeof identity_magic)))
		return ERR_CORRUPT;
	if (bytes.data[sizeof identity_magic] != IDENTITY_VERSION)
		return ERR_VERSION;
	const uint8_t *seed = bytes.data + sizeof identity_magic + 1;
	encode_identity(seed, again);
	enum err err = sodium_memcmp(again, bytes.data, sizeof again) == 0 ? ERR_OK : ERR_CORRUPT;
	if (!err)
		identity_derive(seed, identity);
	sodium_memzero(again, sizeof again);
	return err;
}

static enum err load_identity(const char *dir, struct identity *identity)
{
	char path[FILE_PATH_BYTES];
	uint8_t room[IDENTITY_BYTES];
	struct buf bytes = { .limit = sizeof room };
	enum err err = file_join(path, sizeof path, dir, "identity");
	if (!err)
		err = file_read(path, sizeof room, &bytes);
	if (!err)
		err = decode_identity(buf_span(&bytes), identity);
	if (bytes.data)
		sodium_memzero(bytes.data, bytes.capacity);
	buf_free(&bytes);
	return err == ERR_TOO_LARGE ? ERR_CORRUPT : err;
}

static enum err make_identity(const char *dir, struct identity *identity)
{
	char path[FILE_PATH_BYTES];
	uint8_t seed[IDENTITY_SEED_BYTES], bytes[IDENTITY_BYTES];
	enum err err = file_join(path, sizeof path, dir, "identity");
	if (err)
		return err;
	machine_random(seed, sizeof seed);
	encode_identity(seed, bytes);
	err = file_create(path, 0600, span_of(bytes, sizeof bytes));
	if (!err)
		identity_derive(seed, identity);
	sodium_memzero(seed, sizeof seed);
	sodium_memzero(bytes, sizeof bytes);
	return err;
}

// ---- Making ----

static enum err make_directory(const char *dir)
{
	struct stat status;
	if (stat(dir, &status) == 0)
		return S_ISDIR(status.st_mode) ? ERR_OK : ERR_EXISTS;
	return mkdir(dir, S_IRWXU) ? file_err(errno) : ERR_OK;
}

static enum err start(const char *dir, struct home *home)
{
	*home = (struct home){ .event = HOME_SAME };
	view_pack_init(&home->pack);
	config_default(&home->config);
	size_t length = strlen(dir);
	if (length >= sizeof home->dir)
		return ERR_TOO_LARGE;
	memcpy(home->dir, dir, length + 1);
	return ERR_OK;
}

static enum err open_store(struct home *home, bool read_only)
{
	char path[FILE_PATH_BYTES];
	enum err err = file_join(path, sizeof path, home->dir, "store");
	if (!err && read_only && !file_exists(path))
		err = ERR_NOT_FOUND;
	return err ? err : store_lmdb_open(path, &(struct store_lmdb_options){ .read_only = read_only }, &home->store);
}

// The last step: from now on it is a home.
static enum err begin_self(struct home *home)
{
	struct txn txn;
	struct self there = { .server = false };
	machine_random(home->self.incarnation.bytes, sizeof home->self.incarnation.bytes);
	enum err err = txn_begin(home->store, STORE_WRITE, &txn);
	if (err)
		return err;
	err = self_load(&txn, &there);
	err = err == ERR_NOT_FOUND ? self_save(&txn, &home->self) : err ? err : ERR_EXISTS;
	if (!err)
		return txn_commit(&txn);
	txn_abort(&txn);
	return err;
}

static enum err make(struct home *home)
{
	char store[FILE_PATH_BYTES];
	enum err err = make_directory(home->dir);
	if (!err)
		err = file_join(store, sizeof store, home->dir, "store");
	if (err)
		return err;
	err = load_identity(home->dir, &home->self.identity);
	// A store without an identity was begun by another one: a new key would write in its name.
	if (err == ERR_NOT_FOUND)
		err = file_exists(store) ? ERR_CORRUPT : make_identity(home->dir, &home->self.identity);
	if (!err)
		err = open_store(home, false);
	if (!err)
		err = begin_self(home);
	return err;
}

enum err home_create(const char *dir, struct home *home)
{
	enum err err = start(dir, home);
	if (!err)
		err = make(home);
	if (!err)
		err = home_guard_judge(home); // writes the first guard
	if (err)
		home_close(home);
	return err;
}

// ---- Opening ----

// Stands in META from when a store was made anew until it was mended.
static struct span rescued_key(void)
{
	return span_string("rescued");
}

enum { RESCUED_WITH_VIEWS = 1, RESCUED_WITHOUT = 2 };

enum home_rescued home_rescued(struct txn *txn)
{
	struct span said;
	if (txn_get(txn, STORE_META, rescued_key(), &said))
		return HOME_NOT_RESCUED;
	return said.size == 1 && said.data[0] == RESCUED_WITH_VIEWS ? HOME_RESCUED_VIEWS_STAND : HOME_RESCUED;
}

enum err home_rescue_end(struct txn *txn)
{
	return txn_delete(txn, STORE_META, rescued_key());
}

static uint8_t judge_loss(const bool lost[STORE_TABLE_COUNT])
{
	uint8_t said = RESCUED_WITH_VIEWS;
	for (int table = 0; table < STORE_TABLE_COUNT; table++) {
		enum heal_loss loss = heal_loss((enum store_table)table);
		if (lost[table] && loss == HEAL_NEVER)
			return 0;
		if (lost[table] && loss == HEAL_VIEW)
			said = RESCUED_WITHOUT;
	}
	return said;
}

enum err home_rescue(const char *dir)
{
	char path[FILE_PATH_BYTES];
	struct store_rescue rescue;
	enum err err = file_join(path, sizeof path, dir, "store");
	return err ? err : store_rescue(path, rescued_key(), judge_loss, &rescue);
}

static enum err read_self(struct home *home, bool mend)
{
	struct txn txn;
	enum err err = txn_begin(home->store, STORE_READ, &txn);
	if (err)
		return err;
	err = self_load(&txn, &home->self);
	if (!err && !mend && home_rescued(&txn))
		err = ERR_CORRUPT;
	if (!err && !mend)
		err = view_pack_refresh(&home->pack, &txn);
	txn_abort(&txn);
	return err;
}

static enum err read_config(struct home *home)
{
	char path[FILE_PATH_BYTES];
	int line;
	enum err err = file_join(path, sizeof path, home->dir, "tributary.ini");
	if (!err)
		err = config_load(path, &home->config, &line);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err open_there(struct home *home, enum home_mode mode)
{
	char store[FILE_PATH_BYTES];
	enum err err = file_join(store, sizeof store, home->dir, "store");
	if (!err && !file_exists(store))
		err = ERR_NOT_FOUND;
	if (!err)
		err = open_store(home, mode == HOME_READ);
	if (err)
		return err;
	err = read_self(home, mode == HOME_MEND);
	if (err)
		return err;
	err = load_identity(home->dir, &home->self.identity);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	err = read_config(home);
	return err || mode == HOME_READ ? err : home_guard_judge(home);
}

enum err home_open(const char *dir, enum home_mode mode, struct home *home)
{
	enum err err = start(dir, home);
	if (!err)
		err = open_there(home, mode);
	if (err)
		home_close(home);
	return err;
}

void home_close(struct home *home)
{
	view_pack_free(&home->pack);
	store_lmdb_close(home->store);
	identity_wipe(&home->self.identity);
	home->store = NULL;
}

// ---- Writing ----

enum err home_pen_begin(struct home *home, struct txn *txn, struct pen *pen)
{
	uint8_t seed[DRBG_SEED_BYTES];
	enum err err = txn_begin(home->store, STORE_WRITE, txn);
	if (err)
		return err;
	err = self_load(txn, &home->self);
	if (!err)
		err = view_pack_refresh(&home->pack, txn);
	machine_random(seed, sizeof seed);
	if (!err)
		err = pen_begin(pen, txn, &home->self, &home->pack, machine_now_ms(), seed);
	sodium_memzero(seed, sizeof seed);
	if (err)
		txn_abort(txn);
	return err;
}

enum err home_pen_commit(struct txn *txn, struct pen *pen)
{
	enum err err = pen_finish(pen);
	if (!err)
		return txn_commit(txn);
	txn_abort(txn);
	return err;
}
