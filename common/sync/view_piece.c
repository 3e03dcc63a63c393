// A piece of a file is noted by the file's name and its own place; what it says is read from its entry.
#include "sync/piece.h"
#include "sync/view_inside.h"

enum err view_piece(struct reading *reading)
{
	struct view *view = reading->view;
	struct piece piece;
	enum err err = piece_decode(reading->entry->payload, &view->arena, &piece);
	if (err == ERR_MALFORMED || err == ERR_TOO_LARGE) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	if (err)
		return err;
	const struct id *unit = view->author_known ? &view->author.unit : &view->self->unit;
	return piece_put(view->txn, unit, &piece, reading->log->number, reading->entry->seq, reading->sealed);
}
