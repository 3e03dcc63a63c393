// What a device or server below may bring, by the log's name and the charter.
#include "org/charter_past.h"
#include "sync/node_want_below.h"

// Logs of its own unit; of a server also what goes up from its subtree; and our own, which a
// restored server is given back.
bool node_admit_below(struct node_call *call, void *context, const struct logname *name)
{
	const struct node_session *session = context;
	struct charter_device author;
	if (hash_equal(&name->device, &session->device) || hash_equal(&name->device, &call->node->self->identity.sign_public))
		return true;
	if (charter_device_get(call->txn, &name->device, &author))
		return session->client_is_server && name->lane == LANE_DOWN;
	if (id_equal(&author.unit, &session->unit))
		return name->lane != LANE_DOWN || author.server;
	if (name->lane == LANE_DOWN && charter_is_ancestor(call->txn, &author.unit, &call->node->self->unit))
		return true; // a charter from above us, kept by a client
	if (name->lane == LANE_DOWN && charter_was_below(call->txn, &author.unit, &session->unit))
		return true; // or that of its unit's former superiors, which says what it is
	if (session->client_is_server && name->lane == LANE_FILE)
		return node_want_below_admits(call, &session->unit, &author.unit);
	bool relayed = name->lane == LANE_UP || name->lane == LANE_DOWN || name->lane == LANE_MAIL;
	return session->client_is_server && relayed && charter_is_ancestor(call->txn, &session->unit, &author.unit);
}
