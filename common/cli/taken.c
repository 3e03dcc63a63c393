// Refusing a value that another record has.
#include "cli/taken.h"

#include "ledger/unique.h"

static const char *name_record(struct lookup *look, const struct pack_kind *kind, const struct record_key *key)
{
	struct record record;
	struct buf text = BUF_EMPTY;
	const char *hex = lookup_short(look, &key->record);
	if (record_load(look->txn, key, look->arena, &record))
		return hex;
	phrase_format(&text, PHRASE_RECORD_NAMED, PHRASE_WITH(lookup_record_label(look, kind, &record), hex));
	const char *kept = text.err ? NULL : arena_string(look->arena, buf_span(&text));
	buf_free(&text);
	return kept ? kept : hex;
}

enum err taken_find(struct lookup *look, const struct pack_kind *kind, const struct id *record,
                    const struct pen_write *writes, size_t count, const struct pack_field **field, const char **other)
{
	struct record_key key = { .unit = look->unit, .kind = kind->number, .record = *record };
	enum err err = ERR_NOT_FOUND;
	for (size_t i = 0; i < count && err == ERR_NOT_FOUND; i++) {
		struct record_key found = key;
		*field = kind->by_number[writes[i].field];
		if (!*field || !(*field)->unique || writes[i].value.form == VALUE_IS_NONE)
			continue;
		err = unique_other(look->txn, &key, *field, &writes[i].value, &found.record);
		if (!err)
			*other = name_record(look, kind, &found);
	}
	return err;
}

int taken_check(struct command *command, const struct pack_kind *kind, const struct id *record,
                const struct pen_write *writes, size_t count)
{
	const struct pack_field *field;
	const char *other;
	enum err err = taken_find(&command->look, kind, record, writes, count, &field, &other);
	if (err == ERR_NOT_FOUND)
		return VERB_OK;
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, kind->name);
	struct buf why = BUF_EMPTY;
	phrase_format(&why, PHRASE_TAKEN_BY, PHRASE_WITH(other));
	buf_u8(&why, '\0');
	int code = verb_fail(command->call, &(struct verb_failure){
		.err = ERR_EXISTS, .what = PHRASE_BAD_VALUE, .where = lookup_title(&field->title, field->name),
		.why = why.err ? "" : (const char *)why.data, .remedy = PHRASE_REMEDY_TAKEN });
	buf_free(&why);
	return code;
}
