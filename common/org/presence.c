// Words about members at a second unit, at rest.
#include "org/presence.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/reader.h"

enum {
	WORD_KEY_BYTES = 1 + 3 * LIMIT_ID_BYTES,
	RECORD_MARK_BYTES = 1 + 2 + LIMIT_ID_BYTES,
	NEWS_BYTES = 1 + LIMIT_ID_BYTES,
	TOLD_PREFIX = 5,
	TOLD_KEY_BYTES = TOLD_PREFIX + 1 + 2 * LIMIT_ID_BYTES,
	STAMP_BYTES = 8 + LIMIT_HASH_BYTES + 8,
};

const char *presence_refusal_name(enum presence_refusal refusal)
{
	static const char *const names[PRESENCE_REFUSAL_END] = {
#define REFUSAL_NAME(name, text) [PRESENCE_##name] = #name,
		PRESENCE_REFUSALS(REFUSAL_NAME)
#undef REFUSAL_NAME
	};
	return refusal > PRESENCE_COUNTS && refusal < PRESENCE_REFUSAL_END ? names[refusal] : "";
}

// ---- Words ----

static struct span word_key(const struct presence_word *word, uint8_t key[static WORD_KEY_BYTES])
{
	key[0] = (uint8_t)word->what;
	memcpy(key + 1, word->attachment.bytes, LIMIT_ID_BYTES);
	memcpy(key + 1 + LIMIT_ID_BYTES, word->unit.bytes, LIMIT_ID_BYTES);
	memcpy(key + 1 + 2 * LIMIT_ID_BYTES, word->activity.bytes, LIMIT_ID_BYTES);
	return span_of(key, WORD_KEY_BYTES);
}

enum err presence_put(struct txn *txn, const struct presence_word *word)
{
	uint8_t key[WORD_KEY_BYTES];
	struct buf value = BUF_EMPTY;
	struct span before;
	buf_u64(&value, word->time);
	buf_bytes(&value, word->log.bytes, LIMIT_HASH_BYTES);
	buf_u64(&value, word->seq);
	buf_bytes(&value, word->message.data, word->message.size);
	enum err err = value.err;
	word_key(word, key);
	// The stamp stands first and is big-endian: the order of bytes is the order of words.
	bool newer = txn_get(txn, STORE_PRESENCE, span_of(key, sizeof key), &before) == ERR_NOT_FOUND ||
	             span_compare(before, buf_span(&value)) < 0;
	if (!err && newer) {
		err = txn_put(txn, STORE_PRESENCE, span_of(key, sizeof key), buf_span(&value));
		presence_mark_news(txn, &word->attachment);
	}
	buf_free(&value);
	return err ? err : txn->err;
}

struct scan presence_words(struct txn *txn, enum presence_what what, const struct id *attachment)
{
	uint8_t key[1 + LIMIT_ID_BYTES] = { (uint8_t)what };
	if (attachment)
		memcpy(key + 1, attachment->bytes, LIMIT_ID_BYTES);
	return scan_begin(txn, STORE_PRESENCE, span_of(key, attachment ? sizeof key : 1));
}

static enum err read_word(struct span key, struct span value, struct presence_word *word)
{
	struct reader reader = reader_of(value);
	if (key.size != WORD_KEY_BYTES || value.size < STAMP_BYTES)
		return ERR_CORRUPT;
	*word = (struct presence_word){ .what = (enum presence_what)key.data[0] };
	memcpy(word->attachment.bytes, key.data + 1, LIMIT_ID_BYTES);
	memcpy(word->unit.bytes, key.data + 1 + LIMIT_ID_BYTES, LIMIT_ID_BYTES);
	memcpy(word->activity.bytes, key.data + 1 + 2 * LIMIT_ID_BYTES, LIMIT_ID_BYTES);
	word->time = reader_u64(&reader);
	reader_copy(&reader, word->log.bytes, LIMIT_HASH_BYTES);
	word->seq = reader_u64(&reader);
	word->message = span_of(value.data + STAMP_BYTES, value.size - STAMP_BYTES);
	return reader.err ? ERR_CORRUPT : ERR_OK;
}

enum err presence_read(const struct scan *scan, struct presence_word *word)
{
	return read_word(scan->key, scan->value, word);
}

enum err presence_find(struct txn *txn, enum presence_what what, const struct id *attachment, const struct id *unit,
                       struct presence_word *word)
{
	uint8_t key[WORD_KEY_BYTES];
	struct span value;
	struct presence_word wanted = { .what = what, .attachment = *attachment, .unit = *unit };
	enum err err = txn_get(txn, STORE_PRESENCE, word_key(&wanted, key), &value);
	return err ? err : read_word(span_of(key, sizeof key), value, word);
}

void presence_forget_unit(struct txn *txn, const struct id *unit)
{
	static const enum presence_what whats[] = { PRESENCE_GUEST, PRESENCE_ANSWER, PRESENCE_ACTIVITY };
	for (size_t i = 0; i < sizeof whats / sizeof whats[0]; i++) {
		struct scan scan = presence_words(txn, whats[i], NULL);
		while (scan_next(&scan)) {
			struct presence_word word;
			uint8_t key[WORD_KEY_BYTES];
			if (presence_read(&scan, &word) || !id_equal(&word.unit, unit))
				continue;
			presence_mark_news(txn, &word.attachment);
			txn_delete(txn, STORE_PRESENCE, word_key(&word, key));
		}
		scan_end(&scan);
	}
}

