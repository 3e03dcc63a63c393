// One walk over the two messages by what proto/store.proto says of them, so that whatever a pack can hold is
// compared and nothing added to the language can be forgotten here. What stands for something in records is
// matched by its number or code, all else by name. The table below says which differences are more than that.
#include "ledger/pack_diff.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/pb.h"
#include "store.pb-c.h"

enum { WORD_BYTES = 96, PLACE_BYTES = 320 };

struct diffing {
	struct arena *arena;
	struct pack_difference *items;
	size_t count, capacity;
	enum err err;
};

// ---- What is more than a difference ----

static unsigned lane_readers(int64_t lane)
{
	static const unsigned width[] = { [LANE_PRIVATE] = 1, [LANE_DETAIL] = 2, [LANE_UP] = 3, [LANE_DOWN] = 4 };
	return lane > 0 && lane <= LANE_DOWN ? width[lane] : 0;
}

// What others have read cannot be taken back from them: a narrower lane would promise that.
static bool narrows(int64_t before, int64_t after)
{
	return lane_readers(after) < lane_readers(before);
}

// Somebody may have written who might not any more: what they wrote would be set aside.
static bool takes(int64_t before, int64_t after)
{
	for (enum relation author = RELATION_OWN; author <= RELATION_ANCESTOR; author++)
		if (authority_allows((enum authority)before, author) && !authority_allows((enum authority)after, author))
			return true;
	return false;
}

static bool always(int64_t before, int64_t after)
{
	return before != after;
}

static const char *word_of_type(int64_t number)
{
	return value_type_name((enum value_type)number);
}

static const char *word_of_lane(int64_t number)
{
	return lane_name((enum lane)number);
}

static const char *word_of_authority(int64_t number)
{
	return authority_name((enum authority)number);
}

static const struct rule {
	const char *message, *field;
	enum pack_change change;
	bool (*forbidden)(int64_t before, int64_t after); // NULL: never
	const char *(*word)(int64_t number);              // NULL: a number
} rules[] = {
	{ "PackField", "type", PACK_CHANGE_CHANGED, always, word_of_type },
	{ "PackField", "keyed", PACK_CHANGE_CHANGED, always, NULL },
	{ "PackField", "refers", PACK_CHANGE_CHANGED, always, NULL },
	{ "PackField", "lane", PACK_CHANGE_SIGHT, narrows, word_of_lane },
	{ "PackField", "authority", PACK_CHANGE_SIGHT, takes, word_of_authority },
	{ "PackKind", "lane", PACK_CHANGE_SIGHT, narrows, word_of_lane },
};

// Records hold their numbers, or units their names: they are retired, never taken out.
static const char *const kept[] = { "PackUnitKind", "PackKind", "PackField", "PackOption" };

static const struct rule *rule_of(const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (strcmp(rules[i].message, message->short_name) == 0 && strcmp(rules[i].field, field->name) == 0)
			return &rules[i];
	return NULL;
}

static bool is_kept(const ProtobufCMessageDescriptor *message)
{
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
		if (strcmp(kept[i], message->short_name) == 0)
			return true;
	return false;
}

// ---- Reading a message by its descriptor ----

static const ProtobufCFieldDescriptor *find(const ProtobufCMessageDescriptor *message, const char *name)
{
	for (unsigned i = 0; i < message->n_fields; i++)
		if (strcmp(message->fields[i].name, name) == 0)
			return &message->fields[i];
	return NULL;
}

static const void *at(const void *message, unsigned offset)
{
	return (const uint8_t *)message + offset;
}

static int64_t number_of(const void *message, const ProtobufCFieldDescriptor *field)
{
	uint32_t natural;
	int32_t narrow;
	int64_t wide;
	if (field->type == PROTOBUF_C_TYPE_SINT64) {
		memcpy(&wide, at(message, field->offset), sizeof wide);
		return wide;
	}
	if (field->type == PROTOBUF_C_TYPE_SINT32 || field->type == PROTOBUF_C_TYPE_BOOL) {
		memcpy(&narrow, at(message, field->offset), sizeof narrow);
		return narrow;
	}
	assert(field->type == PROTOBUF_C_TYPE_UINT32); // there are no others in a pack
	memcpy(&natural, at(message, field->offset), sizeof natural);
	return natural;
}

static const char *string_of(const void *message, const ProtobufCFieldDescriptor *field)
{
	const char *text = "";
	if (field && field->type == PROTOBUF_C_TYPE_STRING)
		memcpy(&text, at(message, field->offset), sizeof text);
	return text ? text : "";
}

