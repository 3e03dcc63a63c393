// The shape of layouts of workbooks in a pack's YAML.
#ifndef TRIBUTARY_IO_PACK_SCHEMA_LAYOUT_H
#define TRIBUTARY_IO_PACK_SCHEMA_LAYOUT_H

#include "io/pack_schema.h"

// A line above or below a table; a heading over several columns; both of a layout.
struct pack_schema_layout_text {
	struct pack_schema_title text;
	char *align;
	uint32_t size;
	bool bold;
};

struct pack_schema_layout_group {
	struct pack_schema_title title;
	char *from, *to;
};

struct pack_schema_layout {
	char *name, *paper, *font;
	struct pack_schema_title title;
	uint32_t size;
	bool landscape;
	struct pack_schema_layout_text *head, *foot;
	unsigned head_count, foot_count;
	char **reports;
	struct pack_schema_layout_group *groups;
	unsigned reports_count, groups_count;
};

#endif
