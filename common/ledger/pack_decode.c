// An encoded Pack (proto/store.proto) → struct pack, checked from top to bottom. What leaves here
// needs no second look: every number resolves, every enum is one, every pointer points.
#include "ledger/pack_check.h"

#include "base/date.h"
#include "base/limits.h"
#include "base/pb.h"

enum { WORDS_PER_FIELD = 3, WORDS_PER_OPTION = 3 }; // name, title in zh and in en

// ---- Options ----

static void decode_aliases(struct pack_check *check, const struct pack_place *place, const Tributary__PackOption *from,
                           struct pack_option *to)
{
	const char **aliases = pack_check_list(check, place, "aliases", from->n_aliases, PACK_ALIASES_MAX, sizeof *aliases);
	for (size_t i = 0; !check->err && i < from->n_aliases; i++) {
		aliases[i] = from->aliases[i];
		pack_check_title(check, place, from->aliases[i], "", true);
	}
	to->alias_count = from->n_aliases;
	to->aliases = aliases;
}

// Whatever people may type for an option means that one alone.
static void check_option_words(struct pack_check *check, const struct pack_place *place, const struct pack_option *options,
                               size_t count)
{
	struct pack_word *words = pack_check_list(check, place, "options", count, PACK_OPTIONS_MAX,
	                                          (WORDS_PER_OPTION + PACK_ALIASES_MAX) * sizeof *words);
	size_t total = 0;
	for (size_t i = 0; !check->err && i < count; i++) {
		const struct pack_option *option = &options[i];
		words[total++] = (struct pack_word){ .text = option->name, .owner = i };
		words[total++] = (struct pack_word){ .text = option->title.zh, .owner = i };
		words[total++] = (struct pack_word){ .text = option->title.en, .owner = i };
		for (size_t a = 0; a < option->alias_count; a++)
			words[total++] = (struct pack_word){ .text = option->aliases[a], .owner = i };
	}
	pack_check_words(check, place, words, total);
}

static void decode_options(struct pack_check *check, const struct pack_place *place, const Tributary__PackField *from,
                           struct pack_field *to)
{
	struct pack_option *options = pack_check_list(check, place, "options", from->n_options, PACK_OPTIONS_MAX,
	                                              sizeof *options);
	for (size_t i = 0; !check->err && i < from->n_options; i++) {
		const Tributary__PackOption *option = from->options[i];
		struct pack_place at = { .up = place, .list = "options", .name = option->name, .index = i };
		pack_check_name(check, &at, option->name);
		pack_check_range(check, &at, "code", option->code, 1, UINT16_MAX);
		if (check->err)
			return;
		for (size_t j = 0; j < i; j++)
			if (options[j].code == option->code)
				pack_check_refuse(check, ERR_MALFORMED, &at, "code %d is taken by \"%s\"", options[j].code,
				                  options[j].name);
		options[i] = (struct pack_option){
			.code = (uint16_t)option->code,
			.name = option->name,
			.title = pack_check_title(check, &at, option->title_zh, option->title_en, true),
			.retired = option->retired,
		};
		decode_aliases(check, &at, option, &options[i]);
	}
	check_option_words(check, place, options, from->n_options);
	to->option_count = from->n_options;
	to->options = options;
}

// ---- Fields ----

static void decode_headings(struct pack_check *check, const struct pack_place *place, const Tributary__PackField *from,
                            struct pack_field *to)
{
	const char **headings = pack_check_list(check, place, "headings", from->n_headings, PACK_HEADINGS_MAX,
	                                        sizeof *headings);
	for (size_t i = 0; !check->err && i < from->n_headings; i++) {
		headings[i] = from->headings[i];
		pack_check_title(check, place, from->headings[i], "", true);
	}
	to->heading_count = from->n_headings;
	to->headings = headings;
}

