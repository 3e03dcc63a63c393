#include "io/lmdb_page.h"

static size_t node_bytes(const uint8_t *node, bool leaf)
{
	size_t value = !leaf ? 0 : lmdb_page_u16(node + LMDB_NODE_FLAGS) & LMDB_NODE_ELSEWHERE ? sizeof(uint64_t) : lmdb_page_u32(node);
	size_t bytes = LMDB_NODE_KEY + lmdb_page_u16(node + LMDB_NODE_KEY_SIZE) + value;
	return bytes + bytes % 2;
}

bool lmdb_page_is_whole(const struct lmdb_file *file, const uint8_t *page, uint64_t number, bool leaf)
{
	const size_t lower = lmdb_page_u16(page + LMDB_PAGE_LOWER), upper = lmdb_page_u16(page + LMDB_PAGE_UPPER);
	if (lmdb_page_u64(page) != number || lmdb_page_u16(page + LMDB_PAGE_FLAGS) != (leaf ? LMDB_LEAF : LMDB_BRANCH))
		return false;
	if (lower <= LMDB_PAGE_NODES || lower % 2 || upper < lower || upper > file->page_bytes)
		return false;
	size_t filled = 0;
	for (size_t i = 0, count = lmdb_page_count(page); i < count; i++) {
		size_t at = lmdb_page_u16(page + LMDB_PAGE_NODES + 2 * i);
		if (at < upper || at + LMDB_NODE_KEY > file->page_bytes || at % 2)
			return false;
		size_t bytes = node_bytes(page + at, leaf);
		if (bytes > file->page_bytes - at)
			return false;
		filled += bytes;
	}
	return filled == file->page_bytes - upper;
}

int lmdb_page_compare(struct span a, struct span b, bool numbers)
{
	if (!numbers || a.size != sizeof(uint64_t) || b.size != sizeof(uint64_t))
		return span_compare(a, b);
	return (lmdb_page_u64(a.data) > lmdb_page_u64(b.data)) - (lmdb_page_u64(a.data) < lmdb_page_u64(b.data));
}

bool lmdb_page_ascends(const uint8_t *page, bool leaf, bool numbers)
{
	for (size_t i = leaf ? 1 : 2, count = lmdb_page_count(page); i < count; i++) // the first key of a branch is none
		if (lmdb_page_compare(lmdb_page_key(lmdb_page_node(page, i - 1)), lmdb_page_key(lmdb_page_node(page, i)), numbers) >= 0)
			return false;
	return true;
}

bool lmdb_page_value(const struct lmdb_file *file, const uint8_t *node, struct span *value)
{
	const uint8_t *inside = node + LMDB_NODE_KEY + lmdb_page_u16(node + LMDB_NODE_KEY_SIZE);
	const size_t size = lmdb_page_u32(node);
	*value = span_of(inside, size);
	if (!(lmdb_page_u16(node + LMDB_NODE_FLAGS) & LMDB_NODE_ELSEWHERE))
		return true;
	uint64_t number = lmdb_page_u64(inside);
	if (number < 2 || number >= file->written)
		return false;
	const uint8_t *page = file->base + number * file->page_bytes;
	uint64_t pages = lmdb_page_u32(page + LMDB_PAGE_LOWER);
	*value = span_of(page + LMDB_PAGE_NODES, size);
	return lmdb_page_u64(page) == number && lmdb_page_u16(page + LMDB_PAGE_FLAGS) == LMDB_OVERFLOW && pages && pages <= file->written - number &&
	       size <= pages * file->page_bytes - LMDB_PAGE_NODES;
}
