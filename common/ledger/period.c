// Payloads of steps and verdicts: strict about form, so that whatever reads them later need not be.
#include "ledger/period.h"

#include <stdlib.h>

#include "base/pb.h"
#include "store.pb-c.h"

static bool text_fits(const char *text)
{
	return strlen(text) <= PERIOD_TEXT_BYTES_MAX;
}

// ---- Steps ----

static int compare_frontier(const void *left, const void *right)
{
	const struct tally_frontier *a = left, *b = right;
	return memcmp(a->log.bytes, b->log.bytes, sizeof a->log.bytes);
}

// A set: sorted, and no log twice.
static enum err decode_frontier(const Tributary__Submission *message, struct arena *arena, struct period_step *step)
{
	struct tally_frontier *items = arena_array(arena, message->n_frontier, sizeof *items);
	if (!items)
		return ERR_BUDGET;
	for (size_t i = 0; i < message->n_frontier; i++) {
		const Tributary__Frontier *item = message->frontier[i];
		items[i].size = item->size;
		if (hash_read(pb_span(item->log), &items[i].log) || hash_read(pb_span(item->root), &items[i].root))
			return ERR_MALFORMED;
	}
	if (message->n_frontier > 1)
		qsort(items, message->n_frontier, sizeof *items, compare_frontier);
	for (size_t i = 1; i < message->n_frontier; i++)
		if (compare_frontier(&items[i - 1], &items[i]) == 0)
			return ERR_MALFORMED;
	step->frontier = items;
	step->frontier_count = message->n_frontier;
	return ERR_OK;
}

static enum err decode_cells(const Tributary__Submission *message, struct arena *arena, struct period_step *step)
{
	struct cell *cells = NULL;
	if (message->cells.len == 0)
		return ERR_OK;
	enum err err = cell_unpack(pb_span(message->cells), arena, &cells, &step->cell_count);
	for (size_t i = 0; i < step->cell_count && !err; i++)
		if (cells[i].key.month != step->month)
			err = ERR_MALFORMED;
	step->cells = cells;
	return err;
}

// What only a submission may have, and each one has.
static bool shaped(const Tributary__Submission *message)
{
	bool submits = message->act == PERIOD_SUBMIT;
	if (message->act == 0 || message->act >= PERIOD_ACT_END || !cell_month_valid(message->month))
		return false;
	if (message->step == 0 || message->step > PERIOD_STEPS_MAX || message->revision > PERIOD_STEPS_MAX)
		return false;
	if (!text_fits(message->reason) || (message->act == PERIOD_EXPLAIN && !message->reason[0]))
		return false;
	return submits ? message->revision > 0
	               : message->revision == 0 && message->n_frontier == 0 && message->cells.len == 0;
}

enum err period_step_decode(struct span payload, struct arena *arena, struct period_step *step)
{
	*step = (struct period_step){ .step = 0 };
	ProtobufCMessage *generic;
	enum err err = pb_unpack(&tributary__submission__descriptor, payload, arena, &generic);
	if (err)
		return err == ERR_BUDGET ? err : ERR_MALFORMED;
	const Tributary__Submission *message = (const Tributary__Submission *)generic;
	if (!shaped(message))
		return ERR_MALFORMED;
	step->act = (enum period_act)message->act;
	step->month = message->month;
	step->step = message->step;
	step->revision = message->revision;
	step->reason = span_string(message->reason);
	step->pack_version = message->pack_version;
	err = decode_frontier(message, arena, step);
	return err ? err : decode_cells(message, arena, step);
}

// protobuf-c's strings end with a NUL; a span need not.
static char *string_of(struct span text)
{
	char *copy = malloc(text.size + 1);
	if (copy && text.size)
		memcpy(copy, text.data, text.size);
	if (copy)
		copy[text.size] = '\0';
	return copy;
}

static void pack_step(const struct period_step *step, struct buf *cells, Tributary__Frontier *items,
                      Tributary__Frontier **list, char *reason, struct buf *payload)
{
	for (size_t i = 0; i < step->frontier_count; i++) {
		list[i] = &items[i];
		tributary__frontier__init(&items[i]);
		items[i].log = pb_bytes(hash_span(&step->frontier[i].log));
		items[i].size = step->frontier[i].size;
		items[i].root = pb_bytes(hash_span(&step->frontier[i].root));
	}
	Tributary__Submission message = TRIBUTARY__SUBMISSION__INIT;
	message.act = step->act;
	message.month = step->month;
	message.step = step->step;
	message.revision = step->revision;
	message.reason = reason;
	message.pack_version = step->pack_version;
	message.n_frontier = step->frontier_count;
	message.frontier = list;
	message.cells = pb_bytes(buf_span(cells));
	pb_pack(&message.base, payload);
}

void period_step_encode(const struct period_step *step, struct buf *payload)
{
	struct buf cells = BUF_EMPTY;
	if (step->act == PERIOD_SUBMIT)
		cell_pack(step->cells, step->cell_count, &cells);
	Tributary__Frontier *items = calloc(step->frontier_count + 1, sizeof *items);
	Tributary__Frontier **list = calloc(step->frontier_count + 1, sizeof *list);
	char *reason = string_of(step->reason);
	if (items && list && reason && !cells.err)
		pack_step(step, &cells, items, list, reason, payload);
	else if (!payload->err)
		payload->err = ERR_NOMEM;
	free(reason);
	free(list);
	free(items);
	buf_free(&cells);
}

// ---- Verdicts ----

