// Records as a branch keeps them: eight fields, about 200 bytes, made up from a counter. The same
// every time; no value of theirs was seen when the dictionary was trained (train_dictionary.c).
#ifndef TRIBUTARY_TESTS_RECORDS_H
#define TRIBUTARY_TESTS_RECORDS_H

#include "sync/pen.h"

#define RECORDS_FIELDS 8
#define RECORDS_KIND   1 // visit, of bench.yaml

struct records_visit {
	struct pen_write write[RECORDS_FIELDS];
	char phone[16];
	char household[32];
	char note[256];
};

void records_make(struct records_visit *visit, uint64_t number); // write[] points into *visit
#endif
