// Taking in a range of another's log: everything is verified on copies, then written.
//
//	from > held ─────────────────────────────▶ ERR_GAP
//	the head is not signed by the device ────▶ ERR_SIGNATURE
//	head.size <= held ─ our root there is ─┬─ the same ──▶ nothing new (perhaps a newer head)
//	                                       └─ another ───▶ ERR_FORK
//	peaks held + entries lead to the head ─┬─ yes ──▶ written; `ahead` is compared when it is passed
//	                                       └─ no ───▶ is it proven? see below
//
// What proves a fork, and what does not. A relay, a failing disk or a stranger can send entries
// that do not lead to the head beside them; the device never signed those entries, and a log must
// not be closed for what its author did not do. Two things are the author's own word: a head that
// verifies, and a tree that is shown to lead to it. So a fork is proven only if the offered,
// validly signed head is shown to commit to a history other than the one we hold, and ours is
// covered by a signed head as well (each held entry lies below `head` or was proven consistent
// with `ahead`):
//	1. head.size <= held and our root at that size differs: the two heads alone prove it.
//	2. head.size > held, our own tree does not lead to the head, but the peaks that we hold at an
//	   earlier `from` and the range's own entries do (through its proof): the head commits to
//	   other entries than those we hold there.
//	3. the entries lead to the head, and the head that we keep as `ahead` disagrees with the tree
//	   when it reaches that head's size (or both heads have one size and two roots).
// Anything else that does not lead to its head is ERR_SIGNATURE and changes nothing. A forked
// author whose range begins exactly at our size gets that too: nothing can be told from it, and a
// range from further back, at the latest from 0, settles it by 2.
#include "log/journal_row.h"

struct subtree {
	unsigned level;
	uint64_t index;
	struct hash root;
};

// A tree grown by a range, on copies.
struct growth {
	struct merkle_peaks peaks;
	uint64_t watch;           // size at which the root is noted; 0: none
	struct hash watched;
	uint64_t last_time;
	unsigned level;           // from which on subtrees are kept
	struct buf subtrees;      // those that it completed, one struct subtree after the other
};

static void note_subtree(void *context, unsigned level, uint64_t index, const struct hash *root)
{
	struct growth *growth = context;
	const struct subtree subtree = { .level = level, .index = index, .root = *root };
	if (level >= growth->level)
		buf_bytes(&growth->subtrees, &subtree, sizeof subtree);
}

static void note_root(struct growth *growth)
{
	if (growth->watch && growth->peaks.size == growth->watch)
		growth->watched = merkle_root(HASH_BLAKE2B_256, &growth->peaks);
}

static uint64_t end_of(const struct journal_range *range)
{
	return range->from + range->count;
}

// Appends the leaves of those entries of the range that come after growth->peaks.size.
static enum err grow(const struct journal_range *range, struct growth *growth)
{
	struct merkle_observer observer = { .complete = note_subtree, .context = growth };
	struct reader run = reader_of(range->entries);
	uint64_t before = 0, start = growth->peaks.size;
	enum err err = ERR_OK;
	note_root(growth);
	for (uint64_t seq = range->from; seq < end_of(range); seq++) {
		struct entry entry;
		err = seq < start ? entry_step(&run, seq, &before, &entry) : entry_unpack(&run, seq, &before, &entry);
		if (err)
			return err;
		if (seq < start)
			continue;
		struct hash leaf = entry_leaf(&entry);
		merkle_append(HASH_BLAKE2B_256, &growth->peaks, &leaf, &observer);
		note_root(growth);
	}
	growth->last_time = before;
	return growth->subtrees.err ? growth->subtrees.err : reader_end(&run);
}

// Whether a tree of the range's end leads to its head.
static bool leads(const struct journal_range *range, const struct hash *root)
{
	return merkle_verify_consistency(HASH_BLAKE2B_256, end_of(range), root, range->head.size, &range->head.root,
	                                 &range->proof) == ERR_OK;
}

static bool grown_leads(const struct journal_range *range, const struct growth *growth)
{
	struct hash root = merkle_root(HASH_BLAKE2B_256, &growth->peaks);
	return leads(range, &root);
}

static enum err check_shape(const struct journal_range *range)
{
	const uint64_t most = UINT64_C(1) << (LIMIT_TREE_DEPTH - 1);
	if (range->count > LIMIT_FRAME_ENTRIES || range->entries.size > LIMIT_FRAME_RAW_BYTES)
		return ERR_TOO_LARGE;
	if (range->count == 0 || range->head.size > most || range->from >= most || range->head.size < end_of(range))
		return ERR_MALFORMED;
	return range->proof.count > LIMIT_PROOF_HASHES ? ERR_MALFORMED : ERR_OK;
}

