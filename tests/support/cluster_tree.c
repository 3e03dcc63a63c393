// Changing the tree of a play, and following it.
#include "support/cluster.h"
#include "support/support.h"

void cluster_follow(struct actor *actor)
{
	for (size_t i = 0; i < actor->cluster->count; i++)
		if (hash_equal(&actor->cluster->actor[i].self.identity.sign_public, &actor->self.parent_key))
			actor->parent = &actor->cluster->actor[i];
}

static enum charter_fault change_tree(struct actor *server, enum charter_change_kind what, const struct id *unit,
                                      const struct id *to, const char *day)
{
	struct cluster_pen writing;
	struct arena arena;
	struct charter_draft draft = { .what = what, .unit = *unit, .to = *to, .by = server->self.unit };
	assert_ok(date_parse(span_string(day), &draft.day));
	arena_init(&arena, LIMIT_DECODE_BYTES);
	cluster_write(server, &writing);
	assert_ok(charter_draft(&writing.txn, &arena, &draft));
	if (!draft.fault) {
		Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
		statements.n_statements = 1;
		statements.statements = &draft.statement;
		assert_ok(pen_statements(&writing.pen, &statements));
	}
	cluster_written(&writing);
	arena_free(&arena);
	return draft.fault;
}

enum charter_fault cluster_move(struct actor *server, const struct id *unit, const struct id *to, const char *day)
{
	return change_tree(server, CHARTER_MOVED, unit, to, day);
}

enum charter_fault cluster_merge(struct actor *server, const struct id *unit, const struct id *into, const char *day)
{
	return change_tree(server, CHARTER_MERGED, unit, into, day);
}
