#include "support/store_counting.h"

static enum err count_begin(void *self, enum store_mode mode, void **impl)
{
	struct store_counting *counting = self;
	return counting->inner->ops->begin(counting->inner->self, mode, impl);
}

static enum err count_commit(void *self, void *impl)
{
	struct store_counting *counting = self;
	return counting->inner->ops->commit(counting->inner->self, impl);
}

static void count_abort(void *self, void *impl)
{
	struct store_counting *counting = self;
	counting->inner->ops->abort(counting->inner->self, impl);
}

static enum err count_get(void *self, void *impl, enum store_table table, struct span key, struct span *value)
{
	struct store_counting *counting = self;
	counting->operations++;
	return counting->inner->ops->get(counting->inner->self, impl, table, key, value);
}

static enum err count_put(void *self, void *impl, enum store_table table, struct span key, struct span value)
{
	struct store_counting *counting = self;
	counting->operations++;
	return counting->inner->ops->put(counting->inner->self, impl, table, key, value);
}

static enum err count_delete(void *self, void *impl, enum store_table table, struct span key)
{
	struct store_counting *counting = self;
	counting->operations++;
	return counting->inner->ops->delete(counting->inner->self, impl, table, key);
}

static enum err count_seek(void *self, void *impl, void **cursor, enum store_table table, struct span from, bool back,
                           struct span *key, struct span *value)
{
	struct store_counting *counting = self;
	counting->operations++;
	return counting->inner->ops->seek(counting->inner->self, impl, cursor, table, from, back, key, value);
}

static enum err count_step(void *self, void *cursor, bool back, struct span *key, struct span *value)
{
	struct store_counting *counting = self;
	counting->operations++;
	return counting->inner->ops->step(counting->inner->self, cursor, back, key, value);
}

static void count_close(void *self, void *cursor)
{
	struct store_counting *counting = self;
	counting->inner->ops->cursor_close(counting->inner->self, cursor);
}

struct store *store_counting_open(struct store_counting *counting, struct store *inner)
{
	static const struct store_ops ops = {
		.begin = count_begin, .commit = count_commit, .abort = count_abort, .get = count_get, .put = count_put,
		.delete = count_delete, .seek = count_seek, .step = count_step, .cursor_close = count_close,
	};
	*counting = (struct store_counting){ .front = { .ops = &ops, .self = counting }, .inner = inner };
	return &counting->front;
}
