#include "client/scratch.h"

#include "io/store_memory.h"

struct store *scratch_fresh(void *context)
{
	(void)context;
	return store_memory_new();
}

void scratch_drop(void *context, struct store *store)
{
	(void)context;
	store_memory_free(store);
}
