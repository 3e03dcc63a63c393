// Problem bodies, and the status that belongs to an error.
#include "web/problem.h"

static const struct {
	enum err err;
	unsigned status;
} statuses[] = {
	{ ERR_OK, 200 },
	{ ERR_USAGE, 400 },
	{ ERR_MALFORMED, 400 },
	{ ERR_RANGE, 400 },
	{ ERR_UNAUTHORISED, 403 },
	{ ERR_EXPIRED, 403 },
	{ ERR_SIGNATURE, 403 },
	{ ERR_NO_KEY, 403 },
	{ ERR_NOT_FOUND, 404 },
	{ ERR_CONFLICT, 409 },
	{ ERR_EXISTS, 409 },
	{ ERR_FROZEN, 409 },
	{ ERR_FORK, 409 },
	{ ERR_GAP, 409 },
	{ ERR_TOO_LARGE, 413 },
	{ ERR_AGAIN, 503 },
	{ ERR_LOCKED, 503 },
	{ ERR_FULL, 503 },
	{ ERR_UNREACHABLE, 503 },
	{ ERR_MOVED, 503 },
};

unsigned problem_status(enum err err)
{
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
		if (statuses[i].err == err)
			return statuses[i].status;
	}
	return 500;
}

static json_t *make(unsigned status, const char *name, const char *what, const char *where, const char *why, const char *remedy)
{
	char type[sizeof PROBLEM_TYPE + 32];
	struct buf detail = BUF_EMPTY;
	snprintf(type, sizeof type, "%s%s", PROBLEM_TYPE, name);
	buf_string(&detail, why);
	buf_string(&detail, *why && *remedy ? phrase_text(PHRASE_SEMICOLON) : "");
	buf_string(&detail, remedy);
	buf_u8(&detail, '\0');
	json_t *problem = json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:s,s:s}", "type", type, "title", what, "status", (int)status, "detail",
	                            detail.err ? "" : (const char *)detail.data, "name", name, "what", what, "where", where, "why", why,
	                            "remedy", remedy);
	buf_free(&detail);
	return problem;
}

json_t *problem_make(unsigned status, enum err err, enum phrase what, const char *where, const char *why, enum phrase remedy)
{
	if (!why)
		why = phrase_text(phrase_of_err(err));
	return make(status, err_name(err), phrase_text(what ? what : phrase_of_err(err)), where ? where : "", why,
	            phrase_text(remedy ? remedy : phrase_remedy(err)));
}

static enum err err_of(const char *name)
{
	for (unsigned err = 0; err < ERR_COUNT; err++) {
		if (strcmp(err_name((enum err)err), name) == 0)
			return (enum err)err;
	}
	return ERR_IO;
}

json_t *problem_told(const char *told, unsigned *status)
{
	const char *name, *what, *where, *why, *remedy;
	json_t *said = json_loads(told, JSON_DISABLE_EOF_CHECK, NULL), *problem = NULL;
	*status = 500;
	if (json_unpack(said, "{s:{s:s,s:s,s:s,s:s,s:s}}", "error", "name", &name, "what", &what, "where", &where, "why", &why,
	                "remedy", &remedy) == 0) {
		*status = problem_status(err_of(name));
		problem = make(*status, name, what, where, why, remedy);
	}
	json_decref(said);
	return problem ? problem : problem_make(*status, ERR_IO, PHRASE_NONE, NULL, NULL, PHRASE_NONE);
}
