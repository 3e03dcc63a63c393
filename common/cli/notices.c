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

// The text is English; in another language the error says what it is about.
static void print(FILE *to, const struct notice *notice)
{
	char time[OUTPUT_TIME_BYTES];
	output_format_time(notice->ms, time);
	phrase_line(to, PHRASE_STATUS_NOTICE,
	            PHRASE_WITH(time, phrase_language() == PHRASE_EN ? notice->text : phrase_text(phrase_of_err(notice->err))));
}

json_t *notices_tell(struct command *command, uint64_t since, FILE *to)
{
	json_t *all = json_array();
	struct notice notice;
	struct scan scan = scan_begin(&command->txn, STORE_NOTICE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		if (!read_notice(command, scan.value, &notice) || notice.ms <= since)
			continue;
		if (to)
			print(to, &notice);
		json_array_append_new(all, json_pack("{s:I,s:s,s:s}", "time", (json_int_t)notice.ms, "name", err_name(notice.err), "text",
		                                     notice.text));
	}
	scan_end(&scan);
	return all;
}

uint64_t notices_last(struct command *command)
{
	uint64_t last = 0;
	struct notice notice;
	struct scan scan = scan_begin(&command->txn, STORE_NOTICE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		if (read_notice(command, scan.value, &notice) && notice.ms > last)
			last = notice.ms;
	}
	scan_end(&scan);
	return last;
}
