// From what was asked to the words of a verb. What the route's row does not name is refused, and so is what has the
// wrong type: nothing that a stranger sent is passed on by accident.
#include "web/exchange.h"

#include <inttypes.h>
#include <stdio.h>

#include "web/site_inside.h"

static bool bad(struct exchange *exchange, enum phrase what, const char *where)
{
	exchange_problem(exchange, 400, ERR_USAGE, what, where);
	return false;
}

static bool add(struct exchange *exchange, const char *option, const char *value)
{
	if (exchange->word_count == ASKING_WORDS_MAX || !value) {
		exchange_problem(exchange, 413, ERR_TOO_LARGE, PHRASE_PAGE_TOO_LARGE, option);
		return false;
	}
	exchange->words[exchange->word_count++] = (struct asking_word){ .name = option, .value = value };
	return true;
}

// ---- What the row names ----

static bool names(const struct route *route, enum route_from from, const char *name)
{
	static const char *const always[] = { "lang", "limit", "cursor" };
	for (size_t i = 0; from == ROUTE_QUERY && i < sizeof always / sizeof always[0]; i++) {
		if (strcmp(always[i], name) == 0)
			return true;
	}
	for (size_t i = 0; i < ROUTE_WORDS_MAX && route->words[i].from; i++) {
		const struct route_word *word = &route->words[i];
		bool same = word->from == from || (from == ROUTE_BODY && word->from == ROUTE_FIELDS);
		if (same && strcmp(word->name, name) == 0)
			return true;
	}
	return false;
}

static bool all_are_named(struct exchange *exchange)
{
	const char *name;
	json_t *value;
	for (size_t i = 0; i < exchange->target.query_count; i++) {
		if (!names(exchange->route, ROUTE_QUERY, exchange->target.query[i].name))
			return bad(exchange, PHRASE_PAGE_BAD_QUERY, exchange->target.query[i].name);
	}
	json_object_foreach(exchange->body, name, value) {
		if (!names(exchange->route, ROUTE_BODY, name))
			return bad(exchange, PHRASE_PAGE_BAD_MEMBER, name);
	}
	return true;
}

// ---- Values ----

// NULL: not a plain value.
static const char *plain(struct exchange *exchange, const json_t *value)
{
	char number[24];
	if (json_is_string(value)) // a NUL within it would end it too soon
		return strlen(json_string_value(value)) == json_string_length(value) ? json_string_value(value) : NULL;
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (!json_is_integer(value))
		return NULL;
	snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return arena_string(&exchange->arena, span_string(number));
}

static bool is_switch(const struct verb *verb, const char *option)
{
	for (size_t i = 0; verb && option && i < VERB_OPTIONS_MAX && verb->options[i].name; i++) {
		if (strcmp(verb->options[i].name, option) == 0)
			return !verb->options[i].value;
	}
	return false;
}

static const struct verb *verb_of(const struct exchange *exchange)
{
	const struct verb_program *program = exchange->site->options.program;
	for (size_t i = 0; exchange->route->verb && i < program->verb_count; i++) {
		if (strcmp(program->verbs[i].name, exchange->route->verb) == 0)
			return &program->verbs[i];
	}
	return NULL;
}

static bool is_yes(const char *value)
{
	return strcmp(value, "true") == 0 || strcmp(value, "1") == 0 || *value == '\0';
}

// A switch is given or not; anything else has a value.
static bool add_value(struct exchange *exchange, const struct route_word *word, const char *value)
{
	if (!exchange->route->verb)
		return true; // a `work` function looks for itself
	if (!is_switch(verb_of(exchange), word->option))
		return add(exchange, word->option, value);
	return !is_yes(value) || add(exchange, word->option, "");
}

static bool add_json(struct exchange *exchange, const struct route_word *word, const json_t *value)
{
	size_t i;
	const json_t *item;
	if (!json_is_array(value)) {
		const char *text = plain(exchange, value);
		return text ? add_value(exchange, word, text) : bad(exchange, PHRASE_PAGE_BAD_MEMBER, word->name);
	}
	if (!exchange->route->verb)
		return true;
	json_array_foreach(value, i, item) {
		const char *text = plain(exchange, item);
		if (!text)
			return bad(exchange, PHRASE_PAGE_BAD_MEMBER, word->name);
		if (!add_value(exchange, word, text))
			return false;
	}
	return true;
}

