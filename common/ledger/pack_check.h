// What decoding a pack carries along, and how it refuses: one sentence that begins with the place.
// For ledger/pack_*.c, and io/pack_yaml.c, which refuses in the same way.
#ifndef TRIBUTARY_LEDGER_PACK_CHECK_H
#define TRIBUTARY_LEDGER_PACK_CHECK_H

#include "ledger/pack.h"
#include "store.pb-c.h"

// Where we are: "metrics[members].dimensions[sex]". Lives on the stack of the one who descends.
struct pack_place {
	const struct pack_place *up;
	const char *list;   // "kinds"
	const char *name;   // of the item; "" if it has none
	size_t index;
};

struct pack_check {
	struct arena *arena;
	enum err err;       // sticky; the first refusal is the one that is told
	const char *why;
};

// A word by which something is found, and what it finds.
struct pack_word {
	const char *text;
	size_t owner;
};

void pack_check_refuse(struct pack_check *check, enum err err, const struct pack_place *place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

// Zeroed, for `count` items of `size`; NULL and refused when the arena is full. At most `most` items.
void *pack_check_list(struct pack_check *check, const struct pack_place *place, const char *what, size_t count,
                      size_t most, size_t size);

// Lower case, digits, _ and -, beginning with a letter; LIMIT_NAME_BYTES.
void pack_check_name(struct pack_check *check, const struct pack_place *place, const char *name);
// LIMIT_TITLE_BYTES, no control characters; with `needed`, in one language at least.
struct title pack_check_title(struct pack_check *check, const struct pack_place *place, const char *zh, const char *en,
                              bool needed);
// No word finds two things. Sorts `words`; empty ones find nothing.
void pack_check_words(struct pack_check *check, const struct pack_place *place, struct pack_word *words, size_t count);
void pack_check_range(struct pack_check *check, const struct pack_place *place, const char *what, uint32_t value,
                      uint32_t least, uint32_t most);

// What a field asks of its values beyond their type, and what becomes of them; the rest of *to is there.
void pack_check_field(struct pack_check *check, const struct pack_place *place, const Tributary__PackField *from,
                      struct pack_field *to);
// The same of a kind, once its fields are there.
void pack_check_kind(struct pack_check *check, const struct pack_place *place, const Tributary__PackKind *from,
                     struct pack_kind *to);

// Workflows, votes and series of the kinds, once all kinds and what they refer to are known.
void pack_check_flows(struct pack_check *check, const Tributary__Pack *from, const struct pack *pack, struct pack_kind *kinds);
// Roles that devices hold, before the workflows that ask for them (pack_office.c).
void pack_check_offices(struct pack_check *check, const Tributary__Pack *from, struct pack *to);
// What comes down: who may have it, and the roles, once all kinds are there (pack_down.c).
void pack_check_down(struct pack_check *check, const struct pack_place *place, const Tributary__PackKind *from,
                     struct pack_kind *to);
void pack_check_roles(struct pack_check *check, const struct pack *pack);

// Metrics refer to everything before them.
void pack_check_metrics(struct pack_check *check, const Tributary__Pack *from, struct pack *to);
// Before the metrics: only kinds and fields are looked at. Every kind gets its order, with a form or without.
void pack_check_forms(struct pack_check *check, const Tributary__Pack *from, struct pack *to);
// Behind the metrics and cadences.
void pack_check_reports(struct pack_check *check, const Tributary__Pack *from, struct pack *to);
// Layouts name reports (pack_layout.c).
void pack_check_layouts(struct pack_check *check, const Tributary__Pack *from, struct pack *to);
// Cadences and checks (pack_duty.c) refer to metrics and unit kinds.
void pack_check_duties(struct pack_check *check, const Tributary__Pack *from, struct pack *to);
// Scorecards read metrics (ledger/pack_score.h).
void pack_score_check(struct pack_check *check, const Tributary__Pack *from, struct pack *to);

// The field if it is there, plain (unless `keyed`) and of one of the types (bits of 1 << enum value_type);
// NULL and refused otherwise. `what` is what it is needed as.
const struct pack_field *pack_check_read(struct pack_check *check, const struct pack_place *place,
                                         const struct pack_kind *kind, const char *what, uint32_t number,
                                         unsigned types, bool keyed);
// Filters over records of the kind, in the arena.
const struct pack_filter *pack_check_filters(struct pack_check *check, const struct pack_place *place,
                                             const struct pack_kind *kind, Tributary__PackFilter *const *from,
                                             size_t count);

#endif
