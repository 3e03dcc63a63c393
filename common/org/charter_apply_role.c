// Statements about roles that devices hold: granted, withdrawn.
#include "base/pb.h"
#include "org/charter_apply.h"
#include "org/charter_role.h"

static bool read_cutoffs(const Tributary__RoleStated *stated, struct charter_role *row)
{
	if (stated->n_cutoff > CHARTER_ROLE_CUTOFFS)
		return false;
	row->cutoff_count = stated->n_cutoff;
	for (size_t i = 0; i < stated->n_cutoff; i++) {
		row->cutoff[i].size = stated->cutoff[i]->size;
		if (hash_read(pb_span(stated->cutoff[i]->log), &row->cutoff[i].log) || stated->cutoff[i]->root.len)
			return false;
		for (size_t j = 0; j < i; j++)
			if (hash_equal(&row->cutoff[i].log, &row->cutoff[j].log))
				return false;
	}
	return true;
}

enum err charter_apply_role(struct charter_apply *apply, const Tributary__RoleStated *stated, bool granted)
{
	struct charter_role row = { .granted = granted, .since = apply->effective, .rank = stated->rank };
	struct charter_device device;
	struct charter_unit unit;
	if (hash_read(pb_span(stated->device), &row.device) || !stated->role[0] || !stated->rank
	    || !statement_text_fits(stated->role, LIMIT_NAME_BYTES) || !read_cutoffs(stated, &row))
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	enum err err = charter_device_get(apply->batch.txn, &row.device, &device);
	if (!err)
		err = charter_unit_get(apply->batch.txn, &device.unit, &unit);
	if (err)
		return err == ERR_NOT_FOUND ? ERR_AGAIN : err;
	err = charter_apply_authority(apply, charter_apply_decider(&unit, device.server));
	if (err || apply->reason)
		return err;
	row.unit = device.unit;
	memcpy(row.role, stated->role, strlen(stated->role) + 1);
	charter_role_put(&apply->batch, apply->place, apply->index, &row, &apply->scratch);
	struct charter_effects *effects = apply->effects;
	if (effects->role_stated && !id_equal(&effects->role_unit, &row.unit)) // views are built anew for one unit after an entry
		return charter_apply_refuse(apply, MERGE_MALFORMED);
	effects->role_stated = true;
	effects->role_server |= device.server;
	effects->role_unit = row.unit;
	return ERR_OK;
}
