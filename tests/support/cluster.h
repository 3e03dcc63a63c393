// A tree of nodes in one process: memory stores, the real node and driver, messages handed over by
// the test. Time stands still until the scene moves it; every run of a scene is the same.
#ifndef TRIBUTARY_TESTS_CLUSTER_H
#define TRIBUTARY_TESTS_CLUSTER_H

#include "io/store_memory.h"
#include "org/charter_draft.h"
#include "sync/driver.h"
#include "sync/pen.h"

#define CLUSTER_ACTORS 2048 // the largest county has 1,067 branches
#define CLUSTER_QUEUE  1024

struct cluster;

// A device or a server of the play.
struct actor {
	struct cluster *cluster;
	const char *name;
	struct actor *parent;
	struct store *store;
	struct self self;
	struct node *node;
	struct driver driver;
	struct view_pack pack;
	uint64_t link;         // of its session with the parent, as the parent names it
	bool connected, done;
	enum err result;       // of its last session
	unsigned round_trips;  // of its last session
	size_t bytes_up, bytes_down;
	uint64_t guard[LANE_END];
	unsigned fail_commit;  // the n-th event from now fails to commit; 0: none
	bool fail_applied;     // and has taken effect all the same
	unsigned failures;     // of commits, seen
	enum err sent_bye;     // reason of the last link it closed
};

struct cluster_message {
	struct actor *to;
	struct actor *from;
	enum node_door door;   // as the receiver sees it
	uint64_t link;
	struct buf bytes;
};

struct cluster {
	struct actor actor[CLUSTER_ACTORS];
	size_t count;
	uint64_t now_ms;
	uint64_t next_link;
	uint8_t seed;          // of all randomness
	uint8_t root;          // and of the root key: another tree has another
	struct buf pack;       // encoded, published at the founding
	struct cluster_message queue[CLUSTER_QUEUE];
	size_t head, tail;
	size_t deliver_at_most; // cut: messages after so many are lost with their links; 0: none is
	size_t delivered;
	void (*after)(struct cluster *cluster, struct actor *to); // looks on after each message; may be NULL
	void (*each_session)(struct cluster *cluster); // and behind each session: support/conserved; may be NULL
};

struct cluster *cluster_new(void);           // with packs/party-branch.yaml, at 2026-03-20
struct cluster *cluster_new_with(const char *pack); // another one: the path of its YAML
void cluster_free(struct cluster *cluster);

struct actor *cluster_found(struct cluster *cluster, const char *name);                       // the county
struct actor *cluster_server(struct actor *parent, const char *name);                         // a township below it
struct actor *cluster_branch(struct actor *parent, const char *name);                         // a branch and its first device
struct actor *cluster_unit(struct actor *parent, const char *kind, const char *name);         // the same of any kind of unit
// A unit below any other, without devices; and a unit of any kind with a server.
struct id cluster_new_unit(struct actor *server, const struct id *parent, const char *kind, const char *name);
struct actor *cluster_server_kind(struct actor *parent, const char *kind, const char *name);
// The tree changes, by the server's word, from the day on ("2026-03-01"). Gives why not.
enum charter_fault cluster_move(struct actor *server, const struct id *unit, const struct id *to, const char *day);
enum charter_fault cluster_merge(struct actor *server, const struct id *unit, const struct id *into, const char *day);
void cluster_split(struct actor *server, const struct id *unit, const struct id *into, size_t count, const char *day);
void cluster_close(struct actor *server, const struct id *unit, const char *day); // as it is, whoever is in it
void cluster_follow(struct actor *actor); // talks to whom its store names as the server above

struct actor *cluster_device(struct actor *sibling, const char *name);                        // a further device of a branch

// Greets the parent and lets everything run until nobody says anything any more.
enum err cluster_sync(struct actor *actor);
void cluster_everybody_syncs(struct cluster *cluster, unsigned rounds); // in each round all that have a parent, the youngest first
void cluster_connect(struct actor *actor, bool live); // greets only
enum err cluster_meet(struct actor *actor, struct actor *neighbour); // calls it as a neighbour, until both have said all
void cluster_run(struct cluster *cluster);            // delivers what is under way
void cluster_changed(struct actor *actor);            // as if another process had written
void cluster_disconnect(struct actor *actor);
void cluster_rebuild(struct actor *actor);            // its views are thrown away and computed from the logs
void cluster_reopen(struct actor *actor);             // the process ends and starts again: sessions are gone
void cluster_retire(struct actor *actor);             // it is not played any more: its node and store are freed

// Bytes that no honest node would send, as if `from` had sent them on its link.
enum err cluster_inject(struct actor *to, struct actor *from, enum node_door door, uint64_t link, struct span bytes);
enum err cluster_tick(struct actor *actor, uint64_t ms); // time passes, and this actor looks at its clock

// Puts the store back to what it was.
struct store *cluster_backup(struct actor *actor);
void cluster_restore(struct actor *actor, struct store *backup); // takes the backup over; nobody notices
void cluster_new_life(struct actor *actor);                      // what the guard does when it notices

void cluster_seed(struct cluster *cluster, uint8_t seed[static DRBG_SEED_BYTES]); // the next one of the play

// Writing, in one transaction.
struct cluster_pen {
	struct actor *actor;
	struct txn txn;
	struct pen pen;
};
void cluster_write(struct actor *actor, struct cluster_pen *pen);
void cluster_written(struct cluster_pen *pen);
const struct pack *cluster_pack(struct actor *actor);

// A statement of `server`: this device is no more; each of its logs stays valid up to what `server` holds now.
void cluster_revoke(struct actor *server, struct actor *device);
void cluster_revoke_at(struct actor *server, struct actor *device, const struct journal_log cut[static LANE_END]); // as they were then

// A statement of `server`: the device holds the role of the pack from now on (by what `server` has of the unit's logs), or no more.
void cluster_role(struct actor *server, struct actor *device, const char *role, bool granted);

// By the names of the pack: cluster_put(branch, "meeting", NULL, "date=2026-03-05", "type=group", NULL).
// With record NULL a new one; keyed fields as "attended[ELEMENT]=yes". Gives the record's id.
struct id cluster_put(struct actor *actor, const char *kind, const struct id *record, ...);
struct id cluster_put_for(struct actor *actor, struct actor *owner, const char *kind, const struct id *record, ...);
// The shown value as text ("" where there is none), of a record of `owner`'s unit; valid until the next call.
const char *cluster_get(struct actor *actor, struct actor *owner, const char *kind, const struct id *record, const char *field);
size_t cluster_values(struct actor *actor, const char *kind, const struct id *record, const char *field); // live writes of a field
size_t cluster_count(struct actor *actor, enum store_table table); // keys
void cluster_log(struct actor *actor, struct actor *author, enum lane lane, struct journal_log *log); // of its present life; size 0: none
int64_t cluster_figure(struct actor *actor, struct actor *unit, const char *metric, const char *period); // as `actor` sees it
void cluster_state(struct actor *actor, char digest[static HASH_TEXT_BYTES]); // of all records, log numbers resolved
bool cluster_store_contains(struct actor *actor, const char *canary); // anywhere in keys and values

#endif
