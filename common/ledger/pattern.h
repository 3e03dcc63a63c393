// What a text must look like, declared in a pack: "d{17}[dX]". A pattern matches whole texts.
//
//	d a h .      a digit, a Latin letter, a Chinese character, any character
//	[dX_A-F]     one of these: characters, ranges, and d, a, h as above
//	x{3} x{1,4} x?   so many times; without one, once
//	\d           the character itself; any other character but a small Latin letter stands for itself
//
// There is no "or", no grouping and no "any number of": a pattern has at most 256 places, so that a text
// is matched in one pass whose cost the pattern bounds, whoever wrote it.
#ifndef TRIBUTARY_LEDGER_PATTERN_H
#define TRIBUTARY_LEDGER_PATTERN_H

#include "base/span.h"

#define PATTERN_PLACES_MAX 256 // characters that it may match at most
#define PATTERN_BYTES_MAX  256

const char *pattern_check(const char *pattern); // one sentence that says what is wrong; NULL: nothing
bool pattern_matches(const char *pattern, struct span text); // of a pattern without fault; UTF-8

#endif
