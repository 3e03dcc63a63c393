// A pattern is a row of items, each a class of characters that may come so many times. Written out, an
// item of {2,5} is two places that must be filled and three that may be left out. A text is matched by
// keeping, after each character, the set of places that may come next (Thompson 1968, without the
// loops): as many steps as characters times places, and nothing is ever tried twice.
#include "ledger/pattern.h"

#include <stdlib.h>
#include <utf8proc.h>

// "d", "[dX]": what one place may be filled with.
struct item {
	const char *text, *end;
	unsigned least, most;
};

enum element_class { ELEMENT_RANGE, ELEMENT_DIGIT, ELEMENT_LETTER, ELEMENT_CHINESE, ELEMENT_ANY };

struct element {
	enum element_class class;
	int32_t low, high; // of a range
};

struct scanner {
	const char *at;
	const char *why; // NULL as long as all is well
};

static bool fault(struct scanner *scanner, const char *why)
{
	if (!scanner->why)
		scanner->why = why;
	return false;
}

// ---- Reading ----

static bool read_character(struct scanner *scanner, int32_t *character)
{
	bool escaped = *scanner->at == '\\';
	if (escaped)
		scanner->at++;
	char c = *scanner->at;
	if (!c)
		return fault(scanner, "the pattern ends where a character is expected");
	if (!escaped && c >= 'a' && c <= 'z')
		return fault(scanner, "a small letter in a pattern is a class (d, a or h); with \\ before it, itself");
	if (!escaped && strchr("()|*+^$?{}[]", c))
		return fault(scanner, "( ) | * + ^ $ ? { } [ ] stand in a pattern with \\ before them, or where they mean something");
	utf8proc_int32_t found;
	utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)scanner->at, -1, &found);
	if (size <= 0)
		return fault(scanner, "the pattern is not UTF-8");
	scanner->at += size;
	*character = found;
	return true;
}

static enum element_class class_of(char c)
{
	switch (c) {
	case 'd': return ELEMENT_DIGIT;
	case 'a': return ELEMENT_LETTER;
	case 'h': return ELEMENT_CHINESE;
	case '.': return ELEMENT_ANY;
	default: return ELEMENT_RANGE;
	}
}

static bool read_element(struct scanner *scanner, bool in_set, struct element *element)
{
	element->class = class_of(*scanner->at);
	if (in_set && element->class == ELEMENT_ANY)
		element->class = ELEMENT_RANGE; // a full stop
	if (element->class != ELEMENT_RANGE) {
		scanner->at++;
		return true;
	}
	if (!read_character(scanner, &element->low))
		return false;
	element->high = element->low;
	if (!in_set || scanner->at[0] != '-' || scanner->at[1] == ']')
		return true;
	scanner->at++;
	if (!read_character(scanner, &element->high))
		return false;
	return element->low <= element->high || fault(scanner, "a range in a pattern runs backwards");
}

static bool skip_set(struct scanner *scanner)
{
	struct element element;
	scanner->at++;
	if (*scanner->at == ']')
		return fault(scanner, "[] in a pattern holds nothing");
	while (*scanner->at && *scanner->at != ']')
		if (!read_element(scanner, true, &element))
			return false;
	if (!*scanner->at)
		return fault(scanner, "a [ in a pattern is not closed");
	scanner->at++;
	return true;
}

static bool read_number(struct scanner *scanner, unsigned *number)
{
	if (*scanner->at < '0' || *scanner->at > '9')
		return fault(scanner, "in a pattern, { holds one number, or two with a comma between them");
	for (*number = 0; *scanner->at >= '0' && *scanner->at <= '9' && *number <= PATTERN_PLACES_MAX; scanner->at++)
		*number = *number * 10 + (unsigned)(*scanner->at - '0');
	return true;
}

static bool read_count(struct scanner *scanner, struct item *item)
{
	item->least = item->most = 1;
	if (*scanner->at == '?') {
		scanner->at++;
		item->least = 0;
		return true;
	}
	if (*scanner->at != '{')
		return true;
	scanner->at++;
	if (!read_number(scanner, &item->least))
		return false;
	item->most = item->least;
	if (*scanner->at == ',') {
		scanner->at++;
		if (!read_number(scanner, &item->most))
			return false;
	}
	if (*scanner->at != '}')
		return fault(scanner, "in a pattern, { holds one number, or two with a comma between them");
	scanner->at++;
	return (item->most > 0 && item->least <= item->most) || fault(scanner, "a count in a pattern is 0, or runs backwards");
}

