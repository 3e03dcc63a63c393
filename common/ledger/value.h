// Values of fields: what a field's type makes of text, and text of a value.
#ifndef TRIBUTARY_LEDGER_VALUE_H
#define TRIBUTARY_LEDGER_VALUE_H

#include "base/arena.h"
#include "base/id.h"

// How a value rests and travels (the oneof of Write in proto/store.proto).
enum value_form { VALUE_IS_NONE, VALUE_IS_NUMBER, VALUE_IS_TEXT, VALUE_IS_REFERENCE };

struct value {
	enum value_form form; // VALUE_IS_NONE: taken away, or never set
	int64_t number;
	struct span bytes;    // text (UTF-8, NFC) or reference; borrowed
};

//        name         no form       what people type
#define VALUE_TYPES(X)                                                                   \
	X(TEXT,      1, VALUE_IS_TEXT,      "one line of text")                              \
	X(LONG_TEXT, 2, VALUE_IS_TEXT,      "text")                                          \
	X(INTEGER,   3, VALUE_IS_NUMBER,    "a whole number")                                \
	X(MONEY,     4, VALUE_IS_NUMBER,    "an amount in yuan, at most two decimals")       \
	X(DATE,      5, VALUE_IS_NUMBER,    "a date, such as 2026-03-05")                    \
	X(MONTH,     6, VALUE_IS_NUMBER,    "a month, such as 2026-03")                      \
	X(OPTION,    7, VALUE_IS_NUMBER,    "one of the listed words")                       \
	X(BOOL,      8, VALUE_IS_NUMBER,    "yes or no (是 or 否)")                          \
	X(RECORD,    9, VALUE_IS_REFERENCE, "a record")                                      \
	X(UNIT,     10, VALUE_IS_REFERENCE, "a unit")                                    \
	X(ATTACHMENT, 11, VALUE_IS_REFERENCE, "the hash of a file, 64 hexadecimal digits") \
	X(MEMBER,   12, VALUE_IS_REFERENCE, "a member")

enum value_type {
#define VALUE_ENUM(name, number, form, expected) VALUE_##name = number,
	VALUE_TYPES(VALUE_ENUM)
#undef VALUE_ENUM
	VALUE_TYPE_END
};

const char *value_type_name(enum value_type type);     // "money", as a pack's YAML has it
const char *value_type_expected(enum value_type type); // "an amount in yuan, at most two decimals"
enum value_form value_type_form(enum value_type type);
bool value_type_parse(const char *name, enum value_type *type);

size_t value_reference_bytes(enum value_type type); // of a reference of this type: 16, of an attachment 32

bool value_equal(const struct value *a, const struct value *b);

struct pack_field;

// Text as typed or imported → value, by the field's type, options and bounds. Text is brought to
// NFC and trimmed; full-width digits and punctuation of numbers and dates are understood
// (１２, 2026年3月5日, ￥12.50, 12,345.60). Options match by name, title in zh or en, or code.
// References to records are left to the caller (ERR_USAGE): they need a look-up.
// An empty text is VALUE_IS_NONE. ERR_MALFORMED, ERR_RANGE (bounds), ERR_TOO_LARGE, ERR_BUDGET.
enum err value_parse(const struct pack_field *field, struct span text, struct arena *arena, struct value *value);

// For people and for export: money "12.50", date "2026-03-05", option by name, bool "yes"/"no",
// references in hex. Appends to the arena; never fails but by ERR_BUDGET.
enum err value_format(const struct pack_field *field, const struct value *value, struct arena *arena,
                      const char **text);

#endif
