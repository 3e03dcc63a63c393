// The root key of a tree, kept by its top server or, better, away from it. The file, big-endian:
//
//	"TRRK" ‖ version u8 ‖ how u8 ‖ body ‖ BLAKE2b-256 over all before it
//	how 0, plain:       seed[32]
//	how 1, passphrase:  operations u64 ‖ memory u64 ‖ salt[16] ‖ nonce[24] ‖ crypto_secretbox of the seed[48]
//
// The key of the box is Argon2id of the passphrase with the limits that the file names.
#include "io/home.h"

#include <sodium.h>

#include "base/reader.h"
#include "io/file.h"
#include "io/machine.h"
#include "log/hash.h"

#define ROOT_VERSION 1
#define ROOT_MAX_BYTES 256
#define BOX_BYTES (IDENTITY_SEED_BYTES + crypto_secretbox_MACBYTES)

// What we are ready to spend on a file that somebody gave us.
#define OPERATIONS_MAX crypto_pwhash_OPSLIMIT_SENSITIVE
#define MEMORY_MAX     crypto_pwhash_MEMLIMIT_SENSITIVE

enum { PLAIN = 0, PASSPHRASE = 1 };

static const char magic[] = "TRRK";

static void wipe(struct buf *bytes)
{
	if (bytes->data)
		sodium_memzero(bytes->data, bytes->capacity);
	buf_free(bytes);
}

static enum err stretch(const char *passphrase, const uint8_t *salt, uint64_t operations, uint64_t memory,
                        uint8_t key[static crypto_secretbox_KEYBYTES])
{
	if (crypto_pwhash(key, crypto_secretbox_KEYBYTES, passphrase, strlen(passphrase), salt, operations, (size_t)memory,
	                  crypto_pwhash_ALG_ARGON2ID13))
		return ERR_NOMEM; // it fails for no other reason with limits in range
	return ERR_OK;
}

// ---- Making ----

static enum err put_sealed(struct buf *file, const char *passphrase, const uint8_t seed[static IDENTITY_SEED_BYTES])
{
	uint8_t salt[crypto_pwhash_SALTBYTES], nonce[crypto_secretbox_NONCEBYTES], key[crypto_secretbox_KEYBYTES];
	uint8_t box[BOX_BYTES];
	machine_random(salt, sizeof salt);
	machine_random(nonce, sizeof nonce);
	enum err err = stretch(passphrase, salt, crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE, key);
	if (err)
		return err;
	crypto_secretbox_easy(box, seed, IDENTITY_SEED_BYTES, nonce, key);
	sodium_memzero(key, sizeof key);
	buf_u64(file, crypto_pwhash_OPSLIMIT_MODERATE);
	buf_u64(file, crypto_pwhash_MEMLIMIT_MODERATE);
	buf_bytes(file, salt, sizeof salt);
	buf_bytes(file, nonce, sizeof nonce);
	buf_bytes(file, box, sizeof box);
	return ERR_OK;
}

static enum err encode(struct buf *file, const char *passphrase, const uint8_t seed[static IDENTITY_SEED_BYTES])
{
	enum err err = ERR_OK;
	buf_string(file, magic);
	buf_u8(file, ROOT_VERSION);
	buf_u8(file, passphrase ? PASSPHRASE : PLAIN);
	if (passphrase)
		err = put_sealed(file, passphrase, seed);
	else
		buf_bytes(file, seed, IDENTITY_SEED_BYTES);
	if (err || file->err)
		return err ? err : file->err;
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, buf_span(file));
	buf_bytes(file, digest.bytes, sizeof digest.bytes);
	return file->err;
}

enum err home_root_create(const char *dir, const char *passphrase, struct identity *root)
{
	char path[FILE_PATH_BYTES];
	uint8_t seed[IDENTITY_SEED_BYTES];
	struct buf file = { .limit = ROOT_MAX_BYTES };
	enum err err = file_join(path, sizeof path, dir, "root.key");
	if (!err && file_exists(path))
		err = ERR_EXISTS;
	if (err)
		return err;
	machine_random(seed, sizeof seed);
	err = encode(&file, passphrase, seed);
	if (!err)
		err = file_create(path, 0600, buf_span(&file));
	if (!err)
		identity_derive(seed, root);
	sodium_memzero(seed, sizeof seed);
	wipe(&file);
	return err;
}

// ---- Loading ----

static enum err open_sealed(struct reader *reader, const char *passphrase, uint8_t seed[static IDENTITY_SEED_BYTES])
{
	uint8_t salt[crypto_pwhash_SALTBYTES], nonce[crypto_secretbox_NONCEBYTES], key[crypto_secretbox_KEYBYTES];
	uint8_t box[BOX_BYTES];
	uint64_t operations = reader_u64(reader), memory = reader_u64(reader);
	reader_copy(reader, salt, sizeof salt);
	reader_copy(reader, nonce, sizeof nonce);
	reader_copy(reader, box, sizeof box);
	if (reader_end(reader))
		return ERR_MALFORMED;
	if (operations < crypto_pwhash_OPSLIMIT_MIN || operations > OPERATIONS_MAX || memory < crypto_pwhash_MEMLIMIT_MIN ||
	    memory > MEMORY_MAX)
		return ERR_MALFORMED;
	if (!passphrase)
		return ERR_NO_KEY;
	enum err err = stretch(passphrase, salt, operations, memory, key);
	if (!err && crypto_secretbox_open_easy(seed, box, sizeof box, nonce, key))
		err = ERR_SIGNATURE;
	sodium_memzero(key, sizeof key);
	return err;
}

static enum err decode(struct span file, const char *passphrase, uint8_t seed[static IDENTITY_SEED_BYTES])
{
	if (!span_starts(file, span_string(magic)) || file.size < strlen(magic) + 2 + LIMIT_HASH_BYTES)
		return ERR_MALFORMED;
	if (file.data[strlen(magic)] != ROOT_VERSION)
		return ERR_VERSION;
	struct span body = span_of(file.data, file.size - LIMIT_HASH_BYTES);
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, body);
	if (memcmp(digest.bytes, file.data + body.size, sizeof digest.bytes) != 0)
		return ERR_CORRUPT;
	struct reader reader = reader_of(span_of(body.data + strlen(magic) + 1, body.size - strlen(magic) - 1));
	uint8_t how = reader_u8(&reader);
	if (how == PASSPHRASE)
		return open_sealed(&reader, passphrase, seed);
	reader_copy(&reader, seed, IDENTITY_SEED_BYTES);
	return how != PLAIN || reader_end(&reader) ? ERR_MALFORMED : ERR_OK;
}

enum err home_root_load(const char *dir, const char *passphrase, struct identity *root)
{
	char path[FILE_PATH_BYTES];
	uint8_t seed[IDENTITY_SEED_BYTES];
	struct buf file = { .limit = ROOT_MAX_BYTES };
	enum err err = file_join(path, sizeof path, dir, "root.key");
	if (!err)
		err = file_read(path, ROOT_MAX_BYTES, &file);
	if (!err)
		err = decode(buf_span(&file), passphrase, seed);
	if (!err)
		identity_derive(seed, root);
	sodium_memzero(seed, sizeof seed);
	wipe(&file);
	return err == ERR_TOO_LARGE ? ERR_MALFORMED : err;
}
