// Which phrases pages get: by the beginnings of their names.
#include "web/text.h"

static const char *const beginnings[] = {
	"PAGE_", "EVIDENCE_", "HEAD_", "STATE_", "DUE_", "ERR_", "REMEDY_", "PERIOD_", "CUSTODY_", "NEWS_", "REASON_", "RANK_", "ATTACH_", "PRESENCE_",
	"TRANSFER_STATE_", "BUCKET_NONE", "YES", "NO_CONFLICTS",
};

static bool is_for_pages(const char *name)
{
	for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
		if (strncmp(name, beginnings[i], strlen(beginnings[i])) == 0)
			return true;
	}
	return false;
}

json_t *text_catalogue(enum phrase_language language)
{
	json_t *text = json_object();
	for (enum phrase phrase = PHRASE_NONE + 1; phrase < PHRASE_COUNT; phrase++) {
		const char *name = phrase_name(phrase);
		if (is_for_pages(name))
			json_object_set_new(text, name, json_string(phrase_in(language, phrase)));
	}
	return json_pack("{s:s,s:o}", "language", language == PHRASE_ZH ? "zh" : "en", "text", text);
}
