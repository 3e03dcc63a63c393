// Bundles, on both programs: out, in and show; and joining by stick.
#ifndef TRIBUTARY_CLI_BUNDLING_H
#define TRIBUTARY_CLI_BUNDLING_H

#include "cli/command.h"
#include "io/bundle_file.h"
#include "sync/bundle_row.h"
#include "sync/bundle_talk.h"

int bundling_out_run(const struct verb_call *call);
int bundling_in_run(const struct verb_call *call);
int bundling_show_run(const struct verb_call *call);

// The verbs' rows in both programs.
#define BUNDLING_SIZE { "max-size", "N", PHRASE_OPTION_MAX_SIZE, false }
#define BUNDLING_IN_SHOW \
	{ .name = "bundle in", .arguments = "FILE|DIR…", .help = PHRASE_VERB_BUNDLE_IN, .least = 1, .most = -1, .run = bundling_in_run }, \
	{ .name = "bundle show", .arguments = "FILE|DIR…", .help = PHRASE_VERB_BUNDLE_SHOW, .least = 1, .most = -1, \
	  .run = bundling_show_run }

// A request to join, into a file instead of to the porch; and, with the return bundle, what the porch would have
// answered (bundling_join.c). The code typed in is kept until then.
int bundling_join(const struct verb_call *call, struct home *home, const char *code, const char *label, const char *path);
// Does a store that has asked so find its answer there? Nothing happens where it has joined already. Gives the exit code.
int bundling_join_finish(const struct verb_call *call);

// ---- Among its own files ----

// The talk of a home; `port` NULL: only takes in.
enum err bundling_open(struct home *home, const struct bundle_port *port, struct bundle_talk *talk);

// Who made a bundle and for whom, in words that live in the command's arena; needs a transaction.
const char *bundling_unit_of(struct command *command, const struct hash *device);
void bundling_age(uint64_t made_ms, char text[static 64]);

enum bundling_state {
	BUNDLING_TAKEN, BUNDLING_WHOLE, BUNDLING_MORE, BUNDLING_CUT, BUNDLING_DAMAGED, BUNDLING_FOLLOWED, BUNDLING_FOREIGN,
	BUNDLING_REFUSED, BUNDLING_UNREADABLE
};

// What was found of one part.
struct bundling_part {
	const char *path;
	struct bundle_head head;
	enum bundling_state state;
	enum err err;             // REFUSED, UNREADABLE: why
	uint32_t pieces, damaged;
	uint64_t size, offset;    // of the file; of what is wrong
	bool last;
};
void bundling_read(struct bundling_part *part, const struct bundle_reader *reader); // what the reader found
void bundling_print(struct command *command, const struct bundling_part *parts, size_t count, struct output_table *table);
struct output_table *bundling_table(struct command *command);
// The first that is not as it should be, in one line; VERB_OK: none is.
int bundling_fail(struct command *command, enum phrase what, const struct bundling_part *parts, size_t count);

#endif
