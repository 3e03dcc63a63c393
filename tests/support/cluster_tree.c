// A branch in the tree of a play, changing that tree, following it, and giving roles.
#include "base/pb.h"
#include "org/charter_role.h"
#include "support/cluster.h"
#include "support/support.h"

struct actor *cluster_branch(struct actor *parent, const char *name)
{
	return cluster_unit(parent, "branch", name);
}

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

static void say_of_tree(struct actor *server, Tributary__Statement *statement, const char *day)
{
	struct cluster_pen writing;
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	int32_t effective;
	assert_ok(date_parse(span_string(day), &effective));
	statement->effective = effective;
	statements.n_statements = 1;
	statements.statements = &statement;
	cluster_write(server, &writing);
	assert_ok(pen_statements(&writing.pen, &statements));
	cluster_written(&writing);
}

void cluster_split(struct actor *server, const struct id *unit, const struct id *into, size_t count, const char *day)
{
	Tributary__UnitSplit split = TRIBUTARY__UNIT_SPLIT__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	ProtobufCBinaryData successors[4];
	assert_true(count <= 4);
	for (size_t i = 0; i < count; i++)
		successors[i] = pb_bytes(id_span(&into[i]));
	split.unit = pb_bytes(id_span(unit));
	split.n_successors = count;
	split.successors = successors;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_SPLIT;
	statement.unit_split = &split;
	say_of_tree(server, &statement, day);
}

void cluster_close(struct actor *server, const struct id *unit, const char *day)
{
	Tributary__UnitChanged changed = TRIBUTARY__UNIT_CHANGED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	changed.unit = pb_bytes(id_span(unit));
	changed.closed = true;
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CHANGED;
	statement.unit_changed = &changed;
	say_of_tree(server, &statement, day);
}

// ---- Roles ----

void cluster_role(struct actor *server, struct actor *device, const char *role, bool granted)
{
	struct cluster_pen writing;
	struct journal_log logs[LANE_END];
	Tributary__Frontier rows[CLUSTER_ACTORS], *cutoff[CLUSTER_ACTORS];
	Tributary__RoleStated stated = TRIBUTARY__ROLE_STATED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT, *one = &statement;
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	struct hash ids[CLUSTER_ACTORS];
	size_t count = 0;
	for (size_t i = 0; i < server->cluster->count; i++)
		for (unsigned lane = LANE_FIRST; lane < LANE_MAIL; lane++) {
			struct actor *sibling = &server->cluster->actor[i];
			if (!id_equal(&sibling->self.unit, &device->self.unit))
				continue;
			cluster_log(server, sibling, (enum lane)lane, &logs[lane]);
			if (logs[lane].peaks.size == 0)
				continue;
			ids[count] = logs[lane].id;
			tributary__frontier__init(&rows[count]);
			rows[count].log = pb_bytes(hash_span(&ids[count]));
			rows[count].size = logs[lane].peaks.size;
			cutoff[count] = &rows[count];
			count++;
		}
	stated.device = pb_bytes(hash_span(&device->self.identity.sign_public));
	stated.role = (char *)(uintptr_t)role;
	stated.n_cutoff = count;
	stated.cutoff = cutoff;
	statement.effective = 20500;
	statement.what_case = granted ? TRIBUTARY__STATEMENT__WHAT_ROLE_GRANTED : TRIBUTARY__STATEMENT__WHAT_ROLE_WITHDRAWN;
	statement.role_granted = &stated;
	statements.n_statements = 1;
	statements.statements = &one;
	cluster_write(server, &writing);
	stated.rank = charter_role_rank(&writing.txn, &device->self.unit, role) + 1;
	assert_ok(pen_statements(&writing.pen, &statements));
	cluster_written(&writing);
}
