#include "workload.h"

#include "base/date.h"
#include "invariant.h"
#include "registry.h"
#include "workload_inside.h"

enum { RECORDS_LOOKED_AT = 64 };

// ---- Making up values ----

struct pen_write *workload_field(struct command *command, const char *name)
{
	const struct pack_field *field = pack_field_by_name(command->kind, name);
	struct pen_write *write = &command->writes[command->count++];
	*write = (struct pen_write){ .field = field->number };
	return write;
}

void workload_number(struct command *command, const char *name, int64_t number)
{
	workload_field(command, name)->value = (struct value){ .form = VALUE_IS_NUMBER, .number = number };
}

// `secret`: words of the private lane, which no server may ever hold.
void workload_text(struct command *command, const char *name, bool secret)
{
	char *text = command->texts[command->count];
	unsigned long long number = random_below(command->random, 1000000);
	snprintf(text, WORKLOAD_TEXT, "%s %s %llu", secret ? INVARIANT_CANARY : "words", command->actor->name, number);
	workload_field(command, name)->value = (struct value){ .form = VALUE_IS_TEXT, .bytes = span_string(text) };
}

// Minutes of many pages: a few of them fill a frame, and a session takes several.
static void add_essay(struct command *command, const char *name)
{
	size_t size = WORKLOAD_ESSAY / 2 + (size_t)random_below(command->random, WORKLOAD_ESSAY / 2);
	for (size_t i = 0; i < size; i++)
		command->essay[i] = (char)('a' + random_below(command->random, 26));
	memcpy(command->essay, INVARIANT_CANARY, strlen(INVARIANT_CANARY));
	command->essay[size] = '\0';
	workload_field(command, name)->value = (struct value){ .form = VALUE_IS_TEXT, .bytes = span_string(command->essay) };
}

static void add_nothing(struct command *command, const char *name)
{
	workload_field(command, name)->value = (struct value){ .form = VALUE_IS_NONE };
}

void workload_element(struct command *command, const char *name, const struct id *element, bool in)
{
	command->elements[command->count] = *element;
	struct pen_write *write = workload_field(command, name);
	write->element = id_span(&command->elements[command->count - 1]);
	write->value = (struct value){ .form = in ? VALUE_IS_NUMBER : VALUE_IS_NONE, .number = 1 };
}

void workload_refer(struct command *command, const char *name, const struct id *record)
{
	command->elements[command->count] = *record;
	struct pen_write *write = workload_field(command, name);
	write->value = (struct value){ .form = VALUE_IS_REFERENCE, .bytes = id_span(&command->elements[command->count - 1]) };
}

int32_t workload_month(struct command *command)
{
	return 2026 * 12 + (int32_t)random_below(command->random, 4);
}

int64_t workload_day(struct command *command)
{
	int32_t month = (int32_t)random_between(command->random, 1, 4);
	return date_from_civil(2026, month, (int32_t)random_between(command->random, 1, 28));
}

// ---- Records that are there ----

// Any record of a unit, as this store has it: of the kind at hand, of a server's also those below it.
bool workload_find(struct command *command, bool in_conflict, struct record_key *found)
{
	struct txn *txn = &command->writing.txn;
	uint8_t prefix[LIMIT_ID_BYTES + 2];
	size_t count = 0;
	memcpy(prefix, command->owner.bytes, LIMIT_ID_BYTES);
	prefix[LIMIT_ID_BYTES] = (uint8_t)(command->kind->number >> 8);
	prefix[LIMIT_ID_BYTES + 1] = (uint8_t)command->kind->number;
	struct scan scan = scan_begin(txn, in_conflict ? STORE_CONFLICT : STORE_RECORD,
	                              span_of(prefix, in_conflict ? LIMIT_ID_BYTES : sizeof prefix));
	while (count < RECORDS_LOOKED_AT && scan_next(&scan)) {
		struct record_key key;
		if (record_key_decode(scan.key, &key))
			continue;
		if (random_below(command->random, ++count) == 0) // each as likely as the others
			*found = key;
	}
	scan_end(&scan);
	return count > 0;
}

