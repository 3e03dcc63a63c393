// pack publish: a ledger's definition, from YAML into the down lane of the whole tree.
#include "io/pack_yaml.h"
#include "server/commands.h"
#include "sync/join.h"

static int refuse(const struct command *command, enum err err, const char *path, const char *why)
{
	return verb_fail(command->call, &(struct verb_failure){ .err = err, .what = PHRASE_BAD_PACK, .where = path, .why = why });
}

static int publish_bytes(struct command *command, const char *path, struct buf *bytes)
{
	const char *why = NULL;
	const struct pack *pack;
	enum err err = pack_yaml_compile(path, bytes, &command->arena, &why);
	if (!err)
		err = pack_decode(buf_span(bytes), &command->arena, &pack, &why);
	if (err)
		return refuse(command, err, path, why);
	if (command->pack && strcmp(pack->name, command->pack->name) == 0 && pack->version <= command->pack->version)
		return verb_fail(command->call, &(struct verb_failure){
			.err = ERR_EXISTS, .what = PHRASE_CANNOT_PUBLISH, .where = path, .why = phrase_text(PHRASE_PACK_NOT_NEWER),
			.remedy = PHRASE_REMEDY_PACK_NOT_NEWER });
	err = join_publish_pack(&command->pen, buf_span(bytes), pack->name, pack->version);
	if (err)
		return command_fail(command, err, PHRASE_CANNOT_PUBLISH, path);
	int code = command_commit(command);
	if (code)
		return code;
	char version[16];
	snprintf(version, sizeof version, "%u", (unsigned)pack->version);
	if (command->call->json)
		output_document(stdout, json_pack("{s:s,s:i,s:I}", "pack", pack->name, "version", (int)pack->version, "bytes", (json_int_t)bytes->size));
	else
		phrase_line(stdout, PHRASE_PUBLISHED, PHRASE_WITH(pack->name, version));
	return VERB_OK;
}

static int publish(struct command *command)
{
	struct buf bytes = BUF_EMPTY;
	int code = publish_bytes(command, command->call->arguments[0], &bytes);
	buf_free(&bytes);
	return code;
}

int pack_publish_run(const struct verb_call *call)
{
	return command_run(call, COMMAND_WRITE, publish);
}
