// Looking up what a pack's YAML names: words of the language, kinds, fields, options, metrics, and
// values as a clerk would type them. Refusals are sticky (ledger/pack_check.h); what is not found is 0.
#ifndef TRIBUTARY_IO_PACK_NAMES_H
#define TRIBUTARY_IO_PACK_NAMES_H

#include "io/pack_schema.h"
#include "ledger/pack_check.h"

struct pack_names {
	struct pack_check check; // its arena holds everything that is built
	const struct pack_schema *from;
};

// Ends with a name of NULL.
struct pack_names_word {
	const char *name;
	uint32_t number;
};

// Room for `count` parts of what is built, empty; NULL once something is wrong.
void *pack_names_list(struct pack_names *names, size_t count, size_t size);
char *pack_names_text(char *text); // protobuf strings are not const; nothing writes them. An absent one is empty

// An absent word (NULL) is 0, which the decoder knows what to make of.
uint32_t pack_names_number(struct pack_names *names, const struct pack_place *place, const char *key,
                           const char *name, const struct pack_names_word *words);
enum value_type pack_names_type(struct pack_names *names, const struct pack_place *place, const char *name);

const struct pack_schema_kind *pack_names_kind(struct pack_names *names, const struct pack_place *place,
                                               const char *key, const char *name);
const struct pack_schema_field *pack_names_field(struct pack_names *names, const struct pack_place *place,
                                                 const char *key,
                                                 const struct pack_schema_kind *kind, const char *name);
// An absent name (NULL) is 0.
uint32_t pack_names_field_number(struct pack_names *names, const struct pack_place *place, const char *key,
                                 const struct pack_schema_kind *kind, const char *name);
uint32_t pack_names_metric(struct pack_names *names, const struct pack_place *place, const char *key,
                           const char *name);
uint32_t pack_names_option(struct pack_names *names, const struct pack_place *place,
                           const struct pack_schema_field *field, const char *name);

// A number, date, month, amount, yes or no, as the type has it.
int64_t pack_names_scalar(struct pack_names *names, const struct pack_place *place, const char *key,
                          enum value_type type, const char *text);
// What a value of the field is compared with: an option by its name, anything else as above.
int64_t pack_names_compared(struct pack_names *names, const struct pack_place *place, const char *key,
                            const struct pack_schema_field *field, const char *text);

#endif