// What the type asks of the rest of the field.
static void check_shape(struct pack_check *check, const struct pack_place *place, const struct pack_field *field)
{
	bool bounded = field->minimum || field->maximum;
	bool above = field->authority != AUTHORITY_OWN;
	if (field->minimum > field->maximum)
		pack_check_refuse(check, ERR_RANGE, place, "minimum is greater than maximum");
	else if (bounded && (value_type_form(field->type) == VALUE_IS_REFERENCE || field->type == VALUE_OPTION
	                     || field->type == VALUE_BOOL))
		pack_check_refuse(check, ERR_MALFORMED, place, "type %s has no minimum or maximum",
		                  value_type_name(field->type));
	else if (field->type == VALUE_OPTION && field->option_count == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "type option needs options");
	else if (field->type != VALUE_OPTION && field->option_count)
		pack_check_refuse(check, ERR_MALFORMED, place, "options belong to type option, not %s",
		                  value_type_name(field->type));
	else if ((field->type == VALUE_RECORD || field->type == VALUE_MEMBER) && field->refers == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "type %s needs refers: the kind of record",
		                  value_type_name(field->type));
	else if (field->refers && field->type != VALUE_RECORD && field->type != VALUE_MEMBER && !field->keyed)
		pack_check_refuse(check, ERR_MALFORMED, place, "refers belongs to type record or member, or to a keyed field");
	else if (field->keyed && field->required)
		pack_check_refuse(check, ERR_MALFORMED, place, "a keyed field is never required: it may have no element yet");
	else if (field->retired && field->required)
		pack_check_refuse(check, ERR_MALFORMED, place, "required: a retired field is not offered any more");
	else if (above && field->lane != LANE_DOWN)
		pack_check_refuse(check, ERR_MALFORMED, place,
		                  "authority %s needs lane down, the only one from above that the unit reads",
		                  authority_name(field->authority));
}

static void decode_field(struct pack_check *check, const struct pack_place *place, const Tributary__PackField *from,
                         const Tributary__PackKind *kind, struct pack_field *to)
{
	uint32_t lane = from->lane ? from->lane : kind->lane;
	uint32_t authority = from->authority ? from->authority : AUTHORITY_OWN;
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "number", from->number, 1, LIMIT_FIELDS_PER_RECORD - 1);
	pack_check_range(check, place, "type", from->type, 1, VALUE_TYPE_END - 1);
	pack_check_range(check, place, "lane", lane, LANE_PRIVATE, LANE_DOWN); // mail is for letters
	pack_check_range(check, place, "authority", authority, 1, AUTHORITY_END - 1);
	pack_check_range(check, place, "refers", from->refers, 0, UINT16_MAX);
	if (check->err)
		return;
	*to = (struct pack_field){
		.number = (uint8_t)from->number,
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.hint = pack_check_title(check, place, from->hint_zh, from->hint_en, false),
		.type = (enum value_type)from->type,
		.lane = (enum lane)lane,
		.authority = (enum authority)authority,
		.required = from->required,
		.keyed = from->keyed,
		.minimum = from->minimum,
		.maximum = from->maximum,
		.refers = (uint16_t)from->refers,
		.retired = from->retired,
		.series = from->series,
		.series_version = from->series_version,
	};
	pack_check_range(check, place, "series_when", from->series_when, 0, LIMIT_FIELDS_PER_RECORD - 1);
	to->series_when = (uint8_t)from->series_when;
	if (from->n_options)
		decode_options(check, place, from, to);
	decode_headings(check, place, from, to);
	if (!check->err)
		check_shape(check, place, to);
	if (!check->err)
		pack_check_field(check, place, from, to);
}

// Everything by which a column may be headed leads to one field.
static void check_field_words(struct pack_check *check, const struct pack_place *place, const struct pack_kind *kind)
{
	size_t count = 0;
	for (size_t i = 0; !check->err && i < kind->field_count; i++)
		count += WORDS_PER_FIELD + kind->fields[i].heading_count;
	struct pack_word *words = pack_check_list(check, place, "words", count, SIZE_MAX, sizeof *words);
	count = 0;
	for (size_t i = 0; !check->err && i < kind->field_count; i++) {
		const struct pack_field *field = &kind->fields[i];
		words[count++] = (struct pack_word){ .text = field->name, .owner = i };
		words[count++] = (struct pack_word){ .text = field->title.zh, .owner = i };
		words[count++] = (struct pack_word){ .text = field->title.en, .owner = i };
		for (size_t j = 0; j < field->heading_count; j++)
			words[count++] = (struct pack_word){ .text = field->headings[j], .owner = i };
	}
	pack_check_words(check, place, words, count);
}

