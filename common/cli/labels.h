// Texts that stand for records, found at once: what an import looks up ten thousand times.
#ifndef TRIBUTARY_CLI_LABELS_H
#define TRIBUTARY_CLI_LABELS_H

#include "base/id.h"

struct labels;

struct labels_item {
	struct id id;
	size_t line;     // of the file that is read; 0: was there before
	bool several;    // more than one record answers to the text
};

struct labels *labels_new(void); // NULL: out of memory
void labels_free(struct labels *labels);
// A text that is there already becomes `several` (unless it is the same record).
enum err labels_put(struct labels *labels, struct span text, const struct id *id, size_t line);
const struct labels_item *labels_get(const struct labels *labels, struct span text); // NULL: none

#endif