// The next item; false at the end and at a fault.
static bool next_item(struct scanner *scanner, struct item *item)
{
	struct element element;
	if (!*scanner->at)
		return false;
	item->text = scanner->at;
	if (*scanner->at == '[' ? !skip_set(scanner) : !read_element(scanner, false, &element))
		return false;
	item->end = scanner->at;
	return read_count(scanner, item);
}

const char *pattern_check(const char *pattern)
{
	struct scanner scanner = { .at = pattern };
	struct item item;
	size_t places = 0;
	if (!*pattern)
		return "the pattern is empty";
	if (strlen(pattern) > PATTERN_BYTES_MAX)
		return "the pattern is longer than 256 bytes";
	while (next_item(&scanner, &item)) {
		places += item.most;
		if (places > PATTERN_PLACES_MAX)
			return "the pattern matches more than 256 characters";
	}
	return scanner.why;
}

// ---- Matching ----

static bool is_chinese(int32_t c)
{
	return c == 0x3007 || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x20000 && c <= 0x323af);
}

static bool element_holds(const struct element *element, int32_t c)
{
	switch (element->class) {
	case ELEMENT_DIGIT: return c >= '0' && c <= '9';
	case ELEMENT_LETTER: return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	case ELEMENT_CHINESE: return is_chinese(c);
	case ELEMENT_ANY: return true;
	case ELEMENT_RANGE: break;
	}
	return c >= element->low && c <= element->high;
}

static bool item_holds(const struct item *item, int32_t c)
{
	bool set = *item->text == '[';
	struct scanner scanner = { .at = item->text + set };
	struct element element;
	const char *end = item->end - set;
	bool holds = false;
	while (!holds && scanner.at < end && read_element(&scanner, set, &element))
		holds = element_holds(&element, c);
	return holds;
}

struct machine {
	size_t item_count, place_count;
	struct item items[PATTERN_PLACES_MAX];
	uint8_t item_of[PATTERN_PLACES_MAX];
	bool optional[PATTERN_PLACES_MAX];
	bool ready[PATTERN_PLACES_MAX + 1]; // places that may come next; the last: the end
};

static void write_out(const char *pattern, struct machine *machine)
{
	struct scanner scanner = { .at = pattern };
	struct item item;
	while (machine->item_count < PATTERN_PLACES_MAX && next_item(&scanner, &item)) {
		for (unsigned i = 0; i < item.most && machine->place_count < PATTERN_PLACES_MAX; i++) {
			machine->item_of[machine->place_count] = (uint8_t)machine->item_count;
			machine->optional[machine->place_count++] = i >= item.least;
		}
		machine->items[machine->item_count++] = item;
	}
}

// What may be left out lets the next place come too. Gives whether any place is left.
static bool pass_over(struct machine *machine)
{
	bool any = false;
	for (size_t i = 0; i < machine->place_count; i++) {
		any |= machine->ready[i];
		if (machine->ready[i] && machine->optional[i])
			machine->ready[i + 1] = true;
	}
	return any || machine->ready[machine->place_count];
}

static bool take(struct machine *machine, int32_t c)
{
	bool holds[PATTERN_PLACES_MAX];
	for (size_t i = 0; i < machine->item_count; i++)
		holds[i] = item_holds(&machine->items[i], c);
	for (size_t i = machine->place_count; i > 0; i--) // from behind: each place looks at the one before it
		machine->ready[i] = machine->ready[i - 1] && holds[machine->item_of[i - 1]];
	machine->ready[0] = false;
	return pass_over(machine);
}

bool pattern_matches(const char *pattern, struct span text)
{
	struct machine machine = { .item_count = 0 };
	write_out(pattern, &machine);
	machine.ready[0] = true;
	bool alive = pass_over(&machine);
	for (size_t at = 0; at < text.size && alive;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t size = utf8proc_iterate(text.data + at, (utf8proc_ssize_t)(text.size - at), &c);
		if (size <= 0)
			return false;
		at += (size_t)size;
		alive = take(&machine, c);
	}
	return alive && machine.ready[machine.place_count];
}
