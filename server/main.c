// tributaryd: one unit's server, the same program at every level. The table below is its whole command line.
#include <sodium.h>

#include "cli/assess.h"
#include "cli/figures.h"
#include "cli/pack_try.h"
#include "cli/report.h"
#include "cli/score.h"
#include "server/commands.h"

#define REVIEW_OPTIONS { { "unit", "UNIT", PHRASE_OPTION_REVIEW_UNIT, true }, \
	                     { "remark", "FIELD=TEXT", PHRASE_OPTION_REMARK, false }, \
	                     { "text", "TEXT", PHRASE_OPTION_REVIEW_TEXT, false } }

static const struct verb verbs[] = {
	{ .name = "init", .arguments = "", .help = PHRASE_VERB_INIT, .run = init_run,
	  .options = { { "top", NULL, PHRASE_OPTION_TOP, false },
	               { "name", "NAME", PHRASE_OPTION_NAME, false },
	               { "kind", "KIND", PHRASE_OPTION_KIND, false },
	               { "pack", "FILE.yaml", PHRASE_OPTION_PACK, false },
	               { "root-passphrase-file", "FILE", PHRASE_OPTION_PASSPHRASE, false },
	               { "join", "CODE", PHRASE_OPTION_JOIN, false },
	               { "label", "NAME", PHRASE_OPTION_LABEL, false } } },
	{ .name = "run", .arguments = "", .help = PHRASE_VERB_RUN, .run = run_run,
	  .options = { { "sync", "ADDRESS", PHRASE_OPTION_SYNC, false },
	               { "porch", "ADDRESS", PHRASE_OPTION_PORCH, false },
	               { "public-sync", "ADDRESS", PHRASE_OPTION_PUBLIC_SYNC, false },
	               { "public-porch", "ADDRESS", PHRASE_OPTION_PUBLIC_PORCH, false },
	               { "verbose", NULL, PHRASE_OPTION_VERBOSE, false } } },
	{ .name = "unit add", .arguments = "", .help = PHRASE_VERB_UNIT_ADD, .run = unit_add_run,
	  .options = { { "parent", "UNIT", PHRASE_OPTION_PARENT, false },
	               { "kind", "KIND", PHRASE_OPTION_KIND, true },
	               { "name", "NAME", PHRASE_OPTION_NAME, true },
	               { "code", "CODE", PHRASE_OPTION_CODE, false },
	               { "since", "DATE", PHRASE_OPTION_SINCE, false } } },
	{ .name = "unit import", .arguments = "FILE.csv…", .help = PHRASE_VERB_UNIT_IMPORT, .least = 1, .most = -1,
	  .run = unit_import_run,
	  .options = { { "parent", "UNIT", PHRASE_OPTION_IMPORT_PARENT, false },
	               { "kind", "KIND", PHRASE_OPTION_IMPORT_KIND, false },
	               { "since", "DATE", PHRASE_OPTION_SINCE, false },
	               { "dry-run", NULL, PHRASE_OPTION_DRY_RUN, false },
	               { "skip-bad", NULL, PHRASE_OPTION_SKIP_BAD, false } } },
	{ .name = "unit list", .arguments = "", .help = PHRASE_VERB_UNIT_LIST, .run = unit_list_run,
	  .options = { { "parent", "UNIT", PHRASE_OPTION_BELOW, false } } },
	{ .name = "unit show", .arguments = "UNIT", .help = PHRASE_VERB_UNIT_SHOW, .least = 1, .most = 1, .run = unit_show_run },
	{ .name = "invite", .arguments = "", .help = PHRASE_VERB_INVITE, .run = invite_run,
	  .options = { { "unit", "UNIT", PHRASE_OPTION_INVITE_UNIT, true },
	               { "server", NULL, PHRASE_OPTION_SERVER, false },
	               { "days", "N", PHRASE_OPTION_DAYS, false },
	               { "label", "NAME", PHRASE_OPTION_LABEL, false } } },
	{ .name = "device list", .arguments = "", .help = PHRASE_VERB_DEVICE_LIST, .run = device_list_run,
	  .options = { { "unit", "UNIT", PHRASE_OPTION_UNIT, false } } },
	{ .name = "device revoke", .arguments = "DEVICE", .help = PHRASE_VERB_DEVICE_REVOKE, .least = 1, .most = 1,
	  .run = device_revoke_run,
	  .options = { { "cutoff", "now|none", PHRASE_OPTION_CUTOFF, false },
	               { "reason", "TEXT", PHRASE_OPTION_REASON, true } } },
	{ .name = "pack check", .arguments = "FILE.yaml", .help = PHRASE_VERB_PACK_CHECK, .least = 1, .most = 1,
	  .run = pack_check_run },
	{ .name = "pack diff", .arguments = "[FILE.yaml] FILE.yaml", .help = PHRASE_VERB_PACK_DIFF, .least = 1, .most = 2,
	  .run = pack_diff_run },
	{ .name = "pack try", .arguments = "FILE.yaml", .help = PHRASE_VERB_PACK_TRY, .least = 1, .most = 1, .run = pack_try_run,
	  .options = { { "period", "PERIOD", PHRASE_OPTION_PERIOD, false } } },
	{ .name = "pack publish", .arguments = "FILE.yaml", .help = PHRASE_VERB_PACK_PUBLISH, .least = 1, .most = 1,
	  .run = pack_publish_run },
	{ .name = "put", .arguments = "KIND FIELD=VALUE…", .help = PHRASE_VERB_PUT, .least = 2, .most = -1, .run = put_run,
	  .options = { { "unit", "UNIT", PHRASE_OPTION_OWNER, false },
	               { "record", "RECORD", PHRASE_OPTION_RECORD, false } } },
	{ .name = "get", .arguments = "KIND RECORD", .help = PHRASE_VERB_GET, .least = 2, .most = 2, .run = get_run,
	  .options = { { "unit", "UNIT", PHRASE_OPTION_OWNER, false } } },
	{ .name = "list", .arguments = "KIND [FIELD=VALUE…]", .help = PHRASE_VERB_LIST, .least = 1, .most = -1, .run = list_run,
	  .options = { { "unit", "UNIT", PHRASE_OPTION_OWNER, false },
	               { "where", "FIELD=VALUE", PHRASE_OPTION_WHERE, false } } },
	{ .name = "move", .arguments = "KIND RECORD MOVE [FIELD=VALUE…]", .help = PHRASE_VERB_MOVE, .least = 3, .most = -1,
	  .run = move_run, .options = { { "unit", "UNIT", PHRASE_OPTION_OWNER, false } } },
	{ .name = "moves", .arguments = "KIND RECORD", .help = PHRASE_VERB_MOVES, .least = 2, .most = 2, .run = moves_run,
	  .options = { { "unit", "UNIT", PHRASE_OPTION_OWNER, false } } },
	{ .name = "mail send", .arguments = "UNIT TEXT", .help = PHRASE_VERB_MAIL_SEND, .least = 2, .most = 2,
	  .run = mail_send_run },
	{ .name = "mail list", .arguments = "", .help = PHRASE_VERB_MAIL_LIST, .run = mail_list_run },
	{ .name = "figures", .arguments = "", .help = PHRASE_VERB_FIGURES, .run = figures_run, .options = FIGURES_OPTIONS },
	{ .name = "report", .arguments = "[REPORT]", .help = PHRASE_VERB_REPORT, .most = 1, .run = report_run,
	  .options = { { "period", "PERIOD", PHRASE_OPTION_REPORT_PERIOD, false },
	               { "unit", "UNIT", PHRASE_OPTION_UNIT, false },
	               { "by-child", NULL, PHRASE_OPTION_BY_CHILD, false },
	               { "csv", NULL, PHRASE_OPTION_CSV, false },
	               { "out", "FILE.csv", PHRASE_OPTION_REPORT_OUT, false } } },
	{ .name = "review list", .arguments = "PERIOD", .help = PHRASE_VERB_REVIEW_LIST, .least = 1, .most = 1,
	  .run = review_list_run, .options = { { "unit", "UNIT", PHRASE_OPTION_UNIT, false } } },
	{ .name = "review show", .arguments = "PERIOD", .help = PHRASE_VERB_REVIEW_SHOW, .least = 1, .most = 1,
	  .run = review_show_run, .options = { { "unit", "UNIT", PHRASE_OPTION_REVIEW_UNIT, true } } },
	{ .name = "review approve", .arguments = "PERIOD", .help = PHRASE_VERB_REVIEW_APPROVE, .least = 1, .most = 1,
	  .run = review_approve_run, .options = REVIEW_OPTIONS },
	{ .name = "review return", .arguments = "PERIOD", .help = PHRASE_VERB_REVIEW_RETURN, .least = 1, .most = 1,
	  .run = review_return_run, .options = REVIEW_OPTIONS },
	{ .name = "score", .arguments = "[SCORECARD]", .help = PHRASE_VERB_SCORE, .most = 1, .run = score_run,
	  .options = SCORE_OPTIONS },
	{ .name = "assess", .arguments = "SCORECARD ITEM=POINTS…", .help = PHRASE_VERB_ASSESS, .least = 2, .most = -1,
	  .run = assess_run, .options = { { "unit", "UNIT", PHRASE_OPTION_ASSESS_UNIT, true },
	                                  { "period", "PERIOD", PHRASE_OPTION_SCORE_PERIOD, false } } },
	{ .name = "rank", .arguments = "SCORECARD", .help = PHRASE_VERB_RANK, .least = 1, .most = 1, .run = rank_run,
	  .options = { { "period", "PERIOD", PHRASE_OPTION_SCORE_PERIOD, true },
	               { "unit", "UNIT", PHRASE_OPTION_RANK_UNIT, false } } },
	{ .name = "proof", .arguments = "", .help = PHRASE_VERB_PROOF, .run = proof_run,
	  .options = { { "metric", "METRIC", PHRASE_OPTION_PROOF_METRIC, true },
	               { "period", "PERIOD", PHRASE_OPTION_PROOF_PERIOD, true },
	               { "out", "FILE", PHRASE_OPTION_PROOF_OUT, true },
	               { "unit", "UNIT", PHRASE_OPTION_UNIT, false },
	               { "by", "DIMENSION", PHRASE_OPTION_CUT, false },
	               { "bucket", "PART", PHRASE_OPTION_BUCKET, false } } },
	{ .name = "status", .arguments = "", .help = PHRASE_VERB_STATUS_SERVER, .run = status_run },
	{ .name = "check", .arguments = "", .help = PHRASE_VERB_CHECK, .run = check_run,
	  .options = { { "rebuild", NULL, PHRASE_OPTION_REBUILD, false } } },
	{ .name = "completion", .arguments = "bash", .help = PHRASE_VERB_COMPLETION, .least = 1, .most = 1,
	  .run = verb_completion },
};

static const struct verb_program program = {
	.name = "tributaryd",
	.help = PHRASE_PROGRAM_SERVER,
	.directory = "/var/lib/tributaryd",
	.verbs = verbs,
	.verb_count = sizeof verbs / sizeof verbs[0],
};

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		return VERB_FAILED;
	return verb_main(&program, argc, argv);
}
