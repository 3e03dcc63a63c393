// Small pictures of photos and scans, of what is neither, and of what was made to do harm.
#include "support/support.h"

#include <unistd.h>

#include "io/shrink.h"
#include "support/photo.h"
#include "sync/picture.h"

static FILE *file_of(struct span bytes)
{
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
	assert_int_equal(fflush(file), 0);
	rewind(file);
	return file;
}

static enum err shrink(struct span bytes, struct buf *small)
{
	FILE *file = file_of(bytes);
	buf_clear(small);
	enum err err = shrink_of(file, small);
	fclose(file);
	return err;
}

static bool says(struct span bytes, const char *words)
{
	for (size_t at = 0, size = strlen(words); at + size <= bytes.size; at++)
		if (memcmp(bytes.data + at, words, size) == 0)
			return true;
	return false;
}

static void assert_small(const struct buf *small, unsigned width, unsigned height)
{
	unsigned w, h;
	assert_true(picture_plain(buf_span(small)));
	photo_sides(buf_span(small), &w, &h);
	assert_int_equal(w, width);
	assert_int_equal(h, height);
}

static void a_photo_and_a_scan_become_small_ones(void **state)
{
	(void)state;
	struct buf bytes = BUF_EMPTY, small = BUF_EMPTY;
	photo_jpeg(&(struct photo){ .width = 1600, .height = 1200 }, &bytes);
	assert_ok(shrink(buf_span(&bytes), &small));
	assert_small(&small, 320, 240);
	for (unsigned corner = 0; corner < 4; corner++)
		assert_int_equal(photo_corner(buf_span(&small), corner % 2, corner / 2), corner);
	for (unsigned alpha = 0; alpha < 2; alpha++) {
		buf_clear(&bytes);
		photo_png(&(struct photo){ .width = 300, .height = 900 }, alpha, &bytes);
		assert_ok(shrink(buf_span(&bytes), &small));
		assert_small(&small, 106, 320);
		assert_int_equal(photo_corner(buf_span(&small), false, true), PHOTO_BLUE);
	}
	buf_clear(&bytes);
	photo_jpeg(&(struct photo){ .width = 700, .height = 500, .scans = 1 }, &bytes); // progressive
	assert_ok(shrink(buf_span(&bytes), &small));
	assert_small(&small, 320, 228);
	buf_free(&small);
	buf_free(&bytes);
}

static void whatever_its_sides_it_fits(void **state)
{
	(void)state;
	static const unsigned sides[][4] = { { 1, 1, 1, 1 }, { 100, 60, 100, 60 }, { 20000, 1, 320, 1 }, { 2, 9000, 1, 320 }, { 321, 320, 320, 319 } };
	struct buf bytes = BUF_EMPTY, small = BUF_EMPTY;
	for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
		buf_clear(&bytes);
		photo_jpeg(&(struct photo){ .width = sides[i][0], .height = sides[i][1] }, &bytes);
		assert_ok(shrink(buf_span(&bytes), &small));
		assert_small(&small, sides[i][2], sides[i][3]);
	}
	buf_clear(&bytes);
	photo_jpeg(&(struct photo){ .width = 640, .height = 640, .noise = true }, &bytes); // nothing packs worse
	assert_ok(shrink(buf_span(&bytes), &small));
	assert_small(&small, 320, 320);
	buf_free(&small);
	buf_free(&bytes);
}

static void it_stands_upright_and_tells_no_place(void **state)
{
	(void)state;
	enum { R = PHOTO_RED, G = PHOTO_GREEN, B = PHOTO_BLUE, W = PHOTO_WHITE };
	static const unsigned upright[9][4] = { { R, G, B, W }, { R, G, B, W }, { G, R, W, B }, { W, B, G, R }, { B, W, R, G },
	                                        { R, B, G, W }, { B, R, W, G }, { W, G, B, R }, { G, W, R, B } };
	struct buf bytes = BUF_EMPTY, small = BUF_EMPTY;
	for (unsigned orientation = 1; orientation <= 8; orientation++) {
		buf_clear(&bytes);
		photo_jpeg(&(struct photo){ .width = 800, .height = 600, .orientation = orientation }, &bytes);
		assert_true(says(buf_span(&bytes), PHOTO_WORDS));
		assert_ok(shrink(buf_span(&bytes), &small));
		assert_small(&small, orientation < 5 ? 320 : 240, orientation < 5 ? 240 : 320);
		for (unsigned corner = 0; corner < 4; corner++)
			assert_int_equal(photo_corner(buf_span(&small), corner % 2, corner / 2), upright[orientation][corner]);
		assert_false(says(buf_span(&small), PHOTO_WORDS));
		assert_false(says(buf_span(&small), "Exif"));
	}
	buf_clear(&bytes);
	photo_jpeg(&(struct photo){ .width = 800, .height = 600, .orientation = 99 }, &bytes); // that is none
	assert_ok(shrink(buf_span(&bytes), &small));
	assert_int_equal(photo_corner(buf_span(&small), false, false), PHOTO_RED);
	buf_free(&small);
	buf_free(&bytes);
}

