#include "cli/notices.h"

#include "base/reader.h"

// A notice is time u64 ‖ err u8 ‖ text, in English; elsewhere its error says what it is about.
json_t *notices_tell(struct command *command, bool print)
{
	json_t *all = json_array();
	struct scan scan = scan_begin(&command->txn, STORE_NOTICE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		char time[OUTPUT_TIME_BYTES];
		struct reader reader = reader_of(scan.value);
		uint64_t ms = reader_u64(&reader);
		unsigned err = reader_u8(&reader);
		const char *text = arena_string(&command->arena, reader_bytes(&reader, reader_left(&reader)));
		if (reader.err || err >= ERR_COUNT || !text)
			continue;
		output_format_time(ms, time);
		if (print)
			phrase_line(stdout, PHRASE_STATUS_NOTICE,
			            PHRASE_WITH(time, phrase_language() == PHRASE_EN ? text : phrase_text(phrase_of_err((enum err)err))));
		json_array_append_new(all, json_pack("{s:I,s:s,s:s}", "time", (json_int_t)ms, "name", err_name((enum err)err), "text", text));
	}
	scan_end(&scan);
	return all;
}
