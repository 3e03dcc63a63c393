// bundle out: a server that never runs states what is due before it writes what others are to read.
#include "cli/bundling.h"
#include "io/machine.h"
#include "server/announce.h"
#include "server/commands.h"

int bundle_out_run(const struct verb_call *call)
{
	struct home home;
	if (home_open(call->directory, HOME_WRITE, &home) == ERR_OK) {
		if (!id_is_zero(&home.self.unit))
			announce_due(&home, config_reachable(home.config.public_sync) ? home.config.public_sync : "", machine_today());
		home_close(&home); // what failed here fails below, and is told there
	}
	return bundling_out_run(call);
}
