// The year of reviews: who does what is chance without chance, and what the engine makes of it is told.
#include "months.h"

#include "ledger/figure.h"
#include "ledger/report.h"
#include "support/support.h"

static const char remark_text[] = "应到人数与名册不符";

// ---- Chance without chance ----

static bool once_in(uint32_t n, const struct months_unit *unit, int32_t month, uint32_t what)
{
	uint32_t x = unit->index * 2654435761u ^ (uint32_t)month * 2246822519u ^ what * 3266489917u;
	x ^= x >> 15;
	x *= 2246822519u;
	x ^= x >> 13;
	return x % n == 0;
}

static void note(struct months *months, const struct months_unit *unit, int32_t month, const char *act, const char *tag)
{
	char text[PERIOD_TEXT_BYTES];
	date_format_month(month, text);
	fprintf(months->acts, "%s,%s,%s,%s\n", unit->code, text, act, tag);
}

// ---- What the branch does ----

static const char *const unpaid[] = { "paid", NULL }, *const always_there[] = { "arrived", "left", NULL };

static void close_month(struct months *months, struct months_unit *unit, int32_t month)
{
	struct cluster_pen writing;
	cluster_write(unit->branch, &writing);
	assert_ok(pen_period_close(&writing.pen, month));
	cluster_written(&writing);
	note(months, unit, month, "close", "");
}

static void submit_month(struct months *months, struct months_unit *unit, int32_t month, const char *reason)
{
	struct cluster_pen writing;
	char tag[32];
	uint32_t revision;
	cluster_write(unit->branch, &writing);
	assert_ok(pen_period_submit(&writing.pen, month, span_string(reason), &revision));
	cluster_written(&writing);
	snprintf(tag, sizeof tag, "%02d.%u", month % 12 + 1, revision);
	desk_export(unit->branch, months->data, unit->code, tag);
	note(months, unit, month, "submit", tag);
	months->submitted++;
}

// What changes a month that is not open says why; without a reason nothing but open months may be changed.
static void written(struct desk *desk, const char *reason)
{
	int32_t month;
	assert_ok(pen_period_guard(&desk->command.pen, span_string(reason), &month));
	desk_close(desk, STORE_WRITE);
}

// What the remark was on, in that month alone.
static void mend_month(struct months_unit *unit, int32_t month)
{
	struct desk desk;
	struct id record;
	desk_open(unit->branch, &desk, STORE_WRITE);
	if (desk_find(&desk, "meeting", "date", date_month_end(month - 1) + 1, date_month_end(month), NULL, &record))
		desk_set(&desk, "meeting", &record, "should_attend", "13");
	if (desk_find(&desk, "dues", "month", month, month, unpaid, &record))
		desk_set(&desk, "dues", &record, "due", "51.07");
	written(&desk, "");
}

static void reopen_and_mend(struct months *months, struct months_unit *unit, int32_t month)
{
	struct cluster_pen writing;
	cluster_write(unit->branch, &writing);
	assert_ok(pen_period_reopen(&writing.pen, month, span_string("")));
	cluster_written(&writing);
	note(months, unit, month, "reopen", "");
	mend_month(unit, month);
}

// Late truth, of one sort or another: it may touch other months, too, whose reason it is as well. False: nothing was there.
static bool correct(struct months *months, struct months_unit *unit, int32_t month)
{
	struct desk desk;
	struct id record;
	char date[DATE_TEXT_BYTES];
	int64_t first = date_month_end(month - 1) + 1, last = date_month_end(month);
	date_format((int32_t)first + 14, date);
	desk_open(unit->branch, &desk, STORE_WRITE);
	bool found;
	switch ((unit->index + (uint32_t)month) % 4) {
	case 0: // one who had left
		found = desk_find(&desk, "member", "birth", INT32_MIN, INT32_MAX, always_there, &record);
		if (found)
			desk_set(&desk, "member", &record, "left", date);
		break;
	case 1: // a day that was not held
		found = desk_find(&desk, "activity_day", "date", first, last, NULL, &record);
		if (found)
			desk_set(&desk, "activity_day", &record, NULL, NULL);
		break;
	case 2: // dues taken for the next month's: both change
		found = desk_find(&desk, "dues", "paid", first, last, NULL, &record);
		date_format((int32_t)last + 3, date);
		if (found) {
			desk_set(&desk, "dues", &record, "amount", "88.16");
			desk_set(&desk, "dues", &record, "paid", date);
		}
		break;
	default: // of another type, and more were to come
		found = desk_find(&desk, "meeting", "date", first, last, NULL, &record);
		if (found) {
			desk_set(&desk, "meeting", &record, "should_attend", "29");
			desk_set(&desk, "meeting", &record, "type", "lecture");
		}
	}
	written(&desk, "补录核实后的情况");
	months->corrected += found;
	return found;
}