static const char *named(const void *message, const ProtobufCMessageDescriptor *of, const char *field)
{
	return string_of(message, find(of, field));
}

static size_t count_of(const void *message, const ProtobufCFieldDescriptor *field)
{
	size_t count;
	memcpy(&count, at(message, field->quantifier_offset), sizeof count);
	return count;
}

static const void *item_of(const void *message, const ProtobufCFieldDescriptor *field, size_t index)
{
	const void *const *items;
	memcpy(&items, at(message, field->offset), sizeof items);
	return items[index];
}

// ---- Noting ----

static const char *keep(struct diffing *diffing, const char *text)
{
	const char *kept_text = arena_string(diffing->arena, span_string(text));
	if (!kept_text)
		diffing->err = ERR_BUDGET;
	return kept_text;
}

static void note(struct diffing *diffing, struct pack_difference item)
{
	if (diffing->count == diffing->capacity) {
		size_t capacity = diffing->capacity ? 2 * diffing->capacity : 16;
		struct pack_difference *items = arena_array(diffing->arena, capacity, sizeof *items);
		if (!items) {
			diffing->err = ERR_BUDGET;
			return;
		}
		if (diffing->count)
			memcpy(items, diffing->items, diffing->count * sizeof *items);
		diffing->items = items;
		diffing->capacity = capacity;
	}
	item.place = keep(diffing, item.place);
	item.before = keep(diffing, item.before);
	item.after = keep(diffing, item.after);
	if (!diffing->err)
		diffing->items[diffing->count++] = item;
}

// ---- Comparing ----

static void put_word(char text[static WORD_BYTES], const struct rule *rule, int64_t number)
{
	if (rule && rule->word)
		snprintf(text, WORD_BYTES, "%s", rule->word(number));
	else
		snprintf(text, WORD_BYTES, "%" PRId64, number);
}

static void diff_number(struct diffing *diffing, const char *place, const ProtobufCMessageDescriptor *of,
                        const ProtobufCFieldDescriptor *field, const void *before, const void *after)
{
	int64_t was = number_of(before, field), is = number_of(after, field);
	char old[WORD_BYTES], new[WORD_BYTES];
	const struct rule *rule = rule_of(of, field);
	if (was == is)
		return;
	if (strcmp(field->name, "retired") == 0) {
		note(diffing, (struct pack_difference){ .change = is ? PACK_CHANGE_RETIRED : PACK_CHANGE_REVIVED, .place = place,
		                                        .aspect = "", .before = "", .after = "" });
		return;
	}
	put_word(old, rule, was);
	put_word(new, rule, is);
	note(diffing, (struct pack_difference){
		.change = rule ? rule->change : PACK_CHANGE_CHANGED, .place = place, .aspect = field->name, .before = old, .after = new,
		.forbidden = rule && rule->forbidden && rule->forbidden(was, is) });
}

static void diff_string(struct diffing *diffing, const char *place, const ProtobufCFieldDescriptor *field, const void *before,
                        const void *after)
{
	const char *was = string_of(before, field), *is = string_of(after, field);
	bool name = strcmp(field->name, "name") == 0 || strncmp(field->name, "title", 5) == 0;
	if (strcmp(was, is) != 0)
		note(diffing, (struct pack_difference){ .change = name ? PACK_CHANGE_RENAMED : PACK_CHANGE_CHANGED, .place = place,
		                                        .aspect = field->name, .before = was, .after = is });
}

// ---- Lists ----

static bool same_message(struct diffing *diffing, const void *before, const void *after)
{
	struct buf was = BUF_EMPTY, is = BUF_EMPTY;
	pb_pack(before, &was);
	pb_pack(after, &is);
	if (was.err || is.err)
		diffing->err = ERR_NOMEM;
	bool same = span_equal(buf_span(&was), buf_span(&is));
	buf_free(&was);
	buf_free(&is);
	return same;
}

// Numbers of a list, or words of it.
static bool same_scalars(const ProtobufCFieldDescriptor *field, const void *before, const void *after, size_t count)
{
	size_t size = field->type == PROTOBUF_C_TYPE_SINT64 ? 8 : 4;
	const void *was, *is;
	if (field->type == PROTOBUF_C_TYPE_STRING) {
		for (size_t i = 0; i < count; i++)
			if (strcmp(item_of(before, field, i), item_of(after, field, i)) != 0)
				return false;
		return true;
	}
	memcpy(&was, at(before, field->offset), sizeof was);
	memcpy(&is, at(after, field->offset), sizeof is);
	return count == 0 || memcmp(was, is, count * size) == 0;
}

