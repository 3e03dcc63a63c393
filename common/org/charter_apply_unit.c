// Statements about units: created, renamed, closed.
#include "base/pb.h"
#include "log/journal.h"
#include "org/charter_apply.h"

void charter_apply_unit_add(struct charter_apply *apply, const struct charter_unit *row)
{
	uint8_t child[2 * LIMIT_ID_BYTES];
	charter_unit_put(&apply->batch, row, &apply->scratch, true);
	charter_unit_alias_add(&apply->batch, &row->unit, row->name);
	if (row->code[0])
		charter_unit_alias_add(&apply->batch, &row->unit, row->code);
	if (!id_is_zero(&row->parent)) {
		memcpy(child, row->parent.bytes, LIMIT_ID_BYTES);
		memcpy(child + LIMIT_ID_BYTES, row->unit.bytes, LIMIT_ID_BYTES);
		charter_batch_add(&apply->batch, STORE_UNIT_CHILD, span_of(child, sizeof child), span_of(NULL, 0));
		charter_count_begins(&apply->batch, &apply->waiting, row);
	}
	apply->effects->unit_created = true;
}

// Units above it here: what stands in its row is how many there were when it was created.
static enum err level_below(struct charter_apply *apply, const struct id *parent, size_t *level)
{
	struct id path[LIMIT_TREE_LEVELS];
	if (!apply->parent.past) {
		*level = apply->parent.level + 1u;
		if (apply->parent.level == 0)
			return ERR_OK;
	}
	return charter_path(apply->batch.txn, parent, path, level);
}

static bool read_created(const Tributary__UnitCreated *created, struct charter_unit *row)
{
	if (id_read(pb_span(created->unit), &row->unit) || id_read(pb_span(created->parent), &row->parent)
	    || id_is_zero(&row->unit) || id_is_zero(&row->parent) || id_equal(&row->unit, &row->parent))
		return false;
	if (!created->name[0] || !statement_text_fits(created->name, LIMIT_TITLE_BYTES)
	    || !created->kind[0] || !statement_text_fits(created->kind, LIMIT_NAME_BYTES)
	    || !statement_text_fits(created->code, LIMIT_NAME_BYTES))
		return false;
	memcpy(row->name, created->name, strlen(created->name) + 1);
	memcpy(row->kind, created->kind, strlen(created->kind) + 1);
	memcpy(row->code, created->code, strlen(created->code) + 1);
	return true;
}

static enum err find_parent(struct charter_apply *apply, const struct id *parent)
{
	if (id_equal(&apply->parent.unit, parent))
		return ERR_OK;
	enum err err = charter_unit_get(apply->batch.txn, parent, &apply->parent);
	if (err)
		apply->parent.unit = (struct id){ { 0 } };
	return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
}

static bool same_unit(const struct charter_unit *a, const struct charter_unit *b)
{
	return id_equal(&a->parent, &b->parent) && strcmp(a->kind, b->kind) == 0 && strcmp(a->name, b->name) == 0
	       && strcmp(a->code, b->code) == 0;
}

// ERR_NOT_FOUND: it is new. Created by this very entry or in the same words: harmless.
static enum err compare_unit(struct charter_apply *apply, const struct charter_unit *row)
{
	struct charter_unit present;
	enum err err = charter_unit_get(apply->batch.txn, &row->unit, &present);
	if (err || same_unit(&present, row))
		return err;
	// The same entry once more, the unit renamed in the meantime.
	bool again = dot_equal(present.place, apply->place) && (present.past || id_equal(&present.parent, &row->parent));
	return again ? ERR_OK : charter_apply_refuse(apply, MERGE_STATEMENT);
}

