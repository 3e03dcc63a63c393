// verify: checks a proof file or a letter, offline and anywhere: no data directory is needed. Where there is one,
// its tree's root key must be the proof's; elsewhere the key is shown, to be compared by a person.
#include <stdlib.h>

#include "cli/figures.h"
#include "client/commands.h"
#include "client/letters.h"
#include "client/scratch.h"
#include "io/file.h"
#include "sync/proof.h"

enum { SCRATCH_BYTES = 512 * 1024 * 1024, NAME_BYTES = 128, TITLE_BYTES = 512 };

struct verify_line {
	struct proof_line line;
	char name[NAME_BYTES];
};

struct verify {
	const struct verb_call *call;
	struct verify_line *lines; // owned
	size_t count, capacity;
	bool lost;                 // a line could not be kept
};

static const struct {
	const char *name;
	enum phrase phrase;
} findings[] = {
	[PROOF_FIGURE] = { "figure", PHRASE_PROOF_FIGURE },   [PROOF_ROLLUP] = { "rollup", PHRASE_PROOF_ROLLUP },
	[PROOF_TALLY] = { "tally", PHRASE_PROOF_TALLY },      [PROOF_ENTRIES] = { "entries", PHRASE_PROOF_ENTRIES },
	[PROOF_SEALED] = { "sealed", PHRASE_PROOF_SEALED },
};

static void keep(void *context, const struct proof_line *line)
{
	struct verify *verify = context;
	if (verify->count == verify->capacity) {
		size_t capacity = verify->capacity ? verify->capacity * 2 : 64;
		struct verify_line *lines = realloc(verify->lines, capacity * sizeof *lines);
		if (!lines) {
			verify->lost = true;
			return;
		}
		verify->lines = lines;
		verify->capacity = capacity;
	}
	struct verify_line *kept = &verify->lines[verify->count++];
	kept->line = *line;
	snprintf(kept->name, sizeof kept->name, "%s", line->name ? line->name : "");
	kept->line.name = NULL; // kept->name is its copy
}

// ---- Printing ----

static const struct output_column columns[] = {
	{ .key = "finding", .heading = PHRASE_HEAD_FOUND },
	{ .key = "unit", .heading = PHRASE_HEAD_UNIT },
	{ .key = "value", .heading = PHRASE_HEAD_VALUE, .number = true },
	{ .key = "denominator", .heading = PHRASE_HEAD_OF, .number = true },
	{ .key = "entries", .heading = PHRASE_HEAD_ENTRIES, .number = true },
	{ .key = "depth", .heading = PHRASE_HEAD_DEPTH, .number = true },
	{ .key = "holds", .heading = PHRASE_HEAD_HOLDS },
};

static void print_line(struct output_table *table, const struct verify_line *kept)
{
	const struct proof_line *line = &kept->line;
	char name[NAME_BYTES + 64];
	snprintf(name, sizeof name, "%*s%s", (int)(line->depth < 16 ? line->depth * 2 : 32), "", kept->name);
	output_value(table, phrase_text(findings[line->finding].phrase), json_string(findings[line->finding].name));
	output_value(table, name, json_string(kept->name));
	if (line->value == PROOF_NO_VALUE)
		output_text(table, NULL);
	else
		output_number(table, line->value);
	if (line->denominator != 1)
		output_number(table, line->denominator);
	else
		output_text(table, NULL);
	output_number(table, (int64_t)line->entries);
	output_number(table, line->depth);
	output_bool(table, line->holds);
}

static const struct pack_dimension *find_dimension(const struct pack_metric *metric, uint8_t number)
{
	for (size_t i = 0; metric && i < metric->dimension_count; i++) {
		if (metric->dimensions[i].number == number)
			return &metric->dimensions[i];
	}
	return NULL;
}

// "Members", or "Members, Sex: Female".
static void claim_title(const struct pack_metric *metric, const struct proof_claim *claim, char title[static TITLE_BYTES])
{
	char text[8];
	const struct pack_dimension *dimension = find_dimension(metric, claim->dimension);
	int size = snprintf(title, TITLE_BYTES, "%s", metric ? lookup_title(&metric->title, metric->name) : "?");
	if (dimension && size > 0 && size < TITLE_BYTES)
		snprintf(title + size, (size_t)(TITLE_BYTES - size), ", %s: %s", lookup_title(&dimension->title, dimension->name),
		         figures_bucket_title(dimension, claim->bucket, text));
}

static void dimension_facts(struct output_table *table, const struct pack_metric *metric, const struct proof_claim *claim)
{
	char text[8];
	const struct pack_dimension *dimension = find_dimension(metric, claim->dimension);
	output_fact(table, "dimension", dimension ? json_string(dimension->name) : json_null());
	output_fact(table, "bucket", dimension ? json_string(figures_bucket_name(dimension, claim->bucket, text)) : json_null());
}

