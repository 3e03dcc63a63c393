// Changes of one entry, with what they replaced.
#include <assert.h>

#include "org/charter_row.h"

struct charter_undo {
	struct charter_undo *older;
	enum store_table table;
	bool was_there;
	struct span key, value; // as they were; in the arena
};

// Notes what stands under a key. False: it could not be noted, so it must not be changed.
static bool note(struct charter_batch *batch, enum store_table table, struct span key, const struct span *before)
{
	if (batch->err || batch->txn->err)
		return false;
	struct charter_undo *undo = arena_alloc(batch->arena, sizeof *undo);
	if (!undo) {
		batch->err = ERR_BUDGET;
		return false;
	}
	*undo = (struct charter_undo){ .older = batch->undo, .table = table, .was_there = before != NULL };
	batch->err = arena_copy(batch->arena, key, &undo->key);
	if (!batch->err && before)
		batch->err = arena_copy(batch->arena, *before, &undo->value);
	if (batch->err)
		return false;
	batch->undo = undo;
	return true;
}

static bool note_present(struct charter_batch *batch, enum store_table table, struct span key)
{
	struct span before;
	bool there = txn_get(batch->txn, table, key, &before) == ERR_OK;
	return note(batch, table, key, there ? &before : NULL);
}

void charter_batch_put(struct charter_batch *batch, enum store_table table, struct span key, struct span value)
{
	if (note_present(batch, table, key))
		txn_put(batch->txn, table, key, value);
}

void charter_batch_add(struct charter_batch *batch, enum store_table table, struct span key, struct span value)
{
	if (note(batch, table, key, NULL))
		txn_put(batch->txn, table, key, value);
}

void charter_batch_delete(struct charter_batch *batch, enum store_table table, struct span key)
{
	if (note_present(batch, table, key))
		txn_delete(batch->txn, table, key);
}

void charter_batch_undo(struct charter_batch *batch)
{
	for (struct charter_undo *undo = batch->undo; undo; undo = undo->older) {
		if (undo->was_there)
			txn_put(batch->txn, undo->table, undo->key, undo->value);
		else
			txn_delete(batch->txn, undo->table, undo->key);
	}
	batch->undo = NULL;
}