enum err charter_apply_unit_created(struct charter_apply *apply, const Tributary__UnitCreated *created)
{
	struct charter_unit row;
	if (!read_created(created, &row))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	enum err err = find_parent(apply, &row.parent);
	if (!err)
		err = charter_apply_authority(apply, &row.parent);
	if (err || apply->reason)
		return err;
	size_t level;
	err = level_below(apply, &row.parent, &level);
	if (err)
		return err;
	if (level >= LIMIT_TREE_LEVELS)
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	err = compare_unit(apply, &row);
	if (err != ERR_NOT_FOUND)
		return err;
	err = row.code[0] ? charter_unit_code_free(apply->batch.txn, row.code, apply->place.log) : ERR_OK;
	if (err)
		return err == ERR_EXISTS ? charter_apply_refuse(apply, MERGE_STATEMENT) : err;
	row.since = apply->effective;
	row.closed = INT32_MAX;
	row.server = (struct hash){ { 0 } };
	row.place = apply->place;
	row.renamed = row.ended = (struct dot){ .log = 0 };
	row.level = (uint8_t)level;
	row.past = row.merged = false;
	err = charter_apply_awaited(apply, &row.unit);
	if (err)
		return err;
	charter_apply_unit_add(apply, &row);
	return charter_apply_waiting(apply, &row.unit);
}

static void rename_unit(struct charter_apply *apply, struct charter_unit *row, const char *name)
{
	charter_unit_alias_delete(&apply->batch, &row->unit, row->name);
	memcpy(row->name, name, strlen(name) + 1);
	charter_unit_alias_put(&apply->batch, &row->unit, row->name);
	if (row->code[0]) // it may have been the same word as the old name
		charter_unit_alias_put(&apply->batch, &row->unit, row->code);
}

// Servers of one unit follow each other in the log that enrols them, and in between its writer speaks
// for the unit itself. A word of a revoked server that comes late gives way to what was said `after` it.
static enum err drop_superseded(struct charter_apply *apply, struct dot after, bool *wanted)
{
	struct journal_log log;
	struct charter_device speaker;
	struct dot since = apply->writer.place;
	if (!*wanted || !apply->writer.revoked || after.log == 0 || after.log == apply->place.log)
		return ERR_OK;
	if (after.log != since.log) { // not the enrolling log's own word: that of another server it enrolled?
		enum err err = journal_find_number(apply->batch.txn, after.log, &log);
		if (!err)
			err = charter_device_get(apply->batch.txn, &log.name.device, &speaker);
		if (err)
			return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
		after = speaker.place;
	}
	*wanted = !(after.log == since.log && after.seq > since.seq);
	return ERR_OK;
}

// What was said is kept, whatever follows from it.
static enum err keep_change(struct charter_apply *apply, struct charter_unit *row, const Tributary__UnitChanged *changed)
{
	struct charter_change change;
	enum err err = ERR_OK;
	if (changed->name[0]) {
		err = charter_apply_change(apply, &row->unit, CHARTER_RENAMED, &change);
		memcpy(change.name, changed->name, strlen(changed->name) + 1);
		charter_apply_past(apply, row, &change);
	}
	if (changed->closed && !err) {
		err = charter_apply_change(apply, &row->unit, CHARTER_CLOSED, &change);
		change.index++;
		charter_apply_past(apply, row, &change);
	}
	return err;
}

enum err charter_apply_unit_changed(struct charter_apply *apply, const Tributary__UnitChanged *changed)
{
	struct charter_unit row;
	struct id unit;
	if (id_read(pb_span(changed->unit), &unit) || id_is_zero(&unit)
	    || !statement_text_fits(changed->name, LIMIT_TITLE_BYTES) || (!changed->name[0] && !changed->closed))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	enum err err = charter_unit_get(apply->batch.txn, &unit, &row);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
	err = charter_apply_authority(apply, &unit);
	if (err || apply->reason)
		return err;
	if (changed->closed && row.level == 0) // the top closes when nobody uses it any more
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	err = keep_change(apply, &row, changed);
	if (err || apply->announced)
		return err;
	bool renames = changed->name[0], closes = changed->closed;
	err = drop_superseded(apply, row.renamed, &renames);
	if (!err)
		err = drop_superseded(apply, row.ended, &closes);
	if (err)
		return err;
	if (renames) {
		rename_unit(apply, &row, changed->name);
		row.renamed = apply->place;
	}
	if (closes)
		charter_apply_end(apply, &row, apply->effective);
	charter_unit_put(&apply->batch, &row, &apply->scratch, false);
	charter_apply_forget(apply);
	return ERR_OK;
}
