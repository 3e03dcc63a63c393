// From a table in JSON and a layout of the pack to what a workbook is made of.
#include "cli/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "io/file.h"
#include "io/machine.h"
#include "io/xlsx.h"

enum { WIDTH_LEAST = 8, WIDTH_MOST = 48, FILE_MOST = 64 * 1024 * 1024 };

struct making {
	struct command *command;
	const struct sheet_table *from;
	const struct pack_layout *layout; // NULL: the pack has none
	struct xlsx_table table;
	enum err err;
};

static void *fresh(struct making *making, size_t count, size_t size)
{
	void *room = arena_array(&making->command->arena, count ? count : 1, size);
	if (!room)
		making->err = ERR_BUDGET;
	return room;
}

// ---- Lines ----

static const char *filled(struct making *making, const char *text)
{
	struct buf out = BUF_EMPTY;
	while (*text) {
		size_t size = 1;
		enum pack_layout_place place = pack_layout_place(text, &size);
		const char *what = place == PACK_LAYOUT_PLACE_COUNT ? NULL : making->from->places[place];
		if (place == PACK_LAYOUT_PLACE_COUNT)
			buf_u8(&out, (uint8_t)*text);
		else
			buf_string(&out, what ? what : "");
		text += size;
	}
	const char *kept = out.err ? NULL : arena_string(&making->command->arena, buf_span(&out));
	buf_free(&out);
	if (!kept)
		making->err = ERR_BUDGET;
	return kept ? kept : "";
}

static const struct xlsx_line *lines_of(struct making *making, const struct pack_layout_line *from, size_t count)
{
	static const enum xlsx_align aligns[PACK_ALIGN_END] = {
		[PACK_ALIGN_LEFT] = XLSX_LEFT, [PACK_ALIGN_CENTER] = XLSX_CENTER, [PACK_ALIGN_RIGHT] = XLSX_RIGHT };
	struct xlsx_line *lines = fresh(making, count, sizeof *lines);
	for (size_t i = 0; lines && i < count; i++)
		lines[i] = (struct xlsx_line){ .text = filled(making, lookup_title(&from[i].text, "")), .size = from[i].size,
		                               .bold = from[i].bold, .align = aligns[from[i].align] };
	return lines;
}

static size_t place_of(const struct pack_report *report, const char *name)
{
	size_t i = 0;
	while (i < report->column_count && strcmp(report->columns[i].name, name) != 0)
		i++;
	return i;
}

static void put_layout(struct making *making)
{
	const struct pack_layout *layout = making->layout;
	const struct pack_report *report = making->from->report;
	struct xlsx_table *table = &making->table;
	*table = (struct xlsx_table){ .paper = 4, .size = PACK_LAYOUT_SIZE };
	if (!layout)
		return;
	struct xlsx_group *groups = fresh(making, layout->group_count, sizeof *groups);
	for (size_t i = 0; groups && report && i < layout->group_count; i++)
		groups[i] = (struct xlsx_group){
			.title = lookup_title(&layout->groups[i].title, ""), .from = making->from->names + place_of(report, layout->groups[i].from),
			.to = making->from->names + place_of(report, layout->groups[i].to) };
	*table = (struct xlsx_table){
		.paper = layout->paper, .landscape = layout->landscape, .font = layout->font, .size = layout->size,
		.head_count = layout->head_count, .head = lines_of(making, layout->head, layout->head_count),
		.foot_count = layout->foot_count, .foot = lines_of(making, layout->foot, layout->foot_count),
		.group_count = report ? layout->group_count : 0, .groups = groups,
	};
}

// ---- Cells ----

