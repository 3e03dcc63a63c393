#include "base/trace.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

enum { TRACE_LINE_BYTES = 240 };

// A cut must not leave half a character: names of units are Chinese as often as not.
static void cut_at_character(char *line)
{
	size_t end = TRACE_LINE_BYTES;
	size_t start = end;
	while (start > 0 && end - start < 3 && ((unsigned char)line[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)line[start - 1];
	size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	if (need > 1 && end - (start - 1) < need)
		line[start - 1] = '\0';
}

void trace_say(const struct trace *trace, const char *format, ...)
{
	if (!trace || !trace->line)
		return;
	char line[TRACE_LINE_BYTES + 1];
	va_list arguments;
	va_start(arguments, format);
	int size = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	if (size < 0)
		return;
	if (size > TRACE_LINE_BYTES)
		cut_at_character(line);
	trace->line(trace->context, line);
}
