// Writing one's own entries: opening logs, appending, sealing, signing once at the end.
// What goes into records is in pen_set.c, figures are in pen_tally.c.
#include "sync/pen.h"

#include "base/bytes.h"
#include "base/date.h"
#include "base/hlc.h"
#include "base/pb.h"
#include "store.pb-c.h"
#include "org/charter_past.h"
#include "sync/arrival.h"
#include "sync/pen_inside.h"

static struct span hlc_key(void)
{
	return span_string("hlc");
}

// The last hybrid time given out or seen; 0 at first.
static enum err load_hlc(struct txn *txn, uint64_t *hlc)
{
	struct span value;
	*hlc = 0;
	enum err err = txn_get(txn, STORE_META, hlc_key(), &value);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	if (value.size != 8)
		return txn_fail(txn, ERR_CORRUPT);
	*hlc = bytes_get_u64(value.data);
	return ERR_OK;
}

static enum err save_hlc(struct txn *txn, uint64_t hlc)
{
	uint8_t bytes[8];
	bytes_put_u64(bytes, hlc);
	return txn_put(txn, STORE_META, hlc_key(), span_of(bytes, sizeof bytes));
}

enum err pen_see(struct txn *txn, uint64_t now_ms, uint64_t time)
{
	uint64_t hlc;
	enum err err = load_hlc(txn, &hlc);
	uint64_t after = hlc_see(hlc, now_ms, time);
	return err || after == hlc ? err : save_hlc(txn, after);
}

enum err pen_begin(struct pen *pen, struct txn *txn, const struct self *self, struct view_pack *pack,
                   uint64_t now_ms, const uint8_t seed[static DRBG_SEED_BYTES])
{
	*pen = (struct pen){ .txn = txn, .self = self, .now_ms = now_ms, .scratch = BUF_EMPTY };
	drbg_seed(&pen->drbg, seed);
	enum err err = load_hlc(txn, &pen->hlc);
	return err ? err : view_begin(&pen->view, txn, self, pack);
}

uint64_t pen_tick(struct pen *pen)
{
	return pen->hlc = hlc_tick(pen->hlc, pen->now_ms);
}

void pen_random(void *context, void *to, size_t size)
{
	struct pen *pen = context;
	drbg_draw(&pen->drbg, to, size);
}

// Not named after the device: of a store that was copied or put back there are two, with one key, and
// where the clock stands behind, with one time.
struct id pen_new_id(struct pen *pen)
{
	if (hash_is_zero(&pen->maker))
		pen_random(pen, pen->maker.bytes, sizeof pen->maker.bytes);
	return id_make(pen_tick(pen), &pen->maker);
}

enum err pen_open(struct pen *pen, enum lane lane, struct journal_writer **writer)
{
	*writer = &pen->writer[lane];
	if (pen->open[lane])
		return ERR_OK;
	struct logname name = {
		.device = pen->self->identity.sign_public,
		.incarnation = pen->self->incarnation,
		.lane = lane,
	};
	enum err err = journal_writer_begin(*writer, pen->txn, &name);
	if (err)
		return err == ERR_FROZEN || err == ERR_GAP ? err : txn_fail(pen->txn, err); // closed: nothing was begun
	pen->open[lane] = true;
	pen->first[lane] = (*writer)->log.peaks.size;
	return ERR_OK;
}

// What a reason for quarantine is to the writer who would have caused it.
static enum err reason_err(enum merge_reason reason)
{
	switch (reason) {
	case MERGE_ACCEPTED: return ERR_OK;
	case MERGE_UNKNOWN_KIND: return ERR_NOT_FOUND;
	case MERGE_LANE:
	case MERGE_VALUE: return ERR_RANGE;
	case MERGE_TOO_MANY: return ERR_TOO_LARGE;
	case MERGE_MALFORMED: return ERR_MALFORMED;
	case MERGE_AUTHORITY:
	case MERGE_REVOKED:
	case MERGE_NOT_ENROLLED:
	case MERGE_STEP:
	case MERGE_SERIES:
	case MERGE_CUSTODY:
	case MERGE_PRESENCE:
	case MERGE_STATEMENT: return ERR_UNAUTHORISED;
	case MERGE_CLOSED: return ERR_CONFLICT;
	case MERGE_REASON_END: break;
	}
	return ERR_MALFORMED;
}

