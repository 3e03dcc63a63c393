// The layouts of a pack being decoded: what they name must be there.
#include "ledger/pack_layout.h"

#include "base/limits.h"
#include "ledger/pack_check.h"

static const char *const places[PACK_LAYOUT_PLACE_COUNT] = {
#define PACK_LAYOUT_PLACE_NAME(symbol, name, what) [PACK_LAYOUT_##symbol] = name,
	PACK_LAYOUT_PLACES(PACK_LAYOUT_PLACE_NAME)
#undef PACK_LAYOUT_PLACE_NAME
};

enum pack_layout_place pack_layout_place(const char *text, size_t *size)
{
	for (size_t i = 0; text[0] == '{' && i < PACK_LAYOUT_PLACE_COUNT; i++) {
		size_t length = strlen(places[i]);
		if (strncmp(text + 1, places[i], length) == 0 && text[length + 1] == '}') {
			*size = length + 2;
			return (enum pack_layout_place)i;
		}
	}
	return PACK_LAYOUT_PLACE_COUNT;
}

static bool is_for(const struct pack_layout *layout, const struct pack_report *report)
{
	for (size_t i = 0; i < layout->report_count; i++)
		if (layout->reports[i] == report)
			return true;
	return layout->report_count == 0;
}

const struct pack_layout *pack_layout_for(const struct pack *pack, const struct pack_report *report)
{
	const struct pack_layout *other = NULL;
	for (size_t i = 0; i < pack->layout_count; i++) {
		const struct pack_layout *layout = &pack->layouts[i];
		if (layout->report_count && is_for(layout, report))
			return layout;
		if (!other && layout->report_count == 0)
			other = layout;
	}
	return other;
}

// ---- Decoding ----

static void check_places(struct pack_check *check, const struct pack_place *place, const char *text)
{
	for (const char *at = strchr(text, '{'); at && !check->err; at = strchr(at + 1, '{')) {
		size_t size;
		if (pack_layout_place(at, &size) == PACK_LAYOUT_PLACE_COUNT)
			pack_check_refuse(check, ERR_MALFORMED, place, "text: \"%.20s\" names nothing that can be put there", at);
	}
}

static uint8_t size_of(struct pack_check *check, const struct pack_place *place, uint32_t size, uint8_t otherwise)
{
	if (size == 0)
		return otherwise;
	pack_check_range(check, place, "size", size, PACK_LAYOUT_SIZE_MIN, PACK_LAYOUT_SIZE_MAX);
	return (uint8_t)size;
}

static const struct pack_layout_line *decode_lines(struct pack_check *check, const struct pack_place *place, const char *what,
                                                   Tributary__PackLayoutText **from, size_t count, uint8_t otherwise)
{
	struct pack_layout_line *lines = pack_check_list(check, place, what, count, PACK_LAYOUT_LINES_MAX, sizeof *lines);
	for (size_t i = 0; !check->err && i < count; i++) {
		struct pack_place at = { .up = place, .list = what, .name = "", .index = i };
		check_places(check, &at, from[i]->text_zh);
		check_places(check, &at, from[i]->text_en);
		if (from[i]->align)
			pack_check_range(check, &at, "align", from[i]->align, PACK_ALIGN_LEFT, PACK_ALIGN_END - 1);
		lines[i] = (struct pack_layout_line){
			.text = pack_check_title(check, &at, from[i]->text_zh, from[i]->text_en, true),
			.size = size_of(check, &at, from[i]->size, otherwise), .bold = from[i]->bold,
			.align = from[i]->align ? (enum pack_align)from[i]->align : PACK_ALIGN_LEFT,
		};
	}
	return lines;
}

static const struct pack_report *const *decode_reports(struct pack_check *check, const struct pack_place *place,
                                                       const Tributary__PackLayout *from, const struct pack *pack)
{
	const struct pack_report **reports = pack_check_list(check, place, "reports", from->n_reports, PACK_REPORTS_MAX, sizeof *reports);
	for (size_t i = 0; !check->err && i < from->n_reports; i++) {
		for (size_t r = 0; r < pack->report_count; r++)
			if (strcmp(pack->reports[r].name, from->reports[i]) == 0)
				reports[i] = &pack->reports[r];
		if (!reports[i])
			pack_check_refuse(check, ERR_MALFORMED, place, "reports: the pack has no report \"%s\"", from->reports[i]);
	}
	return reports;
}

