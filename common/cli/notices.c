#include "cli/notices.h"

#include "base/reader.h"

struct notice {
	uint64_t ms;
	enum err err;
	const char *text;
};

// A notice is time u64 ‖ err u8 ‖ text.
static bool read_notice(struct command *command, struct span value, struct notice *notice)
{
	struct reader reader = reader_of(value);
	notice->ms = reader_u64(&reader);
	unsigned err = reader_u8(&reader);
	notice->err = err < ERR_COUNT ? (enum err)err : ERR_MALFORMED;
	notice->text = arena_string(&command->arena, reader_bytes(&reader, reader_left(&reader)));
	return reader.err == ERR_OK && notice->text;
}

static const enum phrase known[] = {
#define NOTICES_ROW(name, zh, en) PHRASE_##name,
	CATALOGUE_NOTICES(NOTICES_ROW)
#undef NOTICES_ROW
};

const char *notices_text(const char *english)
{
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strcmp(phrase_in(PHRASE_EN, known[i]), english) == 0)
			return phrase_text(known[i]);
	}
	return english;
}

static void print(FILE *to, const struct notice *notice)
{
	char time[OUTPUT_TIME_BYTES];
	output_format_time(notice->ms, time);
	phrase_line(to, PHRASE_STATUS_NOTICE, PHRASE_WITH(time, notices_text(notice->text)));
}

json_t *notices_tell(struct command *command, uint64_t since, FILE *to)
{
	json_t *all = json_array();
	struct notice notice;
	struct scan scan = scan_begin_last(&command->txn, STORE_NOTICE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		if (!read_notice(command, scan.value, &notice) || notice.ms <= since)
			continue;
		if (to && json_array_size(all) < NOTICES_SHOWN)
			print(to, &notice);
		json_array_append_new(all, json_pack("{s:I,s:s,s:s}", "time", (json_int_t)notice.ms, "name", err_name(notice.err), "text",
		                                     notice.text));
	}
	scan_end(&scan);
	char more[24];
	snprintf(more, sizeof more, "%zu", json_array_size(all) - NOTICES_SHOWN);
	if (to && json_array_size(all) > NOTICES_SHOWN)
		phrase_line(to, PHRASE_STATUS_MORE_NOTICES, PHRASE_WITH(more));
	return all;
}

// The last one, and how many there are.
static size_t count(struct command *command, struct notice *last)
{
	size_t found = 0;
	struct notice notice;
	struct scan scan = scan_begin_last(&command->txn, STORE_NOTICE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		if (!read_notice(command, scan.value, &notice))
			continue;
		if (found++ == 0)
			*last = notice;
	}
	scan_end(&scan);
	return found;
}

uint64_t notices_last(struct command *command)
{
	struct notice last = { .ms = 0 };
	count(command, &last);
	return last.ms;
}

const char *notices_brief(struct command *command)
{
	struct notice last = { .ms = 0 };
	size_t found = count(command, &last);
	char number[24], time[OUTPUT_TIME_BYTES];
	struct buf text = BUF_EMPTY;
	if (found == 0)
		return NULL;
	snprintf(number, sizeof number, "%zu", found);
	output_format_time(last.ms, time);
	phrase_format(&text, PHRASE_NOTICES_BRIEF, PHRASE_WITH(number, time, notices_text(last.text)));
	const char *kept = text.err ? NULL : arena_string(&command->arena, buf_span(&text));
	buf_free(&text);
	return kept ? kept : last.text;
}
