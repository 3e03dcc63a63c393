// The lanes by name, for people and configuration.
#include "log/lane.h"

#include <stddef.h>
#include <string.h>

static const char *const names[LANE_END] = {
	[LANE_PRIVATE] = "private",
	[LANE_DETAIL] = "detail",
	[LANE_UP] = "up",
	[LANE_DOWN] = "down",
	[LANE_MAIL] = "mail",
	[LANE_FILE] = "file",
};

const char *lane_name(enum lane lane)
{
	return lane_valid((unsigned)lane) ? names[lane] : "?";
}

bool lane_valid(unsigned lane)
{
	return lane >= LANE_FIRST && lane < LANE_END;
}

bool lane_parse(const char *text, enum lane *lane)
{
	for (unsigned i = LANE_FIRST; i < LANE_END; i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		*lane = (enum lane)i;
		return true;
	}
	return false;
}