static size_t column_of(const struct pack_report *report, const char *name)
{
	size_t i = 0;
	while (i < report->column_count && strcmp(report->columns[i].name, name) != 0)
		i++;
	return i;
}

// In every report that the layout is for, one behind the other: headings do not overlap.
static void check_group(struct pack_check *check, const struct pack_place *place, const struct pack_layout *layout, size_t index)
{
	const struct pack_layout_group *group = &layout->groups[index];
	if (layout->report_count == 0)
		pack_check_refuse(check, ERR_MALFORMED, place, "only a layout that names its reports knows their columns");
	for (size_t r = 0; !check->err && r < layout->report_count; r++) {
		const struct pack_report *report = layout->reports[r];
		size_t from = column_of(report, group->from), to = column_of(report, group->to);
		if (from == report->column_count || to == report->column_count || to < from)
			pack_check_refuse(check, ERR_MALFORMED, place, "the report \"%s\" has no columns from \"%s\" to \"%s\"", report->name,
			                  group->from, group->to);
		else if (index && column_of(report, layout->groups[index - 1].to) >= from)
			pack_check_refuse(check, ERR_MALFORMED, place, "stands over columns that the group before it has");
	}
}

static const struct pack_layout_group *decode_groups(struct pack_check *check, const struct pack_place *place,
                                                     const Tributary__PackLayout *from)
{
	struct pack_layout_group *groups = pack_check_list(check, place, "groups", from->n_groups, PACK_LAYOUT_GROUPS_MAX, sizeof *groups);
	for (size_t i = 0; !check->err && i < from->n_groups; i++) {
		struct pack_place at = { .up = place, .list = "groups", .name = "", .index = i };
		const Tributary__PackLayoutGroup *group = from->groups[i];
		groups[i] = (struct pack_layout_group){
			.title = pack_check_title(check, &at, group->title_zh, group->title_en, true), .from = group->from, .to = group->to,
		};
	}
	return groups;
}

static void decode_layout(struct pack_check *check, const struct pack_place *place, const Tributary__PackLayout *from,
                          const struct pack *pack, struct pack_layout *to)
{
	pack_check_name(check, place, from->name);
	pack_check_range(check, place, "paper", from->paper, 3, 4);
	if (strlen(from->font) > LIMIT_NAME_BYTES)
		pack_check_refuse(check, ERR_RANGE, place, "font: at most %d bytes", LIMIT_NAME_BYTES);
	uint8_t size = size_of(check, place, from->size, PACK_LAYOUT_SIZE);
	*to = (struct pack_layout){
		.name = from->name, .title = pack_check_title(check, place, from->title_zh, from->title_en, true),
		.paper = (uint8_t)from->paper, .landscape = from->landscape, .font = from->font, .size = size,
		.head_count = from->n_head, .head = decode_lines(check, place, "head", from->head, from->n_head, size),
		.foot_count = from->n_foot, .foot = decode_lines(check, place, "foot", from->foot, from->n_foot, size),
		.report_count = from->n_reports, .reports = decode_reports(check, place, from, pack),
		.group_count = from->n_groups, .groups = decode_groups(check, place, from),
	};
	for (size_t i = 0; !check->err && i < to->group_count; i++) {
		struct pack_place at = { .up = place, .list = "groups", .name = "", .index = i };
		check_group(check, &at, to, i);
	}
}

void pack_check_layouts(struct pack_check *check, const Tributary__Pack *from, struct pack *to)
{
	size_t count = from->n_layouts;
	struct pack_layout *layouts = pack_check_list(check, NULL, "layouts", count, PACK_LAYOUTS_MAX, sizeof *layouts);
	struct pack_word *words = pack_check_list(check, NULL, "layouts", count, PACK_LAYOUTS_MAX, sizeof *words);
	for (size_t i = 0; !check->err && i < count; i++) {
		struct pack_place at = { .up = NULL, .list = "layouts", .name = from->layouts[i]->name, .index = i };
		decode_layout(check, &at, from->layouts[i], to, &layouts[i]);
		words[i] = (struct pack_word){ .text = layouts[i].name, .owner = i };
	}
	pack_check_words(check, NULL, words, count);
	to->layout_count = count;
	to->layouts = layouts;
}
