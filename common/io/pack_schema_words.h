// The words that libcyaml's tables of packs are written in. For io/pack_schema*.c alone.
#ifndef TRIBUTARY_IO_PACK_SCHEMA_WORDS_H
#define TRIBUTARY_IO_PACK_SCHEMA_WORDS_H

#include "io/pack_schema.h"

#define TEXT(key, type, member) CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 0, CYAML_UNLIMITED)
#define MAYBE(key, type, member) \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 0, CYAML_UNLIMITED)
#define NUMBER(key, type, member) CYAML_FIELD_UINT(key, CYAML_FLAG_DEFAULT, type, member)
#define MAYBE_NUMBER(key, type, member) CYAML_FIELD_UINT(key, CYAML_FLAG_OPTIONAL, type, member)
#define FLAG(key, type, member) CYAML_FIELD_BOOL(key, CYAML_FLAG_OPTIONAL, type, member)
#define TITLE(key, type, member) CYAML_FIELD_MAPPING(key, CYAML_FLAG_DEFAULT, type, member, title_fields)
#define LIST(key, type, member, entry) \
	CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, &(entry), 0, CYAML_UNLIMITED)

static const cyaml_schema_value_t word = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t title_fields[] = {
	MAYBE("zh", struct pack_schema_title, zh),
	MAYBE("en", struct pack_schema_title, en),
	CYAML_FIELD_END,
};

#endif
