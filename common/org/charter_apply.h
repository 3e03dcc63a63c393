// One entry of statements while it is applied. Private to charter_apply*.c.
//
// A handler gives ERR_OK and, where the statement does not stand, a reason in `apply`; ERR_AGAIN
// where something that it names has not come yet; else the store's failure.
#ifndef TRIBUTARY_ORG_CHARTER_APPLY_H
#define TRIBUTARY_ORG_CHARTER_APPLY_H

#include "org/charter_past_row.h"

#define CHARTER_APPLY_SLOTS 64

struct charter_apply {
	struct charter_batch batch;
	struct buf scratch;              // rows are encoded here
	const struct hash *author;
	struct charter_device writer;    // the author's row, once `known`
	bool known;
	struct dot place;
	struct hash log;                 // of the place; zero until it is asked for
	bool announced;                  // the statement is only told, and nothing follows from it
	const Tributary__Handover *handover; // of the statement at hand, about `subject`
	struct id subject;
	size_t index;                    // of the statement within the entry
	int32_t effective;
	struct charter_effects *effects;
	enum merge_reason reason;
	// Units that the writer is known to be registrar of, by their last byte: an import names one
	// parent thousands of times. Emptied when a server comes or goes.
	struct id registers[CHARTER_APPLY_SLOTS];
	struct charter_unit parent;      // the last parent looked up; zero unit: none
	struct charter_count waiting;    // flushed when the entry ends
};

enum err charter_apply_refuse(struct charter_apply *apply, enum merge_reason reason); // gives ERR_OK

// Is the writer the server of the registrar of `unit`? ERR_OK, with the reason set if not.
enum err charter_apply_authority(struct charter_apply *apply, const struct id *unit);
void charter_apply_forget(struct charter_apply *apply); // what was looked up: rows have changed

// The unit above, as the writer knew the tree; *merged: the unit is a part of it. A reason is set where
// the writer's word for the unit has ended.
enum err charter_apply_above(struct charter_apply *apply, const struct charter_unit *row, struct id *above, bool *merged);
bool charter_apply_knew(const struct charter_apply *apply, struct dot place); // had the writer read this?
enum err charter_apply_log(struct charter_apply *apply); // fills `log`

// Is the writer the registrar of the nearest unit at or above both? The way from `unit` starts above it.
enum err charter_apply_common(struct charter_apply *apply, const struct charter_unit *unit, const struct id *other);

// A change of a unit, of this statement; kept, and its unit's first state before it where that was not kept yet.
void charter_apply_past(struct charter_apply *apply, struct charter_unit *row, struct charter_change *change);
enum err charter_apply_change(struct charter_apply *apply, const struct id *unit, enum charter_change_kind what,
                              struct charter_change *change); // begins one

enum err charter_apply_genesis(struct charter_apply *apply, const Tributary__Genesis *genesis);
enum err charter_apply_unit_created(struct charter_apply *apply, const Tributary__UnitCreated *created);
enum err charter_apply_unit_changed(struct charter_apply *apply, const Tributary__UnitChanged *changed);
enum err charter_apply_unit_moved(struct charter_apply *apply, const Tributary__UnitMoved *moved);
enum err charter_apply_unit_merged(struct charter_apply *apply, const Tributary__UnitMerged *merged);
enum err charter_apply_unit_split(struct charter_apply *apply, const Tributary__UnitSplit *split);
enum err charter_apply_server_address(struct charter_apply *apply, const Tributary__ServerAddress *address);
void charter_apply_end(struct charter_apply *apply, struct charter_unit *row, int32_t day); // the row closes; not written yet
// Places the unit by all that was said of it, and tells so; its row is written.
enum err charter_apply_place(struct charter_apply *apply, struct charter_unit *row);
// A unit is about to be known here: those that wait for it leave the counts. It is: they are placed anew.
enum err charter_apply_awaited(struct charter_apply *apply, const struct id *unit);
enum err charter_apply_waiting(struct charter_apply *apply, const struct id *unit);
// Was anything said that this change takes back? Then effects->superseded.
enum err charter_apply_former(struct charter_apply *apply, const struct charter_change *change);
enum err charter_apply_device_enrolled(struct charter_apply *apply, const Tributary__DeviceEnrolled *enrolled);
enum err charter_apply_device_revoked(struct charter_apply *apply, const Tributary__DeviceRevoked *revoked);
// Granted, or withdrawn.
enum err charter_apply_role(struct charter_apply *apply, const Tributary__RoleStated *stated, bool granted);
enum err charter_apply_pack_published(struct charter_apply *apply, const Tributary__PackPublished *published);

// Whose registrar decides about a device of this unit.
const struct id *charter_apply_decider(const struct charter_unit *unit, bool server);
// Rows of a device that was not known before.
void charter_apply_device_add(struct charter_apply *apply, const struct statement_device *device, struct dot place);
// Rows of a unit that was not known before; its place, day and level are the row's.
void charter_apply_unit_add(struct charter_apply *apply, const struct charter_unit *row);

#endif
