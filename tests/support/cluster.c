#include "support/cluster.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/pack_yaml.h"
#include "ledger/figure.h"
#include "org/enrol.h"
#include "support/support.h"
#include "sync/join.h"
#include "sync/message.h"

enum { SCENE_BEGINS = 1774000000 }; // 2026-03-20, seconds since 1970

void cluster_seed(struct cluster *cluster, uint8_t seed[static DRBG_SEED_BYTES])
{
	memset(seed, 0, DRBG_SEED_BYTES);
	seed[0] = ++cluster->seed;
	seed[1] = (uint8_t)(cluster->next_link >> 8);
	seed[3] = (uint8_t)(cluster->next_link >> 16);
	seed[2] = (uint8_t)cluster->next_link++;
	seed[4] = cluster->root;
}

// ---- Messages ----

static struct actor *actor_of_link(struct cluster *cluster, uint64_t link)
{
	for (size_t i = 0; i < cluster->count; i++)
		if (cluster->actor[i].connected && cluster->actor[i].link == link)
			return &cluster->actor[i];
	return NULL;
}

static void enqueue(struct actor *from, struct actor *to, enum node_door door, uint64_t link, struct span bytes)
{
	struct cluster *cluster = from->cluster;
	assert_true(cluster->tail - cluster->head < CLUSTER_QUEUE);
	struct cluster_message *message = &cluster->queue[cluster->tail++ % CLUSTER_QUEUE];
	*message = (struct cluster_message){ .to = to, .from = from, .door = door, .link = link, .bytes = BUF_EMPTY };
	buf_bytes(&message->bytes, bytes.data, bytes.size);
}

static void on_effect(void *context, const struct effect *effect)
{
	struct actor *actor = context;
	switch (effect->kind) {
	case EFFECT_SEND:
		if (effect->door == NODE_DOOR_PARENT && actor->connected) {
			actor->bytes_up += effect->bytes.size;
			enqueue(actor, actor->parent, NODE_DOOR_SYNC, actor->link, effect->bytes);
		} else if (effect->door != NODE_DOOR_PARENT) {
			struct actor *to = actor_of_link(actor->cluster, effect->link);
			if (to) {
				to->bytes_down += effect->bytes.size;
				enqueue(actor, to, NODE_DOOR_PARENT, NODE_LINK_PARENT, effect->bytes);
			}
		}
		break;
	case EFFECT_DONE:
		actor->done = true;
		actor->result = effect->err;
		break;
	case EFFECT_CLOSE:
		actor->sent_bye = effect->err;
		break;
	case EFFECT_REJOINED:
		break;
	}
}

static enum err on_guard(void *context, const struct self *self, const uint64_t shown[LANE_END])
{
	struct actor *actor = context;
	(void)self;
	memcpy(actor->guard, shown, sizeof actor->guard);
	return ERR_OK;
}

static enum err give(struct actor *actor, enum event_kind kind, enum node_door door, uint64_t link, const struct hash *curve,
                     struct span bytes, bool live)
{
	struct cluster *cluster = actor->cluster;
	uint8_t seed[DRBG_SEED_BYTES];
	struct event event = { .kind = kind, .now_ms = cluster->now_ms, .link = link, .door = door, .bytes = bytes, .live = live };
	if (curve)
		event.curve = *curve;
	cluster_seed(cluster, event.seed);
	cluster_seed(cluster, seed);
	if (actor->fail_commit && --actor->fail_commit == 0)
		store_memory_fail_next_commit(actor->store, ERR_IO, actor->fail_applied);
	enum err err = driver_run(&actor->driver, &event, 1, cluster->now_ms, seed);
	actor->failures += err == ERR_IO;
	if (err && !rehearsal_goes_on(err) && err != ERR_IO)
		print_message("%s: event %d: %s\n", actor->name, (int)kind, err_name(err));
	return err;
}

enum err cluster_inject(struct actor *to, struct actor *from, enum node_door door, uint64_t link, struct span bytes)
{
	return give(to, EVENT_MESSAGE, door, link, &from->self.identity.curve_public, bytes, false);
}