// Without names or numbers of their own: alike one by one, or not.
static void diff_plain_list(struct diffing *diffing, const char *place, const ProtobufCFieldDescriptor *field,
                            const void *before, const void *after)
{
	size_t count = count_of(before, field);
	bool same = count == count_of(after, field);
	if (same && field->type != PROTOBUF_C_TYPE_MESSAGE)
		same = same_scalars(field, before, after, count);
	for (size_t i = 0; same && field->type == PROTOBUF_C_TYPE_MESSAGE && i < count; i++)
		same = same_message(diffing, item_of(before, field, i), item_of(after, field, i));
	if (!same)
		note(diffing, (struct pack_difference){ .change = PACK_CHANGE_CHANGED, .place = place, .aspect = field->name,
		                                        .before = "", .after = "" });
}

// By what the items of a list are told apart; NULL: by nothing.
static const ProtobufCFieldDescriptor *identity_of(const ProtobufCMessageDescriptor *message)
{
	static const char *const identities[] = { "number", "code", "name", "kind" };
	for (size_t i = 0; i < sizeof identities / sizeof identities[0]; i++) {
		const ProtobufCFieldDescriptor *field = find(message, identities[i]);
		if (field && field->label != PROTOBUF_C_LABEL_REPEATED)
			return field;
	}
	return NULL;
}

static bool same_identity(const ProtobufCFieldDescriptor *identity, const void *a, const void *b)
{
	if (identity->type == PROTOBUF_C_TYPE_STRING)
		return strcmp(string_of(a, identity), string_of(b, identity)) == 0;
	return number_of(a, identity) == number_of(b, identity);
}

static const void *counterpart(const ProtobufCFieldDescriptor *list, const ProtobufCFieldDescriptor *identity,
                               const void *owner, const void *item)
{
	size_t count = count_of(owner, list);
	for (size_t i = 0; i < count; i++)
		if (same_identity(identity, item_of(owner, list, i), item))
			return item_of(owner, list, i);
	return NULL;
}

// A rename keeps the name or a title. Where nothing of it is left, the number was given to something else.
static bool is_reused(const ProtobufCMessageDescriptor *of, const ProtobufCFieldDescriptor *identity, const void *before,
                      const void *after)
{
	static const char *const words[] = { "name", "title_zh", "title_en" };
	if (identity->type == PROTOBUF_C_TYPE_STRING || !find(of, "name"))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		const char *was = named(before, of, words[i]);
		if (*was && strcmp(was, named(after, of, words[i])) == 0)
			return false;
	}
	return true;
}

static void put_place(char text[static PLACE_BYTES], const char *place, const ProtobufCFieldDescriptor *list,
                      const ProtobufCFieldDescriptor *identity, const void *item)
{
	const char *name = named(item, list->descriptor, "name");
	char number[24];
	snprintf(number, sizeof number, "%" PRId64, *name ? 0 : number_of(item, identity));
	snprintf(text, PLACE_BYTES, "%s%s%s[%s]", place, *place ? "." : "", list->name, *name ? name : number);
}

static void diff_message(struct diffing *diffing, const char *place, const ProtobufCMessageDescriptor *of, const void *before,
                         const void *after);

static void diff_item(struct diffing *diffing, const char *place, const ProtobufCFieldDescriptor *list,
                      const ProtobufCFieldDescriptor *identity, const void *before, const void *after)
{
	const ProtobufCMessageDescriptor *of = list->descriptor;
	char here[PLACE_BYTES];
	put_place(here, place, list, identity, after);
	if (!before)
		note(diffing, (struct pack_difference){ .change = PACK_CHANGE_ADDED, .place = here, .aspect = "", .before = "", .after = "" });
	else if (is_reused(of, identity, before, after))
		note(diffing, (struct pack_difference){ .change = PACK_CHANGE_REUSED, .forbidden = true, .place = here,
		                                        .aspect = identity->name, .before = named(before, of, "name"),
		                                        .after = named(after, of, "name") });
	else
		diff_message(diffing, here, of, before, after);
}