// ---- Judgement ----

static struct span judged_key(const struct presence_word *word, uint8_t key[static WORD_KEY_BYTES + 1])
{
	key[0] = 'r';
	word_key(word, key + 1);
	return span_of(key, WORD_KEY_BYTES + 1);
}

void presence_judged(struct txn *txn, const struct presence_word *word, enum presence_refusal refusal)
{
	uint8_t key[WORD_KEY_BYTES + 1], value = (uint8_t)refusal;
	if (refusal)
		txn_put(txn, STORE_PRESENCE, judged_key(word, key), span_of(&value, 1));
	else
		txn_delete(txn, STORE_PRESENCE, judged_key(word, key));
}

enum presence_refusal presence_refusal(struct txn *txn, const struct presence_word *word)
{
	uint8_t key[WORD_KEY_BYTES + 1];
	struct span value;
	if (txn_get(txn, STORE_PRESENCE, judged_key(word, key), &value) || value.size != 1)
		return PRESENCE_COUNTS;
	return value.data[0] < PRESENCE_REFUSAL_END ? (enum presence_refusal)value.data[0] : PRESENCE_COUNTS;
}

// ---- Marks ----

static struct span record_key(uint16_t kind, const struct id *record, uint8_t key[static RECORD_MARK_BYTES])
{
	key[0] = 'd';
	bytes_put_u16(key + 1, kind);
	memcpy(key + 3, record->bytes, LIMIT_ID_BYTES);
	return span_of(key, RECORD_MARK_BYTES);
}

static struct span news_key(const struct id *attachment, uint8_t key[static NEWS_BYTES])
{
	key[0] = 'n';
	memcpy(key + 1, attachment->bytes, LIMIT_ID_BYTES);
	return span_of(key, NEWS_BYTES);
}

void presence_mark_record(struct txn *txn, uint16_t kind, const struct id *record)
{
	uint8_t key[RECORD_MARK_BYTES];
	txn_put(txn, STORE_PRESENCE, record_key(kind, record, key), span_of(NULL, 0));
}

void presence_mark_news(struct txn *txn, const struct id *attachment)
{
	uint8_t key[NEWS_BYTES];
	txn_put(txn, STORE_PRESENCE, news_key(attachment, key), span_of(NULL, 0));
}

struct scan presence_records(struct txn *txn) { return scan_begin(txn, STORE_PRESENCE, span_string("d")); }
struct scan presence_news(struct txn *txn) { return scan_begin(txn, STORE_PRESENCE, span_string("n")); }

void presence_record_at(const struct scan *scan, uint16_t *kind, struct id *record)
{
	*kind = 0;
	*record = (struct id){ { 0 } };
	if (scan->key.size != RECORD_MARK_BYTES)
		return;
	*kind = bytes_get_u16(scan->key.data + 1);
	memcpy(record->bytes, scan->key.data + 3, LIMIT_ID_BYTES);
}

struct id presence_news_at(const struct scan *scan)
{
	struct id attachment = { { 0 } };
	if (scan->key.size == NEWS_BYTES)
		memcpy(attachment.bytes, scan->key.data + 1, LIMIT_ID_BYTES);
	return attachment;
}

void presence_record_done(struct txn *txn, uint16_t kind, const struct id *record)
{
	uint8_t key[RECORD_MARK_BYTES];
	txn_delete(txn, STORE_PRESENCE, record_key(kind, record, key));
}

void presence_news_done(struct txn *txn, const struct id *attachment)
{
	uint8_t key[NEWS_BYTES];
	txn_delete(txn, STORE_PRESENCE, news_key(attachment, key));
}

// ---- Told ----

static struct span told_key(enum presence_what what, const struct id *first, const struct id *second,
                            uint8_t key[static TOLD_KEY_BYTES])
{
	memcpy(key, "told/", TOLD_PREFIX);
	key[TOLD_PREFIX] = (uint8_t)what;
	memcpy(key + TOLD_PREFIX + 1, first->bytes, LIMIT_ID_BYTES);
	memcpy(key + TOLD_PREFIX + 1 + LIMIT_ID_BYTES, second->bytes, LIMIT_ID_BYTES);
	return span_of(key, TOLD_KEY_BYTES);
}

bool presence_is_told(struct txn *txn, enum presence_what what, const struct id *first, const struct id *second,
                      const struct hash *letter)
{
	uint8_t key[TOLD_KEY_BYTES];
	struct span before;
	return txn_get(txn, STORE_META, told_key(what, first, second, key), &before) == ERR_OK &&
	       span_equal(before, hash_span(letter));
}

void presence_told(struct txn *txn, enum presence_what what, const struct id *first, const struct id *second,
                   const struct hash *letter)
{
	uint8_t key[TOLD_KEY_BYTES];
	txn_put(txn, STORE_META, told_key(what, first, second, key), hash_span(letter));
}
