// A workbook of whatever table a page shows, and of the pack's reports.
#include "server/board_sheet.h"

#include <inttypes.h>
#include <unistd.h>

#include "cli/sheet.h"
#include "io/file.h"
#include "io/machine.h"
#include "server/board_dash.h"
#include "web/within.h"

#define WORKBOOK "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

enum { FILE_MOST = 64 * 1024 * 1024 };

static int give(struct command *command, const struct buf *bytes)
{
	exchange_file(exchange_of(command), WORKBOOK, "table.xlsx");
	bool whole = fwrite(bytes->data, 1, bytes->size, command->call->out) == bytes->size;
	return whole ? VERB_OK : command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PRINT, NULL);
}

int board_sheet_table(struct command *command)
{
	json_t *body = exchange_body(exchange_of(command));
	const char *title = json_string_value(json_object_get(body, "title")), *period = json_string_value(json_object_get(body, "period"));
	struct buf bytes = BUF_EMPTY;
	char day[DATE_TEXT_BYTES];
	struct id unit;
	int code = exchange_unit(command, json_string_value(json_object_get(body, "unit")), &unit);
	if (code)
		return code;
	date_format(machine_today(), day);
	const struct sheet_table table = {
		.columns = json_object_get(body, "columns"), .rows = json_object_get(body, "rows"),
		.places = { [PACK_LAYOUT_TITLE] = title, [PACK_LAYOUT_PERIOD] = period, [PACK_LAYOUT_DATE] = day,
		            [PACK_LAYOUT_UNIT] = lookup_unit_name(&command->look, &unit),
		            [PACK_LAYOUT_PATH] = lookup_unit_path(&command->look, &unit) },
	};
	enum err err = sheet_bytes(command, &table, &bytes);
	code = err ? command_fail(command, err, PHRASE_PAGE_BAD_BODY, NULL) : give(command, &bytes);
	buf_free(&bytes);
	return code;
}

// By the verb itself, into a file of the data directory that is gone afterwards.
int board_sheet_report(struct command *command)
{
	struct exchange *exchange = exchange_of(command);
	const char *period = exchange_query(exchange, "period"), *below = exchange_query(exchange, "by-child");
	const char *tree = exchange_query(exchange, "tree");
	char path[sizeof command->home.dir + 48];
	uint64_t random;
	machine_random(&random, sizeof random);
	snprintf(path, sizeof path, "%s/sheet-%016" PRIx64 ".xlsx", command->home.dir, random);
	struct asking_word words[6] = { { NULL, exchange_path(exchange, "report") }, { "unit", exchange_path(exchange, "unit") }, { "out", path } };
	size_t count = 3;
	if (period)
		words[count++] = (struct asking_word){ "period", period };
	if (tree)
		words[count++] = (struct asking_word){ "tree", tree };
	if (below && strcmp(below, "false") != 0 && strcmp(below, "0") != 0)
		words[count++] = (struct asking_word){ "by-child", "" };
	struct asking_answer answer;
	struct buf bytes = BUF_EMPTY;
	int code = within_ask(command, "report", words, count, &answer);
	if (!code) {
		asking_free(&answer);
		enum err err = file_read(path, FILE_MOST, &bytes);
		code = err ? command_fail(command, err, PHRASE_CANNOT_READ_FILE, "report") : give(command, &bytes);
	}
	unlink(path);
	buf_free(&bytes);
	return code;
}
