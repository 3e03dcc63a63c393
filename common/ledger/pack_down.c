// Kinds whose records come down: a superior's own, in the lane that all below it read. So each of their
// fields lies there and is written by its unit alone; who has them adapts them in records of its own.
#include "ledger/pack_check.h"
#include "ledger/pack_presence.h"

void pack_check_down(struct pack_check *check, const struct pack_place *place, const Tributary__PackKind *from,
                     struct pack_kind *to)
{
	pack_check_range(check, place, "role", from->role, PACK_ROLE_NONE, PACK_ROLE_END - 1);
	if (check->err)
		return;
	to->from_above = from->from_above;
	to->role = (enum pack_role)from->role;
	bool here = to->role >= PACK_ROLE_ATTACHMENT;
	if (to->role && to->from_above == here)
		pack_check_refuse(check, ERR_MALFORMED, place, here ? "role: of kinds that the unit itself keeps" : "role: of kinds that come from above only");
	else if (here)
		pack_presence_check(check, place, to);
	if (to->from_above && to->lane != LANE_DOWN)
		pack_check_refuse(check, ERR_MALFORMED, place, "from: above needs lane down, the one that all below read");
	for (size_t i = 0; to->from_above && i < to->field_count && !check->err; i++) {
		const struct pack_field *field = &to->fields[i];
		struct pack_place in = { .up = place, .list = "fields", .name = field->name, .index = i };
		if (field->lane != LANE_DOWN || field->authority != AUTHORITY_OWN)
			pack_check_refuse(check, ERR_MALFORMED, &in,
			                  "a field of what comes from above has lane down and authority own; a unit adapts it in records of its own");
	}
}

void pack_check_roles(struct pack_check *check, const struct pack *pack)
{
	for (size_t i = 0; i < pack->kind_count && !check->err; i++) {
		const struct pack_kind *kind = &pack->kinds[i];
		struct pack_place at = { .up = NULL, .list = "kinds", .name = kind->name, .index = i };
		if (kind->role && pack_kind_by_role(pack, kind->role) != kind)
			pack_check_refuse(check, ERR_MALFORMED, &at, "role: \"%s\" has it already", pack_kind_by_role(pack, kind->role)->name);
	}
}
