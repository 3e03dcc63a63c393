// Of states that can never be told apart one is kept, so that larger bounds can be walked through (docs/reliability.md).
// Only with the witness: what it has cosigned is the one chain, and words on any other record are void for ever.
//
//	messages    on a record that is not the last final one: dropped, no registrar acts on them again
//	consents    an answer and a Reaffirm change nothing where they are sent: they are sent as soon as they can be
//	registrars  behind the witness, or not the one that the last record names: all alike, until they hear that record
//	records     that the witness has refused or will refuse: dropped
//	units       without the member: what they heard since they let it go (or ever) makes no difference
//	backups     that can not be put back any more: gone
//
// `model --compare` holds what can be seen of all states (who holds what, in which life) against the whole walk's.
#ifndef TRIBUTARY_TESTS_MODEL_REDUCE_H
#define TRIBUTARY_TESTS_MODEL_REDUCE_H

#include "state.h"

void reduce_state(struct model_state *state);

#endif