// name=value, of one member.
static bool add_field(struct exchange *exchange, const struct route_word *word, const char *name, const json_t *value)
{
	const char *text = json_is_null(value) ? "" : plain(exchange, value);
	if (!text || !*name || strchr(name, '='))
		return bad(exchange, PHRASE_PAGE_BAD_MEMBER, name);
	size_t room = strlen(name) + strlen(text) + 2;
	char *both = arena_alloc(&exchange->arena, room);
	if (both)
		snprintf(both, room, "%s=%s", name, text);
	return add(exchange, word->option, both);
}

static bool add_fields(struct exchange *exchange, const struct route_word *word, json_t *fields)
{
	const char *name;
	json_t *value;
	if (!json_is_object(fields))
		return bad(exchange, PHRASE_PAGE_BAD_MEMBER, word->name);
	json_object_foreach(fields, name, value) {
		size_t i;
		const json_t *item;
		if (!json_is_array(value) && !add_field(exchange, word, name, value))
			return false;
		json_array_foreach(value, i, item) {
			if (!add_field(exchange, word, name, item))
				return false;
		}
	}
	return true;
}

// ---- Units ----

// Looked up and judged within a transaction of its own; what goes on is the id.
static int find_unit(struct command *command)
{
	struct exchange *exchange = exchange_of(command);
	const char *text = command->call->argument_count ? command->call->arguments[0] : NULL;
	struct id unit;
	int code = exchange_unit(command, text, &unit);
	char *hex = code ? NULL : arena_alloc(&exchange->arena, ID_TEXT_BYTES);
	if (!hex)
		return code ? code : command_fail(command, ERR_BUDGET, PHRASE_NO_UNIT, text);
	id_format(&unit, hex);
	fputs(hex, command->call->out);
	return VERB_OK;
}

static int find_unit_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, find_unit);
}

// The id as text; NULL: a problem was answered.
static const char *unit_id(struct exchange *exchange, const char *text)
{
	static const struct verb finding = { .name = "unit", .most = 1, .arguments = "", .run = find_unit_run };
	const struct asking_word word = { .name = NULL, .value = text };
	const struct site_options *options = &exchange->site->options;
	const struct asking asking = { .program = options->program, .home = options->home, .language = exchange->language, .own = &finding,
	                               .context = exchange, .words = &word, .word_count = text ? 1 : 0 };
	struct asking_answer answer;
	enum err err = asking_put(&asking, &answer);
	char *hex = NULL;
	if (err) {
		exchange_problem(exchange, 500, err, PHRASE_NONE, NULL);
		return NULL;
	}
	if (answer.exit == VERB_OK)
		hex = arena_string(&exchange->arena, span_of(answer.body, answer.size));
	else
		exchange_told(exchange, answer.told ? answer.told : "");
	asking_free(&answer);
	return hex;
}

// In a local page every unit may be named that the store knows; the verb finds it.
static bool add_unit(struct exchange *exchange, const struct route_word *word, const char *text)
{
	const char *id = exchange->site->options.local ? text : unit_id(exchange, text);
	if (exchange->site->options.local && !text)
		return true;
	if (!id)
		return false;
	if (word->from == ROUTE_PATH)
		exchange->places[route_place(exchange->route, word->name)] = id;
	return !exchange->route->verb || add(exchange, word->option, id);
}

// ---- One word ----

static bool take_query(struct exchange *exchange, const struct route_word *word, bool *given)
{
	for (size_t i = 0; i < exchange->target.query_count; i++) {
		if (strcmp(exchange->target.query[i].name, word->name) != 0)
			continue;
		if (*given && !exchange->route->verb)
			return bad(exchange, PHRASE_PAGE_BAD_QUERY, word->name);
		*given = true;
		if (word->flags & ROUTE_UNIT) {
			const char *text = exchange->target.query[i].value;
			return add_unit(exchange, word, *text ? text : NULL);
		}
		if (!add_value(exchange, word, exchange->target.query[i].value))
			return false;
	}
	return true;
}