static void diff_list(struct diffing *diffing, const char *place, const ProtobufCFieldDescriptor *list, const void *before,
                      const void *after)
{
	const ProtobufCFieldDescriptor *identity = list->type == PROTOBUF_C_TYPE_MESSAGE ? identity_of(list->descriptor) : NULL;
	if (!identity) {
		diff_plain_list(diffing, place, list, before, after);
		return;
	}
	for (size_t i = 0; !diffing->err && i < count_of(after, list); i++) {
		const void *item = item_of(after, list, i);
		diff_item(diffing, place, list, identity, counterpart(list, identity, before, item), item);
	}
	for (size_t i = 0; !diffing->err && i < count_of(before, list); i++) {
		const void *item = item_of(before, list, i);
		char here[PLACE_BYTES];
		if (counterpart(list, identity, after, item))
			continue;
		put_place(here, place, list, identity, item);
		note(diffing, (struct pack_difference){ .change = PACK_CHANGE_REMOVED, .forbidden = is_kept(list->descriptor),
		                                        .place = here, .aspect = "", .before = "", .after = "" });
	}
}

// A part that is there once or not at all.
static void diff_part(struct diffing *diffing, const char *place, const ProtobufCFieldDescriptor *field, const void *before,
                      const void *after)
{
	const void *was, *is;
	char here[PLACE_BYTES];
	memcpy(&was, at(before, field->offset), sizeof was);
	memcpy(&is, at(after, field->offset), sizeof is);
	snprintf(here, sizeof here, "%s%s%s", place, *place ? "." : "", field->name);
	if (was && is)
		diff_message(diffing, here, field->descriptor, was, is);
	else if (was || is)
		note(diffing, (struct pack_difference){ .change = is ? PACK_CHANGE_ADDED : PACK_CHANGE_REMOVED, .place = here,
		                                        .aspect = "", .before = "", .after = "" });
}

static void diff_message(struct diffing *diffing, const char *place, const ProtobufCMessageDescriptor *of, const void *before,
                         const void *after)
{
	for (unsigned i = 0; !diffing->err && i < of->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &of->fields[i];
		if (field->label == PROTOBUF_C_LABEL_REPEATED)
			diff_list(diffing, place, field, before, after);
		else if (field->type == PROTOBUF_C_TYPE_STRING)
			diff_string(diffing, place, field, before, after);
		else if (field->type == PROTOBUF_C_TYPE_MESSAGE)
			diff_part(diffing, place, field, before, after);
		else if (field->type != PROTOBUF_C_TYPE_BYTES)
			diff_number(diffing, place, of, field, before, after);
	}
}

// ---- The whole ----

// What a field leaves out is its kind's; compared is what holds.
static void fill_in(Tributary__Pack *pack)
{
	for (size_t k = 0; k < pack->n_kinds; k++)
		for (size_t i = 0; i < pack->kinds[k]->n_fields; i++) {
			Tributary__PackField *field = pack->kinds[k]->fields[i];
			field->lane = field->lane ? field->lane : pack->kinds[k]->lane;
			field->authority = field->authority ? field->authority : AUTHORITY_OWN;
		}
}

enum err pack_diff(struct span before, struct span after, struct arena *arena, const struct pack_difference **differences,
                   size_t *count)
{
	struct diffing diffing = { .arena = arena, .err = ERR_OK };
	ProtobufCMessage *was = NULL, *is = NULL;
	*differences = NULL;
	*count = 0;
	enum err err = pb_unpack(&tributary__pack__descriptor, before, arena, &was);
	if (!err)
		err = pb_unpack(&tributary__pack__descriptor, after, arena, &is);
	if (err)
		return err;
	fill_in((Tributary__Pack *)was);
	fill_in((Tributary__Pack *)is);
	diff_message(&diffing, "", &tributary__pack__descriptor, was, is);
	*differences = diffing.items;
	*count = diffing.err ? 0 : diffing.count;
	return diffing.err;
}

size_t pack_diff_forbidden(const struct pack_difference *differences, size_t count)
{
	size_t found = 0;
	for (size_t i = 0; i < count; i++)
		found += differences[i].forbidden;
	return found;
}

const char *pack_diff_name(enum pack_change change)
{
	static const char *const names[PACK_CHANGE_END] = {
		[PACK_CHANGE_ADDED] = "added", [PACK_CHANGE_REMOVED] = "removed", [PACK_CHANGE_RENAMED] = "renamed",
		[PACK_CHANGE_RETIRED] = "retired", [PACK_CHANGE_REVIVED] = "revived", [PACK_CHANGE_CHANGED] = "changed",
		[PACK_CHANGE_SIGHT] = "sight", [PACK_CHANGE_REUSED] = "reused",
	};
	return names[change];
}
