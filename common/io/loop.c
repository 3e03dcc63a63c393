// The loop. Its own clock is monotonic; the wall clock is only told to the node.
#include "io/loop.h"

#include <sodium.h>
#include <time.h>

#include "io/machine.h"
#include "sync/arrival.h"
#include "sync/file_want.h"

#define RETRY_FIRST_MS   1000
#define RETRY_MAX_MS     60000
#define CHECK_MS         200   // how soon what other processes wrote is noticed
#define CHECK_BUSY_MS    40    // the same while much is under way, which what is small is not to wait behind
#define TICK_MS          30000 // at least so often, should the wall clock be set back
#define TROUBLE_PAUSE_MS 200   // while nothing can be committed
#define MEASURE_MS       5000  // how soon it is noticed that the disk fills

static uint64_t now(void)
{
	return machine_monotonic_ns() / 1000000;
}

static bool one_shot(const struct loop *loop)
{
	return loop->want_parent && !loop->live && loop->interval_ms == 0;
}

// Somewhere in the upper half of the delay.
static uint64_t jittered(uint64_t delay_ms)
{
	uint64_t random;
	machine_random(&random, sizeof random);
	return delay_ms / 2 + random % (delay_ms / 2 + 1);
}

static void call_again(struct loop *loop, uint64_t delay_ms)
{
	link_disconnect(loop->link);
	loop->calling = false;
	loop->retry_at = now() + jittered(delay_ms);
}

static void call_later(struct loop *loop)
{
	if (!loop->calling && (loop->retry_at > now() || loop->at_once))
		return; // one break is told in several ways
	call_again(loop, loop->at_once ? 0 : loop->retry_delay_ms);
	if (loop->at_once && loop->heard)
		return;
	loop->retry_delay_ms = loop->retry_delay_ms * 2 < RETRY_MAX_MS ? loop->retry_delay_ms * 2 : RETRY_MAX_MS;
}

static void finish(struct loop *loop, enum err result)
{
	loop->result = result;
	loop->done = true;
}

// ---- What the driver has carried out ----

// The server above is full, and has said when it has time: not a moment earlier.
static void come_back(struct loop *loop, uint64_t ms)
{
	loop->come_back_ms = ms;
	if (one_shot(loop) && ms > LOOP_WAIT_MS) {
		finish(loop, ERR_AGAIN);
		return;
	}
	call_again(loop, 0);
	loop->retry_at = loop->heard_at = now() + ms;
	loop->retry_delay_ms = RETRY_FIRST_MS;
	trace_say(&loop->trace, "the server above is busy; it is called again in %llu s", (unsigned long long)(ms / 1000));
	if (loop->wait)
		loop->wait(loop->wait_context, ms);
}

// A session that broke is tried again; one that was refused is over, and its reason is the result.
static void session_over(struct loop *loop, enum err err, uint64_t come_back_ms)
{
	loop->result = err;
	loop->come_back_ms = 0;
	if (err == ERR_AGAIN && come_back_ms > 0) {
		come_back(loop, come_back_ms);
		return;
	}
	if (!err)
		loop->retry_delay_ms = RETRY_FIRST_MS;
	if (err == ERR_MOVED) { // the address of the next one stands in the store
		call_again(loop, 0);
		return;
	}
	if (one_shot(loop)) {
		if (err == ERR_UNREACHABLE)
			call_later(loop);
		else
			finish(loop, err);
	} else if (err == ERR_UNAUTHORISED && loop->refusal_ends) {
		finish(loop, err);
	} else if (err) {
		call_later(loop);
	} else if (!loop->live) {
		call_again(loop, loop->interval_ms);
	}
}

static void carry_out(void *context, const struct effect *effect)
{
	struct loop *loop = context;
	link_effect(loop->link, effect);
	if (effect->kind == EFFECT_DONE) {
		if (effect->err)
			trace_say(&loop->trace, "session with the server above: %s", err_text(effect->err));
		session_over(loop, effect->err, effect->come_back_ms);
	} else if (effect->kind == EFFECT_CLOSE && effect->door == NODE_DOOR_PARENT && loop->calling && !loop->done) {
		call_later(loop);
	}
}

static enum err guard(void *context, const struct self *self, const uint64_t shown[LANE_END])
{
	const struct loop *loop = context;
	return home_guard(loop->home, self, shown);
}

// ---- Opening ----

static bool admit(void *context, const struct hash *curve)
{
	struct loop *loop = context;
	struct txn txn;
	if (txn_begin(loop->home->store, STORE_READ, &txn))
		return false;
	bool known = node_admits(&txn, curve);
	txn_abort(&txn);
	return known;
}

