// Reading, judging and ordering a list of units in memory; nothing is written here.
#include "server/unit_table.h"

#include <stdlib.h>

#define TABLE_ARENA_BYTES ((size_t)1024 * 1024 * 1024)

enum column { COLUMN_CODE, COLUMN_NAME, COLUMN_KIND, COLUMN_PARENT, COLUMNS };

// The nearest level first: that one is the parent.
static const char *const levels[] = { "villageCode", "streetCode", "areaCode", "cityCode", "provinceCode" };

static const struct {
	const char *heading;
	enum column column;
} headings[] = {
	{ "code", COLUMN_CODE },       { "编码", COLUMN_CODE },     { "代码", COLUMN_CODE },       { "组织代码", COLUMN_CODE },
	{ "name", COLUMN_NAME },       { "名称", COLUMN_NAME },     { "组织名称", COLUMN_NAME },
	{ "kind", COLUMN_KIND },       { "类型", COLUMN_KIND },     { "组织类型", COLUMN_KIND },   { "组织类别", COLUMN_KIND },
	{ "类别", COLUMN_KIND },
	{ "parent", COLUMN_PARENT },   { "parent code", COLUMN_PARENT }, { "parentCode", COLUMN_PARENT },
	{ "上级", COLUMN_PARENT },     { "上级编码", COLUMN_PARENT }, { "上级代码", COLUMN_PARENT },
};

static const struct {
	const char *stem, *kind;
} stems[] = {
	{ "provinces", "province" }, { "cities", "city" }, { "areas", "county" }, { "streets", "township" }, { "villages", "village" },
};

static void map_columns(const struct csv *csv, size_t at[static COLUMNS])
{
	for (size_t i = 0; i < COLUMNS; i++)
		at[i] = SIZE_MAX;
	for (size_t h = 0; h < sizeof headings / sizeof headings[0]; h++) { // earlier ones go before
		for (size_t c = 0; c < csv->column_count; c++) {
			if (span_equal(csv->columns[c], span_string(headings[h].heading)) && at[headings[h].column] == SIZE_MAX)
				at[headings[h].column] = c;
		}
	}
	for (size_t level = 0; level < sizeof levels / sizeof levels[0] && at[COLUMN_PARENT] == SIZE_MAX; level++) {
		for (size_t c = 0; c < csv->column_count; c++) {
			if (span_equal(csv->columns[c], span_string(levels[level])))
				at[COLUMN_PARENT] = c;
		}
	}
}

static const char *kind_of_file(const char *path)
{
	const char *name = strrchr(path, '/');
	name = name ? name + 1 : path;
	for (size_t i = 0; i < sizeof stems / sizeof stems[0]; i++) {
		size_t size = strlen(stems[i].stem);
		if (strncmp(name, stems[i].stem, size) == 0 && (name[size] == '.' || name[size] == '\0'))
			return stems[i].kind;
	}
	return NULL;
}

static struct span trim(struct span text)
{
	while (text.size && text.data[0] == ' ')
		text = span_of(text.data + 1, text.size - 1);
	while (text.size && text.data[text.size - 1] == ' ')
		text.size--;
	return text;
}

// The cell's text; NULL where it is empty.
static const char *cell(struct unit_table *table, const struct csv_row *row, size_t column)
{
	struct span text = column == SIZE_MAX ? span_of(NULL, 0) : trim(row->fields[column]);
	return text.size ? arena_string(&table->arena, text) : NULL;
}

static enum err add_row(struct unit_table *table, const struct unit_row *row)
{
	if (table->row_count == table->row_capacity) {
		size_t capacity = table->row_capacity ? table->row_capacity * 2 : 1024;
		struct unit_row *rows = realloc(table->rows, capacity * sizeof *rows);
		if (!rows)
			return ERR_NOMEM;
		table->rows = rows;
		table->row_capacity = capacity;
	}
	table->rows[table->row_count++] = *row;
	return ERR_OK;
}

// Without a pack nothing can be said of a kind.
static enum unit_fault shape(const struct unit_row *row, const struct pack *pack)
{
	if (!row->name)
		return UNIT_NO_NAME;
	if (!row->kind)
		return UNIT_NO_KIND;
	bool fits = strlen(row->name) <= LIMIT_TITLE_BYTES && strlen(row->kind) <= LIMIT_NAME_BYTES &&
	            (!row->code || strlen(row->code) <= LIMIT_NAME_BYTES);
	if (fits && pack && !pack_unit_kind_by_name(pack, row->kind))
		return UNIT_STRANGE_KIND;
	return fits ? UNIT_GOOD : UNIT_TOO_LONG;
}

// The machine name of a kind that the pack knows by title; others stand as they are written.
static const char *kind_name(const struct command *command, const char *text)
{
	const struct pack *pack = command->home.pack.pack;
	const struct pack_unit_kind *kind = text && pack ? pack_unit_kind_by_name(pack, text) : NULL;
	return kind ? kind->name : text;
}

