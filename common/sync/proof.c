// What a proof file is, and what a claim speaks of.
#include "sync/proof_inside.h"


#include "base/pb.h"
#include "ledger/metric.h"
#include "ledger/tally.h"
#include "ledger/vote.h"

enum { PROOF_TAG_FRAMES = 0x5a }; // field 11, length-delimited

static const char magic[4] = { 'T', 'R', 'P', 'F' };

static const struct pack_dimension *dimension_of(const struct pack_metric *metric, uint8_t number)
{
	for (size_t i = 0; i < metric->dimension_count; i++)
		if (metric->dimensions[i].number == number)
			return &metric->dimensions[i];
	return NULL;
}

enum err proof_owner(struct txn *txn, const struct id *unit, struct cell_owner *owner)
{
	struct tally_chain chain;
	bool provisional;
	struct scan scan = scan_begin(txn, STORE_UNIT_CHILD, id_span(unit)); // those too that stood there once
	bool below = scan_next(&scan);
	scan_end(&scan);
	enum err err = below ? ERR_NOT_FOUND : tally_in_force(txn, unit, false, &chain, &provisional);
	if (!err)
		*owner = cell_owner_log(chain.log);
	return err == ERR_NOT_FOUND ? tally_sum_owner(txn, unit, owner) : err;
}

enum err proof_read_figure(struct txn *txn, const struct pack *pack, const struct cell_owner *owner,
                           const struct proof_claim *claim, struct arena *arena, int64_t *value, int64_t *denominator)
{
	const struct pack_metric *metric = pack_metric_by_number(pack, claim->metric);
	const struct pack_metric *cut = metric;
	struct figure *figures;
	size_t count;
	*value = 0;
	*denominator = 1;
	if (!metric)
		return ERR_NOT_FOUND;
	if (metric->aggregate == METRIC_RATIO) {
		cut = pack_metric_by_number(pack, metric->numerator);
		*denominator = 0;
	}
	const struct pack_dimension *dimension = claim->dimension && cut ? dimension_of(cut, claim->dimension) : NULL;
	if (claim->dimension && !dimension)
		return ERR_NOT_FOUND;
	if (metric->aggregate == METRIC_MINIMUM || metric->aggregate == METRIC_MAXIMUM)
		*value = PROOF_NO_VALUE;
	enum err err = figure_query(txn, pack, owner, metric, dimension, claim->period, arena, &figures, &count);
	for (size_t i = 0; !err && i < count; i++) {
		if (dimension && figures[i].bucket != claim->bucket)
			continue;
		*value = figures[i].value;
		*denominator = figures[i].denominator;
	}
	return err;
}

// The one or two counted metrics behind a claim.
static size_t counted(const struct pack *pack, const struct proof_claim *claim, const struct pack_metric *parts[static 2])
{
	const struct pack_metric *metric = pack_metric_by_number(pack, claim->metric);
	if (!metric)
		return 0;
	if (metric->aggregate != METRIC_RATIO) {
		parts[0] = metric;
		return 1;
	}
	parts[0] = pack_metric_by_number(pack, metric->numerator);
	parts[1] = pack_metric_by_number(pack, metric->denominator);
	return parts[0] && parts[1] ? 2 : 0;
}

// Does it count by what follows from votes?
static bool settles(const struct pack_metric *metric)
{
	const struct vote *vote = metric->kind ? metric->kind->vote : NULL;
	return vote && vote->result && metric_reads(metric, vote->result);
}

void proof_parts_of(const struct pack *pack, const struct proof_claim *claim, struct proof_parts *parts)
{
	const struct pack_metric *metrics[2];
	size_t count = counted(pack, claim, metrics);
	*parts = (struct proof_parts){ .count = 0 };
	for (size_t i = 0; i < count; i++) {
		const struct pack_kind *kind = metrics[i]->kind;
		if (!kind)
			continue;
		parts->kinds[parts->count++] = kind->number;
		if (settles(metrics[i]) && kind->vote->meeting)
			parts->kinds[parts->count++] = kind->by_number[kind->vote->meeting]->refers;
	}
}

bool proof_parts_need(const struct proof_parts *parts, uint16_t kind)
{
	for (size_t i = 0; i < parts->count; i++)
		if (parts->kinds[i] == kind)
			return true;
	return false;
}

