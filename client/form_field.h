// A kind and a field of the pack as a program that makes forms of them needs to know them (form --json).
#ifndef TRIBUTARY_CLIENT_FORM_FIELD_H
#define TRIBUTARY_CLIENT_FORM_FIELD_H

#include "cli/lookup.h"

json_t *form_field_kind(const struct pack_kind *kind);
json_t *form_field_about(struct lookup *look, const struct pack_field *field);

#endif