struct id workload_member(struct command *command)
{
	const struct pack_kind *kind = pack_kind_by_name(command->pack, "member");
	struct id made_up;
	uint64_t chosen = random_below(command->random, WORKLOAD_ATTEND), at = 0;
	struct record_key key;
	memset(&made_up, (int)(1 + chosen), sizeof made_up);
	uint8_t prefix[LIMIT_ID_BYTES + 2];
	memcpy(prefix, command->owner.bytes, LIMIT_ID_BYTES);
	prefix[LIMIT_ID_BYTES] = 0;
	prefix[LIMIT_ID_BYTES + 1] = (uint8_t)kind->number;
	struct scan scan = scan_begin(&command->writing.txn, STORE_RECORD, span_of(prefix, sizeof prefix));
	while (scan_next(&scan) && at++ < chosen)
		if (record_key_decode(scan.key, &key) == ERR_OK)
			made_up = key.record;
	scan_end(&scan);
	return made_up;
}

// ---- Kinds of records: fields of a new one, and of an edit ----

static void fill_meeting(struct command *command, bool fresh)
{
	if (fresh || random_chance(command->random, 200))
		workload_number(command, "date", workload_day(command));
	if (fresh || random_chance(command->random, 200))
		workload_number(command, "type", (int64_t)random_between(command->random, 1, 4));
	if (fresh || random_chance(command->random, 400))
		workload_text(command, "topic", false);
	if (random_chance(command->random, 400))
		workload_number(command, "should_attend", (int64_t)random_below(command->random, 40));
	if (command->actor->world->plan.essays && random_chance(command->random, 300))
		add_essay(command, "minutes");
	else if (random_chance(command->random, 500))
		workload_text(command, "minutes", true);
	for (uint64_t n = random_below(command->random, WORKLOAD_ATTEND); n > 0; n--) {
		struct id member = workload_member(command);
		workload_element(command, "attended", &member, fresh || random_chance(command->random, 600));
	}
}

static void fill_member(struct command *command, bool fresh)
{
	if (fresh || random_chance(command->random, 200))
		workload_text(command, "name", true);
	if (fresh)
		workload_number(command, "birth", date_from_civil((int32_t)random_between(command->random, 1940, 2004), 7, 1));
	if (fresh || random_chance(command->random, 300))
		workload_number(command, "sex", (int64_t)random_between(command->random, 1, 2));
	if (random_chance(command->random, 400))
		workload_number(command, "arrived", workload_day(command));
	if (random_chance(command->random, fresh ? 50 : 300))
		workload_number(command, "left", workload_day(command));
	else if (!fresh && random_chance(command->random, 200))
		add_nothing(command, "left");
	if (random_chance(command->random, 300))
		workload_text(command, "phone", true);
}

static void fill_activity(struct command *command, bool fresh)
{
	if (fresh || random_chance(command->random, 200))
		workload_number(command, "date", workload_day(command));
	if (fresh || random_chance(command->random, 500))
		workload_text(command, "theme", false);
	if (random_chance(command->random, 500))
		workload_text(command, "minutes", true);
}

static void fill_dues(struct command *command, bool fresh)
{
	if (fresh)
		workload_number(command, "month", 2026 * 12 + (int64_t)random_below(command->random, 4));
	if (fresh || random_chance(command->random, 500))
		workload_number(command, "due", (int64_t)random_below(command->random, 10000));
	if (random_chance(command->random, 500))
		workload_number(command, "amount", (int64_t)random_below(command->random, 10000));
	if (random_chance(command->random, 400)) // which a numbered receipt is given for
		workload_number(command, "paid", workload_day(command));
}

static const struct {
	const char *kind;
	unsigned weight;
	void (*fill)(struct command *command, bool fresh);
} ledger[] = {
	{ "meeting", 5, fill_meeting },
	{ "member", 3, fill_member },
	{ "activity_day", 1, fill_activity },
	{ "dues", 2, fill_dues },
	{ "issue", 4, workload_flow_issue },
	{ "points", 2, workload_flow_points },
	{ "lecture_order", 1, workload_flow_order },
};

enum { LEDGER_KINDS = sizeof ledger / sizeof ledger[0], LEDGER_WEIGHT = 18 };

static size_t some_kind(struct command *command)
{
	uint64_t drawn = random_below(command->random, LEDGER_WEIGHT);
	size_t kind = 0;
	while (drawn >= ledger[kind].weight)
		drawn -= ledger[kind++].weight;
	command->kind = pack_kind_by_name(command->pack, ledger[kind].kind);
	return kind;
}

// What a person writes knowing all the values of a field replaces them all.
static void check_alone(struct command *command)
{
	struct record_key key = { .unit = command->owner, .kind = command->kind->number, .record = command->record };
	struct record record;
	struct arena arena;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	enum err err = record_load(&command->writing.txn, &key, &arena, &record);
	for (size_t i = 0; i < command->count && !err; i++) {
		size_t live;
		record_writes(&record, command->writes[i].field, command->writes[i].element, &live);
		if (live > 1)
			world_fail(command->actor->world, "%s: a write leaves %zu values of one field", command->actor->name, live);
	}
	arena_free(&arena);
}

