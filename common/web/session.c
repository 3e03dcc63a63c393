// Sessions in a table; a token is looked up by its digest, so that what is kept opens nothing.
#include "web/session.h"

#include <sodium.h>

#include "io/machine.h"
#include "log/hash.h"

void session_token(char token[static SESSION_TOKEN_BYTES])
{
	uint8_t secret[32];
	machine_random(secret, sizeof secret);
	sodium_bin2base64(token, SESSION_TOKEN_BYTES, secret, sizeof secret, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(secret, sizeof secret);
}

struct hash session_key(const char *token)
{
	return hash_bytes(HASH_BLAKE2B_256, span_string(token));
}

uint64_t session_expires(const struct session *session)
{
	uint64_t idle = session->seen + SESSION_IDLE_MS, last = session->opened + SESSION_LONGEST_MS;
	return idle < last ? idle : last;
}

static bool is_over(const struct session *session, uint64_t now)
{
	return now >= session_expires(session) || now < session->opened;
}

struct session *session_open(struct sessions *sessions, const struct account *account, uint64_t now, char token[static SESSION_TOKEN_BYTES])
{
	struct session *place = &sessions->rows[0];
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *row = &sessions->rows[i];
		if (hash_is_zero(&row->key) || is_over(row, now)) {
			place = row;
			break;
		}
		place = row->seen < place->seen ? row : place;
	}
	session_token(token);
	*place = (struct session){ .key = session_key(token), .account = *account, .opened = now, .seen = now };
	return place;
}

struct session *session_find(struct sessions *sessions, const char *token, uint64_t now)
{
	struct hash key = session_key(token);
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct session *row = &sessions->rows[i];
		if (sodium_memcmp(row->key.bytes, key.bytes, sizeof key.bytes) != 0)
			continue;
		if (is_over(row, now)) {
			session_close(row);
			return NULL;
		}
		row->seen = now;
		return row;
	}
	return NULL;
}

void session_close(struct session *session)
{
	sodium_memzero(session, sizeof *session);
}