// ---- Kinds ----

static void decode_fields(struct pack_check *check, const struct pack_place *place, const Tributary__PackKind *from,
                          struct pack_kind *to)
{
	struct pack_field *fields = pack_check_list(check, place, "fields", from->n_fields, LIMIT_FIELDS_PER_RECORD - 1,
	                                            sizeof *fields);
	for (size_t i = 0; !check->err && i < from->n_fields; i++) {
		const Tributary__PackField *field = from->fields[i];
		struct pack_place at = { .up = place, .list = "fields", .name = field->name, .index = i };
		decode_field(check, &at, field, from, &fields[i]);
		if (check->err)
			return;
		const struct pack_field **slot = &to->by_number[fields[i].number];
		if (*slot)
			pack_check_refuse(check, ERR_MALFORMED, &at, "number %d is taken by \"%s\"", fields[i].number,
			                  (*slot)->name);
		*slot = &fields[i];
	}
	to->field_count = from->n_fields;
	to->fields = fields;
	check_field_words(check, place, to);
}

static void decode_kind(struct pack_check *check, const struct pack_place *place, const Tributary__PackKind *from,
                        struct pack_kind *to)
{
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "number", from->number, 1, UINT16_MAX);
	pack_check_range(check, place, "lane", from->lane, LANE_PRIVATE, LANE_DOWN);
	pack_check_range(check, place, "label", from->label, 1, LIMIT_FIELDS_PER_RECORD - 1);
	if (check->err)
		return;
	*to = (struct pack_kind){
		.number = (uint16_t)from->number,
		.name = from->name,
		.title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.lane = (enum lane)from->lane,
		.label = (uint8_t)from->label,
		.erasable = from->erasable,
		.retired = from->retired,
	};
	decode_fields(check, place, from, to);
	if (check->err)
		return;
	const struct pack_field *label = to->by_number[to->label];
	if (!label || label->keyed)
		pack_check_refuse(check, ERR_MALFORMED, place, "label: no plain field has number %d", to->label);
	pack_check_kind(check, place, from, to);
	pack_check_down(check, place, from, to);
}

static struct pack_kind *decode_kinds(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	struct pack_kind *kinds = pack_check_list(check, NULL, "kinds", from->n_kinds, LIMIT_PACK_KINDS, sizeof *kinds);
	struct pack_word *words = pack_check_list(check, NULL, "kinds", from->n_kinds, LIMIT_PACK_KINDS, 3 * sizeof *words);
	for (size_t i = 0; !check->err && i < from->n_kinds; i++) {
		struct pack_place at = { .up = NULL, .list = "kinds", .name = from->kinds[i]->name, .index = i };
		decode_kind(check, &at, from->kinds[i], &kinds[i]);
		if (!check->err && i && kinds[i].number <= kinds[i - 1].number)
			pack_check_refuse(check, ERR_MALFORMED, &at, "number %d: kinds stand in ascending order, each number once",
			                  kinds[i].number);
		words[3 * i] = (struct pack_word){ .text = from->kinds[i]->name, .owner = i };
		words[3 * i + 1] = (struct pack_word){ .text = from->kinds[i]->title_zh, .owner = i };
		words[3 * i + 2] = (struct pack_word){ .text = from->kinds[i]->title_en, .owner = i };
	}
	pack_check_words(check, NULL, words, 3 * from->n_kinds);
	to->kind_count = from->n_kinds;
	to->kinds = kinds;
	pack_check_roles(check, to);
	return kinds;
}

static void check_references(struct pack_check *check, const struct pack *pack)
{
	for (size_t i = 0; i < pack->kind_count; i++) {
		const struct pack_kind *kind = &pack->kinds[i];
		struct pack_place at = { .up = NULL, .list = "kinds", .name = kind->name, .index = i };
		for (size_t j = 0; j < kind->field_count; j++) {
			const struct pack_field *field = &kind->fields[j];
			struct pack_place in = { .up = &at, .list = "fields", .name = field->name, .index = j };
			if (field->refers && !pack_kind_by_number(pack, field->refers))
				pack_check_refuse(check, ERR_MALFORMED, &in, "refers: no kind has number %d", field->refers);
		}
	}
}

