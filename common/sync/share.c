#include "sync/share.h"

#include <stdlib.h>

#include "base/limits.h"

struct share *share_new(void)
{
	struct share *share = calloc(1, sizeof *share);
	if (!share)
		return NULL;
	arena_init(&share->arena, LIMIT_DECODE_BYTES);
	arena_init(&share->frame_arena, LIMIT_DECODE_BYTES);
	share->codec = frame_codec_new();
	if (share->codec)
		return share;
	free(share);
	return NULL;
}

void share_free(struct share *share)
{
	if (!share)
		return;
	frame_codec_free(share->codec);
	arena_free(&share->arena);
	arena_free(&share->frame_arena);
	free(share);
}
