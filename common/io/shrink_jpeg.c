// JPEG by libjpeg-turbo. Large photos are decoded at an eighth, a quarter or half of their size, which costs as much less.
#include "io/shrink_inside.h"

#include <jpeglib.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { SCANS_MOST = 100, EXIF_MARKER = JPEG_APP0 + 1, EXIF_HEAD = 14, ORIENTATION_TAG = 0x0112 };

// The library ends a call that failed by a jump.
struct trouble {
	struct jpeg_error_mgr manager; // first
	jmp_buf back;
};

static void give_up(j_common_ptr info)
{
	struct trouble *trouble = (struct trouble *)(void *)info->err;
	longjmp(trouble->back, 1);
}

static void say_nothing(j_common_ptr info)
{
	(void)info;
}

static void trouble_begin(struct trouble *trouble)
{
	jpeg_std_error(&trouble->manager);
	trouble->manager.error_exit = give_up;
	trouble->manager.output_message = say_nothing;
}

// A progressive file of thousands of scans costs hours: nobody's camera writes one.
static void watch(j_common_ptr info)
{
	if (info->is_decompressor && ((j_decompress_ptr)info)->input_scan_number > SCANS_MOST)
		give_up(info);
}

static unsigned number_at(const uint8_t *bytes, size_t size, bool little)
{
	unsigned number = 0;
	for (size_t i = 0; i < size; i++)
		number = number << 8 | bytes[little ? size - 1 - i : i];
	return number;
}

// Exif 2.3, 4.6.2: a TIFF behind "Exif\0\0"; its first directory.
static unsigned orientation_of(const uint8_t *exif, size_t size)
{
	if (size < EXIF_HEAD || memcmp(exif, "Exif\0\0", 6) != 0 || (exif[6] != 'I' && exif[6] != 'M'))
		return 1;
	bool little = exif[6] == 'I';
	const uint8_t *tiff = exif + 6;
	size_t left = size - 6, at = number_at(tiff + 4, 4, little);
	if (at > left || left - at < 2)
		return 1;
	unsigned count = number_at(tiff + at, 2, little);
	at += 2;
	for (unsigned i = 0; i < count && left - at >= 12; i++, at += 12) {
		unsigned value = number_at(tiff + at + 8, 2, little);
		if (number_at(tiff + at, 2, little) == ORIENTATION_TAG)
			return value >= 1 && value <= 8 ? value : 1;
	}
	return 1;
}

static void read_rows(struct jpeg_decompress_struct *info, struct shrink_scaler *scaler, JSAMPLE *row)
{
	shrink_scaler_begin(scaler, info->output_width, info->output_height);
	while (info->output_scanline < info->output_height) {
		JSAMPROW rows[] = { row };
		if (jpeg_read_scanlines(info, rows, 1) == 1)
			shrink_scaler_row(scaler, row);
	}
}

// A part of its size at which it is still no smaller than what shall come of it.
static unsigned denominator(uint32_t width, uint32_t height)
{
	uint32_t longer = width > height ? width : height;
	unsigned part = 8;
	while (part > 1 && longer / part < PICTURE_EDGE)
		part /= 2;
	return part;
}

static bool bearable(const struct jpeg_decompress_struct *info)
{
	uint64_t pixels = (uint64_t)info->image_width * info->image_height;
	return pixels > 0 && pixels <= SHRINK_PIXELS_MOST && info->image_width <= SHRINK_SIDE_MOST && info->image_height <= SHRINK_SIDE_MOST;
}

// The rows of its pixels in *row, which the caller frees.
static enum err read_all(struct jpeg_decompress_struct *info, struct shrink_scaler *scaler, unsigned *orientation, JSAMPLE *volatile *row)
{
	jpeg_read_header(info, TRUE);
	if (!bearable(info))
		return ERR_NOT_FOUND;
	if (info->marker_list)
		*orientation = orientation_of(info->marker_list->data, info->marker_list->data_length);
	info->out_color_space = JCS_RGB;
	info->scale_num = 1;
	info->scale_denom = denominator(info->image_width, info->image_height);
	jpeg_start_decompress(info);
	*row = malloc((size_t)info->output_width * SHRINK_COLOURS);
	if (!*row)
		return ERR_NOMEM;
	read_rows(info, scaler, *row);
	return ERR_OK;
}

enum err shrink_jpeg_read(FILE *file, struct shrink_scaler *scaler, unsigned *orientation)
{
	struct trouble trouble;
	struct jpeg_progress_mgr progress = { .progress_monitor = watch };
	struct jpeg_decompress_struct info = { .err = &trouble.manager };
	JSAMPLE *volatile row = NULL;
	enum err volatile err = ERR_NOT_FOUND;
	trouble_begin(&trouble);
	if (setjmp(trouble.back) == 0) {
		jpeg_create_decompress(&info);
		info.progress = &progress;
		jpeg_save_markers(&info, EXIF_MARKER, 0xffff);
		jpeg_stdio_src(&info, file);
		err = read_all(&info, scaler, orientation, &row);
	}
	jpeg_destroy_decompress(&info);
	free(row);
	return err;
}

static void write_all(struct jpeg_compress_struct *info, const uint8_t *rgb, int quality)
{
	jpeg_set_defaults(info);
	jpeg_set_quality(info, quality, TRUE);
	info->optimize_coding = TRUE;
	jpeg_start_compress(info, TRUE);
	while (info->next_scanline < info->image_height) {
		union { const uint8_t *in; JSAMPLE *out; } row = { .in = rgb + (size_t)info->next_scanline * info->image_width * SHRINK_COLOURS };
		jpeg_write_scanlines(info, &row.out, 1);
	}
	jpeg_finish_compress(info);
}

static enum err write_with(const uint8_t *rgb, uint32_t width, uint32_t height, int quality, unsigned char **bytes, unsigned long *size)
{
	struct trouble trouble;
	struct jpeg_compress_struct info = { .err = &trouble.manager };
	enum err volatile err = ERR_NOMEM;
	trouble_begin(&trouble);
	if (setjmp(trouble.back) == 0) {
		jpeg_create_compress(&info);
		jpeg_mem_dest(&info, bytes, size);
		info.image_width = width;
		info.image_height = height;
		info.input_components = SHRINK_COLOURS;
		info.in_color_space = JCS_RGB;
		write_all(&info, rgb, quality);
		err = ERR_OK;
	}
	jpeg_destroy_compress(&info);
	return err;
}

enum err shrink_jpeg_write(const uint8_t *rgb, uint32_t width, uint32_t height, struct buf *jpeg)
{
	static const int qualities[] = { 75, 60, 45, 30, 15, 5 };
	for (size_t i = 0; i < sizeof qualities / sizeof qualities[0]; i++) {
		unsigned char *bytes = NULL;
		unsigned long size = 0;
		enum err err = write_with(rgb, width, height, qualities[i], &bytes, &size);
		if (!err && size <= LIMIT_PICTURE_BYTES)
			buf_bytes(jpeg, bytes, size);
		free(bytes);
		if (err || size <= LIMIT_PICTURE_BYTES)
			return err ? err : jpeg->err;
	}
	return ERR_TOO_LARGE;
}
