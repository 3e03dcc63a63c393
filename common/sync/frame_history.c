#include "sync/frame_history.h"

enum {
	HISTORY_ENTRIES = 192,
	HISTORY_READ_BYTES = 256 * 1024, // what is packed at most to find the last bytes of it
	HISTORY_MARK = 0,                // first byte: no dictionary of zstd's own begins with it
};

void frame_history_add(struct frame_history *history, enum lane lane, uint64_t end)
{
	bool plain = lane == LANE_DETAIL || lane == LANE_UP;
	if (!plain || end == 0 || history->count == FRAME_HISTORY_LOGS)
		return;
	history->log[history->count].lane = lane;
	history->log[history->count++].end = end;
}

static enum err load_log(struct txn *txn, const struct logname *home, enum lane lane, uint64_t end, struct buf *bytes)
{
	struct logname name = *home;
	struct journal_log log;
	struct buf run = BUF_EMPTY;
	uint32_t count;
	name.lane = lane;
	struct hash id = logname_id(&name);
	enum err err = journal_find(txn, &id, &log);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_GAP : err;
	if (end == 0 || end > log.peaks.size)
		return ERR_GAP;
	log.head.size = log.peaks.size; // all that is held, whether or not its head has come: it is not passed on
	uint64_t from = end > HISTORY_ENTRIES ? end - HISTORY_ENTRIES : 0;
	err = journal_pack(txn, &log, from, (uint32_t)(end - from), HISTORY_READ_BYTES, &run, &count);
	size_t size = run.size < FRAME_HISTORY_BYTES ? run.size : FRAME_HISTORY_BYTES;
	if (!err && size)
		buf_bytes(bytes, run.data + run.size - size, size);
	buf_free(&run);
	return err ? err : bytes->err;
}

enum err frame_history_load(struct txn *txn, const struct logname *home, const struct frame_history *history,
                            struct buf *bytes)
{
	enum err err = ERR_OK;
	buf_u8(bytes, HISTORY_MARK);
	for (size_t i = 0; i < history->count && !err; i++)
		err = load_log(txn, home, history->log[i].lane, history->log[i].end, bytes);
	return err;
}
