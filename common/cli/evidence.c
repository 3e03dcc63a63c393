#include "cli/evidence.h"

#include "sync/piece.h"

static const struct {
	const char *name;
	enum phrase phrase;
} states[] = {
	[EVIDENCE_MISSING] = { "missing", PHRASE_EVIDENCE_MISSING },
	[EVIDENCE_AWAY] = { "away", PHRASE_EVIDENCE_AWAY },
	[EVIDENCE_HERE] = { "here", PHRASE_EVIDENCE_HERE },
	[EVIDENCE_ARCHIVE] = { "archive", PHRASE_EVIDENCE_ARCHIVE },
};

static bool asked(const struct pack_field *field)
{
	return field->evidence && !field->retired;
}

bool evidence_asked(const struct pack_kind *kind)
{
	for (size_t i = 0; i < kind->field_count; i++)
		if (asked(&kind->fields[i]))
			return true;
	return false;
}

// A server is the archive of what is whole on it; of what a unit has, the server's receipt tells.
static void count_file(struct command *command, const struct record *record, const struct record_write *write, struct evidence *evidence)
{
	struct hash hash;
	struct piece_file file;
	if (write->value.form != VALUE_IS_REFERENCE || hash_read(write->value.bytes, &hash))
		return;
	evidence->files++;
	if (piece_look(&command->txn, &record->key.unit, &hash, &file))
		return;
	evidence->here += file.whole;
	evidence->archive += command->home.self.server ? file.whole : file.count > 0 && file.received == file.count;
}

bool evidence_next(struct command *command, const struct pack_kind *kind, const struct record *record, size_t *at, struct evidence *evidence)
{
	while (*at < kind->field_count && !asked(kind->order[*at]))
		++*at;
	if (*at == kind->field_count)
		return false;
	*evidence = (struct evidence){ .field = kind->order[(*at)++] };
	for (size_t i = 0; i < record->write_count; i++) {
		const struct record_write *write = &record->writes[i];
		bool first = i == 0 || write[-1].field != write->field || !span_equal(write[-1].element, write->element);
		if (write->field == evidence->field->number && first) // of several at one place the first, as elsewhere
			count_file(command, record, write, evidence);
	}
	evidence->state = evidence->files == 0                    ? EVIDENCE_MISSING
	                  : evidence->archive == evidence->files ? EVIDENCE_ARCHIVE
	                  : evidence->here == evidence->files    ? EVIDENCE_HERE
	                                                         : EVIDENCE_AWAY;
	return true;
}

json_t *evidence_json(struct command *command, const struct pack_kind *kind, const struct record *record)
{
	struct evidence evidence;
	json_t *list = evidence_asked(kind) ? json_array() : NULL;
	for (size_t at = 0; list && evidence_next(command, kind, record, &at, &evidence);)
		json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:I,s:I,s:I}", "field", evidence.field->name, "title",
		                                      lookup_title(&evidence.field->title, evidence.field->name), "state", states[evidence.state].name,
		                                      "files", (json_int_t)evidence.files, "here", (json_int_t)evidence.here, "archive",
		                                      (json_int_t)evidence.archive));
	return list;
}

const char *evidence_text(const struct evidence *evidence)
{
	return phrase_text(states[evidence->state].phrase);
}

const char *evidence_line(struct command *command, struct arena *arena, const struct pack_kind *kind, const struct record *record)
{
	struct evidence evidence;
	struct buf missing = BUF_EMPTY, line = BUF_EMPTY;
	char all[16], archive[16];
	unsigned kinds = 0, archived = 0;
	for (size_t at = 0; evidence_next(command, kind, record, &at, &evidence); kinds++) {
		archived += evidence.state == EVIDENCE_ARCHIVE;
		if (evidence.state != EVIDENCE_MISSING)
			continue;
		buf_string(&missing, missing.size ? phrase_text(PHRASE_EVIDENCE_AND) : "");
		buf_string(&missing, lookup_title(&evidence.field->title, evidence.field->name));
	}
	bool lacks = missing.size > 0;
	buf_u8(&missing, '\0');
	snprintf(all, sizeof all, "%u", kinds);
	snprintf(archive, sizeof archive, "%u", archived);
	if (!missing.err && lacks)
		phrase_format(&line, PHRASE_EVIDENCE_LACKS, PHRASE_WITH((const char *)missing.data));
	else
		phrase_format(&line, PHRASE_EVIDENCE_ALL, PHRASE_WITH(archive, all));
	const char *text = line.err ? NULL : arena_string(arena, buf_span(&line));
	buf_free(&missing);
	buf_free(&line);
	return text;
}
