// One walk over the unit's records of the kind; for each carried field the best source so far is kept.
#include "ledger/carry.h"

#include "base/bytes.h"
#include "base/limits.h"

// The record that a field's value would come from.
struct source {
	bool found;
	int64_t newest;       // its day or month, in the order of carry_newest; the least where it has none
	struct record_write write; // its value copied
	struct id record;
};

struct carrying {
	const struct pack_kind *kind;
	const struct carry_given *given;
	struct arena *arena;
	struct source *sources; // one per field of the kind
};

static const struct value *given_value(const struct carry_given *given, uint8_t field)
{
	for (size_t i = 0; i < given->count; i++)
		if (given->fields[i] == field && given->values[i].form != VALUE_IS_NONE)
			return &given->values[i];
	return NULL;
}

// One that was given as empty was meant so.
static bool is_given(const struct carry_given *given, uint8_t field)
{
	for (size_t i = 0; i < given->count; i++)
		if (given->fields[i] == field)
			return true;
	return false;
}

static bool same_subject(const struct carrying *carrying, const struct record *record)
{
	uint8_t field = carrying->kind->carry_same;
	const struct value *wanted = field ? given_value(carrying->given, field) : NULL;
	const struct record_write *shown = field ? record_value(record, field, span_of(NULL, 0)) : NULL;
	return !field || (wanted && shown && value_equal(wanted, &shown->value));
}

// Where in time the record stands; false: behind the new one.
static bool stands_before(const struct carrying *carrying, const struct record *record, int64_t *newest)
{
	uint8_t field = carrying->kind->carry_newest;
	const struct record_write *shown = field ? record_value(record, field, span_of(NULL, 0)) : NULL;
	const struct value *own = field ? given_value(carrying->given, field) : NULL;
	*newest = shown ? shown->value.number : INT64_MIN;
	return !shown || !own || shown->value.number <= own->number;
}

static enum err consider(struct carrying *carrying, const struct record *record)
{
	int64_t newest;
	enum err err = ERR_OK;
	if (!same_subject(carrying, record) || !stands_before(carrying, record, &newest))
		return ERR_OK;
	for (size_t i = 0; i < carrying->kind->field_count && !err; i++) {
		const struct pack_field *field = &carrying->kind->fields[i];
		struct source *source = &carrying->sources[i];
		const struct record_write *shown = field->carry ? record_value(record, field->number, span_of(NULL, 0)) : NULL;
		if (!shown || is_given(carrying->given, field->number))
			continue;
		bool later = newest == source->newest ? shown->time > source->write.time : newest > source->newest;
		if (source->found && !later)
			continue;
		*source = (struct source){ .found = true, .newest = newest, .write = *shown, .record = record->key.record };
		if (shown->value.form != VALUE_IS_NUMBER)
			err = arena_copy(carrying->arena, shown->value.bytes, &source->write.value.bytes);
	}
	return err;
}

static enum err walk(struct carrying *carrying, struct txn *txn, const struct id *unit)
{
	uint8_t prefix[LIMIT_ID_BYTES + 2];
	struct arena scratch;
	enum err err = ERR_OK;
	memcpy(prefix, unit->bytes, LIMIT_ID_BYTES);
	bytes_put_u16(prefix + LIMIT_ID_BYTES, carrying->kind->number);
	arena_init(&scratch, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(txn, STORE_RECORD, span_of(prefix, sizeof prefix));
	while (!err && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		arena_reset(&scratch);
		err = record_key_decode(scan.key, &key);
		if (!err)
			err = record_decode(&key, scan.value, &scratch, &record);
		if (!err && record.write_count && !record_deleted(&record))
			err = consider(carrying, &record);
	}
	scan_end(&scan);
	arena_free(&scratch);
	return err ? err : txn->err;
}

static bool carries(const struct pack_kind *kind)
{
	for (size_t i = 0; i < kind->field_count; i++)
		if (kind->fields[i].carry)
			return true;
	return false;
}

enum err carry_values(struct txn *txn, const struct pack_kind *kind, const struct id *unit,
                      const struct carry_given *given, struct arena *arena, struct carry_value **values, size_t *count)
{
	struct carrying carrying = { .kind = kind, .given = given, .arena = arena };
	*count = 0;
	*values = arena_array(arena, kind->field_count, sizeof **values);
	carrying.sources = arena_array(arena, kind->field_count, sizeof *carrying.sources);
	if (!*values || !carrying.sources)
		return ERR_BUDGET;
	enum err err = carries(kind) ? walk(&carrying, txn, unit) : ERR_OK;
	for (size_t i = 0; i < kind->field_count && !err; i++) {
		const struct pack_field *field = &kind->fields[i];
		const struct source *source = &carrying.sources[i];
		if (is_given(given, field->number) || (!source->found && field->preset.form == VALUE_IS_NONE))
			continue;
		(*values)[(*count)++] = (struct carry_value){
			.field = field, .value = source->found ? source->write.value : field->preset, .carried = source->found,
			.from = source->record,
		};
	}
	return err;
}
