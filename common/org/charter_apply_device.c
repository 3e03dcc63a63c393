// Statements about devices: enrolled, revoked.
#include "base/pb.h"
#include "log/journal.h"
#include "org/charter_apply.h"

// Whose registrar decides about a device of this unit: a server is its parent's affair, and the
// top, which has none, looks after its own.
const struct id *charter_apply_decider(const struct charter_unit *unit, bool server)
{
	return server && !id_is_zero(&unit->parent) ? &unit->parent : &unit->unit;
}

void charter_apply_device_add(struct charter_apply *apply, const struct statement_device *device, struct dot place)
{
	struct charter_device row = { .device = device->device, .curve = device->curve, .box = device->box,
	                              .unit = device->unit, .server = device->server, .revoked = false,
	                              .since = apply->effective, .place = place, .cutoff_count = 0 };
	uint8_t key[LIMIT_ID_BYTES + LIMIT_HASH_BYTES];
	memcpy(row.label, device->label, strlen(device->label) + 1);
	memcpy(key, row.unit.bytes, LIMIT_ID_BYTES);
	memcpy(key + LIMIT_ID_BYTES, row.device.bytes, LIMIT_HASH_BYTES);
	charter_device_put(&apply->batch, &row, &apply->scratch);
	charter_batch_put(&apply->batch, STORE_DEVICE_UNIT, span_of(key, sizeof key), span_of(NULL, 0));
	charter_batch_put(&apply->batch, STORE_DEVICE_CURVE, hash_span(&row.curve), hash_span(&row.device));
	apply->effects->device_enrolled = true;
}

static bool same_device(const struct charter_device *row, const struct statement_device *device)
{
	return hash_equal(&row->curve, &device->curve) && hash_equal(&row->box, &device->box)
	       && id_equal(&row->unit, &device->unit) && row->server == device->server
	       && strcmp(row->label, device->label) == 0;
}

// ERR_NOT_FOUND: it is new. Known in the same words: harmless, unless it was revoked since.
static enum err compare_device(struct charter_apply *apply, const struct statement_device *device)
{
	struct charter_device present;
	enum err err = charter_device_get(apply->batch.txn, &device->device, &present);
	if (err)
		return err;
	bool stands = same_device(&present, device) && (!present.revoked || dot_equal(present.place, apply->place));
	return stands ? ERR_OK : charter_apply_refuse(apply, MERGE_STATEMENT);
}

// A zero key: it has none from now on.
static void set_server(struct charter_apply *apply, struct charter_unit *unit, struct hash device)
{
	unit->server = device;
	apply->effects->server_changed = true;
	apply->effects->server_unit = unit->unit;
	charter_unit_put(&apply->batch, unit, &apply->scratch, false);
	charter_apply_forget(apply);
}

static enum err enrol_new(struct charter_apply *apply, struct charter_unit *unit, const struct statement_device *device,
                          const Tributary__DeviceEnrolled *enrolled)
{
	struct charter_device other;
	if (device->server && !hash_is_zero(&unit->server)) // the old one is revoked first
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	enum err err = charter_device_by_curve(apply->batch.txn, &device->curve, &other);
	if (err && err != ERR_NOT_FOUND)
		return err;
	if (!err || statement_device_verify(enrolled, apply->author)) // one session key, one device
		return charter_apply_refuse(apply, MERGE_STATEMENT);
	charter_apply_device_add(apply, device, apply->place);
	if (device->server)
		set_server(apply, unit, device->device);
	return ERR_OK;
}

enum err charter_apply_device_enrolled(struct charter_apply *apply, const Tributary__DeviceEnrolled *enrolled)
{
	struct statement_device device;
	struct charter_unit unit;
	if (statement_device_read(enrolled, &device) || id_is_zero(&device.unit))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	enum err err = charter_unit_get(apply->batch.txn, &device.unit, &unit);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
	err = charter_apply_authority(apply, charter_apply_decider(&unit, device.server));
	if (err || apply->reason)
		return err;
	err = compare_device(apply, &device);
	return err == ERR_NOT_FOUND ? enrol_new(apply, &unit, &device, enrolled) : err;
}

