// The configuration file of a server: what loads is saved to what loads to the same.
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/config.h"

const unsigned fuzz_effort = 60;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config, back;
	int line = 0;
	config_default(&config);
	if (config_load(fuzz_file(span_of(data, size)), &config, &line) != ERR_OK)
		return 0;
	FUZZ_HOLDS(strlen(config.sync) < CONFIG_ADDRESS_BYTES && strlen(config.public_porch) < CONFIG_ADDRESS_BYTES);
	FUZZ_HOLDS(config.sync_interval >= 0 && config.sync_interval <= CONFIG_INTERVAL_MAX);
	char path[] = "/dev/shm/fuzz-config-XXXXXX";
	int fd = mkstemp(path);
	FUZZ_HOLDS(fd >= 0 && close(fd) == 0);
	if (config_save(path, &config) == ERR_OK) {
		config_default(&back);
		FUZZ_HOLDS(config_load(path, &back, &line) == ERR_OK && strcmp(back.sync, config.sync) == 0);
		FUZZ_HOLDS(back.sync_interval == config.sync_interval && strcmp(back.porch, config.porch) == 0);
	}
	unlink(path);
	return 0;
}

bool fuzz_seed(unsigned number, struct buf *input)
{
	static const char *const seeds[] = {
		"[server]\nsync = tcp://127.0.0.1:5000\nporch = tcp://127.0.0.1:5001\nsync_interval = 300\n",
		"; a comment\n[server]\npublic_sync=tcp://county.example:5000\n", "",
	};
	if (number >= sizeof seeds / sizeof seeds[0])
		return false;
	buf_string(input, seeds[number]);
	return true;
}