static bool remark_fits(const Tributary__Remark *remark)
{
	bool metric = remark->metric > 0 && remark->metric <= UINT16_MAX && remark->kind == 0 && remark->field == 0;
	bool field = remark->metric == 0 && remark->kind > 0 && remark->kind <= UINT16_MAX && remark->field <= UINT8_MAX;
	return (metric || field) && remark->text[0] && text_fits(remark->text);
}

static enum err decode_remarks(const Tributary__Review *message, struct arena *arena, struct period_review *review)
{
	struct period_remark *remarks = arena_array(arena, message->n_remarks, sizeof *remarks);
	if (!remarks)
		return ERR_BUDGET;
	for (size_t i = 0; i < message->n_remarks; i++) {
		const Tributary__Remark *remark = message->remarks[i];
		if (!remark_fits(remark))
			return ERR_MALFORMED;
		remarks[i] = (struct period_remark){ .metric = (uint16_t)remark->metric, .kind = (uint16_t)remark->kind,
		                                     .field = (uint8_t)remark->field, .text = span_string(remark->text) };
	}
	review->remarks = remarks;
	review->remark_count = message->n_remarks;
	return ERR_OK;
}

static enum err decode_replaces(const Tributary__Review *message, struct arena *arena, struct period_review *review)
{
	struct period_place *places = arena_array(arena, message->n_replaces, sizeof *places);
	if (!places)
		return ERR_BUDGET;
	for (size_t i = 0; i < message->n_replaces; i++) {
		places[i].seq = message->replaces[i]->seq;
		if (hash_read(pb_span(message->replaces[i]->log), &places[i].log))
			return ERR_MALFORMED;
	}
	review->replaces = places;
	review->replaces_count = message->n_replaces;
	return ERR_OK;
}

enum err period_review_decode(struct span payload, struct arena *arena, struct period_review *review)
{
	*review = (struct period_review){ .month = 0 };
	ProtobufCMessage *generic;
	enum err err = pb_unpack(&tributary__review__descriptor, payload, arena, &generic);
	if (err)
		return err == ERR_BUDGET ? err : ERR_MALFORMED;
	const Tributary__Review *message = (const Tributary__Review *)generic;
	if (id_read(pb_span(message->unit), &review->unit) || hash_read(pb_span(message->log), &review->submission.log) ||
	    !cell_month_valid(message->month) || message->verdict == PERIOD_NO_VERDICT || message->verdict >= PERIOD_VERDICT_END ||
	    !text_fits(message->text) || message->n_remarks > PERIOD_REMARKS_MAX || message->n_replaces > PERIOD_REPLACES_MAX)
		return ERR_MALFORMED;
	review->month = message->month;
	review->submission.seq = message->seq;
	review->verdict = (enum period_verdict)message->verdict;
	review->text = span_string(message->text);
	err = decode_remarks(message, arena, review);
	return err ? err : decode_replaces(message, arena, review);
}

// What a review's message points at while it is encoded.
struct parts {
	Tributary__Remark remarks[PERIOD_REMARKS_MAX];
	Tributary__Remark *remark_list[PERIOD_REMARKS_MAX];
	Tributary__Place places[PERIOD_REPLACES_MAX];
	Tributary__Place *place_list[PERIOD_REPLACES_MAX];
	char *text;
	size_t remark_count;
	bool failed;
};

static void fill_parts(const struct period_review *review, struct parts *parts)
{
	parts->text = string_of(review->text);
	parts->failed = !parts->text;
	for (size_t i = 0; i < review->remark_count; i++, parts->remark_count++) {
		Tributary__Remark *remark = parts->remark_list[i] = &parts->remarks[i];
		tributary__remark__init(remark);
		remark->metric = review->remarks[i].metric;
		remark->kind = review->remarks[i].kind;
		remark->field = review->remarks[i].field;
		remark->text = string_of(review->remarks[i].text);
		parts->failed = parts->failed || !remark->text;
	}
	for (size_t i = 0; i < review->replaces_count; i++) {
		Tributary__Place *place = parts->place_list[i] = &parts->places[i];
		tributary__place__init(place);
		place->log = pb_bytes(hash_span(&review->replaces[i].log));
		place->seq = review->replaces[i].seq;
	}
}

static void free_parts(struct parts *parts)
{
	for (size_t i = 0; i < parts->remark_count; i++)
		free(parts->remarks[i].text);
	free(parts->text);
	free(parts);
}

void period_review_encode(const struct period_review *review, struct buf *payload)
{
	bool fits = review->remark_count <= PERIOD_REMARKS_MAX && review->replaces_count <= PERIOD_REPLACES_MAX;
	struct parts *parts = fits ? calloc(1, sizeof *parts) : NULL;
	if (parts)
		fill_parts(review, parts);
	if (!parts || parts->failed) {
		if (!payload->err)
			payload->err = fits ? ERR_NOMEM : ERR_TOO_LARGE;
	} else {
		Tributary__Review message = TRIBUTARY__REVIEW__INIT;
		message.unit = pb_bytes(id_span(&review->unit));
		message.month = review->month;
		message.log = pb_bytes(hash_span(&review->submission.log));
		message.seq = review->submission.seq;
		message.verdict = review->verdict;
		message.text = parts->text;
		message.n_remarks = review->remark_count;
		message.remarks = parts->remark_list;
		message.n_replaces = review->replaces_count;
		message.replaces = parts->place_list;
		pb_pack(&message.base, payload);
	}
	if (parts)
		free_parts(parts);
}