enum err workload_set(struct command *command)
{
	bool changed;
	enum err err = pen_set(&command->writing.pen, &command->owner, command->kind->number, &command->record, command->writes,
	                       command->count, &changed);
	if (!err)
		check_alone(command);
	return err;
}

// Two fields of one set may name one member twice; a command line would not.
static bool twice(const struct command *command)
{
	for (size_t i = 0; i < command->count; i++)
		for (size_t k = 0; k < i; k++)
			if (command->writes[i].field == command->writes[k].field &&
			    span_equal(command->writes[i].element, command->writes[k].element))
				return true;
	return false;
}

// ---- What people do ----

static enum err put(struct command *command)
{
	size_t kind = some_kind(command);
	command->record = pen_new_id(&command->writing.pen);
	command->fresh = true;
	ledger[kind].fill(command, true);
	return twice(command) ? ERR_NOT_FOUND : workload_set(command);
}

static enum err edit(struct command *command)
{
	struct record_key key;
	size_t kind = some_kind(command);
	if (!workload_find(command, false, &key))
		return ERR_NOT_FOUND;
	command->record = key.record;
	ledger[kind].fill(command, false);
	return twice(command) ? ERR_NOT_FOUND : workload_set(command);
}

static enum err delete(struct command *command)
{
	struct record_key key;
	some_kind(command);
	if (!workload_find(command, false, &key))
		return ERR_NOT_FOUND;
	command->record = key.record;
	command->writes[command->count++] = (struct pen_write){
		.field = 0, .value = { .form = VALUE_IS_NUMBER, .number = random_chance(command->random, 700) },
	};
	return workload_set(command);
}

// Decides a conflict by writing anew what the kind holds.
static enum err decide(struct command *command)
{
	struct record_key key;
	some_kind(command);
	if (!workload_find(command, true, &key))
		return ERR_NOT_FOUND;
	command->record = key.record;
	for (size_t kind = 0; kind < LEDGER_KINDS; kind++) {
		command->kind = pack_kind_by_name(command->pack, ledger[kind].kind);
		if (command->kind->number != key.kind)
			continue;
		ledger[kind].fill(command, true);
		return twice(command) ? ERR_NOT_FOUND : workload_set(command);
	}
	return ERR_NOT_FOUND;
}

// Wider than its lane: from now on the township may read it.
static enum err share(struct command *command)
{
	struct record_key key;
	command->kind = pack_kind_by_name(command->pack, "meeting");
	if (!workload_find(command, false, &key))
		return ERR_NOT_FOUND;
	command->record = key.record;
	workload_text(command, "place", false);
	command->writes[0].lane = LANE_UP;
	return workload_set(command);
}

static enum err follow_up(struct command *command)
{
	struct record_key key;
	command->kind = pack_kind_by_name(command->pack, "meeting");
	if (!workload_find(command, false, &key))
		return ERR_NOT_FOUND;
	command->record = key.record;
	workload_text(command, command->actor->server ? "remark" : "follow_up", false);
	if (command->actor->server && random_chance(command->random, 500))
		workload_text(command, "follow_up", false);
	return workload_set(command);
}

static enum err write_letter(struct command *command)
{
	struct world *world = command->actor->world;
	const struct world_unit *to = &world->units[random_below(command->random, world->unit_count)];
	return pen_mail(&command->writing.pen, &to->id, span_string("a letter"));
}

struct act {
	const char *what;
	unsigned weight;
	enum err (*act)(struct command *command);
	unsigned only; // 1 + the class that the plan must have; 0: always
};

static const struct act branch_acts[] = {
	{ "puts", 40, put, 0 },
	{ "edits", 30, edit, 0 },
	{ "deletes", 6, delete, 0 },
	{ "decides", 8, decide, 0 },
	{ "shares", 4, share, 0 },
	{ "follows up", 6, follow_up, 0 },
	{ "writes a letter", 6, write_letter, 0 },
	{ "moves", 30, workload_flow_move, 0 },
	{ "takes a step with a month", 8, workload_flow_month, 0 },
	{ "holds what was called for", 4, workload_flow_campaign, 0 },
	{ "offers a member", 14, workload_home_offer, 1 + PLAN_TRANSFER },
	{ "answers an offer", 14, workload_home_answer, 1 + PLAN_TRANSFER },
	{ "withdraws an offer", 2, workload_home_withdraw, 1 + PLAN_TRANSFER },
	{ "looks at late writes", 2, workload_home_late, 1 + PLAN_TRANSFER },
	{ "attaches a file", 6, workload_file, 1 + PLAN_FILE },
	{ "writes what is new", 10, workload_newer, 1 + PLAN_NEWER },
	{ NULL, 0, NULL, 0 },
};

