// The catalogue looked up, and its places filled.
#include "cli/phrase.h"

#include <stdlib.h>

static const struct {
	const char *name, *zh, *en;
} rows[PHRASE_COUNT] = {
	[PHRASE_NONE] = { "", "", "" },
#define PHRASE_ROW(symbol, chinese, english) [PHRASE_##symbol] = { .name = #symbol, .zh = (chinese), .en = (english) },
	CATALOGUE(PHRASE_ROW)
#undef PHRASE_ROW
};

static const struct {
	enum phrase text, remedy;
} of_err[ERR_COUNT] = {
#define PHRASE_ERR_ROW(symbol, english) \
	[ERR_##symbol] = { .text = PHRASE_ERR_##symbol, .remedy = PHRASE_REMEDY_##symbol },
	ERR_LIST(PHRASE_ERR_ROW)
#undef PHRASE_ERR_ROW
};

// What is spoken whatever the environment says: who asks through a page has a language of its own.
static struct {
	bool told;
	enum phrase_language language;
} spoken;

void phrase_speak(const enum phrase_language *language)
{
	spoken.told = language != NULL;
	spoken.language = language ? *language : PHRASE_EN;
}

enum phrase_language phrase_language(void)
{
	static const char *const names[] = { "TRIBUTARY_LANG", "LC_ALL", "LC_MESSAGES", "LANG" };
	for (size_t i = 0; i < sizeof names / sizeof names[0] && !spoken.told; i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return strncmp(value, "zh", 2) == 0 ? PHRASE_ZH : PHRASE_EN;
	}
	return spoken.told ? spoken.language : PHRASE_EN;
}

const char *phrase_name(enum phrase phrase)
{
	return (unsigned)phrase < PHRASE_COUNT ? rows[phrase].name : "";
}

const char *phrase_in(enum phrase_language language, enum phrase phrase)
{
	if ((unsigned)phrase >= PHRASE_COUNT)
		return "";
	return language == PHRASE_ZH ? rows[phrase].zh : rows[phrase].en;
}

const char *phrase_text(enum phrase phrase)
{
	return phrase_in(phrase_language(), phrase);
}

void phrase_format(struct buf *text, enum phrase phrase, const char *const with[PHRASE_ARGUMENTS])
{
	for (const char *at = phrase_text(phrase); *at; at++) {
		if (at[0] == '%' && at[1] >= '1' && at[1] < '1' + PHRASE_ARGUMENTS) {
			const char *argument = with ? with[at[1] - '1'] : NULL;
			buf_string(text, argument ? argument : "");
			at++;
		} else {
			buf_u8(text, (uint8_t)*at);
		}
	}
}

void phrase_line(FILE *to, enum phrase phrase, const char *const with[PHRASE_ARGUMENTS])
{
	struct buf text = BUF_EMPTY;
	phrase_format(&text, phrase, with);
	buf_u8(&text, '\n');
	if (!text.err)
		fwrite(text.data, 1, text.size, to);
	buf_free(&text);
}

enum phrase phrase_of_err(enum err err)
{
	return (unsigned)err < ERR_COUNT ? of_err[err].text : PHRASE_NONE;
}

enum phrase phrase_remedy(enum err err)
{
	return (unsigned)err < ERR_COUNT ? of_err[err].remedy : PHRASE_NONE;
}
