#include "cli/aside.h"

#include "base/hlc.h"
#include "cli/entries.h"
#include "cli/origin.h"
#include "cli/refusal.h"
#include "ledger/workflow.h"

struct aside {
	struct command *command;
	struct arena arena;           // of one entry
	enum merge_reason reason;
	struct dot dot;
	const struct pack_kind *kind; // NULL: what it changes is not known here
	struct id unit, record;
	const char *label, *why;
	enum phrase todo;
};

// Of several changes in one entry, the one that the reason is about.
static bool is_meant(const struct aside *aside, const struct pack_kind *kind, const struct change *change)
{
	for (size_t i = 0; i < change->write_count; i++) {
		const struct pack_field *field = kind->by_number[change->writes[i].field];
		bool moves = kind->workflow && field && (field == kind->workflow->state || workflow_is_day(kind->workflow, field->number));
		if ((aside->reason == MERGE_STEP && moves) || (aside->reason == MERGE_SERIES && field && field->series))
			return true;
	}
	return aside->reason != MERGE_STEP && aside->reason != MERGE_SERIES;
}

static const struct change *find_change(struct aside *aside, const struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->changes[i];
		const struct pack_kind *kind = aside->command->pack ? pack_kind_by_number(aside->command->pack, change->kind) : NULL;
		if (!kind || !is_meant(aside, kind, change))
			continue;
		aside->kind = kind;
		aside->record = change->record;
		return change;
	}
	return NULL;
}

static const char *kept(struct aside *aside, enum phrase phrase, const char *const with[PHRASE_ARGUMENTS])
{
	struct buf text = BUF_EMPTY;
	phrase_format(&text, phrase, with);
	const char *sentence = text.err ? NULL : arena_string(&aside->command->arena, buf_span(&text));
	buf_free(&text);
	return sentence ? sentence : "";
}

static const char *number_sentence(struct aside *aside, const struct change *change)
{
	for (size_t i = 0; i < change->write_count; i++) {
		const struct pack_field *field = aside->kind->by_number[change->writes[i].field];
		const char *typed = arena_string(&aside->command->arena, change->writes[i].value.bytes);
		if (field && field->series && change->writes[i].value.form == VALUE_IS_TEXT && typed)
			return kept(aside, PHRASE_ASIDE_NUMBER, PHRASE_WITH(lookup_title(&field->title, field->name), typed));
	}
	return phrase_text(origin_reason_phrase(aside->reason));
}

static void explain(struct aside *aside, const struct change *change)
{
	struct command *command = aside->command;
	struct workflow_verdict verdict;
	aside->why = phrase_text(origin_reason_phrase(aside->reason));
	aside->todo = PHRASE_REMEDY_ASIDE;
	if (!change)
		return;
	if (aside->reason == MERGE_SERIES) {
		aside->why = number_sentence(aside, change);
		aside->todo = PHRASE_REMEDY_NUMBER_AGAIN;
	} else if (aside->reason == MERGE_STEP) {
		aside->todo = PHRASE_REMEDY_MOVES;
		if (view_explain(&command->txn, &command->home.self, &command->home.pack, aside->dot, &verdict) == ERR_OK)
			aside->why = refusal_step(&command->look, aside->kind, &verdict);
	}
}

static void name_record(struct aside *aside)
{
	struct command *command = aside->command;
	struct record_key key = { .unit = aside->unit, .kind = aside->kind->number, .record = aside->record };
	struct record record;
	aside->label = lookup_short(&command->look, &aside->record);
	if (record_load(&command->txn, &key, &aside->arena, &record) == ERR_OK && record.write_count)
		aside->label = lookup_record_label(&command->look, aside->kind, &record);
}

static json_t *tell(struct aside *aside, const struct journal_log *log, const struct entry *entry, FILE *to)
{
	char time[OUTPUT_TIME_BYTES], hex[ID_TEXT_BYTES] = "";
	const char *todo = phrase_text(aside->todo);
	output_format_time(hlc_ms(entry->time), time);
	if (aside->kind)
		id_format(&aside->record, hex);
	if (to && aside->kind)
		phrase_line(to, PHRASE_STATUS_ASIDE,
		            PHRASE_WITH(time, lookup_title(&aside->kind->title, aside->kind->name), aside->label, aside->why));
	else if (to)
		phrase_line(to, PHRASE_STATUS_REFUSED, PHRASE_WITH(time, aside->why));
	if (to)
		phrase_line(to, PHRASE_STATUS_TODO, PHRASE_WITH(todo));
	return json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "time", (json_int_t)hlc_ms(entry->time), "reason",
	                 merge_reason_name(aside->reason), "lane", lane_name(log->name.lane), "kind", aside->kind ? aside->kind->name : "",
	                 "record", hex, "label", aside->kind ? aside->label : "", "why", aside->why, "todo", todo);
}

static json_t *tell_one(struct aside *aside, const struct view_quarantined *item, FILE *to)
{
	struct command *command = aside->command;
	struct journal_log log;
	struct entry entry;
	struct changes changes;
	if (journal_find_number(&command->txn, item->log, &log) ||
	    !hash_equal(&log.name.device, &command->home.self.identity.sign_public) ||
	    journal_entry(&command->txn, &log, item->seq, &entry))
		return NULL;
	bool known = entries_changes(command, &log, &entry, &aside->arena, &changes);
	aside->reason = item->reason;
	aside->dot = (struct dot){ .log = log.number, .seq = entry.seq };
	aside->kind = NULL;
	const struct change *change = known ? find_change(aside, &changes) : NULL;
	aside->unit = known ? changes.unit : command->home.self.unit;
	if (aside->kind)
		name_record(aside);
	explain(aside, change);
	return tell(aside, &log, &entry, to);
}

json_t *aside_own(struct command *command, FILE *to)
{
	json_t *all = json_array();
	struct aside aside = { .command = command };
	arena_init(&aside.arena, LIMIT_DECODE_BYTES);
	struct scan scan = scan_begin(&command->txn, STORE_QUARANTINE, span_of(NULL, 0));
	while (scan_next(&scan)) {
		struct view_quarantined item;
		arena_reset(&aside.arena);
		json_t *row = view_quarantine_read(scan.key, scan.value, &item) ? NULL : tell_one(&aside, &item, to);
		if (row)
			json_array_append_new(all, row);
	}
	scan_end(&scan);
	arena_free(&aside.arena);
	return all;
}
