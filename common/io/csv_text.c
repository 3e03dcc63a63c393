// Which encoding it is: a byte order mark says so; without one, text that is valid UTF-8 is UTF-8,
// since Chinese text in GB18030 practically never is; the rest is GB18030. iconv does the rest.
#include "io/csv_text.h"

#include <errno.h>
#include <iconv.h>
#include <utf8proc.h>

static const struct {
	const char *magic;
	size_t size;
	const char *what;
} foreign[] = {
	{ "PK\x03\x04", 4, "this is a workbook (.xlsx), not a table of text: save it as CSV" },
	{ "\xd0\xcf\x11\xe0", 4, "this is a workbook (.xls), not a table of text: save it as CSV" },
};

static const struct {
	const char *mark;
	size_t size;
	const char *encoding;
} marks[] = {
	{ "\xef\xbb\xbf", 3, "UTF-8" },
	{ "\xff\xfe", 2, "UTF-16LE" },
	{ "\xfe\xff", 2, "UTF-16BE" },
};

// Line ends in front of `size` bytes, plus one.
static size_t line_at(struct span bytes, size_t size)
{
	size_t line = 1;
	for (size_t i = 0; i < size; i++) {
		bool pair = bytes.data[i] == '\r' && i + 1 < bytes.size && bytes.data[i + 1] == '\n';
		line += bytes.data[i] == '\n' || (bytes.data[i] == '\r' && !pair);
	}
	return line;
}

static enum err refuse(struct csv_text_fault *fault, const char *what, size_t line)
{
	*fault = (struct csv_text_fault){ .what = what, .line = line };
	return ERR_MALFORMED;
}

// The first byte that is not UTF-8, or the size.
static size_t utf8_prefix(struct span bytes)
{
	size_t at = 0;
	while (at < bytes.size) {
		utf8proc_int32_t c;
		utf8proc_ssize_t size = utf8proc_iterate(bytes.data + at, (utf8proc_ssize_t)(bytes.size - at), &c);
		if (size <= 0)
			break;
		at += (size_t)size;
	}
	return at;
}

// iconv's input is not const; it does not write there.
static enum err convert(iconv_t handle, struct span bytes, struct buf *utf8, size_t *consumed)
{
	union { const uint8_t *in; char *out; } from = { .in = bytes.data };
	size_t left = bytes.size;
	while (left) {
		char block[4096], *to = block;
		size_t room = sizeof block;
		size_t result = iconv(handle, &from.out, &left, &to, &room);
		int cause = errno;
		buf_bytes(utf8, block, sizeof block - room);
		*consumed = bytes.size - left;
		if (utf8->err)
			return utf8->err;
		if (result == (size_t)-1 && cause != E2BIG)
			return ERR_MALFORMED;
	}
	return ERR_OK;
}

static enum err decode_by_iconv(const char *encoding, struct span bytes, struct buf *utf8, struct csv_text_fault *fault)
{
	iconv_t handle = iconv_open("UTF-8", encoding);
	size_t before = utf8->size, consumed = 0;
	if (handle == (iconv_t)-1)
		return refuse(fault, "neither UTF-8 nor anything that this machine can convert: save it as CSV UTF-8", 0);
	enum err err = convert(handle, bytes, utf8, &consumed);
	iconv_close(handle);
	if (err != ERR_MALFORMED)
		return err;
	// Lines are counted in what came out: in UTF-16 a line end is two bytes.
	struct span done = span_of(utf8->data + before, utf8->size - before);
	static const char stray[] = "a character that is neither UTF-8 nor GB18030, or cut in the middle";
	return refuse(fault, stray, line_at(done, done.size));
}

static enum err decode_utf8(struct span bytes, struct buf *utf8, struct csv_text_fault *fault)
{
	size_t valid = utf8_prefix(bytes);
	if (valid < bytes.size)
		return refuse(fault, "a character that is not UTF-8, although the file says that it is", line_at(bytes, valid));
	buf_bytes(utf8, bytes.data, bytes.size);
	return utf8->err;
}

static enum err decode(struct span bytes, struct buf *utf8, const char **encoding, struct csv_text_fault *fault)
{
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (!span_starts(bytes, span_of(marks[i].mark, marks[i].size)))
			continue;
		*encoding = marks[i].encoding;
		bytes = span_of(bytes.data + marks[i].size, bytes.size - marks[i].size);
		return i == 0 ? decode_utf8(bytes, utf8, fault) : decode_by_iconv(*encoding, bytes, utf8, fault);
	}
	bool plain = utf8_prefix(bytes) == bytes.size;
	*encoding = plain ? "UTF-8" : "GB18030";
	return plain ? decode_utf8(bytes, utf8, fault) : decode_by_iconv(*encoding, bytes, utf8, fault);
}

enum err csv_text_decode(struct span bytes, struct buf *utf8, const char **encoding, struct csv_text_fault *fault)
{
	*fault = (struct csv_text_fault){ .what = NULL, .line = 0 };
	*encoding = "UTF-8";
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if (span_starts(bytes, span_of(foreign[i].magic, foreign[i].size)))
			return refuse(fault, foreign[i].what, 0);
	size_t before = utf8->size;
	enum err err = decode(bytes, utf8, encoding, fault);
	if (err)
		return err;
	if (utf8->size == before)
		return ERR_OK; // a mark and nothing behind it: there may be no memory yet
	struct span text = span_of(utf8->data + before, utf8->size - before);
	const uint8_t *nul = memchr(text.data, 0, text.size);
	if (nul)
		return refuse(fault, "a zero byte: this is not a table of text", line_at(text, (size_t)(nul - text.data)));
	return ERR_OK;
}