// ---- What the township does ----

static void review(struct months *months, struct months_unit *unit, int32_t month, enum period_verdict verdict)
{
	struct cluster_pen writing;
	uint32_t revision;
	const struct pack_kind *meeting = pack_kind_by_name(cluster_pack(unit->township), "meeting");
	const struct period_remark remark = { .kind = meeting->number, .text = span_string(remark_text),
	                                      .field = pack_field_by_name(meeting, "should_attend")->number };
	struct period_review said = { .unit = unit->id, .month = month, .verdict = verdict,
	                              .remark_count = verdict == PERIOD_RETURN, .remarks = &remark };
	cluster_write(unit->township, &writing);
	assert_ok(pen_period_review(&writing.pen, &said, &revision));
	cluster_written(&writing);
	note(months, unit, month, verdict == PERIOD_APPROVE ? "approve" : "return", "");
	*(verdict == PERIOD_APPROVE ? &months->approved : &months->returned) += 1;
	assert_ok(cluster_sync(unit->branch));
}

struct look {
	struct txn txn;
	struct arena arena;
	struct period_standing standing;
};

static void look_begin(struct look *look, struct actor *actor, const struct id *unit, int32_t month)
{
	assert_ok(txn_begin(actor->store, STORE_READ, &look->txn));
	arena_init(&look->arena, LIMIT_DECODE_BYTES);
	assert_ok(period_state_load(&look->txn, unit, month, &look->arena, &look->standing));
}

static void look_end(struct look *look)
{
	arena_free(&look->arena);
	txn_abort(&look->txn);
}

static void remark_is_read(struct months_unit *unit, int32_t month)
{
	struct look look;
	look_begin(&look, unit->branch, &unit->id, month);
	assert_int_equal(look.standing.state, PERIOD_RETURNED);
	assert_true(span_equal(look.standing.verdicts[0].review.remarks[0].text, span_string(remark_text)));
	look_end(&look);
}

static bool approved(struct months_unit *unit, int32_t month)
{
	struct look look;
	look_begin(&look, unit->branch, &unit->id, month);
	bool is = look.standing.base;
	look_end(&look);
	return is;
}

// ---- The months ----

enum { SKIPS = 1, ONLY_CLOSES, NOT_LOOKED_AT, RETURNED, LEFT_LYING, CORRECTS, SAYS_IT_AGAIN };

static void live_month(struct months *months, struct months_unit *unit, int32_t month)
{
	if (once_in(17, unit, month, SKIPS))
		return;
	close_month(months, unit, month);
	if (once_in(19, unit, month, ONLY_CLOSES))
		return;
	submit_month(months, unit, month, "");
	assert_ok(cluster_sync(unit->branch));
	if (once_in(13, unit, month, NOT_LOOKED_AT))
		return;
	if (!once_in(6, unit, month, RETURNED)) {
		review(months, unit, month, PERIOD_APPROVE);
		return;
	}
	review(months, unit, month, PERIOD_RETURN);
	remark_is_read(unit, month);
	if (once_in(5, unit, month, LEFT_LYING))
		return;
	reopen_and_mend(months, unit, month);
	submit_month(months, unit, month, "已按意见核对");
	assert_ok(cluster_sync(unit->branch));
	review(months, unit, month, PERIOD_APPROVE);
}

struct months_unit *months_unit(struct months *months, struct actor *branch, struct actor *township, const char *code)
{
	assert_true(months->unit_count < MONTHS_UNITS);
	struct months_unit *unit = &months->unit[months->unit_count++];
	*unit = (struct months_unit){ .branch = branch, .township = township, .id = branch->self.unit,
	                              .index = (uint32_t)months->unit_count };
	snprintf(unit->code, sizeof unit->code, "%s", code);
	return unit;
}

void months_live(struct months *months, struct months_unit *unit)
{
	for (int32_t month = MONTHS_FIRST; month < MONTHS_FIRST + MONTHS_COUNT; month++) {
		live_month(months, unit, month);
		int32_t before = month - 2;
		if (before < MONTHS_FIRST || !once_in(5, unit, month, CORRECTS) || !approved(unit, before))
			continue;
		if (correct(months, unit, before) && once_in(2, unit, month, SAYS_IT_AGAIN))
			submit_month(months, unit, before, "");
	}
	assert_ok(cluster_sync(unit->branch));
}

