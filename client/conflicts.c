// conflicts: what was written apart and differs, with both values, until somebody decides.
#include "client/commands.h"
#include "cli/origin.h"

static const struct output_column columns[] = {
	{ .key = "kind", .heading = PHRASE_HEAD_KIND },     { .key = "record", .heading = PHRASE_HEAD_RECORD },
	{ .key = "label", .heading = PHRASE_HEAD_LABEL },   { .key = "field", .heading = PHRASE_HEAD_FIELD },
	{ .key = "element", .heading = PHRASE_HEAD_ELEMENT }, { .key = "value", .heading = PHRASE_HEAD_VALUE },
	{ .key = "device", .heading = PHRASE_HEAD_DEVICE }, { .key = "time", .heading = PHRASE_HEAD_TIME },
	{ .key = "shown", .heading = PHRASE_HEAD_SHOWN },
};

static void print_write(struct command *command, struct output_table *table, const struct pack_kind *kind,
                        const struct record *record, const struct record_write *write, bool shown)
{
	struct lookup *look = &command->look;
	const struct pack_field *field = write->field ? kind->by_number[write->field] : NULL;
	bool json = command->call->json;
	struct origin origin = { .name = NULL };
	if (origin_find(look, &command->home.self, write->dot, &origin))
		origin.name = NULL;
	output_text(table, json ? kind->name : lookup_title(&kind->title, kind->name));
	output_text(table, lookup_short(look, &record->key.record));
	output_text(table, lookup_record_label(look, kind, record));
	output_text(table, !field ? phrase_text(PHRASE_DELETED) : json ? field->name : lookup_title(&field->title, field->name));
	output_text(table, field && write->element.size ? lookup_element(look, field, write->element) : NULL);
	if (field)
		output_value(table, lookup_text(look, field, &write->value), lookup_json(look, field, &write->value));
	else
		output_bool(table, write->value.number != 0);
	output_text(table, origin.name);
	output_time(table, origin.time);
	output_bool(table, shown);
}

static void print_record(struct command *command, struct output_table *table, const struct pack_kind *kind,
                         const struct record *record)
{
	for (size_t i = 0; i < record->write_count;) {
		const struct record_write *first = &record->writes[i];
		size_t run = 1;
		bool differ = false;
		for (; i + run < record->write_count && record->writes[i + run].field == first->field &&
		       span_equal(record->writes[i + run].element, first->element); run++)
			differ = differ || !value_equal(&first->value, &record->writes[i + run].value);
		for (size_t w = 0; differ && w < run; w++)
			print_write(command, table, kind, record, &record->writes[i + w], w == 0);
		i += run;
	}
}

static int conflicts(struct command *command)
{
	struct output_table *table = command_table(command, "conflicts", columns, sizeof columns / sizeof columns[0]);
	if (!table)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
	enum err err = ERR_OK;
	size_t count = 0;
	struct scan scan = scan_begin(&command->txn, STORE_CONFLICT, id_span(&command->look.unit));
	while (!err && scan_next(&scan)) {
		struct record_key key;
		struct record record;
		err = record_key_decode(scan.key, &key);
		const struct pack_kind *kind = !err && command->pack ? pack_kind_by_number(command->pack, key.kind) : NULL;
		if (!err && kind)
			err = record_load(&command->txn, &key, &command->arena, &record);
		if (!err && kind)
			print_record(command, table, kind, &record);
		count++;
	}
	scan_end(&scan);
	int code = command_table_end(command, table);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, NULL);
	if (count == 0 && !command->call->json)
		phrase_line(stdout, PHRASE_NO_CONFLICTS, NULL);
	return code;
}

int conflicts_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, conflicts);
}
