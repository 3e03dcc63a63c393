// What must not go up does not. Every field of every kind of the party branch's pack that takes words, and every key of a
// keyed one, is filled with a word of its own; months are closed, submitted, returned, approved, circulars come down, figures go
// up; and every store is searched, all tables and raw bytes. The pack says which fields there are and which lane each has,
// so this holds for what is added to it later.
#include "support/stages.h"
#include "support/support.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "ledger/pattern.h"
#include "ledger/vote.h"
#include "ledger/workflow.h"

#define MARCH (2026 * 12 + 2)

enum { CANARY_BYTES = 40, CANARY_DIGITS = 24, CANARIES = 4096 };

struct canary {
	char word[CANARY_BYTES];
	enum lane lane;
	const char *kind, *field;
};

struct stage {
	struct stages_county tree;
	struct canary *canaries;
	size_t count;
	size_t of_lane[LANE_END];
};

static struct stage a_county(void)
{
	struct stage stage = { .tree = stages_county(), .canaries = calloc(CANARIES, sizeof *stage.canaries) };
	assert_non_null(stage.canaries);
	return stage;
}

static void end(struct stage *stage)
{
	free(stage->canaries);
	cluster_free(stage->tree.play);
}

// ---- Filling in ----

// The words of an owner in a field that comes down go where its registrar reads them.
static enum lane lane_of(const struct pack_field *field)
{
	return field->lane == LANE_DOWN ? LANE_DETAIL : field->lane;
}

static const char *new_canary(struct stage *stage, const struct pack_kind *kind, const struct pack_field *field)
{
	assert_true(stage->count < CANARIES);
	struct canary *canary = &stage->canaries[stage->count++];
	*canary = (struct canary){ .lane = lane_of(field), .kind = kind->name, .field = field->name };
	stage->of_lane[canary->lane]++;
	snprintf(canary->word, sizeof canary->word, "Zq%05u.%03u.", (unsigned)kind->number, (unsigned)field->number);
	// Where only some words fit, so many digits as do.
	for (size_t size = 6; field->pattern && !pattern_matches(field->pattern, span_string(canary->word)); size++) {
		if (size > CANARY_DIGITS)
			fail_msg("%s.%s: no word for this pattern is known here: %s", kind->name, field->name, field->pattern);
		snprintf(canary->word, sizeof canary->word, "%0*u", (int)size, 900000u + 1000u * kind->number + field->number);
	}
	return canary->word;
}

// Records are as the pack wants them: each refers to the one that is made of the other kind.
static struct id record_of(uint16_t kind)
{
	struct id id = { .bytes = { 0x7a, (uint8_t)(kind >> 8), (uint8_t)kind, 0x5c } };
	return id;
}

static struct value value_for(struct stage *stage, const struct pack_kind *kind, const struct pack_field *field, struct arena *arena)
{
	struct value value = { .form = value_type_form(field->type), .number = 1 };
	struct id id = field->refers ? record_of(field->refers) : stage->tree.one->self.unit;
	static const uint8_t bytes[LIMIT_HASH_BYTES] = { 0x77 };
	int32_t day;
	assert_ok(date_parse(span_string("2026-03-05"), &day));
	if (value.form == VALUE_IS_TEXT) {
		assert_ok(arena_copy(arena, span_string(new_canary(stage, kind, field)), &value.bytes));
	} else if (value.form == VALUE_IS_REFERENCE) {
		bool unit = value_reference_bytes(field->type) == LIMIT_ID_BYTES;
		assert_ok(arena_copy(arena, unit ? id_span(&id) : span_of(bytes, sizeof bytes), &value.bytes));
	} else if (field->type == VALUE_DATE || field->type == VALUE_MONTH) {
		value.number = field->type == VALUE_DATE ? day : MARCH;
	} else if (field->type == VALUE_OPTION) {
		value.number = field->options[0].code;
	}
	bool bounded = field->type != VALUE_OPTION && (field->minimum || field->maximum);
	if (value.form == VALUE_IS_NUMBER && bounded)
		value.number = value.number < field->minimum ? field->minimum : value.number > field->maximum ? field->maximum : value.number;
	return value;
}

// What the unit itself types in: no series, no result of a vote, no state and no day of a later move.
static bool typed_in(const struct pack_kind *kind, const struct pack_field *field)
{
	const struct workflow *workflow = kind->workflow;
	if (field->retired || field->series || !authority_allows(field->authority, RELATION_OWN))
		return false;
	if (kind->vote && field->number == kind->vote->result)
		return false;
	return !workflow || (field != workflow->state
	                     && (field->number == workflow->first_day || !workflow_is_day(workflow, field->number)));
}

static void fill_in(struct stage *stage, const struct pack_kind *kind)
{
	struct cluster_pen writing;
	struct arena arena;
	struct pen_write writes[LIMIT_FIELDS_PER_RECORD];
	struct id record = record_of(kind->number);
	size_t count = 0;
	bool changed;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct pack_field *field = &kind->fields[i];
		if (!typed_in(kind, field))
			continue;
		struct pen_write *write = &writes[count++];
		*write = (struct pen_write){ .field = field->number, .value = value_for(stage, kind, field, &arena) };
		if (field->keyed)
			assert_ok(arena_copy(&arena, span_string(new_canary(stage, kind, field)), &write->element));
	}
	cluster_write(stage->tree.one, &writing);
	enum err err = pen_set(&writing.pen, NULL, kind->number, &record, writes, count, &changed);
	if (err)
		fail_msg("%s: %s", kind->name, err_name(rehearsal_saw(err)));
	assert_true(changed || count == 0); // some kinds are for superiors alone to fill in
	cluster_written(&writing);
	arena_free(&arena);
}

