#include "seen.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/bytes.h"

uint64_t seen_fingerprint(const void *bytes, size_t size)
{
	static const uint8_t key[crypto_shorthash_KEYBYTES] = "explore";
	uint8_t digest[crypto_shorthash_BYTES];
	crypto_shorthash(digest, bytes, size, key);
	uint64_t value = bytes_get_u64(digest);
	return value ? value : 1;
}

static size_t slot_of(const uint64_t *values, size_t room, uint64_t value)
{
	size_t slot = value & (room - 1);
	while (values[slot] && values[slot] != value)
		slot = (slot + 1) & (room - 1);
	return slot;
}

static bool grow(struct seen *seen)
{
	if (seen->count * 4 < seen->room * 3)
		return true;
	size_t room = seen->room ? 2 * seen->room : 1 << 16;
	uint64_t *values = calloc(room, sizeof *values);
	uint32_t *numbers = calloc(room, sizeof *numbers);
	if (!values || !numbers) {
		free(values);
		free(numbers);
		return false;
	}
	for (size_t i = 0; i < seen->room; i++) {
		if (!seen->value[i])
			continue;
		size_t slot = slot_of(values, room, seen->value[i]);
		values[slot] = seen->value[i];
		numbers[slot] = seen->number[i];
	}
	seen_free(seen);
	*seen = (struct seen){ .value = values, .number = numbers, .room = room, .count = seen->count };
	return true;
}

bool seen_add(struct seen *seen, uint64_t value, uint32_t *number, bool *fine)
{
	*fine = grow(seen);
	if (!*fine)
		return false;
	size_t slot = slot_of(seen->value, seen->room, value);
	if (seen->value[slot]) {
		*number = seen->number[slot];
		return false;
	}
	seen->value[slot] = value;
	seen->number[slot] = *number;
	seen->count++;
	return true;
}

void seen_free(struct seen *seen)
{
	free(seen->value);
	free(seen->number);
}
