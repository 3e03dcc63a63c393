// A page of an LMDB file, read as bytes in which anything may stand: nothing is believed before lmdb_page_is_whole. The layout
// is that of LMDB 0.9 (MDB_DATA_VERSION 1), in the machine's byte order.
#ifndef TRIBUTARY_IO_LMDB_PAGE_H
#define TRIBUTARY_IO_LMDB_PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"

// A page begins with its number, two bytes unused, what it is, and from where to where it is free. The places of its
// nodes ascend by key from there; the nodes themselves fill its end, without gaps.
enum { LMDB_PAGE_FLAGS = 10, LMDB_PAGE_LOWER = 12, LMDB_PAGE_UPPER = 14, LMDB_PAGE_NODES = 16 };
enum { LMDB_BRANCH = 1, LMDB_LEAF = 2, LMDB_OVERFLOW = 4, LMDB_META = 8 };
// A node: 32 bits of size (of a branch: with the flags 48 of where it leads), flags, size of key, key, value.
enum { LMDB_NODE_FLAGS = 4, LMDB_NODE_KEY_SIZE = 6, LMDB_NODE_KEY = 8 };
enum { LMDB_NODE_ELSEWHERE = 1, LMDB_NODE_TABLE = 2 }; // the value stands in pages of its own; is a table

// A file that is mapped. Numbers of pages count from 0.
struct lmdb_file {
	const uint8_t *base; // where it is mapped; NULL: not known yet
	size_t page_bytes;
	uint64_t pages;      // that the map has room for
	uint64_t last;       // page that was ever given out, when it was opened
	uint64_t written;    // pages of the file; what was given out and not used may lie behind them
};

static inline uint16_t lmdb_page_u16(const uint8_t *at)
{
	uint16_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

static inline uint32_t lmdb_page_u32(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

static inline uint64_t lmdb_page_u64(const uint8_t *at)
{
	uint64_t value;
	memcpy(&value, at, sizeof value);
	return value;
}

static inline size_t lmdb_page_count(const uint8_t *page)
{
	return (lmdb_page_u16(page + LMDB_PAGE_LOWER) - (size_t)LMDB_PAGE_NODES) / 2;
}

static inline const uint8_t *lmdb_page_node(const uint8_t *page, size_t i)
{
	return page + lmdb_page_u16(page + LMDB_PAGE_NODES + 2 * i);
}

static inline struct span lmdb_page_key(const uint8_t *node)
{
	return span_of(node + LMDB_NODE_KEY, lmdb_page_u16(node + LMDB_NODE_KEY_SIZE));
}

// That it is the page which it should be, and its nodes fill exactly what is not free.
bool lmdb_page_is_whole(const struct lmdb_file *file, const uint8_t *page, uint64_t number, bool leaf);
// Keys of LMDB's list of what is free are `numbers`, in the machine's order.
int lmdb_page_compare(struct span a, struct span b, bool numbers);
bool lmdb_page_ascends(const uint8_t *page, bool leaf, bool numbers);
// The value of a leaf's node, wherever it stands. False where it leads to what cannot be it.
bool lmdb_page_value(const struct lmdb_file *file, const uint8_t *node, struct span *value);

#endif
