// Where we stand with the server above: META "cursor" → server incarnation[16] ‖ arrival number u64 ‖ mark u32; and
// META "dictionary above" → u8, where it has a later one than the first.
#include "base/bytes.h"
#include "sync/arrival.h"
#include "sync/node_inside.h"

static struct span cursor_key(void)
{
	return span_string("cursor");
}

static struct span dictionary_key(void)
{
	return span_string("dictionary above");
}

enum { CURSOR_BYTES = LIMIT_ID_BYTES + 8 + 4 };

const struct arrival_cursor node_cursor_none = { .number = 0 };

bool node_cursor_load(struct node_call *call, struct id *server, struct arrival_cursor *cursor)
{
	struct span value;
	*cursor = node_cursor_none;
	if (txn_get(call->txn, STORE_META, cursor_key(), &value) || value.size != CURSOR_BYTES)
		return false;
	memcpy(server->bytes, value.data, LIMIT_ID_BYTES);
	cursor->number = bytes_get_u64(value.data + LIMIT_ID_BYTES);
	cursor->mark = bytes_get_u32(value.data + LIMIT_ID_BYTES + 8);
	return true;
}

void node_cursor_save(struct node_call *call, struct arrival_cursor cursor)
{
	uint8_t value[CURSOR_BYTES];
	memcpy(value, call->node->client.server.bytes, LIMIT_ID_BYTES);
	bytes_put_u64(value + LIMIT_ID_BYTES, cursor.number);
	bytes_put_u32(value + LIMIT_ID_BYTES + 8, cursor.mark);
	txn_put(call->txn, STORE_META, cursor_key(), span_of(value, sizeof value));
}

void node_cursor_rewind(struct node_call *call)
{
	node_cursor_save(call, node_cursor_none);
}

// The first frame goes with the Hello, before the server can say what it has. Where an older program has taken its place it
// refuses that frame, and is given the first dictionary from then on (node_client.c).
unsigned node_cursor_dictionary(struct node_call *call)
{
	struct span value;
	if (txn_get(call->txn, STORE_META, dictionary_key(), &value) || value.size != 1)
		return FRAME_DICTIONARY_FIRST;
	return frame_codec_common(call->node->codec, value.data[0]);
}

void node_cursor_speak(struct node_call *call, unsigned dictionary)
{
	uint8_t value = (uint8_t)dictionary;
	call->node->client.dictionary = dictionary;
	if (dictionary == node_cursor_dictionary(call) || call->txn->err)
		return;
	if (dictionary == FRAME_DICTIONARY_FIRST)
		txn_delete(call->txn, STORE_META, dictionary_key());
	else
		txn_put(call->txn, STORE_META, dictionary_key(), span_of(&value, 1));
}
