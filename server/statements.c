// Batches of statements, cut so that each fits an entry.
#include "server/statements.h"

#include "base/pb.h"
#include "io/machine.h"

enum { ARENA_BYTES = 16 * 1024 * 1024 };

void statements_begin(struct statements *statements)
{
	statements->count = 0;
	statements->bytes = 0;
	statements->effective = machine_today();
	arena_init(&statements->arena, ARENA_BYTES);
}

int statements_since(struct statements *statements, const struct verb_call *call)
{
	const char *text = verb_value(call, "since");
	if (text && date_parse(span_string(text), &statements->effective))
		return verb_usage(call, PHRASE_BAD_DATE, text);
	return VERB_OK;
}

void statements_end(struct statements *statements)
{
	arena_free(&statements->arena);
}

bool statements_full(const struct statements *statements)
{
	return statements->count == STATEMENTS_MAX || statements->bytes >= STATEMENTS_BYTES;
}

enum err statements_add(struct statements *statements, const Tributary__Statement *statement)
{
	Tributary__Statement *row = arena_alloc(&statements->arena, sizeof *row);
	if (!row)
		return ERR_BUDGET;
	*row = *statement;
	row->effective = statements->effective;
	statements->rows[statements->count++] = row;
	statements->bytes += tributary__statement__get_packed_size(row) + 4;
	return ERR_OK;
}

// protobuf-c's fields are not const; nothing is written through them.
static char *text(const char *text)
{
	return (char *)(uintptr_t)text;
}

enum err statements_add_unit(struct statements *statements, const struct statements_unit *unit)
{
	Tributary__UnitCreated *created = arena_alloc(&statements->arena, sizeof *created);
	struct span self, parent;
	enum err err = created ? arena_copy(&statements->arena, id_span(&unit->unit), &self) : ERR_BUDGET;
	if (!err)
		err = arena_copy(&statements->arena, id_span(&unit->parent), &parent);
	if (err)
		return err;
	tributary__unit_created__init(created);
	created->unit = pb_bytes(self);
	created->parent = pb_bytes(parent);
	created->kind = text(unit->kind);
	created->name = text(unit->name);
	created->code = text(unit->code ? unit->code : "");
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED;
	statement.unit_created = created;
	return statements_add(statements, &statement);
}

enum err statements_write(struct statements *statements, struct pen *pen)
{
	if (statements->count == 0)
		return ERR_OK;
	Tributary__Statements list = TRIBUTARY__STATEMENTS__INIT;
	list.n_statements = statements->count;
	list.statements = statements->rows;
	enum err err = pen_statements(pen, &list);
	statements->count = 0;
	statements->bytes = 0;
	arena_reset(&statements->arena);
	return err;
}
