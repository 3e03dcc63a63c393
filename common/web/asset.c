// Looking up a static file by its name.
#include "web/asset.h"

#include <string.h>

const struct asset *asset_find(const struct asset_table *table, const char *path)
{
	const char *name = strcmp(path, "/") == 0 ? "/index.html" : path;
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->assets[i].path, name) == 0)
			return &table->assets[i];
	}
	return NULL;
}
