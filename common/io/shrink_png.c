// PNG by libpng's simple interface, over white where it is transparent. It decodes whole images, so these are bounded by memory.
#include "io/shrink_inside.h"

#include <png.h>
#include <stdlib.h>

#define PNG_PIXELS_MOST (40u * 1000 * 1000)

enum err shrink_png_read(FILE *file, struct shrink_scaler *scaler)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	static const png_color white = { 255, 255, 255 };
	enum err err = ERR_NOT_FOUND;
	uint8_t *pixels = NULL;
	if (!png_image_begin_read_from_stdio(&image, file))
		return err;
	image.format = PNG_FORMAT_RGB;
	uint64_t count = (uint64_t)image.width * image.height;
	if (count > 0 && count <= PNG_PIXELS_MOST && image.width <= SHRINK_SIDE_MOST && image.height <= SHRINK_SIDE_MOST)
		pixels = malloc(PNG_IMAGE_SIZE(image));
	if (pixels && png_image_finish_read(&image, &white, pixels, 0, NULL)) {
		shrink_scaler_begin(scaler, image.width, image.height);
		for (uint32_t y = 0; y < image.height; y++)
			shrink_scaler_row(scaler, pixels + (size_t)y * image.width * SHRINK_COLOURS);
		err = ERR_OK;
	}
	png_image_free(&image);
	free(pixels);
	return err;
}
