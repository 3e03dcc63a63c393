// Following one's unit: when the tree says that another server looks after it, that one is our parent.
// Its key and its address come with the tree: its certificate, what it said of its own address, and what
// the statement that moved us says of both. The old server has been given what we had; the new one is
// given it like a server that was replaced: all that concerns it and that it lacks.
#include "org/charter_past.h"
#include "sync/node_inside.h"

// The server that a device of ours talks to; for a server, the one above its unit.
static enum err find_registrar(struct node_call *call, struct hash *server)
{
	const struct self *self = call->node->self;
	struct charter_unit row;
	struct id registrar, from = self->unit;
	enum err err = charter_unit_get(call->txn, &self->unit, &row);
	if (!err && self->server)
		from = row.parent;
	if (!err)
		err = id_is_zero(&from) ? ERR_NOT_FOUND : charter_registrar(call->txn, &from, &registrar);
	if (!err)
		err = charter_unit_get(call->txn, &registrar, &row);
	*server = row.server;
	return err;
}

bool node_follow(struct node_call *call)
{
	struct self *self = call->node->self;
	struct hash server, curve;
	char address[LIMIT_ADDRESS_BYTES];
	if (find_registrar(call, &server) || hash_is_zero(&server) || hash_equal(&server, &self->parent_key)
	    || hash_equal(&server, &self->identity.sign_public))
		return false;
	if (charter_server(call->txn, &server, &curve, address)) {
		node_notice(call, ERR_MOVED, "another server looks after this unit now, and where it is reached is not known here");
		return false;
	}
	self->parent_key = server;
	self->parent_curve = curve;
	memcpy(self->parent_address, address, sizeof address);
	node_notice(call, ERR_MOVED, "this unit has moved; its new server is called from now on");
	return self_save(call->txn, self) == ERR_OK;
}