// Of a ratio with nothing to divide by there is nothing to show.
static enum err cell_of(const json_t *value, struct xlsx_cell *cell)
{
	const json_t *amount = json_object_get(value, "amount"), *percent = json_object_get(value, "percent");
	double of = json_number_value(json_object_get(value, "denominator"));
	*cell = (struct xlsx_cell){ .kind = XLSX_EMPTY };
	if (json_is_string(value) && json_string_length(value) > 0)
		*cell = (struct xlsx_cell){ .kind = XLSX_TEXT, .text = json_string_value(value) };
	else if (json_is_integer(value))
		*cell = (struct xlsx_cell){ .kind = XLSX_COUNT, .number = json_number_value(value) };
	else if (json_is_real(value))
		*cell = (struct xlsx_cell){ .kind = XLSX_AMOUNT, .number = json_number_value(value) };
	else if (amount)
		*cell = (struct xlsx_cell){ .kind = XLSX_AMOUNT, .number = json_number_value(amount) / 100 };
	else if (percent)
		*cell = (struct xlsx_cell){ .kind = XLSX_PERCENT, .number = json_number_value(percent) };
	else if (of != 0)
		*cell = (struct xlsx_cell){ .kind = XLSX_PERCENT, .number = json_number_value(json_object_get(value, "value")) / of };
	bool known = !value || json_is_null(value) || json_is_string(value) || json_is_number(value) || json_is_object(value);
	return known && (cell->kind != XLSX_TEXT || json_string_length(value) <= XLSX_TEXT_MAX) ? ERR_OK : ERR_MALFORMED;
}

static void put_cells(struct making *making)
{
	struct xlsx_table *table = &making->table;
	struct xlsx_cell *cells = fresh(making, table->row_count * table->column_count, sizeof *cells);
	for (size_t r = 0; cells && !making->err && r < table->row_count; r++) {
		const json_t *row = json_array_get(making->from->rows, r);
		if (!json_is_array(row) || json_array_size(row) > table->column_count)
			making->err = ERR_MALFORMED;
		for (size_t c = 0; !making->err && c < table->column_count; c++)
			making->err = cell_of(json_array_get(row, c), &cells[r * table->column_count + c]);
	}
	table->cells = cells;
}

// As wide as what stands in them, within reason.
static void put_widths(struct making *making)
{
	struct xlsx_table *table = &making->table;
	double *widths = fresh(making, table->column_count, sizeof *widths);
	for (size_t c = 0; widths && c < table->column_count; c++) {
		size_t widest = output_width(table->headings[c]);
		for (size_t r = 0; r < table->row_count; r++) {
			const struct xlsx_cell *cell = &table->cells[r * table->column_count + c];
			size_t width = cell->kind == XLSX_TEXT ? output_width(cell->text) : WIDTH_LEAST;
			widest = width > widest ? width : widest;
		}
		widths[c] = (double)(widest < WIDTH_LEAST ? WIDTH_LEAST : widest > WIDTH_MOST ? WIDTH_MOST : widest) + 2;
	}
	table->widths = widths;
}

static void put_headings(struct making *making)
{
	struct xlsx_table *table = &making->table;
	const char **headings = fresh(making, table->column_count, sizeof *headings);
	for (size_t c = 0; headings && c < table->column_count; c++) {
		const char *text = json_string_value(json_array_get(making->from->columns, c));
		headings[c] = text ? text : "";
		if (!text || strlen(text) > XLSX_TEXT_MAX)
			making->err = ERR_MALFORMED;
	}
	table->headings = headings;
}

enum err sheet_write(struct command *command, const struct sheet_table *from, const char *path)
{
	struct making making = { .command = command, .from = from,
	                         .layout = command->pack ? pack_layout_for(command->pack, from->report) : NULL };
	struct xlsx_table *table = &making.table;
	put_layout(&making);
	table->column_count = json_array_size(from->columns);
	table->row_count = json_array_size(from->rows);
	if (table->column_count == 0 || table->column_count > XLSX_COLUMNS_MAX || table->row_count > XLSX_ROWS_MAX)
		return ERR_RANGE;
	put_headings(&making);
	if (!making.err)
		put_cells(&making);
	if (!making.err)
		put_widths(&making);
	return making.err ? making.err : xlsx_write(path, table);
}

enum err sheet_bytes(struct command *command, const struct sheet_table *table, struct buf *bytes)
{
	char path[sizeof command->home.dir + 48];
	uint64_t random;
	machine_random(&random, sizeof random);
	snprintf(path, sizeof path, "%s/sheet-%016" PRIx64 ".xlsx", command->home.dir, random);
	enum err err = sheet_write(command, table, path);
	if (!err)
		err = file_read(path, FILE_MOST, bytes);
	unlink(path);
	return err;
}
