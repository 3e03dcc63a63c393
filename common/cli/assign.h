// Assignments as typed, FIELD=VALUE, and the writes that they mean.
//
//	field=value        a plain field; an empty value takes it away
//	field+=KEY         puts an element into a set       field-=KEY  takes one out
//	field[KEY]=value   an element of a map
#ifndef TRIBUTARY_CLI_ASSIGN_H
#define TRIBUTARY_CLI_ASSIGN_H

#include "cli/command.h"

// VERB_OK, or the exit code with the reason told. What the write borrows lives in the command's arena.
int assign_parse(struct command *command, const struct pack_kind *kind, const char *text, struct pen_write *write);

// A field with an element in brackets or without: "minutes", "dues[2026-03]".
int assign_place(struct command *command, const struct pack_kind *kind, struct span text, const struct pack_field **field,
                 struct span *element);

// The field has no such elements, or one of them must be named: tells how they are written. Gives the exit code.
int assign_bad_form(struct command *command, const struct pack_field *field);

// A typed value of a field; says what was expected.
int assign_value(struct command *command, const struct pack_field *field, struct span text, struct value *value);

#endif