enum err cluster_tick(struct actor *actor, uint64_t ms)
{
	actor->cluster->now_ms += ms;
	return give(actor, EVENT_TICK, NODE_DOOR_PARENT, 0, NULL, span_of(NULL, 0), false);
}

static void lose_everything(struct cluster *cluster)
{
	while (cluster->head < cluster->tail)
		buf_free(&cluster->queue[cluster->head++ % CLUSTER_QUEUE].bytes);
	for (size_t i = 0; i < cluster->count; i++)
		cluster_disconnect(&cluster->actor[i]);
}

void cluster_run(struct cluster *cluster)
{
	while (cluster->head < cluster->tail) {
		struct cluster_message message = cluster->queue[cluster->head++ % CLUSTER_QUEUE];
		const struct hash *curve = &message.from->self.identity.curve_public;
		give(message.to, EVENT_MESSAGE, message.door, message.link, curve, buf_span(&message.bytes), false);
		buf_free(&message.bytes);
		if (cluster->after)
			cluster->after(cluster, message.to);
		cluster->delivered++;
		if (cluster->deliver_at_most && cluster->delivered >= cluster->deliver_at_most)
			lose_everything(cluster);
	}
}

void cluster_connect(struct actor *actor, bool live)
{
	actor->link = ++actor->cluster->next_link;
	actor->connected = true;
	actor->done = false;
	actor->bytes_up = actor->bytes_down = 0;
	enum err err = give(actor, EVENT_CONNECT, NODE_DOOR_PARENT, NODE_LINK_PARENT, NULL, span_of(NULL, 0), live);
	assert_true(err == ERR_OK || err == ERR_IO);
}

void cluster_disconnect(struct actor *actor)
{
	if (!actor->connected)
		return;
	uint64_t link = actor->link;
	actor->connected = false;
	give(actor, EVENT_LINK_DOWN, NODE_DOOR_PARENT, NODE_LINK_PARENT, NULL, span_of(NULL, 0), false);
	give(actor->parent, EVENT_LINK_DOWN, NODE_DOOR_SYNC, link, NULL, span_of(NULL, 0), false);
}

static enum err session(struct actor *actor)
{
	cluster_connect(actor, false);
	cluster_run(actor->cluster);
	actor->round_trips = node_progress(actor->node).round_trips;
	if (actor->connected)
		cluster_disconnect(actor);
	if (actor->cluster->each_session)
		actor->cluster->each_session(actor->cluster);
	if (actor->done && actor->result == ERR_MOVED) { // as the loop does
		cluster_follow(actor);
		return session(actor);
	}
	return actor->done ? actor->result : ERR_UNREACHABLE;
}

enum err cluster_sync(struct actor *actor)
{
	const bool rehearsed = !actor->cluster->deliver_at_most && !actor->cluster->after; // these two count
	if (rehearsed)
		rehearsal_session_begins(actor);
	const enum err err = session(actor);
	if (rehearsed)
		rehearsal_session_ends(actor, session, err);
	return err;
}

void cluster_everybody_syncs(struct cluster *cluster, unsigned rounds)
{
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = cluster->count; i-- > 0;)
			if (cluster->actor[i].parent)
				assert_ok(cluster_sync(&cluster->actor[i]));
}

// The neighbour stands where the server above stands otherwise, for as long as they speak.
enum err cluster_meet(struct actor *actor, struct actor *neighbour)
{
	struct actor *parent = actor->parent;
	actor->parent = neighbour;
	actor->link = ++actor->cluster->next_link;
	actor->connected = true;
	actor->done = false;
	actor->bytes_up = actor->bytes_down = 0;
	give(actor, EVENT_MEET, NODE_DOOR_PARENT, NODE_LINK_PARENT, &neighbour->self.identity.curve_public, span_of(NULL, 0), false);
	cluster_run(actor->cluster);
	actor->round_trips = node_progress(actor->node).round_trips;
	if (actor->connected)
		cluster_disconnect(actor);
	actor->parent = parent;
	return actor->done ? actor->result : ERR_UNREACHABLE;
}

