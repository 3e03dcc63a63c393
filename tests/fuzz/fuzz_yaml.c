// Packs as people write them: refused with a sentence that names the place, or compiled to what decodes.
#include "fuzz.h"

#include <stdio.h>

#include "base/limits.h"
#include "io/pack_yaml.h"
#include "ledger/pack.h"

const unsigned fuzz_effort = 60;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct buf compiled = BUF_EMPTY;
	const struct pack *pack;
	const char *why = NULL;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = pack_yaml_compile(fuzz_file(span_of(data, size)), &compiled, &arena, &why);
	if (err)
		FUZZ_HOLDS(why != NULL || err == ERR_NOMEM || err == ERR_BUDGET);
	else
		FUZZ_HOLDS(pack_decode(buf_span(&compiled), &arena, &pack, &why) == ERR_OK);
	buf_free(&compiled);
	arena_free(&arena);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	static const char *const paths[] = { TRIBUTARY_SOURCE "/tests/bench/bench.yaml" };
	uint8_t bytes[4096];
	if (number >= sizeof paths / sizeof paths[0])
		return false;
	FILE *file = fopen(paths[number], "rb");
	FUZZ_HOLDS(file != NULL);
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0;)
		buf_bytes(input, bytes, got);
	fclose(file);
	return true;
}
