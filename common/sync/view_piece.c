// A piece of a file is noted by the file's name and its own place; what it says is read from its entry.
#include "sync/picture.h"
#include "sync/piece.h"
#include "sync/view_inside.h"

static const struct id *author_unit(const struct view *view)
{
	return view->author_known ? &view->author.unit : &view->self->unit;
}

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
	return piece_put(view->txn, author_unit(view), &piece, reading->log->number, reading->entry->seq, reading->sealed);
}

// Whatever is larger than it may be, or more than a plain picture, is set aside: browsers are to show it.
enum err view_piece_picture(struct reading *reading)
{
	struct view *view = reading->view;
	struct picture picture;
	enum err err = picture_decode(reading->entry->payload, &view->arena, &picture);
	if (err == ERR_MALFORMED || err == ERR_TOO_LARGE) {
		reading->reason = MERGE_MALFORMED;
		return ERR_OK;
	}
	return err ? err : picture_put(view->txn, author_unit(view), &picture.file, reading->log->number, reading->entry->seq, reading->sealed);
}