void cluster_changed(struct actor *actor)
{
	assert_ok(give(actor, EVENT_CHANGED, NODE_DOOR_PARENT, 0, NULL, span_of(NULL, 0), false));
}

// ---- Actors ----

static void open_node(struct actor *actor)
{
	struct driver_port port = { .context = actor, .guard = on_guard, .effect = on_effect };
	actor->node = node_new(&actor->self, NULL);
	assert_non_null(actor->node);
	node_announce(actor->node, "tcp://127.0.0.1:1");
	assert_ok(driver_init(&actor->driver, actor->store, actor->node, &actor->self, &port));
	view_pack_init(&actor->pack);
}

static void close_node(struct actor *actor)
{
	driver_free(&actor->driver);
	node_free(actor->node);
	view_pack_free(&actor->pack);
}

void cluster_reopen(struct actor *actor)
{
	struct txn txn;
	for (size_t i = 0; i < actor->cluster->count; i++)
		if (actor->cluster->actor[i].parent == actor)
			cluster_disconnect(&actor->cluster->actor[i]);
	cluster_disconnect(actor);
	close_node(actor);
	open_node(actor);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	assert_ok(self_load(&txn, &actor->self));
	txn_abort(&txn);
}

static void free_actor(struct actor *actor)
{
	if (!actor->store)
		return;
	close_node(actor);
	store_memory_free(actor->store);
	actor->store = NULL;
}

void cluster_retire(struct actor *actor)
{
	cluster_disconnect(actor);
	free_actor(actor);
}

static struct actor *new_actor(struct cluster *cluster, const char *name, struct actor *parent)
{
	uint8_t seed[IDENTITY_SEED_BYTES] = { 0 };
	assert_true(cluster->count < CLUSTER_ACTORS);
	struct actor *actor = &cluster->actor[cluster->count++];
	*actor = (struct actor){ .cluster = cluster, .name = name, .parent = parent, .store = store_memory_new() };
	seed[0] = (uint8_t)cluster->count;
	seed[1] = (uint8_t)(cluster->count >> 8);
	seed[2] = cluster->root;
	identity_derive(seed, &actor->self.identity);
	memset(actor->self.incarnation.bytes, (int)cluster->count, sizeof actor->self.incarnation.bytes);
	open_node(actor);
	return actor;
}

struct actor *cluster_found(struct cluster *cluster, const char *name)
{
	uint8_t seed[DRBG_SEED_BYTES], root_seed[IDENTITY_SEED_BYTES] = { 0xff, cluster->root };
	struct identity root;
	struct txn txn;
	struct actor *actor = new_actor(cluster, name, NULL);
	identity_derive(root_seed, &root);
	cluster_seed(cluster, seed);
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(join_found(&txn, &actor->self, &root, name, "county", buf_span(&cluster->pack), cluster->now_ms, seed));
	assert_ok(txn_commit(&txn));
	return actor;
}

static void state(struct actor *actor, Tributary__Statement *statement)
{
	struct cluster_pen writing;
	Tributary__Statement *list[] = { statement };
	Tributary__Statements statements = TRIBUTARY__STATEMENTS__INIT;
	statements.n_statements = 1;
	statements.statements = list;
	cluster_write(actor, &writing);
	assert_ok(pen_statements(&writing.pen, &statements));
	cluster_written(&writing);
}

void cluster_log(struct actor *actor, struct actor *author, enum lane lane, struct journal_log *log)
{
	struct txn txn;
	struct logname name = { .device = author->self.identity.sign_public, .incarnation = author->self.incarnation, .lane = lane };
	struct hash id = logname_id(&name);
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	if (journal_find(&txn, &id, log))
		*log = (struct journal_log){ .id = id, .name = name };
	txn_abort(&txn);
}

void cluster_revoke(struct actor *server, struct actor *device)
{
	struct journal_log logs[LANE_END];
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++)
		cluster_log(server, device, (enum lane)lane, &logs[lane]);
	cluster_revoke_at(server, device, logs);
}

