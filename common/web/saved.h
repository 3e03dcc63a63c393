// Views of the dashboard that somebody keeps by name: addresses within the page. They belong to the account, so that
// they are there on every machine, and go with it.
//
//	META "views/" ‖ account's name → JSON text: [{"name", "at": "#/…", "since": ms}], newest first
#ifndef TRIBUTARY_WEB_SAVED_H
#define TRIBUTARY_WEB_SAVED_H

#include <jansson.h>

#include "web/account.h"

#define SAVED_MOST       50
#define SAVED_NAME_BYTES 240
#define SAVED_AT_BYTES   1000

// The views, an array that is the caller's. ERR_MALFORMED: not an account's name; ERR_CORRUPT; ERR_NOMEM.
enum err saved_list(struct txn *txn, const char *account, json_t **views);
// One of the same name is replaced. ERR_MALFORMED: not one line of text, or not an address of the page; ERR_RANGE: too many.
enum err saved_keep(struct txn *txn, const char *account, const char *name, const char *at, uint64_t now_ms);
enum err saved_drop(struct txn *txn, const char *account, const char *name); // ERR_NOT_FOUND
enum err saved_drop_all(struct txn *txn, const char *account);               // also where there are none

#endif
