// libxlsxwriter's calls, and its codes as ours.
#include "io/xlsx.h"

#include <stdio.h>
#include <xlsxwriter.h>

enum { PAPER_A3 = 8, PAPER_A4 = 9 }; // as the format numbers them

struct writing {
	const struct xlsx_table *table;
	lxw_workbook *book;
	lxw_worksheet *sheet;
	lxw_row_t row;
	lxw_format *heading, *cell[XLSX_PERCENT + 1];
	lxw_error error;
};

static enum err err_of(lxw_error error)
{
	switch ((int)error) {
	case LXW_NO_ERROR: return ERR_OK;
	case LXW_ERROR_MEMORY_MALLOC_FAILED: return ERR_NOMEM;
	default: return ERR_IO;
	}
}

static void note(struct writing *writing, lxw_error error)
{
	if (!writing->error)
		writing->error = error;
}

// ---- How it looks ----

static lxw_format *plain_format(struct writing *writing, unsigned size)
{
	lxw_format *format = workbook_add_format(writing->book);
	if (writing->table->font && *writing->table->font)
		format_set_font_name(format, writing->table->font);
	format_set_font_size(format, size);
	format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
	return format;
}

static lxw_format *cell_format(struct writing *writing, enum xlsx_kind kind)
{
	static const char *const numbers[] = { [XLSX_COUNT] = "#,##0", [XLSX_AMOUNT] = "#,##0.00", [XLSX_PERCENT] = "0.0%" };
	lxw_format *format = plain_format(writing, writing->table->size);
	format_set_border(format, LXW_BORDER_THIN);
	if (kind > XLSX_TEXT)
		format_set_num_format(format, numbers[kind]);
	else
		format_set_text_wrap(format);
	return format;
}

static void make_formats(struct writing *writing)
{
	for (int kind = XLSX_EMPTY; kind <= XLSX_PERCENT; kind++)
		writing->cell[kind] = cell_format(writing, (enum xlsx_kind)kind);
	writing->heading = cell_format(writing, XLSX_TEXT);
	format_set_bold(writing->heading);
	format_set_align(writing->heading, LXW_ALIGN_CENTER);
}

static void make_page(struct writing *writing)
{
	const struct xlsx_table *table = writing->table;
	if (table->landscape)
		worksheet_set_landscape(writing->sheet);
	worksheet_set_paper(writing->sheet, table->paper == 3 ? PAPER_A3 : PAPER_A4);
	worksheet_fit_to_pages(writing->sheet, 1, 0); // as wide as the paper, as long as it takes
	worksheet_center_horizontally(writing->sheet);
	worksheet_set_footer(writing->sheet, "&C&P / &N");
	for (size_t c = 0; c < table->column_count; c++)
		note(writing, worksheet_set_column(writing->sheet, (lxw_col_t)c, (lxw_col_t)c, table->widths[c], NULL));
}

// ---- Lines, headings, rows ----

static void put_across(struct writing *writing, lxw_row_t row, size_t from, size_t to, const char *text, lxw_format *format)
{
	if (to > from)
		note(writing, worksheet_merge_range(writing->sheet, row, (lxw_col_t)from, row, (lxw_col_t)to, text, format));
	else
		note(writing, worksheet_write_string(writing->sheet, row, (lxw_col_t)from, text, format));
}

static void put_lines(struct writing *writing, const struct xlsx_line *lines, size_t count)
{
	static const uint8_t aligns[] = { [XLSX_LEFT] = LXW_ALIGN_LEFT, [XLSX_CENTER] = LXW_ALIGN_CENTER, [XLSX_RIGHT] = LXW_ALIGN_RIGHT };
	for (size_t i = 0; i < count; i++) {
		lxw_format *format = plain_format(writing, lines[i].size);
		format_set_align(format, aligns[lines[i].align]);
		if (lines[i].bold)
			format_set_bold(format);
		note(writing, worksheet_set_row(writing->sheet, writing->row, lines[i].size * 1.8, NULL));
		put_across(writing, writing->row++, 0, writing->table->column_count - 1, lines[i].text, format);
	}
}

static const struct xlsx_group *group_of(const struct xlsx_table *table, size_t column)
{
	for (size_t i = 0; i < table->group_count; i++)
		if (table->groups[i].from <= column && column <= table->groups[i].to)
			return &table->groups[i];
	return NULL;
}

// With groups the headings have two rows; a column that is in none has both.
static void put_headings(struct writing *writing)
{
	const struct xlsx_table *table = writing->table;
	lxw_row_t first = writing->row, last = first + (table->group_count > 0);
	for (size_t c = 0; c < table->column_count; c++) {
		const struct xlsx_group *group = group_of(table, c);
		if (group && group->from == c)
			put_across(writing, first, group->from, group->to, group->title, writing->heading);
		if (group || first == last)
			note(writing, worksheet_write_string(writing->sheet, last, (lxw_col_t)c, table->headings[c], writing->heading));
		else
			note(writing, worksheet_merge_range(writing->sheet, first, (lxw_col_t)c, last, (lxw_col_t)c, table->headings[c],
			                                    writing->heading));
	}
	writing->row = last + 1;
	worksheet_repeat_rows(writing->sheet, first, last);
	worksheet_freeze_panes(writing->sheet, writing->row, 0);
}

static void put_cell(struct writing *writing, size_t column, const struct xlsx_cell *cell)
{
	lxw_format *format = writing->cell[cell->kind];
	if (cell->kind == XLSX_EMPTY)
		note(writing, worksheet_write_blank(writing->sheet, writing->row, (lxw_col_t)column, format));
	else if (cell->kind == XLSX_TEXT)
		note(writing, worksheet_write_string(writing->sheet, writing->row, (lxw_col_t)column, cell->text, format));
	else
		note(writing, worksheet_write_number(writing->sheet, writing->row, (lxw_col_t)column, cell->number, format));
}

static void put_rows(struct writing *writing)
{
	const struct xlsx_table *table = writing->table;
	for (size_t r = 0; r < table->row_count; r++, writing->row++)
		for (size_t c = 0; c < table->column_count; c++)
			put_cell(writing, c, &table->cells[r * table->column_count + c]);
}

enum err xlsx_write(const char *path, const struct xlsx_table *table)
{
	if (table->column_count == 0 || table->column_count > XLSX_COLUMNS_MAX || table->row_count > XLSX_ROWS_MAX)
		return ERR_RANGE;
	struct writing writing = { .table = table, .book = workbook_new(path) };
	writing.sheet = writing.book ? workbook_add_worksheet(writing.book, NULL) : NULL;
	if (!writing.book)
		return ERR_NOMEM;
	make_formats(&writing);
	make_page(&writing);
	put_lines(&writing, table->head, table->head_count);
	put_headings(&writing);
	put_rows(&writing);
	put_lines(&writing, table->foot, table->foot_count);
	note(&writing, workbook_close(writing.book)); // releases it, too
	if (writing.error)
		remove(path);
	return err_of(writing.error);
}