// Applies before appending: what would be quarantined is never written.
static enum err judge(struct pen *pen, struct journal_writer *writer, uint32_t kind, uint64_t time, struct span payload)
{
	enum merge_reason reason = MERGE_ACCEPTED;
	struct entry entry = {
		.seq = writer->log.peaks.size,
		.time = time,
		.kind = kind,
		.size = (uint32_t)payload.size,
		.payload = payload,
	};
	enum err err = view_apply_own(&pen->view, &writer->log, &entry, &reason);
	if (!err)
		err = pen->txn->err; // what the judgement rests on was not read: that is no refusal
	if (!err && reason == MERGE_STEP)
		pen->refusal = (struct pen_refusal){ .what = PEN_REFUSED_STEP, .kind = pen->refusal.kind,
		                                     .field = pen->view.verdict.field, .verdict = pen->view.verdict };
	return err ? err : reason_err(reason);
}

static enum err append(struct pen *pen, struct journal_writer *writer, uint32_t kind, uint64_t time, struct span payload,
                       uint64_t *seq)
{
	uint64_t at;
	enum err err = journal_writer_append(writer, kind, time, payload, &at);
	if (!err && seq)
		*seq = at;
	pen->written += !err;
	return err;
}

// As the log will have it, where time never goes back: a new life may begin later than our clock stands
// now. What we apply must be what all others will read.
static uint64_t entry_time(struct pen *pen, const struct journal_writer *writer)
{
	uint64_t time = pen_tick(pen);
	return time > writer->log.last_time ? time : writer->log.last_time;
}

enum err pen_entry(struct pen *pen, enum lane lane, uint32_t kind, struct span payload, uint64_t *seq)
{
	struct journal_writer *writer;
	enum err err = pen_open(pen, lane, &writer);
	if (err)
		return err;
	uint64_t time = entry_time(pen, writer);
	err = judge(pen, writer, kind, time, payload);
	return err ? err : append(pen, writer, kind, time, payload, seq);
}

static enum err ready_epoch(struct pen *pen)
{
	if (pen->epoch_ready)
		return ERR_OK;
	enum err err = epoch_current(pen->txn, &pen->self->unit, &pen->epoch);
	if (err == ERR_NOT_FOUND) {
		err = pen_epochs(pen, true);
		if (!err)
			err = epoch_current(pen->txn, &pen->self->unit, &pen->epoch);
	}
	pen->epoch_ready = err == ERR_OK;
	return err;
}

static enum err sealed_in(struct pen *pen, enum lane lane, uint32_t kind, struct span payload)
{
	struct journal_writer *writer;
	struct buf sealed = BUF_EMPTY;
	uint8_t nonce[SEAL_NONCE_BYTES];
	enum err err = ready_epoch(pen);
	if (!err)
		err = pen_open(pen, lane, &writer);
	if (err)
		return err;
	uint64_t time = entry_time(pen, writer);
	err = judge(pen, writer, kind, time, payload);
	if (err)
		return err;
	pen_random(pen, nonce, sizeof nonce);
	err = epoch_seal(&pen->epoch, &writer->log.id, writer->log.peaks.size, nonce, kind, payload, &sealed);
	if (!err)
		err = sealed.err;
	if (!err)
		err = append(pen, writer, ENTRY_SEALED, time, buf_span(&sealed), NULL);
	buf_free(&sealed);
	return err;
}

enum err pen_sealed(struct pen *pen, uint32_t kind, struct span payload)
{
	return sealed_in(pen, LANE_PRIVATE, kind, payload);
}

static enum err into_files(struct pen *pen, uint32_t kind, bool sealed, struct span payload)
{
	return sealed ? sealed_in(pen, LANE_FILE, kind, payload) : pen_entry(pen, LANE_FILE, kind, payload, NULL);
}

enum err pen_piece(struct pen *pen, bool sealed, struct span payload)
{
	return into_files(pen, ENTRY_PIECE, sealed, payload);
}

enum err pen_picture(struct pen *pen, bool sealed, struct span payload)
{
	return into_files(pen, ENTRY_PICTURE, sealed, payload);
}