// ---- Units and the whole ----

static void decode_unit_kinds(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	size_t count = from->n_unit_kinds;
	struct pack_unit_kind *kinds = pack_check_list(check, NULL, "unit kinds", count, LIMIT_PACK_KINDS, sizeof *kinds);
	struct pack_word *words = pack_check_list(check, NULL, "unit kinds", count, LIMIT_PACK_KINDS, 3 * sizeof *words);
	for (size_t i = 0; !check->err && i < count; i++) {
		const Tributary__PackUnitKind *kind = from->unit_kinds[i];
		struct pack_place at = { .up = NULL, .list = "unit_kinds", .name = kind->name, .index = i };
		pack_check_name(check, &at, kind->name);
		kinds[i] = (struct pack_unit_kind){
			.name = kind->name,
			.title = pack_check_title(check, &at, kind->title_zh, kind->title_en, true),
			.ledger = kind->ledger,
			.archive = kind->archive,
		};
		words[3 * i] = (struct pack_word){ .text = kind->name, .owner = i };
		words[3 * i + 1] = (struct pack_word){ .text = kind->title_zh, .owner = i };
		words[3 * i + 2] = (struct pack_word){ .text = kind->title_en, .owner = i };
	}
	pack_check_words(check, NULL, words, 3 * count);
	to->unit_kind_count = count;
	to->unit_kinds = kinds;
}

static void check_head(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	pack_check_name(check, NULL, from->name);
	pack_check_range(check, NULL, "version", from->version, 1, INT32_MAX);
	if (from->since < DATE_YEAR_MIN * 12 || from->since > DATE_YEAR_MAX * 12 + 11)
		pack_check_refuse(check, ERR_RANGE, NULL, "since: not a month between %d-01 and %d-12", DATE_YEAR_MIN,
		                  DATE_YEAR_MAX);
	to->name = from->name;
	to->version = from->version;
	to->since = from->since;
	to->title = pack_check_title(check, NULL, from->title_zh, from->title_en, true);
}

static enum err unpack(struct pack_check *check, struct span bytes, const Tributary__Pack **from)
{
	ProtobufCMessage *message = NULL;
	if (bytes.size > LIMIT_PACK_BYTES) {
		pack_check_refuse(check, ERR_TOO_LARGE, NULL, "a pack has at most %d bytes", LIMIT_PACK_BYTES);
		return check->err;
	}
	enum err err = pb_unpack(&tributary__pack__descriptor, bytes, check->arena, &message);
	if (err)
		pack_check_refuse(check, err, NULL, "%s", err == ERR_BUDGET ? "the pack is larger than may be decoded here"
		                                                            : "not an encoded pack");
	*from = (const Tributary__Pack *)message;
	return err;
}

enum err pack_decode(struct span bytes, struct arena *arena, const struct pack **pack, const char **why)
{
	struct pack_check check = { .arena = arena, .err = ERR_OK, .why = NULL };
	const Tributary__Pack *from = NULL;
	*pack = NULL;
	*why = NULL;
	struct pack *to = pack_check_list(&check, NULL, "packs", 1, 1, sizeof *to);
	if (to && unpack(&check, bytes, &from) == ERR_OK) {
		check_head(&check, from, to);
		decode_unit_kinds(&check, from, to);
		struct pack_kind *kinds = decode_kinds(&check, from, to);
		if (!check.err)
			check_references(&check, to);
		if (!check.err)
			pack_check_forms(&check, from, to);
		if (!check.err)
			pack_check_offices(&check, from, to);
		if (!check.err)
			pack_check_flows(&check, from, to, kinds);
		if (!check.err)
			pack_check_metrics(&check, from, to);
		if (!check.err)
			pack_check_duties(&check, from, to);
		if (!check.err)
			pack_score_check(&check, from, to);
		if (!check.err)
			pack_check_reports(&check, from, to);
		if (!check.err)
			pack_check_layouts(&check, from, to);
	}
	*why = check.why;
	if (!check.err)
		*pack = to;
	return check.err;
}
