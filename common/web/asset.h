// Static files: a table compiled into the program (cmake/assets.cmake), never a path. Kept as gzip -9 made them.
#ifndef TRIBUTARY_WEB_ASSET_H
#define TRIBUTARY_WEB_ASSET_H

#include <stdbool.h>
#include <stddef.h>

struct asset {
	const char *path;      // "/app-3F2A9C1B.js"; "/index.html" is also "/"
	const char *type;
	const char *etag;      // with its quotes
	bool lasting;          // its name changes with its content
	const unsigned char *bytes; // gzip
	size_t size;
};

struct asset_table {
	const struct asset *assets;
	size_t count;
};

const struct asset *asset_find(const struct asset_table *table, const char *path); // NULL: none

#endif
