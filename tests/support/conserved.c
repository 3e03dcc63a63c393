#include "support/conserved.h"

#include "org/transfer_state.h"
#include "support/support.h"

void conserved_at(struct actor *server)
{
	struct txn txn;
	struct transfer_terms terms;
	assert_ok(txn_begin(server->store, STORE_READ, &txn));
	assert_ok(transfer_state_terms(&txn, &server->self.unit, &terms));
	txn_abort(&txn);
	bool adds_up = terms.counted + terms.not_taken_up - terms.not_let_go == terms.known;
	bool sound = terms.counted >= 0 && terms.not_taken_up >= 0 && terms.not_let_go >= 0 && terms.known >= 0;
	if (!adds_up || !sound || !terms.conserved)
		fail_msg("%s: %lld members counted, %lld not taken up, %lld not let go, %lld known%s", server->name,
		         (long long)terms.counted, (long long)terms.not_taken_up, (long long)terms.not_let_go, (long long)terms.known,
		         terms.conserved ? "" : "; a ledger does not hold whom its records give it");
}

void conserved_everywhere(struct cluster *cluster)
{
	for (size_t i = 0; i < cluster->count; i++)
		if (cluster->actor[i].store && cluster->actor[i].self.server)
			conserved_at(&cluster->actor[i]);
}
