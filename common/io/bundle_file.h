// The files of bundles: parts written so that each is there whole or not at all, and read piece by piece,
// whatever their size.
#ifndef TRIBUTARY_IO_BUNDLE_FILE_H
#define TRIBUTARY_IO_BUNDLE_FILE_H

#include "io/file.h"
#include "sync/bundle_out.h"

#define BUNDLE_FILE_SUFFIX ".tbundle"

// ---- Writing: a port for sync/bundle_out.h ----

// Into a directory each part gets a name of its own, by holder's name, time and number; with a file's name the
// first part gets it, and the others that with ".2", ".3" … behind it.
struct bundle_writer {
	char target[FILE_PATH_BYTES];
	bool directory;
	char path[FILE_PATH_BYTES];      // of the part at hand, or the last one
	char temporary[FILE_PATH_BYTES];
	char name[64];                   // of who wrote it and for whom, in file names: "up-1a2b3c4d"
	int fd;
	struct buf bytes;                // not written yet
	unsigned parts;                  // that are there
	void (*written)(void *context, const char *path); // each part that is there; may be NULL
	void *context;
};

// ERR_EXISTS: there is such a file. `name` as above.
enum err bundle_writer_open(struct bundle_writer *writer, const char *target, const char *name);
void bundle_writer_close(struct bundle_writer *writer); // what is not finished is taken away
struct bundle_port bundle_writer_port(struct bundle_writer *writer);

// Free bytes where the target is; 0: unknown.
uint64_t bundle_writer_room(const struct bundle_writer *writer);

bool bundle_file_is_directory(const char *path);

// ---- Reading ----

// A part being read. What was found to be wrong is in `fault`, where it is in `offset`.
struct bundle_reader {
	int fd;
	struct bundle_part part;
	struct buf head;                 // as it stands in the file
	struct buf rest;                 // of the piece at hand
	struct bundle_piece piece;
	bool open;                       // the key is here: messages can be read
	uint64_t offset;                 // of the piece at hand
	uint64_t size;                   // of the file
	uint32_t pieces, false_pieces;   // whole so far; not
	uint64_t false_at;               // offset of the first that is not
	bool ended, last;                // the end of the part was seen; and of the bundle
	enum err fault;                  // ERR_SIGNATURE: pieces are damaged; ERR_GAP: cut; ERR_MALFORMED: something follows
};

// Opens and checks the head. ERR_MALFORMED: no bundle; ERR_VERSION; ERR_SIGNATURE: its head is damaged; else of the file.
// On any error nothing is left open.
enum err bundle_reader_open(struct bundle_reader *reader, const char *path);
enum err bundle_reader_unlock(struct bundle_reader *reader, const struct identity *identity); // ERR_NO_KEY
// The next whole piece: true, with its message where unlocked (in the arena, else empty). False: no more, and `fault` tells
// what is wrong, or the error of the file.
bool bundle_reader_next(struct bundle_reader *reader, struct arena *arena, struct span *message, enum err *err);
void bundle_reader_close(struct bundle_reader *reader);

// ---- Which files ----

struct bundle_listed {
	char *path;               // owned by the list
	struct bundle_head head;  // zero where `err`
	enum err err;             // of opening it
};
struct bundle_list {
	struct bundle_listed *items;
	size_t count;
};
// A file with those that follow it (".2" …), or all bundles of a directory, in the order of making and parts. Files of a
// directory that are no bundles are left out. ERR_NOT_FOUND.
enum err bundle_list_make(const char *path, struct bundle_list *list);
void bundle_list_free(struct bundle_list *list);

#endif
