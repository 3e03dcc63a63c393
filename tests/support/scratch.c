#include "support/scratch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/support.h"

void scratch_make(struct scratch *scratch)
{
	const char *under = getenv("TMPDIR");
	int size = snprintf(scratch->path, sizeof scratch->path, "%s/tributary-XXXXXX", under && *under ? under : "/tmp");
	assert_in_range(size, 1, sizeof scratch->path - 1);
	assert_non_null(mkdtemp(scratch->path));
}

static void remove_all(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	while (dir && (entry = readdir(dir))) {
		char inner[1024];
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
		if (unlink(inner))
			remove_all(inner); // a directory
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

void scratch_remove(struct scratch *scratch)
{
	remove_all(scratch->path);
	scratch->path[0] = '\0';
}
