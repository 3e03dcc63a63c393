// Rings: the oldest gives way.
#include "web/keep.h"

static void empty(struct keep_row *row)
{
	buf_free(&row->body);
	*row = (struct keep_row){ .status = 0 };
}

static void put(struct keep_row *place, const struct keep_row *row)
{
	empty(place);
	*place = *row;
	place->body = BUF_EMPTY;
	buf_bytes(&place->body, row->body.data, row->body.size);
	if (place->body.err)
		empty(place);
}

static size_t place_of(const struct keep_row *rows, size_t count, const struct hash *key)
{
	for (size_t i = 0; i < count; i++) {
		if (hash_equal(&rows[i].key, key))
			return i;
	}
	return count;
}

void keep_read(struct keep *keep, const struct keep_row *row)
{
	if (row->body.size > KEEP_READ_BYTES / 4)
		return;
	for (size_t turns = 0; turns < KEEP_READ_PLACES; turns++) {
		struct keep_row *place = &keep->reads[keep->next_read];
		keep->next_read = (keep->next_read + 1) % KEEP_READ_PLACES;
		keep->read_bytes -= place->body.size;
		empty(place);
		if (keep->read_bytes + row->body.size > KEEP_READ_BYTES)
			continue;
		put(place, row);
		keep->read_bytes += place->body.size;
		return;
	}
}

const struct keep_row *keep_find_read(const struct keep *keep, const struct hash *key)
{
	size_t place = place_of(keep->reads, KEEP_READ_PLACES, key);
	return place < KEEP_READ_PLACES ? &keep->reads[place] : NULL;
}

void keep_forget_reads(struct keep *keep)
{
	for (size_t i = 0; i < KEEP_READ_PLACES; i++)
		empty(&keep->reads[i]);
	keep->read_bytes = keep->next_read = 0;
}

void keep_write(struct keep *keep, const struct keep_row *row)
{
	if (row->body.size > KEEP_WRITE_BYTES)
		return;
	put(&keep->writes[keep->next_write], row);
	keep->next_write = (keep->next_write + 1) % KEEP_WRITE_PLACES;
}

const struct keep_row *keep_find_write(const struct keep *keep, const struct hash *key, uint64_t now)
{
	size_t place = place_of(keep->writes, KEEP_WRITE_PLACES, key);
	return place < KEEP_WRITE_PLACES && now < keep->writes[place].until ? &keep->writes[place] : NULL;
}

void keep_free(struct keep *keep)
{
	keep_forget_reads(keep);
	for (size_t i = 0; i < KEEP_WRITE_PLACES; i++)
		empty(&keep->writes[i]);
}
