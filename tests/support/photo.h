// Photos that tests are played with: four corners of four colours, so that it shows which way up a picture is.
#ifndef TRIBUTARY_TESTS_PHOTO_H
#define TRIBUTARY_TESTS_PHOTO_H

#include "base/buf.h"

enum photo_colour { PHOTO_RED, PHOTO_GREEN, PHOTO_BLUE, PHOTO_WHITE }; // left and right above, left and right below

struct photo {
	unsigned width, height;
	unsigned orientation;  // as Exif has it, 1 to 8; 0: no Exif
	unsigned scans;        // 0: baseline; else progressive, and its last scan so many times more
	bool noise;            // instead of the colours
};

#define PHOTO_WORDS "taken at 39.6 N 110.0 E" // what Exif says beside the orientation

void photo_jpeg(const struct photo *photo, struct buf *jpeg);
void photo_png(const struct photo *photo, bool alpha, struct buf *png);
// The colour that the corner of a JPEG has, and its sides.
enum photo_colour photo_corner(struct span jpeg, bool right, bool below);
void photo_sides(struct span jpeg, unsigned *width, unsigned *height);

#endif
