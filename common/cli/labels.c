// A hash from text to record (uthash).
#include "cli/labels.h"

#include <stdlib.h>
#define HASH_NONFATAL_OOM 1 // a row without its hash is given back
#include <uthash.h>

struct labels_row {
	struct labels_item item;
	UT_hash_handle hh;
	size_t size;
	uint8_t text[];
};

struct labels {
	struct labels_row *rows;
};

struct labels *labels_new(void)
{
	return calloc(1, sizeof(struct labels));
}

void labels_free(struct labels *labels)
{
	if (!labels)
		return;
	struct labels_row *row, *next;
	HASH_ITER(hh, labels->rows, row, next) {
		HASH_DEL(labels->rows, row);
		free(row);
	}
	free(labels);
}

static struct labels_row *find(const struct labels *labels, struct span text)
{
	struct labels_row *row = NULL;
	if (text.size > 0)
		HASH_FIND(hh, labels->rows, text.data, text.size, row);
	return row;
}

enum err labels_put(struct labels *labels, struct span text, const struct id *id, size_t line)
{
	if (text.size == 0)
		return ERR_OK;
	struct labels_row *row = find(labels, text);
	if (row) {
		row->item.several = row->item.several || !id_equal(&row->item.id, id);
		return ERR_OK;
	}
	row = calloc(1, sizeof *row + text.size);
	if (!row)
		return ERR_NOMEM;
	row->item = (struct labels_item){ .id = *id, .line = line };
	row->size = text.size;
	memcpy(row->text, text.data, text.size);
	HASH_ADD_KEYPTR(hh, labels->rows, row->text, row->size, row);
	if (!row->hh.tbl) {
		free(row);
		return ERR_NOMEM;
	}
	return ERR_OK;
}

const struct labels_item *labels_get(const struct labels *labels, struct span text)
{
	const struct labels_row *row = find(labels, text);
	return row ? &row->item : NULL;
}
