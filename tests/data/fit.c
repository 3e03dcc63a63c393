// Does the data set fit the ledger? Every heading of every file means a field of packs/party-branch.yaml,
// and every cell is a value of it: what an import will do, without a store.
//
//	fit PACK DIR
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/csv.h"
#include "io/pack_yaml.h"
#include "ledger/pack.h"

static const struct { const char *kind, *file; } tables[] = {
	{ "member", "members.csv" }, { "meeting", "meetings.csv" }, { "activity_day", "activity_days.csv" },
	{ "dues", "dues.csv" },
};

enum { TABLES = sizeof tables / sizeof *tables };

struct fit {
	const struct pack *pack;
	struct arena scratch;
	unsigned long rows[TABLES], faults;
};

static void fault(struct fit *fit, const char *path, size_t line, struct span text, const char *what)
{
	if (fit->faults++ < 20)
		printf("%s:%zu: \"%.*s\": %s\n", path, line, (int)text.size, (const char *)text.data, what);
}

// References and sets name other records; whether those are there is for the import to say.
static bool looked_up(const struct pack_field *field)
{
	return field->keyed || value_type_form(field->type) == VALUE_IS_REFERENCE;
}

static void fit_row(struct fit *fit, const char *path, const struct pack_field *const *fields, size_t count,
                    const struct csv_row *row)
{
	for (size_t i = 0; i < count; i++) {
		struct value value = { .form = VALUE_IS_NONE };
		bool empty = row->fields[i].size == 0;
		enum err err = looked_up(fields[i]) ? ERR_OK : value_parse(fields[i], row->fields[i], &fit->scratch, &value);
		if (err)
			fault(fit, path, row->line, row->fields[i], value_type_expected(fields[i]->type));
		if (empty && fields[i]->required)
			fault(fit, path, row->line, row->fields[i], "required, and empty");
	}
	if (row->count > count)
		fault(fit, path, row->line, row->fields[count], "no heading above it");
	arena_reset(&fit->scratch);
}

static void fit_table(struct fit *fit, const char *path, size_t which)
{
	const struct pack_kind *kind = pack_kind_by_name(fit->pack, tables[which].kind);
	const struct pack_field *fields[LIMIT_FIELDS_PER_RECORD];
	struct csv csv;
	bool known = csv_open(path, &csv) == ERR_OK && csv.column_count < LIMIT_FIELDS_PER_RECORD;
	if (!known)
		fault(fit, path, 0, span_string(""), csv.why ? csv.why : "too many columns");
	for (size_t i = 0; known && i < csv.column_count; i++) {
		fields[i] = pack_field_by_heading(kind, csv.columns[i]);
		if (!fields[i])
			fault(fit, path, csv.heading_line, csv.columns[i], "no field is headed so");
		known = fields[i] != NULL;
	}
	for (size_t i = 0; known && i < csv.row_count; i++)
		fit_row(fit, path, fields, csv.column_count, &csv.rows[i]);
	fit->rows[which] += known ? csv.row_count : 0;
	csv_close(&csv);
}

static unsigned fit_branches(struct fit *fit, const char *dir)
{
	char path[2048];
	unsigned branches = 0;
	snprintf(path, sizeof path, "%s/branches", dir);
	DIR *folder = opendir(path);
	for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
		if (*entry->d_name == '.')
			continue;
		branches++;
		for (size_t i = 0; i < TABLES; i++) {
			snprintf(path, sizeof path, "%s/branches/%s/%s", dir, entry->d_name, tables[i].file);
			fit_table(fit, path, i);
		}
	}
	if (folder)
		closedir(folder);
	return branches;
}

int main(int count, char **words)
{
	struct fit fit = { .faults = 0 };
	struct arena arena;
	struct buf encoded = BUF_EMPTY;
	const char *why = "usage: fit PACK DIR";
	arena_init(&arena, LIMIT_DECODE_BYTES);
	arena_init(&fit.scratch, LIMIT_DECODE_BYTES);
	enum err err = count == 3 ? pack_yaml_compile(words[1], &encoded, &arena, &why) : ERR_USAGE;
	if (!err)
		err = pack_decode(buf_span(&encoded), &arena, &fit.pack, &why);
	unsigned branches = err ? 0 : fit_branches(&fit, words[2]);
	if (err)
		fprintf(stderr, "fit: %s\n", why);
	for (size_t i = 0; i < TABLES; i++)
		printf("%s: %lu\n", tables[i].kind, fit.rows[i]);
	bool whole = branches == 389 && fit.rows[0] == 8128 && fit.rows[1] > 389 && fit.rows[2] > 389
	             && fit.rows[3] == 3 * 8128;
	printf("branches: %u, faults: %lu\n", branches, fit.faults);
	arena_free(&fit.scratch);
	arena_free(&arena);
	buf_free(&encoded);
	return whole && !fit.faults ? EXIT_SUCCESS : EXIT_FAILURE;
}
