// Saved views as one row for each account.
#include "web/saved.h"

#include <stdlib.h>

static const char prefix[] = "views/";

static_assert(sizeof prefix - 1 + ACCOUNT_NAME_BYTES <= STORE_KEY_MAX, "a name fits into a key");

static struct span key_of(const char *account, uint8_t room[static STORE_KEY_MAX])
{
	size_t size = strnlen(account, ACCOUNT_NAME_BYTES - 1);
	memcpy(room, prefix, sizeof prefix - 1);
	memcpy(room + sizeof prefix - 1, account, size);
	return span_of(room, sizeof prefix - 1 + size);
}

enum err saved_list(struct txn *txn, const char *account, json_t **views)
{
	uint8_t key[STORE_KEY_MAX];
	struct span row;
	*views = NULL;
	if (account_name_check(account))
		return ERR_MALFORMED;
	enum err err = txn_get(txn, STORE_META, key_of(account, key), &row);
	if (err && err != ERR_NOT_FOUND)
		return err;
	*views = err ? json_array() : json_loadb((const char *)row.data, row.size, 0, NULL);
	if (json_is_array(*views))
		return ERR_OK;
	json_decref(*views);
	*views = NULL;
	return err ? ERR_NOMEM : ERR_CORRUPT;
}

static enum err put(struct txn *txn, const char *account, const json_t *views)
{
	uint8_t key[STORE_KEY_MAX];
	if (json_array_size(views) == 0)
		return saved_drop_all(txn, account);
	char *text = json_dumps(views, JSON_COMPACT);
	enum err err = text ? txn_put(txn, STORE_META, key_of(account, key), span_string(text)) : ERR_NOMEM;
	free(text);
	return err;
}

static bool take_out(json_t *views, const char *name)
{
	size_t i;
	json_t *view;
	json_array_foreach(views, i, view) {
		const char *there = json_string_value(json_object_get(view, "name"));
		if (there && strcmp(there, name) == 0)
			return json_array_remove(views, i) == 0;
	}
	return false;
}

static bool is_line(const char *text, size_t most)
{
	size_t size = strlen(text);
	bool good = size > 0 && size <= most;
	for (size_t i = 0; i < size && good; i++)
		good = (unsigned char)text[i] >= ' ' && text[i] != 0x7f;
	return good;
}

enum err saved_keep(struct txn *txn, const char *account, const char *name, const char *at, uint64_t now_ms)
{
	json_t *views;
	if (!is_line(name, SAVED_NAME_BYTES) || !is_line(at, SAVED_AT_BYTES) || strncmp(at, "#/", 2) != 0)
		return ERR_MALFORMED;
	enum err err = saved_list(txn, account, &views);
	if (err)
		return err;
	take_out(views, name);
	json_t *view = json_pack("{s:s,s:s,s:I}", "name", name, "at", at, "since", (json_int_t)now_ms); // NULL: not UTF-8
	if (!view)
		err = ERR_MALFORMED;
	else if (json_array_size(views) >= SAVED_MOST)
		err = ERR_RANGE;
	if (!err)
		err = json_array_insert(views, 0, view) ? ERR_NOMEM : put(txn, account, views);
	json_decref(view);
	json_decref(views);
	return err;
}

enum err saved_drop(struct txn *txn, const char *account, const char *name)
{
	json_t *views;
	enum err err = saved_list(txn, account, &views);
	if (err)
		return err;
	err = take_out(views, name) ? put(txn, account, views) : ERR_NOT_FOUND;
	json_decref(views);
	return err;
}

enum err saved_drop_all(struct txn *txn, const char *account)
{
	uint8_t key[STORE_KEY_MAX];
	if (account_name_check(account) || !txn_has(txn, STORE_META, key_of(account, key)))
		return ERR_OK;
	return txn_delete(txn, STORE_META, key_of(account, key));
}
