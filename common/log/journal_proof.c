// Roots and proofs. Perfect subtrees of JOURNAL_LEVEL and up are stored; below, the leaves of one
// window of 2^JOURNAL_LEVEL entries are hashed again. A proof asks for a window's subtrees one
// after the other, so the window last hashed is kept for the length of one call.
#include "log/journal_row.h"

enum { WINDOW = 1 << JOURNAL_LEVEL };

struct proving {
	struct txn *txn;
	const struct journal_log *log;
	uint64_t window;        // index of the window in `leaf`
	size_t count;           // leaves of it; 0: none is loaded
	struct hash leaf[WINDOW];
};

static enum err load_window(struct proving *proving, uint64_t window)
{
	proving->window = window;
	proving->count = 0;
	uint64_t from = window * WINDOW, held = proving->log->peaks.size;
	uint64_t to = held - from < WINDOW ? held : from + WINDOW;
	struct journal_reader reader = journal_reader_begin(proving->txn, proving->log, from, to);
	struct entry entry;
	while (journal_reader_next(&reader, &entry))
		proving->leaf[proving->count++] = entry_leaf(&entry);
	return journal_reader_end(&reader);
}

static enum err hash_window(struct proving *proving, unsigned level, uint64_t index, struct hash *root)
{
	uint64_t first = index << level;
	enum err err = ERR_OK;
	if (proving->count == 0 || proving->window != first / WINDOW)
		err = load_window(proving, first / WINDOW);
	if (err)
		return err;
	struct merkle_peaks peaks = { .size = 0 };
	for (uint64_t i = 0; i < UINT64_C(1) << level; i++)
		merkle_append(HASH_BLAKE2B_256, &peaks, &proving->leaf[first % WINDOW + i], NULL);
	*root = peaks.peak[level];
	return ERR_OK;
}

static enum err subtree(void *context, unsigned level, uint64_t index, struct hash *root)
{
	struct proving *proving = context;
	const struct merkle_peaks *peaks = &proving->log->peaks;
	// A peak of what is held stands in the row.
	if (peaks->size >> level & 1 && index == (peaks->size >> level) - 1) {
		*root = peaks->peak[level];
		return ERR_OK;
	}
	if (level < journal_level(&proving->log->name))
		return hash_window(proving, level, index, root);
	return journal_tree_get(proving->txn, proving->log->number, level, index, root);
}

enum err journal_root_at(struct txn *txn, const struct journal_log *log, uint64_t size, struct hash *root)
{
	if (size > log->peaks.size)
		return ERR_RANGE;
	struct proving proving = { .txn = txn, .log = log };
	struct merkle_source source = { .subtree = subtree, .context = &proving };
	return merkle_root_at(HASH_BLAKE2B_256, &source, size, root);
}

enum err journal_peaks_at(struct txn *txn, const struct journal_log *log, uint64_t size, struct merkle_peaks *peaks)
{
	if (size > log->peaks.size)
		return ERR_RANGE;
	struct proving proving = { .txn = txn, .log = log };
	struct merkle_source source = { .subtree = subtree, .context = &proving };
	return merkle_peaks_at(&source, size, peaks);
}

enum err journal_prove_inclusion(struct txn *txn, const struct journal_log *log, uint64_t seq, uint64_t size,
                                 struct merkle_proof *proof)
{
	proof->count = 0;
	if (size > log->peaks.size)
		return ERR_RANGE;
	struct proving proving = { .txn = txn, .log = log };
	struct merkle_source source = { .subtree = subtree, .context = &proving };
	return merkle_prove_inclusion(HASH_BLAKE2B_256, &source, seq, size, proof);
}

enum err journal_prove_consistency(struct txn *txn, const struct journal_log *log, uint64_t old_size, uint64_t size,
                                   struct merkle_proof *proof)
{
	proof->count = 0;
	if (size > log->peaks.size)
		return ERR_RANGE;
	struct proving proving = { .txn = txn, .log = log };
	struct merkle_source source = { .subtree = subtree, .context = &proving };
	return merkle_prove_consistency(HASH_BLAKE2B_256, &source, old_size, size, proof);
}

// What a full reading finds: stored subtrees against the leaves below them.
struct verifying {
	struct txn *txn;
	const struct journal_log *log;
	bool bad;
	uint64_t bad_seq; // of the first entry concerned
};

static void check_subtree(void *context, unsigned level, uint64_t index, const struct hash *root)
{
	struct verifying *verifying = context;
	struct hash stored;
	if (level < journal_level(&verifying->log->name) || verifying->bad)
		return;
	if (!journal_tree_get(verifying->txn, verifying->log->number, level, index, &stored) && hash_equal(&stored, root))
		return;
	verifying->bad = true;
	verifying->bad_seq = index << level;
}

static bool head_matches(const struct head *head, const struct merkle_peaks *peaks)
{
	if (head->size == 0 || head->size != peaks->size)
		return true;
	struct hash root = merkle_root(HASH_BLAKE2B_256, peaks);
	return hash_equal(&root, &head->root);
}

enum err journal_verify(struct txn *txn, const struct journal_log *log, uint64_t *seq)
{
	struct verifying verifying = { .txn = txn, .log = log };
	struct merkle_observer observer = { .complete = check_subtree, .context = &verifying };
	struct merkle_peaks peaks = { .size = 0 };
	struct journal_reader reader = journal_reader_begin(txn, log, 0, log->peaks.size);
	struct entry entry;
	bool heads = true;
	while (heads && !verifying.bad && journal_reader_next(&reader, &entry)) {
		struct hash leaf = entry_leaf(&entry);
		merkle_append(HASH_BLAKE2B_256, &peaks, &leaf, &observer);
		heads = head_matches(&log->head, &peaks);
	}
	*seq = verifying.bad ? verifying.bad_seq : reader.next;
	enum err err = journal_reader_end(&reader);
	if (err || !heads || verifying.bad)
		return err ? err : ERR_CORRUPT;
	struct hash root = merkle_root(HASH_BLAKE2B_256, &peaks), held = merkle_root(HASH_BLAKE2B_256, &log->peaks);
	if (log->head.size && head_verify(&log->head, &log->id, &log->name.device))
		return ERR_CORRUPT;
	return hash_equal(&root, &held) ? ERR_OK : ERR_CORRUPT;
}
