// Small pictures, as the entry that holds one is read; what is taken is small and plain. And what makes them of photos: whatever
// file it is given, something plain comes out of it, or nothing.
#include "fuzz.h"

#include <stdio.h>

#include "io/shrink.h"
#include "support/photo.h"
#include "sync/picture.h"

const unsigned fuzz_effort = 40;

static void take(struct span payload)
{
	struct arena arena;
	struct picture picture, again;
	struct buf bytes = BUF_EMPTY;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	if (picture_decode(payload, &arena, &picture) == ERR_OK) {
		FUZZ_HOLDS(picture.jpeg.size <= LIMIT_PICTURE_BYTES && picture_plain(picture.jpeg));
		picture_encode(&picture, &bytes);
		FUZZ_HOLDS(!bytes.err && picture_decode(buf_span(&bytes), &arena, &again) == ERR_OK);
		FUZZ_HOLDS(span_equal(again.jpeg, picture.jpeg) && hash_equal(&again.file, &picture.file));
	}
	buf_free(&bytes);
	arena_free(&arena);
}

static void make(struct span photo)
{
	struct buf small = BUF_EMPTY;
	FILE *file = photo.size > 0 ? tmpfile() : NULL;
	if (!file)
		return;
	FUZZ_HOLDS(fwrite(photo.data, 1, photo.size, file) == photo.size);
	rewind(file);
	enum err err = shrink_of(file, &small);
	FUZZ_HOLDS(err ? err == ERR_NOT_FOUND || err == ERR_TOO_LARGE || err == ERR_NOMEM : picture_plain(buf_span(&small)));
	fclose(file);
	buf_free(&small);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	take(span_of(data, size));
	make(span_of(data, size));
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	struct buf photo = BUF_EMPTY;
	const struct photo small = { .width = 40, .height = 30, .orientation = number, .scans = number == 2 };
	if (number > 3)
		return false;
	if (number == 3)
		photo_png(&small, true, &photo);
	else
		photo_jpeg(&small, &photo);
	if (number == 0) { // the entry of a small picture
		const struct picture picture = { .file = { { 7 } }, .jpeg = buf_span(&photo) };
		picture_encode(&picture, input);
	} else {
		buf_bytes(input, photo.data, photo.size);
	}
	buf_free(&photo);
	return true;
}
