// Tables as spreadsheets save them: what is read is UTF-8 within its bounds, and written again it reads the same.
#include "fuzz.h"

#include <utf8proc.h>

#include "io/csv.h"

static void check_text(struct span text)
{
	utf8proc_int32_t point;
	for (size_t at = 0; at < text.size;) {
		utf8proc_ssize_t step = utf8proc_iterate(text.data + at, (utf8proc_ssize_t)(text.size - at), &point);
		FUZZ_HOLDS(step > 0);
		at += (size_t)step;
	}
}

static void write_again(const struct csv *csv, struct buf *out)
{
	csv_begin(out);
	for (size_t i = 0; i < csv->column_count; i++)
		csv_put(out, i == 0, csv->columns[i]);
	csv_end_row(out);
	for (size_t r = 0; r < csv->row_count; r++) {
		for (size_t i = 0; i < csv->rows[r].count; i++)
			csv_put(out, i == 0, csv->rows[r].fields[i]);
		csv_end_row(out);
	}
}

static void compare(const struct csv *a, const struct csv *b)
{
	FUZZ_HOLDS(a->column_count == b->column_count && a->row_count == b->row_count);
	for (size_t r = 0; r < a->row_count; r++) {
		FUZZ_HOLDS(a->rows[r].count == b->rows[r].count);
		for (size_t i = 0; i < a->rows[r].count; i++)
			FUZZ_HOLDS(span_equal(a->rows[r].fields[i], b->rows[r].fields[i]));
	}
}

const unsigned fuzz_effort = 200;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv csv, back;
	struct buf again = BUF_EMPTY;
	if (csv_read("input.csv", span_of(data, size), &csv) != ERR_OK) {
		FUZZ_HOLDS(csv.why != NULL);
		csv_close(&csv);
		return 0;
	}
	for (size_t r = 0; r < csv.row_count; r++)
		for (size_t i = 0; i < csv.rows[r].count; i++)
			check_text(csv.rows[r].fields[i]);
	write_again(&csv, &again);
	if (!again.err && csv_read("again.csv", buf_span(&again), &back) == ERR_OK) {
		compare(&csv, &back);
		csv_close(&back);
	}
	buf_free(&again);
	csv_close(&csv);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
#define TEXT(text) { text, sizeof text - 1 }
	static const struct {
		const char *data;
		size_t size;
	} seeds[] = {
		TEXT("\xef\xbb\xbf姓名,性别\r\n张三,男\r\n"), TEXT("a;b;c\n\"x\ny\";\"q\"\"q\";\n\n1;2;3"),
		TEXT("\xd0\xd5\xc3\xfb,\xd0\xd4\xb1\xf0\n\xd5\xc5\xc8\xfd,\xc4\xd0\n"), TEXT("a\tb\n1\t2\n"),
		TEXT("\xff\xfe" "a\0,\0b\0\n\0" "1\0,\0" "2\0"),
	};
#undef TEXT
	if (number >= sizeof seeds / sizeof seeds[0])
		return false;
	buf_bytes(input, seeds[number].data, seeds[number].size);
	return true;
}
