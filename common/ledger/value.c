// What people type into values, and back. Two steps: text is tidied (NFC, trimmed), and for
// numbers and dates also folded from full width to half width; then a table says by which parser
// the field's type goes on. Nothing here looks anything up: references are the caller's.
#include "ledger/value.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <utf8proc.h>

#include "base/date.h"
#include "base/limits.h"
#include "ledger/pack.h"
#include "ledger/pattern.h"

enum { MONEY_DECIMALS = 2, FEN_PER_YUAN = 100, NUMBER_TEXT_MAX = LIMIT_NAME_BYTES + 1 };

// Far beyond any ledger's, and so far from int64's ends that sums of millions stay inside.
#define VALUE_NUMBER_MAX INT64_C(1000000000000000)

static const struct {
	const char *expected;
	enum value_form form;
} types[] = {
#define VALUE_ROW(symbol, number, its_form, text) [number] = { .expected = text, .form = its_form },
	VALUE_TYPES(VALUE_ROW)
#undef VALUE_ROW
};

// As a pack's YAML has them; the list in the header has them in capitals.
static const char *const names[] = {
	[VALUE_TEXT] = "text", [VALUE_LONG_TEXT] = "long_text", [VALUE_INTEGER] = "integer", [VALUE_MONEY] = "money",
	[VALUE_DATE] = "date", [VALUE_MONTH] = "month", [VALUE_OPTION] = "option", [VALUE_BOOL] = "bool",
	[VALUE_RECORD] = "record", [VALUE_UNIT] = "unit", [VALUE_ATTACHMENT] = "attachment", [VALUE_MEMBER] = "member",
};

static_assert(sizeof types / sizeof *types == VALUE_TYPE_END, "the table ends with the last type");
static_assert(sizeof names / sizeof *names == VALUE_TYPE_END, "every type has a name");

static bool type_known(enum value_type type)
{
	return (unsigned)type < VALUE_TYPE_END && names[type];
}

const char *value_type_name(enum value_type type)
{
	return type_known(type) ? names[type] : "?";
}

const char *value_type_expected(enum value_type type)
{
	return type_known(type) ? types[type].expected : "?";
}

enum value_form value_type_form(enum value_type type)
{
	return type_known(type) ? types[type].form : VALUE_IS_NONE;
}

bool value_type_parse(const char *name, enum value_type *type)
{
	for (size_t i = 0; i < VALUE_TYPE_END; i++) {
		if (!names[i] || strcmp(names[i], name) != 0)
			continue;
		*type = (enum value_type)i;
		return true;
	}
	return false;
}

size_t value_reference_bytes(enum value_type type)
{
	return type == VALUE_ATTACHMENT ? LIMIT_HASH_BYTES : LIMIT_ID_BYTES;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->form != b->form)
		return false;
	if (a->form == VALUE_IS_NUMBER)
		return a->number == b->number;
	return a->form == VALUE_IS_NONE || span_equal(a->bytes, b->bytes);
}

// ---- Tidying ----

static bool is_space(utf8proc_int32_t c)
{
	// A byte order mark in the middle of a file is a space that nobody sees.
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x00a0 || c == 0x200b || c == 0x3000 || c == 0xfeff;
}

static struct span trim(struct span text)
{
	utf8proc_int32_t c;
	const uint8_t *at = text.data, *end = at + text.size;
	while (at < end) {
		utf8proc_ssize_t size = utf8proc_iterate(at, end - at, &c);
		if (size <= 0 || !is_space(c))
			break;
		at += size;
	}
	while (end > at) {
		const uint8_t *last = end - 1;
		while (last > at && (*last & 0xc0) == 0x80)
			last--;
		if (utf8proc_iterate(last, end - last, &c) <= 0 || !is_space(c))
			break;
		end = last;
	}
	return span_of(at, (size_t)(end - at));
}

