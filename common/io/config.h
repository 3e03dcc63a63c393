// DIR/tributary.ini, read with libinih. Unknown sections and keys are named and refused, so that a
// typing error does not pass for a setting.
//
//	[server]  sync = tcp://*:7420      porch = tcp://*:7421    public = tcp://host:7420 and :7421 for invitations
//	[client]  heartbeat, …
#ifndef TRIBUTARY_IO_CONFIG_H
#define TRIBUTARY_IO_CONFIG_H

#include "base/err.h"

#define CONFIG_ADDRESS_BYTES 128

struct config {
	char sync[CONFIG_ADDRESS_BYTES];          // where to listen for devices and servers below
	char porch[CONFIG_ADDRESS_BYTES];         // where to listen for joiners
	char public_sync[CONFIG_ADDRESS_BYTES];   // as others reach it; default: sync
	char public_porch[CONFIG_ADDRESS_BYTES];
	int sync_interval;                        // seconds between a server's sessions with its parent when not live
};

void config_default(struct config *config);
// ERR_NOT_FOUND: no file (defaults stay). ERR_MALFORMED: *line is where (1-based).
enum err config_load(const char *path, struct config *config, int *line);
enum err config_save(const char *path, const struct config *config);

#endif
