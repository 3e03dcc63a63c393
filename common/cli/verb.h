// The command line: one table of verbs per program gives dispatch, help and completion.
//
//	PROGRAM [-C DIR] [--json] VERB [ARGUMENT…] [--option [VALUE]]…
//
// A verb may be two words ("unit add"). Options may stand anywhere; "--" ends them; --name=VALUE and
// --name VALUE are the same. The data directory is -C DIR, else TRIBUTARY_DIR, else the program's own.
#ifndef TRIBUTARY_CLI_VERB_H
#define TRIBUTARY_CLI_VERB_H

#include "cli/phrase.h"

// Stable: scripts rely on them.
enum verb_exit {
	VERB_OK = 0,
	VERB_FAILED = 1,
	VERB_USAGE = 2,
	VERB_CONFLICT = 3,     // conflicting values, or not accepted
	VERB_UNREACHABLE = 4,
	VERB_AGAIN = 75,       // EX_TEMPFAIL
};

#define VERB_OPTIONS_MAX     12
#define VERB_REPEATS_MAX     64 // options given on one line
#define VERB_DIRECTORY_BYTES 4096

struct verb_option {
	const char *name;      // "parent", typed --parent
	const char *value;     // "UNIT"; NULL: a switch. Words with FILE or DIR in them complete as such
	enum phrase help;
	bool required;
};

struct verb_call;

struct verb {
	const char *name;      // "put", "unit add"
	enum phrase chapter;   // of the help, where one begins with this verb
	const char *arguments; // "KIND FIELD=VALUE…", as help shows them; "" for none
	enum phrase help;
	int least, most;       // arguments; most < 0: any number
	struct verb_option options[VERB_OPTIONS_MAX]; // up to the first without a name
	int (*run)(const struct verb_call *call);     // gives the exit code
};

struct verb_program {
	const char *name;
	enum phrase help;
	const char *directory; // used when neither -C nor TRIBUTARY_DIR is given; may begin with "~/"
	const struct verb *verbs;
	size_t verb_count;
};

struct home;
struct output_page;

struct verb_call {
	const struct verb_program *program;
	const struct verb *verb;
	const char *directory;
	char own_directory[VERB_DIRECTORY_BYTES]; // the program's, written out
	bool json;
	struct home *home;     // open already: asked within a program that serves (cli/asking); NULL: the verb opens its own
	struct output_page *page; // which rows of a table are asked for; NULL: all
	void *context;         // the asker's own; NULL: there is none
	bool *failed;          // a failure was told: what follows from it is not told as well. NULL: each is told
	FILE *out, *told;      // where the answer goes, and a failure: stdout and stderr, or into memory
	char **arguments;
	size_t argument_count;
	const char *values[VERB_OPTIONS_MAX]; // as in verb->options; NULL: not given; "" for a switch
	struct {
		size_t option;     // its place in verb->options
		const char *value;
	} given[VERB_REPEATS_MAX]; // in the order given, for options that may be given several times
	size_t given_count;
};

int verb_main(const struct verb_program *program, int argc, char **argv);
// A call whose verb, home and streams are set, with the words behind the verb.
int verb_within(struct verb_call *call, int argc, char **argv);

const char *verb_value(const struct verb_call *call, const char *option); // NULL: not given
// All values of an option given several times: from *at = 0 on; NULL behind the last.
const char *verb_each(const struct verb_call *call, const char *option, size_t *at);
bool verb_given(const struct verb_call *call, const char *option);

// Exit code of a failure: the only place that decides it.
int verb_exit(enum err err);

// One line on `told`: "tributary: what: where: why; what to do". With --json an object of the same.
struct verb_failure {
	enum err err;
	enum phrase what;      // "cannot open the store"
	const char *where;      // path, field, unit; may be NULL
	const char *why;        // instead of the error's own sentence; NULL: that one; "": `what` says it all
	enum phrase remedy;    // PHRASE_NONE: the error's own
};
int verb_fail(const struct verb_call *call, const struct verb_failure *failure); // gives the exit code
int verb_usage(const struct verb_call *call, enum phrase what, const char *where); // a line, and where help is

// The verb "completion" of both programs: prints a completion script made from the table.
int verb_completion(const struct verb_call *call);

#endif
