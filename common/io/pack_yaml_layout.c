// Layouts of workbooks, from YAML. Reports and columns stay names: the decoder finds them.
#include "io/pack_yaml_inside.h"
#include "io/pack_schema_layout.h"

#include "ledger/pack_layout.h"

typedef const struct pack_place *where;

enum { PAPER_OTHERWISE = 4 };

static const struct pack_names_word papers[] = { { "a3", 3 }, { "a4", 4 }, { NULL, 0 } };
static const struct pack_names_word aligns[] = {
	{ "left", PACK_ALIGN_LEFT }, { "center", PACK_ALIGN_CENTER }, { "right", PACK_ALIGN_RIGHT }, { NULL, 0 },
};

static Tributary__PackLayoutText **put_lines(struct pack_names *names, where place, const char *list,
                                             const struct pack_schema_layout_text *from, size_t count)
{
	Tributary__PackLayoutText **lines = pack_names_list(names, count, sizeof *lines);
	for (size_t i = 0; !names->check.err && i < count; i++) {
		struct pack_place at = { .up = place, .list = list, .name = "", .index = i };
		Tributary__PackLayoutText *to = lines[i] = pack_names_list(names, 1, sizeof *to);
		if (!to)
			return lines;
		*to = (Tributary__PackLayoutText)TRIBUTARY__PACK_LAYOUT_TEXT__INIT;
		to->text_zh = pack_names_text(from[i].text.zh);
		to->text_en = pack_names_text(from[i].text.en);
		to->size = from[i].size;
		to->bold = from[i].bold;
		to->align = pack_names_number(names, &at, "align", from[i].align, aligns);
	}
	return lines;
}

static Tributary__PackLayoutGroup **put_groups(struct pack_names *names, const struct pack_schema_layout_group *from, size_t count)
{
	Tributary__PackLayoutGroup **groups = pack_names_list(names, count, sizeof *groups);
	for (size_t i = 0; !names->check.err && i < count; i++) {
		Tributary__PackLayoutGroup *to = groups[i] = pack_names_list(names, 1, sizeof *to);
		if (!to)
			return groups;
		*to = (Tributary__PackLayoutGroup)TRIBUTARY__PACK_LAYOUT_GROUP__INIT;
		to->title_zh = pack_names_text(from[i].title.zh);
		to->title_en = pack_names_text(from[i].title.en);
		to->from = from[i].from;
		to->to = from[i].to;
	}
	return groups;
}

static Tributary__PackLayout *put_layout(struct pack_names *names, where place, const struct pack_schema_layout *from)
{
	Tributary__PackLayout *to = pack_names_list(names, 1, sizeof *to);
	if (!to)
		return NULL;
	*to = (Tributary__PackLayout)TRIBUTARY__PACK_LAYOUT__INIT;
	to->name = from->name;
	to->title_zh = pack_names_text(from->title.zh);
	to->title_en = pack_names_text(from->title.en);
	to->paper = from->paper ? pack_names_number(names, place, "paper", from->paper, papers) : PAPER_OTHERWISE;
	to->landscape = from->landscape;
	to->font = pack_names_text(from->font);
	to->size = from->size;
	to->n_head = from->head_count;
	to->head = put_lines(names, place, "head", from->head, from->head_count);
	to->n_foot = from->foot_count;
	to->foot = put_lines(names, place, "foot", from->foot, from->foot_count);
	to->n_reports = from->reports_count;
	to->reports = from->reports;
	to->n_groups = from->groups_count;
	to->groups = put_groups(names, from->groups, from->groups_count);
	return to;
}

void pack_yaml_layout_put(struct pack_names *names, Tributary__Pack *to)
{
	to->n_layouts = names->from->layouts_count;
	to->layouts = pack_names_list(names, to->n_layouts, sizeof *to->layouts);
	for (size_t i = 0; !names->check.err && i < to->n_layouts; i++) {
		struct pack_place at = { .up = NULL, .list = "layouts", .name = names->from->layouts[i].name, .index = i };
		to->layouts[i] = put_layout(names, &at, &names->from->layouts[i]);
	}
}