static int read_file(struct unit_table *table, struct command *command, size_t file)
{
	struct csv csv;
	size_t at[COLUMNS];
	const char *path = table->files[file].path;
	enum err err = csv_open(path, &csv);
	if (err) {
		int code = verb_fail(command->call, &(struct verb_failure){
			.err = err, .what = PHRASE_CANNOT_READ_FILE, .where = path, .why = csv.why });
		csv_close(&csv);
		return code;
	}
	map_columns(&csv, at);
	for (size_t r = 0; r < csv.row_count && at[COLUMN_NAME] != SIZE_MAX && !err; r++) {
		struct unit_row row = { .file = file, .line = csv.rows[r].line };
		row.code = cell(table, &csv.rows[r], at[COLUMN_CODE]);
		row.name = cell(table, &csv.rows[r], at[COLUMN_NAME]);
		row.kind = kind_name(command, cell(table, &csv.rows[r], at[COLUMN_KIND]));
		row.parent_code = cell(table, &csv.rows[r], at[COLUMN_PARENT]);
		if (!row.kind)
			row.kind = table->files[file].kind;
		row.fault = shape(&row, command->home.pack.pack);
		err = add_row(table, &row);
	}
	csv_close(&csv);
	if (at[COLUMN_NAME] == SIZE_MAX)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_MALFORMED, .what = PHRASE_IMPORT_NO_COLUMNS, .where = path, .remedy = PHRASE_REMEDY_UNIT_COLUMNS });
	return command_done(command, err, PHRASE_CANNOT_READ_FILE, path);
}

// ---- Judging ----

static enum err read_tree(struct unit_table *table, struct txn *txn)
{
	enum err err = ERR_OK;
	struct scan scan = scan_begin(txn, STORE_UNIT, span_of(NULL, 0));
	while (!err && scan_next(&scan)) {
		struct id unit;
		struct charter_unit row;
		err = id_read(scan.key, &unit);
		if (!err)
			err = charter_unit_get(txn, &unit, &row);
		if (!err && row.code[0])
			err = labels_put(table->codes, span_string(row.code), &unit, 0);
	}
	scan_end(&scan);
	return err ? err : txn->err;
}

// A list may begin with the very unit that it hangs under: that row gives it a code, for this list.
static bool is_top(const struct unit_row *row, const struct charter_unit *top)
{
	return !row->parent_code && strcmp(row->name, top->name) == 0 && strcmp(row->kind, top->kind) == 0;
}

static enum err index_codes(struct unit_table *table, const struct charter_unit *top)
{
	enum err err = ERR_OK;
	for (size_t i = 0; i < table->row_count && !err; i++) {
		struct unit_row *row = &table->rows[i];
		if (row->fault || !row->code)
			continue;
		if (is_top(row, top)) {
			row->fault = UNIT_EXISTS;
			row->id = table->top;
			err = labels_put(table->codes, span_string(row->code), &table->top, 0);
			continue;
		}
		const struct labels_item *item = labels_get(table->codes, span_string(row->code));
		if (item) {
			row->fault = item->line ? UNIT_DUPLICATE : UNIT_EXISTS;
			row->id = item->id;
		} else {
			err = labels_put(table->codes, span_string(row->code), &row->id, i + 1);
		}
	}
	return err;
}

static void link_parent(struct unit_table *table, struct unit_row *row)
{
	if (!row->parent_code) {
		row->parent_id = table->top;
		return;
	}
	const struct labels_item *item = labels_get(table->codes, span_string(row->parent_code));
	if (!item)
		row->fault = UNIT_ORPHAN;
	else if (item->line)
		row->parent = &table->rows[item->line - 1];
	else
		row->parent_id = item->id;
}

// Parents first. Sorted files take one pass; what is left when a pass places nothing hangs on itself or on a fault.
static void place(struct unit_table *table)
{
	bool moved = true;
	while (moved) {
		moved = false;
		for (size_t i = 0; i < table->row_count; i++) {
			struct unit_row *row = &table->rows[i];
			if (row->fault || row->placed || (row->parent && !row->parent->placed))
				continue;
			row->placed = true;
			table->order[table->order_count++] = (uint32_t)i;
			moved = true;
		}
	}
	for (size_t i = 0; i < table->row_count; i++) {
		if (!table->rows[i].fault && !table->rows[i].placed)
			table->rows[i].fault = UNIT_ORPHAN;
	}
}

static enum err judge(struct unit_table *table, struct txn *txn)
{
	struct charter_unit top;
	table->codes = labels_new();
	table->order = calloc(table->row_count ? table->row_count : 1, sizeof *table->order);
	enum err err = table->codes && table->order ? read_tree(table, txn) : ERR_NOMEM;
	if (!err)
		err = charter_unit_get(txn, &table->top, &top);
	if (!err)
		err = index_codes(table, &top);
	for (size_t i = 0; i < table->row_count && !err; i++) {
		if (!table->rows[i].fault)
			link_parent(table, &table->rows[i]);
	}
	if (!err)
		place(table);
	return err;
}

int unit_table_read(struct unit_table *table, struct command *command, char **paths, size_t count)
{
	*table = (struct unit_table){ .row_count = 0 };
	arena_init(&table->arena, TABLE_ARENA_BYTES);
	table->files = arena_array(&table->arena, count, sizeof *table->files);
	enum err err = table->files ? command_begin(command, STORE_READ) : ERR_BUDGET;
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_READ, command->home.dir);
	const char *kind = verb_value(command->call, "kind");
	int code = command_unit(command, verb_value(command->call, "parent"), &table->top);
	for (size_t i = 0; i < count && !code; i++) {
		table->files[i] = (struct unit_file){ .path = paths[i], .kind = kind ? kind_name(command, kind) : kind_of_file(paths[i]) };
		code = read_file(table, command, i);
	}
	if (!code)
		code = command_done(command, judge(table, &command->txn), PHRASE_CANNOT_READ, command->home.dir);
	command_abort(command);
	return code;
}

void unit_table_free(struct unit_table *table)
{
	labels_free(table->codes);
	free(table->rows);
	free(table->order);
	arena_free(&table->arena);
}

size_t unit_table_faults(const struct unit_table *table)
{
	size_t count = 0;
	for (size_t i = 0; i < table->row_count; i++)
		count += table->rows[i].fault > UNIT_EXISTS;
	return count;
}
