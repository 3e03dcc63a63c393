// Making a proof, in turns: the ranges of logs that its agenda names, packed into one frame after another, and the file grows
// behind them. Nothing is kept between turns but a frame that is not full yet.
#include <sodium.h>
#include <stdlib.h>

#include "sync/frame.h"
#include "sync/proof_agenda.h"
#include "sync/proof_inside.h"

enum {
	MAKE_FRAME_BYTES = 128 * 1024, // before it is compressed: what is packed in one turn
	MAKE_LOOKS = 64,               // a turn that finds nothing to pack
};

struct proof_make {
	struct proof_claim claim;
	struct proof_agenda agenda;
	struct proof_parts parts;
	struct frame_codec *codec;
	struct frame_writer writer;
	struct proof_agenda_log log;   // being packed, from `at` on
	uint64_t at;
	crypto_generichash_state digest;
	size_t size;                   // of the file so far
	bool packed, over;
	bool starved; // an entry was not read for want of memory
	enum err err;
};

// Only tallies, and changes to records of the kinds that the figure is computed from, are shown; of the
// rest the hashes are enough.
static bool beside_the_point(void *context, const struct entry *entry)
{
	struct proof_make *make = context;
	struct arena arena;
	struct changes changes;
	if (entry->kind != ENTRY_CHANGES)
		return entry->kind != ENTRY_TALLY;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	bool needed = false;
	if (change_decode(entry->payload, &arena, &changes) == ERR_OK)
		for (size_t i = 0; i < changes.count && !needed; i++)
			needed = proof_parts_need(&make->parts, changes.changes[i].kind);
	make->starved |= arena.starved; // else what was not read would be passed over as what nobody can read
	arena_free(&arena);
	return !needed;
}

// ---- One turn ----

static void pack_frame(struct proof_make *make, struct buf *file)
{
	struct buf frame = BUF_EMPTY;
	make->err = frame_finish(&make->writer, make->codec, &frame);
	if (!make->err)
		proof_encode_frame(buf_span(&frame), file);
	make->packed = true;
	buf_free(&frame);
}

// As much of the log at hand as the frame has room for.
static void pack_log(struct proof_make *make, struct buf *file)
{
	uint32_t count;
	make->err = frame_add(&make->writer, make->agenda.txn, &make->log.log, make->at, make->log.to, NULL,
	                      make->log.charter ? NULL : beside_the_point, make, &count);
	if (!make->err && make->starved)
		make->err = ERR_NOMEM;
	if (!make->err && count == 0 && frame_empty(&make->writer))
		make->err = ERR_CORRUPT;
	if (!make->err && count == 0)
		pack_frame(make, file);
	make->at += count;
}

static void look(struct proof_make *make, struct buf *file)
{
	bool more = proof_agenda_look(&make->agenda);
	const struct proof_agenda_log *log = proof_agenda_take(&make->agenda);
	make->err = make->agenda.err;
	if (log) {
		make->log = *log;
		make->at = 0;
	}
	if (make->err || more)
		return;
	make->over = true;
	if (!frame_empty(&make->writer))
		pack_frame(make, file);
}

// The digest is over all before it.
static void close_turn(struct proof_make *make, struct buf *file, size_t start)
{
	struct hash digest;
	const enum err unread = make->agenda.txn->err; // what could not be read is not in it
	make->err = make->err ? make->err : unread ? unread : file->err;
	if (make->err)
		return;
	crypto_generichash_update(&make->digest, file->data + start, file->size - start);
	if (make->over) {
		crypto_generichash_final(&make->digest, digest.bytes, sizeof digest.bytes);
		buf_bytes(file, digest.bytes, sizeof digest.bytes);
	}
	make->size += file->size - start;
	make->err = file->err ? file->err : make->size > PROOF_MAX_BYTES ? ERR_TOO_LARGE : ERR_OK;
}

enum err proof_make_turn(struct proof_make *make, struct buf *file, bool *done)
{
	size_t start = file->size;
	make->packed = false;
	bool first = make->size == 0;
	if (first)
		proof_encode_claim(&make->claim, file);
	for (unsigned looks = 0; !first && looks < MAKE_LOOKS && !make->err && !make->packed && !make->over;) {
		if (make->at < make->log.to) {
			pack_log(make, file);
		} else {
			look(make, file);
			looks++;
		}
	}
	close_turn(make, file, start);
	*done = make->over;
	return make->err;
}

// ---- The claim ----

static enum err claim_owner(struct proof_make *make, struct cell_owner *owner)
{
	const struct proof_agenda *agenda = &make->agenda;
	const struct id *unit = &make->claim.unit;
	struct tally_chain chain;
	bool provisional;
	if (id_equal(&agenda->registrar, &agenda->self->unit))
		return proof_owner(agenda->txn, unit, owner);
	bool sums = id_equal(&agenda->registrar, unit);
	enum err err = tally_in_force(agenda->txn, unit, sums, &chain, &provisional);
	if (!err)
		*owner = cell_owner_log(chain.log);
	return err;
}

static enum err read_claim(struct proof_make *make, struct proof_claim *claim)
{
	struct cell_owner owner;
	enum err err = claim_owner(make, &owner);
	if (!err)
		err = proof_read_figure(make->agenda.txn, make->agenda.pack->pack, &owner, claim, &make->agenda.arena, &claim->value,
		                        &claim->denominator);
	if (!err && claim->value == PROOF_NO_VALUE)
		err = ERR_NOT_FOUND;
	make->claim = *claim;
	return err ? err : make->agenda.txn->err;
}

static struct proof_make *begin(const struct proof_claim *claim)
{
	struct proof_make *make = calloc(1, sizeof *make);
	if (!make)
		return NULL;
	make->claim = *claim;
	frame_writer_init(&make->writer);
	make->writer.limit = MAKE_FRAME_BYTES;
	make->codec = frame_codec_new();
	crypto_generichash_init(&make->digest, NULL, 0, LIMIT_HASH_BYTES);
	return make;
}

enum err proof_make_begin(struct txn *txn, const struct self *self, struct view_pack *pack, struct proof_claim *claim,
                          uint64_t now_ms, struct proof_make **begun)
{
	struct id registrar;
	*begun = NULL;
	if (!self->server)
		return ERR_UNAUTHORISED;
	enum err err = view_pack_refresh(pack, txn);
	if (!err && !pack->pack)
		err = ERR_AGAIN;
	if (!err)
		err = charter_registrar(txn, &claim->unit, &registrar);
	if (err)
		return err;
	claim->root_key = self->root_key;
	claim->time = now_ms;
	struct proof_make *make = begin(claim);
	if (!make)
		return ERR_NOMEM;
	proof_agenda_init(&make->agenda, txn, self, pack, &make->claim, &registrar);
	proof_parts_of(pack->pack, claim, &make->parts);
	err = make->codec ? read_claim(make, claim) : ERR_NOMEM;
	if (err)
		proof_make_end(make);
	else
		*begun = make;
	return err;
}

void proof_make_end(struct proof_make *make)
{
	if (!make)
		return;
	frame_writer_free(&make->writer);
	frame_codec_free(make->codec);
	proof_agenda_free(&make->agenda);
	free(make);
}

enum err proof_make(struct txn *txn, const struct self *self, struct view_pack *pack, struct proof_claim *claim,
                    uint64_t now_ms, struct buf *file)
{
	struct proof_make *make;
	bool done = false;
	enum err err = proof_make_begin(txn, self, pack, claim, now_ms, &make);
	while (!err && !done)
		err = proof_make_turn(make, file, &done);
	proof_make_end(make);
	return err;
}
