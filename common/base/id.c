#include "base/id.h"

#include "base/bytes.h"

static bool all_zero(const uint8_t *bytes, size_t size)
{
	uint8_t any = 0;
	for (size_t i = 0; i < size; i++)
		any |= bytes[i];
	return any == 0;
}

bool id_is_zero(const struct id *id) { return all_zero(id->bytes, sizeof id->bytes); }
bool hash_is_zero(const struct hash *hash) { return all_zero(hash->bytes, sizeof hash->bytes); }

static enum err read_exact(struct span bytes, uint8_t *to, size_t size)
{
	if (bytes.size != size)
		return ERR_MALFORMED;
	memcpy(to, bytes.data, size);
	return ERR_OK;
}

enum err id_read(struct span bytes, struct id *id) { return read_exact(bytes, id->bytes, sizeof id->bytes); }
enum err hash_read(struct span bytes, struct hash *hash) { return read_exact(bytes, hash->bytes, sizeof hash->bytes); }

static void format_hex(const uint8_t *bytes, size_t size, char *text)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	text[2 * size] = '\0';
}

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

static enum err parse_hex(const char *text, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < 2 * size; i++) {
		int value = digit_value(text[i]);
		if (value < 0)
			return ERR_MALFORMED; // a short text ends here, at its NUL
		bytes[i / 2] = (uint8_t)(i % 2 ? bytes[i / 2] | value : value << 4);
	}
	return text[2 * size] == '\0' ? ERR_OK : ERR_MALFORMED;
}

void id_format(const struct id *id, char text[static ID_TEXT_BYTES])
{
	format_hex(id->bytes, sizeof id->bytes, text);
}

void hash_format(const struct hash *hash, char text[static HASH_TEXT_BYTES])
{
	format_hex(hash->bytes, sizeof hash->bytes, text);
}

enum err id_parse(const char *text, struct id *id) { return parse_hex(text, id->bytes, sizeof id->bytes); }
enum err hash_parse(const char *text, struct hash *hash) { return parse_hex(text, hash->bytes, sizeof hash->bytes); }

struct id id_make(uint64_t hlc, const struct hash *maker)
{
	struct id id;
	bytes_put_u64(id.bytes, hlc);
	memcpy(id.bytes + 8, maker->bytes, 8);
	return id;
}