// A number that is another one when somebody connected is to be told something: news, or what is asked for. Both only grow.
static enum err read_arrival(struct loop *loop, uint64_t *arrival)
{
	struct txn txn;
	enum err err = txn_begin(loop->home->store, STORE_READ, &txn);
	if (err)
		return err;
	err = arrival_last(&txn, arrival);
	*arrival += file_want_turn(&txn);
	txn_abort(&txn);
	return err;
}

enum err loop_open(struct loop *loop, struct home *home, const struct link_options *link_options, const struct trace *trace)
{
	*loop = (struct loop){ .home = home, .retry_delay_ms = RETRY_FIRST_MS, .result = ERR_UNREACHABLE,
	                       .trace = trace ? *trace : (struct trace){ .line = NULL } };
	struct driver_port port = { .context = loop, .guard = guard, .effect = carry_out };
	struct link_options options = *link_options;
	if (!options.admit) {
		options.admit = admit;
		options.admit_context = loop;
	}
	loop->node = node_new(&home->self, &loop->trace);
	enum err err = loop->node ? ERR_OK : ERR_NOMEM;
	if (!err)
		err = driver_init(&loop->driver, home->store, loop->node, &home->self, &port);
	if (!err)
		err = read_arrival(loop, &loop->last_arrival);
	if (!err)
		err = link_open(&options, &loop->link);
	if (err)
		loop_close(loop);
	else if (options.sync)
		node_announce(loop->node, home->config.public_sync);
	return err;
}

void loop_close(struct loop *loop)
{
	link_close(loop->link);
	if (loop->driver.effects)
		driver_free(&loop->driver);
	if (loop->node)
		node_free(loop->node);
	loop->link = NULL;
	loop->node = NULL;
}

// ---- Running ----

// Another process may have joined, or learnt where the server above is now. A life that another one
// began is not taken over here: the guard finds it before anything is shown (home_guard).
static void refresh_self(struct loop *loop)
{
	struct txn txn;
	struct self there = loop->home->self;
	if (txn_begin(loop->home->store, STORE_READ, &txn))
		return;
	if (self_load(&txn, &there) == ERR_OK && id_equal(&there.incarnation, &loop->home->self.incarnation))
		loop->home->self = there;
	txn_abort(&txn);
	identity_wipe(&there.identity);
}

static void call_parent(struct loop *loop)
{
	const struct self *self = &loop->home->self;
	if (!loop->want_parent || loop->calling || loop->done || now() < loop->retry_at)
		return;
	refresh_self(loop);
	loop->heard = loop->at_once = false;
	enum err err = loop->neighbour.on ? link_connect(loop->link, loop->neighbour.address, &loop->neighbour.curve)
	               : self->parent_address[0] && !hash_is_zero(&self->parent_curve)
	                       ? link_connect(loop->link, self->parent_address, &self->parent_curve)
	                       : ERR_NOT_FOUND;
	loop->calling = err == ERR_OK;
	if (!err)
		return;
	trace_say(&loop->trace, "the server above cannot be called: %s", err_text(err));
	if (one_shot(loop))
		finish(loop, err);
	else
		call_later(loop);
}

uint64_t loop_patience_ms(const struct link *link, uint64_t give_up_ms)
{
	if (link_moved(link) > 0)
		return 6 * give_up_ms;
	return link_refused(link) ? give_up_ms / 3 : 3 * give_up_ms;
}

static void give_up(struct loop *loop)
{
	if (!one_shot(loop) || loop->done || !loop->give_up_ms)
		return;
	if (loop->heard_at > now()) // until then the server has no time for us
		return;
	uint64_t moved = link_moved(loop->link);
	if (moved != loop->moved && moved > 0)
		loop->heard_at = now();
	loop->moved = moved;
	if (now() - loop->heard_at >= loop_patience_ms(loop->link, loop->give_up_ms))
		finish(loop, ERR_UNREACHABLE);
}

static uint64_t check_ms(const struct loop *loop)
{
	return loop->calling && node_busy(loop->node) ? CHECK_BUSY_MS : CHECK_MS;
}

static uint64_t sooner(uint64_t wait, uint64_t at, uint64_t from)
{
	uint64_t left = at > from ? at - from : 0;
	return left < wait ? left : wait;
}

static int wait_ms(const struct loop *loop)
{
	uint64_t wait = sooner(CHECK_MS, loop->checked_at + check_ms(loop), now());
	uint64_t deadline = node_deadline(loop->node);
	if (deadline != UINT64_MAX)
		wait = sooner(wait, deadline, machine_now_ms());
	if (loop->want_parent && !loop->calling)
		wait = sooner(wait, loop->retry_at, now());
	return (int)wait;
}

