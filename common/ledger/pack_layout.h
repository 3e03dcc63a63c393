// Layouts: how the organisation wants its tables to look as workbooks and on paper. A layout is for the reports
// that it names; the first one that names none is for every other table.
#ifndef TRIBUTARY_LEDGER_PACK_LAYOUT_H
#define TRIBUTARY_LEDGER_PACK_LAYOUT_H

#include "ledger/pack_form.h"

#define PACK_LAYOUTS_MAX       32
#define PACK_LAYOUT_LINES_MAX  16 // above, and below, the table
#define PACK_LAYOUT_GROUPS_MAX 64
#define PACK_LAYOUT_SIZE_MIN   6  // points
#define PACK_LAYOUT_SIZE_MAX   36
#define PACK_LAYOUT_SIZE       11 // unless it says another

enum pack_align { PACK_ALIGN_LEFT = 1, PACK_ALIGN_CENTER, PACK_ALIGN_RIGHT, PACK_ALIGN_END };

// What {name} in a line stands for.
//        name        what
#define PACK_LAYOUT_PLACES(X)                                        \
	X(TITLE,     "title",     "of the table")                    \
	X(UNIT,      "unit",      "name of the unit")                \
	X(PATH,      "path",      "its way from the top")            \
	X(PERIOD,    "period",    "as it is asked for")              \
	X(REPORTING, "reporting", "how many units report")           \
	X(EXPECTED,  "expected",  "of how many")                     \
	X(REVISION,  "revision",  "of the figures")                  \
	X(DATE,      "date",      "on which the workbook was made")

enum pack_layout_place {
#define PACK_LAYOUT_PLACE_ENUM(symbol, name, what) PACK_LAYOUT_##symbol,
	PACK_LAYOUT_PLACES(PACK_LAYOUT_PLACE_ENUM)
#undef PACK_LAYOUT_PLACE_ENUM
	PACK_LAYOUT_PLACE_COUNT
};

struct pack_layout_line {
	struct title text;
	uint8_t size;         // points
	bool bold;
	enum pack_align align;
};

struct pack_layout_group {
	struct title title;
	const char *from, *to; // columns of the reports that the layout is for
};

struct pack_layout {
	const char *name;
	struct title title;
	uint8_t paper;        // 3 or 4: A3, A4
	bool landscape;
	const char *font;     // empty: whatever is there
	uint8_t size;
	size_t head_count, foot_count, group_count, report_count;
	const struct pack_layout_line *head, *foot;
	const struct pack_layout_group *groups;
	const struct pack_report *const *reports;
};

// NULL report: of a table that is none. NULL: the pack has no layout for it.
const struct pack_layout *pack_layout_for(const struct pack *pack, const struct pack_report *report);

// The place that `text` begins with, as "{unit}…", and how many bytes it takes; PACK_LAYOUT_PLACE_COUNT: it begins with none.
enum pack_layout_place pack_layout_place(const char *text, size_t *size);

#endif
