// Who is signed in: a random token in a cookie, its digest here. Sessions live in memory: who restarts the program
// signs everybody out. A person's own page (local) has sessions without an account.
#ifndef TRIBUTARY_WEB_SESSION_H
#define TRIBUTARY_WEB_SESSION_H

#include "web/account.h"

#define SESSIONS_MAX          1024
#define SESSION_TOKEN_BYTES   44               // 32 random bytes as base64url, with a NUL
#define SESSION_IDLE_MS       (60ull * 60 * 1000)
#define SESSION_LONGEST_MS    (12ull * 60 * 60 * 1000)

struct session {
	struct hash key;       // of the token; zero: a free place
	struct account account;
	uint64_t opened, seen; // ms
};

struct sessions {
	struct session rows[SESSIONS_MAX];
};

void session_token(char token[static SESSION_TOKEN_BYTES]);      // a fresh secret
struct hash session_key(const char *token);

// The oldest gives way when all places are taken. `account` of a local page is all zero.
struct session *session_open(struct sessions *sessions, const struct account *account, uint64_t now, char token[static SESSION_TOKEN_BYTES]);
struct session *session_find(struct sessions *sessions, const char *token, uint64_t now); // NULL: none, or it is over
void session_close(struct session *session);
uint64_t session_expires(const struct session *session);

#endif
