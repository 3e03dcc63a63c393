#include "cli/settled.h"

#include "ledger/vote.h"
#include "sync/pen.h"

static size_t place_of(const struct record *record, uint8_t field)
{
	size_t at = 0;
	while (at < record->write_count && record->writes[at].field < field)
		at++;
	return at;
}

// The list with one value in the field; several that stood apart are one now.
static enum err put_result(struct record *record, uint8_t field, int64_t option, struct arena *arena)
{
	size_t at = place_of(record, field), behind = at;
	while (behind < record->write_count && record->writes[behind].field == field)
		behind++;
	struct record_write *writes = arena_array(arena, record->write_count + 1, sizeof *writes);
	if (!writes)
		return ERR_BUDGET;
	struct record_write result = { .field = field };
	if (behind > at)
		result = record->writes[at];
	result.value = (struct value){ .form = VALUE_IS_NUMBER, .number = option };
	if (at)
		memcpy(writes, record->writes, at * sizeof *writes);
	writes[at] = result;
	if (behind < record->write_count)
		memcpy(writes + at + 1, record->writes + behind, (record->write_count - behind) * sizeof *writes);
	record->write_count = at + 1 + record->write_count - behind;
	record->writes = writes;
	return ERR_OK;
}

enum err settled_record(struct command *command, const struct pack_kind *kind, struct record *record, struct arena *arena)
{
	struct vote_count count;
	if (!kind->vote || !kind->vote->result)
		return ERR_OK;
	enum err err = pen_vote(&command->txn, kind, record, arena, &count);
	if (err || count.result == VOTE_NONE)
		return err == ERR_NOT_FOUND ? ERR_OK : err;
	return put_result(record, kind->vote->result, vote_option(kind->vote, count.result), arena);
}
