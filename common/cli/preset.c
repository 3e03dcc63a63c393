// Carried values and defaults of a new record.
#include "cli/preset.h"

#include "ledger/carry.h"

static bool read_given(struct command *command, const struct pen_write *writes, size_t count, struct carry_given *given)
{
	uint8_t *fields = arena_array(&command->arena, count, sizeof *fields);
	struct value *values = arena_array(&command->arena, count, sizeof *values);
	for (size_t i = 0; fields && values && i < count; i++) {
		if (writes[i].element.size)
			continue;
		fields[given->count] = writes[i].field;
		values[given->count++] = writes[i].value;
	}
	given->fields = fields;
	given->values = values;
	return fields && values;
}

static const char *source_label(struct command *command, const struct pack_kind *kind, const struct id *id)
{
	struct record_key key = { .unit = command->look.unit, .kind = kind->number, .record = *id };
	struct record record;
	if (record_load(command->look.txn, &key, &command->arena, &record))
		return lookup_short(&command->look, id);
	return lookup_record_label(&command->look, kind, &record);
}

static void note(struct command *command, const struct pack_kind *kind, const struct carry_value *value,
                 struct preset *preset)
{
	struct lookup *look = &command->look;
	preset->items[preset->count++] = (struct preset_item){
		.title = lookup_title(&value->field->title, value->field->name),
		.text = lookup_text(look, value->field, &value->value),
		.from = value->carried ? source_label(command, kind, &value->from) : NULL,
	};
	json_object_set_new(value->carried ? preset->carried : preset->defaults, value->field->name,
	                    lookup_json(look, value->field, &value->value));
}

int preset_add(struct command *command, const struct pack_kind *kind, struct pen_write **writes, size_t *count,
               struct preset *preset)
{
	struct carry_given given = { .count = 0 };
	struct carry_value *values = NULL;
	size_t value_count = 0;
	*preset = (struct preset){ .carried = json_object(), .defaults = json_object() };
	enum err err = read_given(command, *writes, *count, &given) ? ERR_OK : ERR_BUDGET;
	if (!err)
		err = carry_values(command->look.txn, kind, &command->look.unit, &given, &command->arena, &values, &value_count);
	struct pen_write *longer = err ? NULL : arena_array(&command->arena, *count + value_count, sizeof *longer);
	preset->items = err ? NULL : arena_array(&command->arena, value_count, sizeof *preset->items);
	if (!longer || !preset->items)
		return command_fail(command, err ? err : ERR_BUDGET, PHRASE_CANNOT_WRITE, kind->name);
	if (*count)
		memcpy(longer, *writes, *count * sizeof *longer);
	for (size_t i = 0; i < value_count; i++) {
		longer[*count + i] = (struct pen_write){ .field = values[i].field->number, .value = values[i].value };
		note(command, kind, &values[i], preset);
	}
	*writes = longer;
	*count += value_count;
	return VERB_OK;
}

void preset_tell(const struct preset *preset)
{
	for (size_t i = 0; i < preset->count; i++) {
		const struct preset_item *item = &preset->items[i];
		phrase_line(stdout, item->from ? PHRASE_PUT_CARRIED : PHRASE_PUT_DEFAULT, PHRASE_WITH(item->title, item->text, item->from));
	}
}

void preset_free(struct preset *preset)
{
	json_decref(preset->carried);
	json_decref(preset->defaults);
	*preset = (struct preset){ .count = 0 };
}