static void print_claim(struct output_table *table, bool json, const struct proof_claim *claim, const struct pack *pack,
                        const char *unit, bool holds)
{
	char key[HASH_TEXT_BYTES], period[PERIOD_TEXT_BYTES], value[24], time[OUTPUT_TIME_BYTES], title[TITLE_BYTES];
	const struct pack_metric *metric = pack_metric_by_number(pack, claim->metric);
	hash_format(&claim->root_key, key);
	period_format(claim->period, period);
	output_format_time(claim->time, time);
	snprintf(value, sizeof value, "%lld", (long long)claim->value);
	output_fact(table, "holds", json_boolean(holds));
	output_fact(table, "root_key", json_string(key));
	output_fact(table, "unit", json_string(unit));
	output_fact(table, "metric", json_string(metric ? metric->name : "?"));
	dimension_facts(table, metric, claim);
	output_fact(table, "period", json_string(period));
	output_fact(table, "value", json_integer(claim->value));
	output_fact(table, "denominator", json_integer(claim->denominator));
	output_fact(table, "time", json_integer((json_int_t)claim->time));
	if (json)
		return;
	claim_title(metric, claim, title);
	phrase_line(stdout, PHRASE_PROOF_CLAIM, PHRASE_WITH(unit, title, period, value));
	phrase_line(stdout, PHRASE_PROOF_ROOT, PHRASE_WITH(key, time));
}

// ---- Checking ----

// The root key that this machine trusts: given, or of the data directory. false: it knows none.
static bool trusted_root(const struct verb_call *call, struct hash *root, int *code)
{
	struct home home;
	const char *text = verb_value(call, "root");
	if (text) {
		if (hash_parse(text, root))
			*code = verb_usage(call, PHRASE_BAD_ROOT, text);
		return true;
	}
	if (home_open(call->directory, HOME_READ, &home))
		return false;
	*root = home.self.root_key;
	home_close(&home);
	return !hash_is_zero(root);
}

static int check(struct verify *verify, const struct buf *file, struct arena *arena, struct view_pack *pack)
{
	const char *path = verify->call->arguments[0];
	struct proof_reader reader = { .fresh = scratch_fresh, .drop = scratch_drop, .line = keep, .context = verify };
	struct proof_claim claim = { .value = 0 };
	const char *unit = NULL;
	struct hash root;
	int code = VERB_OK;
	bool trusted = trusted_root(verify->call, &root, &code);
	if (code)
		return code;
	enum err err = proof_verify(buf_span(file), &reader, arena, &claim, pack, &unit);
	if (!err && trusted && !hash_equal(&root, &claim.root_key))
		return verb_fail(verify->call, &(struct verb_failure){
			.err = ERR_SIGNATURE, .what = PHRASE_NOT_PROVEN, .where = path, .why = phrase_text(PHRASE_OTHER_ROOT) });
	if (pack->pack && unit) {
		struct output_table *table = output_table_new(verify->call->out, verify->call->json, "findings", columns, sizeof columns / sizeof columns[0]);
		if (!table)
			return verb_fail(verify->call, &(struct verb_failure){ .err = ERR_NOMEM, .what = PHRASE_CANNOT_PRINT });
		print_claim(table, verify->call->json, &claim, pack->pack, unit, err == ERR_OK);
		for (size_t i = 0; i < verify->count; i++)
			print_line(table, &verify->lines[i]);
		output_table_end(table);
	}
	if (err || verify->lost)
		return verb_fail(verify->call, &(struct verb_failure){
			.err = err ? err : ERR_NOMEM, .what = PHRASE_NOT_PROVEN, .where = path,
			.remedy = err ? PHRASE_REMEDY_SIGNATURE : PHRASE_NONE });
	if (!verify->call->json)
		phrase_line(stdout, trusted ? PHRASE_PROOF_HOLDS : PHRASE_PROOF_HOLDS_COMPARE, NULL);
	return VERB_OK;
}

// A letter, as bytes or as text, has other things to say than a proof.
static int check_letter(const struct verb_call *call)
{
	struct buf file = BUF_EMPTY;
	struct hash root;
	int code = -1;
	if (letters_read(call->arguments[0], &file) == ERR_OK && letter_is(buf_span(&file))) {
		code = VERB_OK;
		bool trusted = trusted_root(call, &root, &code);
		if (!code)
			code = letters_verify(call, &file, trusted ? &root : NULL);
	}
	buf_free(&file);
	return code;
}

int verify_run(const struct verb_call *call)
{
	struct verify verify = { .call = call };
	struct buf file = BUF_EMPTY;
	struct arena arena;
	int letter = check_letter(call);
	if (letter >= 0)
		return letter;
	enum err err = file_read(call->arguments[0], PROOF_MAX_BYTES, &file);
	if (err)
		return verb_fail(call, &(struct verb_failure){ .err = err, .what = PHRASE_CANNOT_READ_FILE, .where = call->arguments[0] });
	arena_init(&arena, SCRATCH_BYTES);
	struct view_pack pack;
	view_pack_init(&pack);
	int code = check(&verify, &file, &arena, &pack);
	view_pack_free(&pack);
	arena_free(&arena);
	buf_free(&file);
	free(verify.lines);
	return code;
}
