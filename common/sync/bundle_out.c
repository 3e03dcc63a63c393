#include "sync/bundle_out.h"

#include <sodium.h>

void bundle_out_begin(struct bundle_out *out, const struct bundle_port *port, const struct identity *holder,
                      const struct bundle_head *head, uint64_t part_most)
{
	*out = (struct bundle_out){ .port = port, .holder = holder, .head = *head, .part_most = part_most,
	                            .held = BUF_EMPTY, .bytes = BUF_EMPTY };
	out->head.part = 0;
	port->random(port->context, out->head.bundle.bytes, sizeof out->head.bundle.bytes);
}

static void put(struct bundle_out *out)
{
	if (!out->err)
		out->err = out->bytes.err;
	if (!out->err)
		out->err = out->port->part_bytes(out->port->context, buf_span(&out->bytes));
	out->part_size += out->bytes.size;
	out->total += out->bytes.size;
	buf_clear(&out->bytes);
}

static void begin_part(struct bundle_out *out)
{
	struct seal_key key;
	uint8_t ephemeral[32];
	if (++out->head.part > BUNDLE_PARTS_MOST)
		out->err = ERR_TOO_LARGE;
	if (out->err)
		return;
	out->port->random(out->port->context, key.bytes, sizeof key.bytes);
	out->port->random(out->port->context, ephemeral, sizeof ephemeral);
	out->part_size = 0;
	out->err = out->port->part_begin(out->port->context, &out->head);
	if (!out->err)
		out->err = bundle_begin(&out->part, &out->head, out->holder, &key, ephemeral, &out->bytes);
	sodium_memzero(&key, sizeof key);
	sodium_memzero(ephemeral, sizeof ephemeral);
	put(out);
}

static void write_held(struct bundle_out *out, unsigned flags)
{
	if (out->err)
		return;
	out->err = bundle_add(&out->part, out->holder, flags, buf_span(&out->held), &out->bytes);
	put(out);
	if (!out->err && (flags & BUNDLE_LAST_OF_PART))
		out->err = out->port->part_end(out->port->context);
}

static uint64_t piece_size(size_t message)
{
	return BUNDLE_PIECE_PREFIX_BYTES + (uint64_t)message + SEAL_TAG_BYTES + LIMIT_SIGNATURE_BYTES;
}

void bundle_out_add(struct bundle_out *out, struct span message)
{
	if (out->any) {
		uint64_t then = out->part_size + piece_size(out->held.size) + piece_size(message.size);
		bool full = out->part_most > 0 && then > out->part_most;
		write_held(out, full ? BUNDLE_LAST_OF_PART : 0);
		if (full)
			begin_part(out);
	} else {
		begin_part(out);
	}
	out->any = true;
	buf_clear(&out->held);
	buf_bytes(&out->held, message.data, message.size);
	if (!out->err)
		out->err = out->held.err;
}

enum err bundle_out_end(struct bundle_out *out)
{
	if (out->any)
		write_held(out, BUNDLE_LAST_OF_PART | BUNDLE_LAST);
	buf_free(&out->held);
	buf_free(&out->bytes);
	sodium_memzero(&out->part.key, sizeof out->part.key);
	return out->err;
}