static enum err fork_proven(struct txn *txn, const struct journal_range *range, struct journal_log *log)
{
	enum err err = journal_fork_keep(txn, log, range);
	return err ? err : ERR_FORK;
}

// Case 1, or a head that says nothing against us.
static enum err accept_covered(struct txn *txn, const struct journal_range *range, struct journal_log *log)
{
	struct hash root;
	enum err err = journal_root_at(txn, log, range->head.size, &root);
	if (err)
		return err;
	if (!hash_equal(&root, &range->head.root))
		return fork_proven(txn, range, log);
	if (range->head.size <= log->head.size)
		return ERR_OK;
	log->head = range->head;
	return journal_row_put(txn, log);
}

// Case 2: our own tree does not lead to the head. Do the peaks at `from` and the range's entries?
// Then the two trees differ at the range's end; behind what is held they grew by the same entries,
// so they differ in what is held.
static enum err judge(struct txn *txn, const struct journal_range *range, struct journal_log *log)
{
	struct growth growth = { .level = LIMIT_TREE_DEPTH, .subtrees = BUF_EMPTY };
	enum err err = journal_peaks_at(txn, log, range->from, &growth.peaks);
	if (!err)
		err = grow(range, &growth);
	if (err)
		return err;
	return grown_leads(range, &growth) ? fork_proven(txn, range, log) : ERR_SIGNATURE;
}

// Nothing but entries that are held, under a head beyond them.
static enum err accept_known(struct txn *txn, const struct journal_range *range, struct journal_log *log)
{
	struct hash root;
	enum err err = journal_root_at(txn, log, end_of(range), &root);
	if (err)
		return err;
	if (!leads(range, &root))
		return judge(txn, range, log);
	// It is proven consistent with all that is held only if the range goes that far.
	if (end_of(range) < log->peaks.size || range->head.size <= log->ahead.size)
		return ERR_OK;
	log->ahead = range->head;
	return journal_row_put(txn, log);
}

// Bytes are moved as they came, but for the first entry: in the range it stands behind nothing, or
// behind one that was not looked at; in the block it stands behind the last one held.
static void write_blocks(struct txn *txn, const struct journal_range *range, const struct journal_log *log)
{
	struct journal_block block;
	journal_block_begin(txn, log, &block);
	struct reader run = reader_of(range->entries);
	uint64_t before = 0, held = log->peaks.size;
	for (uint64_t seq = range->from; seq < end_of(range) && !txn->err; seq++) {
		const uint8_t *start = run.at;
		struct entry entry;
		enum err err = entry_step(&run, seq, &before, &entry);
		size_t size = seq > held ? (size_t)(run.at - start) : 0;
		if (err)
			txn_fail(txn, err);
		else if (seq >= held)
			journal_block_add(txn, log->number, &block, &entry, span_of(start, size));
	}
	journal_block_end(txn, log->number, &block);
	journal_block_free(&block);
}

// The newest heads below and beyond what is held now.
static void take_head(struct journal_log *log, const struct head *offered)
{
	uint64_t held = log->peaks.size;
	if (log->ahead.size && log->ahead.size <= held) {
		log->head = log->ahead;
		log->ahead = (struct head){ .size = 0 };
	}
	if (offered->size == held)
		log->head = *offered;
	else if (offered->size > log->ahead.size)
		log->ahead = *offered;
}

static enum err write_range(struct txn *txn, const struct journal_range *range, struct journal_log *log,
                            const struct growth *growth)
{
	if (log->number == 0)
		journal_row_put(txn, log);
	write_blocks(txn, range, log);
	for (size_t at = 0; at < growth->subtrees.size; at += sizeof(struct subtree)) {
		struct subtree subtree;
		memcpy(&subtree, growth->subtrees.data + at, sizeof subtree);
		journal_tree_put(txn, log->number, subtree.level, subtree.index, &subtree.root);
	}
	log->peaks = growth->peaks;
	log->last_time = growth->last_time;
	take_head(log, &range->head);
	return journal_row_put(txn, log);
}