// ---- Telling ----

void months_tell_states(struct months *months, const struct months_unit *unit, struct actor *seen_by, const char *level)
{
	for (int32_t month = MONTHS_FIRST; month < MONTHS_FIRST + MONTHS_COUNT; month++) {
		char text[PERIOD_TEXT_BYTES];
		struct look look;
		date_format_month(month, text);
		look_begin(&look, seen_by, &unit->id, month);
		fprintf(months->told, "%s %s state %s %s\n", unit->code, text, level, period_state_name(look.standing.state));
		look_end(&look);
	}
}

static void tell_row(struct months *months, struct look *look, const struct pack *pack, const struct cell_owner *owner,
                     const struct report_cell *cell, const char *head, int32_t month)
{
	struct figure figure;
	assert_ok(figure_restated(&look->txn, pack, owner, cell->of.metric, (struct period){ .first = month, .last = month },
	                          &look->arena, &figure));
	fprintf(months->told, "%s restated %lld", head, (long long)figure.value);
	if (cell->of.metric->aggregate == METRIC_RATIO)
		fprintf(months->told, "/%lld", (long long)figure.denominator);
	fputc('\n', months->told);
}

static void tell_restated_month(struct months *months, struct look *look, const struct pack *pack,
                                const struct cell_owner *owner, const char *code, int32_t month)
{
	const struct pack_report *monthly = pack_report_by_name(pack, "monthly");
	struct report report;
	char text[PERIOD_TEXT_BYTES], head[2 * MONTHS_CODE_BYTES];
	date_format_month(month, text);
	assert_ok(report_fill(&look->txn, pack, monthly, owner, NULL, (struct period){ .first = month, .last = month }, &look->arena,
	                      &report));
	for (size_t r = 0; r < monthly->row_count; r++) {
		const struct report_cell *cell = &report.cells[r * monthly->column_count];
		if (cell->of.dimension)
			continue; // only totals are restated
		snprintf(head, sizeof head, "%s %s %s", code, text, monthly->rows[r].name);
		tell_row(months, look, pack, owner, cell, head, month);
	}
}

void months_tell_restated(struct months *months, struct actor *actor, const char *code)
{
	struct cell_owner owner = cell_owner_own(&actor->self.unit);
	const struct pack *pack = cluster_pack(actor);
	for (int32_t month = MONTHS_FIRST; month < MONTHS_FIRST + MONTHS_COUNT; month++) {
		struct look look;
		look_begin(&look, actor, &actor->self.unit, month);
		if (actor->self.server)
			assert_ok(tally_sum_owner(&look.txn, &actor->self.unit, &owner));
		tell_restated_month(months, &look, pack, &owner, code, month);
		look_end(&look);
	}
}

static bool is_below(const struct months_unit *unit, const struct actor *server)
{
	return unit->township == server || unit->township->parent == server;
}

static void tell_count(struct months *months, struct actor *server, const char *code, const char *level, int32_t month)
{
	int64_t submitted = 0, approved_count = 0, expected;
	char text[PERIOD_TEXT_BYTES];
	struct look look;
	for (size_t i = 0; i < months->unit_count; i++) {
		if (!is_below(&months->unit[i], server))
			continue;
		look_begin(&look, server, &months->unit[i].id, month);
		submitted += look.standing.last != NULL;
		approved_count += look.standing.base != NULL;
		look_end(&look);
	}
	look_begin(&look, server, &server->self.unit, month);
	assert_ok(charter_expected(&look.txn, cluster_pack(server), &server->self.unit,
	                           date_of_ms(server->cluster->now_ms, 0) + 1, &expected));
	look_end(&look);
	date_format_month(month, text);
	fprintf(months->told, "%s %s submitted %s %lld/%lld\n", code, text, level, (long long)submitted, (long long)expected);
	fprintf(months->told, "%s %s approved %s %lld/%lld\n", code, text, level, (long long)approved_count, (long long)expected);
}

void months_tell_counts(struct months *months, struct actor *server, const char *code, const char *level)
{
	for (size_t i = 0; i < months->unit_count; i++)
		if (is_below(&months->unit[i], server))
			months_tell_states(months, &months->unit[i], server, level);
	for (int32_t month = MONTHS_FIRST; month < MONTHS_FIRST + MONTHS_COUNT; month++)
		tell_count(months, server, code, level, month);
}

void months_print(const struct months *months)
{
	printf("months submitted %u times, returned %u, approved %u; %u corrected afterwards\n", months->submitted, months->returned,
	       months->approved, months->corrected);
}
