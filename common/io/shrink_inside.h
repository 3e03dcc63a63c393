// Pixels on their way from a decoder to a small picture. For io/picture*.c alone.
#ifndef TRIBUTARY_IO_SHRINK_INSIDE_H
#define TRIBUTARY_IO_SHRINK_INSIDE_H

#include <stdio.h>

#include "io/shrink.h"
#include "sync/picture.h"

enum { SHRINK_COLOURS = 3 };

// Rows come from the top; those that fall on one row of the result are averaged.
struct shrink_scaler {
	uint32_t width, height;      // of what comes
	uint32_t to_width, to_height;
	uint32_t row;                // of what comes, the next
	uint32_t sums[PICTURE_EDGE][SHRINK_COLOURS + 1];
	uint8_t pixels[PICTURE_EDGE * PICTURE_EDGE * SHRINK_COLOURS];
};

void shrink_scaler_begin(struct shrink_scaler *scaler, uint32_t width, uint32_t height);
void shrink_scaler_row(struct shrink_scaler *scaler, const uint8_t *rgb);

#define SHRINK_PIXELS_MOST (100u * 1000 * 1000) // of what is decoded
#define SHRINK_SIDE_MOST   30000

enum err shrink_jpeg_read(FILE *file, struct shrink_scaler *scaler, unsigned *orientation); // 1 to 8, as Exif has it
enum err shrink_jpeg_write(const uint8_t *rgb, uint32_t width, uint32_t height, struct buf *jpeg);
enum err shrink_png_read(FILE *file, struct shrink_scaler *scaler);

#endif