// Case 3: a tree shown to lead to the offered head, against the head kept for this moment.
static bool contradicts_ahead(const struct journal_log *log, const struct journal_range *range,
                              const struct growth *growth)
{
	const struct head *ahead = &log->ahead;
	if (ahead->size == 0)
		return false;
	if (ahead->size == range->head.size)
		return !hash_equal(&ahead->root, &range->head.root);
	return ahead->size <= end_of(range) && !hash_equal(&ahead->root, &growth->watched);
}

static enum err accept_grown(struct txn *txn, const struct journal_range *range, struct journal_log *log, struct growth *growth)
{
	enum err err = grow(range, growth);
	if (err)
		return err;
	if (!grown_leads(range, growth))
		return range->from < log->peaks.size ? judge(txn, range, log) : ERR_SIGNATURE;
	if (contradicts_ahead(log, range, growth))
		return fork_proven(txn, range, log);
	return write_range(txn, range, log, growth);
}

static enum err accept_new(struct txn *txn, const struct journal_range *range, struct journal_log *log)
{
	struct growth growth = { .peaks = log->peaks, .watch = log->ahead.size, .level = journal_level(&log->name),
	                         .subtrees = BUF_EMPTY };
	enum err err = accept_grown(txn, range, log, &growth);
	buf_free(&growth.subtrees);
	return err;
}

// A closed log takes nothing in; what its device signed is kept beside it.
static enum err accept_frozen(struct txn *txn, const struct journal_range *range, struct journal_log *log)
{
	struct hash root;
	bool agrees = range->head.size <= log->peaks.size && !journal_root_at(txn, log, range->head.size, &root) &&
	              hash_equal(&root, &range->head.root);
	enum err err = agrees ? ERR_OK : journal_fork_keep(txn, log, range);
	return err ? err : ERR_FROZEN;
}

static enum err take(struct txn *txn, const struct journal_range *range, struct journal_log *log, uint64_t *had, bool above)
{
	*had = 0;
	enum err err = journal_row_get(txn, &range->name, log);
	if (err)
		return err;
	uint64_t held = *had = log->peaks.size;
	err = check_shape(range);
	if (err)
		return err;
	bool closed = log->state == JOURNAL_FROZEN && !above;
	if (range->from > held && !closed)
		return ERR_GAP;
	if (head_verify(&range->head, &log->id, &log->name.device))
		return ERR_SIGNATURE;
	if (closed)
		return accept_frozen(txn, range, log);
	if (range->head.size <= held)
		return accept_covered(txn, range, log);
	return end_of(range) <= held ? accept_known(txn, range, log) : accept_new(txn, range, log);
}

enum err journal_accept(struct txn *txn, const struct journal_range *range, struct journal_log *log, uint64_t *had)
{
	return take(txn, range, log, had, false);
}

enum err journal_accept_above(struct txn *txn, const struct journal_range *range, struct journal_log *log, uint64_t *had)
{
	return take(txn, range, log, had, true);
}

// ---- Where two histories part ----

// Entries of the range that are ours as well, from its beginning on.
static enum err count_same(struct txn *txn, const struct journal_log *log, const struct journal_range *range, uint64_t *common)
{
	uint64_t end = end_of(range) < log->peaks.size ? end_of(range) : log->peaks.size, before = 0;
	struct reader run = reader_of(range->entries);
	struct entry ours, theirs;
	enum err err = ERR_OK;
	bool same = true;
	struct journal_reader reader = journal_reader_begin(txn, log, range->from, end);
	for (*common = range->from; same && !err && journal_reader_next(&reader, &ours); *common += same) {
		err = entry_unpack(&run, *common, &before, &theirs);
		struct hash a = entry_leaf(&ours), b = entry_leaf(&theirs);
		same = !err && hash_equal(&a, &b);
	}
	enum err ended = journal_reader_end(&reader);
	return err ? err : ended;
}

enum err journal_parting(struct txn *txn, const struct journal_log *log, const struct journal_range *range, uint64_t *common)
{
	struct growth growth = { .level = LIMIT_TREE_DEPTH, .subtrees = BUF_EMPTY };
	enum err err = check_shape(range);
	if (!err && range->from > log->peaks.size)
		err = ERR_GAP;
	if (!err && head_verify(&range->head, &log->id, &log->name.device))
		err = ERR_SIGNATURE;
	if (!err)
		err = journal_peaks_at(txn, log, range->from, &growth.peaks);
	if (!err)
		err = grow(range, &growth);
	if (!err && !grown_leads(range, &growth))
		err = ERR_SIGNATURE;
	return err ? err : count_same(txn, log, range, common);
}
