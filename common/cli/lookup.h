// Finding what people name, and naming what is found: units, records by label or by the beginning of
// an id, devices; values as a person reads them and as --json gives them.
#ifndef TRIBUTARY_CLI_LOOKUP_H
#define TRIBUTARY_CLI_LOOKUP_H

#include <jansson.h>

#include "cli/labels.h"
#include "ledger/record.h"
#include "org/charter.h"

#define LOOKUP_PREFIX_MIN 8  // hex digits of an id that may stand for it

struct lookup {
	struct txn *txn;
	const struct pack *pack; // NULL: none here yet
	struct id unit;          // whose records
	struct arena *arena;     // what is found lives here
	// Bulk work: the labels of one kind, read once (lookup_bulk); records made meanwhile are not in it.
	struct labels *labels[LIMIT_PACK_KINDS]; // by place in pack->kinds; owned
	bool bulk;
};

// Records by label are found through an index from here on, which lookup_bulk_end() releases; and a
// reference is shown by its id where several records bear its label.
void lookup_bulk(struct lookup *look);
void lookup_bulk_end(struct lookup *look);

// ERR_NOT_FOUND; ERR_CONFLICT: several answer to it. NULL or "." is the look-up's own unit.
enum err lookup_unit(struct lookup *look, const char *text, struct id *unit);
enum err lookup_device(struct lookup *look, const char *text, struct hash *device); // label, or the beginning of the key
enum err lookup_device_of(struct lookup *look, const struct id *unit, const char *text, struct hash *device); // of the unit alone
// A record by its label or at least LOOKUP_PREFIX_MIN digits of its id; one that is deleted by its whole id alone.
enum err lookup_record(struct lookup *look, const struct pack_kind *kind, const char *text, struct id *record);

// Whose a record is: of a kind that comes from above it may be a superior's.
void lookup_owner(struct lookup *look, const struct pack_kind *kind, const struct id *record, struct id *unit);

// Names for people; never NULL (hex where there is no better).
const char *lookup_unit_name(struct lookup *look, const struct id *unit);
const char *lookup_unit_path(struct lookup *look, const struct id *unit); // "county/township/branch"
const char *lookup_device_name(struct lookup *look, const struct hash *device);
const char *lookup_record_label(struct lookup *look, const struct pack_kind *kind, const struct record *record);
const char *lookup_short(struct lookup *look, const struct id *id); // as many digits as a person needs

const char *lookup_title(const struct title *title, const char *name); // in the user's language, else in the other, else the name

// Values. References become labels and names in text, hex in JSON; money is fen in JSON.
const char *lookup_text(struct lookup *look, const struct pack_field *field, const struct value *value);
json_t *lookup_json(struct lookup *look, const struct pack_field *field, const struct value *value);
// The key of an element of a keyed field: what it refers to, or itself.
const char *lookup_element(struct lookup *look, const struct pack_field *field, struct span element);
// All fields of a record as an object by name: plain values, arrays for sets, objects for maps.
json_t *lookup_record_json(struct lookup *look, const struct pack_kind *kind, const struct record *record);
// The same of one field, as one text: elements separated by "; ".
const char *lookup_field_text(struct lookup *look, const struct pack_field *field, const struct record *record);

// Typed text → value, references looked up. ERR_NOT_FOUND, ERR_CONFLICT (references), and as value_parse().
enum err lookup_value(struct lookup *look, const struct pack_field *field, struct span text, struct value *value);
// What such a value looks like: "one of: 男, 女".
const char *lookup_expected(struct lookup *look, const struct pack_field *field);
// A typed key of an element → as it is stored.
enum err lookup_key(struct lookup *look, const struct pack_field *field, struct span text, struct span *key);

// A walk over the records of a unit, of one kind (0: of all): those not deleted unless `deleted`.
//	for (struct lookup_walk walk = lookup_walk_begin(…); lookup_walk_next(&walk);) … walk.record
//	err = lookup_walk_end(&walk);
// Of a kind that comes from above, also those of all superiors; record.key.unit tells whose each one is.
struct lookup_walk {
	struct txn *txn;
	struct id owners[LIMIT_TREE_LEVELS];
	size_t owner_count, owner; // scan is over the records of owners[owner]
	uint16_t kind;
	struct scan scan;
	struct arena arena;   // of the record at hand
	struct record record; // valid until the next call
	bool deleted;
	enum err err;
};
struct lookup_walk lookup_walk_begin(struct lookup *look, uint16_t kind, bool deleted);
bool lookup_walk_next(struct lookup_walk *walk);
enum err lookup_walk_end(struct lookup_walk *walk);

#endif