static bool take_body(struct exchange *exchange, const struct route_word *word, bool *given)
{
	json_t *value = json_object_get(exchange->body, word->name);
	*given = value && !json_is_null(value);
	if (!*given)
		return true;
	if (word->from == ROUTE_FIELDS)
		return !exchange->route->verb || add_fields(exchange, word, value);
	if (!(word->flags & ROUTE_UNIT))
		return add_json(exchange, word, value);
	const char *text = json_is_string(value) ? plain(exchange, value) : NULL;
	return text ? add_unit(exchange, word, text) : bad(exchange, PHRASE_PAGE_BAD_MEMBER, word->name);
}

static bool take_word(struct exchange *exchange, const struct route_word *word)
{
	bool given = true;
	if (word->from == ROUTE_TEXT)
		return add_value(exchange, word, word->name);
	if (word->from == ROUTE_PATH) {
		const char *text = exchange_path(exchange, word->name);
		return word->flags & ROUTE_UNIT ? add_unit(exchange, word, text) : add_value(exchange, word, text);
	}
	given = false;
	if (word->from == ROUTE_QUERY ? !take_query(exchange, word, &given) : !take_body(exchange, word, &given))
		return false;
	if (!given && (word->flags & ROUTE_REQUIRED))
		return bad(exchange, word->from == ROUTE_QUERY ? PHRASE_PAGE_BAD_QUERY : PHRASE_PAGE_BAD_MEMBER, word->name);
	return given || !(word->flags & ROUTE_UNIT) || add_unit(exchange, word, NULL);
}

// An account of a unit below is given what is about a unit only.
static bool reaches(struct exchange *exchange)
{
	const struct account *account = exchange_account(exchange);
	const struct route *route = exchange->route;
	if (!account || route->handle || (route->flags & ROUTE_ANYWHERE) || id_equal(&account->unit, &exchange->site->options.home->self.unit))
		return true;
	for (size_t i = 0; i < ROUTE_WORDS_MAX && route->words[i].from; i++) {
		if (route->words[i].flags & ROUTE_UNIT)
			return true;
	}
	exchange_problem(exchange, 403, ERR_UNAUTHORISED, PHRASE_PAGE_NOT_YOUR_UNIT, NULL);
	return false;
}

// "limit" and "cursor": whole numbers.
static bool take_page(struct exchange *exchange)
{
	static const char *const parameters[] = { "limit", "cursor" };
	size_t numbers[2] = { 0, 0 };
	for (size_t i = 0; i < 2; i++) {
		const char *text = exchange_query(exchange, parameters[i]);
		if (!text)
			continue;
		size_t digits = strspn(text, "0123456789");
		if (digits == 0 || digits > 9 || text[digits])
			return bad(exchange, PHRASE_PAGE_BAD_QUERY, parameters[i]);
		for (size_t at = 0; at < digits; at++)
			numbers[i] = 10 * numbers[i] + (size_t)(text[at] - '0');
		exchange->paged = true;
	}
	if (exchange->paged && (numbers[0] == 0 || numbers[0] > EXCHANGE_ROWS_MAX))
		return bad(exchange, PHRASE_PAGE_BAD_QUERY, "limit");
	if ((exchange->route->flags & ROUTE_PAGED) && (!exchange->paged || numbers[0] > EXCHANGE_PART_ROWS)) {
		exchange->paged = true;
		numbers[0] = EXCHANGE_PART_ROWS;
	}
	exchange->page = (struct output_page){ .most = numbers[0], .skip = numbers[1] };
	return true;
}

bool exchange_words(struct exchange *exchange)
{
	if (!reaches(exchange) || !all_are_named(exchange) || !take_page(exchange))
		return false;
	for (size_t i = 0; i < ROUTE_WORDS_MAX && exchange->route->words[i].from; i++) {
		if (!take_word(exchange, &exchange->route->words[i]))
			return false;
	}
	return true;
}
