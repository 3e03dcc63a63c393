// Compiled packs, as a device takes them from whoever publishes: refused with a sentence, or fit for every question.
#include "fuzz.h"

#include "base/limits.h"
#include "io/pack_yaml.h"
#include "ledger/pack.h"

static void ask_everything(const struct pack *pack)
{
	for (size_t k = 0; k < pack->kind_count; k++) {
		const struct pack_kind *kind = &pack->kinds[k];
		FUZZ_HOLDS(pack_kind_by_number(pack, kind->number) == kind && pack_kind_by_name(pack, kind->name) == kind);
		for (size_t f = 0; f < kind->field_count; f++)
			FUZZ_HOLDS(kind->by_number[kind->fields[f].number] == &kind->fields[f]);
	}
	for (size_t m = 0; m < pack->metric_count; m++) {
		const struct pack_metric *metric = &pack->metrics[m];
		FUZZ_HOLDS(pack_metric_by_number(pack, metric->number) == metric);
		FUZZ_HOLDS(metric->kind || metric->aggregate == METRIC_RATIO);
		for (size_t d = 0; d < metric->dimension_count; d++)
			FUZZ_HOLDS(metric->dimensions[d].cut != NULL);
	}
}

const unsigned fuzz_effort = 100;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	const struct pack *pack;
	const char *why;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_decode(span_of(data, size), &arena, &pack, &why);
	if (err)
		FUZZ_HOLDS(why != NULL || err == ERR_BUDGET || err == ERR_NOMEM);
	else
		ask_everything(pack);
	arena_free(&arena);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	static const char *const packs[] = { TRIBUTARY_SOURCE "/tests/bench/bench.yaml", TRIBUTARY_SOURCE "/packs/party-branch.yaml",
	                                      TRIBUTARY_SOURCE "/packs/wind-farm.yaml", TRIBUTARY_SOURCE "/packs/survey-crew.yaml" };
	struct arena arena;
	const char *why;
	if (number >= sizeof packs / sizeof packs[0])
		return false;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	FUZZ_HOLDS(pack_yaml_compile(packs[number], input, &arena, &why) == ERR_OK);
	arena_free(&arena);
	return true;
}
