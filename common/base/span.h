// Borrowed bytes. A span never owns; what it points at outlives it by the word of whoever made it.
#ifndef TRIBUTARY_BASE_SPAN_H
#define TRIBUTARY_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *data; // may be NULL when size is 0
	size_t size;
};

static inline struct span span_of(const void *data, size_t size)
{
	return (struct span){ .data = data, .size = size };
}

static inline struct span span_string(const char *text)
{
	return (struct span){ .data = (const uint8_t *)text, .size = strlen(text) };
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

// Byte order, shorter first when one is a prefix of the other: the order of store keys.
static inline int span_compare(struct span a, struct span b)
{
	size_t common = a.size < b.size ? a.size : b.size;
	int order = common ? memcmp(a.data, b.data, common) : 0;
	if (order != 0)
		return order;
	return (a.size > b.size) - (a.size < b.size);
}

static inline bool span_starts(struct span whole, struct span prefix)
{
	return whole.size >= prefix.size && (prefix.size == 0 || memcmp(whole.data, prefix.data, prefix.size) == 0);
}

#endif
