// The catalogue of the programs for the browser, so that nothing is said in two ways.
#ifndef TRIBUTARY_WEB_TEXT_H
#define TRIBUTARY_WEB_TEXT_H

#include <jansson.h>

#include "cli/phrase.h"

// {"language": "zh", "text": {"PAGE_…": "…"}}: what pages may need. NULL: no memory.
json_t *text_catalogue(enum phrase_language language);

#endif