static const struct act township_acts[] = {
	{ "follows up", 10, follow_up, 0 },
	{ "moves", 10, workload_flow_move, 0 },
	{ "judges a month", 10, workload_flow_review, 0 },
	{ "judges an offer", 20, workload_home_judge, 1 + PLAN_TRANSFER },
	{ NULL, 0, NULL, 0 },
};

static const struct act county_acts[] = {
	{ "gives a theme", 3, workload_flow_theme, 0 },
	{ "judges a month", 1, workload_flow_review, 0 },
	{ "publishes a pack", 2, workload_pack, 1 + PLAN_PACK },
	{ NULL, 0, NULL, 0 },
};

static uint64_t weight_of(const struct command *command, const struct act *act)
{
	return act->only && !command->actor->world->plan.fault[act->only - 1] ? 0 : act->weight;
}

static const struct act *some_act(struct command *command)
{
	const struct actor *actor = command->actor;
	const struct act *act = !actor->server ? branch_acts : actor->parent ? township_acts : county_acts;
	uint64_t all = 0;
	for (const struct act *each = act; each->act; each++)
		all += weight_of(command, each);
	uint64_t drawn = random_below(command->random, all);
	while (drawn >= weight_of(command, act))
		drawn -= weight_of(command, act++);
	return act;
}

// What the rules of the ledger or the state of this store do not allow now.
static bool is_no(enum err err)
{
	return err == ERR_NOT_FOUND || err == ERR_AGAIN || err == ERR_UNAUTHORISED || err == ERR_FROZEN || err == ERR_GAP ||
	       err == ERR_RANGE || err == ERR_CONFLICT || err == ERR_USAGE;
}

// What changes a month that is held needs a reason, and not everybody gives one.
static enum err explain(struct command *command)
{
	int32_t month;
	bool given = random_chance(command->random, 500);
	return pen_period_guard(&command->writing.pen, given ? span_string("found later") : span_of(NULL, 0), &month);
}

void workload_write(struct actor *actor)
{
	struct world *world = actor->world;
	struct command command = { .actor = actor, .random = &world->work, .owner = actor->self.unit };
	if (!actor->running || (actor->server && world->unit_count == 0))
		return;
	if (actor_pen_begin(actor, &command.writing))
		return;
	const struct act *act = some_act(&command);
	command.pack = command.writing.pen.view.pack->pack;
	enum err err = ERR_AGAIN;
	if (actor->server)
		command.owner = world->units[random_below(&world->work, world->unit_count)].id;
	if (command.pack)
		err = act->act(&command);
	if (!err && !actor->server)
		err = explain(&command);
	uint64_t entries = command.writing.pen.written;
	if (is_no(err) && command.writing.txn.err == ERR_OK && entries == 0) {
		actor_pen_commit(&command.writing, err); // aborts
		return;
	}
	enum err committed = actor_pen_commit(&command.writing, err);
	if (committed && committed != ERR_FULL && committed != ERR_IO && !is_no(committed))
		world_fail(world, "%s %s: %s", actor->name, act->what, err_name(committed));
	world_say(world, "%s %s, %llu entries%s%s", actor->name, act->what, (unsigned long long)entries, committed ? ": " : "",
	          committed ? err_name(committed) : "");
	world->written += committed ? 0 : entries;
	if (!committed && command.fresh && !registry_record(world->registry, &command.record))
		world_fail(world, "%s: a new record has the id of another", actor->name);
}

static void write_some(void *who, uint64_t what)
{
	struct world *world = who;
	if (!world->storm)
		return;
	struct actor *actor = world->actors[random_below(&world->work, world->actor_count)];
	uint64_t burst = random_chance(&world->work, 20) ? random_between(&world->work, 10, 60) : 1;
	if (actor->server && random_chance(&world->work, actor->parent ? 300 : 800))
		burst = 0;
	for (uint64_t i = 0; i < burst; i++)
		workload_write(actor);
	uint64_t pause = WORLD_HOUR_MS * 1000 / world->plan.writes_an_hour;
	world_plan(world, world->now_ms + 1 + random_below(&world->work, 2 * pause), write_some, world, what);
}

void workload_begin(struct world *world)
{
	world_plan(world, world->now_ms + 1, write_some, world, 0);
}
