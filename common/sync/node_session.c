// Sessions with those below us, and with neighbours that called: found, opened and dropped. They live in memory alone.
#include "sync/node_near.h"

struct node_session *node_session_find(struct node *node, uint64_t link)
{
	struct node_session *session;
	HASH_FIND(hh, node->sessions, &link, sizeof link, session);
	return session;
}

void node_session_drop(struct node *node, struct node_session *session)
{
	HASH_DEL(node->sessions, session);
	node_sent_clear(&session->sent);
	node_near_end(&session->near);
	free(session);
}

struct node_session *node_session_open(struct node *node, uint64_t link)
{
	struct node_session *session = node_session_find(node, link);
	if (session) {
		node_sent_clear(&session->sent); // a second Hello on a link begins anew
		node_near_end(&session->near);
		return session;
	}
	if (HASH_COUNT(node->sessions) >= LIMIT_SESSIONS)
		return NULL;
	session = calloc(1, sizeof *session);
	if (!session)
		return NULL;
	session->link = link;
	HASH_ADD(hh, node->sessions, link, sizeof session->link, session);
	return session;
}
