// init: founds a tree with its root key (--top), or takes a place in one (--join).
#include "io/file.h"
#include "cli/joining.h"
#include "io/machine.h"
#include "io/pack_yaml.h"
#include "server/commands.h"
#include "sync/join.h"

enum { PACK_ARENA_BYTES = 64 * 1024 * 1024, PASSPHRASE_MAX = 1024 };

struct founding {
	const struct verb_call *call;
	struct home home;
	struct arena arena;
	struct buf pack;
	const char *kind;       // machine name
	struct buf passphrase;  // with its NUL; empty: none
};

static int refuse(const struct founding *founding, enum err err, enum phrase what, const char *where, const char *why)
{
	return verb_fail(founding->call, &(struct verb_failure){ .err = err, .what = what, .where = where, .why = why });
}

static int read_pack(struct founding *founding)
{
	const char *path = verb_value(founding->call, "pack"), *kind = verb_value(founding->call, "kind");
	const char *why = NULL;
	const struct pack *pack;
	enum err err = pack_yaml_compile(path, &founding->pack, &founding->arena, &why);
	if (err)
		return refuse(founding, err, PHRASE_BAD_PACK, path, why);
	err = pack_decode(buf_span(&founding->pack), &founding->arena, &pack, &why);
	if (err)
		return refuse(founding, err, PHRASE_BAD_PACK, path, why);
	const struct pack_unit_kind *found = pack_unit_kind_by_name(pack, kind);
	if (!found)
		return verb_usage(founding->call, PHRASE_NO_UNIT_KIND, kind);
	founding->kind = found->name;
	return VERB_OK;
}

static int read_passphrase(struct founding *founding)
{
	const char *path = verb_value(founding->call, "root-passphrase-file");
	if (!path)
		return VERB_OK;
	enum err err = file_read(path, PASSPHRASE_MAX, &founding->passphrase);
	if (err)
		return refuse(founding, err, PHRASE_CANNOT_READ_FILE, path, NULL);
	while (founding->passphrase.size && strchr("\r\n", founding->passphrase.data[founding->passphrase.size - 1]))
		founding->passphrase.size--;
	if (founding->passphrase.size == 0)
		return verb_usage(founding->call, PHRASE_EMPTY_PASSPHRASE, path);
	buf_u8(&founding->passphrase, '\0');
	return VERB_OK;
}

static enum err found(struct founding *founding, const struct identity *root)
{
	struct txn txn;
	uint8_t seed[DRBG_SEED_BYTES];
	struct home *home = &founding->home;
	machine_random(seed, sizeof seed);
	enum err err = txn_begin(home->store, STORE_WRITE, &txn);
	if (err)
		return err;
	err = join_found(&txn, &home->self, root, verb_value(founding->call, "name"), founding->kind, buf_span(&founding->pack),
	                 machine_now_ms(), seed);
	if (err)
		txn_fail(&txn, err);
	return txn_commit(&txn);
}

// The root key may be there already, from an attempt that was interrupted behind it.
static enum err root_key(struct founding *founding, struct identity *root)
{
	const char *dir = founding->home.dir;
	const char *passphrase = founding->passphrase.size ? (const char *)founding->passphrase.data : NULL;
	enum err err = home_root_create(dir, passphrase, root);
	return err == ERR_EXISTS ? home_root_load(dir, passphrase, root) : err;
}

static void tell(const struct founding *founding)
{
	char unit[ID_TEXT_BYTES], key[HASH_TEXT_BYTES];
	id_format(&founding->home.self.unit, unit);
	hash_format(&founding->home.self.root_key, key);
	if (founding->call->json)
		output_document(founding->call->out, json_pack("{s:s,s:s,s:s,s:b}", "unit", unit, "name", verb_value(founding->call, "name"),
		                                  "root_key", key, "root_passphrase", founding->passphrase.size > 0));
	else
		phrase_line(stdout, PHRASE_FOUNDED, PHRASE_WITH(verb_value(founding->call, "name"), unit, founding->home.dir));
}

static int found_home(struct founding *founding)
{
	struct identity root;
	int code = command_fresh(founding->call, &founding->home);
	if (code)
		return code;
	enum err err = root_key(founding, &root);
	if (!err)
		err = found(founding, &root);
	identity_wipe(&root);
	if (err)
		code = refuse(founding, err, PHRASE_CANNOT_FOUND, founding->home.dir, NULL);
	else
		tell(founding);
	home_close(&founding->home);
	return code;
}

static int init_top(const struct verb_call *call)
{
	static const char *const needed[] = { "name", "kind", "pack" };
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
		if (!verb_given(call, needed[i]))
			return verb_usage(call, PHRASE_OPTION_MISSING, needed[i]);
	}
	struct founding founding = { .call = call, .pack = BUF_EMPTY, .passphrase = BUF_EMPTY };
	arena_init(&founding.arena, PACK_ARENA_BYTES);
	int code = read_pack(&founding);
	if (!code)
		code = read_passphrase(&founding);
	if (!code)
		code = found_home(&founding);
	buf_free(&founding.pack);
	buf_free(&founding.passphrase);
	arena_free(&founding.arena);
	return code;
}

int init_run(const struct verb_call *call)
{
	if (verb_given(call, "top") == verb_given(call, "join"))
		return verb_usage(call, PHRASE_TOP_OR_JOIN, NULL);
	if (verb_given(call, "top"))
		return init_top(call);
	return joining_run(call, verb_value(call, "join"), verb_value(call, "label"), true);
}
