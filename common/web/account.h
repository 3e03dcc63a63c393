// Who may look at a server's page: accounts that the server keeps itself, beside the ledger and not in it. A
// password is kept as Argon2id makes it (libsodium), salted, with what it costs written into it.
//
//	META "account/" ‖ name → version u8 (1) ‖ role u8 ‖ unit id[16] ‖ since u64 ms ‖ hash, text without its NUL
#ifndef TRIBUTARY_WEB_ACCOUNT_H
#define TRIBUTARY_WEB_ACCOUNT_H

#include "base/id.h"
#include "base/store.h"

#define ACCOUNT_NAME_BYTES     64  // with its NUL
#define ACCOUNT_PASSWORD_LEAST 10  // bytes
#define ACCOUNT_PASSWORD_MOST  256
#define ACCOUNT_HASH_BYTES     128
#define ACCOUNTS_MAX           4096

// Each may do what those before it may.
enum account_role { ACCOUNT_ANYBODY, ACCOUNT_VIEWER, ACCOUNT_REVIEWER, ACCOUNT_ADMINISTRATOR, ACCOUNT_ROLES };

struct account {
	char name[ACCOUNT_NAME_BYTES];
	enum account_role role;
	struct id unit;        // sees and acts at and below it
	uint64_t since;        // ms
	char hash[ACCOUNT_HASH_BYTES];
};

const char *account_role_name(enum account_role role);               // "viewer"
enum err account_role_parse(const char *text, enum account_role *role); // ERR_NOT_FOUND

// ERR_MALFORMED: not one line of text of 1 to 63 bytes.
enum err account_name_check(const char *name);
// Costs a tenth of a second and 64 MiB, as it should. ERR_RANGE: too short or too long; ERR_NOMEM.
enum err account_password_set(struct account *account, const char *password);
// NULL account: costs the same and gives false, so that nobody learns which names there are.
bool account_password_is(const struct account *account, const char *password);

enum err account_get(struct txn *txn, const char *name, struct account *account); // ERR_NOT_FOUND, ERR_CORRUPT
enum err account_put(struct txn *txn, const struct account *account);
enum err account_delete(struct txn *txn, const char *name);                       // ERR_NOT_FOUND

struct account_walk {
	struct scan scan;
};
struct account_walk account_walk_begin(struct txn *txn);
bool account_walk_next(struct account_walk *walk, struct account *account); // those that are damaged are passed over
void account_walk_end(struct account_walk *walk);

// For tests and for what reads rows: the layout above.
enum err account_decode(struct span name, struct span row, struct account *account);

#endif
