// One command in the making, shared by what people do with records (workload.c) and by what goes step
// by step (workload_flow.c).
#ifndef TRIBUTARY_TESTS_SIM_WORKLOAD_INSIDE_H
#define TRIBUTARY_TESTS_SIM_WORKLOAD_INSIDE_H

#include "actor.h"
#include "ledger/record.h"
#include "workload.h"

enum { WORKLOAD_WRITES = 16, WORKLOAD_ATTEND = 6, WORKLOAD_TEXT = 96, WORKLOAD_ESSAY = 40000 };

// Writes being made up for one record.
struct command {
	struct actor *actor;
	struct random *random;
	struct actor_pen writing;
	const struct pack *pack;
	const struct pack_kind *kind;
	struct id owner;
	struct id record;
	bool fresh;              // the record is new
	struct pen_write writes[WORKLOAD_WRITES];
	char texts[WORKLOAD_WRITES][WORKLOAD_TEXT];
	struct id elements[WORKLOAD_WRITES];
	size_t count;
	char essay[WORKLOAD_ESSAY + 1];
};

struct pen_write *workload_field(struct command *command, const char *name);
void workload_number(struct command *command, const char *name, int64_t number);
// `secret`: words of the private lane, which no server may ever hold.
void workload_text(struct command *command, const char *name, bool secret);
void workload_element(struct command *command, const char *name, const struct id *element, bool in);
void workload_refer(struct command *command, const char *name, const struct id *record);
int64_t workload_day(struct command *command);
int32_t workload_month(struct command *command); // one of the months that days lie in

// Any record of the command's owner and kind; `in_conflict`: of any kind, with values side by side.
bool workload_find(struct command *command, bool in_conflict, struct record_key *found);
struct id workload_member(struct command *command);
enum err workload_set(struct command *command);

// ---- workload_flow.c ----

void workload_flow_issue(struct command *command, bool fresh);
void workload_flow_points(struct command *command, bool fresh);
void workload_flow_order(struct command *command, bool fresh);

enum err workload_flow_move(struct command *command);   // of some record with a workflow
enum err workload_flow_month(struct command *command);  // of our own: closed, submitted, taken up again
enum err workload_flow_review(struct command *command); // by a superior
enum err workload_flow_theme(struct command *command);  // from above
enum err workload_flow_campaign(struct command *command); // an activity day that refers to it

// ---- workload_home.c ----

enum err workload_home_offer(struct command *command);
enum err workload_home_answer(struct command *command);
enum err workload_home_withdraw(struct command *command);
enum err workload_home_judge(struct command *command);
enum err workload_home_late(struct command *command); // what former homes wrote: taken over, or left

// ---- workload_new.c ----

enum err workload_file(struct command *command);  // attached to a record
enum err workload_newer(struct command *command); // of a program that nobody here has yet
enum err workload_pack(struct command *command);  // the next version, by the top

#endif