// NFC of valid UTF-8, in the arena; ERR_MALFORMED otherwise.
static enum err compose(struct span text, struct arena *arena, struct span *composed)
{
	utf8proc_uint8_t *fresh = NULL;
	utf8proc_ssize_t size = utf8proc_map(text.data, (utf8proc_ssize_t)text.size, &fresh,
	                                     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (size < 0)
		return size == UTF8PROC_ERROR_NOMEM ? ERR_NOMEM : ERR_MALFORMED;
	enum err err = arena_copy(arena, span_of(fresh, (size_t)size), composed);
	free(fresh);
	return err;
}

static enum err tidy(struct span text, struct arena *arena, struct span *tidied)
{
	// NFC makes text at most three times as long (UAX 15), so the bound holds before and after.
	if (text.size > LIMIT_VALUE_BYTES)
		return ERR_TOO_LARGE;
	*tidied = span_of("", 0);
	text = trim(text);
	if (text.size == 0)
		return ERR_OK;
	enum err err = compose(text, arena, tidied);
	return err ? err : tidied->size > LIMIT_VALUE_BYTES ? ERR_TOO_LARGE : ERR_OK;
}

static bool is_digit(utf8proc_int32_t c)
{
	return c >= '0' && c <= '9';
}

static utf8proc_int32_t half_width(utf8proc_int32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		return c - 0xfee0;
	if (c == 0xffe5 || c == 0x00a5)
		return '$'; // one sign for yuan; a dollar itself is taken for it and does no harm
	if (c == 0x3002)
		return '.'; // the ideographic full stop, which an input method puts for a decimal point
	return c == 0x2212 || c == 0x2013 ? '-' : c;
}

// Full width to half width. Spaces are dropped, except between two digits, where they would make
// one number of two. Gives ERR_MALFORMED for what is too long to be a number or a date.
static enum err fold(struct span text, char folded[static NUMBER_TEXT_MAX], struct span *result)
{
	size_t used = 0;
	bool space = false;
	for (size_t at = 0; at < text.size;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t size = utf8proc_iterate(text.data + at, (utf8proc_ssize_t)(text.size - at), &c);
		if (size <= 0 || used + 5 >= NUMBER_TEXT_MAX)
			return ERR_MALFORMED;
		at += (size_t)size;
		c = half_width(c);
		if (is_space(c)) {
			space = true;
			continue;
		}
		if (space && used && is_digit(c) && is_digit(folded[used - 1]))
			folded[used++] = ' ';
		space = false;
		used += (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)folded + used);
	}
	*result = span_of(folded, used);
	return ERR_OK;
}

// ---- One parser a type. `text` is tidied and not empty. ----

typedef enum err parse_number(const struct pack_field *field, struct span text, int64_t *number);

// Digits, in groups of three where a comma is used at all. Stops at the first other byte.
static enum err take_digits(struct span *text, int64_t *number)
{
	size_t digits = 0, group = 0;
	bool grouped = false;
	for (; text->size && (is_digit(*text->data) || *text->data == ','); text->data++, text->size--) {
		if (*text->data == ',') {
			if (grouped ? group != 3 : group == 0 || group > 3)
				return ERR_MALFORMED;
			grouped = true;
			group = 0;
			continue;
		}
		*number = *number * 10 + (*text->data - '0');
		if (*number > VALUE_NUMBER_MAX)
			return ERR_RANGE;
		digits++;
		group++;
	}
	return digits == 0 || (grouped && group != 3) ? ERR_MALFORMED : ERR_OK;
}

static bool take(struct span *text, const char *what)
{
	struct span prefix = span_string(what);
	if (!span_starts(*text, prefix))
		return false;
	*text = span_of(text->data + prefix.size, text->size - prefix.size);
	return true;
}

static enum err parse_integer(const struct pack_field *field, struct span text, int64_t *number)
{
	(void)field;
	char folded[NUMBER_TEXT_MAX];
	enum err err = fold(text, folded, &text);
	if (err)
		return err;
	bool negative = take(&text, "-");
	if (!negative)
		take(&text, "+");
	*number = 0;
	err = take_digits(&text, number);
	if (negative)
		*number = -*number;
	return err ? err : text.size ? ERR_MALFORMED : ERR_OK;
}

static enum err parse_money(const struct pack_field *field, struct span text, int64_t *number)
{
	(void)field;
	char folded[NUMBER_TEXT_MAX];
	enum err err = fold(text, folded, &text);
	if (err)
		return err;
	bool negative = take(&text, "-");
	take(&text, "$");
	if (!negative)
		negative = take(&text, "-");
	int64_t fen = 0;
	err = take_digits(&text, &fen);
	if (err)
		return err;
	int64_t scale = FEN_PER_YUAN;
	if (take(&text, "."))
		for (size_t i = 0; i < MONEY_DECIMALS && text.size && is_digit(*text.data); i++) {
			fen = fen * 10 + (*text.data - '0');
			scale /= 10;
			text = span_of(text.data + 1, text.size - 1);
		}
	take(&text, "元");
	if (fen > VALUE_NUMBER_MAX / scale)
		return ERR_RANGE;
	*number = (negative ? -fen : fen) * scale;
	return text.size ? ERR_MALFORMED : ERR_OK;
}