void cluster_revoke_at(struct actor *server, struct actor *device, const struct journal_log cut[static LANE_END])
{
	Tributary__Frontier sizes[LANE_END];
	Tributary__Frontier *list[LANE_END];
	struct hash roots[LANE_END];
	Tributary__DeviceRevoked revoked = TRIBUTARY__DEVICE_REVOKED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	for (unsigned lane = LANE_FIRST; lane < LANE_END; lane++) {
		if (cut[lane].peaks.size == 0)
			continue;
		roots[lane] = merkle_root(HASH_BLAKE2B_256, &cut[lane].peaks);
		Tributary__Frontier *item = list[revoked.n_cutoff++] = &sizes[lane];
		tributary__frontier__init(item);
		item->log = pb_bytes(hash_span(&cut[lane].id));
		item->size = cut[lane].peaks.size;
		item->root = pb_bytes(hash_span(&roots[lane]));
	}
	revoked.cutoff = list;
	revoked.device = pb_bytes(hash_span(&device->self.identity.sign_public));
	revoked.reason = (char *)(uintptr_t)"stolen";
	statement.effective = date_of_ms(server->cluster->now_ms, 0);
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_DEVICE_REVOKED;
	statement.device_revoked = &revoked;
	state(server, &statement);
}

struct id cluster_new_unit(struct actor *actor, const struct id *parent, const char *kind, const char *name)
{
	Tributary__UnitCreated created = TRIBUTARY__UNIT_CREATED__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	struct id unit = id_make((uint64_t)actor->cluster->now_ms << 16 | actor->cluster->next_link++, &actor->self.identity.sign_public);
	created.unit = pb_bytes(id_span(&unit));
	created.parent = pb_bytes(id_span(parent));
	created.kind = (char *)(uintptr_t)kind;
	created.name = (char *)(uintptr_t)name;
	statement.effective = date_of_ms(actor->cluster->now_ms, 0);
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_UNIT_CREATED;
	statement.unit_created = &created;
	state(actor, &statement);
	return unit;
}

static void invite(struct actor *actor, const struct id *unit, bool server, struct enrol_invitation *invitation)
{
	struct txn txn;
	*invitation = (struct enrol_invitation){
		.server_curve = actor->self.identity.curve_public,
		.server_key = actor->self.identity.sign_public,
		.expiry = date_of_ms(actor->cluster->now_ms, 0) + 7,
		.server = server,
	};
	memset(invitation->secret, ++actor->cluster->seed, sizeof invitation->secret);
	for (size_t i = 0; i < sizeof actor->cluster->next_link; i++) // the seed comes round again, this does not
		invitation->secret[i] ^= (uint8_t)(actor->cluster->next_link >> 8 * i);
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(enrol_invite(&txn, invitation, unit, ""));
	assert_ok(txn_commit(&txn));
}

// What the porch answers, taken out of the queue before anybody else sees it.
static void accept_answer(struct actor *actor, const struct enrol_invitation *invitation)
{
	struct cluster *cluster = actor->cluster;
	struct arena arena;
	struct txn txn;
	const char *why;
	assert_true(cluster->head < cluster->tail);
	struct cluster_message answer = cluster->queue[cluster->head++ % CLUSTER_QUEUE];
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = join_accept(invitation, buf_span(&answer.bytes), &actor->self, &arena, &why);
	if (err)
		print_error("join: %s\n", why);
	assert_ok(err);
	arena_free(&arena);
	buf_free(&answer.bytes);
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(self_save(&txn, &actor->self));
	assert_ok(txn_commit(&txn));
}

static struct actor *join(struct actor *server, const struct id *unit, const char *name, bool as_server)
{
	struct enrol_invitation invitation;
	struct buf request = BUF_EMPTY;
	struct actor *actor = new_actor(server->cluster, name, server);
	invite(server, unit, as_server, &invitation);
	join_request(&invitation, &actor->self.identity, name, &request);
	actor->link = ++actor->cluster->next_link;
	actor->connected = true;
	assert_ok(give(server, EVENT_MESSAGE, NODE_DOOR_PORCH, actor->link, &actor->self.identity.curve_public, buf_span(&request), false));
	buf_free(&request);
	accept_answer(actor, &invitation);
	actor->connected = false;
	return actor;
}