// What the link said, in the loop's own terms.
static void notice(struct loop *loop, const struct event *event)
{
	if (event->door != NODE_DOOR_PARENT)
		return;
	if (event->kind == EVENT_MESSAGE || event->kind == EVENT_CONNECT)
		loop->heard_at = now();
	loop->heard |= event->kind == EVENT_MESSAGE;
	if (event->kind == EVENT_LINK_DOWN && !loop->done) {
		loop->at_once = link_forgotten(loop->link) && (loop->heard || loop->retry_delay_ms == RETRY_FIRST_MS);
		call_later(loop);
	}
}

static bool others_wrote(struct loop *loop)
{
	uint64_t arrival;
	if (now() - loop->checked_at < check_ms(loop))
		return false;
	loop->checked_at = now();
	if (read_arrival(loop, &arrival) || arrival == loop->last_arrival)
		return false;
	loop->last_arrival = arrival;
	return true;
}

static bool tick_due(struct loop *loop)
{
	if (node_deadline(loop->node) > machine_now_ms() && now() - loop->ticked_at < TICK_MS)
		return false;
	loop->ticked_at = now();
	return true;
}

// Time and seed of the events, and the loop's own two behind them.
static size_t complete(struct loop *loop, struct event *events, size_t count)
{
	if (others_wrote(loop))
		events[count++] = (struct event){ .kind = EVENT_CHANGED };
	if (tick_due(loop))
		events[count++] = (struct event){ .kind = EVENT_TICK };
	for (size_t i = 0; i < count; i++) {
		if (events[i].kind == EVENT_CONNECT && loop->neighbour.on) {
			events[i].kind = EVENT_MEET;
			events[i].curve = loop->neighbour.curve;
		}
		events[i].now_ms = machine_now_ms();
		events[i].live = loop->live;
		machine_random(events[i].seed, sizeof events[i].seed);
	}
	return count;
}

// Nothing could be committed: sessions were forgotten, so ours with the parent begins anew.
static void suffer(struct loop *loop, enum err err)
{
	struct timespec pause = { .tv_nsec = (long)TROUBLE_PAUSE_MS * 1000000 };
	if (loop->trouble != err)
		trace_say(&loop->trace, "nothing can be stored: %s", err_text(err));
	loop->trouble = err;
	if (loop->calling)
		call_later(loop);
	if (one_shot(loop) && err != ERR_AGAIN)
		finish(loop, err);
	else
		nanosleep(&pause, NULL); // a signal ends it
}

static void drive(struct loop *loop, const struct event *events, size_t count)
{
	uint8_t seed[DRBG_SEED_BYTES];
	machine_random(seed, sizeof seed);
	uint64_t began = now();
	enum err err = driver_run(&loop->driver, events, count, machine_now_ms(), seed);
	sodium_memzero(seed, sizeof seed);
	node_took(loop->node, now() - began, machine_now_ms());
	if (err) {
		suffer(loop, err);
		return;
	}
	if (loop->trouble)
		trace_say(&loop->trace, "storing works again");
	loop->trouble = ERR_OK;
	if (loop->progress) {
		struct node_progress progress = node_progress(loop->node);
		loop->progress(loop->progress_context, &progress);
	}
}

static void measure(struct loop *loop)
{
	uint64_t space, for_files;
	if (loop->measured_at && now() - loop->measured_at < MEASURE_MS)
		return;
	loop->measured_at = now();
	node_room(loop->node, machine_room(loop->home->dir, &space, &for_files) ? for_files : UINT64_MAX);
}

static enum err turn(struct loop *loop)
{
	struct event events[LIMIT_EVENTS_PER_COMMIT];
	const size_t own = 2; // room for what complete() adds
	size_t count;
	call_parent(loop);
	measure(loop);
	size_t batch = node_batch(loop->node);
	enum err err = link_poll(loop->link, wait_ms(loop), events, batch - own, &count);
	if (err)
		return err;
	for (size_t i = 0; i < count; i++)
		notice(loop, &events[i]);
	count = complete(loop, events, count);
	if (count)
		drive(loop, events, count);
	sodium_memzero(events, sizeof events[0] * count); // their seeds
	give_up(loop);
	if (loop->turned)
		loop->turned(loop->turned_context);
	return ERR_OK;
}

enum err loop_run(struct loop *loop, volatile sig_atomic_t *stop)
{
	enum err err = ERR_OK;
	loop->heard_at = loop->ticked_at = now();
	while (!err && !*stop && !loop->done)
		err = turn(loop);
	return err;
}