// A spreadsheet writes the midnight it believes to be part of a date: "2026/3/5 0:00:00".
static struct span without_midnight(struct span text)
{
	size_t cut = text.size;
	while (cut && (text.data[cut - 1] == '0' || text.data[cut - 1] == ':'))
		cut--;
	bool time = cut && cut < text.size && text.data[cut - 1] == ' ' && memchr(text.data + cut, ':', text.size - cut);
	return time ? trim(span_of(text.data, cut)) : text;
}

static enum err parse_date(const struct pack_field *field, struct span text, int64_t *number)
{
	(void)field;
	char folded[NUMBER_TEXT_MAX];
	int32_t days = 0;
	enum err err = fold(without_midnight(text), folded, &text);
	// A thirtieth of February is no date at all: ERR_RANGE is kept for the field's own bounds.
	if (!err && date_parse(text, &days) != ERR_OK)
		err = ERR_MALFORMED;
	*number = days;
	return err;
}

static enum err parse_month(const struct pack_field *field, struct span text, int64_t *number)
{
	(void)field;
	char folded[NUMBER_TEXT_MAX];
	int32_t month = 0;
	enum err err = fold(text, folded, &text);
	if (!err && date_parse_month(text, &month) != ERR_OK)
		err = ERR_MALFORMED;
	*number = month;
	return err;
}

static bool names_option(struct span text, const struct pack_option *option)
{
	bool same = span_equal(text, span_string(option->name)) || span_equal(text, span_string(option->title.zh))
	            || span_equal(text, span_string(option->title.en));
	for (size_t i = 0; i < option->alias_count && !same; i++)
		same = span_equal(text, span_string(option->aliases[i]));
	return same;
}

static enum err parse_option(const struct pack_field *field, struct span text, int64_t *number)
{
	for (size_t i = 0; i < field->option_count; i++) {
		const struct pack_option *option = &field->options[i];
		if (!names_option(text, option))
			continue;
		*number = option->code;
		return ERR_OK;
	}
	if (parse_integer(field, text, number) != ERR_OK || !pack_option_by_code(field, *number))
		return ERR_MALFORMED;
	return ERR_OK;
}

static enum err parse_bool(const struct pack_field *field, struct span text, int64_t *number)
{
	static const struct { const char *text; int64_t number; } words[] = {
		{ "yes", 1 }, { "no", 0 }, { "是", 1 }, { "否", 0 }, { "true", 1 }, { "false", 0 }, { "TRUE", 1 },
		{ "FALSE", 0 }, { "Yes", 1 }, { "No", 0 }, { "1", 1 }, { "0", 0 }, { "√", 1 }, { "×", 0 },
	};
	(void)field;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!span_equal(text, span_string(words[i].text)))
			continue;
		*number = words[i].number;
		return ERR_OK;
	}
	return ERR_MALFORMED;
}

static parse_number *const parsers[VALUE_TYPE_END] = {
	[VALUE_INTEGER] = parse_integer, [VALUE_MONEY] = parse_money, [VALUE_DATE] = parse_date,
	[VALUE_MONTH] = parse_month, [VALUE_OPTION] = parse_option, [VALUE_BOOL] = parse_bool,
};

static bool within(const struct pack_field *field, int64_t number)
{
	bool bounded = field->minimum != 0 || field->maximum != 0;
	return !bounded || (number >= field->minimum && number <= field->maximum);
}

// Characters, as people count them; control characters have no place, line breaks only in long text.
static enum err check_text(const struct pack_field *field, struct span text)
{
	int64_t characters = 0;
	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];
		bool allowed = c == '\t' || (c == '\n' && field->type == VALUE_LONG_TEXT);
		if ((c < 0x20 && !allowed) || c == 0x7f)
			return ERR_MALFORMED;
		characters += (c & 0xc0) != 0x80;
	}
	if (!within(field, characters))
		return ERR_RANGE;
	return !field->pattern || pattern_matches(field->pattern, text) ? ERR_OK : ERR_MALFORMED;
}