// Are votes, or the attendance that they are counted against, sealed?
static bool votes_sealed(const struct pack *pack, const struct pack_kind *kind)
{
	const struct vote *vote = kind->vote;
	const struct pack_kind *meeting = vote->meeting ? pack_kind_by_number(pack, kind->by_number[vote->meeting]->refers) : kind;
	for (size_t i = 0; i < kind->field_count; i++)
		if (kind->fields[i].lane == LANE_PRIVATE && vote_reads(vote, kind->fields[i].number))
			return true;
	return !meeting || meeting->lane == LANE_PRIVATE || meeting->by_number[vote->expected]->lane == LANE_PRIVATE ||
	       meeting->by_number[vote->present]->lane == LANE_PRIVATE;
}

bool proof_reads_sealed(const struct pack *pack, const struct proof_claim *claim)
{
	const struct pack_metric *parts[2];
	size_t count = counted(pack, claim, parts);
	for (size_t i = 0; i < count; i++) {
		const struct pack_kind *kind = parts[i]->kind;
		if (!kind || kind->lane == LANE_PRIVATE || parts[i]->late_after) // receipts are of sealed logs, too
			return true; // whether a record is deleted is sealed as well
		for (size_t k = 0; k < kind->field_count; k++)
			if (kind->fields[k].lane == LANE_PRIVATE && metric_reads(parts[i], kind->fields[k].number))
				return true;
		if (settles(parts[i]) && votes_sealed(pack, kind))
			return true;
	}
	return count == 0;
}

void proof_encode_claim(const struct proof_claim *claim, struct buf *file)
{
	Tributary__Proof proof = TRIBUTARY__PROOF__INIT;
	proof.root_key = pb_bytes(hash_span(&claim->root_key));
	proof.unit = pb_bytes(id_span(&claim->unit));
	proof.metric = claim->metric;
	proof.first = claim->period.first;
	proof.last = claim->period.last;
	proof.dimension = claim->dimension;
	proof.bucket = claim->bucket;
	proof.value = claim->value;
	proof.denominator = claim->denominator;
	proof.time = claim->time;
	buf_bytes(file, magic, sizeof magic);
	buf_u8(file, PROOF_VERSION);
	pb_pack(&proof.base, file);
}

// Of its message the last field, repeated.
void proof_encode_frame(struct span frame, struct buf *file)
{
	buf_u8(file, PROOF_TAG_FRAMES);
	buf_varint(file, frame.size);
	buf_bytes(file, frame.data, frame.size);
}

static enum err read_claim(const Tributary__Proof *proof, struct proof_claim *claim)
{
	if (hash_read(pb_span(proof->root_key), &claim->root_key) || id_read(pb_span(proof->unit), &claim->unit))
		return ERR_MALFORMED;
	bool in_range = proof->metric <= UINT16_MAX && proof->dimension <= UINT8_MAX && proof->bucket <= UINT16_MAX &&
	                proof->first <= proof->last && proof->first >= DATE_YEAR_MIN * 12 && proof->last <= DATE_YEAR_MAX * 12 + 11;
	if (!in_range)
		return ERR_MALFORMED;
	claim->metric = (uint16_t)proof->metric;
	claim->period = (struct period){ .first = proof->first, .last = proof->last };
	claim->dimension = (uint8_t)proof->dimension;
	claim->bucket = (uint16_t)proof->bucket;
	claim->value = proof->value;
	claim->denominator = proof->denominator;
	claim->time = proof->time;
	return ERR_OK;
}

enum err proof_decode(struct span file, struct arena *arena, struct proof_claim *claim, const Tributary__Proof **proof)
{
	ProtobufCMessage *message;
	size_t head = sizeof magic + 1;
	if (file.size < head + LIMIT_HASH_BYTES || memcmp(file.data, magic, sizeof magic) != 0)
		return ERR_MALFORMED;
	if (file.data[sizeof magic] != PROOF_VERSION)
		return ERR_VERSION;
	size_t body = file.size - LIMIT_HASH_BYTES;
	struct hash digest = hash_bytes(HASH_BLAKE2B_256, span_of(file.data, body));
	if (memcmp(digest.bytes, file.data + body, LIMIT_HASH_BYTES) != 0)
		return ERR_CORRUPT;
	enum err err = pb_unpack(&tributary__proof__descriptor, span_of(file.data + head, body - head), arena, &message);
	if (err)
		return err;
	*proof = (const Tributary__Proof *)message;
	return read_claim(*proof, claim);
}
