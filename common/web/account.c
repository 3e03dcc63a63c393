// Accounts as rows of META, and their passwords.
#include "web/account.h"

#include <sodium.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/bytes.h"

enum { ACCOUNT_VERSION = 1, ACCOUNT_FIXED_BYTES = 1 + 1 + LIMIT_ID_BYTES + 8 };

static const char prefix[] = "account/";

static_assert(crypto_pwhash_STRBYTES <= ACCOUNT_HASH_BYTES, "a hash fits");
static_assert(sizeof prefix - 1 + ACCOUNT_NAME_BYTES <= STORE_KEY_MAX, "a name fits into a key");

static const char *const roles[ACCOUNT_ROLES] = { "anybody", "viewer", "reviewer", "administrator" };

const char *account_role_name(enum account_role role)
{
	return (unsigned)role < ACCOUNT_ROLES ? roles[role] : "";
}

enum err account_role_parse(const char *text, enum account_role *role)
{
	for (unsigned i = ACCOUNT_VIEWER; i < ACCOUNT_ROLES; i++) {
		if (strcmp(roles[i], text) == 0) {
			*role = (enum account_role)i;
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

enum err account_name_check(const char *name)
{
	size_t size = strlen(name);
	bool good = size > 0 && size < ACCOUNT_NAME_BYTES;
	for (size_t i = 0; i < size && good; i++)
		good = (unsigned char)name[i] > ' ' && name[i] != 0x7f;
	return good ? ERR_OK : ERR_MALFORMED;
}

// ---- Passwords ----

enum err account_password_set(struct account *account, const char *password)
{
	size_t size = strlen(password);
	if (size < ACCOUNT_PASSWORD_LEAST || size > ACCOUNT_PASSWORD_MOST)
		return ERR_RANGE;
	memset(account->hash, 0, sizeof account->hash);
	int failed = crypto_pwhash_str(account->hash, password, size, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE);
	return failed ? ERR_NOMEM : ERR_OK;
}

bool account_password_is(const struct account *account, const char *password)
{
	char hash[crypto_pwhash_STRBYTES];
	size_t size = strlen(password);
	if (size > ACCOUNT_PASSWORD_MOST)
		return false;
	if (account)
		return crypto_pwhash_str_verify(account->hash, password, size) == 0;
	bool made = crypto_pwhash_str(hash, password, size, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
	return made && account;
}

// ---- Rows ----

static struct span key_of(const char *name, uint8_t room[static STORE_KEY_MAX])
{
	size_t size = strnlen(name, ACCOUNT_NAME_BYTES - 1);
	memcpy(room, prefix, sizeof prefix - 1);
	memcpy(room + sizeof prefix - 1, name, size);
	return span_of(room, sizeof prefix - 1 + size);
}

enum err account_decode(struct span name, struct span row, struct account *account)
{
	*account = (struct account){ .role = ACCOUNT_ANYBODY };
	if (row.size <= ACCOUNT_FIXED_BYTES || row.size - ACCOUNT_FIXED_BYTES >= ACCOUNT_HASH_BYTES)
		return ERR_CORRUPT;
	if (name.size == 0 || name.size >= ACCOUNT_NAME_BYTES || row.data[0] != ACCOUNT_VERSION)
		return ERR_CORRUPT;
	if (row.data[1] <= ACCOUNT_ANYBODY || row.data[1] >= ACCOUNT_ROLES)
		return ERR_CORRUPT;
	memcpy(account->name, name.data, name.size);
	account->role = (enum account_role)row.data[1];
	memcpy(account->unit.bytes, row.data + 2, LIMIT_ID_BYTES);
	account->since = bytes_get_u64(row.data + 2 + LIMIT_ID_BYTES);
	memcpy(account->hash, row.data + ACCOUNT_FIXED_BYTES, row.size - ACCOUNT_FIXED_BYTES);
	return ERR_OK;
}

enum err account_get(struct txn *txn, const char *name, struct account *account)
{
	uint8_t key[STORE_KEY_MAX];
	struct span row;
	if (account_name_check(name))
		return ERR_NOT_FOUND;
	enum err err = txn_get(txn, STORE_META, key_of(name, key), &row);
	return err ? err : account_decode(span_string(name), row, account);
}

enum err account_put(struct txn *txn, const struct account *account)
{
	uint8_t key[STORE_KEY_MAX];
	struct buf row = { .limit = ACCOUNT_FIXED_BYTES + ACCOUNT_HASH_BYTES };
	buf_u8(&row, ACCOUNT_VERSION);
	buf_u8(&row, (uint8_t)account->role);
	buf_bytes(&row, account->unit.bytes, sizeof account->unit.bytes);
	buf_u64(&row, account->since);
	buf_string(&row, account->hash);
	enum err err = row.err ? row.err : txn_put(txn, STORE_META, key_of(account->name, key), buf_span(&row));
	buf_free(&row);
	return err;
}

enum err account_delete(struct txn *txn, const char *name)
{
	uint8_t key[STORE_KEY_MAX];
	if (account_name_check(name) || !txn_has(txn, STORE_META, key_of(name, key)))
		return ERR_NOT_FOUND;
	return txn_delete(txn, STORE_META, key_of(name, key));
}

struct account_walk account_walk_begin(struct txn *txn)
{
	return (struct account_walk){ .scan = scan_begin(txn, STORE_META, span_string(prefix)) };
}

bool account_walk_next(struct account_walk *walk, struct account *account)
{
	while (scan_next(&walk->scan)) {
		struct span key = walk->scan.key;
		struct span name = span_of(key.data + sizeof prefix - 1, key.size - (sizeof prefix - 1));
		if (account_decode(name, walk->scan.value, account) == ERR_OK)
			return true;
	}
	return false;
}

void account_walk_end(struct account_walk *walk)
{
	scan_end(&walk->scan);
}