// Line ends of three systems become one.
static enum err unify_lines(struct span text, struct arena *arena, struct span *unified)
{
	uint8_t *to = arena_alloc(arena, text.size + 1);
	if (!to)
		return ERR_BUDGET;
	size_t used = 0;
	for (size_t i = 0; i < text.size; i++) {
		bool pair = text.data[i] == '\r' && i + 1 < text.size && text.data[i + 1] == '\n';
		if (!pair)
			to[used++] = text.data[i] == '\r' ? '\n' : text.data[i];
	}
	*unified = span_of(to, used);
	return ERR_OK;
}

static enum err parse_text(const struct pack_field *field, struct span text, struct arena *arena, struct value *value)
{
	enum err err = ERR_OK;
	if (field->type == VALUE_LONG_TEXT && memchr(text.data, '\r', text.size))
		err = unify_lines(text, arena, &text);
	if (!err)
		err = check_text(field, text);
	if (!err)
		*value = (struct value){ .form = VALUE_IS_TEXT, .bytes = text };
	return err;
}

// The files themselves travel otherwise; here is only what names one.
static enum err parse_attachment(struct span text, struct arena *arena, struct value *value)
{
	struct hash hash;
	const char *typed = arena_string(arena, text);
	if (!typed)
		return ERR_BUDGET;
	if (hash_parse(typed, &hash) != ERR_OK)
		return ERR_MALFORMED;
	value->form = VALUE_IS_REFERENCE;
	return arena_copy(arena, hash_span(&hash), &value->bytes);
}

enum err value_parse(const struct pack_field *field, struct span text, struct arena *arena, struct value *value)
{
	*value = (struct value){ .form = VALUE_IS_NONE };
	enum err err = tidy(text, arena, &text);
	if (err || text.size == 0)
		return err;
	if (value_type_form(field->type) == VALUE_IS_TEXT)
		return parse_text(field, text, arena, value);
	if (field->type == VALUE_ATTACHMENT)
		return parse_attachment(text, arena, value);
	parse_number *parse = parsers[field->type];
	if (!parse)
		return ERR_USAGE; // a reference
	int64_t number = 0;
	err = parse(field, text, &number);
	if (!err && !within(field, number))
		err = ERR_RANGE;
	if (!err)
		*value = (struct value){ .form = VALUE_IS_NUMBER, .number = number };
	return err;
}

// ---- Back to text ----

static void format_money(int64_t fen, char text[static NUMBER_TEXT_MAX])
{
	uint64_t amount = fen < 0 ? UINT64_C(0) - (uint64_t)fen : (uint64_t)fen;
	snprintf(text, NUMBER_TEXT_MAX, "%s%" PRIu64 ".%02" PRIu64, fen < 0 ? "-" : "", amount / FEN_PER_YUAN,
	         amount % FEN_PER_YUAN);
}

static void format_number(const struct pack_field *field, int64_t number, char text[static NUMBER_TEXT_MAX])
{
	const struct pack_option *option = field->type == VALUE_OPTION ? pack_option_by_code(field, number) : NULL;
	bool small = number >= INT32_MIN && number <= INT32_MAX;
	snprintf(text, NUMBER_TEXT_MAX, "%" PRId64, number);
	if (option)
		snprintf(text, NUMBER_TEXT_MAX, "%s", option->name);
	else if (field->type == VALUE_MONEY)
		format_money(number, text);
	else if (field->type == VALUE_BOOL)
		snprintf(text, NUMBER_TEXT_MAX, "%s", number ? "yes" : "no");
	else if (field->type == VALUE_DATE && small)
		date_format((int32_t)number, text);
	else if (field->type == VALUE_MONTH && small)
		date_format_month((int32_t)number, text);
}

static char *format_hex(struct span bytes, struct arena *arena)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(arena, 2 * bytes.size + 1);
	for (size_t i = 0; text && i < bytes.size; i++) {
		text[2 * i] = digits[bytes.data[i] >> 4];
		text[2 * i + 1] = digits[bytes.data[i] & 15];
	}
	return text;
}

enum err value_format(const struct pack_field *field, const struct value *value, struct arena *arena, const char **text)
{
	char number[NUMBER_TEXT_MAX] = "";
	switch (value->form) {
	case VALUE_IS_NONE:
		*text = "";
		return ERR_OK;
	case VALUE_IS_NUMBER:
		format_number(field, value->number, number);
		*text = arena_string(arena, span_string(number));
		break;
	case VALUE_IS_TEXT:
		*text = arena_string(arena, value->bytes);
		break;
	case VALUE_IS_REFERENCE:
		*text = format_hex(value->bytes, arena);
		break;
	}
	return *text ? ERR_OK : ERR_BUDGET;
}
