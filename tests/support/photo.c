#include "support/photo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

#include "support/support.h"

static const uint8_t colours[][3] = { [PHOTO_RED] = { 250, 10, 10 }, [PHOTO_GREEN] = { 10, 250, 10 }, [PHOTO_BLUE] = { 10, 10, 250 },
                                      [PHOTO_WHITE] = { 250, 250, 250 } };

// Rows of three bytes a pixel, or of four with `alpha`.
static uint8_t *paint(const struct photo *photo, bool alpha)
{
	size_t each = alpha ? 4 : 3;
	uint8_t *pixels = malloc((size_t)photo->width * photo->height * each), *to = pixels;
	uint32_t noise = 1;
	assert_non_null(pixels);
	for (unsigned y = 0; y < photo->height; y++)
		for (unsigned x = 0; x < photo->width; x++, to += each) {
			memcpy(to, colours[2 * (y >= photo->height / 2) + (x >= photo->width / 2)], 3);
			for (size_t c = 0; photo->noise && c < 3; c++)
				to[c] = (uint8_t)((noise = noise * 1664525 + 1013904223) >> 24);
			if (alpha)
				to[3] = 255;
		}
	return pixels;
}

// A TIFF of one tag, in Motorola's order, and words behind it.
static void write_exif(struct jpeg_compress_struct *info, unsigned orientation)
{
	uint8_t exif[] = { 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 };
	uint8_t all[sizeof exif + sizeof PHOTO_WORDS];
	exif[25] = (uint8_t)orientation;
	memcpy(all, exif, sizeof exif);
	memcpy(all + sizeof exif, PHOTO_WORDS, sizeof PHOTO_WORDS);
	jpeg_write_marker(info, JPEG_APP0 + 1, all, sizeof all);
}

static void write_jpeg(const struct photo *photo, const uint8_t *pixels, unsigned char **bytes, unsigned long *size)
{
	struct jpeg_error_mgr manager;
	struct jpeg_compress_struct info = { .err = jpeg_std_error(&manager) };
	jpeg_create_compress(&info);
	jpeg_mem_dest(&info, bytes, size);
	info.image_width = photo->width;
	info.image_height = photo->height;
	info.input_components = 3;
	info.in_color_space = JCS_RGB;
	jpeg_set_defaults(&info);
	jpeg_set_quality(&info, 90, TRUE);
	if (photo->scans)
		jpeg_simple_progression(&info);
	jpeg_start_compress(&info, TRUE);
	if (photo->orientation)
		write_exif(&info, photo->orientation);
	for (unsigned y = 0; y < photo->height; y++) {
		union { const uint8_t *in; JSAMPLE *out; } row = { .in = pixels + (size_t)y * photo->width * 3 };
		jpeg_write_scanlines(&info, &row.out, 1);
	}
	jpeg_finish_compress(&info);
	jpeg_destroy_compress(&info);
}

static size_t last_scan(struct span jpeg)
{
	for (size_t at = jpeg.size - 2; at > 0; at--)
		if (jpeg.data[at] == 0xff && jpeg.data[at + 1] == 0xda)
			return at;
	fail();
	return 0;
}

void photo_jpeg(const struct photo *photo, struct buf *jpeg)
{
	unsigned char *bytes = NULL;
	unsigned long size = 0;
	uint8_t *pixels = paint(photo, false);
	write_jpeg(photo, pixels, &bytes, &size);
	size_t scan = photo->scans ? last_scan(span_of(bytes, size)) : size - 2;
	buf_bytes(jpeg, bytes, size - 2);
	for (unsigned i = 0; i < photo->scans; i++)
		buf_bytes(jpeg, bytes + scan, size - 2 - scan);
	buf_bytes(jpeg, bytes + size - 2, 2);
	free(bytes);
	free(pixels);
	assert_ok(jpeg->err);
}

void photo_png(const struct photo *photo, bool alpha, struct buf *png)
{
	png_image image = { .version = PNG_IMAGE_VERSION, .width = photo->width, .height = photo->height,
	                    .format = alpha ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB };
	png_alloc_size_t size = 0;
	uint8_t *pixels = paint(photo, alpha), *bytes;
	assert_int_not_equal(png_image_write_to_memory(&image, NULL, &size, 0, pixels, 0, NULL), 0);
	bytes = malloc(size);
	assert_non_null(bytes);
	assert_int_not_equal(png_image_write_to_memory(&image, bytes, &size, 0, pixels, 0, NULL), 0);
	buf_bytes(png, bytes, size);
	free(bytes);
	free(pixels);
	assert_ok(png->err);
}

// ---- Looking at one ----

static uint8_t *read_jpeg(struct span jpeg, unsigned *width, unsigned *height)
{
	struct jpeg_error_mgr manager;
	struct jpeg_decompress_struct info = { .err = jpeg_std_error(&manager) };
	jpeg_create_decompress(&info);
	jpeg_mem_src(&info, jpeg.data, jpeg.size);
	assert_int_equal(jpeg_read_header(&info, TRUE), JPEG_HEADER_OK);
	info.out_color_space = JCS_RGB;
	jpeg_start_decompress(&info);
	*width = info.output_width;
	*height = info.output_height;
	uint8_t *pixels = malloc((size_t)*width * *height * 3);
	assert_non_null(pixels);
	while (info.output_scanline < info.output_height) {
		JSAMPROW row = pixels + (size_t)info.output_scanline * *width * 3;
		jpeg_read_scanlines(&info, &row, 1);
	}
	jpeg_finish_decompress(&info);
	jpeg_destroy_decompress(&info);
	return pixels;
}

enum photo_colour photo_corner(struct span jpeg, bool right, bool below)
{
	unsigned width, height, best = 0;
	long least = -1;
	uint8_t *pixels = read_jpeg(jpeg, &width, &height);
	const uint8_t *at = pixels + ((size_t)(below ? height - 1 : 0) * width + (right ? width - 1 : 0)) * 3;
	for (unsigned i = 0; i < sizeof colours / sizeof colours[0]; i++) {
		long apart = 0;
		for (unsigned c = 0; c < 3; c++)
			apart += labs((long)at[c] - colours[i][c]);
		if (least < 0 || apart < least) {
			least = apart;
			best = i;
		}
	}
	free(pixels);
	return (enum photo_colour)best;
}

void photo_sides(struct span jpeg, unsigned *width, unsigned *height)
{
	free(read_jpeg(jpeg, width, height));
}
