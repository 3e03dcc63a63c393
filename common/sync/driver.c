#include "sync/driver.h"

#include "base/limits.h"

enum err driver_init(struct driver *driver, struct store *store, struct node *node, struct self *self,
                     const struct driver_port *port)
{
	*driver = (struct driver){ .store = store, .node = node, .self = self, .port = *port };
	driver->effects = effects_new();
	driver->guarded_incarnation = self->incarnation;
	return driver->effects ? ERR_OK : ERR_NOMEM;
}

void driver_free(struct driver *driver)
{
	effects_free(driver->effects);
	driver->effects = NULL;
}

// What the effects show of our own logs must stand in the guard before they leave (log/guard.h).
static enum err guard_shown(struct driver *driver)
{
	const uint64_t *shown = node_shown(driver->node);
	bool same_life = id_equal(&driver->guarded_incarnation, &driver->self->incarnation);
	bool covered = same_life;
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		covered = covered && shown[lane] <= driver->guarded[lane];
	if (covered)
		return ERR_OK;
	enum err err = driver->port.guard(driver->port.context, driver->self, shown);
	if (err)
		return err;
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		if (!same_life || shown[lane] > driver->guarded[lane])
			driver->guarded[lane] = shown[lane];
	driver->guarded_incarnation = driver->self->incarnation;
	return ERR_OK;
}

static enum err step_all(struct driver *driver, struct txn *txn, const struct event *events, size_t count, uint64_t now_ms,
                         const uint8_t seed[static DRBG_SEED_BYTES])
{
	for (size_t i = 0; i < count; i++) {
		enum err err = node_step(driver->node, txn, &events[i], driver->effects);
		if (err)
			return err;
	}
	return node_settle(driver->node, txn, now_ms, seed, driver->effects);
}

// Who we are stands in the store; after a commit that failed, only the store knows.
static enum err read_self(struct driver *driver)
{
	struct txn txn;
	enum err err = txn_begin(driver->store, STORE_READ, &txn);
	if (err)
		return err;
	err = self_load(&txn, driver->self);
	txn_abort(&txn);
	driver->unsure = err != ERR_OK && err != ERR_NOT_FOUND;
	return driver->unsure ? err : ERR_OK;
}

// Nothing of the batch is remembered beside the store, and nothing is sent.
static enum err take_back(struct driver *driver, enum err err)
{
	driver->commits_failed++;
	driver->unsure = true;
	effects_clear(driver->effects);
	node_reset(driver->node);
	read_self(driver); // or before the next batch
	return err;
}

enum err driver_run(struct driver *driver, const struct event *events, size_t count, uint64_t now_ms,
                    const uint8_t seed[static DRBG_SEED_BYTES])
{
	struct txn txn;
	if (count > LIMIT_EVENTS_PER_COMMIT)
		return ERR_TOO_LARGE;
	effects_clear(driver->effects);
	enum err err = driver->unsure ? read_self(driver) : ERR_OK;
	if (!err)
		err = txn_begin(driver->store, STORE_WRITE, &txn);
	if (err)
		return err;
	err = step_all(driver, &txn, events, count, now_ms, seed);
	if (err) {
		txn_abort(&txn);
		return take_back(driver, err);
	}
	err = txn_commit(&txn);
	if (!err)
		err = guard_shown(driver);
	if (err)
		return take_back(driver, err);
	driver->commits++;
	for (size_t i = 0; i < effects_count(driver->effects); i++)
		driver->port.effect(driver->port.context, effects_at(driver->effects, i));
	effects_clear(driver->effects);
	return ERR_OK;
}
