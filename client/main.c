// tributary: the ledger of one unit, on one of its devices. The table below is its whole command line.
#include <sodium.h>

#include "client/commands.h"
#include "cli/assess.h"
#include "cli/check.h"
#include "cli/figures.h"
#include "cli/pack_try.h"
#include "cli/report.h"
#include "cli/score.h"
#include "cli/transfers.h"

#define TRANSFER_OPTIONS { { "reason", "TEXT", PHRASE_OPTION_TRANSFER_REASON, false }, \
	                       { "file", "FILE", PHRASE_OPTION_TRANSFER_FILE, false }, \
	                       { "all", NULL, PHRASE_OPTION_TRANSFER_ALL, false } }

static const struct verb verbs[] = {
	{ .name = "join", .chapter = PHRASE_CHAPTER_BEGIN, .arguments = "CODE",
	  .help = PHRASE_VERB_JOIN, .least = 1, .most = 1, .run = join_run,
	  .options = { { "label", "NAME", PHRASE_OPTION_LABEL, false } } },
	{ .name = "form", .chapter = PHRASE_CHAPTER_LEDGER, .arguments = "[KIND]",
	  .help = PHRASE_VERB_FORM, .least = 0, .most = 1, .run = form_run },
	{ .name = "put", .arguments = "KIND FIELD=VALUE…", .help = PHRASE_VERB_PUT, .least = 2, .most = -1, .run = put_run,
	  .options = { { "record", "RECORD", PHRASE_OPTION_RECORD, false },
	               { "share", "LANE", PHRASE_OPTION_SHARE, false },
	               { "reason", "TEXT", PHRASE_OPTION_REASON_CHANGE, false } } },
	{ .name = "get", .arguments = "KIND RECORD", .help = PHRASE_VERB_GET, .least = 2, .most = 2, .run = get_run },
	{ .name = "list", .arguments = "KIND [FIELD=VALUE…]", .help = PHRASE_VERB_LIST, .least = 1, .most = -1, .run = list_run,
	  .options = { { "where", "FIELD=VALUE", PHRASE_OPTION_WHERE, false },
	               { "overdue", NULL, PHRASE_OPTION_OVERDUE, false },
	               { "on", "DATE", PHRASE_OPTION_ON, false } } },
	{ .name = "move", .arguments = "KIND RECORD MOVE [FIELD=VALUE…]", .help = PHRASE_VERB_MOVE, .least = 3, .most = -1,
	  .run = move_run },
	{ .name = "moves", .arguments = "KIND RECORD", .help = PHRASE_VERB_MOVES, .least = 2, .most = 2, .run = moves_run },
	{ .name = "series", .arguments = "[KIND]", .help = PHRASE_VERB_SERIES, .least = 0, .most = 1, .run = series_run },
	{ .name = "history", .arguments = "KIND RECORD [FIELD]", .help = PHRASE_VERB_HISTORY, .least = 2, .most = 3,
	  .run = history_run },
	{ .name = "delete", .arguments = "KIND RECORD", .help = PHRASE_VERB_DELETE, .least = 2, .most = 2, .run = delete_run,
	  .options = { { "reason", "TEXT", PHRASE_OPTION_REASON_CHANGE, false } } },
	{ .name = "import", .arguments = "KIND FILE.csv", .help = PHRASE_VERB_IMPORT, .least = 2, .most = 2, .run = import_run,
	  .options = { { "dry-run", NULL, PHRASE_OPTION_DRY_RUN, false },
	               { "key", "FIELD", PHRASE_OPTION_KEY, false },
	               { "failed", "FILE", PHRASE_OPTION_FAILED, false },
	               { "skip-bad", NULL, PHRASE_OPTION_SKIP_BAD, false },
	               { "reason", "TEXT", PHRASE_OPTION_REASON_CHANGE, false } } },
	{ .name = "export", .arguments = "KIND", .help = PHRASE_VERB_EXPORT, .least = 1, .most = 1, .run = export_run,
	  .options = { { "out", "FILE", PHRASE_OPTION_OUT, false } } },
	{ .name = "sync", .chapter = PHRASE_CHAPTER_EXCHANGE, .arguments = "", .help = PHRASE_VERB_SYNC, .run = sync_run,
	  .options = { { "live", NULL, PHRASE_OPTION_LIVE, false } } },
	{ .name = "status", .arguments = "", .help = PHRASE_VERB_STATUS_DEVICE, .run = status_run },
	{ .name = "figures", .chapter = PHRASE_CHAPTER_FIGURES, .arguments = "",
	  .help = PHRASE_VERB_FIGURES, .run = figures_run, .options = FIGURES_OPTIONS },
	{ .name = "report", .arguments = "[REPORT]", .help = PHRASE_VERB_REPORT, .most = 1, .run = report_run,
	  .options = { { "period", "PERIOD", PHRASE_OPTION_REPORT_PERIOD, false },
	               { "csv", NULL, PHRASE_OPTION_CSV, false },
	               { "out", "FILE.csv", PHRASE_OPTION_REPORT_OUT, false } } },
	{ .name = "pack try", .arguments = "FILE.yaml", .help = PHRASE_VERB_PACK_TRY, .least = 1, .most = 1, .run = pack_try_run,
	  .options = { { "period", "PERIOD", PHRASE_OPTION_PERIOD, false } } },
	{ .name = "close", .chapter = PHRASE_CHAPTER_MONTHS, .arguments = "PERIOD",
	  .help = PHRASE_VERB_CLOSE, .least = 1, .most = 1, .run = period_close_run },
	{ .name = "submit", .arguments = "PERIOD", .help = PHRASE_VERB_SUBMIT, .least = 1, .most = 1, .run = period_submit_run,
	  .options = { { "reason", "TEXT", PHRASE_OPTION_REASON_SUBMIT, false } } },
	{ .name = "reopen", .arguments = "PERIOD", .help = PHRASE_VERB_REOPEN, .least = 1, .most = 1, .run = period_reopen_run,
	  .options = { { "reason", "TEXT", PHRASE_OPTION_REASON_REOPEN, false } } },
	{ .name = "period", .arguments = "[PERIOD]", .help = PHRASE_VERB_PERIOD, .least = 0, .most = 1, .run = period_show_run },
	{ .name = "score", .arguments = "[SCORECARD]", .help = PHRASE_VERB_SCORE, .most = 1, .run = score_run,
	  .options = SCORE_OPTIONS },
	{ .name = "assess", .arguments = "SCORECARD ITEM=POINTS…", .help = PHRASE_VERB_ASSESS, .least = 2, .most = -1,
	  .run = assess_run, .options = { { "period", "PERIOD", PHRASE_OPTION_SCORE_PERIOD, false } } },
	{ .name = "due", .chapter = PHRASE_CHAPTER_DUTIES, .arguments = "", .help = PHRASE_VERB_DUE, .run = due_run,
	  .options = { { "period", "PERIOD", PHRASE_OPTION_DUE_PERIOD, false },
	               { "today", "DATE", PHRASE_OPTION_TODAY, false } } },
	{ .name = "warnings", .arguments = "", .help = PHRASE_VERB_WARNINGS, .run = warnings_run,
	  .options = { { "day", "DATE", PHRASE_OPTION_WARNED_ON, false } } },
	{ .name = "theme", .chapter = PHRASE_CHAPTER_ABOVE, .arguments = "[FIELD=VALUE…]",
	  .help = PHRASE_VERB_THEMES, .least = 0, .most = -1,
	  .run = role_theme_run },
	{ .name = "circular", .arguments = "[FIELD=VALUE…]", .help = PHRASE_VERB_CIRCULARS, .least = 0, .most = -1,
	  .run = role_circular_run },
	{ .name = "asked", .arguments = "", .help = PHRASE_VERB_ASKED, .run = answer_asked_run },
	{ .name = "answer", .arguments = "REQUEST grant|refuse [FIELD…]", .help = PHRASE_VERB_ANSWER, .least = 2, .most = -1,
	  .run = answer_run, .options = { { "text", "TEXT", PHRASE_OPTION_ANSWER_TEXT, false },
	                                  { "record", "RECORD", PHRASE_OPTION_ANSWER_RECORD, false } } },
	{ .name = "conflicts", .chapter = PHRASE_CHAPTER_DECIDE, .arguments = "",
	  .help = PHRASE_VERB_CONFLICTS, .run = conflicts_run },
	{ .name = "resolve", .arguments = "KIND RECORD FIELD mine|theirs|VALUE", .help = PHRASE_VERB_RESOLVE, .least = 4,
	  .most = 4, .run = resolve_run, .options = { { "reason", "TEXT", PHRASE_OPTION_REASON_CHANGE, false } } },
	{ .name = "mail send", .arguments = "UNIT TEXT", .help = PHRASE_VERB_MAIL_SEND, .least = 2, .most = 2,
	  .run = mail_send_run },
	{ .name = "mail list", .arguments = "", .help = PHRASE_VERB_MAIL_LIST, .run = mail_list_run },
	{ .name = "transfer offer", .chapter = PHRASE_CHAPTER_TRANSFERS, .arguments = "[MEMBER…]",
	  .help = PHRASE_VERB_TRANSFER_OFFER, .most = -1,
	  .run = transfer_offer_run,
	  .options = { { "to", "UNIT", PHRASE_OPTION_TO, true },
	               { "reason", "TEXT", PHRASE_OPTION_TRANSFER_REASON, false },
	               { "file", "FILE", PHRASE_OPTION_TRANSFER_FILE, false },
	               { "all", NULL, PHRASE_OPTION_TRANSFER_ALL, false } } },
	{ .name = "transfer accept", .arguments = "[MEMBER…]", .help = PHRASE_VERB_TRANSFER_ACCEPT, .most = -1,
	  .run = transfer_accept_run, .options = TRANSFER_OPTIONS },
	{ .name = "transfer refuse", .arguments = "[MEMBER…]", .help = PHRASE_VERB_TRANSFER_REFUSE, .most = -1,
	  .run = transfer_refuse_run, .options = TRANSFER_OPTIONS },
	{ .name = "transfer withdraw", .arguments = "[MEMBER…]", .help = PHRASE_VERB_TRANSFER_WITHDRAW, .most = -1,
	  .run = transfer_withdraw_run, .options = TRANSFER_OPTIONS },
	{ .name = "transfer list", .arguments = "", .help = PHRASE_VERB_TRANSFER_LIST, .run = transfers_list_run,
	  .options = TRANSFERS_LIST_OPTIONS },
	{ .name = "transfer show", .arguments = "MEMBER", .help = PHRASE_VERB_TRANSFER_SHOW, .least = 1, .most = 1,
	  .run = transfers_show_run },
	{ .name = "verify", .chapter = PHRASE_CHAPTER_HEALTH, .arguments = "FILE",
	  .help = PHRASE_VERB_VERIFY, .least = 1, .most = 1, .run = verify_run,
	  .options = { { "root", "KEY", PHRASE_OPTION_ROOT, false } } },
	{ .name = "check", .arguments = "", .help = PHRASE_VERB_CHECK, .run = check_run,
	  .options = { { "rebuild", NULL, PHRASE_OPTION_REBUILD, false },
	               { "heal", NULL, PHRASE_OPTION_HEAL, false } } },
	{ .name = "doctor", .arguments = "", .help = PHRASE_VERB_DOCTOR, .run = doctor_run },
	{ .name = "completion", .arguments = "bash", .help = PHRASE_VERB_COMPLETION, .least = 1, .most = 1,
	  .run = verb_completion },
};

static const struct verb_program program = {
	.name = "tributary",
	.help = PHRASE_PROGRAM_DEVICE,
	.directory = "~/.local/share/tributary",
	.verbs = verbs,
	.verb_count = sizeof verbs / sizeof verbs[0],
};

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		return VERB_FAILED;
	return verb_main(&program, argc, argv);
}