static void what_is_no_photo_has_none(void **state)
{
	(void)state;
	static const char *const others[] = { "", "minutes of a meeting", "\xff", "\xff\xd8", "\xff\xd8\xff\xe0", "\x89PNG\r\n\x1a\n", "GIF89a,,,,,,,,",
	                                      "%PDF-1.7 a scan", "\177ELF" };
	static const uint8_t film[] = { 0, 0, 0, 24, 'f', 't', 'y', 'p', 'm', 'p', '4', '2', 0, 0, 0, 0, 'i', 's', 'o', 'm', 'm', 'p', '4', '2' };
	struct buf small = BUF_EMPTY;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		assert_err(NOT_FOUND, shrink(span_string(others[i]), &small));
	assert_err(NOT_FOUND, shrink(span_of(film, sizeof film), &small));
	buf_free(&small);
}

static void bombs_are_seen_before_they_go_off(void **state)
{
	(void)state;
	struct buf bytes = BUF_EMPTY, small = BUF_EMPTY;
	photo_png(&(struct photo){ .width = 100, .height = 100 }, false, &bytes);
	static const uint8_t large[] = { 0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30, 8, 2, 0, 0, 0, 0xe9, 0x45, 0x6f, 0xed }; // 30,000 a side, and its check sum
	memcpy(bytes.data + 16, large, sizeof large);
	assert_err(NOT_FOUND, shrink(buf_span(&bytes), &small));

	buf_clear(&bytes);
	photo_jpeg(&(struct photo){ .width = 64, .height = 64 }, &bytes);
	for (size_t at = 0; at + 9 < bytes.size; at++)
		if (bytes.data[at] == 0xff && bytes.data[at + 1] == 0xc0)
			memset(bytes.data + at + 5, 0xff, 4); // 65,535 a side
	assert_err(NOT_FOUND, shrink(buf_span(&bytes), &small));

	buf_clear(&bytes);
	photo_jpeg(&(struct photo){ .width = 2000, .height = 2000, .scans = 1000 }, &bytes);
	assert_err(NOT_FOUND, shrink(buf_span(&bytes), &small));
	buf_free(&small);
	buf_free(&bytes);
}

static void one_that_is_cut_or_damaged_gives_a_plain_picture_or_none(void **state)
{
	(void)state;
	struct buf bytes[3] = { BUF_EMPTY, BUF_EMPTY, BUF_EMPTY }, small = BUF_EMPTY;
	photo_jpeg(&(struct photo){ .width = 90, .height = 60, .orientation = 6 }, &bytes[0]);
	photo_jpeg(&(struct photo){ .width = 90, .height = 60, .scans = 1 }, &bytes[1]);
	photo_png(&(struct photo){ .width = 60, .height = 90 }, true, &bytes[2]);
	unsigned given = 0;
	for (unsigned i = 0; i < 3; i++) {
		for (size_t size = 0; size < bytes[i].size; size += 3) {
			enum err err = shrink(span_of(bytes[i].data, size), &small);
			assert_true(err == ERR_NOT_FOUND || (err == ERR_OK && picture_plain(buf_span(&small))));
			given += !err;
		}
		for (size_t at = 0; at < bytes[i].size; at += 3) {
			bytes[i].data[at] ^= 0x41;
			enum err err = shrink(buf_span(&bytes[i]), &small);
			assert_true(err == ERR_NOT_FOUND || (err == ERR_OK && picture_plain(buf_span(&small))));
			bytes[i].data[at] ^= 0x41;
			given += !err;
		}
		buf_free(&bytes[i]);
	}
	assert_true(given > 0);
	buf_free(&small);
}

static void a_process_of_its_own_makes_the_same(void **state)
{
	(void)state;
	struct buf bytes = BUF_EMPTY, here = BUF_EMPTY, there = BUF_EMPTY;
	photo_jpeg(&(struct photo){ .width = 1000, .height = 700, .orientation = 6 }, &bytes);
	FILE *file = file_of(buf_span(&bytes));
	assert_int_equal(lseek(fileno(file), 100, SEEK_SET), 100); // wherever it stands
	assert_ok(shrink_make(fileno(file), &there));
	fclose(file);
	assert_ok(shrink(buf_span(&bytes), &here));
	assert_true(span_equal(buf_span(&here), buf_span(&there)));
	buf_clear(&there);
	file = file_of(span_string("no photo"));
	assert_err(NOT_FOUND, shrink_make(fileno(file), &there));
	assert_int_equal(there.size, 0);
	fclose(file);
	buf_free(&bytes);
	buf_free(&here);
	buf_free(&there);
}

int main(int argc, char **argv)
{
	if (shrink_meant(argc, argv))
		return shrink_run();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_photo_and_a_scan_become_small_ones),
		cmocka_unit_test(whatever_its_sides_it_fits),
		cmocka_unit_test(it_stands_upright_and_tells_no_place),
		cmocka_unit_test(what_is_no_photo_has_none),
		cmocka_unit_test(bombs_are_seen_before_they_go_off),
		cmocka_unit_test(one_that_is_cut_or_damaged_gives_a_plain_picture_or_none),
		cmocka_unit_test(a_process_of_its_own_makes_the_same),
	};
	return cmocka_run_group_tests_name("shrink", tests, NULL, NULL);
}
