// Frames: ranges of logs on their way, compressed with the protocol's dictionary.
//
// Frame: version u8 (1) ‖ raw size varint (at most LIMIT_FRAME_RAW_BYTES) ‖ zstd frame (no content size, no checksum,
// no dictionary id), with the first dictionary, proto/wire.dict, of one encoded Frame (proto/wire.proto).
// or, with a later dictionary: version u8 (3) ‖ its number u8 ‖ raw size varint ‖ the same.
// or, small: version u8 (2) ‖ raw size varint ‖ logs u8 ‖ (lane u8 ‖ end varint) of each ‖ first 4 bytes of the
// BLAKE2b-256 of their history (sync/frame_history.h) ‖ zstd frame with that history as its dictionary.
#ifndef TRIBUTARY_SYNC_FRAME_H
#define TRIBUTARY_SYNC_FRAME_H

#include "base/arena.h"
#include "log/journal.h"
#include "sync/frame_history.h"

struct frame_codec; // zstd contexts and dictionaries; one per thread

// Dictionaries are numbered from 1 and never change: proto/wire.dict is the first. Two that speak with each other use the newest
// that both have; who does not say has the first.
#define FRAME_DICTIONARY_FIRST 1
#define FRAME_DICTIONARIES     8 // at most

struct frame_codec *frame_codec_new(void); // with all dictionaries of this program; NULL: out of memory
struct frame_codec *frame_codec_new_with(const struct span *dictionaries, size_t count); // the first of them is number 1; borrowed
unsigned frame_codec_newest(const struct frame_codec *codec);
unsigned frame_codec_common(const struct frame_codec *codec, uint32_t theirs); // newest of both; 0: they did not say
void frame_codec_free(struct frame_codec *codec);

// Gathers ranges until full, then packs them.
struct frame_writer {
	struct buf raw;          // encoded Frame
	struct buf run;          // scratch
	uint32_t entries;
	unsigned dictionary;     // that the reader has
	size_t limit;            // of `raw`, aimed at; an entry that is larger goes all the same
	bool thin;               // the road is: bytes are dearer than the processor
};
void frame_writer_init(struct frame_writer *writer);
void frame_writer_free(struct frame_writer *writer);

// Adds entries [from, to) of a log as one range, as many as fit (frame full: *count 0), never beyond
// its signed head, which may lie further (UINT64_MAX: up to there). `home` is the log name whose device
// and incarnation the reader takes for granted (the session's client; NULL: none): its ranges are named
// by their lane alone.
// `withheld` (may be NULL) tells which payloads to leave out: their hashes go instead.
enum err frame_add(struct frame_writer *writer, struct txn *txn, const struct journal_log *log, uint64_t from,
                   uint64_t to, const struct logname *home, bool (*withheld)(void *context, const struct entry *entry), void *context,
                   uint32_t *count);
bool frame_empty(const struct frame_writer *writer);
// Packs what was gathered and empties the writer.
enum err frame_finish(struct frame_writer *writer, struct frame_codec *codec, struct buf *frame);
// The same for a reader that holds `history` of the logs of `home`; a large frame does without.
enum err frame_finish_after(struct frame_writer *writer, struct frame_codec *codec, struct txn *txn,
                            const struct logname *home, const struct frame_history *history, struct buf *frame);

// Unpacks into the arena. ERR_MALFORMED, ERR_TOO_LARGE, ERR_VERSION, ERR_BUDGET.
enum err frame_read(struct span frame, struct frame_codec *codec, const struct logname *home, struct arena *arena,
                    struct journal_range **ranges, size_t *count);
// The same where a history may stand before the frame. ERR_GAP: it is not what is held here; *history names the logs.
enum err frame_read_after(struct span frame, struct frame_codec *codec, struct txn *txn, const struct logname *home,
                          struct arena *arena, struct frame_history *history, struct journal_range **ranges, size_t *count);

#endif