// What we know of other charters that changed the tree goes with it: whoever reads this judges it by that.
static enum err pack_statements(struct pen *pen, const Tributary__Statements *given, struct arena *arena)
{
	struct logname name = { .device = pen->self->identity.sign_public, .incarnation = pen->self->incarnation, .lane = LANE_DOWN };
	struct hash own = logname_id(&name);
	struct charter_known *known;
	size_t count;
	enum err err = charter_basis(pen->txn, &pen->self->unit, &own, arena, &known, &count);
	Tributary__Statements statements = *given;
	Tributary__Frontier *items = err ? NULL : arena_array(arena, count, sizeof *items);
	statements.basis = err ? NULL : arena_array(arena, count, sizeof *statements.basis);
	if (err || !items || !statements.basis)
		return err ? err : ERR_BUDGET;
	for (size_t i = 0; i < count; i++) {
		tributary__frontier__init(&items[i]);
		items[i].log = pb_bytes(hash_span(&known[i].log));
		items[i].size = known[i].size;
		statements.basis[statements.n_basis++] = &items[i];
	}
	buf_clear(&pen->scratch);
	pb_pack(&statements.base, &pen->scratch);
	return pen->scratch.err;
}

enum err pen_statements(struct pen *pen, const Tributary__Statements *statements)
{
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_statements(pen, statements, &arena);
	arena_free(&arena);
	if (err)
		return err;
	if (pen->scratch.size > LIMIT_PAYLOAD_BYTES)
		return ERR_TOO_LARGE;
	return pen_entry(pen, LANE_DOWN, ENTRY_STATEMENT, buf_span(&pen->scratch), NULL);
}

enum err pen_state(struct pen *pen, Tributary__Statement *statement)
{
	Tributary__Statement *list[] = { statement };
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	statement->effective = date_of_ms(pen->now_ms, 0);
	statements.n_statements = 1;
	statements.statements = list;
	return pen_statements(pen, &statements);
}

enum err pen_epochs(struct pen *pen, bool fresh)
{
	struct buf payloads = BUF_EMPTY;
	struct arena arena;
	size_t count = 0;
	if (pen->self->server || id_is_zero(&pen->self->unit))
		return ERR_OK;
	if (txn_has(pen->txn, STORE_META, span_string("rotate"))) {
		fresh = true;
		txn_delete(pen->txn, STORE_META, span_string("rotate"));
	}
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = epoch_due(pen->txn, &pen->self->unit, &pen->self->identity, fresh, pen_random, pen, &arena, &payloads,
	                         &count);
	struct reader reader = reader_of(buf_span(&payloads));
	for (size_t i = 0; i < count && !err; i++) {
		struct span payload = reader_bytes(&reader, reader_u32(&reader));
		err = reader.err ? reader.err : pen_entry(pen, LANE_DETAIL, ENTRY_EPOCH, payload, NULL);
	}
	if (fresh)
		pen->epoch_ready = false;
	buf_free(&payloads);
	arena_free(&arena);
	return err;
}

static enum err mail(struct pen *pen, const struct id *to, uint32_t purpose, struct span letter)
{
	struct arena arena;
	struct buf payload = BUF_EMPTY;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = epoch_mail_close(pen->txn, to, purpose, letter, pen_random, pen, &arena, &payload);
	if (!err)
		err = payload.err;
	if (!err)
		err = pen_entry(pen, LANE_MAIL, ENTRY_MAIL, buf_span(&payload), NULL);
	buf_free(&payload);
	arena_free(&arena);
	return err;
}

enum err pen_mail(struct pen *pen, const struct id *to, struct span letter)
{
	return mail(pen, to, 0, letter);
}

enum err pen_letter(struct pen *pen, const struct id *to, struct span letter)
{
	return mail(pen, to, EPOCH_MAIL_CUSTODY, letter);
}

enum err pen_letter_presence(struct pen *pen, const struct id *to, struct span letter)
{
	return mail(pen, to, EPOCH_MAIL_PRESENCE, letter);
}

// Signs a lane's log and tells those who may read it.
static enum err finish_lane(struct pen *pen, enum lane lane)
{
	struct journal_writer *writer = &pen->writer[lane];
	enum err err = journal_writer_finish(writer, &pen->self->identity, pen_tick(pen));
	pen->open[lane] = false;
	if (err || writer->log.peaks.size == pen->first[lane])
		return err;
	writer->log.applied = writer->log.peaks.size;
	journal_save(pen->txn, &writer->log);
	return arrival_entries(pen->txn, pen->self, &writer->log, pen->first[lane], writer->log.peaks.size);
}

enum err pen_finish(struct pen *pen)
{
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		if (pen->open[lane])
			finish_lane(pen, (enum lane)lane);
	if (pen->written)
		save_hlc(pen->txn, pen->hlc);
	view_end(&pen->view);
	buf_free(&pen->scratch);
	return pen->txn->err;
}
