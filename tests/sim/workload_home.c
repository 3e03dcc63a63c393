// Members on their way from one branch to another: offered, answered, withdrawn, approved, denied; late writes looked at.
#include "org/transfer_state.h"
#include "sync/pen_custody.h"
#include "workload_inside.h"

enum { ROUNDS_WAITED = 4 }; // in peace, for an answer

// ---- Looking for one among many ----

struct search {
	struct command *command;
	bool (*wanted)(struct command *command, const struct transfer_state *state);
	uint64_t count;
	struct transfer_state found;
};

static enum err look_at(void *context, const struct transfer_state *state)
{
	struct search *search = context;
	if (search->wanted(search->command, state) && random_below(search->command->random, ++search->count) == 0)
		search->found = *state;
	return ERR_OK;
}

static bool find_offer(struct command *command, bool (*wanted)(struct command *command, const struct transfer_state *state),
                       struct id *member)
{
	struct search search = { .command = command, .wanted = wanted };
	if (transfer_state_each(&command->writing.txn, look_at, &search) || search.count == 0)
		return false;
	*member = search.found.offer.member;
	return true;
}

static bool is_for_us(struct command *command, const struct transfer_state *state)
{
	struct id now; // of a unit that became part of another, the other
	return state->progress == TRANSFER_IS_OPEN && pen_custody_addressee(&command->writing.txn, &state->offer.to, &now) &&
	       id_equal(&now, &command->actor->self.unit);
}

static bool is_ours(struct command *command, const struct transfer_state *state)
{
	return (state->progress == TRANSFER_IS_OPEN || state->progress == TRANSFER_IS_ACCEPTED) &&
	       id_equal(&state->offer.unit, &command->actor->self.unit);
}

// Whose registrar we are, and have not judged yet.
static bool is_to_judge(struct command *command, const struct transfer_state *state)
{
	struct txn *txn = &command->writing.txn;
	const struct id *here = &command->actor->self.unit;
	struct transfer_claim said;
	struct id registrar;
	return (state->progress == TRANSFER_IS_OPEN || state->progress == TRANSFER_IS_ACCEPTED) &&
	       charter_registrar(txn, &state->offer.to, &registrar) == ERR_OK && id_equal(&registrar, here) &&
	       transfer_find(txn, &state->offer.member, state->offer.epoch, TRANSFER_APPROVE, here, &said) == ERR_NOT_FOUND;
}

// What was refused is no failure: nothing was written, and the transcript says why.
static enum err refused(struct command *command, enum err err, enum custody_refusal refusal)
{
	if (!err && refusal)
		world_say(command->actor->world, "%s is told: %s", command->actor->name, custody_refusal_name(refusal));
	return err;
}

// ---- What people do ----

enum err workload_home_offer(struct command *command)
{
	const struct world *world = command->actor->world;
	const struct world_unit *to = &world->units[random_below(command->random, world->unit_count)];
	struct record_key key;
	enum custody_refusal refusal = CUSTODY_DONE;
	command->kind = pack_kind_by_name(command->pack, "member");
	if (!workload_find(command, false, &key))
		return ERR_NOT_FOUND;
	enum err err = pen_custody_offer(&command->writing.pen, &key.record, &to->id, "moves house", &refusal);
	if (err == ERR_NOT_FOUND)
		err = pen_custody_seek(&command->writing.pen, &key.record, to->name, &refusal);
	return refused(command, err, refusal);
}

enum err workload_home_answer(struct command *command)
{
	struct id member;
	enum custody_refusal refusal;
	if (!find_offer(command, is_for_us, &member))
		return ERR_NOT_FOUND;
	enum err err = pen_custody_answer(&command->writing.pen, &member, random_chance(command->random, 750), "", &refusal);
	return refused(command, err, refusal);
}

enum err workload_home_withdraw(struct command *command)
{
	struct id member;
	enum custody_refusal refusal;
	if (!find_offer(command, is_ours, &member))
		return ERR_NOT_FOUND;
	enum err err = pen_custody_withdraw(&command->writing.pen, &member, &refusal);
	return refused(command, err, refusal);
}

enum err workload_home_judge(struct command *command)
{
	struct id member;
	enum custody_refusal refusal;
	if (!find_offer(command, is_to_judge, &member))
		return ERR_NOT_FOUND;
	enum err err = pen_custody_judge(&command->writing.pen, &member, random_chance(command->random, 800), "", &refusal);
	return refused(command, err, refusal);
}

enum err workload_home_late(struct command *command)
{
	struct record_key key;
	size_t count;
	enum custody_refusal refusal;
	command->kind = pack_kind_by_name(command->pack, "member");
	if (!workload_find(command, false, &key))
		return ERR_NOT_FOUND;
	bool adopt = random_chance(command->random, 500);
	enum err err = pen_custody_late(&command->writing.pen, &key.record, adopt, &count, &refusal);
	return refused(command, err, refusal);
}

// ---- In peace: nothing is left open that somebody can decide ----

static bool has_device(const struct world *world, const struct id *unit)
{
	for (size_t i = 0; i < world->actor_count; i++) {
		const struct actor *actor = world->actors[i];
		if (!actor->server && !actor->lost && !actor->revoked && !actor->liar && id_equal(&actor->self.unit, unit))
			return true;
	}
	return false;
}

// Offered by us to a unit that has nobody left who could answer; or that got nothing to answer to, for the letter was sealed with
// the key of a device that is lost.
static bool is_in_vain(struct command *command, const struct transfer_state *state)
{
	const struct world *world = command->actor->world;
	bool long_open = world->rounds >= ROUNDS_WAITED && state->progress == TRANSFER_IS_OPEN;
	return is_ours(command, state) && (long_open || !has_device(world, &state->offer.to));
}

static bool is_between_the_gone(struct command *command, const struct transfer_state *state)
{
	const struct world *world = command->actor->world;
	struct id registrar;
	return (state->progress == TRANSFER_IS_OPEN) && !has_device(world, &state->offer.to) && !has_device(world, &state->offer.unit) &&
	       charter_registrar(&command->writing.txn, &state->offer.unit, &registrar) == ERR_OK &&
	       id_equal(&registrar, &command->actor->self.unit);
}

static enum err decide_one(struct command *command)
{
	struct pen *pen = &command->writing.pen;
	struct id member;
	enum custody_refusal refusal = CUSTODY_DONE;
	enum err err = ERR_NOT_FOUND;
	if (!command->actor->server && find_offer(command, is_in_vain, &member))
		err = pen_custody_withdraw(pen, &member, &refusal);
	else if (!command->actor->server && find_offer(command, is_for_us, &member))
		err = pen_custody_answer(pen, &member, random_chance(command->random, 750), "", &refusal);
	else if (command->actor->server && find_offer(command, is_between_the_gone, &member))
		err = pen_custody_judge(pen, &member, false, "", &refusal);
	else if (command->actor->server && find_offer(command, is_to_judge, &member))
		err = pen_custody_judge(pen, &member, random_chance(command->random, 800), "", &refusal);
	return refused(command, err, refusal);
}

void workload_home_decide(struct actor *actor)
{
	enum { AT_A_TIME = 64 };
	struct world *world = actor->world;
	for (unsigned i = 0; i < AT_A_TIME; i++) {
		struct command command = { .actor = actor, .random = &world->work, .owner = actor->self.unit };
		if (!actor->running || actor_pen_begin(actor, &command.writing))
			return;
		enum err err = decide_one(&command);
		bool written = command.writing.pen.written > 0;
		if (actor_pen_commit(&command.writing, err) || !written)
			return;
		world_say(world, "%s decides an offer", actor->name);
	}
}
