// Joining by stick. The request is a bundle for the server of the code; the code is kept, and the return bundle answers it.
//	META "joining" → the code, as typed
#include "cli/bundling.h"
#include "io/machine.h"
#include "sync/message.h"

static struct span joining_key(void)
{
	return span_string("joining");
}

static enum err remember(struct home *home, const char *code)
{
	struct txn txn;
	enum err err = txn_begin(home->store, STORE_WRITE, &txn);
	if (err)
		return err;
	txn_put(&txn, STORE_META, joining_key(), span_string(code));
	return txn_commit(&txn);
}

int bundling_join(const struct verb_call *call, struct home *home, const char *code, const char *label, const char *path)
{
	struct enrol_invitation invitation;
	struct bundle_writer writer;
	char hex[HASH_TEXT_BYTES], name[64];
	hash_format(&home->self.identity.sign_public, hex);
	snprintf(name, sizeof name, "join-%.8s", hex);
	enum err err = enrol_code_parse(code, &invitation);
	if (!err)
		err = remember(home, code);
	if (!err)
		err = bundle_writer_open(&writer, path, name);
	if (!err) {
		struct bundle_port port = bundle_writer_port(&writer);
		err = bundle_talk_join(&port, &invitation, &home->self, label, machine_now_ms());
		bundle_writer_close(&writer);
	}
	if (err)
		return verb_fail(call, &(struct verb_failure){ .err = err, .what = PHRASE_CANNOT_BUNDLE_OUT, .where = path });
	if (call->json)
		output_document(call->out, json_pack("{s:s,s:s}", "file", writer.path, "device", hex));
	else
		phrase_line(stdout, PHRASE_BUNDLE_JOIN_DONE, PHRASE_WITH(writer.path));
	return VERB_OK;
}

// ---- The answer ----

struct answer {
	struct home home;
	struct enrol_invitation invitation;
	struct arena arena;
	const char *why;
};

// The code that was typed in, while it is not answered.
static enum err recall(struct answer *answer)
{
	struct txn txn;
	struct span value;
	char *code = NULL;
	enum err err = txn_begin(answer->home.store, STORE_READ, &txn);
	if (err)
		return err;
	err = txn_get(&txn, STORE_META, joining_key(), &value);
	if (!err && !(code = arena_string(&answer->arena, value)))
		err = ERR_NOMEM;
	txn_abort(&txn);
	return err ? err : enrol_code_parse(code, &answer->invitation);
}

static enum err accept(struct answer *answer, struct span message)
{
	struct self *self = &answer->home.self;
	struct txn txn;
	enum err err = join_accept(&answer->invitation, message, self, &answer->arena, &answer->why);
	if (err)
		return err;
	err = txn_begin(answer->home.store, STORE_WRITE, &txn);
	if (err)
		return err;
	self_save(&txn, self);
	txn_delete(&txn, STORE_META, joining_key());
	return txn_commit(&txn);
}

// The first piece of a part that the server of the code made for us. ERR_NOT_FOUND: this file does not answer.
static enum err try_file(struct answer *answer, const char *path)
{
	struct bundle_reader reader;
	struct arena arena;
	struct span message;
	const struct identity *identity = &answer->home.self.identity;
	if (bundle_reader_open(&reader, path))
		return ERR_NOT_FOUND;
	arena_init(&arena, LIMIT_DECODE_BYTES);
	const struct bundle_head *head = &reader.part.head;
	bool ours = head->way == BUNDLE_DOWN && hash_equal(&head->reader, &identity->sign_public) &&
	            hash_equal(&head->holder, &answer->invitation.server_key) && bundle_reader_unlock(&reader, identity) == ERR_OK;
	enum err err = ERR_NOT_FOUND, failed;
	if (ours && bundle_reader_next(&reader, &arena, &message, &failed) && message.size > 0 && message.data[0] == MESSAGE_JOINED)
		err = accept(answer, message);
	arena_free(&arena);
	bundle_reader_close(&reader);
	return err;
}

static enum err try_all(struct answer *answer, const struct verb_call *call)
{
	enum err err = ERR_NOT_FOUND;
	for (size_t i = 0; i < call->argument_count && err == ERR_NOT_FOUND; i++) {
		struct bundle_list list;
		if (bundle_list_make(call->arguments[i], &list))
			continue;
		for (size_t part = 0; part < list.count && err == ERR_NOT_FOUND; part++)
			err = try_file(answer, list.items[part].path);
		bundle_list_free(&list);
	}
	return err;
}

int bundling_join_finish(const struct verb_call *call)
{
	struct answer answer = { .why = NULL };
	int code = VERB_OK;
	if (home_open(call->directory, HOME_WRITE, &answer.home))
		return VERB_OK; // the command itself says what is the matter
	arena_init(&answer.arena, LIMIT_DECODE_BYTES);
	enum err err = recall(&answer);
	if (!err) {
		err = try_all(&answer, call);
		bool waits = id_is_zero(&answer.home.self.unit);
		if (err == ERR_NOT_FOUND && waits)
			code = verb_fail(call, &(struct verb_failure){
				.err = err, .what = PHRASE_CANNOT_BUNDLE_IN, .where = call->arguments[0], .why = phrase_text(PHRASE_JOIN_NOT_ANSWERED),
				.remedy = PHRASE_REMEDY_BUNDLE_FOREIGN });
		else if (err && err != ERR_NOT_FOUND)
			code = verb_fail(call, &(struct verb_failure){
				.err = err, .what = PHRASE_NOT_ADMITTED, .where = call->arguments[0],
				.why = answer.why && *answer.why && phrase_language() == PHRASE_EN ? answer.why : NULL });
	}
	arena_free(&answer.arena);
	home_close(&answer.home);
	return code;
}