// A server says where it is reached, as `run` does.
static void say_address(struct actor *actor)
{
	char text[LIMIT_ADDRESS_BYTES];
	Tributary__ServerAddress address = TRIBUTARY__SERVER_ADDRESS__INIT;
	Tributary__Statement statement = TRIBUTARY__STATEMENT__INIT;
	snprintf(text, sizeof text, "tcp://%s:1", actor->name);
	address.address = text;
	statement.effective = date_of_ms(actor->cluster->now_ms, 0);
	statement.what_case = TRIBUTARY__STATEMENT__WHAT_SERVER_ADDRESS;
	statement.server_address = &address;
	state(actor, &statement);
}

struct actor *cluster_server_kind(struct actor *parent, const char *kind, const char *name)
{
	struct id unit = cluster_new_unit(parent, &parent->self.unit, kind, name);
	struct actor *actor = join(parent, &unit, name, true);
	assert_ok(cluster_sync(actor));
	say_address(actor);
	return actor;
}

struct actor *cluster_server(struct actor *parent, const char *name)
{
	struct id unit = cluster_new_unit(parent, &parent->self.unit, "township", name);
	return join(parent, &unit, name, true);
}

struct actor *cluster_unit(struct actor *parent, const char *kind, const char *name)
{
	struct id unit = cluster_new_unit(parent, &parent->self.unit, kind, name);
	return join(parent, &unit, name, false);
}

struct actor *cluster_device(struct actor *sibling, const char *name)
{
	return join(sibling->parent, &sibling->self.unit, name, false);
}

struct cluster *cluster_new_with(const char *pack)
{
	struct arena arena;
	const char *why = "";
	struct cluster *cluster = calloc(1, sizeof *cluster);
	assert_non_null(cluster);
	assert_true(sodium_init() >= 0);
	cluster->now_ms = (uint64_t)SCENE_BEGINS * 1000;
	cluster->pack = BUF_EMPTY;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	rehearsal_rests(true);
	enum err err = pack_yaml_compile(pack, &cluster->pack, &arena, &why);
	rehearsal_rests(false);
	if (err)
		print_error("%s\n", why);
	assert_ok(err);
	arena_free(&arena);
	return cluster;
}

struct cluster *cluster_new(void)
{
	return cluster_new_with("../../packs/party-branch.yaml");
}

enum { REHEARSED_MOST = 4 }; // the first actors of a play: who is behind them differs in nothing

void cluster_free(struct cluster *cluster)
{
	while (cluster->head < cluster->tail)
		buf_free(&cluster->queue[cluster->head++ % CLUSTER_QUEUE].bytes);
	for (size_t i = 0; i < cluster->count && i < REHEARSED_MOST && rehearsal_wished(); i++)
		if (cluster->actor[i].store)
			rehearsal_of_asking(&cluster->actor[i]);
	for (size_t i = 0; i < cluster->count; i++)
		free_actor(&cluster->actor[i]);
	buf_free(&cluster->pack);
	free(cluster);
}

struct store *cluster_backup(struct actor *actor)
{
	return store_memory_snapshot(actor->store);
}

void cluster_restore(struct actor *actor, struct store *backup)
{
	struct store *lost = actor->store;
	close_node(actor);
	actor->store = backup;
	store_memory_free(lost);
	open_node(actor);
	cluster_reopen(actor);
}

void cluster_new_life(struct actor *actor)
{
	struct txn txn;
	struct id incarnation;
	memset(incarnation.bytes, 0x80 + ++actor->cluster->seed, sizeof incarnation.bytes);
	incarnation.bytes[0] = (uint8_t)(actor->cluster->next_link++);
	assert_ok(txn_begin(actor->store, STORE_WRITE, &txn));
	assert_ok(self_reincarnate(&txn, &actor->self, &incarnation, 1, actor->cluster->now_ms));
	assert_ok(txn_commit(&txn));
}
