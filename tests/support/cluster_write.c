// What actors of a play write, by the names of the pack.
#include "support/cluster.h"

#include "support/support.h"

void cluster_write(struct actor *actor, struct cluster_pen *pen)
{
	uint8_t seed[DRBG_SEED_BYTES];
	pen->actor = actor;
	cluster_seed(actor->cluster, seed);
	assert_ok(txn_begin(actor->store, STORE_WRITE, &pen->txn));
	assert_ok(pen_begin(&pen->pen, &pen->txn, &actor->self, &actor->pack, actor->cluster->now_ms, seed));
}

void cluster_written(struct cluster_pen *pen)
{
	assert_ok(pen_finish(&pen->pen));
	assert_ok(txn_commit(&pen->txn));
}

const struct pack *cluster_pack(struct actor *actor)
{
	struct txn txn;
	assert_ok(txn_begin(actor->store, STORE_READ, &txn));
	assert_ok(view_pack_refresh(&actor->pack, &txn));
	txn_abort(&txn);
	assert_non_null(actor->pack.pack);
	return actor->pack.pack;
}

static const struct pack_kind *find_kind(struct actor *actor, const char *name)
{
	const struct pack_kind *kind = pack_kind_by_name(cluster_pack(actor), name);
	assert_non_null(kind);
	return kind;
}

// "field=value", "field[element]=value" or "field:lane=value".
static void parse_write(const struct pack_kind *kind, const char *text, struct arena *arena, struct pen_write *write)
{
	const char *equals = strchr(text, '=');
	assert_non_null(equals);
	char *name = arena_string(arena, span_of(text, (size_t)(equals - text)));
	assert_non_null(name);
	char *element = strchr(name, '[');
	if (element) {
		*element++ = '\0';
		element[strcspn(element, "]")] = '\0';
	}
	char *lane = strchr(name, ':');
	*write = (struct pen_write){ .element = element ? span_string(element) : span_of(NULL, 0) };
	if (lane) {
		*lane++ = '\0';
		assert_true(lane_parse(lane, &write->lane));
	}
	const struct pack_field *field = pack_field_by_name(kind, name);
	assert_non_null(field);
	write->field = field->number;
	assert_ok(value_parse(field, span_string(equals + 1), arena, &write->value));
}

static struct id put(struct actor *actor, struct actor *owner, const char *kind_name, const struct id *record, va_list texts)
{
	struct cluster_pen writing;
	struct pen_write writes[32];
	struct arena arena;
	size_t count = 0;
	bool changed;
	const struct pack_kind *kind = find_kind(actor, kind_name);
	arena_init(&arena, LIMIT_DECODE_BYTES);
	for (const char *text = va_arg(texts, const char *); text; text = va_arg(texts, const char *))
		parse_write(kind, text, &arena, &writes[count++]);
	cluster_write(actor, &writing);
	struct id id = record ? *record : pen_new_id(&writing.pen);
	assert_ok(pen_set(&writing.pen, owner ? &owner->self.unit : NULL, kind->number, &id, writes, count, &changed));
	cluster_written(&writing);
	arena_free(&arena);
	return id;
}

struct id cluster_put(struct actor *actor, const char *kind, const struct id *record, ...)
{
	va_list texts;
	va_start(texts, record);
	struct id id = put(actor, NULL, kind, record, texts);
	va_end(texts);
	return id;
}

struct id cluster_put_for(struct actor *actor, struct actor *owner, const char *kind, const struct id *record, ...)
{
	va_list texts;
	va_start(texts, record);
	struct id id = put(actor, owner, kind, record, texts);
	va_end(texts);
	return id;
}