static void fill_in_all(struct stage *stage)
{
	const struct pack *pack = cluster_pack(stage->tree.one);
	for (size_t i = 0; i < pack->kind_count; i++)
		if (!pack->kinds[i].retired && !pack->kinds[i].from_above)
			fill_in(stage, &pack->kinds[i]);
	assert_true(stage->of_lane[LANE_PRIVATE] > 10 && stage->of_lane[LANE_DETAIL] > 50); // it is about something
}

// ---- What a month brings ----

static void closes_and_submits(struct stage *stage, const char *reason)
{
	struct cluster_pen writing;
	uint32_t revision;
	cluster_write(stage->tree.one, &writing);
	if (*reason) // it came back
		assert_ok(pen_period_reopen(&writing.pen, MARCH, span_string("")));
	else
		assert_ok(pen_period_close(&writing.pen, MARCH));
	assert_ok(pen_period_submit(&writing.pen, MARCH, span_string(reason), &revision));
	cluster_written(&writing);
	cluster_everybody_syncs(stage->tree.play, 3);
}

static void is_reviewed(struct stage *stage, enum period_verdict verdict)
{
	struct cluster_pen writing;
	uint32_t revision;
	const struct period_remark remark = { .kind = 2, .field = 3, .text = span_string("缺签到") };
	struct period_review review = { .unit = stage->tree.one->self.unit, .month = MARCH, .verdict = verdict, .text = span_string("已看"),
	                                .remark_count = verdict == PERIOD_RETURN, .remarks = &remark };
	cluster_write(stage->tree.north, &writing);
	assert_ok(pen_period_review(&writing.pen, &review, &revision));
	cluster_written(&writing);
	cluster_everybody_syncs(stage->tree.play, 3);
}

// The township's circular: every field of the kind that has that role.
static void a_circular_comes_down(struct stage *stage)
{
	const struct pack_kind *kind = pack_kind_by_role(cluster_pack(stage->tree.north), PACK_ROLE_CIRCULAR);
	struct cluster_pen writing;
	struct pen_write write = { .field = kind->label, .value = { .form = VALUE_IS_TEXT, .bytes = span_string("一季度通报") } };
	bool changed;
	cluster_write(stage->tree.north, &writing);
	struct id record = pen_new_id(&writing.pen);
	assert_ok(pen_set(&writing.pen, NULL, kind->number, &record, &write, 1, &changed));
	cluster_written(&writing);
	cluster_everybody_syncs(stage->tree.play, 3);
}

// ---- Searching ----

static void everywhere_is_searched(struct stage *stage)
{
	struct { struct actor *who; bool reads[LANE_END]; } sight[] = {
		{ stage->tree.one,    { [LANE_PRIVATE] = true, [LANE_DETAIL] = true, [LANE_UP] = true } },
		{ stage->tree.north,  { [LANE_DETAIL] = true, [LANE_UP] = true } },
		{ stage->tree.county, { [LANE_UP] = true } },
		{ stage->tree.south,  { false } }, { stage->tree.two, { false } }, { stage->tree.three, { false } },
	};
	for (size_t s = 0; s < sizeof sight / sizeof sight[0]; s++)
		for (size_t i = 0; i < stage->count; i++) {
			const struct canary *canary = &stage->canaries[i];
			bool found = cluster_store_contains(sight[s].who, canary->word);
			if (found != sight[s].reads[canary->lane])
				fail_msg("%s.%s (lane %s) %s the store of %s", canary->kind, canary->field, lane_name(canary->lane),
				         found ? "is in" : "is missing in", sight[s].who->name);
		}
}

static void words_stay_in_their_lanes_whatever_a_month_brings(void **state)
{
	(void)state;
	struct stage stage = a_county();
	fill_in_all(&stage);
	cluster_everybody_syncs(stage.tree.play, 3);
	closes_and_submits(&stage, "");
	is_reviewed(&stage, PERIOD_RETURN);
	closes_and_submits(&stage, "补签到");
	is_reviewed(&stage, PERIOD_APPROVE);
	a_circular_comes_down(&stage);
	assert_true(cluster_figure(stage.tree.county, stage.tree.county, "meetings_held", "2026-03") > 0); // sums did go up
	assert_int_equal(cluster_count(stage.tree.north, STORE_QUARANTINE), 0);                       // and nothing was set aside
	everywhere_is_searched(&stage);
	struct actor *servers[] = { stage.tree.north, stage.tree.county, stage.tree.south };
	for (size_t i = 0; i < 3; i++)
		cluster_rebuild(servers[i]);
	everywhere_is_searched(&stage);
	end(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_stay_in_their_lanes_whatever_a_month_brings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
