// A proof holds whole ranges of logs: of a county it is megabytes, and a fifth of a second's work. So it is made in turns
// (web/feed), over one transaction. What can be wrong with the question is found before the first of them.
#include "server/board_proof.h"

#include <stdlib.h>

#include "cli/boundary.h"
#include "io/machine.h"
#include "server/proof.h"
#include "web/within.h"

struct making {
	struct home *home;
	struct proof_claim claim;
	struct txn txn;
	struct proof_make *make; // NULL: not begun
};

static enum err begin(struct making *making)
{
	struct home *home = making->home;
	enum err err = txn_begin(home->store, STORE_READ, &making->txn);
	if (err)
		return err;
	err = proof_make_begin(&making->txn, &home->self, &home->pack, &making->claim, machine_now_ms(), &making->make);
	if (err)
		txn_abort(&making->txn);
	return err;
}

static enum err turn(void *context, struct buf *made, bool *done)
{
	struct making *making = context;
	enum err err = making->make ? ERR_OK : begin(making);
	return err ? err : proof_make_turn(making->make, made, done);
}

static void drop(void *context)
{
	struct making *making = context;
	if (making->make) {
		proof_make_end(making->make);
		txn_abort(&making->txn);
	}
	free(making);
}

// The question, as `tributaryd proof` would answer it, up to the figure itself.
static int ask(struct command *command)
{
	static const struct feed_maker maker = { .turn = turn, .drop = drop };
	struct exchange *exchange = exchange_of(command);
	struct proof_claim claim;
	struct proof_make *make;
	int code = proof_asked(command, &claim);
	if (code)
		return code;
	enum err err = proof_make_begin(&command->txn, &command->home.self, &command->home.pack, &claim, machine_now_ms(), &make);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_PROVE, verb_value(command->call, "metric"));
	proof_make_end(make);
	struct making *making = malloc(sizeof *making);
	if (!making)
		return command_fail(command, ERR_NOMEM, PHRASE_CANNOT_PROVE, NULL);
	*making = (struct making){ .home = command->call->home, .claim = claim };
	exchange_feed(exchange, &maker, making);
	exchange_file(exchange, "application/octet-stream", "figure.proof");
	return VERB_OK;
}

static int asked(const struct verb_call *call)
{
	return command_run(call, COMMAND_READ, ask);
}

int board_proof_file(struct command *command)
{
	static const struct verb verb = {
		.name = "proof", .arguments = "", .run = asked,
		.options = { { "unit", "UNIT", PHRASE_OPTION_UNIT, true }, { "metric", "METRIC", PHRASE_OPTION_PROOF_METRIC, true },
		             { "period", "PERIOD", PHRASE_OPTION_PROOF_PERIOD, true }, { "by", "DIMENSION", PHRASE_OPTION_CUT, false },
		             { "bucket", "PART", PHRASE_OPTION_BUCKET, false }, BOUNDARY_OPTION },
	};
	struct exchange *exchange = exchange_of(command);
	struct asking_word words[6] = { { "unit", exchange_path(exchange, "unit") } };
	struct asking_answer answer;
	size_t count = 1;
	for (size_t i = 1; i < sizeof words / sizeof words[0]; i++) {
		const char *value = exchange_query(exchange, verb.options[i].name);
		if (value)
			words[count++] = (struct asking_word){ verb.options[i].name, value };
	}
	int code = within_ask_own(command, &verb, words, count, &answer);
	if (!code)
		asking_free(&answer);
	return code;
}
