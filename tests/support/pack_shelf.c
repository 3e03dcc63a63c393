// A pack on a shelf of a test.
#include "support/pack_shelf.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "io/pack_yaml.h"
#include "support/support.h"

int pack_shelf_open(struct pack_shelf *shelf)
{
	*shelf = (struct pack_shelf){ .encoded = BUF_EMPTY };
	arena_init(&shelf->arena, LIMIT_DECODE_BYTES);
	return 0;
}

int pack_shelf_read(struct pack_shelf *shelf, const char *path)
{
	pack_shelf_open(shelf);
	rehearsal_rests(true);
	enum err err = pack_yaml_compile(path, &shelf->encoded, &shelf->arena, &shelf->why);
	rehearsal_rests(false);
	if (!err)
		err = pack_decode(buf_span(&shelf->encoded), &shelf->arena, &shelf->pack, &shelf->why);
	if (err)
		print_error("%s: %s\n", path, shelf->why);
	return rehearsal_saw(err) != ERR_OK;
}

int pack_shelf_close(struct pack_shelf *shelf)
{
	arena_free(&shelf->arena);
	buf_free(&shelf->encoded);
	return 0;
}

enum err pack_shelf_compile(struct pack_shelf *shelf, const char *yaml)
{
	char path[] = "/tmp/tributary-pack-XXXXXX";
	int file = mkstemp(path);
	assert_true(file >= 0 && write(file, yaml, strlen(yaml)) == (ssize_t)strlen(yaml) && close(file) == 0);
	buf_clear(&shelf->encoded);
	rehearsal_rests(true);
	enum err err = pack_yaml_compile(path, &shelf->encoded, &shelf->arena, &shelf->why);
	rehearsal_rests(false);
	unlink(path);
	return err;
}

const struct pack *pack_shelf_decode(struct pack_shelf *shelf)
{
	if (pack_decode(buf_span(&shelf->encoded), &shelf->arena, &shelf->pack, &shelf->why))
		fail_msg("%s", shelf->why);
	return shelf->pack;
}
