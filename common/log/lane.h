// Lanes: audiences (DESIGN 4). The lane is part of a log's name, so one log has one audience.
#ifndef TRIBUTARY_LOG_LANE_H
#define TRIBUTARY_LOG_LANE_H

#include <stdbool.h>

//       name      number readers
#define LANE_LIST(X)                                                                     \
	X(PRIVATE, 1, "the unit's own devices; ciphertext everywhere else")              \
	X(DETAIL,  2, "the unit and its registrar")                                      \
	X(UP,      3, "ancestors, LIMIT_UP_DEPTH levels; roll-ups beyond")               \
	X(DOWN,    4, "descendants; ancestors; of the neighbours' logs the statements alone") \
	X(MAIL,    5, "one other unit, sealed to it")                                    \
	X(FILE,    6, "pieces of files: the unit and its registrar; ciphertext where their field is private")

enum lane {
#define LANE_ENUM(name, number, readers) LANE_##name = number,
	LANE_LIST(LANE_ENUM)
#undef LANE_ENUM
	LANE_END
};

#define LANE_FIRST LANE_PRIVATE

const char *lane_name(enum lane lane); // "private"; "?" for what is none
bool lane_valid(unsigned lane);
bool lane_parse(const char *text, enum lane *lane);

#endif