static bool read_cutoff(const Tributary__DeviceRevoked *revoked, struct charter_device *row)
{
	if (revoked->n_cutoff > CHARTER_CUTOFFS)
		return false;
	row->cutoff_count = revoked->n_cutoff;
	for (size_t i = 0; i < revoked->n_cutoff; i++) {
		const Tributary__Frontier *from = revoked->cutoff[i];
		row->cutoff[i].size = from->size;
		if (hash_read(pb_span(from->log), &row->cutoff[i].log)
		    || (from->root.len != 0 && from->root.len != LIMIT_HASH_BYTES))
			return false;
		for (size_t j = 0; j < i; j++)
			if (hash_equal(&row->cutoff[i].log, &row->cutoff[j].log))
				return false;
	}
	return true;
}

static bool same_cutoff(const struct charter_device *a, const struct charter_device *b)
{
	if (a->cutoff_count != b->cutoff_count)
		return false;
	for (size_t i = 0; i < a->cutoff_count; i++)
		if (!hash_equal(&a->cutoff[i].log, &b->cutoff[i].log) || a->cutoff[i].size != b->cutoff[i].size)
			return false;
	return true;
}

// The top's server may give way to another; the entry that says so must lie before its own
// cut-off, or it would revoke itself.
static enum err check_self(struct charter_apply *apply, const struct charter_device *row)
{
	struct journal_log log;
	if (!hash_equal(&row->device, apply->author))
		return ERR_OK;
	enum err err = journal_find_number(apply->batch.txn, apply->place.log, &log);
	if (err && err != ERR_NOT_FOUND)
		return err;
	bool covered = !err && charter_covers(row, &log.id, apply->place.seq);
	return covered ? ERR_OK : charter_apply_refuse(apply, MERGE_STATEMENT);
}

// Views are built anew for one unit after an entry, so one entry revokes in one unit.
static enum err note_revoked(struct charter_apply *apply, const struct id *unit)
{
	struct charter_effects *effects = apply->effects;
	if (effects->device_revoked && !id_equal(&effects->revoked_unit, unit))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	effects->device_revoked = true;
	effects->revoked_unit = *unit;
	return ERR_OK;
}

static enum err revoke(struct charter_apply *apply, struct charter_unit *unit, struct charter_device *row)
{
	row->revoked = true;
	enum err err = check_self(apply, row);
	if (!err && !apply->reason)
		err = note_revoked(apply, &unit->unit);
	if (err || apply->reason)
		return err;
	charter_device_put(&apply->batch, row, &apply->scratch);
	if (hash_equal(&unit->server, &row->device))
		set_server(apply, unit, (struct hash){ { 0 } });
	return ERR_OK;
}

enum err charter_apply_device_revoked(struct charter_apply *apply, const Tributary__DeviceRevoked *revoked)
{
	struct hash device;
	struct charter_device present, row = { .cutoff_count = 0 };
	struct charter_unit unit;
	if (hash_read(pb_span(revoked->device), &device) || !read_cutoff(revoked, &row)
	    || !statement_text_fits(revoked->reason, LIMIT_TITLE_BYTES))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	enum err err = charter_device_get(apply->batch.txn, &device, &present);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
	err = charter_unit_get(apply->batch.txn, &present.unit, &unit);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_CORRUPT : err;
	err = charter_apply_authority(apply, charter_apply_decider(&unit, present.server));
	if (err || apply->reason)
		return err;
	if (present.revoked)
		return same_cutoff(&present, &row) ? ERR_OK : charter_apply_refuse(apply, MERGE_STATEMENT);
	struct charter_device now = present;
	memcpy(now.cutoff, row.cutoff, sizeof now.cutoff);
	now.cutoff_count = row.cutoff_count;
	return revoke(apply, &unit, &now);
}
