#include "inspect.h"

#include "actor.h"

static const char *author_name(const struct world *world, const struct hash *device)
{
	for (size_t i = 0; i < world->actor_count; i++)
		if (hash_equal(&world->actors[i]->self.identity.sign_public, device))
			return world->actors[i]->name;
	return "(nobody)";
}

static unsigned set_aside(struct txn *txn, const struct journal_log *log)
{
	unsigned count = 0;
	uint8_t key[4] = { (uint8_t)(log->number >> 24), (uint8_t)(log->number >> 16), (uint8_t)(log->number >> 8), (uint8_t)log->number };
	struct scan scan = scan_begin(txn, STORE_QUARANTINE, span_of(key, sizeof key));
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	return count;
}

static unsigned evidence(struct txn *txn, const struct journal_log *log)
{
	unsigned count = 0;
	struct scan scan = scan_begin(txn, STORE_FORK, hash_span(&log->id));
	while (scan_next(&scan))
		count++;
	scan_end(&scan);
	return count;
}

// Log and root by their first bytes: what is the same in two stores looks the same.
static void print_log(const struct world *world, struct txn *txn, const struct journal_log *log, FILE *to)
{
	struct hash root = { .bytes = { 0 } };
	char id[HASH_TEXT_BYTES], top[HASH_TEXT_BYTES];
	if (log->peaks.size > 0 && journal_root_at(txn, log, log->peaks.size, &root))
		fprintf(to, "  (its tree cannot be read)");
	hash_format(&log->id, id);
	hash_format(&root, top);
	fprintf(to, "  %-12s %-7s %.6s size %3llu applied %3llu root %.6s head %llu ahead %llu receipts %llu %llu%s", author_name(world, &log->name.device),
	        lane_name(log->name.lane), id, (unsigned long long)log->peaks.size, (unsigned long long)log->applied, top,
	        (unsigned long long)log->head.size, (unsigned long long)log->ahead.size, (unsigned long long)log->receipt[0].size,
	        (unsigned long long)log->receipt[1].size, log->state == JOURNAL_FROZEN ? " CLOSED" : "");
	if (evidence(txn, log))
		fprintf(to, " evidence %u", evidence(txn, log));
	if (set_aside(txn, log))
		fprintf(to, " set aside %u", set_aside(txn, log));
	fputc('\n', to);
}

void inspect_logs(const struct world *world, FILE *to)
{
	for (size_t i = 0; i < world->actor_count; i++) {
		struct actor *actor = world->actors[i];
		struct txn txn;
		struct journal_log log;
		if (!actor->store || txn_begin(actor->store, STORE_READ, &txn))
			continue;
		fprintf(to, "%s%s%s\n", actor->name, actor->lost ? ", lost" : "", actor->revoked ? ", revoked" : "");
		for (uint32_t number = 1; journal_find_number(&txn, number, &log) == ERR_OK; number++)
			print_log(world, &txn, &log, to);
		txn_abort(&txn);
	}
}
